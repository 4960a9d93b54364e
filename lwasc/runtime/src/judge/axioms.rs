//! Which laws must be checked after an event, for which rows, and in which order.
//!
//! A law is checked where something that it reads has changed: its own row, a row or an aggregate that it finds by its
//! own row's fields. `Read::back` says how to get from what changed to the rows that read it. In order of declaration,
//! then of key; the first law that does not hold ends the pass.

use std::collections::BTreeSet;

use lwas_ir::world::Row;
use lwas_ir::{
    Axiom, AxiomScope, Back, Env, Fault, Key, KeyPart, Lookup, Memory, STEP_BUDGET, Slot, Source, StateId, Value,
    World as _, WorldError,
};

use super::explain;
use super::pass::{Broken, Pass, Stopped};
use crate::engine::{Failed, Interpreted};
use crate::error::RuntimeError;
use crate::outcome::Rejection;
use crate::program::Program;
use crate::store::{Store, Touched as _};

/// More rows than a law can be checked for after one event: each check takes a step at least, so that where there are as many
/// the budget ends, and the law does not hold.
const MOST_ROWS: usize = STEP_BUDGET as usize + 1;

/// All laws of the whole and of each row, checked on all that is there by the interpreter: those that do not hold, the
/// first row of each. It costs a walk over all rows, and a law has one budget for all of them: it is meant for small ledgers.
///
/// # Errors
/// The world can't be read.
pub fn check_all(
    program: &Program,
    store: &mut Store<'_>,
    memory: &mut Memory,
) -> Result<Vec<Rejection>, RuntimeError> {
    let mut broken = Vec::new();
    for (number, axiom) in program.module.axioms.iter().enumerate() {
        store.begin_event(Env::nobody());
        memory.reset();
        let mut caller = Interpreted { module: program.explained(), explain: true };
        let result = Pass { program, store, memory, caller: &mut caller }.everywhere(number, axiom);
        store.undo_event();
        match result {
            Ok(()) => {}
            Err(Stopped::World(error)) => {
                return Err(match store.take_failure() {
                    Some(failure) => failure.into(),
                    None => RuntimeError::World(error.0),
                });
            }
            Err(stopped) => broken.push(explain::rejection(program, stopped)),
        }
    }
    Ok(broken)
}

/// Laws that are asked of what stands in a ledger, one at a time.
pub struct Standing<'a, 'l> {
    /// The program.
    pub program: &'a Program,
    /// State that nobody has written to.
    pub store: &'a mut Store<'l>,
    /// Where values are made.
    pub memory: &'a mut Memory,
    /// The circumstances.
    pub env: &'a Env,
}

impl Standing<'_, '_> {
    /// Asks the law of this number, of a row or of the whole, with full budgets: why it does not hold; none when it holds.
    ///
    /// # Errors
    /// The world can't be read.
    pub fn law(&mut self, number: usize, row: Option<Key>) -> Result<Option<Rejection>, RuntimeError> {
        // Values are kept only once something is wrong, as that costs time.
        for explain in [false, true] {
            self.store.begin_event(self.env.clone());
            self.memory.reset();
            let mut caller = Interpreted { module: self.program.explained(), explain };
            let (program, store, memory) = (self.program, &mut *self.store, &mut *self.memory);
            let Some(axiom) = program.module.axioms.get(number) else { return Ok(None) };
            let mut pass = Pass { program, store, memory, caller: &mut caller };
            let result = match (axiom.scope, &row) {
                (AxiomScope::Rows(state), Some(key)) => pass.rows(number, axiom, state, std::iter::once(key.clone())),
                _ => pass.holds(number, axiom, None, &[]),
            };
            self.store.undo_event();
            match result {
                Ok(()) => return Ok(None),
                Err(Stopped::World(error)) => {
                    let failure = self.store.take_failure();
                    return Err(failure.map_or(RuntimeError::World(error.0), RuntimeError::Store));
                }
                Err(stopped) if explain => return Ok(Some(explain::rejection(self.program, stopped))),
                Err(_) => {}
            }
        }
        Ok(None)
    }
}

/// A row that a law is checked for.
struct Checked {
    key: Key,
    before: Option<Row>,
    now: Option<Row>,
}

