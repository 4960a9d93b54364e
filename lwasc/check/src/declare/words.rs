//! Names that the language itself has: no item may take them.

use crate::importing::ADVICE;

/// Types, those to come included.
const TYPES: &[&str] = &[
    "Bool", "Int", "Text", "Decimal", "Money", "Number", "Bag", "Currency", "Time", "Date", "Duration", "Float",
    "List", "Map",
];

/// Functions, those to come included. Aggregates are told apart by their `in`, so that `first` and `count` stay free.
const FUNCTIONS: &[&str] = &[
    "round",
    "round_half_even",
    "round_half_up",
    "round_half_down",
    "round_up",
    "round_down",
    "floor",
    "ceil",
    "exact",
    "div",
    "mod",
    "min",
    "max",
    "abs",
    "length",
    "range",
    "split",
    "split_first",
    "convert",
    "pow",
    "add_days",
    "add_months",
    "days_between",
    "days_in_month",
    "year",
    "month",
    "day",
    "weekday",
    "date",
    "sort",
    "zip",
    "sqrt",
    "ln",
    "log2",
    "exp",
    "float",
    "alerts",
    "resonance",
];

/// Modules of the standard library that are imported whole, for "import it".
const STD_MODULES: &[&str] = &["ledger", "time"];

/// All of them by their paths, for "did you mean".
pub(super) const STD_PATHS: &[&str] = &["std.alert", "std.belief", "std.currency", "std.ledger", "std.time"];

/// The path of a module of the standard library that is named without `std`.
pub(super) fn std_module(path: &str) -> Option<String> {
    (path == "currency" || STD_MODULES.contains(&path)).then(|| format!("std.{path}"))
}

/// Advice that imports a name which the standard library likely has: a module of it, or a currency by its ISO code.
pub(crate) fn import_of(name: &str) -> Option<String> {
    if STD_MODULES.contains(&name) {
        return Some(format!("{ADVICE}`use std.{name}`"));
    }
    let is_code = name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    is_code.then(|| format!("{ADVICE}`use std.currency.{name}`"))
}

/// The type of the language that does what one of other languages does.
pub(super) fn foreign_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "String" | "string" | "str" | "text" | "varchar" | "TEXT" | "VARCHAR" | "address" | "bytes" => "Text",
        "Integer" | "integer" | "int" | "i32" | "i64" | "u32" | "u64" | "long" | "uint" | "uint256" | "INT"
        | "INTEGER" | "bigint" | "usize" | "number" => "Int",
        "Boolean" | "boolean" | "bool" | "BOOLEAN" => "Bool",
        "decimal" | "numeric" | "DECIMAL" | "NUMERIC" | "float" | "double" | "Double" | "f32" | "f64" => "Decimal(2)",
        "DateTime" | "Datetime" | "datetime" | "Timestamp" | "timestamp" | "Instant" => "Time",
        _ => return None,
    })
}

/// What to write for a type of other languages that is made of another.
pub(super) fn foreign_generic(name: &str) -> Option<&'static str> {
    Some(match name {
        "Vec" | "Array" | "list" | "Set" | "HashSet" | "ReadonlyArray" | "Iterable" | "Sequence" => {
            "values in order are a `List<Int>`"
        }
        "Option" | "Optional" | "Maybe" | "Nullable" => "what may be missing has a `?` behind its type: `Int?`",
        "HashMap" | "Dict" | "dict" | "Record" | "BTreeMap" | "mapping" => {
            "rows that are found by a key are a `state`; values by a name are a `Map<Text, Int>`"
        }
        "Result" | "Either" | "Promise" | "Box" => "what can't be done rejects the event: there is no type for it",
        _ => return None,
    })
}

/// Whether the language has a type of this name.
pub(super) fn is_type(name: &str) -> bool {
    TYPES.contains(&name)
}

/// Whether the language has a function of this name.
pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}

/// Names of types, for "did you mean".
pub(super) fn types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().copied()
}

/// Whether a name begins as types, states, events and constants do.
pub(super) fn is_capitalised(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// `transfer_up_to` as `TransferUpTo`.
pub(super) fn upper_camel(name: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(capital).collect()
}

/// `TransferUpTo` as `transfer_up_to`, `MAX` as `max`.
pub(super) fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut last_small = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && last_small {
            out.push('_');
        }
        last_small = c.is_ascii_lowercase() || c.is_ascii_digit();
        out.push(c.to_ascii_lowercase());
    }
    out
}
