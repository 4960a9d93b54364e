//! Locals: the names that bodies bind, each with the part of the text that sees it. A tree comes in. The checker knows their types, by
//! the place of the name.

use lwas_base::Span;
use lwas_syntax::ast::{
    AxiomScope, Binder, Block, CaseSource, Change, Else, Expr, ExprKind, File, Ident, ItemKind, Pattern, PatternKind,
    StateMember, Stmt, StmtKind, TextPart,
};

/// A name that a body binds.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// The name.
    pub name: Ident,
    /// What sees it.
    pub scope: Span,
    /// Whether it is a `let` without a type.
    pub is_untyped_let: bool,
}

/// All names that the bodies of a file bind, parameters of functions left out.
pub fn bound(file: &File) -> Vec<Bound> {
    let mut walk = Walk::default();
    for item in &file.items {
        walk.item(&item.kind, item.span);
    }
    walk.bound
}

#[derive(Default)]
struct Walk {
    bound: Vec<Bound>,
}

impl Walk {
    fn bind(&mut self, name: Ident, scope: Span) {
        self.bound.push(Bound { name, scope, is_untyped_let: false });
    }

    fn item(&mut self, kind: &ItemKind, span: Span) {
        match kind {
            ItemKind::Function(function) => self.block(&function.body),
            ItemKind::Rule(rule) => {
                rule.binding.iter().for_each(|name| self.bind(*name, rule.body.span));
                self.block(&rule.body);
            }
            ItemKind::Due(due) => {
                due.binding.iter().for_each(|name| self.bind(*name, due.body.span));
                self.block(&due.body);
            }
            ItemKind::Axiom(axiom) => {
                if let AxiomScope::Rows { var, change, filter, .. } = &axiom.scope {
                    self.bind(*var, span);
                    if let Change::From(before) = change {
                        self.bind(*before, span);
                    }
                    filter.iter().for_each(|filter| self.expr(filter));
                }
                if let lwas_syntax::ast::AxiomKind::Alert { message: Some(message), .. } = &axiom.kind {
                    self.expr(message);
                }
                self.block(&axiom.body);
            }
            ItemKind::Test(test) => {
                if let Some(cases) = &test.cases {
                    cases.vars.iter().for_each(|name| self.bind(*name, span));
                    match &cases.source {
                        CaseSource::Each(source) => self.expr(source),
                        CaseSource::Table(rows) => rows.iter().flat_map(|row| &row.values).for_each(|v| self.expr(v)),
                    }
                }
                self.block(&test.body);
            }
            ItemKind::Const(constant) => self.expr(&constant.value),
            ItemKind::State(state) => self.members(&state.members),
            ItemKind::Journal(journal) => self.members(&journal.members),
            _ => {}
        }
    }

    fn members(&mut self, members: &[StateMember]) {
        for member in members {
            if let StateMember::Computed { value, .. } = member {
                self.expr(value);
            }
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.statements {
            self.stmt(stmt, block.span);
        }
        block.value.iter().for_each(|value| self.expr(value));
    }

    fn stmt(&mut self, stmt: &Stmt, within: Span) {
        match &stmt.kind {
            StmtKind::Let { name, ty, value } => {
                self.expr(value);
                let scope = Span { start: stmt.span.end, ..within };
                self.bound.push(Bound { name: *name, scope, is_untyped_let: ty.is_none() });
            }
            StmtKind::Require { condition, message } => {
                self.expr(condition);
                self.expr(message);
            }
            StmtKind::Assign { target, value, .. } => {
                self.expr(target);
                self.expr(value);
            }
            StmtKind::Delete { keys, .. } => self.all(keys),
            StmtKind::For { binder, body } => {
                self.binder(binder, stmt.span);
                self.block(body);
            }
            StmtKind::Expr(expr) | StmtKind::Emit { event: expr } | StmtKind::Expect { condition: expr } => {
                self.expr(expr);
            }
            StmtKind::Advance { by } => self.expr(by),
            StmtKind::Apply { event, at } => {
                self.expr(event);
                at.iter().for_each(|at| self.expr(at));
            }
            StmtKind::Reject { what, at, with, .. } => {
                self.expr(what);
                at.iter().chain(with).for_each(|expr| self.expr(expr));
            }
            StmtKind::Error | StmtKind::Clear { .. } => {}
        }
    }

    fn binder(&mut self, binder: &Binder, scope: Span) {
        binder.vars.iter().for_each(|name| self.bind(*name, scope));
        self.expr(&binder.source);
        binder.over.iter().chain(&binder.filter).for_each(|expr| self.expr(expr));
    }

    fn all(&mut self, exprs: &[Expr]) {
        exprs.iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Error | ExprKind::Literal(_) | ExprKind::Amount { .. } | ExprKind::Name(_) => {}
            ExprKind::Text(parts) => parts.iter().for_each(|part| {
                if let TextPart::Expr(expr) = part {
                    self.expr(expr);
                }
            }),
            ExprKind::Some(of) | ExprKind::Unary { operand: of, .. } | ExprKind::Field { base: of, .. } => {
                self.expr(of)
            }
            ExprKind::List(of) => self.all(of),
            ExprKind::Comprehension { value, binder } => {
                self.binder(binder, expr.span);
                self.expr(value);
            }
            ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
                self.expr(key);
                self.expr(value);
            }),
            ExprKind::MapComprehension { key, value, binder } => {
                self.binder(binder, expr.span);
                self.expr(key);
                self.expr(value);
            }
            ExprKind::Aggregate { limit, value, binder, .. } => {
                self.binder(binder, expr.span);
                limit.iter().chain(value).for_each(|expr| self.expr(expr));
            }
            ExprKind::Fold { acc, init, binder, body, .. } => {
                self.expr(init);
                self.bind(*acc, body.span);
                self.binder(binder, expr.span);
                self.block(body);
            }
            ExprKind::Record { fields, .. } => self.fields(fields),
            ExprKind::With { base, fields } => {
                self.expr(base);
                self.fields(fields);
            }
            ExprKind::Write(write) => {
                self.all(&write.keys);
                self.fields(&write.fields);
            }
            ExprKind::Index { base, keys } => {
                self.expr(base);
                self.all(keys);
            }
            ExprKind::Call { callee, args } => {
                self.expr(callee);
                args.iter().for_each(|arg| self.expr(&arg.value));
            }
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition);
                self.block(then);
                match otherwise.as_deref() {
                    Some(Else::Block(block)) => self.block(block),
                    Some(Else::If(expr)) => self.expr(expr),
                    None => {}
                }
            }
            ExprKind::Match { subject, arms } => {
                self.expr(subject);
                for arm in arms {
                    self.pattern(&arm.pattern, arm.body.span);
                    self.block(&arm.body);
                }
            }
        }
    }

    fn fields(&mut self, fields: &[lwas_syntax::ast::FieldInit]) {
        fields.iter().filter_map(|field| field.value.as_ref()).for_each(|value| self.expr(value));
    }

    fn pattern(&mut self, pattern: &Pattern, scope: Span) {
        match &pattern.kind {
            PatternKind::Some(Some(name)) => self.bind(*name, scope),
            PatternKind::Variant { fields: Some(fields), .. } => {
                fields.iter().flatten().for_each(|name| self.bind(*name, scope));
            }
            PatternKind::Or(patterns) => patterns.iter().for_each(|pattern| self.pattern(pattern, scope)),
            _ => {}
        }
    }
}
