//! Why an entry of the log is what it is.
//!
//! The log is replayed up to the entry, as an audit does it, in a ledger in memory; then the entry itself is judged by the
//! interpreter with somebody watching (`watch`), who writes down what happens in its order. Nothing of the ledger is changed.

mod watch;
mod words;

use std::sync::Arc;

use lwas_ir::Env;
use lwas_ledger::{Entry, Kind, Ledger};
use lwas_seal::Hash;

use crate::attach::OpenArtifact;
use crate::audit::replay::{Replay, incoming};
use crate::data;
use crate::error::RuntimeError;
use crate::judge::pass::{Job, Pass, Stopped};
use crate::judge::{Incoming, Runtime, explain, is_due};
use crate::outcome::{At, Rejection, Traced};
use watch::Watched;

/// Why an entry is what it is.
#[derive(Clone, Debug)]
pub struct Why {
    /// The entry.
    pub entry: Entry,
    /// What the entry was made of, where it is an event.
    pub story: Option<Story>,
    /// Of a program: its name.
    pub program: Option<String>,
}

/// What happened with an event.
#[derive(Clone, Debug)]
pub struct Story {
    /// Its data as JSON.
    pub data: String,
    /// The envelope's id.
    pub id: Option<String>,
    /// Who sent it; empty when nobody is named.
    pub caller: String,
    /// What happened, in order. Of a rejected event, up to where it was rejected; nothing of it was kept.
    pub steps: Vec<Step>,
    /// How many steps came after those, of an event with very many.
    pub left_out: usize,
    /// Why it was rejected.
    pub rejection: Option<Rejection>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Step {
    /// A rule began, or what is asked after the laws.
    Began {
        /// `rule`, `belief`, `alert`, or `action` for one of the standard library that records what became of these.
        what: String,
        /// Its name.
        name: String,
        /// Where it is.
        at: Option<At>,
    },
    /// A number was rounded.
    Rounded {
        /// The rounding expression.
        at: At,
        /// All digits, or a fraction where no number of digits is enough.
        exact: String,
        /// What became of it.
        result: String,
        /// What it was computed from.
        values: Vec<Traced>,
    },
    /// A row was created, changed or deleted.
    Changed {
        /// The statement.
        at: At,
        /// The function in which it stands, then the one that called that, up to the rule.
        within: Vec<String>,
        /// The row, as people name it.
        row: String,
        /// Which of the three.
        how: How,
        /// Its stored fields that differ, without the key.
        fields: Vec<FieldChange>,
        /// What an assigned value was computed from.
        values: Vec<Traced>,
    },
    /// A law was checked.
    Law {
        /// Its name.
        name: String,
        /// The row that it was checked for; none for a law of the whole.
        row: Option<String>,
        /// Where it is.
        at: At,
        /// Whether it holds.
        holds: bool,
        /// The values that decided.
        values: Vec<Traced>,
    },
}

/// What was done to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is new.
    Created,
    /// It was there before.
    Changed,
    /// It is gone.
    Deleted,
}

/// A field of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name.
    pub name: String,
    /// Its value before; none where there was no row.
    pub before: Option<String>,
    /// Its value now; none where there is no row any more.
    pub after: Option<String>,
}

/// Tells why an entry is what it is. `progress` is told how many entries are replayed.
///
/// # Errors
/// There is no such entry; an entry before it does not follow from the log, so that nothing can be said of this one; an artifact
/// is missing or can't be opened; the ledger can't be read.
pub fn why(
    ledger: &mut Ledger,
    open: OpenArtifact<'_>,
    seq: u64,
    mut progress: impl FnMut(u64),
) -> Result<Why, RuntimeError> {
    let last = ledger.head()?.seq;
    let no_entry = || RuntimeError::NoEntry { seq, last };
    let genesis = ledger.genesis().clone();
    let mut replay = Replay::new(open, Ledger::temporary(&genesis)?);
    let snapshot = ledger.snapshot()?;
    let entry = snapshot.entry(seq)?.ok_or_else(no_entry)?;
    if entry.kind == Kind::Program || seq == 0 {
        let opened = if seq == 0 { None } else { Some(crate::attach::open_stored(&snapshot, entry.artifact, open)?) };
        return Ok(Why { entry, story: None, program: opened.map(|opened| opened.module.name) });
    }
    for before in snapshot.entries(1)? {
        let before = before?;
        if before.seq >= seq {
            break;
        }
        if let Some(what) = replay.entry(&snapshot, &before)? {
            return Err(RuntimeError::Replay { seq: before.seq, what });
        }
        progress(before.seq);
    }
    let story = match replay.runtime() {
        Some(runtime) => story(runtime, &entry)?,
        None => return Err(RuntimeError::Replay { seq, what: "an event stands before the first program".into() }),
    };
    Ok(Why { entry, story: Some(story), program: None })
}

