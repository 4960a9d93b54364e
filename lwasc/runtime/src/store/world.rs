//! The `World` that programs see: reads and writes of one event.

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{
    AggregateId, AggregateValue, Env, EventId, Key, KeyPart, Lookup, Slot, StateId, StateKind, Value, World, WorldError,
};
use lwas_ledger::{By, Order, Scan};

use super::{Store, StoreError, damaged, key, key_of, scans};
use crate::schema::Misfit;

impl World for Store<'_> {
    fn row(&mut self, state: StateId, key: &Key) -> Result<Option<Row>, WorldError> {
        self.note_read();
        let slot = self.row_slot(state, key);
        let slot = self.world(slot)?;
        let slots = &self.rows[state.as_u32() as usize].slots;
        Ok(if self.before { slots.before(slot) } else { slots.now(slot) }.clone())
    }

    fn put(&mut self, state: StateId, row: Row) -> Result<(), WorldError> {
        self.written += 1;
        let mut parts = std::mem::take(&mut self.parts);
        let written = self.put_row(state, row, &mut parts);
        self.parts = parts;
        self.world(written)
    }

    fn delete(&mut self, state: StateId, key: &Key) -> Result<(), WorldError> {
        self.written += 1;
        let slot = self.row_slot(state, key);
        let slot = self.world(slot)?;
        self.write_row(state, slot, None);
        Ok(())
    }

    fn next_seq(&mut self, journal: StateId) -> Result<i64, WorldError> {
        let next = self.next_seq_of(journal);
        self.world(next)
    }

    fn scan(&mut self, state: StateId, lookup: &Lookup, limit: usize) -> Result<Vec<Row>, WorldError> {
        let rows = self.scan_rows(state, lookup, limit);
        self.world(rows)
    }

    fn ends(&mut self, state: StateId, lookup: &Lookup, last: bool, limit: usize) -> Result<Vec<Row>, WorldError> {
        let rows = self.end_rows(state, lookup, last, limit);
        self.world(rows)
    }

    fn aggregate(&mut self, aggregate: AggregateId, group: &Key) -> Result<AggregateValue, WorldError> {
        self.note_read();
        let slot = self.aggregate_slot(aggregate, group);
        let slot = self.world(slot)?;
        let slots = &self.aggregates[aggregate.as_u32() as usize];
        Ok(if self.before { slots.before(slot) } else { slots.now(slot) }.clone())
    }

    fn set_aggregate(&mut self, aggregate: AggregateId, group: &Key, value: AggregateValue) -> Result<(), WorldError> {
        self.written += 1;
        let slot = self.aggregate_slot(aggregate, group);
        let slot = self.world(slot)?;
        self.aggregates[aggregate.as_u32() as usize].write(slot, value);
        Ok(())
    }

    fn emit(&mut self, event: EventId, data: Slot) -> Result<(), WorldError> {
        self.emitted.push_back((event, data));
        Ok(())
    }

    fn see_before(&mut self, before: bool) {
        self.before = before;
    }

    fn env(&self) -> &Env {
        &self.env
    }
}

