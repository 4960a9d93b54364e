//! Powers: exact ones against the oracle, large ones against known values and neighbours.

use lwas_exact::{ExactError, Mode, pow};
use num_bigint::BigInt;
use proptest::prelude::*;

use crate::oracle::{Rational, in_128, ten_to, units};

#[test]
fn small_powers() {
    assert_eq!(pow(105, 2, 2, 4), Ok(11_025));
    assert_eq!(pow(105, 2, 2, 2), Ok(110)); // 1.1025
    assert_eq!(pow(15, 1, 3, 2), Ok(338)); // 3.375, a half to the even
    assert_eq!(pow(-15, 1, 3, 2), Ok(-338));
    assert_eq!(pow(-5, 1, 2, 1), Ok(2)); // 0.25, a half to the even
    assert_eq!(pow(2, 0, -2, 2), Ok(25));
    assert_eq!(pow(-2, 0, -3, 3), Ok(-125));
    assert_eq!(pow(8, 0, -1, 2), Ok(12)); // 0.125
    assert_eq!(pow(2, 0, 126, 0), Ok(1 << 126));
    assert_eq!(pow(2, 0, 127, 0), Err(ExactError::Overflow));
    assert_eq!(pow(-2, 0, 127, 0), Ok(i128::MIN));
}

#[test]
fn zero_and_one() {
    assert_eq!(pow(0, 2, 0, 3), Ok(1000));
    assert_eq!(pow(0, 2, i64::MAX, 3), Ok(0));
    assert_eq!(pow(0, 2, -1, 3), Err(ExactError::DivisionByZero));
    assert_eq!(pow(100, 2, i64::MIN, 3), Ok(1000));
    assert_eq!(pow(-100, 2, i64::MIN, 3), Ok(1000));
    assert_eq!(pow(-100, 2, i64::MAX, 3), Ok(-1000));
    assert_eq!(pow(7, 0, 0, 36), Ok(10i128.pow(36)));
    assert_eq!(pow(7, 0, 2, 37), Err(ExactError::TooManyDigits));
    assert_eq!(pow(7, 200, 2, 0), Err(ExactError::TooManyDigits));
}

#[test]
fn huge_powers_take_bounded_work() {
    assert_eq!(pow(2, 0, i64::MAX, 0), Err(ExactError::Overflow));
    assert_eq!(pow(2, 0, i64::MIN, 18), Ok(0));
    assert_eq!(pow(5, 1, i64::MAX, 18), Ok(0));
    assert_eq!(pow(5, 1, i64::MIN, 18), Err(ExactError::Overflow));
    assert_eq!(pow(1, 36, i64::MAX, 36), Ok(0));
    assert_eq!(pow(1, 36, i64::MIN, 36), Err(ExactError::Overflow));
    assert_eq!(pow(i128::MIN, 0, i64::MIN, 36), Ok(0));
    // (1 + 10^-18)^(10^18) is e - e/2 * 10^-18 and so on: e = 2.718281828459045235 360...
    assert_eq!(pow(10i128.pow(18) + 1, 18, 10i64.pow(18), 15), Ok(2_718_281_828_459_045));
    assert_eq!(pow(10i128.pow(18) + 1, 18, 10i64.pow(18), 18), Ok(2_718_281_828_459_045_234));
    // and to the minus one, 1/e = 0.367879441171442321 595...; + 1/e / 2 * 10^-18
    assert_eq!(pow(10i128.pow(18) + 1, 18, -(10i64.pow(18)), 18), Ok(367_879_441_171_442_322));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn powers_agree_with_the_oracle(units in units(), digits in 0u8..=36, n in -40i64..=40, result in 0u8..=36) {
        prop_assume!(units != 0);
        check(units, digits, n, result)?;
    }

    #[test]
    fn enclosed_powers_agree_with_the_oracle(
        off in -30_000i128..30_000,
        digits in 4u8..=8,
        n in prop_oneof![129i64..900, -900i64..-129],
        result in 0u8..=36,
        minus: bool,
    ) {
        // Near 1 or -1, so that results of many kinds come out.
        let units = 10i128.pow(u32::from(digits)) + off;
        prop_assume!(units != 0);
        check(if minus { -units } else { units }, digits, n, result)?;
    }
}

/// `pow` equals the exact power, rounded by the oracle.
fn check(units: i128, digits: u8, n: i64, result: u8) -> Result<(), TestCaseError> {
    let exponent = u32::try_from(n.unsigned_abs()).unwrap();
    let (num, den) = (BigInt::from(units).pow(exponent), ten_to(digits).pow(exponent));
    let exact = if n < 0 { Rational::new(den, num) } else { Rational::new(num, den) };
    let rounded = exact.round(result, Mode::HalfEven).unwrap();
    let expected = in_128(rounded).ok_or(ExactError::Overflow);
    prop_assert_eq!(pow(units, digits, n, result), expected);
    Ok(())
}
