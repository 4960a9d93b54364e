//! [`Scans`]: what the ledger holds for the values of an index, kept as long as no commit changes the state.
//!
//! Laws find the rows that a change concerns by an index, for each event anew: the book of an account, the holds on it. Where rows of
//! a state seldom change, the ledger's answer is the same each time, and asking costs more than the law. What the open batch has
//! changed is not in here, so a write to the state takes nothing away before it is committed.

use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{Key, KeyPart};
use rustc_hash::FxHashMap;

use super::slots::{weigh_all, weigh_key};

/// The most rows of an answer that is kept.
pub const MOST_ROWS: usize = 16;

/// The most bytes that the answers of one state take, roughly; beyond that all of them go.
const MOST_BYTES: usize = 1 << 20;

/// Rows with their keys, in order of key.
pub type Found = Arc<[(Key, Row)]>;

/// The answers of one state.
#[derive(Debug, Default)]
pub struct Scans {
    /// By the index, or the key, and by the values of its first fields.
    known: Vec<(Option<u32>, FxHashMap<Key, Found>)>,
    bytes: usize,
}

impl Scans {
    /// The rows that the ledger holds, where they are known.
    pub fn find(&self, index: Option<u32>, prefix: &[KeyPart]) -> Option<&Found> {
        self.known.iter().find(|(known, _)| *known == index)?.1.get(prefix)
    }

    /// Keeps the rows that the ledger holds, where they are few.
    pub fn keep(&mut self, index: Option<u32>, prefix: &[KeyPart], found: &Found) {
        if found.len() > MOST_ROWS {
            return;
        }
        let rows = found.iter().map(|(key, row)| weigh_key(key) + weigh_all(row));
        let bytes = weigh_key(prefix) + rows.sum::<usize>();
        if self.bytes + bytes > MOST_BYTES {
            self.clear();
        }
        if bytes > MOST_BYTES {
            return;
        }
        self.bytes += bytes;
        let at = self.known.iter().position(|(known, _)| *known == index).unwrap_or_else(|| {
            self.known.push((index, FxHashMap::default()));
            self.known.len() - 1
        });
        self.known[at].1.insert(prefix.to_vec(), Arc::clone(found));
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.known.clear();
        self.bytes = 0;
    }
}
