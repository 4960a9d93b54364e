//! Values to and from program memory, by their type: what events bring, what rows hold, what queries answer.
//!
//! Writing trusts neither the value (a row of a damaged ledger may not fit its type: that is a `WorldError`) nor its size
//! (the memory budget bounds it). Reading trusts nothing that lies in memory: variants, currencies and lengths are checked,
//! and what is handed out is bounded, since a list that holds one long text a million times is small in memory only.

use super::Memory;
use crate::{CurrencyId, EnumId, Fault, Field, Kind, Module, Ref, Row, Slot, StateId, Type, TypeId, Value, WorldError};
use cranelift_entity::EntityRef;
use lwas_exact::Fraction;
use std::sync::Arc;

/// The most bytes that one `read_value` hands out, an element counting 16.
const MAX_READ: u64 = 64 << 20;

/// How deep values nest at most; the verifier holds types to it.
pub(crate) const MAX_DEPTH: u32 = 64;

/// The first part of a Fraction in memory; its currency lies behind.
const FRACTION_BYTES: u64 = Fraction::BYTES as u64;

fn misfit(module: &Module, ty: TypeId) -> Fault {
    let name = module.types.get(ty).map_or_else(|| "type".to_owned(), |ty| format!("{ty:?}"));
    Fault::World(WorldError(format!("a value does not have the type that the program gives it, {name}")))
}

/// A currency by the number that lies in memory.
pub(crate) fn currency(module: &Module, number: i64) -> Result<CurrencyId, Fault> {
    match usize::try_from(number) {
        Ok(number) if number < module.currencies.len() => Ok(CurrencyId::new(number)),
        _ => Err(Fault::damaged("currency")),
    }
}

/// The Float of these bits; none for NaN, an infinity and -0.0.
pub(crate) fn float(bits: i64) -> Option<f64> {
    Value::Int(bits).float()
}

/// A currency as it lies in memory.
pub(crate) fn currency_number(currency: CurrencyId) -> i64 {
    i64::from(currency.as_u32())
}

/// Typed access to the small compound values.
impl Memory {
    /// Makes a Money: 24 bytes.
    pub fn new_money(&mut self, units: i128, currency: CurrencyId) -> Result<Ref, Fault> {
        let at = self.alloc(24)?;
        self.store_wide(at, units)?;
        self.store_int(at + 16, currency_number(currency))?;
        Ok(at)
    }

    /// A Money.
    pub fn money(&self, module: &Module, at: Ref) -> Result<(i128, CurrencyId), Fault> {
        Ok((self.load_wide(at)?, currency(module, self.load_int(at.saturating_add(16))?)?))
    }

    /// Makes a Number: 24 bytes.
    pub fn new_number(&mut self, units: i128, digits: u8) -> Result<Ref, Fault> {
        let at = self.alloc(24)?;
        self.store_wide(at, units)?;
        self.store_int(at + 16, i64::from(digits))?;
        Ok(at)
    }

    /// A Number: units and digits, at most 36.
    pub fn number(&self, at: Ref) -> Result<(i128, u8), Fault> {
        let digits = u8::try_from(self.load_int(at.saturating_add(16))?).ok();
        let digits = digits.filter(|digits| *digits <= lwas_exact::MAX_DIGITS);
        Ok((self.load_wide(at)?, digits.ok_or_else(|| Fault::damaged("number"))?))
    }

    /// Makes a Fraction: 80 bytes.
    pub fn new_fraction(&mut self, value: &Fraction, currency: Option<CurrencyId>) -> Result<Ref, Fault> {
        let at = self.alloc(FRACTION_BYTES + 8)?;
        self.store_bytes(at, &value.to_bytes())?;
        self.store_int(at + FRACTION_BYTES, currency.map_or(-1, currency_number))?;
        Ok(at)
    }

