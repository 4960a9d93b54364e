//! One file a command.

mod check;
mod engine;
mod explain;
mod keygen;
mod new;
mod rejection;
mod test;

use crate::args::{Args, Command};
use crate::exit::Done;

/// Does what was asked.
pub fn run(args: Args) -> Done {
    match args.command {
        Command::New(args) => new::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Keygen(args) => keygen::run(&args),
        Command::Explain(args) => explain::run(&args),
        _ => Err(crate::exit::Stop::new(2, "not built yet")),
    }
}
