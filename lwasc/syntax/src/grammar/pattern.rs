//! Patterns: what stands left of `=>`.

use super::fault::Expected;
use super::sequence::{Apart, Elements, list};
use super::{Inp, Read, at, complain, eat, is, name, operand, path, peek, since, step, want};
use crate::ast::{Expr, Ident, Pattern, PatternKind};
use crate::errors;
use crate::tokens::{Kind, Token};

/// `A.X | A.Y`, or one of them.
pub(super) fn pattern(inp: &mut Inp<'_, '_>) -> Read<Pattern> {
    let start = at(inp);
    let first = single(inp)?;
    let mut patterns = vec![];
    // `||` was reported and read as `or`; here `|` is meant.
    while eat(inp, Kind::Pipe).or_else(|| eat(inp, Kind::Or)).is_some() {
        patterns.push(single(inp)?);
    }
    if patterns.is_empty() {
        return Ok(first);
    }
    patterns.insert(0, first);
    Ok(Pattern { kind: PatternKind::Or(patterns), span: since(inp, start) })
}

/// Whether a pattern can begin with this token.
pub(super) fn begins(token: Token) -> bool {
    matches!(
        token.kind,
        Kind::Name | Kind::Int | Kind::Decimal | Kind::Text | Kind::Some | Kind::None | Kind::True | Kind::False
    )
}

fn single(inp: &mut Inp<'_, '_>) -> Read<Pattern> {
    let start = at(inp);
    let kind = match peek(inp).kind {
        Kind::Underscore => {
            step(inp);
            PatternKind::Any
        }
        Kind::None => {
            step(inp);
            PatternKind::None
        }
        Kind::Bad => {
            step(inp);
            PatternKind::Error
        }
        Kind::Some => some(inp)?,
        Kind::Name => variant(inp)?,
        Kind::Minus => negative(inp)?,
        _ => PatternKind::Literal(Box::new(literal(inp)?)),
    };
    Ok(Pattern { kind, span: since(inp, start) })
}

fn literal(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    match peek(inp).kind {
        Kind::Int | Kind::Decimal | Kind::Literal | Kind::True | Kind::False | Kind::Text | Kind::TextOpen => {
            operand::literal(inp)
        }
        _ => Err(super::missing(inp, Expected::PATTERN)),
    }
}

fn negative(inp: &mut Inp<'_, '_>) -> Read<PatternKind> {
    let sign = step(inp);
    literal(inp)?;
    complain(inp, errors::negative_pattern(sign.span));
    Ok(PatternKind::Error)
}

/// `some(p)`.
fn some(inp: &mut Inp<'_, '_>) -> Read<PatternKind> {
    step(inp);
    want(inp, Kind::LParen, Expected::LPAREN)?;
    let inner = binding(inp)?;
    want(inp, Kind::RParen, Expected::RPAREN)?;
    Ok(PatternKind::Some(inner))
}

/// `Tier.Plus`, `Tier.Custom(rate)`.
fn variant(inp: &mut Inp<'_, '_>) -> Read<PatternKind> {
    let path = path(inp)?;
    let fields = if is(inp, Kind::LParen) && !peek(inp).starts_line {
        step(inp);
        let names = Elements { one: Expected::NAME, many: "names", apart: Apart::Commas };
        Some(list(inp, names, binding))
    } else {
        None
    };
    Ok(PatternKind::Variant { path, fields })
}

/// A name to bind, or `_`.
fn binding(inp: &mut Inp<'_, '_>) -> Read<Option<Ident>> {
    if eat(inp, Kind::Underscore).is_some() { Ok(None) } else { name(inp).map(Some) }
}
