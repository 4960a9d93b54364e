//! The verifier: what must be true of a module before it is executed. It sees modules that came out of an artifact, so it
//! trusts nothing, never panics, and takes time in proportion to the module (with a cap where a forged one could do worse).
//! What passes is safe to interpret and to compile.
//!
//! The rules:
//!
//!  1. Every id and every number of a field, index, axiom or source names something that is there.
//!  2. Types are not recursive and nest at most 64 deep; there is no option of an option.
//!  3. Digits: at most 18 for a currency and for what is stored, 36 for all others.
//!  4. Currencies are in order of code, each code once and not empty.
//!  5. Types are there once. Names are unique: of functions, enums, records, aggregates, events, queries; of states within their module; of
//!     fields and variants within what they belong to.
//!  6. Sizes: a value at most 1 MiB, a text constant at most that too, all constants 16 MiB; a function at most a million
//!     registers and blocks; sizes and offsets are multiples of 8.
//!  7. A state's fields are its key, then stored, then computed ones. Keys are fields of key types (Bool, Int, Text, Currency,
//!     Time, Date, an enum without payload), indexes stored fields of key types or options of such, at most 64 each. Only a single state has no key, and only it has an initial row. A journal
//!     begins with `seq: Int`, its key, and a Time.
//!  8. What is stored holds no Number, Fraction or Bag, what events and queries are given no Fraction or Bag.
//!  9. Aggregates are grouped by stored fields of key types or options of such, at most 64.
//! 10. Functions of events, queries, axioms, computed fields, aggregates, defaults, initial rows, constants and tests take and
//!     give what they are called with.
//! 11. Only rules write. Constants, defaults and initial rows do not touch the world at all. The function of an aggregate adds to
//!     that aggregate, and touches the world in no other way.
//! 12. A function has an entry block and a site 0, and its parameters are registers.
//! 13. Registers have the kinds that instructions, terminators and traces take and give.
//! 14. Calls have the arguments and the result of the function called.
//! 15. Host functions have the arguments and the result of their signature, and immediates that make sense: `Compare` of no bag,
//!     `NextSeq` of a journal, no deleting in journals and single states, no more parts of a `Scan` than its index has, and behind
//!     those of a `ScanRange`, which has an end, an Int, Text, Time or Date, or an option of these.
//! 16. A function returns a value of its result's kind, or none.
//! 17. A register is assigned on every path before it is read.
//! 18. Every cycle of blocks has a `Step` or a call in it.
//! 19. Calls are acyclic and at most 256 deep.
//! 20. An axiom's way back from what it reads fits the index, the key and the group that it names; the fields it reads are stored.
//! 21. A test's `reject … by` names an axiom, and its steps take the values of its cases, which are lists, and of the
//!     `let`s before them.
//! 22. A route's path has plain words and each value once; what comes from a path or a query string has a plain text. Nothing is
//!     posted that is not accepted from outside; the query that answers takes fields of the same names and types. No two routes
//!     of a program take the same requests.
//! 23. An export's symbol is one of C, of one function, whose types have a form in C and which does not touch the world.
//! 24. A module has settings once. They are a state of one row, and an event with the same fields that can't come from outside.
//! 25. A set names its programs in order, and is called by them. Each has only events that are accepted, and routes to what is its own.
//! 26. What is sampled is an event without a key whose fields are readings of the source, of their types. What says how often, and to
//!     where a latency is measured, are queries that take nothing; the latter is there exactly where the event has a latency.

mod calls;
mod events;
mod faces;
mod flow;
mod function;
mod host;
mod routes;
mod states;
mod types;
mod watch;

use crate::{FuncId, Kind, Module, Type, TypeId};
use std::collections::BTreeSet;

/// A rule that a module breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// The number of the rule, as in the module's documentation.
    pub rule: u8,
    /// What breaks it: a function with a block, a state, an event.
    pub place: String,
    /// How.
    pub what: String,
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let VerifyError { rule, place, what } = self;
        write!(f, "{place}: {what} (rule {rule} of the ir)")
    }
}

impl std::error::Error for VerifyError {}

/// Checks a module. The error is the first broken rule.
pub fn verify(module: &Module) -> Result<(), VerifyError> {
    // The order counts: kinds and layouts may be asked for once types are known to be sound, effects once calls are.
    types::verify(module)?;
    states::verify(module)?;
    let bags = types::holding(module, |ty| ty == Type::Bag);
    for (id, _) in &module.functions {
        function::verify(module, id, &bags)?;
    }
    let mut work = flow::Work::default();
    for function in module.functions.values() {
        flow::verify(function, &mut work)?;
    }
    let effects = calls::verify(module)?;
    events::verify(module, &effects)?;
    faces::verify(module)
}

/// An error.
fn broken<T>(rule: u8, place: impl Into<String>, what: impl Into<String>) -> Result<T, VerifyError> {
    Err(VerifyError { rule, place: place.into(), what: what.into() })
}

/// An error unless something holds.
fn check(
    holds: bool,
    rule: u8,
    place: impl FnOnce() -> String,
    what: impl FnOnce() -> String,
) -> Result<(), VerifyError> {
    if holds { Ok(()) } else { broken(rule, place(), what()) }
}

/// Names that are there once.
fn unique<'a>(names: impl Iterator<Item = &'a str>, of: &str) -> Result<(), VerifyError> {
    let mut seen = BTreeSet::new();
    for name in names {
        check(seen.insert(name), 5, || of.to_owned(), || format!("`{name}` is there twice"))?;
    }
    Ok(())
}

/// That a function takes and gives certain kinds. `result` is `None` where any will do.
fn signature(
    module: &Module,
    id: FuncId,
    params: &[Kind],
    result: Option<Option<Kind>>,
    place: impl Fn() -> String,
) -> Result<(), VerifyError> {
    let Some(function) = module.functions.get(id) else { return broken(1, place(), format!("{id:?} is not there")) };
    let takes = function.locals.values().take(function.params as usize).copied().collect::<Vec<_>>();
    check(takes == params, 10, &place, || format!("`{}` takes {takes:?}, not {params:?}", function.name))?;
    let fits = result.is_none_or(|result| result == function.result);
    check(fits, 10, &place, || format!("`{}` gives {:?}, not {result:?}", function.name, function.result))
}

/// The kind of a type that is there.
fn kind(module: &Module, ty: TypeId) -> Kind {
    if module.types.is_valid(ty) { module.kind(ty) } else { Kind::I64 }
}
