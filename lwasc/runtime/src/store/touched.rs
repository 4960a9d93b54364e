//! What the event has changed: for the axioms that must be checked.

use std::borrow::Cow;

use lwas_ir::world::Row;
use lwas_ir::{AggregateId, KeyPart, Source, StateId, Value};

use super::Store;
use super::slots::{Slots, Weigh};

/// A changed row: before and after.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// Its key.
    pub key: &'a [KeyPart],
    /// What it was before the event.
    pub before: Option<&'a Row>,
    /// What it is now.
    pub now: Option<&'a Row>,
}

impl Change<'_> {
    /// Whether those who read these stored fields see another row than before, or none any more, or one where there was none.
    pub fn concerns(&self, fields: &[u32]) -> bool {
        let (Some(before), Some(now)) = (self.before, self.now) else { return true };
        fields.iter().any(|field| before.get(*field as usize) != now.get(*field as usize))
    }
}

/// What the event has changed.
pub trait Touched {
    /// Whether rows of a state, or groups of an aggregate, have another value than before.
    fn is_changed(&self, source: Source) -> bool;
    /// The keys of rows, or the groups, that have another value than before; of rows that are read by fields, the values of these
    /// fields in each row that differs, as they were and as they are.
    fn changed_keys(&self, source: Source) -> Vec<Cow<'_, [KeyPart]>>;
    /// The rows of a state that differ from before.
    fn changed_rows(&self, state: StateId) -> impl Iterator<Item = Change<'_>>;
    /// The same in order of key.
    fn changed_in_order(&self, state: StateId) -> Vec<Change<'_>> {
        let mut changes: Vec<Change<'_>> = self.changed_rows(state).collect();
        changes.sort_unstable_by(|a, b| a.key.cmp(b.key));
        changes
    }
}

fn changed<V: Clone + Weigh + PartialEq>(slots: &Slots<V>) -> impl Iterator<Item = usize> {
    slots.touched().iter().map(|at| *at as usize).filter(|at| slots.before(*at) != slots.now(*at))
}

impl Store<'_> {
    fn slots(&self, state: StateId) -> &Slots<Option<Row>> {
        &self.rows[state.as_u32() as usize].slots
    }

    fn groups(&self, aggregate: AggregateId) -> &Slots<lwas_ir::AggregateValue> {
        &self.aggregates[aggregate.as_u32() as usize]
    }
}

impl Store<'_> {
    /// Whether the event has changed a row. Orders of rows follow from those, and from what has left windows.
    pub fn has_changed(&self) -> bool {
        let orders: Vec<StateId> = self.module.orders().map(|(_, order)| order).collect();
        let rows = self.module.states.keys().zip(&self.rows).filter(|(state, _)| !orders.contains(state));
        rows.into_iter().any(|(_, rows)| changed(&rows.slots).next().is_some())
    }
}

impl Touched for Store<'_> {
    fn is_changed(&self, source: Source) -> bool {
        match source {
            Source::State(state) | Source::Rows { state, .. } => changed(self.slots(state)).next().is_some(),
            Source::Aggregate(aggregate) => changed(self.groups(aggregate)).next().is_some(),
        }
    }

    fn changed_keys(&self, source: Source) -> Vec<Cow<'_, [KeyPart]>> {
        match source {
            Source::State(state) => {
                let slots = self.slots(state);
                changed(slots).map(|at| Cow::Borrowed(slots.key(at).as_ref())).collect()
            }
            Source::Aggregate(aggregate) => {
                let slots = self.groups(aggregate);
                changed(slots).map(|at| Cow::Borrowed(slots.key(at).as_ref())).collect()
            }
            Source::Rows { state, index, parts } => {
                let table = self.layout.state(state);
                let fields: Vec<usize> = match index {
                    None => (0..table.key()).collect(),
                    Some(index) => table.indexed(index).to_vec(),
                };
                let fields = fields.get(..usize::from(parts)).unwrap_or(&fields);
                let group = |row: &Row| {
                    // A row with `none` in one of them is found by no value, so nobody reads it.
                    fields.iter().map(|field| row.get(*field).and_then(Value::index_part)).collect::<Option<Vec<_>>>()
                };
                let changes = self.changed_rows(state);
                changes
                    .flat_map(|change| [change.before, change.now])
                    .flatten()
                    .filter_map(group)
                    .map(Cow::Owned)
                    .collect()
            }
        }
    }

    fn changed_rows(&self, state: StateId) -> impl Iterator<Item = Change<'_>> {
        let slots = self.slots(state);
        changed(slots).map(|at| Change {
            key: slots.key(at),
            before: slots.before(at).as_ref(),
            now: slots.now(at).as_ref(),
        })
    }
}
