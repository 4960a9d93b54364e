//! For tools: one JSON object a line.

use super::{View, word};
use lwas_base::{Diagnostic, Edit, Fix, Label, Span};
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<JsonFix>,
}

/// A change that mends it.
#[derive(Serialize)]
struct JsonFix {
    title: String,
    certain: bool,
    edits: Vec<JsonEdit>,
}

/// New text for a place.
#[derive(Serialize)]
struct JsonEdit {
    #[serde(flatten)]
    region: Region,
    text: String,
}

/// A place with what is said about it.
#[derive(Serialize)]
struct Place<'a> {
    #[serde(flatten)]
    region: Region,
    label: &'a str,
}

/// A place. Lines and columns count from 1, columns in characters; the end is after the last character.
#[derive(Serialize)]
struct Region {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

pub(super) fn render(view: &View, diagnostic: &Diagnostic) -> String {
    let place = |label: &'_ Label| region(view, label.span);
    let json = Json {
        code: diagnostic.code.0,
        severity: word(diagnostic.severity),
        message: &diagnostic.message,
        primary: Place { region: place(&diagnostic.primary), label: &diagnostic.primary.text },
        labels: diagnostic.labels.iter().map(|label| Place { region: place(label), label: &label.text }).collect(),
        help: view.help(diagnostic),
        fixes: view.fixes(diagnostic).iter().map(|fix| json_fix(view, fix)).collect(),
    };
    serde_json::to_string(&json).expect("texts and numbers always have a JSON form") + "\n"
}

fn json_fix(view: &View, fix: &Fix) -> JsonFix {
    let edit = |edit: &Edit| JsonEdit { region: region(view, edit.span), text: edit.text.clone() };
    JsonFix { title: fix.title.clone(), certain: fix.certain, edits: fix.edits.iter().map(edit).collect() }
}

fn region(view: &View, span: Span) -> Region {
    let file = view.sources.file(span.file);
    let (start, end) = (file.line_col(span.start), file.line_col(span.end));
    Region {
        file: view.path(span.file),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}
