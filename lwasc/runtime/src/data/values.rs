//! JSON → [`Value`], led by the type: what it may look like, how many digits, which fields. Fields that were left out get
//! their default, or `none` where they are optional.

use lwas_base::hint;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use jiter::Peek;
use lwas_exact::float::parse_float;
use lwas_exact::{Decimal, ParseError, calendar, parse_decimal, widen};
use lwas_ir::{CurrencyId, EnumId, Field, FuncId, MAX_LIST, MAX_TEXT, Module, Type, TypeId, Value};
use rustc_hash::FxHashMap;

use super::error::{DecodeError, DecodeKind};
use super::reader::{Read, Reader};
use super::words::{form, found, quote, type_name};

/// Values of defaults by their function; the message where a default can't be computed.
pub(super) type Defaults = FxHashMap<FuncId, Result<Value, String>>;

/// Reads a value of a type from a JSON text, as [`super::json_text`] writes it and LANGUAGE lets people write it. Fields of
/// records may be left out only where they are optional.
///
/// # Errors
/// The first thing that is wrong, with its path.
pub fn json_value(module: &Module, ty: TypeId, text: &str) -> Result<Value, Box<DecodeError>> {
    let defaults = Defaults::default();
    let mut values = Values { module, defaults: &defaults, json: Reader::of_value(text) };
    let read = values.next(ty).and_then(|value| values.json.finish().map(|()| value));
    read.map_err(|error| error.located(text.as_bytes()))
}

/// Reads values of a module's types.
pub(super) struct Values<'d, 'j> {
    pub(super) module: &'d Module,
    pub(super) defaults: &'d Defaults,
    pub(super) json: Reader<'j>,
}

/// What an object's key is.
enum Found {
    Field(usize),
    Unknown(String),
}

impl Values<'_, '_> {
    /// The next value, whatever it begins with.
    pub(super) fn next(&mut self, ty: TypeId) -> Read<Value> {
        let peek = self.json.peek()?;
        self.value(ty, peek)
    }

    fn value(&mut self, ty: TypeId, peek: Peek) -> Read<Value> {
        match self.module.types[ty] {
            Type::Bool if matches!(peek, Peek::True | Peek::False) => self.json.bool(peek).map(Value::bool),
            Type::Int if peek == Peek::String || peek.is_num() => self.int(ty, peek),
            Type::Text if peek == Peek::String => self.text(),
            Type::Decimal(digits) | Type::Amount(_, digits) => {
                let at = self.json.at();
                let decimal = self.decimal(ty, peek)?;
                self.with_digits(ty, at, decimal, digits).map(Value::Wide)
            }
            Type::Number => self.number(ty, peek),
            Type::Float if peek == Peek::String || peek.is_num() => self.float(ty, peek),
            Type::Money if peek == Peek::Object => {
                self.money(ty).map(|(units, currency)| Value::Money { units, currency })
            }
            Type::Currency if peek == Peek::String => self.currency().map(Value::currency),
            Type::Time if peek == Peek::String => self.parsed(ty, calendar::parse_instant),
            Type::Date if peek == Peek::String => self.parsed(ty, calendar::parse_date),
            Type::Duration if peek == Peek::String => self.parsed(ty, calendar::parse_duration),
            Type::Option(_) if peek == Peek::Null => self.json.null().map(|()| Value::None),
            Type::Option(inner) => self.value(inner, peek).map(|value| Value::Some(Arc::new(value))),
            Type::List(inner) if peek == Peek::Array => self.list(inner).map(|values| Value::List(values.into())),
            Type::Map(inner) if peek == Peek::Object => self.map(inner),
            Type::Bag if peek == Peek::Array => self.bag(ty),
            Type::Enum(id) if matches!(peek, Peek::String | Peek::Object) => self.variant(id, peek),
            Type::Record(id) if peek == Peek::Object => {
                let record = &self.module.records[id];
                self.fields(&record.name, &record.fields).map(Value::Record)
            }
            Type::Row(id) if peek == Peek::Object => {
                let state = &self.module.states[id];
                self.fields(&state.name, &state.fields).map(Value::Record)
            }
            _ => Err(self.wrong(ty, peek)),
        }
    }

