//! What a dotted path stands for where an item is named: in types, rules, axioms, `accept` and tests.

use super::{imports, words};
use crate::env::{Env, Item};
use crate::errors::names;
use crate::hir::ModuleId;
use lwas_base::Diagnostics;
use lwas_base::near;
use lwas_syntax::ast::Ident;

/// The item that a path names; what is wrong with it is reported.
pub(crate) fn resolve_path(env: &Env, module: ModuleId, path: &[Ident], sink: &mut Diagnostics) -> Option<Item> {
    let (first, rest) = path.split_first()?;
    let Some(binding) = env.lookup(module, first.name) else {
        let (known, name) = (known_names(env, module), first.name.as_str());
        let elsewhere = env.elsewhere(module, first.name, |item| !matches!(item, Item::Function(_)));
        let near = elsewhere.as_deref().or_else(|| near(name, known.iter().copied()));
        let near = near.or_else(|| words::foreign_type(name)).or_else(|| lwas_base::near(name, words::types()));
        let diagnostic = names::unknown_item(first.span, name, near);
        let import = words::import_of(name).filter(|_| near.is_none());
        sink.push(import.into_iter().fold(diagnostic, |diagnostic, import| diagnostic.with_help(import)));
        return None;
    };
    let mut item = binding.item;
    env.names(first.span, item);
    let mut at = *first;
    for name in rest {
        let Item::Module(of) = item else {
            sink.push(names::wrong_kind(at.span, at.name.as_str(), kind(item), "a module"));
            return None;
        };
        item = imports::member(env, Some(module), of, *name, sink)?.item;
        env.names(name.span, item);
        at = *name;
    }
    Some(item)
}

/// The same without a message.
pub(crate) fn find_path(env: &Env, module: ModuleId, path: &[Ident]) -> Option<Item> {
    resolve_path(env, module, path, &mut Diagnostics::new())
}

fn known_names(env: &Env, module: ModuleId) -> Vec<&'static str> {
    let scope = &env.scopes[module];
    let mut known: Vec<_> = scope.own.keys().chain(scope.imported.keys()).map(|name| name.as_str()).collect();
    known.sort_unstable();
    known
}

/// What kind of item it is, in words.
pub(crate) fn kind(item: Item) -> &'static str {
    match item {
        Item::Module(_) => "a module",
        Item::Currency(_) => "a currency",
        Item::Enum(_) => "an enum",
        Item::Record(_) => "a record",
        Item::State(_) => "a state",
        Item::Event(_) => "an event",
        Item::Function(_) => "a function",
        Item::Const(_) => "a constant",
        Item::Axiom(_) => "an axiom",
    }
}

/// A path as written.
pub(crate) fn dotted(path: &[Ident]) -> String {
    path.iter().map(|name| name.name.as_str()).collect::<Vec<_>>().join(".")
}
