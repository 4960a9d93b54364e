//! Which names an expression mentions, wherever they stand and whatever they turn out to mean.

use lwas_base::Symbol;
use lwas_syntax::ast::{
    Binder, Block, Else, Expr, ExprKind, FieldInit, Ident, Pattern, PatternKind, Stmt, StmtKind, TextPart,
};
use std::collections::HashSet;

/// The names in an expression.
pub(super) fn names(expr: &Expr) -> HashSet<Symbol> {
    let mut mentions = Mentions(HashSet::new());
    mentions.expr(expr);
    mentions.0
}

struct Mentions(HashSet<Symbol>);

impl Mentions {
    fn name(&mut self, name: &Ident) {
        self.0.insert(name.name);
    }

    fn path(&mut self, path: &[Ident]) {
        path.iter().for_each(|name| self.name(name));
    }

    fn all(&mut self, list: &[Expr]) {
        list.iter().for_each(|expr| self.expr(expr));
    }

    fn fields(&mut self, fields: &[FieldInit]) {
        for field in fields {
            match &field.value {
                Some(value) => self.expr(value),
                None => self.name(&field.name),
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Error | ExprKind::Literal(_) | ExprKind::Amount { .. } => {}
            ExprKind::Name(name) => self.name(name),
            ExprKind::Text(parts) => {
                for part in parts {
                    if let TextPart::Expr(part) = part {
                        self.expr(part);
                    }
                }
            }
            ExprKind::List(list) => self.all(list),
            ExprKind::Some(of) | ExprKind::Unary { operand: of, .. } => self.expr(of),
            ExprKind::Record { path, fields } => {
                self.path(path);
                self.fields(fields);
            }
            ExprKind::With { base, fields } => {
                self.expr(base);
                self.fields(fields);
            }
            ExprKind::Write(write) => {
                self.path(&write.path);
                self.all(&write.keys);
                self.fields(&write.fields);
            }
            ExprKind::Field { base, name } => {
                self.expr(base);
                self.name(name);
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
            ExprKind::Map(entries) => {
                for (key, value) in entries {
                    self.expr(key);
                    self.expr(value);
                }
            }
            branching => self.branching(branching),
        }
    }

    fn branching(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Comprehension { value, binder } => {
                self.expr(value);
                self.binder(binder);
            }
            ExprKind::MapComprehension { key, value, binder } => {
                self.expr(key);
                self.expr(value);
                self.binder(binder);
            }
            ExprKind::Aggregate { limit, value, binder, .. } => {
                limit.iter().chain(value).for_each(|expr| self.expr(expr));
                self.binder(binder);
            }
            ExprKind::Fold { init, binder, body, .. } => {
                self.expr(init);
                self.binder(binder);
                self.block(body);
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
                    self.pattern(&arm.pattern);
                    self.block(&arm.body);
                }
            }
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Variant { path, .. } => self.path(path),
            PatternKind::Literal(value) => self.expr(value),
            PatternKind::Or(list) => list.iter().for_each(|pattern| self.pattern(pattern)),
            PatternKind::Error | PatternKind::Any | PatternKind::None | PatternKind::Some(_) => {}
        }
    }

    fn binder(&mut self, binder: &Binder) {
        self.expr(&binder.source);
        binder.over.iter().chain(&binder.filter).for_each(|filter| self.expr(filter));
    }

    fn block(&mut self, block: &Block) {
        block.statements.iter().for_each(|stmt| self.stmt(stmt));
        block.value.iter().for_each(|value| self.expr(value));
    }

    /// Statements that a constant may have; those that change state are refused there anyway.
    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Let { value, .. } | StmtKind::Expr(value) => self.expr(value),
            StmtKind::Require { condition, message } => {
                self.expr(condition);
                self.expr(message);
            }
            StmtKind::For { binder, body } => {
                self.binder(binder);
                self.block(body);
            }
            _ => {}
        }
    }
}
