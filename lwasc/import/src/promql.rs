//! PromQL is parsed here, and series that are recorded are replaced by what they record. promql-parser stops at this crate.

use crate::translate::{Refusal, Said};
use promql_parser::label::Matchers;
use promql_parser::parser::{Expr, ParenExpr, VectorSelector, parse as parse_promql};
use std::collections::BTreeMap;

/// Longer expressions are refused, before anything is built of them.
const MAX_BYTES: usize = 64 << 10;

/// The parser calls itself for what stands in brackets or beside an operator; of these there may be so many.
const MAX_NESTING: usize = 1000;

/// Brackets and operators may be so deep.
const MAX_DEPTH: usize = 200;

/// Parses an expression.
pub fn parse(text: &str) -> Said<Expr> {
    if text.len() > MAX_BYTES {
        return Err(Refusal::new(format!("it has more than {MAX_BYTES} bytes"), ""));
    }
    if nesting(text) > MAX_NESTING {
        return Err(Refusal::new(format!("it has more than {MAX_NESTING} operators and brackets"), ""));
    }
    let expr = parse_promql(text).map_err(|why| {
        let first = why.lines().next().unwrap_or_default();
        Refusal::new(format!("it is no PromQL: {first}"), "")
    })?;
    if is_deeper(&expr, MAX_DEPTH) {
        return Err(Refusal::new(format!("its operators are more than {MAX_DEPTH} deep"), ""));
    }
    Ok(expr)
}

/// How many brackets and operators stand outside texts.
fn nesting(text: &str) -> usize {
    let mut quote = None;
    let mut count = text.split_whitespace().filter(|word| matches!(*word, "and" | "or" | "unless")).count();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(open) if c == '\\' && open != '`' => {
                chars.next();
            }
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None => count += usize::from("([+-*/%^<>".contains(c)),
        }
    }
    count
}

fn is_deeper(expr: &Expr, room: usize) -> bool {
    let Some(room) = room.checked_sub(1) else { return true };
    children(expr).iter().any(|child| is_deeper(child, room))
}

fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Aggregate(aggregate) => {
            std::iter::once(&aggregate.expr).chain(&aggregate.param).map(|e| e.as_ref()).collect()
        }
        Expr::Unary(unary) => vec![&unary.expr],
        Expr::Binary(binary) => vec![&binary.lhs, &binary.rhs],
        Expr::Paren(paren) => vec![&paren.expr],
        Expr::Subquery(subquery) => vec![&subquery.expr],
        Expr::Call(call) => call.args.args.iter().map(|arg| arg.as_ref()).collect(),
        _ => vec![],
    }
}

/// The expression with what `records` record in place of the series that they record.
pub fn inline(expr: &Expr, records: &BTreeMap<String, Result<Expr, String>>) -> Said<Expr> {
    let mut expr = expr.clone();
    replace(&mut expr, records)?;
    if is_deeper(&expr, MAX_DEPTH) {
        return Err(Refusal::new(format!("with what it reads its operators are more than {MAX_DEPTH} deep"), ""));
    }
    Ok(expr)
}

fn replace(expr: &mut Expr, records: &BTreeMap<String, Result<Expr, String>>) -> Said<()> {
    match expr {
        Expr::VectorSelector(selector) => {
            if let Some(recorded) = selector.name.as_ref().and_then(|name| records.get(name)) {
                *expr = recorded_as(selector, recorded)?;
            }
        }
        Expr::MatrixSelector(matrix) => {
            if let Some(name) = matrix.vs.name.as_ref().filter(|name| records.contains_key(*name)) {
                let why = format!("`{name}` is recorded, and a range of it is of past evaluations");
                return Err(Refusal::new(why, name.clone()));
            }
        }
        Expr::Aggregate(aggregate) => replace(&mut aggregate.expr, records)?,
        Expr::Unary(unary) => replace(&mut unary.expr, records)?,
        Expr::Paren(paren) => replace(&mut paren.expr, records)?,
        Expr::Subquery(subquery) => replace(&mut subquery.expr, records)?,
        Expr::Binary(binary) => {
            replace(&mut binary.lhs, records)?;
            replace(&mut binary.rhs, records)?;
        }
        Expr::Call(call) => {
            for argument in &mut call.args.args {
                replace(argument, records)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn recorded_as(selector: &VectorSelector, recorded: &Result<Expr, String>) -> Said<Expr> {
    let name = selector.name.clone().unwrap_or_default();
    let expr = recorded.as_ref().map_err(|why| {
        Refusal::new(format!("`{name}` is recorded by a rule that can't stand here: {why}"), name.clone())
    })?;
    if selector.offset.is_some() || selector.at.is_some() {
        return Err(Refusal::new(format!("`{name}` is recorded, and its past is that of evaluations"), name));
    }
    let mut expr = expr.clone();
    if !selector.matchers.matchers.is_empty() {
        narrow(&mut expr, &selector.matchers).map_err(|()| {
            Refusal::new(format!("matchers of `{name}`, which is recorded, can't be put into its expression"), name)
        })?;
    }
    Ok(Expr::Paren(ParenExpr { expr: Box::new(expr) }))
}

/// Puts matchers of the result's labels into the selectors of which it is computed, where all keep these labels.
fn narrow(expr: &mut Expr, matchers: &Matchers) -> Result<(), ()> {
    match expr {
        Expr::Paren(paren) => narrow(&mut paren.expr, matchers),
        Expr::VectorSelector(selector) => {
            selector.matchers.matchers.extend(matchers.matchers.iter().cloned());
            Ok(())
        }
        Expr::Aggregate(aggregate) => match &aggregate.modifier {
            Some(promql_parser::parser::LabelModifier::Include(labels))
                if matchers.matchers.iter().all(|matcher| labels.labels.contains(&matcher.name)) =>
            {
                narrow(&mut aggregate.expr, matchers)
            }
            _ => Err(()),
        },
        Expr::Binary(binary) => {
            // Of two vectors the left one's labels are the result's, and both sides have the same where nothing else is said.
            let is_plain = binary.modifier.as_ref().is_none_or(|modifier| modifier.matching.is_none());
            if !is_plain {
                return Err(());
            }
            for side in [&mut binary.lhs, &mut binary.rhs] {
                if !matches!(side.as_ref(), Expr::NumberLiteral(_)) {
                    narrow(side, matchers)?;
                }
            }
            Ok(())
        }
        Expr::Call(call) if crate::needs::RangeFunction::named(call.func.name).is_some() => {
            let Some(Expr::MatrixSelector(matrix)) = call.args.args.first_mut().map(|arg| arg.as_mut()) else {
                return Err(());
            };
            matrix.vs.matchers.matchers.extend(matchers.matchers.iter().cloned());
            Ok(())
        }
        Expr::NumberLiteral(_) => Ok(()),
        _ => Err(()),
    }
}
