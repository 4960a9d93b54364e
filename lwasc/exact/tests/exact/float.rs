//! Floats: exact values rounded once, and the nearest Float back.

use lwas_exact::float::{
    exp, finite, float_to_units, format_float, fraction_to_float, ln, log2, parse_float, sqrt, units_to_float,
};
use lwas_exact::{ExactError, Fraction, Mode};
use proptest::prelude::*;

use crate::oracle::{mode, units};

#[test]
fn the_exact_value_decides() {
    // 0.145 is a little below, 1.005 too; 0.125 and 2.5 are themselves.
    assert_eq!(float_to_units(0.145, 2, Mode::HalfUp), Ok(14));
    assert_eq!(float_to_units(1.005, 2, Mode::HalfUp), Ok(100));
    assert_eq!(float_to_units(0.125, 2, Mode::HalfEven), Ok(12));
    assert_eq!(float_to_units(-2.5, 0, Mode::HalfUp), Ok(-3));
    assert_eq!(float_to_units(-2.5, 0, Mode::Floor), Ok(-3));
    assert_eq!(float_to_units(0.1, 2, Mode::Exact), Err(ExactError::DigitLost));
    assert_eq!(float_to_units(-0.0, 2, Mode::Exact), Ok(0));
    assert_eq!(float_to_units(5e-324, 2, Mode::Up), Ok(1));
    assert_eq!(float_to_units(-1.7014118346046923e38, 0, Mode::Exact), Ok(i128::MIN));
    assert_eq!(float_to_units(1.7014118346046923e38, 0, Mode::Exact), Err(ExactError::Overflow));
    assert_eq!(float_to_units(f64::MAX, 36, Mode::Down), Err(ExactError::Overflow));
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(float_to_units(value, 2, Mode::Down), Err(ExactError::NotFinite));
    }
}

#[test]
fn elementary_functions_have_these_bits() {
    // The vectors of spec/value-encoding.md.
    let bits = |value: Result<f64, ExactError>| value.unwrap().to_bits();
    assert_eq!(bits(sqrt(2.0)), 0x3ff6_a09e_667f_3bcd);
    assert_eq!(bits(ln(10.0)), 0x4002_6bb1_bbb5_5516);
    assert_eq!(bits(log2(10.0)), 0x400a_934f_0979_a371);
    assert_eq!(bits(exp(1.0)), 0x4005_bf0a_8b14_576a);
    assert_eq!(bits(exp(-1000.0)), 0);
    for refused in [sqrt(-1.0), ln(0.0), log2(-2.0), exp(1000.0), finite(f64::NAN)] {
        assert_eq!(refused, Err(ExactError::NotFinite));
    }
    assert_eq!(finite(-0.0).unwrap().to_bits(), 0);
}

#[test]
fn texts_are_read_back() {
    for (value, text) in [(0.1, "0.1"), (2.0, "2.0"), (1e16, "1e16"), (2.5e-7, "2.5e-7"), (-0.5, "-0.5")] {
        assert_eq!(format_float(value), text);
        assert_eq!(parse_float(text), Some(value));
    }
    for text in ["", "-", "inf", "NaN", "1.", ".5", "+1", "1e999", "0x1", "1e", " 1"] {
        assert_eq!(parse_float(text), None, "{text:?}");
    }
    assert_eq!(parse_float("-0").unwrap().to_bits(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whole_numbers_become_the_nearest_float(units in units()) {
        #[expect(clippy::cast_precision_loss, reason = "the cast rounds to nearest, which is what is wanted")]
        let nearest = units as f64;
        prop_assert_eq!(units_to_float(units, 0), nearest);
    }

    #[test]
    fn a_fraction_of_a_power_of_two_is_itself(value in any::<f64>()) {
        // What a Float is exactly, as a fraction, where its parts fit.
        let Some((units, shift)) = dyadic(value) else { return Ok(()) };
        let fraction = Fraction::new(units, 1i128 << shift).unwrap();
        prop_assert_eq!(fraction_to_float(&fraction), value + 0.0);
    }

    #[test]
    fn fractions_become_the_nearest_float(units in units(), digits in 0u8..=36) {
        let fraction = Fraction::from_units(units, digits).unwrap();
        prop_assert_eq!(fraction_to_float(&fraction), units_to_float(units, digits) + 0.0);
    }

    #[test]
    fn fifteen_digits_survive(units in -999_999_999_999_999i128..1_000_000_000_000_000, digits in 0u8..=18) {
        let float = units_to_float(units, digits);
        prop_assert_eq!(float_to_units(float, digits, Mode::HalfEven), Ok(units));
    }

    #[test]
    fn dyadic_values_are_exact(units in any::<i32>(), shift in 0u32..18, mode in mode()) {
        // units / 2^shift has at most `shift` digits, so that no mode has anything to round.
        let value = f64::from(units) / f64::from(1u32 << shift);
        let digits = u8::try_from(shift).unwrap();
        let expected = i128::from(units) * 5i128.pow(shift);
        prop_assert_eq!(float_to_units(value, digits, mode), Ok(expected));
    }
}

/// A Float as a whole number over a power of two, where both are small enough.
fn dyadic(value: f64) -> Option<(i128, u32)> {
    let units = float_to_units(value * 2f64.powi(100), 0, Mode::Exact).ok()?;
    value.is_normal().then_some((units, 100))
}
