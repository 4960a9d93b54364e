//! Statements. Reserved words begin some; the other words count only before what they take, so that a local may be named
//! `expect` or `delete`.

use super::block::{block, head, if_expr, match_expr};
use super::expr::{condition, expr, inner, keys};
use super::fault::{Expected, Fault};
use super::operand::binder;
use super::sequence::skip_until;
use super::{Inp, Read, at, complain, eat, eat_word, is, missing, name, path, peek, peek_nth, previous, since, step};
use super::{ty, want, words};
use crate::ast::{AssignOp, Expr, ExprKind, Ident, Stmt, StmtKind};
use crate::errors;
use crate::tokens::{Kind, Payload, Token, Word};

/// One statement.
pub(super) fn statement(inp: &mut Inp<'_, '_>) -> Read<Stmt> {
    let start = at(inp);
    let kind = match peek(inp).kind {
        Kind::Let => local(inp)?,
        Kind::Require => require(inp)?,
        Kind::For => for_loop(inp)?,
        Kind::If => {
            let expr = if_expr(inp)?;
            StmtKind::Expr(after_body(inp, expr)?)
        }
        Kind::Match => {
            let expr = match_expr(inp)?;
            StmtKind::Expr(after_body(inp, expr)?)
        }
        Kind::Name => match begun_by_word(inp) {
            Some(word) => by_word(inp, word)?,
            None => named(inp)?,
        },
        _ => expression(inp)?,
    };
    Ok(Stmt { kind, span: since(inp, start) })
}

/// Whether a statement can begin with this token.
#[rustfmt::skip]
pub(super) fn begins_statement(token: Token) -> bool {
    matches!(token.kind,
        Kind::Let | Kind::Require | Kind::For | Kind::If | Kind::Match | Kind::Name | Kind::Int | Kind::Decimal
        | Kind::Literal | Kind::Text | Kind::TextOpen | Kind::True | Kind::False | Kind::None | Kind::Some | Kind::Fold
        | Kind::Not | Kind::LParen | Kind::LBracket)
}

/// A statement that begins with `if` or `match` ended at its `}`: an operator behind it goes on nothing.
fn after_body(inp: &mut Inp<'_, '_>, expr: Expr) -> Read<Expr> {
    let next = peek(inp);
    #[rustfmt::skip]
    let operator = matches!(next.kind,
        Kind::Plus | Kind::Star | Kind::Slash | Kind::Coalesce | Kind::EqualEqual | Kind::NotEqual | Kind::Less
        | Kind::LessEqual | Kind::Greater | Kind::GreaterEqual | Kind::And | Kind::Or | Kind::In | Kind::Dot);
    if operator {
        let help = "an `if` or `match` that begins a statement ends at its `}`: put it in parentheses to go on";
        let operator = words::spelling(next.kind);
        let diagnostic = errors::unknown_statement(next.span, operator, Some(help.into()));
        return Err(Fault::special(at(inp), diagnostic));
    }
    Ok(expr)
}

/// `let x: T = e`.
fn local(inp: &mut Inp<'_, '_>) -> Read<StmtKind> {
    step(inp);
    let mutable = peek(inp);
    let mut name = name(inp)?;
    if name.name.as_str() == "mut" && is(inp, Kind::Name) {
        complain(inp, errors::let_mut(mutable.span));
        name = super::name(inp)?;
    }
    let ty = if eat(inp, Kind::Colon).is_some() { Some(ty::ty(inp)?) } else { None };
    want(inp, Kind::Equal, if ty.is_some() { Expected::EQUAL } else { Expected::EQUAL.or(Expected::COLON) })?;
    Ok(StmtKind::Let { name, ty, value: value_or_error(inp) })
}

/// The value of a local. One that cannot be read is skipped with the rest of the statement, but the local is known.
fn value_or_error(inp: &mut Inp<'_, '_>) -> Expr {
    let begin = at(inp);
    expr(inp).unwrap_or_else(|fault| {
        let next = peek(inp);
        if at(inp) == fault.at && next.starts_line && begins_statement(next) {
            inp.state().faults.push(fault);
        } else {
            skip_statement(inp, fault);
        }
        Expr { kind: ExprKind::Error, span: since(inp, begin) }
    })
}

/// Reports a mistake and skips up to the next line that begins a statement.
pub(super) fn skip_statement(inp: &mut Inp<'_, '_>, fault: Fault) {
    let reached = fault.at;
    inp.state().faults.push(fault);
    skip_until(inp, reached, |token, past| past && token.starts_line && begins_statement(token));
    // A closing bracket without an opening one belongs to the mistake.
    while matches!(peek(inp).kind, Kind::RParen | Kind::RBracket) {
        step(inp);
        skip_until(inp, 0, |token, _| token.starts_line && begins_statement(token));
    }
}

