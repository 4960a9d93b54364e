//! What can be typed. The doc comments are the help texts.

mod artifacts;
mod doc;
mod import;
mod install;
mod ledgers;
mod lsp;
mod packages;
mod repl;
mod serving;
mod sources;
mod testing;
mod tick;

pub use artifacts::{Build, Emit, Inspect, Keygen, Verify};
pub use doc::Doc;
pub use import::{Import, ImportFrom, ImportPrometheus};
pub use install::{Completions, Man};
pub use ledgers::{Audit, Query, Run, Why};
pub use lsp::Lsp;
pub use packages::{Add, Remove, Tree, Update};
pub use repl::Repl;
pub use serving::{LogFormat, Probe, Serve};
pub use sources::{Check, Explain, Fmt, Format, New};
pub use testing::{Percent, Test};

use clap::{Parser, Subcommand};

/// The version with the commit and the target it was built from and for: `0.1.0 (77f6e40b1 2026-11-27, x86_64-unknown-linux-gnu)`.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("LWAS_BUILD"), ")");

/// LwaS: rules for money and machines, checked, compiled, signed and applied to a ledger.
#[derive(Parser)]
#[command(name = "lwasc", version = VERSION, max_term_width = 100)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Make a package with a small program, its test, and what checks it in git and on GitHub
    New(New),
    /// Depend on a package
    Add(Add),
    /// Depend on a package no more
    Remove(Remove),
    /// Accept packages as they are now, in the lock file
    Update(Update),
    /// Show the packages that a package depends on
    Tree(Tree),
    /// Say what is wrong with a program
    Check(Check),
    /// Write sources in the one style
    Fmt(Fmt),
    /// Run a program's tests, in memory
    Test(Test),
    /// Write reference pages of a program from its doc comments
    Doc(Doc),
    /// Talk with a program: expressions, and events for a scratch ledger
    Repl(Repl),
    /// Compile a program and seal it in a signed artifact
    Build(Build),
    /// Tell what is in an artifact
    Inspect(Inspect),
    /// Make a signing key, or a key for a caller of a server
    Keygen(Keygen),
    /// Check an artifact whole: its hash, its signature, its code
    Verify(Verify),
    /// Apply events to a ledger
    Run(Run),
    /// Answer requests over HTTP, with a ledger
    Serve(Serve),
    /// Ask a server on this machine whether it is well
    Probe(Probe),
    /// Answer a query from a ledger
    Query(Query),
    /// Replay a ledger's log and compare every row
    Audit(Audit),
    /// Tell why an entry of a ledger's log is what it is
    Why(Why),
    /// Translate rules that were written for another program
    Import(Import),
    /// Answer an editor's questions about programs, on standard input and output
    Lsp(Lsp),
    /// Show the page of an error code
    Explain(Explain),
    /// Print what makes a shell complete commands of `lwasc`
    Completions(Completions),
    /// Print the manual page, or write those of all commands
    Man(Man),
}
