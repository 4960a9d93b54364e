//! Audits: a ledger that was written by the runtime is clean, and whatever is changed in it is named.

use std::path::Path;

use lwas_ir::Value;
use lwas_ledger::{Cell, Kind, Ledger, Mode, NewEntry, TableId};
use lwas_runtime::attach::attach;
use lwas_runtime::audit::{Audit, Difference, Report, audit};
use lwas_runtime::{Engine, Incoming};
use lwas_seal::Hash;
use proptest::prelude::*;

use crate::bank::*;

fn check(path: &Path) -> Report {
    let mut ledger = Ledger::open(path, Mode::ReadOnly).unwrap();
    audit(&mut ledger, &Audit { open: &open, expect: None }, |_, _| ()).unwrap()
}

/// Writes into the ledger's tables as somebody would who knows SQLite and not us.
fn tamper(path: &Path, change: impl FnOnce(&mut lwas_ledger::Batch<'_>)) {
    let mut ledger = Ledger::open(path, Mode::ReadWrite).unwrap();
    ledger.expect_schema(&program(&module(true), "bank").layout.specs()).unwrap();
    let mut batch = ledger.begin().unwrap();
    change(&mut batch);
    batch.commit().unwrap();
}

fn text_cell(text: &str) -> Cell {
    Cell::Text(text.into())
}

/// Some events of every kind, most of them possible.
fn event() -> impl Strategy<Value = Incoming> {
    let account = proptest::sample::select(vec!["a", "b", "c"]);
    let owner = proptest::sample::select(vec!["ann", "bob"]);
    prop_oneof![
        3 => account.clone().prop_map(open_account),
        8 => (0u16..40, account.clone(), -200i128..400).prop_map(|(id, account, amount)| transfer(&format!("m{id}"), account, amount)),
        1 => (account.clone(), -1i128..2).prop_map(|(account, amount)| incoming(STRAY, &[text(account), Value::Wide(amount)])),
        1 => account.prop_map(|account| incoming(CLOSE, &[text(account)])),
        1 => (owner, 0i64..2).prop_map(|(owner, blocked)| incoming(BLOCK, &[text(owner), Value::Int(blocked)])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_runtime_writes_is_clean(batches in proptest::collection::vec(proptest::collection::vec((event(), 0i64..3), 0..12), 1..6)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.ledger");
        let mut bank = attach(&path, program(&module(true), "bank"), Engine::Interpreter, &how()).unwrap();
        let mut clock = 0;
        for batch in &batches {
            for (event, pause) in batch {
                clock += pause;
                bank.judge(event, clock).unwrap();
            }
            bank.commit().unwrap();
        }
        let head = bank.head();
        drop(bank);
        let report = check(&path);
        prop_assert_eq!(&report.differences, &[]);
        prop_assert_eq!(report.head, head);
        prop_assert_eq!(report.entries, head.seq);
        // Another artifact takes over, and the whole is still clean.
        let mut bank = attach(&path, program(&module(false), "bank without laws"), Engine::Interpreter, &how()).unwrap();
        bank.apply_batch(&[open_account("z"), transfer("over", "z", -5)], clock).unwrap();
        drop(bank);
        prop_assert_eq!(check(&path).differences, &[]);
    }
}

/// A ledger with an account, its posting, a rejection and more rows than a page has.
fn ledger(folder: &tempfile::TempDir) -> std::path::PathBuf {
    let path = folder.path().join("bank.ledger");
    let mut bank = attach(&path, program(&module(true), "bank"), Engine::Interpreter, &how()).unwrap();
    let mut events = vec![open_account("a"), transfer("m1", "a", 100), transfer("m2", "a", -500)];
    events.extend((0..2500).map(|n| transfer(&format!("n{n}"), "a", 1)));
    bank.apply_batch(&events, 0).unwrap();
    path
}

#[test]
fn a_changed_row_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(&folder);
    assert_eq!(check(&path).differences, []);
    tamper(&path, |batch| {
        batch.put_row(TableId(1), &[text_cell("a"), text_cell("ann"), Cell::Int(1), Cell::Null]).unwrap();
        batch.put_row(TableId(1), &[text_cell("b"), text_cell("eve"), Cell::Int(1), Cell::Null]).unwrap();
        batch.delete_row(TableId(3), &[Cell::Int(2000)]).unwrap();
        batch.put_row(TableId(5), &[text_cell("a"), Cell::Int(7)]).unwrap();
        batch.record_key("Move", b"m1", 1).unwrap();
    });
    let differences: Vec<String> = check(&path).differences.iter().map(Difference::to_string).collect();
    assert_eq!(
        differences,
        [
            "table `bank_Account`, row [\"a\"], column `balance`: expected 2600, found 1",
            "table `bank_Account`, row [\"b\"]: expected no row, found [\"b\", \"eve\", 1, nothing]",
            "table `bank_Posting`, row [2000]: expected [2000, 0, \"a\", 1], found no row",
            "table `agg_posted_by_account`, row [\"a\"], column `value`: expected 2600, found 7",
            "table `lwas_keys`, row [\"Move\", \"m1\"], column `seq`: expected entry 3, found entry 1",
        ]
    );
}

#[test]
fn an_entry_that_the_program_would_not_make_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(&folder);
    // Somebody with the key to the file appends, with a good chain, an overdraft that no law let through.
    let overdraft = Ledger::open(&path, Mode::ReadOnly).unwrap().entry(4).unwrap().unwrap();
    assert_eq!(overdraft.kind, Kind::Rejected);
    let artifact = Hash::of(b"bank");
    tamper(&path, |batch| {
        let entry = Ledger::open(&path, Mode::ReadOnly).unwrap().entry(3).unwrap().unwrap();
        let body = lwas_runtime::body::Body::decode(&entry.body, false).unwrap();
        let twice = lwas_runtime::body::Body { id: Some("again"), ..body };
        let new =
            NewEntry { kind: Kind::Applied, time: entry.time, event_type: "Move", artifact, body: &twice.encode() };
        batch.append(new).unwrap();
    });
    let report = check(&path);
    let [Difference::Entry { seq, what }] = report.differences.as_slice() else { panic!("{:?}", report.differences) };
    assert_eq!(*seq, report.head.seq);
    assert_eq!(what, "the log says it was applied, but the replay says: a duplicate of entry 3");
}

#[test]
fn a_kept_head_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(&folder);
    let head = check(&path).head;
    let mut ledger = Ledger::open(&path, Mode::ReadOnly).unwrap();
    let mut with = |expect| {
        let report = audit(&mut ledger, &Audit { open: &open, expect: Some(expect) }, |_, _| ());
        report.unwrap().differences
    };
    assert_eq!(with((head.seq, head.hash)), []);
    let wrong = Hash::of(b"another");
    assert_eq!(with((head.seq, wrong)), [Difference::Head { seq: head.seq, expected: wrong, found: Some(head.hash) }]);
    assert_eq!(with((99_999, wrong)), [Difference::Head { seq: 99_999, expected: wrong, found: None }]);
}

#[test]
fn a_log_that_grows_meanwhile_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.ledger");
    let mut bank = attach(&path, program(&module(true), "bank"), Engine::Interpreter, &how()).unwrap();
    let mut events = 0..;
    let mut write = |most| {
        for number in events.by_ref().take(most) {
            bank.judge(&open_account(&format!("a{number}")), number).unwrap();
        }
        bank.commit().unwrap()
    };
    write(5_000);
    let mut ledger = Ledger::open(&path, Mode::ReadOnly).unwrap();
    let mut ends = vec![];
    let report = audit(&mut ledger, &Audit { open: &open, expect: None }, |_, _| {
        // First more than a page, so that it has to go after it; the last time all is compared already.
        ends.push(write(if ends.is_empty() { 5_000 } else { 10 }));
    });
    let report = report.unwrap();
    assert_eq!(report.differences, []);
    let [.., compared, _] = ends.as_slice() else { panic!("it was asked {} times", ends.len()) };
    assert_eq!(report.head, *compared);
    assert_eq!(report.entries, report.head.seq);
}
