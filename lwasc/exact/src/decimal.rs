//! Amounts: an `i128` count of 10^-digits, the digits known from elsewhere.
//!
//! Here are the checked operations on such counts, widening to more digits, comparing across digits, and the
//! two ways between an amount and its text. What rounds is in [`crate::rounding`].

use std::cmp::Ordering;

use crate::error::{ExactError, ParseError};

/// The most digits after the point that an intermediate amount can have (a stored one has at most 18).
pub const MAX_DIGITS: u8 = 36;

/// The powers of ten that fit in an `i128`.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time, where a wrong index does not compile")]
const POWERS: [i128; 39] = {
    let mut powers = [1; 39];
    let mut n = 1;
    while n < powers.len() {
        powers[n] = powers[n - 1] * 10;
        n += 1;
    }
    powers
};

/// An amount with its number of digits after the point, as a text says it: `-12.340` is -12340 with 3 digits.
/// Equality is of the parts; [`cmp_decimal`] compares by value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The count of 10^-digits.
    pub units: i128,
    /// How many digits stand after the point, 0 to 36.
    pub digits: u8,
}

/// 10^n for n from 0 to 38. Panics above: the callers' digits come from types, which end at 36.
pub fn pow10(n: u8) -> i128 {
    checked_pow10(n).expect("digits end at 36, and 10^38 fits in 128 bits")
}

/// 10^n, or `None` where it is outside 128 bits.
pub(crate) fn checked_pow10(n: u8) -> Option<i128> {
    POWERS.get(usize::from(n)).copied()
}

/// The same value with more digits. Errors: `Overflow`, and `DigitLost` when `to` is below `from`, because
/// narrowing needs a rounding mode.
pub fn widen(units: i128, from: u8, to: u8) -> Result<i128, ExactError> {
    let more = to.checked_sub(from).ok_or(ExactError::DigitLost)?;
    if more == 0 || units == 0 {
        return Ok(units);
    }
    let power = checked_pow10(more).ok_or(ExactError::Overflow)?;
    units.checked_mul(power).ok_or(ExactError::Overflow)
}

/// The sum of two amounts of the same digits. Error: `Overflow`.
pub fn checked_add(a: i128, b: i128) -> Result<i128, ExactError> {
    a.checked_add(b).ok_or(ExactError::Overflow)
}

/// The difference of two amounts of the same digits. Error: `Overflow`.
pub fn checked_sub(a: i128, b: i128) -> Result<i128, ExactError> {
    a.checked_sub(b).ok_or(ExactError::Overflow)
}

/// The product of two amounts: its digits are the sum of theirs. Error: `Overflow`.
pub fn checked_mul(a: i128, b: i128) -> Result<i128, ExactError> {
    a.checked_mul(b).ok_or(ExactError::Overflow)
}

/// The amount with the other sign. Error: `Overflow` for `i128::MIN`.
pub fn checked_neg(a: i128) -> Result<i128, ExactError> {
    a.checked_neg().ok_or(ExactError::Overflow)
}

/// Compares two amounts by value, whatever their digits.
pub fn cmp_decimal(a: i128, a_digits: u8, b: i128, b_digits: u8) -> Ordering {
    match a_digits.cmp(&b_digits) {
        Ordering::Equal => a.cmp(&b),
        Ordering::Less => cmp_widened(a, b_digits - a_digits, b),
        Ordering::Greater => cmp_widened(b, a_digits - b_digits, a).reverse(),
    }
}

/// Compares `a * 10^more` with `b`. A product outside 128 bits is further from zero than any `b`, so that its
/// sign decides.
fn cmp_widened(a: i128, more: u8, b: i128) -> Ordering {
    match widen(a, 0, more) {
        Ok(widened) => widened.cmp(&b),
        Err(_) => a.cmp(&0),
    }
}

/// The text of an amount with all its digits: `format_decimal(-5, 2)` is `-0.05`.
pub fn format_decimal(units: i128, digits: u8) -> String {
    let digits = usize::from(digits);
    let sign = if units < 0 { "-" } else { "" };
    let magnitude = format!("{:0>width$}", units.unsigned_abs(), width = digits + 1);
    // There is at least one character more than digits, and all of them are ASCII.
    let (whole, fraction) = magnitude.split_at(magnitude.len() - digits);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Reads a plain decimal, or a JSON number with its exponent (RFC 8259, section 6), exactly. The result has
/// the digits that the text needs as written: `-12.340` has three, `1e2` none, `1.5E-3` four. Zeros in front
/// are allowed, a plus sign, a bare point and blanks are not. The work is one pass over the text, whatever the
/// exponent.
///
/// Errors: `Malformed`; `TooManyDigits` beyond [`MAX_DIGITS`] after the point; `OutOfRange` outside 128 bits.
pub fn parse_decimal(text: &str) -> Result<Decimal, ParseError> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return Err(ParseError::Malformed),
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    if whole.is_empty() {
        return Err(ParseError::Malformed);
    }
    let magnitude = parse_magnitude(whole, fraction)?;
    let written = i64::try_from(fraction.len()).map_err(|_| ParseError::TooManyDigits)?;
    let (digits, zeros) = match written.saturating_sub(exponent) {
        digits @ 0.. => (digits, 0),
        below => (0, below.saturating_neg()),
    };
    if digits > i64::from(MAX_DIGITS) {
        return Err(ParseError::TooManyDigits);
    }
    let digits = u8::try_from(digits).map_err(|_| ParseError::TooManyDigits)?;
    let magnitude = match magnitude {
        Some(0) => 0,
        Some(count) => append_zeros(count, zeros)?,
        None => return Err(ParseError::OutOfRange),
    };
    let units = if negative { 0i128.checked_sub_unsigned(magnitude) } else { i128::try_from(magnitude).ok() };
    let units = units.ok_or(ParseError::OutOfRange)?;
    Ok(Decimal { units, digits })
}

/// The digits of both parts read as one number; `None` where it is outside 128 bits.
fn parse_magnitude(whole: &str, fraction: &str) -> Result<Option<u128>, ParseError> {
    let mut magnitude = Some(0u128);
    for byte in whole.bytes().chain(fraction.bytes()) {
        let digit = digit_of(byte)?;
        magnitude = magnitude.and_then(|m| m.checked_mul(10)).and_then(|m| m.checked_add(u128::from(digit)));
    }
    Ok(magnitude)
}

/// The exponent after the `e`, saturated at the ends of 64 bits: no amount reaches that far.
fn parse_exponent(text: &str) -> Result<i64, ParseError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return Err(ParseError::Malformed);
    }
    let mut exponent = 0i64;
    for byte in digits.bytes() {
        let digit = i64::from(digit_of(byte)?);
        exponent = exponent.saturating_mul(10).saturating_add(digit);
    }
    Ok(if negative { -exponent } else { exponent })
}

/// `count * 10^zeros`, where `count` is not zero.
fn append_zeros(count: u128, zeros: i64) -> Result<u128, ParseError> {
    u8::try_from(zeros)
        .ok()
        .and_then(checked_pow10)
        .and_then(|power| count.checked_mul(power.unsigned_abs()))
        .ok_or(ParseError::OutOfRange)
}

/// The value of an ASCII digit.
pub(crate) fn digit_of(byte: u8) -> Result<u8, ParseError> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        _ => Err(ParseError::Malformed),
    }
}
