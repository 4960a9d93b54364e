//! Which types may stand where: nothing holds a value of its own type, and keys, indexes, stored fields and events' fields
//! have types that can be found, kept and received.

use super::Declared;
use crate::body::show_type;
use crate::errors::declarations;
use crate::hir::{EnumId, Field, Program, RecordId, State, StateKind, Type};
use lwas_base::Span;
use std::collections::HashSet;

/// Checks all types of fields. What holds itself becomes `Type::Error`, so that later walks end.
pub(super) fn check(declared: &mut Declared) {
    cut_cycles(declared);
    let Declared { program, diagnostics, .. } = declared;
    let mut found = vec![];
    for (id, record) in &program.records {
        let holder = |field: &Field| match record.event {
            Some(event) => received(program, field, program.events[event].name.as_str()),
            None => rowless(program, field, "a record"),
        };
        found.extend(record.fields.iter().filter_map(holder));
        let key = record.event.and_then(|event| program.events[event].key);
        let key = key.and_then(|key| program.records[id].fields.get(key as usize));
        found.extend(key.and_then(|field| key_type(program, field, "an event's key", &field.ty)));
    }
    for variant in program.enums.values().flat_map(|e| &e.variants) {
        found.extend(variant.fields.iter().filter_map(|field| rowless(program, field, "an enum")));
    }
    for state in program.states.values() {
        state_types(program, state, &mut found);
    }
    found.into_iter().for_each(|diagnostic| diagnostics.push(diagnostic));
}

fn state_types(program: &Program, state: &State, found: &mut Vec<lwas_base::Diagnostic>) {
    let own = if state.kind == StateKind::Journal { 2 } else { state.key };
    found.extend(state.fields[..state.key].iter().filter_map(|f| key_type(program, f, "a key", &f.ty)));
    found.extend(state.fields[own..state.stored].iter().filter_map(|f| stored(program, f, &f.ty, &mut HashSet::new())));
    for number in state.indexes.iter().flatten().copied().collect::<std::collections::BTreeSet<_>>() {
        let field = &state.fields[number as usize];
        let of = match &field.ty {
            Type::Option(of) => of,
            ty => ty,
        };
        if !is_indexed(program, of) {
            found.push(declarations::no_index_type(field.span, &show_type(program, &field.ty), *of == Type::Money));
        }
    }
}

/// Whether values of a type can be parts of an index: keys, and what has an order besides.
fn is_indexed(program: &Program, ty: &Type) -> bool {
    is_key(program, ty) || matches!(ty, Type::Decimal(_) | Type::Amount(..) | Type::Duration)
}

/// Whether values of a type can be keys, and groups of what is kept.
pub(crate) fn is_key(program: &Program, ty: &Type) -> bool {
    match ty {
        Type::Text | Type::Int | Type::Bool | Type::Date | Type::Time | Type::Currency | Type::Error => true,
        Type::Enum(id) => program.enums[*id].is_plain(),
        _ => false,
    }
}

fn key_type(program: &Program, field: &Field, what: &str, ty: &Type) -> Option<lwas_base::Diagnostic> {
    (!is_key(program, ty)).then(|| declarations::no_key(field.span, &show_type(program, &field.ty), what))
}

/// Says why a field can't be stored.
fn stored(program: &Program, field: &Field, ty: &Type, seen: &mut HashSet<Type>) -> Option<lwas_base::Diagnostic> {
    let wrong = |why: &str, help: &str| {
        Some(declarations::not_stored(field.span, &show_type(program, ty), "stored", why, help))
    };
    match ty {
        Type::Number => wrong("its digits are known at run time only", "store a `Decimal(n)` or an amount, rounded"),
        Type::Bag => wrong("it holds several currencies", "store one row for each currency"),
        Type::Row(_) => wrong("a row is found by its key", "store the key"),
        Type::Option(of) | Type::List(of) | Type::Map(of) => stored(program, field, of, seen),
        Type::Record(id) if seen.insert(ty.clone()) => {
            program.records[*id].fields.iter().find_map(|f| stored(program, field, &f.ty, seen))
        }
        Type::Enum(id) if seen.insert(ty.clone()) => {
            let fields = program.enums[*id].variants.iter().flat_map(|v| &v.fields);
            fields.into_iter().find_map(|f| stored(program, field, &f.ty, seen))
        }
        _ => None,
    }
}

