//! `lwasc lsp`: the language server, which an editor starts and talks with on standard input and output.

use crate::args::{Lsp, VERSION};
use crate::exit::{self, Done, Stop};
use etcetera::BaseStrategy;
use lwas_lsp::Shell;
use std::io::BufReader;

pub fn run(args: &Lsp) -> Done {
    // There is no other way to talk, so that the option changes nothing.
    let Lsp { stdio: _ } = args;
    let lwasc = std::env::current_exe().map_err(|error| Stop::io("find", "this program", &error))?;
    let folder = etcetera::choose_base_strategy().ok();
    let folder = folder.map(|known| known.cache_dir().join("lwas").join("editor").join(env!("CARGO_PKG_VERSION")));
    let shell = Shell { std: lwas_std::MODULES, folder, lwasc, version: VERSION };
    let mut output = std::io::stdout().lock();
    match lwas_lsp::serve(shell, BufReader::new(std::io::stdin()), &mut output) {
        true => Ok(()),
        // The protocol wants it so: an editor that is gone without `shutdown` has not ended well.
        false => Err(Stop::told(exit::REFUSED)),
    }
}
