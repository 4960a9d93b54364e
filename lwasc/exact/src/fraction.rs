//! Exact fractions: what `/` gives, until rounding makes it an amount again.
//!
//! A fraction is in lowest terms, its sign in the numerator, and neither part reaches 2^256: an operation whose
//! result would is an `Overflow`. Parts that fit in an `i128` are kept as such and computed with in place;
//! numbers of any size serve only where a part or a product does not fit. The form is canonical (small whenever
//! it can be), so that equality of the form is equality of the value and the path taken can't be seen.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Pow};

use crate::decimal::checked_pow10;
use crate::error::ExactError;
use crate::rounding::{Mode, div_round, div_round_big};

/// Either part of a fraction stays below 2^256.
const PART_BITS: u64 = 256;

/// How many bytes either part takes in program memory.
const PART_BYTES: usize = 32;

/// An exact fraction in lowest terms.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fraction(Parts);

/// Numerator and denominator, without a common divisor, the denominator positive.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Parts {
    /// Both fit in an `i128`.
    Small(i128, i128),
    /// One of them doesn't.
    Big(BigInt, BigUint),
}

impl Fraction {
    /// How many bytes [`Fraction::to_bytes`] gives.
    pub const BYTES: usize = 8 + 2 * PART_BYTES;

    /// Zero.
    pub const ZERO: Self = Self(Parts::Small(0, 1));

    /// `num / den`. Error: `DivisionByZero`.
    pub fn new(num: i128, den: i128) -> Result<Self, ExactError> {
        if den == 0 {
            return Err(ExactError::DivisionByZero);
        }
        let divisor = gcd(num.unsigned_abs(), den.unsigned_abs());
        let negative = (num < 0) != (den < 0);
        let (num, den) = (num.unsigned_abs(), den.unsigned_abs());
        Ok(Self::from_magnitudes(negative, num / divisor, den / divisor))
    }

    /// The value of an amount. Error: `TooManyDigits` where 10^digits is outside 128 bits.
    pub fn from_units(units: i128, digits: u8) -> Result<Self, ExactError> {
        let den = checked_pow10(digits).ok_or(ExactError::TooManyDigits)?;
        Self::new(units, den)
    }

    /// The sum. Error: `Overflow`, as with all the operations here.
    pub fn add(&self, other: &Self) -> Result<Self, ExactError> {
        if let (Parts::Small(a, b), Parts::Small(c, d)) = (&self.0, &other.0)
            && let Some(sum) = add_small(*a, *b, *c, *d)
        {
            return sum;
        }
        let ((a, b), (c, d)) = (self.big(), other.big());
        let num = a * BigInt::from(d.clone()) + c * BigInt::from(b.clone());
        Self::reduce_big(num, b * d)
    }

    /// The difference.
    pub fn sub(&self, other: &Self) -> Result<Self, ExactError> {
        self.add(&other.neg())
    }

    /// The product.
    pub fn mul(&self, other: &Self) -> Result<Self, ExactError> {
        if let (Parts::Small(a, b), Parts::Small(c, d)) = (&self.0, &other.0)
            && let (Some(num), Some(den)) = (a.checked_mul(*c), b.checked_mul(*d))
        {
            return Self::new(num, den);
        }
        let ((a, b), (c, d)) = (self.big(), other.big());
        Self::reduce_big(a * c, b * d)
    }

    /// The quotient. Errors: `DivisionByZero`, `Overflow`.
    pub fn div(&self, other: &Self) -> Result<Self, ExactError> {
        if other.is_zero() {
            return Err(ExactError::DivisionByZero);
        }
        if let (Parts::Small(a, b), Parts::Small(c, d)) = (&self.0, &other.0)
            && let (Some(num), Some(den)) = (a.checked_mul(*d), b.checked_mul(*c))
        {
            return Self::new(num, den);
        }
        let ((a, b), (c, d)) = (self.big(), other.big());
        let num = a * BigInt::from_biguint(c.sign(), d);
        Self::reduce_big(num, b * c.into_parts().1)
    }

    /// The fraction with the other sign. It always has room: the parts are signed magnitudes.
    #[must_use]
    pub fn neg(&self) -> Self {
        match &self.0 {
            Parts::Small(num, den) if *num != i128::MIN => Self(Parts::Small(-num, *den)),
            _ => {
                let (num, den) = self.big();
                Self::from_lowest(-num, den)
            }
        }
    }

    /// Whether the value is zero.
    pub fn is_zero(&self) -> bool {
        matches!(&self.0, Parts::Small(0, _))
    }

    /// -1, 0 or 1, as the value is below, at or above zero.
    pub fn signum(&self) -> i8 {
        let order = match &self.0 {
            Parts::Small(num, _) => num.cmp(&0),
            Parts::Big(num, _) => num.cmp(&BigInt::ZERO),
        };
        order as i8
    }

    /// The value rounded to `digits` digits, once. Errors: `Overflow` outside 128 bits, `DigitLost` for
    /// [`Mode::Exact`].
    pub fn round(&self, digits: u8, mode: Mode) -> Result<i128, ExactError> {
        if let Parts::Small(num, den) = &self.0
            && let Some(power) = checked_pow10(digits)
            && let Some(dividend) = num.checked_mul(power)
        {
            return div_round(dividend, *den, mode);
        }
        let (num, den) = self.big();
        let (sign, magnitude) = num.into_parts();
        let dividend = magnitude * BigUint::from(10u8).pow(u32::from(digits));
        div_round_big(sign == Sign::Minus, &dividend, &den, mode)
    }

