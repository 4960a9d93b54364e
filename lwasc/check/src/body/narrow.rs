//! Narrowing: which locals and fields are known not to be `none`. Learnt from conditions (`x != none and …`), forgotten at the
//! end of the scope. A path is a local, or a field of a local row or record: both never change once bound.

use super::Checker;
use crate::hir::{Expr, ExprKind, LocalId, Type};

/// A local, or a field of it.
pub(super) type Path = (LocalId, Option<u32>);

/// Paths that hold a value.
pub(super) type Facts = Vec<Path>;

/// The path that an expression is, if it is one.
pub(super) fn path(expr: &Expr) -> Option<Path> {
    match &expr.kind {
        ExprKind::Local(local) => Some((*local, None)),
        ExprKind::Field { base, field } => match base.kind {
            ExprKind::Local(local) => Some((local, Some(*field))),
            _ => None,
        },
        ExprKind::Unwrap(inner) => path(inner),
        _ => None,
    }
}

/// What is known when a condition has this outcome.
pub(super) fn learn(condition: &Expr, outcome: bool, facts: &mut Facts) {
    match &condition.kind {
        ExprKind::IsNone { operand, negated } if *negated == outcome => facts.extend(path(operand)),
        ExprKind::Not(inner) => learn(inner, !outcome, facts),
        ExprKind::And(left, right) if outcome => {
            learn(left, true, facts);
            learn(right, true, facts);
        }
        ExprKind::Or(left, right) if !outcome => {
            learn(left, false, facts);
            learn(right, false, facts);
        }
        _ => {}
    }
}

impl Checker<'_> {
    /// Takes what follows from a condition as known in this scope.
    pub(super) fn assume(&mut self, condition: &Expr, outcome: bool) {
        learn(condition, outcome, &mut self.facts);
    }

    /// An expression as its plain value when it is known not to be `none`.
    pub(super) fn narrowed(&self, expr: Expr) -> Expr {
        let Type::Option(of) = &expr.ty else { return expr };
        match path(&expr) {
            Some(path) if self.facts.contains(&path) => {
                Expr { ty: (**of).clone(), span: expr.span, kind: ExprKind::Unwrap(Box::new(expr)) }
            }
            _ => expr,
        }
    }
}
