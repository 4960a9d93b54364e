//! Floats (IEEE 754 binary64): their arithmetic, their text, and the ways between them and exact numbers.
//!
//! A Float here is finite, and zero has no sign: what would be NaN, an infinity or -0.0 is refused or made +0.0, so that
//! equal Floats have equal bits. `+ - * /` and the square root are rounded correctly by IEEE 754 itself; `ln`, `log2` and
//! `exp` come from `libm`, which is plain Rust without the processor's own instructions, and give the same bits everywhere.
//!
//! A finite Float is a whole number times a power of two, so its exact value can be rounded to decimal digits
//! once; the other way the nearest Float is taken. Both give the same bits on every machine.

use num_bigint::BigUint;
use num_traits::Pow;

use crate::decimal::format_decimal;
use crate::error::ExactError;
use crate::fraction::Fraction;
use crate::rounding::{Mode, div_round_big};

/// The exact value of `value` rounded to `digits` digits. Errors: `NotFinite` for NaN and the infinities,
/// `Overflow` outside 128 bits, `DigitLost` for [`Mode::Exact`].
pub fn float_to_units(value: f64, digits: u8, mode: Mode) -> Result<i128, ExactError> {
    if !value.is_finite() {
        return Err(ExactError::NotFinite);
    }
    // The layout of binary64: a sign bit, 11 bits of exponent biased by 1023, 52 bits of fraction with a
    // leading one in front of them unless the exponent's bits are zero (a subnormal).
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52) & 0x7ff;
    let (mantissa, power) = match i32::try_from(biased).unwrap_or(0x7ff) {
        0 => (fraction, -1074),
        biased => (fraction | (1 << 52), biased - 1075),
    };
    let mut dividend = BigUint::from(mantissa) * BigUint::from(10u8).pow(u32::from(digits));
    let mut divisor = BigUint::from(1u8);
    if power < 0 {
        divisor <<= power.unsigned_abs();
    } else {
        dividend <<= power.unsigned_abs();
    }
    div_round_big(value.is_sign_negative(), &dividend, &divisor, mode)
}

/// The Float nearest to an amount, a tie to the even mantissa.
pub fn units_to_float(units: i128, digits: u8) -> f64 {
    // The standard library reads decimals correctly rounded, and no amount is beyond a Float's range.
    format_decimal(units, digits).parse().expect("an amount's text is a number")
}

/// A result as a Float: -0.0 becomes 0.0. Errors: `NotFinite` for NaN and the infinities.
pub fn finite(value: f64) -> Result<f64, ExactError> {
    // Of the two zeroes the sum with +0.0 is +0.0; every other value stays.
    if value.is_finite() { Ok(value + 0.0) } else { Err(ExactError::NotFinite) }
}

/// The square root, correctly rounded. Errors: `NotFinite` below zero.
pub fn sqrt(value: f64) -> Result<f64, ExactError> {
    finite(libm::sqrt(value))
}

/// The natural logarithm. Errors: `NotFinite` at zero and below.
pub fn ln(value: f64) -> Result<f64, ExactError> {
    finite(libm::log(value))
}

/// The logarithm to base 2. Errors: `NotFinite` at zero and below.
pub fn log2(value: f64) -> Result<f64, ExactError> {
    finite(libm::log2(value))
}

/// e to the power of a value. Errors: `NotFinite` where that is too large; what is too small is 0.
pub fn exp(value: f64) -> Result<f64, ExactError> {
    finite(libm::exp(value))
}

/// The Float nearest to a fraction, a tie to the even mantissa. Parts of 256 bits are always in range.
pub fn fraction_to_float(value: &Fraction) -> f64 {
    let (negative, dividend, divisor) = value.parts();
    if dividend.bits() == 0 {
        return 0.0;
    }
    // A quotient of at least 55 bits: the Float's 53, one to round by, and one that says whether anything follows.
    let wanted = 55 + i64::try_from(divisor.bits()).unwrap_or(0) - i64::try_from(dividend.bits()).unwrap_or(0);
    let shift = u32::try_from(wanted.max(0)).unwrap_or(0);
    let dividend = dividend << shift;
    let quotient = &dividend / &divisor;
    let rest = dividend - &quotient * &divisor;
    // What is left over only matters as "more than nothing": it becomes the lowest bit.
    let sticky = quotient * 2u8 + u8::from(rest.bits() > 0);
    let nearest = libm::ldexp(nearest_float(&sticky), -(i32::try_from(shift).unwrap_or(0) + 1));
    if negative { -nearest } else { nearest }
}

/// The Float nearest to a whole number that is not 0, a tie to the even mantissa.
fn nearest_float(value: &BigUint) -> f64 {
    let surplus = value.bits().saturating_sub(64);
    let top = value >> surplus;
    let dropped = &top << surplus != *value;
    // 64 bits are more than a Float has, so the conversion rounds once; a lost bit further down breaks a tie.
    let top = top.iter_u64_digits().next().unwrap_or(0) | u64::from(dropped);
    libm::ldexp(top as f64, i32::try_from(surplus).unwrap_or(0))
}

/// The shortest text that is read back as the same Float, in decimal notation from 0.00001 to below 10^16, else with an
/// exponent: `0.1`, `2.0`, `1e16`, `2.5e-7`. It is a number as JSON writes it.
pub fn format_float(value: f64) -> String {
    format!("{value:?}")
}

/// The Float nearest to a number in decimal notation, perhaps with an exponent, as JSON writes it; nothing else, and none
/// beyond the range of Floats.
pub fn parse_float(text: &str) -> Option<f64> {
    let known = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    let first = text.strip_prefix('-').unwrap_or(text).bytes().next()?;
    let last = text.bytes().last()?;
    let formed = first.is_ascii_digit() && last.is_ascii_digit() && text.bytes().all(known);
    finite(text.parse().ok().filter(|_| formed)?).ok()
}