    /// A Fraction, with the currency that it has at run time.
    pub fn fraction(&self, module: &Module, at: Ref) -> Result<(Fraction, Option<CurrencyId>), Fault> {
        let value = Fraction::from_bytes(&self.load_array(at)?).map_err(|_| Fault::damaged("fraction"))?;
        let currency = match self.load_int(at.saturating_add(FRACTION_BYTES))? {
            -1 => None,
            number => Some(currency(module, number)?),
        };
        Ok((value, currency))
    }

    /// Makes a Bag: 8 bytes and 24 an entry. The entries are by currency, none is zero.
    pub fn new_bag(&mut self, entries: &[(CurrencyId, i128)]) -> Result<Ref, Fault> {
        let at = self.alloc(8 + entries.len() as u64 * 24)?;
        self.store_bytes(at, &(entries.len() as u64).to_le_bytes())?;
        let mut place = at + 8;
        for (currency, units) in entries {
            self.store_int(place, currency_number(*currency))?;
            self.store_wide(place + 8, *units)?;
            place += 24;
        }
        Ok(at)
    }

    /// The entries of a Bag.
    pub fn bag(&self, module: &Module, at: Ref) -> Result<Vec<(CurrencyId, i128)>, Fault> {
        let length = self.length(at)?;
        let mut entries = Vec::new();
        for index in 0..length {
            let place = at + 8 + index * 24;
            let currency = currency(module, self.load_int(place)?)?;
            if entries.last().is_some_and(|(last, _)| *last >= currency) {
                return Err(Fault::damaged("bag"));
            }
            entries.push((currency, self.load_wide(place + 8)?));
        }
        Ok(entries)
    }
}

/// Writing.
impl Memory {
    /// Writes a value of a type: inner values before what
    /// holds them, but a list before its elements. A row
    /// may leave out its computed fields, which are then 0.
    pub fn write_value(&mut self, module: &Module, ty: TypeId, value: &Value) -> Result<Slot, Fault> {
        let known = module.types.get(ty).ok_or_else(|| misfit(module, ty))?;
        let at = match (*known, value) {
            (Type::Bool | Type::Int | Type::Time | Type::Date | Type::Duration, Value::Int(n)) => {
                return Ok(Slot::int(*n));
            }
            (Type::Float, Value::Int(bits)) => {
                float(*bits).ok_or_else(|| misfit(module, ty))?;
                return Ok(Slot::int(*bits));
            }
            (Type::Currency, Value::Int(n)) => {
                currency(module, *n).map_err(|_| misfit(module, ty))?;
                return Ok(Slot::int(*n));
            }
            (Type::Decimal(_) | Type::Amount(..), Value::Wide(n)) => return Ok(Slot::wide(*n)),
            (Type::Enum(id), Value::Int(n)) if module.enums.get(id).is_some_and(|e| e.is_plain()) => {
                let variant = usize::try_from(*n).ok();
                let known = variant.is_some_and(|variant| variant < module.enums[id].variants.len());
                return if known { Ok(Slot::int(*n)) } else { Err(misfit(module, ty)) };
            }
            (Type::Text, Value::Text(text)) => self.new_text(text)?,
            (Type::Money, Value::Money { units, currency }) => self.new_money(*units, *currency)?,
            (Type::Number, Value::Number { units, digits }) => self.new_number(*units, *digits)?,
            (Type::Fraction, Value::Fraction(value, currency)) => self.new_fraction(value, *currency)?,
            (Type::Bag, Value::Bag(entries)) => self.new_bag(entries)?,
            (Type::Option(_), Value::None) => 0,
            (Type::Option(inner), Value::Some(value)) => self.write_some(module, inner, value)?,
            (Type::List(element), Value::List(values)) => self.write_list(module, element, values)?,
            (Type::Map(inner), Value::Map(entries)) => self.write_map(module, inner, entries)?,
            (Type::Enum(id), Value::Variant { variant, fields }) => {
                let known = module.enums.get(id).and_then(|e| e.variants.get(*variant as usize));
                let known = known.ok_or_else(|| misfit(module, ty))?;
                if fields.len() != known.fields.len() {
                    return Err(misfit(module, ty));
                }
                let at = self.write_fields(module, &known.fields, fields, 8)?;
                self.store_int(at, i64::from(*variant))?;
                at
            }
            (Type::Record(id), Value::Record(values)) => {
                let fields = &module.records.get(id).ok_or_else(|| misfit(module, ty))?.fields;
                if values.len() != fields.len() {
                    return Err(misfit(module, ty));
                }
                self.write_fields(module, fields, values, 0)?
            }
            (Type::Row(id), Value::Record(values)) => return self.write_row(module, id, values),
            _ => return Err(misfit(module, ty)),
        };
        Ok(Slot::reference(at))
    }

