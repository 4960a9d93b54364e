//! [`Runtime`]: a program attached to a ledger, judging events one after another.
//!
//! In comes a decoded event, out goes what became of it; nobody may be told before [`Runtime::commit`] has returned, which
//! makes all events since the last commit durable at once. Steps of one event: was it judged before, is its time possible,
//! its rules, the axioms. Native code judges first where it is there; what it rejects is undone and judged again by the
//! interpreter, whose answer is recorded.

mod axioms;
pub(crate) mod content;
mod due;
pub(crate) mod explain;
mod judged;
pub(crate) mod pass;
mod watch;

use std::sync::Arc;

use lwas_ir::coverage::Counts;
use lwas_ir::{Env, EventId, Memory, Value};
use lwas_ledger::{Delivered, Head, Kind};
use lwas_seal::Hash;
use rustc_hash::FxHashMap;

pub use explain::{KeyText, at, of_failure as explain_failure};
pub use judged::{Keys, key_bytes};

use crate::body::Body;
use crate::data;
use crate::engine::{Engine, Interpreted, Native};
use crate::error::RuntimeError;
use crate::outcome::{Outcome, Rejection};
use crate::program::Program;
use crate::store::{PendingEntry, Store, StoreError};
use crate::work::Work;
use due::Agendas;
pub use due::{MOST_DUE, Ticked, is_due};
use pass::{Job, Pass, Stopped};

pub use pass::departing;

pub use axioms::{Standing, check_all};
pub use watch::{Watching, subject};

/// The same event came before with other data.
pub const CONFLICT: &str = "E0630";
/// The event's time is before that of the last entry.
pub const TIME_WENT_BACK: &str = "E0631";

/// Another event of the same transaction was rejected.
pub const TRANSACTION: &str = "E0632";
/// More rules have become due before an event than may run before one.
pub const TOO_MANY_DUE: &str = "E0633";

/// An event on its way to be judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// Which event.
    pub event: EventId,
    /// Its data: a record.
    pub data: Value,
    /// The envelope's id.
    pub id: Option<Arc<str>>,
    /// The envelope's source.
    pub source: Option<Arc<str>>,
    /// The envelope's time, µs since 1970.
    pub time: Option<i64>,
    /// The authenticated name; empty when none.
    pub caller: Arc<str>,
}

impl From<data::Incoming> for Incoming {
    /// An event as it was decoded, from nobody in particular.
    fn from(event: data::Incoming) -> Incoming {
        let data::Incoming { event, id, source, time, data } = event;
        Incoming { event, data, id, source, time, caller: Arc::from("") }
    }
}

impl Incoming {
    /// An event without an envelope.
    pub fn bare(event: EventId, data: Value) -> Incoming {
        Incoming { event, data, id: None, source: None, time: None, caller: Arc::from("") }
    }
}

/// A program attached to a ledger, with the open batch.
#[derive(Debug)]
pub struct Runtime {
    program: Arc<Program>,
    engine: Engine,
    store: Store<'static>,
    memory: Memory,
    /// Entries of the open batch.
    pending: Vec<PendingEntry>,
    /// Keys of the open batch by their kind: the entry that judged each.
    pending_keys: FxHashMap<Arc<str>, FxHashMap<Vec<u8>, usize>>,
    /// The end of the log without the open batch.
    head: Head,
    /// What is known of the rules that are due.
    due: Agendas,
    /// How many jobs have been kept.
    changes: u64,
    /// What is known of alerts; and the same without the open batch.
    watching: Watching,
    watching_in_ledger: Watching,
    /// Who counts what the interpreter reaches, if anybody does.
    counts: Option<Arc<Counts>>,
}

impl Runtime {
    /// A runtime over a store whose ledger was attached to this program.
    /// `anew`: no event has been applied since the program began there, so that the first one judges all alerts.
    pub fn new(program: Arc<Program>, engine: Engine, store: Store<'static>, head: Head, anew: bool) -> Runtime {
        let memory = Memory::new(&program.module);
        Runtime {
            program,
            engine,
            store,
            memory,
            pending: vec![],
            pending_keys: FxHashMap::default(),
            head,
            due: Agendas::default(),
            changes: 0,
            watching: Watching::new(anew),
            watching_in_ledger: Watching::new(anew),
            counts: None,
        }
    }

