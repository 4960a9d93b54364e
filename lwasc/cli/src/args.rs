//! What can be typed. The doc comments are the help texts.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// LwaS: rules for money and machines, checked, compiled, signed and applied to a ledger.
#[derive(Parser)]
#[command(name = "lwasc", version, about, max_term_width = 100)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Make a folder with a small program and its test
    New(New),
    /// Say what is wrong with a program
    Check(Check),
    /// Write sources in the one style
    Fmt(Fmt),
    /// Run a program's tests, in memory
    Test(Test),
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
    /// Show the page of an error code
    Explain(Explain),
}

/// How messages about a program are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the source beside them
    Human,
    /// One line each
    Short,
    /// One JSON object a line
    Json,
}

#[derive(ClapArgs)]
pub struct New {
    /// The folder's name, which is the program's too: in snake_case
    pub name: String,
}

#[derive(ClapArgs)]
pub struct Check {
    /// A `.lwas` file, a folder with a `main.lwas`, or a module of the standard library such as `std.economy`
    pub program: PathBuf,
    /// How messages are written
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

#[derive(ClapArgs)]
pub struct Fmt {
    /// Files, and folders with all `.lwas` files in them; `-` is standard input, which goes to standard output [default: this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write nothing, list what would change, and end with 1 if anything would
    #[arg(long)]
    pub check: bool,
    /// Write nothing, and show what would change
    #[arg(long)]
    pub diff: bool,
    /// Format standard input, the same as `-`
    #[arg(long)]
    pub stdin: bool,
    /// One JSON object that tells what changed, or with `--check` or `--diff` would change
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Test {
    /// A `.lwas` file, a folder with a `main.lwas`, or a module of the standard library such as `std.economy`
    pub program: PathBuf,
    /// Only tests whose name contains this
    pub filter: Option<String>,
    /// One JSON object a test, on standard output
    #[arg(long)]
    pub json: bool,
    /// Judge by the reference interpreter, not by native code
    #[arg(long)]
    pub interpret: bool,
    /// Make all machine code anew: take none that an earlier build has kept, and keep none
    #[arg(long)]
    pub no_cache: bool,
}

#[derive(ClapArgs)]
pub struct Build {
    /// A `.lwas` file, a folder with a `main.lwas`, or a module of the standard library such as `std.economy`; several are linked, artifacts
    /// among them too
    #[arg(required = true, value_name = "PROGRAM")]
    pub programs: Vec<PathBuf>,
    /// Where to write the artifact [default: beside the program, ending in `.lwx`]
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// The secret key to sign with [default: your developer key]
    #[arg(long)]
    pub key: Option<PathBuf>,
    /// Print this instead of building
    #[arg(long, value_enum)]
    pub emit: Option<Emit>,
    /// One JSON object that tells what was built, on standard output
    #[arg(long)]
    pub json: bool,
    /// Make all machine code anew: take none that an earlier build has kept, and keep none
    #[arg(long)]
    pub no_cache: bool,
}

/// What `build` can print.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// The intermediate representation, as text
    Ir,
}

#[derive(ClapArgs)]
pub struct Inspect {
    /// A `.lwx` file
    pub artifact: PathBuf,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Keygen {
    /// Where to write the secret key; the public key goes beside it, ending in `.pub` [default: your developer key]
    pub output: Option<PathBuf>,
    /// Instead of a signing key, make one by which a server knows the caller of this name; it is printed, and kept nowhere
    #[arg(long, value_name = "NAME", conflicts_with = "output")]
    pub api: Option<String>,
    /// A role that the caller is to have [default: reader]; several may be given
    #[arg(long, value_name = "ROLE", requires = "api", default_value = "reader", hide_default_value = true)]
    pub role: Vec<String>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Verify {
    /// A `.lwx` file
    pub artifact: PathBuf,
    /// The public key that must have signed it [default: your developer key]
    #[arg(long)]
    pub key: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

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
}

#[derive(ClapArgs)]
pub struct Serve {
    /// A program, or a `.lwx` artifact; several are linked, and share the ledger
    #[arg(required_unless_present = "all", value_name = "PROGRAM")]
    pub programs: Vec<PathBuf>,
    /// Serve the services of the standard library too, each at its port, and the dashboard
    #[arg(long)]
    pub all: bool,
    /// The ledger, made when it is not there [default: beside the program, ending in `.ledger`; with `--all`, platform.ledger]
    #[arg(long)]
    pub ledger: Option<PathBuf>,
    /// The address and port to listen on; port 0 for any that is free. Of several programs one for all, or one for each in their order
    /// [default: that of the configuration, else 127.0.0.1:8891 and the ports behind it, or the port of a service of the standard library]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Vec<SocketAddr>,
    /// Show what is served on a page too, at this address and port, 127.0.0.1:3000 where none stands here [default: that of the
    /// configuration, else no page]
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:3000")]
    pub dashboard: Option<SocketAddr>,
    /// Say whether the configuration is right and what it asks for, and end; nothing is served, and no ledger is made
    #[arg(long)]
    pub check: bool,
    /// A configuration whose `[serve]` counts [default: the `lwas.toml` of the program's folder]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The public key that must have signed an artifact, or the secret key to sign a program with [default: your developer key]
    #[arg(long)]
    pub key: Option<PathBuf>,
    /// A configuration whose `[settings]` the ledger gets [default: that of `--config`, else the `lwas.toml` of the program's folder]
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// How often time passes while no event comes, for programs that wait for it: `10s`, `1m`, or `off`
    #[arg(long, default_value = "10s", value_parser = tick)]
    pub tick: Tick,
    /// How logs are written
    #[arg(long, value_enum, default_value = "human")]
    pub log: LogFormat,
    /// Judge by the reference interpreter, not by native code
    #[arg(long)]
    pub interpret: bool,
    /// Make all machine code anew: take none that an earlier build has kept, and keep none
    #[arg(long)]
    pub no_cache: bool,
}

#[derive(ClapArgs)]
pub struct Probe {
    /// What to ask, at a loopback address
    #[arg(default_value = "http://127.0.0.1:8891/health/ready")]
    pub url: String,
}

/// How logs are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for people
    Human,
    /// One JSON object a line
    Json,
}

/// How long to wait before a tick; none for no ticks.
#[derive(Clone, Copy, Debug)]
pub struct Tick(pub Option<std::time::Duration>);

fn batch(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (1..=100_000).contains(number));
    number.ok_or_else(|| "expected a whole number from 1 to 100000".into())
}

fn seq(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "expected an entry's number, such as `7`".into())
}

fn tick(text: &str) -> Result<Tick, String> {
    if text == "off" {
        return Ok(Tick(None));
    }
    let span = lwas_exact::calendar::parse_duration(text).ok().and_then(|span| u64::try_from(span).ok());
    match span.filter(|span| *span >= 1_000) {
        Some(span) => Ok(Tick(Some(std::time::Duration::from_micros(span)))),
        None => Err("expected a duration such as `10s` or `500ms`, or `off`".into()),
    }
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

#[derive(ClapArgs)]
pub struct Explain {
    /// A code such as E0301
    pub code: String,
}

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
