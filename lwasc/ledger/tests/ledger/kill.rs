//! Processes that die: what was acknowledged is there, nothing is there by half, and a failed commit is known as such.
//!
//! The children are this test binary again, told by an environment variable where their ledger is.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use lwas_ledger::{Ledger, LedgerError, Mode};

use crate::support::*;

const PATH: &str = "LWAS_TEST_LEDGER";
/// Events in each batch of a child.
const BATCH: u64 = 7;

fn start(child: &str, path: &Path, wrapper: Option<&str>) -> Child {
    let binary = env::current_exe().expect("this binary");
    let mut command = match wrapper {
        Some(script) => {
            let mut command = Command::new("sh");
            command.args(["-c", script]).arg(binary);
            command
        }
        None => Command::new(binary),
    };
    command
        .args(["--ignored", "--exact", "--nocapture", &format!("kill::{child}")])
        .env(PATH, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

fn told_path() -> PathBuf {
    env::var_os(PATH).expect("run by the tests of this file only").into()
}

/// The head that a child acknowledges, one a line.
fn acknowledged(line: &str) -> Option<u64> {
    line.split_once("acknowledged ").and_then(|(_, seq)| seq.parse().ok())
}

fn write_batch(ledger: &mut Ledger, body: &[u8]) -> lwas_ledger::Result<u64> {
    let mut batch = ledger.begin()?;
    for _ in 0..BATCH {
        let seq = batch.append(applied(batch.head().time + 1, body))?.seq;
        batch.record_key("Sale", &seq.to_le_bytes(), seq)?;
        batch.put_row(ACCOUNT, &[text(&format!("{seq:09}")), text("ann"), text("USD"), int(1)])?;
    }
    Ok(batch.commit()?.seq)
}

/// Writes until it is killed.
#[test]
#[ignore = "a process that another test starts"]
fn writer() {
    let mut ledger = Ledger::open(&told_path(), Mode::ReadWrite).expect("the ledger");
    ledger.expect_schema(&tables()).expect("as made");
    loop {
        println!("acknowledged {}", write_batch(&mut ledger, b"event").expect("written"));
    }
}

/// Creates ledgers until it is killed.
#[test]
#[ignore = "a process that another test starts"]
fn creator() {
    for number in 0.. {
        Ledger::create(&told_path().join(number.to_string()), &genesis()).expect("created");
        println!("acknowledged {number}");
    }
}

/// Writes until the file may grow no more, and says how that looked.
#[test]
#[ignore = "a process that another test starts"]
fn grower() {
    let mut ledger = Ledger::open(&told_path(), Mode::ReadWrite).expect("the ledger");
    ledger.expect_schema(&tables()).expect("as made");
    let error = loop {
        match write_batch(&mut ledger, &[1; 20_000]) {
            Ok(seq) => println!("acknowledged {seq}"),
            Err(error) => break error,
        }
    };
    println!("failed {error}");
    let next = ledger.begin().map(drop).expect_err("after a failed commit");
    assert!(matches!(next, LedgerError::MustReopen { .. }), "{next}");
    println!("next {next}");
}

/// What is there must be whole batches, chained, with as many keys and rows as events.
fn check(path: &Path, acknowledged: u64) -> u64 {
    let mut ledger = Ledger::open(path, Mode::ReadWrite).expect("after a kill");
    ledger.expect_schema(&tables()).expect("as made");
    let head = ledger.verify_chain(|_, _| {}).expect("whole");
    assert!(head.seq >= acknowledged, "acknowledged {acknowledged}, found {}", head.seq);
    assert_eq!((head.seq - 1) % BATCH, 0, "whole batches: {}", head.seq);
    assert_eq!(ledger.row_count(ACCOUNT).expect("count"), head.seq - 1);
    let mut keys = 0;
    ledger
        .all_keys(|_, _, _| {
            keys += 1;
            std::ops::ControlFlow::Continue(())
        })
        .expect("keys");
    assert_eq!(keys, head.seq - 1);
    ledger.check_pages().expect("whole");
    head.seq
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let place = Place::new();
    attach(&mut place.create());
    let mut last = 1;
    for round in 0..12 {
        let mut child = start("writer", &place.path(), None);
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut acked = last;
        let enough = 1 + 5 * round;
        let seen = lines.by_ref().map_while(Result::ok).filter_map(|line| acknowledged(&line)).take(enough);
        acked = seen.last().unwrap_or(acked);
        thread::sleep(Duration::from_micros(137 * u64::try_from(round).expect("small")));
        child.kill().expect("killed");
        child.wait().expect("gone");
        acked = lines.map_while(Result::ok).filter_map(|line| acknowledged(&line)).last().unwrap_or(acked);
        let now = check(&place.path(), acked);
        assert!(now > last, "round {round} wrote something");
        last = now;
    }
}

#[test]
fn a_creation_is_there_whole_or_not_at_all() {
    for round in 0..15u64 {
        let place = Place::new();
        let mut child = start("creator", place.folder(), None);
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let first = lines.by_ref().map_while(Result::ok).find_map(|line| acknowledged(&line));
        assert_eq!(first, Some(0));
        thread::sleep(Duration::from_micros(731 * round));
        child.kill().expect("killed");
        child.wait().expect("gone");
        let last = lines.map_while(Result::ok).filter_map(|line| acknowledged(&line)).last().unwrap_or(0);
        for number in 0..=last + 1 {
            let path = place.folder().join(number.to_string());
            match Ledger::open(&path, Mode::ReadWrite) {
                Ok(mut ledger) => assert_eq!(ledger.verify_chain(|_, _| {}).expect("whole").seq, 0),
                Err(LedgerError::NotFound { .. }) if number > last => {
                    Ledger::create(&path, &genesis()).expect("what was left behind is no hindrance");
                }
                Err(error) => panic!("ledger {number} of {last}: {error}"),
            }
        }
    }
}

/// The limit is the shell's on the size of files, so the write itself fails, in the middle of a commit.
#[test]
fn a_commit_that_fails_is_not_acknowledged_and_not_kept() {
    let place = Place::new();
    attach(&mut place.create());
    let child = start("grower", &place.path(), Some("trap '' XFSZ; ulimit -f 4000; exec \"$0\" \"$@\""));
    let output = child.wait_with_output().expect("its output");
    let output = String::from_utf8(output.stdout).expect("text");
    assert!(output.contains("next a commit to ledger"), "{output}");
    assert!(output.contains("failed can't commit to ledger"), "{output}");
    let acked = output.lines().filter_map(acknowledged).next_back().expect("some batches went well");
    assert_eq!(check(&place.path(), acked), acked, "the batch that failed is not there");
    let mut ledger = place.open();
    ledger.expect_schema(&tables()).expect("as made");
    assert_eq!(write_batch(&mut ledger, b"event").expect("room again"), acked + BATCH);
}
