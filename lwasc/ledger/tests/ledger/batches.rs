//! Batches: whole or not at all, judged once, and stopped by whatever goes wrong.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use lwas_ledger::{Kind, Ledger, LedgerError, MAX_BODY_BYTES, Mode, NewEntry};
use lwas_seal::Hash;

use crate::support::*;

#[test]
fn a_dropped_batch_leaves_nothing() {
    let place = Place::new();
    let mut ledger = place.create();
    let before = ledger.head().expect("head");
    let mut batch = ledger.begin().expect("a batch");
    batch.store_artifact(artifact(), ARTIFACT).expect("stored");
    batch.ensure_tables(&tables()).expect("made");
    batch.append(applied(2_000, b"one")).expect("appended");
    batch.record_key("Sale", b"one", 1).expect("noted");
    assert_eq!(batch.head().seq, 1);
    assert_eq!(batch.ledger().find_key("Sale", b"one").expect("read"), Some(1), "reads see the batch");
    drop(batch);
    assert_eq!(ledger.head().expect("head"), before);
    assert_eq!(ledger.find_key("Sale", b"one").expect("read"), None);
    assert_eq!(ledger.artifacts().expect("read"), []);
    let mut batch = ledger.begin().expect("a batch");
    let error = batch.append(applied(2_000, b"one")).expect_err("its artifact is gone too");
    assert!(matches!(error, LedgerError::UnknownArtifact { .. }), "{error}");
    drop(batch);
    attach(&mut ledger);
    sell(&mut ledger, 1);
    ledger.verify_chain(|_, _| {}).expect("whole");
}

#[test]
fn the_latest_judgement_of_a_key_wins() {
    let mut ledger = Ledger::in_memory(&genesis()).expect("in memory");
    attach(&mut ledger);
    let mut batch = ledger.begin().expect("a batch");
    batch.record_key("Sale", b"k", 1).expect("noted");
    batch.record_key("Sale", b"k\0", 2).expect("noted");
    batch.record_key("Sal", b"ek", 3).expect("noted");
    batch.record_key("Sale", b"k", 4).expect("noted");
    batch.commit().expect("committed");
    for (event_type, key, seq) in
        [("Sale", b"k".as_slice(), Some(4)), ("Sale", b"k\0", Some(2)), ("Sal", b"ek", Some(3)), ("Sal", b"k", None)]
    {
        assert_eq!(ledger.find_key(event_type, key).expect("read"), seq, "{event_type} {key:?}");
    }
    let mut all = Vec::new();
    ledger
        .all_keys(|event_type, key, seq| {
            all.push((event_type.to_owned(), key.to_vec(), seq));
            ControlFlow::Continue(())
        })
        .expect("keys");
    assert_eq!(
        all,
        [("Sal".into(), b"ek".to_vec(), 3), ("Sale".into(), b"k".to_vec(), 4), ("Sale".into(), b"k\0".to_vec(), 2)]
    );
}

#[test]
fn an_artifact_is_stored_once() {
    let mut ledger = Ledger::in_memory(&genesis()).expect("in memory");
    attach(&mut ledger);
    let mut batch = ledger.begin().expect("a batch");
    batch.store_artifact(artifact(), b"something else").expect("there already");
    batch.store_artifact(Hash::of(b"2"), b"2").expect("stored");
    batch.commit().expect("committed");
    assert_eq!(ledger.artifacts().expect("read"), [artifact(), Hash::of(b"2")]);
    assert_eq!(ledger.artifact(artifact()).expect("read").as_deref(), Some(ARTIFACT));
    assert_eq!(ledger.artifact(Hash::of(b"3")).expect("read"), None);
}

