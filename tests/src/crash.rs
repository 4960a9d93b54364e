//! Real kills: `lwasc run` is ended with SIGKILL in the middle of its work, again and again, each time at another
//! acknowledged event. What was acknowledged must be there afterwards, nothing may be half applied, and the audit must be
//! clean. The number of events between kills differs from round to round, so that kills meet batches of all ages.

use crate::process::{Sandbox, lwasc};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// A program that is killed, with what it is sent.
#[derive(Clone, Copy)]
pub struct Case {
    /// The program's name.
    name: &'static str,
    source: &'static str,
    /// The line with an event.
    event: fn(u32) -> String,
    /// How often between kills the whole is audited and run again.
    rounds: u32,
    /// How many events there are.
    events: u32,
}

/// Moves between two accounts.
pub const MOVES: Case = Case {
    name: "moves",
    source: include_str!("../crash/moves.lwas"),
    event: |n| format!("{{\"type\":\"Move\",\"data\":{{\"id\":\"m{n}\",\"by\":{}}}}}\n", n % 17),
    rounds: 12,
    events: 6_000,
};

/// Holds that expire, with emitted events, windows and alerts: entries that no line asked for stand between those that lines did.
pub const HOLDS: Case = Case {
    name: "holds",
    source: include_str!("../crash/holds.lwas"),
    event: |n| {
        let time = format!("2026-01-25T{:02}:{:02}:{:02}Z", n / 3_600, n / 60 % 60, n % 60);
        let (amount, seconds) = (n % 17, n * 7 % 23);
        format!(
            "{{\"type\":\"Pay\",\"time\":\"{time}\",\"data\":{{\"id\":{n},\"amount\":{amount},\"seconds\":{seconds}}}}}\n"
        )
    },
    rounds: 8,
    events: 3_000,
};

/// Kills a run many times and looks at what is left: it must be what a run is left with that nobody killed.
pub fn check(case: Case) -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let folder = sandbox.work();
    write(&folder.join(format!("{}.lwas", case.name)), case.source)?;
    write(&folder.join("events.jsonl"), &(1..=case.events).map(case.event).collect::<String>())?;
    let mut acknowledged = BTreeSet::new();
    for round in 1..=case.rounds {
        // From a handful to most of the file; each round begins with what is there already as duplicates.
        let until = case.events * round / (case.rounds + 1) + round * 7;
        case.killed_run(&folder, round, until, &mut acknowledged)?;
        succeeds(&sandbox, &["audit", "killed.ledger"], &format!("the audit after kill {round}"))?;
    }
    let again = case.outcomes(&folder, "killed.ledger")?;
    for line in &acknowledged {
        let told = &again[*line as usize - 1];
        if !told.contains("\"status\":\"duplicate\"") && !told.contains("\"status\":\"rejected\"") {
            return Err(format!("line {line} was acknowledged before a kill, and afterwards it is new: {told}"));
        }
    }
    let refused = case.outcomes(&folder, "whole.ledger")?.iter().filter(|told| told.contains("thirteen is")).count();
    let expected = (case.events as usize - refused).to_string();
    let program = format!("{}.lwas", case.name);
    let asked =
        |query: &str, ledger: &str| succeeds(&sandbox, &["query", &program, query, "--ledger", ledger], "the query");
    let count = asked("count", "killed.ledger")?;
    if count.trim() != expected {
        return Err(format!("each event counts once: expected {expected}, found {count}"));
    }
    let (killed, whole) = (asked("shown", "killed.ledger")?, asked("shown", "whole.ledger")?);
    if killed != whole {
        return Err(format!("expected what a run is left with that nobody killed:\n{whole}\nfound\n{killed}"));
    }
    succeeds(&sandbox, &["audit", "killed.ledger"], "the last audit").map(|_| ())
}

fn command(folder: &Path, args: &[&str]) -> Result<Command, String> {
    let mut command = Command::new(lwasc()?);
    let home = folder.join("../home");
    command.current_dir(folder).args(args).env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config"));
    command.env("XDG_CACHE_HOME", home.join("cache"));
    Ok(command)
}

impl Case {
    /// Runs until so many outcomes were told, then kills. Lines whose outcome was told whole are acknowledged.
    fn killed_run(
        &self,
        folder: &Path,
        round: u32,
        until: u32,
        acknowledged: &mut BTreeSet<u32>,
    ) -> Result<(), String> {
        let batch = (1 + round * round * 5).to_string();
        let mut run = self.run(folder, "killed.ledger")?;
        run.args(["--batch", &batch]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = run.spawn().map_err(|why| format!("no run: {why}"))?;
        let out = child.stdout.take().ok_or("the run has no output")?;
        let mut told = 0;
        for line in BufReader::new(out).lines() {
            let line = line.map_err(|why| format!("the run's output can't be read: {why}"))?;
            // A line cut by the kill has no end; nobody was told anything by it.
            if line.ends_with('}')
                && let Some(number) = number(&line)
            {
                acknowledged.insert(number);
            }
            told += 1;
            if told == until {
                child.kill().map_err(|why| format!("the run can't be killed: {why}"))?;
            }
        }
        child.wait().map(|_| ()).map_err(|why| format!("the run was lost: {why}"))
    }

    /// The outcomes of a whole run.
    fn outcomes(&self, folder: &Path, ledger: &str) -> Result<Vec<String>, String> {
        let output = self.run(folder, ledger)?.output().map_err(|why| format!("no run: {why}"))?;
        let lines: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        if lines.len() == self.events as usize {
            return Ok(lines);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("the last run told {} outcomes of {}: {said}", lines.len(), self.events))
    }

    fn run(&self, folder: &Path, ledger: &str) -> Result<Command, String> {
        let program = format!("{}.lwas", self.name);
        command(folder, &["run", &program, "--json", "--events", "events.jsonl", "--ledger", ledger])
    }
}

/// `{"line":7,…` has 7.
fn number(line: &str) -> Option<u32> {
    line.strip_prefix("{\"line\":")?.split(',').next()?.parse().ok()
}

fn succeeds(sandbox: &Sandbox, args: &[&str], what: &str) -> Result<String, String> {
    let mut run = Command::new(lwasc()?);
    let finished = sandbox.run(run.args(args), &sandbox.work())?;
    if finished.code == Some(0) { Ok(finished.output) } else { Err(format!("{what} failed: {}", finished.output)) }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|why| format!("{}: {why}", path.display()))
}
