//! What attributes say of a program: its routes, its exports, its settings and what it has sampled.

use super::{EventId, FunctionId, ModuleId, StateId};
use lwas_base::{SampleSource, Span};

/// `@get` or `@post`: what answers requests for a path.
#[derive(Clone, Debug)]
pub struct Route {
    /// What stands between the slashes; nothing of the path `/`.
    pub path: Vec<Segment>,
    /// What answers.
    pub target: Target,
    /// Where the path stands.
    pub span: Span,
}

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// As it is.
    Word(String),
    /// The value of the query's parameter, or the event's field, of this number.
    Value(u32),
}

/// What answers requests.
#[derive(Clone, Debug)]
pub enum Target {
    /// `@get`: a query; parameters that are not in the path come from the query string.
    Get(FunctionId),
    /// `@post`: an event.
    Post {
        /// Which; fields that are not in the path come from the body.
        event: EventId,
        /// The status once it is applied: 200 to 299.
        status: u16,
        /// What makes the answer; none where the outcome is the answer.
        answer: Option<Answer>,
    },
}

/// A query that is asked after an event's commit.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The query.
    pub query: FunctionId,
    /// For each of its parameters the event's field of that name; none where it is left out.
    pub fields: Vec<Option<u32>>,
}

/// `@export`: a function under a C symbol.
#[derive(Clone, Debug)]
pub struct Export {
    /// The symbol.
    pub symbol: String,
    /// The function, a `fn`.
    pub function: FunctionId,
    /// Where the symbol is said.
    pub span: Span,
}

/// `@settings`: a state of one row that the configuration sets, one a module.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it is declared.
    pub module: ModuleId,
    /// The state.
    pub state: StateId,
    /// The event of the same name that sets all of it: its fields are the stored ones of the state.
    pub event: EventId,
    /// Where the attribute stands.
    pub span: Span,
}

/// `@sample`: an event that the runner makes again and again. Its fields are readings of the source.
#[derive(Clone, Debug)]
pub struct Sample {
    /// From what.
    pub source: SampleSource,
    /// The event.
    pub event: EventId,
    /// The query that says how often.
    pub interval: FunctionId,
    /// The query that says to where the latency is measured; there where the event has that field.
    pub address: Option<FunctionId>,
    /// Where the attribute stands.
    pub span: Span,
}
