//! Fractions against plain rationals, with both sides of every boundary: 128 bits (where the form changes) and
//! 256 bits (where it ends).

use lwas_exact::{ExactError, Fraction, Mode};
use num_bigint::BigInt;
use num_integer::Integer;
use proptest::prelude::*;

use crate::oracle::{Rational, in_128, mode, units};

fn fraction(num: i128, den: i128) -> Fraction {
    Fraction::new(num, den).unwrap()
}

/// 2^bits, as a fraction.
fn two_to(bits: u32) -> Fraction {
    (0..bits).fold(fraction(1, 1), |power, _| power.mul(&fraction(2, 1)).unwrap())
}

#[test]
fn lowest_terms_and_text() {
    assert_eq!(fraction(44, 14).to_string(), "22/7");
    assert_eq!(fraction(44, -14).to_string(), "-22/7");
    assert_eq!(fraction(-6, -3).to_string(), "2");
    assert_eq!(fraction(0, -5), Fraction::ZERO);
    assert_eq!(Fraction::new(1, 0), Err(ExactError::DivisionByZero));
    assert_eq!(fraction(1, 3).div(&Fraction::ZERO), Err(ExactError::DivisionByZero));
    assert_eq!(Fraction::from_units(-1250, 3), Ok(fraction(-5, 4)));
    assert_eq!(Fraction::from_units(1, 39), Err(ExactError::TooManyDigits));
    assert_eq!(fraction(i128::MIN, i128::MIN).to_string(), "1");
    assert_eq!(fraction(1, i128::MIN).to_string(), format!("-1/{}", 1u128 << 127));
}

#[test]
fn rounded_once() {
    // 3/7 of 100.00; 19.9% of 250.00 for 30 days, by 365 and by 360; 15 of 31 days of 30.00.
    let third = Fraction::from_units(10_000, 2).unwrap().mul(&fraction(3, 7)).unwrap();
    assert_eq!(third.round(2, Mode::HalfEven), Ok(4286));
    let interest = Fraction::from_units(-25_000 * 199 * 30, 5).unwrap();
    assert_eq!(interest.div(&fraction(365, 1)).unwrap().round(2, Mode::HalfEven), Ok(-409));
    assert_eq!(interest.div(&fraction(360, 1)).unwrap().round(2, Mode::HalfEven), Ok(-415));
    assert_eq!(fraction(30 * 15, 31).round(2, Mode::HalfEven), Ok(1452));
    assert_eq!(fraction(1, 3).round(2, Mode::Exact), Err(ExactError::DigitLost));
    assert_eq!(fraction(1, 4).round(2, Mode::Exact), Ok(25));
    assert_eq!(two_to(127).round(0, Mode::HalfEven), Err(ExactError::Overflow));
    assert_eq!(two_to(127).neg().round(0, Mode::HalfEven), Ok(i128::MIN));
    assert_eq!(fraction(1, 1).round(39, Mode::HalfEven), Err(ExactError::Overflow));
    assert_eq!(two_to(60).div(&two_to(255)).unwrap().round(60, Mode::Ceil), Ok(20));
}

#[test]
fn both_parts_end_below_2_to_256() {
    let most = two_to(255);
    assert_eq!(most.add(&most), Err(ExactError::Overflow));
    assert_eq!(most.neg().sub(&most), Err(ExactError::Overflow));
    assert_eq!(most.mul(&fraction(2, 1)), Err(ExactError::Overflow));
    let least = fraction(1, 1).div(&most).unwrap();
    assert_eq!(least.div(&fraction(2, 1)), Err(ExactError::Overflow));
    assert_eq!(least.mul(&most), Ok(fraction(1, 1)));
    // 2^256 - 1 is the last numerator.
    let last = most.sub(&fraction(1, 1)).unwrap().add(&most).unwrap();
    assert_eq!(last.add(&fraction(1, 1)), Err(ExactError::Overflow));
    assert_eq!(Fraction::from_bytes(&last.to_bytes()), Ok(last.clone()));
    assert_eq!(last.to_bytes()[..40], [vec![0; 8], vec![0xff; 32]].concat());
}

#[test]
fn the_form_does_not_show_the_way_taken() {
    // 2^127 does not fit in an i128, its negation does.
    let big = two_to(127);
    assert_eq!(big.neg(), fraction(i128::MIN, 1));
    assert_eq!(fraction(i128::MIN, 1).neg(), big);
    assert_eq!(two_to(200).div(&two_to(199)), Ok(fraction(2, 1)));
    assert_eq!(two_to(200).sub(&two_to(200)), Ok(Fraction::ZERO));
    assert!(two_to(200).sub(&two_to(200)).unwrap().is_zero());
    assert_eq!((big.signum(), big.neg().signum(), Fraction::ZERO.signum()), (1, -1, 0));
}

