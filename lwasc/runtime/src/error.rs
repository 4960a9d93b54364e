//! What stops a run: the world is wrong, or we are. None of it is a rejection, and nothing that was not committed before
//! is claimed as applied.

use lwas_ledger::{ChainError, LedgerError};

use crate::store::StoreError;

/// Why a run stops.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// The ledger could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log's chain does not hold.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The ledger belongs to another program.
    #[error("the ledger belongs to program `{found}`, expected `{expected}`; choose another ledger")]
    OtherProgram {
        /// The program to be attached.
        expected: String,
        /// The program of the ledger's last entry.
        found: String,
    },
    /// The program wants other tables than the ledger has.
    #[error("the program's schemas differ from those of the ledger:\n{}", differences.join("\n"))]
    SchemaChanged {
        /// `- ` and what the ledger has, `+ ` and what the program wants.
        differences: Vec<String>,
    },
    /// A version of the program asks whose aggregates are not those of the version that worked on the ledger last.
    #[error(
        "the ledger keeps {} as another version of the program does; run this version on the ledger first",
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    )]
    OtherAggregates {
        /// Those that differ, or that only one of the two has.
        names: Vec<String>,
    },
    /// An aggregate can't be made from the rows that are there.
    #[error(
        "the program can't work on this ledger, and nothing was changed: `{aggregate}` can't be computed for {row}: {reason}"
    )]
    Aggregate {
        /// Its name.
        aggregate: String,
        /// The row, as people name it.
        row: String,
        /// Why.
        reason: String,
    },
    /// A law of the program does not hold on the rows that are there.
    #[error(
        "the program can't work on this ledger, and nothing was changed: {} [{}]{}",
        .0.message, .0.code, .0.at.as_ref().map_or_else(String::new, |at| format!(" at {at}"))
    )]
    Law(Box<crate::outcome::Rejection>),
    /// The artifact's signer is not among those that the ledger allows.
    #[error("the ledger does not allow artifacts signed by `{signer}`")]
    SignerNotAllowed {
        /// Who signed it.
        signer: String,
    },
    /// The program's state can't be kept in tables.
    #[error("the program's state can't be kept in tables: {0}")]
    Unsupported(String),
    /// An artifact that the ledger holds can't be opened.
    #[error("artifact `{hash}` of the ledger can't be opened: {reason}")]
    Artifact {
        /// Its hash.
        hash: String,
        /// Why.
        reason: String,
    },
    /// An entry is not one that this runtime could have written.
    #[error("entry {seq} can't be read: {what}; run `lwasc audit`")]
    Entry {
        /// Its number.
        seq: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A state without key has an initial row that can't be computed.
    #[error("the first row of `{state}` can't be computed: {reason}")]
    Initial {
        /// The state.
        state: String,
        /// Why.
        reason: String,
    },
    /// The log has no entry of this number.
    #[error("the log has no entry {seq}; its entries are numbered 0 to {last}")]
    NoEntry {
        /// The number.
        seq: u64,
        /// The number of the last entry.
        last: u64,
    },
    /// An entry does not follow from those before it.
    #[error("entry {seq} is not what its log makes of it: {what}; run `lwasc audit`")]
    Replay {
        /// Its number.
        seq: u64,
        /// What was expected and what was found.
        what: String,
    },
    /// The program could not be executed, through no fault of its own or of the event.
    #[error("the program can't be executed: {0}")]
    World(String),
    /// Native code and the interpreter disagree: a mistake of ours, after which nothing may be trusted.
    #[error(
        "native code and the interpreter disagree about `{event}`: native code {native}, the interpreter {interpreted}; \
             it was not applied, and the run ends. This is a mistake in lwasc: please report it, and go on with the interpreter"
    )]
    Disagreement {
        /// The event's type, or the query.
        event: String,
        /// What native code says.
        native: String,
        /// What the interpreter says.
        interpreted: String,
    },
}

impl From<LedgerError> for RuntimeError {
    fn from(error: LedgerError) -> RuntimeError {
        RuntimeError::Store(StoreError::Ledger(error))
    }
}
