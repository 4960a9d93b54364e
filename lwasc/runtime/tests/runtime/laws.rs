//! Axioms of every scope, and every way in which a change reaches one.

use lwas_ir::Value;
use lwas_runtime::{Incoming, Runtime};

use crate::bank::*;

/// The bank with account `a` of `ann` that holds 1.00.
fn bank() -> Runtime {
    let mut bank = runtime();
    bank.apply_batch(&[open_account("a"), transfer("m0", "a", 100)], 0).unwrap();
    bank
}

/// The law that an event breaks, and what it says; none when it is applied.
fn broken(bank: &mut Runtime, event: &Incoming) -> Option<(String, String)> {
    let before = tables(bank);
    let [outcome] = bank.apply_batch([event], 0).unwrap().try_into().unwrap();
    if outcome.is_applied() {
        return None;
    }
    assert_eq!(tables(bank), before);
    let rejection = rejection(outcome);
    Some((rejection.axiom.expect("rejected by a law"), rejection.message))
}

fn law(bank: &mut Runtime, event: &Incoming) -> Option<String> {
    broken(bank, event).map(|(axiom, _)| axiom)
}

#[test]
fn of_a_changed_row() {
    let mut bank = bank();
    let (axiom, message) = broken(&mut bank, &transfer("m1", "a", -101)).unwrap();
    assert_eq!(
        (axiom.as_str(), message.as_str()),
        ("no_overdraft", "axiom `no_overdraft` does not hold for Account[\"a\"]")
    );
    assert_eq!(law(&mut bank, &transfer("m2", "a", -100)), None);
}

#[test]
fn of_the_whole() {
    let mut bank = bank();
    let (axiom, message) = broken(&mut bank, &transfer("m1", "a", 100_000_000)).unwrap();
    assert_eq!((axiom.as_str(), message.as_str()), ("volume_is_small", "axiom `volume_is_small` does not hold"));
}

#[test]
fn of_a_row_whose_aggregate_changed() {
    let mut bank = bank();
    let stray = |account: &str, amount| incoming(STRAY, &[text(account), Value::Wide(amount)]);
    assert_eq!(law(&mut bank, &stray("a", 1)).as_deref(), Some("balance_is_posted"));
    assert_eq!(law(&mut bank, &stray("nobody", 1)), None, "no row reads that group");
    assert_eq!(law(&mut bank, &stray("a", 0)), None, "the sum is what it was");
}

#[test]
fn of_a_row_before_and_after() {
    let mut bank = bank();
    let rename = |owner: &str| incoming(RENAME, &[text("a"), text(owner)]);
    assert_eq!(law(&mut bank, &rename("eve")).as_deref(), Some("owner_is_kept"));
    assert_eq!(law(&mut bank, &rename("ann")), None);
}

#[test]
fn of_a_deleted_row() {
    let mut bank = bank();
    let close = incoming(CLOSE, &[text("a")]);
    assert_eq!(law(&mut bank, &close).as_deref(), Some("closed_empty"));
    assert_eq!(law(&mut bank, &transfer("m1", "a", -100)), None);
    assert_eq!(law(&mut bank, &close), None);
    assert!(tables(&bank)[1].is_empty());
}

#[test]
fn of_rows_that_point_to_a_changed_one_by_an_index() {
    let mut bank = bank();
    let block = |owner: &str| incoming(BLOCK, &[text(owner), Value::Int(1)]);
    let (axiom, message) = broken(&mut bank, &block("ann")).unwrap();
    assert_eq!(axiom, "blocked_is_poor");
    assert!(message.ends_with("for Account[\"a\"]"), "{message}");
    assert_eq!(law(&mut bank, &block("bob")), None);
}

#[test]
fn a_row_that_is_pointed_to_counts_only_by_the_fields_that_are_read() {
    let block = |owner: &str, blocked| incoming(BLOCK, &[text(owner), Value::Int(blocked)]);
    // The law looks at field 1. One that says it looks at none is checked when the row comes, and not when it changes.
    for (fields, law_of_change) in
        [(None, Some("blocked_is_poor")), (Some(vec![1]), Some("blocked_is_poor")), (Some(vec![]), None)]
    {
        let mut module = module(true);
        let axiom = module.axioms.iter_mut().find(|axiom| axiom.name == "blocked_is_poor").unwrap();
        axiom.reads[0].fields = fields;
        let mut bank = runtime_of(&module);
        bank.apply_batch(&[open_account("a"), transfer("m0", "a", 100)], 0).unwrap();
        assert_eq!(law(&mut bank, &block("ann", 1)).as_deref(), Some("blocked_is_poor"), "it comes");
        assert_eq!(law(&mut bank, &block("ann", 0)), None);
        assert_eq!(law(&mut bank, &block("ann", 1)).as_deref(), law_of_change, "it changes");
    }
}

#[test]
fn of_rows_of_the_open_batch_that_point_to_a_changed_one() {
    let mut bank = runtime();
    let events = [
        open_account("b"),
        open_account("a"),
        transfer("m0", "b", 1),
        transfer("m1", "a", 1),
        incoming(BLOCK, &[text("ann"), Value::Int(1)]),
    ];
    let outcomes = bank.apply_batch(&events, 0).unwrap();
    let rejected = rejection(outcomes[4].clone());
    assert_eq!(
        rejected.message, "axiom `blocked_is_poor` does not hold for Account[\"a\"]",
        "the first by key is told"
    );
}

#[test]
fn hold_on_the_empty_ledger() {
    let broken = lwas_runtime::testing::check_empty(&program(&module(true), "bank")).unwrap();
    assert_eq!(broken, []);
}
