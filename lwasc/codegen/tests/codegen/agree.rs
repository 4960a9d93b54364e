//! One generated module, run both ways: the function that the property over generated programs and the fuzzer share.

use super::compare::{Both, Budgets, PLENTY};
use super::generate::{Choices, module};
use lwas_ir::{FuncId, Kind, Module, Site, Slot};

/// Functions of a generated module.
const FUNCTIONS: usize = 4;

/// How often each function is run, with other arguments and budgets each time.
const RUNS: usize = 5;

/// What a run ended with, where it failed.
pub type Ended = Option<(FuncId, Site)>;

/// Makes a module of the first numbers, gives it to `prepare`, and runs it both ways with arguments and budgets of the second;
/// panics where interpreter and native code differ.
pub fn agree(prepare: impl FnOnce(Module) -> Both, numbers: Vec<u16>, inputs: Vec<u16>) -> (Both, Vec<Ended>) {
    let both = prepare(module(&mut Choices::new(numbers), FUNCTIONS));
    let mut choices = Choices::new(inputs);
    let mut ended = vec![];
    for func in both.module.functions.keys() {
        for _ in 0..RUNS {
            let (args, budgets) = (arguments(&both, func, &mut choices), budgets(&mut choices));
            ended.push(both.run(func, &args, budgets).err());
        }
    }
    (both, ended)
}

fn arguments(both: &Both, func: FuncId, choices: &mut Choices) -> Vec<Slot> {
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
