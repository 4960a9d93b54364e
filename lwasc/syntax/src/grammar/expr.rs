//! Expressions: the table of precedence, and what may follow an operand.

use super::fault::{Expected, Fault};
use super::sequence::{Apart, Elements, list};
use super::{
    Extra, Inp, NoMatch, Read, Tokens, at, complain, deeper, eat, is, is_word, missing, name, operand, peek, peek_nth,
    previous, step, with_braces,
};
use crate::ast::{Arg, BinaryOp, Binder, Expr, ExprKind, FieldInit, Ident, UnaryOp};
use crate::errors;
use crate::tokens::{Kind, Token, Word};
use chumsky::input::MapExtra;
use chumsky::pratt::{infix, left, postfix, prefix, right};
use chumsky::prelude::*;
use lwas_base::Span;

/// An expression.
pub(super) fn expr(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let expr = deeper(inp, |inp| {
        let read = inp.parse(custom(operand_or_stop).pratt((
            infix(left(1), binary(disjunction), join),
            infix(left(2), binary(conjunction), join),
            prefix(3, unary(Kind::Not), |op: Token, x, _: &mut Map| negate(UnaryOp::Not, op, x)),
            infix(left(4), binary(comparison), compare),
            infix(right(5), binary(coalescing), join),
            infix(left(6), binary(addition), join),
            infix(left(7), binary(multiplication), join),
            prefix(8, unary(Kind::Minus), |op: Token, x, _: &mut Map| negate(UnaryOp::Neg, op, x)),
            postfix(9, custom(follow), |x, follow, extra: &mut Map| apply(x, follow, extra)),
        )));
        read.map_err(|_| missing(inp, Expected::EXPRESSION))
    });
    match inp.state().failed.take() {
        Some(fault) => Err(fault),
        None => expr,
    }
}

/// An operand. Where there is none chumsky would go back before the operator and try the next level: instead the whole
/// expression stops here, so that nothing is read twice and the message is about the place where the operand is missing.
fn operand_or_stop(inp: &mut Inp<'_, '_>) -> Result<Expr, NoMatch> {
    let span = peek(inp).span;
    Ok(operand::operand(inp).unwrap_or_else(|fault| {
        inp.state().failed = Some(fault);
        Expr { kind: ExprKind::Error, span }
    }))
}

/// Whether an operand was missing, so that no operator goes on.
fn stopped(inp: &mut Inp<'_, '_>) -> bool {
    inp.state().failed.is_some()
}

/// An expression, or `Error` where none can be read: the list around it skips the rest.
pub(super) fn expr_or_error(inp: &mut Inp<'_, '_>) -> Expr {
    let span = peek(inp).span;
    expr(inp).unwrap_or_else(|fault| {
        inp.state().faults.push(fault);
        Expr { kind: ExprKind::Error, span }
    })
}

/// An expression in which `{` may begin a record, whatever is around it: in brackets.
pub(super) fn inner(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    with_braces(inp, true, expr)
}

/// A condition: a lone `=` in it is reported and read as `==`.
pub(super) fn condition(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let left = expr(inp)?;
    let Some(sign) = eat(inp, Kind::Equal) else { return Ok(left) };
    complain(inp, errors::assignment_in_condition(sign.span));
    let right = expr(inp)?;
    let span = left.span.to(right.span);
    let op = (BinaryOp::Equal, sign.span);
    Ok(Expr { kind: ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }, span })
}

type Map<'t, 'b> = MapExtra<'t, 'b, Tokens<'t>, Extra<'t>>;

/// An operator between two operands, and its token's number.
type Operator = (BinaryOp, Span, usize);

/// A parser for the operators of one level.
fn binary<'t>(
    level: impl Fn(Kind) -> Option<BinaryOp> + Clone,
) -> impl Parser<'t, Tokens<'t>, Operator, Extra<'t>> + Clone {
    custom(move |inp: &mut Inp<'t, '_>| {
        let token = peek(inp);
        let op = level(token.kind).filter(|_| !stopped(inp));
        let Some(op) = op else { return Err(NoMatch::default()) };
        let at = at(inp);
        step(inp);
        Ok((op, token.span, at))
    })
}

fn unary<'t>(kind: Kind) -> impl Parser<'t, Tokens<'t>, Token, Extra<'t>> + Clone {
    custom(move |inp: &mut Inp<'t, '_>| eat(inp, kind).ok_or_else(NoMatch::default))
}

fn disjunction(kind: Kind) -> Option<BinaryOp> {
    (kind == Kind::Or).then_some(BinaryOp::Or)
}

fn conjunction(kind: Kind) -> Option<BinaryOp> {
    (kind == Kind::And).then_some(BinaryOp::And)
}

