//! `pow`: a decimal to a whole power, rounded once, half to even.
//!
//! Small exponents are computed exactly, as numbers of any size. A large one can't be: a rate of 18 digits to
//! the power of a billion has eighteen billion of them. So the power is enclosed between two fixed-point
//! numbers, one rounded down and one up at each step, and when both round to the same result, that is it; else
//! once more with twice the bits (Ziv's strategy: A. Ziv, "Fast evaluation of elementary mathematical functions
//! with correctly rounded last bit", ACM TOMS 17, 1991).
//!
//! That ends, because a large power is never a result or the middle between two. Let x be p/q in lowest terms,
//! q a divisor of a power of ten. If q > 1, x^n has at least n digits after the point; if q = 1 and |p| > 1, it
//! is outside 128 bits for n > 127. For the inverse, 1/x^n, swap p and q: with p > 1 it has at least n digits
//! or no end, with p = 1 and q > 1 it is too large. 0, 1 and -1 are answered first.

use num_bigint::{BigInt, BigUint};
use num_traits::{One, Pow};

use crate::decimal::{MAX_DIGITS, checked_pow10};
use crate::error::ExactError;
use crate::rounding::{Mode, div_round_big};

/// Up to this exponent the power is computed exactly: at most some 16,000 bits. It must be above the digits of
/// a result plus one and above 127 (see the argument above).
const EXACT_EXPONENT: u64 = 128;

/// A power beyond 2^256, or below 2^-256, is beyond every result and, inverted, rounds to zero (or the other
/// way round).
const LIMIT_BITS: u64 = 256;

/// The fraction bits of the first enclosure. Near 2^-256 that leaves 256 significant bits; 63 go to the doubling
/// of the error by each squaring, 128 to the result.
const FIRST_BITS: u64 = 512;

/// The fraction bits of the last enclosure. No input is known that needs the third.
const LAST_BITS: u64 = 1 << 14;

/// `(units * 10^-digits)^n` with `result_digits` digits, rounded half to even. `0^0` is 1.
///
/// Errors: `DivisionByZero` for zero to a negative power, `Overflow` outside 128 bits, `TooManyDigits` where
/// either digits are above 36, `Undecided` where bounded work does not separate two results.
pub fn pow(units: i128, digits: u8, n: i64, result_digits: u8) -> Result<i128, ExactError> {
    let (Some(unit), Some(result_unit)) = (checked_pow10(digits), checked_pow10(result_digits)) else {
        return Err(ExactError::TooManyDigits);
    };
    if digits.max(result_digits) > MAX_DIGITS {
        return Err(ExactError::TooManyDigits);
    }
    let negative = units < 0 && n % 2 != 0;
    let (num, den) = (units.unsigned_abs(), unit.unsigned_abs());
    if n == 0 || num == den {
        return Ok(if negative { -result_unit } else { result_unit });
    }
    if num == 0 {
        return if n < 0 { Err(ExactError::DivisionByZero) } else { Ok(0) };
    }
    let scale = BigUint::from(result_unit.unsigned_abs());
    let exponent = n.unsigned_abs();
    if exponent <= EXACT_EXPONENT {
        let num = BigUint::from(num).pow(exponent);
        let den = BigUint::from(den).pow(exponent);
        let (num, den) = if n < 0 { (den, num) } else { (num, den) };
        return div_round_big(negative, &(num * scale), &den, Mode::HalfEven);
    }
    enclosed(num, den, exponent, n < 0, &scale).and_then(|magnitude| with_sign(negative, magnitude))
}

/// The magnitude of the rounded result for a large exponent, by enclosures of more and more bits.
fn enclosed(num: u128, den: u128, exponent: u64, inverted: bool, scale: &BigUint) -> Result<u128, ExactError> {
    let mut bits = FIRST_BITS;
    while bits <= LAST_BITS {
        match Enclosure::of(num, den, bits).raise(exponent) {
            Raised::Beyond { large } if large == inverted => return Ok(0),
            Raised::Beyond { .. } => return Err(ExactError::Overflow),
            Raised::Within(power) => {
                let (low, high) = power.round(scale, inverted);
                if low == high {
                    return low;
                }
            }
        }
        bits *= 2;
    }
    Err(ExactError::Undecided)
}

/// The magnitude with its sign, in 128 bits.
fn with_sign(negative: bool, magnitude: u128) -> Result<i128, ExactError> {
    let magnitude = BigInt::from(magnitude);
    let signed = if negative { -magnitude } else { magnitude };
    i128::try_from(signed).map_err(|_| ExactError::Overflow)
}

