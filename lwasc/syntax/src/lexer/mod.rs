//! Text to tokens. logos cuts words, numbers and signs; what it cannot say is done here by hand: which tokens begin a
//! line, doc comments, dates (`-` belongs to them and to nothing else) and texts with expressions in them. Every byte is
//! looked at a bounded number of times. A mistake is reported once and leaves a `Bad` token, about which the grammar
//! then says nothing more.

mod marks;
mod number;
mod scan;
mod text;

use crate::errors;
use crate::tokens::{Kind, Lexed, Payload, Token, Word, reserved};
use logos::Logos;
use lwas_base::{Diagnostics, FileId, Span, Symbol};
use std::ops::Range;

/// The tokens of a text, `End` last.
pub(crate) fn lex(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Lexed {
    scan::control_characters(file, text, diagnostics);
    let mut lexer = Lexer::new(file, text, diagnostics);
    // A byte order mark is tolerated where editors put it.
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    lexer.range(start..text.len());
    lexer.finish()
}

#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r]+")]
enum Raw {
    #[token("\n")]
    Newline,
    #[regex(r"//[^\n]*", allow_greedy = true)]
    Comment,
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*")]
    Word,
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?%?")]
    Number,
    /// Durations, and what looks like one.
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?[A-Za-z][A-Za-z0-9_]*")]
    Suffixed,
    #[token("\"")]
    Quote,
    #[regex(r"'[^'\n]*'")]
    #[regex("[“”„][^“”\n]*[“”]")]
    #[regex("`[^`\n]*`")]
    WrongQuotes,
    #[token("@")]
    At,
    #[token("(", |_| Kind::LParen)]
    #[token(")", |_| Kind::RParen)]
    #[token("[", |_| Kind::LBracket)]
    #[token("]", |_| Kind::RBracket)]
    #[token("{", |_| Kind::LBrace)]
    #[token("}", |_| Kind::RBrace)]
    #[token(",", |_| Kind::Comma)]
    #[token(":", |_| Kind::Colon)]
    #[token(".", |_| Kind::Dot)]
    #[token("->", |_| Kind::Arrow)]
    #[token("=>", |_| Kind::FatArrow)]
    #[token("=", |_| Kind::Equal)]
    #[token("+=", |_| Kind::PlusEqual)]
    #[token("-=", |_| Kind::MinusEqual)]
    #[token("==", |_| Kind::EqualEqual)]
    #[token("!=", |_| Kind::NotEqual)]
    #[token("<", |_| Kind::Less)]
    #[token("<=", |_| Kind::LessEqual)]
    #[token(">", |_| Kind::Greater)]
    #[token(">=", |_| Kind::GreaterEqual)]
    #[token("+", |_| Kind::Plus)]
    #[token("-", |_| Kind::Minus)]
    #[token("*", |_| Kind::Star)]
    #[token("/", |_| Kind::Slash)]
    #[token("??", |_| Kind::Coalesce)]
    #[token("?", |_| Kind::Question)]
    #[token("|", |_| Kind::Pipe)]
    Sign(Kind),
    /// Signs of other languages, each with the one that is meant.
    #[token("&&", |_| Kind::And)]
    #[token("||", |_| Kind::Or)]
    #[token("!", |_| Kind::Not)]
    #[token("===", |_| Kind::EqualEqual)]
    #[token("!==", |_| Kind::NotEqual)]
    #[token("<>", |_| Kind::NotEqual)]
    #[token("::", |_| Kind::Dot)]
    Foreign(Kind),
    /// `#` and what follows on its line, which elsewhere is a comment.
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Hash,
    /// An amount with its sign in front.
    #[regex(r"[$€£][0-9][0-9_,]*(\.[0-9]+)?")]
    SignedAmount,
    /// What elsewhere borrows a value or takes its address.
    #[token("&")]
    Ampersand,
    #[token(";")]
    Semicolon,
}

struct Lexer<'a> {
    file: FileId,
    text: &'a str,
    lexed: Lexed,
    diagnostics: &'a mut Diagnostics,
    /// A line break was met since the last token.
    line_begins: bool,
    /// `///` lines that wait for their token.
    docs: String,
    /// Where the first `;` stands; one message tells about all.
    semicolons: Vec<Span>,
    /// The same of `#`.
    hashes: Vec<Span>,
    nothing: Symbol,
}

