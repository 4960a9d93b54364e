//! Rules that are due, and ticks: what happens because time has passed.
//!
//! Each rule that is due has an agenda: a hidden state of the rows that wait, keyed by the time and the row's key, which the
//! program's own functions keep as they write rows. Before an event of some `now` the earliest entries up to it run, in order of
//! time, then of key, then of declaration, each as an entry of the log of its own that takes its line out of the agenda.

use std::collections::VecDeque;
use std::ops::Bound;
use std::sync::Arc;

use lwas_exact::calendar;
use lwas_ir::world::Row;
use lwas_ir::{Key, KeyPart, Lookup, Value, World as _, WorldError};
use lwas_ledger::Kind;

use super::pass::Job;
use super::{Incoming, Runtime, TOO_MANY_DUE};
use crate::body::Body;
use crate::data;
use crate::error::RuntimeError;
use crate::outcome::{Outcome, Rejection};
use crate::program::Program;
use crate::store::{PendingEntry, StoreError, Touched as _};

/// The most rules that become due before one event, where no other bound is set.
pub const MOST_DUE: u64 = 1_000_000;

/// How many lines of the agendas are read at once.
const CHUNK: usize = 1024;

/// What an entry's type begins with when it is a rule that was due.
const PREFIX: &str = "due ";

/// Whether an entry of this type is a rule that was due. No event has such a name.
pub fn is_due(entry_type: &str) -> bool {
    entry_type.starts_with(PREFIX)
}

/// What is known of the agendas without asking them.
#[derive(Debug)]
pub struct Agendas {
    /// Nothing is due before this time; none when nobody knows.
    from: Option<i64>,
    /// The first lines, read ahead.
    ready: VecDeque<Appointment>,
    /// The earliest line that was put into an agenda since.
    added: Option<i64>,
    /// How many rules have run since the last event.
    pub ran: u64,
    /// The most of them.
    pub most: u64,
}

impl Default for Agendas {
    fn default() -> Agendas {
        Agendas { from: None, ready: VecDeque::new(), added: None, ran: 0, most: MOST_DUE }
    }
}

/// A line of an agenda.
#[derive(Clone, Debug)]
pub struct Appointment {
    /// The rule's place in the module's list.
    pub rule: usize,
    /// The agenda's key: the time, then the key of the row.
    pub key: Key,
    line: Row,
    time: i64,
}

impl Appointment {
    /// The type of the log's entry.
    pub fn entry_type(&self, program: &Program) -> String {
        format!("{PREFIX}{}", program.module.due[self.rule].name)
    }

    /// The time and the row's key as JSON, for people.
    pub fn json(&self, program: &Program) -> String {
        let module = &program.module;
        let fields = &module.states[module.due[self.rule].agenda].fields;
        let parts = fields.iter().zip(self.line.iter());
        let parts =
            parts.map(|(field, value)| format!("\"{}\":{}", field.name, data::json_text(module, field.ty, value)));
        format!("{{{}}}", parts.collect::<Vec<_>>().join(","))
    }

    /// The canonical encoding of the agenda's key.
    fn data(&self, program: &Program) -> Vec<u8> {
        let module = &program.module;
        let fields = &module.states[module.due[self.rule].agenda].fields;
        let parts = fields.iter().zip(self.line.iter());
        parts.flat_map(|(field, value)| data::encode(module, field.ty, value)).collect()
    }
}

/// What has become of a tick.
#[derive(Clone, Debug, PartialEq)]
pub enum Ticked {
    /// It has changed something, as this entry, or rules were due.
    Logged,
    /// Nothing has changed.
    Nothing,
    /// A rule on it has rejected it; nothing of it is kept.
    Rejected(Rejection),
}

/// Why an event is refused when time has passed too far at once.
pub(super) fn too_many(most: u64, time: i64) -> Rejection {
    let text = calendar::format_time(time).unwrap_or_else(|_| format!("{time} µs"));
    let message =
        format!("more than {most} rules are due before {text}: they have run, and the event can be sent again");
    Rejection::plain(TOO_MANY_DUE, message)
}

impl Runtime {
    /// Whether the program waits for time to pass: then the runner judges ticks.
    pub fn wants_ticks(&self) -> bool {
        let module = &self.program.module;
        let has_rules =
            module.tick.is_some_and(|tick| !module.events[tick].rules.is_empty() || !module.alerts.is_empty());
        has_rules || !module.due.is_empty()
    }

