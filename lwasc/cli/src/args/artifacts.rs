//! What is typed to build and look at artifacts, and for keys.

use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

#[derive(ClapArgs)]
pub struct Build {
    /// A `.lwas` file, a folder with a `main.lwas`, or a module of the standard library such as `std.economy`; several are linked, artifacts
    /// among them too
    #[arg(default_value = ".", value_name = "PROGRAM")]
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
    /// Hold to the lock file: refuse packages that are others than it says, and write nothing to it
    #[arg(long)]
    pub locked: bool,
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
