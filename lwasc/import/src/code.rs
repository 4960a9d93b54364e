//! Expressions of LwaS as text, with as many parentheses as they need, and numbers as trees, so that a comparison can be asked
//! what IEEE 754 would say where a divisor is zero.

use crate::names::quoted;
use std::fmt::Write as _;

/// How tightly an expression binds, as `lexical.precedence` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Or,
    And,
    Not,
    Compare,
    Default,
    Sum,
    Product,
    Minus,
    Atom,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    text: String,
    rank: Rank,
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Code {
    /// A name, a call or what else stands by itself.
    pub fn atom(text: impl Into<String>) -> Code {
        Code { text: text.into(), rank: Rank::Atom }
    }

    fn at_least(&self, rank: Rank) -> String {
        if self.rank >= rank { self.text.clone() } else { format!("({})", self.text) }
    }

    /// All of them; none is `true`.
    pub fn all(list: &[Code]) -> Code {
        Code::joined(list, " and ", Rank::And, "true")
    }

    /// One of them; none is `false`.
    pub fn any(list: &[Code]) -> Code {
        Code::joined(list, " or ", Rank::Or, "false")
    }

    fn joined(list: &[Code], word: &str, rank: Rank, none: &str) -> Code {
        match list {
            [] => Code::atom(none),
            [one] => one.clone(),
            _ => {
                let parts: Vec<_> = list.iter().map(|code| code.at_least(rank)).collect();
                Code { text: parts.join(word), rank }
            }
        }
    }

    /// The opposite.
    pub fn not(&self) -> Code {
        Code { text: format!("not {}", self.at_least(Rank::Not)), rank: Rank::Not }
    }

    /// A comparison.
    pub fn compare(left: &Code, op: &str, right: &Code) -> Code {
        Code {
            text: format!("{} {op} {}", left.at_least(Rank::Default), right.at_least(Rank::Default)),
            rank: Rank::Compare,
        }
    }

    /// `value ?? other`.
    pub fn or_else(&self, other: &str) -> Code {
        Code { text: format!("{} ?? {other}", self.at_least(Rank::Sum)), rank: Rank::Default }
    }

    /// As the whole of a body, where an `if` needs no parentheses.
    pub fn as_body(&self) -> &str {
        let inside = self.text.strip_prefix("(if ").and_then(|rest| rest.strip_suffix(')'));
        if inside.is_some() { self.text.get(1..self.text.len() - 1).unwrap_or(&self.text) } else { &self.text }
    }

    /// Whether it can stand in braces within a text, and is short enough to be read there.
    pub fn fits_a_text(&self) -> bool {
        self.text.len() <= 60 && !self.text.contains(['"', '{', '}'])
    }

    /// `if condition { then } else { otherwise }`, which begins no statement.
    pub fn choose(condition: &Code, then: &Code, otherwise: &Code) -> Code {
        Code::atom(format!("(if {condition} {{ {then} }} else {{ {otherwise} }})"))
    }

    /// What is joined by `and` at the top, so that it can stand on lines of its own.
    pub fn lines(list: &[Code], indent: &str) -> String {
        let parts: Vec<_> = list.iter().map(|code| code.at_least(Rank::And)).collect();
        if parts.is_empty() {
            return "true".to_owned();
        }
        if list.len() == 1 {
            return list.iter().map(Code::to_string).collect();
        }
        let length: usize = parts.iter().map(|part| part.len() + 5).sum();
        if length <= 100 { parts.join(" and ") } else { parts.join(&format!("\n{indent}and ")) }
    }
}

/// An operator between numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
}

impl Op {
    fn word(self) -> &'static str {
        match self {
            Op::Add => "+",
            Op::Sub => "-",
            Op::Mul => "*",
            Op::Div => "/",
        }
    }

    fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Op::Add => a + b,
            Op::Sub => a - b,
            Op::Mul => a * b,
            Op::Div => a / b,
        }
    }
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cmp {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Cmp {
    /// As both languages write it.
    pub fn word(self) -> &'static str {
        match self {
            Cmp::Eq => "==",
            Cmp::Ne => "!=",
            Cmp::Lt => "<",
            Cmp::Le => "<=",
            Cmp::Gt => ">",
            Cmp::Ge => ">=",
        }
    }

    fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Cmp::Eq => a == b,
            Cmp::Ne => a != b,
            Cmp::Lt => a < b,
            Cmp::Le => a <= b,
            Cmp::Gt => a > b,
            Cmp::Ge => a >= b,
        }
    }
}

