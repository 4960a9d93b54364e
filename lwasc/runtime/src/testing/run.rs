//! Tests on several threads. Each thread has a ledger and an engine of its own and takes the next test that nobody has taken; reports
//! are handed on in the order of the tests, whichever ends first.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use lwas_ir::coverage::Counts;

use super::steps::Running;
use super::{Case, Ran, START, TestReport, begin};
use crate::engine::Engine;
use crate::error::RuntimeError;
use crate::judge::Runtime;
use crate::program::Program;

/// A test may call as deeply as a program may anywhere else.
const STACK_BYTES: usize = 64 << 20;

/// How tests are run.
pub struct How<'a> {
    /// On how many threads at most.
    pub jobs: usize,
    /// Makes what executes the program, for each thread.
    pub engine: &'a (dyn Fn() -> Result<Engine, RuntimeError> + Sync),
    /// Who counts what is reached, if anybody does. The engine must be the interpreter then: native code counts nothing.
    pub counts: Option<&'a Arc<Counts>>,
}

/// What is told while tests run.
pub enum Told<'a> {
    /// So many tests have ended.
    Ended(usize),
    /// The next test in order has ended.
    Report(&'a Ran),
}

/// Runs cases, and hands on what is to be told until that says that it is enough. The reports are in the order of the cases.
///
/// # Errors
/// The program's state can't be kept in tables, its first rows can't be computed, or we are wrong; never a failing test.
pub fn run_tests(
    program: &Arc<Program>,
    cases: &[Case],
    how: &How<'_>,
    mut tell: impl FnMut(Told<'_>) -> ControlFlow<()>,
) -> Result<Vec<Ran>, RuntimeError> {
    let work = Work { program, cases, how, next: AtomicUsize::new(0), is_over: AtomicBool::new(false) };
    let threads = how.jobs.clamp(1, cases.len().max(1));
    std::thread::scope(|scope| {
        let (to, from) = channel();
        for _ in 0..threads {
            let (work, to) = (&work, to.clone());
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
            let begun = thread.spawn_scoped(scope, move || work.take_turns(&to));
            begun.map_err(|error| RuntimeError::World(format!("a thread for tests can't begin: {error}")))?;
        }
        drop(to);
        let reports = in_order(&from, cases.len(), &mut tell);
        // Whatever ended it, nobody waits for the tests that are left.
        work.is_over.store(true, Ordering::Relaxed);
        reports
    })
}

/// Hands on the reports in order as soon as those before them are there. A failure of ours ends it.
fn in_order(
    from: &Receiver<Ended>,
    count: usize,
    tell: &mut impl FnMut(Told<'_>) -> ControlFlow<()>,
) -> Result<Vec<Ran>, RuntimeError> {
    let mut waiting: Vec<Option<Ran>> = (0..count).map(|_| None).collect();
    let mut reports = Vec::with_capacity(count);
    for ended in 1..=count {
        let (number, ran) = match from.recv() {
            Ok((number, ran)) => (number, ran?),
            // A thread has panicked, which the scope tells of.
            Err(mpsc::RecvError) => break,
        };
        if let Some(place) = waiting.get_mut(number) {
            *place = Some(ran);
        }
        if tell(Told::Ended(ended)).is_break() {
            break;
        }
        while let Some(ran) = waiting.get_mut(reports.len()).and_then(Option::take) {
            let goes_on = tell(Told::Report(&ran));
            reports.push(ran);
            if goes_on.is_break() {
                return Ok(reports);
            }
        }
    }
    Ok(reports)
}

/// A case by its number, and how it went.
type Ended = (usize, Result<Ran, RuntimeError>);

/// What the threads share.
struct Work<'a> {
    program: &'a Arc<Program>,
    cases: &'a [Case],
    how: &'a How<'a>,
    /// The next case that nobody has taken.
    next: AtomicUsize,
    /// Whether nobody waits for more.
    is_over: AtomicBool,
}

impl Work<'_> {
    /// Runs one case after another until none is left.
    fn take_turns(&self, to: &Sender<Ended>) {
        let mut runtime = None;
        while !self.is_over.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = self.cases.get(number) else { return };
            // Where nobody listens any more, nobody misses it.
            let _ = to.send((number, self.run(&mut runtime, case)));
        }
    }

    fn run(&self, runtime: &mut Option<Runtime>, case: &Case) -> Result<Ran, RuntimeError> {
        let runtime = match runtime {
            Some(runtime) => runtime,
            none => none.insert(begin(self.program, (self.how.engine)()?)?),
        };
        runtime.count(self.how.counts.cloned());
        let since = Instant::now();
        let failure = match (&case.broken, self.program.module.tests.get(case.test)) {
            (Some(broken), _) => Some(broken.clone()),
            (None, Some(test)) => {
                let lets = case.bound.iter().map(|bound| (bound.ty, bound.value.clone())).collect();
                Running {
                    program: self.program,
                    runtime,
                    lets,
                    clock: START,
                    counts: self.how.counts.map(|counts| &**counts),
                }
                .test(test)?
            }
            (None, None) => return Err(RuntimeError::World("a case is of no test of the program".into())),
        };
        runtime.abandon();
        let Case { name, module, at, bound, .. } = case.clone();
        Ok(Ran { report: TestReport { name, module, at, bound, failure }, took: since.elapsed() })
    }
}
