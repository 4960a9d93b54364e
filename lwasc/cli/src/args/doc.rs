//! What is typed for reference pages.

use clap::Args as ClapArgs;
use std::path::PathBuf;

#[derive(ClapArgs)]
pub struct Doc {
    /// A `.lwas` file, a folder with a `main.lwas`, a module of the standard library such as `std.economy`, or `std` for all of these
    #[arg(default_value = ".")]
    pub program: PathBuf,
    /// The folder for the pages [default: `doc`, in the program's folder]
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// One JSON object that tells what was written
    #[arg(long)]
    pub json: bool,
}
