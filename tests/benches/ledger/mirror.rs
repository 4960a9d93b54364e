//! The rows that LwaS would write, made beforehand for the bare loops: journal rows as they come, and every other row as each
//! event leaves it, or only as it is at the end of the batch.

use std::collections::HashMap;

use rusqlite::types::Value;

use super::bare::Entry;
use super::programs::{Case, Transfer};

/// What one transaction writes.
pub type Batch<'e> = Vec<Step<'e>>;

/// An entry, and rows that are written after it.
pub struct Step<'e> {
    pub entry: &'e Entry,
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Clone)]
pub struct Row {
    /// Its table's place in the case's list.
    pub table: usize,
    /// Whether it may take the place of one with the same key.
    pub is_put: bool,
    pub cells: Vec<Value>,
}

/// State as far as the programs keep sums, and the rows of the open batch.
#[derive(Default)]
pub struct Mirror {
    /// Rows as each event leaves them, by event.
    each: Vec<Vec<Row>>,
    /// Rows as they are at the end of the batch.
    least: Vec<Row>,
    /// For each table and key: the sum so far, and its place in `least`.
    sums: HashMap<(usize, String), (i64, Option<usize>)>,
}

impl Mirror {
    /// A new row.
    pub fn insert(&mut self, table: usize, cells: Vec<Value>) {
        let row = Row { table, is_put: false, cells };
        self.note(row.clone());
        self.least.push(row);
    }

    fn note(&mut self, row: Row) {
        self.each.last_mut().expect("an event is open").push(row);
    }

    /// Adds to the sum that stands behind a key.
    pub fn add(&mut self, table: usize, key: Vec<Value>, cents: i64, shown: fn(i64) -> Value) {
        let (sum, place) = self.sums.entry((table, format!("{key:?}"))).or_default();
        *sum += cents;
        let mut cells = key;
        cells.push(shown(*sum));
        let row = Row { table, is_put: true, cells };
        match place {
            Some(place) => self.least[*place] = row.clone(),
            None => {
                *place = Some(self.least.len());
                self.least.push(row.clone());
            }
        }
        self.note(row);
    }
}

/// All batches of `size` transfers: with rows as each event leaves them, and with each changed row once. `entries` are the
/// log's, one a transfer.
pub fn batches<'e>(case: &Case, transfers: &[Transfer], size: usize, entries: &'e [Entry]) -> [Vec<Batch<'e>>; 2] {
    let mut mirror = Mirror::default();
    let mut batches = [vec![], vec![]];
    for (transfers, entries) in transfers.chunks(size).zip(entries.chunks(size)) {
        for transfer in transfers {
            mirror.each.push(vec![]);
            (case.apply)(&mut mirror, transfer);
        }
        let step = |(entry, rows)| Step { entry, rows };
        batches[0].push(entries.iter().zip(mirror.each.drain(..)).map(step).collect());
        let mut least: Batch<'_> = entries.iter().map(|entry| Step { entry, rows: vec![] }).collect();
        let mut rows = std::mem::take(&mut mirror.least);
        // Table by table, as LwaS does it.
        rows.sort_by_key(|row| row.table);
        least.last_mut().expect("a batch has events").rows = rows;
        batches[1].push(least);
        mirror.sums.values_mut().for_each(|(_, place)| *place = None);
    }
    batches
}
