//! The `lwasc` binary: a thin shell that puts the parts together. `args` says what can be typed, `commands` has one file a
//! command, `exit` maps every failure to its exit code, `output` decides on colour and progress, `keys` finds the keys.

mod args;
mod cache;
mod commands;
mod exit;
mod keys;
mod output;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Deep trees are refused long before this; a thread of our own makes the room for them the same on every machine.
    const STACK_BYTES: usize = 64 << 20;
    let run = || {
        let args = args::Args::try_parse().unwrap_or_else(|error| error.exit());
        commands::run(args)
    };
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("a process can start a thread");
    match worker.join() {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(stop)) => stop.report(),
        // The panic's message was printed by its thread.
        Err(_) => ExitCode::from(exit::OUR_FAULT),
    }
}
