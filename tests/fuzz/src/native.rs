//! Native code against the interpreter: generated programs, and forged functions that the verifier passes.

#[path = "../../../lwasc/codegen/tests/codegen/agree.rs"]
pub mod agree;
#[path = "../../../lwasc/codegen/tests/codegen/compare.rs"]
pub mod compare;
#[path = "../../../lwasc/codegen/tests/codegen/corners.rs"]
pub mod corners;
#[path = "../../../lwasc/codegen/tests/codegen/generate.rs"]
pub mod generate;

use crate::driver::chance::Chance;
use crate::ir;
use compare::{Both, Budgets};
use lwas_codegen::{compile, host_target};
use lwas_ir::{Module, Slot};

/// Of so many numbers one goes to arguments and budgets, the others make the program.
const INPUT_EVERY: usize = 5;

/// The most numbers that are looked at.
const MAX_NUMBERS: usize = 1_500;

/// What forged functions may use.
const FORGED: Budgets = Budgets { steps: 2_000, memory: 1 << 20 };

fn prepare(module: Module) -> Both {
    Both::compiled(module, |module| compile(module, &host_target()))
}

/// A generated program, run both ways: at which reasons it failed, and how often.
pub fn generated(bytes: &[u8]) -> String {
    let (all, _) = bytes.as_chunks::<2>();
    let (mut numbers, mut inputs) = (vec![], vec![]);
    for (place, number) in all.iter().take(MAX_NUMBERS).enumerate() {
        let list = if place % INPUT_EVERY == 0 { &mut inputs } else { &mut numbers };
        list.push(u16::from_le_bytes(*number));
    }
    let (both, ended) = agree::agree(prepare, numbers, inputs);
    let returned = ended.iter().filter(|end| end.is_none()).count();
    let mut failed: Vec<_> = ended.into_iter().flatten().collect();
    failed.sort_unstable();
    failed.dedup();
    let size = both.module.functions.values().map(|function| function.sites.len()).sum::<usize>().ilog2();
    format!("{size}: {returned} returned, {failed:?}")
}

/// A forged function, run both ways where the verifier passes it.
pub fn forged(bytes: &[u8]) -> String {
    let (fixture, func) = ir::forge::forge(&ir::dice(bytes));
    if let Err(refused) = lwas_ir::verify(&fixture.module) {
        return format!("{}: {}", refused.rule, refused.what);
    }
    format!("{:?}", prepare(fixture.module).run(func, &[Slot::int(0)], FORGED).map(|_| ()))
}

/// Numbers by chance.
pub fn seeds() -> Vec<Vec<u8>> {
    let seed = |case: u64| {
        let mut chance = Chance::of(case);
        (0..chance.below(1_200)).map(|_| u8::try_from(chance.below(256)).expect("it is a byte")).collect()
    };
    (0..64).map(seed).collect()
}
