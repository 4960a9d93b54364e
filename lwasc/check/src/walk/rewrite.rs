//! Changing a typed program in place: like `Visit`, and each local that is bound or named can be renumbered.

use crate::hir::{Access, Binder, Block, Expr, ExprKind, LocalId, Pattern, Source, Stmt, StmtKind, TextPart};

/// A pass that changes.
pub trait Rewrite {
    /// An expression.
    fn expr(&mut self, expr: &mut Expr) {
        rewrite_expr(self, expr);
    }

    /// A statement.
    fn stmt(&mut self, stmt: &mut Stmt) {
        rewrite_stmt(self, stmt);
    }

    /// What a loop goes through.
    fn binder(&mut self, binder: &mut Binder) {
        rewrite_binder(self, binder);
    }

    /// A block.
    fn block(&mut self, block: &mut Block) {
        rewrite_block(self, block);
    }

    /// A place where a local is bound or named.
    fn local(&mut self, _local: &mut LocalId) {}
}

/// Statements, then the value.
pub fn rewrite_block<V: Rewrite + ?Sized>(rewriter: &mut V, block: &mut Block) {
    for stmt in &mut block.statements {
        rewriter.stmt(stmt);
    }
    if let Some(value) = &mut block.value {
        rewriter.expr(value);
    }
}

/// What is in a statement.
pub fn rewrite_stmt<V: Rewrite + ?Sized>(rewriter: &mut V, stmt: &mut Stmt) {
    match &mut stmt.kind {
        StmtKind::Let { local, value } => {
            rewriter.expr(value);
            rewriter.local(local);
        }
        StmtKind::Require { condition, message } => {
            rewriter.expr(condition);
            rewriter.expr(message);
        }
        StmtKind::Assign { keys, old, value, .. } => {
            each(rewriter, keys);
            old.iter_mut().for_each(|old| rewriter.local(old));
            rewriter.expr(value);
        }
        StmtKind::Delete { keys, .. } => each(rewriter, keys),
        StmtKind::Emit { data, .. } => rewriter.expr(data),
        StmtKind::For { binder, body } => {
            rewriter.binder(binder);
            rewriter.block(body);
        }
        StmtKind::Expr(expr) => rewriter.expr(expr),
    }
}

/// The source, the variables, the filter.
pub fn rewrite_binder<V: Rewrite + ?Sized>(rewriter: &mut V, binder: &mut Binder) {
    rewrite_source(rewriter, &mut binder.source);
    binder.over.iter_mut().for_each(|over| rewriter.expr(over));
    binder.vars.iter_mut().for_each(|var| rewriter.local(var));
    binder.filter.iter_mut().for_each(|filter| rewriter.expr(filter));
}

/// What is in a loop's source.
pub fn rewrite_source<V: Rewrite + ?Sized>(rewriter: &mut V, source: &mut Source) {
    match source {
        Source::List(of) | Source::Bag(of) | Source::Map(of) => rewriter.expr(of),
        Source::Range(a, b) | Source::Zip(a, b) => {
            rewriter.expr(a);
            rewriter.expr(b);
        }
        Source::Rows { access, .. } => match access {
            Access::All => {}
            Access::Kept(_, values) => each(rewriter, values),
            Access::Key(values, range) | Access::Index(_, values, range) => {
                each(rewriter, values);
                range.values_mut().for_each(|end| rewriter.expr(end));
            }
        },
    }
}

/// What is in an expression.
pub fn rewrite_expr<V: Rewrite + ?Sized>(rewriter: &mut V, expr: &mut Expr) {
    match &mut expr.kind {
        ExprKind::Error
        | ExprKind::Int(_)
        | ExprKind::Bool(_)
        | ExprKind::Wide(_)
        | ExprKind::Currency(_)
        | ExprKind::Text(_)
        | ExprKind::None
        | ExprKind::Const(_)
        | ExprKind::Single(_) => {}
        ExprKind::Local(local) => rewriter.local(local),
        ExprKind::Interpolate(parts) => {
            for part in parts.iter_mut() {
                if let TextPart::Expr(part) = part {
                    rewriter.expr(part);
                }
            }
        }
        ExprKind::Some(of) | ExprKind::Unwrap(of) | ExprKind::Neg(of) | ExprKind::Not(of) | ExprKind::Convert(of) => {
            rewriter.expr(of);
        }
        ExprKind::IsNone { operand, .. } | ExprKind::CompareZero { operand, .. } => rewriter.expr(operand),
        ExprKind::Field { base, .. } => rewriter.expr(base),
        ExprKind::With { base, fields } => {
            rewriter.expr(base);
            fields.iter_mut().for_each(|(_, value)| rewriter.expr(value));
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
        | ExprKind::Kept { group: list, .. } => each(rewriter, list),
        ExprKind::Write { keys, fields, .. } => {
            each(rewriter, keys);
            each(rewriter, fields);
        }
        ExprKind::Element { list: a, index: b }
        | ExprKind::BagGet { bag: a, currency: b }
        | ExprKind::Arith { left: a, right: b, .. }
        | ExprKind::Compare { left: a, right: b, .. }
        | ExprKind::And(a, b)
        | ExprKind::Or(a, b)
        | ExprKind::Coalesce { option: a, default: b }
        | ExprKind::In { value: a, list: b } => {
            rewriter.expr(a);
            rewriter.expr(b);
        }
        branching => rewrite_branching(rewriter, branching),
    }
}

/// The expressions that have blocks or loops in them.
fn rewrite_branching<V: Rewrite + ?Sized>(rewriter: &mut V, kind: &mut ExprKind) {
    match kind {
        ExprKind::If { condition, then, otherwise } => {
            rewriter.expr(condition);
            rewriter.block(then);
            otherwise.iter_mut().for_each(|block| rewriter.block(block));
        }
        ExprKind::Match { subject, arms } => {
            rewriter.expr(subject);
            for arm in arms.iter_mut() {
                arm.patterns.iter_mut().for_each(|pattern| rewrite_pattern(rewriter, pattern));
                rewriter.block(&mut arm.body);
            }
        }
        ExprKind::Comprehension { binder, value } | ExprKind::Sort { binder, value } => {
            rewriter.binder(binder);
            rewriter.expr(value);
        }
        ExprKind::MapComprehension { binder, key, value } => {
            rewriter.binder(binder);
            rewriter.expr(key);
            rewriter.expr(value);
        }
        ExprKind::Aggregate { binder, value, limit, .. } => {
            limit.iter_mut().for_each(|limit| rewriter.expr(limit));
            rewriter.binder(binder);
            value.iter_mut().for_each(|value| rewriter.expr(value));
        }
        ExprKind::Fold { acc, init, binder, body } => {
            rewriter.expr(init);
            rewriter.local(acc);
            rewriter.binder(binder);
            rewriter.block(body);
        }
        _ => {}
    }
}

fn rewrite_pattern<V: Rewrite + ?Sized>(rewriter: &mut V, pattern: &mut Pattern) {
    match pattern {
        Pattern::Any | Pattern::None => {}
        Pattern::Some(local) => local.iter_mut().for_each(|local| rewriter.local(local)),
        Pattern::Variant { fields, .. } => fields.iter_mut().flatten().for_each(|local| rewriter.local(local)),
        Pattern::Literal(value) => rewriter.expr(value),
    }
}

fn each<V: Rewrite + ?Sized>(rewriter: &mut V, list: &mut [Expr]) {
    list.iter_mut().for_each(|expr| rewriter.expr(expr));
}
