//! What is reached from outside besides events and queries by name: routes, exports, and settings; and what the runner samples.

use crate::{EventId, Field, FuncId, Module, Place, StateId, Type, TypeId};
use lwas_base::{Reading, ReadingKind, SampleSource};
use std::fmt;

/// What answers requests for a path over HTTP. Of two routes that a path fits, the one with a word at the first part in
/// which they differ answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// What stands between the slashes; nothing of the path `/`.
    pub path: Vec<Segment>,
    /// What answers.
    pub target: Target,
    /// Where the path stands.
    pub place: Place,
}

impl Route {
    /// The fields whose values stand in the path, by their numbers, in the order of the path.
    pub fn fields_in_path(&self) -> impl Iterator<Item = usize> {
        self.path.iter().filter_map(|segment| match segment {
            Segment::Word(_) => None,
            Segment::Value(place) => Some(*place as usize),
        })
    }
}

/// A part of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    /// As it is: letters from a to z of either case, digits, `-`, `_`, `.` and `~`.
    Word(String),
    /// The value of the query's parameter, or the event's field, of this number.
    Value(u32),
}

/// What answers requests.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// `GET`: a query, by its place in [`Module::queries`]; parameters that are not in the path come from the query string.
    Get {
        /// Which.
        query: u32,
    },
    /// `POST`: an event, which is accepted from outside; fields that are not in the path come from the body.
    Post {
        /// Which.
        event: EventId,
        /// The status once it is applied: 200 to 299.
        status: u16,
        /// What makes the answer; none where the outcome is the answer.
        answer: Option<Answer>,
    },
}

/// A query that is asked after an event's commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its place in [`Module::queries`].
    pub query: u32,
    /// For each of its parameters the event's field that it is given, of the same name and type; none where it is left out.
    pub fields: Vec<Option<u32>>,
}

/// A function under a C symbol. Its types have a form in C: [`Module::has_c_form`].
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// The symbol.
    pub symbol: String,
    /// What it takes.
    pub params: Vec<Field>,
    /// What it gives.
    pub result: TypeId,
    /// The function.
    pub func: FuncId,
    /// Where the symbol is said.
    pub place: Place,
}

/// A state of one row that the configuration sets, through an event of the same name that is not accepted from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The path of its module, which has no other settings.
    pub module: String,
    /// The state.
    pub state: StateId,
    /// The event that sets all of it: its fields are the stored fields of the state.
    pub event: EventId,
}

/// An event that the runner makes again and again, accepted from outside or not. Its fields are readings of the source, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// From what.
    pub source: SampleSource,
    /// The event, which has no key.
    pub event: EventId,
    /// The query that says how often, by its place in [`Module::queries`]: it takes nothing and gives a Duration.
    pub interval: u32,
    /// The query that says to where the latency is measured, where the event has that field: it takes nothing and gives a `Text?`.
    pub address: Option<u32>,
    /// Where the attribute stands.
    pub place: Place,
}

impl Route {
    /// Which requests it takes: whether `GET`, and the words of its path, none where a value stands. Two routes with the same take the same
    /// requests.
    pub fn requests(&self) -> (bool, Vec<Option<&str>>) {
        let shape = self.path.iter().map(|segment| match segment {
            Segment::Word(word) => Some(word.as_str()),
            Segment::Value(_) => None,
        });
        (matches!(self.target, Target::Get { .. }), shape.collect())
    }
}

impl Module {
    /// Whether all values of a type have a plain text, as in a URL or on a command line.
    pub fn has_plain_text(&self, ty: TypeId) -> bool {
        match self.types.get(ty) {
            Some(Type::Bool | Type::Int | Type::Text | Type::Decimal(_) | Type::Amount(..) | Type::Money) => true,
            Some(Type::Number | Type::Float | Type::Currency | Type::Time | Type::Date | Type::Duration) => true,
            Some(Type::Enum(id)) => self.enums.get(*id).is_some_and(crate::Enum::is_plain),
            _ => false,
        }
    }

    /// Whether a type is that of a field that takes a reading.
    pub fn takes_reading(&self, ty: TypeId, reading: &Reading) -> bool {
        let plain = match (self.types.get(ty), reading.may_be_none) {
            (Some(Type::Option(of)), true) => self.types.get(*of),
            (_, true) => None,
            (plain, false) => plain,
        };
        matches!(
            (plain, reading.kind),
            (Some(Type::Text), ReadingKind::Text)
                | (Some(Type::Int), ReadingKind::Int)
                | (Some(Type::Decimal(1)), ReadingKind::Percent)
                | (Some(Type::Duration), ReadingKind::Duration)
        )
    }

    /// A sample as people read it: `machine Sample interval latency_to`.
    pub fn sample_text(&self, sample: &Sample) -> String {
        let query = |at: u32| self.queries.get(at as usize).map_or("?", |query| query.name.as_str());
        let event = self.events.get(sample.event).map_or("?", |event| event.name.as_str());
        let queries: String =
            [Some(sample.interval), sample.address].into_iter().flatten().map(|at| format!(" {}", query(at))).collect();
        format!("{} {event}{queries}", sample.source.name())
    }

    /// Whether values of a type have a form in C.
    pub fn has_c_form(&self, ty: TypeId) -> bool {
        !matches!(self.types.get(ty), Some(Type::Money | Type::Number | Type::Currency)) && self.has_plain_text(ty)
    }

    /// The fields that a route's values are of.
    pub fn route_fields(&self, route: &Route) -> &[Field] {
        let fields = match route.target {
            Target::Get { query } => self.queries.get(query as usize).map(|query| &query.params),
            Target::Post { event, .. } => {
                let record = self.events.get(event).and_then(|event| self.records.get(event.record));
                record.map(|record| &record.fields)
            }
        };
        fields.map(Vec::as_slice).unwrap_or_default()
    }

    /// A route as people read it, with what may stand in a query string: `GET /accounts/{id} account`,
    /// `GET /accounts?after&limit accounts`, `POST /sales Sale 201 recorded`.
    pub fn route_text(&self, route: &Route) -> String {
        RouteText(self, route).to_string()
    }
}

struct RouteText<'a>(&'a Module, &'a Route);

impl fmt::Display for RouteText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RouteText(module, route) = self;
        let query = |at: u32| module.queries.get(at as usize).map_or("?", |query| query.name.as_str());
        f.write_str(match route.target {
            Target::Get { .. } => "GET ",
            Target::Post { .. } => "POST ",
        })?;
        let fields = module.route_fields(route);
        for segment in &route.path {
            match segment {
                Segment::Word(word) => write!(f, "/{word}")?,
                Segment::Value(at) => {
                    write!(f, "/{{{}}}", fields.get(*at as usize).map_or("?", |field| field.name.as_str()))?;
                }
            }
        }
        if route.path.is_empty() {
            f.write_str("/")?;
        }
        if let Target::Get { .. } = route.target {
            let others = (0..).zip(fields).filter(|(at, _)| !route.path.contains(&Segment::Value(*at)));
            let others: Vec<&str> = others.map(|(_, field)| field.name.as_str()).collect();
            write!(f, "{}{}", if others.is_empty() { "" } else { "?" }, others.join("&"))?;
        }
        match &route.target {
            Target::Get { query: at } => write!(f, " {}", query(*at)),
            Target::Post { event, status, answer } => {
                write!(f, " {} {status}", module.events.get(*event).map_or("?", |event| event.name.as_str()))?;
                answer.iter().try_for_each(|answer| write!(f, " {}", query(answer.query)))
            }
        }
    }
}