    /// The error for a value of another form than its type's.
    fn wrong(&self, ty: TypeId, peek: Peek) -> Box<DecodeError> {
        let message = format!("expected {}, found {}", form(self.module, ty), found(peek));
        self.json.bad(DecodeKind::Value, message)
    }

    fn text(&mut self) -> Read<Value> {
        let at = self.json.at();
        let text = self.json.text()?;
        if text.len() > MAX_TEXT {
            let message = format!("the text has {} bytes, at most {MAX_TEXT} are allowed", text.len());
            return Err(DecodeError::new(DecodeKind::TooLarge, at, message));
        }
        Ok(Value::Text(Arc::from(text)))
    }

    /// A text that a parser makes a whole number of.
    fn parsed(&mut self, ty: TypeId, parse: fn(&str) -> Result<i64, ParseError>) -> Read<Value> {
        let (at, module) = (self.json.at(), self.module);
        let text = self.json.text()?;
        parse(text).map(Value::Int).map_err(|error| unfit(module, ty, at, text, error))
    }

    fn int(&mut self, ty: TypeId, peek: Peek) -> Read<Value> {
        let (at, module) = (self.json.at(), self.module);
        let text = if peek == Peek::String { self.json.text()? } else { self.json.number(peek)? };
        parse_int(text).map(Value::Int).map_err(|error| unfit(module, ty, at, text, error))
    }

    /// The Float nearest to a number or a text of one.
    fn float(&mut self, ty: TypeId, peek: Peek) -> Read<Value> {
        let (at, module) = (self.json.at(), self.module);
        let text = if peek == Peek::String { self.json.text()? } else { self.json.number(peek)? };
        parse_float(text).map(Value::of_float).ok_or_else(|| unfit(module, ty, at, text, ParseError::Malformed))
    }

    /// A number or a text of one, exactly, with the digits that it is written with.
    fn decimal(&mut self, ty: TypeId, peek: Peek) -> Read<Decimal> {
        let (at, module) = (self.json.at(), self.module);
        let text = match peek {
            Peek::String => self.json.text()?,
            peek if peek.is_num() => self.json.number(peek)?,
            _ => return Err(self.wrong(ty, peek)),
        };
        parse_decimal(text).map_err(|error| unfit(module, ty, at, text, error))
    }

    /// That a number has no more digits than its type takes.
    fn check_digits(&self, ty: TypeId, at: usize, decimal: Decimal, most: u8) -> Read<()> {
        if decimal.digits <= most {
            return Ok(());
        }
        let takes = if most == 0 { "none".to_owned() } else { format!("at most {most}") };
        let (has, name) = (decimal.digits, type_name(self.module, ty));
        let message = format!("too many digits: {has} after the point, `{name}` takes {takes}");
        Err(DecodeError::new(DecodeKind::Value, at, message))
    }

    /// The smallest units of a number, which may be written with fewer digits than its type has.
    fn with_digits(&self, ty: TypeId, at: usize, decimal: Decimal, digits: u8) -> Read<i128> {
        self.check_digits(ty, at, decimal, digits)?;
        widen(decimal.units, decimal.digits, digits).map_err(|_| {
            let message = format!("the number is out of the range of `{}`", type_name(self.module, ty));
            DecodeError::new(DecodeKind::Value, at, message)
        })
    }

    /// A Number keeps the digits that it is written with.
    fn number(&mut self, ty: TypeId, peek: Peek) -> Read<Value> {
        let at = self.json.at();
        let decimal = self.decimal(ty, peek)?;
        self.check_digits(ty, at, decimal, 18)?;
        Ok(Value::Number { units: decimal.units, digits: decimal.digits })
    }

    fn currency(&mut self) -> Read<CurrencyId> {
        let (at, module) = (self.json.at(), self.module);
        let code = self.json.text()?;
        currency_of(module, code).ok_or_else(|| {
            let known = module.currencies.values().map(|known| known.code.as_str());
            let message = format!("the program knows no currency {}{}", quote(code), hint(code, known));
            DecodeError::new(DecodeKind::Value, at, message)
        })
    }

