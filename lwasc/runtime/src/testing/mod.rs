//! `test` blocks: each on an empty ledger in memory that begins at 2000-01-01T00:00:00Z, nothing of which is ever written.
//!
//! `cases` says what there is to run, `run` runs it on several threads, `steps` is one test, `play` one that somebody
//! watches. The tests of a thread share one ledger and
//! never commit: after each the open batch is dropped, so the next one begins with nothing.

mod cases;
mod play;
mod run;
mod steps;

use std::sync::Arc;
use std::time::Duration;

use lwas_seal::Hash;

use crate::attach::{Attach, Opened, attach_memory};
use crate::engine::Engine;
use crate::error::RuntimeError;
use crate::judge::Runtime;
use crate::outcome::{At, Rejection, Traced};
use crate::program::Program;
use crate::store::Bounds;

pub use cases::{Bound, Case, MAX_CASES, cases};
pub use play::{Played, play};
pub use run::{How, Told, run_tests};

/// 2000-01-01T00:00:00Z in µs since 1970.
pub const START: i64 = 946_684_800_000_000;

/// How a test went.
#[derive(Clone, Debug, PartialEq)]
pub struct TestReport {
    /// Its name.
    pub name: String,
    /// The path of its module.
    pub module: String,
    /// Where it stands.
    pub at: At,
    /// What its case has bound.
    pub bound: Vec<Bound>,
    /// The first step that failed.
    pub failure: Option<TestFailure>,
}

/// A report, and how long that took.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How the test went, which is the same every time.
    pub report: TestReport,
    /// How long it took, which is not.
    pub took: Duration,
}

/// Why a test failed.
#[derive(Clone, Debug, PartialEq)]
pub struct TestFailure {
    /// The step.
    pub at: At,
    /// One lower-case sentence: what was expected and what came.
    pub message: String,
    /// The rejection behind it, where there is one.
    pub rejection: Option<Rejection>,
    /// Values of sub-expressions of the step; those of a rejection elsewhere are the rejection's.
    pub traces: Vec<Traced>,
}

/// The program on an empty ledger in memory.
fn begin(program: &Arc<Program>, engine: Engine) -> Result<Runtime, RuntimeError> {
    let open = |_: Hash, _: &[u8]| -> Result<Opened, String> { Err("a ledger in memory has one artifact".into()) };
    let how = Attach { signer: None, allowed: &[], start: Some(START), open: &open, bounds: Bounds::default() };
    attach_memory(Arc::clone(program), engine, &how)
}

/// The laws that do not hold on the empty ledger, each with its rejection. A program has none; `build` checks it.
///
/// # Errors
/// As [`run_tests`].
pub fn check_empty(program: &Arc<Program>) -> Result<Vec<Rejection>, RuntimeError> {
    let mut runtime = begin(program, Engine::Interpreter)?;
    let (program, store, memory, _) = runtime.parts();
    crate::judge::check_all(program, store, memory)
}
