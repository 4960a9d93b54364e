//! What is asked after the laws: beliefs, whose doubts are recorded, and alerts, whose transitions are.
//!
//! Both find the rows to ask as laws do. Each belief and each alert has the budgets of an event of its own, so that what rules and
//! laws have used changes no answer; what can't be computed is false. What is recorded is written by actions of the standard
//! library through the store, so that undoing, committing, replaying and keeping aggregates by difference need nothing more.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::rc::Rc;
use std::sync::Arc;

use lwas_ir::world::Row;

use lwas_ir::memory::Mark;
use lwas_ir::{
    Alert, Alerting, Axiom, AxiomScope, FuncId, Key, KeyPart, Lookup, Slot, StateId, Type, Value, World as _,
    WorldError,
};

use rustc_hash::FxHashMap;

use super::axioms::MOST_ROWS;
use super::explain::KeyText;
use super::pass::{Pass, Stopped};
use crate::concern::Concern;
use crate::engine::Failed;
use crate::store::{Change, Touched as _};

/// The most characters of a subject; a longer one is cut and told apart by its hash.
const LONGEST_SUBJECT: usize = 1000;

/// With so many answers of one event that are false and were so before it is found out at once which alerts were true at all.
const MANY_ANSWERS: usize = 64;

/// What is known of a program's alerts before an event, without asking the ledger. It belongs to the rows as they are then: whoever
/// goes back to earlier rows goes back to what was known of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watching {
    /// No event has been applied since the program began on the ledger, so that the next one judges all alerts of all rows, and what
    /// another version has left over ends.
    pub anew: bool,
    /// No pending alert is due before this time; none where nobody has looked.
    pub due_from: Option<i64>,
}

impl Watching {
    /// At the beginning, where nothing has been looked at.
    pub fn new(anew: bool) -> Watching {
        Watching { anew, due_from: None }
    }
}

/// A row that is asked, as it is now; none where it is gone.
struct Asked {
    key: Key,
    row: Option<Row>,
    /// As people name it.
    subject: OnceCell<Arc<str>>,
}

/// The rows that the event has changed, by state, and those of one state in program memory.
#[derive(Default)]
struct OwnRows {
    by_state: BTreeMap<StateId, Rc<[Asked]>>,
    written: Option<Written>,
}

/// Rows of a state in program memory, as long as that is not reset: those that were needed so far, by their places.
struct Written {
    state: StateId,
    slots: FxHashMap<usize, Slot>,
    end: Mark,
}

/// What is known of the alerts that were true before the event.
enum Actives {
    /// Nothing: so many rows have been looked up in vain, each by itself.
    Asked(usize),
    /// By name, of what they are true.
    Known(BTreeMap<String, BTreeSet<String>>),
}

/// What has been asked of a row, or of the whole: whether it is true; a row that is gone is nothing that could be.
struct Answer {
    /// Which of some rows.
    row: Option<(Rc<[Asked]>, usize)>,
    is_there: bool,
    is_true: bool,
}

/// By an alert's name, the subjects in rows of the state of active alerts.
fn subjects(rows: &[Row]) -> BTreeMap<String, BTreeSet<String>> {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        if let [Value::Text(name), Value::Text(subject), ..] = row.as_ref() {
            known.entry(name.to_string()).or_default().insert(subject.to_string());
        }
    }
    known
}

impl Answer {
    /// What the answer is about, made once for all that is asked of a row.
    fn subject(&self, module: &lwas_ir::Module, check: &Axiom) -> Arc<str> {
        match self.row.as_ref().and_then(|(rows, at)| rows.get(*at)) {
            Some(asked) => Arc::clone(asked.subject.get_or_init(|| subject(module, check, Some(&asked.key)).into())),
            None => "".into(),
        }
    }

    fn key(&self) -> Option<&Key> {
        self.row.as_ref().and_then(|(rows, at)| rows.get(*at)).map(|asked| &asked.key)
    }
}

/// Which rows are asked.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    /// Those that the event concerns.
    Concerned,
    /// Those and all others.
    All,
}

