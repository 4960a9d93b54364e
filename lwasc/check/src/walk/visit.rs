//! Reading a typed program: a pass overrides what it looks at and calls the free function of the same name to go on inside.

use crate::hir::{Access, Binder, Block, Expr, ExprKind, LocalId, Pattern, Source, Stmt, StmtKind, TextPart};

/// A pass that reads.
pub trait Visit {
    /// An expression.
    fn expr(&mut self, expr: &Expr) {
        visit_expr(self, expr);
    }

    /// A statement.
    fn stmt(&mut self, stmt: &Stmt) {
        visit_stmt(self, stmt);
    }

    /// What a loop goes through.
    fn binder(&mut self, binder: &Binder) {
        visit_binder(self, binder);
    }

    /// A block.
    fn block(&mut self, block: &Block) {
        visit_block(self, block);
    }

    /// A place where a local is bound.
    fn bound(&mut self, _local: LocalId) {}
}

/// Statements, then the value.
pub fn visit_block<V: Visit + ?Sized>(visitor: &mut V, block: &Block) {
    for stmt in &block.statements {
        visitor.stmt(stmt);
    }
    if let Some(value) = &block.value {
        visitor.expr(value);
    }
}

/// What is in a statement.
pub fn visit_stmt<V: Visit + ?Sized>(visitor: &mut V, stmt: &Stmt) {
    match &stmt.kind {
        StmtKind::Let { local, value } => {
            visitor.expr(value);
            visitor.bound(*local);
        }
        StmtKind::Require { condition, message } => {
            visitor.expr(condition);
            visitor.expr(message);
        }
        StmtKind::Assign { keys, old, value, .. } => {
            each(visitor, keys);
            old.iter().for_each(|old| visitor.bound(*old));
            visitor.expr(value);
        }
        StmtKind::Delete { keys, .. } => each(visitor, keys),
        StmtKind::Emit { data, .. } => visitor.expr(data),
        StmtKind::For { binder, body } => {
            visitor.binder(binder);
            visitor.block(body);
        }
        StmtKind::Expr(expr) => visitor.expr(expr),
    }
}

/// The source, the variables, the filter.
pub fn visit_binder<V: Visit + ?Sized>(visitor: &mut V, binder: &Binder) {
    visit_source(visitor, &binder.source);
    binder.over.iter().for_each(|over| visitor.expr(over));
    binder.vars.iter().for_each(|var| visitor.bound(*var));
    binder.filter.iter().for_each(|filter| visitor.expr(filter));
}

/// What is in a loop's source.
pub fn visit_source<V: Visit + ?Sized>(visitor: &mut V, source: &Source) {
    match source {
        Source::List(of) | Source::Bag(of) | Source::Map(of) => visitor.expr(of),
        Source::Range(a, b) | Source::Zip(a, b) => {
            visitor.expr(a);
            visitor.expr(b);
        }
        Source::Rows { access, .. } => match access {
            Access::All => {}
            Access::Kept(_, values) => each(visitor, values),
            Access::Key(values, range) | Access::Index(_, values, range) => {
                each(visitor, values);
                range.values().for_each(|end| visitor.expr(end));
            }
        },
    }
}

/// What is in an expression.
pub fn visit_expr<V: Visit + ?Sized>(visitor: &mut V, expr: &Expr) {
    match &expr.kind {
        ExprKind::Error
        | ExprKind::Int(_)
        | ExprKind::Bool(_)
        | ExprKind::Wide(_)
        | ExprKind::Currency(_)
        | ExprKind::Text(_)
        | ExprKind::None
        | ExprKind::Local(_)
        | ExprKind::Const(_)
        | ExprKind::Single(_) => {}
        ExprKind::Interpolate(parts) => {
            for part in parts {
                if let TextPart::Expr(part) = part {
                    visitor.expr(part);
                }
            }
        }
        ExprKind::Some(of) | ExprKind::Unwrap(of) | ExprKind::Neg(of) | ExprKind::Not(of) | ExprKind::Convert(of) => {
            visitor.expr(of);
        }
        ExprKind::IsNone { operand, .. } | ExprKind::CompareZero { operand, .. } => visitor.expr(operand),
        ExprKind::Field { base, .. } => visitor.expr(base),
        ExprKind::With { base, fields } => {
            visitor.expr(base);
            fields.iter().for_each(|(_, value)| visitor.expr(value));
        }
        ExprKind::List(list)
        | ExprKind::Map(list)
        | ExprKind::Record { fields: list, .. }
        | ExprKind::Variant { fields: list, .. }
        | ExprKind::Row { keys: list, .. }
        | ExprKind::RowGet { keys: list, .. }
        | ExprKind::RowHas { keys: list, .. }
        | ExprKind::Call { args: list, .. }
        | ExprKind::Builtin { args: list, .. }
        | ExprKind::Kept { group: list, .. } => each(visitor, list),
        ExprKind::Write { keys, fields, .. } => {
            each(visitor, keys);
            each(visitor, fields);
        }
        ExprKind::Element { list: a, index: b }
        | ExprKind::BagGet { bag: a, currency: b }
        | ExprKind::Arith { left: a, right: b, .. }
        | ExprKind::Compare { left: a, right: b, .. }
        | ExprKind::And(a, b)
        | ExprKind::Or(a, b)
        | ExprKind::Coalesce { option: a, default: b }
        | ExprKind::In { value: a, list: b } => {
            visitor.expr(a);
            visitor.expr(b);
        }
        branching => visit_branching(visitor, branching),
    }
}

/// The expressions that have blocks or loops in them.
fn visit_branching<V: Visit + ?Sized>(visitor: &mut V, kind: &ExprKind) {
    match kind {
        ExprKind::If { condition, then, otherwise } => {
            visitor.expr(condition);
            visitor.block(then);
            otherwise.iter().for_each(|block| visitor.block(block));
        }
        ExprKind::Match { subject, arms } => {
            visitor.expr(subject);
            for arm in arms {
                arm.patterns.iter().for_each(|pattern| visit_pattern(visitor, pattern));
                visitor.block(&arm.body);
            }
        }
        ExprKind::Comprehension { binder, value } | ExprKind::Sort { binder, value } => {
            visitor.binder(binder);
            visitor.expr(value);
        }
        ExprKind::MapComprehension { binder, key, value } => {
            visitor.binder(binder);
            visitor.expr(key);
            visitor.expr(value);
        }
        ExprKind::Aggregate { binder, value, limit, .. } => {
            limit.iter().for_each(|limit| visitor.expr(limit));
            visitor.binder(binder);
            value.iter().for_each(|value| visitor.expr(value));
        }
        ExprKind::Fold { acc, init, binder, body } => {
            visitor.expr(init);
            visitor.bound(*acc);
            visitor.binder(binder);
            visitor.block(body);
        }
        _ => {}
    }
}

fn visit_pattern<V: Visit + ?Sized>(visitor: &mut V, pattern: &Pattern) {
    match pattern {
        Pattern::Any | Pattern::None => {}
        Pattern::Some(local) => local.iter().for_each(|local| visitor.bound(*local)),
        Pattern::Variant { fields, .. } => fields.iter().flatten().for_each(|local| visitor.bound(*local)),
        Pattern::Literal(value) => visitor.expr(value),
    }
}

fn each<V: Visit + ?Sized>(visitor: &mut V, list: &[Expr]) {
    list.iter().for_each(|expr| visitor.expr(expr));
}