    /// Writes a row: its stored fields, then the computed ones when they are given, else zeroes.
    pub fn write_row(&mut self, module: &Module, state: StateId, values: &[Value]) -> Result<Slot, Fault> {
        let bad = |what: String| Fault::World(WorldError(what));
        let known = module.states.get(state).ok_or_else(|| bad("a row is of no state of the program".to_owned()))?;
        if values.len() != known.fields.len() && values.len() != known.stored as usize {
            let (name, stored) = (&known.name, known.stored);
            return Err(bad(format!("a row of `{name}` has {} fields in place of {stored}", values.len())));
        }
        Ok(Slot::reference(self.write_fields(module, &known.fields, values, 0)?))
    }

    fn write_some(&mut self, module: &Module, inner: TypeId, value: &Value) -> Result<Ref, Fault> {
        let slot = self.write_value(module, inner, value)?;
        let kind = module.kind(inner);
        if kind == Kind::Ref {
            return Ok(slot.as_ref());
        }
        let at = self.alloc(u64::from(kind.size()))?;
        self.store(kind, at, slot)?;
        Ok(at)
    }

    fn write_list(&mut self, module: &Module, element: TypeId, values: &[Value]) -> Result<Ref, Fault> {
        let kind = module.kind(element);
        let list = self.new_list(i64::try_from(values.len()).unwrap_or(i64::MAX), kind)?;
        for (index, value) in values.iter().enumerate() {
            let slot = self.write_value(module, element, value)?;
            self.store(kind, Memory::element_at(list, index as u64, kind), slot)?;
        }
        self.store_bytes(list, &(values.len() as u64).to_le_bytes())?;
        Ok(list)
    }

    /// Writes a map: its keys, its values, then itself. Keys that are not in order, or there twice, are no map's.
    fn write_map(&mut self, module: &Module, inner: TypeId, entries: &[(Arc<str>, Value)]) -> Result<Ref, Fault> {
        if entries.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a >= b)) {
            return Err(misfit(module, inner));
        }
        let length = entries.len() as u64;
        let room = i64::try_from(length).unwrap_or(i64::MAX);
        let keys = self.new_list(room, Kind::Ref)?;
        for (index, (key, _)) in (0..length).zip(entries) {
            let key = Slot::reference(self.new_text(key)?);
            self.store(Kind::Ref, Memory::element_at(keys, index, Kind::Ref), key)?;
        }
        self.store_bytes(keys, &length.to_le_bytes())?;
        let kind = module.kind(inner);
        let values = self.new_list(room, kind)?;
        for (index, (_, value)) in (0..length).zip(entries) {
            let slot = self.write_value(module, inner, value)?;
            self.store(kind, Memory::element_at(values, index, kind), slot)?;
        }
        self.store_bytes(values, &length.to_le_bytes())?;
        self.new_map(keys, values)
    }

    /// Writes fields one after the other from `start` on, with room for all of them: those without a value are 0. What
    /// fields refer to lies behind the room for all.
    fn write_fields(&mut self, module: &Module, fields: &[Field], values: &[Value], start: u32) -> Result<Ref, Fault> {
        let size = fields.iter().fold(start, |size, field| size + module.kind(field.ty).size());
        let at = self.alloc(u64::from(size))?;
        let mut place = at + u64::from(start);
        for (field, value) in fields.iter().zip(values) {
            let (kind, slot) = (module.kind(field.ty), self.write_value(module, field.ty, value)?);
            self.store(kind, place, slot)?;
            place += u64::from(kind.size());
        }
        Ok(at)
    }
}