impl Pass<'_, '_> {
    /// Records what the event has changed about beliefs.
    pub(super) fn beliefs(&mut self) -> Result<(), Stopped> {
        let program = self.program;
        let Some(doubts) = &program.module.doubts else { return Ok(()) };
        let mut own = OwnRows::default();
        let concerns = program.beliefs.of(self.store);
        for concerned in concerns.chunk_by(|a, b| a.check == b.check) {
            let Some(belief) = concerned.first().and_then(|first| program.module.beliefs.get(first.check as usize))
            else {
                continue;
            };
            let answers = self.ask_of(&belief.check, Which::Concerned, concerned, &mut own);
            for answer in answers.map_err(Stopped::World)? {
                let subject = self.subject(&belief.check, answer.key());
                let doubted = answer.is_there && !answer.is_true;
                let names = [belief.module.as_str(), belief.name.as_str(), subject.as_str()];
                let key: Key = names.iter().map(|name| KeyPart::Text((*name).into())).collect();
                let known = self.store.row(doubts.state, &key).map_err(Stopped::World)?.is_some();
                let hook = match (known, doubted) {
                    (false, true) => doubts.doubt,
                    (true, false) => doubts.settle,
                    _ => continue,
                };
                own.written = None;
                self.record(hook, &names.map(Argument::Text)).map_err(Stopped::World)?;
            }
        }
        Ok(())
    }

    /// Records what the event and its time have changed about alerts, and says what is known of them then.
    pub(super) fn alerts(&mut self, known: Watching) -> Result<Watching, Stopped> {
        let Some(watch) = &self.program.module.watch else { return Ok(known) };
        self.watched(watch, known.anew).map_err(Stopped::World)?;
        let due_from = self.fire_due(watch, known.due_from).map_err(Stopped::World)?;
        Ok(Watching { anew: false, due_from: Some(due_from) })
    }

    fn watched(&mut self, watch: &Alerting, anew: bool) -> Result<(), WorldError> {
        let program = self.program;
        let mut true_now = BTreeSet::new();
        let mut own = OwnRows::default();
        let mut actives = Actives::Asked(0);
        let concerns = if anew { Concern::all(program.module.alerts.len()) } else { program.alerts.of(self.store) };
        for concerned in concerns.chunk_by(|a, b| a.check == b.check) {
            let Some((alert, name)) = concerned.first().and_then(|first| program.alert_at(first.check)) else {
                continue;
            };
            let which = if anew || alert.reads_now { Which::All } else { Which::Concerned };
            for answer in self.ask_of(&alert.check, which, concerned, &mut own)? {
                if answer.is_true {
                    let subject = answer.subject(&program.module, &alert.check);
                    own.written = None;
                    self.is_true(watch, (alert, name), answer.key(), &subject)?;
                    if anew {
                        true_now.insert((name.as_ref(), subject));
                    }
                } else if let Some(subject) = self.ended(watch, (alert, name), &answer, &mut actives)? {
                    own.written = None;
                    self.resolve(watch, name, &subject)?;
                }
            }
        }
        if anew {
            for row in self.store.scan(watch.active, &Lookup::ALL, MOST_ROWS)? {
                let [Value::Text(alert), Value::Text(subject), ..] = row.as_ref() else { continue };
                if !true_now.contains(&(alert.as_ref(), Arc::clone(subject))) {
                    self.resolve(watch, alert, subject)?;
                }
            }
        }
        Ok(())
    }

    /// The subject of an answer that is false, where the alert was true of it before the event. Each is looked up by itself until many
    /// were looked up in vain; then the alerts that are true are read once, no more of them than that.
    fn ended(
        &mut self,
        watch: &Alerting,
        (alert, name): (&Alert, &Arc<str>),
        answer: &Answer,
        actives: &mut Actives,
    ) -> Result<Option<Arc<str>>, WorldError> {
        let vain = match actives {
            Actives::Known(known) => {
                let Some(subjects) = known.get(name.as_ref()) else { return Ok(None) };
                let subject = answer.subject(&self.program.module, &alert.check);
                return Ok(subjects.contains(subject.as_ref()).then_some(subject));
            }
            Actives::Asked(vain) => vain,
        };
        let subject = answer.subject(&self.program.module, &alert.check);
        if self.active(watch, name, &subject)?.is_some() {
            return Ok(Some(subject));
        }
        *vain += 1;
        let most = *vain;
        if most >= MANY_ANSWERS && most.is_power_of_two() {
            let rows = self.store.scan(watch.active, &Lookup::ALL, most)?;
            if rows.len() < most {
                *actives = Actives::Known(subjects(&rows));
            }
        }
        Ok(None)
    }

