//! Functions of PromQL: those of ranges, which become states of their own, and the few others that LwaS can say.

use super::{Domain, Part, Refusal, Row, Said, Translator, selector};
use crate::code::{Code, Num};
use crate::needs::{RangeFunction, Source};
use promql_parser::parser::{Call, Expr, MatrixSelector};

/// Why a function is refused.
fn reason(name: &str) -> String {
    let why = match name {
        "predict_linear" | "deriv" | "double_exponential_smoothing" | "holt_winters" => {
            "fits a line to the samples of a range, which no aggregate of LwaS does"
        }
        "histogram_quantile" => "interpolates within buckets, and quantiles of LwaS are one of the values",
        "quantile_over_time" => "interpolates between two values, and the quantile of LwaS is one of them",
        "irate" | "idelta" => "reads the last two samples of a range, of which LwaS keeps one",
        "label_replace" | "label_join" => "makes labels, and LwaS cannot take texts apart",
        "changes" | "resets" | "stddev_over_time" | "stdvar_over_time" | "mad_over_time" => {
            "is computed of all samples of a range, and is none of the aggregates that LwaS keeps"
        }
        "time" | "timestamp" | "hour" | "minute" | "month" | "year" | "day_of_month" | "day_of_week"
        | "day_of_year" | "days_in_month" => {
            "depends on the time of evaluation alone, and LwaS judges when something happens"
        }
        "sort" | "sort_desc" | "sort_by_label" | "sort_by_label_desc" => {
            "orders series, which means nothing to an alert"
        }
        "scalar" => "is a number only where there is one series",
        _ => "has no counterpart in LwaS",
    };
    format!("`{name}` {why}")
}

fn first_argument(call: &Call) -> Said<&Expr> {
    let mut expr = call.args.args.first().map(|arg| arg.as_ref());
    while let Some(Expr::Paren(paren)) = expr {
        expr = Some(&paren.expr);
    }
    expr.ok_or_else(|| Refusal::new(format!("`{}` lacks its argument", call.func.name), call.func.name))
}

/// The function of a range and what it reads.
fn range(call: &Call) -> Said<Option<(Source, &MatrixSelector)>> {
    let Some(function) = RangeFunction::named(call.func.name) else { return Ok(None) };
    let Expr::MatrixSelector(matrix) = first_argument(call)? else {
        let why = "a subquery evaluates an expression at past times, which LwaS does not keep";
        return Err(Refusal::new(why, call.func.name));
    };
    let source = selector::source(&matrix.vs)?;
    Ok(Some((Source { over: Some((function, matrix.range)), ..source }, matrix)))
}

impl Translator<'_> {
    pub(super) fn domain_of_call(&self, call: &Call) -> Said<Domain> {
        if let Some((source, _)) = range(call)? {
            return Ok(Domain::Series(source));
        }
        match call.func.name {
            "absent" => match self.domain(first_argument(call)?)? {
                Domain::Series(_) | Domain::Whole => Ok(Domain::Whole),
                _ => Err(Refusal::new("`absent` of groups", "absent")),
            },
            "vector" => match self.domain(first_argument(call)?)? {
                Domain::Scalar => Ok(Domain::Whole),
                _ => Err(Refusal::new("`vector` takes a number", "vector")),
            },
            "abs" => self.domain(first_argument(call)?),
            name => Err(Refusal::new(reason(name), name)),
        }
    }

    pub(super) fn call(&mut self, call: &Call, row: &Row, is_total: bool) -> Said<Part> {
        self.domain_of_call(call)?;
        if let Some((source, matrix)) = range(call)? {
            return self.series(&source, &matrix.vs, row);
        }
        let argument = first_argument(call)?;
        match call.func.name {
            "vector" => self.part(argument, row, is_total),
            "abs" => {
                let part = self.part(argument, row, is_total)?;
                Ok(Part { value: Num::Call("abs", Box::new(part.value)), ..part })
            }
            _ => self.absent(argument),
        }
    }

    fn absent(&mut self, argument: &Expr) -> Said<Part> {
        let none = match self.domain(argument)? {
            Domain::Series(source) => {
                let inner = self.inner(argument, &source)?;
                super::aggregate::lacks(&self.naming.state(&source), &inner.required())
            }
            _ => Code::all(&self.part(argument, &Row::Whole, true)?.required()).not(),
        };
        Ok(Part { conditions: vec![none], reads_others: true, ..Part::always(Num::Literal(1.0)) })
    }
}
