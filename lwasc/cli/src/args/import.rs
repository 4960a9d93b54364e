//! What is typed to translate other programs' rules.

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(ClapArgs)]
pub struct Import {
    /// From what
    #[command(subcommand)]
    pub from: ImportFrom,
}

/// What rules are translated from.
#[derive(Subcommand)]
pub enum ImportFrom {
    /// Prometheus's alerting rules, and unit tests of `promtool test rules`
    Prometheus(ImportPrometheus),
}

#[derive(ClapArgs)]
pub struct ImportPrometheus {
    /// Files of alerting and recording rules
    #[arg(required = true, value_name = "RULES")]
    pub rules: Vec<PathBuf>,
    /// A file of `promtool test rules` whose tests become `test` blocks
    #[arg(long, value_name = "TESTS")]
    pub tests: Vec<PathBuf>,
    /// Where to write the program [default: standard output]
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// One JSON object that tells what became of each rule and test, on standard output, with the program in it where no file is named
    #[arg(long)]
    pub json: bool,
}
