//! What a program must keep of each metric so that its alerts can be judged: which labels have a field, by which labels rows are
//! grouped, which ends are looked up. Rules are translated twice: the first time says what is needed, the second reads it.

use crate::names::{Names, camel, snake};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What is computed of a series' samples in a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RangeFunction {
    /// Per second, of a counter.
    Rate,
    /// In all, of a counter.
    Increase,
    /// In all, of a gauge.
    Delta,
    /// The average.
    Avg,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The sum.
    Sum,
    /// How many.
    Count,
    /// The last.
    Last,
}

impl RangeFunction {
    const ALL: [RangeFunction; 9] = [
        RangeFunction::Rate,
        RangeFunction::Increase,
        RangeFunction::Delta,
        RangeFunction::Avg,
        RangeFunction::Min,
        RangeFunction::Max,
        RangeFunction::Sum,
        RangeFunction::Count,
        RangeFunction::Last,
    ];

    /// The function that PromQL calls so.
    pub fn named(name: &str) -> Option<RangeFunction> {
        RangeFunction::ALL.into_iter().find(|function| function.promql() == name)
    }

    /// What PromQL calls it.
    pub fn promql(self) -> &'static str {
        match self {
            RangeFunction::Rate => "rate",
            RangeFunction::Increase => "increase",
            RangeFunction::Delta => "delta",
            RangeFunction::Avg => "avg_over_time",
            RangeFunction::Min => "min_over_time",
            RangeFunction::Max => "max_over_time",
            RangeFunction::Sum => "sum_over_time",
            RangeFunction::Count => "count_over_time",
            RangeFunction::Last => "last_over_time",
        }
    }

    /// Whether it extrapolates between the first and the last sample.
    pub fn extrapolates(self) -> bool {
        matches!(self, RangeFunction::Rate | RangeFunction::Increase | RangeFunction::Delta)
    }

    /// Whether it looks for a counter's resets.
    pub fn is_counter(self) -> bool {
        matches!(self, RangeFunction::Rate | RangeFunction::Increase)
    }

    /// The word for it in names.
    pub fn word(self) -> &'static str {
        match self {
            RangeFunction::Rate => "rate",
            RangeFunction::Increase => "increase",
            RangeFunction::Delta => "delta",
            RangeFunction::Avg => "average",
            RangeFunction::Min => "least",
            RangeFunction::Max => "most",
            RangeFunction::Sum => "total",
            RangeFunction::Count => "samples",
            RangeFunction::Last => "last",
        }
    }
}

/// What a series is of: a metric itself, or a function of its samples in a range.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The metric.
    pub metric: String,
    /// What is computed, and over which range; `None` is the last sample.
    pub over: Option<(RangeFunction, Duration)>,
}

/// What is kept of one source, in a state of its own.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Labels that have a field, and whether rows are found by it.
    pub labels: BTreeMap<String, bool>,
    /// Whether values are added or put in order, so that they are decimals.
    pub is_exact: bool,
    /// By which labels rows are grouped.
    pub groups: BTreeSet<Vec<String>>,
    /// Behind which labels the ends of the values are looked up.
    pub ends: BTreeSet<Vec<String>>,
}

/// A function of the program that texts call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Helper {
    /// `shown`
    Shown,
    /// `fixed2`
    Fixed(u8),
    /// `percentage`
    Percentage,
}

/// All that is needed.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// By source.
    pub kept: BTreeMap<Source, Kept>,
    /// Functions of the program that texts call.
    pub helpers: BTreeSet<Helper>,
}

impl Needs {
    /// What is kept of `source`, from now on at least that there is one.
    pub fn of(&mut self, source: &Source) -> &mut Kept {
        self.kept.entry(source.clone()).or_default()
    }
}

/// The names of all that is kept, each its own.
#[derive(Debug)]
pub struct Naming {
    states: Names,
    values: Names,
}

/// Types that every program has, or that the translation writes.
const TYPES: &[&str] = &[
    "Alert",
    "Bool",
    "Currency",
    "Date",
    "Decimal",
    "Duration",
    "Float",
    "Int",
    "List",
    "Map",
    "Money",
    "Notification",
    "Number",
    "Sample",
    "Scrape",
    "Severity",
    "Status",
    "Text",
    "Time",
    "Tick",
];

/// Values and functions that every program has, or that the translation writes.
const VALUES: &[&str] = &[
    "abs",
    "alert",
    "alerts",
    "and",
    "avg",
    "caller",
    "ceil",
    "count",
    "else",
    "event_seq",
    "exact",
    "false",
    "first",
    "float",
    "floor",
    "fold",
    "for",
    "if",
    "in",
    "last",
    "length",
    "let",
    "ln",
    "match",
    "max",
    "min",
    "none",
    "not",
    "now",
    "or",
    "quantile",
    "range",
    "rate",
    "require",
    "resonance",
    "round",
    "series_of",
    "shown",
    "some",
    "sort",
    "split",
    "sqrt",
    "sum",
    "time",
    "true",
    "g",
    "s",
    "x",
    "e",
    "is_firing",
    "present",
];

/// Fields that each kept series has.
const FIELDS: &[&str] = &["series", "labels", "value", "stale_at", "time", "seq", "at"];

impl Default for Naming {
    fn default() -> Naming {
        Naming { states: Names::without(TYPES), values: Names::without(VALUES) }
    }
}

impl Naming {
    /// The state of a source.
    pub fn state(&mut self, source: &Source) -> String {
        let wanted = format!("{}{}", source.metric, suffix(source));
        self.states.of(&wanted, camel(&wanted))
    }

    /// The state of the groups of a source's rows.
    pub fn groups(&mut self, source: &Source, labels: &[String]) -> String {
        let wanted = format!("{}{}_by_{}", source.metric, suffix(source), labels.join("_"));
        let thing = format!("{wanted} {}", labels.join(" "));
        self.states.of(&thing, camel(&wanted))
    }

    /// The journal of a metric's samples.
    pub fn samples(&mut self, metric: &str) -> String {
        self.states.of(&format!("samples of {metric}"), camel(&format!("{metric}_sample")))
    }

    /// The state of the series that have samples in the longest range.
    pub fn heard(&mut self, metric: &str) -> String {
        self.states.of(&format!("series of {metric}"), camel(&format!("{metric}_series")))
    }

    /// What values of a source are called: the field of a scrape, its actions and rules.
    pub fn value(&mut self, source: &Source) -> String {
        let wanted = format!("{}{}", source.metric, suffix(source));
        self.values.of(&wanted, snake(&wanted))
    }

    /// An alert, which is never the same twice.
    pub fn alert(&mut self, name: &str) -> String {
        self.values.fresh(snake(name))
    }
}

fn suffix(source: &Source) -> String {
    match source.over {
        Some((function, range)) => format!("_{}_{}", function.word(), crate::time::written(range)),
        None => String::new(),
    }
}

/// The field of a label.
pub fn field(label: &str) -> String {
    let name = snake(label);
    let is_same = name == label && !FIELDS.contains(&label);
    if is_same { name } else { format!("label_{name}") }
}
