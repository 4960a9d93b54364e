//! The property that holds the house together: generated programs mean the same to the interpreter and to native code, down
//! to the failing site, the steps and the memory that are left, and every byte of it.

use crate::compare::{Both, Budgets, PLENTY};
use crate::generate::{Choices, module};
use lwas_ir::{Kind, Slot};
use proptest::prelude::*;
use std::cell::Cell;

/// Functions of a generated module.
const FUNCTIONS: usize = 4;

/// How often each function is run, with other arguments and budgets each time.
const RUNS: usize = 5;

/// Modules: `MODULES` * `FUNCTIONS` * `RUNS` cases, of which each is one comparison.
const MODULES: u32 = 150;

#[test]
fn generated_programs_agree() {
    let config = ProptestConfig { cases: MODULES, failure_persistence: None, ..ProptestConfig::default() };
    let (returned, failed) = (Cell::new(0u32), Cell::new(0u32));
    let stream = |size| proptest::collection::vec(any::<u16>(), size);
    proptest!(config, |(numbers in stream(0..600), inputs in stream(0..150))| {
        let both = Both::new(module(&mut Choices::new(numbers), FUNCTIONS));
        let mut choices = Choices::new(inputs);
        for func in both.module.functions.keys() {
            for _ in 0..RUNS {
                let (args, budgets) = (arguments(&both, func, &mut choices), budgets(&mut choices));
                let count = if both.run(func, &args, budgets).is_ok() { &returned } else { &failed };
                count.set(count.get() + 1);
            }
        }
    });
    // Programs that all fail at once, or never, would compare nothing.
    let (returned, failed) = (returned.get(), failed.get());
    assert!(returned + failed >= 2_000, "{returned} runs returned, {failed} failed");
    assert!(returned > 500 && failed > 500, "{returned} runs returned, {failed} failed");
}

fn arguments(both: &Both, func: lwas_ir::FuncId, choices: &mut Choices) -> Vec<Slot> {
    let function = &both.module.functions[func];
    let texts: Vec<_> = lwas_ir::constant_offsets(&both.module).0.values().copied().collect();
    let kinds = function.locals.values().take(function.params as usize);
    kinds
        .map(|kind| match kind {
            Kind::I64 => Slot::int(choices.int()),
            Kind::I128 => Slot::wide(choices.wide()),
            Kind::Ref => Slot::reference(choices.of(&texts)),
        })
        .collect()
}

/// Mostly plenty, sometimes next to nothing.
fn budgets(choices: &mut Choices) -> Budgets {
    let mut some = |plenty: u64, few: [u64; 6]| if choices.below(3) == 2 { choices.of(&few) } else { plenty };
    Budgets { steps: some(PLENTY.steps, [0, 1, 2, 5, 10, 30]), memory: some(PLENTY.memory, [0, 8, 64, 200, 500, 1000]) }
}