fn comparison(kind: Kind) -> Option<BinaryOp> {
    Some(match kind {
        Kind::EqualEqual => BinaryOp::Equal,
        Kind::NotEqual => BinaryOp::NotEqual,
        Kind::Less => BinaryOp::Less,
        Kind::LessEqual => BinaryOp::LessEqual,
        Kind::Greater => BinaryOp::Greater,
        Kind::GreaterEqual => BinaryOp::GreaterEqual,
        Kind::In => BinaryOp::In,
        _ => return None,
    })
}

fn coalescing(kind: Kind) -> Option<BinaryOp> {
    (kind == Kind::Coalesce).then_some(BinaryOp::Coalesce)
}

fn addition(kind: Kind) -> Option<BinaryOp> {
    match kind {
        Kind::Plus => Some(BinaryOp::Add),
        Kind::Minus => Some(BinaryOp::Sub),
        _ => None,
    }
}

fn multiplication(kind: Kind) -> Option<BinaryOp> {
    match kind {
        Kind::Star => Some(BinaryOp::Mul),
        Kind::Slash => Some(BinaryOp::Div),
        _ => None,
    }
}

fn negate(op: UnaryOp, sign: Token, operand: Expr) -> Expr {
    let span = sign.span.to(operand.span);
    Expr { kind: ExprKind::Unary { op, operand: Box::new(operand) }, span }
}

fn join(left: Expr, (op, place, _): Operator, right: Expr, _: &mut Map) -> Expr {
    let span = left.span.to(right.span);
    Expr { kind: ExprKind::Binary { op: (op, place), left: Box::new(left), right: Box::new(right) }, span }
}

/// Comparisons have no chains. Parentheses widen an expression's span, so that `(a < b) == c` is told apart.
fn compare(left: Expr, operator: Operator, right: Expr, extra: &mut Map) -> Expr {
    let first = match &left.kind {
        // A longer chain has had its message.
        ExprKind::Error => return Expr { kind: ExprKind::Error, span: left.span.to(right.span) },
        ExprKind::Binary { op, left: inner, .. } if is_comparison(op.0) && inner.span.start == left.span.start => op.1,
        _ => return join(left, operator, right, extra),
    };
    let diagnostic = errors::chained_comparison(operator.1, first);
    extra.state().faults.push(Fault::special(operator.2, diagnostic));
    Expr { kind: ExprKind::Error, span: left.span.to(right.span) }
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Equal, Greater, GreaterEqual, In, Less, LessEqual, NotEqual};
    matches!(op, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual | In)
}

/// What follows an operand, and where it ends.
struct Follow {
    kind: FollowKind,
    end: Span,
}

enum FollowKind {
    Field(Ident),
    Call(Arguments),
    Index(Vec<Expr>),
    With(Vec<FieldInit>),
    /// A mistake that was reported.
    Error,
}

/// What stands in the parentheses of a call.
pub(super) enum Arguments {
    List(Vec<Arg>),
    Aggregate { limit: Option<Box<Expr>>, value: Option<Box<Expr>>, binder: Box<Binder> },
}

/// `.name`, `(…)`, `[…]` or `with { … }`. A bracket that opens a line follows nothing. Once one of these has begun it does
/// not fail: mistakes inside are reported.
fn follow(inp: &mut Inp<'_, '_>) -> Result<Follow, NoMatch> {
    let next = peek(inp);
    let kind = match next.kind {
        _ if stopped(inp) => return Err(NoMatch::default()),
        Kind::Dot => {
            step(inp);
            field(inp)
        }
        Kind::LParen if !next.starts_line => FollowKind::Call(arguments(inp)),
        Kind::LBracket if !next.starts_line => FollowKind::Index(keys(inp)),
        Kind::Name if next.word == Word::With && inp.state().braces && opens_fields(inp, 1) => {
            step(inp);
            FollowKind::With(fields(inp))
        }
        _ => return Err(NoMatch::default()),
    };
    Ok(Follow { kind, end: previous(inp).span })
}

fn field(inp: &mut Inp<'_, '_>) -> FollowKind {
    match name(inp) {
        Ok(name) => FollowKind::Field(name),
        Err(fault) => {
            inp.state().faults.push(fault);
            // `0..3`: what follows belongs to the mistake.
            if is(inp, Kind::Dot) {
                while eat(inp, Kind::Dot).or_else(|| eat(inp, Kind::Equal)).is_some() {}
                eat(inp, Kind::Int).or_else(|| eat(inp, Kind::Name));
            }
            FollowKind::Error
        }
    }
}

/// Whether `{` stands after `n` tokens and on their line.
pub(super) fn opens_fields(inp: &mut Inp<'_, '_>, n: usize) -> bool {
    let token = peek_nth(inp, n);
    token.kind == Kind::LBrace && !token.starts_line
}

