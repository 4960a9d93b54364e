//! [`Value`] → the text with which a program writes it, for people: `96.80 USD`, `[1, 2]`, `Account { id: "ann", … }`. It is bounded,
//! so that a list of a million rows does not fill a screen.

use std::fmt::Write as _;

use lwas_exact::float::format_float;
use lwas_exact::{calendar, format_decimal};
use lwas_ir::{CurrencyId, Field, Module, Type, TypeId, Value};

/// A value of a type as a program writes it, of at most about so many bytes; what is left out is `…`.
pub fn literal(module: &Module, ty: TypeId, value: &Value, most: usize) -> String {
    let mut writer = Writer { module, text: String::new(), most };
    writer.value(ty, value);
    writer.text
}

struct Writer<'a> {
    module: &'a Module,
    text: String,
    most: usize,
}

impl Writer<'_> {
    fn value(&mut self, ty: TypeId, value: &Value) {
        let module = self.module;
        match (module.types[ty], value) {
            (Type::Bool, Value::Int(bit)) => self.put(if *bit != 0 { "true" } else { "false" }),
            (Type::Int, Value::Int(number)) => self.put(&number.to_string()),
            (Type::Float, bits) => self.put(&format_float(bits.float().unwrap_or_default())),
            (Type::Time, Value::Int(time)) => self.instant(*time, calendar::format_time(*time).ok()),
            (Type::Date, Value::Int(date)) => self.instant(*date, calendar::format_date(*date).ok()),
            (Type::Duration, Value::Int(span)) => self.put(&calendar::format_duration(*span)),
            (Type::Currency, Value::Int(id)) => {
                let place = usize::try_from(*id).unwrap_or(usize::MAX);
                self.put(module.currencies.as_values_slice().get(place).map_or("?", |known| &known.code));
            }
            (Type::Decimal(digits), Value::Wide(units)) => self.put(&format_decimal(*units, digits)),
            (Type::Amount(currency, digits), Value::Wide(units)) => self.amount(*units, digits, currency),
            (Type::Enum(id), Value::Int(variant)) => {
                let place = usize::try_from(*variant).unwrap_or(usize::MAX);
                self.variant(id, place, &[]);
            }
            (Type::Enum(id), Value::Variant { variant, fields }) => self.variant(id, *variant as usize, fields),
            (Type::Option(_), Value::None) => self.put("none"),
            (Type::Option(inner), Value::Some(value)) => self.value(inner, value),
            (Type::List(inner), Value::List(values)) => {
                self.listed(("[", "]"), values.iter(), |writer, value| writer.value(inner, value));
            }
            (Type::Map(inner), Value::Map(entries)) => {
                self.listed(("{ ", " }"), entries.iter(), |writer, (key, value)| {
                    writer.quoted(key);
                    writer.put(": ");
                    writer.value(inner, value);
                });
            }
            (Type::Record(id), Value::Record(values)) => {
                let record = &module.records[id];
                self.fields(&record.name, &record.fields, values);
            }
            (Type::Row(id), Value::Record(values)) => {
                let state = &module.states[id];
                self.fields(&state.name, &state.fields, values);
            }
            (_, value) => self.without_type(value),
        }
    }

    /// Values that say by themselves what they are.
    fn without_type(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.quoted(text),
            Value::Number { units, digits } => self.put(&format_decimal(*units, *digits)),
            Value::Money { units, currency } => self.money(*units, *currency),
            Value::Bag(entries) => {
                self.listed(("[", "]"), entries.iter(), |writer, (currency, units)| writer.money(*units, *currency));
            }
            Value::Fraction(fraction, currency) => {
                self.put(&fraction.to_string());
                if let Some(currency) = currency {
                    self.code(*currency);
                }
            }
            value => unreachable!("a value is of its type: {value:?} is not"),
        }
    }

    fn money(&mut self, units: i128, currency: CurrencyId) {
        let digits = self.module.currencies.get(currency).map_or(0, |known| known.digits);
        self.amount(units, digits, currency);
    }

    fn amount(&mut self, units: i128, digits: u8, currency: CurrencyId) {
        self.put(&format_decimal(units, digits));
        self.code(currency);
    }

    fn code(&mut self, currency: CurrencyId) {
        self.put(" ");
        self.put(self.module.currencies.get(currency).map_or("?", |known| &known.code));
    }

    /// A day or an instant, which a program writes behind `@`; one beyond the calendar as its number.
    fn instant(&mut self, number: i64, text: Option<String>) {
        match text {
            Some(text) => {
                self.put("@");
                self.put(&text);
            }
            None => self.put(&number.to_string()),
        }
    }

    fn variant(&mut self, id: lwas_ir::EnumId, place: usize, values: &[Value]) {
        let known = &self.module.enums[id];
        self.put(&known.name);
        let Some(variant) = known.variants.get(place) else { return };
        self.put(".");
        self.put(&variant.name);
        if !values.is_empty() {
            let named = variant.fields.iter().zip(values);
            self.listed(("(", ")"), named, |writer, (field, value)| writer.field(field, value));
        }
    }

    fn fields(&mut self, name: &str, fields: &[Field], values: &[Value]) {
        self.put(name);
        self.listed((" { ", " }"), fields.iter().zip(values), |writer, (field, value)| writer.field(field, value));
    }

    fn field(&mut self, field: &Field, value: &Value) {
        self.put(&field.name);
        self.put(": ");
        self.value(field.ty, value);
    }

    /// Things in a row, as many as there is room for.
    fn listed<T>(
        &mut self,
        (open, close): (&str, &str),
        things: impl Iterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.put(open);
        for (number, thing) in things.enumerate() {
            if number > 0 {
                self.put(", ");
            }
            if self.text.len() >= self.most {
                self.put("…");
                break;
            }
            write(self, thing);
        }
        self.put(close);
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        for c in text.chars() {
            if self.text.len() >= self.most {
                self.text.push('…');
                break;
            }
            match c {
                '"' | '\\' | '{' => self.text.extend(['\\', c]),
                '\n' => self.text.push_str("\\n"),
                '\t' => self.text.push_str("\\t"),
                c if c.is_control() => {
                    write!(self.text, "\\u{{{:x}}}", u32::from(c)).expect("a String takes everything")
                }
                c => self.text.push(c),
            }
        }
        self.text.push('"');
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }
}
