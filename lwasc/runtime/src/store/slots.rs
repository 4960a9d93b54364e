//! [`Slots`]: values by key in memory, each with what it was before the event and whether the batch has changed it.
//!
//! The undo log is in the slots themselves: the first write of an event keeps the old value there, and the list of such
//! slots says what to undo. So a write costs one look-up, and an event that is kept costs one step a changed slot.

use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{AggregateValue, KeyPart, Value};
use rustc_hash::FxHashMap;

/// Values of one state or aggregate.
#[derive(Debug)]
pub struct Slots<V> {
    by_key: FxHashMap<Arc<[KeyPart]>, u32>,
    slots: Vec<Slot<V>>,
    /// The slot that was found last, which is mostly asked for again.
    last: usize,
    /// Where keys are one number: none in the ledger is higher.
    highest: Option<i64>,
    /// Slots that the event has written, each once, in order of first writing.
    touched: Vec<u32>,
    /// Slots that the batch has changed, each once.
    dirty: Vec<u32>,
    /// How many of `dirty` were there when the event began.
    dirty_before: usize,
    /// Bytes that keys and values take, roughly.
    bytes: usize,
}

#[derive(Debug)]
struct Slot<V> {
    key: Arc<[KeyPart]>,
    now: V,
    /// What it was before the event, where the event has written it.
    before: Option<V>,
    dirty: bool,
    /// The batch that used it last.
    used: u64,
}

impl<V> Default for Slots<V> {
    fn default() -> Slots<V> {
        Slots {
            by_key: FxHashMap::default(),
            slots: vec![],
            last: 0,
            highest: None,
            touched: vec![],
            dirty: vec![],
            dirty_before: 0,
            bytes: 0,
        }
    }
}

/// Roughly the bytes that a value takes.
pub trait Weigh {
    /// Bytes.
    fn weight(&self) -> usize;
}

impl Weigh for Option<Row> {
    fn weight(&self) -> usize {
        self.as_ref().map_or(0, |row| weigh_all(row))
    }
}

impl Weigh for AggregateValue {
    fn weight(&self) -> usize {
        match self {
            AggregateValue::Wide(_) => 0,
            AggregateValue::Bag(entries) => entries.len() * 32,
        }
    }
}

/// Roughly the bytes that the values of a row take.
pub fn weigh_all(values: &[Value]) -> usize {
    16 + values.iter().map(weigh).sum::<usize>()
}

fn weigh(value: &Value) -> usize {
    let inner = match value {
        Value::Text(text) => 16 + text.len(),
        Value::Some(inner) => weigh(inner),
        Value::List(values) | Value::Record(values) | Value::Variant { fields: values, .. } => weigh_all(values),
        Value::Bag(entries) => entries.len() * 32,
        Value::Map(entries) => 16 + entries.iter().map(|(key, value)| 32 + key.len() + weigh(value)).sum::<usize>(),
        _ => 0,
    };
    size_of::<Value>() + inner
}

/// Roughly the bytes that a key takes, with what finds it.
pub fn weigh_key(key: &[KeyPart]) -> usize {
    let part = |part: &KeyPart| match part {
        KeyPart::Int(_) | KeyPart::Wide(_) => 32,
        KeyPart::Text(text) => 40 + text.len(),
    };
    128 + key.iter().map(part).sum::<usize>()
}

impl<V: Clone + Weigh> Slots<V> {
    /// The slot with this key, which is noted as used.
    pub fn find(&mut self, key: &[KeyPart], batch: u64) -> Option<usize> {
        let at = match self.slots.get(self.last) {
            Some(slot) if *slot.key == *key => self.last,
            _ => *self.by_key.get(key)? as usize,
        };
        self.last = at;
        self.slots[at].used = batch;
        Some(at)
    }

    /// The number above which the ledger holds no key, as [`Slots::set_highest`] was told and commits have raised it.
    pub fn highest(&self) -> Option<i64> {
        self.highest
    }

    /// Notes the highest key in the ledger, where keys are one number; it holds until everything is let go of.
    pub fn set_highest(&mut self, highest: i64) {
        self.highest = Some(highest);
    }

    /// The slot with this key, without noting a use.
    pub fn peek(&self, key: &[KeyPart]) -> Option<usize> {
        self.by_key.get(key).map(|at| *at as usize)
    }

    /// A new slot with what the ledger holds.
    pub fn insert(&mut self, key: Arc<[KeyPart]>, now: V, batch: u64) -> usize {
        let at = self.slots.len();
        let number = u32::try_from(at).expect("fewer rows in memory than there is memory for");
        self.bytes += weigh_key(&key) + now.weight();
        self.by_key.insert(Arc::clone(&key), number);
        self.slots.push(Slot { key, now, before: None, dirty: false, used: batch });
        at
    }

    /// The key of a slot.
    pub fn key(&self, slot: usize) -> &Arc<[KeyPart]> {
        &self.slots[slot].key
    }

