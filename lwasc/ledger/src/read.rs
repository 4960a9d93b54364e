//! Reading the log: head, entries, keyed events, artifacts.
//!
//! What is in a file may come from anybody, so each column is checked as it is read; a wrong one makes
//! [`LedgerError::Damaged`] with the entry's number. Hashes are checked by `verify_chain` alone.

use std::ops::ControlFlow;

use lwas_seal::Hash;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, OptionalExtension as _, Row, params};

use crate::entry::{Entry, Head, Kind, chain_hash};
use crate::error::Place;
use crate::genesis::Genesis;
use crate::ledger::{Ledger, Mode};
use crate::{MAX_BODY_BYTES, MAX_KEY_BYTES, MAX_TYPE_BYTES, Result};

/// The columns of an entry, in the order of [`entry_of`].
const SELECT_ENTRY: &str = "SELECT l.seq, l.kind, l.time, l.type, l.artifact, a.hash, l.hash, l.body \
                            FROM lwas_log l LEFT JOIN lwas_artifacts a ON a.id = l.artifact";

impl Ledger {
    /// The end of the log: for a writer as it left it, for a reader as it is now.
    ///
    /// # Errors
    /// [`crate::LedgerError::Damaged`] or what SQLite says; never for a writer.
    pub fn head(&self) -> Result<Head> {
        match self.mode() {
            Mode::ReadWrite => Ok(self.head.get()),
            Mode::ReadOnly => self.read_head(),
        }
    }

    /// The last entry in the file, whose hash must follow from it and the one before.
    pub(crate) fn read_head(&self) -> Result<Head> {
        let last = self.one_entry("ORDER BY l.seq DESC LIMIT 1", None)?;
        let last =
            last.ok_or_else(|| self.place.damaged("expected a log that begins with a genesis entry, found none"))?;
        let prev = match last.seq.checked_sub(1) {
            None => Hash::ZERO,
            Some(seq) => self.entry(seq)?.ok_or_else(|| self.missing(seq))?.hash,
        };
        let hash = chain_hash(self.id(), last.seq, &last.as_new(), prev);
        if hash != last.hash {
            let what = format!("the last entry, {}, has hash {}, expected {hash}", last.seq, last.hash);
            return Err(self.place.damaged(what));
        }
        Ok(Head { seq: last.seq, hash, time: last.time })
    }

    /// The first entry, which says what ledger this is.
    pub(crate) fn read_genesis(&self) -> Result<Genesis> {
        let entry = self.entry(0)?.ok_or_else(|| self.missing(0))?;
        if entry.kind != Kind::Genesis || !entry.event_type.is_empty() || entry.artifact != Hash::ZERO {
            return Err(self.place.damaged("entry 0 is no genesis entry"));
        }
        let genesis = Genesis::decode(&entry.body, entry.time).map_err(|what| self.place.damaged(what))?;
        let hash = chain_hash(genesis.id, 0, &entry.as_new(), Hash::ZERO);
        if hash != entry.hash {
            return Err(self.place.damaged(format!("the genesis entry has hash {}, expected {hash}", entry.hash)));
        }
        Ok(genesis)
    }

    /// Entry `seq`, or none beyond the end of the log.
    ///
    /// # Errors
    /// [`crate::LedgerError::Damaged`] for an entry that can't be one, or what SQLite says.
    pub fn entry(&self, seq: u64) -> Result<Option<Entry>> {
        let Ok(seq) = i64::try_from(seq) else { return Ok(None) };
        self.one_entry("WHERE l.seq = ?1", Some(seq))
    }

    fn one_entry(&self, which: &str, seq: Option<i64>) -> Result<Option<Entry>> {
        let failed = self.place.sqlite("read an entry of");
        let mut statement = self.conn.prepare_cached(&format!("{SELECT_ENTRY} {which}")).map_err(failed)?;
        if let Some(seq) = seq {
            statement.raw_bind_parameter(1, seq).map_err(failed)?;
        }
        let mut rows = statement.raw_query();
        rows.next().map_err(failed)?.map(|row| entry_of(row, &self.place)).transpose()
    }

