//! The program's text, as a person would write it: what comes in, what is kept of each metric, the alerts, and what they say.

mod alert;
mod metric;
mod range;

pub use metric::DIGITS;

use crate::names::commented;
use crate::needs::{Naming, Needs, Source};
use crate::rules::Translated;

/// Lines that grow.
#[derive(Default)]
pub struct Text {
    out: String,
}

impl Text {
    /// A line.
    pub fn line(&mut self, line: impl AsRef<str>) {
        self.out.push_str(line.as_ref());
        self.out.push('\n');
    }

    /// All lines, the last of them not empty.
    pub fn finished(self) -> String {
        self.out.trim_end().to_owned() + "\n"
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.out.push('\n');
    }

    /// A text behind `start` on as many lines as it needs.
    pub fn wrapped(&mut self, start: &str, text: &str) {
        const WIDTH: usize = 110;
        let mut line = String::new();
        for word in commented(text).split(' ') {
            if !line.is_empty() && line.chars().count() + word.chars().count() > WIDTH {
                self.line(format!("{start}{line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(format!("{start}{line}"));
    }
}

/// The program that keeps what the alerts need, and judges them.
pub fn program(files: &[&str], translated: &mut Translated) -> Text {
    let mut text = Text::default();
    let files: Vec<String> = files.iter().map(|file| format!("`{}`", commented(file))).collect();
    text.wrapped("//! ", &format!("The alerts of {}, translated from Prometheus.", files.join(", ")));
    text.gap();
    let Translated { alerts, needs, naming } = translated;
    if alerts.is_empty() {
        return text;
    }
    text.line("use std.alert");
    if needs.kept.keys().any(|source| source.over.is_some()) {
        text.line("use std.time");
    }
    text.gap();
    scrape(&mut text, needs, naming);
    if needs.kept.is_empty() {
        text.line("/// Alerts that read nothing are judged all the same.");
        text.line("rule scrape on Scrape {}");
        text.gap();
    }
    range::extrapolation(&mut text, needs);
    for (source, kept) in &needs.kept {
        metric::write(&mut text, source, kept, naming);
    }
    range::write(&mut text, needs, naming);
    for alert in alerts.iter() {
        alert::write(&mut text, alert, naming);
    }
    alert::notifications(&mut text, alerts, needs, naming);
    text
}

fn scrape(text: &mut Text, needs: &Needs, naming: &mut Naming) {
    text.line(
        "/// The labels of a series without its metric's name, and its value; `none` says that the series has ended.",
    );
    text.line("record Sample { labels: Map<Text, Text>, value: Float? = none }");
    text.gap();
    text.line("/// What was sampled at one time, by metric. All samples of an interval come as one event, so that no alert is judged");
    text.line("/// while some of them are old and some new.");
    text.line("event Scrape {");
    let mut metrics: Vec<&str> = needs.kept.keys().map(|source| source.metric.as_str()).collect();
    metrics.dedup();
    for metric in metrics {
        let field = naming.value(&Source { metric: metric.to_owned(), over: None });
        if field != metric {
            text.line(format!("  /// `{}`", commented(metric)));
        }
        text.line(format!("  {field}: List<Sample> = []"));
    }
    text.line("}");
    text.gap();
    text.line("/// What a series is called.");
    text.line("private fn series_of(labels: Map<Text, Text>) -> Text {");
    text.line("  fold name = \"\" for label, value in labels {");
    text.line("    if name == \"\" { \"{label}={value}\" } else { \"{name},{label}={value}\" }");
    text.line("  }");
    text.line("}");
    text.gap();
}
