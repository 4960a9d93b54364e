//! `lwasc probe`: whether a server on this machine is well, told by the exit code, for those that watch it.

use crate::args::Probe;
use crate::exit::{self, Done, Stop};
use crate::output;

pub fn run(args: &Probe) -> Done {
    // Those that watch know two exit codes alone: 0, and 1 for everything that is not well.
    let told = lwas_serve::probe(&args.url).map_err(|error| match error {
        error @ lwas_serve::ProbeError::Url(_) => Stop::new(exit::USAGE, error.to_string()),
        error => Stop::new(exit::REFUSED, error.to_string()),
    })?;
    output::answer(&told)
}
