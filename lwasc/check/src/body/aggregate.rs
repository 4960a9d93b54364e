//! Aggregates: `sum(e for x in xs where p)` and its kin, over whatever can be gone through.

use super::Checker;
use super::compare::is_ordered;
use crate::errors::{bodies, types};
use crate::hir::{AggregateOp, Expr, ExprKind, FractionOf, Type};
use lwas_base::Span;
use lwas_base::near;
use lwas_syntax::ast;

const NAMES: [&str; 11] = ["sum", "count", "rate", "avg", "min", "max", "all", "any", "first", "last", "quantile"];

/// The digits of the share that a quantile is of.
pub const SHARE_DIGITS: u8 = 12;

fn op(name: &str) -> Option<AggregateOp> {
    Some(match name {
        "sum" => AggregateOp::Sum,
        "count" => AggregateOp::Count,
        "rate" => AggregateOp::Rate,
        "avg" => AggregateOp::Avg,
        "min" => AggregateOp::Min,
        "max" => AggregateOp::Max,
        "all" => AggregateOp::All,
        "any" => AggregateOp::Any,
        "first" => AggregateOp::First,
        "last" => AggregateOp::Last,
        "quantile" => AggregateOp::Quantile,
        _ => return None,
    })
}

impl Checker<'_> {
    pub(super) fn aggregate(
        &mut self,
        name: ast::Ident,
        limit: Option<&ast::Expr>,
        value: Option<&ast::Expr>,
        binder: &ast::Binder,
        span: Span,
    ) -> Expr {
        let text = name.name.as_str();
        let Some(op) = op(text) else {
            self.report(bodies::unknown_function(name.span, text, near(text, NAMES.into_iter())));
            return self.error(span);
        };
        let bare = matches!(op, AggregateOp::Count | AggregateOp::Rate | AggregateOp::First | AggregateOp::Last);
        if bare != value.is_none() {
            let want = if op == AggregateOp::Quantile {
                "`quantile(0.95, value for x in xs where …)`".to_owned()
            } else if bare {
                format!("`{text}(x in xs where …)`")
            } else {
                format!("`{text}(value for x in xs where …)`")
            };
            self.report(types::bad_aggregate(span, format!("`{text}` is written {want}"), "not in this form"));
            return self.error(span);
        }
        let limit = match limit {
            Some(limit) if matches!(op, AggregateOp::First | AggregateOp::Last) => {
                Some(Box::new(self.expr_to(limit, &Type::Int, "a number of rows")))
            }
            // Behind what could not be read nobody knows what was meant.
            Some(ast::Expr { kind: ast::ExprKind::Error, .. }) => return self.error(span),
            Some(share) if op == AggregateOp::Quantile => {
                Some(Box::new(self.expr_to(share, &Type::Decimal(SHARE_DIGITS), "the share of a quantile")))
            }
            None if op == AggregateOp::Quantile => {
                let message = "`quantile` is written `quantile(0.95, value for x in xs where …)`".to_owned();
                self.report(types::bad_aggregate(span, message, "of which share?"));
                return self.error(span);
            }
            Some(limit) => {
                let message = format!("`{text}` takes no number of elements");
                self.report(types::bad_aggregate(limit.span, message, "not wanted here"));
                return self.error(span);
            }
            None => None,
        };
        self.scoped(|checker| {
            let binder = checker.binder(binder);
            let value = value.map(|value| match op {
                AggregateOp::All | AggregateOp::Any => checker.condition(value, "this"),
                _ => checker.expr(value, None),
            });
            let element = binder.vars.first().map_or(Type::Error, |var| checker.locals[*var].ty.clone());
            if binder.vars.len() > 1 && bare && op != AggregateOp::Count {
                checker.report(types::bad_aggregate(span, format!("`{text}` has one variable"), "two variables"));
                return checker.error(span);
            }
            if op == AggregateOp::Rate && binder.over.is_none() {
                checker.report(types::bad_aggregate(
                    span,
                    "`rate` is of a window of a journal".to_owned(),
                    "how long?",
                ));
                return checker.error(span);
            }
            let ty = checker.aggregate_type(op, text, value.as_ref(), &element, limit.is_some(), span);
            let kind = ExprKind::Aggregate { op, binder: Box::new(binder), value: value.map(Box::new), limit };
            Expr { ty, span, kind }
        })
    }

    fn aggregate_type(
        &mut self,
        op: AggregateOp,
        name: &str,
        value: Option<&Expr>,
        element: &Type,
        limited: bool,
        span: Span,
    ) -> Type {
        match op {
            AggregateOp::Count => Type::Int,
            AggregateOp::Rate => Type::Fraction(FractionOf::Number),
            AggregateOp::All | AggregateOp::Any => Type::Bool,
            AggregateOp::First | AggregateOp::Last => match element {
                Type::Error => Type::Error,
                Type::Option(_) if !limited => {
                    self.report(types::bad_aggregate(
                        span,
                        format!("`{name}` of optional values would be `T??`"),
                        "not possible",
                    ));
                    Type::Error
                }
                of if limited => Type::list(of.clone()),
                of => Type::option(of.clone()),
            },
            AggregateOp::Sum | AggregateOp::Avg | AggregateOp::Min | AggregateOp::Max | AggregateOp::Quantile => {
                match value {
                    Some(value) => self.summed_type(op, name, value),
                    None => Type::Error,
                }
            }
        }
    }

    fn summed_type(&mut self, op: AggregateOp, name: &str, value: &Expr) -> Type {
        match (op, &value.ty) {
            (_, Type::Error) => Type::Error,
            (_, Type::Fraction(_)) => {
                let found = self.words(&value.ty);
                self.report(types::fraction(
                    value.span,
                    &found,
                    &format!("`{name}`"),
                    &format!("round({})", lwas_base::PRIMARY_TEXT),
                ));
                Type::Error
            }
            (_, Type::Option(_)) => {
                self.may_be_none(value, value.span);
                Type::Error
            }
            (AggregateOp::Sum, Type::Money) => Type::Bag,
            (
                AggregateOp::Sum,
                ty @ (Type::Int | Type::Decimal(_) | Type::Amount(..) | Type::Number | Type::Duration | Type::Float),
            ) => ty.clone(),
            (AggregateOp::Avg, Type::Float) => Type::Float,
            (AggregateOp::Avg, Type::Int | Type::Decimal(_) | Type::Number) => Type::Fraction(FractionOf::Number),
            (AggregateOp::Avg, Type::Amount(c, _)) => Type::Fraction(FractionOf::Amount(*c)),
            (AggregateOp::Avg, Type::Money) => Type::Fraction(FractionOf::Money),
            (AggregateOp::Min | AggregateOp::Max | AggregateOp::Quantile, ty) if is_ordered(ty) => {
                Type::option(ty.clone())
            }
            (_, other) => {
                let message = format!("`{name}` does not go with {}", self.words(other));
                let label = format!("this is {}", self.words(other));
                self.report(types::bad_aggregate(value.span, message, &label));
                Type::Error
            }
        }
    }
}
