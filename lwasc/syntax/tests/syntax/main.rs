//! The parser from outside: whole programs and every construct as trees, messages, recovery, and what no input may do.

mod dump;
mod format;
mod grammar;
mod messages;
mod pages;
mod programs;
mod properties;
mod recovery;
mod trees;

use lwas_base::{FileId, SourceMap};
use lwas_syntax::{Parsed, parse};

/// The file that tests read.
const FILE: FileId = FileId(0);

/// The messages of a parse, one a line: place, code, message; then labels and help, indented.
fn messages(text: &str, parsed: &Parsed) -> String {
    let mut map = SourceMap::new();
    let file = map.add("test.lwas", text);
    let mut out = String::new();
    for d in parsed.diagnostics.iter() {
        let place = map.file(file).line_col(d.primary.span.start);
        let under = map.text(d.primary.span);
        out += &format!("{}:{} {} {}  [{under}: {}]\n", place.line, place.column, d.code, d.message, d.primary.text);
        for label in &d.labels {
            let place = map.file(file).line_col(label.span.start);
            out += &format!("    {}:{} {}\n", place.line, place.column, label.text);
        }
        for help in &d.help {
            out += &format!("    help: {help}\n");
        }
    }
    out
}

/// The tree and, where there are any, the messages.
fn tree(text: &str) -> String {
    let parsed = parse(FILE, text);
    let messages = messages(text, &parsed);
    let tree = dump::file(&parsed.file);
    if messages.is_empty() { tree } else { format!("{tree}---\n{messages}") }
}

/// The messages alone.
fn complaints(text: &str) -> String {
    messages(text, &parse(FILE, text))
}
