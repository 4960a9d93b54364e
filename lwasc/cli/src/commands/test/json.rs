//! Reports for tools: one JSON object a test, in the order of the tests, then one that sums them up.

use super::Summary;
use super::coverage::Coverage;
use crate::exit::Done;
use crate::output;
use lwas_runtime::testing::{Bound, Case, Ran};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    module: &'a str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<Values<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    module: &'a str,
    at: String,
    status: &'static str,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<Values<'a>>,
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
struct Closing<C: Serialize> {
    summary: Sums<C>,
}

#[derive(Serialize)]
struct Sums<C: Serialize> {
    passed: usize,
    failed: usize,
    filtered_out: usize,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<C>,
}

/// A test that would run.
pub fn listed(case: &Case) -> Done {
    line(&Listed { name: &case.name, module: &case.module, at: case.at.to_string(), case: values(&case.bound) })
}

/// How a test went.
pub fn test(ran: &Ran) -> Done {
    let report = &ran.report;
    let failure = report.failure.as_ref().map(|failure| Failure {
        at: failure.at.to_string(),
        message: &failure.message,
        code: failure.rejection.as_ref().map(|rejection| rejection.code.as_str()),
    });
    let (status, seconds) = (if failure.is_some() { "failed" } else { "passed" }, ran.took.as_secs_f64());
    let case = values(&report.bound);
    line(&Line {
        name: &report.name,
        module: &report.module,
        at: report.at.to_string(),
        status,
        seconds,
        case,
        failure,
    })
}

/// How all of them went.
pub fn summary(summary: &Summary) -> Done {
    let Summary { passed, failed, filtered_out, took, .. } = *summary;
    let coverage = summary.coverage.as_ref().map(Coverage::json);
    line(&Closing { summary: Sums { passed, failed, filtered_out, seconds: took.as_secs_f64(), coverage } })
}

/// The values of a case by name, as people read them; none where there is no case.
type Values<'a> = BTreeMap<&'a str, &'a str>;

fn values(bound: &[Bound]) -> Option<Values<'_>> {
    (!bound.is_empty()).then(|| bound.iter().map(|bound| (bound.name.as_str(), bound.shown.as_str())).collect())
}

fn line(value: &impl Serialize) -> Done {
    output::answer(&serde_json::to_string(value).expect("texts and finite numbers always have a JSON form"))
}
