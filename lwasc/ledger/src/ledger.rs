//! [`Ledger`]: creating, opening, attaching tables, and what a writer knows of its own file.
//!
//! A writer keeps the head in memory and trusts nobody: `data_version` tells it when another connection has committed,
//! and after a failed commit only SQLite's recovery knows what is on disk, so the ledger must be opened again.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lwas_seal::{Hash, PublicKey};
use rusqlite::{Connection, params};

use crate::connection;
use crate::entry::{Head, LedgerId, chain_hash};
use crate::error::Place;
use crate::files::{self, WriterLock};
use crate::fold::{self, Folder};
use crate::genesis::{Genesis, genesis_entry};
use crate::schema;
use crate::table::{self, Table, TableId, TableSpec};
use crate::{APPLICATION_ID, FORMAT_VERSION, LedgerError, Result};

/// What a ledger is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To append and to read; at most one at a time.
    ReadWrite,
    /// To read what is committed, whole batches at a time, beside a writer or without one.
    ReadOnly,
}

/// One ledger. It can be sent to another thread and is used by one at a time.
#[derive(Debug)]
pub struct Ledger {
    /// Before the connection, as fields are dropped in order: the writer's connection is the last to be closed.
    folder: RefCell<Option<Folder>>,
    pub(crate) conn: Connection,
    pub(crate) place: Place,
    mode: Mode,
    genesis: Genesis,
    /// The end of the log as this writer left it; for a reader, as it was at opening.
    pub(crate) head: Cell<Head>,
    pub(crate) health: Cell<Health>,
    data_version: Cell<i64>,
    /// Which file it is.
    identity: Option<(u64, u64)>,
    /// Whether reads are held to one moment; see [`Ledger::hold`].
    is_held: Cell<bool>,
    pub(crate) tables: RefCell<Arc<Vec<Table>>>,
    /// The numbers of stored artifacts that were looked up.
    pub(crate) artifact_ids: RefCell<BTreeMap<Hash, i64>>,
    /// Behind the connection, as fields are dropped in order: the file is closed before the lock is let go.
    _lock: Option<WriterLock>,
}

/// Whether a writer may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Good,
    MustReopen,
    ForeignCommit,
}

impl Ledger {
    /// Creates a ledger at `path`, where nothing may be, and opens it for writing. It is there whole, with its genesis
    /// entry and durable, or not at all; a creation that was killed is cleared away by the next one.
    ///
    /// # Errors
    /// [`LedgerError::Exists`], [`LedgerError::LeftOver`], [`LedgerError::InUse`], [`LedgerError::ReadOnly`],
    /// [`LedgerError::Full`], [`LedgerError::TooLarge`] or what the system says.
    pub fn create(path: &Path, genesis: &Genesis) -> Result<Ledger> {
        let path = files::new_path(path)?;
        if path.symlink_metadata().is_ok() {
            return Err(LedgerError::Exists { path });
        }
        let lock = files::lock(&path)?;
        files::create_whole(&path, |unfinished| {
            let place = Place(unfinished.to_owned());
            let conn = connection::open_file(unfinished, true)?;
            write_genesis(&conn, &place, genesis)?;
            connection::set_up_writer(&conn, &place)?;
            conn.close().map_err(|(_, error)| place.sqlite("close")(error))
        })?;
        Ledger::open_path(path, Mode::ReadWrite, Some(lock))
    }

    /// Opens the ledger at `path`. What is looked at costs the same however long the log is: that it is a ledger of a
    /// known format, its own tables, its genesis and the hash of its last entry; [`Ledger::verify_chain`] checks all.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`], [`LedgerError::NotALedger`], [`LedgerError::Newer`], [`LedgerError::Damaged`],
    /// [`LedgerError::Schema`], [`LedgerError::InUse`], [`LedgerError::HardLinked`], [`LedgerError::ReadOnly`] or what the
    /// system says.
    pub fn open(path: &Path, mode: Mode) -> Result<Ledger> {
        let path = files::existing(path)?;
        let lock = match mode {
            Mode::ReadWrite => Some(files::lock(&path)?),
            Mode::ReadOnly => None,
        };
        Ledger::open_path(path, mode, lock)
    }

    /// A ledger that lives in memory and is gone when dropped: for tests of a program and for replays.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`] for too many signers.
    pub fn in_memory(genesis: &Genesis) -> Result<Ledger> {
        let place = Place(PathBuf::from(":memory:"));
        let conn = connection::open_memory(&place)?;
        write_genesis(&conn, &place, genesis)?;
        Ledger::start(conn, place, Mode::ReadWrite, None)
    }

    /// A ledger in a file that has no name and is gone when dropped, however the process ends: for replays, whose memory must not grow
    /// with the log. SQLite chooses the folder: that of `SQLITE_TMPDIR` or `TMPDIR`, else `/var/tmp` or `/tmp`.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`] for too many signers, or what SQLite says.
    pub fn temporary(genesis: &Genesis) -> Result<Ledger> {
        let place = Place(PathBuf::from("a temporary ledger"));
        let conn = connection::open_temporary(&place)?;
        write_genesis(&conn, &place, genesis)?;
        Ledger::start(conn, place, Mode::ReadWrite, None)
    }

