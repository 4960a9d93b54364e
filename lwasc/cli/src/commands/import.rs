//! `lwasc import`: rules that were written for another program become a program of LwaS. What can't be said with the same
//! meaning is told, and the rest is written all the same.

use crate::args::{Import, ImportFrom, ImportPrometheus};
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_driver::render;
use lwas_import::File;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Larger files are no rules.
const MAX_BYTES: u64 = 16 << 20;

#[derive(Serialize)]
struct Told<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<&'r str>,
    #[serde(flatten)]
    report: &'r lwas_import::Report,
}

pub fn run(args: &Import) -> Done {
    let ImportFrom::Prometheus(args) = &args.from;
    prometheus(args)
}

fn prometheus(args: &ImportPrometheus) -> Done {
    let (rules, tests) = (read_all(&args.rules)?, read_all(&args.tests)?);
    let import = lwas_import::prometheus(&rules, &tests);
    let format = render::Format::Human { color: output::color() };
    output::say_all(&render::render(&import.diagnostics, &import.sources, Path::new(""), format));
    let Some(program) = &import.program else { return Err(Stop::told(exit::REFUSED)) };
    if let Some(path) = &args.output {
        std::fs::write(path, program).map_err(|error| Stop::io("write", path, &error))?;
    }
    match (args.json, &args.output) {
        (true, output) => {
            let told = Told { program: output.is_none().then_some(program), report: &import.report };
            output::answer(&serde_json::to_string(&told).expect("texts and numbers always have a JSON form"))?;
        }
        (false, None) => output::answer(program.trim_end())?,
        (false, Some(_)) => {}
    }
    tell(&import.report, args.tests.is_empty());
    if import.diagnostics.has_errors() { Err(Stop::told(exit::REFUSED)) } else { Ok(()) }
}

/// Closing lines for people: how much was translated.
fn tell(report: &lwas_import::Report, has_no_tests: bool) {
    let (whole, partly, refused) = report.counts();
    let all = whole + partly + refused;
    let mut line = format!("{} of {all} rules translated", whole + partly);
    if partly > 0 {
        line.push_str(&format!(", {partly} of them without an annotation"));
    }
    output::say(&line);
    if !has_no_tests {
        let done = report.tests.iter().filter(|test| test.test.is_some()).count();
        let parts = report.tests.iter().filter(|test| test.test.is_some() && !test.refused.is_empty()).count();
        let partly = if parts > 0 { format!(", {parts} of them in part") } else { String::new() };
        output::say(&format!("{done} of {} tests translated{partly}", report.tests.len()));
    }
}

fn read_all(paths: &[PathBuf]) -> Result<Vec<File>, Stop> {
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<File, Stop> {
    let size = std::fs::metadata(path).map_err(|error| Stop::io("read", path, &error))?.len();
    if size > MAX_BYTES {
        return Err(Stop::new(exit::REFUSED, format!("{} has more than {} MiB", path.display(), MAX_BYTES >> 20)));
    }
    let bytes = std::fs::read(path).map_err(|error| Stop::io("read", path, &error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Stop::new(exit::REFUSED, format!("{} is not UTF-8: rules are YAML in UTF-8", path.display())))?;
    Ok(File { path: path.display().to_string(), text })
}
