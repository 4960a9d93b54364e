//! What a module imports: which files the loader must read, in which order modules come, and the names that `use` binds.
//! `use a.b` is the module `a.b`, or the function `b` of module `a`; with a capitalised last part it is an item of `a`.

use super::Declared;
use super::standard;
use super::words::is_capitalised;
use crate::env::{Binding, Item, Scope};
use crate::errors::names;
use crate::hir::ModuleId;
use crate::importing::ADVICE;
use crate::{SourceModule, env::Env};
use cranelift_entity::SecondaryMap;
use lwas_base::near;
use lwas_base::{Diagnostic, Diagnostics, FileId, Span, Symbol};
use lwas_syntax::ast::{self, Ident, ItemKind, UseNames};
use std::collections::{BTreeMap, BTreeSet};

/// A module that a file needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The paths that it may have, the likeliest first: the loader reads the first that is there. `use std.currency.USD` has
    /// `std.currency`; `use fees.tiers` has `fees.tiers`, then `fees`.
    pub candidates: Vec<String>,
    /// Where it is named.
    pub span: Span,
}

/// The modules that a file needs, in the order of the text.
pub fn imports(tree: &ast::File) -> Vec<Import> {
    let named = bindings(tree).map(|binding| Import {
        candidates: binding.candidates().into_iter().map(|parts| dotted(&parts)).collect(),
        span: binding.span(),
    });
    let implied = standard::implied(tree).into_iter();
    let implied = implied.map(|(module, span)| Import { candidates: vec![module.to_owned()], span });
    named.chain(implied).collect()
}

/// One name that a `use` binds.
struct UseBinding {
    path: Vec<Ident>,
    name: Ident,
}

impl UseBinding {
    fn last(&self) -> Option<Ident> {
        self.path.last().copied()
    }

    fn span(&self) -> Span {
        match (self.path.first(), self.path.last()) {
            (Some(first), Some(last)) if first.span.start <= last.span.start => first.span.to(last.span),
            _ => self.name.span,
        }
    }

    /// Notes what its names stand for: the last one, the module before that, and the name that is bound.
    fn note(&self, item: Item, env: &Env, paths: &BTreeMap<&str, ModuleId>) {
        let Some((last, parent)) = self.path.split_last() else { return };
        env.names(last.span, item);
        if self.name.span != last.span {
            env.names(self.name.span, item);
        }
        if let (Some(name), Some(module)) = (parent.last(), paths.get(dotted(parent).as_str())) {
            env.names(name.span, Item::Module(*module));
        }
    }

    fn candidates(&self) -> Vec<Vec<Ident>> {
        let parent = self.path.split_last().map(|(_, parent)| parent.to_vec()).unwrap_or_default();
        let capitalised = self.last().is_some_and(|last| is_capitalised(last.name.as_str()));
        let mut list = vec![];
        if !capitalised {
            list.push(self.path.clone());
        }
        if !parent.is_empty() {
            list.push(parent);
        }
        list
    }
}

fn bindings(tree: &ast::File) -> impl Iterator<Item = UseBinding> {
    tree.items.iter().flat_map(|item| {
        let ItemKind::Use(used) = &item.kind else { return vec![] };
        match &used.names {
            UseNames::Last => {
                used.path.last().map(|name| UseBinding { path: used.path.clone(), name: *name }).into_iter().collect()
            }
            UseNames::As(name) => vec![UseBinding { path: used.path.clone(), name: *name }],
            UseNames::Several(list) => {
                let path = |member| used.path.iter().copied().chain([member]).collect();
                list.iter().map(|one| UseBinding { path: path(one.member), name: one.bound }).collect()
            }
        }
    })
}

fn dotted(parts: &[Ident]) -> String {
    parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(".")
}

/// For each module those that it imports, with a place where it does.
pub(super) type Needs<'m> = BTreeMap<&'m str, BTreeMap<&'m str, Span>>;

/// What the modules import that are reached from the entries.
pub(super) fn needs<'m>(modules: &'m [SourceModule], entries: &[&str]) -> Needs<'m> {
    let by_path: BTreeMap<&str, &SourceModule> = modules.iter().map(|m| (m.path.as_str(), m)).collect();
    let mut needs: Needs<'m> = BTreeMap::new();
    let entries = entries.iter().filter_map(|entry| by_path.get_key_value::<str>(entry));
    let mut open: Vec<&str> = entries.map(|(path, _)| *path).collect();
    while let Some(path) = open.pop() {
        if needs.contains_key(path) {
            continue;
        }
        let mut list = BTreeMap::new();
        for import in by_path.get(path).iter().flat_map(|m| imports(&m.tree)) {
            let found = import.candidates.iter().find_map(|c| by_path.get_key_value(c.as_str()));
            if let Some((path, _)) = found {
                list.entry(*path).or_insert(import.span);
            }
        }
        open.extend(list.keys());
        needs.insert(path, list);
    }
    needs
}