#[test]
fn entries_that_can_not_be_are_refused() {
    let mut ledger = Ledger::in_memory(&genesis()).expect("in memory");
    attach(&mut ledger);
    let large = vec![0; MAX_BODY_BYTES + 1];
    let long = "t".repeat(1025);
    let cases: [(NewEntry<'_>, &str); 5] = [
        (applied(999, b""), "expected an entry's time at or after that of the last entry, 1000 µs, found 999 µs"),
        (applied(1_000, &large), "an entry's body has 16777217 bytes, expected at most 16777216"),
        (
            NewEntry { event_type: &long, ..applied(1_000, b"") },
            "an event's type has 1025 bytes, expected at most 1024",
        ),
        (NewEntry { artifact: Hash::of(b"x"), ..applied(1_000, b"") }, "is not stored in ledger `:memory:`"),
        (NewEntry { kind: Kind::Genesis, ..applied(1_000, b"") }, "a second genesis entry"),
    ];
    for (entry, expected) in cases {
        let mut batch = ledger.begin().expect("a batch");
        let error = batch.append(entry).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
        assert!(matches!(batch.append(applied(1_000, b"")), Err(LedgerError::BatchFailed { .. })));
    }
    let mut batch = ledger.begin().expect("a batch");
    batch.append(applied(1_000, &large[1..])).expect("as large as may be");
    batch.commit().expect("committed");
    assert_eq!(ledger.entry(2).expect("read").map(|entry| entry.body.len()), Some(MAX_BODY_BYTES));
}

#[test]
#[cfg(unix)]
fn a_ledger_that_is_not_at_its_place_is_not_written() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    sell(&mut ledger, 1);
    let away = place.folder().join("away");
    std::fs::rename(place.path(), &away).expect("moved");
    let gone = ledger.begin().map(drop).expect_err("nobody would find it");
    assert!(matches!(gone, LedgerError::Moved { .. }), "{gone}");
    std::fs::copy(&away, place.path()).expect("copied");
    assert!(matches!(ledger.check_place(), Err(LedgerError::Moved { .. })), "a copy is another file");
    std::fs::rename(&away, place.path()).expect("moved back");
    ledger.check_place().expect("it is back");
    sell(&mut ledger, 1);
}

#[test]
fn a_foreign_commit_stops_the_writer() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    sell(&mut ledger, 2);
    place.tamper("UPDATE wallet_Account SET balance = 1000000");
    let error = ledger.begin().map(drop).expect_err("somebody has written");
    assert!(matches!(error, LedgerError::ForeignCommit { .. }), "{error}");
    assert!(error.to_string().contains("run `lwasc audit`"), "{error}");
    let again = ledger.begin().map(drop).expect_err("and it stays so");
    assert!(matches!(again, LedgerError::ForeignCommit { .. }), "{again}");
    drop(ledger);
    let mut ledger = place.open();
    ledger.expect_schema(&tables()).expect("as made");
    sell(&mut ledger, 1);
}

#[test]
fn readers_of_other_programs_do_not_stop_the_writer() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    for checkpoint in ["PASSIVE", "FULL", "PASSIVE"] {
        let conn = rusqlite::Connection::open(place.path()).expect("the file");
        let count: i64 = conn.query_row("SELECT count(*) FROM lwas_log", [], |row| row.get(0)).expect("read");
        assert!(count > 0);
        let pragma = format!("PRAGMA wal_checkpoint({checkpoint})");
        conn.query_row(&pragma, [], |_| Ok(())).expect("a checkpoint changes no content");
        drop(conn);
        sell(&mut ledger, 2);
    }
}

#[test]
fn a_reader_sees_whole_batches() {
    let place = Place::new();
    let mut writer = place.create();
    attach(&mut writer);
    let mut reader = Ledger::open(&place.path(), Mode::ReadOnly).expect("a reader");
    reader.expect_schema(&tables()).expect("as made");
    let mut batch = writer.begin().expect("a batch");
    for i in 0..3 {
        batch.append(applied(2_000 + i, b"x")).expect("appended");
    }
    batch.put_row(TOTALS, &[int(3), lwas_ledger::Cell::Null]).expect("put");
    assert_eq!(reader.head().expect("head").seq, 1);
    assert_eq!(reader.row(TOTALS, &[]).expect("read"), None);
    let snapshot = reader.snapshot().expect("a moment");
    batch.commit().expect("committed");
    assert_eq!(snapshot.head().expect("head").seq, 1, "a snapshot stays as it is");
    assert_eq!(snapshot.row(TOTALS, &[]).expect("read"), None);
    drop(snapshot);
    assert_eq!(reader.head().expect("head"), writer.head().expect("head"));
    assert!(reader.row(TOTALS, &[]).expect("read").is_some());
    assert_eq!(reader.verify_chain(|_, _| {}).expect("whole").seq, 4);
    let error = reader.begin().map(drop).expect_err("a reader does not write");
    assert!(matches!(error, LedgerError::OpenedForReading { .. }), "{error}");
}

#[test]
fn held_reads_stay_at_their_moment_until_let_go_or_the_next_batch() {
    let place = Place::new();
    let mut writer = place.create();
    attach(&mut writer);
    let mut reader = Ledger::open(&place.path(), Mode::ReadOnly).expect("a reader");
    reader.hold().expect("held");
    assert_eq!(reader.head().expect("head").seq, 1);
    writer.hold().expect("held");
    assert_eq!(writer.find_key("Sale", b"s-2").expect("read"), None);
    sell(&mut writer, 1);
    assert_eq!(writer.find_key("Sale", b"s-2").expect("read"), Some(2), "a batch ends the writer's own hold");
    reader.hold().expect("held already");
    assert_eq!(reader.head().expect("head").seq, 1);
    reader.let_go().expect("let go");
    assert_eq!(reader.head().expect("head").seq, 2);
    reader.hold().expect("held");
    assert_eq!(reader.snapshot().expect("a moment").head().expect("head").seq, 2, "a snapshot ends a hold");
}

