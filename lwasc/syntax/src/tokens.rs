//! Tokens: what the lexer hands to the grammar. A token is small and `Copy`; what it says beyond its kind lies in the
//! tables of `Lexed`, by number. Reserved words have kinds of their own; words that mean something only in their place
//! are names that carry a `Word`, so that the grammar asks for them exactly where they count.

use crate::ast::Literal;
use lwas_base::{Span, Symbol};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Underscore,
    And,
    Else,
    False,
    Fold,
    For,
    If,
    In,
    Let,
    Match,
    None,
    Not,
    Or,
    Require,
    Some,
    True,
    /// A number without a point; its value may still be beyond an Int, for an amount may hold it.
    Int,
    /// A number with a point or a percent sign.
    Decimal,
    /// A duration, a date or a time.
    Literal,
    /// A text without parts.
    Text,
    /// The opening quote of a text with parts.
    TextOpen,
    /// What stands between two parts of a text, escapes resolved.
    TextPart,
    /// `{` in a text.
    PartOpen,
    /// `}` in a text.
    PartClose,
    /// The closing quote of a text with parts.
    TextClose,
    LParen,
    RParen,
    LBracket,
    RBracket,
    LBrace,
    RBrace,
    Comma,
    Colon,
    Dot,
    At,
    Arrow,
    FatArrow,
    Equal,
    PlusEqual,
    MinusEqual,
    EqualEqual,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Coalesce,
    Question,
    Pipe,
    /// Something that the lexer has already complained about.
    Bad,
    /// The end of the file; the last token of every list.
    End,
}

/// A word that means something in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[rustfmt::skip]
pub(crate) enum Word {
    /// Any other name, and every name after `.` or before `:`.
    Other,
    // Words that begin an item.
    Use, Accept, Const, Currency, Enum, Record, State, Journal, Event, Fn, Action, Query, Rule, Axiom, Test, Private,
    Alert, Belief,
    // Words that begin a statement.
    Create, Put, Append, Delete, Emit, Apply, Expect, Reject, Advance, Clear,
    // Words inside items, statements and expressions.
    Key, Index, Fixed, On, Due, As, Where, From, Changed, Deleted, With, By, At, Over, Truth, Given, When, Message,
    // Aggregates that take a variable at once.
    Count, First, Last, Rate,
}

/// The words that begin an item, as they are written.
#[rustfmt::skip]
pub(crate) const ITEM_WORDS: [(&str, Word); 18] = [
    ("use", Word::Use), ("accept", Word::Accept), ("const", Word::Const), ("currency", Word::Currency),
    ("enum", Word::Enum), ("record", Word::Record), ("state", Word::State), ("journal", Word::Journal),
    ("event", Word::Event), ("fn", Word::Fn), ("action", Word::Action), ("query", Word::Query), ("rule", Word::Rule),
    ("axiom", Word::Axiom), ("test", Word::Test), ("private", Word::Private), ("alert", Word::Alert),
    ("belief", Word::Belief),
];

/// The words that begin a statement, as they are written.
#[rustfmt::skip]
pub(crate) const STATEMENT_WORDS: [(&str, Word); 10] = [
    ("create", Word::Create), ("put", Word::Put), ("append", Word::Append), ("delete", Word::Delete),
    ("emit", Word::Emit), ("apply", Word::Apply), ("expect", Word::Expect), ("reject", Word::Reject),
    ("advance", Word::Advance), ("clear", Word::Clear),
];

#[rustfmt::skip]
const INNER_WORDS: [(&str, Word); 22] = [
    ("key", Word::Key), ("index", Word::Index), ("fixed", Word::Fixed), ("on", Word::On), ("due", Word::Due),
    ("as", Word::As), ("where", Word::Where), ("from", Word::From), ("changed", Word::Changed),
    ("deleted", Word::Deleted), ("with", Word::With), ("by", Word::By), ("at", Word::At), ("over", Word::Over),
    ("truth", Word::Truth), ("given", Word::Given), ("when", Word::When), ("message", Word::Message),
    ("count", Word::Count), ("first", Word::First), ("last", Word::Last),
    ("rate", Word::Rate),
];

impl Word {
    /// The word with this spelling, else `Other`.
    pub(crate) fn of(text: &str) -> Word {
        if text.len() > 8 {
            return Word::Other;
        }
        let mut all = ITEM_WORDS.iter().chain(&STATEMENT_WORDS).chain(&INNER_WORDS);
        all.find(|(spelling, _)| *spelling == text).map_or(Word::Other, |(_, word)| *word)
    }

    /// Whether it begins an item.
    pub(crate) fn begins_item(self) -> bool {
        ITEM_WORDS.iter().any(|(_, word)| *word == self)
    }
}

/// The kind of a reserved word.
pub(crate) fn reserved(text: &str) -> Option<Kind> {
    Some(match text {
        "and" => Kind::And,
        "else" => Kind::Else,
        "false" => Kind::False,
        "fold" => Kind::Fold,
        "for" => Kind::For,
        "if" => Kind::If,
        "in" => Kind::In,
        "let" => Kind::Let,
        "match" => Kind::Match,
        "none" => Kind::None,
        "not" => Kind::Not,
        "or" => Kind::Or,
        "require" => Kind::Require,
        "some" => Kind::Some,
        "true" => Kind::True,
        _ => return None,
    })
}

/// What a token says beyond its kind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Payload {
    /// Nothing.
    Nothing,
    /// A name.
    Name(Symbol),
    /// A row of `Lexed::numbers`, `literals` or `texts`, by the token's kind.
    Row(u32),
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// What a name means in its place.
    pub(crate) word: Word,
    /// Whether it is the first of its line.
    pub(crate) starts_line: bool,
    /// Whether it is a name that begins with a capital letter.
    pub(crate) capital: bool,
    /// Whether an item certainly begins here, whatever brackets are open: it is the first of its line, and no
    /// expression, statement or field can go on like this. Recovery leans on it.
    pub(crate) begins_item: bool,
    /// Where.
    pub(crate) span: Span,
    /// What it says.
    pub(crate) payload: Payload,
    /// Its `///` lines: a row of `Lexed::docs` counted from 1, 0 for none.
    pub(crate) docs: u32,
}

/// A number as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    /// Smallest units.
    pub(crate) units: i128,
    /// Digits after the point; two more with a percent sign.
    pub(crate) digits: u8,
}

/// A file's tokens and what they say.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    /// The tokens; the last one, and only that, is `End`.
    pub(crate) tokens: Vec<Token>,
    /// What `Int` and `Decimal` tokens say.
    pub(crate) numbers: Vec<Number>,
    /// What `Literal` tokens say.
    pub(crate) literals: Vec<Literal>,
    /// What `Text` and `TextPart` tokens say.
    pub(crate) texts: Vec<String>,
    /// Doc comments, lines joined.
    pub(crate) docs: Vec<String>,
    /// The `//!` lines, joined.
    pub(crate) module_docs: String,
}
