//! Native code: of generated programs, run against the interpreter, and of forged functions that the verifier passes.

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
use compare::Both;
use lwas_codegen::{compile, host_target};
use lwas_ir::Module;
use lwas_runtime::native::NativeModule;

/// Of so many numbers one goes to arguments and budgets, the others make the program.
const INPUT_EVERY: usize = 5;

/// The most numbers that are looked at.
const MAX_NUMBERS: usize = 1_500;

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

/// Native code of a forged function that the verifier passes: made and loaded, but never run. A program out of an artifact is
/// run as native code only where a trusted key has signed it; all others are interpreted, which `ir` does.
pub fn forged(bytes: &[u8]) -> String {
    let (fixture, _) = ir::forge::forge(&ir::dice(bytes));
    if let Err(refused) = lwas_ir::verify(&fixture.module) {
        return ir::words(&refused);
    }
    match compile(&fixture.module, &host_target()) {
        Ok(object) => {
            NativeModule::load(&object.bytes, &fixture.module).expect("what was compiled is loaded");
            format!("2 to the {} bytes", object.bytes.len().ilog2())
        }
        Err(error) => error.to_string(),
    }
}

/// Numbers by chance.
pub fn seeds() -> Vec<Vec<u8>> {
    let seed = |case: u64| {
        let mut chance = Chance::of(case);
        (0..chance.below(1_200)).map(|_| u8::try_from(chance.below(256)).expect("it is a byte")).collect()
    };
    (0..64).map(seed).collect()
}
