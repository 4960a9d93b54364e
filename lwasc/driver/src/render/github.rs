//! For GitHub's runner: a command of a workflow that annotates a place of a pull request, after
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>. Text from the program can't end the command or begin
//! another, as what means something in it is escaped.

use super::{View, visible, word};
use lwas_base::Diagnostic;

pub(super) fn render(view: &View, diagnostic: &Diagnostic) -> String {
    let span = diagnostic.primary.span;
    let file = view.sources.file(span.file);
    let (start, end) = (file.line_col(span.start), file.line_col(span.end));
    let mut place = format!("file={},line={},endLine={}", property(&view.path(span.file)), start.line, end.line);
    // Columns are taken only within a line.
    if start.line == end.line {
        place.push_str(&format!(",col={},endColumn={}", start.column, end.column));
    }
    let mut message = format!("{}\n{}", diagnostic.message, diagnostic.primary.text);
    for help in view.help(diagnostic) {
        message.push_str(&format!("\nhelp: {help}"));
    }
    let (word, code) = (word(diagnostic.severity), diagnostic.code);
    format!("::{word} {place},title={code}::{}\n", data(&visible(&message)))
}

/// A text behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
