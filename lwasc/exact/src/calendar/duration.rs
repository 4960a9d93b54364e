//! Durations as text: numbers with units, `1h30m`.
//!
//! The units are `d h m s ms us`, each a fixed number of microseconds (a day is 24 hours). Several may follow
//! each other, the larger first and none twice; one minus in front covers all. Writing uses the largest units that
//! say the span exactly, so that each span has one canonical text.

use crate::decimal::digit_of;
use crate::error::ParseError;

/// The units from the largest, with their microseconds.
const UNITS: [(&str, i64); 6] =
    [("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1)];

/// Reads `5m`, `250ms`, `1h30m` or `-7d`. Errors: `Malformed`; `OutOfRange` outside 64 bits of microseconds.
pub fn parse_duration(text: &str) -> Result<i64, ParseError> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut units = UNITS.as_slice();
    let mut total = Some(0i128);
    loop {
        let (count, after) = leading_number(rest)?;
        let (unit, after) = leading_letters(after);
        let place = units.iter().position(|(name, _)| *name == unit);
        let (Some(place), false) = (place, unit.is_empty()) else {
            return Err(ParseError::Malformed);
        };
        let (here, smaller) = units.split_at(place + 1);
        let micros = here.last().map_or(0, |(_, micros)| i128::from(*micros));
        total = total.and_then(|total| total.checked_add(count?.checked_mul(micros)?));
        units = smaller;
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    let total = total.ok_or(ParseError::OutOfRange)?;
    let signed = if negative { -total } else { total };
    i64::try_from(signed).map_err(|_| ParseError::OutOfRange)
}

/// The number at the front (`None` where it is outside 64 bits) and what follows it.
fn leading_number(text: &str) -> Result<(Option<i128>, &str), ParseError> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Err(ParseError::Malformed);
    }
    let mut number = Some(0u64);
    for byte in digits.bytes() {
        let digit = u64::from(digit_of(byte)?);
        number = number.and_then(|n| n.checked_mul(10)?.checked_add(digit));
    }
    Ok((number.map(i128::from), rest))
}

/// The letters at the front and what follows them.
fn leading_letters(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len());
    text.split_at(end)
}

/// Writes a span with the largest units that say it exactly: `5m`, `1h30m`, `250ms`, `0s`.
pub fn format_duration(duration: i64) -> String {
    if duration == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    if duration < 0 {
        text.push('-');
    }
    let mut rest = duration.unsigned_abs();
    for (unit, micros) in UNITS {
        let micros = micros.unsigned_abs();
        if rest >= micros {
            text += &format!("{}{unit}", rest / micros);
            rest %= micros;
        }
    }
    text
}
