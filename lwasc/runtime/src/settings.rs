//! Settings: states of one row that the configuration sets. In comes what the configuration says of all of them; where a row says
//! something else, an event of the program that no outside knows sets it, in an entry of the log like any other.
//!
//! Such an entry takes no time of its own: it has that of the entry before it, so that events of the past can still come behind it.

use lwas_ir::{Key, Module, Settings, Value, World as _};

use crate::data::{DecodeError, Decoder};
use crate::error::RuntimeError;
use crate::judge::{Incoming, Runtime};
use crate::outcome::{Outcome, Rejection};
use crate::store::Store;

/// Settings that were set, or the first of them that was refused.
pub type Outcomes = Result<Vec<Set>, Refused>;

/// Settings that an entry has set.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// The event, as the log names it.
    pub event: String,
    /// The entry's number.
    pub seq: u64,
}

/// Settings that the program's laws refuse. Nothing was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The event, as the log would name it.
    pub event: String,
    /// Why.
    pub rejection: Rejection,
}

/// Reads what the configuration says of one module's settings: the fields as a JSON object. What is left out has its default.
///
/// # Errors
/// What is wrong, and where in the JSON.
pub fn read(decoder: &Decoder, settings: &Settings, json: &str) -> Result<Value, Box<DecodeError>> {
    decoder.decode_data(settings.event, json.as_bytes(), [])
}

/// The events that set what differs from what is there. `wanted` has a value for each of the module's settings, in their
/// order.
///
/// # Errors
/// The world can't be read.
pub fn differing(module: &Module, store: &mut Store<'_>, wanted: &[Value]) -> Result<Vec<Incoming>, RuntimeError> {
    let mut events = Vec::new();
    for (settings, value) in module.settings.iter().zip(wanted) {
        let row = store.row(settings.state, &Key::new());
        let row = row.map_err(|error| match store.take_failure() {
            Some(failure) => failure.into(),
            None => RuntimeError::World(error.0),
        })?;
        let stored = module.states[settings.state].stored as usize;
        let same = match (&row, value) {
            (Some(row), Value::Record(fields)) => row.get(..stored) == Some(fields.as_ref()),
            _ => false,
        };
        if !same {
            events.push(Incoming::bare(settings.event, value.clone()));
        }
    }
    Ok(events)
}

/// Sets what differs from what is there, all of it or nothing, durably.
///
/// # Errors
/// As [`Runtime::apply_transaction`].
pub fn apply(runtime: &mut Runtime, wanted: &[Value]) -> Result<Outcomes, RuntimeError> {
    runtime.commit()?;
    let module = runtime.program().module.clone();
    let time = runtime.last_time();
    let mut events = differing(&module, runtime.parts().1, wanted)?;
    events.iter_mut().for_each(|event| event.time = Some(time));
    let name = |event: &Incoming| module.events[event.event].name.clone();
    match runtime.apply_transaction(&events, time)? {
        Ok(outcomes) => {
            let set = |(event, outcome): (&Incoming, Outcome)| match outcome {
                Outcome::Applied { seq } => Some(Set { event: name(event), seq }),
                Outcome::Duplicate { .. } | Outcome::Rejected(_) => None,
            };
            Ok(Ok(events.iter().zip(outcomes).filter_map(set).collect()))
        }
        Err((place, rejection)) => {
            let event = events.get(place).map(name).unwrap_or_default();
            Ok(Err(Refused { event, rejection }))
        }
    }
}
