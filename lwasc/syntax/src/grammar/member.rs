//! Fields: of records, events, states and journals, and the parameters of functions, keys and variants. All are
//! `name: Type`, then words that say more, then perhaps a default; which words belong where is said here once.

use super::expr::expr_or_error;
use super::fault::Expected;
use super::sequence::{Apart, Elements, is_closing, list};
use super::{
    Inp, Read, at, complain, docs, eat, is_word, missing, name, name_as, peek, peek_nth, since, step, ty, want,
    with_braces,
};
use crate::ast::{
    EventField, Expr, Ident, Param, RecordField, StateField, StateMember, TypeExpr, TypeExprKind, Variant,
};
use crate::errors;
use crate::tokens::{Kind, Payload, Word};
use lwas_base::Span;

pub(super) const FIELDS: Elements = Elements { one: Expected::FIELD, many: "fields", apart: Apart::CommasOrLines };
const MEMBERS: Elements = Elements { one: Expected::FIELD, many: "fields", apart: Apart::WithLets };
const PARAMS: Elements = Elements { one: Expected::NAME, many: "parameters", apart: Apart::CommasOrLines };
pub(super) const NAMES: Elements = Elements { one: Expected::NAME, many: "names", apart: Apart::CommasOrLines };
const VARIANTS: Elements = Elements { one: Expected::VARIANT, many: "variants", apart: Apart::CommasOrLines };

/// A field with all that may stand behind it.
struct Field {
    docs: String,
    name: Ident,
    ty: TypeExpr,
    key: Option<Span>,
    index: Option<Span>,
    fixed: Option<Span>,
    default: Option<Expr>,
}

/// Which words may stand behind a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Nothing,
    Key,
    IndexAndFixed,
}

fn field(inp: &mut Inp<'_, '_>, one: Expected, allowed: Allowed) -> Read<Field> {
    let first = peek(inp);
    let docs = docs(inp, first);
    let name = name_as(inp, one)?;
    let ty = field_type(inp)?;
    let mut field = Field { docs, name, ty, key: None, index: None, fixed: None, default: None };
    loop {
        let token = peek(inp);
        let slot = match token.word {
            Word::Key => &mut field.key,
            Word::Index => &mut field.index,
            Word::Fixed => &mut field.fixed,
            _ => break,
        };
        // `index (a, b)` on a line of its own is a member.
        if token.starts_line {
            break;
        }
        *slot = Some(token.span);
        step(inp);
        check_modifier(inp, token.word, token.span, allowed);
    }
    foreign_words(inp);
    if eat(inp, Kind::Equal).is_some() {
        field.default = Some(with_braces(inp, true, expr_or_error));
    }
    Ok(field)
}

/// `not null`, `default 0` and their like behind a field, reported once and skipped; the field is kept.
fn foreign_words(inp: &mut Inp<'_, '_>) {
    let token = peek(inp);
    let written = match (token.kind, token.payload) {
        (Kind::Not | Kind::None, _) => "not null".to_owned(),
        (Kind::Name, Payload::Name(name)) => name.as_str().to_lowercase(),
        _ => return,
    };
    if token.starts_line || peek_nth(inp, 1).kind == Kind::Colon {
        return;
    }
    let help = match written.as_str() {
        "not null" | "required" => "a field without `?` is always there",
        "null" | "optional" | "nullable" => "what may be missing has a `?` behind its type",
        "default" => "a value for what is left out is given with `=`: `balance: Int = 0`",
        "primary" | "unique" => "a state's key stands in its brackets: `state Account[id: Text] { … }`",
        "references" | "foreign" => "hold the key of the other row, and require that it is there with `S.has(key)`",
        "check" => "what must always be true is an `axiom`",
        _ => return,
    };
    complain(inp, errors::foreign_word(token.span, &written, help));
    while !peek(inp).starts_line && !matches!(peek(inp).kind, Kind::Comma | Kind::End) && !is_closing(peek(inp).kind) {
        step(inp);
    }
}