    /// An object with an amount and a currency, in any order.
    fn money(&mut self, ty: TypeId) -> Read<(i128, CurrencyId)> {
        self.json.enter()?;
        let (mut amount, mut currency) = (None, None);
        let mut first = true;
        let find = |key: &str| match key {
            "amount" => Found::Field(0),
            "currency" => Found::Field(1),
            unknown => Found::Unknown(unknown.to_owned()),
        };
        while let Some(found) = self.json.key(first, find)? {
            first = false;
            match found {
                Found::Unknown(name) => return Err(self.unknown("Money", &name, ["amount", "currency"].into_iter())),
                Found::Field(0) if amount.is_some() => return Err(self.json.twice("amount").in_field("amount")),
                Found::Field(0) => {
                    let peek = self.json.peek()?;
                    let at = self.json.at();
                    amount = Some((at, self.decimal(ty, peek).map_err(|error| error.in_field("amount"))?));
                }
                Found::Field(_) if currency.is_some() => return Err(self.json.twice("currency").in_field("currency")),
                Found::Field(_) => {
                    let peek = self.json.peek()?;
                    let known = if peek == Peek::String { self.currency() } else { Err(self.no_currency(peek)) };
                    currency = Some(known.map_err(|error| error.in_field("currency"))?);
                }
            }
        }
        self.json.leave();
        let Some((at, decimal)) = amount else { return Err(self.missing("Money", "amount")) };
        let Some(currency) = currency else { return Err(self.missing("Money", "currency")) };
        let known = &self.module.currencies[currency];
        let fits = if decimal.digits > known.digits { None } else { Some(decimal) };
        let units = fits.map(|decimal| widen(decimal.units, decimal.digits, known.digits));
        match units {
            Some(Ok(units)) => Ok((units, currency)),
            Some(Err(_)) => Err(DecodeError::new(DecodeKind::Value, at, "the amount is out of the range of `Money`")),
            None => {
                let (has, code, keeps) = (decimal.digits, &known.code, known.digits);
                let message = format!("too many digits: {has} after the point, {code} has {keeps}");
                Err(DecodeError::new(DecodeKind::Value, at, message))
            }
        }
        .map_err(|error| error.in_field("amount"))
    }

    fn no_currency(&self, peek: Peek) -> Box<DecodeError> {
        self.json.bad(DecodeKind::Value, format!("expected a currency such as `\"USD\"`, found {}", found(peek)))
    }

