//! The examples, run as their readers would: their tests pass; their events are applied to a new ledger, and once more, all
//! of them duplicates; what must be rejected is; and the ledger passes its audit. The outcomes are compared with those kept
//! beside the events. A folder under `examples/` that has a `main.lwas` is an example: adding one takes no Rust.

use crate::process::{self, Sandbox};
use crate::{bless, files};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folders of all examples, in order of name.
pub fn examples_in(examples: &Path) -> Result<Vec<PathBuf>, String> {
    Ok(files::entries_of(examples)?.into_iter().filter(|folder| folder.join("main.lwas").is_file()).collect())
}

/// Plays one example from its tests to its audit.
pub fn check(example: &Path) -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let lwasc = |arguments: &[&str], given: &Path, code: i32| {
        let mut command = Command::new(process::lwasc()?);
        let finished = sandbox.run(command.args(arguments).arg(given), &sandbox.work())?;
        if finished.code == Some(code) {
            return Ok(finished.output);
        }
        let ended = finished.code.map_or("a signal".to_owned(), |code| code.to_string());
        let told = format!("`lwasc {} {}` ended with {ended}, not {code}", arguments.join(" "), given.display());
        Err(format!("{told}:\n{}", finished.output))
    };
    let ledger = sandbox.work().join("books.ledger");
    let run = |events: &Path, code| {
        let (ledger, events) = (ledger.to_string_lossy(), events.to_string_lossy());
        let told = lwasc(&["run", "--json", "--ledger", &ledger, "--events", &events], example, code)?;
        // What is said of the example's settings is no outcome.
        Ok::<_, String>(
            told.lines()
                .filter(|line| !line.starts_with("settings: "))
                .map(|line| format!("{line}\n"))
                .collect::<String>(),
        )
    };
    lwasc(&["test"], example, 0)?;
    let events = example.join("events.jsonl");
    let outcomes = run(&events, 0)?;
    all_are("applied", &events, &outcomes)?;
    bless::compare(&example.join("expected.jsonl"), &outcomes)?;
    all_are("duplicate", &events, &run(&events, 0)?)?;
    let refused = example.join("rejected.jsonl");
    if refused.is_file() {
        let outcomes = run(&refused, 1)?;
        all_are("rejected", &refused, &outcomes)?;
        bless::compare(&example.join("rejected.expected.jsonl"), &outcomes)?;
    }
    lwasc(&["audit"], &ledger, 0)?;
    Ok(())
}

/// Each event has one outcome, and it is this one: what the names of the files promise, whatever was blessed.
fn all_are(status: &str, events: &Path, outcomes: &str) -> Result<(), String> {
    let text = fs::read_to_string(events).map_err(|why| format!("{}: {why}", events.display()))?;
    let count = text.lines().filter(|line| !line.trim().is_empty()).count();
    let word = format!("\"status\":\"{status}\"");
    let so = outcomes.lines().filter(|line| line.contains(&word)).count();
    if so == count && outcomes.lines().count() == count && count > 0 {
        return Ok(());
    }
    Err(format!("{}: {so} of {count} events are {status}:\n{outcomes}", events.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_a_program_is_an_example() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("wallet")).unwrap();
        fs::create_dir_all(folder.path().join("notes")).unwrap();
        fs::write(folder.path().join("wallet/main.lwas"), "").unwrap();
        assert_eq!(examples_in(folder.path()).unwrap(), [folder.path().join("wallet")]);
    }

    #[test]
    fn one_outcome_an_event_and_the_right_one() {
        let folder = tempfile::tempdir().unwrap();
        let events = folder.path().join("events.jsonl");
        fs::write(&events, "{}\n\n{}\n").unwrap();
        let (good, bad) = ("{\"status\":\"applied\"}\n", "{\"status\":\"rejected\"}\n");
        assert!(all_are("applied", &events, &format!("{good}{good}")).is_ok());
        for outcomes in [good.to_owned(), format!("{good}{bad}"), format!("{good}{good}warning\n"), String::new()] {
            assert!(all_are("applied", &events, &outcomes).is_err(), "{outcomes}");
        }
    }
}
