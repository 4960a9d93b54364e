//! Another version of a program on an old ledger: aggregates follow from the rows whatever the old version kept, and its laws hold on
//! them or it is refused.

use std::path::{Path, PathBuf};

use lwas_ir::*;
use lwas_ledger::{Cell, Ledger, Mode, TableId};
use lwas_runtime::attach::{Attach, Begin, Opened, attach, attach_memory, begin};
use lwas_runtime::audit::{Audit, Difference, Report, audit};
use lwas_runtime::query::query;
use lwas_runtime::{Bounds, Engine, Runtime, RuntimeError};
use lwas_seal::Hash;

use crate::bank::*;

/// What a row of postings adds to an aggregate in a version.
#[derive(Clone, Copy, PartialEq)]
enum Adds {
    /// Its amount.
    Once,
    /// Its amount, if that is above zero.
    Income,
    /// Nothing: it can't be computed.
    Fails,
}

/// The function that adds a posting's part to an aggregate by account.
fn add_posting(m: &mut Module, id: AggregateId, adds: Adds) -> FuncId {
    let offsets = m.row_layout(StateId::from_u32(POSTING)).0;
    let mut b = FunctionBuilder::new(format!("add {}", id.as_u32()), PLACE, &[Kind::Ref], None);
    let site = b.site(PLACE);
    let row = b.param(0);
    let (account, amount) = (b.load(Kind::Ref, row, offsets[2]), b.load(Kind::I128, row, offsets[3]));
    let (counts, done) = (b.new_block(), b.new_block());
    match adds {
        Adds::Once => b.jump(counts),
        Adds::Income => {
            let zero = b.wide(0);
            let above = b.compare(CompareOp::Greater, amount, zero);
            b.branch(above, counts, done);
        }
        Adds::Fails => b.fail(site, FailReason::Overflow, None),
    }
    if adds == Adds::Fails {
        for block in [counts, done] {
            b.switch_to(block);
            b.ret(None);
        }
    } else {
        b.switch_to(counts);
        b.host(HostOp::AggregateAdd(id), &[account, amount], None, site);
        b.jump(done);
        b.switch_to(done);
        b.ret(None);
    }
    m.functions.push(b.finish())
}

/// The bank without laws, whose aggregate adds up postings so, with a count of the rows of a state for each of `counts`.
fn version(adds: Adds, counts: &[u32]) -> Module {
    let mut m = module(false);
    let first = AggregateId::from_u32(0);
    m.aggregates[first].add = add_posting(&mut m, first, adds);
    for state in counts {
        let id = m.aggregates.next_key();
        let mut b = FunctionBuilder::new(format!("add {}", id.as_u32()), PLACE, &[Kind::Ref], None);
        let (site, one) = (b.site(PLACE), b.wide(1));
        b.host(HostOp::AggregateAdd(id), &[one], None, site);
        b.ret(None);
        let add = m.functions.push(b.finish());
        let (name, state) = (format!("count of {state}"), StateId::from_u32(*state));
        m.aggregates.push(Aggregate { name, state, group: vec![], kind: AggregateKind::Count, add, order: None });
    }
    verify(&m).unwrap();
    m
}

const VERSIONS: [(&str, Adds, &[u32]); 4] = [
    ("once", Adds::Once, &[]),
    ("income", Adds::Income, &[POSTING, TOTALS]),
    ("fewer", Adds::Once, &[ACCOUNT]),
    ("fails", Adds::Fails, &[]),
];

fn open_version(hash: Hash, bytes: &[u8]) -> Result<Opened, String> {
    let known = VERSIONS.iter().find(|(name, ..)| name.as_bytes() == bytes);
    let module = match known {
        Some((_, adds, counts)) => version(*adds, counts),
        None => return open(hash, bytes),
    };
    Ok(Opened { module, signer: Some(signer()) })
}

fn how_to() -> Attach<'static> {
    Attach { open: &open_version, ..how() }
}

struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    Place { path: folder.path().join("bank.ledger"), _folder: folder }
}

fn with(path: &Path, name: &str) -> Result<Runtime, RuntimeError> {
    let (_, adds, counts) = VERSIONS.iter().find(|version| version.0 == name).unwrap();
    attach(path, program(&version(*adds, counts), name), Engine::Interpreter, &how_to())
}

fn check(path: &Path) -> Report {
    let mut ledger = Ledger::open(path, Mode::ReadOnly).unwrap();
    audit(&mut ledger, &Audit { open: &open_version, expect: None }, |_, _| ()).unwrap()
}

fn int(number: i64) -> Cell {
    Cell::Int(number)
}

/// The rows of the aggregates, which come after the currencies and the four states.
fn aggregates(bank: &Runtime) -> Vec<Vec<Vec<Cell>>> {
    tables(bank).split_off(5)
}

