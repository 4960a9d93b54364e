//! The same object whatever the means: one thread or several, nothing in the cache, something or all. Every module that the
//! other tests generate goes through one cache, so that a piece which is kept under too little of what it depends on ends up
//! in the wrong object sooner or later, and the bytes differ.

use crate::compare::{Both, PLACE};
use lwas_codegen::{Cache, CodegenError, Means, Object, compile, compile_with, host_target};
use lwas_ir::{FuncId, FunctionBuilder, HostOp, IntOp, Kind, Module, Type};
use std::borrow::Cow;
use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{LazyLock, Mutex};

/// A cache in memory that counts.
#[derive(Default)]
struct Kept {
    pieces: Mutex<HashMap<Vec<u8>, Vec<u8>>>,
    puts: Mutex<usize>,
}

impl Cache for Kept {
    fn get(&self, unit: &[u8]) -> Option<Cow<'_, [u8]>> {
        self.pieces.lock().unwrap().get(unit).cloned().map(Cow::Owned)
    }

    fn put(&self, unit: &[u8], piece: &[u8]) {
        *self.puts.lock().unwrap() += 1;
        self.pieces.lock().unwrap().insert(unit.to_vec(), piece.to_vec());
    }
}

impl Kept {
    fn puts(&self) -> usize {
        std::mem::take(&mut self.puts.lock().unwrap())
    }

    fn compile(&self, module: &Module) -> Result<Object, CodegenError> {
        let threads = NonZero::new(3).expect("three is not nothing");
        compile_with(module, &host_target(), &Means { threads, cache: Some(self) })
    }
}

static SHARED: LazyLock<Kept> = LazyLock::new(Kept::default);

/// Compiles alone, then with threads and what earlier modules left, then with everything kept: all must agree.
pub fn compile_every_way(module: &Module) -> Result<Object, CodegenError> {
    let alone = compile(module, &host_target());
    assert_eq!(SHARED.compile(module), alone, "with threads and a cache of other modules");
    assert_eq!(SHARED.compile(module), alone, "with everything from the cache");
    alone
}

impl Both {
    /// A module that is well-formed, compiled in every way.
    pub fn new(module: Module) -> Both {
        Both::compiled(module, compile_every_way)
    }
}

/// Functions `f(x) = x + 0`, `x + 1`, …, each of which calls the one before and compares a text with a constant.
fn chain(length: i64, first: i64, texts: &[&str]) -> Module {
    let mut module = Module { name: "test".to_owned(), sources: vec!["test.lwas".to_owned()], ..Module::default() };
    let text = module.types.push(Type::Text);
    let texts: Vec<_> = texts.iter().map(|text| module.texts.push((*text).to_owned())).collect();
    let mut before: Option<FuncId> = None;
    for number in first..first + length {
        let mut b = FunctionBuilder::new(format!("f{number}"), PLACE, &[Kind::I64, Kind::Ref], Some(Kind::I64));
        let site = b.site(PLACE);
        let number = b.int(number);
        let mut sum = b.int_op(IntOp::Add, b.param(0), number, site);
        if let Some(before) = before {
            sum = b.call(before, &[sum, b.param(1)], Some(Kind::I64)).expect("it has a result");
        }
        let constant = b.text(*texts.last().expect("there is a text"));
        let equal = b.host(HostOp::Equal(text), &[b.param(1), constant], Some(Kind::I64), site);
        sum = b.int_op(IntOp::Add, sum, equal.expect("it has a result"), site);
        b.ret(Some(sum));
        before = Some(module.functions.push(b.finish()));
    }
    lwas_ir::verify(&module).expect("the module is well-formed");
    module
}

#[test]
fn only_what_changed_is_made_again() {
    let kept = Kept::default();
    kept.compile(&chain(20, 0, &["US"])).unwrap();
    assert_eq!(kept.puts(), 21, "twenty functions and one entry point for all");
    kept.compile(&chain(20, 0, &["US"])).unwrap();
    assert_eq!(kept.puts(), 0, "nothing changed");
    kept.compile(&chain(21, -1, &["a text before", "US"])).unwrap();
    assert_eq!(kept.puts(), 2, "a new function, and the one that calls it now: the numbers of all others have moved");
    kept.compile(&chain(20, 0, &["NL"])).unwrap();
    assert_eq!(kept.puts(), 20, "a text that is compared stands in the code");
}

#[test]
fn places_and_names_are_no_part_of_it() {
    let kept = Kept::default();
    let mut module = chain(3, 0, &["US"]);
    kept.compile(&module).unwrap();
    kept.puts();
    for function in module.functions.values_mut() {
        function.name.push_str("_too");
        function.sites.values_mut().for_each(|site| site.place.line += 7);
    }
    kept.compile(&module).unwrap();
    assert_eq!(kept.puts(), 0);
}

#[test]
fn kept_bytes_that_are_no_piece_are_made_again() {
    let kept = Kept::default();
    let module = chain(3, 0, &["US"]);
    let object = kept.compile(&module).unwrap();
    kept.puts();
    for damage in [
        |piece: &mut Vec<u8>| piece.truncate(17),
        |piece: &mut Vec<u8>| piece.clear(),
        |piece: &mut Vec<u8>| piece[0] = 3,
    ] {
        kept.pieces.lock().unwrap().values_mut().for_each(damage);
        assert_eq!(kept.compile(&module).unwrap(), object);
        assert_eq!(kept.puts(), 4);
    }
}
