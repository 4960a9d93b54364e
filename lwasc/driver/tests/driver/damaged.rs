//! Sources as a broken disk leaves them: bytes that are others, and a text that ends anywhere, even within a character. Whatever
//! is told of one points into its text.

use crate::chance::Chance;
use crate::corpus::programs;
use crate::pipeline::{caught, checked};

/// How many sources are damaged.
const CASES: u64 = 300;

#[test]
fn damaged_sources_are_told() {
    let (programs, folder) = (programs(), tempfile::tempdir().expect("there is a folder for what passes"));
    for case in 0..CASES {
        let mut chance = Chance::of(case);
        let program = chance.of_all(&programs).expect("there are programs");
        let mut source = program.files[0].1.clone().into_bytes();
        for _ in 0..=chance.below(3) {
            if let Some(at) = source.len().checked_sub(1 + chance.below(source.len().max(1))) {
                source[at] = u8::try_from(chance.below(256)).expect("it is a byte");
            }
        }
        source.truncate(if chance.below(3) == 0 { chance.below(source.len() + 1) } else { source.len() });
        let told = caught(|| checked(&source, folder.path()));
        told.unwrap_or_else(|complaint| panic!("case {case} of {}: {complaint}", program.name));
    }
}