/// The paths of the modules that are reached from one, it among them.
pub(super) fn reached<'m>(needs: &Needs<'m>, from: &'m str) -> BTreeSet<&'m str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(path) = open.pop() {
        if reached.insert(path) {
            open.extend(needs.get(path).into_iter().flat_map(BTreeMap::keys));
        }
    }
    reached
}

/// Modules in the order in which they come: dependencies first, ties by path; import cycles are reported and cut.
pub(super) fn order<'m>(
    modules: &'m [SourceModule],
    needs: &Needs<'m>,
    sink: &mut Diagnostics,
) -> Vec<&'m SourceModule> {
    let by_path: BTreeMap<&str, &SourceModule> = modules.iter().map(|m| (m.path.as_str(), m)).collect();
    let mut sorted = vec![];
    let mut done = BTreeSet::new();
    while done.len() < needs.len() {
        let mut left = needs.iter().filter(|(path, _)| !done.contains(*path));
        let ready = left.clone().find(|(_, list)| list.keys().all(|need| done.contains(need)));
        let next = match ready {
            Some((path, _)) => *path,
            None => {
                let first = left.next().map(|(path, _)| *path).unwrap_or_default();
                report_cycle(first, needs, &done, sink)
            }
        };
        done.insert(next);
        sorted.extend(by_path.get(next));
    }
    sorted
}

/// Follows imports from a module that waits for itself until one comes again; says so and gives the module to cut at.
fn report_cycle<'m>(first: &'m str, needs: &Needs<'m>, done: &BTreeSet<&'m str>, sink: &mut Diagnostics) -> &'m str {
    let mut path: Vec<(&str, Span)> = vec![];
    let mut at = first;
    loop {
        if let Some(start) = path.iter().position(|(module, _)| *module == at) {
            let cycle = &path[start..];
            let least = (0..cycle.len()).min_by_key(|i| cycle[*i].0).unwrap_or_default();
            let turned: Vec<_> = cycle[least..].iter().chain(&cycle[..least]).collect();
            let names: Vec<_> = turned.iter().chain(&turned[..1]).map(|(module, _)| (*module).to_owned()).collect();
            let others: Vec<_> = turned[1..].iter().map(|(module, span)| (*span, (*module).to_owned())).collect();
            sink.push(names::import_cycle(turned[0].1, &names, &others));
            return turned[0].0;
        }
        let next = needs.get(at).into_iter().flatten().find(|(need, _)| !done.contains(*need));
        let Some((need, span)) = next else { return at };
        path.push((at, *span));
        at = need;
    }
}

/// Binds the names that a module imports; those that are not there are noted in `missing`.
pub(super) fn bind(module: ModuleId, tree: &ast::File, declared: &mut Declared, paths: &BTreeMap<&str, ModuleId>) {
    for import in bindings(tree) {
        let Declared { program, scopes, missing, diagnostics: sink, notes, .. } = declared;
        let env = Env { program, scopes, notes };
        let Some(item) = find(&import, &env, paths, sink) else {
            missing.push((import.name.span.file, import.name.name));
            continue;
        };
        import.note(item, &env, paths);
        let scope = &mut scopes[module];
        let (name, span) = (import.name.name, import.name.span);
        let taken = scope.own.get(&name).map(|b| (b, true)).or_else(|| scope.imported.get(&name).map(|b| (b, false)));
        match taken {
            Some((first, own)) => sink.push(names::imported_twice(span, name.as_str(), first.span, own)),
            None => {
                scope.imported.insert(name, Binding { item, span, private: false });
            }
        }
    }
}

