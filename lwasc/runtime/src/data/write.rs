//! [`Value`] → JSON, led by the type. Numbers have all their digits; serde_json does the writing.

use lwas_exact::float::format_float;
use lwas_exact::{calendar, format_decimal};
use lwas_ir::{Currency, CurrencyId, Field, Module, Type, TypeId, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use std::io;

/// The JSON of a value of a type. The value comes out of [`super::json_value`], [`super::decode`] or program memory, each
/// of which gives values of the type only.
pub fn json_text(module: &Module, ty: TypeId, value: &Value) -> String {
    serde_json::to_string(&to_json(module, ty, value)).expect("keys are texts, and writing to memory does not fail")
}

/// The same, where it has at most so many bytes. No more than that is ever written, though values that are told several times are in memory once.
pub fn json_text_within(module: &Module, ty: TypeId, value: &Value, most: usize) -> Option<String> {
    let mut out = Bounded { text: Vec::new(), most };
    serde_json::to_writer(&mut out, &to_json(module, ty, value)).ok()?;
    String::from_utf8(out.text).ok()
}

/// A text that takes bytes up to a number.
struct Bounded {
    text: Vec<u8>,
    most: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.most.saturating_sub(self.text.len()) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The same as something that serde can write, for a part of a larger JSON text.
pub fn to_json<'a>(module: &'a Module, ty: TypeId, value: &'a Value) -> impl Serialize + 'a {
    Json { module, ty, value }
}

/// A value of a type.
struct Json<'a> {
    module: &'a Module,
    ty: TypeId,
    value: &'a Value,
}

/// An object of fields.
struct Object<'a> {
    module: &'a Module,
    fields: &'a [Field],
    values: &'a [Value],
}

/// An amount with its currency.
struct Money<'a> {
    amount: String,
    currency: Option<&'a Currency>,
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let module = self.module;
        match (module.types[self.ty], self.value) {
            (Type::Bool, Value::Int(bit)) => to.serialize_bool(*bit != 0),
            (Type::Int, Value::Int(number)) => to.serialize_i64(*number),
            (Type::Float, bits) => number(format_float(bits.float().unwrap_or_default())).serialize(to),
            (Type::Time, Value::Int(time)) => timed(*time, calendar::format_time(*time).ok(), to),
            (Type::Date, Value::Int(date)) => timed(*date, calendar::format_date(*date).ok(), to),
            (Type::Duration, Value::Int(span)) => to.serialize_str(&calendar::format_duration(*span)),
            (Type::Currency, Value::Int(id)) => {
                let place = usize::try_from(*id).unwrap_or(usize::MAX);
                module.currencies.as_values_slice().get(place).map(|known| known.code.as_str()).serialize(to)
            }
            (Type::Decimal(digits) | Type::Amount(_, digits), Value::Wide(units)) => {
                number(format_decimal(*units, digits)).serialize(to)
            }
            (Type::Enum(id), Value::Int(variant)) => {
                let place = usize::try_from(*variant).unwrap_or(usize::MAX);
                module.enums[id].variants.get(place).map(|variant| variant.name.as_str()).serialize(to)
            }
            (Type::Enum(id), Value::Variant { variant, fields }) => {
                let known = module.enums[id].variants.get(*variant as usize);
                let Some(known) = known else { return to.serialize_unit() };
                if known.fields.is_empty() {
                    return to.serialize_str(&known.name);
                }
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry(&known.name, &Object { module, fields: &known.fields, values: fields })?;
                map.end()
            }
            (Type::Option(_), Value::None) => to.serialize_unit(),
            (Type::Option(inner), Value::Some(value)) => Json { module, ty: inner, value }.serialize(to),
            (Type::List(inner), Value::List(values)) => {
                to.collect_seq(values.iter().map(|value| Json { module, ty: inner, value }))
            }
            (Type::Map(inner), Value::Map(entries)) => {
                to.collect_map(entries.iter().map(|(key, value)| (&**key, Json { module, ty: inner, value })))
            }
            (Type::Record(id), Value::Record(values)) => {
                Object { module, fields: &module.records[id].fields, values }.serialize(to)
            }
            (Type::Row(id), Value::Record(values)) => {
                Object { module, fields: &module.states[id].fields, values }.serialize(to)
            }
            (_, value) => self.without_type(value, to),
        }
    }
}

impl Json<'_> {
    /// Values that say by themselves what they are.
    fn without_type<S: Serializer>(&self, value: &Value, to: S) -> Result<S::Ok, S::Error> {
        let module = self.module;
        match value {
            Value::Text(text) => to.serialize_str(text),
            Value::Number { units, digits } => number(format_decimal(*units, *digits)).serialize(to),
            Value::Money { units, currency } => Money::new(module, *units, *currency).serialize(to),
            Value::Bag(entries) => {
                to.collect_seq(entries.iter().map(|(currency, units)| Money::new(module, *units, *currency)))
            }
            Value::Fraction(fraction, None) => to.serialize_str(&fraction.to_string()),
            Value::Fraction(fraction, Some(currency)) => {
                let mut map = to.serialize_map(Some(2))?;
                map.serialize_entry("amount", &fraction.to_string())?;
                map.serialize_entry("currency", &module.currencies.get(*currency).map(|known| known.code.as_str()))?;
                map.end()
            }
            value => unreachable!("a value is of its type: {value:?} is not"),
        }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let module = self.module;
        to.collect_map(
            self.fields
                .iter()
                .zip(self.values)
                .map(|(field, value)| (&field.name, Json { module, ty: field.ty, value })),
        )
    }
}

impl<'a> Money<'a> {
    fn new(module: &'a Module, units: i128, currency: CurrencyId) -> Money<'a> {
        let currency = module.currencies.get(currency);
        Money { amount: format_decimal(units, currency.map_or(0, |known| known.digits)), currency }
    }
}

impl Serialize for Money<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(2))?;
        map.serialize_entry("amount", &number(self.amount.clone()))?;
        map.serialize_entry("currency", &self.currency.map(|known| known.code.as_str()))?;
        map.end()
    }
}

/// A number as it is written.
fn number(text: String) -> Box<RawValue> {
    RawValue::from_string(text).expect("`format_decimal` writes JSON numbers")
}

/// A time or date, as its bare number where it lies outside the calendar, which no program can bring about.
fn timed<S: Serializer>(number: i64, text: Option<String>, to: S) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => to.serialize_str(&text),
        None => to.serialize_i64(number),
    }
}