/// A number as a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Num {
    /// A constant.
    Literal(f64),
    /// A Float.
    Float(Code),
    /// An Int, a Decimal or a fraction; `counts` is known to be above zero where there is a value at all.
    Exact {
        /// The expression.
        code: Code,
        /// Whether it can't be zero.
        counts: bool,
    },
    /// A function of one Float that is finite where that is: `abs`.
    Call(&'static str, Box<Num>),
    /// Two numbers and what is between them.
    Bin(Op, Box<Num>, Box<Num>),
}

/// What is known of a number where some divisors are zero.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    /// It is this one.
    Value(f64),
    /// It is finite.
    Finite,
    /// It can't be said.
    Unknown,
}

/// What a divisor of zero leaves of a division.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// It isn't zero.
    Fine,
    /// Something above zero was divided.
    Above,
    /// Something below zero was divided.
    Below,
    /// Zero was divided.
    Zero,
}

/// More divisions than this in one comparison are refused.
const MAX_DIVISIONS: usize = 2;

/// Why a number can't be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaid {
    /// A divisor is computed by a division itself, there are too many, or what comes out depends on what nobody knows.
    Division,
    /// A constant that is no finite number.
    Infinite,
}

impl Num {
    /// A number between two, folded where both are constants, as Prometheus folds them.
    pub fn bin(op: Op, left: Num, right: Num) -> Num {
        match (&left, &right) {
            (Num::Literal(a), Num::Literal(b)) => Num::Literal(op.apply(*a, *b)),
            _ => Num::Bin(op, Box::new(left), Box::new(right)),
        }
    }

    /// Whether it reads something.
    pub fn is_constant(&self) -> bool {
        matches!(self, Num::Literal(_))
    }

    /// As the value of a comparison with a number of the same kind or a constant: exact where nothing is computed.
    fn plain(&self) -> Option<Code> {
        match self {
            Num::Literal(value) => literal(*value),
            Num::Float(code) | Num::Exact { code, .. } => Some(code.clone()),
            _ => None,
        }
    }

    /// As a Float.
    pub fn float(&self) -> Result<Code, Unsaid> {
        Ok(match self {
            Num::Literal(value) => Code::atom(format!("float({})", literal(*value).ok_or(Unsaid::Infinite)?)),
            Num::Float(code) => code.clone(),
            Num::Exact { code, .. } => Code::atom(format!("float({code})")),
            Num::Call(name, of) => Code::atom(format!("{name}({})", of.float()?)),
            Num::Bin(op, left, right) => {
                let (left, right) = (left.beside_float()?, right.beside_float()?);
                let rank = if matches!(op, Op::Add | Op::Sub) { Rank::Sum } else { Rank::Product };
                let right_rank = if rank == Rank::Sum { Rank::Product } else { Rank::Minus };
                let text = format!("{} {} {}", left.at_least(rank), op.word(), right.at_least(right_rank));
                Code { text, rank }
            }
        })
    }

    /// As a Float beside another, where a constant may stand as it is.
    fn beside_float(&self) -> Result<Code, Unsaid> {
        match self {
            Num::Literal(value) => literal(*value).ok_or(Unsaid::Infinite),
            _ => self.float(),
        }
    }

    fn divisions<'n>(&'n self, out: &mut Vec<(&'n Num, &'n Num)>) {
        match self {
            Num::Bin(op, left, right) => {
                left.divisions(out);
                right.divisions(out);
                let is_safe = match right.as_ref() {
                    Num::Literal(value) => *value != 0.0,
                    Num::Exact { counts, .. } => *counts,
                    _ => false,
                };
                if *op == Op::Div && !is_safe {
                    out.push((left, right));
                }
            }
            Num::Call(_, of) => of.divisions(out),
            _ => {}
        }
    }

    fn under(&self, fates: &[Fate], next: &mut usize) -> Known {
        match self {
            Num::Literal(value) => Known::Value(*value),
            Num::Float(_) | Num::Exact { .. } => Known::Finite,
            Num::Call(_, of) => match of.under(fates, next) {
                Known::Value(value) => Known::Value(value.abs()),
                other => other,
            },
            Num::Bin(op, left, right) => {
                let (a, b) = (left.under(fates, next), right.under(fates, next));
                let mut risky = Vec::new();
                self.divisions(&mut risky);
                if risky
                    .last()
                    .is_some_and(|(n, d)| std::ptr::eq(*n, left.as_ref()) && std::ptr::eq(*d, right.as_ref()))
                {
                    let fate = fates.get(*next).copied().unwrap_or(Fate::Fine);
                    *next += 1;
                    match fate {
                        Fate::Fine => {}
                        Fate::Above => return Known::Value(f64::INFINITY),
                        Fate::Below => return Known::Value(f64::NEG_INFINITY),
                        Fate::Zero => return Known::Value(f64::NAN),
                    }
                }
                between(*op, a, b)
            }
        }
    }
}