fn received(program: &Program, field: &Field, event: &str) -> Option<lwas_base::Diagnostic> {
    let of = innermost(&field.ty);
    let wrong = matches!(of, Type::Row(_) | Type::Bag);
    wrong.then(|| declarations::not_received(field.span, &show_type(program, of), event))
}

fn rowless(program: &Program, field: &Field, place: &str) -> Option<lwas_base::Diagnostic> {
    let of = innermost(&field.ty);
    let wrong = matches!(of, Type::Row(_) | Type::Bag);
    wrong.then(|| match of {
        Type::Bag => {
            let (why, help) = ("it holds several currencies", "hold a `List<Money>`");
            declarations::not_stored(field.span, "Bag", &format!("a field of {place}"), why, help)
        }
        _ => declarations::row_inside(field.span, &show_type(program, of), place),
    })
}

/// The type inside `T?`, `List<T>` and `Map<Text, T>`.
pub(crate) fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::Option(of) | Type::List(of) | Type::Map(of) => innermost(of),
        ty => ty,
    }
}

/// A type that has fields.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Holder {
    Record(RecordId),
    Enum(EnumId),
}

fn holder(ty: &Type) -> Option<Holder> {
    match innermost(ty) {
        Type::Record(id) => Some(Holder::Record(*id)),
        Type::Enum(id) => Some(Holder::Enum(*id)),
        _ => None,
    }
}

fn field_of(program: &mut Program, of: Holder, number: usize) -> Option<&mut Field> {
    match of {
        Holder::Record(id) => program.records[id].fields.get_mut(number),
        Holder::Enum(id) => program.enums[id].variants.iter_mut().flat_map(|v| &mut v.fields).nth(number),
    }
}

/// Depth first through records and enums, without recursion: a field that leads back to where we are is cut.
fn cut_cycles(declared: &mut Declared) {
    let Declared { program, diagnostics, .. } = declared;
    let records = program.records.keys().map(Holder::Record);
    let all: Vec<Holder> = records.chain(program.enums.keys().map(Holder::Enum)).collect();
    let mut done: HashSet<Holder> = HashSet::new();
    for start in all {
        let mut path: Vec<(Holder, usize)> = vec![(start, 0)];
        let mut on_path: HashSet<Holder> = HashSet::from([start]);
        while let Some((at, next)) = path.last_mut() {
            let (at, number) = (*at, *next);
            *next += 1;
            let name = |program: &Program, of: Holder| match of {
                Holder::Record(id) => program.records[id].name.to_string(),
                Holder::Enum(id) => program.enums[id].name.to_string(),
            };
            let field = if done.contains(&at) { None } else { field_of(program, at, number) };
            let Some(field) = field else {
                done.insert(at);
                on_path.remove(&at);
                path.pop();
                continue;
            };
            let Some(inner) = holder(&field.ty) else { continue };
            if on_path.contains(&inner) {
                let span: Span = field.span;
                field.ty = Type::Error;
                let from = path.iter().position(|(of, _)| *of == inner).unwrap_or_default();
                let round = path[from..].iter().map(|(of, _)| *of).chain([inner]);
                let names: Vec<String> = round.map(|of| name(program, of)).collect();
                diagnostics.push(declarations::holds_itself(span, &names));
            } else if !done.contains(&inner) {
                on_path.insert(inner);
                path.push((inner, 0));
            }
        }
    }
}

/// Refuses a computed field that holds a row.
pub(super) fn computed(program: &Program, ty: &Type, span: Span) -> Option<lwas_base::Diagnostic> {
    let is_row = matches!(innermost(ty), Type::Row(_));
    is_row.then(|| declarations::row_inside(span, &show_type(program, ty), "a computed field"))
}
