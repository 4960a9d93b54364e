//! Values as people read them: `99.99 USD`, `2026-01-25`, `Custom(rate: 0.0100)`, `Line { sku: "a", price: 1.00 USD }`.
//!
//! A map shows its entries, `{ "ann": 3 }`. A text stands bare on its own and in quotes inside another value. Amounts show all their digits. A row shows its key and
//! its stored fields. Length is bounded by that of a text, and nothing is visited that adds nothing to it.

use crate::memory::MAX_DEPTH;
use crate::{
    CurrencyId, EnumId, Fault, Field, Key, KeyPart, Kind, MAX_TEXT, Memory, Module, Ref, Slot, StateId, Type, TypeId,
};
use cranelift_entity::EntityRef;
use lwas_exact::{calendar, format_decimal};

/// A value as people read it, shown alone.
///
/// # Errors
/// It is too long, or a day or instant that has no name.
pub fn words_of(module: &Module, memory: &Memory, ty: TypeId, value: Slot) -> Result<String, Fault> {
    match module.types.get(ty) {
        Some(Type::Text) => Ok(quoted(memory.text(value.as_ref())?)),
        _ => Formatter::new(module, memory).format(ty, value),
    }
}

/// A text in the making.
pub(crate) struct Formatter<'a> {
    module: &'a Module,
    memory: &'a Memory,
    text: String,
}

impl<'a> Formatter<'a> {
    pub fn new(module: &'a Module, memory: &'a Memory) -> Formatter<'a> {
        Formatter { module, memory, text: String::new() }
    }

    /// The text of a value. Fails with `TooLong`, with `Calendar` for a day or instant that has no name, and with `Memory`.
    pub fn format(mut self, ty: TypeId, value: Slot) -> Result<String, Fault> {
        self.value(ty, value, 0)?;
        Ok(self.text)
    }

    fn push(&mut self, text: &str) -> Result<(), Fault> {
        if self.text.len() + text.len() > MAX_TEXT {
            return Err(Fault::too_long("text"));
        }
        self.text.push_str(text);
        Ok(())
    }

    fn value(&mut self, ty: TypeId, slot: Slot, depth: u32) -> Result<(), Fault> {
        let known = self.module.types.get(ty).filter(|_| depth <= MAX_DEPTH);
        let known = *known.ok_or_else(|| Fault::damaged("value of bounded depth"))?;
        let (module, memory, at) = (self.module, self.memory, slot.as_ref());
        let no_name = |error| Fault::exact(error, "a date or time is outside the years 0001 to 9999");
        let text = match known {
            Type::Bool => (if slot.as_int() == 0 { "false" } else { "true" }).to_owned(),
            Type::Int => slot.as_int().to_string(),
            Type::Text if depth == 0 => return self.push(memory.text(at)?),
            Type::Text => quoted(memory.text(at)?),
            Type::Decimal(digits) => format_decimal(slot.as_wide(), digits),
            Type::Amount(currency, digits) => amount(module, slot.as_wide(), digits, currency),
            Type::Money => {
                let (units, currency) = memory.money(module, at)?;
                money(module, units, currency)
            }
            Type::Number => {
                let (units, digits) = memory.number(at)?;
                format_decimal(units, digits)
            }
            Type::Fraction => match memory.fraction(module, at)? {
                (value, None) => value.to_string(),
                (value, Some(currency)) => format!("{value} {}", code(module, currency)),
            },
            Type::Currency => code(module, crate::memory::currency(module, slot.as_int())?).to_owned(),
            Type::Time => calendar::format_time(slot.as_int()).map_err(no_name)?,
            Type::Date => calendar::format_date(slot.as_int()).map_err(no_name)?,
            Type::Duration => calendar::format_duration(slot.as_int()),
            Type::Float => match crate::memory::float(slot.as_int()) {
                Some(value) => lwas_exact::float::format_float(value),
                None => return Err(Fault::damaged("Float")),
            },
            Type::Option(_) if at == 0 => "none".to_owned(),
            Type::Option(inner) => {
                let inside = memory.option_content(module, inner, slot)?;
                return self.value(inner, inside, depth);
            }
            Type::Bag => return self.bag(at),
            Type::List(element) => return self.list(element, at, depth),
            Type::Map(inner) => return self.map(inner, at, depth),
            Type::Enum(id) => return self.variant(id, slot, depth),
            Type::Record(id) => {
                let record = module.records.get(id).ok_or_else(|| Fault::damaged("record"))?;
                self.push(short(&record.name))?;
                return self.braces(&record.fields, at, depth);
            }
            Type::Row(id) => {
                let state = module.states.get(id).ok_or_else(|| Fault::damaged("row"))?;
                self.push(&state.name)?;
                return self.braces(state.fields.get(..state.stored as usize).unwrap_or_default(), at, depth);
            }
        };
        self.push(&text)
    }

    fn bag(&mut self, at: Ref) -> Result<(), Fault> {
        self.push("[")?;
        for (place, (currency, units)) in self.memory.bag(self.module, at)?.into_iter().enumerate() {
            self.push(if place > 0 { ", " } else { "" })?;
            self.push(&money(self.module, units, currency))?;
        }
        self.push("]")
    }

    fn list(&mut self, element: TypeId, list: Ref, depth: u32) -> Result<(), Fault> {
        let (length, kind) = (self.memory.length(list)?, self.module.kind(element));
        self.push("[")?;
        for index in 0..length {
            self.push(if index > 0 { ", " } else { "" })?;
            let slot = self.memory.element(list, index, kind)?;
            self.value(element, slot, depth + 1)?;
        }
        self.push("]")
    }

    /// `{ "ann": 3, "bob": 4 }`, and `{}`.
    fn map(&mut self, inner: TypeId, map: Ref, depth: u32) -> Result<(), Fault> {
        let ((keys, values, length), kind) = (self.memory.map(map)?, self.module.kind(inner));
        self.push("{")?;
        for index in 0..length {
            self.push(if index > 0 { ", " } else { " " })?;
            let key = self.memory.element(keys, index, Kind::Ref)?.as_ref();
            self.push(&quoted(self.memory.text(key)?))?;
            self.push(": ")?;
            let slot = self.memory.element(values, index, kind)?;
            self.value(inner, slot, depth + 1)?;
        }
        self.push(if length > 0 { " }" } else { "}" })
    }

    fn variant(&mut self, id: EnumId, slot: Slot, depth: u32) -> Result<(), Fault> {
        let (variant, _) = self.memory.variant(self.module, id, slot)?;
        let known = &self.module.enums[id].variants[variant];
        self.push(&known.name)?;
        if known.fields.is_empty() {
            return Ok(());
        }
        self.push("(")?;
        self.fields(&known.fields, slot.as_ref(), 8, depth)?;
        self.push(")")
    }

    fn braces(&mut self, fields: &[Field], at: Ref, depth: u32) -> Result<(), Fault> {
        self.push(" { ")?;
        self.fields(fields, at, 0, depth)?;
        self.push(if fields.is_empty() { "}" } else { " }" })
    }

    fn fields(&mut self, fields: &[Field], at: Ref, start: u32, depth: u32) -> Result<(), Fault> {
        let (offsets, _) = self.module.layout(start, fields.iter().map(|f| f.ty));
        for (place, (field, offset)) in fields.iter().zip(offsets).enumerate() {
            self.push(if place > 0 { ", " } else { "" })?;
            self.push(&field.name)?;
            self.push(": ")?;
            let slot = self.memory.load(self.module.kind(field.ty), at.saturating_add(u64::from(offset)))?;
            self.value(field.ty, slot, depth + 1)?;
        }
        Ok(())
    }
}

