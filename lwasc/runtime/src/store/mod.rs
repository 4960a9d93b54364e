//! [`Store`]: state as the program sees it, over the ledger's tables.
//!
//! Rows and aggregates are read from the ledger when first asked for and kept in memory within a bound. An event's writes
//! go to memory alone, with what was there before, so that an event is undone by putting that back. A batch writes each
//! row that it changed once, with its entries, in one transaction. What can't be read or written is a `StoreError`, which
//! stops the run; it never becomes a rejection.

mod commit;
mod overlay;
mod scans;
mod slots;
mod touched;
mod world;

pub use commit::PendingEntry;
pub use touched::{Change, Touched};

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{AggregateId, AggregateValue, Env, EventId, Key, KeyPart, Module, Slot, StateId, Value};
use lwas_ledger::{Cell as LedgerCell, ColumnKind, Ledger, LedgerError, Scan, Snapshot, TableId, TableSpec};

use crate::schema::{Layout, Misfit};
use crate::work::Work;
use overlay::Overlays;
use scans::Scans;
use slots::{Slots, Weigh};

/// Why state could not be read or written: not the program's fault.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The ledger said so.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A row is not one that this program could have written.
    #[error("table `{table}` does not hold what the program would write: {what}; run `lwasc audit`")]
    Damaged {
        /// The table.
        table: String,
        /// What was expected.
        what: String,
    },
    /// A write failed before, so memory and file may differ.
    #[error("an earlier write to the ledger failed; open it again to see what was kept")]
    Broken,
}

/// How much may be kept in memory between batches.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of rows and aggregates, roughly.
    pub cached_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { cached_bytes: 256 << 20 }
    }
}

/// State over a ledger, with the writes of the open batch.
#[derive(Debug)]
pub struct Store<'l> {
    module: Arc<Module>,
    ledger: Held<'l>,
    layout: Layout,
    rows: Vec<StateRows>,
    aggregates: Vec<Slots<AggregateValue>>,
    env: Env,
    /// Events that wait for their rules, with their data in program memory.
    emitted: VecDeque<(EventId, Slot)>,
    /// Whether reads see state before the event.
    before: bool,
    bounds: Bounds,
    /// Goes up with each batch: what was not used since may be let go.
    batch: u64,
    /// What the world could not do, kept here since `WorldError` is only its text.
    failure: Option<StoreError>,
    /// Rows and aggregates that were looked at, and that were written.
    read: Cell<u64>,
    written: u64,
    /// Conditions of alerts and beliefs that were asked, or looked at.
    conditions: u64,
    broken: bool,
    parts: Vec<KeyPart>,
    cells: Vec<LedgerCell>,
}

/// What is in memory of one state.
#[derive(Debug)]
struct StateRows {
    slots: Slots<Option<Row>>,
    overlays: Overlays,
    scans: Scans,
    next_seq: Option<NextSeq>,
}

/// The number of a journal's next row.
#[derive(Clone, Copy, Debug)]
struct NextSeq {
    now: i64,
    /// At the start of the event.
    before: i64,
}

/// The ledger under a store.
#[derive(Debug)]
enum Held<'l> {
    /// A ledger that can be written, if it was opened so.
    Own(Box<Ledger>),
    /// One moment of a ledger.
    Moment(Snapshot<'l>),
    /// A ledger with a batch open on it, whose writes are read too.
    Batch(&'l Ledger),
}

impl Held<'_> {
    fn get(&self) -> &Ledger {
        match self {
            Held::Own(ledger) => ledger,
            Held::Moment(snapshot) => snapshot,
            Held::Batch(ledger) => ledger,
        }
    }
}

