//! Auditing a ledger: its chain, and whether its rows follow from its log.
//!
//! The log is replayed from scratch into another ledger, by the interpreter, with the artifacts that its entries name. Each
//! replayed entry must be the logged one byte for byte, rejections with their reasons included; then every row of every
//! table is compared, aggregates and keys too, in order of key, so that memory does not grow with the ledger. What a
//! chain can't say is whether all of it was rewritten: for that its head is compared with one kept elsewhere.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use lwas_ledger::{Cell, Entry, Head, Kind, Ledger, Snapshot, TableId, TableSpec};
use lwas_seal::Hash;

use crate::attach::{OpenArtifact, begin, check_same, check_signer, open_stored};
use crate::body::Body;
use crate::data;
use crate::engine::Engine;
use crate::error::RuntimeError;
use crate::judge::{Incoming, Runtime};
use crate::outcome::Outcome;
use crate::program::Program;
use crate::store::{Bounds, Store};

/// How many replayed entries make a batch.
const BATCH: usize = 4096;
/// How many differences of rows are told.
const MOST_DIFFERENCES: usize = 100;
/// Rows that are read of a table at once.
const PAGE: u64 = 1024;

/// How a ledger is audited.
#[derive(Clone, Copy)]
pub struct Audit<'a> {
    /// How the artifacts in the ledger are opened.
    pub open: OpenArtifact<'a>,
    /// Where the replay's own ledger is made; none for one in memory. Nothing may be there.
    pub scratch: Option<&'a Path>,
    /// A head kept elsewhere: the entry of this number must have this hash.
    pub expect: Option<(u64, Hash)>,
}

/// What an audit has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The end of the log.
    pub head: Head,
    /// Entries replayed.
    pub entries: u64,
    /// Rows compared.
    pub rows: u64,
    /// What is not as it should be; nothing when all is well.
    pub differences: Vec<Difference>,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// An entry is not what the replay makes of it. The replay ends there.
    Entry {
        /// Its number.
        seq: u64,
        /// What was expected and what was found.
        what: String,
    },
    /// The entry that a kept head names is another one.
    Head {
        /// Its number.
        seq: u64,
        /// The hash kept elsewhere.
        expected: Hash,
        /// The ledger's; none when its log ends before.
        found: Option<Hash>,
    },
    /// A cell of a row, or a whole row.
    Row {
        /// The table.
        table: String,
        /// The row's key, as it lies there.
        key: String,
        /// The column; none when the row is on one side only.
        column: Option<String>,
        /// What follows from the log; none when there should be no row.
        expected: Option<String>,
        /// What is there; none when there is no row.
        found: Option<String>,
    },
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Difference::Entry { seq, what } => write!(f, "entry {seq}: {what}"),
            Difference::Head { seq, expected, found: Some(found) } => {
                write!(f, "entry {seq} has hash {found}, expected {expected}")
            }
            Difference::Head { seq, expected, found: None } => {
                write!(f, "the log ends before entry {seq}, whose hash should be {expected}")
            }
            Difference::Row { table, key, column, expected, found } => {
                write!(f, "table `{table}`, row {key}")?;
                if let Some(column) = column {
                    write!(f, ", column `{column}`")?;
                }
                let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "no row".into());
                write!(f, ": expected {}, found {}", text(expected), text(found))
            }
        }
    }
}