    /// The value of a slot.
    pub fn now(&self, slot: usize) -> &V {
        &self.slots[slot].now
    }

    /// The value of a slot before the event.
    pub fn before(&self, slot: usize) -> &V {
        let slot = &self.slots[slot];
        slot.before.as_ref().unwrap_or(&slot.now)
    }

    /// Whether the batch has changed a slot.
    pub fn is_dirty(&self, slot: usize) -> bool {
        self.slots[slot].dirty
    }

    /// Whether the event has written a slot.
    pub fn is_touched(&self, slot: usize) -> bool {
        self.slots[slot].before.is_some()
    }

    /// The slots that the event has written.
    pub fn touched(&self) -> &[u32] {
        &self.touched
    }

    /// The slots that the batch has changed.
    pub fn dirty(&self) -> &[u32] {
        &self.dirty
    }

    /// The slots that the batch has changed, in order of key: neighbours in the file are written one after another.
    pub fn dirty_by_key(&self) -> Vec<usize> {
        let mut dirty: Vec<usize> = self.dirty.iter().map(|at| *at as usize).collect();
        dirty.sort_unstable_by(|a, b| self.key(*a).cmp(self.key(*b)));
        dirty
    }

    /// Bytes that all takes, roughly.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Writes a slot.
    pub fn write(&mut self, at: usize, value: V) {
        let number = u32::try_from(at).expect("slots are numbered by u32");
        let slot = &mut self.slots[at];
        self.bytes = (self.bytes + value.weight()).saturating_sub(slot.now.weight());
        let old = std::mem::replace(&mut slot.now, value);
        if slot.before.is_none() {
            slot.before = Some(old);
            self.touched.push(number);
        }
        if !slot.dirty {
            slot.dirty = true;
            self.dirty.push(number);
        }
    }

    /// Puts back what was there before the event. `undone` is told the key, the value that goes and the one that comes
    /// back; the latter only where it is a change of the batch too.
    pub fn undo(&mut self, mut undone: impl FnMut(&Arc<[KeyPart]>, Option<&V>, Option<&V>)) {
        for at in self.dirty.drain(self.dirty_before..) {
            self.slots[at as usize].dirty = false;
        }
        while let Some(at) = self.touched.pop() {
            let slot = &mut self.slots[at as usize];
            let Some(before) = slot.before.take() else { continue };
            undone(&slot.key, Some(&slot.now), slot.dirty.then_some(&before));
            self.bytes = (self.bytes + before.weight()).saturating_sub(slot.now.weight());
            slot.now = before;
        }
    }

    /// Keeps the event's writes.
    pub fn keep(&mut self) {
        for at in self.touched.drain(..) {
            self.slots[at as usize].before = None;
        }
        self.dirty_before = self.dirty.len();
    }

    /// After a commit: nothing differs from the ledger.
    pub fn committed(&mut self) {
        self.commit();
    }

    /// After a commit, where keys that are one number and higher than all before are those of new entries, which are rarely asked for
    /// again: lets go of their slots.
    pub fn committed_without_new(&mut self) {
        let mut new = self.commit();
        new.sort_unstable();
        while let Some(at) = new.pop() {
            // All behind it are kept, so none of them is still to go.
            let gone = self.slots.swap_remove(at as usize);
            self.by_key.remove(&gone.key);
            self.bytes = self.bytes.saturating_sub(weigh_key(&gone.key) + gone.now.weight());
            if let Some(moved) = self.slots.get(at as usize)
                && let Some(place) = self.by_key.get_mut(&moved.key)
            {
                *place = at;
            }
        }
        self.last = 0;
    }

    /// Nothing differs from the ledger any more: the slots whose keys are numbers above those that the ledger had.
    fn commit(&mut self) -> Vec<u32> {
        let (before, mut new) = (self.highest, vec![]);
        for at in self.dirty.drain(..) {
            let slot = &mut self.slots[at as usize];
            slot.dirty = false;
            if let ([KeyPart::Int(number)], Some(highest)) = (&*slot.key, &mut self.highest) {
                *highest = (*highest).max(*number);
                if before.is_some_and(|before| *number > before) {
                    new.push(at);
                }
            }
        }
        self.dirty_before = 0;
        new
    }

    /// Lets go of what no batch since `since` has used; only after a commit.
    pub fn evict(&mut self, since: u64) {
        self.last = 0;
        self.slots.retain(|slot| slot.used >= since);
        self.by_key.clear();
        self.bytes = 0;
        for (at, slot) in self.slots.iter().enumerate() {
            let number = u32::try_from(at).expect("slots are numbered by u32");
            self.by_key.insert(Arc::clone(&slot.key), number);
            self.bytes += weigh_key(&slot.key) + slot.now.weight();
        }
    }

    /// Lets go of everything.
    pub fn clear(&mut self) {
        self.by_key.clear();
        self.slots.clear();
        self.last = 0;
        self.highest = None;
        self.touched.clear();
        self.dirty.clear();
        self.dirty_before = 0;
        self.bytes = 0;
    }
}