fn by_account(sums: &[(&str, i64)]) -> Vec<Vec<Cell>> {
    sums.iter().map(|(account, sum)| vec![Cell::Text((*account).into()), int(*sum)]).collect()
}

#[test]
fn aggregates_follow_from_the_rows() {
    let place = place();
    let mut bank = with(&place.path, "once").unwrap();
    let stray = |account: &str, amount| incoming(STRAY, &[text(account), Value::Wide(amount)]);
    bank.apply_batch(&[stray("b", 5), stray("a", 7), stray("b", -5), stray("a", -3)], 0).unwrap();
    assert_eq!(aggregates(&bank), [by_account(&[("a", 4)])], "what is zero has no row");
    let rows = tables(&bank)[3].clone();
    drop(bank);

    // A filter, and two aggregates more, of which one is over the state without key.
    let bank = with(&place.path, "income").unwrap();
    assert_eq!(aggregates(&bank), [by_account(&[("a", 7), ("b", 5)]), vec![vec![int(4)]], vec![vec![int(1)]]]);
    assert_eq!(tables(&bank)[3], rows, "rows stay as they are");
    assert_eq!(check(&place.path).differences, []);
    drop(bank);

    // Two fewer, one that has a table of its own.
    let mut bank = with(&place.path, "fewer").unwrap();
    assert_eq!(aggregates(&bank), [by_account(&[("a", 4)]), vec![]]);
    bank.apply_batch(&[stray("c", 1)], 0).unwrap();
    assert_eq!(aggregates(&bank)[0], by_account(&[("a", 4), ("c", 1)]), "and it goes on from there");
    drop(bank);
    assert_eq!(check(&place.path).differences, []);

    // Back to the first, whose artifact the ledger has.
    let bank = with(&place.path, "once").unwrap();
    assert_eq!(aggregates(&bank), [by_account(&[("a", 4), ("c", 1)])]);
    assert_eq!(bank.head().seq, 9);
}

#[test]
fn more_rows_than_memory_may_hold_make_the_same() {
    let rows: Vec<_> =
        (0..2500i128).map(|n| incoming(STRAY, &[text(&format!("{:03}", n % 700)), Value::Wide(n)])).collect();
    let made = |cached_bytes| {
        let place = place();
        let mut bank = with(&place.path, "once").unwrap();
        bank.apply_batch(&rows, 0).unwrap();
        let kept = aggregates(&bank);
        drop(bank);
        let how = Attach { bounds: Bounds { cached_bytes }, ..how_to() };
        let program = program(&version(Adds::Once, &[ACCOUNT]), "fewer");
        let bank = attach(&place.path, program, Engine::Interpreter, &how).unwrap();
        assert_eq!(aggregates(&bank)[..1], kept);
        kept
    };
    assert_eq!(made(0), made(1 << 30));
}

#[test]
fn an_aggregate_that_cannot_be_computed_is_refused_and_nothing_changes() {
    let place = place();
    let mut bank = with(&place.path, "once").unwrap();
    bank.apply_batch(&[incoming(STRAY, &[text("a"), Value::Wide(7)])], 0).unwrap();
    let (head, before) = (bank.head(), tables(&bank));
    drop(bank);
    let refused = with(&place.path, "fails").unwrap_err();
    assert!(matches!(&refused, RuntimeError::Aggregate { row, .. } if row == "Posting[1]"), "{refused}");
    assert!(refused.to_string().contains("`posted_by_account` can't be computed for Posting[1]"), "{refused}");
    let bank = with(&place.path, "once").unwrap();
    assert_eq!((bank.head(), tables(&bank)), (head, before));
}

#[test]
fn a_law_that_the_rows_break_is_refused_and_nothing_changes() {
    let place = place();
    let mut bank = with(&place.path, "once").unwrap();
    let events = [open_account("a"), open_account("b"), transfer("m", "a", 3), transfer("n", "b", -5)];
    bank.apply_batch(&events, 0).unwrap();
    let (head, before) = (bank.head(), tables(&bank));
    drop(bank);
    let lawful = |path: &Path| attach(path, program(&module(true), "bank"), Engine::Interpreter, &how_to());
    let RuntimeError::Law(rejection) = lawful(&place.path).unwrap_err() else { panic!("expected a law") };
    assert_eq!(rejection.axiom.as_deref(), Some("no_overdraft"));
    assert_eq!(rejection.message, "axiom `no_overdraft` does not hold for Account[\"b\"]");
    assert_eq!((rejection.code.as_str(), rejection.traces[0].value.as_str()), ("E0604", "-0.05"));

    // The old version goes on, and once the rows are right the new one may.
    let mut bank = with(&place.path, "once").unwrap();
    assert_eq!((bank.head(), tables(&bank)), (head, before));
    bank.apply_batch(&[transfer("o", "b", 5)], 0).unwrap();
    drop(bank);
    let bank = lawful(&place.path).unwrap();
    drop(bank);
    assert_eq!(check(&place.path).differences, []);

    // Of the whole, by what is there before the first event.
    let mut never = module(true);
    let mut b = FunctionBuilder::new("axiom never", PLACE, &[], Some(Kind::I64));
    let no = b.int(0);
    b.ret(Some(no));
    let func = b.finish();
    let func = never.functions.push(func);
    never.axioms.push(Axiom { name: "never".into(), place: PLACE, scope: AxiomScope::Whole, func, reads: vec![] });
    let path = place.path.with_file_name("new.ledger");
    let refused = attach(&path, program(&never, "never"), Engine::Interpreter, &how_to()).unwrap_err();
    assert!(refused.to_string().contains("axiom `never` does not hold [E0604] at bank.lwas:3:5"), "{refused}");
    let bank = lawful(&path).unwrap();
    assert_eq!(bank.head().seq, 1, "nothing was begun there");
}