#[test]
fn a_full_disk_keeps_what_was_there_and_lets_go_on() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    sell(&mut ledger, 2);
    let head = ledger.head().expect("head");
    ledger.limit_size(256 << 10).expect("limited");
    let mut batch = ledger.begin().expect("a batch");
    let body = vec![7; 10_000];
    let error = (0..100).find_map(|_| batch.append(applied(5_000, &body)).err()).expect("256 KiB are soon full");
    assert!(matches!(error, LedgerError::Full { .. }), "{error}");
    assert!(matches!(batch.put_row(TOTALS, &[int(1), int(2)]), Err(LedgerError::BatchFailed { .. })));
    assert!(matches!(batch.commit(), Err(LedgerError::BatchFailed { .. })));
    assert_eq!(ledger.head().expect("head"), head);
    assert_eq!(ledger.verify_chain(|_, _| {}).expect("whole"), head);
    ledger.limit_size(u64::MAX).expect("room again");
    sell(&mut ledger, 2);
    drop(ledger);
    assert_eq!(place.open().verify_chain(|_, _| {}).expect("whole").seq, head.seq + 2);
}

#[test]
fn an_empty_batch_is_nothing() {
    let place = Place::new();
    let mut ledger = place.create();
    let head = ledger.head().expect("head");
    assert_eq!(ledger.begin().expect("a batch").commit().expect("committed"), head);
}

/// A runner keeps the ledger on a thread of its own.
#[test]
fn a_ledger_can_be_sent_to_another_thread() {
    let mut ledger = Ledger::in_memory(&genesis()).expect("in memory");
    attach(&mut ledger);
    let ledger = std::thread::spawn(move || {
        sell(&mut ledger, 2);
        ledger
    });
    assert_eq!(ledger.join().expect("no panic").head().expect("head").seq, 3);
}

#[test]
fn a_long_write_ahead_log_is_folded_back_while_more_is_written() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    assert!(!ledger.fold_back().expect("a short log stays"));
    // Of 4,096 bytes a page each batch takes some 3,100, so that two are more than what is due and less than what a commit folds
    // itself.
    let body = vec![7; 12_600_000];
    for time in 2_000..2_002 {
        let mut batch = ledger.begin().expect("a batch");
        batch.append(applied(time, &body)).expect("appended");
        batch.commit().expect("committed");
        // A thread has begun it at most.
        assert!(!ledger.fold_back().expect("asked"));
    }
    let large = ledger.head().expect("head").seq;
    // The fold by another connection is no foreign commit to the writer.
    let begun = Instant::now();
    loop {
        sell(&mut ledger, 1);
        if ledger.fold_back().expect("asked") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the log is never folded to its end");
    }
    assert!(!ledger.fold_back().expect("nothing is left of it"));
    // All of it is in the file itself now, and the log begins anew.
    let file = std::fs::metadata(place.path()).expect("the file").len();
    assert!(file > 2 * 12_600_000, "{file}");
    let log = place.folder().join("test.lwas-ledger-wal");
    let length = || std::fs::metadata(&log).expect("the log").len();
    let before = length();
    sell(&mut ledger, 2);
    assert!(length() <= before, "the log grew from {before} to {} bytes", length());
    assert_eq!(ledger.entry(large).expect("read").expect("there").body, body);
    drop(ledger);
    // The writer's connection was the last, so that nothing is left of the log.
    assert!(!log.exists());
    assert_eq!(place.open().entry(large).expect("read").expect("there").body, body);
}

#[test]
fn a_fold_that_is_under_way_ends_before_the_ledger_is_closed() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    let mut batch = ledger.begin().expect("a batch");
    for time in 2_000..2_003 {
        batch.append(applied(time, &vec![7; 12_600_000])).expect("appended");
    }
    // Its 9,300 pages are fewer than what a commit folds itself, so the thread has all of it to do.
    batch.commit().expect("committed");
    ledger.fold_back().expect("begun");
    drop(ledger);
    // The lock is free and the file whole.
    let mut ledger = place.open();
    ledger.verify_chain(|_, _| ()).expect("the chain is whole");
}
