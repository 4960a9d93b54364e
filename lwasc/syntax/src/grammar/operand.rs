//! Operands: what an expression begins with. The next token decides which it is.

use super::block::{block, if_expr, match_expr};
use super::expr::{condition, expr, expr_or_error, fields, inner, keys, opens_fields};
use super::fault::Expected;
use super::sequence::{Apart, Elements, list, skip_until};
use super::{Inp, Read, at, complain, eat, eat_word, is, missing, name, path, peek, peek_nth, since, step};
use super::{separated, ty, want, with_braces};
use crate::ast::{Binder, Expr, ExprKind, Ident, Literal, TextPart, Write, WriteKind};
use crate::errors;
use crate::tokens::{Kind, Payload, Token, Word};

/// What an expression begins with.
pub(super) fn operand(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let start = at(inp);
    if begins_something_else(inp) {
        return Err(missing(inp, Expected::EXPRESSION));
    }
    let kind = match peek(inp).kind {
        Kind::Name => return named(inp),
        Kind::Int | Kind::Decimal | Kind::Literal | Kind::True | Kind::False | Kind::Text | Kind::TextOpen => {
            return literal(inp);
        }
        Kind::If => return if_expr(inp),
        Kind::Match => return match_expr(inp),
        Kind::None => {
            step(inp);
            ExprKind::Literal(Literal::None)
        }
        Kind::Bad => {
            step(inp);
            // The currency of a number that could not be read.
            if peek(inp).capital && !peek(inp).starts_line {
                step(inp);
            }
            ExprKind::Error
        }
        Kind::Some => some(inp)?,
        Kind::LParen => return parenthesised(inp),
        Kind::LBracket => bracketed(inp),
        Kind::Fold => fold(inp)?,
        Kind::LBrace if inp.state().braces => super::map::map(inp),
        Kind::LBrace if super::map::is_certain(inp) => {
            let brace = peek(inp).span;
            complain(inp, errors::map_in_condition(brace));
            super::map::map(inp)
        }
        Kind::For => return Err(for_as_value(inp)),
        _ => return Err(missing(inp, Expected::EXPRESSION)),
    };
    Ok(Expr { kind, span: since(inp, start) })
}

/// Whether the next line holds no value but the next item, field or arm, so that the value is missing before it.
fn begins_something_else(inp: &mut Inp<'_, '_>) -> bool {
    let token = peek(inp);
    token.begins_item || token.starts_line && matches!(peek_nth(inp, 1).kind, Kind::Colon | Kind::FatArrow)
}

fn for_as_value(inp: &mut Inp<'_, '_>) -> super::fault::Fault {
    let span = peek(inp).span;
    super::fault::Fault::special(at(inp), errors::for_as_value(span))
}

/// A literal; patterns are made of them too.
pub(super) fn literal(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let start = at(inp);
    let token = step(inp);
    let kind = match token.kind {
        Kind::True => ExprKind::Literal(Literal::Bool(true)),
        Kind::False => ExprKind::Literal(Literal::Bool(false)),
        Kind::Int | Kind::Decimal => number(inp, token),
        Kind::Text => ExprKind::Text(plain(text(inp, token))),
        Kind::TextOpen => ExprKind::Text(text_parts(inp)),
        _ => other_literal(inp, token),
    };
    Ok(Expr { kind, span: since(inp, start) })
}

fn other_literal(inp: &mut Inp<'_, '_>, token: Token) -> ExprKind {
    let Payload::Row(row) = token.payload else { return ExprKind::Error };
    inp.state().lexed.literals.get(row as usize).cloned().map_or(ExprKind::Error, ExprKind::Literal)
}

/// A number, with the currency that follows it on its line.
fn number(inp: &mut Inp<'_, '_>, token: Token) -> ExprKind {
    let Payload::Row(row) = token.payload else { return ExprKind::Error };
    let Some(number) = inp.state().lexed.numbers.get(row as usize).copied() else { return ExprKind::Error };
    let next = peek(inp);
    if let Payload::Name(name) = next.payload
        && next.kind == Kind::Name
        && next.capital
        && !next.starts_line
    {
        step(inp);
        let currency = Ident { name, span: next.span };
        return ExprKind::Amount { units: number.units, digits: number.digits, currency };
    }
    if let Some(kind) = foreign_unit(inp, token, next) {
        return kind;
    }
    if token.kind == Kind::Int {
        return ExprKind::Literal(Literal::Int(ty::int(inp, token)));
    }
    ExprKind::Literal(Literal::Decimal { units: number.units, digits: number.digits })
}

