//! A rejection for people: where in the program, the line, and the values under it.

use lwas_driver::render::visible;
use lwas_runtime::{At, Rejection, Traced};
use std::collections::BTreeMap;

/// What stands under a line: column and width, both in characters and from 1, and the value.
type Mark = (u32, u32, String);

/// The place and the values, a few lines that begin with a margin; empty when nobody knows the place.
pub fn place(rejection: &Rejection) -> String {
    match &rejection.at {
        Some(at) => excerpt(at, &rejection.traces),
        None => String::new(),
    }
}

/// The source line of a place with values under it; values on other lines show those lines too, those of another file under
/// a heading of their own.
pub fn excerpt(at: &At, traces: &[Traced]) -> String {
    let (own, others): (Vec<_>, Vec<_>) = traces.iter().partition(|trace| trace.at.path == at.path);
    let mut text = excerpt_of_file(at, &own);
    let mut files: BTreeMap<&str, Vec<&Traced>> = BTreeMap::new();
    for trace in others {
        files.entry(&trace.at.path).or_default().push(trace);
    }
    for traces in files.values() {
        let first = traces.iter().map(|trace| &trace.at).min_by_key(|at| (at.line, at.column));
        text.push_str(&first.map_or_else(String::new, |at| excerpt_of_file(at, traces)));
    }
    text
}

/// The lines of one file.
fn excerpt_of_file(at: &At, traces: &[&Traced]) -> String {
    let mut lines: BTreeMap<u32, (&str, Vec<Mark>)> = BTreeMap::new();
    lines.insert(at.line, (&at.source_line, vec![]));
    if traces.is_empty() {
        lines.insert(at.line, (&at.source_line, vec![(at.column, at.width, String::new())]));
    }
    for trace in traces {
        let (_, marks) = lines.entry(trace.at.line).or_insert((&trace.at.source_line, vec![]));
        marks.push((trace.at.column, trace.at.width, visible(&trace.value).replace('\n', " ")));
    }
    let mut text = format!("  ╭─[{}]\n", visible(&at.to_string()));
    for (source, marks) in lines.into_values().filter(|(source, _)| !source.is_empty()) {
        push_line(&mut text, source, marks);
    }
    text
}

/// A line with its marks, each on a line of its own.
fn push_line(text: &mut String, source: &str, mut marks: Vec<Mark>) {
    text.push_str(&format!("  │ {}\n", visible(source).replace('\t', " ")));
    marks.sort();
    for (column, width, value) in marks {
        let (before, under) = (column.saturating_sub(1) as usize, "─".repeat(width.clamp(1, 200) as usize));
        text.push_str(format!("  │ {}{under} {value}", " ".repeat(before)).trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str, line: u32, column: u32, source_line: &str) -> At {
        At { path: path.into(), line, column, width: 1, source_line: source_line.into() }
    }

    fn traced(at: At, value: &str) -> Traced {
        Traced { at, value: value.into() }
    }

    #[test]
    fn each_file_has_its_heading() {
        let traces = [
            traced(at("std/ledger.lwas", 7, 3, "  b >= c"), "2"),
            traced(at("main.lwas", 4, 1, "a > 0"), "-1"),
            traced(at("std/ledger.lwas", 7, 8, "  b >= c"), "3"),
        ];
        let wanted = "  ╭─[main.lwas:2:1]\n  │ axiom x {\n  │ a > 0\n  │ ─ -1\n  ╭─[std/ledger.lwas:7:3]\n  │   b >= c\n  │   ─ 2\n  │        ─ 3\n";
        assert_eq!(excerpt(&at("main.lwas", 2, 1, "axiom x {"), &traces), wanted);
    }

    #[test]
    fn without_values_the_place_is_marked() {
        assert_eq!(excerpt(&at("a.lwas", 1, 2, "ab"), &[]), "  ╭─[a.lwas:1:2]\n  │ ab\n  │  ─\n");
    }
}
