//! Tests: steps that share their locals. Tests of `std` belong to a program only when it is the one that is built.

use crate::body::Steps;
use crate::declare::Declared;
use crate::declare::names::{find_path, kind, resolve_path};
use crate::env::{Env, Item};
use crate::errors::{declarations, names};
use crate::hir::{AxiomId, AxiomKind, Cases, Column, EventId, ModuleId, Test, TestStep, TestStepKind, Type};
use lwas_base::Diagnostics;
use lwas_syntax::ast::{self, CaseRow, CaseSource, Ident, StmtKind};

/// The most cases of a test.
const MAX_CASES: usize = 1000;

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
    let cases = tree.cases.as_ref().map(|cases| checker.cases(cases));
    let mut steps = vec![];
    for stmt in &tree.body.statements {
        steps.extend(checker.step(stmt).map(|kind| TestStep { span: stmt.span, kind }));
    }
    if let Some(value) = &tree.body.value {
        checker.sink.push(declarations::not_in_a_test(value.span));
    }
    Test { module, name: tree.name.clone(), span: tree.name_span, cases, locals: checker.steps.finish(), steps }
}

struct StepChecker<'a, 's> {
    env: &'a Env<'a>,
    module: ModuleId,
    steps: Steps<'a>,
    sink: &'s mut Diagnostics,
}

impl StepChecker<'_, '_> {
    /// The cases, of which later steps know the locals.
    fn cases(&mut self, tree: &ast::Cases) -> Cases {
        let lists = match &tree.source {
            CaseSource::Each(source) => self.steps.lists(source, &tree.vars, self.sink),
            CaseSource::Table(rows) => {
                let columns = self.columns(rows, tree).unwrap_or_default();
                columns.iter().map(|column| self.steps.list(column, self.sink)).collect()
            }
        };
        let mut lists = lists.into_iter();
        let mut columns = vec![];
        for var in &tree.vars {
            // Of what was reported nothing more is said.
            let (list, ty) = lists.next().map_or((None, Type::Error), |(list, ty)| (Some(list), ty));
            let local = self.steps.bind(*var, ty, self.sink);
            columns.extend(list.map(|list| Column { local, list }));
        }
        let title = tree.title.as_ref().map(|title| self.steps.expr(Some(&Type::Text), title, self.sink));
        Cases { title, columns, span: tree.span }
    }

    /// A table by columns, each as the list that it would be on its own, so that its values meet as those of a list do.
    fn columns(&mut self, rows: &[CaseRow], tree: &ast::Cases) -> Option<Vec<ast::Expr>> {
        let width = tree.vars.len();
        if rows.is_empty() {
            self.sink.push(declarations::no_cases(tree.span));
        } else if let Some(row) = rows.get(MAX_CASES) {
            self.sink.push(declarations::too_many_cases(row.span, rows.len()));
        }
        for row in rows.iter().filter(|row| row.values.len() != width) {
            self.sink.push(declarations::other_width(row.span, row.values.len(), width, tree.vars.last()?.span));
        }
        let rows: Vec<_> = rows.iter().take(MAX_CASES).filter(|row| row.values.len() == width).collect();
        let (first, last) = (rows.first()?, rows.last()?);
        let column = |at: usize| {
            let values = rows.iter().filter_map(|row| row.values.get(at)).cloned().collect();
            ast::Expr { kind: ast::ExprKind::List(values), span: first.span.to(last.span) }
        };
        Some((0..width).map(column).collect())
    }

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
