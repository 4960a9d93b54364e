//! Ledgers as their users see them: what is written is read back, in order and chained; what is wrong is refused by name.

mod batches;
mod chain;
mod delivered;
mod files;
mod kill;
mod rows;
mod schema;
mod support;
