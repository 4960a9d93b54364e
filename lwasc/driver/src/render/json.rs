//! For tools: one JSON object a line.

use super::{View, word};
use lwas_base::{Diagnostic, Label};
use serde::Serialize;

#[derive(Serialize)]
struct Json<'a> {
    code: &'a str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    primary: Place<'a>,
    labels: Vec<Place<'a>>,
    help: Vec<String>,
}

/// Lines and columns count from 1, columns in characters; the end is after the last character.
#[derive(Serialize)]
struct Place<'a> {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    label: &'a str,
}

pub(super) fn render(view: &View, diagnostic: &Diagnostic) -> String {
    let place = |label: &'_ Label| {
        let file = view.sources.file(label.span.file);
        let (start, end) = (file.line_col(label.span.start), file.line_col(label.span.end));
        (view.path(label.span.file), start, end)
    };
    fn made((file, start, end): (String, lwas_base::LineCol, lwas_base::LineCol), label: &Label) -> Place<'_> {
        Place {
            file,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            label: &label.text,
        }
    }
    let json = Json {
        code: diagnostic.code.0,
        severity: word(diagnostic.severity),
        message: &diagnostic.message,
        primary: made(place(&diagnostic.primary), &diagnostic.primary),
        labels: diagnostic.labels.iter().map(|label| made(place(label), label)).collect(),
        help: view.help(diagnostic),
    };
    serde_json::to_string(&json).expect("texts and numbers always have a JSON form") + "\n"
}
