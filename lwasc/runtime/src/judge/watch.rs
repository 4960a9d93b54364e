//! What is asked after the laws: beliefs, whose doubts are recorded, and alerts, whose transitions are.
//!
//! Both find the rows to ask as laws do. Each belief and each alert has the budgets of an event of its own, so that what rules and
//! laws have used changes no answer; what can't be computed is false. What is recorded is written by actions of the standard
//! library through the store, so that undoing, committing, replaying and keeping aggregates by difference need nothing more.

use std::collections::BTreeSet;
use std::ops::Bound;

use lwas_ir::{
    Alert, Alerting, Axiom, AxiomScope, FuncId, Key, KeyPart, Lookup, Slot, StateId, Type, Value, World as _,
    WorldError,
};

use super::axioms::{Looked, MOST_ROWS};
use super::explain::KeyText;
use super::pass::{Pass, Stopped};
use crate::engine::Failed;
use crate::store::Touched as _;

/// The most characters of a subject; a longer one is cut and told apart by its hash.
const LONGEST_SUBJECT: usize = 1000;

/// What has been asked of a row, or of the whole: whether it is true; a row that is gone is nothing that could be.
struct Answer {
    key: Option<Key>,
    is_there: bool,
    is_true: bool,
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
        for belief in &program.module.beliefs {
            for answer in self.ask(&belief.check, Which::Concerned).map_err(Stopped::World)? {
                let subject = self.subject(&belief.check, answer.key.as_ref());
                let doubted = answer.is_there && !answer.is_true;
                let names = [belief.module.as_str(), belief.name.as_str(), subject.as_str()];
                let key: Key = names.iter().map(|name| KeyPart::Text((*name).into())).collect();
                let known = self.store.row(doubts.state, &key).map_err(Stopped::World)?.is_some();
                let hook = match (known, doubted) {
                    (false, true) => doubts.doubt,
                    (true, false) => doubts.settle,
                    _ => continue,
                };
                self.record(hook, &names.map(Argument::Text)).map_err(Stopped::World)?;
            }
        }
        Ok(())
    }

    /// Records what the event and its time have changed about alerts. `anew`: nothing has been judged since the program began
    /// on this ledger, so all alerts are judged of all rows, and what another version has left over ends.
    pub(super) fn alerts(&mut self, anew: bool) -> Result<(), Stopped> {
        let Some(watch) = &self.program.module.watch else { return Ok(()) };
        self.watched(watch, anew).map_err(Stopped::World)
    }

    fn watched(&mut self, watch: &Alerting, anew: bool) -> Result<(), WorldError> {
        let program = self.program;
        let mut true_now = BTreeSet::new();
        for alert in &program.module.alerts {
            let which = if anew || alert.reads_now { Which::All } else { Which::Concerned };
            for answer in self.ask(&alert.check, which)? {
                let subject = self.subject(&alert.check, answer.key.as_ref());
                if answer.is_true {
                    self.is_true(watch, alert, answer.key.as_ref(), &subject)?;
                    if anew {
                        true_now.insert((alert.check.name.as_str(), subject));
                    }
                } else if self.active(watch, &alert.check.name, &subject)?.is_some() {
                    self.resolve(watch, &alert.check.name, &subject)?;
                }
            }
        }
        if anew {
            for row in self.store.scan(watch.active, &Lookup::ALL, MOST_ROWS)? {
                let [Value::Text(alert), Value::Text(subject), ..] = row.as_ref() else { continue };
                if !true_now.contains(&(alert.as_ref(), subject.to_string())) {
                    self.resolve(watch, alert, subject)?;
                }
            }
        }
        self.fire_due(watch)
    }

    /// An alert's condition is true of a row.
    fn is_true(&mut self, watch: &Alerting, alert: &Alert, key: Option<&Key>, subject: &str) -> Result<(), WorldError> {
        let name = alert.check.name.as_str();
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
                if message == said {
                    return Ok(());
                }
                self.record(watch.say, &[name, subject, &message].map(Argument::Text))
            }
            Some(Active { due: None, .. }) => Ok(()),
        }
    }

    /// Fires the pending alerts whose time has come and that nothing else has concerned, in order of alert and subject.
    fn fire_due(&mut self, watch: &Alerting) -> Result<(), WorldError> {
        let now = KeyPart::Int(self.store.env().now);
        let range = (Bound::Unbounded, Bound::Included(&now));
        let lookup = Lookup { index: Some(watch.by_due), prefix: &[], range };
        for row in self.store.scan(watch.active, &lookup, MOST_ROWS)? {
            let [Value::Text(name), Value::Text(subject), ..] = row.as_ref() else { continue };
            let known = self.program.module.alerts.iter().find(|alert| alert.check.name == name.as_ref());
            let (Some(alert), Some(Value::Text(message))) = (known, row.get(watch.message as usize)) else { continue };
            self.fire(watch, name, subject, alert.severity as i64, message)?;
        }
        Ok(())
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
    fn active(&mut self, watch: &Alerting, name: &str, subject: &str) -> Result<Option<Active>, WorldError> {
        let key = vec![KeyPart::Text(name.into()), KeyPart::Text(subject.into())];
        let Some(row) = self.store.row(watch.active, &key)? else { return Ok(None) };
        let due = match row.get(watch.due as usize) {
            Some(Value::Some(due)) => match due.as_ref() {
                Value::Int(due) => Some(*due),
                _ => None,
            },
            _ => None,
        };
        let message = match row.get(watch.message as usize) {
            Some(Value::Text(message)) => message.to_string(),
            _ => String::new(),
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
                let mut looked = Looked::default();
                match self.argument(state, key, &mut looked)? {
                    Some(Ok(slot)) => vec![slot],
                    _ => return Ok(plain()),
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

    /// Asks a condition where it may have another answer than before, in order of key.
    fn ask(&mut self, check: &Axiom, which: Which) -> Result<Vec<Answer>, WorldError> {
        let reads_changed = check.reads.iter().any(|read| self.store.is_changed(read.source));
        let concerned = which == Which::All || reads_changed;
        let state = match check.scope {
            AxiomScope::Rows(state) => state,
            _ if concerned => {
                self.memory.reset();
                let is_true = self.truth(check.func, &[])?;
                return Ok(vec![Answer { key: None, is_there: true, is_true }]);
            }
            _ => return Ok(vec![]),
        };
        if !concerned && !self.store.is_changed(lwas_ir::Source::State(state)) {
            return Ok(vec![]);
        }
        let mut keys = self.keys(check, state)?;
        if which == Which::All {
            let length = self.store.layout().state(state).key();
            let rows = self.store.scan(state, &Lookup::ALL, MOST_ROWS)?;
            keys.extend(rows.iter().filter_map(|row| row.iter().take(length).map(Value::key_part).collect()));
            keys.sort_unstable();
            keys.dedup();
        }
        self.memory.reset();
        let mut looked = Looked::default();
        let mut answers = Vec::with_capacity(keys.len());
        for key in keys {
            let (is_there, is_true) = match self.argument(state, &key, &mut looked)? {
                None => (false, false),
                Some(Ok(row)) => (true, self.truth(check.func, &[row])?),
                // The budget is spent: the rest can't be computed.
                Some(Err(())) => (true, false),
            };
            answers.push(Answer { key: Some(key), is_there, is_true });
        }
        Ok(answers)
    }

    /// A row as an argument; none where it is gone, an error where memory does not suffice.
    fn argument(
        &mut self,
        state: StateId,
        key: &Key,
        looked: &mut Looked,
    ) -> Result<Option<Result<Slot, ()>>, WorldError> {
        let checked = self.look(state, key.clone(), looked)?;
        if !checked.is_there() {
            return Ok(None);
        }
        match self.now(checked) {
            Ok(slot) => Ok(Some(Ok(slot))),
            Err(lwas_ir::Fault::World(error)) => Err(error),
            Err(lwas_ir::Fault::Failed { .. }) => Ok(Some(Err(()))),
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
        let text = self.program.type_of(Type::Text);
        let slots = args.iter().map(|argument| match argument {
            Argument::Int(number) => Ok(Slot::int(*number)),
            Argument::Text(value) => self.memory.write_value(&self.program.module, text, &Value::Text((*value).into())),
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

/// What is known of an alert whose condition was true.
struct Active {
    /// When it fires, while it is pending.
    due: Option<i64>,
    /// What it said last.
    message: String,
}

/// What an action of the standard library is given.
#[derive(Clone, Copy)]
enum Argument<'a> {
    Int(i64),
    Text(&'a str),
}
