//! Filters taken apart at `and`: which of the parts say that a stored field of the row equals something that does not depend on
//! the row, or is smaller or larger. An optional field equals a plain value, which is then a part of an index or the name of a group: a row whose field
//! is `none` is in no index entry by that field and in no group, so a value that may be `none` finds nothing.

use crate::hir::{CompareOp, Expr, ExprKind, LocalId, State, Type};
use crate::walk::{Visit, visit_expr};

/// A filter's parts, in order.
pub(super) fn split(filter: Option<Expr>) -> Vec<Expr> {
    let mut parts = vec![];
    let mut open: Vec<Expr> = filter.into_iter().collect();
    while let Some(expr) = open.pop() {
        match expr.kind {
            ExprKind::And(left, right) => {
                open.push(*right);
                open.push(*left);
            }
            _ => parts.push(expr),
        }
    }
    parts
}

/// Parts joined by `and`; none when there are none.
pub(super) fn join(parts: impl IntoIterator<Item = Expr>) -> Option<Expr> {
    parts.into_iter().reduce(|left, right| {
        let span = if left.span.file == right.span.file { left.span.to(right.span) } else { left.span };
        Expr { ty: Type::Bool, span, kind: ExprKind::And(Box::new(left), Box::new(right)) }
    })
}

/// That a stored field of the row equals a value.
pub(super) struct Equality<'e> {
    /// The field's number.
    pub field: u32,
    /// The value; plain where the field is optional.
    pub value: &'e Expr,
}

/// What a part of the filter says about the row `row` of `state`. `before`: the parts before it.
pub(super) fn equality<'e>(part: &'e Expr, row: LocalId, state: &State, before: &[Expr]) -> Option<Equality<'e>> {
    let ExprKind::Compare { op: CompareOp::Equal, left, right } = &part.kind else { return None };
    let one_way = |field: &Expr, value: &'e Expr| {
        let number = stored_field(field, row, state)?;
        let declared = &state.fields[number as usize].ty;
        let value = match &value.kind {
            _ if value.ty == *plain(declared) => value,
            ExprKind::Some(of) | ExprKind::Convert(of) if value.ty == *declared && of.ty == *plain(declared) => of,
            _ => return None,
        };
        is_free(value, row, before).then_some(Equality { field: number, value })
    };
    one_way(left, right).or_else(|| one_way(right, left))
}

/// That a stored field of the row lies on one side of a value.
pub(super) struct Side<'e> {
    /// The field's number. It is of a type that has an order, or an option of such.
    pub field: u32,
    /// The value, of the plain type.
    pub value: &'e Expr,
    /// Whether the value is the lower end, else the upper one.
    pub is_lower: bool,
    /// Whether the field may be equal to it.
    pub included: bool,
}

/// What a part of the filter says about the row `row` of `state`. `before`: the parts before it.
pub(super) fn side<'e>(part: &'e Expr, row: LocalId, state: &State, before: &[Expr]) -> Option<Side<'e>> {
    let ExprKind::Compare { op, left, right } = &part.kind else { return None };
    let (is_lower, included) = match op {
        CompareOp::Less => (false, false),
        CompareOp::LessEqual => (false, true),
        CompareOp::Greater => (true, false),
        CompareOp::GreaterEqual => (true, true),
        CompareOp::Equal | CompareOp::NotEqual => return None,
    };
    let one_way = |field: &Expr, value: &'e Expr, is_lower: bool| {
        let number = stored_field(field, row, state)?;
        let ty = plain(&state.fields[number as usize].ty);
        let fits = has_order(ty) && value.ty == *ty;
        (fits && is_free(value, row, before)).then_some(Side { field: number, value, is_lower, included })
    };
    one_way(left, right, is_lower).or_else(|| one_way(right, left, !is_lower))
}

