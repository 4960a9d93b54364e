//! What is typed to apply events to a ledger and to ask it.

use super::tick::{Tick, tick};
use clap::Args as ClapArgs;
use std::path::PathBuf;

#[derive(ClapArgs)]
pub struct Run {
    /// A program, or a `.lwx` artifact; several are linked, and share the ledger
    #[arg(required = true, value_name = "PROGRAM")]
    pub programs: Vec<PathBuf>,
    /// The ledger, made when it is not there [default: beside the program, ending in `.ledger`]
    #[arg(long)]
    pub ledger: Option<PathBuf>,
    /// A file of events, one JSON object a line; `-` is standard input
    #[arg(long, default_value = "-")]
    pub events: PathBuf,
    /// One outcome a line, as JSON, when it is durable
    #[arg(long)]
    pub json: bool,
    /// The public key that must have signed an artifact, or the secret key to sign a program with [default: your developer key]
    #[arg(long)]
    pub key: Option<PathBuf>,
    /// A configuration whose `[settings]` the ledger gets [default: the `lwas.toml` of the program's folder]
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// The most events in one commit
    #[arg(long, default_value_t = 10_000, value_parser = batch)]
    pub batch: u32,
    /// How long to wait for events from a pipe before time passes by itself, for programs that wait for it: `10s`, `1m`, or `off`
    #[arg(long, default_value = "10s", value_parser = tick)]
    pub tick: Tick,
    /// Tell what judging has cost: rows read and written, steps; with `--json`, of each line in its first outcome
    #[arg(long)]
    pub stats: bool,
    /// Judge by the reference interpreter, not by native code
    #[arg(long)]
    pub interpret: bool,
    /// Make all machine code anew: take none that an earlier build has kept, and keep none
    #[arg(long)]
    pub no_cache: bool,
    /// Hold to the lock file: refuse packages that are others than it says, and write nothing to it
    #[arg(long)]
    pub locked: bool,
}

#[derive(ClapArgs)]
pub struct Query {
    /// A program, or a `.lwx` artifact
    pub program: PathBuf,
    /// The query's name
    pub name: String,
    /// Its arguments, in order: texts, numbers and names as they are, other values as JSON
    #[arg(allow_negative_numbers = true)]
    pub args: Vec<String>,
    /// The ledger
    #[arg(long)]
    pub ledger: PathBuf,
    /// What `now` is, such as 2026-01-25T00:00:00Z [default: the clock]
    #[arg(long)]
    pub at: Option<String>,
    /// The public key that must have signed an artifact, or the secret key to sign a program with [default: your developer key]
    #[arg(long)]
    pub key: Option<PathBuf>,
    /// Make all machine code anew: take none that an earlier build has kept, and keep none
    #[arg(long)]
    pub no_cache: bool,
    /// Hold to the lock file: refuse packages that are others than it says, and write nothing to it
    #[arg(long)]
    pub locked: bool,
}

#[derive(ClapArgs)]
pub struct Audit {
    /// A ledger file
    pub ledger: PathBuf,
    /// A head kept elsewhere, SEQ:HASH, that the log must contain
    #[arg(long)]
    pub expect: Option<String>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Why {
    /// A ledger file
    pub ledger: PathBuf,
    /// The entry's number, as `run` and the log tell it
    #[arg(value_parser = seq)]
    pub seq: u64,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

fn batch(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (1..=100_000).contains(number));
    number.ok_or_else(|| "expected a whole number from 1 to 100000".into())
}

fn seq(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "expected an entry's number, such as `7`".into())
}
