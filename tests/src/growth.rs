//! What an event costs must not grow with what is stored: the programs under `growth/` get few rows and then many, and after
//! that their events must read and write exactly as many rows as before, as `lwasc run --stats --json` tells. Nothing is timed.
//!
//! A program says in comments how it grows, each line an event in which `#n` stands for a number from 1: `// start:` comes
//! once, `// grow:` as often as there are to be rows, `// event:` at the end, in a commit of its own, when it is measured. Lines
//! `// repeat:` are declarations that events do not concern: they are there ten times and then a thousand times, and events must also take as
//! many steps and ask as many conditions of alerts. Adding a program takes no Rust.

use crate::files;
use crate::process::{self, Sandbox};
use std::fmt::{Debug, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many rows there are when events are measured.
const SIZES: [usize; 2] = [100, 10_000];

/// How many repetitions of declarations there are then, with the first of these numbers of rows.
const REPEATED: [usize; 2] = [10, 1_000];

/// How often the measured events come: the first may find less in memory.
const TIMES: usize = 3;

/// What stands before a declaration that is repeated.
const REPEAT: &str = "// repeat: ";

/// The programs.
pub fn programs_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    files::files_under(folder, "lwas")
}

/// Compares what events cost a program at different sizes.
pub fn check(program: &Path) -> Result<(), String> {
    let text = fs::read_to_string(program).map_err(|why| format!("{}: {why}", program.display()))?;
    let costs: Vec<Vec<Cost>> =
        SIZES.iter().map(|size| measure(program, &text, *size, &[])).collect::<Result<_, _>>()?;
    same(&costs, |cost| (cost.rows_read, cost.rows_written), &format!("rows read and written with {SIZES:?} rows"))?;
    if !text.lines().any(|line| line.starts_with(REPEAT)) {
        return Ok(());
    }
    let repeated = |count: &usize| {
        let sandbox = Sandbox::new()?;
        let program = sandbox.work().join(program.file_name().unwrap_or_default());
        let source = format!("{text}\n{}", numbered(&text, REPEAT, 1, *count));
        fs::write(&program, source).map_err(|why| format!("{}: {why}", program.display()))?;
        // Steps are the same by both engines, and a thousand declarations need not become machine code for that.
        measure(&program, &text, SIZES[0], &["--interpret"])
    };
    let costs: Vec<Vec<Cost>> = REPEATED.iter().map(repeated).collect::<Result<_, _>>()?;
    same(&costs, |cost| cost.clone(), &format!("with {REPEATED:?} declarations that events do not concern"))
}

/// Whether events cost the same, by what is compared of it.
fn same<T: PartialEq + Debug>(costs: &[Vec<Cost>], part: impl Fn(&Cost) -> T, of: &str) -> Result<(), String> {
    let costs: Vec<Vec<T>> = costs.iter().map(|costs| costs.iter().map(&part).collect()).collect();
    match costs.windows(2).find(|pair| pair[0] != pair[1] || pair[0].is_empty()) {
        Some(pair) => Err(format!("{of}:\n{:?}\n{:?}", pair[0], pair[1])),
        None => Ok(()),
    }
}

/// What an event costs.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
struct Cost {
    rows_read: u64,
    rows_written: u64,
    steps: u64,
    conditions: u64,
}

/// What the measured events cost after this many rows.
fn measure(program: &Path, text: &str, size: usize, options: &[&str]) -> Result<Vec<Cost>, String> {
    let grown = format!("{}{}", events(text, "start", 1, 1), events(text, "grow", 1, size));
    let sandbox = Sandbox::new()?;
    run(&sandbox, program, &grown, options)?;
    let measured =
        run(&sandbox, program, &events(text, "event", size + 1, TIMES), &[options, &["--batch", "1"]].concat())?;
    let cost = |line: &str| {
        let mut outcome: serde_json::Value = serde_json::from_str(line).map_err(|why| format!("{line}: {why}"))?;
        serde_json::from_value(outcome["work"].take()).map_err(|why| format!("the work in {line}: {why}"))
    };
    measured.lines().map(cost).collect()
}

/// All events of a kind, `count` times from a number on.
fn events(text: &str, kind: &str, from: usize, count: usize) -> String {
    numbered(text, &format!("// {kind}: "), from, count)
}

/// All lines behind a mark, `count` times from a number on.
fn numbered(text: &str, mark: &str, from: usize, count: usize) -> String {
    let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(mark)).collect();
    let mut events = String::new();
    for number in from..from + count {
        for line in &lines {
            writeln!(events, "{}", line.replace("#n", &number.to_string())).expect("a string takes all");
        }
    }
    events
}

fn run(sandbox: &Sandbox, program: &Path, events: &str, options: &[&str]) -> Result<String, String> {
    let (file, ledger) = (sandbox.work().join("events.jsonl"), sandbox.work().join("rows.ledger"));
    fs::write(&file, events).map_err(|why| format!("{}: {why}", file.display()))?;
    let mut command = Command::new(process::lwasc()?);
    command.args(["run", "--json", "--stats"]).args(options).arg(program);
    command.arg("--ledger").arg(&ledger).arg("--events").arg(&file);
    let finished = sandbox.run(&mut command, &sandbox.work())?;
    if finished.code == Some(0) { Ok(finished.output) } else { Err(finished.output) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_numbered() {
        let text = "event A {}\n// grow: {\"n\":#n}\n// event: x\n// grow: y#n\n";
        assert_eq!(events(text, "grow", 7, 2), "{\"n\":7}\ny7\n{\"n\":8}\ny8\n");
        assert_eq!(events(text, "start", 1, 1), "");
    }
}
