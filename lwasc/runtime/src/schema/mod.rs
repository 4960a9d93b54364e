//! How a program's state lies in the ledger's tables: names, columns, views, and whether two programs agree about it.
//!
//! In comes an `ir::Module`; out go the ledger's `TableSpec`s and the way of each value into cells and back. The mapping
//! is described for people in `spec/ledger-tables.md`.

mod columns;
mod describe;
mod names;
mod tables;
mod view;

pub use columns::{Columns, Misfit, currency};
pub use describe::{describe, differences, other_aggregates};
pub use tables::{AggregateTable, CURRENCIES, Layout, StateTable, currency_rows};
