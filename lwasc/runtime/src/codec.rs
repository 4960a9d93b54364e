//! How values become bytes of an entry and texts of a cell: the seam to the encodings of `data`.

use std::sync::Arc;

use lwas_exact::{format_decimal, parse_decimal, widen};
use lwas_ir::{EnumId, Field, Module, Type, TypeId, Value};
use serde_json::Value as Json;

use crate::schema::currency;

/// The canonical bytes of a value: numbers little-endian, texts with their length, currencies and variants by name.
pub fn encode_data(module: &Module, ty: TypeId, value: &Value) -> Vec<u8> {
    serde_json::to_vec(&json(module, ty, value)).expect("a tree of texts and lists has a JSON form")
}

/// The value of canonical bytes.
pub fn decode_data(module: &Module, ty: TypeId, bytes: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    json_value(module, ty, text)
}

/// A list, record or variant as the JSON text of a cell.
pub fn json_text(module: &Module, ty: TypeId, value: &Value) -> String {
    json(module, ty, value).to_string()
}

/// The value of such a text, which must be what `json_text` writes.
pub fn json_value(module: &Module, ty: TypeId, text: &str) -> Result<Value, String> {
    let tree: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let value = from_json(module, ty, &tree).ok_or("another value than its type has")?;
    if json_text(module, ty, &value) == text { Ok(value) } else { Err("its one canonical form".into()) }
}

fn json(module: &Module, ty: TypeId, value: &Value) -> Json {
    let code = |id: lwas_ir::CurrencyId| module.currencies[id].code.clone();
    match (module.types[ty], value) {
        (Type::Enum(id), Value::Int(variant)) => Json::from(variant_name(module, id, *variant)),
        (Type::Currency, Value::Int(id)) => {
            let at = usize::try_from(*id).unwrap_or(usize::MAX);
            Json::from(module.currencies.as_values_slice().get(at).map_or("", |c| c.code.as_str()))
        }
        (_, Value::Int(number)) => Json::from(*number),
        (Type::Decimal(digits) | Type::Amount(_, digits), Value::Wide(units)) => Json::from(format_decimal(*units, digits)),
        (_, Value::Text(text)) => Json::from(text.as_ref()),
        (_, Value::Money { units, currency }) => {
            Json::from(format!("{} {}", format_decimal(*units, module.currencies[*currency].digits), code(*currency)))
        }
        (_, Value::Number { units, digits }) => Json::from(format_decimal(*units, *digits)),
        (Type::Option(inner), Value::Some(value)) => json(module, inner, value),
        (Type::List(inner), Value::List(values)) => values.iter().map(|value| json(module, inner, value)).collect(),
        (Type::Record(id), Value::Record(values)) => fields(module, &module.records[id].fields, values),
        (Type::Enum(id), Value::Variant { variant, fields: values }) => {
            let known = &module.enums[id].variants[*variant as usize];
            Json::from(vec![Json::from(known.name.as_str()), fields(module, &known.fields, values)])
        }
        _ => Json::Null,
    }
}

fn variant_name(module: &Module, id: EnumId, variant: i64) -> &str {
    let at = usize::try_from(variant).unwrap_or(usize::MAX);
    module.enums[id].variants.get(at).map_or("", |variant| variant.name.as_str())
}

fn fields(module: &Module, fields: &[Field], values: &[Value]) -> Json {
    fields.iter().zip(values).map(|(field, value)| json(module, field.ty, value)).collect()
}

fn from_json(module: &Module, ty: TypeId, tree: &Json) -> Option<Value> {
    Some(match (module.types[ty], tree) {
        (Type::Bool | Type::Int | Type::Time | Type::Date | Type::Duration, tree) => Value::Int(tree.as_i64()?),
        (Type::Currency, Json::String(code)) => Value::currency(currency(module, code)?),
        (Type::Text, Json::String(text)) => Value::Text(Arc::from(text.as_str())),
        (Type::Decimal(digits) | Type::Amount(_, digits), Json::String(text)) => {
            let decimal = parse_decimal(text).ok()?;
            Value::Wide(widen(decimal.units, decimal.digits, digits).ok()?)
        }
        (Type::Number, Json::String(text)) => {
            let decimal = parse_decimal(text).ok()?;
            Value::Number { units: decimal.units, digits: decimal.digits }
        }
        (Type::Money, Json::String(text)) => {
            let (amount, code) = text.split_once(' ')?;
            let currency = currency(module, code)?;
            let decimal = parse_decimal(amount).ok()?;
            let units = widen(decimal.units, decimal.digits, module.currencies[currency].digits).ok()?;
            Value::Money { units, currency }
        }
        (Type::Option(_), Json::Null) => Value::None,
        (Type::Option(inner), tree) => Value::Some(Arc::new(from_json(module, inner, tree)?)),
        (Type::List(inner), Json::Array(trees)) => {
            Value::List(trees.iter().map(|tree| from_json(module, inner, tree)).collect::<Option<_>>()?)
        }
        (Type::Record(id), Json::Array(trees)) => Value::Record(from_fields(module, &module.records[id].fields, trees)?),
        (Type::Enum(id), Json::String(name)) => {
            let at = module.enums[id].variants.iter().position(|variant| variant.name == *name)?;
            Value::Int(i64::try_from(at).ok()?)
        }
        (Type::Enum(id), Json::Array(parts)) => {
            let [Json::String(name), Json::Array(trees)] = parts.as_slice() else { return None };
            let at = module.enums[id].variants.iter().position(|variant| variant.name == *name)?;
            let fields = from_fields(module, &module.enums[id].variants[at].fields, trees)?;
            Value::Variant { variant: u32::try_from(at).ok()?, fields }
        }
        _ => return None,
    })
}

fn from_fields(module: &Module, fields: &[Field], trees: &[Json]) -> Option<Arc<[Value]>> {
    if fields.len() != trees.len() {
        return None;
    }
    fields.iter().zip(trees).map(|(field, tree)| from_json(module, field.ty, tree)).collect()
}
