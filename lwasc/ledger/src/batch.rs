//! [`Batch`]: one transaction. What it wrote is durable when [`Batch::commit`] returns; dropped, it leaves nothing.
//!
//! Statements are taken from the connection's cache once a batch and held, so that ten thousand rows cost ten thousand
//! steps and no look-ups. After any failed call nothing more is written: SQLite may have ended the transaction by
//! itself, and a further statement would then commit alone.

use std::sync::Arc;

use lwas_seal::Hash;
use rusqlite::{CachedStatement, OptionalExtension as _, params};

use crate::cell::{Bind, Cell};
use crate::entry::{Head, Kind, NewEntry, chain_hash};
use crate::ledger::{Health, Ledger};
use crate::schema;
use crate::table::{self, Table, TableId, TableSpec};
use crate::{LedgerError, MAX_ARTIFACT_BYTES, MAX_BODY_BYTES, MAX_KEY_BYTES, MAX_TYPE_BYTES, Result};

/// An open transaction on a ledger.
pub struct Batch<'l> {
    ledger: &'l Ledger,
    /// The end of the log, with what this batch has appended.
    head: Head,
    tables: Arc<Vec<Table>>,
    /// The tables to go back to, where this batch has attached others.
    tables_before: Option<Arc<Vec<Table>>>,
    append: Option<CachedStatement<'l>>,
    record_key: Option<CachedStatement<'l>>,
    rows: Vec<RowStatements<'l>>,
    /// The artifact of the last entry, which is mostly that of the next.
    artifact: Option<(Hash, i64)>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    Failed,
    Committed,
}

/// What is done to a row.
#[derive(Debug, Clone, Copy)]
enum Write {
    Put,
    Insert,
    Delete,
}

/// The statements of one table that this batch has used.
#[derive(Default)]
struct RowStatements<'l> {
    put: Option<CachedStatement<'l>>,
    insert: Option<CachedStatement<'l>>,
    delete: Option<CachedStatement<'l>>,
}

impl Ledger {
    /// Begins a transaction; there is one at a time.
    ///
    /// # Errors
    /// [`LedgerError::OpenedForReading`], [`LedgerError::MustReopen`] after a failed commit, [`LedgerError::ForeignCommit`]
    /// when another program has changed the file, [`LedgerError::Moved`] when it is not at its path, [`LedgerError::Busy`] while another
    /// program writes.
    pub fn begin(&mut self) -> Result<Batch<'_>> {
        self.check_writable()?;
        self.let_go()?;
        let failed = self.place.sqlite("write to");
        self.conn.prepare_cached("BEGIN IMMEDIATE").and_then(|mut statement| statement.execute([])).map_err(failed)?;
        let tables = Arc::clone(&self.tables.borrow());
        let rows = std::iter::repeat_with(RowStatements::default).take(tables.len()).collect();
        // From here on the batch's drop ends the transaction, whatever happens.
        let batch = Batch {
            head: self.head.get(),
            ledger: self,
            tables,
            tables_before: None,
            append: None,
            record_key: None,
            rows,
            artifact: None,
            stage: Stage::Open,
        };
        batch.ledger.check_foreign_commit()?;
        Ok(batch)
    }
}

