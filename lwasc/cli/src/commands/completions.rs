//! `lwasc completions`: what makes a shell complete commands, on standard output.

use crate::args::{Args, Completions};
use crate::exit::Done;
use crate::output;
use clap::CommandFactory;

pub fn run(args: &Completions) -> Done {
    let mut script = vec![];
    clap_complete::generate(args.shell, &mut Args::command(), "lwasc", &mut script);
    output::answer(String::from_utf8_lossy(&script).trim_end())
}
