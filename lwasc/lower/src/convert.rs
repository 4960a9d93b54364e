//! Conversions: exact and implicit, by the table in the typed program's `expr`.

use crate::body::Fx;
use lwas_base::Span;
use lwas_check::hir::{FractionOf, Type};
use lwas_exact::Mode;
use lwas_ir::{HostOp, Kind, Local};

/// Bytes of an option's box.
pub(crate) fn boxed_size(kind: Kind) -> u32 {
    kind.size()
}

impl Fx<'_, '_> {
    /// A value of one type as one of another.
    pub fn convert(&mut self, value: Local, from: &Type, to: &Type, span: Span) -> Local {
        use Type as T;
        match (from, to) {
            (from, to) if from == to => value,
            (T::None, T::Option(_)) | (T::EmptyList, T::List(_)) | (T::EmptyMap, T::Map(_)) => value,
            (T::Option(a), T::Option(b)) => self.convert_option(value, a, b, span),
            (T::List(a), T::List(b)) => self.convert_list(value, a, b, span),
            (T::Map(a), T::Map(b)) => {
                let (keys, values) = self.map_lists(value);
                let values = self.convert_list(values, a, b, span);
                self.map_of_lists(keys, values, span)
            }
            (from, T::Option(of)) => {
                let inner = self.convert(value, from, of, span);
                self.boxed(inner, of, span)
            }
            (T::Int, T::Decimal(digits)) => {
                let wide = self.b.extend(value);
                self.rescaled(wide, 0, *digits, Mode::Exact, span)
            }
            (T::Decimal(0), T::Int) => {
                let site = self.site(span);
                self.b.narrow(value, site)
            }
            (T::Decimal(a), T::Decimal(b)) | (T::Amount(_, a), T::Amount(_, b)) => {
                self.rescaled(value, *a, *b, Mode::Exact, span)
            }
            (from, T::Number) => self.number_of(value, from, span),
            (T::Amount(currency, _), T::Money) => {
                let currency = self.currency(*currency);
                self.made(24, [(0, value), (16, currency)], span)
            }
            (T::Money, T::Bag) => self.host(HostOp::BagFromMoney, &[value], Kind::Ref, span),
            (T::Amount(..), T::Bag) => {
                let money = self.convert(value, from, &T::Money, span);
                self.convert(money, &T::Money, to, span)
            }
            (from, T::Fraction(of)) => self.fraction_of(value, from, *of, span),
            _ => unreachable!("the checker's table of conversions has no such line"),
        }
    }

    /// Another number of digits.
    pub fn rescaled(&mut self, value: Local, from: u8, to: u8, mode: Mode, span: Span) -> Local {
        if from == to {
            return value;
        }
        let site = self.site(span);
        self.b.rescale(value, from, to, mode, site)
    }

    fn number_of(&mut self, value: Local, from: &Type, span: Span) -> Local {
        let (units, digits) = match from {
            Type::Int => (self.b.extend(value), 0),
            Type::Decimal(digits) => (value, *digits),
            _ => unreachable!("an Int or Decimal becomes a Number"),
        };
        let digits = self.b.int(i64::from(digits));
        self.made(24, [(0, units), (16, digits)], span)
    }

    /// As a fraction. One of an amount carries no currency, for its type does; one of Money does.
    fn fraction_of(&mut self, value: Local, from: &Type, of: FractionOf, span: Span) -> Local {
        let fraction = match from {
            // A Duration is its microseconds: over another they cancel out.
            Type::Int | Type::Duration => {
                let wide = self.b.extend(value);
                self.host(HostOp::FractionFromWide(0), &[wide], Kind::Ref, span)
            }
            Type::Decimal(digits) | Type::Amount(_, digits) => {
                self.host(HostOp::FractionFromWide(*digits), &[value], Kind::Ref, span)
            }
            Type::Money => self.host(HostOp::FractionFromMoney, &[value], Kind::Ref, span),
            Type::Number => self.host(HostOp::FractionFromNumber, &[value], Kind::Ref, span),
            Type::Fraction(_) => value,
            _ => unreachable!("a number, an amount or a Duration becomes a fraction"),
        };
        match (from, of) {
            (Type::Amount(currency, _) | Type::Fraction(FractionOf::Amount(currency)), FractionOf::Money) => {
                let currency = self.currency(*currency);
                self.host(HostOp::FractionWithCurrency, &[fraction, currency], Kind::Ref, span)
            }
            _ => fraction,
        }
    }

    fn convert_option(&mut self, value: Local, from: &Type, to: &Type, span: Span) -> Local {
        if from == to || *from == Type::Unit {
            return value;
        }
        let missing = self.is_none(value);
        self.choose(
            missing,
            Kind::Ref,
            |_| value,
            |fx| {
                let inner = fx.unboxed(value, from);
                let inner = fx.convert(inner, from, to, span);
                fx.boxed(inner, to, span)
            },
        )
    }

    fn convert_list(&mut self, list: Local, from: &Type, to: &Type, span: Span) -> Local {
        self.map_list(list, self.cx.value_kind(from), self.cx.value_kind(to), span, &mut |fx, value| {
            fx.convert(value, from, to, span)
        })
    }

    /// A list of what a function gives for each element of another.
    pub fn map_list(
        &mut self,
        list: Local,
        from: Kind,
        to: Kind,
        span: Span,
        element: &mut dyn FnMut(&mut Self, Local) -> Local,
    ) -> Local {
        let length = self.b.length(list);
        let site = self.site(span);
        let made = self.b.new_list(length, to, site);
        let zero = self.b.int(0);
        self.count_up(zero, length, span, &mut |fx, index, _| {
            let site = fx.site(span);
            let value = fx.b.element(from, list, index, site);
            let value = element(fx, value);
            fx.b.push(made, value);
        });
        made
    }
}