/// A positive number between `low` and `high`, both counts of 2^-bits.
#[derive(Clone)]
struct Enclosure {
    low: BigUint,
    high: BigUint,
    bits: u64,
}

/// What raising an enclosure gave.
enum Raised {
    Within(Enclosure),
    /// A step went beyond 2^256 (`large`) or below 2^-256. Every power of a number goes the same way from 1, so
    /// the whole power is further still.
    Beyond {
        large: bool,
    },
}

impl Enclosure {
    /// `num / den`.
    fn of(num: u128, den: u128, bits: u64) -> Self {
        let low = (BigUint::from(num) << bits) / den;
        let high = &low + 1u8;
        Self { low, high, bits }
    }

    /// The power, by squaring.
    fn raise(self, exponent: u64) -> Raised {
        let mut result: Option<Self> = None;
        let mut square = self;
        let mut rest = exponent;
        loop {
            if rest & 1 == 1 {
                let product = match result {
                    Some(result) => result.times(&square),
                    None => square.clone(),
                };
                if let Some(large) = product.beyond() {
                    return Raised::Beyond { large };
                }
                result = Some(product);
            }
            rest >>= 1;
            if rest == 0 {
                let power = result.expect("an exponent above zero has a highest bit");
                return Raised::Within(power);
            }
            square = square.times(&square);
            if let Some(large) = square.beyond() {
                return Raised::Beyond { large };
            }
        }
    }

    /// The product, its ends rounded outward.
    fn times(&self, other: &Self) -> Self {
        Self {
            low: (&self.low * &other.low) >> self.bits,
            high: ((&self.high * &other.high) >> self.bits) + 1u8,
            bits: self.bits,
        }
    }

    /// Whether the number is surely above 2^256 (`true`) or surely below 2^-256 (`false`).
    fn beyond(&self) -> Option<bool> {
        if self.low.bits() > self.bits + LIMIT_BITS {
            Some(true)
        } else if self.high.bits() <= self.bits - LIMIT_BITS {
            Some(false)
        } else {
            None
        }
    }

    /// Both ends, or their inverses, times `scale` and rounded to whole numbers.
    fn round(&self, scale: &BigUint, inverted: bool) -> (Result<u128, ExactError>, Result<u128, ExactError>) {
        let one = BigUint::one() << self.bits;
        let rounded = |end: &BigUint| {
            let (num, den) = if inverted { (&one, end) } else { (end, &one) };
            round_magnitude(&(num * scale), den)
        };
        (rounded(&self.low), rounded(&self.high))
    }
}

/// `num / den` rounded half to even; beyond 128 bits, `Overflow`.
fn round_magnitude(num: &BigUint, den: &BigUint) -> Result<u128, ExactError> {
    let doubled = num * 2u8 + den;
    let quotient = &doubled / (den * 2u8);
    // Only an end of an enclosure can be a tie, the power itself can't: which way it goes decides nothing.
    u128::try_from(quotient).map_err(|_| ExactError::Overflow)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What the whole argument rests on, with so few bits that an end rounded the wrong way shows.
        #[test]
        fn an_enclosure_holds_the_power(
            num in 900_000u128..1_100_000,
            den in 900_000u128..1_100_000,
            exponent in 1u64..400,
        ) {
            let bits = LIMIT_BITS + 8;
            let Raised::Within(power) = Enclosure::of(num, den, bits).raise(exponent) else {
                return Err(TestCaseError::fail("1.3^400 is below 2^256"));
            };
            let exact = BigUint::from(num).pow(exponent) << bits;
            let unit = BigUint::from(den).pow(exponent);
            prop_assert!(power.low * &unit <= exact);
            prop_assert!(power.high * &unit >= exact);
        }

        /// Each end starts one unit off at most, every step adds one, and squaring doubles: after 63 squarings
        /// the ends differ by less than 2^68 units of the last place.
        #[test]
        fn more_bits_enclose_more_closely(num in 1u128..1_000_000, exponent in 1u64..=u64::MAX >> 1) {
            // 1 + num * 10^-24: from just above 1 to far beyond the limit.
            let den = 10u128.pow(24);
            for bits in [FIRST_BITS, 2 * FIRST_BITS] {
                if let Raised::Within(power) = Enclosure::of(den + num, den, bits).raise(exponent) {
                    let width = (power.high - &power.low).bits();
                    prop_assert!(width + bits < power.low.bits() + 68);
                }
            }
        }
    }
}
