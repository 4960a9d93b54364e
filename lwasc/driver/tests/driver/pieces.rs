//! A text cut into pieces that are put together again by joining them: roughly the tokens, and what lies between. This is not
//! the lexer, of which it must not share the mistakes.

/// What a piece looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Blanks, line breaks and comments.
    Between,
    /// A word in small letters, with a digit perhaps.
    Word,
    /// A word that begins with a capital letter.
    Capital,
    /// Digits with what is written without a space after them: `0.30`, `2.9%`, `30s`.
    Number,
    /// A text in quotes.
    Text,
    /// A date or an attribute.
    At,
    /// A bracket.
    Bracket,
    /// Any other sign.
    Sign,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub class: Class,
    pub text: String,
}

impl Piece {
    pub fn new(class: Class, text: &str) -> Piece {
        Piece { class, text: text.to_owned() }
    }
}

/// Signs of two characters.
const PAIRS: [&str; 10] = ["->", "=>", "+=", "-=", "==", "!=", "<=", ">=", "??", "//"];

/// Cuts a text.
pub fn cut(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (class, length) = piece(rest, first);
        let (text, after) = rest.split_at(length);
        pieces.push(Piece::new(class, text));
        rest = after;
    }
    pieces
}

/// The class and length of the piece with which a text begins.
fn piece(rest: &str, first: char) -> (Class, usize) {
    let while_all = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match first {
        c if c.is_whitespace() => (Class::Between, while_all(char::is_whitespace)),
        '/' if rest.starts_with("//") => (Class::Between, while_all(|c| c != '\n')),
        'a'..='z' | '_' => (Class::Word, while_all(is_word)),
        'A'..='Z' => (Class::Capital, while_all(is_word)),
        '0'..='9' => (Class::Number, number(rest)),
        '"' => (Class::Text, quoted(rest)),
        '@' => (Class::At, while_all(|c| c.is_ascii_alphanumeric() || "@-:.".contains(c))),
        '(' | ')' | '[' | ']' | '{' | '}' => (Class::Bracket, 1),
        _ if PAIRS.iter().any(|pair| rest.starts_with(pair)) => (Class::Sign, 2),
        c => (Class::Sign, c.len_utf8()),
    }
}

/// The length of a number with its decimals and suffix.
fn number(rest: &str) -> usize {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let after = &rest[end..];
    let has_decimals = after.strip_prefix('.').is_some_and(|more| more.starts_with(|c: char| c.is_ascii_digit()));
    let end = if has_decimals { end + 1 + number(&after[1..]) } else { end };
    if rest[end..].starts_with('%') { end + 1 } else { end }
}

/// The length of a text in quotes; one that is not closed ends with its line.
fn quoted(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return at,
            '"' if !is_escaped => return at + 1,
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    rest.len()
}

/// Puts pieces together.
pub fn join(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// Where a bracket's partner stands.
pub fn closing(pieces: &[Piece], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, piece) in pieces.iter().enumerate().skip(open).filter(|(_, piece)| piece.class == Class::Bracket) {
        match piece.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            _ => depth = depth.checked_sub(1)?,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[test]
fn cutting_and_joining_gives_the_text_again() {
    let text =
        "let fee: USD = round(x * 2.9%) + 0.30 USD // \"why\"\n\"a \\\" {b} c\" @2026-01-25 30s ä != \"open\n1.x";
    let pieces = cut(text);
    assert_eq!(join(&pieces), text);
    let has = |class, text: &str| pieces.contains(&Piece::new(class, text));
    assert!(has(Class::Number, "2.9%") && has(Class::Number, "30s") && has(Class::Number, "1"), "{pieces:?}");
    assert!(
        has(Class::Text, "\"a \\\" {b} c\"") && has(Class::At, "@2026-01-25") && has(Class::Sign, "!="),
        "{pieces:?}"
    );
    let open = pieces.iter().position(|piece| piece.text == "(").expect("there is one");
    assert_eq!(closing(&pieces, open).map(|at| pieces[at].text.as_str()), Some(")"));
}
