//! The same as one JSON object, for tools: field by field in its order.

use super::time;
use lwas_runtime::why::{FieldChange, How, Step, Story, Why};
use lwas_runtime::{At, Rejection, Traced};
use serde::Serialize;
use serde_json::value::RawValue;

#[derive(Serialize)]
struct Entry<'a> {
    seq: u64,
    kind: String,
    time: String,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    event_type: Option<&'a str>,
    #[serde(flatten)]
    story: Option<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    caller: &'a str,
    data: Box<RawValue>,
    steps: Vec<Happened<'a>>,
    /// How many steps came after those.
    #[serde(skip_serializing_if = "is_none")]
    left_out: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Refused<'a>>,
}

/// A step, told apart by `step`.
#[derive(Serialize)]
#[serde(tag = "step", rename_all = "lowercase")]
enum Happened<'a> {
    Rule(Began<'a>),
    Belief(Began<'a>),
    Alert(Began<'a>),
    Action(Began<'a>),
    Rounded {
        source: String,
        at: String,
        exact: &'a str,
        result: &'a str,
        values: Vec<Seen<'a>>,
    },
    Change {
        row: &'a str,
        how: &'static str,
        source: String,
        at: String,
        within: &'a [String],
        values: Vec<Seen<'a>>,
        fields: Vec<Field<'a>>,
    },
    Axiom {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        row: Option<&'a str>,
        at: String,
        holds: bool,
        values: Vec<Seen<'a>>,
    },
}

#[derive(Serialize)]
struct Began<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

#[derive(Serialize)]
struct Field<'a> {
    name: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

#[derive(Serialize)]
struct Seen<'a> {
    source: String,
    at: String,
    value: &'a str,
}

#[derive(Serialize)]
struct Refused<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    axiom: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    values: Vec<Seen<'a>>,
}

/// One line of JSON.
pub fn text(why: &Why) -> String {
    let entry = &why.entry;
    let told = Entry {
        seq: entry.seq,
        kind: entry.kind.to_string(),
        time: time(entry.time),
        hash: entry.hash.to_string(),
        artifact: (entry.seq > 0).then(|| entry.artifact.to_string()),
        program: why.program.as_deref(),
        event_type: (!entry.event_type.is_empty()).then_some(entry.event_type.as_str()),
        story: why.story.as_ref().map(story),
    };
    serde_json::to_string(&told).expect("texts and numbers always have a JSON form")
}

fn story(story: &Story) -> Told<'_> {
    Told {
        id: story.id.as_deref(),
        caller: &story.caller,
        data: RawValue::from_string(story.data.clone()).expect("the runtime writes data as JSON"),
        steps: story.steps.iter().map(step).collect(),
        left_out: story.left_out,
        error: story.rejection.as_ref().map(refused),
    }
}

/// Whether nothing was left out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_none(left_out: &usize) -> bool {
    *left_out == 0
}

fn step(step: &Step) -> Happened<'_> {
    match step {
        Step::Began { what, name, at } => {
            let began = Began { name, at: at.as_ref().map(At::to_string) };
            match what.as_str() {
                "rule" => Happened::Rule(began),
                "belief" => Happened::Belief(began),
                "alert" => Happened::Alert(began),
                _ => Happened::Action(began),
            }
        }
        Step::Rounded { at, exact, result, values } => {
            let values = values.iter().map(seen).collect();
            Happened::Rounded { source: at.text(), at: at.to_string(), exact, result, values }
        }
        Step::Changed { at, within, row, how, fields, values } => {
            let how = match how {
                How::Created => "created",
                How::Changed => "changed",
                How::Deleted => "deleted",
            };
            let fields = fields.iter().map(field).collect();
            let values = values.iter().map(seen).collect();
            Happened::Change { row, how, source: at.text(), at: at.to_string(), within, values, fields }
        }
        Step::Law { name, row, at, holds, values } => {
            let values = values.iter().map(seen).collect();
            Happened::Axiom { name, row: row.as_deref(), at: at.to_string(), holds: *holds, values }
        }
    }
}

fn field(change: &FieldChange) -> Field<'_> {
    Field { name: &change.name, before: change.before.as_deref(), after: change.after.as_deref() }
}

fn seen(traced: &Traced) -> Seen<'_> {
    Seen { source: traced.at.text(), at: traced.at.to_string(), value: &traced.value }
}

fn refused(why: &Rejection) -> Refused<'_> {
    Refused {
        code: &why.code,
        message: &why.message,
        axiom: why.axiom.as_deref(),
        at: why.at.as_ref().map(At::to_string),
        values: why.traces.iter().map(seen).collect(),
    }
}
