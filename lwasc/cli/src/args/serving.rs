//! What is typed to serve a program.

use super::tick::{Tick, tick};
use clap::{Args as ClapArgs, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

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
    /// Hold to the lock file: refuse packages that are others than it says, and write nothing to it
    #[arg(long)]
    pub locked: bool,
}

/// How logs are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for people
    Human,
    /// One JSON object a line
    Json,
}

#[derive(ClapArgs)]
pub struct Probe {
    /// What to ask, at a loopback address
    #[arg(default_value = "http://127.0.0.1:8891/health/ready")]
    pub url: String,
}