fn between(op: Op, a: Known, b: Known) -> Known {
    match (a, b) {
        (Known::Value(a), Known::Value(b)) => Known::Value(op.apply(a, b)),
        (Known::Value(x), _) | (_, Known::Value(x)) if x.is_nan() => Known::Value(f64::NAN),
        (Known::Value(x), Known::Finite) if x.is_infinite() && matches!(op, Op::Add | Op::Sub) => Known::Value(x),
        (Known::Finite, Known::Value(x)) if x.is_infinite() && op == Op::Add => Known::Value(x),
        (Known::Finite, Known::Value(x)) if x.is_infinite() && op == Op::Sub => Known::Value(-x),
        (Known::Finite, Known::Value(x)) if x.is_infinite() && op == Op::Div => Known::Value(0.0),
        (Known::Value(x), Known::Finite) | (Known::Finite, Known::Value(x)) if x.is_infinite() => Known::Unknown,
        (Known::Unknown, _) | (_, Known::Unknown) => Known::Unknown,
        _ => Known::Finite,
    }
}

/// A constant as LwaS writes it: all its digits, none of them rounded away; `None` for what is no finite number.
pub fn literal(value: f64) -> Option<Code> {
    // Beyond these a literal would not fit its digits.
    let is_sayable = value == 0.0 || (value.abs() < 1e30 && value.abs() >= 1e-18);
    if !value.is_finite() || !is_sayable {
        return None;
    }
    let magnitude = format!("{}", value.abs());
    if magnitude.split('.').nth(1).is_some_and(|digits| digits.len() > 36) {
        return None;
    }
    // An Int has 64 bits; with a point it is a decimal, which has 128.
    let text = if magnitude.len() > 18 && !magnitude.contains('.') { magnitude + ".0" } else { magnitude };
    Some(if value < 0.0 { Code { text: format!("-{text}"), rank: Rank::Minus } } else { Code::atom(text) })
}

/// `left op right` as Prometheus means it, a division by zero included. Where the result would only be that something can't be
/// computed, it is false, which is what a NaN is; `is_total` says that it must have a value all the same.
pub fn comparison(left: &Num, op: Cmp, right: &Num, is_total: bool) -> Result<Code, Unsaid> {
    let mut divisions = Vec::new();
    left.divisions(&mut divisions);
    right.divisions(&mut divisions);
    let simple = simple(left, op, right)?;
    if divisions.is_empty() {
        return Ok(simple);
    }
    let is_nested = |num: &Num| {
        let mut inner = Vec::new();
        num.divisions(&mut inner);
        !inner.is_empty()
    };
    if divisions.len() > MAX_DIVISIONS || divisions.iter().any(|(n, d)| is_nested(n) || is_nested(d)) {
        return Err(Unsaid::Division);
    }
    let mut code = simple;
    let mut is_needed = is_total;
    let mut clauses = Vec::new();
    for fates in all_fates(divisions.len()) {
        let mut next = 0;
        let (a, b) = (left.under(&fates, &mut next), right.under(&fates, &mut next));
        if !truth(a, op, b)? {
            continue;
        }
        is_needed = true;
        let mut parts = Vec::new();
        for ((number, _), fate) in divisions.iter().zip(&fates) {
            let sign = match fate {
                Fate::Fine => continue,
                Fate::Above => Cmp::Gt,
                Fate::Below => Cmp::Lt,
                Fate::Zero => Cmp::Eq,
            };
            parts.push(simple_with_zero(number, sign)?);
        }
        clauses.push((fates, parts));
    }
    if is_needed {
        code = guarded(&divisions, &clauses, code)?;
    }
    Ok(code)
}