    /// An alert's condition is true of a row.
    fn is_true(
        &mut self,
        watch: &Alerting,
        (alert, name): (&Alert, &Arc<str>),
        key: Option<&Key>,
        subject: &Arc<str>,
    ) -> Result<(), WorldError> {
        let now = self.store.env().now;
        let (level, due) = (alert.severity as i64, now.saturating_add(alert.lasts));
        let active = self.active(watch, name, subject)?;
        let message = |pass: &mut Self| pass.message(alert, key, subject);
        match active {
            None if alert.lasts > 0 => {
                let message = message(self)?;
                let text = Argument::Text(&message);
                let args =
                    [Argument::Text(name), Argument::Text(subject), Argument::Int(level), Argument::Int(due), text];
                self.record(watch.pend, &args)
            }
            None => {
                let message = message(self)?;
                self.fire(watch, name, subject, level, &message)
            }
            Some(Active { due: Some(due), .. }) if due <= now => {
                let message = message(self)?;
                self.fire(watch, name, subject, level, &message)
            }
            Some(Active { due: Some(_), message: said }) => {
                let message = message(self)?;
                if *message == *said {
                    return Ok(());
                }
                self.record(watch.say, &[name.as_ref(), subject.as_ref(), message.as_str()].map(Argument::Text))
            }
            Some(Active { due: None, .. }) => Ok(()),
        }
    }

    /// Fires the pending alerts whose time has come and that nothing else has concerned, in order of alert and subject. The time before
    /// which none of those that are left is due: until then nobody looks for them.
    fn fire_due(&mut self, watch: &Alerting, due_from: Option<i64>) -> Result<i64, WorldError> {
        let time = self.store.env().now;
        if let Some(from) = due_from {
            let new = self.store.changed_rows(watch.active).filter_map(|change| due_of(watch, change.now?));
            let from = new.min().map_or(from, |new| new.min(from));
            if time < from {
                return Ok(from);
            }
        }
        let now = KeyPart::Int(time);
        let range = (Bound::Unbounded, Bound::Included(&now));
        let lookup = Lookup { index: Some(watch.by_due), prefix: &[], range };
        for row in self.store.scan(watch.active, &lookup, MOST_ROWS)? {
            let [Value::Text(name), Value::Text(subject), ..] = row.as_ref() else { continue };
            let known = self.program.alert(name);
            let (Some(alert), Some(Value::Text(message))) = (known, row.get(watch.message as usize)) else { continue };
            self.fire(watch, name, subject, alert.severity as i64, message)?;
        }
        let later = (Bound::Excluded(&now), Bound::Unbounded);
        let lookup = Lookup { range: later, ..lookup };
        let first = self.store.ends(watch.active, &lookup, false, 1)?;
        Ok(first.first().and_then(|row| due_of(watch, row)).unwrap_or(i64::MAX))
    }

    fn fire(
        &mut self,
        watch: &Alerting,
        name: &str,
        subject: &str,
        level: i64,
        message: &str,
    ) -> Result<(), WorldError> {
        let args = [Argument::Text(name), Argument::Text(subject), Argument::Int(level), Argument::Text(message)];
        self.record(watch.fire, &args)
    }

    fn resolve(&mut self, watch: &Alerting, name: &str, subject: &str) -> Result<(), WorldError> {
        self.record(watch.resolve, &[name, subject].map(Argument::Text))
    }

    /// What is known of an alert whose condition was true; none where it was not.
    fn active(&mut self, watch: &Alerting, name: &Arc<str>, subject: &Arc<str>) -> Result<Option<Active>, WorldError> {
        let key = vec![KeyPart::Text(Arc::clone(name)), KeyPart::Text(Arc::clone(subject))];
        let Some(row) = self.store.row(watch.active, &key)? else { return Ok(None) };
        let due = due_of(watch, &row);
        let message = match row.get(watch.message as usize) {
            Some(Value::Text(message)) => Arc::clone(message),
            _ => "".into(),
        };
        Ok(Some(Active { due, message }))
    }

    /// What an alert says of a row; its name and subject where it says nothing or that can't be computed.
    fn message(&mut self, alert: &Alert, key: Option<&Key>, subject: &str) -> Result<String, WorldError> {
        let plain = || format!("{} {subject}", alert.check.name).trim_end().to_owned();
        let Some(func) = alert.message else { return Ok(plain()) };
        self.memory.reset();
        let args = match (alert.check.scope, key) {
            (AxiomScope::Rows(state), Some(key)) => {
                let Some(row) = self.store.row(state, key)? else { return Ok(plain()) };
                match self.written(state, &row)? {
                    Some(slot) => vec![slot],
                    None => return Ok(plain()),
                }
            }
            _ => vec![],
        };
        let said = match self.call(func, &args) {
            Ok(said) => said,
            Err(Failed::World(error)) => return Err(error),
            Err(_) => return Ok(plain()),
        };
        let text = self.program.type_of(Type::Text);
        let said = said.and_then(|slot| self.memory.read_value(&self.program.module, text, slot).ok());
        Ok(match said {
            Some(Value::Text(said)) => said.to_string(),
            _ => plain(),
        })
    }

