//! Types of the language.

use super::{CurrencyId, EnumId, RecordId, StateId};
use std::rc::Rc;

/// A type. Digits of stored types are at most 18, of intermediates at most 36.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named after the types of the language")]
pub enum Type {
    /// Of a part that was wrong: agrees with everything, so that one mistake gives one message.
    Error,
    /// Of a block or call without a value.
    Unit,
    Bool,
    Int,
    Text,
    Decimal(u8),
    /// An amount of a currency known at compile time with these digits.
    Amount(CurrencyId, u8),
    Money,
    Number,
    Bag,
    Fraction(FractionOf),
    Currency,
    Time,
    Date,
    Duration,
    Float,
    /// `T?`; T is no option.
    Option(Rc<Type>),
    List(Rc<Type>),
    /// `Map<Text, T>`, by T.
    Map(Rc<Type>),
    /// Of `none` before anything says more; never in a finished program but as the `Option(Unit)` it stands for.
    None,
    /// Of `[]` before anything says more; never in a finished program.
    EmptyList,
    /// Of `{}` before anything says more; never in a finished program.
    EmptyMap,
    Enum(EnumId),
    /// A record, or the data of an event.
    Record(RecordId),
    Row(StateId),
}

/// What a fraction is a fraction of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named after the types of the language")]
pub enum FractionOf {
    Number,
    Amount(CurrencyId),
    /// The currency is known at run time.
    Money,
}

impl Type {
    /// `T?`.
    pub fn option(of: Type) -> Type {
        Type::Option(Rc::new(of))
    }

    /// `List<T>`.
    pub fn list(of: Type) -> Type {
        Type::List(Rc::new(of))
    }

    /// `Map<Text, T>`.
    pub fn map(of: Type) -> Type {
        Type::Map(Rc::new(of))
    }
}