impl Store<'_> {
    /// The text of an error is what the program's engine carries on; the error itself waits here for the judge.
    fn world<T>(&mut self, result: Result<T, StoreError>) -> Result<T, WorldError> {
        result.map_err(|error| {
            let text = WorldError(error.to_string());
            self.failure.get_or_insert(error);
            text
        })
    }

    fn put_row(&mut self, state: StateId, row: Row, parts: &mut Vec<KeyPart>) -> Result<(), StoreError> {
        let table = self.layout.state(state);
        key_of(&row, table.key(), parts).map_err(|what| damaged(&table.spec.name, what))?;
        let at = state.as_u32() as usize;
        if self.module.states[state].kind != StateKind::Journal {
            let slot = self.row_slot(state, parts)?;
            self.write_row(state, slot, Some(row));
            return Ok(());
        }
        // A journal's row is new by its number, so nobody asks the ledger.
        let next = self.next_seq_of(state)?;
        if parts.as_slice() != [KeyPart::Int(next)] {
            let what = Misfit(format!("a row of a journal expected number {next}"));
            return Err(damaged(&self.layout.state(state).spec.name, what));
        }
        if let Some(seq) = &mut self.rows[at].next_seq {
            seq.now = next.saturating_add(1);
        }
        let slots = &mut self.rows[at].slots;
        // A number given to an event that was undone is given again.
        let slot = slots.find(parts, self.batch);
        let slot = slot.unwrap_or_else(|| slots.insert(parts.as_slice().into(), None, self.batch));
        self.write_row(state, slot, Some(row));
        Ok(())
    }

    fn write_row(&mut self, state: StateId, slot: usize, row: Option<Row>) {
        let rows = &mut self.rows[state.as_u32() as usize];
        if !rows.overlays.is_empty() {
            let old = rows.slots.now(slot).as_ref().filter(|_| rows.slots.is_dirty(slot));
            rows.overlays.change(rows.slots.key(slot), old, row.as_ref());
        }
        rows.slots.write(slot, row);
    }

    /// Rows of the ledger that the batch has not changed, and rows that it has, in order of key.
    fn scan_rows(&mut self, state: StateId, lookup: &Lookup, limit: usize) -> Result<Vec<Row>, StoreError> {
        self.make_overlay(state, lookup.index);
        let length = self.layout.state(state).key();
        let mut found = self.unchanged_rows(state, lookup, limit)?;
        let rows = &self.rows[state.as_u32() as usize];
        found.extend(rows.overlays.rows(lookup).inspect(|_| self.note_read()).cloned());
        if self.before {
            self.rewind(state, lookup, &mut found)?;
        }
        found.sort_by(|a, b| compare_keys(a, b, length));
        found.truncate(limit);
        Ok(found)
    }

    /// The rows of the ledger that the batch has not changed: at least `limit` of them in order of key, where there are as many.
    fn unchanged_rows(&mut self, state: StateId, lookup: &Lookup, limit: usize) -> Result<Vec<Row>, StoreError> {
        let rows = &self.rows[state.as_u32() as usize];
        let is_changed = |key: &[KeyPart]| rows.slots.peek(key).is_some_and(|slot| rows.slots.is_dirty(slot));
        let by_values = lookup.index.is_some() && !lookup.is_bounded();
        if by_values && let Some(known) = rows.scans.find(lookup.index, lookup.prefix) {
            self.note_reads(known.len());
            let unchanged = known.iter().filter(|(key, _)| !is_changed(key));
            return Ok(unchanged.map(|(_, row)| Arc::clone(row)).collect());
        }
        // A journal changes with most commits.
        let may_keep = by_values && self.module.states[state].kind != StateKind::Journal;
        let ordered = self.layout.state(state).key_is_ordered;
        let (mut found, mut known, mut is_whole) = (Vec::new(), Vec::new(), true);
        self.scan_ledger(state, lookup, (Order::Key, false), |key, row| {
            if may_keep && known.len() <= scans::MOST_ROWS {
                known.push((key.to_vec(), Arc::clone(&row)));
            }
            if !is_changed(key) {
                found.push(row);
            }
            // Of rows in another order none may be left out before they are sorted.
            if ordered && found.len() >= limit {
                is_whole = false;
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        if may_keep && is_whole {
            self.rows[state.as_u32() as usize].scans.keep(lookup.index, lookup.prefix, &known.into());
        }
        Ok(found)
    }

    /// The first or last rows by the fields looked at: those of the ledger until there are enough that the batch has not changed,
    /// and those that it has.
    fn end_rows(&mut self, state: StateId, lookup: &Lookup, last: bool, limit: usize) -> Result<Vec<Row>, StoreError> {
        let table = self.layout.state(state);
        let length = table.key();
        let fields = lookup.index.map_or(Vec::new(), |index| table.indexed(index).to_vec());
        let mut found: Vec<Row> = if !table.key_is_ordered {
            // Of keys in another order none may be left out.
            self.scan_rows(state, lookup, usize::MAX)?
        } else if limit == 0 {
            vec![]
        } else {
            self.make_overlay(state, lookup.index);
            let rows = &self.rows[state.as_u32() as usize];
            let mut found = Vec::new();
            self.scan_ledger(state, lookup, (Order::Scanned, last), |key, row| {
                if !rows.slots.peek(key).is_some_and(|slot| rows.slots.is_dirty(slot)) {
                    found.push(row);
                }
                if found.len() >= limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            // Of the rows that the event has written as many may be in the way when state before it is read.
            let most = limit.saturating_add(if self.before { rows.slots.touched().len() } else { 0 });
            found.extend(rows.overlays.ends(lookup, last).take(most).inspect(|_| self.note_read()).cloned());
            if self.before {
                self.rewind(state, lookup, &mut found)?;
            }
            found
        };
        let part = |row: &Row, field: &usize| row.get(*field).and_then(Value::index_part);
        found.sort_by(|a, b| {
            let by_field = fields.iter().map(|field| part(a, field).cmp(&part(b, field)));
            by_field.fold(Ordering::Equal, Ordering::then).then_with(|| compare_keys(a, b, length))
        });
        let first = if last { found.len().saturating_sub(limit) } else { 0 };
        Ok(found.into_iter().skip(first).take(limit).collect())
    }

    /// Calls `each` with the key and row of what the ledger holds, in an order, or with `reverse` the other way.
    fn scan_ledger(
        &self,
        state: StateId,
        lookup: &Lookup,
        (order, reverse): (Order, bool),
        mut each: impl FnMut(&[KeyPart], Row) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let table = self.layout.state(state);
        let wrong = |what: Misfit| damaged(&table.spec.name, what);
        let by = match lookup.index {
            None => By::Key,
            Some(number) => {
                let known = table.table_index(number);
                By::Index(known.ok_or_else(|| wrong(Misfit(format!("an index of number {number}"))))?)
            }
        };
        let mut equal = Vec::with_capacity(lookup.prefix.len());
        table.write_prefix(&self.module, lookup.index, lookup.prefix, &mut equal).map_err(wrong)?;
        let end = |bound| table.end(&self.module, lookup.index, lookup.prefix.len(), bound).map_err(wrong);
        let (from, to) = (end(lookup.range.0)?, end(lookup.range.1)?);
        let scan = Scan { by, equal: &equal, from: from.as_ref(), to: to.as_ref(), order, reverse, limit: None };
        let mut parts = Vec::new();
        let mut failed = None;
        self.ledger.get().scan(self.layout.state_id(state), &scan, |cells| {
            self.note_read();
            let row = table.read(&self.module, &cells);
            let row = row.and_then(|row| key_of(&row, table.key(), &mut parts).map(|()| row));
            match row {
                Ok(row) => each(&parts, row),
                Err(what) => {
                    failed = Some(what);
                    ControlFlow::Break(())
                }
            }
        })?;
        failed.map_or(Ok(()), |what| Err(wrong(what)))
    }

    /// Makes the overlay of an index, or of the key, unless it is there.
    fn make_overlay(&mut self, state: StateId, index: Option<u32>) {
        let rows = &mut self.rows[state.as_u32() as usize];
        if rows.overlays.has(index) {
            return;
        }
        let fields = index.map_or(&[][..], |index| self.layout.state(state).indexed(index));
        let slots = &rows.slots;
        let changed = slots.dirty().iter().filter_map(|at| {
            let at = *at as usize;
            Some((slots.key(at), slots.now(at).as_ref()?))
        });
        rows.overlays.make(index, fields, changed);
    }

    /// Takes the event's writes out of `found` and puts in what was there before.
    fn rewind(&self, state: StateId, lookup: &Lookup, found: &mut Vec<Row>) -> Result<(), StoreError> {
        let rows = &self.rows[state.as_u32() as usize];
        if rows.slots.touched().is_empty() {
            return Ok(());
        }
        let table = self.layout.state(state);
        let fields = lookup.index.map(|index| table.indexed(index));
        let mut kept = Vec::with_capacity(found.len());
        for row in found.drain(..) {
            let key = key(&row, table.key()).map_err(|what| damaged(&table.spec.name, what))?;
            if !rows.slots.peek(&key).is_some_and(|slot| rows.slots.is_touched(slot)) {
                kept.push(row);
            }
        }
        for slot in rows.slots.touched() {
            self.note_read();
            let slot = *slot as usize;
            let Some(row) = rows.slots.before(slot) else { continue };
            let meant = match fields {
                None => lookup.means(rows.slots.key(slot).iter().cloned().map(Some)),
                Some(fields) => lookup.means(fields.iter().map(|field| row.get(*field).and_then(Value::index_part))),
            };
            if meant {
                kept.push(row.clone());
            }
        }
        *found = kept;
        Ok(())
    }
}

/// The order of two rows by their first `length` fields.
fn compare_keys(a: &[Value], b: &[Value], length: usize) -> Ordering {
    let fields = a.iter().zip(b).take(length).map(|pair| match pair {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        _ => Ordering::Equal,
    });
    fields.fold(Ordering::Equal, Ordering::then)
}
