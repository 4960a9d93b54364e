//! Bringing a value to the type that a place wants: exact and implicit, or refused with what to write.

use super::Checker;
use crate::env::Item;
use crate::errors::types;
use crate::hir::{Block, EnumId, Expr, ExprKind, FractionOf, Stmt, StmtKind, Type};
use lwas_base::{PRIMARY_TEXT, Span};
use lwas_exact::float::units_to_float;
use lwas_exact::{format_decimal, pow10};
use lwas_syntax::ast;

/// Whether a type widens to another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is the same.
    Same,
    /// It widens exactly.
    Widens,
    /// Digits would be lost: from, to.
    Loses(u8, u8),
    /// It does not.
    No,
}

/// The source text of a value as something that `.name` can follow.
fn as_operand(value: &Expr) -> String {
    match value.kind {
        ExprKind::Arith { .. } | ExprKind::Neg(_) | ExprKind::Coalesce { .. } | ExprKind::If { .. } => {
            format!("({PRIMARY_TEXT})")
        }
        _ => PRIMARY_TEXT.to_owned(),
    }
}

/// Whether values are exact numbers or amounts.
pub(super) fn is_exact(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Decimal(_) | Type::Number | Type::Amount(..) | Type::Money | Type::Fraction(_))
        || *ty == Type::Bag
}

/// How a value comes to the type that is wanted, where one of both is Float.
pub(super) fn float_advice(from: &Type, want: &Type) -> String {
    match (from, want) {
        (Type::Float, Type::Amount(..) | Type::Money | Type::Bag) => {
            "compute amounts with exact numbers: a Float never becomes money".to_owned()
        }
        (Type::Float, Type::Decimal(n)) => format!("round it: `round({PRIMARY_TEXT}, {n})`"),
        (Type::Float, _) => format!("round it: `round({PRIMARY_TEXT}, 0)`"),
        _ => format!("say so: `float({PRIMARY_TEXT})` is the nearest Float"),
    }
}

/// A literal number as the nearest Float.
pub(super) fn float_literal(value: &Expr) -> Option<Expr> {
    let nearest = match (&value.kind, &value.ty) {
        (ExprKind::Int(n), Type::Int) => units_to_float(i128::from(*n), 0),
        (ExprKind::Wide(units), Type::Decimal(digits)) => units_to_float(*units, *digits),
        _ => return None,
    };
    // Adding 0.0 takes the sign from a zero.
    let kind = ExprKind::Int((nearest + 0.0).to_bits().cast_signed());
    Some(Expr { ty: Type::Float, span: value.span, kind })
}

/// Values of which one is a Float: literal numbers among them become Floats.
pub(super) fn floats_meet<'e>(values: impl Iterator<Item = &'e mut Expr>) {
    let values: Vec<_> = values.collect();
    let float = |ty: &Type| matches!(ty, Type::Option(of) if **of == Type::Float) || *ty == Type::Float;
    if values.iter().any(|value| float(&value.ty)) {
        for value in values {
            if let Some(literal) = float_literal(value) {
                *value = literal;
            }
        }
    }
}

