//! What watches: beliefs and alerts, `given`, and the names that stand for what the language keeps in modules of its own.

use super::block::{block, with_value};
use super::code::{compared, scope};
use super::expr::{condition, inner};
use super::fault::Expected;
use super::{Inp, Read, at, eat, eat_word, is, missing, name, path, peek, since, step, want};
use crate::ast::{Axiom, AxiomKind, Ident, ItemKind, Literal, Severity, Stmt, StmtKind};
use crate::tokens::{Kind, Payload, Word};

/// `given a, b`, or nothing.
pub(super) fn given(inp: &mut Inp<'_, '_>) -> Read<Vec<Vec<Ident>>> {
    let mut list = vec![];
    if eat_word(inp, Word::Given).is_none() {
        return Ok(list);
    }
    loop {
        list.push(path(inp)?);
        if eat(inp, Kind::Comma).is_none() {
            return Ok(list);
        }
    }
}

/// `belief name truth 0.8 given a, b for a in Account … { … }`, behind the word.
pub(super) fn belief(inp: &mut Inp<'_, '_>) -> Read<ItemKind> {
    let name = name(inp)?;
    if eat_word(inp, Word::Truth).is_none() {
        return Err(missing(inp, Expected::TRUTH));
    }
    let token = peek(inp);
    let (Kind::Int | Kind::Decimal, Payload::Row(row)) = (token.kind, token.payload) else {
        return Err(missing(inp, Expected::TRUTH_VALUE));
    };
    step(inp);
    let number = inp.state().lexed.numbers.get(row as usize).copied();
    let (units, digits) = number.map_or((0, 0), |number| (number.units, number.digits));
    let given = given(inp)?;
    let before = if given.is_empty() { Expected::GIVEN } else { Expected::NOTHING };
    let scope = scope(inp, before)?;
    let body = block(inp)?;
    let kind = AxiomKind::Belief { units, digits, span: token.span };
    Ok(ItemKind::Axiom(Axiom { kind, name, given, scope, body: compared(inp, body) }))
}

/// `alert name warning for s in Host … { when … for 5m message "…" }`, behind the word.
pub(super) fn alert(inp: &mut Inp<'_, '_>) -> Read<ItemKind> {
    let name = name(inp)?;
    let severity = severity(inp)?;
    let scope = scope(inp, Expected::NOTHING)?;
    let start = at(inp);
    want(inp, Kind::LBrace, Expected::LBRACE)?;
    if eat_word(inp, Word::When).is_none() {
        return Err(missing(inp, Expected::WHEN));
    }
    let from = at(inp);
    let when = condition(inp)?;
    let when = Stmt { span: since(inp, from), kind: StmtKind::Expr(when) };
    let body = with_value(vec![when], since(inp, from));
    let lasts_span = peek(inp).span;
    let lasts = if eat(inp, Kind::For).is_some() { duration(inp)? } else { 0 };
    let message = if eat_word(inp, Word::Message).is_some() { Some(Box::new(inner(inp)?)) } else { None };
    if !is(inp, Kind::RBrace) {
        let more = if message.is_some() { Expected::RBRACE } else { Expected::MESSAGE.or(Expected::RBRACE) };
        return Err(missing(inp, if lasts == 0 && message.is_none() { more.or(Expected::FOR) } else { more }));
    }
    step(inp);
    debug_assert!(at(inp) > start, "an alert has a body");
    let kind = AxiomKind::Alert { severity, lasts, lasts_span, message };
    Ok(ItemKind::Axiom(Axiom { kind, name, given: vec![], scope, body }))
}

fn severity(inp: &mut Inp<'_, '_>) -> Read<Severity> {
    let token = peek(inp);
    let written = if let Payload::Name(name) = token.payload { name.as_str() } else { "" };
    let severity = match written {
        "info" => Severity::Info,
        "warning" => Severity::Warning,
        "critical" => Severity::Critical,
        _ => return Err(missing(inp, Expected::SEVERITY)),
    };
    step(inp);
    Ok(severity)
}

/// A duration as it is written, in microseconds.
fn duration(inp: &mut Inp<'_, '_>) -> Read<i64> {
    let token = peek(inp);
    let Payload::Row(row) = token.payload else { return Err(missing(inp, Expected::DURATION)) };
    let literal = if token.kind == Kind::Literal { inp.state().lexed.literals.get(row as usize) } else { None };
    let Some(Literal::Duration(micros)) = literal else { return Err(missing(inp, Expected::DURATION)) };
    let micros = *micros;
    step(inp);
    Ok(micros)
}

/// The names in the file that stand for what the language keeps in modules of its own: a call of `alerts` or `resonance`,
/// the journal `Alert`, `clear alerts`. Behind a dot a name is somebody else's.
pub(super) fn built_in(inp: &mut Inp<'_, '_>) -> Vec<Ident> {
    let mut found: Vec<Ident> = vec![];
    let tokens = &inp.state().lexed.tokens;
    for (number, token) in tokens.iter().enumerate() {
        let Payload::Name(name) = token.payload else { continue };
        let before = number.checked_sub(1).and_then(|at| tokens.get(at));
        let called = tokens.get(number + 1).is_some_and(|next| next.kind == Kind::LParen);
        let meant = match name.as_str() {
            "alerts" => called || before.is_some_and(|before| before.word == Word::Clear),
            "resonance" => called,
            "Alert" => true,
            _ => false,
        };
        let member = before.is_some_and(|before| before.kind == Kind::Dot);
        if meant && token.kind == Kind::Name && !member && found.iter().all(|known| known.name != name) {
            found.push(Ident { name, span: token.span });
        }
    }
    found
}
