//! The oracle: rationals of any size, and rounding written from the definitions, without the code under test.
//!
//! The code under test divides, cuts off toward zero and decides from the remainder. The oracle enumerates the two
//! whole numbers around the exact value and picks one by comparing distances, all in `BigInt` ratios.

use lwas_exact::Mode;
use num_bigint::BigInt;
use num_integer::Integer;
use proptest::prelude::*;

/// An exact value: numerator and positive denominator, not reduced.
#[derive(Clone, Debug)]
pub struct Rational {
    pub num: BigInt,
    pub den: BigInt,
}

impl Rational {
    pub fn new(num: BigInt, den: BigInt) -> Self {
        assert!(den != BigInt::ZERO);
        if den < BigInt::ZERO { Self { num: -num, den: -den } } else { Self { num, den } }
    }

    pub fn of_units(units: i128, digits: u8) -> Self {
        Self::new(BigInt::from(units), ten_to(digits))
    }

    /// The whole number of 10^-digits that `mode` says; `None` where `Exact` refuses.
    pub fn round(&self, digits: u8, mode: Mode) -> Option<BigInt> {
        let scaled = &self.num * ten_to(digits);
        let below = scaled.div_floor(&self.den);
        if &below * &self.den == scaled {
            return Some(below);
        }
        let above: BigInt = &below + 1;
        let to_below = &scaled - &below * &self.den;
        let to_above = &above * &self.den - &scaled;
        let positive = self.num > BigInt::ZERO;
        let (toward_zero, away) =
            if positive { (below.clone(), above.clone()) } else { (above.clone(), below.clone()) };
        let even = if below.is_even() { below.clone() } else { above.clone() };
        let nearest = |at_half: BigInt| match to_below.cmp(&to_above) {
            std::cmp::Ordering::Less => below.clone(),
            std::cmp::Ordering::Greater => above.clone(),
            std::cmp::Ordering::Equal => at_half,
        };
        match mode {
            Mode::HalfEven => Some(nearest(even)),
            Mode::HalfUp => Some(nearest(away)),
            Mode::HalfDown => Some(nearest(toward_zero)),
            Mode::Up => Some(away),
            Mode::Down => Some(toward_zero),
            Mode::Floor => Some(below),
            Mode::Ceil => Some(above),
            Mode::Exact => None,
        }
    }
}

pub fn ten_to(n: u8) -> BigInt {
    BigInt::from(10).pow(u32::from(n))
}

/// The number in 128 bits, if it is there.
pub fn in_128(number: BigInt) -> Option<i128> {
    i128::try_from(number).ok()
}

/// Amounts with the corners well represented: small, near 64 bits, near 128 bits, near powers of ten and halves.
pub fn units() -> impl Strategy<Value = i128> {
    prop_oneof![
        3 => -10_000i128..10_000,
        2 => any::<i64>().prop_map(i128::from),
        2 => any::<i128>(),
        1 => (0i128..20).prop_map(|n| i128::MIN + n),
        1 => (0i128..20).prop_map(|n| i128::MAX - n),
        1 => (-20i128..20).prop_map(|n| i128::from(i64::MAX) + n),
        1 => (-20i128..20).prop_map(|n| i128::from(i64::MIN) + n),
        3 => (-99i128..99, 0u32..36, -2i128..3).prop_map(|(k, n, near)| 5 * k * 10i128.pow(n) + near),
    ]
}

pub fn mode() -> impl Strategy<Value = Mode> {
    prop::sample::select(Mode::ALL.to_vec())
}
