//! What must be refused or stopped: recursion, stacks too deep, machines we know nothing of, budgets, and a host that panics.

use crate::compare::{Both, Budgets, PLACE};
use lwas_codegen::{CodegenError, STACK_LIMIT, compile, host_target};
use lwas_ir::{
    AggregateId, AggregateValue, Env, EventId, FuncId, FunctionBuilder, HostOp, Key, Kind, Lookup, Memory, Module, Row,
    Site, Slot, StateId, World, WorldError,
};
use lwas_runtime::native::{NativeError, NativeModule};

/// A function without parameters that calls others, one after the other.
fn caller(name: &str, callees: &[u32]) -> lwas_ir::Function {
    let mut b = FunctionBuilder::new(name, PLACE, &[], None);
    for callee in callees {
        b.call(FuncId::from_u32(*callee), &[], None);
    }
    b.ret(None);
    b.finish()
}

fn with_functions(functions: impl IntoIterator<Item = lwas_ir::Function>) -> Module {
    Module { functions: functions.into_iter().collect(), ..Module::default() }
}

#[test]
fn recursion_is_refused() {
    let own = with_functions([caller("own", &[0])]);
    assert_eq!(compile(&own, &host_target()), Err(CodegenError::Recursive("own".to_owned())));
    let ring = with_functions([caller("a", &[1]), caller("b", &[2]), caller("c", &[0])]);
    assert_eq!(compile(&ring, &host_target()), Err(CodegenError::Recursive("a".to_owned())));
}

/// Each calls the one before twice: 2^60 paths, which must not be walked one by one.
#[test]
fn many_paths_are_no_recursion() {
    let ladder = (0..60u32).map(|n| if n == 0 { caller("f0", &[]) } else { caller(&format!("f{n}"), &[n - 1, n - 1]) });
    assert!(compile(&with_functions(ladder), &host_target()).is_ok());
}

/// A function that joins so many texts, and calls the one of this number.
fn joiner(texts: usize, callee: Option<u32>) -> lwas_ir::Function {
    let mut b = FunctionBuilder::new(format!("joins {texts}"), PLACE, &[Kind::Ref], None);
    let site = b.site(PLACE);
    let text = b.param(0);
    b.host(HostOp::TextJoin, &vec![text; texts], Some(Kind::Ref), site);
    if let Some(callee) = callee {
        b.call(FuncId::from_u32(callee), &[text], None);
    }
    b.ret(None);
    b.finish()
}

#[test]
fn the_deepest_chain_is_bounded() {
    // 9,000 arguments are 144,000 bytes: one such function fits, two in a chain don't.
    let chain = with_functions([joiner(9_000, None), joiner(9_000, Some(0))]);
    match compile(&chain, &host_target()) {
        Err(CodegenError::StackTooDeep { function, bytes }) => {
            assert_eq!(function, "joins 9000");
            assert!(bytes > STACK_LIMIT && bytes < STACK_LIMIT + 32 * 1024, "{bytes} bytes");
        }
        other => panic!("the chain is not refused: {other:?}"),
    }
    assert!(compile(&with_functions([joiner(9_000, None)]), &host_target()).is_ok());
}

#[test]
fn other_machines_are_refused() {
    let module = with_functions([caller("f", &[])]);
    for target in ["wasm32-unknown-unknown", "x86_64-apple-darwin", "riscv64gc-unknown-linux-gnu", "", "nonsense"] {
        let expected = Err(CodegenError::UnsupportedTarget(target.to_owned()));
        assert_eq!(compile(&module, target), expected, "{target}");
    }
}

#[test]
fn a_loop_without_end_ends() {
    let mut b = FunctionBuilder::new("forever", PLACE, &[], None);
    let site = b.site(PLACE);
    let again = b.new_block();
    b.jump(again);
    b.switch_to(again);
    b.step(site);
    b.jump(again);
    let both = Both::new(with_functions([b.finish()]));
    let budgets = Budgets { steps: 100_000, memory: 0 };
    assert_eq!(both.run(FuncId::from_u32(0), &[], budgets), Err((FuncId::from_u32(0), site)));
}

