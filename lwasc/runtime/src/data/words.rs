//! Words for messages: types as a program writes them, what stands in the JSON instead, and clipped quotations.

use jiter::Peek;
use lwas_ir::{Module, Type, TypeId};

/// A type as a program writes it.
pub(super) fn type_name(module: &Module, ty: TypeId) -> String {
    match module.types[ty] {
        Type::Decimal(digits) => format!("Decimal({digits})"),
        Type::Amount(currency, digits) => {
            let known = &module.currencies[currency];
            if known.digits == digits { known.code.clone() } else { format!("{}({digits})", known.code) }
        }
        Type::Option(inner) => format!("{}?", type_name(module, inner)),
        Type::List(inner) => format!("List<{}>", type_name(module, inner)),
        Type::Map(inner) => format!("Map<Text, {}>", type_name(module, inner)),
        Type::Enum(id) => module.enums[id].name.clone(),
        Type::Record(id) => module.records[id].name.clone(),
        Type::Row(id) => module.states[id].name.clone(),
        plain => format!("{plain:?}"),
    }
}

/// How a value of a type stands in JSON, with an example.
pub(super) fn form(module: &Module, ty: TypeId) -> String {
    match module.types[ty] {
        Type::Bool => "`true` or `false`".to_owned(),
        Type::Int => "a whole number".to_owned(),
        Type::Text => "a text".to_owned(),
        Type::Float => "a number within the range of Floats".to_owned(),
        Type::Decimal(_) | Type::Number => "a number".to_owned(),
        Type::Amount(currency, _) => format!("an amount of {} as a number", module.currencies[currency].code),
        Type::Money => "Money such as `{\"amount\":9.99,\"currency\":\"USD\"}`".to_owned(),
        Type::Currency => "a currency such as `\"USD\"`".to_owned(),
        Type::Time => "a time such as `\"2026-01-25T02:52:48Z\"`".to_owned(),
        Type::Date => "a date such as `\"2026-01-25\"`".to_owned(),
        Type::Duration => "a duration such as `\"5m\"`".to_owned(),
        Type::Option(inner) => form(module, inner),
        Type::List(_) | Type::Bag => "a list".to_owned(),
        Type::Map(_) => "an object".to_owned(),
        Type::Enum(id) => format!("a variant of `{}`", module.enums[id].name),
        Type::Record(_) | Type::Row(_) => format!("an object with the fields of `{}`", type_name(module, ty)),
        Type::Fraction => "no fraction, as these cannot be given".to_owned(),
    }
}

/// What a JSON value is by its first character.
pub(super) fn found(peek: Peek) -> &'static str {
    match peek {
        Peek::Null => "`null`",
        Peek::True => "`true`",
        Peek::False => "`false`",
        Peek::String => "a text",
        Peek::Array => "a list",
        Peek::Object => "an object",
        _ => "a number",
    }
}

/// A text from outside in back quotes, without what could play tricks on a terminal, and not too much of it.
pub(super) fn quote(text: &str) -> String {
    const MOST: usize = 60;
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let short: String = text.chars().take(MOST).map(clean).collect();
    let more = if text.chars().nth(MOST).is_some() { "…" } else { "" };
    format!("`{short}{more}`")
}
