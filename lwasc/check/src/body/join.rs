//! Where values meet (branches, elements, `min`, `??`): the type with most digits wins, and Money wins over a currency.

use super::Checker;
use super::coerce::{Fit, floats_meet};
use crate::errors::types;
use crate::hir::{Block, Expr, FractionOf, Type};
use lwas_base::Span;

/// Why two types have no common one.
pub(super) enum NoJoin {
    /// Two currencies.
    Currencies,
    /// Otherwise.
    Other,
}

/// Whether a bare `0` among values of a type is zero of that type. Money's zero is of a currency, which nobody said.
fn has_zero(ty: &Type) -> bool {
    matches!(ty, Type::Amount(..) | Type::Fraction(FractionOf::Amount(_)))
}

impl Checker<'_> {
    /// The common type of two.
    pub(super) fn join(&self, a: &Type, b: &Type) -> Result<Type, NoJoin> {
        use Type as T;
        Ok(match (a, b) {
            (T::Error, other) | (other, T::Error) => other.clone(),
            (a, b) if a == b => a.clone(),
            (T::Int, T::Decimal(n)) | (T::Decimal(n), T::Int) => T::Decimal(*n),
            (T::Decimal(a), T::Decimal(b)) => T::Decimal(*a.max(b)),
            (T::Number, T::Int | T::Decimal(_)) | (T::Int | T::Decimal(_), T::Number) => T::Number,
            (T::Fraction(FractionOf::Number), T::Int | T::Decimal(_) | T::Number)
            | (T::Int | T::Decimal(_) | T::Number, T::Fraction(FractionOf::Number)) => T::Fraction(FractionOf::Number),
            (T::Amount(a, m), T::Amount(b, n)) if a == b => T::Amount(*a, *m.max(n)),
            (T::Amount(a, _), T::Fraction(FractionOf::Amount(b)))
            | (T::Fraction(FractionOf::Amount(b)), T::Amount(a, _))
                if a == b =>
            {
                T::Fraction(FractionOf::Amount(*a))
            }
            (
                T::Amount(..) | T::Fraction(FractionOf::Amount(_)),
                T::Amount(..) | T::Fraction(FractionOf::Amount(_)),
            ) => {
                return Err(NoJoin::Currencies);
            }
            (T::Money, T::Amount(c, n)) | (T::Amount(c, n), T::Money) => {
                let own = self.env.program.currencies[*c].digits;
                if *n <= own { T::Money } else { T::Fraction(FractionOf::Money) }
            }
            (T::Fraction(FractionOf::Money), T::Money | T::Amount(..) | T::Fraction(FractionOf::Amount(_)))
            | (T::Money | T::Amount(..) | T::Fraction(FractionOf::Amount(_)), T::Fraction(FractionOf::Money))
            | (T::Money, T::Fraction(FractionOf::Amount(_)))
            | (T::Fraction(FractionOf::Amount(_)), T::Money) => T::Fraction(FractionOf::Money),
            (T::Bag, T::Money | T::Amount(..)) | (T::Money | T::Amount(..), T::Bag) => T::Bag,
            (T::None, T::Option(of)) | (T::Option(of), T::None) => T::Option(of.clone()),
            (T::EmptyList, T::List(of)) | (T::List(of), T::EmptyList) => T::List(of.clone()),
            (T::EmptyMap, T::Map(of)) | (T::Map(of), T::EmptyMap) => T::Map(of.clone()),
            (T::Unit, _) | (_, T::Unit) => return Err(NoJoin::Other),
            (T::None, T::EmptyList | T::EmptyMap) | (T::EmptyList | T::EmptyMap, T::None) => {
                return Err(NoJoin::Other);
            }
            (T::None, other) | (other, T::None) => T::option(other.clone()),
            (T::Option(a), T::Option(b)) => T::option(self.join(a, b)?),
            (T::Option(a), other) | (other, T::Option(a)) => T::option(self.join(a, other)?),
            (T::List(a), T::List(b)) => T::list(self.join(a, b)?),
            (T::Map(a), T::Map(b)) => T::map(self.join(a, b)?),
            _ => return Err(NoJoin::Other),
        })
    }

    /// The common type of the types of some values, where a bare `0` is zero of the others.
    fn join_all<'e>(&mut self, values: impl Iterator<Item = (&'e Type, bool, Span)>, at: Span) -> Option<Type> {
        let mut joined: Option<(Type, bool, Span)> = None;
        for (ty, zero, span) in values {
            let Some((known, known_zero, first)) = &mut joined else {
                joined = Some((ty.clone(), zero, span));
                continue;
            };
            if zero && has_zero(known) {
                continue;
            }
            if *known_zero && has_zero(ty) {
                (*known, *known_zero, *first) = (ty.clone(), false, span);
                continue;
            }
            if zero && *known == Type::Money || *known_zero && *ty == Type::Money {
                self.report(types::zero_of_money(if zero { span } else { *first }));
                return None;
            }
            match self.join(known, ty) {
                Ok(ty) => {
                    *known = ty;
                    *known_zero &= zero;
                }
                Err(why) => {
                    let (left, right) = (self.words(known), self.words(ty));
                    let (left, right) = ((left.as_str(), *first), (right.as_str(), span));
                    let diagnostic = match why {
                        NoJoin::Currencies => {
                            let (l, r) = (left.0.trim_matches('`'), right.0.trim_matches('`'));
                            types::two_currencies(at, "mixed", (l, left.1), (r, right.1))
                        }
                        NoJoin::Other => types::no_common_type(at, left, right),
                    };
                    self.report(diagnostic);
                    return None;
                }
            }
        }
        joined.map(|(ty, ..)| ty)
    }

    /// Values brought to their common type; nothing when there is none, which was said.
    pub(super) fn meet(&mut self, mut values: Vec<Expr>, at: Span) -> Option<(Type, Vec<Expr>)> {
        floats_meet(values.iter_mut());
        let ty = self.join_all(values.iter().map(|v| (&v.ty, Checker::is_zero(v), v.span)), at)?;
        let values = values.into_iter().map(|v| self.coerce(v, &ty, "the common type")).collect();
        Some((ty, values))
    }

    /// Blocks brought to their common type, in place; Error when there is none, which was said. Where Money is wanted, amounts
    /// of several currencies have one.
    pub(super) fn meet_blocks(&mut self, blocks: &mut [&mut Block], at: Span, want: Option<&Type>) -> Type {
        floats_meet(blocks.iter_mut().filter_map(|block| block.value.as_deref_mut()));
        for block in blocks.iter_mut() {
            block.ty = block.value.as_ref().map_or(block.ty.clone(), |value| value.ty.clone());
        }
        let facts = blocks.iter().map(|b| {
            let zero = b.value.as_ref().is_some_and(|v| Checker::is_zero(v));
            (&b.ty, zero, b.value.as_ref().map_or(b.span, |v| v.span))
        });
        let facts: Vec<_> = facts.map(|(ty, zero, span)| (ty.clone(), zero, span)).collect();
        if let Some(want) = want.filter(|want| self.all_widen_to_money(facts.iter().map(|(ty, ..)| ty), want)) {
            for block in blocks {
                self.coerce_block(block, want, "the common type");
            }
            return want.clone();
        }
        let Some(ty) = self.join_all(facts.iter().map(|(ty, zero, span)| (ty, *zero, *span)), at) else {
            return Type::Error;
        };
        for block in blocks {
            self.coerce_block(block, &ty, "the common type");
        }
        ty
    }

    /// Whether a wanted type is Money, perhaps optional, and all types widen to it.
    fn all_widen_to_money<'t>(&self, mut types: impl Iterator<Item = &'t Type>, want: &Type) -> bool {
        let money = match want {
            Type::Option(of) => **of == Type::Money,
            want => *want == Type::Money,
        };
        money && types.all(|ty| *ty != Type::Error && matches!(self.fit(ty, want), Fit::Same | Fit::Widens))
    }
}