/// Every combination in which at least one divisor is zero.
fn all_fates(count: usize) -> Vec<Vec<Fate>> {
    let each = [Fate::Fine, Fate::Above, Fate::Below, Fate::Zero];
    let mut all: Vec<Vec<Fate>> = vec![vec![]];
    for _ in 0..count {
        all = all.into_iter().flat_map(|old| each.map(|fate| [old.clone(), vec![fate]].concat())).collect();
    }
    all.retain(|fates| fates.iter().any(|fate| *fate != Fate::Fine));
    all
}

fn truth(a: Known, op: Cmp, b: Known) -> Result<bool, Unsaid> {
    match (a, b) {
        (Known::Value(a), Known::Value(b)) => Ok(op.holds(a, b)),
        (Known::Value(a), Known::Finite) if !a.is_finite() => Ok(op.holds(a, 0.0)),
        (Known::Finite, Known::Value(b)) if !b.is_finite() => Ok(op.holds(0.0, b)),
        _ => Err(Unsaid::Division),
    }
}

/// The comparison where no divisor is zero, and before it what is true where one is.
fn guarded(divisions: &[(&Num, &Num)], clauses: &[(Vec<Fate>, Vec<Code>)], code: Code) -> Result<Code, Unsaid> {
    let is_zero =
        |at: usize| simple_with_zero(divisions.get(at).map_or(&Num::Literal(0.0), |(_, divisor)| divisor), Cmp::Eq);
    let of = |zeros: &[bool]| -> Code {
        let fits = |fates: &Vec<Fate>| fates.iter().zip(zeros).all(|(fate, zero)| (*fate != Fate::Fine) == *zero);
        let parts: Vec<Code> =
            clauses.iter().filter(|(fates, _)| fits(fates)).map(|(_, parts)| Code::all(parts)).collect();
        Code::any(&parts)
    };
    match divisions.len() {
        1 => Ok(Code::choose(&is_zero(0)?, &of(&[true]), &code)),
        _ => {
            let both = Code::all(&[is_zero(0)?, is_zero(1)?]);
            let rest = Code::choose(&is_zero(1)?, &of(&[false, true]), &code);
            let rest = Code::choose(&is_zero(0)?, &of(&[true, false]), &rest);
            Ok(Code::choose(&both, &of(&[true, true]), &rest))
        }
    }
}

fn simple_with_zero(number: &Num, op: Cmp) -> Result<Code, Unsaid> {
    simple(number, op, &Num::Literal(0.0))
}

/// Exact where both sides are read and not computed, else between Floats.
fn simple(left: &Num, op: Cmp, right: &Num) -> Result<Code, Unsaid> {
    let exact = |num: &Num| matches!(num, Num::Exact { .. } | Num::Literal(_));
    let floats = |num: &Num| matches!(num, Num::Float(_) | Num::Literal(_));
    if (exact(left) && exact(right) || floats(left) && floats(right)) && !(left.is_constant() && right.is_constant()) {
        let left = left.plain().ok_or(Unsaid::Infinite)?;
        let right = right.plain().ok_or(Unsaid::Infinite)?;
        return Ok(Code::compare(&left, op.word(), &right));
    }
    let (left, right) = match (left.is_constant(), right.is_constant()) {
        (true, false) => (left.beside_float()?, right.float()?),
        (false, true) => (left.float()?, right.beside_float()?),
        _ => (left.float()?, right.float()?),
    };
    Ok(Code::compare(&left, op.word(), &right))
}

/// What Prometheus shows of the number in a text: the expression of a Text, in which the function `word` shows a Float and
/// `known` says what is shown of a value that is known.
pub fn shown(number: &Num, word: &str, known: impl Fn(f64) -> Option<String>) -> Result<Code, Unsaid> {
    let text = |value: f64| known(value).map(|text| Code::atom(quoted(&text))).ok_or(Unsaid::Division);
    let mut divisions = Vec::new();
    number.divisions(&mut divisions);
    let plain = match number {
        Num::Literal(value) => return text(*value),
        _ => Code::atom(format!("{word}({})", number.float()?)),
    };
    let [(above, below)] = divisions.as_slice() else {
        return if divisions.is_empty() { Ok(plain) } else { Err(Unsaid::Division) };
    };
    let of = |fate: Fate| match number.under(&[fate], &mut 0) {
        Known::Value(value) => text(value),
        _ => Err(Unsaid::Division),
    };
    let infinite = Code::choose(&simple_with_zero(above, Cmp::Gt)?, &of(Fate::Above)?, &of(Fate::Below)?);
    let zero = Code::choose(&simple_with_zero(above, Cmp::Eq)?, &of(Fate::Zero)?, &infinite);
    Ok(Code::choose(&simple_with_zero(below, Cmp::Eq)?, &zero, &plain))
}

