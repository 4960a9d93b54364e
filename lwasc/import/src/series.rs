//! promtool's notation of test series: `http_requests{job="api"}` and `0+10x5 _ _x2 stale`.

use promql_parser::label::MatchOp;
use promql_parser::parser::Expr;
use std::collections::BTreeMap;

/// A series may have so many samples.
const MAX_SAMPLES: usize = 100_000;

/// One step of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// A sample.
    Value(f64),
    /// None.
    Gap,
    /// The series ends.
    Stale,
}

/// A series: its metric, its other labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    /// Its metric.
    pub metric: String,
    /// Its labels, those that are empty left out.
    pub labels: BTreeMap<String, String>,
}

/// Reads a series' name.
pub fn name(text: &str) -> Result<Series, String> {
    let wrong = || format!("`{text}` is no series, such as `up{{job=\"api\"}}`");
    let expr = crate::promql::parse(text).map_err(|_| wrong())?;
    let Expr::VectorSelector(selector) = expr else { return Err(wrong()) };
    let mut series = Series { metric: selector.name.clone().unwrap_or_default(), labels: BTreeMap::new() };
    for matcher in &selector.matchers.matchers {
        if !matches!(matcher.op, MatchOp::Equal) {
            return Err(wrong());
        }
        if matcher.name == "__name__" {
            series.metric.clone_from(&matcher.value);
        } else if !matcher.value.is_empty() {
            series.labels.insert(matcher.name.clone(), matcher.value.clone());
        }
    }
    if series.metric.is_empty() { Err(wrong()) } else { Ok(series) }
}

/// Reads a series' samples.
pub fn values(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    for item in text.split_whitespace() {
        let more = item_steps(item, &mut steps);
        more.ok_or_else(|| format!("`{item}` is no sample, such as `5`, `0+10x5`, `_x3` or `stale`"))?;
        if steps.len() > MAX_SAMPLES {
            return Err(format!("the series has more than {MAX_SAMPLES} samples"));
        }
    }
    Ok(steps)
}

fn item_steps(item: &str, steps: &mut Vec<Step>) -> Option<()> {
    match item {
        "_" => steps.push(Step::Gap),
        "stale" => steps.push(Step::Stale),
        _ => {
            let (start, times) = match item.rsplit_once('x') {
                Some((start, times)) => (start, times.parse::<usize>().ok().filter(|times| *times <= MAX_SAMPLES)?),
                None => {
                    steps.push(Step::Value(number(item)?));
                    return Some(());
                }
            };
            if start == "_" {
                steps.extend(std::iter::repeat_n(Step::Gap, times));
                return Some(());
            }
            let (mut value, step) = progression(start)?;
            // promtool adds again and again too, so that what is rounded is rounded likewise.
            for _ in 0..=times {
                steps.push(Step::Value(value));
                value += step;
            }
        }
    }
    Some(())
}

/// The first value and the step of `1+2` or `1`.
fn progression(text: &str) -> Option<(f64, f64)> {
    let is_sign = |at: &usize| {
        let before = text.as_bytes().get(at.wrapping_sub(1));
        *at > 0 && before.is_some_and(|before| !matches!(before, b'e' | b'E'))
    };
    match text.match_indices(['+', '-']).map(|(at, _)| at).find(is_sign) {
        Some(at) => Some((number(text.get(..at)?)?, number(text.get(at..)?)?)),
        None => Some((number(text)?, 0.0)),
    }
}

fn number(text: &str) -> Option<f64> {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E'));
    let is_special = matches!(text.trim_start_matches(['+', '-']).to_ascii_lowercase().as_str(), "nan" | "inf");
    if is_plain || is_special { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_read_as_promtool_reads_them() {
        let plain = |text: &str| -> Vec<f64> {
            let value = |step: Step| if let Step::Value(value) = step { value } else { f64::NAN };
            values(text).unwrap().into_iter().map(value).collect()
        };
        assert_eq!(plain("0+10x3"), [0.0, 10.0, 20.0, 30.0]);
        assert_eq!(plain("5-1x2 7"), [5.0, 4.0, 3.0, 7.0]);
        assert_eq!(plain("-2+4x1 1e3x1 1e-3"), [-2.0, 2.0, 1000.0, 1000.0, 0.001]);
        assert_eq!(plain("0+0.1x3").last(), Some(&0.30000000000000004));
        assert_eq!(values("_x2 stale _").unwrap(), [Step::Gap, Step::Gap, Step::Stale, Step::Gap]);
        for wrong in ["a", "1x", "1+x3", "0x99999999999", "{{schema:1}}"] {
            assert!(values(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_are_read() {
        let series = name("up{job=\"api\", instance=\"\"}").unwrap();
        assert_eq!((series.metric.as_str(), series.labels.len()), ("up", 1));
        assert_eq!(name("{__name__=\"a:b\"}").unwrap().metric, "a:b");
        for wrong in ["sum(up)", "up{a!=\"b\"}", "{}", "up{", ""] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }
}
