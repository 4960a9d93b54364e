//! [`Overlays`]: the rows that the open batch has changed, in order, so that a scan can put them between the ledger's.
//!
//! An overlay is made when a key or an index of a state is first scanned in a batch, from the rows changed so far, and is
//! kept up from then on: programs that never scan pay nothing.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{KeyPart, Lookup, Value};

/// Where a row stands in an index: its indexed fields, then its key. What is `none`, which no scan can ask for, is `None`.
type Entry = (Vec<Option<KeyPart>>, Arc<[KeyPart]>);

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
        let rows = changed.map(|(key, row)| ((entry(row, fields), Arc::clone(key)), Arc::clone(row))).collect();
        self.0.push(Overlay { index, fields: fields.to_vec(), rows });
    }

    /// A row of the batch's changes goes, and another comes in its place, in all overlays.
    pub fn change(&mut self, key: &Arc<[KeyPart]>, old: Option<&Row>, new: Option<&Row>) {
        for overlay in &mut self.0 {
            if let Some(old) = old {
                overlay.rows.remove(&(entry(old, &overlay.fields), Arc::clone(key)));
            }
            if let Some(new) = new {
                overlay.rows.insert((entry(new, &overlay.fields), Arc::clone(key)), Arc::clone(new));
            }
        }
    }

    /// The changed rows that are meant.
    pub fn rows<'a>(&'a self, lookup: &'a Lookup<'a>) -> impl Iterator<Item = &'a Row> {
        let overlay = self.0.iter().find(|overlay| overlay.index == lookup.index);
        overlay
            .into_iter()
            .flat_map(move |overlay| {
                let from = first(lookup);
                let entries = overlay.rows.range(from..).take_while(move |(entry, _)| !is_past(lookup, entry));
                // At a lower end that is excluded, some rows are not meant yet.
                entries.filter(move |(entry, _)| match lookup.index {
                    None => lookup.means(entry.1.iter().cloned().map(Some)),
                    Some(_) => lookup.means(entry.0.iter().cloned()),
                })
            })
            .map(|(_, row)| row)
    }
}

/// The least entry that may be meant.
fn first(lookup: &Lookup) -> Entry {
    let least = match lookup.range.0 {
        Bound::Included(value) | Bound::Excluded(value) => Some(value),
        Bound::Unbounded => None,
    };
    let parts = lookup.prefix.iter().chain(least).cloned();
    match lookup.index {
        None => (Vec::new(), parts.collect()),
        Some(_) => (parts.map(Some).collect(), Arc::from([])),
    }
}

/// Whether neither this entry nor any behind it is meant: it begins otherwise, or its next value is past the range's end.
fn is_past(lookup: &Lookup, (fields, key): &Entry) -> bool {
    let length = lookup.prefix.len();
    let (begins, next) = match lookup.index {
        None => (key.starts_with(lookup.prefix), key.get(length)),
        Some(_) => {
            let begins = lookup.prefix.iter().zip(fields).all(|(part, field)| field.as_ref() == Some(part));
            (begins && fields.len() >= length, fields.get(length).and_then(Option::as_ref))
        }
    };
    let past = |value: &KeyPart| match lookup.range.1 {
        Bound::Included(end) => value > end,
        Bound::Excluded(end) => value >= end,
        Bound::Unbounded => false,
    };
    !begins || next.is_some_and(past)
}

fn entry(row: &[Value], fields: &[usize]) -> Vec<Option<KeyPart>> {
    fields.iter().map(|field| row.get(*field).and_then(Value::index_part)).collect()
}
