//! Tests: a function for each value of a step, which takes what earlier `let` steps have bound.

use crate::axiom::in_order;
use crate::body::{Bound, Fx, Scope};
use crate::row::RowForm;
use crate::tables::Lower;
use crate::ty::event_id;
use lwas_base::Span;
use lwas_check::hir::{self, AxiomId, AxiomKind, Expr, LocalId, Program, Test, TestStepKind, Type};
use lwas_ir::{self as ir, FuncId};

/// All tests.
pub(crate) fn lower(cx: &mut Lower) {
    for test in &cx.program.tests {
        let mut steps = Steps { test, number: 0, bound: vec![] };
        let place = cx.place(test.span);
        let cases = test.cases.as_ref().map(|cases| steps.cases(cx, cases));
        let list = test.steps.iter().map(|step| {
            steps.number += 1;
            let place = cx.place(step.span);
            ir::TestStep { place, kind: steps.kind(cx, &step.kind) }
        });
        let steps = list.collect();
        let module = cx.program.modules[test.module].path.clone();
        cx.module.tests.push(ir::Test { module, name: test.name.clone(), place, cases, steps });
    }
}

/// The number of a law among the laws.
fn law(program: &Program, axiom: AxiomId) -> u32 {
    let order = in_order(program, |kind| matches!(kind, AxiomKind::Law));
    let at = order.iter().position(|law| *law == axiom).expect("only laws reject");
    u32::try_from(at).expect("a program has few axioms")
}

/// The steps of a test so far.
struct Steps<'t> {
    test: &'t Test,
    number: usize,
    /// What the cases and `let` steps have bound, in order.
    bound: Vec<LocalId>,
}

impl Steps<'_> {
    /// The cases, whose locals are bound from then on.
    fn cases(&mut self, cx: &mut Lower, cases: &hir::Cases) -> ir::Cases {
        let place = cx.place(cases.span);
        let column = |column: &hir::Column| {
            let local = &self.test.locals[column.local];
            let list = self.function(cx, &format!("cases of {}", local.name), &column.list, false);
            ir::Column { name: local.name.as_str().to_owned(), list, ty: cx.ty(&column.list.ty) }
        };
        let columns = cases.columns.iter().map(column).collect();
        self.bound.extend(cases.columns.iter().map(|column| column.local));
        let title = cases.title.as_ref().map(|title| self.function(cx, "name", title, false));
        ir::Cases { place, title, columns }
    }

    fn kind(&mut self, cx: &mut Lower, kind: &TestStepKind) -> ir::TestStepKind {
        match kind {
            TestStepKind::Apply { event, data, at } => {
                let data = self.function(cx, "data", data, false);
                let at = at.as_ref().map(|e| self.function(cx, "at", e, false));
                ir::TestStepKind::Apply { event: event_id(*event), data, at }
            }
            TestStepKind::Reject { event, data, at, with, by } => {
                let data = self.function(cx, "data", data, false);
                let at = at.as_ref().map(|e| self.function(cx, "at", e, false));
                let with = with.as_ref().map(|e| self.function(cx, "with", e, false));
                let by = by.map(|axiom| law(cx.program, axiom));
                ir::TestStepKind::Reject { event: event_id(*event), data, at, with, by }
            }
            TestStepKind::RejectValue { value, with } => {
                let value = self.function(cx, "value", value, false);
                let with = with.as_ref().map(|e| self.function(cx, "with", e, false));
                ir::TestStepKind::RejectValue { value, with }
            }
            TestStepKind::Expect { condition } => {
                ir::TestStepKind::Expect { condition: self.function(cx, "expect", condition, true) }
            }
            TestStepKind::Advance { by } => ir::TestStepKind::Advance { by: self.function(cx, "advance", by, false) },
            TestStepKind::Let { local, value } => {
                let func = self.function(cx, "let", value, false);
                self.bound.push(*local);
                let name = self.test.locals[*local].name.as_str().to_owned();
                ir::TestStepKind::Let { name, value: func, ty: cx.ty(&value.ty) }
            }
        }
    }

    /// A function that gives a value of a step.
    fn function(&self, cx: &mut Lower, what: &str, value: &Expr, tracing: bool) -> FuncId {
        let func = cx.reserve();
        let name = format!("test {:?} step {} {what}", self.test.name, self.number);
        let ty = |local: &LocalId| -> &Type { &self.test.locals[*local].ty };
        let params: Vec<_> = self.bound.iter().map(|local| cx.value_kind(ty(local))).collect();
        let result = cx.kind(&value.ty);
        let span: Span = value.span;
        let mut fx = Fx::new(cx, name, span, &params, result, Scope::default());
        for (index, local) in self.bound.iter().enumerate() {
            let reg = fx.b.param(index);
            fx.scope.locals.insert(*local, Bound { reg, form: RowForm::Full });
        }
        fx.tracing = tracing;
        // Tests are what reaches things, not what is to be reached.
        fx.notes = None;
        let value = fx.value(value);
        fx.finish(func, value);
        func
    }
}
