//! Unit tests of promtool become `test` blocks. promtool evaluates every rule at every interval, LwaS judges at every entry; so
//! a test applies the samples of each time as one event, and an event without samples where something is expected of a time
//! without any. Where what LwaS sees between two evaluations could matter, the test is refused.

use crate::code::literal;
use crate::names::{escaped, quoted};
use crate::needs::{Naming, Needs, Source};
use crate::report::{Outcome, Place, Report, TestReport};
use crate::rules::{Alert, Translated};
use crate::series::{Series, Step};
use crate::write::{DIGITS, Text};
use crate::yaml::{AlertTest, Placed, TestFile, TestGroup};
use crate::{File, errors, series, time};
use lwas_base::{Diagnostics, FileId};
use std::collections::{BTreeMap, BTreeSet};

/// A minute, which is promtool's evaluation interval when none is said.
const MINUTE: u64 = 60_000;

/// A test may need so many entries.
const MAX_ENTRIES: u64 = 100_000;

/// A sample of a series, in milliseconds since the test's beginning; `None` where the series ends.
type Samples = BTreeMap<u64, Vec<(Series, Option<f64>)>>;

/// Translates the tests of a file.
pub struct Tests<'t> {
    /// Its place in messages.
    pub id: FileId,
    /// The file.
    pub file: &'t File,
    /// What the rules have become.
    pub translated: &'t mut Translated,
    /// Where what can't be said is told.
    pub diagnostics: &'t mut Diagnostics,
    /// Where everything is told.
    pub report: &'t mut Report,
}

