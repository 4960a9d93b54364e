//! Marks the tokens at which an item certainly begins. Tokens come in, `begins_item` is set on some. A mark is given only
//! where no program without mistakes could go on in any other way, so that the grammar may end whatever is still open
//! there: one missing `}` then costs one message and not the rest of the file.

use crate::tokens::{Kind, Token, Word};

pub(super) fn mark_items(tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        let marked = begins_item(tokens.get(at..).unwrap_or_default());
        if let Some(token) = tokens.get_mut(at) {
            token.begins_item = marked;
        }
    }
}

fn begins_item(tokens: &[Token]) -> bool {
    let [first, next, rest @ ..] = tokens else { return false };
    if !first.starts_line || next.starts_line {
        return false;
    }
    let third = rest.first().filter(|token| !token.starts_line);
    let third_kind = third.map(|token| token.kind);
    let third_word = third.map_or(Word::Other, |token| token.word);
    let named = next.kind == Kind::Name;
    match first.word {
        Word::State | Word::Journal | Word::Event | Word::Enum | Word::Record | Word::Const | Word::Currency => {
            named && next.capital
        }
        Word::Fn | Word::Action | Word::Query => named && third_kind == Some(Kind::LParen),
        Word::Rule => named && matches!(third_word, Word::On | Word::Due),
        Word::Axiom => named && (matches!(third_kind, Some(Kind::LBrace | Kind::For)) || third_word == Word::Given),
        Word::Belief => named && third_word == Word::Truth,
        Word::Alert => named && third_kind == Some(Kind::Name),
        Word::Test => matches!(next.kind, Kind::Text | Kind::TextOpen),
        Word::Use | Word::Accept => named && third_kind == Some(Kind::Dot),
        Word::Private => named && matches!(next.word, Word::Fn | Word::Action | Word::Query | Word::Event),
        // An attribute; a date is a token of its own.
        _ => first.kind == Kind::At && named,
    }
}
