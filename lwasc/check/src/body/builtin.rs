//! Functions that the language has: rounding, numbers, lists, allocation, conversion. The calendar is in `calendar`.

use super::Checker;
use super::compare::is_ordered;
use super::field::builtin;
use crate::errors::{bodies, types};
use crate::hir::{Builtin, Expr, ExprKind, FractionOf, Type};
use lwas_base::Span;
use lwas_exact::Mode;
use lwas_syntax::ast;

/// All names, for "did you mean".
pub(super) const NAMES: &[&str] = &[
    "round",
    "round_half_even",
    "round_half_up",
    "round_half_down",
    "round_up",
    "round_down",
    "floor",
    "ceil",
    "exact",
    "div",
    "mod",
    "min",
    "max",
    "abs",
    "length",
    "keys",
    "values",
    "range",
    "sort",
    "split",
    "split_first",
    "convert",
    "Money",
    "pow",
    "float",
    "sqrt",
    "ln",
    "log2",
    "exp",
    "add_days",
    "add_months",
    "days_between",
    "days_in_month",
    "year",
    "month",
    "day",
    "weekday",
    "date",
    "resonance",
];

/// The names of the functions that the language has.
pub fn names() -> &'static [&'static str] {
    NAMES
}

/// Whether the language has a function of this name.
pub(super) fn exists(name: &str) -> bool {
    NAMES.contains(&name)
}

fn mode(name: &str) -> Option<Mode> {
    Some(match name {
        "round" | "round_half_even" => Mode::HalfEven,
        "round_half_up" => Mode::HalfUp,
        "round_half_down" => Mode::HalfDown,
        "round_up" => Mode::Up,
        "round_down" => Mode::Down,
        "floor" => Mode::Floor,
        "ceil" => Mode::Ceil,
        "exact" => Mode::Exact,
        _ => return None,
    })
}

