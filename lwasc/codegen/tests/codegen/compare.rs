//! Running a function both ways and comparing all that can be seen.

use lwas_codegen::{CodegenError, Object};
use lwas_ir::{Env, Failure, FuncId, Interpreter, MapWorld, Memory, Module, Place, Site, Slot};
use lwas_runtime::native::{NativeError, NativeModule};
use std::collections::BTreeSet;

/// Where everything in a test stands.
pub const PLACE: Place = Place { file: 0, line: 1, column: 1, width: 1 };

/// Budgets that a run starts with.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    pub steps: u64,
    /// Bytes of memory.
    pub memory: u64,
}

/// More than any test needs.
pub const PLENTY: Budgets = Budgets { steps: 1_000_000, memory: 1 << 20 };

/// A module with its native code.
pub struct Both {
    pub module: Module,
    pub native: NativeModule,
    /// Sites of `Fail`: there the interpreter computes a message, which costs it steps and memory.
    pub fails: BTreeSet<(FuncId, Site)>,
}

/// What a run ended with.
pub type Outcome = Result<Option<Slot>, (FuncId, Site)>;

impl Both {
    /// A module that is well-formed, compiled in a way.
    pub fn compiled(mut module: Module, compile: impl FnOnce(&Module) -> Result<Object, CodegenError>) -> Both {
        module.name = "test".to_owned();
        module.sources = vec!["test.lwas".to_owned()];
        lwas_ir::verify(&module).expect("the module is well-formed");
        let object = compile(&module).expect("the module is compiled");
        let native = NativeModule::load(&object.bytes, &module).expect("the object is loaded");
        let mut fails = BTreeSet::new();
        for (func, function) in &module.functions {
            for block in function.blocks.values() {
                if let lwas_ir::Terminator::Fail { site, .. } = block.end {
                    fails.insert((func, site));
                }
            }
        }
        Both { module, native, fails }
    }

    /// Runs a function both ways; panics where they differ.
    pub fn run(&self, func: FuncId, args: &[Slot], budgets: Budgets) -> Outcome {
        let start = || {
            let mut memory = Memory::new(&self.module);
            memory.set_top(memory.limit() - budgets.memory);
            memory.set_steps(budgets.steps);
            (memory, MapWorld::new(&self.module, Env::nobody()))
        };
        let (mut memory_1, mut world_1) = start();
        let bottom = memory_1.top();
        let interpreted = Interpreter::new(&self.module).call(func, args, &mut memory_1, &mut world_1);
        let interpreted = interpreted.map_err(|failure| match failure {
            Failure::Rejected(why) => {
                let spent = why.reason.is_budget().then_some((why.reason, why.message));
                (why.func, why.site, spent)
            }
            Failure::World(error) => panic!("the world of a test can always be read: {error:?}"),
        });
        let (mut memory_2, mut world_2) = start();
        let native = self.native.call(&self.module, func, args, &mut memory_2, &mut world_2);
        let native = native.map_err(|error| match error {
            NativeError::Rejected { func, site, spent } => (func, site, spent),
            other => panic!("native code broke: {other:?}"),
        });
        // The reason and words of a spent budget are told by native code itself, so they are compared too.
        assert_eq!(interpreted, native, "results of {func} of {args:?} with {budgets:?}: interpreter, native");
        let place = |(func, site, _)| (func, site);
        let (interpreted, native) = (interpreted.map_err(place), native.map_err(place));
        assert_eq!(format!("{world_1:?}"), format!("{world_2:?}"), "the worlds differ");
        if !interpreted.is_err_and(|place| self.fails.contains(&place)) {
            let left = |memory: &Memory| (memory.steps_left(), memory.left());
            assert_eq!(left(&memory_1), left(&memory_2), "steps and memory left: interpreter, native");
            let bytes = |memory: &Memory| memory.load_bytes(bottom, memory.top() - bottom).unwrap().to_vec();
            assert_eq!(bytes(&memory_1), bytes(&memory_2), "contents of memory");
        }
        native
    }
}