    /// Asks a condition for which an event calls: of some rows that it has changed, or where it is found out.
    fn ask_of(
        &mut self,
        check: &Axiom,
        which: Which,
        concerned: &[Concern],
        own: &mut OwnRows,
    ) -> Result<Vec<Answer>, WorldError> {
        // Without a row comes first.
        let is_of_rows = concerned.first().is_some_and(|first| first.row.is_some());
        let answers = match check.scope {
            AxiomScope::Rows(state) if is_of_rows => {
                let rows = concerned.iter().filter_map(|concern| concern.row).map(|row| row as usize);
                self.ask_own(check, state, rows, own)?
            }
            _ => self.ask(check, which, own)?,
        };
        self.store.note_conditions(answers.len().max(1));
        Ok(answers)
    }

    /// Asks a condition where it may have another answer than before, in order of key.
    fn ask(&mut self, check: &Axiom, which: Which, own: &mut OwnRows) -> Result<Vec<Answer>, WorldError> {
        let reads_changed = check.reads.iter().any(|read| self.store.is_changed(read.source));
        let concerned = which == Which::All || reads_changed;
        let state = match check.scope {
            AxiomScope::Rows(state) => state,
            _ if concerned => {
                own.written = None;
                self.memory.reset();
                let is_true = self.truth(check.func, &[])?;
                return Ok(vec![Answer { row: None, is_there: true, is_true }]);
            }
            _ => return Ok(vec![]),
        };
        if !concerned {
            let all = 0..self.own_rows(state, own).len();
            return self.ask_own(check, state, all, own);
        }
        let mut keys = self.keys(check, state)?;
        if which == Which::All {
            let length = self.store.layout().state(state).key();
            let rows = self.store.scan(state, &Lookup::ALL, MOST_ROWS)?;
            keys.extend(rows.iter().filter_map(|row| row.iter().take(length).map(Value::key_part).collect()));
            keys.sort_unstable();
            keys.dedup();
        }
        let rows = self.rows_of(state, keys)?;
        own.written = None;
        self.memory.reset();
        let mut answers = Vec::with_capacity(rows.len());
        for at in 0..rows.len() {
            let (is_there, is_true) = match rows.get(at).and_then(|asked| asked.row.as_ref()) {
                None => (false, false),
                Some(row) => match self.written(state, row)? {
                    Some(slot) => (true, self.truth(check.func, &[slot])?),
                    // The budget is spent: the rest can't be computed.
                    None => (true, false),
                },
            };
            answers.push(Answer { row: Some((Rc::clone(&rows), at)), is_there, is_true });
        }
        Ok(answers)
    }

    /// Asks a condition of rows of its state that the event has changed, where nothing else has changed that it reads: all with one
    /// budget.
    fn ask_own(
        &mut self,
        check: &Axiom,
        state: StateId,
        places: impl Iterator<Item = usize>,
        own: &mut OwnRows,
    ) -> Result<Vec<Answer>, WorldError> {
        let rows = self.own_rows(state, own);
        let places: Vec<usize> = places.filter(|at| *at < rows.len()).collect();
        let written = match own.written.take() {
            Some(mut written) if written.state == state => {
                self.memory.rewind(written.end);
                self.write_own(&rows, &places, &mut written)?.then_some(written)
            }
            _ => None,
        };
        let written = match written {
            Some(written) => written,
            None => {
                self.memory.reset();
                let mut written = Written { state, slots: FxHashMap::default(), end: self.memory.mark() };
                // What is too much for memory can't be computed.
                self.write_own(&rows, &places, &mut written)?;
                written
            }
        };
        let mut answers = Vec::with_capacity(places.len());
        for (at, asked) in places.iter().filter_map(|at| Some((*at, rows.get(*at)?))) {
            let is_true = match written.slots.get(&at).copied() {
                Some(slot) => self.truth(check.func, &[slot])?,
                None => false,
            };
            answers.push(Answer { row: Some((Rc::clone(&rows), at)), is_there: asked.row.is_some(), is_true });
        }
        own.written = Some(written);
        Ok(answers)
    }