    fn open_path(path: PathBuf, mode: Mode, lock: Option<WriterLock>) -> Result<Ledger> {
        let open = || {
            let place = Place(path);
            let conn = connection::open_file(place.path(), mode == Mode::ReadWrite)?;
            connection::check_identity(&conn, &place)?;
            connection::check_length(&conn, &place)?;
            if mode == Mode::ReadWrite {
                connection::set_up_writer(&conn, &place)?;
            }
            Ledger::start(conn, place, mode, lock)
        };
        open().map_err(|error| match error {
            // A reader makes side files where there are none; it can't be told to open the ledger for reading.
            LedgerError::ReadOnly { path, reason } if mode == Mode::ReadOnly => LedgerError::CantOpen { path, reason },
            error => error,
        })
    }

    fn start(conn: Connection, place: Place, mode: Mode, lock: Option<WriterLock>) -> Result<Ledger> {
        schema::check_own(&conn, &place)?;
        let nobody = Genesis { id: LedgerId([0; 16]), signers: Vec::new(), time: 0 };
        let nothing = Head { seq: 0, hash: Hash::ZERO, time: 0 };
        let data_version = connection::pragma(&conn, &place, "PRAGMA data_version")?;
        let identity = files::identity(place.path());
        let mut ledger = Ledger {
            folder: RefCell::default(),
            identity,
            conn,
            place,
            mode,
            genesis: nobody,
            head: Cell::new(nothing),
            health: Cell::new(Health::Good),
            data_version: Cell::new(data_version),
            is_held: Cell::new(false),
            tables: RefCell::default(),
            artifact_ids: RefCell::default(),
            _lock: lock,
        };
        ledger.genesis = ledger.read_genesis()?;
        ledger.head.set(ledger.read_head()?);
        Ok(ledger)
    }

    /// Where the ledger is, in its canonical form; `:memory:` for one in memory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// What it was opened for.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Its id, which is hashed into every entry.
    #[must_use]
    pub fn id(&self) -> LedgerId {
        self.genesis.id
    }

    /// The keys whose artifacts may write here, in ascending order.
    #[must_use]
    pub fn signers(&self) -> &[PublicKey] {
        &self.genesis.signers
    }

    /// Its id, signers and first time, as they were pinned.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Attaches `tables`: the file must hold them exactly, and nothing beside them. Their ids are their places in the
    /// list; the ids of an earlier list are void.
    ///
    /// # Errors
    /// [`LedgerError::Schema`] with the first difference, [`LedgerError::Spec`] for an impossible table.
    pub fn expect_schema(&mut self, tables: &[TableSpec]) -> Result<Vec<TableId>> {
        let tables = table::tables(tables)?;
        schema::check_all(&self.conn, &self.place, &tables)?;
        Ok(self.attach(tables))
    }

    pub(crate) fn attach(&self, tables: Vec<Table>) -> Vec<TableId> {
        let ids = (0u32..).take(tables.len()).map(TableId).collect();
        self.tables.replace(Arc::new(tables));
        ids
    }

    /// The specs of the attached tables, in order of their ids.
    #[must_use]
    pub fn attached(&self) -> Vec<TableSpec> {
        self.tables.borrow().iter().map(|table| table.spec.clone()).collect()
    }

