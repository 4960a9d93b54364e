//! The property over modules that no compiler made: each gets its answer.

use crate::forge::{answered, forge};
use lwas_ir::verify;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn forged_functions_are_answered(dice in prop::collection::vec(
        (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), prop_oneof![any::<i64>(), -3i64..40]), 3..40,
    )) {
        let _ = answered(&dice);
    }
}

#[test]
fn a_good_part_of_what_is_forged_passes_the_verifier() {
    // Else the test above would interpret nothing.
    let passes = |seed: u8| {
        let dice = (0u8..12).map(|n| (seed.wrapping_mul(31).wrapping_add(n * 19), n * 7, n * 5, n * 3, i64::from(n)));
        let (fixture, _) = forge(&dice.collect::<Vec<_>>());
        verify(&fixture.module).is_ok()
    };
    assert!((0..100).filter(|seed| passes(*seed)).count() > 20);
}
