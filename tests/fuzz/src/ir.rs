//! Functions that no compiler made: bytes are the dice with which one is forged.

#[expect(clippy::new_without_default, reason = "a fixture is made by tests only")]
#[path = "../../../lwasc/ir/tests/ir/fixture.rs"]
pub mod fixture;
#[path = "../../../lwasc/ir/tests/ir/forge.rs"]
pub mod forge;

use crate::driver::chance::Chance;
use lwas_ir::{Failure, VerifyError};

/// Bytes of one instruction.
const DICE_BYTES: usize = 12;

/// The most instructions.
const MAX_INSTRUCTIONS: usize = 120;

/// Bytes as dice; what is left over is no instruction.
pub fn dice(bytes: &[u8]) -> Vec<forge::Dice> {
    let (all, _) = bytes.as_chunks::<DICE_BYTES>();
    let one = |[what, a, b, c, value @ ..]: &[u8; DICE_BYTES]| (*what, *a, *b, *c, i64::from_le_bytes(*value));
    all.iter().take(MAX_INSTRUCTIONS).map(one).collect()
}

/// What the verifier says, and where it says nothing, how the run ended.
pub fn verify(bytes: &[u8]) -> String {
    let answer = match forge::answered(&dice(bytes)) {
        Ok(Ok(_)) => "returned".to_owned(),
        Ok(Err(Failure::Rejected(why))) => format!("{:?}: {}", why.reason, why.message),
        Ok(Err(Failure::World(error))) => error.0,
        Err(refused) => return words(&refused),
    };
    without_digits(&answer)
}

/// What the verifier says, the same for all functions of a kind.
pub fn words(refused: &VerifyError) -> String {
    format!("rule {}: {}", refused.rule, without_digits(&refused.what))
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Dice that fell by chance, with small numbers, so that some functions pass.
pub fn seeds() -> Vec<Vec<u8>> {
    let seed = |case: u64| {
        let mut chance = Chance::of(case);
        let instructions = 1 + chance.below(30);
        let mut bytes = vec![];
        for _ in 0..instructions {
            bytes.extend((0..4).map(|_| byte(&mut chance, 200)));
            let value = i64::from(byte(&mut chance, 44)) - 3;
            bytes.extend(value.to_le_bytes());
        }
        bytes
    };
    (0..400).map(seed).collect()
}

fn byte(chance: &mut Chance, below: usize) -> u8 {
    u8::try_from(chance.below(below)).expect("it is below a byte")
}
