//! Lines of a file or of standard input, read by a thread of their own, so that whoever judges them can see whether more
//! have come. Memory is bounded: of a line that is longer than any event may be only a beginning is kept, which the
//! decoder refuses.

use crate::exit::Stop;
use std::collections::VecDeque;
use std::io::Read;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

/// The most bytes of a line that are kept: one more than an event may have.
const MOST: usize = (1 << 20) + 1;

/// How much is read at once, in bytes, and how many such pieces may wait.
const PIECE: usize = 256 << 10;
const PIECES: usize = 4;

/// A line.
pub struct Line {
    /// From 1.
    pub number: u64,
    /// Without its line break.
    pub text: Vec<u8>,
}

/// What comes next.
pub enum Next {
    /// A line.
    Line(Line),
    /// Nothing any more.
    End,
    /// Nothing for as long as was waited.
    Silence,
}

/// The lines still to come.
pub struct Lines {
    pieces: Receiver<std::io::Result<Piece>>,
    waiting: VecDeque<Vec<u8>>,
    number: u64,
    bytes: u64,
    ended: bool,
    failure: Option<std::io::Error>,
    path: String,
}

/// Whole lines, and how many bytes they took.
struct Piece {
    lines: Vec<Vec<u8>>,
    bytes: u64,
}

impl Lines {
    /// The lines of a file; of standard input when it is `-`.
    pub fn open(path: &Path) -> Result<Lines, Stop> {
        let source: Box<dyn Read + Send> = if path.as_os_str() == "-" {
            Box::new(std::io::stdin())
        } else {
            Box::new(std::fs::File::open(path).map_err(|error| Stop::io("read", path, &error))?)
        };
        let (sender, pieces) = sync_channel(PIECES);
        std::thread::spawn(move || read(source, &sender));
        let path = path.display().to_string();
        Ok(Lines { pieces, waiting: VecDeque::new(), number: 0, bytes: 0, ended: false, failure: None, path })
    }

    /// Whether a line, or the end, is there without waiting.
    pub fn is_ready(&mut self) -> bool {
        if !self.waiting.is_empty() || self.ended {
            return true;
        }
        match self.pieces.try_recv() {
            Ok(Ok(piece)) => {
                self.take(piece);
                true
            }
            Ok(Err(error)) => {
                // Told by `next`, after what was judged before has been told.
                self.failure = Some(error);
                self.ended = true;
                true
            }
            Err(TryRecvError::Disconnected) => {
                self.ended = true;
                true
            }
            Err(TryRecvError::Empty) => false,
        }
    }

    /// The next line, waited for, but no longer than `patience` where one is given.
    pub fn next(&mut self, patience: Option<Duration>) -> Result<Next, Stop> {
        while self.waiting.is_empty() && !self.ended {
            let piece = match patience {
                None => self.pieces.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(patience) => self.pieces.recv_timeout(patience),
            };
            match piece {
                Ok(Ok(piece)) => self.take(piece),
                Ok(Err(error)) => self.failure = Some(error),
                Err(RecvTimeoutError::Timeout) => return Ok(Next::Silence),
                Err(RecvTimeoutError::Disconnected) => self.ended = true,
            }
            self.ended |= self.failure.is_some();
        }
        let Some(text) = self.waiting.pop_front() else {
            return self.failure.take().map_or(Ok(Next::End), |error| Err(Stop::io("read", &self.path, &error)));
        };
        self.number += 1;
        Ok(Next::Line(Line { number: self.number, text }))
    }

    /// How many bytes have been read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    fn take(&mut self, piece: Piece) {
        self.bytes += piece.bytes;
        self.waiting.extend(piece.lines);
    }
}

/// Reads to the end, and sends whole lines as they come; ends early when nobody wants them any more.
fn read(mut source: impl Read, sender: &SyncSender<std::io::Result<Piece>>) {
    let mut buffer = vec![0; PIECE];
    let mut open: Vec<u8> = vec![];
    loop {
        let count = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => {
                let _ = sender.send(Err(error));
                return;
            }
        };
        let mut lines = vec![];
        for part in buffer[..count].split_inclusive(|byte| *byte == b'\n') {
            let ends = part.ends_with(b"\n");
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            open.extend_from_slice(&part[..part.len().min(MOST - open.len())]);
            if ends {
                lines.push(std::mem::take(&mut open));
            }
        }
        let piece = Piece { lines, bytes: count as u64 };
        if sender.send(Ok(piece)).is_err() {
            return;
        }
    }
    if !open.is_empty() {
        let _ = sender.send(Ok(Piece { lines: vec![open], bytes: 0 }));
    }
}
