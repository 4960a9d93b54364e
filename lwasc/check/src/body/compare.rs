//! Comparisons, `and or not`, `??`, `in`.

use super::Checker;
use super::coerce::{float_literal, floats_meet, is_exact};
use super::join::NoJoin;
use crate::errors::types;
use crate::hir::{CompareOp, Expr, ExprKind, FractionOf, Type};
use lwas_base::Span;
use lwas_syntax::ast;

fn sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "==",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterEqual => ">=",
    }
}

fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        same => same,
    }
}

/// Whether values of a type have an order.
pub(super) fn is_ordered(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Decimal(_) | Type::Amount(..) | Type::Money | Type::Number | Type::Fraction(_))
        || matches!(ty, Type::Text | Type::Time | Type::Date | Type::Duration | Type::Float | Type::Error)
}

/// A literal beside a Decimal of more digits is written with as many, so that what it is compared with is found by it in an index.
fn widen(literal: &mut Expr, beside: &Type) {
    let (Type::Decimal(digits), Type::Decimal(wanted)) = (&literal.ty, beside) else { return };
    let Some(more) = wanted.checked_sub(*digits) else { return };
    match &mut literal.kind {
        ExprKind::Wide(value) => {
            let factor = 10_i128.checked_pow(more.into());
            let Some(units) = factor.and_then(|factor| value.checked_mul(factor)) else { return };
            *value = units;
        }
        ExprKind::Neg(value) => {
            widen(value, beside);
            if value.ty != *beside {
                return;
            }
        }
        _ => return,
    }
    literal.ty = beside.clone();
}

