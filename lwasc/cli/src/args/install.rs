//! What is typed to make a shell and `man` know `lwasc`.

use clap::Args as ClapArgs;
use clap_complete::Shell;
use std::path::PathBuf;

#[derive(ClapArgs)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

#[derive(ClapArgs)]
pub struct Man {
    /// A folder that gets a page for `lwasc` and one for each command, such as ~/.local/share/man/man1; it is made when it is not there
    pub folder: Option<PathBuf>,
}