/// Audits a ledger that is open for reading. `progress` is told now and then how many entries are done of how many.
///
/// # Errors
/// The chain does not hold, the ledger can't be read, an artifact can't be opened. What can be read and differs is in
/// the report.
pub fn audit(ledger: &mut Ledger, how: &Audit<'_>, mut progress: impl FnMut(u64, u64)) -> Result<Report, RuntimeError> {
    ledger.check_pages()?;
    let head = ledger.verify_chain(|_, _| ())?;
    let mut report = Report { head, entries: 0, rows: 0, differences: Vec::new() };
    if let Some((seq, expected)) = how.expect {
        let found = ledger.entry(seq)?.map(|entry| entry.hash);
        if found != Some(expected) {
            report.differences.push(Difference::Head { seq, expected, found });
        }
    }
    let genesis = ledger.genesis().clone();
    let scratch = match how.scratch {
        Some(path) => Ledger::create(path, &genesis)?,
        None => Ledger::in_memory(&genesis)?,
    };
    let mut replay = Replay { how, state: State::Empty(Box::new(scratch)) };
    {
        let snapshot = ledger.snapshot()?;
        for entry in snapshot.entries(1)? {
            let entry = entry?;
            if entry.seq > head.seq {
                break;
            }
            if let Some(what) = replay.entry(&snapshot, &entry)? {
                report.differences.push(Difference::Entry { seq: entry.seq, what });
                return Ok(report);
            }
            report.entries += 1;
            if report.entries.is_multiple_of(1024) || entry.seq == head.seq {
                progress(report.entries, head.seq);
            }
        }
    }
    let Some((program, replayed)) = replay.finish()? else { return Ok(report) };
    let specs = program.layout.specs();
    ledger.expect_schema(&specs)?;
    let snapshot = ledger.snapshot()?;
    if snapshot.head()? != head {
        return Err(RuntimeError::World("the ledger went on during the audit; run it again".into()));
    }
    compare_tables(&snapshot, &replayed, &specs, &mut report)?;
    compare_keys(&snapshot, &replayed, &mut report)?;
    Ok(report)
}

/// A replay under way.
struct Replay<'a> {
    how: &'a Audit<'a>,
    state: State,
}

/// What the replay has come to.
enum State {
    /// No program yet.
    Empty(Box<Ledger>),
    /// A program at work.
    Running(Box<Runtime>),
    /// In between; never seen.
    Gone,
}

impl Replay<'_> {
    /// Replays one entry. In words: how it differs.
    fn entry(&mut self, log: &Snapshot<'_>, entry: &Entry) -> Result<Option<String>, RuntimeError> {
        match entry.kind {
            Kind::Program => self.program(log, entry),
            Kind::Applied | Kind::Rejected => self.event(entry),
            Kind::Genesis | Kind::Migrate => Ok(Some(format!("an entry of kind {} can't stand here", entry.kind))),
        }
    }

    fn program(&mut self, log: &Snapshot<'_>, entry: &Entry) -> Result<Option<String>, RuntimeError> {
        let opened = open_stored(log, entry.artifact, self.how.open)?;
        check_signer(log, opened.signer)?;
        let artifact = log.artifact(entry.artifact)?.unwrap_or_default();
        let program = Program::new(&opened.module, entry.artifact, artifact);
        let program = Arc::new(program.map_err(|what| RuntimeError::Unsupported(what.0))?);
        let (mut ledger, is_new) = match std::mem::replace(&mut self.state, State::Gone) {
            State::Empty(ledger) => (*ledger, true),
            State::Running(mut runtime) => {
                runtime.commit()?;
                if let Err(error) = check_same(&runtime.program().module, &program.module) {
                    return Ok(Some(error.to_string()));
                }
                let Some(ledger) = runtime.into_store().into_ledger() else { return Err(lost()) };
                (ledger, false)
            }
            State::Gone => return Err(lost()),
        };
        begin(&mut ledger, &program, is_new)?;
        let head = ledger.head()?;
        let store = Store::new(Arc::clone(&program.module), ledger, program.layout.clone(), Bounds::default());
        self.state = State::Running(Box::new(Runtime::new(program, Engine::Interpreter, store, head)));
        let same = head.hash == entry.hash;
        Ok((!same).then(|| format!("the replay gives it the hash {}, found {}", head.hash, entry.hash)))
    }

    fn event(&mut self, entry: &Entry) -> Result<Option<String>, RuntimeError> {
        let State::Running(runtime) = &mut self.state else {
            return Ok(Some("an event stands before the first program".into()));
        };
        let program = Arc::clone(runtime.program());
        if entry.artifact != program.hash {
            return Ok(Some(format!("it names artifact {}, but {} is at work", entry.artifact, program.hash)));
        }
        let incoming = match incoming(&program, entry) {
            Ok(incoming) => incoming,
            Err(what) => return Ok(Some(what)),
        };
        let before = runtime.pending();
        let outcome = runtime.judge(&incoming, entry.time)?;
        let what = match runtime.last_pending().filter(|_| runtime.pending() > before) {
            Some(again) if again.kind == entry.kind && again.body == entry.body => None,
            _ => Some(format!("the log says it was {}, but the replay says: {}", entry.kind, words(&outcome))),
        };
        if runtime.pending() >= BATCH {
            runtime.commit()?;
        }
        Ok(what)
    }

    /// The program that worked last, and the replayed ledger.
    fn finish(self) -> Result<Option<(Arc<Program>, Ledger)>, RuntimeError> {
        let State::Running(mut runtime) = self.state else { return Ok(None) };
        runtime.commit()?;
        let program = Arc::clone(runtime.program());
        let ledger = runtime.into_store().into_ledger().ok_or_else(lost)?;
        Ok(Some((program, ledger)))
    }
}

