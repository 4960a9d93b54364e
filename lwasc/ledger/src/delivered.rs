//! What has been told to others: for each target by name the numbers of those rows of a journal that it has acknowledged, so that after a
//! crash the rest is told again. It is no part of the log and follows from nothing in it; a ledger without it is as whole.

use rusqlite::{OptionalExtension as _, params};

use crate::batch::Batch;
use crate::ledger::Ledger;
use crate::schema;
use crate::{MAX_DELIVERED, Result};

/// What a target has acknowledged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// All rows up to this number.
    pub up_to: i64,
    /// And these behind it, in ascending order.
    pub beyond: Vec<i64>,
}

impl Ledger {
    /// What a target has acknowledged; none for one that was never told anything.
    ///
    /// # Errors
    /// [`crate::LedgerError::Damaged`] for more than [`MAX_DELIVERED`] numbers, or what SQLite says.
    pub fn delivered(&self, target: &str) -> Result<Option<Delivered>> {
        let failed = self.place.sqlite("read what was delivered from");
        let there: Option<i64> = self
            .conn
            .prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = ?1")
            .and_then(|mut statement| statement.query_row([schema::DELIVERED.0], |row| row.get(0)).optional())
            .map_err(failed)?;
        if there.is_none() {
            return Ok(None);
        }
        let sql = "SELECT row FROM lwas_delivered WHERE target = ?1 ORDER BY row LIMIT ?2";
        let mut statement = self.conn.prepare_cached(sql).map_err(failed)?;
        let most = i64::try_from(MAX_DELIVERED).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![target, most + 2], |row| row.get(0)).map_err(failed)?;
        let mut numbers = rows.collect::<rusqlite::Result<Vec<i64>>>().map_err(failed)?.into_iter();
        let found = numbers.next().map(|up_to| Delivered { up_to, beyond: numbers.collect() });
        match found {
            Some(found) if found.beyond.len() > MAX_DELIVERED => Err(self
                .place
                .damaged(format!("more than {MAX_DELIVERED} rows were delivered to `{target}` out of order"))),
            found => Ok(found),
        }
    }
}

impl Batch<'_> {
    /// Notes what a target has acknowledged, in place of what was noted before. The table is made with the first note.
    ///
    /// # Errors
    /// [`crate::LedgerError::Full`] or what SQLite says.
    pub fn note_delivered(&mut self, target: &str, delivered: &Delivered) -> Result<()> {
        self.attempt(|batch| {
            let ledger = batch.ledger();
            let failed = ledger.place.sqlite("note what was delivered in");
            let write = || -> rusqlite::Result<()> {
                let known: i64 = ledger.conn.query_row(
                    "SELECT count(*) FROM sqlite_schema WHERE name = ?1",
                    [schema::DELIVERED.0],
                    |row| row.get(0),
                )?;
                if known == 0 {
                    ledger.conn.execute(schema::DELIVERED.1, [])?;
                }
                let mut insert =
                    ledger.conn.prepare_cached("INSERT OR IGNORE INTO lwas_delivered(target, row) VALUES(?1, ?2)")?;
                for row in std::iter::once(&delivered.up_to).chain(&delivered.beyond) {
                    insert.execute(params![target, row])?;
                }
                let mut delete =
                    ledger.conn.prepare_cached("DELETE FROM lwas_delivered WHERE target = ?1 AND row < ?2")?;
                delete.execute(params![target, delivered.up_to]).map(drop)
            };
            write().map_err(failed)
        })
    }
}
