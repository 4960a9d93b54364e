//! `lwasc explain`: the page of an error code.

use crate::args::Explain;
use crate::exit::{self, Done, Stop};
use crate::output;

pub fn run(args: &Explain) -> Done {
    match lwas_driver::explain::page(&args.code) {
        Some(page) => output::answer(page.trim_end()),
        None => {
            let codes = lwas_driver::explain::PAGES.iter().map(|(code, _)| *code);
            let hint = lwas_base::hint(&args.code.to_ascii_uppercase(), codes);
            let message = format!(
                "there is no code `{}`: codes look like E0301, and every message shows its own{hint}",
                args.code
            );
            Err(Stop::new(exit::USAGE, message))
        }
    }
}