fn lost() -> RuntimeError {
    RuntimeError::World("the replay has lost its ledger".into())
}

/// The event of an entry.
fn incoming(program: &Program, entry: &Entry) -> Result<Incoming, String> {
    let body = Body::decode(&entry.body, entry.kind == Kind::Rejected).map_err(|error| error.to_string())?;
    let event = program.module.events.iter().find(|(_, event)| event.name == entry.event_type);
    let (event, _) = event.ok_or_else(|| format!("the program has no event `{}`", entry.event_type))?;
    let data = data::decode(&program.module, program.event(event).data, body.data);
    Ok(Incoming {
        event,
        data: data.map_err(|what| format!("its data can't be read: {what}"))?,
        id: body.id.map(Arc::from),
        source: body.source.map(Arc::from),
        time: Some(entry.time),
        caller: Arc::from(body.caller),
    })
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Applied { .. } => "applied".into(),
        Outcome::Duplicate { seq } => format!("a duplicate of entry {seq}"),
        Outcome::Rejected(rejection) => format!("rejected, {}: {}", rejection.code, rejection.message),
    }
}

/// Compares all tables row by row.
fn compare_tables(
    found: &Ledger,
    expected: &Ledger,
    specs: &[TableSpec],
    report: &mut Report,
) -> Result<(), RuntimeError> {
    for (number, spec) in (0u32..).zip(specs) {
        let mut ours = Pages::new(expected, TableId(number), spec);
        let mut theirs = Pages::new(found, TableId(number), spec);
        let (mut want, mut have) = (ours.next()?, theirs.next()?);
        while want.is_some() || have.is_some() {
            if report.differences.len() >= MOST_DIFFERENCES {
                return Ok(());
            }
            report.rows += 1;
            let order = match (&want, &have) {
                (Some(want), Some(have)) => want.get(..spec.key).cmp(&have.get(..spec.key)),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, _) => std::cmp::Ordering::Greater,
            };
            let one_sided = |row: &[Cell], is_expected: bool| {
                let whole = Some(row_text(row));
                let (expected, found) = if is_expected { (whole, None) } else { (None, whole) };
                Difference::Row {
                    table: spec.name.clone(),
                    key: row_text(row.get(..spec.key).unwrap_or(row)),
                    column: None,
                    expected,
                    found,
                }
            };
            match order {
                std::cmp::Ordering::Less => {
                    report.differences.extend(want.as_deref().map(|row| one_sided(row, true)));
                    want = ours.next()?;
                }
                std::cmp::Ordering::Greater => {
                    report.differences.extend(have.as_deref().map(|row| one_sided(row, false)));
                    have = theirs.next()?;
                }
                std::cmp::Ordering::Equal => {
                    if let (Some(want), Some(have)) = (&want, &have) {
                        report.differences.extend(cells(spec, want, have));
                    }
                    (want, have) = (ours.next()?, theirs.next()?);
                }
            }
        }
    }
    Ok(())
}

