//! Reports as JUnit writes them, which servers that build and test read: a suite for each module, with what failed and where.

use super::{Summary, human};
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_driver::render::{place, visible};
use lwas_runtime::testing::{Ran, TestReport};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::path::Path;
use std::time::Duration;

/// What a failure without a code is called: a step did not come out as it says.
const EXPECTATION: &str = "expectation";

/// Writes the report of a program's tests, which lies in a folder, to a file, whole or not at all.
pub fn write(path: &Path, (program, root): (&str, &Path), ran: &[Ran], summary: &Summary) -> Done {
    let report = report((program, root), ran, summary.took);
    let text =
        report.to_string().map_err(|error| Stop::new(exit::IO, format!("the report can't be written: {error}")))?;
    output::write_whole(path, text.as_bytes())
}

/// The suites in the order of their first tests.
fn report((program, root): (&str, &Path), ran: &[Ran], took: Duration) -> Report {
    let mut suites: Vec<TestSuite> = vec![];
    for ran in ran {
        let at = suites.iter().position(|suite| suite.name.as_str() == ran.report.module);
        let at = at.unwrap_or_else(|| {
            suites.push(TestSuite::new(&ran.report.module));
            suites.len() - 1
        });
        let suite = &mut suites[at];
        suite.add_test_case(case(&ran.report, root, ran.took));
        suite.set_time(suite.time.unwrap_or_default() + ran.took);
    }
    let mut report = Report::new(program);
    report.set_time(took).add_test_suites(suites);
    report
}

fn case(report: &TestReport, root: &Path, took: Duration) -> TestCase {
    let status = match &report.failure {
        None => TestCaseStatus::success(),
        Some(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let code = failure.rejection.as_ref().map_or(EXPECTATION, |rejection| rejection.code.as_str());
            status.set_type(code).set_message(visible(&failure.message)).set_description(human::told(report, failure));
            status
        }
    };
    let mut case = TestCase::new(visible(&report.name), status);
    case.set_classname(&report.module).set_time(took);
    // As from the folder in which `lwasc` was called, which is a checkout's where others read it.
    case.extra.insert("file".into(), place(root, &report.at.path).into());
    case.extra.insert("line".into(), report.at.line.to_string().into());
    case
}

#[cfg(test)]
mod tests {
    use super::*;
    use lwas_runtime::testing::TestFailure;
    use lwas_runtime::{At, Rejection};

    fn at(line: u32) -> At {
        At { path: "fees.lwas".into(), line, column: 3, width: 4, source_line: "  a < b".into() }
    }

    fn ran(module: &str, name: &str, failure: Option<TestFailure>) -> Ran {
        let report = TestReport { name: name.into(), module: module.into(), at: at(7), bound: vec![], failure };
        Ran { report, took: Duration::from_millis(20) }
    }

    fn read_back() -> Report {
        let rejection = Rejection { at: Some(at(3)), ..Rejection::plain("E0602", "too large") };
        let message = "expected \u{1b}[31m<this> & \"that\"\u{0}".to_owned();
        let failure = TestFailure { at: at(9), message, rejection: Some(rejection), traces: vec![] };
        let all = [
            ran("shop", "it <sells> & \u{7}buys", None),
            ran("shop.fees", "a fee", Some(failure)),
            ran("shop", "it closes", None),
        ];
        let text = report(("shop", Path::new("rules")), &all, Duration::from_millis(60)).to_string().unwrap();
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{0}']), "{text}");
        Report::deserialize_from_str(&text).unwrap()
    }

    #[test]
    fn readers_find_suites_and_counts() {
        let read = read_back();
        assert_eq!((read.tests, read.failures, read.errors, read.skipped), (3, 1, 0, 0));
        let suites: Vec<_> =
            read.test_suites.iter().map(|s| (s.name.as_str(), s.tests, s.failures, s.errors)).collect();
        assert_eq!(suites, [("shop", 2, 0, 0), ("shop.fees", 1, 1, 0)]);
        assert_eq!(read.test_suites[0].time, Some(Duration::from_millis(40)));
    }

    #[test]
    fn readers_find_where_a_test_stands_and_why_it_failed() {
        let read = read_back();
        let case = &read.test_suites[1].test_cases[0];
        assert_eq!(case.classname.as_ref().map(|name| name.as_str()), Some("shop.fees"));
        let extra: Vec<_> = case.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(extra, [("file", "rules/fees.lwas"), ("line", "7")]);
        let TestCaseStatus::NonSuccess { message, ty, description, .. } = &case.status else { panic!("it failed") };
        assert_eq!(ty.as_ref().map(|ty| ty.as_str()), Some("E0602"));
        assert_eq!(message.as_ref().map(|text| text.as_str()), Some("expected \\u{1b}[31m<this> & \"that\"\\u{0}"));
        let text = description.as_ref().map(|text| text.as_str()).unwrap_or_default();
        assert!(text.contains("fees.lwas:9:3") && text.contains("because of E0602"), "{text}");
    }
}
