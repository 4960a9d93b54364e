//! Auditing a ledger: its chain, and whether its rows follow from its log.
//!
//! The log is replayed from scratch into another ledger, by the interpreter, with the artifacts that its entries name. Each
//! replayed entry must be the logged one byte for byte, rejections with their reasons included; then every row of every
//! table is compared, aggregates and keys too, in order of key, so that memory does not grow with the ledger. What a
//! chain can't say is whether all of it was rewritten: for that its head is compared with one kept elsewhere.

mod compare;
pub(crate) mod replay;

pub use replay::incoming;

use std::path::Path;

use lwas_ledger::{Head, Ledger};
use lwas_seal::Hash;

use crate::attach::OpenArtifact;
use crate::error::RuntimeError;
use replay::Replay;

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
    let mut replay = Replay::new(how, scratch);
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
    let replayed_head = replayed.head()?;
    if replayed_head != head {
        let what = format!("the replayed log ends with {replayed_head}, found {head}");
        report.differences.push(Difference::Entry { seq: head.seq, what });
    }
    let specs = program.layout.specs();
    ledger.expect_schema(&specs)?;
    let snapshot = ledger.snapshot()?;
    if snapshot.head()? != head {
        return Err(RuntimeError::World("the ledger went on during the audit; run it again".into()));
    }
    compare::tables(&snapshot, &replayed, &specs, &mut report)?;
    compare::keys(&snapshot, &replayed, &mut report)?;
    Ok(report)
}