impl<'l> Store<'l> {
    /// State over a ledger whose tables are `layout`'s, attached.
    pub fn new(module: Arc<Module>, ledger: Ledger, layout: Layout, bounds: Bounds) -> Store<'l> {
        Store::over(module, Held::Own(Box::new(ledger)), layout, bounds)
    }

    /// State at one moment of a ledger, to be read only.
    pub fn at_moment(module: Arc<Module>, snapshot: Snapshot<'l>, layout: Layout) -> Store<'l> {
        Store::over(module, Held::Moment(snapshot), layout, Bounds::default())
    }

    /// State as a batch sees it that is open on the ledger. What is written to rows has no way into it, aggregates and orders have
    /// [`Store::write_aggregates`].
    pub fn in_batch(module: Arc<Module>, ledger: &'l Ledger, layout: Layout, bounds: Bounds) -> Store<'l> {
        Store::over(module, Held::Batch(ledger), layout, bounds)
    }

    fn over(module: Arc<Module>, ledger: Held<'l>, layout: Layout, bounds: Bounds) -> Store<'l> {
        let rows = || StateRows {
            slots: Slots::default(),
            overlays: Overlays::default(),
            scans: Scans::default(),
            next_seq: None,
        };
        Store {
            rows: std::iter::repeat_with(rows).take(module.states.len()).collect(),
            aggregates: std::iter::repeat_with(Slots::default).take(module.aggregates.len()).collect(),
            module,
            ledger,
            layout,
            env: Env { now: 0, event_seq: 0, caller: Arc::from("") },
            emitted: VecDeque::new(),
            before: false,
            bounds,
            batch: 0,
            failure: None,
            read: Cell::new(0),
            written: 0,
            conditions: 0,
            broken: false,
            parts: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// The ledger, to read from.
    pub fn ledger(&self) -> &Ledger {
        self.ledger.get()
    }

    /// Holds reads to one moment until the batch is written or [`Store::let_go`]: then they lock the file once.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn hold(&self) -> Result<(), StoreError> {
        match &self.ledger {
            Held::Own(ledger) => Ok(ledger.hold()?),
            Held::Batch(_) | Held::Moment(_) => Ok(()),
        }
    }

    /// Ends [`Store::hold`].
    ///
    /// # Errors
    /// What the ledger says.
    pub fn let_go(&self) -> Result<(), StoreError> {
        Ok(self.ledger.get().let_go()?)
    }

    /// Folds the ledger's write-ahead log back where it has grown long: between two batches.
    ///
    /// # Errors
    /// What the ledger says; nothing is lost then.
    pub fn fold_back(&self) -> Result<bool, StoreError> {
        match &self.ledger {
            Held::Own(ledger) => Ok(ledger.fold_back()?),
            Held::Batch(_) | Held::Moment(_) => Ok(false),
        }
    }

    /// The ledger back, where the store has it for its own; what was not committed is gone.
    pub fn into_ledger(self) -> Option<Ledger> {
        match self.ledger {
            Held::Own(ledger) => Some(*ledger),
            Held::Moment(_) | Held::Batch(_) => None,
        }
    }

    /// The tables.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What went wrong with the world, where a call has failed because of it.
    pub fn take_failure(&mut self) -> Option<StoreError> {
        self.failure.take()
    }

    /// What was read and written so far; steps are not known here.
    pub fn work(&self) -> Work {
        Work { rows_read: self.read.get(), rows_written: self.written, steps: 0, conditions: self.conditions }
    }

    /// Counts conditions of alerts and beliefs.
    pub fn note_conditions(&mut self, count: usize) {
        self.conditions = self.conditions.saturating_add(count as u64);
    }

    fn note_read(&self) {
        self.note_reads(1);
    }

    fn note_reads(&self, rows: usize) {
        self.read.set(self.read.get().saturating_add(rows as u64));
    }

    /// Begins an event: what is written from now on can be undone.
    pub fn begin_event(&mut self, env: Env) {
        self.env = env;
        self.before = false;
        self.emitted.clear();
    }

    /// The first of the events that were emitted and not taken yet.
    pub fn take_emitted(&mut self) -> Option<(EventId, Slot)> {
        self.emitted.pop_front()
    }

    /// Undoes what the event has written.
    pub fn undo_event(&mut self) {
        self.before = false;
        for rows in &mut self.rows {
            if let Some(next) = &mut rows.next_seq {
                next.now = next.before;
            }
            if rows.overlays.is_empty() {
                rows.slots.undo(|_, _, _| ());
            } else {
                let overlays = &mut rows.overlays;
                rows.slots.undo(|key, now, before| {
                    overlays.change(key, now.and_then(Option::as_ref), before.and_then(Option::as_ref))
                });
            }
        }
        for aggregate in &mut self.aggregates {
            aggregate.undo(|_, _, _| ());
        }
    }

    /// Keeps what the event has written, for the batch's commit.
    pub fn keep_event(&mut self) {
        self.before = false;
        for rows in &mut self.rows {
            if let Some(next) = &mut rows.next_seq {
                next.before = next.now;
            }
            rows.slots.keep();
        }
        self.aggregates.iter_mut().for_each(Slots::keep);
    }

    /// The place of a row in memory; it is read from the ledger when it is not there.
    fn row_slot(&mut self, state: StateId, key: &[KeyPart]) -> Result<usize, StoreError> {
        let at = state.as_u32() as usize;
        if let Some(slot) = self.rows[at].slots.find(key, self.batch) {
            return Ok(slot);
        }
        let (table, id) = (self.layout.state(state), self.layout.state_id(state));
        if is_beyond(self.ledger.get(), &table.spec, id, &mut self.rows[at].slots, key)? {
            return Ok(self.rows[at].slots.insert(key.into(), None, self.batch));
        }
        self.cells.clear();
        table.write_key(&self.module, key, &mut self.cells).map_err(|what| damaged(&table.spec.name, what))?;
        let found = self.ledger.get().row(id, &self.cells)?;
        let row = found.map(|cells| table.read(&self.module, &cells)).transpose();
        let row = row.map_err(|what| damaged(&table.spec.name, what))?;
        Ok(self.rows[at].slots.insert(key.into(), row, self.batch))
    }

    /// The place of an aggregate's group in memory.
    fn aggregate_slot(&mut self, aggregate: AggregateId, group: &[KeyPart]) -> Result<usize, StoreError> {
        let at = aggregate.as_u32() as usize;
        if let Some(slot) = self.aggregates[at].find(group, self.batch) {
            return Ok(slot);
        }
        let (table, id) = (self.layout.aggregate(aggregate), self.layout.aggregate_id(aggregate));
        if is_beyond(self.ledger.get(), &table.spec, id, &mut self.aggregates[at], group)? {
            return Ok(self.aggregates[at].insert(group.into(), table.zero(), self.batch));
        }
        self.cells.clear();
        table.write_group(&self.module, group, &mut self.cells).map_err(|what| damaged(&table.spec.name, what))?;
        let found = self.ledger.get().row(id, &self.cells)?;
        let value = found.map(|cells| table.read(&self.module, &cells)).transpose();
        let value = value.map_err(|what| damaged(&table.spec.name, what))?.unwrap_or_else(|| table.zero());
        Ok(self.aggregates[at].insert(group.into(), value, self.batch))
    }

    /// The number of a journal's next row: one more than that of its last.
    fn next_seq_of(&mut self, journal: StateId) -> Result<i64, StoreError> {
        let at = journal.as_u32() as usize;
        if let Some(next) = self.rows[at].next_seq {
            return Ok(if self.before { next.before } else { next.now });
        }
        let name = &self.layout.state(journal).spec.name;
        let last = last_number(self.ledger.get(), name, self.layout.state_id(journal))?;
        let next = last.map_or(Some(1), |last| last.checked_add(1));
        let next = next.ok_or_else(|| damaged(name, Misfit("column `seq` expected a number of a row".into())))?;
        self.rows[at].next_seq = Some(NextSeq { now: next, before: next });
        Ok(next)
    }
}

/// Whether the ledger can have no row with this key, since its keys are numbers that end before: most rows of growing
/// tables that are first asked for are new, and asking costs as much as writing.
fn is_beyond<V: Clone + Weigh>(
    ledger: &Ledger,
    spec: &TableSpec,
    table: TableId,
    slots: &mut Slots<V>,
    key: &[KeyPart],
) -> Result<bool, StoreError> {
    let is_number = spec.key == 1 && spec.columns.first().is_some_and(|column| column.kind == ColumnKind::Integer);
    let [KeyPart::Int(number)] = key else { return Ok(false) };
    if !is_number {
        return Ok(false);
    }
    let highest = match slots.highest() {
        Some(highest) => highest,
        None => {
            let highest = last_number(ledger, &spec.name, table)?.unwrap_or(i64::MIN);
            slots.set_highest(highest);
            highest
        }
    };
    Ok(*number > highest)
}

/// The highest key of a table whose keys are numbers.
fn last_number(ledger: &Ledger, name: &str, table: TableId) -> Result<Option<i64>, StoreError> {
    let mut found = None;
    ledger.scan(table, &Scan { reverse: true, limit: Some(1), ..Scan::default() }, |cells| {
        found = cells.into_iter().next();
        ControlFlow::Break(())
    })?;
    match found {
        None => Ok(None),
        Some(LedgerCell::Int(number)) => Ok(Some(number)),
        Some(_) => Err(damaged(name, Misfit("the key expected a number".into()))),
    }
}

/// A row that is not ours.
fn damaged(table: &str, what: Misfit) -> StoreError {
    StoreError::Damaged { table: table.to_owned(), what: what.0 }
}

/// The key of a row, into `parts`.
fn key_of(row: &[Value], key: usize, parts: &mut Vec<KeyPart>) -> Result<(), Misfit> {
    parts.clear();
    let fields = row.get(..key).ok_or_else(|| Misfit("a row shorter than its key".into()))?;
    for value in fields {
        parts.push(value.key_part().ok_or_else(|| Misfit("a value that can be no part of a key".into()))?);
    }
    Ok(())
}

/// The key of a row, as its own.
fn key(row: &[Value], length: usize) -> Result<Key, Misfit> {
    let mut parts = Vec::with_capacity(length);
    key_of(row, length, &mut parts)?;
    Ok(parts)
}
