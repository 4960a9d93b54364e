//! Declarations: parsed modules come in; a program in which every name, signature, field, default, constant and computed field
//! is known goes out, with the trees whose bodies are still to be checked.
//!
//! The steps: `imports` orders the modules, `collect` gives every item its id and its name's place in the scope, `imports` binds
//! what `use` says, `signatures` and `state` resolve types, `shapes` refuses what holds itself or can't be stored,
//! `values` checks what has a value, in order of need, `attributes` resolves routes, exports, settings and samples.

mod attributes;
mod collect;
mod front;
mod given;
mod imports;
mod items;
mod mentions;
pub(crate) mod names;
pub(crate) mod shapes;
mod signatures;
pub(crate) mod standard;
mod state;
pub(crate) mod types;
mod values;
pub(crate) mod words;

pub(crate) use imports::without_consequences;
pub use imports::{Import, imports};
pub(crate) use items::{RuleTree, Trees};
pub(crate) use values::empty_body;

use crate::SourceModule;
use crate::env::{Env, Item, Scope};
use crate::errors::{declarations, names as name_errors};
use crate::hir::{Face, ModuleId, Program, Type};
use crate::notes::Notebook;
use cranelift_entity::SecondaryMap;
use lwas_base::{Diagnostics, FileId, Span, Symbol};
use lwas_syntax::ast;
use std::collections::{BTreeMap, BTreeSet};

/// A program with its declarations, and what is still to be done.
pub(crate) struct Declared<'m> {
    /// The program; bodies of functions, rules and axioms are missing.
    pub program: Program,
    /// Names by module.
    pub scopes: SecondaryMap<ModuleId, Scope>,
    /// What each item was declared by.
    pub trees: Trees<'m>,
    /// Names whose import was refused, by file.
    pub missing: Vec<(FileId, Symbol)>,
    /// What was wrong.
    pub diagnostics: Diagnostics,
    /// What names stand for.
    pub notes: Notebook,
}

impl Declared<'_> {
    /// What bodies are checked against.
    pub fn env(&self) -> Env<'_> {
        Env { program: &self.program, scopes: &self.scopes, notes: &self.notes }
    }

    /// Whether a module is a program's own, not only imported.
    pub fn is_entry(&self, module: ModuleId) -> bool {
        self.program.faces.iter().any(|face| face.entry == module)
    }

    fn resolve(&mut self, module: ModuleId, ty: &ast::TypeExpr) -> Type {
        let env = Env { program: &self.program, scopes: &self.scopes, notes: &self.notes };
        types::resolve_type(&env, module, ty, &mut self.diagnostics)
    }
}

/// Declares all modules that are reached from the entry modules, one of each program.
pub(crate) fn declare<'m>(modules: &'m [SourceModule], entries: &[&str], keeps_notes: bool) -> Declared<'m> {
    let mut diagnostics = Diagnostics::new();
    let needs = imports::needs(modules, entries);
    let ordered = imports::order(modules, &needs, &mut diagnostics);
    let mut declared = Declared {
        program: Program::default(),
        scopes: SecondaryMap::new(),
        trees: Trees::default(),
        missing: vec![],
        diagnostics,
        notes: Notebook::new(keeps_notes),
    };
    let mut paths = BTreeMap::new();
    for source in &ordered {
        let id = collect::module(&mut declared, source);
        paths.insert(source.path.as_str(), id);
    }
    for entry in entries {
        let Some((path, id)) = paths.get_key_value(entry) else { continue };
        let reached = imports::reached(&needs, path).iter().filter_map(|path| paths.get(path).copied()).collect();
        declared.program.faces.push(Face { entry: *id, reached, events: BTreeSet::new() });
    }
    for source in &ordered {
        imports::bind(paths[source.path.as_str()], &source.tree, &mut declared, &paths);
        let scopes = &mut declared.scopes;
        imports::bind_implied(paths[source.path.as_str()], &source.tree, scopes, &paths);
    }
    given::resolve(&mut declared);
    signatures::resolve(&mut declared);
    state::resolve(&mut declared);
    shapes::check(&mut declared);
    accept(&mut declared);
    values::settle(&mut declared);
    attributes::settings(&mut declared);
    attributes::resolve(&mut declared);
    declared
}

/// Marks the events that may come from outside: the entry modules' own, and those that they list.
fn accept(declared: &mut Declared) {
    let program = &mut declared.program;
    let of_settings: Vec<_> = program.settings.iter().map(|settings| settings.event).collect();
    for (id, event) in program.events.iter_mut() {
        let own = program.faces.iter_mut().find(|face| face.entry == event.module);
        if let Some(face) = own.filter(|_| !event.private && !of_settings.contains(&id)) {
            event.accepted = true;
            face.events.insert(id);
        }
    }
    for (module, accept) in declared.trees.accepts.clone() {
        let Declared { program, scopes, diagnostics, notes, .. } = declared;
        let env = Env { program, scopes, notes };
        let Some(item) = names::resolve_path(&env, module, &accept.module, diagnostics) else { continue };
        let mut accepted = vec![];
        for name in &accept.events {
            let path: Vec<_> = accept.module.iter().chain([name]).copied().collect();
            match item {
                Item::Module(_) => match names::resolve_path(&env, module, &path, diagnostics) {
                    Some(Item::Event(event)) => accepted.push(event),
                    Some(other) => diagnostics.push(wrong_kind(name, other, "an event")),
                    None => {}
                },
                other => {
                    accept.module.last().iter().for_each(|name| diagnostics.push(wrong_kind(name, other, "a module")))
                }
            }
        }
        if let Some(face) = declared.program.faces.iter_mut().find(|face| face.entry == module) {
            face.events.extend(&accepted);
            accepted.iter().for_each(|event| declared.program.events[*event].accepted = true);
        } else if let Some(place) = accept_span(accept) {
            declared.diagnostics.push(declarations::accept_outside_entry(place));
        }
    }
}

fn accept_span(accept: &ast::Accept) -> Option<Span> {
    Some(accept.module.first()?.span.to(accept.events.last()?.span))
}

fn wrong_kind(name: &ast::Ident, item: Item, want: &str) -> lwas_base::Diagnostic {
    name_errors::wrong_kind(name.span, name.name.as_str(), names::kind(item), want)
}
