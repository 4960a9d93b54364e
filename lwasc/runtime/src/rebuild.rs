//! Aggregates made anew from the rows that are there, and the laws looked at on these rows: what a `program` entry does before it
//! is written. In comes an open batch whose aggregates' tables are empty; it is filled, or the answer is why not, and then the
//! batch must be dropped.
//!
//! An aggregate follows from the rows of its state, but its table does not say by which filter and summand: another version of the
//! program may have others, or more. So every `program` entry makes all of them anew, going over the rows of each state once, in
//! order of key, with memory that does not grow with them. Each row has budgets of its own for each aggregate, since the events that
//! wrote the rows had theirs. Then the laws of the whole and of each row must hold, with budgets of their own for each row: no
//! ledger holds a state in which a law of its program is false.

use std::collections::BTreeSet;
use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{
    AggregateId, AggregateValue, Env, Failure, Fault, FuncId, Interpreter, Key, KeyPart, Memory, StateId, Value,
};
use lwas_ledger::{Batch, Cell};

use crate::error::RuntimeError;
use crate::judge::{KeyText, Standing, departing, subject};
use crate::pages::Pages;
use crate::program::Program;
use crate::store::{Bounds, Store, StoreError};

/// A batch with the program whose tables are attached in it.
pub struct Rebuild<'b, 'l> {
    batch: &'b mut Batch<'l>,
    program: &'b Program,
    store: Store<'l>,
    memory: Memory,
    env: Env,
}

impl<'b, 'l> Rebuild<'b, 'l> {
    /// A rebuild in a batch.
    pub fn new(batch: &'b mut Batch<'l>, program: &'b Program, bounds: Bounds) -> Rebuild<'b, 'l> {
        let head = batch.head();
        // The circumstances of the `program` entry.
        let event_seq = i64::try_from(head.seq.saturating_add(1)).unwrap_or(i64::MAX);
        let env = Env { now: head.time, event_seq, caller: Arc::from("") };
        let mut store = Store::in_batch(Arc::clone(&program.module), batch.ledger(), program.layout.clone(), bounds);
        store.begin_event(env.clone());
        Rebuild { batch, program, store, memory: Memory::new(&program.module), env }
    }

    /// Fills the tables of all aggregates.
    ///
    /// # Errors
    /// [`RuntimeError::Aggregate`] where a row's part can't be computed; what the ledger says.
    pub fn aggregates(&mut self) -> Result<(), RuntimeError> {
        let module = Arc::clone(&self.program.module);
        // Doubts about beliefs are made anew too, and counted then.
        let doubts = module.doubts.as_ref().map(|doubts| doubts.state);
        for state in module.states.keys().filter(|state| Some(*state) != doubts) {
            self.aggregates_of(state)?;
        }
        self.store.write_aggregates(self.batch)?;
        self.leave()
    }

    /// Fills the tables of the aggregates over a state.
    fn aggregates_of(&mut self, state: StateId) -> Result<(), RuntimeError> {
        let module = Arc::clone(&self.program.module);
        {
            let over = module.aggregates.iter().filter(|(_, aggregate)| aggregate.state == state);
            let over: Vec<AggregateId> = over.map(|(id, _)| id).collect();
            if over.is_empty() {
                return Ok(());
            }
            let mut rows = self.rows(state);
            while let Some(cells) = rows.next()? {
                let row = self.read(state, &cells)?;
                for aggregate in &over {
                    self.add(state, *aggregate, &row)?;
                }
                self.store.keep_event();
                if self.store.is_heavy() {
                    self.store.write_aggregates(self.batch)?;
                }
            }
        }
        Ok(())
    }

