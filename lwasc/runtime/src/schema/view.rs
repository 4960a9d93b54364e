//! SQL of the readable views: decimals with their point, times as RFC 3339. Nothing of ours ever reads a view.
//!
//! Amounts are cut as text, so that no digit passes through a float. Times before year 0 or after 9999, which the
//! language does not have, would show as nothing.

use lwas_ir::Type;

use super::tables::CURRENCIES;

const ZEROES: &str = "000000000000000000000000000000000000";

/// The view's columns for the columns `names` of a field of this type.
pub fn expressions(ty: &Type, names: &[String]) -> Vec<String> {
    let [name, others @ ..] = names else { return Vec::new() };
    let column = quote(name);
    let shown = match (ty, others) {
        (Type::Bool, _) => format!("CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"),
        (Type::Decimal(digits), _) => decimal(&column, *digits),
        (Type::Amount(_, digits), _) => decimal(&column, *digits),
        (Type::Money, [currency]) => money(&column, &quote(currency)),
        (Type::Time, _) => time(&column),
        (Type::Date, _) => format!("date({column} * 86400, 'unixepoch')"),
        (Type::Duration, _) => format!("{} || 's'", decimal(&column, 6)),
        _ => column.clone(),
    };
    let first = if shown == column { shown } else { format!("{shown} AS {column}") };
    std::iter::once(first).chain(others.iter().map(|name| quote(name))).collect()
}

/// A name as an SQL identifier.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A whole number of units as a decimal; nothing stays nothing, as `||` keeps it.
pub fn decimal(column: &str, digits: u8) -> String {
    if digits == 0 {
        return column.to_owned();
    }
    cut(column, &digits.to_string())
}

/// The same with as many digits as the row's currency has.
fn money(column: &str, currency: &str) -> String {
    let digits = format!("(SELECT digits FROM {CURRENCIES} WHERE code = {currency})");
    let cut = cut(column, &digits);
    format!("CASE {digits} WHEN 0 THEN CAST({column} AS TEXT) ELSE {cut} END")
}

fn cut(column: &str, digits: &str) -> String {
    let text = format!("CAST({column} AS TEXT)");
    let bare = format!("ltrim({text}, '-')");
    format!(
        "CASE WHEN {text} LIKE '-%' THEN '-' ELSE '' END || \
         CASE WHEN length({bare}) > {digits} THEN substr({bare}, 1, length({bare}) - {digits}) ELSE '0' END || \
         '.' || substr('{ZEROES}' || {bare}, -{digits})"
    )
}

fn time(column: &str) -> String {
    let rest = format!("(({column} % 1000000) + 1000000) % 1000000");
    format!(
        "strftime('%Y-%m-%dT%H:%M:%S', ({column} - {rest}) / 1000000, 'unixepoch') || \
         CASE {rest} WHEN 0 THEN '' ELSE printf('.%06d', {rest}) END || 'Z'"
    )
}
