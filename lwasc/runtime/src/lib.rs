//! A verified artifact applied to a ledger.
//!
//! In come a program (an `ir::Module` that was verified, with its artifact's bytes), a ledger and events; out go outcomes,
//! answers of queries, reports of tests, audits. What is durable is the ledger's business, what a program means is the
//! ir's; here the two meet: state over tables, one event after another, all or nothing, told when it is durable.
//!
//! - [`attach::attach`]: a program and a ledger, as a [`Runtime`].
//! - [`Runtime::judge`] and [`Runtime::commit`]: events in, [`Outcome`]s out.
//! - [`Work`]: what that has cost, in numbers that are the same everywhere.
//! - [`settings::apply`]: what the configuration says, set.
//! - [`query::query`], [`testing::run_tests`], [`testing::play`], [`audit::audit`], [`why::why`].
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic))]

pub mod alerts;
pub mod attach;
pub mod audit;
pub mod body;
pub mod clock;
mod concern;
pub mod data;
pub mod decoding;
pub mod engine;
pub mod error;
pub mod judge;
pub mod native;
pub mod outcome;
mod pages;
pub mod program;
pub mod query;
mod rebuild;
pub mod schema;
pub mod settings;
pub mod store;
pub mod testing;
pub mod why;
mod work;

pub use engine::{Engine, NativeCode, NativeFailure};
pub use error::RuntimeError;
pub use judge::{Incoming, Runtime, TRANSACTION, Ticked};
pub use outcome::{At, ErrorObject, Outcome, Rejection, Traced};
pub use program::Program;
pub use store::{Bounds, Store, StoreError};
pub use work::Work;
