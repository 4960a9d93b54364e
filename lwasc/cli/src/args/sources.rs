//! What is typed to write and check programs.

use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

#[derive(ClapArgs)]
pub struct New {
    /// The folder's name, which is the program's too: in snake_case
    pub name: String,
}

#[derive(ClapArgs)]
pub struct Check {
    /// A `.lwas` file, a folder with a `main.lwas`, or a module of the standard library such as `std.economy`
    #[arg(default_value = ".")]
    pub program: PathBuf,
    /// How messages are written
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
    /// Make the changes that mend a mistake where nothing else can have been meant, then tell what is left
    #[arg(long)]
    pub fix: bool,
    /// With `--fix`: write nothing, and show what would change
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// Hold to the lock file: refuse packages that are others than it says, and write nothing to it
    #[arg(long)]
    pub locked: bool,
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
    /// One document of SARIF 2.1.0, for code scanning
    Sarif,
    /// Commands that GitHub's runner turns into annotations
    Github,
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
pub struct Explain {
    /// A code such as E0301
    pub code: String,
}