/// `require e else "message"`.
fn require(inp: &mut Inp<'_, '_>) -> Read<StmtKind> {
    let require = step(inp);
    if called(inp) {
        return require_call(inp, require);
    }
    let condition = condition(inp)?;
    if eat(inp, Kind::Else).is_some() {
        return Ok(StmtKind::Require { condition, message: expr(inp)? });
    }
    let end = previous(inp).span.after();
    let next = peek(inp);
    let message = matches!(next.kind, Kind::Text | Kind::TextOpen | Kind::Comma) && !next.starts_line;
    if !message && !next.starts_line && !matches!(next.kind, Kind::RBrace | Kind::End) {
        return Err(missing(inp, Expected::OPERATOR.or(Expected::ELSE)));
    }
    complain(inp, errors::require_without_else(require.span, end));
    eat(inp, Kind::Comma);
    let error = Expr { kind: ExprKind::Error, span: end };
    let message = if message { expr(inp)? } else { error };
    Ok(StmtKind::Require { condition, message })
}

/// Whether parentheses with a comma stand behind `require`: a call, in other languages.
fn called(inp: &mut Inp<'_, '_>) -> bool {
    if !is(inp, Kind::LParen) {
        return false;
    }
    let mut depth = 0;
    for n in 0.. {
        match peek_nth(inp, n).kind {
            Kind::LParen | Kind::LBracket | Kind::LBrace => depth += 1,
            Kind::RParen | Kind::RBracket | Kind::RBrace if depth <= 1 => return false,
            Kind::RParen | Kind::RBracket | Kind::RBrace => depth -= 1,
            Kind::Comma if depth == 1 => return true,
            Kind::End | Kind::Let | Kind::Require => return false,
            _ => {}
        }
    }
    false
}

/// `require(condition, "message")`: one message, and both are read.
fn require_call(inp: &mut Inp<'_, '_>, require: Token) -> Read<StmtKind> {
    step(inp);
    let condition = inner(inp)?;
    let comma = want(inp, Kind::Comma, Expected::COMMA)?;
    complain(inp, errors::require_as_call(comma.span, require.span));
    let message = inner(inp)?;
    want(inp, Kind::RParen, Expected::RPAREN)?;
    Ok(StmtKind::Require { condition, message })
}

/// `for x in xs where p { … }`.
fn for_loop(inp: &mut Inp<'_, '_>) -> Read<StmtKind> {
    step(inp);
    let binder = Box::new(head(inp, binder)?);
    Ok(StmtKind::For { binder, body: block(inp)? })
}

/// The word that begins a statement here: one that stands before what it takes.
fn begun_by_word(inp: &mut Inp<'_, '_>) -> Option<Word> {
    let word = peek(inp).word;
    let next = peek_nth(inp, 1);
    if next.starts_line {
        return None;
    }
    let takes = match word {
        Word::Delete | Word::Emit | Word::Apply => next.kind == Kind::Name,
        Word::Expect | Word::Reject => {
            begins_statement(next) || matches!(next.kind, Kind::Minus | Kind::LBrace | Kind::Bad)
        }
        Word::Advance => {
            (begins_statement(next) || next.kind == Kind::Bad) && !matches!(next.kind, Kind::LParen | Kind::LBracket)
        }
        Word::Clear => next.kind == Kind::Name,
        _ => false,
    };
    takes.then_some(word)
}

fn by_word(inp: &mut Inp<'_, '_>, word: Word) -> Read<StmtKind> {
    step(inp);
    match word {
        Word::Delete => delete(inp),
        Word::Apply => apply(inp),
        Word::Reject => reject(inp),
        Word::Advance => Ok(StmtKind::Advance { by: expr(inp)? }),
        Word::Expect => Ok(StmtKind::Expect { condition: condition(inp)? }),
        Word::Emit => Ok(StmtKind::Emit { event: event(inp)? }),
        _ => clear(inp),
    }
}

/// `clear alerts`.
fn clear(inp: &mut Inp<'_, '_>) -> Read<StmtKind> {
    let here = peek(inp);
    match here.payload {
        Payload::Name(name) if name.as_str() == "alerts" => {
            step(inp);
            Ok(StmtKind::Clear { what: Ident { name, span: here.span } })
        }
        _ => Err(missing(inp, Expected::ALERTS)),
    }
}

/// `delete S[k]`.
fn delete(inp: &mut Inp<'_, '_>) -> Read<StmtKind> {
    let path = path(inp)?;
    let keys = if is(inp, Kind::LBracket) && !peek(inp).starts_line { keys(inp) } else { vec![] };
    Ok(StmtKind::Delete { path, keys })
}

/// `apply Event { … } at @time`.
fn apply(inp: &mut Inp<'_, '_>) -> Read<StmtKind> {
    Ok(StmtKind::Apply { event: event(inp)?, at: time(inp)? })
}

/// `Event { … }`.
fn event(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let event = expr(inp)?;
    if !matches!(event.kind, ExprKind::Record { .. } | ExprKind::Error) {
        complain(inp, errors::not_an_event(event.span));
    }
    Ok(event)
}

