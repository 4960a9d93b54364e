//! [`Overlays`]: the rows that the open batch has changed, in order, so that a scan can put them between the ledger's.
//!
//! An overlay is made when a key or an index of a state is first scanned in a batch, from the rows changed so far, and is
//! kept up from then on: programs that never scan pay nothing.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{KeyPart, Lookup, Value};

/// Where a row stands in an index: its indexed fields, then its key.
type Entry = (Vec<Spot>, Vec<Spot>);

/// A value in an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    /// It is `none`, which no scan can ask for.
    Nothing,
    /// It is there.
    Value(KeyPart),
    /// Behind all values: in no entry, but in bounds.
    End,
}

/// The overlays of one state, by index.
#[derive(Debug, Default)]
pub struct Overlays(Vec<Overlay>);

#[derive(Debug)]
struct Overlay {
    index: Option<u32>,
    fields: Vec<usize>,
    rows: BTreeMap<Entry, Row>,
}

impl Overlays {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether there is one for this index, or for the key.
    pub fn has(&self, index: Option<u32>) -> bool {
        self.0.iter().any(|overlay| overlay.index == index)
    }

    /// Makes the one for an index with these fields (or, with none of them, for the key) from the rows changed so far.
    pub fn make<'a>(
        &mut self,
        index: Option<u32>,
        fields: &[usize],
        changed: impl Iterator<Item = (&'a Arc<[KeyPart]>, &'a Row)>,
    ) {
        let rows = changed.map(|(key, row)| (entry(row, fields, key), Arc::clone(row))).collect();
        self.0.push(Overlay { index, fields: fields.to_vec(), rows });
    }

    /// A row of the batch's changes goes, and another comes in its place, in all overlays.
    pub fn change(&mut self, key: &Arc<[KeyPart]>, old: Option<&Row>, new: Option<&Row>) {
        for overlay in &mut self.0 {
            if let Some(old) = old {
                overlay.rows.remove(&entry(old, &overlay.fields, key));
            }
            if let Some(new) = new {
                overlay.rows.insert(entry(new, &overlay.fields, key), Arc::clone(new));
            }
        }
    }

    /// The changed rows that are meant, in order of the fields looked at, then of key.
    pub fn rows<'a>(&'a self, lookup: &'a Lookup<'a>) -> impl DoubleEndedIterator<Item = &'a Row> {
        let overlay = self.0.iter().find(|overlay| overlay.index == lookup.index);
        // Nothing may lie between the ends of a range.
        let bounds = Some((first(lookup), last(lookup))).filter(|(first, last)| first <= last);
        overlay
            .zip(bounds)
            .into_iter()
            .flat_map(|(overlay, bounds)| overlay.rows.range(bounds.0..bounds.1))
            .map(|(_, row)| row)
    }

    /// The same from one end on.
    pub fn ends<'a>(&'a self, lookup: &'a Lookup<'a>, last: bool) -> impl Iterator<Item = &'a Row> {
        let mut rows = self.rows(lookup);
        std::iter::from_fn(move || if last { rows.next_back() } else { rows.next() })
    }
}

/// What is not after any entry that is meant, and after all that come before those.
fn first(lookup: &Lookup) -> Entry {
    let parts = lookup.prefix.iter().cloned().map(Spot::Value);
    let mut spots: Vec<Spot> = parts.collect();
    match lookup.range.0 {
        Bound::Included(value) => spots.push(Spot::Value(value.clone())),
        Bound::Excluded(value) => spots.extend([Spot::Value(value.clone()), Spot::End]),
        // A row with `none` there is in no range.
        Bound::Unbounded if lookup.is_bounded() => spots.extend([Spot::Nothing, Spot::End]),
        Bound::Unbounded => {}
    }
    placed(lookup, spots)
}

/// What is after all entries that are meant, and before those that come after these.
fn last(lookup: &Lookup) -> Entry {
    let parts = lookup.prefix.iter().cloned().map(Spot::Value);
    let mut spots: Vec<Spot> = parts.collect();
    match lookup.range.1 {
        Bound::Included(value) => spots.extend([Spot::Value(value.clone()), Spot::End]),
        Bound::Excluded(value) => spots.push(Spot::Value(value.clone())),
        Bound::Unbounded => spots.push(Spot::End),
    }
    placed(lookup, spots)
}

/// Where these values stand: at the beginning of an index's fields, or of the key.
fn placed(lookup: &Lookup, spots: Vec<Spot>) -> Entry {
    match lookup.index {
        None => (Vec::new(), spots),
        Some(_) => (spots, Vec::new()),
    }
}

fn entry(row: &[Value], fields: &[usize], key: &[KeyPart]) -> Entry {
    let spot = |field: &usize| row.get(*field).and_then(Value::index_part).map_or(Spot::Nothing, Spot::Value);
    (fields.iter().map(spot).collect(), key.iter().cloned().map(Spot::Value).collect())
}
