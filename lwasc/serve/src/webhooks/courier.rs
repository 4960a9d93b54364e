//! What one webhook is still to be told: read from the journal of alerts, sent in order by alert, and noted in the ledger as done.
//!
//! Of each alert, by its name and subject, one notification is under way at a time and the next waits for it; alerts do not wait for each
//! other. Memory is bounded: while too many notifications wait, or lie behind one that is not taken, the journal is not read on, and it keeps the rest.

use super::payload::Said;
use super::send::Sender;
use crate::readers::Readers;
use crate::writer::Writer;
use lwas_ledger::{Delivered, MAX_DELIVERED};
use lwas_runtime::RuntimeError;
use lwas_runtime::alerts::{self, Stage, Transition};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How many rows are read at once.
const PAGE: usize = 256;

/// How many notifications may wait in memory.
const MOST_WAITING: usize = 1_024;

/// How far behind the first that is not done the journal is read.
const MOST_AHEAD: i64 = (MAX_DELIVERED - PAGE) as i64;

/// After how many rows of which nobody is to be told their end is noted.
const MOST_UNNOTED: i64 = 1_024;

/// How long to wait after the ledger could not be read or written.
const RECOVERY: Duration = Duration::from_secs(5);

/// Of which alert: its name and subject.
type Key = (Arc<str>, Arc<str>);

/// Which rows of the journal are done.
#[derive(Debug, Default)]
struct Done {
    up_to: i64,
    beyond: BTreeSet<i64>,
    /// Up to where the ledger knows it.
    noted: i64,
    /// Whether the ledger does not know of a notification that was acknowledged.
    is_behind: bool,
}

impl Done {
    fn new(delivered: Delivered) -> Done {
        let Delivered { up_to, beyond } = delivered;
        Done { up_to, beyond: beyond.into_iter().collect(), noted: up_to, is_behind: false }
    }

    fn has(&self, row: i64) -> bool {
        row <= self.up_to || self.beyond.contains(&row)
    }

    fn add(&mut self, row: i64) {
        self.beyond.insert(row);
        while self.beyond.remove(&(self.up_to + 1)) {
            self.up_to += 1;
        }
    }

    fn wants_note(&self) -> bool {
        self.is_behind || self.up_to - self.noted >= MOST_UNNOTED
    }

    fn delivered(&self) -> Delivered {
        Delivered { up_to: self.up_to, beyond: self.beyond.iter().copied().collect() }
    }
}

/// Tells a webhook of alerts for as long as there is a writer.
pub async fn run(sender: Arc<Sender>, readers: Arc<Readers>, writer: Writer) {
    let mut head = writer.head.clone();
    let done = loop {
        match begin(&sender, &readers, &writer).await {
            Some(done) => break done,
            None => tokio::time::sleep(RECOVERY).await,
        }
    };
    let mut courier = Courier { read: done.up_to, done, sender, readers, writer, waiting: BTreeMap::new(), count: 0 };
    let mut under_way = JoinSet::new();
    loop {
        let is_read = courier.read_on().await;
        courier.start(&mut under_way);
        let is_noted = courier.note().await;
        let again = async {
            if is_read && is_noted { std::future::pending().await } else { tokio::time::sleep(RECOVERY).await }
        };
        tokio::select! {
            changed = head.changed() => if changed.is_err() { return },
            Some(told) = under_way.join_next() => if let Ok((key, row)) = told { courier.finish(&key, row) },
            () = again => {}
        }
        // What has ended meanwhile is noted together.
        while let Some(told) = under_way.try_join_next() {
            if let Ok((key, row)) = told {
                courier.finish(&key, row);
            }
        }
    }
}

/// What the ledger knows of a webhook; one that it does not know begins with what happens from now on.
async fn begin(sender: &Sender, readers: &Arc<Readers>, writer: &Writer) -> Option<Done> {
    let name = sender.hook().name.clone();
    let known = readers.with_reader(move |readers, reader| {
        let known = reader.ledger.delivered(&name)?;
        Ok((known, alerts::last(readers.program(), &mut reader.ledger, readers.open())?))
    });
    match known.await.map_err(|error| cant_read(&error)).ok()? {
        (Some(known), _) => Some(Done::new(known)),
        (None, last) => {
            let present = Delivered { up_to: last, beyond: vec![] };
            writer.note_delivered(&sender.hook().name, present.clone()).await.ok()?;
            Some(Done::new(present))
        }
    }
}

