//! Tests: steps that share their locals. Tests of `std` belong to a program only when it is the one that is built.

use crate::body::Steps;
use crate::declare::Declared;
use crate::declare::names::{find_path, kind, resolve_path};
use crate::env::{Env, Item};
use crate::errors::{declarations, names};
use crate::hir::{AxiomId, AxiomKind, EventId, ModuleId, Test, TestStep, TestStepKind, Type};
use lwas_base::Diagnostics;
use lwas_syntax::ast::{self, Ident, StmtKind};

/// Checks the tests of the program's own modules.
pub(super) fn fill(declared: &mut Declared) {
    for (module, tree) in declared.trees.tests.clone() {
        if declared.trees.std[module] && !declared.is_entry(module) {
            continue;
        }
        let mut sink = Diagnostics::new();
        let test = test(&declared.env(), module, tree, &mut sink);
        declared.diagnostics.append(sink);
        declared.program.tests.push(test);
    }
}

fn test(env: &Env, module: ModuleId, tree: &ast::Test, sink: &mut Diagnostics) -> Test {
    let mut checker = StepChecker { env, module, steps: Steps::new(env, module), sink };
    let mut steps = vec![];
    for stmt in &tree.body.statements {
        steps.extend(checker.step(stmt).map(|kind| TestStep { span: stmt.span, kind }));
    }
    if let Some(value) = &tree.body.value {
        checker.sink.push(declarations::not_in_a_test(value.span));
    }
    Test { module, name: tree.name.clone(), span: tree.name_span, locals: checker.steps.finish(), steps }
}

struct StepChecker<'a, 's> {
    env: &'a Env<'a>,
    module: ModuleId,
    steps: Steps<'a>,
    sink: &'s mut Diagnostics,
}

impl StepChecker<'_, '_> {
    fn step(&mut self, stmt: &ast::Stmt) -> Option<TestStepKind> {
        match &stmt.kind {
            StmtKind::Error => None,
            StmtKind::Let { name, ty, value } => {
                let ty =
                    ty.as_ref().map(|ty| crate::declare::types::resolve_type(self.env, self.module, ty, self.sink));
                let value = self.steps.expr(ty.as_ref(), value, self.sink);
                let local = self.steps.bind(*name, ty.unwrap_or_else(|| value.ty.clone()), self.sink);
                Some(TestStepKind::Let { local, value })
            }
            StmtKind::Expect { condition } => {
                Some(TestStepKind::Expect { condition: self.steps.expect(condition, self.sink) })
            }
            StmtKind::Apply { event, at } => {
                let id = self.event(event)?;
                let data = self.data(id, event);
                let at = at.as_ref().map(|at| self.steps.expr(Some(&Type::Time), at, self.sink));
                Some(TestStepKind::Apply { event: id, data, at })
            }
            StmtKind::Reject { what, at, with, by } => self.reject(what, at.as_ref(), with.as_ref(), by.as_deref()),
            StmtKind::Advance { by } => {
                Some(TestStepKind::Advance { by: self.steps.expr(Some(&Type::Duration), by, self.sink) })
            }
            _ => {
                self.sink.push(declarations::not_in_a_test(stmt.span));
                None
            }
        }
    }

    fn data(&mut self, event: EventId, tree: &ast::Expr) -> crate::hir::Expr {
        let ty = Type::Record(self.env.program.events[event].record);
        self.steps.expr(Some(&ty), tree, self.sink)
    }

    /// The event that a record expression names; anything else is reported.
    fn event(&mut self, tree: &ast::Expr) -> Option<EventId> {
        let ast::ExprKind::Record { path, .. } = &tree.kind else {
            // The parser said so.
            return None;
        };
        match resolve_path(self.env, self.module, path, self.sink)? {
            Item::Event(event) => Some(event),
            Item::State(state) if let Some(settings) = self.env.program.settings_of(state) => Some(settings.event),
            other => {
                let last = path.last()?;
                self.sink.push(names::wrong_kind(last.span, last.name.as_str(), kind(other), "an event"));
                None
            }
        }
    }

    fn reject(
        &mut self,
        what: &ast::Expr,
        at: Option<&ast::Expr>,
        with: Option<&ast::Expr>,
        by: Option<&[Ident]>,
    ) -> Option<TestStepKind> {
        let names_event = match &what.kind {
            // A record that is unknown is more likely an event than a value.
            ast::ExprKind::Record { path, .. } => match find_path(self.env, self.module, path) {
                Some(Item::State(state)) => self.env.program.settings_of(state).is_some(),
                found => matches!(found, Some(Item::Event(_)) | None),
            },
            _ => false,
        };
        let with = with.map(|with| self.steps.expr(Some(&Type::Text), with, self.sink));
        if names_event {
            let by = by.and_then(|by| self.axiom(by));
            let event = self.event(what)?;
            let data = self.data(event, what);
            let at = at.map(|at| self.steps.expr(Some(&Type::Time), at, self.sink));
            return Some(TestStepKind::Reject { event, data, at, with, by });
        }
        if let Some(at) = at {
            self.sink.push(declarations::reject_of_value(at.span, "a time"));
        }
        if let Some(by) = by.and_then(|by| by.last()) {
            self.sink.push(declarations::reject_of_value(by.span, "an axiom"));
        }
        let value = self.steps.expr(None, what, self.sink);
        Some(TestStepKind::RejectValue { value, with })
    }

    /// What an item is, in words: names of beliefs and alerts look like those of axioms.
    fn kind(&self, item: Item) -> &'static str {
        let Item::Axiom(id) = item else { return kind(item) };
        match self.env.program.axioms[id].kind {
            AxiomKind::Law => "an axiom",
            AxiomKind::Belief { .. } => "a belief, which rejects nothing",
            AxiomKind::Alert(_) => "an alert, which rejects nothing",
        }
    }

    fn axiom(&mut self, path: &[Ident]) -> Option<AxiomId> {
        match resolve_path(self.env, self.module, path, self.sink)? {
            Item::Axiom(axiom) if matches!(self.env.program.axioms[axiom].kind, AxiomKind::Law) => Some(axiom),
            other => {
                let last = path.last()?;
                self.sink.push(names::wrong_kind(last.span, last.name.as_str(), self.kind(other), "an axiom"));
                None
            }
        }
    }
}
