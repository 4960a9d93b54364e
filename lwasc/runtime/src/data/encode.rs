//! [`Value`] → bytes: the canonical encoding, one for each value of a type. `spec/value-encoding.md` defines it.
//!
//! It is led by the type and says nothing of it. Currencies and variants stand there by name, as their numbers may change
//! from one version of a program to the next while what was said stays the same: contents of events are compared by these
//! bytes.

use lwas_ir::{CurrencyId, Field, Module, Type, TypeId, Value};

/// The bytes of a value of a type. The value comes out of [`super::json_value`], [`super::decode`] or program memory, each
/// of which gives values of the type only.
pub fn encode(module: &Module, ty: TypeId, value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    encode_into(module, ty, value, &mut out);
    out
}

/// Writes the bytes of a value behind `out`.
pub fn encode_into(module: &Module, ty: TypeId, value: &Value, out: &mut Vec<u8>) {
    match (module.types[ty], value) {
        (Type::Bool, Value::Int(bit)) => out.push(u8::from(*bit != 0)),
        (Type::Currency, Value::Int(id)) => {
            let id = u32::try_from(*id).expect("a Currency is one of the module's");
            currency(module, CurrencyId::from_u32(id), out);
        }
        (Type::Enum(id), Value::Int(variant)) => {
            let place = usize::try_from(*variant).expect("a variant is one of its enum's");
            let known = module.enums[id].variants.get(place).expect("a variant is one of its enum's");
            text(&known.name, out);
        }
        (Type::Enum(id), Value::Variant { variant, fields: values }) => {
            let known = module.enums[id].variants.get(*variant as usize).expect("a variant is one of its enum's");
            text(&known.name, out);
            for (field, value) in known.fields.iter().zip(values.iter()) {
                encode_into(module, field.ty, value, out);
            }
        }
        (Type::Option(_), Value::None) => out.push(0),
        (Type::Option(inner), Value::Some(value)) => {
            out.push(1);
            encode_into(module, inner, value, out);
        }
        (Type::List(inner), Value::List(values)) => {
            count(values.len(), out);
            for value in values.iter() {
                encode_into(module, inner, value, out);
            }
        }
        (Type::Map(inner), Value::Map(entries)) => {
            count(entries.len(), out);
            for (key, value) in entries.iter() {
                text(key, out);
                encode_into(module, inner, value, out);
            }
        }
        (Type::Record(id), Value::Record(values)) => fields(module, &module.records[id].fields, values, out),
        (Type::Row(id), Value::Record(values)) => fields(module, &module.states[id].fields, values, out),
        (_, value) => without_type(module, value, out),
    }
}

/// Values that say by themselves what they are.
fn without_type(module: &Module, value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Int(number) => out.extend(number.to_le_bytes()),
        Value::Wide(units) => out.extend(units.to_le_bytes()),
        Value::Text(known) => text(known, out),
        Value::Money { units, currency: id } => {
            currency(module, *id, out);
            out.extend(units.to_le_bytes());
        }
        Value::Number { units, digits } => {
            out.push(*digits);
            out.extend(units.to_le_bytes());
        }
        Value::Bag(entries) => {
            count(entries.len(), out);
            for (id, units) in entries.iter() {
                currency(module, *id, out);
                out.extend(units.to_le_bytes());
            }
        }
        Value::Fraction(fraction, id) => {
            out.extend(fraction.to_bytes());
            match id {
                None => out.push(0),
                Some(id) => {
                    out.push(1);
                    currency(module, *id, out);
                }
            }
        }
        value => unreachable!("a value is of its type: {value:?} is not"),
    }
}

/// Fields in order; a single zero where there are none, so that every value has a byte.
fn fields(module: &Module, fields: &[Field], values: &[Value], out: &mut Vec<u8>) {
    if fields.is_empty() {
        out.push(0);
    }
    for (field, value) in fields.iter().zip(values) {
        encode_into(module, field.ty, value, out);
    }
}

fn currency(module: &Module, id: CurrencyId, out: &mut Vec<u8>) {
    text(&module.currencies[id].code, out);
}

fn text(text: &str, out: &mut Vec<u8>) {
    count(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

fn count(count: usize, out: &mut Vec<u8>) {
    let count = u32::try_from(count).expect("texts and lists are bounded far below 2^32");
    out.extend(count.to_le_bytes());
}