#[test]
fn bytes_that_are_no_fraction() {
    let bytes = fraction(-22, 7).to_bytes();
    let expected_start = [1, 0, 0, 0, 0, 0, 0, 0, 22, 0];
    assert_eq!(bytes[..10], expected_start);
    assert_eq!((bytes[40], bytes[41]), (7, 0));
    let with = |place: usize, byte: u8| {
        let mut bytes = bytes;
        bytes[place] = byte;
        Fraction::from_bytes(&bytes)
    };
    assert_eq!(with(0, 0), Ok(fraction(22, 7)));
    assert_eq!(with(0, 2), Err(ExactError::BadBytes));
    assert_eq!(with(7, 1), Err(ExactError::BadBytes));
    assert_eq!(with(40, 0), Err(ExactError::BadBytes));
    assert_eq!(with(8, 0), Err(ExactError::BadBytes));
    assert_eq!(with(8, 21), Ok(fraction(-3, 1)));
}

/// A fraction with its rational: small, or with parts up to 256 bits.
fn pair() -> impl Strategy<Value = (Fraction, Rational)> {
    let small = (units(), units().prop_filter("not zero", |den| *den != 0))
        .prop_map(|(num, den)| (fraction(num, den), Rational::new(BigInt::from(num), BigInt::from(den))));
    let part = prop_oneof![
        2 => any::<[u8; 32]>().prop_map(|bytes| bytes.to_vec()),
        1 => (any::<[u8; 17]>()).prop_map(|bytes| bytes.to_vec()),
        1 => any::<u32>().prop_map(|n| n.to_le_bytes().to_vec()),
    ];
    let wide = (any::<bool>(), part.clone(), part).prop_filter_map("not zero", |(minus, num, den)| {
        let mut bytes = [0; Fraction::BYTES];
        bytes[8..8 + num.len()].copy_from_slice(&num);
        bytes[40..40 + den.len()].copy_from_slice(&den);
        let number = |bytes: &[u8]| BigInt::from_bytes_le(num_bigint::Sign::Plus, bytes);
        let (num, den) = (number(&num), number(&den));
        bytes[0] = u8::from(minus && num != BigInt::ZERO);
        let fraction = Fraction::from_bytes(&bytes).ok()?;
        Some((fraction, Rational::new(if minus { -num } else { num }, den)))
    });
    prop_oneof![2 => small, 3 => wide]
}

/// The rational as the fraction it must be: by its text, in lowest terms, or `Overflow`.
fn shown(num: BigInt, den: BigInt) -> Result<String, ExactError> {
    let value = Rational::new(num, den);
    let divisor = value.num.gcd(&value.den);
    let (num, den) = (value.num / &divisor, value.den / &divisor);
    if num.bits() > 256 || den.bits() > 256 {
        Err(ExactError::Overflow)
    } else if den == BigInt::from(1) {
        Ok(num.to_string())
    } else {
        Ok(format!("{num}/{den}"))
    }
}

fn text(fraction: Result<Fraction, ExactError>) -> Result<String, ExactError> {
    fraction.map(|fraction| fraction.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn arithmetic_agrees_with_rationals((a, x) in pair(), (b, y) in pair()) {
        prop_assert_eq!(text(a.add(&b)), shown(&x.num * &y.den + &y.num * &x.den, &x.den * &y.den));
        prop_assert_eq!(text(a.sub(&b)), shown(&x.num * &y.den - &y.num * &x.den, &x.den * &y.den));
        prop_assert_eq!(text(a.mul(&b)), shown(&x.num * &y.num, &x.den * &y.den));
        if y.num != BigInt::ZERO {
            prop_assert_eq!(text(a.div(&b)), shown(&x.num * &y.den, &x.den * &y.num));
        }
        prop_assert_eq!(text(Ok(a.neg())), shown(-&x.num, x.den.clone()));
        let order = (&x.num * &y.den).cmp(&(&y.num * &x.den));
        prop_assert_eq!(a.cmp(&b), order);
        prop_assert_eq!(a == b, order.is_eq());
    }

    #[test]
    fn what_comes_back_is_equal((a, _) in pair(), (b, _) in pair()) {
        // Whatever path a value came by, its form is the same.
        if let Ok(sum) = a.add(&b) {
            prop_assert_eq!(sum.sub(&b), Ok(a.clone()));
        }
        if let (false, Ok(product)) = (b.is_zero(), a.mul(&b)) {
            prop_assert_eq!(product.div(&b), Ok(a.clone()));
        }
        prop_assert_eq!(Fraction::from_bytes(&a.to_bytes()), Ok(a));
    }

    #[test]
    fn rounding_agrees_with_the_oracle((a, x) in pair(), digits in 0u8..=40, mode in mode()) {
        let expected = match x.round(digits, mode) {
            None => Err(ExactError::DigitLost),
            Some(rounded) => in_128(rounded).ok_or(ExactError::Overflow),
        };
        prop_assert_eq!(a.round(digits, mode), expected);
    }

    #[test]
    fn near_halves_round_right(num in units(), den in 1i128..50, digits in 0u8..=3, mode in mode()) {
        let expected = match Rational::new(BigInt::from(num), BigInt::from(2 * den)).round(digits, mode) {
            None => Err(ExactError::DigitLost),
            Some(rounded) => in_128(rounded).ok_or(ExactError::Overflow),
        };
        prop_assert_eq!(fraction(num, 2 * den).round(digits, mode), expected);
    }
}