/// `: Type`. A field whose name is known is kept, so that nobody misses it later: without the colon, or with a type that
/// cannot be read.
fn field_type(inp: &mut Inp<'_, '_>) -> Read<TypeExpr> {
    if eat(inp, Kind::Colon).is_none() {
        let fault = missing(inp, Expected::COLON);
        if is_closing(peek(inp).kind) || peek(inp).kind == Kind::Comma {
            let span = peek(inp).span;
            inp.state().faults.push(fault);
            return Ok(TypeExpr { kind: TypeExprKind::Error, span });
        }
        if peek(inp).kind != Kind::Name || peek(inp).starts_line {
            return Err(fault);
        }
        inp.state().faults.push(fault);
    }
    let span = peek(inp).span;
    // The next line is the next field: the type is missing here.
    if peek(inp).starts_line && peek_nth(inp, 1).kind == Kind::Colon {
        let fault = missing(inp, Expected::TYPE);
        inp.state().faults.push(fault);
        return Ok(TypeExpr { kind: TypeExprKind::Error, span });
    }
    Ok(ty::ty(inp).unwrap_or_else(|fault| {
        inp.state().faults.push(fault);
        TypeExpr { kind: TypeExprKind::Error, span }
    }))
}

fn check_modifier(inp: &mut Inp<'_, '_>, word: Word, span: Span, allowed: Allowed) {
    let (written, place, fits) = match word {
        Word::Key => ("key", "the fields of an event", allowed == Allowed::Key),
        Word::Index => ("index", "the fields of a state or journal", allowed == Allowed::IndexAndFixed),
        _ => ("fixed", "the fields of a state or journal", allowed == Allowed::IndexAndFixed),
    };
    if !fits {
        complain(inp, errors::misplaced_modifier(span, written, place));
    }
}

/// `(a: Text, b: Int = 1)` or `[id: Text]`, from the bracket.
pub(super) fn params(inp: &mut Inp<'_, '_>) -> Vec<Param> {
    step(inp);
    list(inp, PARAMS, |inp| {
        let Field { name, ty, key, default, .. } = field(inp, PARAMS.one, Allowed::Key)?;
        Ok(Param { name, ty, key, default })
    })
}

/// The fields of a record, from the brace.
pub(super) fn record_fields(inp: &mut Inp<'_, '_>) -> Vec<RecordField> {
    step(inp);
    list(inp, FIELDS, |inp| {
        let Field { docs, name, ty, default, .. } = field(inp, FIELDS.one, Allowed::Nothing)?;
        Ok(RecordField { docs, name, ty, default })
    })
}

/// The fields of an event, from the brace.
pub(super) fn event_fields(inp: &mut Inp<'_, '_>) -> Vec<EventField> {
    step(inp);
    list(inp, FIELDS, |inp| {
        let Field { docs, name, ty, key, default, .. } = field(inp, FIELDS.one, Allowed::Key)?;
        Ok(EventField { docs, name, ty, key, default })
    })
}

/// The members of a state or journal, from the brace.
pub(super) fn members(inp: &mut Inp<'_, '_>) -> Vec<StateMember> {
    step(inp);
    list(inp, MEMBERS, member)
}

fn member(inp: &mut Inp<'_, '_>) -> Read<StateMember> {
    if peek(inp).kind == Kind::Let {
        return computed(inp);
    }
    if is_word(inp, Word::Index) && peek_nth(inp, 1).kind == Kind::LParen {
        let start = at(inp);
        step(inp);
        step(inp);
        let fields = list(inp, NAMES, name);
        return Ok(StateMember::Index { fields, span: since(inp, start) });
    }
    let Field { docs, name, ty, index, fixed, default, .. } = field(inp, MEMBERS.one, Allowed::IndexAndFixed)?;
    Ok(StateMember::Field(StateField { docs, name, ty, index, fixed, default }))
}

/// `let balance = …`.
fn computed(inp: &mut Inp<'_, '_>) -> Read<StateMember> {
    let first = step(inp);
    let docs = docs(inp, first);
    let name = name(inp)?;
    let ty = if eat(inp, Kind::Colon).is_some() { Some(ty::ty(inp)?) } else { None };
    want(inp, Kind::Equal, Expected::EQUAL)?;
    Ok(StateMember::Computed { docs, name, ty, value: expr_or_error(inp) })
}

/// The variants of an enum, from the brace.
pub(super) fn variants(inp: &mut Inp<'_, '_>) -> Vec<Variant> {
    step(inp);
    list(inp, VARIANTS, |inp| {
        let first = peek(inp);
        let docs = docs(inp, first);
        let name = name_as(inp, VARIANTS.one)?;
        let has_payload = peek(inp).kind == Kind::LParen && !peek(inp).starts_line;
        let fields = if has_payload { params(inp) } else { vec![] };
        Ok(Variant { docs, name, fields })
    })
}

/// `{A, B}`, from the brace.
pub(super) fn names(inp: &mut Inp<'_, '_>) -> Vec<Ident> {
    step(inp);
    list(inp, NAMES, name)
}
