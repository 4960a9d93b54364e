//! The tokens of a text for who looks at it while it is being written, when there is no tree yet: an editor. A text comes in, what it is
//! made of goes out; comments are white space here as everywhere.

use crate::lexer;
use crate::limits;
use crate::tokens::{Kind, Word};
use lwas_base::{Diagnostics, FileId, Span};

/// What a token is, as far as it matters where there is no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexemeKind {
    /// A name, or a word that means something only in its place.
    Name,
    /// A reserved word.
    Word,
    /// A number, a duration, a date or a time.
    Literal,
    /// A text, or a part of one.
    Text,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// `.`.
    Dot,
    /// `,`.
    Comma,
    /// `:`.
    Colon,
    /// Anything else.
    Other,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub struct Lexeme {
    /// What it is.
    pub kind: LexemeKind,
    /// Where.
    pub span: Span,
    /// Whether it is the first of its line.
    pub starts_line: bool,
    /// Whether an item certainly begins here, whatever is open.
    pub begins_item: bool,
}

/// The tokens of a text; none of one that is too long.
pub fn lexemes(file: FileId, text: &str) -> Vec<Lexeme> {
    if text.len() > crate::MAX_SOURCE_BYTES {
        return vec![];
    }
    let lexed = lexer::lex(file, text, &mut Diagnostics::new());
    let tokens = lexed.tokens.iter().filter(|token| token.kind != Kind::End);
    tokens
        .map(|token| Lexeme {
            kind: kind(token.kind),
            span: token.span,
            starts_line: token.starts_line,
            begins_item: token.begins_item
                || token.starts_line && token.word.begins_item() && token.word != Word::Other,
        })
        .collect()
}

fn kind(kind: Kind) -> LexemeKind {
    match kind {
        Kind::Name | Kind::Underscore => LexemeKind::Name,
        Kind::Int | Kind::Decimal | Kind::Literal => LexemeKind::Literal,
        Kind::Text | Kind::TextOpen | Kind::TextPart | Kind::TextClose => LexemeKind::Text,
        Kind::Comma => LexemeKind::Comma,
        Kind::Colon => LexemeKind::Colon,
        Kind::Dot => LexemeKind::Dot,
        kind if limits::opens(kind) => LexemeKind::Open,
        kind if limits::opener(kind).is_some() => LexemeKind::Close,
        kind if is_reserved(kind) => LexemeKind::Word,
        _ => LexemeKind::Other,
    }
}

fn is_reserved(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, And | Else | False | Fold | For | If | In | Let | Match | None | Not | Or | Require | Some | True)
}

/// The words that begin an item.
pub fn item_words() -> impl Iterator<Item = &'static str> {
    crate::tokens::ITEM_WORDS.iter().map(|(word, _)| *word)
}

/// The words that begin a statement, besides those that are reserved.
pub fn statement_words() -> impl Iterator<Item = &'static str> {
    crate::tokens::STATEMENT_WORDS.iter().map(|(word, _)| *word)
}

/// Whether a text can be a name: one token, and no reserved word.
pub fn is_name(text: &str) -> bool {
    let tokens = lexemes(FileId(0), text);
    matches!(&tokens[..], [one] if one.kind == LexemeKind::Name && one.span.range() == (0..text.len()) && text != "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_a_name() {
        for name in ["fee", "Sale", "FEE_2", "key", "event"] {
            assert!(is_name(name), "{name}");
        }
        for other in ["", "_", "if", "a b", "a.b", "1a", "a-b", " a", "\"a\"", "// a", "a\n"] {
            assert!(!is_name(other), "{other}");
        }
    }

    #[test]
    fn tokens_of_what_is_not_finished() {
        let tokens = lexemes(FileId(0), "fn f(\n  a: // why\nrule r {");
        let kinds: Vec<LexemeKind> = tokens.iter().map(|token| token.kind).collect();
        use LexemeKind::*;
        assert_eq!(kinds, [Name, Name, Open, Name, Colon, Name, Name, Open]);
        let items: Vec<bool> = tokens.iter().map(|token| token.begins_item).collect();
        assert_eq!(items, [true, false, false, false, false, true, false, false]);
    }
}
