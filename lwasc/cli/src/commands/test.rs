//! `lwasc test`: runs a program's tests in memory, on as many threads as there are cores, with a report like cargo's.
//!
//! `select` says which tests are meant; `human`, `json` and `junit` tell how they went.

mod human;
mod json;
mod junit;
mod select;

use super::check;
use super::engine::Engines;
use crate::args::Test;
use crate::exit::{self, Done, Stop};
use crate::{cache, output};
use lwas_runtime::Program;
use lwas_runtime::testing::{self, Case, How, Ran, Told};
use lwas_seal::Hash;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Runs, or lists, the tests that are meant.
pub fn run(args: &Test) -> Done {
    let compiled = lwas_driver::compile(&args.program, lwas_std::MODULES, true)?;
    check::tell(&compiled.diagnostics, &compiled.sources, &compiled.root);
    let Some(module) = compiled.module else { return Err(Stop::told(exit::REFUSED)) };
    // Tests run in memory only: there is no artifact, and nothing that could name one.
    let program =
        Program::new(&module, Hash::of(b""), Vec::new()).map_err(|misfit| Stop::new(exit::REFUSED, misfit.0))?;
    let program = Arc::new(program);
    let all = testing::cases(&program)?;
    let total = all.len();
    let cases = select::select(all, args)?;
    if args.list {
        return cases.iter().try_for_each(|case| if args.json { json::listed(case) } else { human::listed(case) });
    }
    let since = Instant::now();
    let ran = execute(args, &program, &cases)?;
    let summary = Summary::of(&ran, total - cases.len(), since.elapsed());
    if let Some(path) = &args.junit {
        junit::write(path, &program.module.name, &ran, &summary)?;
    }
    if args.json {
        json::summary(&summary)?;
    } else {
        human::summary(&ran, &summary)?;
    }
    if summary.failed == 0 { Ok(()) } else { Err(Stop::told(exit::REFUSED)) }
}

/// Runs the cases and tells how each went.
fn execute(args: &Test, program: &Arc<Program>, cases: &[Case]) -> Result<Vec<Ran>, Stop> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    let engines = Engines::new(&program.module, args.interpret, cache::open(&args.program, args.no_cache))?;
    let jobs = args.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let mut progress = output::progress(cases.len() as u64, "tests");
    let mut stopped = Ok(());
    let how = How { jobs, engine: &|| engines.another() };
    let ran = testing::run_tests(program, cases, &how, |told| {
        match told {
            Told::Ended(count) => progress.set(count as u64),
            Told::Report(ran) => {
                stopped = progress.beside(|| if args.json { json::test(ran) } else { human::test(ran) });
            }
        }
        if stopped.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    drop(progress);
    stopped?;
    Ok(ran?)
}

/// How all of them went.
struct Summary {
    passed: usize,
    failed: usize,
    /// How many were not meant.
    filtered_out: usize,
    took: Duration,
}

impl Summary {
    fn of(ran: &[Ran], filtered_out: usize, took: Duration) -> Summary {
        let failed = ran.iter().filter(|ran| ran.report.failure.is_some()).count();
        Summary { passed: ran.len() - failed, failed, filtered_out, took }
    }
}
