//! `lwasc test`: runs a program's tests in memory, with a report like cargo's.

use super::{check, engine, rejection};
use crate::args::Test;
use crate::exit::{self, Done, Stop};
use crate::{cache, output};
use lwas_runtime::Program;
use lwas_runtime::testing::{self, TestReport};
use lwas_seal::Hash;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    at: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failure<'a>>,
}

#[derive(Serialize)]
struct Failure<'a> {
    at: String,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

pub fn run(args: &Test) -> Done {
    let compiled = lwas_driver::compile(&args.program, lwas_std::MODULES, true)?;
    check::tell(&compiled.diagnostics, &compiled.sources, &compiled.root);
    let Some(module) = compiled.module else { return Err(Stop::told(exit::REFUSED)) };
    let engine = engine::of_module(&module, args.interpret, cache::open(&args.program, args.no_cache))?;
    // Tests run in memory only: there is no artifact, and nothing that could name one.
    let program =
        Program::new(&module, Hash::of(b""), Vec::new()).map_err(|misfit| Stop::new(exit::REFUSED, misfit.0))?;
    let filter = args.filter.as_deref().unwrap_or("");
    let mut failed = vec![];
    let mut stopped = Ok(());
    let reports = testing::run_tests(&Arc::new(program), engine, filter, |report| {
        if stopped.is_ok() {
            stopped = if args.json { json(report) } else { human(report) };
        }
        if report.failure.is_some() {
            failed.push(report.clone());
        }
    })?;
    stopped?;
    if !args.json {
        summary(&reports, &failed)?;
    }
    if failed.is_empty() { Ok(()) } else { Err(Stop::told(exit::REFUSED)) }
}

fn json(report: &TestReport) -> Done {
    let failure = report.failure.as_ref().map(|failure| Failure {
        at: failure.at.to_string(),
        message: &failure.message,
        code: failure.rejection.as_ref().map(|rejection| rejection.code.as_str()),
    });
    let status = if failure.is_some() { "failed" } else { "passed" };
    let line = Line { name: &report.name, at: report.at.to_string(), status, failure };
    output::answer(&serde_json::to_string(&line).expect("texts always have a JSON form"))
}

fn human(report: &TestReport) -> Done {
    let verdict = if report.failure.is_some() { "FAILED" } else { "ok" };
    output::answer(&format!("test {} ... {verdict}", lwas_driver::render::visible(&report.name)))
}

fn summary(reports: &[TestReport], failed: &[TestReport]) -> Done {
    for report in failed {
        let Some(failure) = &report.failure else { continue };
        let (name, message) = (&report.name, lwas_driver::render::visible(&failure.message));
        output::answer(&format!(
            "\n---- {name} ----\n{message}\n{}",
            rejection::excerpt(&failure.at, &failure.traces).trim_end()
        ))?;
        if let Some(rejection) = failure.rejection.as_ref().filter(|rejection| rejection.at.is_some()) {
            output::answer(&format!("because of {}\n{}", rejection.code, rejection::place(rejection).trim_end()))?;
        }
    }
    let verdict = if failed.is_empty() { "ok" } else { "FAILED" };
    let passed = reports.len() - failed.len();
    output::answer(&format!("\ntest result: {verdict}. {passed} passed; {} failed", failed.len()))
}