/// The cells in which two rows of one key differ.
fn cells(spec: &TableSpec, want: &[Cell], have: &[Cell]) -> Vec<Difference> {
    let columns = spec.columns.iter().zip(want).zip(have).filter(|((_, want), have)| want != have);
    let key = row_text(want.get(..spec.key).unwrap_or(want));
    let difference = |((column, want), have): ((&lwas_ledger::ColumnSpec, &Cell), &Cell)| Difference::Row {
        table: spec.name.clone(),
        key: key.clone(),
        column: Some(column.name.clone()),
        expected: Some(cell_text(want)),
        found: Some(cell_text(have)),
    };
    columns.map(difference).collect()
}

fn row_text(cells: &[Cell]) -> String {
    let cells: Vec<String> = cells.iter().map(cell_text).collect();
    format!("[{}]", cells.join(", "))
}

fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Null => "nothing".into(),
        Cell::Int(number) => number.to_string(),
        Cell::Text(text) => format!("{text:?}"),
    }
}

/// The rows of a table in key order, some at a time.
struct Pages<'l> {
    ledger: &'l Ledger,
    table: TableId,
    key: usize,
    rows: std::vec::IntoIter<Vec<Cell>>,
    /// The key of the last row that was read; none at the start.
    last: Option<Vec<Cell>>,
    is_done: bool,
}

impl<'l> Pages<'l> {
    fn new(ledger: &'l Ledger, table: TableId, spec: &TableSpec) -> Pages<'l> {
        Pages { ledger, table, key: spec.key, rows: Vec::new().into_iter(), last: None, is_done: false }
    }

    fn next(&mut self) -> Result<Option<Vec<Cell>>, RuntimeError> {
        if self.rows.len() == 0 && !self.is_done {
            let page = self.page()?;
            self.is_done = page.is_empty() || self.key == 0;
            self.last = page.last().map(|row| row.get(..self.key).unwrap_or(row).to_vec());
            self.rows = page.into_iter();
        }
        Ok(self.rows.next())
    }

    /// The rows behind the last key: those with the same beginning first, so that each read is a range of the key.
    fn page(&self) -> Result<Vec<Vec<Cell>>, RuntimeError> {
        let mut rows = Vec::new();
        let mut read = |equal: &[Cell], from: std::ops::Bound<&Cell>, room: u64| {
            let scan = lwas_ledger::Scan { equal, from, limit: Some(room), ..lwas_ledger::Scan::default() };
            self.ledger.scan(self.table, &scan, |row| {
                rows.push(row);
                ControlFlow::Continue(())
            })?;
            Ok::<usize, RuntimeError>(rows.len())
        };
        let Some(last) = &self.last else {
            read(&[], std::ops::Bound::Unbounded, PAGE)?;
            return Ok(rows);
        };
        let mut count = 0;
        for length in (0..last.len()).rev() {
            if let Some(cell) = last.get(length) {
                let room = PAGE.saturating_sub(count as u64);
                if room > 0 {
                    count = read(last.get(..length).unwrap_or_default(), std::ops::Bound::Excluded(cell), room)?;
                }
            }
        }
        Ok(rows)
    }
}

/// Compares the keys of judged events: each has its entry, and no other has one.
fn compare_keys(found: &Ledger, expected: &Ledger, report: &mut Report) -> Result<(), RuntimeError> {
    for (side, other, is_expected) in [(expected, found, true), (found, expected, false)] {
        let mut failed = None;
        side.all_keys(|kind, key, seq| {
            let there = match other.find_key(kind, key) {
                Ok(there) => there,
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            };
            // Keys on both sides are told once, from the expected side.
            if there != Some(seq) && (is_expected || there.is_none()) {
                let number = |seq: Option<u64>| seq.map(|seq| format!("entry {seq}"));
                let (expected, found) = if is_expected { (Some(seq), there) } else { (there, Some(seq)) };
                report.differences.push(Difference::Row {
                    table: "lwas_keys".into(),
                    key: format!("[{kind:?}, {:?}]", String::from_utf8_lossy(key)),
                    column: Some("seq".into()),
                    expected: number(expected),
                    found: number(found),
                });
            }
            if report.differences.len() >= MOST_DIFFERENCES {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
    Ok(())
}
