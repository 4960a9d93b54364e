//! Dates and instants as text: the `full-date` and `date-time` of RFC 3339.
//!
//! In source an instant has few spellings: four digits of year, two of everything else, up to six of fraction, a capital `T`,
//! no offset but `Z`. From outside comes every `date-time` that names an instant exactly, whatever its offset. Nowhere is there a leap
//! second or 24:00. Writing takes `Z` and the shortest of no, three or six digits of fraction that says the instant exactly.

use jiff::civil;

use super::{MICROS_PER_DAY, check_time, civil_date, date_number, date_of};
use crate::decimal::digit_of;
use crate::error::{ExactError, ParseError};

/// Reads `2026-01-25`. Errors: `Malformed`; `OutOfRange` for a day that is not in the calendar.
pub fn parse_date(text: &str) -> Result<i64, ParseError> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else {
        return Err(ParseError::Malformed);
    };
    let year = number(&[y1, y2, y3, y4])?;
    let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
    let out_of_range = |_| ParseError::OutOfRange;
    let year = i16::try_from(year).map_err(out_of_range)?;
    let month = i8::try_from(month).map_err(out_of_range)?;
    let day = i8::try_from(day).map_err(out_of_range)?;
    let date = civil::Date::new(year, month, day).map_err(|_| ParseError::OutOfRange)?;
    date_number(date).map_err(|_| ParseError::OutOfRange)
}

/// How many bytes of a time of day are microseconds and what stands before them: `02:52:48.340000`.
const CLOCK: usize = 15;

/// Reads `2026-01-25T02:52:48.340Z`, as it stands in source. Errors: `Malformed`; `TooManyDigits` beyond six of fraction;
/// `OutOfRange` for a day that is not in the calendar or a time of day beyond 23:59:59.
pub fn parse_time(text: &str) -> Result<i64, ParseError> {
    let (date, clock) = text.strip_suffix('Z').and_then(|rest| rest.split_once('T')).ok_or(ParseError::Malformed)?;
    parse_clock(date, clock)
}

/// Reads any `date-time` of RFC 3339, as others send it: `2026-01-25T03:52:48.340+01:00` is `2026-01-25T02:52:48.340Z`, and zeros
/// may follow the microseconds. Errors: as of [`parse_time`]; `OutOfRange` also for an offset beyond 23:59 and an instant outside the
/// years 0001 to 9999.
pub fn parse_instant(text: &str) -> Result<i64, ParseError> {
    let (local, offset) = split_offset(text)?;
    let (date, clock) = local.split_once(['T', 't']).ok_or(ParseError::Malformed)?;
    let local = parse_clock(date, without_zeros(clock))?;
    check_time(local - offset).map_err(|_| ParseError::OutOfRange)
}

/// What stands before the offset from UTC, and the offset in microseconds.
fn split_offset(text: &str) -> Result<(&str, i64), ParseError> {
    if let Some(local) = text.strip_suffix(['Z', 'z']) {
        return Ok((local, 0));
    }
    let split = text.len().checked_sub("+00:00".len()).and_then(|at| text.split_at_checked(at));
    let (local, offset) = split.ok_or(ParseError::Malformed)?;
    let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] = *offset.as_bytes() else {
        return Err(ParseError::Malformed);
    };
    let (hours, minutes) = (number(&[h1, h2])?, number(&[m1, m2])?);
    if hours > 23 || minutes > 59 {
        return Err(ParseError::OutOfRange);
    }
    let east = (hours * 60 + minutes) * 60 * 1_000_000;
    Ok((local, if sign == b'-' { -east } else { east }))
}

/// A time of day without the zeros that follow its microseconds.
fn without_zeros(clock: &str) -> &str {
    match clock.split_at_checked(CLOCK) {
        Some((micros, more)) if more.bytes().all(|byte| byte == b'0') => micros,
        _ => clock,
    }
}

/// The instant of a day and a time of day in UTC.
fn parse_clock(date: &str, clock: &str) -> Result<i64, ParseError> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, ref fraction @ ..] = *clock.as_bytes() else {
        return Err(ParseError::Malformed);
    };
    let (hour, minute) = (number(&[h1, h2])?, number(&[m1, m2])?);
    let second = number(&[s1, s2])?;
    let micros = parse_fraction(fraction)?;
    let date = parse_date(date)?;
    if hour > 23 || minute > 59 || second > 59 {
        return Err(ParseError::OutOfRange);
    }
    let seconds = (hour * 60 + minute) * 60 + second;
    Ok(date * MICROS_PER_DAY + seconds * 1_000_000 + micros)
}

/// The microseconds of nothing, or of a point and one to six digits.
fn parse_fraction(text: &[u8]) -> Result<i64, ParseError> {
    let digits = match text {
        [] => return Ok(0),
        [b'.', digits @ ..] if !digits.is_empty() => digits,
        _ => return Err(ParseError::Malformed),
    };
    // The form is judged before the length, so that rubbish is not called too precise.
    for byte in digits {
        digit_of(*byte)?;
    }
    if digits.len() > 6 {
        return Err(ParseError::TooManyDigits);
    }
    let padded = digits.iter().chain(std::iter::repeat(&b'0')).take(6);
    padded.copied().try_fold(0, append)
}

/// The value of a few ASCII digits.
fn number(digits: &[u8]) -> Result<i64, ParseError> {
    digits.iter().copied().try_fold(0, append)
}

fn append(value: i64, byte: u8) -> Result<i64, ParseError> {
    Ok(value * 10 + i64::from(digit_of(byte)?))
}

/// Writes `2026-01-25`. Error: `OutOfRange`.
pub fn format_date(date: i64) -> Result<String, ExactError> {
    let date = civil_date(date)?;
    let (year, month, day) = (date.year(), date.month(), date.day());
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

/// Writes `2026-01-25T02:52:48.340Z`. Error: `OutOfRange`.
pub fn format_time(time: i64) -> Result<String, ExactError> {
    let date = format_date(date_of(time)?)?;
    let of_day = check_time(time)?.rem_euclid(MICROS_PER_DAY);
    let (seconds, micros) = (of_day / 1_000_000, of_day % 1_000_000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = match (micros, micros % 1000) {
        (0, _) => String::new(),
        (_, 0) => format!(".{:03}", micros / 1000),
        _ => format!(".{micros:06}"),
    };
    Ok(format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}Z"))
}
