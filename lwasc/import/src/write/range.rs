//! Functions of the samples in a range: a journal of the samples, the series that have some, and for each function a state that
//! is computed anew when samples come and when time passes, as Prometheus computes it at each evaluation.

use super::Text;
use super::metric::DIGITS;
use crate::names::commented;
use crate::needs::{Naming, Needs, RangeFunction, Source};
use crate::time;
use std::collections::BTreeMap;
use std::time::Duration;

/// Functions of ranges by metric.
type ByMetric<'n> = BTreeMap<&'n str, Vec<(&'n Source, RangeFunction, Duration)>>;

fn by_metric(needs: &Needs) -> ByMetric<'_> {
    let mut by_metric = ByMetric::new();
    for source in needs.kept.keys() {
        if let Some((function, range)) = source.over {
            by_metric.entry(&source.metric).or_default().push((source, function, range));
        }
    }
    by_metric
}

/// The function that extrapolates, where one of the states needs it.
pub fn extrapolation(text: &mut Text, needs: &Needs) {
    let functions: Vec<RangeFunction> =
        by_metric(needs).into_values().flatten().map(|(_, function, _)| function).collect();
    if !functions.iter().any(|function| function.extrapolates()) {
        return;
    }
    text.line("/// What Prometheus makes of an increase between the first and the last sample of a range: it goes on to the ends of the");
    text.line("/// range where a sample is near, else by half of what lies between two samples; a counter does not begin below zero. All");
    text.line("/// but the first two are seconds.");
    text.line("private fn extrapolated(");
    text.line(
        "  increase: Float, first: Float?, each: Float, before: Float, between: Float, behind: Float, per: Float",
    );
    text.line(") -> Float {");
    text.line("  let from_zero = if first != none and increase > 0 {");
    text.line("    if first >= 0 { min(before, between * (first / increase)) } else { before }");
    text.line("  } else {");
    text.line("    before");
    text.line("  }");
    text.line("  let start = if from_zero < each * 1.1 { from_zero } else { each / 2 }");
    text.line("  let end = if behind < each * 1.1 { behind } else { each / 2 }");
    text.line("  increase * ((between + start + end) / between / per)");
    text.line("}");
    text.gap();
}

/// Journals, series and what keeps the states of functions.
pub fn write(text: &mut Text, needs: &Needs, naming: &mut Naming) {
    for (metric, functions) in by_metric(needs) {
        one(text, metric, &functions, naming);
    }
}

fn one(text: &mut Text, metric: &str, functions: &[(&Source, RangeFunction, Duration)], naming: &mut Naming) {
    let (samples, heard) = (naming.samples(metric), naming.heard(metric));
    let value = naming.value(&Source { metric: metric.to_owned(), over: None });
    let longest = functions.iter().map(|(_, _, range)| *range).max().unwrap_or_default() + Duration::from_millis(1);
    let metric = commented(metric);
    let resets = functions.iter().any(|(_, function, _)| function.is_counter());
    let reset_field = if resets { ", lost: Decimal(12)" } else { "" };
    if resets {
        text.line(format!("/// Samples of `{metric}`; `lost` is what the counter had before it began anew."));
    } else {
        text.line(format!("/// Samples of `{metric}`."));
    }
    text.line(format!("journal {samples} {{ series: Text, value: Decimal({DIGITS}){reset_field} }}"));
    text.gap();
    text.line(format!("/// The series of `{metric}` with samples in the longest range."));
    text.line(format!(
        "state {heard}[series: Text] {{ labels: Map<Text, Text>, value: Decimal({DIGITS}), gone_at: Time index }}"
    ));
    text.gap();
    for (source, function, range) in functions {
        computed(text, source, *function, *range, &samples, naming);
    }
    let values: Vec<String> = functions.iter().map(|(source, ..)| naming.value(source)).collect();
    text.line(format!("private action compute_{value}() {{"));
    text.line(format!("  for s in {heard} where s.series >= \"\" {{"));
    for value in &values {
        text.line(format!("    compute_{value}(s.series, s.labels)"));
    }
    text.line("  }");
    text.line("}");
    text.gap();
    text.line(format!("rule hear_{value} on Scrape as e {{"));
    text.line(format!("  for s in e.{value} {{"));
    text.line("    let sample = s.value");
    text.line("    if sample != none {");
    text.line("      let series = series_of(s.labels)");
    text.line(format!("      let value = round(sample, {DIGITS})"));
    if resets {
        text.line(format!("      let before = match {heard}.get(series) {{ some(heard) => heard.value, none => 0 }}"));
        text.line(format!(
            "      append {samples} {{ series, value, lost: if value < before {{ before }} else {{ 0 }} }}"
        ));
    } else {
        text.line(format!("      append {samples} {{ series, value }}"));
    }
    text.line(format!(
        "      put {heard}[series] {{ labels: s.labels, value, gone_at: now + {} }}",
        time::written(longest)
    ));
    text.line("    }");
    text.line("  }");
    text.line(format!("  compute_{value}()"));
    text.line("}");
    text.gap();
    text.line(format!("rule pass_{value} on time.Tick {{ compute_{value}() }}"));
    text.gap();
    text.line(format!("rule end_{value} due {heard}.gone_at as first {{"));
    text.line(format!("  for s in {heard} where s.gone_at <= now {{"));
    for value in &values {
        text.line(format!("    sample_{value}(s.labels, none)"));
    }
    text.line(format!("    delete {heard}[s.series]"));
    text.line("  }");
    text.line("}");
    text.gap();
}

