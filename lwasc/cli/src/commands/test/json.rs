//! Reports for tools: one JSON object a test, in the order of the tests, then one that sums them up.

use super::Summary;
use crate::exit::Done;
use crate::output;
use lwas_runtime::testing::{Case, Ran};
use serde::Serialize;

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    module: &'a str,
    at: String,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    module: &'a str,
    at: String,
    status: &'static str,
    seconds: f64,
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

#[derive(Serialize)]
struct Closing {
    summary: Sums,
}

#[derive(Serialize)]
struct Sums {
    status: &'static str,
    passed: usize,
    failed: usize,
    filtered_out: usize,
    seconds: f64,
}

/// A test that would run.
pub fn listed(case: &Case) -> Done {
    line(&Listed { name: &case.name, module: &case.module, at: case.at.to_string() })
}

/// How a test went.
pub fn test(ran: &Ran) -> Done {
    let report = &ran.report;
    let failure = report.failure.as_ref().map(|failure| Failure {
        at: failure.at.to_string(),
        message: &failure.message,
        code: failure.rejection.as_ref().map(|rejection| rejection.code.as_str()),
    });
    let (status, seconds) = (status(failure.is_some()), ran.took.as_secs_f64());
    line(&Line { name: &report.name, module: &report.module, at: report.at.to_string(), status, seconds, failure })
}

/// How all of them went.
pub fn summary(summary: &Summary) -> Done {
    let Summary { passed, failed, filtered_out, took } = *summary;
    let status = status(failed > 0);
    line(&Closing { summary: Sums { status, passed, failed, filtered_out, seconds: took.as_secs_f64() } })
}

fn status(has_failed: bool) -> &'static str {
    if has_failed { "failed" } else { "passed" }
}

fn line(value: &impl Serialize) -> Done {
    output::answer(&serde_json::to_string(value).expect("texts and finite numbers always have a JSON form"))
}
