//! Rounding an amount to fewer digits.
//!
//! The modes carry the names of LwaS; IEEE 754-2019 (section 4.3) calls half even `roundTiesToEven`, half up
//! `roundTiesToAway`, down `roundTowardZero`, floor `roundTowardNegative` and ceil `roundTowardPositive`. Every
//! mode is symmetric round zero except floor and ceil. One decision, [`rounds_away`], serves small and big
//! numbers alike, so that a faster path can't round differently.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::Zero;

use crate::decimal::{checked_pow10, widen};
use crate::error::ExactError;

/// How a digit is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// To the nearest; a half to the even neighbour.
    HalfEven,
    /// To the nearest; a half away from zero.
    HalfUp,
    /// To the nearest; a half toward zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Toward zero.
    Down,
    /// Toward negative infinity.
    Floor,
    /// Toward positive infinity.
    Ceil,
    /// Not at all: a digit that would be lost is an error.
    Exact,
}

impl Mode {
    /// All the modes.
    pub const ALL: [Self; 8] =
        [Self::HalfEven, Self::HalfUp, Self::HalfDown, Self::Up, Self::Down, Self::Floor, Self::Ceil, Self::Exact];
}

/// The amount with `to` digits in place of `from`, rounded as `mode` says, or widened where `to` is more.
/// Errors: `Overflow` (only when widening), `DigitLost` (only for [`Mode::Exact`]).
pub fn round_units(units: i128, from: u8, to: u8, mode: Mode) -> Result<i128, ExactError> {
    let Some(fewer) = from.checked_sub(to).filter(|fewer| *fewer > 0) else {
        return widen(units, from, to);
    };
    if let (Ok(small), 0..=18) = (i64::try_from(units), fewer) {
        return round_small(small, fewer, mode);
    }
    let Some(divisor) = checked_pow10(fewer) else {
        // 10^39 is more than twice any amount: the quotient is a fraction below a half.
        return if units == 0 {
            Ok(0)
        } else {
            let away = rounds_away(mode, units < 0, false, Ordering::Less)?;
            Ok(if away { units.signum() } else { 0 })
        };
    };
    div_round(units, divisor, mode)
}

/// [`round_units`] in the processor's own words, for 10^1 to 10^18. The same decision, ten times faster.
fn round_small(units: i64, fewer: u8, mode: Mode) -> Result<i128, ExactError> {
    let divisor = 10i64.pow(u32::from(fewer));
    let quotient = units / divisor;
    let remainder = (units % divisor).unsigned_abs();
    if remainder == 0 {
        return Ok(i128::from(quotient));
    }
    let half = remainder.cmp(&(divisor.unsigned_abs() - remainder));
    let away = rounds_away(mode, units < 0, quotient & 1 == 1, half)?;
    Ok(i128::from(quotient + units.signum() * i64::from(away)))
}

/// `dividend / divisor` rounded to a whole number; the divisor is positive.
pub(crate) fn div_round(dividend: i128, divisor: i128, mode: Mode) -> Result<i128, ExactError> {
    debug_assert!(divisor > 0, "a divisor here is a power of ten or a denominator");
    let quotient = dividend / divisor;
    let remainder = (dividend % divisor).unsigned_abs();
    if remainder == 0 {
        return Ok(quotient);
    }
    // Comparing with what is missing to the divisor, for twice the remainder may not fit.
    let half = remainder.cmp(&(divisor.unsigned_abs() - remainder));
    let away = rounds_away(mode, dividend < 0, quotient & 1 == 1, half)?;
    // A remainder means that the divisor is at least 2, so the quotient has room for one more.
    Ok(quotient + dividend.signum() * i128::from(away))
}

/// [`div_round`] for numbers of any size, the dividend as sign and magnitude. Error: `Overflow` where the
/// result is outside 128 bits.
pub(crate) fn div_round_big(
    negative: bool,
    dividend: &BigUint,
    divisor: &BigUint,
    mode: Mode,
) -> Result<i128, ExactError> {
    let (mut quotient, remainder) = dividend.div_rem(divisor);
    if !remainder.is_zero() {
        let half = remainder.cmp(&(divisor - &remainder));
        if rounds_away(mode, negative, quotient.is_odd(), half)? {
            quotient += 1u8;
        }
    }
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    i128::try_from(BigInt::from_biguint(sign, quotient)).map_err(|_| ExactError::Overflow)
}

/// Whether a quotient that was cut off toward zero, and lost something, goes one step away from zero. `half`
/// compares what was lost with one half. Error: `DigitLost` for [`Mode::Exact`].
fn rounds_away(mode: Mode, negative: bool, odd: bool, half: Ordering) -> Result<bool, ExactError> {
    Ok(match mode {
        Mode::HalfEven => half == Ordering::Greater || (half == Ordering::Equal && odd),
        Mode::HalfUp => half != Ordering::Less,
        Mode::HalfDown => half == Ordering::Greater,
        Mode::Up => true,
        Mode::Down => false,
        Mode::Floor => negative,
        Mode::Ceil => !negative,
        Mode::Exact => return Err(ExactError::DigitLost),
    })
}
