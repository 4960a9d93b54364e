//! A whole text in the one style, as edits of the lines that differ, so that the cursor and folds stay where they are.

use crate::places;
use crate::position::Lines;
use crate::server::State;
use lsp_types::{DocumentFormattingParams, TextEdit};
use lwas_base::FileId;

/// The edits; nothing where the text has mistakes, as those are told anyway.
pub fn format(state: &mut State, params: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
    let document = state.world.documents.get(&places::path(&params.text_document.uri))?;
    let formatted = lwas_syntax::format(FileId(0), &document.text).ok()?;
    let lines = Lines::new(&document.text, state.client.encoding);
    let edits = edits(&document.text, &formatted);
    Some(edits.into_iter().map(|(range, new_text)| TextEdit { range: lines.range(range), new_text }).collect())
}

/// What must be replaced for one text to become another: runs of lines, in order.
fn edits(before: &str, after: &str) -> Vec<(std::ops::Range<usize>, String)> {
    if before == after {
        return vec![];
    }
    let diff = similar::TextDiff::configure().algorithm(similar::Algorithm::Patience).diff_lines(before, after);
    let starts = |text: &str| -> Vec<usize> {
        let ends = text.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        });
        std::iter::once(0).chain(ends).collect()
    };
    let (old, new) = (starts(before), starts(after));
    let bytes = |starts: &[usize], lines: std::ops::Range<usize>| {
        let at = |line: usize| starts.get(line).or(starts.last()).copied().unwrap_or_default();
        at(lines.start)..at(lines.end)
    };
    let changed = diff.ops().iter().filter(|op| op.tag() != similar::DiffTag::Equal);
    changed
        .map(|op| {
            let text = after.get(bytes(&new, op.new_range())).unwrap_or_default();
            (bytes(&old, op.old_range()), text.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::edits;

    #[test]
    fn edits_lead_from_one_text_to_the_other() {
        for (before, after) in
            [("", "a\n"), ("a\nb\nc\n", "a\nB\nc\n"), ("a", "a\n"), ("a\r\nb\r\n", "a\nb\n"), ("x\ny", "")]
        {
            let mut text = before.to_owned();
            for (range, new) in edits(before, after).into_iter().rev() {
                text.replace_range(range, &new);
            }
            assert_eq!(text, after);
        }
    }

    #[test]
    fn lines_that_stay_are_not_touched() {
        assert_eq!(edits("a\nb\nc\n", "a\nB\nc\n"), [(2..4, "B\n".to_owned())]);
    }
}
