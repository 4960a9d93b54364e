//! Warnings, only where it is certain that something has no effect.

use crate::declare::Declared;
use crate::errors::declarations;
use crate::hir::{Body, Expr, ExprKind, FunctionId};
use crate::walk::{Visit, visit_expr};
use std::collections::HashSet;

/// Warns about private functions that nothing calls and accepted events without a rule. With errors in the program nothing
/// is certain.
pub(crate) fn warn(declared: &mut Declared) {
    if declared.diagnostics.has_errors() {
        return;
    }
    let program = &declared.program;
    let mut called = Called::default();
    let functions = program.functions.values().filter_map(|f| f.body.as_ref());
    let bodies = functions
        .chain(program.rules.values().map(|r| &r.body))
        .chain(program.dues.iter().map(|d| &d.body))
        .chain(program.axioms.values().map(|a| &a.body));
    let computed = program.states.values().flat_map(|s| s.computed.iter().map(|c| &c.body));
    bodies.chain(computed).for_each(|body: &Body| called.block(&body.block));
    program.axioms.values().flat_map(|a| a.others()).for_each(|expr| called.expr(expr));
    program.consts.values().for_each(|c| called.expr(&c.value));
    let fields =
        program.states.values().flat_map(|s| &s.fields).chain(program.records.values().flat_map(|r| &r.fields));
    fields.filter_map(|f| f.default.as_ref()).for_each(|default| called.expr(default));
    program.aggregates.values().for_each(|a| {
        called.block(&a.value.block);
        a.filter.iter().for_each(|filter| called.expr(filter));
    });
    called.0.extend(program.exports.iter().map(|export| export.function));
    let mut tests = Called::default();
    let cases = program.tests.iter().flat_map(|test| &test.cases);
    cases.flat_map(|cases| cases.exprs()).for_each(|expr| tests.expr(expr));
    for step in program.tests.iter().flat_map(|t| &t.steps) {
        step_exprs(step).for_each(|expr| tests.expr(expr));
    }
    let mut found = vec![];
    for (id, function) in &program.functions {
        // What the standard library keeps for the runtime is called by nobody else.
        let for_runtime = declared.trees.std[function.module];
        if function.private && !for_runtime && !called.0.contains(&id) && !tests.0.contains(&id) {
            found.push(declarations::unused_private(function.span, function.name.as_str()));
        }
    }
    // One without fields lets time pass, and that may be all that it is for.
    let says_something = |record| !program.records[record].fields.is_empty();
    for event in program.events.values().filter(|e| e.accepted && e.rules.is_empty() && says_something(e.record)) {
        found.push(declarations::event_without_rule(event.span, event.name.as_str()));
    }
    found.into_iter().for_each(|warning| declared.diagnostics.push(warning));
}

fn step_exprs(step: &crate::hir::TestStep) -> impl Iterator<Item = &Expr> {
    use crate::hir::TestStepKind as Kind;
    let (first, second, third) = match &step.kind {
        Kind::Apply { data, at, .. } => (data, at.as_ref(), None),
        Kind::Reject { data, at, with, .. } => (data, at.as_ref(), with.as_ref()),
        Kind::RejectValue { value, with } => (value, with.as_ref(), None),
        Kind::Expect { condition } => (condition, None, None),
        Kind::Advance { by } => (by, None, None),
        Kind::Let { value, .. } => (value, None, None),
    };
    [Some(first), second, third].into_iter().flatten()
}

#[derive(Default)]
struct Called(HashSet<FunctionId>);

impl Visit for Called {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Call { function, .. } = &expr.kind {
            self.0.insert(*function);
        }
        visit_expr(self, expr);
    }
}