/// The action that computes a function of one series.
fn computed(
    text: &mut Text,
    source: &Source,
    function: RangeFunction,
    range: Duration,
    samples: &str,
    naming: &mut Naming,
) {
    let value = naming.value(source);
    // Prometheus takes both ends of a range, LwaS one; samples have milliseconds.
    let over = time::written(range + Duration::from_millis(1));
    let window = format!("x in {samples} over {over} where x.series == series");
    text.line(format!("private action compute_{value}(series: Text, labels: Map<Text, Text>) {{"));
    text.line(format!("  let samples = count({window})"));
    if !function.extrapolates() {
        let computed = match function {
            RangeFunction::Avg => format!("float(avg(x.value for {window}))"),
            RangeFunction::Min => format!("float(min(x.value for {window}) ?? 0)"),
            RangeFunction::Max => format!("float(max(x.value for {window}) ?? 0)"),
            RangeFunction::Sum => format!("float(sum(x.value for {window}))"),
            RangeFunction::Count => "float(samples)".to_owned(),
            _ => format!("float(match last({window}) {{ some(x) => x.value, none => 0 }})"),
        };
        text.line("  if samples == 0 {");
        text.line(format!("    sample_{value}(labels, none)"));
        text.line("  } else {");
        text.line(format!("    sample_{value}(labels, {computed})"));
        text.line("  }");
        text.line("}");
        text.gap();
        return;
    }
    text.line(format!("  let first = first({window})"));
    text.line(format!("  let last = last({window})"));
    text.line("  if first == none or last == none {");
    text.line(format!("    sample_{value}(labels, none)"));
    text.line("  } else if first.time == last.time {");
    text.line(format!("    sample_{value}(labels, none)"));
    text.line("  } else {");
    let lost = if function.is_counter() { format!(" + sum(x.lost for {window}) - first.lost") } else { String::new() };
    text.line(format!("    let increase = float(last.value - first.value{lost})"));
    text.line("    let between = float(last.time - first.time)");
    text.line("    let each = between / float(samples - 1)");
    let first = if function.is_counter() { "float(first.value)" } else { "none" };
    let per = if function == RangeFunction::Rate { format!("float({})", time::written(range)) } else { "1".to_owned() };
    text.line(format!("    let before = float(first.time - (now - {}))", time::written(range)));
    text.line("    let behind = float(now - last.time)");
    text.line(format!(
        "    sample_{value}(labels, extrapolated(increase, {first}, each, before, between, behind, {per}))"
    ));
    text.line("  }");
    text.line("}");
    text.gap();
}
