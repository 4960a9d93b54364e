//! Amounts and their text: what is read, what is refused, what is printed, and comparing across digits.

use std::cmp::Ordering;

use lwas_exact::{
    Decimal, ExactError, ParseError, checked_mul, checked_neg, cmp_decimal, format_decimal, parse_decimal, pow10, widen,
};
use num_bigint::BigInt;
use proptest::prelude::*;

use crate::oracle::{ten_to, units};

#[test]
fn texts_that_are_read() {
    for (text, units, digits) in [
        ("0", 0, 0),
        ("-0", 0, 0),
        ("-12.340", -12_340, 3),
        ("-0.05", -5, 2),
        ("007.50", 750, 2),
        ("1e2", 100, 0),
        ("1E+2", 100, 0),
        ("1.5E-3", 15, 4),
        ("1.50e1", 150, 1),
        ("10e-1", 10, 1),
        ("1.234e2", 1234, 1),
        ("1.25e2", 125, 0),
        ("0e999999999", 0, 0),
        ("0.0e99999999999999999999999999", 0, 0),
        ("1e00000000000000000000002", 100, 0),
        ("170141183460469231731687303715884105727", i128::MAX, 0),
        ("-170141183460469231731687303715884105728", i128::MIN, 0),
        ("-1.70141183460469231731687303715884105728e2", i128::MIN, 36),
        ("0.000000000000000000000000000000000001", 1, 36),
        ("1e-36", 1, 36),
        ("1e38", 10i128.pow(38), 0),
    ] {
        assert_eq!(parse_decimal(text), Ok(Decimal { units, digits }), "{text}");
    }
}

#[test]
fn texts_that_are_refused() {
    use ParseError::{Malformed, OutOfRange, TooManyDigits};
    for (text, error) in [
        ("", Malformed),
        ("-", Malformed),
        ("+1", Malformed),
        ("--1", Malformed),
        (" 1", Malformed),
        ("1 ", Malformed),
        (".5", Malformed),
        ("5.", Malformed),
        ("1.e2", Malformed),
        ("1.2.3", Malformed),
        ("1,5", Malformed),
        ("1_000", Malformed),
        ("1e", Malformed),
        ("1e+", Malformed),
        ("1e-+2", Malformed),
        ("1e2e3", Malformed),
        ("1e2.0", Malformed),
        ("e5", Malformed),
        ("NaN", Malformed),
        ("Infinity", Malformed),
        ("0x10", Malformed),
        ("\u{0661}", Malformed),
        ("1e39", OutOfRange),
        ("1e999999999", OutOfRange),
        ("-1e99999999999999999999999999", OutOfRange),
        ("170141183460469231731687303715884105728", OutOfRange),
        ("-170141183460469231731687303715884105729", OutOfRange),
        ("1e-37", TooManyDigits),
        ("1e-999999999", TooManyDigits),
        ("0e-99999999999999999999999999", TooManyDigits),
        ("0.0000000000000000000000000000000000000", TooManyDigits),
    ] {
        assert_eq!(parse_decimal(text), Err(error), "{text}");
    }
}

#[test]
fn a_long_text_takes_one_pass() {
    let zeros = "0".repeat(1 << 20);
    assert_eq!(parse_decimal(&format!("{zeros}5")), Ok(Decimal { units: 5, digits: 0 }));
    assert_eq!(parse_decimal(&format!("1{zeros}")), Err(ParseError::OutOfRange));
    assert_eq!(parse_decimal(&format!("1.{zeros}")), Err(ParseError::TooManyDigits));
    assert_eq!(parse_decimal(&format!("1e{zeros}x")), Err(ParseError::Malformed));
}

