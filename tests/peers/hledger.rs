//! The same books kept twice: by `std.ledger` and by hledger. A book of generated entries is written once as events and once
//! as an hledger journal; every account must come out with the same balance, and an entry that does not balance must be
//! refused by both. It needs hledger, so it runs by its own command, `.ci/hledger`, and not with the other tests.

mod book;

use book::{ACCOUNTS, Account, Entry};
use lwas_tests::process::{Sandbox, lwasc};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// How many entries the book has.
const ENTRIES: usize = 2_000;

/// How many entries that do not balance are tried.
const BROKEN: usize = 25;

const PROGRAM: &str = "//! The books of a firm.\n\nuse std.ledger\n\naccept ledger.{Open, Post}\n";

/// Smallest units by account.
type Balances = BTreeMap<String, i128>;

fn main() -> ExitCode {
    match compare() {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<String, String> {
    let sandbox = Sandbox::new()?;
    let folder = sandbox.work();
    let entries: Vec<Entry> = book::balanced().take(ENTRIES).collect();
    write(&folder.join("books.lwas"), PROGRAM)?;
    let opened: String = ACCOUNTS.iter().map(|account| account.opened() + "\n").collect();
    let posted: String = entries.iter().map(|entry| entry.event() + "\n").collect();
    write(&folder.join("events.jsonl"), &(opened + &posted))?;
    let journal: String = entries.iter().map(Entry::journal).collect();
    write(&folder.join("book.journal"), &(book::commodities() + &journal))?;

    run(&sandbox, &["run", "books.lwas", "--ledger", "books.ledger", "--events", "events.jsonl"], 0)?;
    let (ours, theirs) = (trial_balance(&sandbox)?, hledger_balances(&folder)?);
    let postings: usize = entries.iter().map(|entry| entry.legs.len()).sum();
    if ours != theirs {
        return Err(difference(&ours, &theirs));
    }
    if ours.values().all(|units| *units == 0) {
        return Err("all balances are zero, so nothing was compared".to_owned());
    }
    refuse_broken(&sandbox, &folder)?;
    Ok(format!(
        "{ENTRIES} entries of {postings} postings on {} accounts: all balances are equal; {BROKEN} entries that do not balance \
         are refused by both",
        ours.len()
    ))
}

/// Entries that do not balance: each is refused by both, and leaves our balances as they were.
fn refuse_broken(sandbox: &Sandbox, folder: &Path) -> Result<(), String> {
    let before = trial_balance(sandbox)?;
    let broken: Vec<Entry> = book::broken().take(BROKEN).collect();
    let events: String = broken.iter().map(|entry| entry.event() + "\n").collect();
    write(&folder.join("broken.jsonl"), &events)?;
    let told =
        run(sandbox, &["run", "books.lwas", "--json", "--ledger", "books.ledger", "--events", "broken.jsonl"], 1)?;
    let law = "\"axiom\":\"ledger.debits_equal_credits\"";
    let refused = told.lines().filter(|line| line.contains(law)).count();
    if refused != BROKEN {
        return Err(format!("{refused} of {BROKEN} broken entries were refused by {law}:\n{told}"));
    }
    if trial_balance(sandbox)? != before {
        return Err("a refused entry changed a balance".to_owned());
    }
    for entry in &broken {
        write(&folder.join("broken.journal"), &(book::commodities() + &entry.journal()))?;
        if hledger(folder, &["-f", "broken.journal", "check"])?.is_ok() {
            return Err(format!("hledger takes an entry that does not balance:\n{}", entry.journal()));
        }
    }
    Ok(())
}

/// What `std.ledger` says: debits less credits of each account.
fn trial_balance(sandbox: &Sandbox) -> Result<Balances, String> {
    let answer = run(sandbox, &["query", "books.lwas", "ledger.trial_balance", "--ledger", "books.ledger"], 0)?;
    let lines: Vec<serde_json::Value> =
        serde_json::from_str(&answer).map_err(|why| format!("the trial balance is no JSON: {why}\n{answer}"))?;
    let units = |line: &serde_json::Value, side: &str| {
        let amount = &line[side]["amount"];
        let digits = account(line["account"].as_str()?)?.digits();
        book::units(&amount.to_string(), digits)
    };
    let read = |line: &serde_json::Value| {
        Some((line["account"].as_str()?.to_owned(), units(line, "debits")? - units(line, "credits")?))
    };
    lines.iter().map(|line| read(line).ok_or_else(|| format!("a line of the trial balance is odd: {line}"))).collect()
}

/// What hledger says, from its CSV: `"account","12.34 USD"`.
fn hledger_balances(folder: &Path) -> Result<Balances, String> {
    hledger(folder, &["-f", "book.journal", "check"])??;
    let args = ["-f", "book.journal", "balance", "--flat", "--empty", "--no-total", "--output-format", "csv"];
    let csv = hledger(folder, &args)??;
    let read = |line: &str| {
        let (name, balance) = line.trim_matches('"').split_once("\",\"")?;
        let account = account(name)?;
        let number = balance.split(' ').next()?;
        Some((name.to_owned(), book::units(number, account.digits())?))
    };
    csv.lines().skip(1).map(|line| read(line).ok_or_else(|| format!("a line of hledger is odd: {line}"))).collect()
}

fn account(name: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().find(|account| account.name == name)
}

fn difference(ours: &Balances, theirs: &Balances) -> String {
    let differs = |name: &&String| ours.get(*name) != theirs.get(*name);
    let names: std::collections::BTreeSet<&String> = ours.keys().chain(theirs.keys()).filter(differs).collect();
    let line =
        |name: &&String| format!("\n  {name}: std.ledger {:?}, hledger {:?}", ours.get(*name), theirs.get(*name));
    format!("balances differ, in smallest units:{}", names.iter().map(line).collect::<String>())
}

/// Runs `lwasc`; its output, when it ends with this code.
fn run(sandbox: &Sandbox, args: &[&str], code: i32) -> Result<String, String> {
    let finished = sandbox.run(Command::new(lwasc()?).args(args), &sandbox.work())?;
    if finished.code == Some(code) {
        return Ok(finished.output);
    }
    let end: String = finished.output.chars().rev().take(2_000).collect::<Vec<_>>().into_iter().rev().collect();
    Err(format!("`lwasc {}` ended with {:?}, not {code}:\n{end}", args.join(" "), finished.code))
}

/// Runs hledger: its output, or what it says against the journal.
fn hledger(folder: &Path, args: &[&str]) -> Result<Result<String, String>, String> {
    let output = Command::new("hledger").current_dir(folder).args(args).env("LC_ALL", "C.UTF-8").output();
    let output = output.map_err(|why| format!("hledger can't run: {why}; `.ci/hledger` installs it"))?;
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(if output.status.success() { Ok(told(&output.stdout)) } else { Err(told(&output.stderr)) })
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|why| format!("{} can't be written: {why}", path.display()))
}
