//! Values as they cross the border of program memory: arguments, rows, answers. A type says how to read them.

use crate::CurrencyId;
use cranelift_entity::EntityRef;
use lwas_exact::Fraction;
use std::sync::Arc;

/// A value. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Bool, Int, Time, Date, Duration, Float (its bits), Currency (its `CurrencyId`), and the variant of an enum without any payload.
    Int(i64),
    /// Decimal and amounts: smallest units.
    Wide(i128),
    /// Text.
    Text(Arc<str>),
    /// Money.
    Money { units: i128, currency: CurrencyId },
    /// Number.
    Number { units: i128, digits: u8 },
    /// A fraction, with its currency when that is known at run time only.
    Fraction(Box<Fraction>, Option<CurrencyId>),
    /// Bag: by currency, no amount zero.
    Bag(Arc<[(CurrencyId, i128)]>),
    /// `none`.
    None,
    /// A value that is there, of a type `T?`.
    Some(Arc<Value>),
    /// List.
    List(Arc<[Value]>),
    /// Map: entries in order of key, each key once.
    Map(Arc<[(Arc<str>, Value)]>),
    /// A variant of an enum with payload.
    Variant { variant: u32, fields: Arc<[Value]> },
    /// Fields of a record, row or event in order.
    Record(Arc<[Value]>),
}

/// A part of a key. The order is the order of rows: numbers by value, texts by code point; currencies by code, since ids are
/// in order of code; enums in order of declaration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPart {
    /// Bool, Int, Time, Date, Currency, enum without payload; of an index entry Duration too.
    Int(i64),
    /// Decimal and amounts, of an index entry only: smallest units.
    Wide(i128),
    /// Text.
    Text(Arc<str>),
}

/// A key: of a row, of an index entry, of a group.
pub type Key = Vec<KeyPart>;

impl Value {
    /// The value as a part of a key; `none` when its type cannot be one.
    pub fn key_part(&self) -> Option<KeyPart> {
        match self {
            Value::Int(n) => Some(KeyPart::Int(*n)),
            Value::Wide(n) => Some(KeyPart::Wide(*n)),
            Value::Text(t) => Some(KeyPart::Text(t.clone())),
            _ => None,
        }
    }

    /// The value as a part of an index entry or of a group: of an option what is in it, so that `none` equals no part.
    pub fn index_part(&self) -> Option<KeyPart> {
        match self {
            Value::Some(inner) => inner.key_part(),
            value => value.key_part(),
        }
    }

    /// A Bool.
    pub fn bool(value: bool) -> Value {
        Value::Int(i64::from(value))
    }

    /// A Float, which is finite and no -0.0.
    pub fn of_float(value: f64) -> Value {
        Value::Int(value.to_bits().cast_signed())
    }

    /// The Float that these are the bits of; none for NaN, the infinities and -0.0, and for other values.
    pub fn float(&self) -> Option<f64> {
        let Value::Int(bits) = self else { return None };
        let value = f64::from_bits(bits.cast_unsigned());
        let bare = value.is_finite() && bits.cast_unsigned() != (-0.0f64).to_bits();
        bare.then_some(value)
    }

    /// A Currency.
    pub fn currency(id: CurrencyId) -> Value {
        Value::Int(i64::try_from(id.index()).expect("a module has few currencies"))
    }
}

impl From<KeyPart> for Value {
    fn from(part: KeyPart) -> Value {
        match part {
            KeyPart::Int(n) => Value::Int(n),
            KeyPart::Wide(n) => Value::Wide(n),
            KeyPart::Text(t) => Value::Text(t),
        }
    }
}