    /// Has what the interpreter reaches counted from now on: of an event that is rejected once, although it is judged twice.
    pub fn count(&mut self, counts: Option<Arc<Counts>>) {
        self.counts = counts;
    }

    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// State with the open batch.
    pub fn store(&self) -> &Store<'static> {
        &self.store
    }

    /// State, program memory and engine apart, for queries.
    pub fn parts(&mut self) -> (&Arc<Program>, &mut Store<'static>, &mut Memory, &mut Engine) {
        (&self.program, &mut self.store, &mut self.memory, &mut self.engine)
    }

    /// What judging has cost so far, undone work too.
    pub fn work(&self) -> Work {
        Work { steps: self.memory.steps_taken(), ..self.store.work() }
    }

    /// The end of the log as it is in the ledger.
    pub fn head(&self) -> Head {
        self.head
    }

    /// How many entries the open batch has.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// The last entry of the open batch.
    pub fn last_pending(&self) -> Option<&PendingEntry> {
        self.pending.last()
    }

    /// The time that the next entry may not be before.
    pub fn last_time(&self) -> i64 {
        self.pending.last().map_or(self.head.time, |entry| entry.time)
    }

    /// The number of the next entry.
    pub fn next_seq(&self) -> u64 {
        self.head.seq + 1 + self.pending.len() as u64
    }

    /// Lets go of the runtime; what was not committed is gone.
    pub fn into_store(self) -> Store<'static> {
        self.store
    }

    /// Judges one event in the open batch. `clock` is the runner's time, for an event that brings none.
    ///
    /// # Errors
    /// The world is wrong, or we are: nothing of this event is kept, and the run should end after a commit of what was
    /// judged before.
    pub fn judge(&mut self, incoming: &Incoming, clock: i64) -> Result<Outcome, RuntimeError> {
        if self.store.is_broken() {
            return Err(StoreError::Broken.into());
        }
        self.store.hold()?;
        let program = Arc::clone(&self.program);
        let facts = program.event(incoming.event);
        let data = data::encode(&program.module, facts.data, &incoming.data);
        let keys = Keys::of(&program, incoming);
        if let Some(keys) = &keys
            && let Some(answer) = self.judged_before(keys, incoming.event, &data)?
        {
            return Ok(answer);
        }
        let last = self.last_time();
        let time = match incoming.time {
            Some(time) if time < last => return Ok(Outcome::Rejected(went_back(time, last))),
            Some(time) => time,
            // A clock that was set back does not stop the ledger.
            None => clock.max(last),
        };
        let all_done = self.run_due(time, self.due.most)?;
        self.due.ran = 0;
        if !all_done {
            return Ok(Outcome::Rejected(due::too_many(self.due.most, time)));
        }
        let seq = self.next_seq();
        let env = self.env(time, Arc::clone(&incoming.caller));
        let rejection = self.run(&Job::Event { event: incoming.event, data: &incoming.data }, env)?;
        let (kind, keys) = match (&rejection, keys) {
            (None, keys) => (Kind::Applied, keys.map(Keys::applied).unwrap_or_default()),
            (Some(_), Some(keys)) => (Kind::Rejected, keys.rejected(&content::of(&program, incoming.event, &data))),
            // Nobody can ask for it again, so it is nothing that the log must know.
            (Some(rejection), None) => return Ok(Outcome::Rejected(rejection.clone())),
        };
        let body = Body {
            id: incoming.id.as_deref(),
            source: incoming.source.as_deref(),
            caller: &incoming.caller,
            data: &data,
            rejection: rejection.clone(),
        };
        let body = body.encode();
        self.push(PendingEntry { kind, time, event_type: Arc::clone(&facts.name), artifact: program.hash, body, keys });
        Ok(rejection.map_or(Outcome::Applied { seq }, Outcome::Rejected))
    }

    /// The circumstances of the next entry.
    fn env(&self, now: i64, caller: Arc<str>) -> Env {
        let event_seq = i64::try_from(self.next_seq()).expect("a log of 2^63 entries outlives the disk");
        Env { now, event_seq, caller }
    }

    /// Judges events and makes all that was judged durable; only then are the answers there.
    ///
    /// # Errors
    /// As [`Runtime::judge`] and [`Runtime::commit`]: then nothing may be told about any of these events.
    pub fn apply_batch<'a>(
        &mut self,
        events: impl IntoIterator<Item = &'a Incoming>,
        clock: i64,
    ) -> Result<Vec<Outcome>, RuntimeError> {
        let judged = events.into_iter().map(|event| self.judge(event, clock)).collect::<Result<Vec<_>, _>>()?;
        self.commit()?;
        Ok(judged)
    }

    /// Judges events of which all are applied or none is, in a batch of their own. The answer to a transaction in which one
    /// is rejected is its place and rejection; as its earlier events are undone, the log knows nothing of it.
    ///
    /// # Errors
    /// As [`Runtime::apply_batch`].
    pub fn apply_transaction(
        &mut self,
        events: &[Incoming],
        clock: i64,
    ) -> Result<Result<Vec<Outcome>, (usize, Rejection)>, RuntimeError> {
        self.commit()?;
        let mut outcomes = Vec::with_capacity(events.len());
        for (place, event) in events.iter().enumerate() {
            match self.judge(event, clock) {
                Ok(Outcome::Rejected(rejection)) => {
                    self.abandon();
                    return Ok(Err((place, rejection)));
                }
                Ok(outcome) => outcomes.push(outcome),
                Err(error) => {
                    self.abandon();
                    return Err(error);
                }
            }
        }
        self.commit()?;
        Ok(Ok(outcomes))
    }

    /// Drops the open batch.
    pub fn abandon(&mut self) {
        self.pending.clear();
        // The maps stay, so that the next batch finds room in them.
        self.pending_keys.values_mut().for_each(FxHashMap::clear);
        self.store.abandon_batch();
        self.due = Agendas::default();
        self.watching = self.watching_in_ledger;
    }

    /// Notes what a target was told of alerts, after what is open was made durable.
    ///
    /// # Errors
    /// The ledger can't be written: it must be opened again.
    pub fn note_delivered(&mut self, target: &str, delivered: &Delivered) -> Result<(), RuntimeError> {
        self.commit()?;
        Ok(self.store.note_delivered(target, delivered)?)
    }

    /// Makes the open batch durable and returns the log's new end. An empty batch costs nothing.
    ///
    /// # Errors
    /// The ledger can't be written: nothing of the batch may be told, and the ledger must be opened again.
    pub fn commit(&mut self) -> Result<Head, RuntimeError> {
        if self.pending.is_empty() && !self.store.is_broken() {
            self.store.let_go()?;
            return Ok(self.head);
        }
        let committed = self.store.commit(&self.pending, |_| Ok(()));
        self.pending.clear();
        // The maps stay, so that the next batch finds room in them.
        self.pending_keys.values_mut().for_each(FxHashMap::clear);
        if committed.is_err() {
            self.due = Agendas::default();
        }
        self.head = committed?;
        self.watching_in_ledger = self.watching;
        Ok(self.head)
    }

    fn push(&mut self, entry: PendingEntry) {
        let at = self.pending.len();
        for (kind, key) in &entry.keys {
            match self.pending_keys.get_mut(kind) {
                Some(keys) => keys.insert(key.clone(), at),
                None => self.pending_keys.entry(Arc::clone(kind)).or_default().insert(key.clone(), at),
            };
        }
        self.pending.push(entry);
    }

    /// Runs an event, or a rule that is due: none when it is applied, and kept in memory.
    fn run(&mut self, job: &Job<'_>, env: Env) -> Result<Option<Rejection>, RuntimeError> {
        let first = self.pass(job, env.clone(), false)?;
        let Some(first) = first else { return Ok(None) };
        if let (Some(counts), Stopped::Law(broken)) = (&self.counts, &first) {
            counts.reject(broken.axiom);
        }
        if first.is_budget() {
            return Ok(Some(explain::rejection(&self.program, first)));
        }
        let again = self.pass(job, env, true)?;
        let name = || job.name(&self.program);
        let Some(again) = again else {
            self.store.undo_event();
            let (native, interpreted) = (first.describe(&self.program), "applies it".to_owned());
            return Err(RuntimeError::Disagreement { event: name(), native, interpreted });
        };
        if first.whereabouts() != again.whereabouts() {
            let (native, interpreted) = (first.describe(&self.program), again.describe(&self.program));
            return Err(RuntimeError::Disagreement { event: name(), native, interpreted });
        }
        Ok(Some(explain::rejection(&self.program, again)))
    }

    /// One pass over the rules and the axioms. What stops it is undone; else its writes are kept.
    fn pass(&mut self, job: &Job<'_>, env: Env, explain: bool) -> Result<Option<Stopped>, RuntimeError> {
        self.store.begin_event(env);
        self.memory.reset();
        let (store, memory, program) = (&mut self.store, &mut self.memory, &*self.program);
        let result = match &mut self.engine {
            Engine::Native(code) if !explain => {
                let mut caller = Native { module: &program.module, code: code.as_mut() };
                Pass { program, store, memory, caller: &mut caller }.run(job, self.watching)
            }
            _ => {
                let counts = self.counts.as_deref().filter(|_| !explain);
                let mut caller = Interpreted { module: program.explained(), explain, counts };
                Pass { program, store, memory, caller: &mut caller }.run(job, self.watching)
            }
        };
        let stopped = match result {
            Ok(watching) => {
                self.went_through(job, watching);
                return Ok(None);
            }
            Err(stopped) => stopped,
        };
        self.store.undo_event();
        match stopped {
            Stopped::World(error) => Err(match self.store.take_failure() {
                Some(failure) => failure.into(),
                None => RuntimeError::World(error.0),
            }),
            stopped => Ok(Some(stopped)),
        }
    }

    /// Keeps what a job has written, and what is known of alerts then.
    fn went_through(&mut self, job: &Job<'_>, watching: Watching) {
        self.note_agendas();
        if matches!(job, Job::Tick(_)) && !self.store.has_changed() {
            // Nothing of it is kept, so that the log knows nothing of it either; when alerts are due is the same as before.
            self.store.undo_event();
            self.watching.due_from = watching.due_from;
            return;
        }
        self.store.keep_event();
        self.changes += 1;
        self.watching = watching;
    }

    /// What is known of alerts before the next event.
    pub fn watching(&self) -> Watching {
        self.watching
    }

    /// The artifact that judges.
    pub fn artifact(&self) -> Hash {
        self.program.hash
    }
}

fn went_back(time: i64, last: i64) -> Rejection {
    let text = |time| lwas_exact::calendar::format_time(time).unwrap_or_else(|_| format!("{time} µs"));
    let message = format!("time can't go back: the last entry is of {}, and this event of {}", text(last), text(time));
    Rejection::plain(TIME_WENT_BACK, message)
}
