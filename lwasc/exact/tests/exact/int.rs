//! Floored division: by the definition, at all the corners.

use lwas_exact::ExactError;
use lwas_exact::int::{div_floor, mod_floor};
use proptest::prelude::*;

#[test]
fn signs_and_corners() {
    assert_eq!((div_floor(7, 2), mod_floor(7, 2)), (Ok(3), Ok(1)));
    assert_eq!((div_floor(-7, 2), mod_floor(-7, 2)), (Ok(-4), Ok(1)));
    assert_eq!((div_floor(7, -2), mod_floor(7, -2)), (Ok(-4), Ok(-1)));
    assert_eq!((div_floor(-7, -2), mod_floor(-7, -2)), (Ok(3), Ok(-1)));
    assert_eq!(div_floor(i64::MIN, -1), Err(ExactError::Overflow));
    assert_eq!(mod_floor(i64::MIN, -1), Ok(0));
    assert_eq!(div_floor(i64::MIN, 1), Ok(i64::MIN));
    assert_eq!(div_floor(1, i64::MIN), Ok(-1));
    assert_eq!(mod_floor(1, i64::MIN), Ok(i64::MIN + 1));
    assert_eq!(div_floor(1, 0), Err(ExactError::DivisionByZero));
    assert_eq!(mod_floor(0, 0), Err(ExactError::DivisionByZero));
}

fn int() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -20i64..20, Just(i64::MIN), Just(i64::MAX), Just(i64::MIN + 1),]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_two_belong_together(a in int(), b in int()) {
        prop_assume!(b != 0 && (a, b) != (i64::MIN, -1));
        let (quotient, remainder) = (i128::from(div_floor(a, b).unwrap()), i128::from(mod_floor(a, b).unwrap()));
        prop_assert_eq!(i128::from(b) * quotient + remainder, i128::from(a));
        let b = i128::from(b);
        prop_assert!((b > 0 && (0..b).contains(&remainder)) || (b < remainder && remainder <= 0));
    }
}
