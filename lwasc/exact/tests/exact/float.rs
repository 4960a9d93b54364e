//! Floats: exact values rounded once, and the nearest Float back.

use lwas_exact::float::{float_to_units, units_to_float};
use lwas_exact::{ExactError, Mode};
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whole_numbers_become_the_nearest_float(units in units()) {
        #[expect(clippy::cast_precision_loss, reason = "the cast rounds to nearest, which is what is wanted")]
        let nearest = units as f64;
        prop_assert_eq!(units_to_float(units, 0), nearest);
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