    /// The entries from number `from` on, one at a time; the caller holds as many as it likes. A number that is left out
    /// is an error, after which there is nothing more.
    ///
    /// # Errors
    /// What SQLite says when the log can't be read.
    pub fn entries(&self, from: u64) -> Result<Entries<'_>> {
        let sql = format!("{SELECT_ENTRY} WHERE l.seq >= ?1 ORDER BY l.seq LIMIT 1");
        let statement = self.conn.prepare_cached(&sql).map_err(self.place.sqlite("read the log of"))?;
        Ok(Entries { ledger: self, statement, next: Some(from) })
    }

    pub(crate) fn missing(&self, seq: u64) -> crate::LedgerError {
        self.place.damaged(format!("entry {seq} is missing"))
    }

    /// The entry that judged the keyed event of this type and key last, if any did.
    ///
    /// # Errors
    /// [`crate::LedgerError::Damaged`] or what SQLite says.
    pub fn find_key(&self, event_type: &str, key: &[u8]) -> Result<Option<u64>> {
        let failed = self.place.sqlite("look up a key in");
        let sql = "SELECT seq FROM lwas_keys WHERE type = ?1 AND key = ?2";
        let mut statement = self.conn.prepare_cached(sql).map_err(failed)?;
        let seq: Option<i64> =
            statement.query_row(params![event_type, key], |row| row.get(0)).optional().map_err(failed)?;
        seq.map(|seq| u64::try_from(seq).map_err(|_| self.place.damaged(format!("a key names entry {seq}"))))
            .transpose()
    }

    /// Calls `each` with (type, key, seq) of every keyed event that was judged, in order of type and key.
    ///
    /// # Errors
    /// [`crate::LedgerError::Damaged`] or what SQLite says.
    pub fn all_keys(&self, mut each: impl FnMut(&str, &[u8], u64) -> ControlFlow<()>) -> Result<()> {
        let failed = self.place.sqlite("read the keys of");
        let sql = "SELECT type, key, seq FROM lwas_keys ORDER BY type, key";
        let mut statement = self.conn.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            let wrong = |what: &str| self.place.damaged(format!("a row of `lwas_keys` holds {what}"));
            let event_type = text(row, 0, MAX_TYPE_BYTES).map_err(|what| wrong(&what))?;
            let key = blob(row, 1, MAX_KEY_BYTES).map_err(|what| wrong(&what))?;
            let seq = integer(row, 2).and_then(|seq| u64::try_from(seq).map_err(|_| "a number below zero".into()));
            if each(event_type, key, seq.map_err(|what| wrong(&what))?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The bytes that were stored under `hash`. Whether they are the artifact of that hash is for the caller to check:
    /// the hash covers an artifact's body, and this crate does not know where that ends.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn artifact(&self, hash: Hash) -> Result<Option<Vec<u8>>> {
        let failed = self.place.sqlite("read an artifact of");
        let sql = "SELECT bytes FROM lwas_artifacts WHERE hash = ?1";
        let mut statement = self.conn.prepare_cached(sql).map_err(failed)?;
        statement.query_row([hash.as_bytes()], |row| row.get(0)).optional().map_err(failed)
    }

    /// The hashes of all artifacts in the ledger, in the order in which they came.
    ///
    /// # Errors
    /// [`crate::LedgerError::Damaged`] or what SQLite says.
    pub fn artifacts(&self) -> Result<Vec<Hash>> {
        let failed = self.place.sqlite("read the artifacts of");
        let mut statement = self.conn.prepare_cached("SELECT hash FROM lwas_artifacts ORDER BY id").map_err(failed)?;
        let mut rows = statement.raw_query();
        let mut hashes = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let hash = hash(row, 0).map_err(|what| self.place.damaged(format!("an artifact's hash is {what}")))?;
            hashes.push(hash);
        }
        Ok(hashes)
    }
}

