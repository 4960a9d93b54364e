//! Types: `Text`, `ledger.Account`, `Decimal(4)`, `List<Text>`, `Money?`.

use super::fault::Expected;
use super::{Inp, Read, at, complain, deeper, eat, is, name_as, peek, peek_nth, separated, since, step, want};
use crate::ast::{TypeExpr, TypeExprKind};
use crate::errors;
use crate::tokens::{Kind, Payload, Token};
use lwas_base::Span;

/// A type.
pub(super) fn ty(inp: &mut Inp<'_, '_>) -> Read<TypeExpr> {
    deeper(inp, |inp| {
        let start = at(inp);
        if eat(inp, Kind::Bad).is_some() {
            return Ok(TypeExpr { kind: TypeExprKind::Error, span: since(inp, start) });
        }
        let kind = named(inp)?;
        let mut ty = TypeExpr { kind, span: since(inp, start) };
        if eat(inp, Kind::Question).is_some() {
            ty = TypeExpr { kind: TypeExprKind::Optional(Box::new(ty)), span: since(inp, start) };
        }
        if let Some(foreign) = foreign(inp, &ty, start) {
            return Ok(foreign);
        }
        // One message, however many there are.
        let again = peek(inp);
        if matches!(again.kind, Kind::Question | Kind::Coalesce) {
            while matches!(peek(inp).kind, Kind::Question | Kind::Coalesce) {
                step(inp);
            }
            complain(inp, errors::optional_twice(again.span));
            ty = TypeExpr { kind: TypeExprKind::Error, span: since(inp, start) };
        }
        Ok(ty)
    })
}

/// `T[]` and `A | B`, which other languages have.
fn foreign(inp: &mut Inp<'_, '_>, ty: &TypeExpr, start: usize) -> Option<TypeExpr> {
    let written = written(ty);
    if same_line(inp, Kind::LBracket) && peek_nth(inp, 1).kind == Kind::RBracket {
        step(inp);
        step(inp);
        let span = since(inp, start);
        complain(inp, errors::list_as_brackets(span, &written));
    } else if same_line(inp, Kind::Pipe) {
        while eat(inp, Kind::Pipe).is_some() {
            step(inp);
        }
        let span = since(inp, start);
        let help = format!("what may be missing is a `{written}?`; one of several is an `enum`");
        complain(inp, errors::foreign_type(span, "a value has one type", help));
    } else {
        return None;
    }
    Some(TypeExpr { kind: TypeExprKind::Error, span: since(inp, start) })
}

/// A type's name, for help.
fn written(ty: &TypeExpr) -> String {
    match &ty.kind {
        TypeExprKind::Named { path, .. } => path.iter().map(|name| name.name.as_str()).collect::<Vec<_>>().join("."),
        _ => "T".to_owned(),
    }
}

fn named(inp: &mut Inp<'_, '_>) -> Read<TypeExprKind> {
    let path = separated(inp, Kind::Dot, |inp| name_as(inp, Expected::TYPE))?;
    let digits = if same_line(inp, Kind::LParen) {
        step(inp);
        let digits = digits(inp)?;
        want(inp, Kind::RParen, Expected::RPAREN)?;
        Some(digits)
    } else {
        None
    };
    let args = if same_line(inp, Kind::Less) {
        step(inp);
        let args = separated(inp, Kind::Comma, ty)?;
        want(inp, Kind::Greater, Expected::COMMA.or(Expected::RANGLE))?;
        args
    } else {
        vec![]
    };
    Ok(TypeExprKind::Named { path, digits, args })
}

fn same_line(inp: &mut Inp<'_, '_>, kind: Kind) -> bool {
    is(inp, kind) && !peek(inp).starts_line
}

/// A number of digits; which are allowed is the checker's to say.
pub(super) fn digits(inp: &mut Inp<'_, '_>) -> Read<(i64, Span)> {
    let token = want(inp, Kind::Int, Expected::DIGITS)?;
    Ok((int(inp, token), token.span))
}

/// The value of an `Int` token; one beyond 64 bits is reported and read as 0.
pub(super) fn int(inp: &mut Inp<'_, '_>, token: Token) -> i64 {
    let Payload::Row(row) = token.payload else { return 0 };
    let units = inp.state().lexed.numbers.get(row as usize).map_or(0, |number| number.units);
    i64::try_from(units).unwrap_or_else(|_| {
        complain(inp, errors::int_too_large(token.span));
        0
    })
}
