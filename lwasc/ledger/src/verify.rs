//! Verifying: every hash of the chain, and every page and index of the file.
//!
//! The chain proves that the log is whole up to its head; who rewrites it all can make a new chain, so a head that is
//! kept elsewhere is what proves that nobody did. That rows follow from entries is the replay's business.

use lwas_seal::Hash;

use crate::entry::{Head, Kind, chain_hash};
use crate::error::ChainError;
use crate::ledger::{Ledger, Mode};
use crate::{LedgerError, Result};

/// How many entries are verified between two calls of the progress callback.
const PROGRESS_EVERY: u64 = 4096;

impl Ledger {
    /// Walks the whole log, recomputes every hash and returns the head. `progress` is told how many entries are done,
    /// and how many there are, now and then. Memory does not grow with the log.
    ///
    /// # Errors
    /// [`ChainError::Broken`] with the first entry that is wrong, [`ChainError::Ledger`] when the file can't be read.
    pub fn verify_chain(&mut self, mut progress: impl FnMut(u64, u64)) -> std::result::Result<Head, ChainError> {
        let writer = (self.mode() == Mode::ReadWrite).then(|| self.head.get());
        let snapshot = self.snapshot_unchecked()?;
        let first = snapshot.count("SELECT min(seq) FROM lwas_log")?;
        let last = snapshot.count("SELECT max(seq) FROM lwas_log")?;
        if first != 0 {
            let what = format!("expected a log that begins with entry 0, found {first}");
            return Err(ChainError::Broken { seq: 0, what });
        }
        let total = u64::try_from(last).unwrap_or(0).saturating_add(1);
        let mut head: Option<Head> = None;
        for entry in snapshot.entries(0)? {
            let seq = head.map_or(0, |head| head.seq + 1);
            let broken = |what: String| ChainError::Broken { seq, what };
            let entry = entry.map_err(|error| match error {
                LedgerError::Damaged { what, .. } => broken(what),
                error => error.into(),
            })?;
            if (entry.kind == Kind::Genesis) != (seq == 0) {
                return Err(broken(format!("found an entry of kind {} where it can't be", entry.kind)));
            }
            if let Some(head) = head.filter(|head| entry.time < head.time) {
                return Err(broken(format!("its time {} is before the last entry's, {}", entry.time, head.time)));
            }
            let prev = head.map_or(Hash::ZERO, |head| head.hash);
            let hash = chain_hash(snapshot.id(), seq, &entry.as_new(), prev);
            if hash != entry.hash {
                return Err(broken(format!("expected hash {hash}, found {}", entry.hash)));
            }
            head = Some(Head { seq, hash, time: entry.time });
            if (seq + 1).is_multiple_of(PROGRESS_EVERY) || seq + 1 == total {
                progress(seq + 1, total);
            }
        }
        let head = head.ok_or_else(|| snapshot.missing(0))?;
        match writer.filter(|writer| *writer != head) {
            Some(writer) => {
                let what = format!("expected the log to end with {writer}, as this writer left it, found {head}");
                Err(ChainError::Broken { seq: writer.seq.min(head.seq), what })
            }
            None => Ok(head),
        }
    }

    /// Lets SQLite check every page, and that every index holds exactly the rows of its table: an entry that was taken
    /// out of an index hides a row from look-ups while a walk over the table still finds it. It costs a walk over the file.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] with what SQLite found first.
    pub fn check_pages(&self) -> Result<()> {
        let found: String = self
            .conn
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(self.place.sqlite("check"))?;
        if found == "ok" { Ok(()) } else { Err(self.place.damaged(found)) }
    }

    fn count(&self, sql: &str) -> Result<i64> {
        let count: Option<i64> =
            self.conn.query_row(sql, [], |row| row.get(0)).map_err(self.place.sqlite("read the log of"))?;
        Ok(count.unwrap_or(-1))
    }
}
