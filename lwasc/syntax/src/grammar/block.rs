//! Bodies, and the expressions that have bodies: `if` and `match`.

use super::expr::{condition, expr};
use super::fault::Expected;
use super::sequence::{ends_list, is_closing, report_unclosed, skip_until};
use super::statement::{begins_statement, skip_statement, statement};
use super::{
    Inp, Read, at, complain, deeper, eat, is, missing, pattern, peek, peek_nth, previous, since, step, want,
    with_braces,
};
use crate::ast::{Arm, Block, Else, Expr, ExprKind, Pattern, PatternKind, Stmt, StmtKind};
use crate::errors;
use crate::tokens::{Kind, Payload};
use lwas_base::Span;

/// `{ statements value }`. Past the brace it does not fail.
pub(super) fn block(inp: &mut Inp<'_, '_>) -> Read<Block> {
    let start = at(inp);
    if is(inp, Kind::LBrace) && peek_nth(inp, 1).kind == Kind::Text && peek_nth(inp, 2).kind == Kind::Colon {
        return Ok(map_as_body(inp));
    }
    let open = want(inp, Kind::LBrace, Expected::LBRACE)?;
    let statements = deeper(inp, |inp| {
        Ok(with_braces(inp, true, |inp| {
            let mut statements = vec![];
            while !is(inp, Kind::RBrace) {
                let next = peek(inp);
                if next.kind == Kind::End || next.begins_item {
                    report_unclosed(inp, open);
                    return statements;
                }
                if is_closing(next.kind) {
                    let bracket = if next.kind == Kind::RParen { ")" } else { "]" };
                    complain(inp, errors::unopened(next.span, bracket));
                    step(inp);
                    continue;
                }
                statements.push(statement_or_error(inp));
            }
            step(inp);
            statements
        }))
    })?;
    Ok(with_value(statements, since(inp, start)))
}

/// A body that can only be meant as a map, as which it is read.
fn map_as_body(inp: &mut Inp<'_, '_>) -> Block {
    let (start, brace) = (at(inp), peek(inp).span);
    complain(inp, errors::map_as_body(brace));
    let kind = super::map::map(inp);
    let span = since(inp, start);
    Block { statements: vec![], value: Some(Box::new(Expr { kind, span })), span }
}

/// A statement; one that cannot be read is reported and skipped up to the next line that begins one.
fn statement_or_error(inp: &mut Inp<'_, '_>) -> Stmt {
    let begin = at(inp);
    let start = inp.save();
    let fault = match statement(inp) {
        Ok(statement) => return statement,
        Err(fault) => fault,
    };
    inp.rewind(start);
    skip_statement(inp, fault);
    if at(inp) == begin {
        step(inp);
    }
    Stmt { kind: StmtKind::Error, span: since(inp, begin) }
}

/// The last expression is the value, but for an `if` or `match`, which the checker takes as one where it needs to.
pub(super) fn with_value(mut statements: Vec<Stmt>, span: Span) -> Block {
    let value = match statements.pop() {
        Some(Stmt { kind: StmtKind::Expr(expr), .. })
            if !matches!(expr.kind, ExprKind::If { .. } | ExprKind::Match { .. }) =>
        {
            Some(Box::new(expr))
        }
        Some(last) => {
            statements.push(last);
            None
        }
        None => None,
    };
    Block { statements, value, span }
}

/// `if c { a } else if d { b } else { e }`. A chain is read in a loop, since it may be long.
pub(super) fn if_expr(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let mut told = false;
    let mut branches = vec![branch(inp, &mut told)?];
    let mut otherwise = None;
    while eat(inp, Kind::Else).is_some() {
        if is(inp, Kind::If) {
            branches.push(branch(inp, &mut told)?);
        } else {
            otherwise = Some(Box::new(Else::Block(body(inp, &mut told)?)));
            break;
        }
    }
    let end = previous(inp).span;
    let mut chain = None;
    for (start, condition, then) in branches.into_iter().rev() {
        let inner = chain.take().map(|expr| Box::new(Else::If(expr))).or_else(|| otherwise.take());
        let kind = ExprKind::If { condition: Box::new(condition), then: Box::new(then), otherwise: inner };
        chain = Some(Expr { kind, span: start.to(end) });
    }
    chain.ok_or_else(|| missing(inp, Expected::EXPRESSION))
}

/// A pattern, also behind `case` or in place of `default`, which other languages have.
fn arm_pattern(inp: &mut Inp<'_, '_>) -> Read<Pattern> {
    let (first, next) = (peek(inp), peek_nth(inp, 1));
    let Payload::Name(name) = first.payload else { return pattern::pattern(inp) };
    match name.as_str() {
        "case" | "when" if !next.starts_line && pattern::begins(next) => {
            complain(inp, errors::foreign_arm(first.span, name.as_str(), "write `Tier.Plus => …`"));
            step(inp);
            pattern::pattern(inp)
        }
        "default" | "otherwise" => {
            complain(inp, errors::foreign_arm(first.span, name.as_str(), "all that is left is `_ => …`"));
            step(inp);
            Ok(Pattern { kind: PatternKind::Error, span: first.span })
        }
        _ => pattern::pattern(inp),
    }
}