    /// Writes rows that are there to memory behind those that are written already; many conditions are asked of the same rows. False
    /// where memory does not suffice for all.
    fn write_own(&mut self, rows: &[Asked], places: &[usize], written: &mut Written) -> Result<bool, WorldError> {
        let mut has_all = true;
        for at in places {
            let Some(Asked { row: Some(row), .. }) = rows.get(*at) else { continue };
            if written.slots.contains_key(at) {
                continue;
            }
            let slot = self.written(written.state, row)?;
            has_all &= slot.is_some();
            written.slots.extend(slot.map(|slot| (*at, slot)));
        }
        written.end = self.memory.mark();
        Ok(has_all)
    }

    /// The rows of a state that the event has changed, in order of key: found once for all alerts and beliefs that read nothing else
    /// that has changed.
    fn own_rows(&mut self, state: StateId, own: &mut OwnRows) -> Rc<[Asked]> {
        let rows = own.by_state.entry(state).or_insert_with(|| {
            let changes = self.store.changed_in_order(state).into_iter();
            let asked = |change: Change<'_>| Asked {
                key: change.key.to_vec(),
                row: change.now.cloned(),
                subject: OnceCell::new(),
            };
            changes.map(asked).collect()
        });
        Rc::clone(rows)
    }

    /// Rows as they are now.
    fn rows_of(&mut self, state: StateId, keys: Vec<Key>) -> Result<Rc<[Asked]>, WorldError> {
        self.store.see_before(false);
        let asked = keys
            .into_iter()
            .map(|key| self.store.row(state, &key).map(|row| Asked { key, row, subject: OnceCell::new() }));
        asked.collect()
    }

    /// A row in program memory; none where memory does not suffice.
    fn written(&mut self, state: StateId, row: &Row) -> Result<Option<Slot>, WorldError> {
        match self.memory.write_row(&self.program.module, state, row) {
            Ok(slot) => Ok(Some(slot)),
            Err(lwas_ir::Fault::World(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    fn truth(&mut self, func: FuncId, args: &[Slot]) -> Result<bool, WorldError> {
        match self.call(func, args) {
            Ok(slot) => Ok(slot.is_some_and(|slot| slot.as_int() != 0)),
            Err(Failed::World(error)) => Err(error),
            Err(_) => Ok(false),
        }
    }

    /// Calls an action of the standard library, with full budgets.
    fn record(&mut self, func: FuncId, args: &[Argument<'_>]) -> Result<(), WorldError> {
        self.memory.reset();
        let slots = args.iter().map(|argument| match argument {
            Argument::Int(number) => Ok(Slot::int(*number)),
            Argument::Text(value) => self.memory.new_text(value).map(Slot::reference),
        });
        let slots: Result<Vec<Slot>, _> = slots.collect();
        let called = slots.map_err(|_| None).and_then(|slots| {
            self.call(func, &slots).map_err(|failed| match failed {
                Failed::World(error) => Some(error),
                _ => None,
            })
        });
        let refused = || WorldError("what becomes of a belief or alert can't be recorded".into());
        called.map(drop).map_err(|error| error.unwrap_or_else(refused))
    }

    /// What a belief or alert is about, as people name it: a row, or nothing for the whole.
    fn subject(&self, check: &Axiom, key: Option<&Key>) -> String {
        subject(&self.program.module, check, key)
    }
}

/// What a belief or alert is about, as people name it: a row, or nothing for the whole.
pub fn subject(module: &lwas_ir::Module, check: &Axiom, key: Option<&Key>) -> String {
    let (AxiomScope::Rows(state), Some(key)) = (check.scope, key) else { return String::new() };
    let text = KeyText(module, state, key).to_string();
    match text.char_indices().nth(LONGEST_SUBJECT) {
        None => text,
        Some((end, _)) => {
            let shown = text.get(..end).unwrap_or_default();
            format!("{shown}… {}", lwas_seal::Hash::of(text.as_bytes()))
        }
    }
}

/// When a pending alert is due, by its row; none where it fires already.
fn due_of(watch: &Alerting, row: &Row) -> Option<i64> {
    let Some(Value::Some(due)) = row.get(watch.due as usize) else { return None };
    if let Value::Int(due) = due.as_ref() { Some(*due) } else { None }
}

/// What is known of an alert whose condition was true.
struct Active {
    /// When it fires, while it is pending.
    due: Option<i64>,
    /// What it said last.
    message: Arc<str>,
}

/// What an action of the standard library is given.
#[derive(Clone, Copy)]
enum Argument<'a> {
    Int(i64),
    Text(&'a str),
}
