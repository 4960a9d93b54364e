//! [`Overlays`]: the rows that the open batch has changed, in order, so that a scan can put them between the ledger's.
//!
//! An overlay is made when a key or an index of a state is first scanned in a batch, from the rows changed so far, and is
//! kept up from then on: programs that never scan pay nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{KeyPart, Value};

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

    /// The changed rows whose indexed fields, or key, begin with `prefix`.
    pub fn rows<'a>(&'a self, index: Option<u32>, prefix: &'a [KeyPart]) -> impl Iterator<Item = &'a Row> {
        let overlay = self.0.iter().find(|overlay| overlay.index == index);
        overlay.into_iter().flat_map(move |overlay| {
            let parts: Vec<Option<KeyPart>> = prefix.iter().cloned().map(Some).collect();
            let from = match index {
                None => (Vec::new(), Arc::from(prefix)),
                Some(_) => (parts.clone(), Arc::from([])),
            };
            let begins = move |(fields, key): &Entry| match index {
                None => key.starts_with(prefix),
                Some(_) => fields.starts_with(&parts),
            };
            overlay.rows.range(from..).take_while(move |(entry, _)| begins(entry)).map(|(_, row)| row)
        })
    }
}

fn entry(row: &[Value], fields: &[usize]) -> Vec<Option<KeyPart>> {
    fields.iter().map(|field| row.get(*field).and_then(Value::index_part)).collect()
}