    fn bag(&mut self, ty: TypeId) -> Read<Value> {
        let at = self.json.at();
        let mut entries = Vec::new();
        self.elements(|values, peek| {
            let (units, currency) =
                if peek == Peek::Object { values.money(ty)? } else { return Err(values.wrong(ty, peek)) };
            entries.push((currency, units));
            Ok(())
        })?;
        let ordered = entries.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a < b));
        if !ordered || entries.iter().any(|(_, units)| *units == 0) {
            let message = "expected amounts in order of currency, each currency once and none zero";
            return Err(DecodeError::new(DecodeKind::Value, at, message));
        }
        Ok(Value::Bag(entries.into()))
    }

    fn list(&mut self, element: TypeId) -> Read<Vec<Value>> {
        let mut list = Vec::new();
        self.elements(|values, peek| {
            list.push(values.value(element, peek)?);
            Ok(())
        })?;
        Ok(list)
    }

    /// An object whose keys are the map's, in any order, each once.
    fn map(&mut self, inner: TypeId) -> Read<Value> {
        self.json.enter()?;
        let (mut entries, mut first): (BTreeMap<Arc<str>, Value>, _) = (BTreeMap::new(), true);
        while let Some(key) = self.json.key(first, |key| Arc::<str>::from(key))? {
            first = false;
            if key.len() > MAX_TEXT {
                let message = format!("a key has {} bytes, at most {MAX_TEXT} are allowed", key.len());
                return Err(self.json.bad(DecodeKind::TooLarge, message));
            }
            let entry = match entries.entry(key) {
                Entry::Occupied(entry) => return Err(self.json.twice(entry.key()).in_field(entry.key())),
                Entry::Vacant(entry) => entry,
            };
            let peek = self.json.peek()?;
            let value = self.value(inner, peek).map_err(|error| error.in_field(entry.key()))?;
            entry.insert(value);
            if i64::try_from(entries.len()).is_ok_and(|count| count > MAX_LIST) {
                return Err(self.json.bad(DecodeKind::TooLarge, format!("the map has more than {MAX_LIST} elements")));
            }
        }
        self.json.leave();
        Ok(Value::Map(entries.into_iter().collect()))
    }

    /// Hands each element of a list to `take`.
    fn elements(&mut self, mut take: impl FnMut(&mut Self, Peek) -> Read<()>) -> Read<()> {
        self.json.enter()?;
        let (mut count, mut first) = (0, true);
        while let Some(peek) = self.json.element(first)? {
            first = false;
            if i64::try_from(count).is_ok_and(|count| count >= MAX_LIST) {
                return Err(self.json.bad(DecodeKind::TooLarge, format!("the list has more than {MAX_LIST} elements")));
            }
            take(self, peek).map_err(|error| error.in_element(count))?;
            count += 1;
        }
        self.json.leave();
        Ok(())
    }

    /// `"Plus"`, or `{"Custom":{"rate":0.01}}`.
    fn variant(&mut self, id: EnumId, peek: Peek) -> Read<Value> {
        let known = &self.module.enums[id];
        let find = |name: &str| {
            let place = known.variants.iter().position(|variant| variant.name == name);
            place.ok_or_else(|| {
                let names = known.variants.iter().map(|variant| variant.name.as_str());
                format!("`{}` has no variant {}{}", known.name, quote(name), hint(name, names))
            })
        };
        let at = self.json.at();
        let refuse = |message: String| DecodeError::new(DecodeKind::Value, at, message);
        let alone = "expected an object with one key, the variant";
        if peek == Peek::String {
            let place = self.json.text().map(find)?.map_err(refuse)?;
            return match known.variants.get(place) {
                Some(variant) if !variant.fields.is_empty() => {
                    let message = format!("`{0}` has fields: expected `{{\"{0}\":{{…}}}}`", variant.name);
                    Err(refuse(message))
                }
                _ if known.is_plain() => Ok(Value::Int(place as i64)),
                _ => Ok(Value::Variant { variant: place as u32, fields: Arc::from([]) }),
            };
        }
        self.json.enter()?;
        let Some(place) = self.json.key(true, find)? else { return Err(refuse(alone.to_owned())) };
        let place = place.map_err(refuse)?;
        let variant = known.variants.get(place).expect("`find` gives places of variants");
        if variant.fields.is_empty() {
            return Err(refuse(format!("`{0}` has no fields: expected `\"{0}\"`", variant.name)));
        }
        let peek = self.json.peek()?;
        let fields = match peek {
            Peek::Object => self.fields(&variant.name, &variant.fields),
            _ => {
                let message =
                    format!("expected an object with the fields of `{}`, found {}", variant.name, found(peek));
                Err(self.json.bad(DecodeKind::Value, message))
            }
        };
        let fields = fields.map_err(|error| error.in_field(&variant.name))?;
        if self.json.key(false, |_| ())?.is_some() {
            return Err(self.json.bad(DecodeKind::Value, alone));
        }
        self.json.leave();
        Ok(Value::Variant { variant: place as u32, fields })
    }

    /// The values of an object's fields, in order of declaration. `owner` is whose fields they are.
    pub(super) fn fields(&mut self, owner: &str, fields: &[Field]) -> Read<Arc<[Value]>> {
        self.fields_beside(owner, fields, [])
    }

    /// The same beside values that were given elsewhere, by the places of their fields: these may not stand in the object as well.
    pub(super) fn fields_beside(
        &mut self,
        owner: &str,
        fields: &[Field],
        given: impl IntoIterator<Item = (usize, Value)>,
    ) -> Read<Arc<[Value]>> {
        self.json.enter()?;
        let mut values = vec![None; fields.len()];
        for (place, value) in given {
            if let Some(slot) = values.get_mut(place) {
                *slot = Some(value);
            }
        }
        let (mut expected, mut first) = (0, true);
        while let Some(found) = self.json.key(first, |key| find_field(fields, expected, key))? {
            first = false;
            let place = match found {
                Found::Field(place) => place,
                Found::Unknown(name) => {
                    return Err(self.unknown(owner, &name, fields.iter().map(|field| field.name.as_str())));
                }
            };
            let (Some(field), Some(slot)) = (fields.get(place), values.get_mut(place)) else { continue };
            if slot.is_some() {
                return Err(self.json.twice(&field.name).in_field(&field.name));
            }
            let peek = self.json.peek()?;
            *slot = Some(self.value(field.ty, peek).map_err(|error| error.in_field(&field.name))?);
            expected = place + 1;
        }
        self.json.leave();
        for (field, value) in fields.iter().zip(&mut values) {
            if value.is_none() {
                *value = Some(self.left_out(owner, field)?);
            }
        }
        Ok(values.into_iter().flatten().collect())
    }

    /// The value of a field that was left out.
    fn left_out(&self, owner: &str, field: &Field) -> Read<Value> {
        let default = field.default.and_then(|default| self.defaults.get(&default));
        match (default, self.module.types[field.ty]) {
            (Some(Ok(value)), _) => Ok(value.clone()),
            (Some(Err(message)), _) => {
                let message = format!("the default of `{}` has no value: {message}", field.name);
                Err(self.json.bad(DecodeKind::Field, message).in_field(&field.name))
            }
            (None, Type::Option(_)) => Ok(Value::None),
            (None, _) => Err(self.missing(owner, &field.name)),
        }
    }

    fn missing(&self, owner: &str, name: &str) -> Box<DecodeError> {
        self.json.bad(DecodeKind::Field, format!("`{owner}` needs this field, and it is missing")).in_field(name)
    }

    fn unknown<'n>(&self, owner: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Box<DecodeError> {
        let message = format!("`{owner}` has no field {}{}", quote(name), hint(name, known));
        self.json.bad(DecodeKind::Field, message).in_field(name)
    }
}

