//! Reports for people: a line a test, then each failure with its source, then how many there were.

use super::Summary;
use crate::commands::rejection;
use crate::exit::Done;
use crate::output;
use lwas_driver::render::visible;
use lwas_runtime::testing::{Case, Ran, TestFailure, TestReport};
use std::io::IsTerminal;
use std::time::Duration;

/// Longer than this, and a test's time is worth a word.
const SLOW: Duration = Duration::from_secs(1);

/// A test that would run.
pub fn listed(case: &Case) -> Done {
    output::answer(&line(&case.name))
}

/// How a test went.
pub fn test(ran: &Ran) -> Done {
    let verdict = if ran.report.failure.is_some() { "FAILED" } else { "ok" };
    // At a terminal only: what is kept of a run is the same whenever it is run.
    let slow = if ran.took > SLOW && std::io::stdout().is_terminal() {
        format!(" (in {:.1} s)", ran.took.as_secs_f64())
    } else {
        String::new()
    };
    output::answer(&format!("test {} ... {verdict}{slow}", line(&ran.report.name)))
}

/// What failed and why, then the verdict.
pub fn summary(ran: &[Ran], summary: &Summary) -> Done {
    for Ran { report, .. } in ran {
        let Some(failure) = &report.failure else { continue };
        output::answer(&format!("\n---- {} ----\n{}", line(&report.name), told(report, failure)))?;
    }
    let verdict = if summary.failed == 0 { "ok" } else { "FAILED" };
    let others = match summary.filtered_out {
        0 => String::new(),
        count => format!("; {count} filtered out"),
    };
    let Summary { passed, failed, .. } = summary;
    output::answer(&format!("\ntest result: {verdict}. {passed} passed; {failed} failed{others}"))?;
    match &summary.coverage {
        Some(coverage) => output::answer(&coverage.text()),
        None => Ok(()),
    }
}

/// A failure: the case, what was expected and what came, where, and the rejection behind it. Nothing in it can steer a terminal.
pub fn told(report: &TestReport, failure: &TestFailure) -> String {
    let mut text = String::new();
    if !report.bound.is_empty() {
        let values: Vec<String> =
            report.bound.iter().map(|bound| format!("{} = {}", bound.name, bound.shown)).collect();
        text.push_str(&format!("with {}\n", line(&values.join(", "))));
    }
    let excerpt = rejection::excerpt(&failure.at, &failure.traces);
    text.push_str(&format!("{}\n{excerpt}", visible(&failure.message)));
    if let Some(rejection) = failure.rejection.as_ref().filter(|rejection| rejection.at.is_some()) {
        text.push_str(&format!("because of {}\n{}", rejection.code, rejection::place(rejection)));
    }
    text.truncate(text.trim_end().len());
    text
}

/// A name on one line.
fn line(name: &str) -> String {
    visible(name).replace('\n', "\\n")
}