impl Pass<'_, '_> {
    /// Checks the laws that the event's changes may have broken.
    pub(super) fn axioms(&mut self) -> Result<(), Stopped> {
        let program = self.program;
        for (number, axiom) in program.module.axioms.iter().enumerate() {
            match axiom.scope {
                AxiomScope::Whole => {
                    if axiom.reads.iter().any(|read| self.store.is_changed(read.source)) {
                        self.holds(number, axiom, None, &[])?;
                    }
                }
                AxiomScope::Rows(state) | AxiomScope::Changed(state) | AxiomScope::Deleted(state) => {
                    let changed = self.store.is_changed(Source::State(state));
                    if changed || axiom.reads.iter().any(|read| self.store.is_changed(read.source)) {
                        let keys = self.keys(axiom, state).map_err(Stopped::World)?;
                        self.rows(number, axiom, state, keys.into_iter())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Checks a law for all that is there; laws of changes have nothing to say of it.
    fn everywhere(&mut self, number: usize, axiom: &Axiom) -> Result<(), Stopped> {
        match axiom.scope {
            AxiomScope::Whole => self.holds(number, axiom, None, &[]),
            AxiomScope::Rows(state) => {
                let length = self.store.layout().state(state).key();
                let rows = self.store.scan(state, &Lookup::ALL, MOST_ROWS).map_err(Stopped::World)?;
                let keys = rows.iter().filter_map(|row| row.iter().take(length).map(Value::key_part).collect());
                self.rows(number, axiom, state, keys)
            }
            AxiomScope::Changed(_) | AxiomScope::Deleted(_) => Ok(()),
        }
    }

    fn rows(
        &mut self,
        number: usize,
        axiom: &Axiom,
        state: StateId,
        keys: impl Iterator<Item = Key>,
    ) -> Result<(), Stopped> {
        for key in keys {
            let checked = self.look(state, key).map_err(Stopped::World)?;
            let module = &self.program.module;
            let rows = match (axiom.scope, &checked.now, &checked.before) {
                (AxiomScope::Rows(_), Some(now), _) => vec![now],
                (AxiomScope::Changed(_), Some(now), Some(before)) => vec![now, before],
                (AxiomScope::Deleted(_), None, Some(before)) => vec![before],
                _ => continue,
            };
            let mut args = Vec::with_capacity(rows.len());
            let mut fault = None;
            for row in rows {
                match self.memory.write_row(module, state, row) {
                    Ok(slot) => args.push(slot),
                    Err(error) => fault = Some(error),
                }
            }
            match fault {
                Some(Fault::World(error)) => return Err(Stopped::World(error)),
                // The budget is spent, so the law can't be computed, the same by both engines.
                Some(Fault::Failed { reason, detail }) => {
                    let rejection = lwas_ir::Rejection {
                        func: axiom.func,
                        site: lwas_ir::Site::from_u32(0),
                        reason,
                        message: detail,
                        traces: Vec::new(),
                    };
                    let because = Some(Failed::Explained(Box::new(rejection)));
                    return Err(Stopped::Law(Broken { axiom: number, row: Some(checked.key), because }));
                }
                None => self.holds(number, axiom, Some(checked.key), &args)?,
            }
        }
        Ok(())
    }

    /// Calls a law.
    fn holds(&mut self, number: usize, axiom: &Axiom, row: Option<Key>, args: &[Slot]) -> Result<(), Stopped> {
        match self.call(axiom.func, args) {
            Ok(Some(slot)) if slot.as_int() != 0 => Ok(()),
            Ok(_) => Err(Stopped::Law(Broken { axiom: number, row, because: None })),
            Err(Failed::World(error)) => Err(Stopped::World(error)),
            Err(failed) => Err(Stopped::Law(Broken { axiom: number, row, because: Some(failed) })),
        }
    }

    /// The keys of rows that the law must be checked for, in order.
    fn keys(&mut self, axiom: &Axiom, state: StateId) -> Result<BTreeSet<Key>, WorldError> {
        let mut keys: BTreeSet<Key> = self.store.changed_rows(state).map(|change| change.key.to_vec()).collect();
        self.store.see_before(false);
        for read in &axiom.reads {
            let Some(back) = &read.back else { continue };
            let changed: Vec<Key> = match (read.source, &read.fields) {
                (Source::State(state), Some(fields)) => {
                    let changes = self.store.changed_rows(state).filter(|change| change.concerns(fields));
                    changes.map(|change| change.key.to_vec()).collect()
                }
                _ => self.store.changed_keys(read.source).into_iter().map(<[KeyPart]>::to_vec).collect(),
            };
            for changed in changed {
                self.pointing(state, back, &changed, &mut keys)?;
            }
        }
        Ok(keys)
    }

    /// Adds the keys of rows that read what is found by `changed`.
    fn pointing(
        &mut self,
        state: StateId,
        back: &Back,
        changed: &[KeyPart],
        keys: &mut BTreeSet<Key>,
    ) -> Result<(), WorldError> {
        let parts = back.parts.iter().map(|part| changed.get(*part as usize).cloned());
        let parts: Option<Key> = parts.collect();
        let parts = parts.ok_or_else(|| WorldError("an axiom reads by more parts than a key has".into()))?;
        let length = self.store.layout().state(state).key();
        if back.index.is_none() && parts.len() == length {
            keys.insert(parts);
            return Ok(());
        }
        for row in self.store.scan(state, &Lookup::by(back.index, &parts), MOST_ROWS)? {
            let key: Option<Key> = row.iter().take(length).map(Value::key_part).collect();
            keys.extend(key);
        }
        Ok(())
    }

    /// A row as it is and as it was before the event.
    fn look(&mut self, state: StateId, key: Key) -> Result<Checked, WorldError> {
        self.store.see_before(true);
        let before = self.store.row(state, &key);
        self.store.see_before(false);
        let (before, now) = (before?, self.store.row(state, &key)?);
        Ok(Checked { key, before, now })
    }
}
