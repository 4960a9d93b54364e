//! The language server: an editor's questions about programs come in as JSON-RPC, what the checker, the formatter and the tests
//! know goes out. Nothing is found out here that a command would not say too; this crate keeps the texts that are open, asks the
//! driver, and translates places and names. lsp-server, lsp-types and url stop here.
//!
//! `frames` cuts the input into messages, `server` is the conversation, `documents` holds the open texts and `position` counts in
//! them, `places` turns addresses into paths, `world` finds the program that a file belongs to and keeps it checked, `analysis`
//! is one checked program with its declarations (`decl`) and locals (`scope`). Each question has a file: `diagnostics`, `hover`,
//! `names`, `rename`, `complete`, `signature`, `formatting`, `actions`, `hints`, `symbols`, `folding`, `tokens`, `lenses`.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

mod actions;
mod analysis;
mod builtins;
mod capabilities;
mod complete;
mod context;
mod decl;
mod diagnostics;
mod documents;
mod folding;
mod formatting;
mod frames;
mod hints;
mod hover;
mod lenses;
mod names;
mod places;
mod position;
mod rename;
mod scope;
mod server;
mod signature;
mod symbols;
mod tokens;
mod world;

pub use server::serve;

use std::path::PathBuf;

/// What the shell gives.
#[derive(Clone)]
pub struct Shell {
    /// The standard library.
    pub std: lwas_driver::Std,
    /// A folder for what an editor opens and no program has: sources of the standard library, pages of errors; none where there is none.
    pub folder: Option<PathBuf>,
    /// `lwasc` itself, which runs tests.
    pub lwasc: PathBuf,
    /// Its version.
    pub version: &'static str,
}