/// The last part of a qualified name.
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A currency's code.
pub(crate) fn code(module: &Module, currency: CurrencyId) -> &str {
    module.currencies.get(currency).map_or("?", |c| c.code.as_str())
}

/// An amount with its currency: `99.99 USD`.
pub(crate) fn amount(module: &Module, units: i128, digits: u8, currency: CurrencyId) -> String {
    format!("{} {}", format_decimal(units, digits), code(module, currency))
}

/// An amount with its currency's own digits.
pub(crate) fn money(module: &Module, units: i128, currency: CurrencyId) -> String {
    let digits = module.currencies.get(currency).map_or(0, |c| c.digits);
    amount(module, units, digits, currency)
}

/// A text as the language writes it, in quotes.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '{' => quoted.push_str("\\{"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A row by its key, as people write it: `Account["ann"]`, `Rate[EUR, USD]`, `Totals`.
pub fn format_key(module: &Module, state: StateId, key: &Key) -> String {
    let Some(known) = module.states.get(state) else { return String::new() };
    if key.is_empty() {
        return known.name.clone();
    }
    let parts = key.iter().zip(&known.fields).map(|(part, field)| key_part(module, field.ty, part));
    format!("{}[{}]", known.name, parts.collect::<Vec<_>>().join(", "))
}

fn key_part(module: &Module, ty: TypeId, part: &KeyPart) -> String {
    let number = match part {
        KeyPart::Text(text) => return quoted(text),
        KeyPart::Wide(units) => return units.to_string(),
        KeyPart::Int(number) => *number,
    };
    let index = usize::try_from(number).unwrap_or(usize::MAX);
    let text = match module.types.get(ty) {
        Some(Type::Bool) => Some((number != 0).to_string()),
        Some(Type::Date) => calendar::format_date(number).ok(),
        Some(Type::Time) => calendar::format_time(number).ok(),
        Some(Type::Currency) if index < module.currencies.len() => {
            Some(code(module, CurrencyId::new(index)).to_owned())
        }
        Some(Type::Enum(id)) => module.enums.get(*id).and_then(|e| e.variants.get(index)).map(|v| v.name.clone()),
        _ => None,
    };
    text.unwrap_or_else(|| number.to_string())
}