impl<'a> Lexer<'a> {
    fn new(file: FileId, text: &'a str, diagnostics: &'a mut Diagnostics) -> Lexer<'a> {
        // Source has about one token in five bytes; a first guess that is too small only costs a copy.
        let lexed = Lexed { tokens: Vec::with_capacity(text.len() / 6 + 16), ..Lexed::default() };
        let docs = String::new();
        let nothing = Symbol::new("");
        Lexer { file, text, lexed, diagnostics, line_begins: true, docs, semicolons: vec![], hashes: vec![], nothing }
    }

    /// Lexes a part of the text: the whole, or an expression inside a text.
    fn range(&mut self, range: Range<usize>) {
        let text = self.text;
        let base = range.start;
        let mut raw = Raw::lexer(text.get(range).unwrap_or_default());
        let mut bad: Option<Range<usize>> = None;
        while let Some(token) = raw.next() {
            let place = raw.span().start + base..raw.span().end + base;
            let Ok(token) = token else {
                // Neighbouring unknown characters are one mistake.
                bad = match bad.take() {
                    Some(run) if run.end == place.start => Some(run.start..place.end),
                    Some(run) => {
                        self.unknown(run);
                        Some(place)
                    }
                    None => Some(place),
                };
                continue;
            };
            if let Some(run) = bad.take() {
                self.unknown(run);
            }
            let end = self.raw(token, place.clone());
            raw.bump(end.saturating_sub(place.end));
        }
        if let Some(run) = bad {
            self.unknown(run);
        }
    }

    /// Takes one piece; the answer is the offset after it, which texts and dates move on.
    fn raw(&mut self, token: Raw, place: Range<usize>) -> usize {
        let text = self.text.get(place.clone()).unwrap_or_default();
        match token {
            Raw::Newline => self.line_begins = true,
            Raw::Comment => self.comment(text, place.clone()),
            Raw::Word => self.word(text, place.clone()),
            Raw::Number => self.number(text, place.clone()),
            Raw::Suffixed => self.duration(text, place.clone()),
            Raw::Quote => return self.quoted(place),
            Raw::At => return self.at(place),
            Raw::Sign(kind) => self.push(kind, place.clone(), Payload::Nothing),
            Raw::Foreign(kind) => {
                self.diagnostics.push(errors::foreign_operator(self.span(&place), text));
                self.push(kind, place.clone(), Payload::Nothing);
            }
            Raw::WrongQuotes => {
                self.diagnostics.push(errors::wrong_quotes(self.span(&place), text));
                self.push(Kind::Bad, place.clone(), Payload::Nothing);
            }
            Raw::Semicolon => {
                let span = self.span(&place);
                self.semicolons.push(span);
                // What follows stands apart as on a line of its own.
                self.line_begins = true;
            }
            Raw::Hash => {
                let span = self.span(&(place.start..place.start + 1));
                self.hashes.push(span);
            }
            Raw::SignedAmount => {
                self.diagnostics.push(errors::signed_amount(self.span(&place), text));
                self.push(Kind::Bad, place.clone(), Payload::Nothing);
            }
            Raw::Ampersand => self.ampersand(place.clone()),
        }
        place.end
    }

    /// Before a name `&` is left out, so that what it stands before is read; elsewhere it was meant as an operator.
    fn ampersand(&mut self, place: Range<usize>) {
        let rest = self.text.get(place.end..).unwrap_or_default();
        let before_name = rest.starts_with(|c: char| c.is_ascii_alphabetic());
        self.diagnostics.push(errors::ampersand(self.span(&place), before_name));
        if !before_name {
            self.push(Kind::Bad, place, Payload::Nothing);
        }
    }

    fn span(&self, place: &Range<usize>) -> Span {
        Span::new(self.file, place.start, place.end)
    }

    fn unknown(&mut self, place: Range<usize>) {
        let text = self.text.get(place.clone()).unwrap_or_default();
        // A control character has had its message.
        if !text.chars().all(scan::is_forbidden) {
            self.diagnostics.push(errors::unknown_character(self.span(&place), text));
        }
        self.push(Kind::Bad, place, Payload::Nothing);
    }

    fn comment(&mut self, text: &str, place: Range<usize>) {
        let text = text.trim_end();
        if let Some(line) = text.strip_prefix("//!") {
            if self.lexed.tokens.is_empty() {
                join_line(&mut self.lexed.module_docs, line);
            } else {
                self.diagnostics.push(errors::late_module_docs(self.span(&place)));
            }
        } else if let Some(line) = text.strip_prefix("///").filter(|rest| !rest.starts_with('/')) {
            join_line(&mut self.docs, line);
        }
    }

    fn word(&mut self, text: &str, place: Range<usize>) {
        let after_dot = self.lexed.tokens.last().is_some_and(|token| token.kind == Kind::Dot);
        let (kind, word) = match reserved(text) {
            _ if text == "_" => (Kind::Underscore, Word::Other),
            _ if after_dot => (Kind::Name, Word::Other),
            Some(kind) => (kind, Word::Other),
            None => (Kind::Name, Word::of(text)),
        };
        let payload = if kind == Kind::Name { Payload::Name(Symbol::new(text)) } else { Payload::Nothing };
        self.push(kind, place, payload);
        if let Some(token) = self.lexed.tokens.last_mut() {
            token.word = word;
            token.capital = text.starts_with(|c: char| c.is_ascii_uppercase());
        }
    }

    fn push(&mut self, kind: Kind, place: Range<usize>, payload: Payload) {
        if kind == Kind::Colon {
            self.name_before_colon();
        }
        let docs = if self.docs.is_empty() { 0 } else { self.keep_docs() };
        let span = self.span(&place);
        let starts_line = std::mem::take(&mut self.line_begins);
        let word = Word::Other;
        let token = Token { kind, word, starts_line, capital: false, begins_item: false, span, payload, docs };
        self.lexed.tokens.push(token);
    }

    /// Before `:` every word is a name, the reserved ones too.
    fn name_before_colon(&mut self) {
        let text = self.text;
        let Some(token) = self.lexed.tokens.last_mut() else { return };
        let written = text.get(token.span.range()).unwrap_or_default();
        if token.kind == Kind::Name || reserved(written).is_some() {
            token.kind = Kind::Name;
            token.word = Word::Other;
            token.payload = Payload::Name(Symbol::new(written));
        }
    }

    fn keep_docs(&mut self) -> u32 {
        self.lexed.docs.push(std::mem::take(&mut self.docs));
        row(self.lexed.docs.len())
    }

    fn finish(mut self) -> Lexed {
        if let Some(first) = self.semicolons.first() {
            self.diagnostics.push(errors::semicolon(*first, &self.semicolons));
        }
        if let Some(first) = self.hashes.first() {
            self.diagnostics.push(errors::hash(*first, &self.hashes));
        }
        let end = self.text.len();
        self.docs.clear();
        self.line_begins = true;
        self.push(Kind::End, end..end, Payload::Name(self.nothing));
        marks::mark_items(&mut self.lexed.tokens);
        self.lexed
    }
}

/// A row number; a source is too short to have more rows than fit.
fn row(count: usize) -> u32 {
    u32::try_from(count).expect("a source of at most 16 MiB has fewer than 2^32 tokens")
}

fn join_line(docs: &mut String, line: &str) {
    if !docs.is_empty() {
        docs.push('\n');
    }
    docs.push_str(line.strip_prefix(' ').unwrap_or(line));
}
