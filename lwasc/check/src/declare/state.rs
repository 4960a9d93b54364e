//! States and journals: key, stored and computed fields, indexes. Types of computed fields stay unknown until `values`.

use super::Declared;
use super::items::StateTree;
use super::signatures::{distinct, field, plain};
use super::values::empty_body;
use crate::errors::declarations;
use crate::hir::{Computed, Field, StateId, StateKind, Type};
use lwas_base::near;
use lwas_base::{Span, Symbol};
use lwas_syntax::ast::{self, Ident, StateMember};
use std::collections::HashMap;

/// Resolves all states.
pub(super) fn resolve(declared: &mut Declared) {
    for (id, tree) in &declared.trees.states.clone() {
        fields(declared, id, *tree);
        indexes(declared, id, *tree);
    }
}

fn fields(declared: &mut Declared, id: StateId, tree: StateTree) {
    let module = declared.program.states[id].module;
    let mut fields = match tree {
        StateTree::State(state) => {
            state.key.iter().for_each(|param| plain(declared, param, "a field of a key"));
            state.key.iter().map(|param| field(declared, module, param.name, &param.ty, None)).collect()
        }
        StateTree::Journal(_) => built_in(declared.program.states[id].span),
    };
    let key = if declared.program.states[id].kind == StateKind::Journal { 1 } else { fields.len() };
    let members = tree.members();
    for member in members {
        if let StateMember::Field(tree) = member {
            let made = field(declared, module, tree.name, &tree.ty, tree.default.as_ref());
            fields.push(Field { fixed: tree.fixed.is_some(), ..made });
        }
    }
    let stored = fields.len();
    let mut computed = vec![];
    for member in members {
        if let StateMember::Computed { name, ty, value, .. } = member {
            let ty = ty.as_ref().map_or(Type::Error, |ty| declared.resolve(module, ty));
            fields.push(Field { name: name.name, ty, default: None, fixed: false, span: name.span });
            computed.push(Computed { body: empty_body(value.span) });
        }
    }
    check_names(declared, id, tree);
    if declared.program.states[id].kind == StateKind::Single {
        let mut missing = fields[..stored].iter().filter(|f| f.default.is_none());
        if let Some(first) = missing.next() {
            let state = declared.program.states[id].name.as_str();
            let others: Vec<Span> = missing.map(|field| field.span).collect();
            let told = declarations::single_without_default(first.span, state, first.name.as_str(), &others);
            declared.diagnostics.push(told);
        }
    }
    let state = &mut declared.program.states[id];
    (state.fields, state.key, state.stored, state.computed) = (fields, key, stored, computed);
}

/// The fields that every journal has.
fn built_in(span: Span) -> Vec<Field> {
    let field = |name, ty| Field { name: Symbol::new(name), ty, default: None, fixed: true, span };
    vec![field("seq", Type::Int), field("time", Type::Time)]
}

fn check_names(declared: &mut Declared, id: StateId, tree: StateTree) {
    let key = match tree {
        StateTree::State(state) => state.key.iter().map(|p| p.name).collect(),
        StateTree::Journal(_) => vec![],
    };
    let member = |member: &StateMember| match member {
        StateMember::Field(field) => Some(field.name),
        StateMember::Computed { name, .. } => Some(*name),
        StateMember::Index { .. } => None,
    };
    let list: Vec<Ident> = key.into_iter().chain(tree.members().iter().filter_map(member)).collect();
    if declared.program.states[id].kind == StateKind::Journal {
        for name in list.iter().filter(|name| ["seq", "time"].contains(&name.name.as_str())) {
            declared.diagnostics.push(declarations::journal_field(name.span, name.name.as_str()));
        }
    }
    distinct(declared, "field", list.into_iter());
}

/// Indexes at fields, then lines of their own.
fn indexes(declared: &mut Declared, id: StateId, tree: StateTree) {
    let state = &declared.program.states[id];
    let (is_single, name) = (state.kind == StateKind::Single, state.name);
    let numbers: Fields = (0..).zip(&state.fields).map(|(number, field)| (field.name, (number, field.span))).collect();
    let stored = state.stored;
    let mut found: Vec<(Vec<u32>, Span)> = vec![];
    for member in tree.members() {
        if let StateMember::Field(ast::StateField { name, index: Some(span), .. }) = member {
            found.extend(numbers.get(&name.name).map(|(number, _)| (vec![*number], *span)));
        }
    }
    for member in tree.members() {
        if let StateMember::Index { fields, span } = member {
            let list: Option<Vec<u32>> =
                fields.iter().map(|field| indexed_field(declared, *field, &numbers, stored)).collect();
            found.extend(list.filter(|list| !list.is_empty()).map(|list| (list, *span)));
        }
    }
    let mut kept: Vec<(Vec<u32>, Span)> = vec![];
    for (fields, span) in found {
        if is_single {
            let message = format!("`{name}` is one row: there is nothing to look up");
            declared.diagnostics.push(declarations::no_index(span, message, "leave this out"));
        } else if let Some((_, first)) = kept.iter().find(|(other, _)| *other == fields) {
            let message = "this is indexed already".to_owned();
            let twice = declarations::no_index(span, message, "leave this out").with_label(*first, "the same index");
            declared.diagnostics.push(twice);
        } else {
            kept.push((fields, span));
        }
    }
    declared.program.states[id].indexes = kept.into_iter().map(|(fields, _)| fields).collect();
}

/// The fields of a state by name: their numbers, and where they are declared.
type Fields = HashMap<Symbol, (u32, Span)>;

fn indexed_field(declared: &mut Declared, field: Ident, numbers: &Fields, stored: usize) -> Option<u32> {
    let text = field.name.as_str();
    match numbers.get(&field.name) {
        Some((number, place)) if (*number as usize) < stored => {
            declared.notes.used(field.span, *place);
            Some(*number)
        }
        Some(_) => {
            let message = format!("`{text}` is computed, and an index holds stored fields");
            declared.diagnostics.push(declarations::no_index(field.span, message, "computed"));
            None
        }
        None => {
            let mut known: Vec<_> = numbers.keys().map(|name| name.as_str()).collect();
            known.sort_unstable();
            let near = near(text, known.into_iter());
            declared.diagnostics.push(crate::errors::names::unknown_item(field.span, text, near));
            None
        }
    }
}
