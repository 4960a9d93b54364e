//! Operators between two expressions: arithmetic, comparisons, and the sets' `and`, `or`, `unless`.

use super::{Domain, Part, Refusal, Row, Said, Translator, unsaid};
use crate::code::{Cmp, Code, Num, Op, comparison};
use promql_parser::label::Labels;
use promql_parser::parser::{BinModifier, BinaryExpr, Expr, LabelModifier, VectorMatchCardinality};

/// What an operator is.
enum Kind {
    Arithmetic(Op),
    Comparison(Cmp),
    And,
    Or,
    Unless,
}

fn kind(word: &str) -> Said<Kind> {
    Ok(match word {
        "+" => Kind::Arithmetic(Op::Add),
        "-" => Kind::Arithmetic(Op::Sub),
        "*" => Kind::Arithmetic(Op::Mul),
        "/" => Kind::Arithmetic(Op::Div),
        "==" => Kind::Comparison(Cmp::Eq),
        "!=" => Kind::Comparison(Cmp::Ne),
        "<" => Kind::Comparison(Cmp::Lt),
        "<=" => Kind::Comparison(Cmp::Le),
        ">" => Kind::Comparison(Cmp::Gt),
        ">=" => Kind::Comparison(Cmp::Ge),
        "and" => Kind::And,
        "or" => Kind::Or,
        "unless" => Kind::Unless,
        _ => return Err(Refusal::new(format!("LwaS has no `{word}` of Floats"), word)),
    })
}

/// How the elements of both sides find each other.
enum Match<'m> {
    /// By all their labels.
    All,
    /// By these.
    On(&'m Labels),
}

