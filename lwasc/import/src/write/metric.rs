//! What is kept of a metric: a row for each series that is there, and for each group of them that an alert watches.

use super::Text;
use crate::names::{commented, quoted};
use crate::needs::{Kept, Naming, Source, field};
use crate::time;
use std::time::Duration;

/// Digits behind the point of values that are added up.
pub const DIGITS: u8 = 12;

/// The state, the groups, and the rules that keep them.
pub fn write(text: &mut Text, source: &Source, kept: &Kept, naming: &mut Naming) {
    let state = naming.state(source);
    let value = naming.value(source);
    let metric = commented(&source.metric);
    text.line(format!(
        "/// The series of `{metric}` of which a sample has come in the last {}.",
        time::written(time::LOOKBACK)
    ));
    text.line(format!("state {state}[series: Text] {{"));
    fields(text, kept);
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
    sampled(text, &state, &value, kept, &groups);
    forgotten(text, &state, &value, &groups);
    text.line(format!("rule scrape_{value} on Scrape as e {{"));
    text.line(format!("  for s in e.{value} {{ sample_{value}(s.labels, s.value) }}"));
    text.line("}");
    text.gap();
    text.line(format!("rule lose_{value} due {state}.stale_at as first {{"));
    text.line(format!("  for s in {state} where s.stale_at <= now {{ forget_{value}(s.series) }}"));
    text.line("}");
    text.gap();
}

fn fields(text: &mut Text, kept: &Kept) {
    text.line("  labels: Map<Text, Text>");
    for (label, is_index) in &kept.labels {
        text.line(format!("  {}: Text{}", field(label), if *is_index { " index" } else { "" }));
    }
    let kind = if kept.is_exact { format!("Decimal({DIGITS})") } else { "Float".to_owned() };
    let is_ordered = kept.ends.iter().any(Vec::is_empty);
    text.line(format!("  value: {kind}{}", if is_ordered { " index" } else { "" }));
    text.line("  stale_at: Time index");
    for labels in kept.ends.iter().filter(|labels| !labels.is_empty()) {
        text.line(format!("  index ({}, value)", labels.join(", ")));
    }
}

/// The action that takes a sample.
fn sampled(text: &mut Text, state: &str, value: &str, kept: &Kept, groups: &[(String, &Vec<String>)]) {
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
    let labels: String = kept.labels.keys().map(|label| format!("{}: {}, ", field(label), local(label))).collect();
    let stored = if kept.is_exact { format!("value: round(value, {DIGITS})") } else { "value".to_owned() };
    let until = time::written(time::LOOKBACK + Duration::from_millis(1));
    text.line(format!("    put {state}[series] {{ labels, {labels}{stored}, stale_at: now + {until} }}"));
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
