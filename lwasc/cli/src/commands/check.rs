//! `lwasc check`: says what is wrong with a program. Messages go to standard output in the formats for tools, where they are the
//! answer, and to standard error for people.

use crate::args::{Check, Format};
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_base::{Diagnostics, SourceMap};
use lwas_driver::render;
use std::path::Path;

pub fn run(args: &Check) -> Done {
    let front = lwas_driver::check(&args.program, lwas_std::MODULES)?;
    match args.format {
        Format::Human => tell(&front.diagnostics, &front.sources, &front.package.root),
        Format::Short | Format::Json => {
            let format = if args.format == Format::Short { render::Format::Short } else { render::Format::Json };
            let text = render::render(&front.diagnostics, &front.sources, &front.package.root, format);
            if !text.is_empty() {
                output::answer(text.trim_end_matches('\n'))?;
            }
        }
    }
    if front.diagnostics.has_errors() { Err(Stop::told(exit::REFUSED)) } else { Ok(()) }
}

/// Shows diagnostics to people, with a closing line that counts the errors.
pub fn tell(diagnostics: &Diagnostics, sources: &SourceMap, root: &Path) {
    let format = render::Format::Human { color: output::color() };
    output::say_all(&render::render(diagnostics, sources, root, format));
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    if errors > 0 {
        let codes = diagnostics.sorted().iter().find(|d| d.is_error()).map(|d| d.code.to_string()).unwrap_or_default();
        let plural = if errors == 1 { "" } else { "s" };
        output::say(&format!("{errors} error{plural}; `lwasc explain {codes}` tells more about the first"));
    }
}