/// Binds the names that stand for what a module of the language's own has, where nothing else has these names.
pub(super) fn bind_implied(
    module: ModuleId,
    tree: &ast::File,
    scopes: &mut SecondaryMap<ModuleId, Scope>,
    paths: &BTreeMap<&str, ModuleId>,
) {
    let needed = standard::implied(tree).into_iter().any(|(path, _)| path == standard::ALERT);
    let Some(of) = paths.get(standard::ALERT).filter(|of| needed && **of != module) else { return };
    for name in standard::ALERT_NAMES {
        let name = Symbol::new(name);
        let Some(binding) = scopes[*of].own.get(&name).copied() else { continue };
        let scope = &mut scopes[module];
        if !scope.own.contains_key(&name) {
            scope.imported.entry(name).or_insert(binding);
        }
    }
}

fn find(import: &UseBinding, env: &Env, paths: &BTreeMap<&str, ModuleId>, sink: &mut Diagnostics) -> Option<Item> {
    let last = import.last()?;
    let capitalised = is_capitalised(last.name.as_str());
    if !capitalised && let Some(module) = paths.get(dotted(&import.path).as_str()) {
        return Some(Item::Module(*module));
    }
    let candidates = import.candidates();
    let parent = candidates.last().map(|parent| dotted(parent)).unwrap_or_default();
    match paths.get(parent.as_str()) {
        Some(of) if import.path.len() > 1 => member(env, None, *of, last, sink).map(|binding| binding.item),
        _ => {
            let path = candidates.first().map_or_else(|| dotted(&import.path), |path| dotted(path));
            let std = super::words::std_module(&path);
            let near = std.as_deref().or_else(|| near(&path, paths.keys().chain(super::words::STD_PATHS).copied()));
            sink.push(names::unknown_module(import.span(), &path, near));
            None
        }
    }
}

/// Leaves out what follows from something that was said: one mistake, one message. What was said about names whose import was
/// refused; about the uses of a state that wants a key; and each use but the first of a name that is not imported.
pub(crate) fn without_consequences(diagnostics: Diagnostics, missing: &[(FileId, Symbol)]) -> Diagnostics {
    if diagnostics.dropped() > 0 {
        return diagnostics;
    }
    let keyless: Vec<String> = diagnostics.iter().filter_map(keyless_state).collect();
    let misused = |diagnostic: &Diagnostic| {
        let codes = ["E0321", "E0413", "E0458"];
        codes.contains(&diagnostic.code.0) && keyless.iter().any(|state| diagnostic.message.contains(state))
    };
    let follows = |diagnostic: &Diagnostic| {
        let about = |name: &Symbol| {
            diagnostic.message.contains(&format!("`{name}`")) || diagnostic.message.contains(&format!("`{name}."))
        };
        ["E0201", "E0251", "E0253"].contains(&diagnostic.code.0)
            && missing.iter().any(|(file, name)| *file == diagnostic.primary.span.file && about(name))
    };
    let mut kept = Diagnostics::new();
    let mut wanted = BTreeSet::new();
    let mut sorted = diagnostics.sorted();
    sorted.retain(|diagnostic| !follows(diagnostic) && !misused(diagnostic));
    for diagnostic in sorted {
        let import = diagnostic.help.iter().find(|help| help.starts_with(ADVICE));
        if import.is_none_or(|import| wanted.insert((diagnostic.primary.span.file, import))) {
            kept.push(diagnostic.clone());
        }
    }
    kept
}

/// The state in backticks, when it was said to want a key.
fn keyless_state(diagnostic: &Diagnostic) -> Option<String> {
    let name = (diagnostic.code.0 == "E0402").then(|| diagnostic.message.split('`').nth(1))??;
    Some(format!("`{name}`"))
}

/// What a module has by a name, seen from another module (or from `use`); says so when it is not there or kept private.
pub(super) fn member(
    env: &Env,
    from: Option<ModuleId>,
    of: ModuleId,
    name: Ident,
    sink: &mut Diagnostics,
) -> Option<Binding> {
    let module = &env.program.modules[of];
    match env.member(of, name.name) {
        Some(binding) => {
            if binding.private && from != Some(of) {
                sink.push(names::private_item(name.span, name.name.as_str(), &module.path, binding.span));
            }
            Some(binding)
        }
        None => {
            let near = near(name.name.as_str(), public_names(&env.scopes[of]).into_iter());
            sink.push(names::unknown_member(name.span, &module.path, name.name.as_str(), near));
            None
        }
    }
}

/// Names that other modules may use, sorted.
fn public_names(scope: &Scope) -> Vec<&'static str> {
    let public = |(name, binding): (&Symbol, &Binding)| (!binding.private).then(|| name.as_str());
    let mut names: Vec<_> = scope.own.iter().filter_map(public).collect();
    names.sort_unstable();
    names
}