/// Judges the event of an entry once more, with somebody watching.
fn story(runtime: &mut Runtime, entry: &Entry) -> Result<Story, RuntimeError> {
    let differs = |what: String| RuntimeError::Replay { seq: entry.seq, what };
    if runtime.artifact() != entry.artifact {
        return Err(differs(other_artifact(entry.artifact, runtime.artifact())));
    }
    let program = Arc::clone(runtime.program());
    if is_due(&entry.event_type) {
        let due = runtime.next_due(entry.time)?.filter(|due| due.entry_type(&program) == entry.event_type);
        let due = due.ok_or_else(|| differs("no such rule was due".into()))?;
        let Seen { steps, left_out, rejection } = watched(runtime, (&Job::Due(&due), ""), (entry.time, entry.seq))?;
        return Ok(Story { data: due.json(&program), id: None, caller: String::new(), steps, left_out, rejection });
    }
    let event = incoming(&program, entry).map_err(differs)?;
    let data = data::json_text(&program.module, program.event(event.event).data, &event.data);
    let Seen { steps, left_out, rejection } = watched(
        runtime,
        (&Job::Event { event: event.event, data: &event.data }, &event.caller),
        (entry.time, entry.seq),
    )?;
    let was_rejected = entry.kind == Kind::Rejected;
    if was_rejected != rejection.is_some() {
        return Err(differs(format!("the log says it was {}, but the replay says otherwise", entry.kind)));
    }
    let id = event.id.as_deref().map(str::to_owned);
    Ok(Story { data, id, caller: event.caller.to_string(), steps, left_out, rejection })
}

fn other_artifact(named: Hash, at_work: Hash) -> String {
    format!("it names artifact {named}, but {at_work} is at work")
}

/// What was seen of one pass.
struct Seen {
    steps: Vec<Step>,
    left_out: usize,
    rejection: Option<Rejection>,
}

/// What would happen with an event that the runtime judges next; nothing is kept of it.
///
/// # Errors
/// The world is wrong, or we are.
pub fn foresee(runtime: &mut Runtime, event: &Incoming, time: i64) -> Result<Story, RuntimeError> {
    let program = Arc::clone(runtime.program());
    let data = data::json_text(&program.module, program.event(event.event).data, &event.data);
    let job = Job::Event { event: event.event, data: &event.data };
    let at = (time, runtime.next_seq());
    let Seen { steps, left_out, rejection } = watched(runtime, (&job, &event.caller), at)?;
    let id = event.id.as_deref().map(str::to_owned);
    Ok(Story { data, id, caller: event.caller.to_string(), steps, left_out, rejection })
}

/// One pass by the interpreter, as an entry of a time and number; its writes are undone.
fn watched(
    runtime: &mut Runtime,
    (job, caller): (&Job<'_>, &str),
    (now, seq): (i64, u64),
) -> Result<Seen, RuntimeError> {
    let event_seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let env = Env { now, event_seq, caller: Arc::from(caller) };
    let watching = runtime.watching();
    let (program, store, memory, _) = runtime.parts();
    store.begin_event(env);
    memory.reset();
    let mut caller = Watched::new(program);
    let result = Pass { program, store, memory, caller: &mut caller }.run(job, watching);
    let (steps, left_out) = caller.into_steps();
    store.undo_event();
    match result {
        Ok(_) => Ok(Seen { steps, left_out, rejection: None }),
        Err(Stopped::World(error)) => {
            let failure = store.take_failure();
            Err(failure.map_or(RuntimeError::World(error.0), RuntimeError::Store))
        }
        Err(stopped) => Ok(Seen { steps, left_out, rejection: Some(explain::rejection(program, stopped)) }),
    }
}