/// `5 usd` and `5 minutes`, reported; the value is then of any type.
fn foreign_unit(inp: &mut Inp<'_, '_>, number: Token, next: Token) -> Option<ExprKind> {
    let Payload::Name(name) = next.payload else { return None };
    if next.kind != Kind::Name || next.starts_line || next.word != Word::Other {
        return None;
    }
    let word = name.as_str();
    let unit = match word.to_lowercase().trim_end_matches('s') {
        "day" => Some("d"),
        "hour" | "hr" => Some("h"),
        "minute" | "min" => Some("m"),
        "second" | "sec" => Some("s"),
        "millisecond" | "msec" => Some("ms"),
        "week" | "month" | "year" => None,
        _ if word.len() == 3 && peek_nth(inp, 1).kind != Kind::In => {
            complain(inp, errors::small_currency(next.span, word));
            step(inp);
            return Some(ExprKind::Error);
        }
        _ => return None,
    };
    let written = format!("{} {word}", digits_of(inp, number));
    let meant = unit.map(|unit| format!("{}{unit}", digits_of(inp, number)));
    complain(inp, errors::spaced_duration(number.span.to(next.span), &written, meant));
    step(inp);
    Some(ExprKind::Error)
}

/// A whole number as it is written in help.
fn digits_of(inp: &mut Inp<'_, '_>, token: Token) -> String {
    let Payload::Row(row) = token.payload else { return String::new() };
    inp.state().lexed.numbers.get(row as usize).map_or_else(String::new, |number| number.units.to_string())
}

/// The characters of a `Text` or `TextPart`.
pub(super) fn text(inp: &mut Inp<'_, '_>, token: Token) -> String {
    let Payload::Row(row) = token.payload else { return String::new() };
    inp.state().lexed.texts.get(row as usize).cloned().unwrap_or_default()
}

fn plain(text: String) -> Vec<TextPart> {
    if text.is_empty() { vec![] } else { vec![TextPart::Literal(text)] }
}

/// The parts of a text whose opening quote has been read. The lexer has made sure that the closing one comes.
fn text_parts(inp: &mut Inp<'_, '_>) -> Vec<TextPart> {
    let mut parts = vec![];
    loop {
        match peek(inp).kind {
            Kind::TextPart => {
                let token = step(inp);
                parts.push(TextPart::Literal(text(inp, token)));
            }
            Kind::PartOpen => {
                step(inp);
                parts.push(TextPart::Expr(part(inp)));
            }
            _ => break,
        }
    }
    eat(inp, Kind::TextClose);
    parts
}

/// The expression between `{` and `}` in a text.
fn part(inp: &mut Inp<'_, '_>) -> Expr {
    let begin = at(inp);
    let start = inp.save();
    let read = inner(inp).and_then(|expr| {
        want(inp, Kind::PartClose, Expected::PART_CLOSE)?;
        Ok(expr)
    });
    read.unwrap_or_else(|fault| {
        inp.rewind(start);
        let reached = fault.at;
        inp.state().faults.push(fault);
        skip_until(inp, reached, |_, _| false);
        let span = since(inp, begin);
        eat(inp, Kind::PartClose);
        Expr { kind: ExprKind::Error, span }
    })
}

/// A name: of a value, of a record that follows, or a word that writes.
fn named(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let start = at(inp);
    let token = peek(inp);
    let kind = if let Some(kind) = writes(inp, token.word) {
        write(inp, kind)?
    } else if is_record(inp) {
        let path = path(inp)?;
        let brace = peek(inp).span;
        if !inp.state().braces {
            complain(inp, errors::record_in_condition(brace));
        }
        ExprKind::Record { path, fields: fields(inp) }
    } else {
        ExprKind::Name(name(inp)?)
    };
    Ok(Expr { kind, span: since(inp, start) })
}

/// Whether a path with a capitalised last name stands here and `{` behind it on its line. Before a body that `{` begins
/// the body, unless a name and a colon follow, with which no body begins: that was meant as a record.
fn is_record(inp: &mut Inp<'_, '_>) -> bool {
    let mut n = 0;
    while peek_nth(inp, n + 1).kind == Kind::Dot && peek_nth(inp, n + 2).kind == Kind::Name {
        n += 2;
    }
    let certain = peek_nth(inp, n + 2).kind == Kind::Name && peek_nth(inp, n + 3).kind == Kind::Colon;
    peek_nth(inp, n).capital && opens_fields(inp, n + 1) && (inp.state().braces || certain)
}

/// `create`, `put` and `append` are words only before a name on their line.
fn writes(inp: &mut Inp<'_, '_>, word: Word) -> Option<WriteKind> {
    let kind = match word {
        Word::Create => WriteKind::Create,
        Word::Put => WriteKind::Put,
        Word::Append => WriteKind::Append,
        _ => return None,
    };
    let next = peek_nth(inp, 1);
    (next.kind == Kind::Name && !next.starts_line).then_some(kind)
}