/// The entries of a log in order; see [`Ledger::entries`].
pub struct Entries<'l> {
    ledger: &'l Ledger,
    statement: CachedStatement<'l>,
    /// The number that must come next; none when there is nothing more.
    next: Option<u64>,
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        let seq = self.next.take()?;
        match self.read(seq) {
            Ok(Some(entry)) if entry.seq == seq => {
                self.next = seq.checked_add(1);
                Some(Ok(entry))
            }
            Ok(Some(_)) => Some(Err(self.ledger.missing(seq))),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

impl Entries<'_> {
    /// The first entry at or after `seq`.
    fn read(&mut self, seq: u64) -> Result<Option<Entry>> {
        let Ok(seq) = i64::try_from(seq) else { return Ok(None) };
        let place = &self.ledger.place;
        let failed = place.sqlite("read an entry of");
        self.statement.raw_bind_parameter(1, seq).map_err(failed)?;
        let mut rows = self.statement.raw_query();
        rows.next().map_err(failed)?.map(|row| entry_of(row, place)).transpose()
    }
}

/// Reads the columns of [`SELECT_ENTRY`].
fn entry_of(row: &Row<'_>, place: &Place) -> Result<Entry> {
    let number = integer(row, 0).map_err(|what| place.damaged(format!("an entry's number is {what}")))?;
    let seq = u64::try_from(number).map_err(|_| place.damaged(format!("an entry has the number {number}")))?;
    let entry = || -> std::result::Result<Entry, String> {
        let kind = integer(row, 1)?;
        let artifact = match (value(row, 4)?, value(row, 5)?) {
            (ValueRef::Null, _) => Hash::ZERO,
            (_, ValueRef::Null) => return Err("an artifact that is not stored".into()),
            _ => hash(row, 5)?,
        };
        Ok(Entry {
            seq,
            kind: Kind::from_number(kind).ok_or_else(|| format!("kind {kind}, which does not exist"))?,
            time: integer(row, 2)?,
            event_type: text(row, 3, MAX_TYPE_BYTES)?.to_owned(),
            artifact,
            hash: hash(row, 6)?,
            body: blob(row, 7, MAX_BODY_BYTES)?.to_vec(),
        })
    };
    entry().map_err(|what| place.damaged(format!("entry {seq} holds {what}")))
}

fn value<'r>(row: &'r Row<'_>, column: usize) -> std::result::Result<ValueRef<'r>, String> {
    row.get_ref(column).map_err(|error| error.to_string())
}

fn integer(row: &Row<'_>, column: usize) -> std::result::Result<i64, String> {
    match value(row, column)? {
        ValueRef::Integer(number) => Ok(number),
        other => Err(format!("{} instead of an integer", other.data_type())),
    }
}

fn text<'r>(row: &'r Row<'_>, column: usize, limit: usize) -> std::result::Result<&'r str, String> {
    match value(row, column)? {
        ValueRef::Text(bytes) if bytes.len() > limit => Err(format!("a text of more than {limit} bytes")),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).map_err(|_| "a text that is not UTF-8".into()),
        other => Err(format!("{} instead of a text", other.data_type())),
    }
}

fn blob<'r>(row: &'r Row<'_>, column: usize, limit: usize) -> std::result::Result<&'r [u8], String> {
    match value(row, column)? {
        ValueRef::Blob(bytes) if bytes.len() > limit => Err(format!("bytes beyond the {limit} that are allowed")),
        ValueRef::Blob(bytes) => Ok(bytes),
        other => Err(format!("{} instead of bytes", other.data_type())),
    }
}

fn hash(row: &Row<'_>, column: usize) -> std::result::Result<Hash, String> {
    let bytes = blob(row, column, 32)?;
    bytes.try_into().map(Hash).map_err(|_| format!("a hash of {} bytes instead of 32", bytes.len()))
}