/// Reading.
impl Memory {
    /// Reads a value of a type. Fails with `Memory` when memory holds no such value or it is beyond what can be handed out.
    /// A computed field of a row that was not computed reads as `Value::None` where its type says a `Ref`, else as 0.
    pub fn read_value(&self, module: &Module, ty: TypeId, slot: Slot) -> Result<Value, Fault> {
        Reader { memory: self, module, left: MAX_READ }.value(ty, slot, 0)
    }

    /// Reads the stored fields of a row, and how many bytes they take as values.
    pub fn read_row(&self, module: &Module, state: StateId, at: Ref) -> Result<(Row, u64), Fault> {
        let known = module.states.get(state).ok_or_else(|| Fault::damaged("row"))?;
        let stored = known.fields.get(..known.stored as usize).ok_or_else(|| Fault::damaged("row"))?;
        let mut reader = Reader { memory: self, module, left: MAX_READ };
        let row = reader.fields(stored, at, 0, 0)?;
        Ok((row, MAX_READ - reader.left))
    }
}

/// One reading, with what may still be handed out.
struct Reader<'a> {
    memory: &'a Memory,
    module: &'a Module,
    left: u64,
}

impl Reader<'_> {
    fn take(&mut self, bytes: u64) -> Result<(), Fault> {
        let what =
            || Fault::new(crate::FailReason::Memory, format!("the value takes more than {} MiB", MAX_READ >> 20));
        self.left = self.left.checked_sub(bytes).ok_or_else(what)?;
        Ok(())
    }

    fn value(&mut self, ty: TypeId, slot: Slot, depth: u32) -> Result<Value, Fault> {
        self.take(16)?;
        let known = self.module.types.get(ty).filter(|_| depth <= MAX_DEPTH);
        let known = known.ok_or_else(|| Fault::damaged("value of bounded depth"))?;
        let (memory, module, at) = (self.memory, self.module, slot.as_ref());
        Ok(match *known {
            Type::Bool => match slot.as_int() {
                n @ 0..=1 => Value::Int(n),
                _ => return Err(Fault::damaged("Bool")),
            },
            Type::Int | Type::Time | Type::Date | Type::Duration => Value::Int(slot.as_int()),
            Type::Float => {
                float(slot.as_int()).ok_or_else(|| Fault::damaged("Float"))?;
                Value::Int(slot.as_int())
            }
            Type::Currency => Value::currency(currency(module, slot.as_int())?),
            Type::Decimal(_) | Type::Amount(..) => Value::Wide(slot.as_wide()),
            Type::Text => {
                self.take(memory.text_bytes(at)?.len() as u64)?;
                Value::Text(memory.text(at)?.into())
            }
            Type::Money => {
                let (units, currency) = memory.money(module, at)?;
                Value::Money { units, currency }
            }
            Type::Number => {
                let (units, digits) = memory.number(at)?;
                Value::Number { units, digits }
            }
            Type::Fraction => {
                let (value, currency) = memory.fraction(module, at)?;
                Value::Fraction(Box::new(value), currency)
            }
            Type::Bag => {
                self.take(memory.length(at)? * 32)?;
                Value::Bag(memory.bag(module, at)?.into())
            }
            Type::Option(_) if at == 0 => Value::None,
            Type::Option(inner) => {
                let inside = memory.option_content(module, inner, slot)?;
                Value::Some(Arc::new(self.value(inner, inside, depth + 1)?))
            }
            Type::List(element) => self.list(element, at, depth)?,
            Type::Map(inner) => self.map(inner, at, depth)?,
            Type::Enum(id) => self.variant(id, slot, depth)?,
            Type::Record(id) => {
                let record = module.records.get(id).ok_or_else(|| Fault::damaged("record"))?;
                Value::Record(self.fields(&record.fields, at, 0, depth)?)
            }
            Type::Row(id) => self.row(id, at, depth)?,
        })
    }

    fn list(&mut self, element: TypeId, list: Ref, depth: u32) -> Result<Value, Fault> {
        let (length, kind) = (self.memory.length(list)?, self.module.kind(element));
        let mut values = Vec::new();
        for index in 0..length {
            let slot = self.memory.element(list, index, kind)?;
            values.push(self.value(element, slot, depth + 1)?);
        }
        Ok(Value::List(values.into()))
    }

    fn map(&mut self, inner: TypeId, map: Ref, depth: u32) -> Result<Value, Fault> {
        let ((keys, values, length), kind) = (self.memory.map(map)?, self.module.kind(inner));
        let mut entries: Vec<(Arc<str>, Value)> = Vec::new();
        for index in 0..length {
            let key = self.memory.element(keys, index, Kind::Ref)?.as_ref();
            self.take(16 + self.memory.text_bytes(key)?.len() as u64)?;
            let key = self.memory.text(key)?;
            if entries.last().is_some_and(|(last, _)| **last >= *key) {
                return Err(Fault::damaged("map"));
            }
            let slot = self.memory.element(values, index, kind)?;
            entries.push((Arc::from(key), self.value(inner, slot, depth + 1)?));
        }
        Ok(Value::Map(entries.into()))
    }

    fn variant(&mut self, id: EnumId, slot: Slot, depth: u32) -> Result<Value, Fault> {
        let (variant, plain) = self.memory.variant(self.module, id, slot)?;
        if plain {
            return Ok(Value::Int(slot.as_int()));
        }
        let known = &self.module.enums[id].variants[variant];
        let fields = self.fields(&known.fields, slot.as_ref(), 8, depth)?;
        Ok(Value::Variant { variant: u32::try_from(variant).unwrap_or(u32::MAX), fields })
    }

    fn row(&mut self, state: StateId, at: Ref, depth: u32) -> Result<Value, Fault> {
        let known = self.module.states.get(state).ok_or_else(|| Fault::damaged("row"))?;
        let (offsets, _) = self.module.row_layout(state);
        let mut values = Vec::with_capacity(offsets.len());
        for (place, (field, offset)) in known.fields.iter().zip(offsets).enumerate() {
            let kind = self.module.kind(field.ty);
            let slot = self.memory.load(kind, at.saturating_add(u64::from(offset)))?;
            let unset = place >= known.stored as usize && kind == Kind::Ref && slot == Slot::ZERO;
            values.push(if unset { Value::None } else { self.value(field.ty, slot, depth + 1)? });
        }
        Ok(Value::Record(values.into()))
    }

    fn fields(&mut self, fields: &[Field], at: Ref, start: u32, depth: u32) -> Result<Row, Fault> {
        let mut values = Vec::with_capacity(fields.len());
        let mut place = at.saturating_add(u64::from(start));
        for field in fields {
            let kind = self.module.kind(field.ty);
            let slot = self.memory.load(kind, place)?;
            values.push(self.value(field.ty, slot, depth + 1)?);
            place = place.saturating_add(u64::from(kind.size()));
        }
        Ok(values.into())
    }
}

impl Memory {
    /// What lies in an option that is there.
    pub(crate) fn option_content(&self, module: &Module, inner: TypeId, slot: Slot) -> Result<Slot, Fault> {
        match module.kind(inner) {
            Kind::Ref => Ok(slot),
            kind => self.load(kind, slot.as_ref()),
        }
    }

    /// The variant of an enum's value, within the enum, and whether the enum is without any payload.
    pub(crate) fn variant(&self, module: &Module, id: EnumId, slot: Slot) -> Result<(usize, bool), Fault> {
        let known = module.enums.get(id).ok_or_else(|| Fault::damaged("variant"))?;
        let plain = known.is_plain();
        let number = if plain { slot.as_int() } else { self.load_int(slot.as_ref())? };
        match usize::try_from(number) {
            Ok(variant) if variant < known.variants.len() => Ok((variant, plain)),
            _ => Err(Fault::damaged("variant")),
        }
    }
}
