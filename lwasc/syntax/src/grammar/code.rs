//! Items with a body: functions, rules and axioms.

use super::block::{block, head};
use super::expr::condition;
use super::fault::{Expected, Fault};
use super::item::{binding, event_path, word_and_name};
use super::member::params;
use super::{Inp, Read, complain, eat, eat_word, is, missing, name, path, peek, previous, step, ty, want};
use crate::ast::{
    AssignOp, Axiom, AxiomKind, AxiomScope, Block, Change, Due, Expr, ExprKind, Function, FunctionKind, Ident,
    ItemKind, Rule, Stmt, StmtKind, TypeExpr,
};
use crate::errors;
use crate::tokens::{Kind, Word};

/// `fn name(params) -> T { … }`, `action` and `query`, behind the word.
pub(super) fn function(inp: &mut Inp<'_, '_>, kind: FunctionKind) -> Read<ItemKind> {
    let name = name(inp)?;
    if !is(inp, Kind::LParen) {
        return Err(missing(inp, Expected::LPAREN));
    }
    let params = params(inp);
    let result = result(inp, kind, name)?;
    let body = block(inp)?;
    let body = if kind == FunctionKind::Action { body } else { compared(inp, body) };
    Ok(ItemKind::Function(Function { kind, name, params, result, body }))
}

/// `-> T`, which only an action may do without.
fn result(inp: &mut Inp<'_, '_>, kind: FunctionKind, name: Ident) -> Read<Option<TypeExpr>> {
    let next = peek(inp);
    match next.kind {
        Kind::Arrow => {
            step(inp);
        }
        Kind::Colon | Kind::FatArrow => {
            let (found, before) = (if next.kind == Kind::Colon { ":" } else { "=>" }, previous(inp).span);
            complain(inp, errors::wrong_arrow(next.span, found, before));
            step(inp);
        }
        // The parameters were closed and a type follows at once: only the arrow is missing.
        Kind::Name if !next.begins_item && !next.starts_line && previous(inp).kind == Kind::RParen => {
            complain(inp, errors::missing_arrow(next.span));
        }
        _ => {
            if kind == FunctionKind::Action {
                return Ok(None);
            }
            if next.kind != Kind::LBrace {
                return Err(missing(inp, Expected::ARROW));
            }
            let end = previous(inp).span.after();
            complain(inp, errors::no_result_type(end, name.name.as_str()));
            return Ok(Some(TypeExpr { kind: crate::ast::TypeExprKind::Error, span: end }));
        }
    }
    ty::ty(inp).map(Some)
}

/// `rule name on Event as e { … }` and `rule name due State.field as row { … }`, behind the word.
pub(super) fn rule(inp: &mut Inp<'_, '_>) -> Read<ItemKind> {
    let name = name(inp)?;
    if eat_word(inp, Word::Due).is_some() {
        let field = path(inp)?;
        let binding = binding(inp)?;
        return Ok(ItemKind::Due(Due { name, field, binding, body: block(inp)? }));
    }
    if eat_word(inp, Word::On).is_none() {
        return Err(missing(inp, Expected::ON));
    }
    let event = event_path(inp)?;
    let binding = binding(inp)?;
    if binding.is_none() && !is(inp, Kind::LBrace) {
        return Err(missing(inp, Expected::AS.or(Expected::LBRACE)));
    }
    Ok(ItemKind::Rule(Rule { name, event, binding, body: block(inp)? }))
}

/// `axiom name given a, b for a in Account … { … }`, behind the word.
pub(super) fn axiom(inp: &mut Inp<'_, '_>) -> Read<ItemKind> {
    let name = name(inp)?;
    let given = super::watch::given(inp)?;
    let before = if given.is_empty() { Expected::GIVEN } else { Expected::NOTHING };
    let scope = scope(inp, before)?;
    let body = block(inp)?;
    Ok(ItemKind::Axiom(Axiom { kind: AxiomKind::Law, name, given, scope, body: compared(inp, body) }))
}

/// `for a in Account …`, or nothing before the body; `before` might have stood here too.
pub(super) fn scope(inp: &mut Inp<'_, '_>, before: Expected) -> Read<AxiomScope> {
    match eat(inp, Kind::For) {
        Some(_) => rows(inp),
        None if is(inp, Kind::LBrace) => Ok(AxiomScope::Whole),
        None => Err(missing(inp, before.or(Expected::FOR).or(Expected::LBRACE))),
    }
}

fn rows(inp: &mut Inp<'_, '_>) -> Read<AxiomScope> {
    let var = name(inp)?;
    want(inp, Kind::In, Expected::IN)?;
    let state = path(inp)?;
    let change = if word_and_name(inp, Word::Changed) {
        step(inp);
        if eat_word(inp, Word::From).is_none() {
            return Err(missing(inp, Expected::FROM));
        }
        Change::From(name(inp)?)
    } else if eat_word(inp, Word::Deleted).is_some() {
        Change::Deleted
    } else {
        Change::No
    };
    let filter = if eat_word(inp, Word::Where).is_some() { Some(Box::new(head(inp, condition)?)) } else { None };
    Ok(AxiomScope::Rows { var, state, change, filter })
}

/// Axioms and functions assign nothing: a lone `=` at its end was meant as `==`.
pub(super) fn compared(inp: &mut Inp<'_, '_>, mut body: Block) -> Block {
    match body.statements.pop() {
        Some(Stmt { kind: StmtKind::Assign { target, op: AssignOp::Set, value }, span }) if body.value.is_none() => {
            let tokens = &inp.state().lexed.tokens;
            let at = tokens.partition_point(|token| token.span.start < target.span.end);
            let sign = tokens.get(at).map_or(value.span, |token| token.span);
            inp.state().faults.push(Fault::special(at, errors::assignment_in_condition(sign)));
            body.value = Some(Box::new(Expr { kind: ExprKind::Error, span }));
        }
        Some(last) => body.statements.push(last),
        None => {}
    }
    body
}
