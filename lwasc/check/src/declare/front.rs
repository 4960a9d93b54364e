//! What stands before an item: its attributes. Which there are and where each may stand is said here; what their arguments
//! mean is found out by `attributes`, once everything is declared.

use crate::errors::{attributes, names};
use lwas_base::{Diagnostics, Span, Symbol, near};
use lwas_syntax::ast::{self, FunctionKind, ItemKind};
use std::collections::HashMap;

/// All attributes, each with what it belongs before.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("event", "an action"),
    ("get", "a query"),
    ("post", "an event, or an action that `@event` makes one"),
    ("export", "a function"),
    ("settings", "a state without a key"),
    ("sample", "an event"),
];

/// The attributes before an item that may stand there; what is wrong with the others is reported.
pub(super) fn attributes<'m>(item: &'m ast::Item, sink: &mut Diagnostics) -> Vec<&'m ast::Attribute> {
    let Some(place) = place(&item.kind) else { return vec![] };
    let is_event = item.attributes.iter().any(|attribute| attribute.name.name.as_str() == "event");
    let mut seen: HashMap<Symbol, Span> = HashMap::new();
    let mut good = vec![];
    for attribute in &item.attributes {
        let name = attribute.name.name.as_str();
        let Some((_, wanted)) = ATTRIBUTES.iter().find(|(known, _)| *known == name) else {
            let near = near(name, ATTRIBUTES.iter().map(|(known, _)| *known));
            sink.push(names::unknown_attribute(attribute.name.span, name, near));
            continue;
        };
        if !belongs(name, &item.kind, is_event) {
            let help = format!("`@{name}` belongs before {wanted}");
            sink.push(names::misplaced(attribute.span, &format!("`@{name}`"), place, &help));
            continue;
        }
        // A query may answer at several paths, and an event come by several.
        let first = *seen.entry(attribute.name.name).or_insert(attribute.span);
        if first != attribute.span && !matches!(name, "get" | "post") {
            sink.push(names::declared_twice(attribute.span, &format!("@{name}"), "the attribute", first));
            continue;
        }
        if let (Some(arg), "event" | "settings") = (attribute.args.first(), name) {
            sink.push(attributes::arguments(arg.span, format!("`@{name}` takes no argument"), &format!("@{name}")));
        }
        good.push(attribute);
    }
    good
}

/// Whether an attribute may stand before an item.
fn belongs(attribute: &str, kind: &ItemKind, is_event: bool) -> bool {
    match (attribute, kind) {
        ("event", ItemKind::Function(function)) => function.kind == FunctionKind::Action,
        ("get", ItemKind::Function(function)) => function.kind == FunctionKind::Query,
        ("export", ItemKind::Function(function)) => function.kind == FunctionKind::Fn,
        ("post", ItemKind::Function(function)) => function.kind == FunctionKind::Action && is_event,
        ("post" | "sample", ItemKind::Event(_)) => true,
        ("settings", ItemKind::State(state)) => state.key.is_empty(),
        _ => false,
    }
}

/// An item in words; none for source that could not be read.
fn place(kind: &ItemKind) -> Option<&'static str> {
    Some(match kind {
        ItemKind::Function(function) => match function.kind {
            FunctionKind::Fn => "a function",
            FunctionKind::Action => "an action",
            FunctionKind::Query => "a query",
        },
        ItemKind::Event(_) => "an event",
        ItemKind::Use(_) => "`use`",
        ItemKind::Accept(_) => "`accept`",
        ItemKind::Const(_) => "a constant",
        ItemKind::Currency(_) => "a currency",
        ItemKind::Enum(_) => "an enum",
        ItemKind::Record(_) => "a record",
        ItemKind::State(state) if state.key.is_empty() => "a state",
        ItemKind::State(_) => "a state with a key",
        ItemKind::Journal(_) => "a journal",
        ItemKind::Rule(_) | ItemKind::Due(_) => "a rule",
        ItemKind::Axiom(_) => "an axiom",
        ItemKind::Test(_) => "a test",
        ItemKind::Error => return None,
    })
}
