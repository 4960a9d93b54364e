//! The log, entry by entry, judged once more by the interpreter in a ledger of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use lwas_ledger::{Entry, Kind, Ledger, Snapshot};

use crate::attach::{Begin, OpenArtifact, begin, check_same, check_signer, open_stored};
use crate::body::Body;
use crate::data;
use crate::engine::Engine;
use crate::error::RuntimeError;
use crate::judge::{Incoming, Runtime, is_due};
use crate::outcome::Outcome;
use crate::program::Program;
use crate::store::{Bounds, PendingEntry, Store};

/// How many replayed entries make a batch.
const BATCH: usize = 4096;

/// A replay under way.
pub struct Replay<'a> {
    open: OpenArtifact<'a>,
    state: State,
}

/// What the replay has come to.
enum State {
    /// No program yet.
    Empty(Box<Ledger>),
    /// A program at work.
    Running(Box<Runtime>),
    /// In between; never seen.
    Gone,
}

impl<'a> Replay<'a> {
    /// A replay in a ledger that has the original's genesis and nothing else.
    pub fn new(open: OpenArtifact<'a>, ledger: Ledger) -> Replay<'a> {
        Replay { open, state: State::Empty(Box::new(ledger)) }
    }

    /// Replays one entry. In words: how it differs.
    pub fn entry(&mut self, log: &Snapshot<'_>, entry: &Entry) -> Result<Option<String>, RuntimeError> {
        match entry.kind {
            Kind::Program => self.program(log, entry),
            Kind::Applied | Kind::Rejected => self.event(entry),
            Kind::Genesis | Kind::Migrate => Ok(Some(format!("an entry of kind {} can't stand here", entry.kind))),
        }
    }

    fn program(&mut self, log: &Snapshot<'_>, entry: &Entry) -> Result<Option<String>, RuntimeError> {
        let opened = open_stored(log, entry.artifact, self.open)?;
        check_signer(log, opened.signer)?;
        let artifact = log.artifact(entry.artifact)?.unwrap_or_default();
        let program = Program::new(&opened.module, entry.artifact, artifact);
        let program = Arc::new(program.map_err(|what| RuntimeError::Unsupported(what.0))?);
        let mut kept = BTreeSet::new();
        let (mut ledger, is_new) = match std::mem::replace(&mut self.state, State::Gone) {
            State::Empty(ledger) => (*ledger, true),
            State::Running(mut runtime) => {
                runtime.commit()?;
                if let Err(error) = check_same(&runtime.program().module, &program.module) {
                    return Ok(Some(error.to_string()));
                }
                let old = Arc::clone(runtime.program());
                let Some(mut ledger) = runtime.into_store().into_ledger() else { return Err(lost()) };
                kept = program.layout.kept_agendas(&program.module, &old.layout, &old.module);
                ledger.expect_schema(&old.layout.specs_keeping(&kept))?;
                (ledger, false)
            }
            State::Gone => return Err(lost()),
        };
        let how = Begin { is_new, asks_laws: true, kept, bounds: Bounds::default() };
        match begin(&mut ledger, &program, &how) {
            Ok(()) => {}
            Err(error @ (RuntimeError::Aggregate { .. } | RuntimeError::Law(_) | RuntimeError::Initial { .. })) => {
                return Ok(Some(error.to_string()));
            }
            Err(error) => return Err(error),
        }
        let head = ledger.head()?;
        let store = Store::new(Arc::clone(&program.module), ledger, program.layout.clone(), Bounds::default());
        self.state = State::Running(Box::new(Runtime::new(program, Engine::Interpreter, store, head, true)));
        let same = head.hash == entry.hash;
        Ok((!same).then(|| format!("the replay gives it the hash {}, found {}", head.hash, entry.hash)))
    }

    fn event(&mut self, entry: &Entry) -> Result<Option<String>, RuntimeError> {
        let State::Running(runtime) = &mut self.state else {
            return Ok(Some("an event stands before the first program".into()));
        };
        let program = Arc::clone(runtime.program());
        if entry.artifact != program.hash {
            return Ok(Some(format!("it names artifact {}, but {} is at work", entry.artifact, program.hash)));
        }
        let before = runtime.pending();
        let outcome = if is_due(&entry.event_type) {
            let ran = runtime.run_next_due(entry.time)?;
            if ran { "another rule was due" } else { "no rule was due" }.to_owned()
        } else {
            let incoming = match incoming(&program, entry) {
                Ok(incoming) => incoming,
                Err(what) => return Ok(Some(what)),
            };
            words(&runtime.judge(&incoming, entry.time)?)
        };
        let is_same = |again: &&PendingEntry| {
            (again.kind, again.time) == (entry.kind, entry.time)
                && *again.event_type == *entry.event_type
                && again.body == entry.body
        };
        let again = runtime.last_pending().filter(|_| runtime.pending() == before + 1);
        let what = match again.filter(is_same) {
            Some(_) => None,
            None if runtime.pending() > before + 1 => {
                Some("rules were due before it that the log does not have".into())
            }
            None => Some(format!("the log says it was {}, but the replay says: {outcome}", entry.kind)),
        };
        if runtime.pending() >= BATCH {
            runtime.commit()?;
        }
        Ok(what)
    }

    /// The program at work, with all that was replayed; none before the first program.
    pub fn runtime(&mut self) -> Option<&mut Runtime> {
        match &mut self.state {
            State::Running(runtime) => Some(runtime),
            State::Empty(_) | State::Gone => None,
        }
    }

    /// The program that worked last, and the replayed ledger.
    pub fn finish(self) -> Result<Option<(Arc<Program>, Ledger)>, RuntimeError> {
        let State::Running(mut runtime) = self.state else { return Ok(None) };
        runtime.commit()?;
        let program = Arc::clone(runtime.program());
        let ledger = runtime.into_store().into_ledger().ok_or_else(lost)?;
        Ok(Some((program, ledger)))
    }
}

fn lost() -> RuntimeError {
    RuntimeError::World("the replay has lost its ledger".into())
}

/// The event of an entry.
pub fn incoming(program: &Program, entry: &Entry) -> Result<Incoming, String> {
    let body = Body::decode(&entry.body, entry.kind == Kind::Rejected).map_err(|error| error.to_string())?;
    let event = program.module.events.iter().find(|(_, event)| event.name == entry.event_type);
    let (event, _) = event.ok_or_else(|| format!("the program has no event `{}`", entry.event_type))?;
    let data = data::decode(&program.module, program.event(event).data, body.data);
    Ok(Incoming {
        event,
        data: data.map_err(|what| format!("its data can't be read: {what}"))?,
        id: body.id.map(Arc::from),
        source: body.source.map(Arc::from),
        time: Some(entry.time),
        caller: Arc::from(body.caller),
    })
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Applied { .. } => "applied".into(),
        Outcome::Duplicate { seq } => format!("a duplicate of entry {seq}"),
        Outcome::Rejected(rejection) => format!("rejected, {}: {}", rejection.code, rejection.message),
    }
}
