//! Maps: `{ "k": v }` and `{ k: v for x in xs where p }`, where a `{` begins a value.

use super::expr::{expr, expr_or_error};
use super::fault::Expected;
use super::operand::{binder, literal};
use super::sequence::{Apart, Elements, list};
use super::{Inp, Read, at, complain, eat, is, name, peek_nth, since, step, want, with_braces};
use crate::ast::{Expr, ExprKind};
use crate::errors;
use crate::tokens::Kind;

const ENTRIES: Elements = Elements { one: Expected::KEY, many: "entries", apart: Apart::CommasOrLines };

/// A map from its brace.
pub(super) fn map(inp: &mut Inp<'_, '_>) -> ExprKind {
    step(inp);
    let mut comprehension = None;
    let entries = with_braces(inp, true, |inp| {
        list(inp, ENTRIES, |inp| {
            let key = key(inp)?;
            want(inp, Kind::Colon, Expected::COLON)?;
            let value = expr_or_error(inp);
            if eat(inp, Kind::For).is_some() {
                comprehension = Some((Box::new(key), Box::new(value), Box::new(binder(inp)?)));
                return Ok(None);
            }
            Ok(Some((key, value)))
        })
    });
    let entries: Vec<(Expr, Expr)> = entries.into_iter().flatten().collect();
    match comprehension {
        Some((key, value, binder)) => {
            if let Some((beside, _)) = entries.first() {
                complain(inp, errors::beside_for(beside.span, "entries"));
            }
            ExprKind::MapComprehension { key, value, binder }
        }
        None => ExprKind::Map(entries),
    }
}

/// Whether no body can begin with this `{`, but a map does: a key follows, or it is empty with the body behind.
pub(super) fn is_certain(inp: &mut Inp<'_, '_>) -> bool {
    match peek_nth(inp, 1).kind {
        Kind::Text => peek_nth(inp, 2).kind == Kind::Colon,
        Kind::RBrace => peek_nth(inp, 2).kind == Kind::LBrace && !peek_nth(inp, 2).starts_line,
        _ => false,
    }
}

/// A key. One that opens a line with its colon behind it is a whole expression, though elsewhere such a line begins a field.
fn key(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let start = at(inp);
    if peek_nth(inp, 1).kind == Kind::Colon {
        if is(inp, Kind::Text) {
            return literal(inp);
        }
        if is(inp, Kind::Name) {
            let name = name(inp)?;
            return Ok(Expr { kind: ExprKind::Name(name), span: since(inp, start) });
        }
    }
    expr(inp)
}
