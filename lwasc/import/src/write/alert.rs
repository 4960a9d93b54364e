//! Alerts, and the queries that tell of those that fire what Prometheus would tell.

use super::Text;
use crate::code::Code;
use crate::names::{commented, quoted};
use crate::needs::{Helper, Naming, Needs, field};
use crate::rules::Alert;
use crate::time;
use crate::translate::Domain;

/// The state whose rows an alert watches.
fn state(alert: &Alert, naming: &mut Naming) -> Option<String> {
    match &alert.domain {
        Domain::Series(source) => Some(naming.state(source)),
        Domain::Groups(source, labels) => Some(naming.groups(source, labels)),
        _ => None,
    }
}

/// An alert, behind what its texts say of its value.
pub fn write(text: &mut Text, alert: &Alert, naming: &mut Naming) {
    for (end, code) in &alert.values {
        let parameter = state(alert, naming).map(|state| format!("{}: {state}", alert.row())).unwrap_or_default();
        text.line(format!("/// The value of `{}` as its texts show it.", commented(&alert.original)));
        text.line(format!("query {}_{end}({parameter}) -> Text {{", alert.name));
        text.line(format!("  {}", code.as_body()));
        text.line("}");
        text.gap();
    }
    text.line(format!("/// `{}`:", commented(&alert.original)));
    text.wrapped("///     ", &alert.expr);
    for annotation in &alert.left_out {
        text.line(format!("/// Its annotation `{}` is left out.", commented(annotation)));
    }
    let rows = match state(alert, naming) {
        Some(state) if alert.filters.is_empty() => format!(" for {} in {state}", alert.row()),
        Some(state) => format!(" for {} in {state} where {}", alert.row(), Code::all(&alert.filters)),
        None => String::new(),
    };
    text.line(format!("alert {} {}{rows} {{", alert.name, alert.severity));
    let hold = if alert.hold.is_zero() { String::new() } else { format!(" for {}", time::written(alert.hold)) };
    text.line(format!("  when {}{hold}", Code::lines(&alert.conditions, "    ")));
    if let Some(message) = &alert.message {
        text.line(format!("  message \"{message}\""));
    }
    text.line("}");
    text.gap();
}

/// What Alertmanager would be told, and the functions for it.
pub fn notifications(text: &mut Text, alerts: &[Alert], needs: &Needs, naming: &mut Naming) {
    text.line("/// What Prometheus tells of an alert that fires, but for its name.");
    text.line("record Notification { labels: Map<Text, Text>, annotations: Map<Text, Text> }");
    text.gap();
    text.line("/// Whether an alert fires.");
    text.line("query is_firing(name: Text, subject: Text) -> Bool {");
    text.line("  match alert.Active.get(name, subject) {");
    text.line("    some(active) => active.fired != none");
    text.line("    none => false");
    text.line("  }");
    text.line("}");
    text.gap();
    text.line("/// Labels without those that are empty, which are none.");
    text.line("private fn present(labels: Map<Text, Text>) -> Map<Text, Text> {");
    text.line("  { label: value for label, value in labels where value != \"\" }");
    text.line("}");
    text.gap();
    helpers(text, needs);
    for alert in alerts {
        firing(text, alert, naming);
    }
}

fn helpers(text: &mut Text, needs: &Needs) {
    if needs.helpers.contains(&Helper::Shown) {
        text.line("/// A number as Prometheus shows it: whole without a point.");
        text.line("private fn shown(number: Float) -> Text {");
        text.line("  if abs(number) < 1_000_000_000_000_000_000_000.0 and float(round(number, 0)) == number {");
        text.line("    \"{round(number, 0)}\"");
        text.line("  } else {");
        text.line("    \"{number}\"");
        text.line("  }");
        text.line("}");
        text.gap();
    }
    for helper in &needs.helpers {
        let Helper::Fixed(digits) = helper else { continue };
        text.line(format!("/// A number with {digits} digits behind the point."));
        text.line(format!("private fn fixed{digits}(number: Float) -> Text {{ \"{{round(number, {digits})}}\" }}"));
        text.gap();
    }
    if needs.helpers.contains(&Helper::Percentage) {
        text.line("/// A share as `humanizePercentage` shows it: in percent, with four digits that count.");
        text.line("private fn percentage(share: Float) -> Text {");
        text.line("  let percent = share * 100");
        text.line("  let size = abs(percent)");
        text.line("  let rounded = if size >= 1000 { float(round(percent, 0)) } else if size >= 100 { float(round(percent, 1)) }");
        text.line("    else if size >= 10 { float(round(percent, 2)) } else if size >= 1 { float(round(percent, 3)) }");
        text.line(
            "    else if size >= 0.1 { float(round(percent, 4)) } else if size >= 0.01 { float(round(percent, 5)) }",
        );
        text.line("    else { float(round(percent, 6)) }");
        text.line("  \"{shown(rounded)}%\"");
        text.line("}");
        text.gap();
    }
}

/// The query of the firing alerts of one rule.
fn firing(text: &mut Text, alert: &Alert, naming: &mut Naming) {
    let of_row = match &alert.domain {
        Domain::Series(_) => "s.labels".to_owned(),
        Domain::Groups(_, labels) => {
            let each: Vec<_> = labels.iter().map(|label| format!("{}: g.{}", quoted(label), field(label))).collect();
            format!("{{ {} }}", each.join(", "))
        }
        _ => {
            let each: Vec<_> = alert
                .known_labels
                .iter()
                .map(|(label, value)| format!("{}: {}", quoted(label), quoted(value)))
                .collect();
            if each.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", each.join(", ")) }
        }
    };
    let labels = if alert.labels.is_empty() { of_row } else { format!("{of_row} + {}", map(&alert.labels)) };
    let annotations = map(&alert.annotations);
    text.line(format!("/// The alerts of `{}` that fire.", commented(&alert.original)));
    text.line(format!("query {}_firing() -> List<Notification> {{", alert.name));
    let name = quoted(&alert.name);
    match state(alert, naming) {
        Some(state) => {
            let keys = match &alert.domain {
                Domain::Groups(_, labels) => {
                    labels.iter().map(|label| format!("g.{}", field(label))).collect::<Vec<_>>().join(", ")
                }
                _ => "s.series".to_owned(),
            };
            let row = alert.row();
            text.line(format!("  [Notification {{ labels: present({labels}), annotations: {annotations} }}"));
            text.line(format!("    for {row} in {state} where is_firing({name}, \"{state}{{[{keys}]}}\")]"));
        }
        None => {
            text.line(format!("  if is_firing({name}, \"\") {{"));
            text.line(format!("    [Notification {{ labels: present({labels}), annotations: {annotations} }}]"));
            text.line("  } else {");
            text.line("    []");
            text.line("  }");
        }
    }
    text.line("}");
    text.gap();
}

fn map(entries: &std::collections::BTreeMap<String, String>) -> String {
    if entries.is_empty() {
        return "{}".to_owned();
    }
    let each: Vec<_> = entries.iter().map(|(key, inside)| format!("{}: \"{inside}\"", quoted(key))).collect();
    format!("{{ {} }}", each.join(", "))
}