/// The field of a name: mostly the one after the last.
fn find_field(fields: &[Field], expected: usize, name: &str) -> Found {
    if fields.get(expected).is_some_and(|field| field.name == name) {
        return Found::Field(expected);
    }
    let place = fields.iter().position(|field| field.name == name);
    place.map_or_else(|| Found::Unknown(name.to_owned()), Found::Field)
}

/// The currency of a code: the module has them in order.
pub(super) fn currency_of(module: &Module, code: &str) -> Option<CurrencyId> {
    let place = module.currencies.as_values_slice().binary_search_by(|known| known.code.as_str().cmp(code)).ok()?;
    Some(CurrencyId::from_u32(u32::try_from(place).ok()?))
}

/// An Int as JSON writes whole numbers, without point and exponent.
pub(super) fn parse_int(text: &str) -> Result<i64, ParseError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseError::Malformed);
    }
    // With the form right, the only way to fail is to be too large.
    text.parse().map_err(|_| ParseError::OutOfRange)
}

/// The error for a text or number that is no value of its type.
pub(super) fn unfit(module: &Module, ty: TypeId, at: usize, text: &str, error: ParseError) -> Box<DecodeError> {
    let message = match error {
        ParseError::Malformed => format!("expected {}, found {}", form(module, ty), quote(text)),
        ParseError::TooManyDigits if matches!(module.types[ty], Type::Time) => {
            format!("a time has at most six digits of a second, and zeros behind them: {}", quote(text))
        }
        ParseError::TooManyDigits => format!("too many digits: {}", quote(text)),
        ParseError::OutOfRange => format!("{} is out of the range of `{}`", quote(text), type_name(module, ty)),
    };
    DecodeError::new(DecodeKind::Value, at, message)
}
