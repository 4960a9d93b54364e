//! Writing a batch: its entries, the keys they judge, and each changed row once, in one transaction.

use std::sync::Arc;

use lwas_ir::{AggregateValue, Module, StateId, StateKind};
use lwas_ledger::{Batch, Cell, Delivered, Head, Kind, LedgerError, NewEntry};
use lwas_seal::Hash;

use super::{Held, Slots, StateRows, Store, StoreError, damaged};
use crate::schema::Layout;

/// An entry of the open batch.
#[derive(Clone, Debug)]
pub struct PendingEntry {
    /// Applied or rejected, or a new program.
    pub kind: Kind,
    /// Its time.
    pub time: i64,
    /// The event's type; empty for a program.
    pub event_type: Arc<str>,
    /// The artifact that judged it.
    pub artifact: Hash,
    /// Its canonical bytes.
    pub body: Vec<u8>,
    /// Under what it is found again: pairs of the key's kind and the key.
    pub keys: Vec<(Arc<str>, Vec<u8>)>,
}

impl Store<'_> {
    /// Writes everything and makes it durable. On failure nothing of it was written, as far as anybody was told, and the
    /// store answers nothing more.
    pub fn commit(
        &mut self,
        entries: &[PendingEntry],
        before: impl FnOnce(&mut Batch<'_>) -> Result<(), StoreError>,
    ) -> Result<Head, StoreError> {
        if self.broken {
            return Err(StoreError::Broken);
        }
        let written = self.write_batch(entries, before);
        match &written {
            Ok(_) => self.end_batch(),
            Err(_) => {
                self.broken = true;
                self.forget();
            }
        }
        written
    }

    /// Notes what a target was told, in a transaction of its own.
    pub fn note_delivered(&mut self, target: &str, delivered: &Delivered) -> Result<(), StoreError> {
        if self.broken {
            return Err(StoreError::Broken);
        }
        let Held::Own(ledger) = &mut self.ledger else {
            let path = self.ledger.get().path().to_owned();
            return Err(LedgerError::OpenedForReading { path }.into());
        };
        let noted = ledger.begin().and_then(|mut batch| {
            batch.note_delivered(target, delivered)?;
            batch.commit()
        });
        self.broken = noted.is_err();
        Ok(noted.map(drop)?)
    }

    /// Whether a write has failed.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    fn write_batch(
        &mut self,
        entries: &[PendingEntry],
        before: impl FnOnce(&mut Batch<'_>) -> Result<(), StoreError>,
    ) -> Result<Head, StoreError> {
        let Held::Own(ledger) = &mut self.ledger else {
            let path = self.ledger.get().path().to_owned();
            return Err(LedgerError::OpenedForReading { path }.into());
        };
        let mut batch = ledger.begin()?;
        before(&mut batch)?;
        for entry in entries {
            let PendingEntry { kind, time, event_type, artifact, body, keys } = entry;
            let head = batch.append(NewEntry { kind: *kind, time: *time, event_type, artifact: *artifact, body })?;
            for (kind, key) in keys {
                batch.record_key(kind, key, head.seq)?;
            }
        }
        let cells = &mut self.cells;
        for (state, rows) in self.module.states.keys().zip(&self.rows) {
            write_rows(&self.module, &self.layout, (state, rows), cells, &mut batch)?;
        }
        write_aggregates(&self.module, &self.layout, &self.aggregates, cells, &mut batch)?;
        Ok(batch.commit()?)
    }

    /// Writes what aggregates hold, and the orders that they keep, to the batch that this store reads, and lets go of everything: it
    /// can be read again there.
    pub fn write_aggregates(&mut self, batch: &mut Batch<'_>) -> Result<(), StoreError> {
        for (_, order) in self.module.orders() {
            let rows = &self.rows[order.as_u32() as usize];
            write_rows(&self.module, &self.layout, (order, rows), &mut self.cells, batch)?;
        }
        write_aggregates(&self.module, &self.layout, &self.aggregates, &mut self.cells, batch)?;
        self.forget();
        Ok(())
    }

    /// Whether more is in memory than may be.
    pub fn is_heavy(&self) -> bool {
        self.bytes() > self.bounds.cached_bytes
    }

    fn bytes(&self) -> usize {
        let rows: usize = self.rows.iter().map(|rows| rows.slots.bytes()).sum();
        rows + self.aggregates.iter().map(|slots| slots.bytes()).sum::<usize>()
    }

    /// After a commit: what is in memory is what is in the ledger, and what is too much of it goes.
    fn end_batch(&mut self) {
        for (rows, state) in self.rows.iter_mut().zip(self.module.states.values()) {
            if !rows.slots.dirty().is_empty() {
                rows.scans.clear();
            }
            rows.slots.committed();
            rows.overlays.clear();
            if state.kind == StateKind::Journal {
                // What was appended is rarely read again.
                rows.slots.evict(u64::MAX);
            }
        }
        for aggregate in &mut self.aggregates {
            // Such as the sums of each entry, which would fill the memory.
            aggregate.committed_without_new();
        }
        if self.is_heavy() {
            let since = self.batch;
            self.rows.iter_mut().for_each(|rows| rows.slots.evict(since));
            self.aggregates.iter_mut().for_each(|slots| slots.evict(since));
            if self.bytes() > self.bounds.cached_bytes / 2 {
                self.forget();
            }
        }
        self.batch += 1;
    }

    /// Drops what the open batch has written.
    pub fn abandon_batch(&mut self) {
        self.undo_event();
        self.forget();
    }

    /// Empties the memory; what was not written is gone.
    fn forget(&mut self) {
        for rows in &mut self.rows {
            rows.slots.clear();
            rows.overlays.clear();
            rows.scans.clear();
            rows.next_seq = None;
        }
        self.aggregates.iter_mut().for_each(super::Slots::clear);
    }
}

/// Writes each row of a state that was changed, once.
fn write_rows(
    module: &Module,
    layout: &Layout,
    (state, rows): (StateId, &StateRows),
    cells: &mut Vec<Cell>,
    batch: &mut Batch<'_>,
) -> Result<(), StoreError> {
    let (table, id) = (layout.state(state), layout.state_id(state));
    let wrong = |what| damaged(&table.spec.name, what);
    let is_journal = module.states[state].kind == StateKind::Journal;
    for slot in rows.slots.dirty_by_key() {
        cells.clear();
        match rows.slots.now(slot) {
            Some(row) => {
                table.write(module, row, cells).map_err(wrong)?;
                if is_journal { batch.insert_row(id, cells)? } else { batch.put_row(id, cells)? }
            }
            None => {
                table.write_key(module, rows.slots.key(slot), cells).map_err(wrong)?;
                batch.delete_row(id, cells)?;
            }
        }
    }
    Ok(())
}

/// Writes each group that was changed, once.
fn write_aggregates(
    module: &Module,
    layout: &Layout,
    aggregates: &[Slots<AggregateValue>],
    cells: &mut Vec<Cell>,
    batch: &mut Batch<'_>,
) -> Result<(), StoreError> {
    for (aggregate, slots) in module.aggregates.keys().zip(aggregates) {
        let (table, id) = (layout.aggregate(aggregate), layout.aggregate_id(aggregate));
        for slot in slots.dirty_by_key() {
            cells.clear();
            table.write_group(module, slots.key(slot), cells).map_err(|what| damaged(&table.spec.name, what))?;
            match table.value_cell(module, slots.now(slot)) {
                Some(value) => {
                    cells.push(value);
                    batch.put_row(id, cells)?;
                }
                None => {
                    batch.delete_row(id, cells)?;
                }
            }
        }
    }
    Ok(())
}
