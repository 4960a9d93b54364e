//! The rows that LwaS would write, made beforehand for the bare loop: journal rows as they come, and of every other row
//! what it is at the end of the batch.

use std::collections::HashMap;

use rusqlite::types::Value;

use super::bare::Entry;
use super::programs::{Case, Transfer};

/// What one transaction writes.
pub struct Batch<'e> {
    pub entries: &'e [Entry],
    /// The rows of each table.
    pub tables: Vec<Rows>,
}

/// A table's rows in one batch.
#[derive(Clone, Default)]
pub struct Rows {
    pub name: &'static str,
    /// New rows, inserted.
    pub inserts: Vec<Vec<Value>>,
    /// Rows that take the place of those with the same key.
    pub puts: Vec<Vec<Value>>,
}

/// State as far as the programs keep sums, and the rows of the open batch.
pub struct Mirror {
    tables: Vec<Rows>,
    /// For each table and key: the sum so far, and its place among the batch's rows.
    sums: HashMap<(usize, String), (i64, Option<usize>)>,
}

impl Mirror {
    /// A new row.
    pub fn insert(&mut self, table: usize, row: Vec<Value>) {
        self.tables[table].inserts.push(row);
    }

    /// Adds to the sum that stands behind a key.
    pub fn add(&mut self, table: usize, key: Vec<Value>, cents: i64, shown: fn(i64) -> Value) {
        let (sum, place) = self.sums.entry((table, format!("{key:?}"))).or_default();
        *sum += cents;
        let mut row = key;
        row.push(shown(*sum));
        let puts = &mut self.tables[table].puts;
        match place {
            Some(place) => puts[*place] = row,
            None => {
                *place = Some(puts.len());
                puts.push(row);
            }
        }
    }
}

/// All batches of `size` transfers. `entries` are the log's, one a transfer.
pub fn batches<'e>(case: &Case, transfers: &[Transfer], size: usize, entries: &'e [Entry]) -> Vec<Batch<'e>> {
    let empty: Vec<Rows> = case.tables.iter().map(|name| Rows { name, ..Rows::default() }).collect();
    let mut mirror = Mirror { tables: empty.clone(), sums: HashMap::new() };
    let mut batches = vec![];
    for (transfers, entries) in transfers.chunks(size).zip(entries.chunks(size)) {
        for transfer in transfers {
            (case.apply)(&mut mirror, transfer);
        }
        batches.push(Batch { entries, tables: std::mem::replace(&mut mirror.tables, empty.clone()) });
        mirror.sums.values_mut().for_each(|(_, place)| *place = None);
    }
    batches
}
