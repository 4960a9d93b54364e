//! Selectors: which series, by their labels.

use super::{Part, Refusal, Row, Said, Translator};
use crate::code::{Code, Num};
use crate::names::quoted;
use crate::needs::Source;
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::VectorSelector;

/// The metric of a selector.
pub fn source(selector: &VectorSelector) -> Said<Source> {
    let by_matcher = || {
        let named = selector.matchers.matchers.iter().filter(|matcher| matcher.name == "__name__");
        let mut equal = named.filter(|matcher| matches!(matcher.op, MatchOp::Equal));
        equal.next().map(|matcher| matcher.value.clone())
    };
    let Some(metric) = selector.name.clone().or_else(by_matcher) else {
        return Err(Refusal::new("a selector without a metric's name reads series of every name", "{"));
    };
    if selector.offset.is_some() {
        return Err(Refusal::new("`offset` reads what a series was some time ago, which LwaS does not keep", "offset"));
    }
    if selector.at.is_some() {
        return Err(Refusal::new("`@` reads what a series was at a fixed time, which LwaS does not keep", "@"));
    }
    if !selector.matchers.or_matchers.is_empty() {
        return Err(Refusal::new("matchers joined by `or` are not of Prometheus", metric));
    }
    Ok(Source { metric, over: None })
}

impl Translator<'_> {
    /// The series of `source` that a selector takes, in a row.
    pub fn series(&mut self, source: &Source, selector: &VectorSelector, row: &Row) -> Said<Part> {
        let Row::Series(own, var) = row else {
            let why = format!("`{}` has other labels than what it is put beside", source.metric);
            return Err(Refusal::new(why, source.metric.clone()));
        };
        self.needs.of(source);
        let is_own = *own == source;
        let state = self.naming.state(source);
        let reach = if is_own { (*var).to_owned() } else { format!("{state}[{var}.series]") };
        let mut matched = Vec::new();
        let mut equal = Vec::new();
        for matcher in &selector.matchers.matchers {
            if matcher.name == "__name__" {
                continue;
            }
            matched.push(self.matches(matcher, &Row::Series(source, &reach))?);
            if matches!(matcher.op, MatchOp::Equal) {
                equal.push(crate::needs::field(&matcher.name));
            }
        }
        matched.retain(|code| code.to_string() != "true");
        let value = Code::atom(format!("{reach}.value"));
        let value = if self.is_exact(source) { Num::Exact { code: value, counts: false } } else { Num::Float(value) };
        if is_own {
            return Ok(Part { filters: matched, equal, ..Part::always(value) });
        }
        matched.insert(0, Code::atom(format!("{state}.has({var}.series)")));
        Ok(Part { conditions: matched, reads_others: true, ..Part::always(value) })
    }

    /// What a matcher says of a row's label.
    pub fn matches(&mut self, matcher: &Matcher, row: &Row) -> Said<Code> {
        let label = self.label(&matcher.name, row)?;
        let text = Code::atom(quoted(&matcher.value));
        let by_pattern = |is_matched: bool| {
            crate::regex::condition(&matcher.value, &label, is_matched).ok_or_else(|| {
                let why = format!(
                    "the pattern `{}` is neither a few texts nor a beginning, and LwaS has no regular expressions",
                    matcher.value
                );
                Refusal::new(why, matcher.value.clone())
            })
        };
        match &matcher.op {
            MatchOp::Equal => Ok(Code::compare(&label, "==", &text)),
            MatchOp::NotEqual => Ok(Code::compare(&label, "!=", &text)),
            MatchOp::Re(_) => by_pattern(true),
            MatchOp::NotRe(_) => by_pattern(false),
        }
    }
}
