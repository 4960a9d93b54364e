//! What is typed to run a program's tests.

use clap::Args as ClapArgs;
use std::num::NonZero;
use std::path::PathBuf;

#[derive(ClapArgs)]
pub struct Test {
    /// A `.lwas` file, a folder with a `main.lwas`, or a module of the standard library such as `std.economy`
    pub program: PathBuf,
    /// Only tests whose name contains one of these
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Filters and `--skip` are whole names
    #[arg(long)]
    pub exact: bool,
    /// Leave out tests whose name contains this; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub skip: Vec<String>,
    /// Run nothing, and name the tests that would run
    #[arg(long)]
    pub list: bool,
    /// How many tests run at a time [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// One JSON object a test, then one that sums them up, on standard output
    #[arg(long)]
    pub json: bool,
    /// Also write a report for other tools, as JUnit does
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub junit: Option<PathBuf>,
    /// Judge by the reference interpreter, not by native code
    #[arg(long)]
    pub interpret: bool,
    /// Make all machine code anew: take none that an earlier build has kept, and keep none
    #[arg(long)]
    pub no_cache: bool,
}
