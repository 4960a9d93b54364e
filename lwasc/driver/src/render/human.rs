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
        let help: String = view.help(diagnostic).iter().map(|help| format!("help: {help}\n")).collect();
        return format!("{}{help}\n", view.short(diagnostic));
    }
    let kind = match diagnostic.severity {
        Severity::Error => ReportKind::Error,
        Severity::Warning => ReportKind::Warning,
    };
    let color_of = |c| color.then_some(c);
    let config = Config::new().with_index_type(IndexType::Byte).with_color(color).with_char_set(CharSet::Unicode);
    let at = |span: Span| (span.file, span.range());
    let mut report = Report::build(kind, at(diagnostic.primary.span)).with_config(config);
    for (order, (label, color)) in (0..).zip(in_order(view, diagnostic)) {
        let drawn = Label::new(at(label.span)).with_message(visible(&label.text)).with_order(order);
        report = report.with_label(match color_of(color) {
            Some(color) => drawn.with_color(color),
            None => drawn,
        });
    }
    for help in view.help(diagnostic) {
        report.add_help(help);
    }
    let mut out = vec![];
    let report = report.finish();
    report.write(Sources { view, drawn: HashMap::new() }, &mut out).expect("a Vec takes everything");
    let drawn = String::from_utf8_lossy(&out);
    // Its first line is a heading in another style than ours.
    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    let body: String = body.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    format!("{}\n{body}\n", heading(diagnostic, color))
}

/// All labels as they must come to be drawn well: the primary's file first and lines downwards, for ariadne begins another excerpt
/// whenever a label stands above the last one; on a line from right to left, so that no arrow crosses another.
fn in_order<'d>(view: &View, diagnostic: &'d Diagnostic) -> Vec<(&'d lwas_base::Label, ariadne::Color)> {
    let others = diagnostic.labels.iter().map(|label| (label, ariadne::Color::Cyan));
    let mut labels: Vec<_> = std::iter::once((&diagnostic.primary, ariadne::Color::Red)).chain(others).collect();
    labels.sort_by_key(|(label, _)| {
        let Span { file, start, end } = label.span;
        let last_line = view.sources.file(file).line_col(end.max(start + 1) - 1).line;
        (file != diagnostic.primary.span.file, file, last_line, std::cmp::Reverse(start))
    });
    labels
}

/// `error[E0301]: this would lose 3 digits`.
fn heading(diagnostic: &Diagnostic, color: bool) -> String {
    let text = format!("{}[{}]", super::word(diagnostic.severity), diagnostic.code);
    let message = visible(&diagnostic.message);
    let shade = if diagnostic.severity == Severity::Error { 31 } else { 33 };
    if color { format!("\u{1b}[1;{shade}m{text}\u{1b}[0m: {message}") } else { format!("{text}: {message}") }
}

fn spans(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    std::iter::once(diagnostic.primary.span).chain(diagnostic.labels.iter().map(|label| label.span))
}

fn longest_line(view: &View, span: Span) -> usize {
    let file = view.sources.file(span.file);
    let (first, last) = (file.line_col(span.start).line, file.line_col(span.end).line);
    (first..=last).map(|line| file.line(line).len()).max().unwrap_or(0)
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