#[test]
fn an_entry_of_a_program_whose_laws_were_broken_is_named() {
    let place = place();
    let mut bank = with(&place.path, "once").unwrap();
    bank.apply_batch(&[open_account("a"), transfer("m", "a", -5)], 0).unwrap();
    let mut ledger = bank.into_store().into_ledger().unwrap();
    let how =
        Begin { is_new: false, asks_laws: false, kept: std::collections::BTreeSet::new(), bounds: Bounds::default() };
    begin(&mut ledger, &program(&module(true), "bank"), &how).unwrap();
    drop(ledger);
    let differences = check(&place.path).differences;
    let [Difference::Entry { seq: 4, what }] = differences.as_slice() else { panic!("{differences:?}") };
    assert!(what.contains("axiom `no_overdraft` does not hold for Account[\"a\"]"), "{what}");
}

#[test]
fn the_first_row_of_a_state_without_key_counts() {
    let bank =
        attach_memory(program(&version(Adds::Income, &[POSTING, TOTALS]), "income"), Engine::Interpreter, &how());
    assert_eq!(aggregates(&bank.unwrap()), [vec![], vec![], vec![vec![int(1)]]]);
}

#[test]
fn a_stale_aggregate_is_found_by_an_audit() {
    let place = place();
    let mut bank = with(&place.path, "once").unwrap();
    bank.apply_batch(&[incoming(STRAY, &[text("a"), Value::Wide(-7)])], 0).unwrap();
    drop(bank);
    let bank = with(&place.path, "income").unwrap();
    assert_eq!(aggregates(&bank)[0], Vec::<Vec<Cell>>::new());
    let mut ledger = bank.into_store().into_ledger().unwrap();
    let mut batch = ledger.begin().unwrap();
    batch.put_row(TableId(5), &[Cell::Text("a".into()), int(-7)]).unwrap();
    batch.commit().unwrap();
    drop(ledger);
    let differences = check(&place.path).differences;
    let [Difference::Row { table, found: Some(_), expected: None, .. }] = differences.as_slice() else {
        panic!("{differences:?}")
    };
    assert_eq!(table, "agg_posted_by_account");
}

#[test]
fn a_version_asks_only_where_its_aggregates_are_those_of_the_ledger() {
    let place = place();
    drop(with(&place.path, "once").unwrap());
    let mut ledger = Ledger::open(&place.path, Mode::ReadOnly).unwrap();
    let mut ask = |mut m: Module, name: &str| {
        let mut b = FunctionBuilder::new("query seven", PLACE, &[], Some(Kind::I64));
        let seven = b.int(7);
        b.ret(Some(seven));
        let func = b.finish();
        let (func, result) = (m.functions.push(func), m.intern(Type::Int));
        m.queries.push(Query { name: "seven".into(), params: vec![], result, func });
        let program = program(&m, name);
        let asked = &program.module.queries[0];
        query(&program, &mut ledger, &mut Engine::Interpreter, asked, &[], 0, &open_version)
    };
    assert_eq!(ask(version(Adds::Once, &[]), "once and a query").unwrap().unwrap(), Value::Int(7));
    for (adds, counts, expected) in
        [(Adds::Income, &[][..], "`posted_by_account`"), (Adds::Once, &[ACCOUNT], "`count of 0`")]
    {
        let refused = ask(version(adds, counts), "another").unwrap_err();
        assert!(matches!(refused, RuntimeError::OtherAggregates { .. }), "{refused}");
        assert!(refused.to_string().contains(expected), "{refused}");
    }
    let mut moved = version(Adds::Once, &[]);
    let add = moved.aggregates[AggregateId::from_u32(0)].add;
    moved.functions[add].sites.values_mut().for_each(|site| site.place.line = 99);
    assert!(ask(moved, "moved").is_ok(), "where it stands in source is nothing");
}
