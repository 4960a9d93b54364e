//! What no input may do: end in anything but a `Parsed` whose places lie in the text.

use super::FILE;
use lwas_syntax::{Parsed, parse, parse_bytes};
use proptest::prelude::*;

const TASTE: &str = include_str!("programs/taste.lwas");
const LEDGER: &str = include_str!("programs/ledger.lwas");

/// All places of all messages lie in the text and between characters.
fn sound(text: &str, parsed: &Parsed) {
    for diagnostic in parsed.diagnostics.iter() {
        for span in diagnostic.labels.iter().map(|label| label.span).chain([diagnostic.primary.span]) {
            assert!(text.get(span.range()).is_some(), "{span:?} of {:?}", diagnostic.message);
        }
    }
}

#[test]
fn programs_cut_off_anywhere() {
    for program in [TASTE, LEDGER] {
        for at in (0..=program.len()).filter(|at| program.is_char_boundary(*at)) {
            let cut = &program[..at];
            sound(cut, &parse(FILE, cut));
        }
    }
}

#[test]
fn programs_without_one_token() {
    let words: Vec<_> = LEDGER.split_inclusive([' ', '\n', '(', ')', '{', '}', '[', ']', '.', ',']).collect();
    for left_out in 0..words.len() {
        let kept: String = words.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, word)| *word).collect();
        let parsed = parse(FILE, &kept);
        sound(&kept, &parsed);
        let count = parsed.diagnostics.iter().count();
        assert!(count <= 8, "{count} messages without `{}`:\n{}", words[left_out], super::messages(&kept, &parsed));
    }
}

/// Pieces of which programs are made, so that random ones reach far into the grammar.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "fn",
        "state",
        "event",
        "rule",
        "axiom",
        "test",
        "on",
        "as",
        "let",
        "if",
        "else",
        "match",
        "for",
        "in",
        "fold",
        "where",
        "require",
        "create",
        "S",
        "x",
        "Int",
        "1",
        "2.5",
        "USD",
        "\"t\"",
        "\"{x}\"",
        "\"{",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "=",
        "==",
        "=>",
        "->",
        "+",
        "-",
        "*",
        "??",
        "?",
        "<",
        ">",
        "|",
        "@",
        "@2026-01-25",
        "5m",
        "with",
        "not",
        "and",
        "some",
        "none",
        "_",
        "\n",
        "\n",
        "///d\n",
        ";",
        "&&",
        "é",
        "\u{202e}",
        "sum(",
        "use a.",
        "private",
        "apply E { }",
        "reject",
    ])
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let parsed = parse_bytes(FILE, &bytes);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            sound(text, &parsed);
        }
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        sound(&text, &parse(FILE, &text));
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(piece(), 0..120)) {
        let text = pieces.join(" ");
        sound(&text, &parse(FILE, &text));
    }
}

/// Pieces that once held the parser at one place for ever.
#[test]
fn a_text_that_ends_nowhere() {
    let text = "[ \"{ ] } \"{";
    sound(text, &parse(FILE, text));
}
