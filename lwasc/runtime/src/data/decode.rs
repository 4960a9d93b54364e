//! Bytes → [`Value`]: the inverse of `encode`, strict: only bytes that `encode` writes are taken. Nothing is allocated for
//! what the bytes only claim: every value has a byte at least, so a count is compared with what is left.

use std::sync::Arc;

use lwas_exact::Fraction;
use lwas_exact::calendar::{check_date, check_time};
use lwas_ir::{CurrencyId, EnumId, Field, MAX_LIST, MAX_TEXT, Module, Type, TypeId, Value};

use super::values::currency_of;

/// Bytes that encode no value of the type: what is not there, or not as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes have no {0} where they must have one")]
pub struct BadEncoding(pub &'static str);

type Read<T> = Result<T, BadEncoding>;

/// The value of a type that these bytes encode.
///
/// # Errors
/// The bytes are not what [`super::encode`] writes for any value of the type in this module.
pub fn decode(module: &Module, ty: TypeId, bytes: &[u8]) -> Result<Value, BadEncoding> {
    let mut bytes = Bytes { module, rest: bytes };
    let value = bytes.value(ty)?;
    if bytes.rest.is_empty() { Ok(value) } else { Err(BadEncoding("end")) }
}

struct Bytes<'a> {
    module: &'a Module,
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    fn value(&mut self, ty: TypeId) -> Read<Value> {
        Ok(match self.module.types[ty] {
            Type::Bool => Value::bool(self.bit("Bool")?),
            Type::Int | Type::Duration => Value::Int(self.int()?),
            Type::Float => {
                let bits = Value::Int(self.int()?);
                bits.float().ok_or(BadEncoding("finite Float, zero without a sign"))?;
                bits
            }
            Type::Time => Value::Int(check_time(self.int()?).map_err(|_| BadEncoding("Time in the calendar"))?),
            Type::Date => Value::Int(check_date(self.int()?).map_err(|_| BadEncoding("Date in the calendar"))?),
            Type::Text => Value::Text(Arc::from(self.text()?)),
            Type::Decimal(_) | Type::Amount(..) => Value::Wide(self.wide()?),
            Type::Money => {
                let currency = self.currency()?;
                Value::Money { currency, units: self.wide()? }
            }
            Type::Number => match self.byte("digits")? {
                digits @ 0..=18 => Value::Number { digits, units: self.wide()? },
                _ => return Err(BadEncoding("digits up to 18")),
            },
            Type::Bag => self.bag()?,
            Type::Fraction => self.fraction()?,
            Type::Currency => Value::currency(self.currency()?),
            Type::Option(inner) => match self.bit("option")? {
                false => Value::None,
                true => Value::Some(Arc::new(self.value(inner)?)),
            },
            Type::List(inner) => {
                let count = self.count()?;
                let values: Read<Vec<Value>> = (0..count).map(|_| self.value(inner)).collect();
                Value::List(values?.into())
            }
            Type::Map(inner) => self.map(inner)?,
            Type::Enum(id) => self.variant(id)?,
            Type::Record(id) => Value::Record(self.fields(&self.module.records[id].fields)?),
            Type::Row(id) => Value::Record(self.fields(&self.module.states[id].fields)?),
        })
    }

    fn fields(&mut self, fields: &[Field]) -> Read<Arc<[Value]>> {
        if fields.is_empty() && self.byte("record")? != 0 {
            return Err(BadEncoding("record without fields"));
        }
        fields.iter().map(|field| self.value(field.ty)).collect()
    }

    fn variant(&mut self, id: EnumId) -> Read<Value> {
        let known = &self.module.enums[id];
        let name = self.text()?;
        let place = known.variants.iter().position(|variant| variant.name == name);
        let (place, variant) =
            place.and_then(|place| Some((place, known.variants.get(place)?))).ok_or(BadEncoding("variant"))?;
        if known.is_plain() {
            return i64::try_from(place).map(Value::Int).map_err(|_| BadEncoding("variant"));
        }
        let fields = variant.fields.iter().map(|field| self.value(field.ty)).collect::<Read<_>>()?;
        Ok(Value::Variant { variant: u32::try_from(place).map_err(|_| BadEncoding("variant"))?, fields })
    }

    fn bag(&mut self) -> Read<Value> {
        let count = self.count()?;
        let entries: Read<Vec<_>> = (0..count).map(|_| Ok((self.currency()?, self.wide()?))).collect();
        let entries = entries?;
        let ordered = entries.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a < b));
        if !ordered || entries.iter().any(|(_, units)| *units == 0) {
            return Err(BadEncoding("bag in order and without zeros"));
        }
        Ok(Value::Bag(entries.into()))
    }

    fn map(&mut self, inner: TypeId) -> Read<Value> {
        let count = self.count()?;
        let entries: Read<Vec<(Arc<str>, Value)>> =
            (0..count).map(|_| Ok((Arc::from(self.text()?), self.value(inner)?))).collect();
        let entries = entries?;
        if entries.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a < b)) {
            return Ok(Value::Map(entries.into()));
        }
        Err(BadEncoding("map in order and without repeated keys"))
    }

    fn fraction(&mut self) -> Read<Value> {
        let bytes = self.array::<{ Fraction::BYTES }>("fraction")?;
        let fraction = Fraction::from_bytes(bytes).map_err(|_| BadEncoding("fraction"))?;
        if fraction.to_bytes() != *bytes {
            return Err(BadEncoding("fraction in lowest terms"));
        }
        let currency = if self.bit("option")? { Some(self.currency()?) } else { None };
        Ok(Value::Fraction(Box::new(fraction), currency))
    }

    fn currency(&mut self) -> Read<CurrencyId> {
        let module = self.module;
        currency_of(module, self.text()?).ok_or(BadEncoding("currency of the program"))
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Read<&'a [u8; N]> {
        let (first, rest) = self.rest.split_first_chunk().ok_or(BadEncoding(what))?;
        self.rest = rest;
        Ok(first)
    }

    fn byte(&mut self, what: &'static str) -> Read<u8> {
        self.array(what).map(|[byte]| *byte)
    }

    fn bit(&mut self, what: &'static str) -> Read<bool> {
        match self.byte(what)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(BadEncoding(what)),
        }
    }

    fn int(&mut self) -> Read<i64> {
        self.array("number").map(|bytes| i64::from_le_bytes(*bytes))
    }

    fn wide(&mut self) -> Read<i128> {
        self.array("amount").map(|bytes| i128::from_le_bytes(*bytes))
    }

    /// A count of elements, of which each has a byte at least.
    fn count(&mut self) -> Read<usize> {
        let count = u32::from_le_bytes(*self.array("count")?);
        match usize::try_from(count) {
            Ok(within) if within <= self.rest.len() && i64::from(count) <= MAX_LIST => Ok(within),
            _ => Err(BadEncoding("count within its bounds")),
        }
    }

    fn text(&mut self) -> Read<&'a str> {
        let length = u32::from_le_bytes(*self.array("length")?) as usize;
        if length > MAX_TEXT {
            return Err(BadEncoding("text of at most 1 MiB"));
        }
        let (text, rest) = self.rest.split_at_checked(length).ok_or(BadEncoding("text"))?;
        self.rest = rest;
        std::str::from_utf8(text).map_err(|_| BadEncoding("text in UTF-8"))
    }
}
