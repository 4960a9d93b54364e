//! A rejection for people: where in the program, the line, and the values under it.

use lwas_driver::render::visible;
use lwas_runtime::{At, Rejection, Traced};
use std::collections::BTreeMap;

/// The place and the values, a few lines that begin with a margin; empty when nobody knows the place.
pub fn place(rejection: &Rejection) -> String {
    match &rejection.at {
        Some(at) => excerpt(at, &rejection.traces),
        None => String::new(),
    }
}

/// The source line of a place with values under it; values on other lines show those lines too.
pub fn excerpt(at: &At, traces: &[Traced]) -> String {
    let mut lines: BTreeMap<(&str, u32), (&str, Vec<(u32, u32, String)>)> = BTreeMap::new();
    let marks = traces.iter().map(|t| (&t.at, visible(&t.value).replace('\n', " ")));
    for (place, value) in marks {
        let line = lines.entry((&place.path, place.line)).or_insert((&place.source_line, vec![]));
        line.1.push((place.column, place.width, value));
    }
    if traces.is_empty() {
        lines.insert((&at.path, at.line), (&at.source_line, vec![(at.column, at.width, String::new())]));
    } else {
        lines.entry((&at.path, at.line)).or_insert((&at.source_line, vec![]));
    }
    let mut text = format!("  ╭─[{}]\n", visible(&at.to_string()));
    for (_, (source, mut marks)) in lines {
        if source.is_empty() {
            continue;
        }
        text.push_str(&format!("  │ {}\n", visible(source).replace('\t', " ")));
        marks.sort();
        for (column, width, value) in marks {
            let (before, under) = (column.saturating_sub(1) as usize, "─".repeat(width.clamp(1, 200) as usize));
            text.push_str(format!("  │ {}{under} {value}", " ".repeat(before)).trim_end());
            text.push('\n');
        }
    }
    text
}
