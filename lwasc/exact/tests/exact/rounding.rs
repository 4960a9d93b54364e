//! Rounding: the table of the figures, the ends of 128 bits, and every mode against the oracle.

use lwas_exact::{ExactError, Mode, parse_decimal, round_units};
use proptest::prelude::*;

use crate::oracle::{Rational, in_128, mode, units};

/// Rounding to two digits, as the acceptance figures have it; `-` is a rejection.
const TABLE: &str = "
    mode      0.055  0.025  0.016  0.011  0.010  -0.010  -0.011  -0.016  -0.025  -0.055
    Up        0.06   0.03   0.02   0.02   0.01   -0.01   -0.02   -0.02   -0.03   -0.06
    Down      0.05   0.02   0.01   0.01   0.01   -0.01   -0.01   -0.01   -0.02   -0.05
    Ceil      0.06   0.03   0.02   0.02   0.01   -0.01   -0.01   -0.01   -0.02   -0.05
    Floor     0.05   0.02   0.01   0.01   0.01   -0.01   -0.02   -0.02   -0.03   -0.06
    HalfUp    0.06   0.03   0.02   0.01   0.01   -0.01   -0.01   -0.02   -0.03   -0.06
    HalfDown  0.05   0.02   0.02   0.01   0.01   -0.01   -0.01   -0.02   -0.02   -0.05
    HalfEven  0.06   0.02   0.02   0.01   0.01   -0.01   -0.01   -0.02   -0.02   -0.06
    Exact     -      -      -      -      0.01   -0.01   -       -       -       -
";

#[test]
fn the_table_of_modes() {
    let mut lines = TABLE.trim().lines();
    let values: Vec<i128> =
        lines.next().unwrap().split_whitespace().skip(1).map(|text| parse_decimal(text).unwrap().units).collect();
    let mut seen = Vec::new();
    for line in lines {
        let mut cells = line.split_whitespace();
        let name = cells.next().unwrap();
        let mode = Mode::ALL.into_iter().find(|mode| format!("{mode:?}") == name).unwrap();
        seen.push(mode);
        let cells: Vec<&str> = cells.collect();
        assert_eq!(cells.len(), values.len(), "{name}");
        for (value, cell) in values.iter().zip(cells) {
            let expected = match cell {
                "-" => Err(ExactError::DigitLost),
                text => Ok(parse_decimal(text).unwrap().units),
            };
            assert_eq!(round_units(*value, 3, 2, mode), expected, "{name} of {value}");
            // The same decision on the 128-bit path, eighteen zeros further out.
            let wide = *value * 10i128.pow(18);
            assert_eq!(round_units(wide, 21, 2, mode), expected, "{name} of {wide}");
        }
    }
    assert_eq!(seen.len(), Mode::ALL.len());
}

#[test]
fn the_figures_of_the_examples() {
    // 2.9% of 149.99 and 0.30; 12.5% of it; 1000 USD of margin; 100.00 USD at 157.235.
    assert_eq!(round_units(464_971, 5, 2, Mode::HalfEven), Ok(465));
    assert_eq!(round_units(1_874_875, 5, 2, Mode::HalfEven), Ok(1875));
    assert_eq!(round_units(2_285_184, 3, 2, Mode::HalfEven), Ok(228_518));
    assert_eq!(round_units(1_572_350_000, 5, 0, Mode::HalfEven), Ok(15724));
    assert_eq!(round_units(1_572_350_000, 5, 0, Mode::HalfDown), Ok(15723));
    assert_eq!(round_units(91_883_275_000, 8, 2, Mode::Floor), Ok(91_883));
}

#[test]
fn the_ends_of_128_bits() {
    let low = i128::MIN; // -170141183460469231731687303715884105728
    assert_eq!(round_units(low, 1, 0, Mode::HalfEven), Ok(low / 10 - 1));
    assert_eq!(round_units(low, 1, 0, Mode::Ceil), Ok(low / 10));
    assert_eq!(round_units(low, 38, 0, Mode::HalfEven), Ok(-2));
    assert_eq!(round_units(low, 38, 0, Mode::Down), Ok(-1));
    assert_eq!(round_units(low, 200, 0, Mode::Floor), Ok(-1));
    assert_eq!(round_units(low, 200, 0, Mode::HalfUp), Ok(0));
    assert_eq!(round_units(low, 200, 0, Mode::Exact), Err(ExactError::DigitLost));
    assert_eq!(round_units(0, 200, 0, Mode::Exact), Ok(0));
    assert_eq!(round_units(low, 2, 2, Mode::HalfEven), Ok(low));
    assert_eq!(round_units(low, 0, 1, Mode::HalfEven), Err(ExactError::Overflow));
    assert_eq!(round_units(i128::MAX, 39, 0, Mode::Up), Ok(1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn every_mode_agrees_with_the_oracle(units in units(), from in 0u8..=45, to in 0u8..=45, mode in mode()) {
        let expected = match Rational::of_units(units, from).round(to, mode) {
            None => Err(ExactError::DigitLost),
            Some(rounded) => in_128(rounded).ok_or(ExactError::Overflow),
        };
        prop_assert_eq!(round_units(units, from, to, mode), expected);
    }

    #[test]
    fn the_symmetric_modes_mirror(units in units(), from in 0u8..=40, to in 0u8..=40, mode in mode()) {
        prop_assume!(units != i128::MIN);
        let mirrored = match mode {
            Mode::Floor => Mode::Ceil,
            Mode::Ceil => Mode::Floor,
            mode => mode,
        };
        if let Ok(rounded) = round_units(units, from, to, mode)
            && rounded != i128::MIN
        {
            prop_assert_eq!(round_units(-units, from, to, mirrored), Ok(-rounded));
        }
    }
}
