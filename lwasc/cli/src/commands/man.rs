//! `lwasc man`: manual pages, made from the same texts as `--help`.

use crate::args::{Args, Man};
use crate::exit::{Done, Stop};
use crate::output;
use clap::CommandFactory;

pub fn run(args: &Man) -> Done {
    // No page for `lwasc help`, which is `--help` once more.
    let command = Args::command().disable_help_subcommand(true);
    let Some(folder) = &args.folder else {
        let mut page = vec![];
        clap_mangen::Man::new(command).render(&mut page).expect("a Vec takes everything");
        return output::answer(String::from_utf8_lossy(&page).trim_end());
    };
    std::fs::create_dir_all(folder).map_err(|error| Stop::io("make the folder", folder, &error))?;
    clap_mangen::generate_to(command, folder).map_err(|error| Stop::io("write pages to", folder, &error))
}
