//! What is kept of a metric: a row for each series that is there, and for each group of them that an alert watches.

use super::Text;
use crate::names::{commented, quoted};
use crate::needs::{Kept, Naming, Source, field};
use crate::time;
use std::time::Duration;

/// Digits behind the point of values that are added up.
pub const DIGITS: u8 = 12;

/// Digits behind the point of what is computed of a range: a double above 0.005 comes back as it was.
const DIGITS_OF_RANGE: u8 = 18;

/// The state, the groups, and the rules that keep them.
pub fn write(text: &mut Text, source: &Source, kept: &Kept, naming: &mut Naming) {
    let state = naming.state(source);
    let value = naming.value(source);
    let metric = commented(&source.metric);
    match source.over {
        None => {
            let lookback = time::written(time::LOOKBACK);
            text.line(format!("/// The series of `{metric}` of which a sample has come in the last {lookback}."));
        }
        Some((function, range)) => {
            let (word, range) = (function.promql(), time::written(range));
            text.line(format!("/// `{word}({metric}[{range}])`, as it was when samples came last or time has passed."));
        }
    }
    text.line(format!("state {state}[series: Text] {{"));
    fields(text, source, kept);
    text.line("}");
    text.gap();
    let groups: Vec<(String, &Vec<String>)> =
        kept.groups.iter().map(|labels| (naming.groups(source, labels), labels)).collect();
    for (group, labels) in &groups {
        let keys: Vec<_> = labels.iter().map(|label| format!("{}: Text", field(label))).collect();
        let by: Vec<_> = labels.iter().map(|label| format!("`{}`", commented(label))).collect();
        text.line(format!("/// How many series of `{metric}` there are by {}.", by.join(" and ")));
        text.line(format!("state {group}[{}] {{ series: Int }}", keys.join(", ")));
        text.gap();
    }
    sampled(text, &state, &value, source, kept, &groups);
    forgotten(text, &state, &value, &groups);
    if source.over.is_some() {
        return;
    }
    text.line(format!("rule scrape_{value} on Scrape as e {{"));
    text.line(format!("  for s in e.{value} {{ sample_{value}(s.labels, s.value) }}"));
    text.line("}");
    text.gap();
    text.line(format!("rule lose_{value} due {state}.stale_at as first {{"));
    text.line(format!("  for s in {state} where s.stale_at <= now {{ forget_{value}(s.series) }}"));
    text.line("}");
    text.gap();
}

/// The digits of a source's values; `None` where they are Floats.
fn digits(source: &Source, kept: &Kept) -> Option<u8> {
    match (source.over, kept.is_exact) {
        (Some(_), _) => Some(DIGITS_OF_RANGE),
        (None, true) => Some(DIGITS),
        (None, false) => None,
    }
}

fn fields(text: &mut Text, source: &Source, kept: &Kept) {
    text.line("  labels: Map<Text, Text>");
    for (label, is_index) in &kept.labels {
        text.line(format!("  {}: Text{}", field(label), if *is_index { " index" } else { "" }));
    }
    let kind = digits(source, kept).map_or("Float".to_owned(), |digits| format!("Decimal({digits})"));
    let is_ordered = kept.ends.iter().any(Vec::is_empty);
    text.line(format!("  value: {kind}{}", if is_ordered { " index" } else { "" }));
    if source.over.is_none() {
        text.line("  stale_at: Time index");
    }
    for labels in kept.ends.iter().filter(|labels| !labels.is_empty()) {
        text.line(format!("  index ({}, value)", labels.join(", ")));
    }
}

/// The action that takes a sample.
fn sampled(text: &mut Text, state: &str, value: &str, source: &Source, kept: &Kept, groups: &[(String, &Vec<String>)]) {
    text.line(format!("private action sample_{value}(labels: Map<Text, Text>, value: Float?) {{"));
    text.line("  let series = series_of(labels)");
    text.line("  if value == none {");
    text.line(format!("    if {state}.has(series) {{ forget_{value}(series) }}"));
    text.line("  } else {");
    for label in kept.labels.keys() {
        text.line(format!("    let {} = labels.get({}) ?? \"\"", local(label), quoted(label)));
    }
    text.line(format!("    if {state}.has(series) {{"));
    text.line(format!("      require {state}[series].labels == labels else \"two series are both called {{series}}\""));
    if groups.is_empty() {
        text.line("    }");
    } else {
        text.line("    } else {");
        for (group, labels) in groups {
            let key = key(labels, local);
            text.line(format!("      if {group}.has({key}) {{ {group}[{key}].series += 1 }} else {{ create {group}[{key}] {{ series: 1 }} }}"));
        }
        text.line("    }");
    }
    text.line(format!("    put {state}[series] {{"));
    text.line("      labels");
    for label in kept.labels.keys() {
        text.line(format!("      {}: {}", field(label), local(label)));
    }
    text.line(match digits(source, kept) {
        Some(digits) => format!("      value: round(value, {digits})"),
        None => "      value".to_owned(),
    });
    if source.over.is_none() {
        let until = time::written(time::LOOKBACK + Duration::from_millis(1));
        text.line(format!("      stale_at: now + {until}"));
    }
    text.line("    }");
    text.line("  }");
    text.line("}");
    text.gap();
}

/// The action that ends a series.
fn forgotten(text: &mut Text, state: &str, value: &str, groups: &[(String, &Vec<String>)]) {
    if groups.is_empty() {
        text.line(format!("private action forget_{value}(series: Text) {{ delete {state}[series] }}"));
        text.gap();
        return;
    }
    text.line(format!("private action forget_{value}(series: Text) {{"));
    text.line(format!("  let gone = {state}[series]"));
    text.line(format!("  delete {state}[series]"));
    for (group, labels) in groups {
        let key = key(labels, |label| format!("gone.{}", field(label)));
        text.line(format!("  {group}[{key}].series -= 1"));
        text.line(format!("  if {group}[{key}].series == 0 {{ delete {group}[{key}] }}"));
    }
    text.line("}");
    text.gap();
}

/// A label's name among the locals of an action, where `labels`, `value` and `series` are others.
fn local(label: &str) -> String {
    format!("of_{}", field(label))
}

fn key(labels: &[String], code: impl Fn(&str) -> String) -> String {
    labels.iter().map(|label| code(label)).collect::<Vec<_>>().join(", ")
}
