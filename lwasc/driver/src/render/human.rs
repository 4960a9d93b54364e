//! For people: ariadne draws the source and the labels.

use super::{View, visible};
use ariadne::{Cache, CharSet, Config, IndexType, Label, Report, ReportKind, Source};
use lwas_base::{Diagnostic, FileId, Severity, Span};
use std::collections::HashMap;
use std::fmt;

/// The longest line that is drawn, in bytes; a diagnostic on a longer one is shown as one line of text.
const MAX_LINE: usize = 4096;

pub(super) fn render(view: &View, diagnostic: &Diagnostic, color: bool) -> String {
    if spans(diagnostic).any(|span| longest_line(view, span) > MAX_LINE) {
        return format!("{}{}\n", view.short(diagnostic), help(diagnostic));
    }
    let kind = match diagnostic.severity {
        Severity::Error => ReportKind::Custom("error", ariadne::Color::Red),
        Severity::Warning => ReportKind::Custom("warning", ariadne::Color::Yellow),
    };
    let color_of = |c| color.then_some(c);
    let config = Config::new().with_index_type(IndexType::Byte).with_color(color).with_char_set(CharSet::Unicode);
    let at = |span: Span| (span.file, span.range());
    let mut report = Report::build(kind, at(diagnostic.primary.span))
        .with_config(config)
        .with_message(visible(&diagnostic.message));
    let primary = Label::new(at(diagnostic.primary.span)).with_message(visible(&diagnostic.primary.text)).with_order(-1);
    report = report.with_label(match color_of(ariadne::Color::Red) {
        Some(color) => primary.with_color(color),
        None => primary,
    });
    for label in &diagnostic.labels {
        let other = Label::new(at(label.span)).with_message(visible(&label.text));
        report = report.with_label(match color_of(ariadne::Color::Cyan) {
            Some(color) => other.with_color(color),
            None => other,
        });
    }
    report.set_helps(diagnostic.help.iter().map(|help| visible(help)));
    let mut out = vec![];
    let code = diagnostic.code;
    let report = report.with_code(code).finish();
    report.write(Sources { view, drawn: HashMap::new() }, &mut out).expect("a Vec takes everything");
    String::from_utf8_lossy(&out).into_owned() + "\n"
}

fn spans(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    std::iter::once(diagnostic.primary.span).chain(diagnostic.labels.iter().map(|label| label.span))
}

fn longest_line(view: &View, span: Span) -> usize {
    let file = view.sources.file(span.file);
    let (first, last) = (file.line_col(span.start).line, file.line_col(span.end).line);
    (first..=last).map(|line| file.line(line).len()).max().unwrap_or(0)
}

fn help(diagnostic: &Diagnostic) -> String {
    diagnostic.help.iter().map(|help| format!("help: {}", visible(help))).collect::<Vec<_>>().join("\n")
}

/// The sources as ariadne reads them: each drawn file once a message, with what is not visible made so, byte for byte.
struct Sources<'a> {
    view: &'a View<'a>,
    drawn: HashMap<FileId, Source<String>>,
}

impl Cache<FileId> for Sources<'_> {
    type Storage = String;

    fn fetch(&mut self, id: &FileId) -> Result<&Source<String>, impl fmt::Debug> {
        let view = self.view;
        let draw = || Source::from(harmless(&view.sources.file(*id).text));
        Ok::<_, fmt::Error>(self.drawn.entry(*id).or_insert_with(draw))
    }

    fn display<'a>(&self, id: &'a FileId) -> Option<impl fmt::Display + 'a> {
        Some(self.view.path(*id))
    }
}

/// The text with each control character replaced by as many `?` as it has bytes, so that offsets stay right.
fn harmless(text: &str) -> String {
    let keep = |c: char| matches!(c, '\n' | '\t' | '\r') || !(c.is_control() || super::is_turning(c));
    text.chars().map(|c| if keep(c) { c.to_string() } else { "?".repeat(c.len_utf8()) }).collect()
}