#[test]
fn all_digits_are_printed() {
    for (units, digits, text) in [
        (-5, 2, "-0.05"),
        (0, 2, "0.00"),
        (0, 0, "0"),
        (9999, 2, "99.99"),
        (100, 2, "1.00"),
        (-100, 0, "-100"),
        (1, 4, "0.0001"),
        (i128::MIN, 0, "-170141183460469231731687303715884105728"),
        (i128::MIN, 39, "-0.170141183460469231731687303715884105728"),
        (i128::MAX, 18, "170141183460469231731.687303715884105727"),
    ] {
        assert_eq!(format_decimal(units, digits), text);
    }
}

#[test]
fn operations_stop_at_128_bits() {
    assert_eq!(pow10(0), 1);
    assert_eq!(pow10(38), 10i128.pow(38));
    assert_eq!(widen(-3, 2, 5), Ok(-3000));
    assert_eq!(widen(3, 5, 2), Err(ExactError::DigitLost));
    assert_eq!(widen(2, 0, 38), Err(ExactError::Overflow));
    assert_eq!(widen(0, 0, 255), Ok(0));
    assert_eq!(checked_mul(1 << 64, 1 << 63), Err(ExactError::Overflow));
    assert_eq!(checked_mul(-(1 << 64), 1 << 63), Ok(i128::MIN));
    assert_eq!(checked_neg(i128::MIN), Err(ExactError::Overflow));
}

#[test]
fn comparing_never_overflows() {
    assert_eq!(cmp_decimal(150, 2, 15, 1), Ordering::Equal);
    assert_eq!(cmp_decimal(i128::MAX, 0, i128::MAX, 36), Ordering::Greater);
    assert_eq!(cmp_decimal(i128::MIN, 0, i128::MIN, 255), Ordering::Less);
    assert_eq!(cmp_decimal(i128::MIN, 255, i128::MIN, 0), Ordering::Greater);
    assert_eq!(cmp_decimal(0, 0, 0, 255), Ordering::Equal);
    assert_eq!(cmp_decimal(1, 0, i128::MAX, 38), Ordering::Less);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn printing_and_reading_are_inverse(units in units(), digits in 0u8..=36) {
        prop_assert_eq!(parse_decimal(&format_decimal(units, digits)), Ok(Decimal { units, digits }));
    }

    #[test]
    fn an_exponent_moves_the_point(units in units(), digits in 0u8..=36, exponent in -40i64..40) {
        let text = format!("{}e{exponent}", format_decimal(units, digits));
        let shifted = i64::from(digits) - exponent;
        let zeros = u8::try_from((-shifted).max(0)).unwrap();
        let expected = match i128::try_from(BigInt::from(units) * ten_to(zeros)) {
            _ if shifted > 36 => Err(ParseError::TooManyDigits),
            Ok(units) => Ok(Decimal { units, digits: u8::try_from(shifted.max(0)).unwrap() }),
            Err(_) => Err(ParseError::OutOfRange),
        };
        prop_assert_eq!(parse_decimal(&text), expected);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-+0-9.eE ]{0,12}|\\PC{0,8}") {
        // Rust's own reader of floats takes more forms, so what is read here must be a number there.
        if let Ok(decimal) = parse_decimal(&text) {
            let printed = format_decimal(decimal.units, decimal.digits);
            prop_assert_eq!(printed.parse::<f64>().unwrap(), text.parse::<f64>().unwrap());
        }
    }

    #[test]
    fn comparing_agrees_with_the_oracle(a in units(), ad in 0u8..=60, b in units(), bd in 0u8..=60) {
        let expected = (BigInt::from(a) * ten_to(bd)).cmp(&(BigInt::from(b) * ten_to(ad)));
        prop_assert_eq!(cmp_decimal(a, ad, b, bd), expected);
    }

    #[test]
    fn equal_values_of_other_digits_are_equal(a in -1_000_000i128..1_000_000, ad in 0u8..18, more in 0u8..18) {
        prop_assert_eq!(cmp_decimal(a, ad, widen(a, ad, ad + more).unwrap(), ad + more), Ordering::Equal);
    }
}
