//! Folding the write-ahead log back into the file on a thread of its own, with a connection of its own, while the writer goes on.
//!
//! A fold takes as long as many commits, most of it a flush of the file, and SQLite lets another connection do it beside the
//! writer. What the writer appends meanwhile is left over each time; the log begins anew only once all of it is folded, so the writer
//! folds that small rest itself, between two batches. A log that grows faster than it is folded is folded by the commit that makes
//! it too long.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::Result;
use crate::connection;
use crate::error::{Place, io_error};

/// Frames of the log, not yet folded back, at which a fold is begun. Each fold writes a page once however often it is in the log:
/// fewer and longer folds are less work.
const DUE: i64 = 6_000;

/// The most frames that the writer folds itself, while those who ask it for something wait.
const REST: i64 = 1_000;

/// The thread that folds the log of one ledger.
#[derive(Debug)]
pub(crate) struct Folder {
    /// None once it is told to end.
    begin: Option<SyncSender<()>>,
    done: Receiver<rusqlite::Result<()>>,
    under_way: bool,
    thread: Option<JoinHandle<()>>,
}

impl Folder {
    /// Opens the file once more and starts the thread.
    fn start(place: &Place) -> Result<Folder> {
        let conn = connection::open_file(place.path(), true)?;
        // As the writer's own: what is folded is on the disk before the log may begin anew.
        conn.execute_batch("PRAGMA synchronous=FULL;").map_err(place.sqlite("set up"))?;
        let ((begin, begins), (end, done)) = (sync_channel::<()>(1), sync_channel(1));
        let work = move || {
            while begins.recv().is_ok() && end.send(connection::fold(&conn)).is_ok() {}
        };
        let thread = std::thread::Builder::new().name("folder".to_owned()).spawn(work);
        let thread = thread.map_err(|source| io_error("start a thread for", place.path(), source))?;
        Ok(Folder { begin: Some(begin), done, under_way: false, thread: Some(thread) })
    }

    /// Has a fold begun, unless one is under way.
    fn begin(&mut self) {
        self.under_way |= self.begin.as_ref().is_some_and(|begin| begin.try_send(()).is_ok());
    }

    /// Whether a fold has ended since somebody last asked; none while one is under way.
    fn has_ended(&mut self) -> rusqlite::Result<Option<bool>> {
        if !self.under_way {
            return Ok(Some(false));
        }
        let ended = match self.done.try_recv() {
            Err(TryRecvError::Empty) => return Ok(None),
            Ok(ended) => ended,
            Err(TryRecvError::Disconnected) => Ok(()),
        };
        self.under_way = false;
        ended.map(|()| Some(true))
    }
}

impl Drop for Folder {
    /// Waits for a fold that is under way, so that the ledger's own connection is the last to be closed, under the writer's lock.
    fn drop(&mut self) {
        self.begin = None;
        // If it has panicked, there is nothing that waits for its result.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Goes on with folding the log back, between two batches of the connection that writes; whether all of it is folded now. `folder`
/// is started when it is first needed, if `check` finds the ledger at its path.
pub(crate) fn go_on(
    conn: &Connection,
    folder: &mut Option<Folder>,
    place: &Place,
    check: impl Fn() -> Result<()>,
) -> Result<bool> {
    let failed = place.sqlite("fold back the write-ahead log of");
    let Some(ended) = folder.as_mut().map_or(Ok(Some(false)), Folder::has_ended).map_err(failed)? else {
        return Ok(false);
    };
    let unfolded = connection::unfolded(conn).map_err(failed)?;
    if ended && unfolded <= REST {
        connection::fold(conn).map_err(failed)?;
        return Ok(true);
    }
    if unfolded >= DUE || ended {
        let folder = match folder {
            Some(folder) => folder,
            None => {
                check()?;
                let started = Folder::start(place)?;
                // The file is opened by its path: it must be the same one.
                check()?;
                folder.insert(started)
            }
        };
        folder.begin();
    }
    Ok(false)
}
