//! Tests, and the cases for which they are run: what a `for` goes through, or a table with a row for each case.

use super::block::{block, head};
use super::expr::{expr, inner};
use super::fault::Expected;
use super::item::plain_text;
use super::sequence::{Apart, Elements, list};
use super::{Inp, Read, at, complain, is, name, operand, peek_nth, separated, since, step, want};
use crate::ast::{CaseRow, CaseSource, Cases, Expr, ItemKind, Test};
use crate::errors;
use crate::tokens::Kind;

/// What stands between quotes begins behind the first.
const QUOTE_BYTES: usize = 1;

/// `test "name" { … }` or `test "name of {a}" for a in … { … }`, behind the word.
pub(super) fn test(inp: &mut Inp<'_, '_>) -> Read<ItemKind> {
    const WHAT: &str = "the name of a test without cases";
    if !is(inp, Kind::TextOpen) {
        let (name, name_span) = plain_text(inp, WHAT)?;
        let cases = if is(inp, Kind::For) { Some(cases(inp, None)?) } else { None };
        return Ok(ItemKind::Test(Test { name, name_span, cases, body: block(inp)? }));
    }
    let title = operand::literal(inp)?;
    let (name, name_span) = (as_written(inp, &title), title.span);
    let cases = if is(inp, Kind::For) {
        Some(cases(inp, Some(title))?)
    } else {
        complain(inp, errors::text_with_parts(name_span, WHAT));
        None
    };
    Ok(ItemKind::Test(Test { name, name_span, cases, body: block(inp)? }))
}

/// A text with its expressions, without the quotes.
fn as_written(inp: &mut Inp<'_, '_>, title: &Expr) -> String {
    let range = title.span.range();
    let between = range.start + QUOTE_BYTES..range.end.saturating_sub(QUOTE_BYTES);
    inp.state().text.get(between).unwrap_or_default().to_owned()
}

/// `for a, b in …`.
fn cases(inp: &mut Inp<'_, '_>, title: Option<Expr>) -> Read<Cases> {
    step(inp);
    let vars = separated(inp, Kind::Comma, name)?;
    want(inp, Kind::In, Expected::IN)?;
    let start = at(inp);
    let is_table =
        vars.len() > 1 && is(inp, Kind::LBracket) && matches!(peek_nth(inp, 1).kind, Kind::LParen | Kind::RBracket);
    let source = if is_table { table(inp) } else { CaseSource::Each(head(inp, expr)?) };
    Ok(Cases { title, vars, source, span: since(inp, start) })
}

/// `[(1, "a"), (2, "b")]`.
fn table(inp: &mut Inp<'_, '_>) -> CaseSource {
    const ROWS: Elements = Elements { one: Expected::LPAREN, many: "rows", apart: Apart::Commas };
    step(inp);
    CaseSource::Table(list(inp, ROWS, row))
}

/// `(1, "a")`.
fn row(inp: &mut Inp<'_, '_>) -> Read<CaseRow> {
    const VALUES: Elements = Elements { one: Expected::EXPRESSION, many: "values", apart: Apart::Commas };
    let start = at(inp);
    want(inp, Kind::LParen, Expected::LPAREN)?;
    let values = list(inp, VALUES, inner);
    Ok(CaseRow { values, span: since(inp, start) })
}