    /// Lets another number of rules become due before one event than [`MOST_DUE`]. Whoever audits a ledger must let as many.
    pub fn bound_due(&mut self, most: u64) {
        self.due.most = most;
    }

    /// Runs up to `most` of the rules that are due before an event that is about to be judged, so that a caller can commit in
    /// between: false while there are more. `judge` runs those that are left.
    ///
    /// # Errors
    /// As [`Runtime::judge`].
    pub fn catch_up(&mut self, incoming: &Incoming, clock: i64, most: u64) -> Result<bool, RuntimeError> {
        if self.program.module.due.is_empty() {
            return Ok(true);
        }
        let last = self.last_time();
        let time = incoming.time.unwrap_or(clock.max(last));
        if time < last || self.due.ran >= self.due.most {
            return Ok(true);
        }
        self.store.hold()?;
        // An event that will not be judged lets no time pass; where nothing is due, nobody needs to know.
        if self.next_due(time)?.is_none() || self.answered(incoming)?.is_some() {
            return Ok(true);
        }
        let most = self.due.ran.saturating_add(most).min(self.due.most);
        Ok(self.run_due(time, most)? || most == self.due.most)
    }

    /// Runs up to `most` of the rules that are due at the runner's clock, before a tick, so that a caller can commit in between:
    /// false while there are more.
    ///
    /// # Errors
    /// As [`Runtime::judge`].
    pub fn catch_up_to(&mut self, clock: i64, most: u64) -> Result<bool, RuntimeError> {
        self.due.ran = 0;
        self.run_due(clock.max(self.last_time()), most.min(self.due.most))
    }

    /// Lets time pass to the runner's clock: what is due runs, then the rules on `std.time.Tick`. It is logged only where it changes
    /// a row.
    ///
    /// # Errors
    /// As [`Runtime::judge`].
    pub fn tick(&mut self, clock: i64) -> Result<Ticked, RuntimeError> {
        if self.store.is_broken() {
            return Err(StoreError::Broken.into());
        }
        self.store.hold()?;
        let time = clock.max(self.last_time());
        let before = self.pending();
        self.run_due(time, self.due.most)?;
        self.due.ran = 0;
        let ran = if self.pending() > before { Ticked::Logged } else { Ticked::Nothing };
        let program = Arc::clone(&self.program);
        let watches = |tick: &lwas_ir::EventId| {
            !program.module.events[*tick].rules.is_empty() || !program.module.alerts.is_empty()
        };
        let Some(tick) = program.module.tick.filter(watches) else {
            return Ok(ran);
        };
        let changes = self.changes;
        let env = self.env(time, Arc::from(""));
        if let Some(rejection) = self.run(&Job::Tick(tick), env)? {
            return Ok(Ticked::Rejected(rejection));
        }
        if self.changes == changes {
            return Ok(ran);
        }
        let data = data::encode(&program.module, program.event(tick).data, &Value::Record([].into()));
        self.log(Kind::Applied, time, &program.event(tick).name, &data, None);
        Ok(Ticked::Logged)
    }

    /// The next rule that is due up to a time, which waits on.
    pub(crate) fn next_due(&mut self, until: i64) -> Result<Option<Appointment>, RuntimeError> {
        let next = self.next_line(until)?;
        self.due.ready.extend(next.clone());
        self.due.ready.rotate_right(usize::from(next.is_some()));
        Ok(next)
    }

    /// Runs the next rule that is due up to a time, as the log says that one did; false when none is.
    pub(crate) fn run_next_due(&mut self, until: i64) -> Result<bool, RuntimeError> {
        self.store.hold()?;
        match self.next_line(until)? {
            Some(next) => self.run_appointment(&next).map(|()| true),
            None => Ok(false),
        }
    }

    /// Runs the rules that are due up to a time, unless `most` have run since the last event: then false.
    pub(crate) fn run_due(&mut self, until: i64, most: u64) -> Result<bool, RuntimeError> {
        if self.program.module.due.is_empty() {
            return Ok(true);
        }
        self.store.hold()?;
        while let Some(next) = self.next_line(until)? {
            if self.due.ran >= most {
                self.due.ready.push_front(next);
                return Ok(false);
            }
            self.run_appointment(&next)?;
            self.due.ran += 1;
        }
        Ok(true)
    }

