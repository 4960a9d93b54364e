//! Real kills: `lwasc run` is ended with SIGKILL in the middle of its work, again and again, each time at another
//! acknowledged event. What was acknowledged must be there afterwards, nothing may be half applied, and the audit must be
//! clean. The number of events between kills differs from round to round, so that kills meet batches of all ages.

use crate::process::{Sandbox, lwasc};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// Each move takes from one account and gives to the other: half a move breaks the law.
const PROGRAM: &str = r#"//! Two accounts whose sum never changes.

state Account[name: Text] { units: Int = 0 }
state Moves { count: Int = 0 }
event Move { id: Text key, by: Int }

rule move on Move as e {
  require e.by != 13 else "thirteen is refused"
  if not Account.has("a") { create Account["a"] { } }
  if not Account.has("b") { create Account["b"] { } }
  Account["a"].units -= e.by
  Account["b"].units += e.by
  Moves.count += 1
}

axiom nothing_is_lost { sum(a.units for a in Account) == 0 }
query count() -> Int { Moves.count }
"#;

const EVENTS: u32 = 6_000;
const ROUNDS: u32 = 12;

/// Kills a run many times and looks at what is left.
pub fn check() -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let folder = sandbox.work();
    write(&folder.join("moves.lwas"), PROGRAM)?;
    let line = |n: u32| format!("{{\"type\":\"Move\",\"data\":{{\"id\":\"m{n}\",\"by\":{}}}}}\n", n % 17);
    write(&folder.join("events.jsonl"), &(1..=EVENTS).map(line).collect::<String>())?;
    let mut acknowledged = BTreeSet::new();
    for round in 1..=ROUNDS {
        // From a handful to most of the file; each round begins with what is there already as duplicates.
        let until = EVENTS * round / (ROUNDS + 1) + round * 7;
        killed_run(&folder, round, until, &mut acknowledged)?;
        succeeds(&sandbox, &["audit", "moves.ledger"], &format!("the audit after kill {round}"))?;
    }
    let again = outcomes(&folder)?;
    for line in &acknowledged {
        let told = &again[*line as usize - 1];
        if !told.contains("\"status\":\"duplicate\"") && !told.contains("\"status\":\"rejected\"") {
            return Err(format!("line {line} was acknowledged before a kill, and afterwards it is new: {told}"));
        }
    }
    let refused = (1..=EVENTS).filter(|n| n % 17 == 13).count();
    let count = succeeds(&sandbox, &["query", "moves.lwas", "count", "--ledger", "moves.ledger"], "the query")?;
    let expected = EVENTS as usize - refused;
    if count.trim() != expected.to_string() {
        return Err(format!("each move counts once: expected {expected}, found {count}"));
    }
    succeeds(&sandbox, &["audit", "moves.ledger"], "the last audit").map(|_| ())
}

fn command(folder: &Path, args: &[&str]) -> Result<Command, String> {
    let mut command = Command::new(lwasc()?);
    let home = folder.join("../home");
    command.current_dir(folder).args(args).env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config"));
    command.env("XDG_CACHE_HOME", home.join("cache"));
    Ok(command)
}

/// Runs until so many outcomes were told, then kills. Lines whose outcome was told whole are acknowledged.
fn killed_run(folder: &Path, round: u32, until: u32, acknowledged: &mut BTreeSet<u32>) -> Result<(), String> {
    let batch = (1 + round * round * 5).to_string();
    let args =
        ["run", "moves.lwas", "--json", "--events", "events.jsonl", "--ledger", "moves.ledger", "--batch", &batch];
    let mut run = command(folder, &args)?;
    let mut child = run.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(|why| format!("no run: {why}"))?;
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
fn outcomes(folder: &Path) -> Result<Vec<String>, String> {
    let args = ["run", "moves.lwas", "--json", "--events", "events.jsonl", "--ledger", "moves.ledger"];
    let output = command(folder, &args)?.output().map_err(|why| format!("no run: {why}"))?;
    let lines: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    if lines.len() == EVENTS as usize {
        return Ok(lines);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("the last run told {} outcomes of {EVENTS}: {said}", lines.len()))
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