/// Whether rows can be found between two values of a type of an indexed field.
pub(super) fn has_order(ty: &Type) -> bool {
    use Type::{Amount, Date, Decimal, Duration, Int, Text, Time};
    matches!(ty, Int | Decimal(_) | Amount(..) | Duration | Text | Time | Date)
}

/// The type of values that are there.
fn plain(declared: &Type) -> &Type {
    match declared {
        Type::Option(of) => of,
        ty => ty,
    }
}

/// Whether a value may be taken before the loop begins. One that is known to be there because of an earlier part may not be
/// taken before that is looked at.
fn is_free(value: &Expr, row: LocalId, before: &[Expr]) -> bool {
    let known_by_filter = has_unwrap(value) && before.iter().any(|part| asks_whether_there(part, row));
    !mentions(value, row) && !known_by_filter
}

/// A value that may be `none` and that an optional field of the row is compared with: rows can't be found by it before it is
/// known to be there. The field's number, and the value.
pub(super) fn perhaps_none<'e>(part: &'e Expr, row: LocalId, state: &State) -> Option<(u32, &'e Expr)> {
    let ExprKind::Compare { op: CompareOp::Equal, left, right } = &part.kind else { return None };
    let one_way = |field: &Expr, value: &'e Expr| {
        let number = stored_field(field, row, state)?;
        let open =
            matches!(value.ty, Type::Option(_)) && !matches!(value.kind, ExprKind::Some(_) | ExprKind::Convert(_));
        (open && !mentions(value, row)).then_some((number, value))
    };
    one_way(left, right).or_else(|| one_way(right, left))
}

fn stored_field(expr: &Expr, row: LocalId, state: &State) -> Option<u32> {
    match &expr.kind {
        ExprKind::Field { base, field } => {
            let own = matches!(base.kind, ExprKind::Local(local) if local == row);
            (own && (*field as usize) < state.stored).then_some(*field)
        }
        ExprKind::Unwrap(of) => stored_field(of, row, state),
        _ => None,
    }
}

/// Whether an expression depends on a local.
pub(super) fn mentions(expr: &Expr, local: LocalId) -> bool {
    any(expr, &|kind| matches!(kind, ExprKind::Local(other) if *other == local))
}

fn has_unwrap(expr: &Expr) -> bool {
    any(expr, &|kind| matches!(kind, ExprKind::Unwrap(_)))
}

/// Whether an expression compares with `none` what does not depend on a row: of a row's field it says nothing about values.
fn asks_whether_there(expr: &Expr, row: LocalId) -> bool {
    any(expr, &|kind| matches!(kind, ExprKind::IsNone { operand, .. } if !mentions(operand, row)))
}

/// Whether an expression is the same for ever: built from literals, constants and pure operations.
pub(super) fn is_constant(expr: &Expr) -> bool {
    let varies = |kind: &ExprKind| {
        matches!(
            kind,
            ExprKind::Local(_)
                | ExprKind::Row { .. }
                | ExprKind::RowGet { .. }
                | ExprKind::RowHas { .. }
                | ExprKind::Single(_)
                | ExprKind::Kept { .. }
                | ExprKind::Aggregate { .. }
                | ExprKind::Comprehension { .. }
                | ExprKind::MapComprehension { .. }
                | ExprKind::Sort { .. }
                | ExprKind::Fold { .. }
                | ExprKind::Call { .. }
                | ExprKind::Builtin { .. }
                | ExprKind::Write { .. }
        )
    };
    !any(expr, &varies)
}

fn any(expr: &Expr, test: &dyn Fn(&ExprKind) -> bool) -> bool {
    struct Any<'t> {
        test: &'t dyn Fn(&ExprKind) -> bool,
        found: bool,
    }
    impl Visit for Any<'_> {
        fn expr(&mut self, expr: &Expr) {
            self.found |= (self.test)(&expr.kind);
            if !self.found {
                visit_expr(self, expr);
            }
        }
    }
    let mut visitor = Any { test, found: false };
    visitor.expr(expr);
    visitor.found
}
