//! Tokens with what stands between them. The lexer's tokens and the text come in; out go atoms, a text with its expressions
//! being one, each with the comments and the empty line before it. The lexer keeps no comments: what lies between two
//! tokens of a source without mistakes is white space and comments, which are read here, so that parsing pays nothing.

use crate::tokens::{Kind, Lexed, Word};

/// A token, or a whole text.
#[derive(Debug)]
pub(super) struct Atom<'a> {
    pub(super) kind: Kind,
    pub(super) word: Word,
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is the first of its line.
    pub(super) starts_line: bool,
    /// The comments before it.
    pub(super) comments: Vec<Comment<'a>>,
    /// Whether an empty line stands right before it.
    pub(super) blank: bool,
}

/// A comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment<'a> {
    pub(super) text: &'a str,
    /// Whether it stands behind something on its line.
    pub(super) trails: bool,
    /// Whether an empty line stands before it.
    pub(super) blank: bool,
}

/// The atoms of a text, the end of the file last; nothing where something else than white space and comments is between them.
pub(super) fn atoms<'a>(lexed: &Lexed, text: &'a str) -> Option<Vec<Atom<'a>>> {
    let mut atoms: Vec<Atom<'a>> = vec![];
    let mut tokens = lexed.tokens.iter();
    let mut before = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while let Some(token) = tokens.next() {
        let (start, mut end) = (token.span.range().start, token.span.range().end);
        if token.kind == Kind::TextOpen {
            end = tokens.find(|token| token.kind == Kind::TextClose)?.span.range().end;
        }
        let (comments, blank) = between(text.get(before..start)?, before == 0 || atoms.is_empty())?;
        let kind = if token.kind == Kind::TextOpen { Kind::Text } else { token.kind };
        let (word, starts_line) = (token.word, token.starts_line);
        atoms.push(Atom { kind, word, text: text.get(start..end)?, start, end, starts_line, comments, blank });
        before = end;
    }
    Some(atoms)
}

/// The comments in what lies between two tokens, and whether an empty line follows the last of them.
fn between(gap: &str, begins_file: bool) -> Option<(Vec<Comment<'_>>, bool)> {
    let mut comments = vec![];
    let mut blank = false;
    let mut lines = gap.split('\n').peekable();
    let mut is_first = true;
    while let Some(line) = lines.next() {
        let line = line.trim_matches([' ', '\t', '\r']);
        if line.starts_with("//") {
            comments.push(Comment { text: line, trails: is_first && !begins_file, blank });
            blank = false;
        } else if !line.is_empty() {
            return None;
        } else if !is_first && lines.peek().is_some() {
            blank = true;
        }
        is_first = false;
    }
    Some((comments, blank))
}
