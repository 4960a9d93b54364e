//! What an event costs must not grow with what is stored: the programs under `growth/` get few rows and then many, and after
//! that their events must read and write exactly as many rows as before, as `lwasc run --stats --json` tells. Nothing is timed.
//!
//! A program says in comments how it grows, each line an event in which `#n` stands for a number from 1: `// start:` comes
//! once, `// grow:` as often as there are to be rows, `// event:` at the end, in a commit of its own, when it is measured. Adding
//! a program takes no Rust.

use crate::files;
use crate::process::{self, Sandbox};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many rows there are when events are measured.
const SIZES: [usize; 2] = [100, 10_000];

/// How often the measured events come: the first may find less in memory.
const TIMES: usize = 3;

/// The programs.
pub fn programs_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    files::files_under(folder, "lwas")
}

/// Compares what events cost a program at different sizes.
pub fn check(program: &Path) -> Result<(), String> {
    let text = fs::read_to_string(program).map_err(|why| format!("{}: {why}", program.display()))?;
    let costs: Vec<Vec<Cost>> = SIZES.iter().map(|size| measure(program, &text, *size)).collect::<Result<_, _>>()?;
    for pair in costs.windows(2) {
        if pair[0] != pair[1] || pair[0].is_empty() {
            return Err(format!("rows read and written with {SIZES:?} rows:\n{:?}\n{:?}", pair[0], pair[1]));
        }
    }
    Ok(())
}

/// Rows read and written by an event.
type Cost = (u64, u64);

/// What the measured events cost after this many rows.
fn measure(program: &Path, text: &str, size: usize) -> Result<Vec<Cost>, String> {
    let grown = format!("{}{}", events(text, "start", 1, 1), events(text, "grow", 1, size));
    let sandbox = Sandbox::new()?;
    run(&sandbox, program, &grown, &[])?;
    let measured = run(&sandbox, program, &events(text, "event", size + 1, TIMES), &["--batch", "1"])?;
    let cost = |line: &str| {
        let outcome: serde_json::Value = serde_json::from_str(line).map_err(|why| format!("{line}: {why}"))?;
        let figure = |name: &str| outcome["work"][name].as_u64().ok_or(format!("no `{name}` in {line}"));
        Ok((figure("rows_read")?, figure("rows_written")?))
    };
    measured.lines().map(cost).collect()
}

/// All events of a kind, `count` times from a number on.
fn events(text: &str, kind: &str, from: usize, count: usize) -> String {
    let mark = format!("// {kind}: ");
    let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(&mark)).collect();
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