impl Checker<'_> {
    /// An expression brought to a type; `place` says in messages what wants it.
    pub(super) fn expr_to(&mut self, expr: &ast::Expr, want: &Type, place: &str) -> Expr {
        let value = self.expr(expr, Some(want));
        self.coerce(value, want, place)
    }

    /// A value brought to a type.
    pub(super) fn coerce(&mut self, value: Expr, want: &Type, place: &str) -> Expr {
        if value.ty == *want || value.ty == Type::Error || *want == Type::Error {
            return value;
        }
        if let Some(literal) = self.widened_literal(&value, want) {
            return literal;
        }
        if value.ty == Type::Unit {
            self.report(types::no_value(value.span, &self.words(want)));
            return self.error(value.span);
        }
        match self.fit(&value.ty, want) {
            Fit::Same => value,
            Fit::Widens => self.convert(value, want),
            Fit::Loses(from, to) => {
                self.digits_lost(&value, want, from, to, place);
                Expr { ty: want.clone(), ..self.error(value.span) }
            }
            Fit::No => {
                self.refuse(&value, want, place);
                Expr { ty: want.clone(), ..self.error(value.span) }
            }
        }
    }

    /// A block's value brought to a type, in place.
    pub(super) fn coerce_block(&mut self, block: &mut Block, want: &Type, place: &str) {
        if let Some(value) = block.value.take() {
            block.value = Some(Box::new(self.coerce(*value, want, place)));
            block.ty = want.clone();
        } else if block.ty != Type::Error && *want != Type::Unit {
            self.report(types::no_value(block.span, &self.words(want)));
            block.ty = Type::Error;
        }
    }

    /// How a type fits a wanted one.
    pub(super) fn fit(&self, from: &Type, to: &Type) -> Fit {
        let digits = |a: u8, b: u8| match a.cmp(&b) {
            std::cmp::Ordering::Less => Fit::Widens,
            std::cmp::Ordering::Equal => Fit::Same,
            std::cmp::Ordering::Greater => Fit::Loses(a, b),
        };
        match (from, to) {
            (Type::Error, _) | (_, Type::Error) => Fit::Same,
            (from, to) if from == to => Fit::Same,
            (Type::Int, Type::Decimal(_) | Type::Number) | (Type::Decimal(0), Type::Int) => Fit::Widens,
            (Type::Decimal(a), Type::Decimal(b)) => digits(*a, *b),
            (Type::Decimal(a), Type::Number) => {
                if *a <= 18 {
                    Fit::Widens
                } else {
                    Fit::Loses(*a, 18)
                }
            }
            (Type::Decimal(a), Type::Int) => Fit::Loses(*a, 0),
            (Type::Amount(a, m), Type::Amount(b, n)) if a == b => digits(*m, *n),
            (Type::Amount(c, m), Type::Money | Type::Bag) => {
                let own = self.env.program.currencies[*c].digits;
                if *m <= own { Fit::Widens } else { Fit::Loses(*m, own) }
            }
            (Type::Money, Type::Bag) => Fit::Widens,
            (Type::Int | Type::Decimal(_) | Type::Number, Type::Fraction(FractionOf::Number)) => Fit::Widens,
            (Type::Amount(a, _), Type::Fraction(FractionOf::Amount(b))) if a == b => Fit::Widens,
            (
                Type::Amount(..) | Type::Money | Type::Fraction(FractionOf::Amount(_)),
                Type::Fraction(FractionOf::Money),
            ) => Fit::Widens,
            (Type::None, Type::Option(_)) => Fit::Widens,
            (Type::EmptyList, Type::List(_)) | (Type::EmptyMap, Type::Map(_)) => Fit::Widens,
            (Type::Option(a), Type::Option(b)) | (Type::List(a), Type::List(b)) => self.fit(a, b),
            (Type::Map(a), Type::Map(b)) => self.fit(a, b),
            (from, Type::Option(to)) => match self.fit(from, to) {
                Fit::Same => Fit::Widens,
                fit => fit,
            },
            _ => Fit::No,
        }
    }

    /// The steps from a value's type to a wanted one that it fits.
    pub(super) fn convert(&mut self, value: Expr, want: &Type) -> Expr {
        if value.ty == *want {
            return value;
        }
        if let Some(literal) = self.widened_literal(&value, want) {
            return literal;
        }
        let span = value.span;
        let through = match (&value.ty, want) {
            (Type::None | Type::EmptyList | Type::EmptyMap, _) => return Expr { ty: want.clone(), ..value },
            (Type::Option(_), Type::Option(_)) => None,
            (_, Type::Option(of)) => {
                let inner = self.convert(value, of);
                return Expr { ty: want.clone(), span, kind: ExprKind::Some(Box::new(inner)) };
            }
            (Type::Amount(c, m), Type::Money | Type::Bag) => {
                let own = self.env.program.currencies[*c].digits;
                if *want == Type::Bag { Some(Type::Money) } else { (*m < own).then_some(Type::Amount(*c, own)) }
            }
            (Type::Amount(c, _), Type::Fraction(FractionOf::Money)) => Some(Type::Fraction(FractionOf::Amount(*c))),
            _ => None,
        };
        let value = match through {
            Some(step) => self.convert(value, &step),
            None => value,
        };
        Expr { ty: want.clone(), span, kind: ExprKind::Convert(Box::new(value)) }
    }

    /// A literal number at a type that can say it; `0` also as zero of any amount.
    fn widened_literal(&self, value: &Expr, want: &Type) -> Option<Expr> {
        let made = |units: i128| Some(Expr { ty: want.clone(), span: value.span, kind: ExprKind::Wide(units) });
        match (&value.kind, &value.ty, want) {
            (_, _, Type::Float) => float_literal(value),
            (_, _, Type::Option(of)) if **of == Type::Float => {
                let inner = float_literal(value)?;
                Some(Expr { ty: want.clone(), span: value.span, kind: ExprKind::Some(Box::new(inner)) })
            }
            (ExprKind::Int(n), Type::Int, Type::Decimal(to)) => made(i128::from(*n).checked_mul(pow10(*to))?),
            (ExprKind::Int(0), Type::Int, Type::Amount(..)) => made(0),
            (ExprKind::Int(0), Type::Int, Type::Fraction(FractionOf::Amount(currency))) => {
                let zero = self.widened_literal(value, &Type::Amount(*currency, 0))?;
                Some(Expr { ty: want.clone(), span: value.span, kind: ExprKind::Convert(Box::new(zero)) })
            }
            (ExprKind::Wide(units), Type::Decimal(from), Type::Decimal(to)) if from <= to => {
                made(units.checked_mul(pow10(to - from))?)
            }
            (ExprKind::Wide(units), Type::Amount(a, from), Type::Amount(b, to)) if a == b && from <= to => {
                made(units.checked_mul(pow10(to - from))?)
            }
            (ExprKind::Int(0), Type::Int, Type::Option(of)) if matches!(**of, Type::Amount(..)) => {
                let inner = self.widened_literal(value, of)?;
                Some(Expr { ty: want.clone(), span: value.span, kind: ExprKind::Some(Box::new(inner)) })
            }
            _ => None,
        }
    }

    /// A value that something keeps: no fraction, no literal without a type.
    pub(super) fn keepable(&mut self, value: Expr, place: &str) -> Expr {
        match &value.ty {
            Type::Fraction(of) => {
                let advice = match of {
                    FractionOf::Number => format!("round({PRIMARY_TEXT}, 2)"),
                    FractionOf::Amount(_) | FractionOf::Money => format!("round({PRIMARY_TEXT})"),
                };
                let found = self.words(&value.ty);
                self.report(types::fraction(value.span, &found, place, &advice));
                self.error(value.span)
            }
            Type::None => {
                self.report(types::unknown_type(value.span, "`none`", "say it: `let x: Int? = none`"));
                self.error(value.span)
            }
            Type::EmptyList => {
                self.report(types::unknown_type(value.span, "`[]`", "say it: `let xs: List<Int> = []`"));
                self.error(value.span)
            }
            Type::EmptyMap => {
                self.report(types::unknown_type(value.span, "`{}`", "say it: `let m: Map<Text, Int> = {}`"));
                self.error(value.span)
            }
            Type::Unit => {
                self.report(types::no_value(value.span, "a value"));
                self.error(value.span)
            }
            _ => value,
        }
    }

    fn digits_lost(&mut self, value: &Expr, want: &Type, from: u8, to: u8, place: &str) {
        fn inner(ty: &Type) -> &Type {
            match ty {
                Type::Option(of) | Type::List(of) | Type::Map(of) => inner(of),
                ty => ty,
            }
        }
        let (base, round) = match inner(&value.ty) {
            Type::Amount(c, _) => {
                let own = self.env.program.currencies[*c].digits;
                let code = self.env.program.currencies[*c].code;
                (
                    format!("`{code}`"),
                    if to == own { format!("round({PRIMARY_TEXT})") } else { format!("round({PRIMARY_TEXT}, {to})") },
                )
            }
            _ if *inner(want) == Type::Int => ("a number".to_owned(), format!("round({PRIMARY_TEXT}, 0)")),
            _ => ("a number".to_owned(), format!("round({PRIMARY_TEXT}, {to})")),
        };
        let round = match &value.ty {
            Type::List(_) => format!("[{} for x in {PRIMARY_TEXT}]", round.replace(PRIMARY_TEXT, "x")),
            Type::Map(_) => format!("{{ k: {} for k, v in {PRIMARY_TEXT} }}", round.replace(PRIMARY_TEXT, "v")),
            _ => round,
        };
        self.report(types::digits_lost(value.span, &base, from, to, place, &round));
    }

    fn refuse(&mut self, value: &Expr, want: &Type, place: &str) {
        let (found, wanted) = (self.words(&value.ty), self.words(want));
        let mismatch = || types::mismatch(value.span, &wanted, &found, place);
        let plain = match want {
            Type::Option(of) if !matches!(value.ty, Type::Option(_)) => of,
            _ => want,
        };
        let diagnostic = match (&value.ty, plain) {
            (Type::Fraction(of), _) if !matches!(want, Type::Fraction(_)) => {
                let advice = match (of, want) {
                    (FractionOf::Number, Type::Decimal(n)) => format!("round({PRIMARY_TEXT}, {n})"),
                    (FractionOf::Number, _) => format!("round({PRIMARY_TEXT}, 0)"),
                    _ => format!("round({PRIMARY_TEXT})"),
                };
                types::fraction(value.span, &found, place, &advice)
            }
            (Type::Float, to) | (to, Type::Float) if is_exact(to) => {
                types::float_mix(value.span, &wanted, &found, place, &float_advice(&value.ty, want))
            }
            (Type::Int, Type::Money) if matches!(value.kind, ExprKind::Int(0)) => types::zero_of_money(value.span),
            (Type::Option(of), want) if !matches!(want, Type::Option(_)) && self.fit(of, want) != Fit::No => {
                types::may_be_none(value.span, &found)
            }
            (Type::Amount(..), Type::Amount(to, _)) => {
                let help =
                    format!("convert it with a rate: `convert(x, {}, rate)`", self.env.program.currencies[*to].code);
                mismatch().with_help(help)
            }
            (Type::Int | Type::Decimal(_), Type::Amount(..) | Type::Money) => {
                mismatch().with_help(self.amount_advice(value, plain))
            }
            (Type::Amount(..), Type::Decimal(_) | Type::Int) => {
                let digits = if let Type::Decimal(digits) = plain { *digits } else { 0 };
                mismatch()
                    .with_help(format!("the number of an amount is `round({}.amount, {digits})`", as_operand(value)))
            }
            (Type::Money, Type::Amount(to, _)) => {
                let code = self.env.program.currencies[*to].code;
                let text = as_operand(value);
                mismatch().with_help(format!("`{text}.as({code})` is `{code}?`, `none` where it is another currency"))
            }
            (Type::Text, Type::Enum(of)) if let Some(variant) = self.variant_named(*of, value) => {
                mismatch().with_help(format!("did you mean `{variant}`?"))
            }
            (Type::Bag, Type::Money | Type::Amount(..)) => {
                mismatch().with_help("a sum of Money is a bag: pick a currency with `bag[currency]`")
            }
            _ => mismatch(),
        };
        self.report(diagnostic);
    }

    /// How a number is said to be an amount: a literal with its currency, `5 USD`; another number by its type or currency.
    pub(super) fn amount_advice(&self, number: &Expr, amount: &Type) -> String {
        let code = match amount {
            Type::Amount(currency, _) => self.env.program.currencies[*currency].code.to_string(),
            _ => self.known_currency(),
        };
        let text = match (&number.kind, &number.ty) {
            (ExprKind::Int(n), _) => n.to_string(),
            (ExprKind::Wide(units), Type::Decimal(digits)) => format_decimal(*units, *digits),
            _ if *amount == Type::Money => return format!("say which currency: `Money(x, {code})`"),
            _ => return format!("a number becomes an amount by `{} * 1 {code}`", as_operand(number)),
        };
        format!("say which currency: `{text} {code}`")
    }

    /// A currency that the module can name, to be shown in advice.
    fn known_currency(&self) -> String {
        let scope = &self.env.scopes[self.module];
        let known = scope.own.iter().chain(&scope.imported);
        let known = known.filter(|(_, binding)| matches!(binding.item, Item::Currency(_)));
        known.map(|(name, _)| name.to_string()).min().unwrap_or_else(|| "USD".to_owned())
    }

    /// The variant whose name a literal text has, as it is written.
    pub(super) fn variant_named(&self, of: EnumId, text: &Expr) -> Option<String> {
        let (ExprKind::Text(text), declared) = (&text.kind, &self.env.program.enums[of]) else { return None };
        let named = |name: &str| name.eq_ignore_ascii_case(text);
        let variant = declared.variants.iter().find(|variant| named(variant.name.as_str()))?;
        Some(format!("{}.{}", declared.name, variant.name))
    }

    /// A block whose value is brought to a type.
    pub(super) fn block_to(&mut self, block: &ast::Block, want: &Type, place: &str) -> Block {
        let mut block = self.block(block, Some(want));
        self.coerce_block(&mut block, want, place);
        block
    }

    /// A block that has no value to be used.
    pub(super) fn unit_block(&mut self, block: &ast::Block) -> Block {
        let mut checked = self.scoped(|checker| {
            let statements = block.statements.iter().map(|s| checker.stmt(s)).collect::<Vec<_>>();
            let last = block.value.as_ref().map(|value| checker.expr_stmt(value));
            let statements = statements.into_iter().chain(last).collect();
            Block { statements, value: None, ty: Type::Unit, span: block.span }
        });
        checked
            .statements
            .retain(|s: &Stmt| !matches!(&s.kind, StmtKind::Expr(e) if matches!(e.kind, ExprKind::Error)));
        checked
    }

    /// Says that a whole place has an unknown zero.
    pub(super) fn is_zero(value: &Expr) -> bool {
        value.ty == Type::Int && matches!(value.kind, ExprKind::Int(0))
    }

    /// A place where an optional was found and a plain value is wanted.
    pub(super) fn may_be_none(&mut self, value: &Expr, _at: Span) {
        let found = self.words(&value.ty);
        self.report(types::may_be_none(value.span, &found));
    }
}