/// A number as Go writes it with `%v`.
pub fn go_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    if value == 0.0 || (value.abs() >= 1e-4 && value.abs() < 1e21) {
        return format!("{value}");
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let number: i32 = exponent.parse().unwrap_or_default();
    let mut out = digits.to_owned();
    let _ = write!(out, "e{}{:02}", if number < 0 { '-' } else { '+' }, number.abs());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(name: &str) -> Num {
        Num::Float(Code::atom(name))
    }

    fn ratio() -> Num {
        Num::bin(Op::Div, float("a"), float("b"))
    }

    #[test]
    fn parentheses_stand_where_they_are_needed() {
        let sum = Num::bin(Op::Sub, float("a"), Num::bin(Op::Sub, float("b"), Num::Literal(1.5)));
        assert_eq!(sum.float().unwrap().to_string(), "a - (b - 1.5)");
        let product = Num::bin(Op::Mul, Num::Literal(100.0), Num::bin(Op::Sub, Num::Literal(1.0), float("a")));
        assert_eq!(product.float().unwrap().to_string(), "100 * (1 - a)");
        let either = Code::any(&[Code::atom("p"), Code::atom("q")]);
        assert_eq!(Code::all(&[either.clone(), Code::atom("r")]).to_string(), "(p or q) and r");
        assert_eq!(either.not().to_string(), "not (p or q)");
    }

    #[test]
    fn a_divisor_of_zero_gives_what_ieee_gives() {
        let above = comparison(&ratio(), Cmp::Gt, &Num::Literal(0.5), false).unwrap();
        assert_eq!(above.to_string(), "(if b == 0 { a > 0 } else { a / b > 0.5 })");
        let below = comparison(&ratio(), Cmp::Lt, &Num::Literal(0.5), false).unwrap();
        assert_eq!(below.to_string(), "(if b == 0 { a < 0 } else { a / b < 0.5 })");
        let lacking = Num::bin(Op::Sub, Num::Literal(1.0), ratio());
        let left = comparison(&lacking, Cmp::Gt, &Num::Literal(0.5), false).unwrap();
        assert_eq!(left.to_string(), "(if b == 0 { a < 0 } else { 1 - a / b > 0.5 })");
        let unequal = comparison(&ratio(), Cmp::Ne, &Num::Literal(1.0), false).unwrap();
        assert_eq!(unequal.to_string(), "(if b == 0 { a > 0 or a < 0 or a == 0 } else { a / b != 1 })");
        let product = Num::bin(Op::Mul, ratio(), float("c"));
        assert_eq!(comparison(&product, Cmp::Gt, &Num::Literal(1.0), false), Err(Unsaid::Division));
        let halved = Num::bin(Op::Div, float("a"), Num::Literal(2.0));
        assert_eq!(comparison(&halved, Cmp::Gt, &Num::Literal(1.0), true).unwrap().to_string(), "a / 2 > 1");
    }

    #[test]
    fn constants_keep_every_digit() {
        for (value, text) in [(0.1 + 0.2, "0.30000000000000004"), (1e12, "1000000000000"), (-2.5, "-2.5")] {
            assert_eq!(literal(value).unwrap().to_string(), text);
        }
        assert_eq!(literal(1e19).unwrap().to_string(), "10000000000000000000.0");
        assert_eq!(literal(f64::NAN), None);
        assert_eq!(literal(1e300), None);
    }

    #[test]
    fn numbers_are_shown_as_go_shows_them() {
        for (value, text) in
            [(100.0, "100"), (0.5, "0.5"), (1e21, "1e+21"), (0.00001, "1e-05"), (f64::INFINITY, "+Inf")]
        {
            assert_eq!(go_float(value), text);
        }
    }
}
