//! The tables of the module: enums, records, states, aggregates, events, as the runtime reads them. Functions that they
//! name are reserved here or by `Lower::new`, and built later.

use crate::due;
use crate::function::value_function;
use crate::order;
use crate::tables::Lower;
use crate::ty::{aggregate_id, record_id, state_id};
use lwas_check::hir::{self, AggregateKind, Type};
use lwas_ir as ir;

/// Fills in the tables. Types first, for functions ask the module for layouts.
pub(crate) fn declare(cx: &mut Lower) {
    let program = cx.program;
    cx.module.name = program.faces.first().map(|face| program.modules[face.entry].path.clone()).unwrap_or_default();
    for item in program.enums.values() {
        let variant = |cx: &mut Lower, v: &hir::Variant| ir::Variant {
            name: v.name.as_str().to_owned(),
            fields: fields(cx, &v.fields),
        };
        let variants = item.variants.iter().map(|v| variant(cx, v)).collect();
        let name = cx.wire(item.module, item.name);
        cx.module.enums.push(ir::Enum { name, variants });
    }
    for item in program.records.values() {
        let (name, fields) = (cx.wire(item.module, item.name), fields(cx, &item.fields));
        cx.module.records.push(ir::Record { name, fields });
    }
    for (id, item) in &program.states {
        let item = state(cx, id, item);
        cx.module.states.push(item);
    }
    due::declare(cx);
    for item in program.aggregates.values() {
        let (kind, order) = (aggregate_kind(item), order::declare(cx, item));
        let (name, state, group) = (item.name.clone(), state_id(item.state), item.group.clone());
        let add = cx.reserve();
        cx.module.aggregates.push(ir::Aggregate { name, state, group, kind, add, order });
    }
    windows(cx);
    defaults(cx);
}

/// The windows: the aggregates over one journal and one span share one, and one count of the rows that have left.
fn windows(cx: &mut Lower) {
    let program = cx.program;
    for (id, item) in &program.aggregates {
        let (Some(span), journal) = (item.over, state_id(item.state)) else { continue };
        let known = cx.module.windows.iter_mut().find(|window| window.journal == journal && window.span == span);
        if let Some(known) = known {
            known.aggregates.push(aggregate_id(id));
            continue;
        }
        let of = &program.states[item.state];
        let name = format!("{}.{}.left.{span}", program.modules[of.module].path, of.name);
        let (add, sub) = (cx.reserve(), cx.reserve());
        let left =
            ir::Aggregate { name, state: journal, group: vec![], kind: ir::AggregateKind::Count, add, order: None };
        let left = cx.module.aggregates.push(left);
        cx.module.windows.push(ir::Window { journal, span, left, aggregates: vec![aggregate_id(id)], sub });
    }
}

fn fields(cx: &mut Lower, fields: &[hir::Field]) -> Vec<ir::Field> {
    let field = |f: &hir::Field| ir::Field { name: f.name.as_str().to_owned(), ty: cx.ty(&f.ty), default: None };
    fields.iter().map(field).collect()
}

fn state(cx: &mut Lower, id: hir::StateId, item: &hir::State) -> ir::State {
    let number = |n: usize| u32::try_from(n).expect("a state has few fields");
    let single = item.kind == hir::StateKind::Single;
    ir::State {
        module: cx.program.modules[item.module].path.clone(),
        name: item.name.as_str().to_owned(),
        kind: match item.kind {
            hir::StateKind::Keyed => ir::StateKind::Keyed,
            hir::StateKind::Single => ir::StateKind::Single,
            hir::StateKind::Journal => ir::StateKind::Journal,
        },
        fields: fields(cx, &item.fields),
        key: number(item.key),
        stored: number(item.stored),
        computed: cx.states[id].computed.clone(),
        indexes: item.indexes.clone(),
        initial: single.then(|| cx.reserve()),
    }
}

/// What an aggregate adds up. A Duration is a whole number of microseconds.
fn aggregate_kind(item: &hir::Aggregate) -> ir::AggregateKind {
    match (item.kind, &item.value.block.ty) {
        (AggregateKind::Count | AggregateKind::Order, _) => ir::AggregateKind::Count,
        (AggregateKind::SumMoney, _) => ir::AggregateKind::SumMoney,
        (AggregateKind::SumWide, Type::Decimal(digits) | Type::Amount(_, digits)) => {
            ir::AggregateKind::SumWide(*digits)
        }
        (AggregateKind::SumInt | AggregateKind::SumWide, _) => ir::AggregateKind::SumInt,
    }
}

/// Functions for what is left out: of the fields of events. Queries get theirs with their functions.
fn defaults(cx: &mut Lower) {
    let program = cx.program;
    for (id, record) in program.records.iter().filter(|(_, r)| r.event.is_some()) {
        for (at, field) in record.fields.iter().enumerate() {
            if let Some(value) = &field.default {
                let name = format!("default {}.{}", cx.qualified(record.module, record.name), field.name);
                let func = value_function(cx, name, value);
                cx.module.records[record_id(id)].fields[at].default = Some(func);
            }
        }
    }
}

/// A field of a query.
pub(crate) fn param(cx: &mut Lower, of: &str, field: &hir::Field) -> ir::Field {
    let default = field.default.as_ref();
    let default = default.map(|value| value_function(cx, format!("default {of}.{}", field.name), value));
    ir::Field { name: field.name.as_str().to_owned(), ty: cx.ty(&field.ty), default }
}
