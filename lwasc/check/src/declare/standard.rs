//! Modules that the language itself relies on: `std.belief` for beliefs and `resonance()`, `std.alert` for alerts. A file that
//! has one of these needs the module without a `use`, and sees the names that stand for it.

use crate::env::{Env, Item};
use lwas_base::{Span, Symbol};
use lwas_syntax::ast::{self, AxiomKind, ItemKind, UseNames};

/// Where beliefs are recorded.
pub(crate) const BELIEF: &str = "std.belief";
/// Where alerts are recorded.
pub(crate) const ALERT: &str = "std.alert";
/// The names of `std.alert` that every module sees where it does not use them otherwise.
pub(crate) const ALERT_NAMES: [&str; 2] = ["Alert", "alerts"];

/// The modules that a file needs without naming them, and why.
pub(crate) fn implied(tree: &ast::File) -> Vec<(&'static str, Span)> {
    let mut found: Vec<(&'static str, Span)> = vec![];
    let mut need = |module, span| {
        if found.iter().all(|(known, _)| *known != module) {
            found.push((module, span));
        }
    };
    for item in &tree.items {
        let ItemKind::Axiom(axiom) = &item.kind else { continue };
        match axiom.kind {
            AxiomKind::Law => {}
            AxiomKind::Belief { .. } => need(BELIEF, axiom.name.span),
            AxiomKind::Alert { .. } => need(ALERT, axiom.name.span),
        }
    }
    for name in &tree.built_in {
        if !declares(tree, name.name) {
            need(if name.name.as_str() == "resonance" { BELIEF } else { ALERT }, name.span);
        }
    }
    found
}

/// Whether a file has an item of this name or imports one.
fn declares(tree: &ast::File, name: Symbol) -> bool {
    tree.items.iter().any(|item| match &item.kind {
        ItemKind::Enum(item) => item.name.name == name,
        ItemKind::Record(item) => item.name.name == name,
        ItemKind::State(item) => item.name.name == name,
        ItemKind::Journal(item) => item.name.name == name,
        ItemKind::Event(item) => item.name.name == name,
        ItemKind::Function(item) => item.name.name == name,
        ItemKind::Use(used) => match &used.names {
            UseNames::Last => used.path.last().is_some_and(|last| last.name == name),
            UseNames::As(bound) => bound.name == name,
            UseNames::Several(list) => list.iter().any(|one| one.bound.name == name),
        },
        _ => false,
    })
}

/// What a module that the language relies on has by a name; none where the program does not have the module.
pub(crate) fn member(env: &Env, module: &str, name: &str) -> Option<Item> {
    let (id, _) = env.program.modules.iter().find(|(_, known)| known.path == module)?;
    env.member(id, Symbol::new(name)).map(|binding| binding.item)
}
