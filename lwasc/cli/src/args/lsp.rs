//! What is typed to talk with an editor; editors type it.

use clap::Args as ClapArgs;

#[derive(ClapArgs)]
pub struct Lsp {
    /// Talk on standard input and output, as is done anyway; some editors say so
    #[arg(long)]
    pub stdio: bool,
}