impl Tests<'_> {
    /// Writes a `test` block for each group of tests that can be said.
    pub fn write(&mut self, tests: &TestFile, text: &mut Text) {
        let interval = tests.evaluation_interval.as_ref().map_or(Some(MINUTE), milliseconds).filter(|ms| *ms > 0);
        for (at, group) in tests.tests.iter().enumerate() {
            let mut refused = Vec::new();
            let start = self.start_of(group);
            let written = match interval {
                _ if !tests.group_eval_order.is_empty() => {
                    Err((start.clone(), "`group_eval_order` says what is recorded before it is read".to_owned()))
                }
                Some(interval) => self.group(group, interval, at + 1, &mut refused, text),
                None => Err((start.clone(), "the evaluation interval is no duration above zero".to_owned())),
            };
            let name = written.unwrap_or_else(|(placed, why)| {
                self.refuse(&placed, why, &mut refused);
                None
            });
            let place = Place::of(&self.file.path, &self.file.text, start.start);
            self.report.tests.push(TestReport { place, test: name, refused });
        }
    }

    fn refuse(&mut self, placed: &Placed, why: String, refused: &mut Vec<String>) {
        let span = placed.span(self.id, &self.file.text);
        self.diagnostics.push(errors::test_unsaid(span, &why));
        refused.push(why);
    }

    /// The first thing in a group that has a place.
    fn start_of(&self, group: &TestGroup) -> Placed {
        let series = group.input_series.first().map(|series| &series.series);
        let alert = group.alert_rule_test.first().map(|test| &test.alertname);
        let expression = group.promql_expr_test.first().map(|test| &test.expr);
        group.name.as_ref().or(series).or(alert).or(expression).cloned().unwrap_or_default()
    }

    fn group(
        &mut self,
        group: &TestGroup,
        interval: u64,
        number: usize,
        refused: &mut Vec<String>,
        text: &mut Text,
    ) -> Result<Option<String>, (Placed, String)> {
        let start = self.start_of(group);
        if group.start_timestamp.is_some() {
            return Err((start, "it begins at another time".to_owned()));
        }
        let step = match &group.interval {
            None => interval,
            Some(step) => {
                milliseconds(step).filter(|ms| *ms > 0).ok_or((step.clone(), "this is no duration".to_owned()))?
            }
        };
        for test in &group.promql_expr_test {
            let why = "it expects series of an expression; alerts are what is translated".to_owned();
            self.refuse(&test.expr, why, refused);
        }
        let mut expected: BTreeMap<u64, Vec<&AlertTest>> = BTreeMap::new();
        for test in &group.alert_rule_test {
            let time =
                milliseconds(&test.eval_time).ok_or((test.eval_time.clone(), "this is no duration".to_owned()))?;
            match self.can_expect(test) {
                Ok(()) => expected.entry(time / interval * interval).or_default().push(test),
                Err(why) => self.refuse(&test.alertname, why, refused),
            }
        }
        let Some(end) = expected.keys().next_back().copied() else { return Ok(None) };
        if end / step.min(interval) > MAX_ENTRIES {
            return Err((start, format!("it would take more than {MAX_ENTRIES} entries")));
        }
        let samples = self.samples(group, step, end)?;
        let holds: Vec<u64> = expected.values().flatten().flat_map(|test| self.holds(test)).collect();
        is_honest(&samples, &self.translated.needs, interval, step, end, &holds).map_err(|why| (start.clone(), why))?;
        let name = match &group.name {
            Some(name) => name.text.clone(),
            None => format!("{}, test {number}", self.file.path.rsplit('/').next().unwrap_or_default()),
        };
        self.block(&name, &samples, &expected, interval, end, text);
        Ok(Some(name))
    }

    /// Whether what a test expects can be compared.
    fn can_expect(&self, test: &AlertTest) -> Result<(), String> {
        let name = &test.alertname.text;
        let rules: Vec<_> =
            self.report.rules.iter().filter(|rule| rule.rule == *name && rule.outcome != Outcome::Inlined).collect();
        if rules.is_empty() {
            return Err(format!("no rule is called `{name}`"));
        }
        for rule in rules {
            match &rule.outcome {
                Outcome::Refused { .. } => return Err(format!("rule `{name}` is not translated")),
                Outcome::Partly { left_out } if test.exp_alerts.as_ref().is_some_and(|list| !list.is_empty()) => {
                    return Err(format!("annotation `{}` of `{name}` is left out", left_out.join("`, `")));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn alerts(&self, name: &str) -> impl Iterator<Item = &Alert> {
        self.translated.alerts.iter().filter(move |alert| alert.original == name)
    }

    /// For how long the alerts of a test wait, in milliseconds.
    fn holds(&self, test: &AlertTest) -> Vec<u64> {
        let alerts = self.alerts(&test.alertname.text);
        alerts.map(|alert| u64::try_from(alert.hold.as_millis()).unwrap_or(u64::MAX)).collect()
    }

    /// The samples of the metrics that the program keeps, until `end`.
    fn samples(&self, group: &TestGroup, step: u64, end: u64) -> Result<Samples, (Placed, String)> {
        let mut samples = Samples::new();
        for input in &group.input_series {
            let name = series::name(&input.series.text).map_err(|why| (input.series.clone(), why))?;
            let values = series::values(&input.values.text).map_err(|why| (input.values.clone(), why))?;
            let needs = &self.translated.needs;
            let Some(is_exact) = exactness(needs, &name.metric) else { continue };
            for (at, value) in (0u64..).zip(values) {
                let time = at * step;
                if time > end {
                    break;
                }
                let value = match value {
                    Step::Gap => continue,
                    Step::Stale => None,
                    Step::Value(value) => Some(value),
                };
                if let Some(value) = value {
                    is_sayable(value, is_exact).map_err(|why| (input.values.clone(), why))?;
                }
                samples.entry(time).or_default().push((name.clone(), value));
            }
        }
        Ok(samples)
    }

    fn block(
        &mut self,
        name: &str,
        samples: &Samples,
        expected: &BTreeMap<u64, Vec<&AlertTest>>,
        interval: u64,
        end: u64,
        text: &mut Text,
    ) {
        let has_ranges = self.translated.needs.kept.keys().any(|source| source.over.is_some());
        let mut times: BTreeSet<u64> = samples.keys().chain(expected.keys()).copied().collect();
        times.insert(0);
        if has_ranges {
            times.extend((0..=end / interval).map(|at| at * interval));
        }
        text.line(format!("test \"{}\" {{", escaped(name)));
        for at in times {
            let when = if at == 0 { String::new() } else { format!(" at START + {}", written(at)) };
            let none = Vec::new();
            self.scrape(samples.get(&at).unwrap_or(&none), &when, text);
            for test in expected.get(&at).into_iter().flatten() {
                self.expectation(test, text);
            }
        }
        text.line("}");
        text.gap();
    }

    fn scrape(&mut self, samples: &[(Series, Option<f64>)], when: &str, text: &mut Text) {
        if samples.is_empty() {
            text.line(format!("  apply Scrape {{}}{when}"));
            return;
        }
        let mut by_metric: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (series, value) in samples {
            let labels: Vec<_> =
                series.labels.iter().map(|(label, value)| format!("{}: {}", quoted(label), quoted(value))).collect();
            let labels = if labels.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", labels.join(", ")) };
            let value = value.and_then(literal).map(|value| format!(", value: {value}")).unwrap_or_default();
            by_metric.entry(&series.metric).or_default().push(format!("Sample {{ labels: {labels}{value} }}"));
        }
        let naming = &mut self.translated.naming;
        let fields: Vec<(String, Vec<String>)> =
            by_metric.into_iter().map(|(metric, list)| (field(naming, metric), list)).collect();
        if let [(field, list)] = fields.as_slice()
            && let [one] = list.as_slice()
        {
            text.line(format!("  apply Scrape {{ {field}: [{one}] }}{when}"));
            return;
        }
        text.line("  apply Scrape {");
        for (field, list) in fields {
            text.line(format!("    {field}: ["));
            for sample in list {
                text.line(format!("      {sample},"));
            }
            text.line("    ]");
        }
        text.line(format!("  }}{when}"));
    }

    fn expectation(&self, test: &AlertTest, text: &mut Text) {
        let calls: Vec<_> = self.alerts(&test.alertname.text).map(|alert| format!("{}_firing()", alert.name)).collect();
        let calls = calls.join(" + ");
        let none = Vec::new();
        let expected = test.exp_alerts.as_ref().unwrap_or(&none);
        text.line(format!("  expect length({calls}) == {}", expected.len()));
        for alert in expected {
            let mut labels = alert.exp_labels.clone().unwrap_or_default();
            labels.remove("alertname");
            let annotations = alert.exp_annotations.clone().unwrap_or_default();
            text.line(format!(
                "  expect Notification {{ labels: {}, annotations: {} }} in {}",
                map(&labels),
                map(&annotations),
                if calls.contains('+') { format!("({calls})") } else { calls.clone() }
            ));
        }
    }
}

/// Whether judging at entries and evaluating at intervals can only give the same verdict.
fn is_honest(
    samples: &Samples,
    needs: &Needs,
    interval: u64,
    step: u64,
    end: u64,
    holds: &[u64],
) -> Result<(), String> {
    if holds.iter().all(|hold| *hold == 0) {
        return Ok(());
    }
    if !step.is_multiple_of(interval) {
        return Err(
            "samples come between two evaluations, where LwaS judges alerts that wait and promtool does not".to_owned()
        );
    }
    let mut times: BTreeMap<&Series, Vec<(u64, bool)>> = BTreeMap::new();
    for (time, list) in samples {
        for (series, value) in list {
            times.entry(series).or_default().push((*time, value.is_some()));
        }
    }
    let mut is_lost_between = false;
    for (series, list) in &times {
        let next = list.iter().skip(1).map(|(time, _)| Some(*time)).chain([None]);
        for ((time, is_value), next) in list.iter().zip(next) {
            for horizon in horizons(needs, &series.metric) {
                let lost = time + horizon + 1;
                if !*is_value || next.is_some_and(|next| next < lost) || lost > end {
                    continue;
                }
                is_lost_between = true;
                // The first evaluation that sees the loss.
                let seen = lost.div_ceil(interval) * interval;
                if next.is_some_and(|next| next <= seen) {
                    return Err("a series is lost and found again between two evaluations".to_owned());
                }
            }
        }
    }
    if is_lost_between && holds.iter().any(|hold| !hold.is_multiple_of(interval)) {
        return Err("a series is lost between two evaluations, and `for` is no multiple of their interval".to_owned());
    }
    Ok(())
}

/// For how long after a sample something is kept of its series, in milliseconds: the lookback, and the longest range.
fn horizons(needs: &Needs, metric: &str) -> Vec<u64> {
    let of_metric = || needs.kept.keys().filter(|source| source.metric == metric);
    let lookback = of_metric().any(|source| source.over.is_none()).then_some(time::LOOKBACK);
    let longest = of_metric().filter_map(|source| source.over.map(|(_, range)| range)).max();
    let both = lookback.into_iter().chain(longest);
    both.map(|horizon| u64::try_from(horizon.as_millis()).unwrap_or(u64::MAX / 4)).collect()
}

/// Whether a metric is kept, and if so whether as decimals.
fn exactness(needs: &Needs, metric: &str) -> Option<bool> {
    let mut kept = needs.kept.iter().filter(|(source, _)| source.metric == metric).peekable();
    kept.peek()?;
    Some(kept.any(|(source, kept)| kept.is_exact || source.over.is_some()))
}

fn is_sayable(value: f64, is_exact: bool) -> Result<(), String> {
    let Some(code) = literal(value) else { return Err(format!("a Float of LwaS is never `{value}`")) };
    let digits = code.to_string().split('.').nth(1).map_or(0, str::len);
    if is_exact && digits > usize::from(DIGITS) {
        return Err(format!("`{value}` is added to others, which is done with {DIGITS} digits behind the point"));
    }
    Ok(())
}

fn field(naming: &mut Naming, metric: &str) -> String {
    naming.value(&Source { metric: metric.to_owned(), over: None })
}

fn milliseconds(placed: &Placed) -> Option<u64> {
    time::read(&placed.text).and_then(|duration| u64::try_from(duration.as_millis()).ok())
}

fn written(milliseconds: u64) -> String {
    time::written(std::time::Duration::from_millis(milliseconds))
}

fn map(entries: &BTreeMap<String, String>) -> String {
    if entries.is_empty() {
        return "{}".to_owned();
    }
    let each: Vec<_> = entries.iter().map(|(key, value)| format!("{}: {}", quoted(key), quoted(value))).collect();
    format!("{{ {} }}", each.join(", "))
}
