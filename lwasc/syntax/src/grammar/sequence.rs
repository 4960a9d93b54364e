//! Lists between brackets, and where reading goes on after a mistake. A list never fails: an element that cannot be read
//! is reported and skipped up to the next comma, the next line (in lists whose elements may stand one a line), or the
//! closing bracket. Brackets inside what is skipped are skipped in pairs. A line that certainly begins an item or a
//! statement ends whatever is open.

use super::fault::{Expected, Fault};
use super::statement::operator_word;
use super::{Inp, Read, at, complain, eat, peek, previous, step};
use crate::errors;
use crate::tokens::{Kind, Token, Word};

/// How the elements of a list stand apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Apart {
    /// By commas.
    Commas,
    /// By commas or line breaks.
    CommasOrLines,
    /// The same, and a `let` is one of the elements.
    WithLets,
}

/// What a list is made of, for messages.
#[derive(Clone, Copy)]
pub(super) struct Elements {
    /// One of them.
    pub(super) one: Expected,
    /// All of them: "arguments".
    pub(super) many: &'static str,
    /// How they stand apart.
    pub(super) apart: Apart,
}

/// Reads the rest of a list whose opening bracket has just been read.
pub(super) fn list<'t, 'p, T>(
    inp: &mut Inp<'t, 'p>,
    elements: Elements,
    mut element: impl FnMut(&mut Inp<'t, 'p>) -> Read<T>,
) -> Vec<T> {
    let open = previous(inp);
    let close = closing(open.kind);
    let mut list = vec![];
    let mut after_mistake = false;
    loop {
        let next = peek(inp);
        if next.kind == close {
            step(inp);
            break;
        }
        if ends_list(next) && !is_element(next, elements) {
            if after_mistake {
                // What is missing here has been said.
                let silence = Fault::silence(at(inp));
                inp.state().faults.push(silence);
            } else {
                report_unclosed(inp, open);
            }
            break;
        }
        let begin = at(inp);
        let start = inp.save();
        match element(inp) {
            Ok(element) => {
                list.push(element);
                after_mistake = !separator(inp, close, elements, after_mistake);
            }
            Err(fault) => {
                inp.rewind(start);
                recover(inp, fault, elements.apart);
                after_mistake = true;
                eat(inp, Kind::Comma);
            }
        }
        if at(inp) == begin {
            step(inp);
        }
    }
    list
}

/// Reads what stands between two elements; false after a mistake that was reported, here or just before.
fn separator(inp: &mut Inp<'_, '_>, close: Kind, elements: Elements, after_mistake: bool) -> bool {
    let next = peek(inp);
    if eat(inp, Kind::Comma).is_some() || next.kind == close {
        return true;
    }
    if ends_list(next) || elements.apart != Apart::Commas && next.starts_line {
        return true;
    }
    if let Some(help) = operator_word(inp, 0) {
        recover(inp, Fault::special(at(inp), errors::unknown_operator(next.span, help)), elements.apart);
        eat(inp, Kind::Comma);
        return false;
    }
    // Another element right behind: only the comma is missing.
    if matches!(next.kind, Kind::Name | Kind::Int | Kind::Decimal | Kind::Text | Kind::TextOpen | Kind::Literal) {
        let after = previous(inp).span.after();
        if !after_mistake {
            complain(inp, errors::missing_comma(after, elements.many));
        }
        return false;
    }
    let fault = Fault::expected(at(inp), Expected::COMMA.or(bracket(close)));
    recover(inp, fault, elements.apart);
    eat(inp, Kind::Comma);
    false
}

/// Reports an element and skips the rest of it.
fn recover(inp: &mut Inp<'_, '_>, fault: Fault, apart: Apart) {
    let reached = fault.at;
    inp.state().faults.push(fault);
    skip_until(inp, reached, |token, past| {
        token.kind == Kind::Comma && past || apart != Apart::Commas && past && token.starts_line
    });
}

/// Skips at least up to the token `reached`, then up to one of these places: a closing bracket that was not opened in
/// between, what ends a list, or where `stop` says so, which is asked outside brackets and told whether `reached` lies
/// behind. A place at `reached` itself counts where it begins a line.
pub(super) fn skip_until(inp: &mut Inp<'_, '_>, reached: usize, stop: impl Fn(Token, bool) -> bool) {
    skip(inp, reached, begins_statement_surely, stop);
}

/// The same between items, where no statement is to be found.
pub(super) fn skip_to_item(inp: &mut Inp<'_, '_>, reached: usize, stop: impl Fn(Token, bool) -> bool) {
    skip(inp, reached, |_| false, stop);
}

fn skip(
    inp: &mut Inp<'_, '_>,
    reached: usize,
    stop_in_parentheses: impl Fn(Token) -> bool,
    stop: impl Fn(Token, bool) -> bool,
) {
    let start = at(inp);
    let mut open: Vec<Kind> = vec![];
    loop {
        let token = peek(inp);
        let here = at(inp);
        let past = here >= reached && here > start;
        if token.kind == Kind::End || token.begins_item && here > start {
            return;
        }
        let in_braces = open.contains(&Kind::RBrace);
        if here > start && !in_braces && stop_in_parentheses(token) {
            return;
        }
        if is_closing(token.kind) {
            match open.iter().rposition(|kind| *kind == token.kind) {
                Some(depth) => open.truncate(depth),
                None if open.is_empty() || token.kind == Kind::RBrace => return,
                None => {}
            }
        } else if open.is_empty() && stop(token, past) {
            return;
        } else if is_opening(token.kind) {
            open.push(closing(token.kind));
        }
        step(inp);
    }
}

/// Reports a bracket that is not closed where the next token stands.
pub(super) fn report_unclosed(inp: &mut Inp<'_, '_>, open: Token) {
    let found = peek(inp);
    let (bracket, close) = match open.kind {
        Kind::LParen => ("(", ")"),
        Kind::LBracket => ("[", "]"),
        _ => ("{", "}"),
    };
    complain(inp, errors::unclosed(open.span, bracket, close, found.span));
}

/// Whether a list cannot go on here, closed or not.
pub(super) fn ends_list(token: Token) -> bool {
    let never_inside = matches!(token.kind, Kind::End | Kind::Arrow) || is_closing(token.kind);
    never_inside || token.begins_item || begins_statement_surely(token)
}

/// Whether what ends other lists is an element of this one.
fn is_element(token: Token, elements: Elements) -> bool {
    elements.apart == Apart::WithLets && token.kind == Kind::Let
}

/// A line that begins with a word that nothing else begins with.
fn begins_statement_surely(token: Token) -> bool {
    token.starts_line && matches!(token.kind, Kind::Let | Kind::Require) && token.word == Word::Other
}

/// The bracket that closes this one.
pub(super) fn closing(open: Kind) -> Kind {
    match open {
        Kind::LParen => Kind::RParen,
        Kind::LBracket => Kind::RBracket,
        Kind::PartOpen => Kind::PartClose,
        Kind::TextOpen => Kind::TextClose,
        _ => Kind::RBrace,
    }
}

fn bracket(close: Kind) -> Expected {
    match close {
        Kind::RParen => Expected::RPAREN,
        Kind::RBracket => Expected::RBRACKET,
        _ => Expected::RBRACE,
    }
}

fn is_opening(kind: Kind) -> bool {
    matches!(kind, Kind::LParen | Kind::LBracket | Kind::LBrace | Kind::PartOpen | Kind::TextOpen)
}

pub(super) fn is_closing(kind: Kind) -> bool {
    matches!(kind, Kind::RParen | Kind::RBracket | Kind::RBrace | Kind::PartClose | Kind::TextClose)
}
