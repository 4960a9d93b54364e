//! What happened: event log, hash chain, state tables. SQLite stops here.
//!
//! In come entries (opaque bodies), rows (cells) and table specs; out go the same, durable and in order. The crate knows
//! nothing of the language: what a body means, which rows an event changes and how an amount is written into a cell is
//! decided above. What it answers for is that one writer appends to one chain, that a batch is there whole or not at
//! all, that nothing foreign sits in the file's schema, and that whatever is wrong with a file is said and never panics.
//!
//! - [`Ledger`]: one SQLite file, created, opened for writing (one writer, locked) or for reading, or kept in memory.
//! - [`Batch`]: one transaction of entries, keys, rows and artifacts, durable when [`Batch::commit`] returns.
//! - [`Entry`] and [`chain_hash`]: the log and its hash chain, defined byte by byte in `spec/ledger-format.md`.
//! - [`TableSpec`], [`Cell`], [`Scan`]: the derived state tables.

#![deny(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::unreachable)]

mod batch;
mod cell;
mod connection;
mod delivered;
mod entry;
mod error;
mod files;
mod fold;
mod genesis;
mod ledger;
mod read;
mod rows;
mod schema;
mod table;
mod verify;

pub use batch::Batch;
pub use cell::Cell;
pub use delivered::Delivered;
pub use entry::{Entry, Head, Kind, LedgerId, NewEntry, chain_hash};
pub use error::{ChainError, LedgerError, Result, SchemaDifference};
pub use genesis::Genesis;
pub use ledger::{Ledger, Mode, Snapshot};
pub use read::Entries;
pub use rows::{By, Order, Scan};
pub use table::{ColumnKind, ColumnSpec, TableId, TableSpec};

/// The newest format of ledger files that is read and the one that is written (SQLite's `user_version`).
pub const FORMAT_VERSION: u32 = 1;
/// Marks the file as a ledger (SQLite's `application_id`): "LwaS" in ASCII.
pub const APPLICATION_ID: i32 = 0x4C77_6153;
/// The longest body of an entry. An event's line is at most 1 MiB; this leaves room for what is recorded with it.
pub const MAX_BODY_BYTES: usize = 16 << 20;
/// The longest event type.
pub const MAX_TYPE_BYTES: usize = 1024;
/// The longest key of a keyed event.
pub const MAX_KEY_BYTES: usize = 2 << 20;
/// The largest artifact.
pub const MAX_ARTIFACT_BYTES: usize = 256 << 20;
/// The longest text in a cell.
pub const MAX_TEXT_BYTES: usize = 64 << 20;
/// The most rows that may be delivered to a target out of order, behind one that is not yet.
pub const MAX_DELIVERED: usize = 10_000;
/// The most signers that a ledger may allow.
pub const MAX_SIGNERS: usize = 256;
