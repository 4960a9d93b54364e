//! The property that holds the house together: generated programs mean the same to the interpreter and to native code, down
//! to the failing site, the steps and the memory that are left, and every byte of it.

use crate::agree::agree;
use crate::compare::Both;
use proptest::prelude::*;
use std::cell::Cell;

/// Modules, each of which is a number of comparisons.
const MODULES: u32 = 150;

#[test]
fn generated_programs_agree() {
    let config = ProptestConfig { cases: MODULES, failure_persistence: None, ..ProptestConfig::default() };
    let (returned, failed) = (Cell::new(0), Cell::new(0));
    let stream = |size| proptest::collection::vec(any::<u16>(), size);
    proptest!(config, |(numbers in stream(0..600), inputs in stream(0..150))| {
        let (_, ended) = agree(Both::new, numbers, inputs);
        let failures = ended.iter().flatten().count();
        failed.set(failed.get() + failures);
        returned.set(returned.get() + ended.len() - failures);
    });
    // Programs that all fail at once, or never, would compare nothing.
    let (returned, failed) = (returned.get(), failed.get());
    assert!(returned + failed >= 2_000, "{returned} runs returned, {failed} failed");
    assert!(returned > 500 && failed > 500, "{returned} runs returned, {failed} failed");
}