impl Checker<'_> {
    pub(super) fn call_builtin(&mut self, name: ast::Ident, args: &[ast::Arg], span: Span) -> Expr {
        let text = name.name.as_str();
        if text == "sort" {
            return self.sort(args, span);
        }
        if let Some(named) = args.iter().find_map(|a| a.name) {
            let message = format!("`{text}` takes its arguments by place");
            self.report(types::arguments(named.span, message, "no name is wanted here", &shape(text)));
            return self.error(span);
        }
        if matches!(text, "min" | "max")
            && args.len() == 1
            && let Some(error) = self.aggregate_without_for(name, args, span)
        {
            return error;
        }
        let args: Vec<_> = args.iter().map(|a| &a.value).collect();
        if let Some(mode) = mode(text) {
            return self.rounding(text, mode, &args, span);
        }
        match (text, args.as_slice()) {
            ("div", [a, b]) => self.integers(Builtin::Div, a, b, span),
            ("mod", [a, b]) => self.integers(Builtin::Mod, a, b, span),
            ("min", [_, _, ..]) => self.extreme(Builtin::Min, &args, span),
            ("max", [_, _, ..]) => self.extreme(Builtin::Max, &args, span),
            ("abs", [x]) => self.absolute(x, span),
            ("length", [x]) => self.length(x, span),
            ("keys", [m]) => self.map_part(Builtin::Keys, m, span),
            ("values", [m]) => self.map_part(Builtin::Values, m, span),
            ("range", [a, b]) => {
                let args = vec![self.expr_to(a, &Type::Int, "`range`"), self.expr_to(b, &Type::Int, "`range`")];
                builtin(Builtin::Range, args, Type::list(Type::Int), span)
            }
            ("split", [amount, weights]) => self.split(Builtin::Split, amount, weights, span),
            ("split_first", [amount, weights]) => self.split(Builtin::SplitFirst, amount, weights, span),
            ("convert", [x, to, rate]) => self.conversion(x, to, rate, span),
            ("Money", [x, currency]) => self.make_money(x, currency, span),
            ("pow", [x, n, digits]) => self.power(x, n, digits, span),
            ("float", [x]) => self.float(x, span),
            ("sqrt", [x]) => self.elementary(Builtin::Sqrt, x, span),
            ("ln", [x]) => self.elementary(Builtin::Ln, x, span),
            ("log2", [x]) => self.elementary(Builtin::Log2, x, span),
            ("exp", [x]) => self.elementary(Builtin::Exp, x, span),
            ("resonance", []) => self.resonance(span),
            ("add_months", [_, _]) => {
                self.report(types::months_mode(span, true));
                Expr { ty: Type::Date, ..self.error(span) }
            }
            _ => self.calendar(name, &args, span),
        }
    }

    /// Says that the number of arguments is wrong.
    pub(super) fn wrong_count(&mut self, name: &str, found: usize, span: Span) -> Expr {
        let message = format!("`{name}` does not take {found} argument{}", if found == 1 { "" } else { "s" });
        self.report(types::arguments(span, message, "wrong number of arguments", &shape(name)));
        self.error(span)
    }

    fn rounding(&mut self, name: &str, mode: Mode, args: &[&ast::Expr], span: Span) -> Expr {
        let (x, digits) = match args {
            [x] => (x, None),
            [x, n] => match self.digits(n) {
                Some(n) => (x, Some(n)),
                None => {
                    self.expr(x, None);
                    return self.error(span);
                }
            },
            _ => return self.wrong_count(name, args.len(), span),
        };
        let x = self.expr(x, None);
        let own = |c: crate::hir::CurrencyId| self.env.program.currencies[c].digits;
        let ty = match (&x.ty, digits) {
            (Type::Error, _) => return self.error(span),
            (Type::Amount(c, _) | Type::Fraction(FractionOf::Amount(c)), n) => Type::Amount(*c, n.unwrap_or(own(*c))),
            (Type::Money | Type::Fraction(FractionOf::Money), None) => Type::Money,
            (Type::Money | Type::Fraction(FractionOf::Money), Some(_)) => {
                let message = "Money has exactly its currency's digits".to_owned();
                self.report(types::arguments(span, message, "no digits are wanted here", &format!("{name}(x)")));
                return self.error(span);
            }
            (
                Type::Int | Type::Decimal(_) | Type::Number | Type::Fraction(FractionOf::Number) | Type::Float,
                Some(n),
            ) => Type::Decimal(n),
            (Type::Int | Type::Decimal(_) | Type::Number | Type::Fraction(FractionOf::Number) | Type::Float, None) => {
                let found = self.words(&x.ty);
                self.report(types::digits_needed(x.span, name, &found, lwas_base::PRIMARY_TEXT));
                return self.error(span);
            }
            (Type::Option(_), _) => {
                self.may_be_none(&x, span);
                return self.error(span);
            }
            (Type::Bag, _) => {
                let found = self.words(&x.ty);
                self.report(
                    types::mismatch(x.span, "a number or amount", &found, "rounding")
                        .with_help("pick a currency: `bag[currency]`"),
                );
                return self.error(span);
            }
            (other, _) => {
                let found = self.words(other);
                self.report(types::mismatch(x.span, "a number or amount", &found, "rounding"));
                return self.error(span);
            }
        };
        builtin(Builtin::Round(mode), vec![x], ty, span)
    }

    /// A constant number of digits, from 0 to 18.
    fn digits(&mut self, expr: &ast::Expr) -> Option<u8> {
        let value = self.expr(expr, Some(&Type::Int));
        match (&value.kind, &value.ty) {
            (_, Type::Error) => None,
            (ExprKind::Int(n @ 0..=18), Type::Int) => u8::try_from(*n).ok(),
            (ExprKind::Int(n), Type::Int) => {
                self.report(types::bad_digits(expr.span, &format!("{n}")));
                None
            }
            (_, ty) => {
                let found = self.words(ty);
                self.report(types::bad_digits(expr.span, &format!("a value of type {found}")));
                None
            }
        }
    }

    fn integers(&mut self, which: Builtin, a: &ast::Expr, b: &ast::Expr, span: Span) -> Expr {
        let args = vec![self.expr_to(a, &Type::Int, "`div` and `mod`"), self.expr_to(b, &Type::Int, "`div` and `mod`")];
        builtin(which, args, Type::Int, span)
    }

    fn extreme(&mut self, which: Builtin, args: &[&ast::Expr], span: Span) -> Expr {
        let values: Vec<_> = args.iter().map(|a| self.expr(a, None)).collect();
        if let Some(optional) = values.iter().find(|v| matches!(v.ty, Type::Option(_) | Type::None)) {
            let optional = optional.clone();
            self.may_be_none(&optional, span);
            return self.error(span);
        }
        // Beside Money a bare `0` is zero of its currency, which is known when it is compared.
        let (zeroes, values): (Vec<_>, Vec<_>) = if values.iter().any(|value| value.ty == Type::Money) {
            values.into_iter().partition(Checker::is_zero)
        } else {
            (vec![], values)
        };
        let Some((ty, values)) = self.meet(values, span) else { return self.error(span) };
        if !is_ordered(&ty) {
            let found = self.words(&ty);
            self.report(types::no_operator_for(span, if which == Builtin::Min { "min" } else { "max" }, &found));
            return self.error(span);
        }
        let mut values = values.into_iter().chain(zeroes);
        let first = values.next().unwrap_or_else(|| self.error(span));
        values.fold(first, |so_far, next| builtin(which, vec![so_far, next], ty.clone(), span))
    }

    fn absolute(&mut self, x: &ast::Expr, span: Span) -> Expr {
        let x = self.expr(x, None);
        match &x.ty {
            Type::Error => self.error(span),
            Type::Int
            | Type::Decimal(_)
            | Type::Amount(..)
            | Type::Money
            | Type::Number
            | Type::Fraction(_)
            | Type::Duration
            | Type::Float => {
                let ty = x.ty.clone();
                builtin(Builtin::Abs, vec![x], ty, span)
            }
            other => {
                let found = self.words(other);
                self.report(types::mismatch(x.span, "a number or amount", &found, "`abs`"));
                self.error(span)
            }
        }
    }

    fn length(&mut self, x: &ast::Expr, span: Span) -> Expr {
        let x = self.expr(x, None);
        match &x.ty {
            Type::Error => self.error(span),
            Type::EmptyList | Type::EmptyMap => Expr { ty: Type::Int, span, kind: ExprKind::Int(0) },
            Type::List(_) | Type::Map(_) | Type::Text => builtin(Builtin::Length, vec![x], Type::Int, span),
            Type::Option(_) => {
                self.may_be_none(&x, span);
                self.error(span)
            }
            other => {
                let found = self.words(other);
                self.report(types::mismatch(x.span, "a list, a map or a text", &found, "`length`"));
                self.error(span)
            }
        }
    }

    fn split(&mut self, which: Builtin, amount: &ast::Expr, weights: &ast::Expr, span: Span) -> Expr {
        let amount = self.expr(amount, None);
        let (amount, ty) = match &amount.ty {
            Type::Error => (amount, Type::Error),
            Type::Amount(c, _) => {
                let own = Type::Amount(*c, self.env.program.currencies[*c].digits);
                (self.coerce(amount, &own, "`split`, which divides smallest units,"), own)
            }
            Type::Money => (amount, Type::Money),
            Type::Option(_) => {
                self.may_be_none(&amount, span);
                (self.error(span), Type::Error)
            }
            other => {
                let found = self.words(other);
                self.report(types::mismatch(amount.span, "an amount", &found, "`split`"));
                (self.error(span), Type::Error)
            }
        };
        let weights = self.expr(weights, None);
        match &weights.ty {
            Type::List(of)
                if matches!(**of, Type::Int | Type::Decimal(_) | Type::Number | Type::Amount(..) | Type::Money)
                    && ty != Type::Error =>
            {
                builtin(which, vec![amount, weights], Type::list(ty), span)
            }
            _ if weights.ty == Type::Error || ty == Type::Error => self.error(span),
            other => {
                let found = self.words(other);
                let wanted = "a list of numbers or of amounts of one currency";
                let diagnostic = types::mismatch(weights.span, wanted, &found, "`split`");
                self.report(match other {
                    Type::Int => diagnostic.with_help("equal shares have equal weights: `split(x, [1, 1, 1])`"),
                    _ => diagnostic,
                });
                self.error(span)
            }
        }
    }

    /// `convert(x, C, rate)`.
    fn conversion(&mut self, x: &ast::Expr, to: &ast::Expr, rate: &ast::Expr, span: Span) -> Expr {
        let x = self.expr(x, None);
        let to = self.expr_to(to, &Type::Currency, "`convert`");
        let rate = self.expr(rate, None);
        if [&x, &to, &rate].iter().any(|e| e.ty == Type::Error) {
            return self.error(span);
        }
        if !matches!(rate.ty, Type::Int | Type::Decimal(_) | Type::Number | Type::Fraction(FractionOf::Number)) {
            let found = self.words(&rate.ty);
            self.report(types::mismatch(rate.span, "a number", &found, "a rate"));
            return self.error(span);
        }
        let of = match &x.ty {
            Type::Amount(c, _) => FractionOf::Amount(*c),
            Type::Money => FractionOf::Money,
            Type::Fraction(of @ (FractionOf::Amount(_) | FractionOf::Money)) => *of,
            Type::Option(_) => {
                self.may_be_none(&x, span);
                return self.error(span);
            }
            other => {
                let found = self.words(other);
                self.report(types::mismatch(x.span, "an amount", &found, "`convert`"));
                return self.error(span);
            }
        };
        let ExprKind::Currency(target) = to.kind else {
            let x = self.convert(x, &Type::Fraction(of));
            let rate = self.convert(rate, &Type::Fraction(FractionOf::Number));
            return builtin(Builtin::ConvertMoney, vec![x, to, rate], Type::Fraction(FractionOf::Money), span);
        };
        match (&x.ty, &rate.ty) {
            (Type::Amount(_, m), Type::Int | Type::Decimal(_)) => {
                let m = *m;
                let n = if let Type::Decimal(n) = rate.ty { n } else { 0 };
                let rate = self.convert(rate, &Type::Decimal(n));
                let digits = u32::from(m) + u32::from(n);
                if digits > u32::from(lwas_exact::MAX_DIGITS) {
                    self.report(types::too_many_digits(span, digits, u32::from(lwas_exact::MAX_DIGITS)));
                    return self.error(span);
                }
                builtin(Builtin::Convert, vec![x, rate], Type::Amount(target, m + n), span)
            }
            _ => {
                let x = self.convert(x, &Type::Fraction(of));
                let rate = self.convert(rate, &Type::Fraction(FractionOf::Number));
                builtin(Builtin::Convert, vec![x, rate], Type::Fraction(FractionOf::Amount(target)), span)
            }
        }
    }

    fn make_money(&mut self, x: &ast::Expr, currency: &ast::Expr, span: Span) -> Expr {
        let x = self.expr_to(x, &Type::Number, "`Money`");
        let currency = self.expr_to(currency, &Type::Currency, "`Money`");
        builtin(Builtin::MakeMoney, vec![x, currency], Type::Money, span)
    }

    fn power(&mut self, x: &ast::Expr, n: &ast::Expr, digits: &ast::Expr, span: Span) -> Expr {
        let x = self.expr(x, None);
        let x = match &x.ty {
            Type::Int => self.convert(x, &Type::Decimal(0)),
            Type::Decimal(_) | Type::Error => x,
            other => {
                let found = self.words(other);
                self.report(types::mismatch(x.span, "a number", &found, "`pow`"));
                self.error(span)
            }
        };
        let n = self.expr_to(n, &Type::Int, "`pow`");
        let Some(digits) = self.digits(digits) else { return self.error(span) };
        builtin(Builtin::Pow, vec![x, n], Type::Decimal(digits), span)
    }

    /// `float(x)`.
    fn float(&mut self, x: &ast::Expr, span: Span) -> Expr {
        let x = self.expr(x, None);
        match &x.ty {
            Type::Error => self.error(span),
            Type::Float => x,
            Type::Option(_) | Type::None => {
                self.may_be_none(&x, span);
                self.error(span)
            }
            Type::Int
            | Type::Decimal(_)
            | Type::Amount(..)
            | Type::Money
            | Type::Number
            | Type::Fraction(_)
            | Type::Duration => builtin(Builtin::Float, vec![x], Type::Float, span),
            other => {
                let found = self.words(other);
                self.report(types::mismatch(x.span, "a number, an amount or a Duration", &found, "`float`"));
                self.error(span)
            }
        }
    }

    /// `sqrt(x)` and its kin.
    fn elementary(&mut self, which: Builtin, x: &ast::Expr, span: Span) -> Expr {
        let x = self.expr_to(x, &Type::Float, "this function");
        builtin(which, vec![x], Type::Float, span)
    }

    /// The name of a mode or a currency that is no value of its own.
    pub(super) fn word(expr: &ast::Expr) -> Option<&'static str> {
        match &expr.kind {
            ast::ExprKind::Name(name) => Some(name.name.as_str()),
            _ => None,
        }
    }

    /// Says that a function of the language is not known, which cannot be met: `exists` was asked.
    pub(super) fn no_builtin(&mut self, name: ast::Ident, span: Span) -> Expr {
        self.report(bodies::unknown_function(name.span, name.name.as_str(), None));
        self.error(span)
    }
}

/// How a function of the language is called, for messages.
fn shape(name: &str) -> String {
    let args = match name {
        "div" | "mod" | "min" | "max" => "a, b",
        "abs" | "length" | "float" | "sqrt" | "ln" | "log2" | "exp" => "x",
        "keys" | "values" => "map",
        "range" => "first, last",
        "split" | "split_first" => "amount, weights",
        "convert" => "x, currency, rate",
        "Money" => "x, currency",
        "pow" => "x, n, digits",
        "add_days" => "date, n",
        "add_months" => "date, n, last_day",
        "days_between" => "from, to",
        "days_in_month" | "year" | "month" | "day" | "weekday" => "date",
        "date" => "time",
        "resonance" => "",
        _ => "x, digits",
    };
    format!("{name}({args})")
}
