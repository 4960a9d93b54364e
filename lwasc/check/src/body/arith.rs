//! `+ - * /` and `-x`: which operands go together, and how many digits come out.

use super::Checker;
use super::coerce::{floats_meet, is_exact};
use crate::errors::types;
use crate::hir::{ArithOp, CurrencyId, Expr, ExprKind, FractionOf, Type};
use lwas_base::Span;
use lwas_exact::MAX_DIGITS;

fn sign(op: ArithOp) -> &'static str {
    match op {
        ArithOp::Add => "+",
        ArithOp::Sub => "-",
        ArithOp::Mul => "*",
        ArithOp::Div => "/",
    }
}

/// Whether a type is a plain number.
fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Decimal(_) | Type::Number | Type::Fraction(FractionOf::Number))
}

/// What an amount is an amount of; none for what is no amount.
fn amount_of(ty: &Type) -> Option<FractionOf> {
    match ty {
        Type::Amount(c, _) => Some(FractionOf::Amount(*c)),
        Type::Money => Some(FractionOf::Money),
        Type::Fraction(of @ (FractionOf::Amount(_) | FractionOf::Money)) => Some(*of),
        _ => None,
    }
}

impl Checker<'_> {
    pub(super) fn arith(&mut self, op: ArithOp, mut left: Expr, mut right: Expr, at: Span) -> Expr {
        let span = left.span.to(right.span);
        floats_meet([&mut left, &mut right].into_iter());
        if left.ty == Type::Error || right.ty == Type::Error {
            return self.error(span);
        }
        for operand in [&left, &right] {
            if matches!(operand.ty, Type::Option(_) | Type::None) {
                self.may_be_none(operand, at);
                return self.error(span);
            }
        }
        match (&left.ty, &right.ty) {
            (Type::Float, Type::Float) => return self.binary(op, left, right, Type::Float, span),
            (Type::Float, exact) | (exact, Type::Float) if is_exact(exact) => {
                let (l, r) = (self.words(&left.ty), self.words(&right.ty));
                self.report(types::float_operands(at, sign(op), (&l, left.span), (&r, right.span)));
                return self.error(span);
            }
            _ => {}
        }
        match op {
            ArithOp::Add | ArithOp::Sub => self.add_sub(op, left, right, at, span),
            ArithOp::Mul => self.mul(left, right, at, span),
            ArithOp::Div => self.div(left, right, at, span),
        }
    }

    fn add_sub(&mut self, op: ArithOp, left: Expr, right: Expr, at: Span, span: Span) -> Expr {
        let zero = (Checker::is_zero(&left), Checker::is_zero(&right));
        match (&left.ty, &right.ty) {
            // A bare zero changes no amount whose currency is known at run time only.
            (Type::Money | Type::Bag | Type::Fraction(_), Type::Int)
                if zero.1 && amount_of(&left.ty).is_some() | (left.ty == Type::Bag) =>
            {
                left
            }
            (Type::Int, Type::Money | Type::Bag) if zero.0 => match op {
                ArithOp::Add => right,
                _ => Expr { ty: right.ty.clone(), span, kind: ExprKind::Neg(Box::new(right)) },
            },
            (Type::Int, Type::Int) => self.binary(op, left, right, Type::Int, span),
            (Type::Time, Type::Duration) => self.binary(op, left, right, Type::Time, span),
            (Type::Duration, Type::Time) if op == ArithOp::Add => self.binary(op, right, left, Type::Time, span),
            (Type::Time, Type::Time) if op == ArithOp::Sub => self.binary(op, left, right, Type::Duration, span),
            (Type::Duration, Type::Duration) => self.binary(op, left, right, Type::Duration, span),
            (Type::EmptyList, Type::EmptyList) | (Type::EmptyMap, Type::EmptyMap) if op == ArithOp::Add => left,
            (Type::EmptyMap, Type::Text) if op == ArithOp::Sub => left,
            (Type::List(_) | Type::EmptyList, Type::List(_) | Type::EmptyList)
            | (Type::Map(_) | Type::EmptyMap, Type::Map(_) | Type::EmptyMap)
                if op == ArithOp::Add =>
            {
                let Some((ty, mut both)) = self.meet(vec![left, right], at) else { return self.error(span) };
                let (Some(right), Some(left)) = (both.pop(), both.pop()) else { return self.error(span) };
                self.binary(op, left, right, ty, span)
            }
            (Type::Map(_), Type::Text) if op == ArithOp::Sub => {
                let ty = left.ty.clone();
                self.binary(op, left, right, ty, span)
            }
            (l, r)
                if let (Some(FractionOf::Amount(a)), Some(FractionOf::Amount(b))) = (amount_of(l), amount_of(r))
                    && a != b =>
            {
                let verb = if op == ArithOp::Add { "added" } else { "subtracted" };
                self.two_currencies(verb, (a, left.span), (b, right.span), at, span)
            }
            (l, r) if self.adds(l, r) || zero.0 && amount_of(r).is_some() || zero.1 && amount_of(l).is_some() => {
                let Some((ty, mut both)) = self.meet(vec![left, right], at) else { return self.error(span) };
                let (Some(right), Some(left)) = (both.pop(), both.pop()) else { return self.error(span) };
                self.binary(op, left, right, ty, span)
            }
            _ => self.no_operator(op, &left, &right, at, span),
        }
    }

    /// Whether both are numbers, or both amounts or bags.
    fn adds(&self, a: &Type, b: &Type) -> bool {
        let amount = |ty| amount_of(ty).is_some() || *ty == Type::Bag;
        is_number(a) && is_number(b) || amount(a) && amount(b)
    }

    fn mul(&mut self, left: Expr, right: Expr, at: Span, span: Span) -> Expr {
        use Type as T;
        let op = ArithOp::Mul;
        match (&left.ty, &right.ty) {
            (T::Int, T::Int) => self.binary(op, left, right, T::Int, span),
            (T::Duration, T::Int) | (T::Int, T::Duration) => self.binary(op, left, right, T::Duration, span),
            (T::Money, T::Int) | (T::Int, T::Money) => self.binary(op, left, right, T::Money, span),
            (T::Int | T::Decimal(_), T::Int | T::Decimal(_)) => {
                let (left, a) = self.as_decimal(left);
                let (right, b) = self.as_decimal(right);
                let Some(digits) = self.digits_sum(a, b, span) else { return self.error(span) };
                self.binary(op, left, right, T::Decimal(digits), span)
            }
            (T::Amount(c, a), T::Int | T::Decimal(_)) => {
                let (c, a) = (*c, *a);
                let (right, b) = self.as_decimal(right);
                let Some(digits) = self.digits_sum(a, b, span) else { return self.error(span) };
                self.binary(op, left, right, T::Amount(c, digits), span)
            }
            (T::Int | T::Decimal(_), T::Amount(c, b)) => {
                let (c, b) = (*c, *b);
                let (left, a) = self.as_decimal(left);
                let Some(digits) = self.digits_sum(a, b, span) else { return self.error(span) };
                self.binary(op, left, right, T::Amount(c, digits), span)
            }
            (T::Number, T::Int | T::Decimal(_) | T::Number) | (T::Int | T::Decimal(_), T::Number) => {
                let (left, right) = (self.convert(left, &T::Number), self.convert(right, &T::Number));
                self.binary(op, left, right, T::Number, span)
            }
            (l, r) => match (is_number(l), is_number(r), amount_of(l), amount_of(r)) {
                (true, true, ..) => self.fractions(
                    op,
                    (left, FractionOf::Number),
                    (right, FractionOf::Number),
                    FractionOf::Number,
                    span,
                ),
                (_, true, Some(of), _) => self.fractions(op, (left, of), (right, FractionOf::Number), of, span),
                (true, _, _, Some(of)) => self.fractions(op, (left, FractionOf::Number), (right, of), of, span),
                (_, _, Some(_), Some(_)) => {
                    let (l, r) = (self.words(l), self.words(r));
                    let message = format!("{l} times {r} is not an amount of anything");
                    self.report(types::no_such_unit(at, message, (&l, left.span), (&r, right.span)));
                    self.error(span)
                }
                _ => self.no_operator(op, &left, &right, at, span),
            },
        }
    }

    fn div(&mut self, left: Expr, right: Expr, at: Span, span: Span) -> Expr {
        let op = ArithOp::Div;
        match (is_number(&left.ty), is_number(&right.ty), amount_of(&left.ty), amount_of(&right.ty)) {
            (true, true, ..) => {
                self.fractions(op, (left, FractionOf::Number), (right, FractionOf::Number), FractionOf::Number, span)
            }
            (_, true, Some(of), _) => self.fractions(op, (left, of), (right, FractionOf::Number), of, span),
            (.., Some(FractionOf::Amount(a)), Some(FractionOf::Amount(b))) if a != b => {
                self.two_currencies("divided", (a, left.span), (b, right.span), at, span)
            }
            (.., Some(a), Some(b)) => {
                let of = if a == b { a } else { FractionOf::Money };
                self.fractions(op, (left, of), (right, of), FractionOf::Number, span)
            }
            _ if left.ty == Type::Duration && right.ty == Type::Duration => {
                self.fractions(op, (left, FractionOf::Number), (right, FractionOf::Number), FractionOf::Number, span)
            }
            (true, _, _, Some(_)) => {
                let (l, r) = (self.words(&left.ty), self.words(&right.ty));
                let message = format!("a number over {r} is not an amount of anything");
                self.report(types::no_such_unit(at, message, (&l, left.span), (&r, right.span)));
                self.error(span)
            }
            _ => self.no_operator(op, &left, &right, at, span),
        }
    }

    fn two_currencies(
        &mut self,
        verb: &str,
        left: (CurrencyId, Span),
        right: (CurrencyId, Span),
        at: Span,
        span: Span,
    ) -> Expr {
        let code = |c: CurrencyId| self.env.program.currencies[c].code.as_str();
        self.report(types::two_currencies(at, verb, (code(left.0), left.1), (code(right.0), right.1)));
        self.error(span)
    }

    fn fractions(
        &mut self,
        op: ArithOp,
        left: (Expr, FractionOf),
        right: (Expr, FractionOf),
        result: FractionOf,
        span: Span,
    ) -> Expr {
        let left = self.convert(left.0, &Type::Fraction(left.1));
        let right = self.convert(right.0, &Type::Fraction(right.1));
        self.binary(op, left, right, Type::Fraction(result), span)
    }

    fn binary(&mut self, op: ArithOp, left: Expr, right: Expr, ty: Type, span: Span) -> Expr {
        Expr { ty, span, kind: ExprKind::Arith { op, left: Box::new(left), right: Box::new(right) } }
    }

    /// An Int or Decimal as a Decimal, with its digits.
    fn as_decimal(&mut self, value: Expr) -> (Expr, u8) {
        match value.ty {
            Type::Decimal(digits) => (value, digits),
            _ => (self.convert(value, &Type::Decimal(0)), 0),
        }
    }

    fn digits_sum(&mut self, a: u8, b: u8, span: Span) -> Option<u8> {
        let sum = u32::from(a) + u32::from(b);
        if sum > u32::from(MAX_DIGITS) {
            self.report(types::too_many_digits(span, sum, u32::from(MAX_DIGITS)));
            return None;
        }
        Some(a + b)
    }

    fn no_operator(&mut self, op: ArithOp, left: &Expr, right: &Expr, at: Span, span: Span) -> Expr {
        let (l, r) = (self.words(&left.ty), self.words(&right.ty));
        let mut diagnostic = types::no_operator(at, sign(op), (&l, left.span), (&r, right.span));
        let help = match (op, &left.ty, &right.ty) {
            (ArithOp::Add, Type::Text, _) | (ArithOp::Add, _, Type::Text) => {
                Some("put texts together with `\"{a}{b}\"`".to_owned())
            }
            (ArithOp::Add, Type::List(of), other) if self.join(of, other).is_ok() => {
                Some("a list with an element more is `xs + [x]`".to_owned())
            }
            (ArithOp::Sub, Type::List(_), _) => Some("write `[x for x in xs where condition]`".to_owned()),
            (ArithOp::Sub, Type::Map(_), _) => Some("a map without a key is `m - key`".to_owned()),
            (ArithOp::Add, Type::Map(_), _) => Some("a map with an entry more is `m + { key: value }`".to_owned()),
            (ArithOp::Sub, Type::Date, Type::Date) => Some("count the days with `days_between(a, b)`".to_owned()),
            (ArithOp::Add | ArithOp::Sub, Type::Date, _) => Some("go on by days with `add_days(date, n)`".to_owned()),
            (ArithOp::Add | ArithOp::Sub, Type::Int | Type::Decimal(_), amount) if amount_of(amount).is_some() => {
                Some(self.amount_advice(left, amount))
            }
            (ArithOp::Add | ArithOp::Sub, amount, Type::Int | Type::Decimal(_)) if amount_of(amount).is_some() => {
                Some(self.amount_advice(right, amount))
            }
            _ => None,
        };
        if let Some(help) = help {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
        self.error(span)
    }

    /// `-x`.
    pub(super) fn negate(&mut self, operand: Expr, span: Span) -> Expr {
        match (&operand.kind, &operand.ty) {
            (_, Type::Error) => self.error(span),
            (ExprKind::Int(n), _) if *n != i64::MIN && matches!(operand.ty, Type::Int | Type::Duration) => {
                Expr { kind: ExprKind::Int(-n), span, ..operand }
            }
            (ExprKind::Wide(n), _) if *n != i128::MIN => Expr { kind: ExprKind::Wide(-n), span, ..operand },
            (_, Type::Int | Type::Decimal(_) | Type::Amount(..) | Type::Money | Type::Number | Type::Bag)
            | (_, Type::Fraction(_) | Type::Duration | Type::Float) => {
                Expr { ty: operand.ty.clone(), span, kind: ExprKind::Neg(Box::new(operand)) }
            }
            (_, Type::Option(_) | Type::None) => {
                self.may_be_none(&operand, span);
                self.error(span)
            }
            _ => {
                let found = self.words(&operand.ty);
                self.report(types::no_operator_for(operand.span, "-", &found));
                self.error(span)
            }
        }
    }
}