impl Checker<'_> {
    pub(super) fn compare(&mut self, op: CompareOp, mut left: Expr, mut right: Expr, at: Span) -> Expr {
        let span = left.span.to(right.span);
        floats_meet([&mut left, &mut right].into_iter());
        widen(&mut left, &right.ty);
        widen(&mut right, &left.ty);
        let equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        if left.ty == Type::Error || right.ty == Type::Error {
            return Expr { ty: Type::Bool, ..self.error(span) };
        }
        if equality && (left.ty == Type::None || right.ty == Type::None) {
            let operand = if left.ty == Type::None { right } else { left };
            return self.compare_none(op, operand, span);
        }
        if !equality {
            for operand in [&left, &right] {
                if matches!(operand.ty, Type::Option(_) | Type::None) {
                    self.may_be_none(operand, at);
                    return Expr { ty: Type::Bool, ..self.error(span) };
                }
            }
        }
        for (zero, other, op) in [(&right, &left, op), (&left, &right, mirrored(op))] {
            if Checker::is_zero(zero)
                && matches!(
                    other.ty,
                    Type::Money | Type::Bag | Type::Fraction(FractionOf::Money | FractionOf::Amount(_))
                )
            {
                return self.compare_zero(op, other.clone(), at, span);
            }
        }
        let ty = match self.compare_type(&left, &right) {
            Ok(ty) => ty,
            Err(why) => {
                let (l, r) = (self.words(&left.ty), self.words(&right.ty));
                let diagnostic = match why {
                    NoJoin::Currencies => {
                        let (l, r) = (l.trim_matches('`'), r.trim_matches('`'));
                        types::two_currencies(at, "compared", (l, left.span), (r, right.span))
                    }
                    NoJoin::Other
                        if left.ty == Type::Float && is_exact(&right.ty)
                            || right.ty == Type::Float && is_exact(&left.ty) =>
                    {
                        types::float_operands(at, sign(op), (&l, left.span), (&r, right.span))
                    }
                    NoJoin::Other => types::no_operator(at, sign(op), (&l, left.span), (&r, right.span)),
                };
                let advice = self.compare_advice(&left, &right).or_else(|| self.compare_advice(&right, &left));
                self.report(advice.into_iter().fold(diagnostic, lwas_base::Diagnostic::with_help));
                return Expr { ty: Type::Bool, ..self.error(span) };
            }
        };
        if !equality && ty.as_ref().is_some_and(|ty| !is_ordered(ty)) {
            let found = self.words(&left.ty);
            self.report(types::no_operator_for(at, sign(op), &found));
            return Expr { ty: Type::Bool, ..self.error(span) };
        }
        let (left, right) = match &ty {
            Some(ty) => (self.coerce(left, ty, "the comparison"), self.coerce(right, ty, "the comparison")),
            None => (left, right),
        };
        Expr { ty: Type::Bool, span, kind: ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) } }
    }

    /// What was likely meant by a value that does not compare with another.
    fn compare_advice(&self, value: &Expr, other: &Expr) -> Option<String> {
        match (&value.ty, &other.ty) {
            (Type::Int | Type::Decimal(_), Type::Money | Type::Amount(..)) => {
                Some(self.amount_advice(value, &other.ty))
            }
            (Type::Text, Type::Enum(of)) => {
                self.variant_named(*of, value).map(|variant| format!("did you mean `{variant}`?"))
            }
            (Type::Bag, Type::Money | Type::Amount(..)) => {
                Some("a sum of Money is a bag: pick a currency with `bag[currency]`".to_owned())
            }
            _ => None,
        }
    }

    /// The type at which two values are compared; none when they may differ in digits only, and stay as they are.
    fn compare_type(&mut self, left: &Expr, right: &Expr) -> Result<Option<Type>, NoJoin> {
        let zeroes = (Checker::is_zero(left), Checker::is_zero(right));
        Ok(match (&left.ty, &right.ty) {
            (Type::Amount(..), Type::Int) if zeroes.1 => Some(left.ty.clone()),
            (Type::Int, Type::Amount(..)) if zeroes.0 => Some(right.ty.clone()),
            (Type::Decimal(_), Type::Decimal(_)) => None,
            (Type::Amount(a, _), Type::Amount(b, _)) if a == b => None,
            (l, r) => Some(self.join(l, r)?),
        })
    }

    fn compare_none(&mut self, op: CompareOp, operand: Expr, span: Span) -> Expr {
        let negated = op == CompareOp::NotEqual;
        let operand = match operand.kind {
            // Known to be there already: the question is still a fair one.
            ExprKind::Unwrap(inner) => *inner,
            _ => operand,
        };
        match operand.ty {
            Type::Option(_) => {
                Expr { ty: Type::Bool, span, kind: ExprKind::IsNone { operand: Box::new(operand), negated } }
            }
            Type::None => Expr { ty: Type::Bool, span, kind: ExprKind::Bool(!negated) },
            _ => {
                let found = self.words(&operand.ty);
                let diagnostic = types::mismatch(operand.span, "an optional value", &found, "a comparison with `none`");
                self.report(diagnostic.with_help(match operand.ty {
                    Type::Row(_) => {
                        "reading a row that is missing rejects: ask first whether it is there, `S.has(key)`"
                    }
                    _ => "this is always there",
                }));
                Expr { ty: Type::Bool, ..self.error(span) }
            }
        }
    }

    fn compare_zero(&mut self, op: CompareOp, operand: Expr, at: Span, span: Span) -> Expr {
        let bool_expr = |kind| Expr { ty: Type::Bool, span, kind };
        match &operand.ty {
            Type::Bag if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) => {
                let found = self.words(&operand.ty);
                self.report(types::no_operator_for(at, sign(op), &found).with_help("pick a currency: `bag[currency]`"));
                Expr { ty: Type::Bool, ..self.error(span) }
            }
            Type::Fraction(_) => {
                // Zero has no currency: a plain zero fraction compares with any.
                let zero = Expr { ty: Type::Int, span: at, kind: ExprKind::Int(0) };
                let zero = self.convert(zero, &Type::Fraction(FractionOf::Number));
                bool_expr(ExprKind::Compare { op, left: Box::new(operand), right: Box::new(zero) })
            }
            _ => bool_expr(ExprKind::CompareZero { op, operand: Box::new(operand) }),
        }
    }

    pub(super) fn condition(&mut self, expr: &ast::Expr, place: &str) -> Expr {
        self.expr_to(expr, &Type::Bool, place)
    }

    pub(super) fn and(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Expr {
        let left = self.condition(left, "`and`");
        let right = self.after(&left, true, |checker| checker.condition(right, "`and`"));
        Expr { ty: Type::Bool, span, kind: ExprKind::And(Box::new(left), Box::new(right)) }
    }

    pub(super) fn or(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Expr {
        let left = self.condition(left, "`or`");
        let right = self.after(&left, false, |checker| checker.condition(right, "`or`"));
        Expr { ty: Type::Bool, span, kind: ExprKind::Or(Box::new(left), Box::new(right)) }
    }

    /// Does some work where a condition is known to have had an outcome.
    pub(super) fn after<T>(&mut self, condition: &Expr, outcome: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.facts.len();
        self.assume(condition, outcome);
        let result = work(self);
        self.facts.truncate(before);
        result
    }

    pub(super) fn coalesce(
        &mut self,
        option: &ast::Expr,
        default: &ast::Expr,
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        let option = self.expr(option, want);
        let inner = match &option.ty {
            Type::Option(of) => (**of).clone(),
            Type::None => return self.expr(default, want),
            Type::Error => {
                self.expr(default, want);
                return self.error(span);
            }
            other => {
                let found = self.words(other);
                let diagnostic = types::mismatch(option.span, "an optional value", &found, "`??`");
                self.report(diagnostic.with_help("this is always there: leave out `??` and what follows"));
                return self.error(span);
            }
        };
        let default = self.expr(default, Some(&inner));
        let default = if inner == Type::Float { float_literal(&default).unwrap_or(default) } else { default };
        let zero = Checker::is_zero(&default);
        if zero && inner == Type::Money {
            self.report(types::zero_of_money(default.span));
            return self.error(span);
        }
        let ty = if zero && matches!(inner, Type::Amount(..)) {
            inner.clone()
        } else {
            match self.join(&inner, &default.ty) {
                Ok(ty) => ty,
                Err(_) => {
                    let (l, r) = (self.words(&inner), self.words(&default.ty));
                    self.report(types::no_common_type(span, (&l, option.span), (&r, default.span)));
                    return self.error(span);
                }
            }
        };
        let plain = match &ty {
            Type::Option(of) => (**of).clone(),
            ty => ty.clone(),
        };
        let option = self.coerce(option, &Type::option(plain), "`??`");
        let default = self.coerce(default, &ty, "`??`");
        Expr { ty, span, kind: ExprKind::Coalesce { option: Box::new(option), default: Box::new(default) } }
    }

    /// `value in list`.
    pub(super) fn contains(&mut self, value: &ast::Expr, list: &ast::Expr, span: Span) -> Expr {
        let value = self.expr(value, None);
        let hint = (value.ty != Type::Error).then(|| Type::list(value.ty.clone()));
        let list = match &list.kind {
            // The elements may have more digits than the value: they meet.
            ast::ExprKind::List(_) | ast::ExprKind::Map(_) => self.expr(list, None),
            _ => self.expr(list, hint.as_ref()),
        };
        let of = match &list.ty {
            Type::List(of) => (**of).clone(),
            Type::Map(_) => return self.has_key(value, list, span),
            Type::Error => return Expr { ty: Type::Bool, ..self.error(span) },
            Type::EmptyList | Type::EmptyMap => return Expr { ty: Type::Bool, span, kind: ExprKind::Bool(false) },
            other => {
                let found = self.words(other);
                self.report(types::not_iterable(list.span, &found));
                return Expr { ty: Type::Bool, ..self.error(span) };
            }
        };
        match self.join(&of, &value.ty) {
            Ok(ty) => {
                let value = self.coerce(value, &ty, "the list");
                let list = self.coerce(list, &Type::list(ty), "the list");
                Expr { ty: Type::Bool, span, kind: ExprKind::In { value: Box::new(value), list: Box::new(list) } }
            }
            Err(_) => {
                let (l, r) = (self.words(&value.ty), self.words(&of));
                self.report(types::no_common_type(span, (&l, value.span), (&r, list.span)));
                Expr { ty: Type::Bool, ..self.error(span) }
            }
        }
    }
}
