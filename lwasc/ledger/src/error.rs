//! Everything that can go wrong with a ledger, one variant for each thing a person would do about it.
//!
//! The world is wrong here (a path, a disk, a file from elsewhere) or a caller asks for what can't be; both are values.
//! Each message says which file, what was expected, what was found and what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use lwas_seal::Hash;
use rusqlite::ErrorCode;

/// What the functions of this crate return.
pub type Result<T> = std::result::Result<T, LedgerError>;

/// Why a ledger could not be made, opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Nothing is at the path.
    #[error("there is no ledger at `{}`", path.display())]
    NotFound {
        /// The path as it was given.
        path: PathBuf,
    },
    /// A ledger should be created where something is already.
    #[error("expected nothing at `{}` to create a ledger there, found a file; open it instead or choose another path", path.display())]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// A ledger should be created beside the SQLite side file of one that is gone, which SQLite would replay into it.
    #[error("found `{}`, left by a ledger that is gone; move it away, as it would be replayed into the new ledger", path.display())]
    LeftOver {
        /// The side file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("expected a ledger at `{}`, found {found}", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
        /// What it is instead, in words.
        found: String,
    },
    /// The ledger was written by a newer program.
    #[error("ledger `{}` has format {found}, expected at most {supported}; use a newer `lwasc`", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format known here.
        supported: u32,
    },
    /// Another process writes to this ledger.
    #[error("ledger `{}` is in use by another writer{}; wait until it ends", path.display(), Process(*process))]
    InUse {
        /// The ledger.
        path: PathBuf,
        /// The other writer's process number, where it left it in the lock file.
        process: Option<u32>,
    },
    /// The ledger's file has a second name; two writers could lock two names of one file.
    #[error("ledger file `{}` has {links} names, expected one; remove the other hard links", path.display())]
    HardLinked {
        /// The ledger.
        path: PathBuf,
        /// How many names the file has.
        links: u64,
    },
    /// The file or its folder can't be written.
    #[error("can't write `{}`: {reason}; make the file and its folder writable, or open the ledger for reading", path.display())]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// SQLite can't open the file or make its side files.
    #[error("can't open ledger `{}`: {reason}; the file must be readable and its folder writable, for readers too", path.display())]
    CantOpen {
        /// The ledger.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
    /// Something was to be written to a ledger that was opened for reading.
    #[error("ledger `{}` was opened for reading and can't be written", path.display())]
    OpenedForReading {
        /// The ledger.
        path: PathBuf,
    },
    /// The disk, or the size the ledger was limited to, is full. Nothing of the batch was kept.
    #[error("no room left to write ledger `{}`; nothing of this batch was kept: free some space and go on", path.display())]
    Full {
        /// The ledger.
        path: PathBuf,
    },
    /// Somebody else holds SQLite's own lock for too long.
    #[error("ledger `{}` is locked by another program that is no writer of ours; close that program", path.display())]
    Busy {
        /// The ledger.
        path: PathBuf,
    },
    /// The file is a ledger and something in it can't be.
    #[error("ledger `{}` is damaged: {what}; restore it from a copy", path.display())]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// What was expected and what was found.
        what: String,
    },
    /// The file's tables, indexes and views are not exactly those that belong there.
    #[error("the schema of ledger `{}` is not the expected one: {difference}", path.display())]
    Schema {
        /// The ledger.
        path: PathBuf,
        /// The first difference, in order of name.
        difference: Box<SchemaDifference>,
    },
    /// A table spec that no table can have.
    #[error("table `{table}` can't be made: {what}")]
    Spec {
        /// The table's name.
        table: String,
        /// What is wrong with it.
        what: String,
    },
    /// Cells that do not fit the table.
    #[error("table `{table}`: {what}")]
    Shape {
        /// The table's name.
        table: String,
        /// What was expected and what was found.
        what: String,
    },
    /// An entry older than the last one.
    #[error("expected an entry's time at or after that of the last entry, {last} µs, found {found} µs")]
    TimeWentBack {
        /// The last entry's time, in µs since 1970.
        last: i64,
        /// The new entry's.
        found: i64,
    },
    /// An entry names an artifact that the ledger does not hold.
    #[error("artifact `{hash}` is not stored in ledger `{}`; store it in the transaction of its first entry", path.display())]
    UnknownArtifact {
        /// The ledger.
        path: PathBuf,
        /// The artifact.
        hash: Hash,
    },
    /// Something is larger than the format allows.
    #[error("{what} has {bytes} bytes, expected at most {limit}")]
    TooLarge {
        /// What, with its article.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The largest that is allowed.
        limit: usize,
    },
    /// A program other than this writer changed the file while it was open.
    #[error("ledger `{}` was changed by another program while this one held it; stop and run `lwasc audit` on it", path.display())]
    ForeignCommit {
        /// The ledger.
        path: PathBuf,
    },
    /// The file that is open is not the one at its path any more; what would be written there nobody would find.
    #[error("ledger `{}` was moved, removed or replaced while this one held it; put the file back where it was", path.display())]
    Moved {
        /// Where it was.
        path: PathBuf,
    },
    /// A batch failed at a point where only SQLite's recovery can tell what is on disk.
    #[error("a commit to ledger `{}` failed before; open it again to see what was kept", path.display())]
    MustReopen {
        /// The ledger.
        path: PathBuf,
    },
    /// A call on a batch in which a call has failed before.
    #[error("this batch on ledger `{}` has failed before; drop it and begin another", path.display())]
    BatchFailed {
        /// The ledger.
        path: PathBuf,
    },
    /// The system refused something about a file.
    #[error("can't {doing} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// SQLite refused, for a reason that has no variant of its own.
    #[error("can't {doing} ledger `{}`: {reason}", path.display())]
    Sqlite {
        /// What was tried.
        doing: &'static str,
        /// The ledger.
        path: PathBuf,
        /// SQLite's words and its extended result code.
        reason: String,
    },
}