/// The body of an `if` or `else`. One without braces is reported, once for all bodies of the `if`: a value, or what stands
/// behind a colon and ends nobody knows where.
fn body(inp: &mut Inp<'_, '_>, told: &mut bool) -> Read<Block> {
    let next = peek(inp);
    let start = at(inp);
    let value = !next.starts_line && begins_statement(next) && !next.begins_item;
    if next.kind != Kind::Colon && !value {
        return block(inp);
    }
    let fault = missing(inp, Expected::LBRACE);
    if next.kind == Kind::Colon {
        inp.state().faults.push(fault);
        skip_until(inp, start, |_, _| false);
        let span = since(inp, start);
        return Ok(Block { statements: vec![Stmt { kind: StmtKind::Error, span }], value: None, span });
    }
    if !std::mem::replace(told, true) {
        complain(inp, errors::body_without_braces(next.span));
    }
    let one = deeper(inp, |inp| with_braces(inp, true, statement))?;
    let span = since(inp, start);
    Ok(with_value(vec![one], span))
}

fn branch(inp: &mut Inp<'_, '_>, told: &mut bool) -> Read<(Span, Expr, Block)> {
    let start = step(inp).span;
    let condition = head(inp, condition)?;
    Ok((start, condition, body(inp, told)?))
}

/// What stands before a body.
pub(super) fn head<'t, 'p, T>(inp: &mut Inp<'t, 'p>, read: impl FnOnce(&mut Inp<'t, 'p>) -> Read<T>) -> Read<T> {
    deeper(inp, |inp| with_braces(inp, false, read))
}

/// `match e { pattern => value, … }`.
pub(super) fn match_expr(inp: &mut Inp<'_, '_>) -> Read<Expr> {
    let start = at(inp);
    step(inp);
    let subject = Box::new(head(inp, expr)?);
    let open = want(inp, Kind::LBrace, Expected::LBRACE)?;
    let arms = with_braces(inp, true, |inp| arms(inp, open));
    Ok(Expr { kind: ExprKind::Match { subject, arms }, span: since(inp, start) })
}

/// Arms stand apart by commas or line breaks; behind a block neither is needed.
fn arms(inp: &mut Inp<'_, '_>, open: crate::tokens::Token) -> Vec<Arm> {
    let mut arms = vec![];
    let mut apart = true;
    while !is(inp, Kind::RBrace) {
        let next = peek(inp);
        if ends_list(next) {
            report_unclosed(inp, open);
            return arms;
        }
        if !apart && !next.starts_line {
            let after = previous(inp).span.after();
            complain(inp, errors::missing_comma(after, "the arms of a `match`"));
        }
        let start = inp.save();
        match arm(inp) {
            Ok(arm) => {
                arms.push(arm);
                apart = eat(inp, Kind::Comma).is_some() || previous(inp).kind == Kind::RBrace;
            }
            Err(fault) => {
                inp.rewind(start);
                let begin = at(inp);
                let reached = fault.at;
                inp.state().faults.push(fault);
                skip_until(inp, reached, |token, past| past && (token.starts_line || token.kind == Kind::Comma));
                let span = since(inp, begin);
                arms.push(unreadable(span));
                eat(inp, Kind::Comma);
                apart = true;
            }
        }
    }
    step(inp);
    arms
}

/// An arm that was reported: nobody misses what it covers.
fn unreadable(span: Span) -> Arm {
    let value = Expr { kind: ExprKind::Error, span };
    let body = Block { statements: vec![], value: Some(Box::new(value)), span };
    Arm { pattern: Pattern { kind: PatternKind::Error, span }, body }
}

fn arm(inp: &mut Inp<'_, '_>) -> Read<Arm> {
    let pattern = arm_pattern(inp)?;
    let sign = peek(inp);
    if matches!(sign.kind, Kind::Colon | Kind::Arrow) {
        // A second message about a line with `case` would say the same.
        let here = at(inp);
        if inp.state().faults.last().is_none_or(|fault| fault.at + 4 < here) {
            let written = if sign.kind == Kind::Colon { ":" } else { "->" };
            complain(inp, errors::foreign_arm(sign.span, written, "write `=>`"));
        }
        step(inp);
    } else {
        want(inp, Kind::FatArrow, Expected::FAT_ARROW)?;
    }
    if is(inp, Kind::LBrace) {
        return Ok(Arm { pattern, body: block(inp)? });
    }
    let start = at(inp);
    let next = peek(inp);
    // An `if` here is an expression that operators may go on.
    let one = if matches!(next.kind, Kind::If | Kind::Match) {
        let expr = expr(inp)?;
        Stmt { span: expr.span, kind: StmtKind::Expr(expr) }
    } else {
        statement(inp)?
    };
    let span = since(inp, start);
    let body = match one.kind {
        StmtKind::Expr(expr) => Block { statements: vec![], value: Some(Box::new(expr)), span },
        _ => Block { statements: vec![one], value: None, span },
    };
    Ok(Arm { pattern, body })
}