#[test]
fn a_failing_callee_is_named() {
    let mut b = FunctionBuilder::new("callee", PLACE, &[], None);
    b.site(PLACE);
    let site = b.site(PLACE);
    b.fail(site, lwas_ir::FailReason::Require, None);
    let both = Both::new(with_functions([b.finish(), caller("a", &[0]), caller("b", &[1])]));
    let budgets = Budgets { steps: 3, memory: 0 };
    assert_eq!(both.run(FuncId::from_u32(2), &[], budgets), Err((FuncId::from_u32(0), Site::from_u32(2))));
    // The third call has no step left, but it fails at the same place anyway.
    let budgets = Budgets { steps: 2, memory: 0 };
    assert_eq!(both.run(FuncId::from_u32(2), &[], budgets), Err((FuncId::from_u32(0), Site::from_u32(2))));
    // The second has none: its own site 0 says so.
    let budgets = Budgets { steps: 1, memory: 0 };
    assert_eq!(both.run(FuncId::from_u32(2), &[], budgets), Err((FuncId::from_u32(1), Site::from_u32(0))));
}

/// A world of which only the next number of a journal is asked: that panics, or can't be read.
struct Broken {
    panics: bool,
    env: Env,
}

impl World for Broken {
    fn row(&mut self, _: StateId, _: &Key) -> Result<Option<Row>, WorldError> {
        unreachable!("not asked for")
    }
    fn put(&mut self, _: StateId, _: Row) -> Result<(), WorldError> {
        unreachable!("not asked for")
    }
    fn delete(&mut self, _: StateId, _: &Key) -> Result<(), WorldError> {
        unreachable!("not asked for")
    }
    fn next_seq(&mut self, _: StateId) -> Result<i64, WorldError> {
        if self.panics {
            panic!("the journal is on fire");
        }
        Err(WorldError("the disk is gone".to_owned()))
    }
    fn scan(&mut self, _: StateId, _: &Lookup, _: usize) -> Result<Vec<Row>, WorldError> {
        unreachable!("not asked for")
    }
    fn ends(&mut self, _: StateId, _: &Lookup, _: bool, _: usize) -> Result<Vec<Row>, WorldError> {
        unreachable!("not asked for")
    }
    fn aggregate(&mut self, _: AggregateId, _: &Key) -> Result<AggregateValue, WorldError> {
        unreachable!("not asked for")
    }
    fn set_aggregate(&mut self, _: AggregateId, _: &Key, _: AggregateValue) -> Result<(), WorldError> {
        unreachable!("not asked for")
    }
    fn emit(&mut self, _: EventId, _: Slot) -> Result<(), WorldError> {
        Ok(())
    }

    fn see_before(&mut self, _: bool) {}
    fn env(&self) -> &Env {
        &self.env
    }
}

fn next_seq_of(panics: bool) -> Result<Option<Slot>, NativeError> {
    let mut b = FunctionBuilder::new("next", PLACE, &[], Some(Kind::I64));
    let site = b.site(PLACE);
    let seq = b.host(HostOp::NextSeq(StateId::from_u32(0)), &[], Some(Kind::I64), site);
    b.ret(seq);
    let module = with_functions([b.finish(), caller("outer", &[])]);
    let object = compile(&module, &host_target()).unwrap();
    let native = NativeModule::load(&object.bytes, &module).unwrap();
    let mut world = Broken { panics, env: Env::nobody() };
    native.call(&module, FuncId::from_u32(0), &[], &mut Memory::new(&module), &mut world)
}

#[test]
fn a_host_that_panics_is_our_mistake() {
    assert_eq!(next_seq_of(true), Err(NativeError::Broken("the journal is on fire".to_owned())));
}

#[test]
fn a_world_that_cannot_be_read_is_no_rejection() {
    assert_eq!(next_seq_of(false), Err(NativeError::World(WorldError("the disk is gone".to_owned()))));
}

#[test]
fn a_program_without_functions_is_loaded() {
    let module = Module::default();
    let object = compile(&module, &host_target()).unwrap();
    assert!(NativeModule::load(&object.bytes, &module).is_ok());
}

#[test]
fn a_call_that_does_not_fit_is_refused() {
    let module = with_functions([caller("f", &[])]);
    let object = compile(&module, &host_target()).unwrap();
    let native = NativeModule::load(&object.bytes, &module).unwrap();
    let call = |func, args: &[Slot]| {
        let mut world = Broken { panics: true, env: Env::nobody() };
        native.call(&module, FuncId::from_u32(func), args, &mut Memory::new(&module), &mut world)
    };
    assert_eq!(call(0, &[]), Ok(None));
    assert!(matches!(call(0, &[Slot::int(1)]), Err(NativeError::Broken(_))));
    assert!(matches!(call(1, &[]), Err(NativeError::Broken(_))));
    let mut other = module.clone();
    other.texts.push("this moves everything in memory".to_owned());
    let mut world = Broken { panics: true, env: Env::nobody() };
    let result = native.call(&module, FuncId::from_u32(0), &[], &mut Memory::new(&other), &mut world);
    assert!(matches!(result, Err(NativeError::Broken(_))), "memory of another module: {result:?}");
}
