//! `lwasc check`: says what is wrong with a program, and with `--fix` mends what is certain. Messages go to standard output in the formats for
//! tools, where they are the answer, and to standard error for people.

use super::replace;
use crate::args::{Check, Format};
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_base::{Diagnostics, SourceMap};
use lwas_driver::fix::{self, Mended};
use lwas_driver::render::{self, visible};
use lwas_driver::{Front, Package};
use std::path::Path;

pub fn run(args: &Check) -> Done {
    super::packages::settle(std::slice::from_ref(&args.program), args.locked)?;
    let front = if args.fix { mended(args)? } else { lwas_driver::check(&args.program, lwas_std::MODULES)? };
    say(args.format, &front.diagnostics, &front.sources, &front.package.root)?;
    let certain = front.diagnostics.iter().filter(|told| told.fixes.iter().any(|fix| fix.certain)).count();
    if args.format == Format::Human && !args.fix && certain > 0 {
        let what = match front.diagnostics.iter().count() {
            1 => "it".to_owned(),
            all if all == certain => "all of them".to_owned(),
            _ => format!("{certain} of them"),
        };
        output::say(&format!("`lwasc check --fix` mends {what}"));
    }
    if front.diagnostics.has_errors() { Err(Stop::told(exit::REFUSED)) } else { Ok(()) }
}

/// Says what is wrong in a format.
pub fn say(format: Format, diagnostics: &Diagnostics, sources: &SourceMap, root: &Path) -> Done {
    let format = match format {
        Format::Human => {
            tell(diagnostics, sources, root);
            return Ok(());
        }
        Format::Short => render::Format::Short,
        Format::Json => render::Format::Json,
        Format::Sarif => render::Format::Sarif,
        Format::Github => render::Format::Github,
    };
    let text = render::render(diagnostics, sources, root, format);
    if text.is_empty() { Ok(()) } else { output::answer(text.trim_end_matches('\n')) }
}

/// Makes the changes that are certain, tells which, and gives the program as it is then.
fn mended(args: &Check) -> Result<Front, Stop> {
    let (files, front) = fix::mend(&args.program, lwas_std::MODULES)?;
    for file in files.iter().filter(|file| file.before != file.after) {
        if args.dry_run {
            let name = path(&front.package, file);
            let diff = replace::diff(&name, &file.before, &file.after, "mended");
            // Standard output is the answer's, which is another in the formats for tools.
            if args.format == Format::Human { output::answer_all(&diff)? } else { output::say_all(&diff) }
        } else {
            write(&front.package, file)?;
        }
    }
    Ok(front)
}

fn write(package: &Package, file: &Mended) -> Done {
    let path = package.root.join(&file.file);
    let shown = visible(&path.display().to_string());
    let now = std::fs::read(&path).map_err(|error| Stop::io("read", &path, &error))?;
    if now != file.before.as_bytes() {
        let message = format!("{shown} was changed by somebody else meanwhile, so it is as it was: try again");
        return Err(Stop::new(exit::IO, message));
    }
    replace::replace(&path, &file.after).map_err(|error| Stop::io("write", &path, &error))?;
    let plural = if file.fixes == 1 { "mistake" } else { "mistakes" };
    output::say(&format!("mended {} {plural} in {shown}", file.fixes));
    Ok(())
}

fn path(package: &Package, file: &Mended) -> String {
    package.root.join(&file.file).display().to_string()
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
