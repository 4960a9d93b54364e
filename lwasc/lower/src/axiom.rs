//! Axioms: a function each, and what they read. A row that the `where` leaves out keeps its axiom.

use crate::body::{Bound, Fx, Scope};
use crate::row::RowForm;
use crate::tables::Lower;
use crate::ty::{aggregate_id, state_id};
use lwas_check::hir::{self, AxiomScope, ReadSource};
use lwas_ir::{self as ir, Kind};

/// All axioms.
pub(crate) fn lower(cx: &mut Lower) {
    for item in cx.program.axioms.values() {
        let func = cx.reserve();
        let name = cx.wire(item.module, item.name);
        let place = cx.place(item.span);
        let reads = item.reads.iter().map(read).collect();
        cx.module.axioms.push(ir::Axiom { name, place, scope: scope(item.scope), func, reads });
        define(cx, func, item);
    }
}

fn scope(scope: AxiomScope) -> ir::AxiomScope {
    match scope {
        AxiomScope::Whole => ir::AxiomScope::Whole,
        AxiomScope::Rows(state) => ir::AxiomScope::Rows(state_id(state)),
        AxiomScope::Changed(state) => ir::AxiomScope::Changed(state_id(state)),
        AxiomScope::Deleted(state) => ir::AxiomScope::Deleted(state_id(state)),
    }
}

fn read(read: &hir::Read) -> ir::Read {
    ir::Read {
        source: match read.source {
            ReadSource::State(id) => ir::Source::State(state_id(id)),
            ReadSource::Aggregate(id) => ir::Source::Aggregate(aggregate_id(id)),
        },
        back: read.back.as_ref().map(|back| ir::Back { index: back.index, parts: back.parts.clone() }),
        fields: read.fields.clone(),
    }
}

/// The form of each parameter: rows as the runtime gives them, without computed fields.
fn forms(scope: AxiomScope) -> &'static [RowForm] {
    match scope {
        AxiomScope::Whole => &[],
        AxiomScope::Rows(_) => &[RowForm::Bare],
        AxiomScope::Changed(_) => &[RowForm::Bare, RowForm::Before],
        AxiomScope::Deleted(_) => &[RowForm::Before],
    }
}

fn define(cx: &mut Lower, func: ir::FuncId, item: &hir::Axiom) {
    let name = format!("axiom {}", cx.qualified(item.module, item.name));
    let params = vec![Kind::Ref; item.body.params.len()];
    let mut fx = Fx::new(cx, name, item.span, &params, Some(Kind::I64), Scope::default());
    for (index, (local, form)) in item.body.params.iter().zip(forms(item.scope)).enumerate() {
        let reg = fx.b.param(index);
        fx.scope.locals.insert(*local, Bound { reg, form: *form });
    }
    if let Some(filter) = &item.filter {
        let (counts, free) = (fx.b.new_block(), fx.b.new_block());
        fx.branch_on(filter, counts, free, false);
        fx.b.switch_to(free);
        let holds = fx.b.int(1);
        fx.b.ret(Some(holds));
        fx.b.switch_to(counts);
    }
    fx.tracing = true;
    let value = fx.block(&item.body.block);
    fx.finish(func, value);
}