    /// Holds everything that is read through the returned guard to one moment, while a writer goes on: for a reader that
    /// compares several tables.
    ///
    /// # Errors
    /// What SQLite says when the file can't be read.
    pub fn snapshot(&mut self) -> Result<Snapshot<'_>> {
        let snapshot = self.snapshot_unchecked()?;
        snapshot.read_head()?;
        Ok(snapshot)
    }

    /// Holds reads to this moment until the next batch begins, a snapshot is taken, or [`Ledger::let_go`]. Each read by itself
    /// locks and unlocks the file, which costs as much as a look-up; within a hold only the first does.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn hold(&self) -> Result<()> {
        if self.is_held.get() || !self.conn.is_autocommit() {
            return Ok(());
        }
        let begun = self.conn.prepare_cached("BEGIN").and_then(|mut statement| statement.execute([]));
        begun.map_err(self.place.sqlite("read"))?;
        self.is_held.set(true);
        Ok(())
    }

    /// Ends [`Ledger::hold`], so that reads see what others have committed and the write-ahead log can be folded back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn let_go(&self) -> Result<()> {
        if !self.is_held.replace(false) {
            return Ok(());
        }
        let ended = self.conn.prepare_cached("COMMIT").and_then(|mut statement| statement.execute([]));
        ended.map(drop).map_err(self.place.sqlite("read"))
    }

    /// Goes on with folding the write-ahead log back into the file, where it has grown long; whether it is folded to its end now. A
    /// fold takes as long as many commits, so a thread of the ledger's own does it while more is written; what was written meanwhile
    /// is folded here, once it is little. To be called between batches.
    ///
    /// # Errors
    /// What SQLite says; nothing is lost then, and a later call or commit tries again.
    pub fn fold_back(&self) -> Result<bool> {
        self.let_go()?;
        fold::go_on(&self.conn, &mut self.folder.borrow_mut(), &self.place, || self.check_place())
    }

    /// A snapshot of a log whose last entry may be wrong.
    pub(crate) fn snapshot_unchecked(&mut self) -> Result<Snapshot<'_>> {
        self.let_go()?;
        self.conn.execute_batch("BEGIN").map_err(self.place.sqlite("read"))?;
        let snapshot = Snapshot { ledger: self };
        // SQLite's moment is that of the first read, so there must be one now.
        connection::pragma(&snapshot.conn, &snapshot.place, "PRAGMA schema_version")?;
        Ok(snapshot)
    }

    /// Limits the file to `bytes` (rounded down to pages, never below its present size): a batch that would take it
    /// beyond fails with [`LedgerError::Full`] as on a full disk. It holds until the ledger is closed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn limit_size(&mut self, bytes: u64) -> Result<()> {
        let page = connection::pragma(&self.conn, &self.place, "PRAGMA page_size")?;
        let pages = bytes / u64::try_from(page).unwrap_or(4096).max(1);
        let pages = pages.clamp(1, u64::from(u32::MAX - 2));
        let limit = format!("PRAGMA max_page_count={pages}");
        self.conn.query_row(&limit, [], |_| Ok(())).map_err(self.place.sqlite("limit the size of"))
    }

    /// Whether this ledger may be written to now: open for writing, and nothing has gone wrong before.
    pub(crate) fn check_writable(&self) -> Result<()> {
        let path = || self.place.path().to_owned();
        match (self.mode, self.health.get()) {
            (Mode::ReadOnly, _) => Err(LedgerError::OpenedForReading { path: path() }),
            (_, Health::MustReopen) => Err(LedgerError::MustReopen { path: path() }),
            (_, Health::ForeignCommit) => Err(LedgerError::ForeignCommit { path: path() }),
            (_, Health::Good) => Ok(()),
        }
    }

    /// Inside a write transaction: whether anybody else has committed since this ledger was opened.
    pub(crate) fn check_foreign_commit(&self) -> Result<()> {
        if connection::pragma(&self.conn, &self.place, "PRAGMA data_version")? != self.data_version.get() {
            self.health.set(Health::ForeignCommit);
        }
        self.check_place()?;
        self.check_writable()
    }

    /// Whether the file that is open is still the one at its path.
    ///
    /// # Errors
    /// [`LedgerError::Moved`].
    pub fn check_place(&self) -> Result<()> {
        if files::identity(self.place.path()) == self.identity {
            return Ok(());
        }
        Err(LedgerError::Moved { path: self.place.path().to_owned() })
    }
}

/// Holds a reader to one moment; see [`Ledger::snapshot`].
#[derive(Debug)]
pub struct Snapshot<'l> {
    ledger: &'l mut Ledger,
}

impl Deref for Snapshot<'_> {
    type Target = Ledger;

    fn deref(&self) -> &Ledger {
        self.ledger
    }
}

impl Snapshot<'_> {
    /// As [`Ledger::expect_schema`], at this moment.
    ///
    /// # Errors
    /// As there.
    pub fn expect_schema(&mut self, tables: &[TableSpec]) -> Result<Vec<TableId>> {
        self.ledger.expect_schema(tables)
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        // A transaction that only read can be ended by SQLite itself; then there is nothing left to end.
        let _ = self.ledger.conn.execute_batch("ROLLBACK");
    }
}

/// Makes the ledger's own tables and its first entry in an empty database, in one transaction.
fn write_genesis(conn: &Connection, place: &Place, genesis: &Genesis) -> Result<()> {
    let body = genesis.encode()?;
    let entry = genesis_entry(&body, genesis.time);
    let hash = chain_hash(genesis.id, 0, &entry, Hash::ZERO);
    let write = || -> rusqlite::Result<()> {
        conn.execute_batch("PRAGMA page_size=4096; PRAGMA synchronous=FULL; BEGIN IMMEDIATE;")?;
        conn.execute_batch(&format!("PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT_VERSION};"))?;
        for (_, sql) in schema::OWN_TABLES {
            conn.execute(sql, [])?;
        }
        conn.execute(
            "INSERT INTO lwas_log(seq, kind, time, type, artifact, hash, body) VALUES(0, ?1, ?2, ?3, NULL, ?4, ?5)",
            params![entry.kind.number(), entry.time, entry.event_type, hash.as_bytes(), entry.body],
        )?;
        conn.execute_batch("COMMIT")
    };
    write().map_err(place.sqlite("create"))
}
