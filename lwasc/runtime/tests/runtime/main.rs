//! The runtime over hand-built ir: what a ledger holds after events, and what it must not hold.

mod audits;
mod bank;
mod judging;
mod laws;
mod ledgers;
mod scans;
mod tables;
mod trials;
mod versions;