/// `reject Event { … } with "text"`, `by axiom`, `reject expr with "text"`; a time may follow the event.
fn reject(inp: &mut Inp<'_, '_>) -> Read<StmtKind> {
    let what = expr(inp)?;
    let at = time(inp)?;
    let mut with = None;
    let mut by: Option<Vec<Ident>> = None;
    loop {
        if with.is_none() && eat_word(inp, Word::With).is_some() {
            with = Some(expr(inp)?);
        } else if by.is_none() && eat_word(inp, Word::By).is_some() {
            by = Some(path(inp)?);
        } else {
            break;
        }
    }
    if with.is_none() && by.is_none() {
        return Err(missing(inp, Expected::WITH.or(Expected::BY)));
    }
    Ok(StmtKind::Reject { what, at, with, by })
}

/// `at @2026-01-25T00:00:00Z`.
fn time(inp: &mut Inp<'_, '_>) -> Read<Option<Expr>> {
    if eat_word(inp, Word::At).is_some() { expr(inp).map(Some) } else { Ok(None) }
}

/// A statement that begins with a name: an assignment, a call, or a word of another language.
fn named(inp: &mut Inp<'_, '_>) -> Read<StmtKind> {
    let token = peek(inp);
    let next = peek_nth(inp, 1);
    let written = match token.payload {
        crate::tokens::Payload::Name(name) => name.as_str(),
        _ => "",
    };
    let writes = matches!(token.word, Word::Create | Word::Put | Word::Append);
    let beside = !next.starts_line && next.kind != Kind::End && begins_value(next);
    if written == "return" && (beside || next.kind == Kind::RBrace) {
        complain(inp, errors::return_word(token.span, beside));
        step(inp);
        return if beside { expression(inp) } else { Ok(StmtKind::Error) };
    }
    if let Some(help) = operator_word(inp, 1) {
        return Err(Fault::special(at(inp) + 1, errors::unknown_operator(next.span, help)));
    }
    let sql = matches!(written, "SELECT" | "INSERT" | "UPDATE" | "DELETE") && !next.starts_line;
    let block = matches!(written, "try" | "loop" | "do" | "unsafe") && next.kind == Kind::LBrace;
    if sql || block {
        let help = words::statement_help(written);
        return Err(Fault::special(at(inp), errors::unknown_statement(token.span, written, help)));
    }
    let touching = token.span.range().end == next.span.range().start;
    if touching && matches!(next.kind, Kind::Text | Kind::TextOpen) {
        let help = format!("leave out `{written}`: in every text `{{…}}` holds an expression");
        return Err(Fault::special(at(inp), errors::unknown_statement(token.span, written, Some(help))));
    }
    if beside && !writes && next.word != Word::With && !matches!(next.kind, Kind::LParen | Kind::LBracket) {
        let diagnostic = errors::unknown_statement(token.span, written, words::statement_help(written));
        // The fault lies with the first word, but what follows belongs to it.
        return Err(Fault::special(at(inp), diagnostic));
    }
    expression(inp)
}

/// What to write for `a mod b`, `a is b` and their like, which other languages have; the word stands so many tokens ahead.
pub(super) fn operator_word(inp: &mut Inp<'_, '_>, ahead: usize) -> Option<&'static str> {
    let (next, then) = (peek_nth(inp, ahead), peek_nth(inp, ahead + 1));
    if next.starts_line || then.starts_line {
        return None;
    }
    if next.kind == Kind::Not && then.kind == Kind::In {
        return Some("write `not (a in b)`");
    }
    let Payload::Name(name) = next.payload else { return None };
    if !begins_value(then) && then.kind != Kind::Not {
        return None;
    }
    Some(match name.as_str() {
        "is" | "eq" | "equals" => "two values are compared with `==`",
        "mod" | "rem" => "write `mod(a, b)`",
        "div" => "write `div(a, b)`",
        "between" => "compare twice: `a >= b and a <= c`",
        "like" | "LIKE" | "contains" => "texts are compared with `==`",
        "AND" | "OR" => "`and` and `or` are written small",
        "xor" => "two conditions differ when `a != b`",
        _ => return None,
    })
}

fn begins_value(token: Token) -> bool {
    begins_statement(token) && !matches!(token.kind, Kind::Let | Kind::Require | Kind::For | Kind::If | Kind::Match)
}

/// `target = value`, `+=`, `-=`, or an expression on its own.
fn expression(inp: &mut Inp<'_, '_>) -> Read<StmtKind> {
    if !begins_statement(peek(inp)) && !matches!(peek(inp).kind, Kind::Minus | Kind::Bad | Kind::LBrace) {
        return Err(missing(inp, Expected::STATEMENT.or(Expected::RBRACE)));
    }
    let target = expr(inp)?;
    let op = match peek(inp).kind {
        Kind::Equal => AssignOp::Set,
        Kind::PlusEqual => AssignOp::Add,
        Kind::MinusEqual => AssignOp::Sub,
        _ => return Ok(StmtKind::Expr(target)),
    };
    step(inp);
    Ok(StmtKind::Assign { target, op, value: expr(inp)? })
}
