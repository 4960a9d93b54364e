//! Aggregations: one element for each group of series, kept by difference.

use super::{Domain, Part, Refusal, Row, Said, Translator};
use crate::code::{Code, Num};
use crate::needs::Source;
use promql_parser::parser::{AggregateExpr, Expr, LabelModifier};

/// `count(x in S where p) > 0`.
pub fn exists(state: &str, filter: &[Code]) -> Code {
    Code::compare(&Code::atom(count(state, filter)), ">", &Code::atom("0"))
}

/// `count(x in S where p) == 0`.
pub fn lacks(state: &str, filter: &[Code]) -> Code {
    Code::compare(&Code::atom(count(state, filter)), "==", &Code::atom("0"))
}

fn count(state: &str, filter: &[Code]) -> String {
    format!("count(x in {state}{})", filtered(filter))
}

fn filtered(filter: &[Code]) -> String {
    if filter.is_empty() { String::new() } else { format!(" where {}", Code::all(filter)) }
}

/// By which labels an aggregation groups, in order of name.
fn labels(aggregate: &AggregateExpr) -> Said<Vec<String>> {
    match &aggregate.modifier {
        None => Ok(vec![]),
        Some(LabelModifier::Include(labels)) => {
            let mut names = labels.labels.clone();
            names.sort();
            names.dedup();
            Ok(names)
        }
        Some(LabelModifier::Exclude(_)) => {
            let why =
                "`without` keeps labels that the rule does not name, so its groups have no key: name them with `by`";
            Err(Refusal::new(why, "without"))
        }
    }
}

impl Translator<'_> {
    pub(super) fn domain_of_aggregate(&self, aggregate: &AggregateExpr) -> Said<Domain> {
        let op = aggregate.op.to_string();
        match op.as_str() {
            "sum" | "avg" | "min" | "max" | "count" | "group" => {}
            "topk" | "bottomk" | "limitk" | "limit_ratio" => {
                return Err(Refusal::new(
                    format!("`{op}` chooses among series, and an alert of LwaS judges each by itself"),
                    op,
                ));
            }
            "quantile" => {
                return Err(Refusal::new(
                    "`quantile` interpolates between two values, and that of LwaS is one of them",
                    op,
                ));
            }
            _ => return Err(Refusal::new(format!("`{op}` is not kept by difference"), op)),
        }
        let labels = labels(aggregate)?;
        match self.domain(&aggregate.expr)? {
            Domain::Series(_) if labels.is_empty() => Ok(Domain::Whole),
            Domain::Series(source) => Ok(Domain::Groups(source, labels)),
            _ => Err(Refusal::new(
                format!("`{op}` is of what is aggregated already, and only sums of rows are kept"),
                op,
            )),
        }
    }

    /// An expression over the rows `x` of one state, which reads nothing else.
    pub(super) fn inner(&mut self, expr: &Expr, source: &Source) -> Said<Part> {
        self.needs.of(source).is_exact = true;
        let inner = self.part(expr, &Row::Series(source, "x"), true)?;
        if inner.reads_others {
            let why = "an aggregation over several metrics is not kept by difference: aggregate each by itself";
            return Err(Refusal::new(why, source.metric.clone()));
        }
        Ok(inner)
    }

    pub(super) fn aggregate(&mut self, aggregate: &AggregateExpr, row: &Row) -> Said<Part> {
        let op = aggregate.op.to_string();
        let labels = labels(aggregate)?;
        self.domain_of_aggregate(aggregate)?;
        let Domain::Series(source) = self.domain(&aggregate.expr)? else {
            return Err(Refusal::new(format!("`{op}` is of no series"), op));
        };
        let is_own = matches!(row, Row::Groups(by, _, own) if **by == *labels && **own == source);
        let mut filter = Vec::new();
        for label in &labels {
            let theirs = self.label(label, &Row::Series(&source, "x"))?;
            filter.push(Code::compare(&theirs, "==", &self.leading_label(label, row)?));
        }
        let inner = self.inner(&aggregate.expr, &source)?;
        let is_filtered = !inner.required().is_empty();
        // An index finds what is equal only; what else there is, is kept in order.
        let is_found = inner.conditions.is_empty() && inner.filters.len() == inner.equal.len();
        if is_found && matches!(op.as_str(), "min" | "max") {
            let mut by: Vec<String> = labels.iter().map(|label| crate::needs::field(label)).collect();
            for field in &inner.equal {
                if !by.contains(field) {
                    by.push(field.clone());
                }
            }
            self.needs.of(&source).ends.insert(by);
        }
        filter.extend(inner.required());
        let state = self.naming.state(&source);
        let conditions = if is_own && !is_filtered { vec![] } else { vec![exists(&state, &filter)] };
        let value = self.aggregated(&op, &inner.value, &state, &filter)?;
        Ok(Part { conditions, reads_others: true, ..Part::always(value) })
    }

    fn aggregated(&mut self, op: &str, value: &Num, state: &str, filter: &[Code]) -> Said<Num> {
        if op == "group" {
            return Ok(Num::Literal(1.0));
        }
        if op == "count" {
            return Ok(Num::Exact { code: Code::atom(count(state, filter)), counts: true });
        }
        let code = match value {
            Num::Exact { code, .. } | Num::Float(code) if code.to_string() == "x.value" => code,
            _ => {
                let why =
                    format!("`{op}` is of values that are computed, and only values of samples are kept by difference");
                return Err(Refusal::new(why, op));
            }
        };
        let code = Code::atom(format!("{op}({code} for x in {state}{})", filtered(filter)));
        let code = if matches!(op, "min" | "max") { code.or_else("0") } else { code };
        Ok(Num::Exact { code, counts: false })
    }
}
