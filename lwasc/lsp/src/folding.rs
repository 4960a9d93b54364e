//! What can be folded: brackets over several lines, runs of comments, and of `use`.

use crate::places;
use crate::position::{Encoding, Lines};
use crate::server::State;
use lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};
use lwas_base::FileId;
use lwas_syntax::LexemeKind;

/// The ranges of a file, in order of their first lines.
pub fn ranges(state: &mut State, params: &FoldingRangeParams) -> Option<Vec<FoldingRange>> {
    let document = state.world.documents.get(&places::path(&params.text_document.uri))?;
    let mut found = brackets(&document.text);
    let is_use = |line: &str| line.starts_with("use ");
    found.extend(runs(&document.text, |line| line.trim_start().starts_with("//"), FoldingRangeKind::Comment));
    found.extend(runs(&document.text, is_use, FoldingRangeKind::Imports));
    found.sort_by_key(|range| (range.start_line, range.end_line));
    Some(found)
}

fn range(start_line: u32, end_line: u32, kind: Option<FoldingRangeKind>) -> FoldingRange {
    FoldingRange { start_line, end_line, kind, ..FoldingRange::default() }
}

fn brackets(text: &str) -> Vec<FoldingRange> {
    let lines = Lines::new(text, Encoding::Utf8);
    let (mut open, mut found) = (vec![], vec![]);
    for token in lwas_syntax::lexemes(FileId(0), text) {
        if token.begins_item {
            open.clear();
        }
        match token.kind {
            LexemeKind::Open => open.push(token.span.range().start),
            LexemeKind::Close => {
                let Some(start) = open.pop() else { continue };
                let (first, last) = (lines.position(start).line, lines.position(token.span.range().start).line);
                // The line with the closing bracket stays.
                if last > first + 1 {
                    found.push(range(first, last - 1, None));
                }
            }
            _ => {}
        }
    }
    found
}

/// Two lines or more, one after the other, that are of a kind.
fn runs(text: &str, is_one: impl Fn(&str) -> bool, kind: FoldingRangeKind) -> Vec<FoldingRange> {
    let mut found = vec![];
    let mut begun: Option<u32> = None;
    for (number, line) in (0_u32..).zip(text.lines().map(Some).chain([None])) {
        match (line.is_some_and(&is_one), begun) {
            (true, None) => begun = Some(number),
            (false, Some(first)) => {
                begun = None;
                if number > first + 1 {
                    found.push(range(first, number - 1, Some(kind.clone())));
                }
            }
            _ => {}
        }
    }
    found
}