impl Translator<'_> {
    pub(super) fn domain_of_binary(&self, binary: &BinaryExpr) -> Said<Domain> {
        let (left, right) = (self.domain(&binary.lhs)?, self.domain(&binary.rhs)?);
        if left == Domain::Scalar {
            return Ok(right);
        }
        if let Some(modifier) = &binary.modifier
            && let VectorMatchCardinality::OneToMany(_) = modifier.card
        {
            return Err(Refusal::new("`group_right` is not translated: write it as `group_left`", "group_right"));
        }
        if binary.op.to_string() == "or" && left != right {
            let why = "the sides of `or` are of several metrics or groupings: an alert watches the rows of one state";
            return Err(Refusal::new(why, "or"));
        }
        Ok(left)
    }

    pub(super) fn binary(&mut self, binary: &BinaryExpr, row: &Row, is_total: bool) -> Said<Part> {
        let word = binary.op.to_string();
        let kind = kind(&word)?;
        if binary.modifier.as_ref().is_some_and(|modifier| modifier.return_bool) {
            return Err(Refusal::new("`bool` makes a number of a comparison", "bool"));
        }
        let (left, right) = (self.domain(&binary.lhs)?, self.domain(&binary.rhs)?);
        let is_vectors = left != Domain::Scalar && right != Domain::Scalar;
        let on = if is_vectors { self.matching(binary.modifier.as_ref(), &left, &right, &word)? } else { Match::All };
        match kind {
            Kind::Arithmetic(op) => {
                let (left, right) = (self.part(&binary.lhs, row, is_total)?, self.part(&binary.rhs, row, is_total)?);
                Ok(merged(&left, &right, Num::bin(op, left.value.clone(), right.value.clone())))
            }
            Kind::Comparison(op) => {
                let (left_part, right_part) =
                    (self.part(&binary.lhs, row, is_total)?, self.part(&binary.rhs, row, is_total)?);
                if !is_vectors && left == right {
                    return Err(Refusal::new("two numbers are compared: the alert would be of nothing", word));
                }
                let holds =
                    comparison(&left_part.value, op, &right_part.value, is_total).map_err(|why| unsaid(why, &word))?;
                let value = if left == Domain::Scalar { &right_part.value } else { &left_part.value };
                let mut part = merged(&left_part, &right_part, value.clone());
                part.conditions.push(holds);
                Ok(part)
            }
            Kind::And => {
                let left = self.part(&binary.lhs, row, is_total)?;
                let (right, reads_others) = self.other_side(&binary.rhs, &right, &on, row, is_total)?;
                let reads_others = left.reads_others || reads_others;
                Ok(Part { conditions: [left.conditions, right].concat(), reads_others, ..left })
            }
            Kind::Unless => {
                let left = self.part(&binary.lhs, row, is_total)?;
                let (right, reads_others) = self.other_side(&binary.rhs, &right, &on, row, true)?;
                let absent = if right.is_empty() { Code::atom("false") } else { Code::all(&right).not() };
                let reads_others = left.reads_others || reads_others;
                Ok(Part { conditions: [left.conditions, vec![absent]].concat(), reads_others, ..left })
            }
            Kind::Or => {
                let (left, right) = (self.part(&binary.lhs, row, true)?, self.part(&binary.rhs, row, true)?);
                let here = Code::all(&left.required());
                let value = Num::Float(Code::choose(
                    &here,
                    &left.value.float().map_err(|why| unsaid(why, "or"))?,
                    &right.value.float().map_err(|why| unsaid(why, "or"))?,
                ));
                let value = if left.value == right.value { left.value.clone() } else { value };
                let either = Code::any(&[here, Code::all(&right.required())]);
                let reads_others = left.reads_others || right.reads_others;
                Ok(Part { conditions: vec![either], reads_others, ..Part::always(value) })
            }
        }
    }

    /// How two vectors match, where that can be said.
    fn matching<'m>(
        &mut self,
        modifier: Option<&'m BinModifier>,
        left: &Domain,
        right: &Domain,
        word: &str,
    ) -> Said<Match<'m>> {
        let same_labels = |left: &Domain, right: &Domain| match (left, right) {
            (Domain::Series(_), Domain::Series(_)) | (Domain::Whole, Domain::Whole) => true,
            (Domain::Groups(_, a), Domain::Groups(_, b)) => a == b,
            _ => false,
        };
        if let Some(modifier) = modifier {
            match &modifier.card {
                VectorMatchCardinality::ManyToOne(labels) if !labels.is_empty() => {
                    return Err(Refusal::new("`group_left` takes labels from the other side", "group_left"));
                }
                _ => {}
            }
            if modifier.fill_values.lhs.is_some() || modifier.fill_values.rhs.is_some() {
                return Err(Refusal::new("`fill` is not translated", "fill"));
            }
        }
        match modifier.and_then(|modifier| modifier.matching.as_ref()) {
            Some(LabelModifier::Include(labels)) => {
                let mut names = labels.labels.clone();
                names.sort();
                let is_set = matches!(word, "and" | "unless");
                let is_many = modifier.is_some_and(|m| matches!(m.card, VectorMatchCardinality::ManyToOne(_)));
                let right_is_one = match right {
                    Domain::Groups(_, by) => *by == names,
                    Domain::Whole => names.is_empty(),
                    _ => false,
                };
                let both = matches!((left, right), (Domain::Groups(_, a), Domain::Groups(..)) if *a == names);
                if right_is_one && (is_set || is_many || both || *left == Domain::Whole) {
                    return Ok(Match::All);
                }
                if is_set && matches!(right, Domain::Series(_)) {
                    return Ok(Match::On(labels));
                }
                let why = "`on` leads to a side that may have several series for one, or drops labels of the other";
                Err(Refusal::new(why, "on"))
            }
            Some(LabelModifier::Exclude(labels)) if !labels.is_empty() => Err(Refusal::new(
                "`ignoring` matches series of different labels, which no key of LwaS finds",
                "ignoring",
            )),
            _ if same_labels(left, right) => Ok(Match::All),
            _ => Err(Refusal::new(format!("the sides of `{word}` have different labels, so they never match"), word)),
        }
    }

    /// What must hold for the other side of `and` or `unless` to have an element,
    /// and whether that reads something else than the row.
    fn other_side(
        &mut self,
        expr: &Expr,
        domain: &Domain,
        on: &Match,
        row: &Row,
        is_total: bool,
    ) -> Said<(Vec<Code>, bool)> {
        let (Match::On(labels), Domain::Series(source)) = (on, domain) else {
            let right = self.part(expr, row, is_total)?;
            return Ok((right.required(), right.reads_others));
        };
        let mut equal = Vec::new();
        let mut names = labels.labels.clone();
        names.sort();
        for label in &names {
            let theirs = self.label(label, &Row::Series(source, "x"))?;
            equal.push(Code::compare(&theirs, "==", &self.leading_label(label, row)?));
        }
        let inner = self.inner(expr, source)?;
        equal.extend(inner.required());
        let state = self.naming.state(source);
        Ok((vec![super::aggregate::exists(&state, &equal)], true))
    }
}

fn merged(left: &Part, right: &Part, value: Num) -> Part {
    let mut part = Part { value, reads_others: left.reads_others || right.reads_others, ..left.clone() };
    let new = |known: &[Code], code: &&Code| !known.contains(code);
    part.conditions.extend(right.conditions.iter().filter(|code| new(&left.conditions, code)).cloned());
    part.filters.extend(right.filters.iter().filter(|code| new(&left.filters, code)).cloned());
    let more = right.equal.iter().filter(|field| !left.equal.contains(field));
    part.equal.extend(more.cloned());
    part
}
