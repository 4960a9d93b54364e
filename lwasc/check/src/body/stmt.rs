//! Statements: one line a kind.

use super::Checker;
use crate::declare::standard;
use crate::env::{Item, Purpose};
use crate::errors::{bodies, types};
use crate::hir::{Block, Expr, ExprKind, Stmt, StmtKind, Type};
use lwas_base::Span;
use lwas_syntax::ast;

impl Checker<'_> {
    pub(super) fn stmt(&mut self, stmt: &ast::Stmt) -> Stmt {
        use ast::StmtKind as K;
        let span = stmt.span;
        let kind = match &stmt.kind {
            K::Error => None,
            K::Let { name, ty, value } => self.let_stmt(*name, ty.as_ref(), value),
            K::Require { condition, message } => Some(self.require(condition, message)),
            K::Assign { target, op, value } => self.assign(target, *op, value, span),
            K::Delete { path, keys } => self.delete(path, keys, span),
            K::Emit { event } => self.emit(event, span),
            K::For { binder, body } => Some(self.for_stmt(binder, body)),
            K::Expr(expr) => return self.expr_stmt(expr),
            K::Clear { what } => self.clear(*what, span),
            K::Apply { .. } | K::Reject { .. } | K::Expect { .. } | K::Advance { .. } => {
                self.report(bodies::test_only(span));
                None
            }
        };
        Stmt { span, kind: kind.unwrap_or_else(|| StmtKind::Expr(self.error(span))) }
    }

    /// `clear alerts`: the action of the module that keeps them.
    fn clear(&mut self, what: ast::Ident, span: Span) -> Option<StmtKind> {
        if self.purpose != Purpose::Write {
            let place = self.place();
            self.report(bodies::action_outside(what.span, "clear alerts", place));
            return None;
        }
        let Item::Function(function) = standard::member(self.env, standard::ALERT, "clear")? else { return None };
        let call = ExprKind::Call { function, args: vec![] };
        Some(StmtKind::Expr(Expr { ty: Type::Unit, span, kind: call }))
    }

    fn let_stmt(&mut self, name: ast::Ident, ty: Option<&ast::TypeExpr>, value: &ast::Expr) -> Option<StmtKind> {
        let declared = ty.map(|ty| self.resolve_type(ty));
        let place = format!("`{}`", name.name);
        let value = match (&value.kind, &declared) {
            (ast::ExprKind::Write(write), declared) => {
                let made = self.write(write, value.span);
                let made = self.used(made);
                match declared {
                    Some(ty) => self.coerce(made, ty, &place),
                    None => made,
                }
            }
            (_, Some(ty)) => self.expr_to(value, ty, &place),
            (_, None) => {
                let value = self.expr(value, None);
                match value.ty {
                    Type::Fraction(_) => value,
                    _ => self.keepable(value, &place),
                }
            }
        };
        let ty = declared.unwrap_or_else(|| value.ty.clone());
        let local = self.bind(name.name, name.span, ty);
        Some(StmtKind::Let { local, value })
    }

    /// The value of a write that is used: a row with several key fields gives none.
    fn used(&mut self, value: Expr) -> Expr {
        if value.ty == Type::Unit {
            self.report(types::several_keys(value.span));
            return self.error(value.span);
        }
        value
    }

    fn require(&mut self, condition: &ast::Expr, message: &ast::Expr) -> StmtKind {
        let condition = self.condition(condition, "`require`");
        let message = self.after(&condition, false, |checker| checker.expr_to(message, &Type::Text, "a message"));
        self.assume(&condition, true);
        StmtKind::Require { condition, message }
    }

    fn for_stmt(&mut self, binder: &ast::Binder, body: &ast::Block) -> StmtKind {
        self.scoped(|checker| {
            let binder = checker.binder(binder);
            let body = checker.unit_block(body);
            StmtKind::For { binder, body }
        })
    }

    /// An expression on its own: its value, if any, may be dropped only when it was not all that it is for.
    pub(super) fn expr_stmt(&mut self, expr: &ast::Expr) -> Stmt {
        let span = expr.span;
        let value = match &expr.kind {
            ast::ExprKind::Write(write) => self.write(write, span),
            ast::ExprKind::If { condition, then, otherwise } => {
                self.if_stmt(condition, then, otherwise.as_deref(), span)
            }
            ast::ExprKind::Match { subject, arms } => self.match_stmt(subject, arms, span),
            _ => {
                let value = self.expr(expr, None);
                if !self.may_be_dropped(&value) {
                    let found = self.words(&value.ty);
                    self.report(types::unused_value(span, &found));
                }
                value
            }
        };
        Stmt { span, kind: StmtKind::Expr(value) }
    }

    fn may_be_dropped(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Error => true,
            ExprKind::Call { function, .. } => {
                value.ty == Type::Unit || self.env.program.functions[*function].kind == crate::hir::FunctionKind::Action
            }
            _ => matches!(value.ty, Type::Unit | Type::Error),
        }
    }

    fn if_stmt(&mut self, condition: &ast::Expr, then: &ast::Block, otherwise: Option<&ast::Else>, span: Span) -> Expr {
        let condition = self.condition(condition, "`if`");
        let then = self.after(&condition, true, |checker| checker.unit_block(then));
        let otherwise = otherwise.map(|otherwise| {
            self.after(&condition, false, |checker| match otherwise {
                ast::Else::Block(block) => checker.unit_block(block),
                ast::Else::If(inner) => {
                    let statement = checker.expr_stmt(inner);
                    Block { statements: vec![statement], value: None, ty: Type::Unit, span: inner.span }
                }
            })
        });
        let kind =
            ExprKind::If { condition: Box::new(condition), then: Box::new(then), otherwise: otherwise.map(Box::new) };
        Expr { ty: Type::Unit, span, kind }
    }
}