    /// Takes the rows away that have left windows by the time of this entry.
    fn leave(&mut self) -> Result<(), RuntimeError> {
        let module = Arc::clone(&self.program.module);
        for window in &module.windows {
            loop {
                let departing = departing(&mut self.store, window);
                let departing = departing.map_err(|error| {
                    self.store.take_failure().map_or(RuntimeError::World(error.0), RuntimeError::Store)
                })?;
                let Some((seq, row)) = departing else { break };
                self.part(window.journal, (window.left, window.sub), &row)?;
                let counted = lwas_ir::World::set_aggregate(
                    &mut self.store,
                    window.left,
                    &Key::new(),
                    AggregateValue::Wide(seq.into()),
                );
                counted.map_err(|error| RuntimeError::World(error.0))?;
                self.store.keep_event();
                if self.store.is_heavy() {
                    self.store.write_aggregates(self.batch)?;
                }
            }
        }
        Ok(self.store.write_aggregates(self.batch)?)
    }

    /// Fills the agendas of the rules that are due, but for those whose tables go on: every row waits there.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn agendas(&mut self, kept: &BTreeSet<String>) -> Result<(), RuntimeError> {
        let program = self.program;
        for due in &program.module.due {
            let (table, id) = (program.layout.state(due.agenda), program.layout.state_id(due.agenda));
            if kept.contains(&table.spec.name) {
                continue;
            }
            let mut rows = self.rows(due.state);
            while let Some(cells) = rows.next()? {
                let row = self.read(due.state, &cells)?;
                let time = row.get(due.field as usize).and_then(Value::index_part);
                let Some(KeyPart::Int(time)) = time else { continue };
                let key = row.iter().take(program.layout.state(due.state).key()).cloned();
                let line: Vec<Value> = std::iter::once(Value::Int(time)).chain(key).collect();
                let mut cells = Vec::new();
                let written = table.write(&program.module, &line, &mut cells);
                written.map_err(|what| StoreError::Damaged { table: table.spec.name.clone(), what: what.0 })?;
                self.batch.put_row(id, &cells)?;
            }
        }
        Ok(())
    }

    /// Adds a row's part to an aggregate.
    fn add(&mut self, state: StateId, id: AggregateId, row: &Row) -> Result<(), RuntimeError> {
        self.part(state, (id, self.program.module.aggregates[id].add), row)
    }

    /// Adds a row's part to an aggregate, or takes it away, by a function.
    fn part(&mut self, state: StateId, (id, func): (AggregateId, FuncId), row: &Row) -> Result<(), RuntimeError> {
        let Rebuild { program, store, memory, .. } = self;
        let (module, aggregate) = (&program.module, &program.module.aggregates[id]);
        memory.reset();
        let written = memory.write_row(module, state, row).map_err(|fault| match fault {
            Fault::Failed { detail, .. } => Err(detail),
            Fault::World(error) => Ok(error),
        });
        let added = written.and_then(|slot| {
            let called = Interpreter::new(module).call(func, &[slot], memory, store);
            called.map_err(|failure| match failure {
                Failure::Rejected(rejection) => Err(rejection.message),
                Failure::World(error) => Ok(error),
            })
        });
        added.map(drop).map_err(|why| match why {
            Ok(error) => self.store.take_failure().map_or(RuntimeError::World(error.0), RuntimeError::Store),
            Err(reason) => {
                let key = key_of(self.program, state, row);
                let row = KeyText(module, state, &key).to_string();
                RuntimeError::Aggregate { aggregate: aggregate.name.clone(), row, reason }
            }
        })
    }

    /// Whether all laws hold on the rows that are there; aggregates are filled.
    ///
    /// # Errors
    /// [`RuntimeError::Law`] with the first that does not; what the ledger says.
    pub fn laws(&mut self) -> Result<(), RuntimeError> {
        let program = self.program;
        for (number, axiom) in program.module.axioms.iter().enumerate() {
            match axiom.scope {
                lwas_ir::AxiomScope::Whole => self.law(number, None)?,
                lwas_ir::AxiomScope::Rows(state) => {
                    let mut rows = self.rows(state);
                    while let Some(cells) = rows.next()? {
                        let row = self.read(state, &cells)?;
                        self.law(number, Some(key_of(program, state, &row)))?;
                    }
                }
                // Of what has changed or gone; here nothing has.
                lwas_ir::AxiomScope::Changed(_) | lwas_ir::AxiomScope::Deleted(_) => {}
            }
        }
        Ok(())
    }

    fn law(&mut self, number: usize, row: Option<Key>) -> Result<(), RuntimeError> {
        let Rebuild { program, store, memory, env, .. } = self;
        let broken = Standing { program, store, memory, env }.law(number, row)?;
        if self.store.is_heavy() {
            self.store.abandon_batch();
        }
        match broken {
            Some(rejection) => Err(RuntimeError::Law(Box::new(rejection))),
            None => Ok(()),
        }
    }

    /// Asks all beliefs of all rows that are there, and keeps the doubts in place of those that were. Laws hold.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn beliefs(&mut self) -> Result<(), RuntimeError> {
        let program = self.program;
        let Some(doubts) = &program.module.doubts else { return Ok(()) };
        let table = program.layout.state_id(doubts.state);
        let mut old = self.rows(doubts.state);
        while let Some(cells) = old.next()? {
            self.batch.delete_row(table, &cells)?;
        }
        for belief in &program.module.beliefs {
            if let lwas_ir::AxiomScope::Rows(state) = belief.check.scope {
                let mut rows = self.rows(state);
                while let Some(cells) = rows.next()? {
                    let row = self.read(state, &cells)?;
                    self.believe(belief, doubts.state, Some((state, &row)))?;
                }
            } else {
                self.believe(belief, doubts.state, None)?;
            }
        }
        self.aggregates_of(doubts.state)?;
        Ok(self.store.write_aggregates(self.batch)?)
    }

    /// Asks a belief of a row or of the whole, and keeps a doubt where it does not hold.
    fn believe(
        &mut self,
        belief: &lwas_ir::Belief,
        doubts: StateId,
        row: Option<(StateId, &Row)>,
    ) -> Result<(), RuntimeError> {
        let Rebuild { program, store, memory, .. } = self;
        memory.reset();
        let arg = row.map(|(state, row)| memory.write_row(&program.module, state, row)).transpose();
        let answer = match arg {
            Ok(arg) => Interpreter::new(&program.module).call(belief.check.func, arg.as_slice(), memory, store),
            // A row beyond the budget: the belief can't be computed.
            Err(Fault::Failed { .. }) => Ok(None),
            Err(Fault::World(error)) => Err(Failure::World(error)),
        };
        let holds = match answer {
            Ok(answer) => answer.is_some_and(|answer| answer.as_int() != 0),
            Err(Failure::Rejected(_)) => false,
            Err(Failure::World(error)) => {
                return Err(self.store.take_failure().map_or(RuntimeError::World(error.0), RuntimeError::Store));
            }
        };
        if self.store.is_heavy() {
            self.store.abandon_batch();
        }
        if holds {
            return Ok(());
        }
        let key = row.map(|(state, row)| key_of(program, state, row));
        let subject = subject(&program.module, &belief.check, key.as_ref());
        let doubt = [belief.module.as_str(), belief.name.as_str(), subject.as_str()];
        let doubt: Vec<Value> = doubt.iter().map(|text| Value::Text((*text).into())).collect();
        let mut cells = Vec::new();
        let table = program.layout.state(doubts);
        let written = table.write(&program.module, &doubt, &mut cells);
        written.map_err(|what| StoreError::Damaged { table: table.spec.name.clone(), what: what.0 })?;
        Ok(self.batch.put_row(program.layout.state_id(doubts), &cells)?)
    }

    fn rows(&self, state: StateId) -> Pages<'l> {
        let layout = self.store.layout();
        Pages::new(self.batch.ledger(), layout.state_id(state), &layout.state(state).spec)
    }

    fn read(&self, state: StateId, cells: &[Cell]) -> Result<Row, RuntimeError> {
        let table = self.store.layout().state(state);
        let row = table.read(&self.program.module, cells);
        let damaged =
            |what: crate::schema::Misfit| StoreError::Damaged { table: table.spec.name.clone(), what: what.0 };
        Ok(row.map_err(damaged)?)
    }
}

/// The key of a row that was read from a table: its first fields, of key types.
fn key_of(program: &Program, state: StateId, row: &[Value]) -> Key {
    row.iter().take(program.layout.state(state).key()).filter_map(Value::key_part).collect()
}
