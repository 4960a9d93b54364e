//! Which laws must be checked after an event, for which rows, and in which order.
//!
//! A law is checked where something that it reads has changed: its own row, a row or an aggregate that it finds by its
//! own row's fields. `Read::back` says how to get from what changed to the rows that read it. In order of declaration,
//! then of key; the first law that does not hold ends the pass.

use std::collections::hash_map::Entry;
use std::ops::Bound;
use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{
    Axiom, AxiomScope, Back, Env, Fault, Key, KeyPart, Lookup, Memory, STEP_BUDGET, Slot, Source, StateId, Type, Value,
    World as _, WorldError,
};
use rustc_hash::FxHashMap;

use super::explain;
use super::pass::{Broken, Pass, Stopped};
use crate::engine::{Failed, Interpreted};
use crate::error::RuntimeError;
use crate::outcome::Rejection;
use crate::program::Program;
use crate::store::{Store, Touched as _};

/// More rows than a law can be checked for after one event: each check takes a step at least, so that where there are as many
/// the budget ends, and the law does not hold.
pub(super) const MOST_ROWS: usize = STEP_BUDGET as usize + 1;

/// Rows that are looked at together where a law is checked for all of them.
const PAGE: usize = 1024;

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
        let mut caller = Interpreted { module: program.explained(), explain: true, counts: None };
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
            let mut caller = Interpreted { module: self.program.explained(), explain, counts: None };
            let (program, store, memory) = (self.program, &mut *self.store, &mut *self.memory);
            let Some(axiom) = program.module.axioms.get(number) else { return Ok(None) };
            let mut pass = Pass { program, store, memory, caller: &mut caller };
            let result = match (axiom.scope, &row) {
                (AxiomScope::Rows(state), Some(key)) => {
                    pass.rows(number, axiom, state, std::iter::once(key.clone()), &mut Looked::default())
                }
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

/// Rows that a law was checked for, which most laws of the same state are checked for too.
#[derive(Default)]
pub(super) struct Looked(FxHashMap<(StateId, Key), Checked>);

/// A row that laws are checked for.
pub(super) struct Checked {
    state: StateId,
    key: Key,
    before: Option<Row>,
    now: Option<Row>,
    /// `now` in program memory, once a law has asked for it. Laws only read rows, so one copy serves all.
    written: Option<Slot>,
}

impl Pass<'_, '_> {
    /// Checks the laws that the event's changes may have broken.
    pub(super) fn axioms(&mut self) -> Result<(), Stopped> {
        let program = self.program;
        let mut looked = Looked::default();
        for (number, axiom) in program.module.axioms.iter().enumerate() {
            match axiom.scope {
                AxiomScope::Whole => {
                    if axiom.reads.iter().any(|read| self.store.is_changed(read.source)) {
                        self.holds(number, axiom, None, &[])?;
                    }
                }
                AxiomScope::Rows(state) | AxiomScope::Changed(state) | AxiomScope::Deleted(state) => {
                    let changed = self.store.is_changed(Source::State(state));
                    if axiom.reads.iter().any(|read| self.concerns_all(read)) {
                        self.all_rows(number, axiom, state)?;
                        // What it held in program memory is gone.
                        looked = Looked::default();
                    } else if changed || axiom.reads.iter().any(|read| self.store.is_changed(read.source)) {
                        let keys = self.keys(axiom, state).map_err(Stopped::World)?;
                        self.rows(number, axiom, state, keys.into_iter(), &mut looked)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the event has changed what a law reads for every row, which only settings are.
    fn concerns_all(&self, read: &lwas_ir::Read) -> bool {
        let Source::State(state) = read.source else { return false };
        let for_all = read.back.as_ref().is_some_and(|back| back.index.is_none() && back.parts.is_empty());
        for_all
            && match &read.fields {
                Some(fields) => self.store.changed_rows(state).any(|change| change.concerns(fields)),
                None => self.store.is_changed(read.source),
            }
    }

    /// Checks a law for all rows, each with budgets of its own: however many there are, settings can be changed.
    fn all_rows(&mut self, number: usize, axiom: &Axiom, state: StateId) -> Result<(), Stopped> {
        let length = self.store.layout().state(state).key();
        let as_before = !self.store.is_changed(Source::State(state));
        let mut last: Option<Key> = None;
        loop {
            let rows = self.page(state, last.as_ref()).map_err(Stopped::World)?;
            let key = |row: Row| Some((row.iter().take(length).map(Value::key_part).collect::<Option<Key>>()?, row));
            let rows: Vec<(Key, Row)> = rows.into_iter().filter_map(key).collect();
            let Some((end, _)) = rows.last() else { return Ok(()) };
            last = Some(end.clone());
            for (key, row) in rows {
                self.memory.reset();
                let mut looked = Looked::default();
                if as_before {
                    // Nothing needs to be looked up, so memory does not grow with the rows.
                    let (before, now) = (Some(Arc::clone(&row)), Some(row));
                    let checked = Checked { state, key: key.clone(), before, now, written: None };
                    looked.0.insert((state, key.clone()), checked);
                }
                self.rows(number, axiom, state, std::iter::once(key), &mut looked)?;
            }
        }
    }

    /// Rows behind a key, in order of key. Of keys of several fields, or of a type without ranges, all come at once.
    fn page(&mut self, state: StateId, last: Option<&Key>) -> Result<Vec<Row>, WorldError> {
        let module = &self.program.module;
        let key = module.states[state].fields.first().map(|field| module.types[field.ty]);
        let in_pages = self.store.layout().state(state).key() == 1
            && matches!(key, Some(Type::Int | Type::Text | Type::Time | Type::Date));
        match last.and_then(|key| key.first()) {
            None if in_pages => self.store.scan(state, &Lookup::ALL, PAGE),
            None => self.store.scan(state, &Lookup::ALL, usize::MAX),
            Some(last) if in_pages => {
                let range = (Bound::Excluded(last), Bound::Unbounded);
                self.store.scan(state, &Lookup { index: None, prefix: &[], range }, PAGE)
            }
            Some(_) => Ok(Vec::new()),
        }
    }

    /// Checks a law for all that is there; laws of changes have nothing to say of it.
    fn everywhere(&mut self, number: usize, axiom: &Axiom) -> Result<(), Stopped> {
        match axiom.scope {
            AxiomScope::Whole => self.holds(number, axiom, None, &[]),
            AxiomScope::Rows(state) => {
                let length = self.store.layout().state(state).key();
                let rows = self.store.scan(state, &Lookup::ALL, MOST_ROWS).map_err(Stopped::World)?;
                let keys = rows.iter().filter_map(|row| row.iter().take(length).map(Value::key_part).collect());
                self.rows(number, axiom, state, keys, &mut Looked::default())
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
        looked: &mut Looked,
    ) -> Result<(), Stopped> {
        for key in keys {
            let checked = self.look(state, key, looked).map_err(Stopped::World)?;
            let args = match (axiom.scope, &checked.now, &checked.before) {
                (AxiomScope::Rows(_), Some(_), _) => self.now(checked).map(|now| (1, [now, Slot::ZERO])),
                (AxiomScope::Changed(_), Some(_), Some(before)) => {
                    let before = Arc::clone(before);
                    self.now(checked).and_then(|now| Ok((2, [now, self.write(state, &before)?])))
                }
                (AxiomScope::Deleted(_), None, Some(before)) => {
                    self.write(state, before).map(|before| (1, [before, Slot::ZERO]))
                }
                _ => continue,
            };
            match args {
                Ok((count, args)) => self.holds(number, axiom, Some(&checked.key), &args[..count])?,
                Err(Fault::World(error)) => return Err(Stopped::World(error)),
                // The budget is spent, so the law can't be computed, the same by both engines.
                Err(Fault::Failed { reason, detail }) => {
                    let rejection = lwas_ir::Rejection {
                        func: axiom.func,
                        site: lwas_ir::Site::from_u32(0),
                        reason,
                        message: detail,
                        traces: Vec::new(),
                        within: Vec::new(),
                    };
                    let because = Some(Failed::Explained(Box::new(rejection)));
                    return Err(Stopped::Law(Broken { axiom: number, row: Some(checked.key.clone()), because }));
                }
            }
        }
        Ok(())
    }

    /// A row in program memory.
    fn write(&mut self, state: StateId, row: &Row) -> Result<Slot, Fault> {
        self.memory.write_row(&self.program.module, state, row)
    }

    /// The row as it is now in program memory; the caller has seen that it is there.
    pub(super) fn now(&mut self, checked: &mut Checked) -> Result<Slot, Fault> {
        match (checked.written, &checked.now) {
            (Some(slot), _) => Ok(slot),
            (None, Some(now)) => {
                let slot = self.write(checked.state, now)?;
                checked.written = Some(slot);
                Ok(slot)
            }
            (None, None) => unreachable!("a law is checked for a row that is there"),
        }
    }

    /// Calls a law.
    fn holds(&mut self, number: usize, axiom: &Axiom, row: Option<&Key>, args: &[Slot]) -> Result<(), Stopped> {
        match self.call(axiom.func, args) {
            Ok(Some(slot)) if slot.as_int() != 0 => Ok(()),
            Ok(_) => Err(Stopped::Law(Broken { axiom: number, row: row.cloned(), because: None })),
            Err(Failed::World(error)) => Err(Stopped::World(error)),
            Err(failed) => Err(Stopped::Law(Broken { axiom: number, row: row.cloned(), because: Some(failed) })),
        }
    }

    /// The keys of rows that the law must be checked for, in order.
    pub(super) fn keys(&mut self, axiom: &Axiom, state: StateId) -> Result<Vec<Key>, WorldError> {
        let mut keys: Vec<Key> = self.store.changed_rows(state).map(|change| change.key.to_vec()).collect();
        self.store.see_before(false);
        let length = self.store.layout().state(state).key();
        for read in &axiom.reads {
            let Some(back) = &read.back else { continue };
            let direct = back.index.is_none() && back.parts.len() == length;
            let parts: Option<Vec<Key>> = match (read.source, &read.fields) {
                (Source::State(state), Some(fields)) => {
                    let changes = self.store.changed_rows(state).filter(|change| change.concerns(fields));
                    changes.map(|change| back_parts(back, change.key)).collect()
                }
                _ => {
                    self.store.changed_keys(read.source).into_iter().map(|changed| back_parts(back, &changed)).collect()
                }
            };
            let mut parts = parts.ok_or_else(|| WorldError("an axiom reads by more parts than a key has".into()))?;
            // Many changes may lead to the same rows.
            parts.sort_unstable();
            parts.dedup();
            if direct {
                keys.extend(parts);
                continue;
            }
            for parts in parts {
                let rows = self.store.scan(state, &Lookup::by(back.index, &parts), MOST_ROWS)?;
                let key = |row: &Row| row.iter().take(length).map(Value::key_part).collect::<Option<Key>>();
                keys.extend(rows.iter().filter_map(key));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    /// A row as it is and as it was before the event.
    pub(super) fn look<'c>(
        &mut self,
        state: StateId,
        key: Key,
        looked: &'c mut Looked,
    ) -> Result<&'c mut Checked, WorldError> {
        match looked.0.entry((state, key)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(new) => {
                let key = new.key().1.clone();
                self.store.see_before(true);
                let before = self.store.row(state, &key);
                self.store.see_before(false);
                let (before, now) = (before?, self.store.row(state, &key)?);
                Ok(new.insert(Checked { state, key, before, now, written: None }))
            }
        }
    }
}

/// The key, or its beginning, of the rows that read what `changed` finds; none where an axiom reads by more than there is.
fn back_parts(back: &Back, changed: &[KeyPart]) -> Option<Key> {
    back.parts.iter().map(|part| changed.get(*part as usize).cloned()).collect()
}