impl<'l> Batch<'l> {
    /// The ledger, to read from; reads see what this batch has written. Its `head` is that before the batch.
    #[must_use]
    pub fn ledger(&self) -> &'l Ledger {
        self.ledger
    }

    /// The end of the log with what this batch has appended.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// Appends an entry and returns the log's new end: the entry's number, hash and time.
    ///
    /// # Errors
    /// [`LedgerError::TimeWentBack`], [`LedgerError::TooLarge`], [`LedgerError::UnknownArtifact`], [`LedgerError::Full`] or
    /// what SQLite says.
    pub fn append(&mut self, entry: NewEntry<'_>) -> Result<Head> {
        self.attempt(|batch| batch.append_entry(&entry))
    }

    fn append_entry(&mut self, entry: &NewEntry<'_>) -> Result<Head> {
        if entry.kind == Kind::Genesis {
            return Err(self.ledger.place.damaged("a second genesis entry was to be appended"));
        }
        if entry.time < self.head.time {
            return Err(LedgerError::TimeWentBack { last: self.head.time, found: entry.time });
        }
        at_most("an entry's body", entry.body.len(), MAX_BODY_BYTES)?;
        at_most("an event's type", entry.event_type.len(), MAX_TYPE_BYTES)?;
        let artifact = self.artifact_id(entry.artifact)?;
        let seq = self.head.seq + 1;
        let number = i64::try_from(seq).expect("a log of 2^63 entries outlives the disk");
        let hash = chain_hash(self.ledger.id(), seq, entry, self.head.hash);
        let sql =
            "INSERT INTO lwas_log(seq, kind, time, type, artifact, hash, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let statement = held(&mut self.append, self.ledger, sql)?;
        statement
            .execute(params![
                number,
                entry.kind.number(),
                entry.time,
                entry.event_type,
                artifact,
                hash.as_bytes(),
                entry.body
            ])
            .map_err(self.ledger.place.sqlite("append to"))?;
        self.head = Head { seq, hash, time: entry.time };
        Ok(self.head)
    }

    /// The short number of a stored artifact; none for no artifact.
    fn artifact_id(&mut self, hash: Hash) -> Result<Option<i64>> {
        if hash == Hash::ZERO {
            return Ok(None);
        }
        match self.artifact {
            Some((last, id)) if last == hash => return Ok(Some(id)),
            _ => {}
        }
        let known = self.ledger.artifact_ids.borrow().get(&hash).copied();
        let id = match known {
            Some(id) => Some(id),
            None => self.stored_artifact(hash)?,
        };
        let Some(id) = id else {
            return Err(LedgerError::UnknownArtifact { path: self.ledger.path().to_owned(), hash });
        };
        self.ledger.artifact_ids.borrow_mut().insert(hash, id);
        self.artifact = Some((hash, id));
        Ok(Some(id))
    }

    fn stored_artifact(&self, hash: Hash) -> Result<Option<i64>> {
        self.ledger
            .conn
            .prepare_cached("SELECT id FROM lwas_artifacts WHERE hash = ?1")
            .and_then(|mut statement| statement.query_row([hash.as_bytes()], |row| row.get(0)).optional())
            .map_err(self.ledger.place.sqlite("look up an artifact in"))
    }

    /// Stores an artifact under its hash, unless it is there already. The caller has verified that they belong together.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`], [`LedgerError::Full`] or what SQLite says.
    pub fn store_artifact(&mut self, hash: Hash, bytes: &[u8]) -> Result<()> {
        self.attempt(|batch| {
            at_most("an artifact", bytes.len(), MAX_ARTIFACT_BYTES)?;
            if hash == Hash::ZERO || batch.stored_artifact(hash)?.is_some() {
                return Ok(());
            }
            batch
                .ledger
                .conn
                .prepare_cached("INSERT INTO lwas_artifacts(hash, bytes) VALUES(?1, ?2)")
                .and_then(|mut statement| statement.execute(params![hash.as_bytes(), bytes]))
                .map(drop)
                .map_err(batch.ledger.place.sqlite("store an artifact in"))
        })
    }

    /// Notes that entry `seq` has judged the keyed event of this type and key; it replaces what was noted before.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`], [`LedgerError::Full`] or what SQLite says.
    pub fn record_key(&mut self, event_type: &str, key: &[u8], seq: u64) -> Result<()> {
        self.attempt(|batch| {
            at_most("an event's type", event_type.len(), MAX_TYPE_BYTES)?;
            at_most("an event's key", key.len(), MAX_KEY_BYTES)?;
            let seq = i64::try_from(seq).expect("a log of 2^63 entries outlives the disk");
            let sql = "INSERT INTO lwas_keys(type, key, seq) VALUES(?1, ?2, ?3) \
                       ON CONFLICT(type, key) DO UPDATE SET seq = excluded.seq";
            let statement = held(&mut batch.record_key, batch.ledger, sql)?;
            statement.execute(params![event_type, key, seq]).map_err(batch.ledger.place.sqlite("note a key in"))?;
            Ok(())
        })
    }

    /// Attaches `tables` as [`Ledger::expect_schema`] does and makes those that are not there yet, in this transaction.
    ///
    /// # Errors
    /// [`LedgerError::Schema`] with the difference where a table is there in another shape or does not belong there,
    /// [`LedgerError::Spec`] for an impossible table.
    pub fn ensure_tables(&mut self, tables: &[TableSpec]) -> Result<Vec<TableId>> {
        self.attempt(|batch| {
            let tables = table::tables(tables)?;
            schema::ensure(&batch.ledger.conn, &batch.ledger.place, &tables)?;
            Ok(batch.attach(tables))
        })
    }

    /// Attaches `tables` in place of those that are attached, in this transaction: attached tables that are rebuilt are dropped
    /// with all their rows, those of `tables` that are not there are made, all others stay as they are. So each of `tables` that is
    /// rebuilt is empty then, and it is for the caller to fill it.
    ///
    /// # Errors
    /// [`LedgerError::Schema`] where a table that is not rebuilt would have to change or go, or is to become one that is;
    /// [`LedgerError::Spec`] for an impossible table.
    pub fn replace_tables(&mut self, tables: &[TableSpec]) -> Result<Vec<TableId>> {
        self.attempt(|batch| {
            let tables = table::tables(tables)?;
            // SQLite drops no table with a statement at work on it.
            batch.rows.clear();
            schema::replace(&batch.ledger.conn, &batch.ledger.place, &batch.tables, &tables)?;
            Ok(batch.attach(tables))
        })
    }

    fn attach(&mut self, tables: Vec<Table>) -> Vec<TableId> {
        self.rows.clear();
        self.rows.resize_with(tables.len(), RowStatements::default);
        let before = Arc::clone(&self.ledger.tables.borrow());
        self.tables_before.get_or_insert(before);
        let ids = self.ledger.attach(tables);
        self.tables = Arc::clone(&self.ledger.tables.borrow());
        ids
    }

    /// Writes a row, in place of the one with the same key where there is one. `cells` are all columns in order.
    ///
    /// # Errors
    /// [`LedgerError::Shape`] for cells that do not fit, [`LedgerError::Full`] or what SQLite says.
    pub fn put_row(&mut self, table: TableId, cells: &[Cell]) -> Result<()> {
        self.attempt(|batch| batch.write_row(table, Write::Put, cells).map(drop))
    }

    /// Writes a row with a new key: a journal's way. `cells` are all columns in order.
    ///
    /// # Errors
    /// As [`Batch::put_row`]; a key that is there already is an error too.
    pub fn insert_row(&mut self, table: TableId, cells: &[Cell]) -> Result<()> {
        self.attempt(|batch| batch.write_row(table, Write::Insert, cells).map(drop))
    }

    /// Deletes the row with this key and says whether there was one.
    ///
    /// # Errors
    /// As [`Batch::put_row`].
    pub fn delete_row(&mut self, table: TableId, key: &[Cell]) -> Result<bool> {
        self.attempt(|batch| Ok(batch.write_row(table, Write::Delete, key)? > 0))
    }

    /// Checks `cells`, runs the statement with them and returns how many rows it changed.
    fn write_row(&mut self, id: TableId, write: Write, cells: &[Cell]) -> Result<usize> {
        let at = id.0 as usize;
        let (Some(table), Some(statements)) = (self.tables.get(at), self.rows.get_mut(at)) else {
            let what = format!("expected the id of one of {} attached tables", self.tables.len());
            return Err(LedgerError::Shape { table: format!("#{at}"), what });
        };
        let (sql, slot) = match write {
            Write::Put => (&table.put, &mut statements.put),
            Write::Insert => (&table.insert, &mut statements.insert),
            Write::Delete => (&table.delete, &mut statements.delete),
        };
        match write {
            Write::Put | Write::Insert => table.fit(cells, 0..table.spec.columns.len(), "of a row")?,
            Write::Delete => table.fit(cells, 0..table.spec.key, "of the key")?,
        }
        let failed = self.ledger.place.sqlite("write a row of");
        let statement = held(slot, self.ledger, sql)?;
        for (index, cell) in cells.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, Bind(cell)).map_err(failed)?;
        }
        match statement.raw_execute() {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
                Err(table.shape(format!("the row does not go in: {error}")))
            }
            result => result.map_err(failed),
        }
    }

    /// Makes everything durable and returns the log's new end. When this fails nothing of the batch was acknowledged,
    /// and the ledger must be opened again.
    ///
    /// # Errors
    /// [`LedgerError::Full`] or what SQLite says; [`LedgerError::BatchFailed`] after an earlier error.
    pub fn commit(mut self) -> Result<Head> {
        self.check()?;
        let ledger = self.ledger;
        let committed = ledger.conn.prepare_cached("COMMIT").and_then(|mut statement| statement.execute([]));
        if let Err(error) = committed {
            ledger.health.set(Health::MustReopen);
            self.stage = Stage::Failed;
            return Err(ledger.place.sqlite("commit to")(error));
        }
        self.stage = Stage::Committed;
        ledger.head.set(self.head);
        Ok(self.head)
    }

    fn check(&self) -> Result<()> {
        if self.stage == Stage::Open && !self.ledger.conn.is_autocommit() {
            return Ok(());
        }
        Err(LedgerError::BatchFailed { path: self.ledger.path().to_owned() })
    }

    /// Runs `call` unless a call has failed before, and notes whether this one has.
    pub(crate) fn attempt<T>(&mut self, call: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.check()?;
        let result = call(self);
        if result.is_err() {
            self.stage = Stage::Failed;
        }
        result
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if self.stage == Stage::Committed {
            return;
        }
        // Numbers that were given in this batch are void.
        self.ledger.artifact_ids.borrow_mut().clear();
        if let Some(before) = self.tables_before.take() {
            self.ledger.tables.replace(before);
        }
        let conn = &self.ledger.conn;
        if !conn.is_autocommit() && conn.execute_batch("ROLLBACK").is_err() {
            self.ledger.health.set(Health::MustReopen);
        }
    }
}

/// The statement in `slot`, taken from the connection at first use.
fn held<'s, 'l>(
    slot: &'s mut Option<CachedStatement<'l>>,
    ledger: &'l Ledger,
    sql: &str,
) -> Result<&'s mut CachedStatement<'l>> {
    Ok(match slot {
        Some(statement) => statement,
        None => slot.insert(ledger.conn.prepare_cached(sql).map_err(ledger.place.sqlite("write to"))?),
    })
}

fn at_most(what: &'static str, bytes: usize, limit: usize) -> Result<()> {
    if bytes > limit { Err(LedgerError::TooLarge { what, bytes, limit }) } else { Ok(()) }
}
