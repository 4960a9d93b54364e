//! Arguments of queries as people type them: texts and names bare, numbers bare, the rest as JSON.

use std::sync::Arc;

use lwas_exact::calendar;
use lwas_ir::{Module, Type, TypeId, Value};

use super::error::{DecodeError, DecodeKind};
use super::reader::Read;
use super::values::{json_value, unfit};

/// Reads an argument of a type: a Text as it stands, quotes too; `true`, `12.50`, `USD`, `Plus`, `2026-01-25`, `5m` without quotes;
/// Money as `12.50 USD`; what is not a Text in quotes or braces as JSON; `null` for none; lists, records and variants with fields as JSON.
///
/// # Errors
/// What is wrong, as for JSON.
pub fn parse_argument(module: &Module, ty: TypeId, text: &str) -> Result<Value, Box<DecodeError>> {
    argument(module, ty, text).map_err(|error| error.located(text.as_bytes()))
}

fn argument(module: &Module, ty: TypeId, text: &str) -> Read<Value> {
    let parsed = |parse: fn(&str) -> Result<i64, lwas_exact::ParseError>| {
        parse(text).map(Value::Int).map_err(|error| unfit(module, ty, 0, text, error))
    };
    let json = text.trim_start().starts_with(['{', '"']);
    match module.types[ty] {
        Type::Text => Ok(Value::Text(Arc::from(text))),
        Type::Option(_) if text == "null" => Ok(Value::None),
        Type::Option(inner) => argument(module, inner, text).map(|value| Value::Some(Arc::new(value))),
        _ if json => json_value(module, ty, text),
        Type::Time => parsed(calendar::parse_instant),
        Type::Date => parsed(calendar::parse_date),
        Type::Duration => parsed(calendar::parse_duration),
        Type::Int => parsed(super::values::parse_int),
        // In quotes they are what JSON has for them, and the same rules decide.
        Type::Currency | Type::Decimal(_) | Type::Amount(..) | Type::Number | Type::Float | Type::Enum(_) => {
            in_quotes(module, ty, text)
        }
        Type::Money => {
            let Some((amount, currency)) = text.split_once(' ') else {
                let message = "expected an amount and its currency, such as `12.50 USD`";
                return Err(DecodeError::new(DecodeKind::Value, 0, message));
            };
            json_value(module, ty, &serde_json::json!({ "amount": amount, "currency": currency }).to_string())
        }
        _ => json_value(module, ty, text),
    }
}

fn in_quotes(module: &Module, ty: TypeId, text: &str) -> Read<Value> {
    json_value(module, ty, &serde_json::Value::from(text).to_string())
}
