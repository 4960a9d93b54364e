//! Examples in doc comments, as tests: a block that is fenced as `lwas` holds the steps of a test. Each is read from the text of its module with
//! everything else blanked out, so that whatever is wrong with it is shown where it stands.

use lwas_base::{Diagnostics, FileId};
use lwas_syntax::ast::{Item, ItemKind};

/// What opens a test, in as many bytes as the shortest line that opens a block, `/// ```lwas`.
const OPENING: &str = "test \"\" {";
/// What opens a block of an example.
const FENCE: &str = "```lwas";

/// The examples of a module as tests, and what is wrong with how they are written.
pub(crate) fn of(file: FileId, text: &str) -> (Vec<Item>, Diagnostics) {
    let (mut items, mut wrong) = (vec![], Diagnostics::new());
    for example in find(text) {
        let parsed = lwas_syntax::parse(file, &example.blanked);
        wrong.append(parsed.diagnostics);
        // What closes the test too early would declare things in the module, which no example does.
        for mut item in parsed.file.items {
            if let ItemKind::Test(test) = &mut item.kind {
                test.name = format!("example in line {}", example.line);
                items.push(item);
            }
        }
    }
    (items, wrong)
}

/// An example in a text.
struct Example {
    /// The line of its fence, from 1.
    line: usize,
    /// The text of the module, of which only the example is left, as a test.
    blanked: String,
}

fn find(text: &str) -> Vec<Example> {
    let mut found = vec![];
    // Where the block that is open began, and its lines so far with all before blanked out.
    let mut open: Option<(usize, String)> = None;
    let (mut before, mut line) = (0, 0);
    for whole in text.split_inclusive('\n') {
        line += 1;
        let said = comment(whole);
        match (&mut open, said) {
            (None, Some(said)) if said.trim() == FENCE && whole.trim_end().len() >= OPENING.len() => {
                open = Some((line, blank(&text[..before]) + &padded(OPENING, whole)));
            }
            (None, _) => {}
            (Some((begun, kept)), Some(said)) if said.trim() == "```" => {
                let blanked = kept.clone() + &padded("}", whole);
                found.push(Example { line: *begun, blanked });
                open = None;
            }
            (Some((_, kept)), Some(said)) => {
                let margin = whole.len() - said.len();
                kept.push_str(&blank(&whole[..margin]));
                kept.push_str(said);
            }
            // A comment that ends before its fence does.
            (Some(_), None) => open = None,
        }
        before += whole.len();
    }
    found
}

/// What a line of a doc comment says, with its line break; nothing of any other line.
fn comment(line: &str) -> Option<&str> {
    let start = line.trim_start();
    let said = start.strip_prefix("//!").or_else(|| start.strip_prefix("///").filter(|said| !said.starts_with('/')))?;
    Some(said)
}

/// As many blanks as the text has bytes, with its line breaks.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// A text in place of a line, of the line's length.
fn padded(text: &str, line: &str) -> String {
    let rest = line.get(text.len()..).map_or_else(String::new, blank);
    format!("{text}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_keep_their_places() {
        let text = "//! Fees.\n\n/// A fee, for ä.\n///\n/// ```lwas\n/// expect fee(1) == 2\n/// ```\nfn fee(x: Int) -> Int { x + 1 }\n";
        let (items, wrong) = of(FileId(0), text);
        assert!(wrong.is_empty(), "{wrong:?}");
        let [Item { kind: ItemKind::Test(test), .. }] = items.as_slice() else { panic!("one example, not {items:?}") };
        assert_eq!(test.name, "example in line 5");
        let step = test.body.statements[0].span.range();
        assert_eq!(&text[step], "expect fee(1) == 2");
    }

    #[test]
    fn only_whole_blocks_of_doc_comments_are_examples() {
        for text in [
            "// ```lwas\n// expect true\n// ```\nfn f() -> Int { 1 }\n",
            "/// ```lwas\n/// expect true\nfn f() -> Int { 1 }\n",
            "/// ```text\n/// expect true\n/// ```\nfn f() -> Int { 1 }\n",
            "//// ```lwas\n//// expect true\n//// ```\nfn f() -> Int { 1 }\n",
            "/// ```lwas",
            "",
        ] {
            assert!(of(FileId(0), text).0.is_empty(), "{text}");
        }
    }
}
