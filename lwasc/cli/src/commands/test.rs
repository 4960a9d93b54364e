//! `lwasc test`: runs a program's tests in memory, on as many threads as there are cores, with a report like cargo's.
//!
//! `select` says which tests are meant; `human`, `json` and `junit` tell how they went, `coverage` what they have reached;
//! `watch` runs them again when a source has changed.

mod coverage;
mod human;
mod json;
mod junit;
mod select;
mod watch;

use super::check;
use super::engine::Engines;
use crate::args::Test;
use crate::exit::{self, Done, Stop};
use crate::{cache, output};
use coverage::Coverage;
use lwas_driver::Compiled;
use lwas_ir::coverage::{Counts, Points};
use lwas_runtime::Program;
use lwas_runtime::testing::{self, Case, How, Ran, Told};
use lwas_seal::Hash;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use watch::Watched;

/// Runs the tests once, or again and again.
pub fn run(args: &Test) -> Done {
    if args.watch { watch::run(args, |args, watched| once(args, Some(watched))) } else { once(args, None) }
}

/// Runs, or lists, the tests that are meant.
fn once(args: &Test, watched: Option<&mut Watched>) -> Done {
    super::packages::settle(std::slice::from_ref(&args.program), args.locked)?;
    let (compiled, points) = compile(args)?;
    watched.into_iter().for_each(|watched| watched.read(&compiled));
    check::tell(&compiled.diagnostics, &compiled.sources, &compiled.root);
    let Some(module) = &compiled.module else { return Err(Stop::told(exit::REFUSED)) };
    // Tests run in memory only: there is no artifact, and nothing that could name one.
    let program =
        Program::new(module, Hash::of(b""), Vec::new()).map_err(|misfit| Stop::new(exit::REFUSED, misfit.0))?;
    let program = Arc::new(program);
    let all = testing::cases(&program)?;
    let total = all.len();
    let cases = select::select(all, args)?;
    if args.list {
        return cases.iter().try_for_each(|case| if args.json { json::listed(case) } else { human::listed(case) });
    }
    let counts = points.is_some().then(|| Arc::new(Counts::new(program.explained())));
    let since = Instant::now();
    let ran = execute(args, &program, &cases, counts.as_ref())?;
    let coverage = points.zip(counts).map(|(points, counts)| {
        Coverage::new(&compiled.root, &compiled.sources, program.explained(), &points, &counts)
    });
    let summary = Summary::of(&ran, total - cases.len(), since.elapsed(), coverage);
    tell(args, (&program.module.name, &compiled.root), &ran, &summary)
}

/// The program, and what of it could be reached where that is asked.
fn compile(args: &Test) -> Result<(Compiled, Option<Points>), Stop> {
    if args.covers() {
        let (compiled, points) = lwas_driver::compile_with_points(&args.program, lwas_std::MODULES)?;
        return Ok((compiled, Some(points)));
    }
    Ok((lwas_driver::compile(&args.program, lwas_std::MODULES, true)?, None))
}

/// Writes the files that are asked for, then says how all of them went.
fn tell(args: &Test, (program, root): (&str, &Path), ran: &[Ran], summary: &Summary) -> Done {
    if let Some(path) = &args.junit {
        junit::write(path, (program, root), ran, summary)?;
    }
    if let Some(coverage) = &summary.coverage {
        coverage.write(args)?;
    }
    if args.json {
        json::summary(summary)?;
    } else {
        human::summary(ran, summary)?;
    }
    if summary.failed > 0 {
        return Err(Stop::told(exit::REFUSED));
    }
    match &summary.coverage {
        Some(coverage) => coverage.demand(args.min_coverage),
        None => Ok(()),
    }
}

/// Runs the cases and tells how each went.
fn execute(
    args: &Test,
    program: &Arc<Program>,
    cases: &[Case],
    counts: Option<&Arc<Counts>>,
) -> Result<Vec<Ran>, Stop> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    let engines =
        Engines::new(&program.module, args.interpret || counts.is_some(), cache::open(&args.program, args.no_cache))?;
    let jobs = args.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let mut progress = output::progress(cases.len() as u64, "tests");
    let mut stopped = Ok(());
    let how = How { jobs, engine: &|| engines.another(), counts };
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
    /// What they have reached, where that is asked.
    coverage: Option<Coverage>,
}

impl Summary {
    fn of(ran: &[Ran], filtered_out: usize, took: Duration, coverage: Option<Coverage>) -> Summary {
        let failed = ran.iter().filter(|ran| ran.report.failure.is_some()).count();
        Summary { passed: ran.len() - failed, failed, filtered_out, took, coverage }
    }
}