/// How the file's schema differs from the expected one. `kind` is SQLite's: table, index, view or trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaDifference {
    /// Something is there that nobody expects; it may have been smuggled in.
    Unexpected {
        /// table, index, view or trigger.
        kind: String,
        /// Its name.
        name: String,
        /// The table it belongs to.
        table: String,
    },
    /// Something is not there.
    Missing {
        /// table, index or view.
        kind: String,
        /// Its name.
        name: String,
    },
    /// Something is there in another shape.
    Changed {
        /// table, index or view.
        kind: String,
        /// Its name.
        name: String,
        /// The statement it should have been made by.
        expected: String,
        /// The statement it was made by.
        found: String,
    },
}

impl fmt::Display for SchemaDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SchemaDifference::Unexpected { kind, name, table } if name == table => {
                write!(f, "found {kind} `{name}`, which does not belong there; remove it and run `lwasc audit`")
            }
            SchemaDifference::Unexpected { kind, name, table } => {
                write!(
                    f,
                    "found {kind} `{name}` on `{table}`, which does not belong there; remove it and run `lwasc audit`"
                )
            }
            SchemaDifference::Missing { kind, name } => write!(f, "expected {kind} `{name}`, found none"),
            SchemaDifference::Changed { kind, name, expected, found } => {
                write!(f, "{kind} `{name}` expected as `{expected}`, found as `{found}`")
            }
        }
    }
}

/// Why a hash chain does not hold.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The chain breaks at an entry.
    #[error("the hash chain breaks at entry {seq}: {what}")]
    Broken {
        /// The first entry that is wrong.
        seq: u64,
        /// What was expected and what was found.
        what: String,
    },
    /// The walk itself failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// A process number in a message, where there is one.
struct Process(Option<u32>);

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(process) => write!(f, " (process {process})"),
            None => Ok(()),
        }
    }
}

/// Where a ledger is, for messages. A ledger in memory has `:memory:`.
#[derive(Debug, Clone)]
pub(crate) struct Place(pub(crate) PathBuf);

impl Place {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Turns SQLite's error into ours; `doing` completes "can't … ledger". It costs nothing until there is an error.
    pub(crate) fn sqlite<'p>(
        &'p self,
        doing: &'static str,
    ) -> impl Fn(rusqlite::Error) -> LedgerError + Copy + use<'p> {
        move |error| sqlite_error(self.0.clone(), doing, &error)
    }

    pub(crate) fn damaged(&self, what: impl Into<String>) -> LedgerError {
        LedgerError::Damaged { path: self.0.clone(), what: what.into() }
    }

    pub(crate) fn schema(&self, difference: SchemaDifference) -> LedgerError {
        LedgerError::Schema { path: self.0.clone(), difference: Box::new(difference) }
    }
}

/// Turns the system's error about `path` into ours.
pub(crate) fn io_error(doing: &'static str, path: &Path, source: std::io::Error) -> LedgerError {
    use std::io::ErrorKind;
    let path = path.to_path_buf();
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => LedgerError::Full { path },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            LedgerError::ReadOnly { path, reason: source.to_string() }
        }
        _ => LedgerError::Io { doing, path, source },
    }
}

fn sqlite_error(path: PathBuf, doing: &'static str, error: &rusqlite::Error) -> LedgerError {
    let reason = error.to_string();
    let Some(code) = error.sqlite_error() else {
        return LedgerError::Sqlite { doing, path, reason };
    };
    match code.code {
        ErrorCode::DiskFull => LedgerError::Full { path },
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => LedgerError::ReadOnly { path, reason },
        ErrorCode::CannotOpen => LedgerError::CantOpen { path, reason },
        ErrorCode::NotADatabase => LedgerError::NotALedger { path, found: "a file that is no SQLite database".into() },
        ErrorCode::DatabaseCorrupt => LedgerError::Damaged { path, what: reason },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => LedgerError::Busy { path },
        _ => LedgerError::Sqlite { doing, path, reason: format!("{reason} (SQLite code {})", code.extended_code) },
    }
}
