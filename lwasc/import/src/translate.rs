//! PromQL to conditions of LwaS, exactly or not at all. An expression has a **domain**, the rows of which it may give one element
//! each: the series of a metric, the groups of an aggregation, or a single one. Within the domain's row an expression is a
//! **part**: what must hold for the element to be there, and its value. What has no such form is refused with the reason.

mod aggregate;
mod binary;
mod call;
mod selector;

use crate::code::{Code, Num, Unsaid};
use crate::needs::{Naming, Needs, Source};
use promql_parser::parser::Expr;

/// Why an expression is refused: a clause for people, and the word of the expression that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A clause such as "`predict_linear` extrapolates by a regression".
    pub why: String,
    /// A word of the source.
    pub word: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(why: impl Into<String>, word: impl Into<String>) -> Refusal {
        Refusal { why: why.into(), word: word.into() }
    }
}

/// What a step of the translation gives.
pub type Said<T> = Result<T, Refusal>;

/// Of which rows an expression may give an element each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Domain {
    /// None: it is a number.
    Scalar,
    /// The series of a metric, or of a function of its samples.
    Series(Source),
    /// Groups of such series, by these labels in order of name.
    Groups(Source, Vec<String>),
    /// One.
    Whole,
}

/// The row in which code stands.
#[derive(Clone, Debug)]
pub enum Row<'r> {
    /// `var` is a row of the source's state.
    Series(&'r Source, &'r str),
    /// `var` is a row of the state of groups.
    Groups(&'r [String], &'r str, &'r Source),
    /// There is none.
    Whole,
}

/// What an expression is in a row.
#[derive(Clone, Debug)]
pub struct Part {
    /// Conditions on the labels of the row itself.
    pub filters: Vec<Code>,
    /// The fields of the labels of which a filter says that they equal a text.
    pub equal: Vec<String>,
    /// What else must hold for an element to be there.
    pub conditions: Vec<Code>,
    /// Its value.
    pub value: Num,
    /// Whether something else is read than the row itself.
    pub reads_others: bool,
}

impl Part {
    /// A part of which nothing is required.
    pub fn always(value: Num) -> Part {
        Part { filters: vec![], equal: vec![], conditions: vec![], value, reads_others: false }
    }

    /// All that is required.
    pub fn required(&self) -> Vec<Code> {
        [self.filters.clone(), self.conditions.clone()].concat()
    }
}

/// Translates expressions of one program.
pub struct Translator<'t> {
    /// What is needed, as it is found.
    pub needs: Needs,
    /// What the pass before has found.
    pub known: &'t Needs,
    /// Names of states.
    pub naming: &'t mut Naming,
}

impl Translator<'_> {
    /// The domain of an expression.
    pub fn domain(&self, expr: &Expr) -> Said<Domain> {
        match expr {
            Expr::NumberLiteral(_) => Ok(Domain::Scalar),
            Expr::Paren(paren) => self.domain(&paren.expr),
            Expr::Unary(unary) => self.domain(&unary.expr),
            Expr::VectorSelector(selector) => Ok(Domain::Series(selector::source(selector)?)),
            Expr::Call(call) => self.domain_of_call(call),
            Expr::Aggregate(aggregate) => self.domain_of_aggregate(aggregate),
            Expr::Binary(binary) => self.domain_of_binary(binary),
            Expr::MatrixSelector(_) => Err(Refusal::new("a range stands outside a function of ranges", "[")),
            Expr::Subquery(_) => {
                Err(Refusal::new("a subquery evaluates an expression at past times, which LwaS does not keep", "["))
            }
            Expr::StringLiteral(text) => Err(Refusal::new("a text is no vector", text.val.clone())),
            Expr::Extension(_) => Err(Refusal::new("it is no PromQL that Prometheus knows", "")),
        }
    }

    /// The expression in a row of its domain, or of one whose labels lead to it. `is_total` says that all its code must have a
    /// value, since something else is true where it has none.
    pub fn part(&mut self, expr: &Expr, row: &Row, is_total: bool) -> Said<Part> {
        match expr {
            Expr::NumberLiteral(number) => Ok(Part::always(Num::Literal(number.val))),
            Expr::Paren(paren) => self.part(&paren.expr, row, is_total),
            Expr::Unary(unary) => {
                let part = self.part(&unary.expr, row, is_total)?;
                let value = Num::bin(crate::code::Op::Mul, Num::Literal(-1.0), part.value);
                Ok(Part { value, ..part })
            }
            Expr::VectorSelector(selector) => {
                let source = selector::source(selector)?;
                self.series(&source, selector, row)
            }
            Expr::Call(call) => self.call(call, row, is_total),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate, row),
            Expr::Binary(binary) => self.binary(binary, row, is_total),
            _ => self.domain(expr).map(|_| Part::always(Num::Literal(0.0))),
        }
    }

    /// The code of a label of the row.
    pub fn label(&mut self, label: &str, row: &Row) -> Said<Code> {
        match row {
            Row::Series(source, var) => {
                self.needs.of(source).labels.entry(label.to_owned()).or_default();
                Ok(Code::atom(format!("{var}.{}", crate::needs::field(label))))
            }
            Row::Groups(labels, var, _) if labels.iter().any(|one| one == label) => {
                Ok(Code::atom(format!("{var}.{}", crate::needs::field(label))))
            }
            _ => Err(Refusal::new(format!("the left side has no label `{label}`"), label)),
        }
    }

    /// The code of a label of the row by which other rows are found.
    pub fn leading_label(&mut self, label: &str, row: &Row) -> Said<Code> {
        let code = self.label(label, row)?;
        if let Row::Series(source, _) = row {
            self.needs.of(source).labels.insert(label.to_owned(), true);
        }
        Ok(code)
    }

    /// Whether values of the source are decimals.
    pub fn is_exact(&self, source: &Source) -> bool {
        source.over.is_some() || self.known.kept.get(source).is_some_and(|kept| kept.is_exact)
    }
}

/// The refusal of a number that can't be said.
pub fn unsaid(why: Unsaid, word: &str) -> Refusal {
    match why {
        Unsaid::Division => Refusal::new(
            "what this division is where its divisor is zero decides the comparison, and LwaS has no infinite numbers",
            word,
        ),
        Unsaid::Infinite => {
            Refusal::new("a constant here is infinite, too large or too small for a decimal of LwaS", word)
        }
    }
}