fn cant_read(error: &RuntimeError) {
    tracing::error!(%error, "alerts can't be read; nobody is told of them until they can");
}

struct Courier {
    sender: Arc<Sender>,
    readers: Arc<Readers>,
    writer: Writer,
    done: Done,
    /// The last row that was read.
    read: i64,
    /// What waits, by alert; the first of each is under way.
    waiting: BTreeMap<Key, VecDeque<(Transition, bool)>>,
    count: usize,
}

impl Courier {
    /// Reads the journal as far as there is room; whether it could be read.
    async fn read_on(&mut self) -> bool {
        while self.count < MOST_WAITING && self.read - self.done.up_to < MOST_AHEAD {
            let from = self.read;
            let rows = self.readers.with_reader(move |readers, reader| {
                alerts::after(readers.program(), &mut reader.ledger, readers.open(), (from, PAGE as u64))
            });
            let rows = match rows.await {
                Ok(rows) => rows,
                Err(error) => {
                    cant_read(&error);
                    return false;
                }
            };
            let is_last = rows.len() < PAGE;
            rows.into_iter().for_each(|row| self.take(row));
            if is_last {
                break;
            }
        }
        self.sender.note_waiting(self.count);
        true
    }

    fn take(&mut self, row: Transition) {
        self.read = row.row;
        let is_told = matches!(row.stage, Stage::Firing | Stage::Resolved(_));
        if self.done.has(row.row) {
            return;
        }
        if !is_told || !self.sender.hook().wants(&row.alert, row.severity) {
            return self.done.add(row.row);
        }
        self.count += 1;
        let key = (Arc::clone(&row.alert), Arc::clone(&row.subject));
        self.waiting.entry(key).or_default().push_back((row, false));
    }

    /// Sends the first of each alert that is not under way.
    fn start(&mut self, under_way: &mut JoinSet<(Key, i64)>) {
        for (key, rows) in &mut self.waiting {
            let Some((row, is_under_way @ false)) = rows.front_mut() else { continue };
            *is_under_way = true;
            let (sender, key, row) = (Arc::clone(&self.sender), key.clone(), row.clone());
            under_way.spawn(async move {
                let (since, until) = match row.stage {
                    Stage::Resolved(since) => (since, Some(row.time)),
                    _ => (row.time, None),
                };
                let Transition { alert, subject, severity, message, .. } = &row;
                let said = Said { alert, subject, severity: *severity, message, since, until };
                sender.tell(&said).await;
                (key, row.row)
            });
        }
    }

    fn finish(&mut self, key: &Key, row: i64) {
        self.done.add(row);
        self.done.is_behind = true;
        self.count = self.count.saturating_sub(1);
        if let Some(rows) = self.waiting.get_mut(key) {
            rows.pop_front();
            if rows.is_empty() {
                self.waiting.remove(key);
            }
        }
    }

    /// Has the ledger know what is done; whether it does.
    async fn note(&mut self) -> bool {
        if !self.done.wants_note() {
            return true;
        }
        let delivered = self.done.delivered();
        let up_to = delivered.up_to;
        let noted = self.writer.note_delivered(&self.sender.hook().name, delivered).await;
        if noted.is_ok() {
            (self.done.noted, self.done.is_behind) = (up_to, false);
        }
        noted.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_without_gaps_is_one_number() {
        let mut done = Done::new(Delivered { up_to: 3, beyond: vec![5, 6] });
        done.add(8);
        assert_eq!(done.delivered(), Delivered { up_to: 3, beyond: vec![5, 6, 8] });
        done.add(4);
        assert_eq!(done.delivered(), Delivered { up_to: 6, beyond: vec![8] });
        assert!(done.has(2) && done.has(8) && !done.has(7) && !done.wants_note());
    }
}
