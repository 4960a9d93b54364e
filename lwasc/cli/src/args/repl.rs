//! What is typed to talk with a program.

use clap::Args as ClapArgs;
use std::path::PathBuf;

#[derive(ClapArgs)]
pub struct Repl {
    /// A `.lwas` file, a folder with a `main.lwas`, or a module of the standard library such as `std.economy` [default: an empty program]
    pub program: Option<PathBuf>,
}
