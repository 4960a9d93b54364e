//! Files around a ledger: the writer's lock, and creation that is there whole or not at all.
//!
//! Nothing here opens the ledger file itself once it has its name: closing any descriptor of a file drops the locks that
//! SQLite holds on it in this process (POSIX `fcntl`). Paths are made canonical first, so that a symlink is no second
//! name under which a second writer could take a second lock.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::io_error;
use crate::{LedgerError, Result};

/// The writer's lock, held until it is dropped. The lock file stays: removing it would let two writers hold two files.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

/// `path` with `suffix` behind its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The one path of the ledger at `path`, which must be a file with one name.
pub(crate) fn existing(path: &Path) -> Result<PathBuf> {
    let missing = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => LedgerError::NotFound { path: path.to_owned() },
        _ => io_error("find", path, source),
    };
    let path = path.canonicalize().map_err(missing)?;
    let metadata = fs::metadata(&path).map_err(|source| io_error("look at", &path, source))?;
    if !metadata.is_file() {
        let found = if metadata.is_dir() { "a folder" } else { "something that is no file" };
        return Err(LedgerError::NotALedger { path, found: found.into() });
    }
    #[cfg(unix)]
    {
        let links = std::os::unix::fs::MetadataExt::nlink(&metadata);
        if links != 1 {
            return Err(LedgerError::HardLinked { path, links });
        }
    }
    Ok(path)
}

/// What tells the file at `path` from every other one, whatever they are called: its device and number. None where there is no file, or
/// where the system has no such numbers.
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// The one path that a new ledger at `path` will have.
pub(crate) fn new_path(path: &Path) -> Result<PathBuf> {
    let Some(name) = path.file_name() else {
        let found = "a path without a file name".into();
        return Err(LedgerError::NotALedger { path: path.to_owned(), found });
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let folder = folder.canonicalize().map_err(|source| io_error("find the folder", folder, source))?;
    Ok(folder.join(name))
}

/// How often and how long apart the lock is tried: a process that starts another one holds what it has let go of until the other has
/// begun its own program.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// Takes the writer's lock of the ledger at `path`, or says who has it.
pub(crate) fn lock(path: &Path) -> Result<WriterLock> {
    let lock_path = beside(path, ".lock");
    let mut file = owner_only(OpenOptions::new().read(true).write(true).create(true).truncate(false))
        .open(&lock_path)
        .map_err(|source| io_error("open the lock file", &lock_path, source))?;
    let mut tries = 1;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if tries < LOCK_TRIES => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let process = file.take(16).read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(LedgerError::InUse { path: path.to_owned(), process });
            }
            Err(TryLockError::Error(source)) => return Err(io_error("lock", &lock_path, source)),
        }
        tries += 1;
    }
    // Who holds it is a courtesy to the next one: a disk too full for it is no reason to stop.
    let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(WriterLock { _file: file })
}

/// Creates the ledger at `path`: `fill` makes it whole under another name, then it gets its own. The caller holds the
/// lock, so a file under that other name is what a creation that was killed left behind.
pub(crate) fn create_whole(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(LedgerError::Exists { path: path.to_owned() });
    }
    for suffix in ["-wal", "-journal", "-shm"] {
        let side = beside(path, suffix);
        if side.symlink_metadata().is_ok() {
            return Err(LedgerError::LeftOver { path: side });
        }
    }
    let unfinished = beside(path, ".lwas-unfinished");
    let clear = || ["", "-wal", "-journal", "-shm"].iter().try_for_each(|suffix| remove(&beside(&unfinished, suffix)));
    clear()?;
    let made = owner_only(OpenOptions::new().write(true).create_new(true))
        .open(&unfinished)
        .map(drop)
        .map_err(|source| io_error("create", &unfinished, source))
        .and_then(|()| fill(&unfinished))
        .and_then(|()| fs::rename(&unfinished, path).map_err(|source| io_error("name", path, source)));
    if let Err(error) = made {
        // The first error is the one to tell; what is left behind is cleared by the next creation.
        let _ = clear();
        return Err(error);
    }
    sync_folder(path)
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(io_error("remove", path, source)),
        _ => Ok(()),
    }
}

/// A new name is durable when its folder is.
fn sync_folder(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| io_error("flush the folder", folder, source))?;
    Ok(())
}

/// Files of mode 0600: a ledger is its owner's business.
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