    /// Whether it is negative, the magnitude of its numerator, and its denominator.
    pub(crate) fn parts(&self) -> (bool, BigUint, BigUint) {
        let (num, den) = self.big();
        let (sign, magnitude) = num.into_parts();
        (sign == Sign::Minus, magnitude, den)
    }

    /// The form in program memory: the sign in 8 bytes (0, or 1 for a negative value), then the magnitude of the
    /// numerator and the denominator in 32 bytes each, all little-endian.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (sign, parts) = bytes.split_at_mut(8);
        let (numerator, denominator) = parts.split_at_mut(PART_BYTES);
        sign.copy_from_slice(&u64::from(self.signum() < 0).to_le_bytes());
        match &self.0 {
            Parts::Small(num, den) => {
                put_le(numerator, num.unsigned_abs().to_le_bytes());
                put_le(denominator, den.to_le_bytes());
            }
            Parts::Big(num, den) => {
                put_le(numerator, num.magnitude().to_bytes_le());
                put_le(denominator, den.to_bytes_le());
            }
        }
        bytes
    }

    /// Reads what [`Fraction::to_bytes`] gave. Error: `BadBytes` for a sign other than 0 and 1, a negative zero
    /// or a denominator of zero. Parts that are not in lowest terms are reduced.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self, ExactError> {
        let (sign, parts) = bytes.split_at(8);
        let (numerator, denominator) = parts.split_at(PART_BYTES);
        let negative = match sign {
            [0, 0, 0, 0, 0, 0, 0, 0] => false,
            [1, 0, 0, 0, 0, 0, 0, 0] => true,
            _ => return Err(ExactError::BadBytes),
        };
        let zero = |part: &[u8]| part.iter().all(|byte| *byte == 0);
        if zero(denominator) || (negative && zero(numerator)) {
            return Err(ExactError::BadBytes);
        }
        if let (Some(num), Some(den)) = (small_le(numerator), small_le(denominator)) {
            let divisor = gcd(num, den);
            return Ok(Self::from_magnitudes(negative, num / divisor, den / divisor));
        }
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        let num = BigInt::from_bytes_le(sign, numerator);
        Self::reduce_big(num, BigUint::from_bytes_le(denominator))
    }

    /// The parts as numbers of any size.
    fn big(&self) -> (BigInt, BigUint) {
        match &self.0 {
            Parts::Small(num, den) => (BigInt::from(*num), BigUint::from(den.unsigned_abs())),
            Parts::Big(num, den) => (num.clone(), den.clone()),
        }
    }

    /// From magnitudes in lowest terms.
    fn from_magnitudes(negative: bool, num: u128, den: u128) -> Self {
        let signed = if negative { 0i128.checked_sub_unsigned(num) } else { i128::try_from(num).ok() };
        if let (Some(num), Ok(den)) = (signed, i128::try_from(den)) {
            return Self(Parts::Small(num, den));
        }
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        Self(Parts::Big(BigInt::from_biguint(sign, num.into()), den.into()))
    }

    /// Takes out the common divisor. Error: `Overflow` where a part then has more than 256 bits.
    fn reduce_big(num: BigInt, den: BigUint) -> Result<Self, ExactError> {
        let divisor = num.magnitude().gcd(&den);
        let (num, den) =
            if divisor.is_one() { (num, den) } else { (num / BigInt::from(divisor.clone()), den / divisor) };
        if num.bits() > PART_BITS || den.bits() > PART_BITS {
            return Err(ExactError::Overflow);
        }
        Ok(Self::from_lowest(num, den))
    }

    /// The canonical form of parts in lowest terms.
    fn from_lowest(num: BigInt, den: BigUint) -> Self {
        match (i128::try_from(&num), i128::try_from(&den)) {
            (Ok(num), Ok(den)) => Self(Parts::Small(num, den)),
            _ => Self(Parts::Big(num, den)),
        }
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Parts::Small(a, b), Parts::Small(c, d)) = (&self.0, &other.0)
            && let (Some(left), Some(right)) = (a.checked_mul(*d), c.checked_mul(*b))
        {
            return left.cmp(&right);
        }
        let ((a, b), (c, d)) = (self.big(), other.big());
        (a * BigInt::from(d)).cmp(&(c * BigInt::from(b)))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `22/7`, or `3` where the value is whole.
impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Parts::Small(num, 1) => write!(f, "{num}"),
            Parts::Small(num, den) => write!(f, "{num}/{den}"),
            Parts::Big(num, den) if den.is_one() => write!(f, "{num}"),
            Parts::Big(num, den) => write!(f, "{num}/{den}"),
        }
    }
}

/// `a/b + c/d` where everything on the way fits; `None` where it doesn't.
fn add_small(a: i128, b: i128, c: i128, d: i128) -> Option<Result<Fraction, ExactError>> {
    if b == d {
        return Some(Fraction::new(a.checked_add(c)?, b));
    }
    let num = a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?;
    Some(Fraction::new(num, b.checked_mul(d)?))
}

/// The greatest common divisor of two magnitudes, not both zero, in 64 bits where they fit.
fn gcd(a: u128, b: u128) -> u128 {
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => u128::from(a.gcd(&b)),
        _ => a.gcd(&b),
    }
}

/// Writes a magnitude of at most 256 bits, its bytes little-endian, into 32 zeroed bytes.
fn put_le(bytes: &mut [u8], magnitude: impl IntoIterator<Item = u8>) {
    for (byte, digit) in bytes.iter_mut().zip(magnitude) {
        *byte = digit;
    }
}

/// The number in 32 little-endian bytes, if 16 of them are enough.
fn small_le(bytes: &[u8]) -> Option<u128> {
    let (low, high) = bytes.split_first_chunk()?;
    high.iter().all(|byte| *byte == 0).then(|| u128::from_le_bytes(*low))
}
