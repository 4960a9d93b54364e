//! SQLite connections, set up so that a file from elsewhere can do nothing but hold data.
//!
//! Triggers, views, attaching, writable schemas and functions called from the schema are off, lengths are bounded, and
//! a file is asked who it is before anything is written to it.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Place, io_error};
use crate::{APPLICATION_ID, FORMAT_VERSION, LedgerError, MAX_ARTIFACT_BYTES, Result};

/// Statements kept ready: several a table for programs of some size.
const STATEMENTS: usize = 1024;

/// Opens the file at `path`, which must exist, and sets the connection up; the file is not looked at yet.
pub(crate) fn open_file(path: &Path, write: bool) -> Result<Connection> {
    let place = Place(path.to_owned());
    let access = if write { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
    let conn =
        Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(place.sqlite("open"))?;
    harden(&conn).map_err(place.sqlite("set up"))?;
    Ok(conn)
}

/// A new database in memory, set up.
pub(crate) fn open_memory(place: &Place) -> Result<Connection> {
    let conn = Connection::open_in_memory_with_flags(
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(place.sqlite("open"))?;
    harden(&conn).map_err(place.sqlite("set up"))?;
    Ok(conn)
}

/// A new database in a file without a name, set up; what fits the cache stays in memory.
pub(crate) fn open_temporary(place: &Place) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags("", flags).map_err(place.sqlite("open"))?;
    harden(&conn).map_err(place.sqlite("set up"))?;
    Ok(conn)
}

fn harden(conn: &Connection) -> rusqlite::Result<()> {
    for (config, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false),
        // One plan for each statement: else some are planned anew for each value that is bound, which costs more than they do.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ] {
        conn.set_db_config(config, on)?;
    }
    let longest = i32::try_from(MAX_ARTIFACT_BYTES + (1 << 20)).expect("fits");
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Temporary storage stays as it is, files that have no name: a sort of many rows does not grow in memory.
    conn.execute_batch("PRAGMA cell_size_check=ON; PRAGMA cache_size=-65536;")
}

/// Whether the file says that it is a ledger, of a format that is known.
pub(crate) fn check_identity(conn: &Connection, place: &Place) -> Result<()> {
    let application = pragma(conn, place, "PRAGMA application_id")?;
    let path = || place.path().to_owned();
    if application == 0 && pragma(conn, place, "PRAGMA page_count")? == 0 {
        return Err(LedgerError::NotALedger { path: path(), found: "an empty file".into() });
    }
    if application != i64::from(APPLICATION_ID) {
        let found = format!("an SQLite database of another kind (application id {application})");
        return Err(LedgerError::NotALedger { path: path(), found });
    }
    let version = pragma(conn, place, "PRAGMA user_version")?;
    if version > i64::from(FORMAT_VERSION) {
        return Err(LedgerError::Newer { path: path(), found: version, supported: FORMAT_VERSION });
    }
    if version != i64::from(FORMAT_VERSION) {
        return Err(place.damaged(format!("expected format {FORMAT_VERSION}, found {version}")));
    }
    Ok(())
}

/// Whether the file ends where a page ends. SQLite itself reads what is missing of the last page as zeros.
pub(crate) fn check_length(conn: &Connection, place: &Place) -> Result<()> {
    let page = u64::try_from(pragma(conn, place, "PRAGMA page_size")?).unwrap_or(0).max(1);
    let length = std::fs::metadata(place.path()).map_err(|source| io_error("look at", place.path(), source))?.len();
    if length.is_multiple_of(page) {
        return Ok(());
    }
    Err(place.damaged(format!("expected whole pages of {page} bytes, found {length} bytes; it was cut off")))
}

/// How many frames of the write-ahead log are not folded back into the file yet.
pub(crate) fn unfolded(conn: &Connection) -> rusqlite::Result<i64> {
    checkpoint(conn, "PRAGMA wal_checkpoint(NOOP)")
}

/// Folds the write-ahead log back into the file, without waiting for anybody: what readers still use stays, and so does all of it where
/// another connection folds it just now.
pub(crate) fn fold(conn: &Connection) -> rusqlite::Result<()> {
    checkpoint(conn, "PRAGMA wal_checkpoint(PASSIVE)").map(drop)
}

/// Asks for a checkpoint; how many frames are left.
fn checkpoint(conn: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    let mut statement = conn.prepare_cached(pragma)?;
    statement.query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))
}

/// Makes a commit durable when it returns. A commit after which the write-ahead log has 10,000 pages folds it
/// back (a checkpoint costs more the more pages it touches, see the measurements), unless somebody has before, and its file is cut to
/// 64 MiB after that.
pub(crate) fn set_up_writer(conn: &Connection, place: &Place) -> Result<()> {
    if conn.is_readonly("main").map_err(place.sqlite("open"))? {
        let reason = "the file is write-protected".into();
        return Err(LedgerError::ReadOnly { path: place.path().to_owned(), reason });
    }
    let mode: String = conn
        .query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))
        .map_err(place.sqlite("set the journal mode of"))?;
    if mode != "wal" {
        return Err(place.damaged(format!("expected journal mode `wal`, found `{mode}`")));
    }
    conn.execute_batch("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=10000; PRAGMA journal_size_limit=67108864;")
        .map_err(place.sqlite("set up"))
}

/// The number a pragma answers with.
pub(crate) fn pragma(conn: &Connection, place: &Place, pragma: &str) -> Result<i64> {
    conn.prepare_cached(pragma)
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(place.sqlite("read"))
}