    /// The next line of all agendas up to a time. What was read ahead is read again where something was put before its end.
    fn next_line(&mut self, until: i64) -> Result<Option<Appointment>, RuntimeError> {
        if let Some(added) = self.due.added.take()
            && self.due.ready.back().is_some_and(|last| added <= last.time)
        {
            self.due.ready.clear();
        }
        loop {
            if self.due.ready.is_empty() {
                if self.due.from.is_some_and(|from| from > until) {
                    return Ok(None);
                }
                self.due.ready = self.lines(until, CHUNK)?.into();
                if self.due.ready.is_empty() {
                    let first = self.lines(i64::MAX, 1)?;
                    self.due.from = Some(first.first().map_or(i64::MAX, |first| first.time));
                    return Ok(None);
                }
            }
            let Some(next) = self.due.ready.pop_front() else { return Ok(None) };
            if next.time > until {
                self.due.ready.push_front(next);
                return Ok(None);
            }
            // Something that ran since may have moved it.
            let there = self.store.row(self.program.module.due[next.rule].agenda, &next.key);
            if self.world(there)?.is_some() {
                return Ok(Some(next));
            }
        }
    }

    /// Runs a rule as an entry of its own. One that is rejected has run too: only its line goes.
    fn run_appointment(&mut self, next: &Appointment) -> Result<(), RuntimeError> {
        let program = Arc::clone(&self.program);
        let time = next.time.max(self.last_time());
        let env = self.env(time, Arc::from(""));
        let rejection = self.run(&Job::Due(next), env.clone())?;
        let kind = if rejection.is_some() { Kind::Rejected } else { Kind::Applied };
        if rejection.is_some() {
            self.store.begin_event(env);
            let deleted = self.store.delete(program.module.due[next.rule].agenda, &next.key);
            self.world(deleted)?;
            self.store.keep_event();
        }
        self.log(kind, time, &next.entry_type(&program), &next.data(&program), rejection);
        Ok(())
    }

    fn log(&mut self, kind: Kind, time: i64, entry_type: &str, data: &[u8], rejection: Option<Rejection>) {
        let body = Body { id: None, source: None, caller: "", data, rejection }.encode();
        let artifact = self.program.hash;
        self.push(PendingEntry { kind, time, event_type: Arc::from(entry_type), artifact, body, keys: Vec::new() });
    }

    /// The first lines of all agendas up to a time, in the order in which they run.
    fn lines(&mut self, until: i64, most: usize) -> Result<Vec<Appointment>, RuntimeError> {
        let program = Arc::clone(&self.program);
        let end = KeyPart::Int(until);
        let lookup = Lookup { range: (Bound::Unbounded, Bound::Included(&end)), ..Lookup::ALL };
        let mut lines = Vec::new();
        for (rule, due) in program.module.due.iter().enumerate() {
            let rows = self.store.scan(due.agenda, &lookup, most);
            for line in self.world(rows)? {
                let key: Option<Key> = line.iter().map(Value::key_part).collect();
                let (Some(key), Some(Value::Int(time))) = (key, line.first()) else {
                    return Err(RuntimeError::World(format!("the agenda of rule `{}` is damaged", due.name)));
                };
                lines.push(Appointment { rule, key, time: *time, line });
            }
        }
        lines.sort_by(|a, b| a.key.cmp(&b.key).then(a.rule.cmp(&b.rule)));
        lines.truncate(most);
        Ok(lines)
    }

    /// Looks at what a job that went through has put into agendas, before it is kept.
    pub(super) fn note_agendas(&mut self) {
        let added = self.program.module.due.iter().flat_map(|due| {
            let lines = self.store.changed_rows(due.agenda).filter(|change| change.now.is_some());
            lines.filter_map(|change| match change.key.first() {
                Some(KeyPart::Int(time)) => Some(*time),
                _ => None,
            })
        });
        let Some(earliest) = added.min() else { return };
        self.due.added = Some(self.due.added.map_or(earliest, |added| added.min(earliest)));
        self.due.from = self.due.from.map(|from| from.min(earliest));
    }

    /// What the store says, with the error behind a `WorldError`.
    fn world<T>(&mut self, result: Result<T, WorldError>) -> Result<T, RuntimeError> {
        result.map_err(|error| self.store.take_failure().map_or(RuntimeError::World(error.0), RuntimeError::Store))
    }

    /// The answer to an event that was judged before.
    fn answered(&self, incoming: &Incoming) -> Result<Option<Outcome>, RuntimeError> {
        let Some(keys) = super::Keys::of(&self.program, incoming) else { return Ok(None) };
        let ty = self.program.event(incoming.event).data;
        let data = data::encode(&self.program.module, ty, &incoming.data);
        self.judged_before(&keys, incoming.event, &data)
    }
}