/// `create S[k] { … }` and its like.
fn write(inp: &mut Inp<'_, '_>, kind: WriteKind) -> Read<ExprKind> {
    step(inp);
    let path = path(inp)?;
    let has_keys = is(inp, Kind::LBracket) && !peek(inp).starts_line;
    let keys = if has_keys { keys(inp) } else { vec![] };
    if !inp.state().braces || !opens_fields(inp, 0) {
        let expected = if has_keys { Expected::LBRACE } else { Expected::LBRACKET.or(Expected::LBRACE) };
        return Err(missing(inp, expected));
    }
    let fields = fields(inp);
    Ok(ExprKind::Write(Box::new(Write { kind, path, keys, fields })))
}

/// `some(x)`.
fn some(inp: &mut Inp<'_, '_>) -> Read<ExprKind> {
    step(inp);
    want(inp, Kind::LParen, Expected::LPAREN)?;
    let inner = inner(inp)?;
    want(inp, Kind::RParen, Expected::RPAREN)?;
    Ok(ExprKind::Some(Box::new(inner)))
}

/// `(x)`: the expression itself, with a span that holds the parentheses.
fn parenthesised(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let start = at(inp);
    let open = step(inp);
    let begin = inp.save();
    let expr = inner(inp);
    let fault = match expr {
        Ok(expr) if eat(inp, Kind::RParen).is_some() => return Ok(Expr { span: since(inp, start), ..expr }),
        Ok(_) if super::sequence::ends_list(peek(inp)) => {
            super::sequence::report_unclosed(inp, open);
            return Ok(Expr { kind: ExprKind::Error, span: since(inp, start) });
        }
        Ok(_) => missing(inp, Expected::OPERATOR.or(Expected::RPAREN)),
        Err(fault) => fault,
    };
    // Behind the closing parenthesis the rest can still be read.
    inp.rewind(begin);
    let reached = fault.at;
    inp.state().faults.push(fault);
    skip_until(inp, reached, |_, _| false);
    eat(inp, Kind::RParen);
    Ok(Expr { kind: ExprKind::Error, span: since(inp, start) })
}

/// `[a, b]` or `[e for x in xs where p]`.
fn bracketed(inp: &mut Inp<'_, '_>) -> ExprKind {
    const ELEMENTS: Elements = Elements { one: Expected::EXPRESSION, many: "elements", apart: Apart::Commas };
    step(inp);
    let mut comprehension = None;
    let elements = with_braces(inp, true, |inp| {
        list(inp, ELEMENTS, |inp| {
            let value = expr_or_error(inp);
            if eat(inp, Kind::For).is_some() {
                comprehension = Some((Box::new(value), Box::new(binder(inp)?)));
                return Ok(None);
            }
            Ok(Some(value))
        })
    });
    let elements: Vec<Expr> = elements.into_iter().flatten().collect();
    match comprehension {
        Some((value, binder)) => {
            if let Some(beside) = elements.first() {
                complain(inp, errors::beside_for(beside.span, "elements"));
            }
            ExprKind::Comprehension { value, binder }
        }
        None => ExprKind::List(elements),
    }
}

/// `fold acc: T = init for x in xs where p { … }`.
fn fold(inp: &mut Inp<'_, '_>) -> Read<ExprKind> {
    step(inp);
    let acc = name(inp)?;
    let ty = if eat(inp, Kind::Colon).is_some() { Some(ty::ty(inp)?) } else { None };
    want(inp, Kind::Equal, Expected::EQUAL)?;
    let init = Box::new(inner(inp)?);
    want(inp, Kind::For, Expected::FOR)?;
    let binder = Box::new(with_braces(inp, false, binder)?);
    let body = Box::new(block(inp)?);
    Ok(ExprKind::Fold { acc, ty, init, binder, body })
}

/// `x in xs over 24h where p`, `a, b in zip(xs, ys)`. Whether a body follows is the caller's to know.
pub(super) fn binder(inp: &mut Inp<'_, '_>) -> Read<Binder> {
    let vars = separated(inp, Kind::Comma, name)?;
    want(inp, Kind::In, Expected::IN)?;
    let source = expr(inp)?;
    let over = if eat_word(inp, Word::Over).is_some() { Some(expr(inp)?) } else { None };
    let asks = eat_word(inp, Word::Where).is_some() || asks_by_if(inp);
    let filter = if asks { Some(condition(inp)?) } else { None };
    Ok(Binder { vars, source, over, filter })
}

/// `[x for x in xs if p]`, as it is written elsewhere: between brackets no `if` can follow a source.
fn asks_by_if(inp: &mut Inp<'_, '_>) -> bool {
    let next = peek(inp);
    let is_meant = inp.state().braces && next.kind == Kind::If && !next.starts_line;
    if is_meant {
        complain(inp, errors::if_for_where(next.span));
        step(inp);
    }
    is_meant
}
