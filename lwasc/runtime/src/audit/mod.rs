//! Auditing a ledger: its chain, and whether its rows follow from its log.
//!
//! The log is replayed from scratch into another ledger, by the interpreter, with the artifacts that its entries name. Each
//! replayed entry must be the logged one byte for byte, rejections with their reasons included; then every row of every
//! table is compared, aggregates and keys too, in order of key, so that memory does not grow with the ledger. What a
//! chain can't say is whether all of it was rewritten: for that its head is compared with one kept elsewhere.

mod compare;
pub(crate) mod replay;

pub use replay::incoming;

use lwas_ledger::{ChainError, Head, Ledger, LedgerError, Snapshot, chain_hash};
use lwas_seal::Hash;

use crate::attach::OpenArtifact;
use crate::error::RuntimeError;
use crate::store::StoreError;
use replay::Replay;

/// How a ledger is audited.
#[derive(Clone, Copy)]
pub struct Audit<'a> {
    /// How the artifacts in the ledger are opened.
    pub open: OpenArtifact<'a>,
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

/// How many entries are replayed while the file is held to one moment.
const PAGE: u64 = 4096;

/// How often the replay goes after a log that grows before it holds the file to one moment for all that is left: a log that grows faster
/// than it is replayed would never be done.
const MOST_ROUNDS: u32 = 8;

/// Audits a ledger that is open for reading, also while another process writes to it: the replay follows the log, and rows are compared
/// as they are at one moment. `progress` is told now and then how many entries are done of how many; it may take its time, as nothing of
/// the ledger is held meanwhile.
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
    let mut replay = Replay::new(how.open, Ledger::temporary(&ledger.genesis().clone())?);
    let genesis = ledger.entry(0)?.map_or(Hash::ZERO, |entry| entry.hash);
    let mut done = Done { seq: 0, hash: genesis };
    let (mut round, mut aim) = (0, head.seq);
    let mut snapshot = loop {
        let snapshot = ledger.snapshot()?;
        report.head = snapshot.head()?;
        if done.seq >= aim {
            (round, aim) = (round + 1, report.head.seq);
        }
        let is_last = report.head.seq - done.seq <= PAGE || round >= MOST_ROUNDS;
        let most = if is_last { u64::MAX } else { PAGE };
        if let Some(difference) = follow(&mut replay, &snapshot, &mut done, most)? {
            (report.entries, report.differences) = (done.seq, [report.differences, vec![difference]].concat());
            return Ok(report);
        }
        report.entries = done.seq;
        if is_last {
            break snapshot;
        }
        drop(snapshot);
        progress(report.entries, report.head.seq);
    };
    let Some((program, replayed)) = replay.finish()? else { return Ok(report) };
    let (replayed_head, head) = (replayed.head()?, report.head);
    if replayed_head != head {
        let what = format!("the replayed log ends with {replayed_head}, found {head}");
        report.differences.push(Difference::Entry { seq: head.seq, what });
    }
    let specs = program.layout.specs();
    snapshot.expect_schema(&specs)?;
    compare::tables(&snapshot, &replayed, &specs, &mut report)?;
    compare::keys(&snapshot, &replayed, &mut report)?;
    drop(snapshot);
    progress(report.entries, report.head.seq);
    Ok(report)
}

/// How far a replay has come.
struct Done {
    seq: u64,
    hash: Hash,
}

/// Replays the next entries, each of which must follow from the one before. The first that differs ends it.
fn follow(
    replay: &mut Replay<'_>,
    log: &Snapshot<'_>,
    done: &mut Done,
    most: u64,
) -> Result<Option<Difference>, RuntimeError> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    for entry in log.entries(done.seq + 1)?.take(most) {
        let entry = entry?;
        // Entries that came after the chain was walked have not been looked at yet.
        let hash = chain_hash(log.id(), entry.seq, &entry.as_new(), done.hash);
        if hash != entry.hash {
            let what = format!("expected hash {hash}, found {}", entry.hash);
            return Err(ChainError::Broken { seq: entry.seq, what }.into());
        }
        if let Some(what) = replay.entry(log, &entry)? {
            return Ok(Some(Difference::Entry { seq: entry.seq, what }));
        }
        *done = Done { seq: entry.seq, hash };
    }
    Ok(None)
}

/// Whether what has stopped an audit is the ledger's fault: what is in the file can't be what a runner has written. All else, such as a
/// file that can't be read just now, says nothing about it.
#[must_use]
pub fn is_found(error: &RuntimeError) -> bool {
    let ledger = match error {
        RuntimeError::Chain(ChainError::Ledger(ledger)) | RuntimeError::Store(StoreError::Ledger(ledger)) => ledger,
        RuntimeError::Chain(ChainError::Broken { .. })
        | RuntimeError::SignerNotAllowed { .. }
        | RuntimeError::Artifact { .. }
        | RuntimeError::Entry { .. }
        | RuntimeError::Unsupported(_) => return true,
        _ => return false,
    };
    use LedgerError::{Damaged, Newer, NotALedger, Schema};
    matches!(ledger, Damaged { .. } | Newer { .. } | NotALedger { .. } | Schema { .. })
}
