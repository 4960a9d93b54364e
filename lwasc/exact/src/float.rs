//! The two ways between an exact amount and a Float (IEEE 754 binary64).
//!
//! A finite Float is a whole number times a power of two, so its exact value can be rounded to decimal digits
//! once; the other way the nearest Float is taken. Both give the same bits on every machine.

use num_bigint::BigUint;
use num_traits::Pow;

use crate::decimal::format_decimal;
use crate::error::ExactError;
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
