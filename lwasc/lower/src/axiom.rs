//! Axioms: a function each, and what they read. A row that the `where` leaves out keeps its axiom. Conditions of beliefs and
//! alerts are made the same way, for `watch`.

use crate::body::{Bound, Fx, Scope};
use crate::order;
use crate::row::RowForm;
use crate::tables::Lower;
use crate::ty::{aggregate_id, state_id};
use lwas_check::hir::{self, AxiomId, AxiomKind, AxiomScope, ReadSource};
use lwas_ir::coverage::Spot;
use lwas_ir::{self as ir, Kind};

/// All laws, in the order in which they are checked.
pub(crate) fn lower(cx: &mut Lower) {
    for (number, id) in in_order(cx.program, |kind| matches!(kind, AxiomKind::Law)).into_iter().enumerate() {
        let item = &cx.program.axioms[id];
        let (axiom, asked) = asked(cx, item);
        cx.note_axiom(number, item, asked);
        cx.module.axioms.push(axiom);
    }
}

/// Laws, beliefs or alerts in order of declaration, but what is given something after that.
pub(crate) fn in_order(program: &hir::Program, wanted: impl Fn(&AxiomKind) -> bool) -> Vec<AxiomId> {
    let mut order: Vec<AxiomId> = vec![];
    let wanted: Vec<_> = program.axioms.iter().filter(|(_, axiom)| wanted(&axiom.kind)).map(|(id, _)| id).collect();
    for id in &wanted {
        // Rounds of `given` are errors, so this ends; each is finished once.
        let mut open = vec![*id];
        while let Some(at) = open.last().copied() {
            let waits = |given: &&AxiomId| wanted.contains(given) && !order.contains(given);
            match program.axioms[at].given.iter().find(waits) {
                Some(given) => open.push(*given),
                None => {
                    open.pop();
                    if !order.contains(&at) {
                        order.push(at);
                    }
                }
            }
        }
    }
    order
}

/// What is asked, as a function.
pub(crate) fn check(cx: &mut Lower, item: &hir::Axiom) -> ir::Axiom {
    asked(cx, item).0
}

/// What is asked, and where that begins.
fn asked(cx: &mut Lower, item: &hir::Axiom) -> (ir::Axiom, Spot) {
    let func = cx.reserve();
    let name = cx.wire(item.module, item.name);
    let place = cx.place(item.span);
    let reads = item.reads.iter().map(|one| read(cx, one)).collect();
    let asked = define(cx, func, item);
    (ir::Axiom { name, place, scope: scope(item.scope), func, reads }, asked)
}

fn scope(scope: AxiomScope) -> ir::AxiomScope {
    match scope {
        AxiomScope::Whole => ir::AxiomScope::Whole,
        AxiomScope::Rows(state) => ir::AxiomScope::Rows(state_id(state)),
        AxiomScope::Changed(state) => ir::AxiomScope::Changed(state_id(state)),
        AxiomScope::Deleted(state) => ir::AxiomScope::Deleted(state_id(state)),
    }
}

fn read(cx: &Lower, read: &hir::Read) -> ir::Read {
    ir::Read {
        source: match read.source {
            ReadSource::State(id) => ir::Source::State(state_id(id)),
            ReadSource::Aggregate(id) => order::read(cx, id).unwrap_or(ir::Source::Aggregate(aggregate_id(id))),
            ReadSource::Rows { state, index, parts } => ir::Source::Rows {
                state: state_id(state),
                index,
                parts: u8::try_from(parts).expect("an index has few fields"),
            },
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

/// The builder of a function with the axiom's parameters.
pub(crate) fn begin<'c, 'a>(cx: &'c mut Lower<'a>, item: &hir::Axiom, what: &str, result: Kind) -> Fx<'c, 'a> {
    let name = format!("{}{what} {}", item.word(), cx.qualified(item.module, item.name));
    let params = vec![Kind::Ref; item.body.params.len()];
    let mut fx = Fx::new(cx, name, item.span, &params, Some(result), Scope::default());
    for (index, (local, form)) in item.body.params.iter().zip(forms(item.scope)).enumerate() {
        let reg = fx.b.param(index);
        fx.scope.locals.insert(*local, Bound { reg, form: *form });
    }
    fx
}

/// Builds the function, and says where it goes on behind the `where`.
fn define(cx: &mut Lower, func: ir::FuncId, item: &hir::Axiom) -> Spot {
    let mut fx = begin(cx, item, "", Kind::I64);
    if let Some(filter) = &item.filter {
        let (counts, free) = (fx.b.new_block(), fx.b.new_block());
        fx.branch_on(filter, counts, free, false);
        fx.b.switch_to(free);
        // A row that is left out keeps its law or belief, and fires no alert.
        let holds = fx.b.int(i64::from(!matches!(item.kind, AxiomKind::Alert(_))));
        fx.b.ret(Some(holds));
        fx.b.switch_to(counts);
    }
    let (block, inst) = fx.b.position();
    fx.tracing = true;
    let value = fx.block(&item.body.block);
    fx.finish(func, value);
    Spot { func, block, inst }
}