fn apply(operand: Expr, follow: Follow, extra: &mut Map) -> Expr {
    let span = operand.span.to(follow.end);
    let operand_span = operand.span;
    let base = Box::new(operand);
    let kind = match follow.kind {
        FollowKind::Field(name) => ExprKind::Field { base, name },
        FollowKind::Index(keys) => ExprKind::Index { base, keys },
        FollowKind::With(fields) => ExprKind::With { base, fields },
        FollowKind::Error => ExprKind::Error,
        FollowKind::Call(Arguments::List(args)) => ExprKind::Call { callee: base, args },
        FollowKind::Call(Arguments::Aggregate { limit, value, binder }) => match base.kind {
            ExprKind::Name(name) => ExprKind::Aggregate { name, limit, value, binder },
            _ => {
                let at = extra.span().start;
                let diagnostic = errors::aggregate_without_name(operand_span);
                extra.state().faults.push(Fault::special(at, diagnostic));
                ExprKind::Error
            }
        },
    };
    Expr { kind, span }
}

const ARGUMENTS: Elements = Elements { one: Expected::EXPRESSION, many: "arguments", apart: Apart::Commas };

/// The arguments of a call, from its parenthesis.
fn arguments(inp: &mut Inp<'_, '_>) -> Arguments {
    let callee = previous(inp);
    step(inp);
    let mut found: Option<(Option<Expr>, Binder)> = None;
    // `sort(xs by x.at)`
    let mut order: Option<Arg> = None;
    let mut args = with_braces(inp, true, |inp| {
        list(inp, ARGUMENTS, |inp| {
            let pair = callee.word == Word::Count && begins_pair(inp);
            if pair || takes_variable(callee.word) && begins_binder(inp) {
                found = Some((None, operand::binder(inp)?));
                return Ok(None);
            }
            let first = peek(inp);
            if first.capital && takes_variable(callee.word) && peek_nth(inp, 1).word == Word::Where {
                return Err(Fault::special(at(inp), errors::aggregate_without_variable(first.span)));
            }
            let arg = argument(inp)?;
            if eat(inp, Kind::For).is_some() {
                found = Some((Some(arg.value), operand::binder(inp)?));
                return Ok(None);
            }
            if is_word(inp, Word::By) && !peek(inp).starts_line {
                let by = super::name(inp)?;
                order = Some(Arg { name: Some(by), value: expr(inp)? });
            }
            Ok(Some(arg))
        })
    });
    match found {
        Some((value, binder)) => {
            let limit = args.drain(..).flatten().next().map(|arg| Box::new(arg.value));
            Arguments::Aggregate { limit, value: value.map(Box::new), binder: Box::new(binder) }
        }
        None => Arguments::List(args.into_iter().flatten().chain(order).collect()),
    }
}

/// Aggregates in which `x in S` is a variable and its source, not a question.
fn takes_variable(word: Word) -> bool {
    matches!(word, Word::Count | Word::First | Word::Last | Word::Rate)
}

fn begins_binder(inp: &mut Inp<'_, '_>) -> bool {
    is(inp, Kind::Name) && matches!(peek_nth(inp, 1).kind, Kind::In)
}

/// `a, b in zip(xs, ys)`, which only `count` takes: `last(n, x in S)` begins with a number.
fn begins_pair(inp: &mut Inp<'_, '_>) -> bool {
    let kinds = [Kind::Name, Kind::Comma, Kind::Name, Kind::In];
    kinds.into_iter().enumerate().all(|(n, kind)| peek_nth(inp, n).kind == kind)
}

/// `name: value` or `value`.
fn argument(inp: &mut Inp<'_, '_>) -> Read<Arg> {
    let name = if is(inp, Kind::Name) && peek_nth(inp, 1).kind == Kind::Colon {
        let name = name(inp)?;
        step(inp);
        Some(name)
    } else {
        None
    };
    Ok(Arg { name, value: expr_or_error(inp) })
}

/// `[a, b]` behind a state: at least one key.
pub(super) fn keys(inp: &mut Inp<'_, '_>) -> Vec<Expr> {
    const KEYS: Elements = Elements { one: Expected::EXPRESSION, many: "keys", apart: Apart::Commas };
    let open = step(inp);
    let keys = if is(inp, Kind::RBracket) {
        let fault = missing(inp, Expected::EXPRESSION);
        inp.state().faults.push(fault);
        step(inp);
        vec![]
    } else {
        with_braces(inp, true, |inp| list(inp, KEYS, |inp| Ok(expr_or_error(inp))))
    };
    if keys.is_empty() { vec![Expr { kind: ExprKind::Error, span: open.span }] } else { keys }
}

/// `{ field: value, field }`, from the brace.
pub(super) fn fields(inp: &mut Inp<'_, '_>) -> Vec<FieldInit> {
    const FIELDS: Elements = Elements { one: Expected::FIELD, many: "fields", apart: Apart::CommasOrLines };
    step(inp);
    with_braces(inp, true, |inp| {
        list(inp, FIELDS, |inp| {
            let name = super::name_as(inp, FIELDS.one)?;
            let value = if eat(inp, Kind::Colon).is_some() { Some(expr_or_error(inp)) } else { None };
            Ok(FieldInit { name, value })
        })
    })
}
