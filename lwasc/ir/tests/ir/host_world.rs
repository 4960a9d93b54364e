//! Rows, journals, aggregates and circumstances, over a world of maps.

use crate::fixture::{Fixture, Machine, text};
use lwas_ir::*;

/// A machine with two accounts.
fn machine() -> Machine {
    let mut m = Fixture::new().machine();
    let (account, usd) = (m.fixture.account, m.fixture.usd);
    for (id, owner) in [("bob", "x"), ("ann", "x"), ("cid", "y")] {
        let row = [text(id), text(owner), Value::Money { units: 5, currency: usd }];
        m.world.put(account, row.into()).unwrap();
    }
    m.world.begin();
    m
}

#[test]
fn a_row_is_read_with_room_for_what_is_computed() {
    let mut m = machine();
    let account = m.fixture.account;
    let (ann, dan) = (m.text("ann"), m.text("dan"));
    let row = m.give(HostOp::RowGet(account), &[ann]);
    assert_eq!(m.shown(Type::Row(account), row), r#"Account { id: "ann", owner: "x", limit: 0.05 USD }"#);
    let (offsets, size) = m.module().row_layout(account);
    assert_eq!((offsets, size), (vec![0, 8, 16, 24], 32));
    assert_eq!(m.memory.load_int(row.as_ref() + 24).unwrap(), 0);
    assert_eq!(m.give(HostOp::RowGet(account), &[dan]), Slot::ZERO);
}

#[test]
fn a_row_is_put_and_deleted() {
    let mut m = machine();
    let (account, usd) = (m.fixture.account, m.fixture.usd);
    let ty = m.fixture.ty(Type::Row(account));
    let row = m.write(ty, &Value::Record([text("dan"), text("z"), Value::Money { units: 1, currency: usd }].into()));
    assert_eq!(m.host(HostOp::RowPut(account), &[row]), Ok(None));
    let dan = m.text("dan");
    let found = m.give(HostOp::RowGet(account), &[dan]);
    assert_eq!(m.give(HostOp::Equal(ty), &[found, row]), Slot::bool(true));
    assert_eq!(m.host(HostOp::RowDelete(account), &[dan]), Ok(None));
    assert_eq!(m.give(HostOp::RowGet(account), &[dan]), Slot::ZERO);
    let (reason, detail) = m.fault(HostOp::RowDelete(account), &[dan]);
    assert_eq!((reason, detail.as_str()), (FailReason::MissingRow, "Account[\"dan\"] is not there"));
}

#[test]
fn rows_are_scanned_in_order_of_key() {
    let mut m = machine();
    let (account, id) = (m.fixture.account, m.fixture.ty(Type::Text));
    let all = m.give(HostOp::Scan { state: account, index: None, parts: 0 }, &[]);
    let owner = m.text("x");
    let some = m.give(HostOp::Scan { state: account, index: Some(0), parts: 1 }, &[owner]);
    let bob = m.text("bob");
    let one = m.give(HostOp::Scan { state: account, index: None, parts: 1 }, &[bob]);
    let ids = |list: Slot| {
        let length = m.memory.length(list.as_ref()).unwrap();
        let rows = (0..length).map(|index| m.memory.element(list.as_ref(), index, Kind::Ref).unwrap());
        let ids = rows.map(|row| m.memory.load_ref(row.as_ref()).unwrap()).collect::<Vec<_>>();
        ids.into_iter().map(|id| m.memory.text(id).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(all), ["ann", "bob", "cid"]);
    assert_eq!(ids(some), ["ann", "bob"]);
    assert_eq!(ids(one), ["bob"]);
    assert!(m.module().types.is_valid(id));
}

#[test]
fn rows_are_found_by_the_value_of_an_optional_field() {
    let mut fixture = Fixture::new();
    let (account, usd) = (fixture.account, fixture.usd);
    let owner = fixture.optional(Type::Text);
    fixture.module.states[account].fields[1].ty = owner;
    // The limit would be no part of an index, so the key stands for a second field.
    fixture.module.states[account].indexes = vec![vec![1], vec![1, 0], vec![0, 1]];
    let mut m = fixture.machine();
    for (id, owner) in [("ann", Some("x")), ("bob", None), ("cid", Some("x")), ("dan", Some(""))] {
        let owner = owner.map_or(Value::None, |owner| Value::Some(text(owner).into()));
        let row = [text(id), owner, Value::Money { units: 5, currency: usd }];
        m.world.put(account, row.into()).unwrap();
    }
    let mut found = |index, prefix: &[&str]| {
        let args: Vec<Slot> = prefix.iter().map(|part| m.text(part)).collect();
        let parts = u8::try_from(prefix.len()).unwrap();
        let list = m.give(HostOp::Scan { state: account, index: Some(index), parts }, &args).as_ref();
        let rows: Vec<_> = (0..m.memory.length(list).unwrap())
            .map(|at| m.memory.element(list, at, Kind::Ref).unwrap().as_ref())
            .map(|row| m.memory.load_ref(row).unwrap())
            .collect();
        rows.into_iter().map(|id| m.memory.text(id).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(0, &["x"]), ["ann", "cid"]);
    assert_eq!(found(0, &[""]), ["dan"], "an empty text is not `none`");
    assert_eq!(found(0, &["none"]), Vec::<String>::new());
    assert_eq!(found(1, &["x", "cid"]), ["cid"]);
    assert_eq!(found(2, &["bob"]), ["bob"], "found by the field before the one that is `none`");
    assert_eq!(found(2, &["bob", ""]), Vec::<String>::new());
}

#[test]
fn a_range_of_an_index_and_of_the_key() {
    let mut m = machine();
    let (account, usd) = (m.fixture.account, m.fixture.usd);
    let owner = m.fixture.optional(Type::Text);
    m.fixture.module.states[account].fields[1].ty = owner;
    m.fixture.module.states[account].indexes = vec![vec![1], vec![1, 0], vec![0, 1]];
    m.world = MapWorld::new(m.module(), Env::nobody());
    let some = |owner: &str| Value::Some(text(owner).into());
    let rows = [("ann", some("x")), ("bob", Value::None), ("cid", some("é")), ("dan", some("")), ("eve", some("x"))];
    for (id, owner) in rows {
        m.world.put(account, [text(id), owner, Value::Money { units: 5, currency: usd }].into()).unwrap();
    }
    let mut found = |index, prefix: &[&str], from: (End, &str), to: (End, &str)| {
        let ends = [from, to].into_iter().filter(|(end, _)| *end != End::Open).map(|(_, value)| value);
        let args: Vec<Slot> = prefix.iter().copied().chain(ends).map(|part| m.text(part)).collect();
        let parts = u8::try_from(prefix.len()).unwrap();
        let range = HostOp::ScanRange { state: account, index, parts, from: from.0, to: to.0 };
        let list = m.give(range, &args).as_ref();
        let ids: Vec<_> = (0..m.memory.length(list).unwrap())
            .map(|at| m.memory.element(list, at, Kind::Ref).unwrap().as_ref())
            .map(|row| m.memory.load_ref(row).unwrap())
            .collect();
        ids.into_iter().map(|id| m.memory.text(id).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let open = (End::Open, "");
    assert_eq!(found(None, &[], (End::Included, "bob"), (End::Excluded, "eve")), ["bob", "cid", "dan"]);
    assert_eq!(found(None, &[], (End::Excluded, "bob"), open), ["cid", "dan", "eve"]);
    assert_eq!(found(Some(0), &[], open, (End::Included, "x")), ["ann", "dan", "eve"], "`none` is below nothing");
    assert_eq!(found(Some(0), &[], (End::Excluded, "x"), open), ["cid"], "by code point");
    assert_eq!(found(Some(1), &["x"], (End::Excluded, "ann"), open), ["eve"]);
    assert_eq!(found(Some(2), &["bob"], (End::Included, ""), open), Vec::<String>::new(), "nor is it above anything");
    assert_eq!(found(None, &[], (End::Included, "eve"), (End::Included, "ann")), Vec::<String>::new());
    assert_eq!(found(None, &[], (End::Excluded, "bob"), (End::Excluded, "bob")), Vec::<String>::new());
    assert_eq!(found(None, &[], (End::Included, "bob"), (End::Included, "bob")), ["bob"]);
}

#[test]
fn a_scan_asks_for_no_more_than_memory_has_room_for() {
    let mut m = machine();
    let account = m.fixture.account;
    let limit = m.memory.limit();
    m.memory.set_top(limit - 100);
    let scan = HostOp::Scan { state: account, index: None, parts: 0 };
    assert_eq!(m.fault(scan, &[]).0, FailReason::Memory);
}

#[test]
fn a_journal_counts_from_one() {
    let mut m = machine();
    let (posting, usd) = (m.fixture.posting, m.fixture.usd);
    assert_eq!(m.give(HostOp::NextSeq(posting), &[]), Slot::int(1));
    let row = [Value::Int(1), Value::Int(9), Value::Money { units: 1, currency: usd }];
    m.world.put(posting, row.into()).unwrap();
    assert_eq!(m.give(HostOp::NextSeq(posting), &[]), Slot::int(2));
}

#[test]
fn aggregates_are_kept_by_difference() {
    let mut m = machine();
    let (balances, count, usd) = (m.fixture.balances, m.fixture.count, m.fixture.usd);
    let (ann, bob, five) = (m.text("ann"), m.text("bob"), m.money(500, usd));
    m.host(HostOp::AggregateAdd(balances), &[ann, five]).unwrap();
    m.host(HostOp::AggregateAdd(balances), &[ann, five]).unwrap();
    let sum = m.give(HostOp::AggregateGet(balances), &[ann]);
    assert_eq!(m.shown(Type::Bag, sum), "[10.00 USD]");
    let other = m.give(HostOp::AggregateGet(balances), &[bob]);
    assert_eq!(m.shown(Type::Bag, other), "[]");
    m.host(HostOp::AggregateSub(balances), &[ann, five]).unwrap();
    m.host(HostOp::AggregateSub(balances), &[ann, five]).unwrap();
    let gone = m.give(HostOp::AggregateGet(balances), &[ann]);
    assert_eq!(m.shown(Type::Bag, gone), "[]");
    m.host(HostOp::AggregateAdd(count), &[Slot::wide(i128::MAX)]).unwrap();
    assert_eq!(m.give(HostOp::AggregateGet(count), &[]), Slot::wide(i128::MAX));
    let expected = (FailReason::Overflow, "the sum `accounts` is outside 128 bits".to_owned());
    assert_eq!(m.fault(HostOp::AggregateAdd(count), &[Slot::wide(1)]), expected);
}

#[test]
fn what_was_before_the_event_can_be_seen() {
    let mut m = machine();
    let account = m.fixture.account;
    let ann = m.text("ann");
    m.host(HostOp::RowDelete(account), &[ann]).unwrap();
    assert_eq!(m.give(HostOp::RowGet(account), &[ann]), Slot::ZERO);
    assert_eq!(m.host(HostOp::SeeBefore, &[]), Ok(None));
    assert_ne!(m.give(HostOp::RowGet(account), &[ann]), Slot::ZERO);
    assert_eq!(m.host(HostOp::SeeAfter, &[]), Ok(None));
    assert_eq!(m.give(HostOp::RowGet(account), &[ann]), Slot::ZERO);
}

#[test]
fn circumstances() {
    let mut m = machine();
    assert_eq!(m.give(HostOp::Now, &[]), Slot::int(1_000_000));
    assert_eq!(m.give(HostOp::EventSeq, &[]), Slot::int(4));
    let caller = m.give(HostOp::Caller, &[]);
    assert_eq!(m.memory.text(caller.as_ref()).unwrap(), "ann");
}

#[test]
fn the_empty_ledger_has_its_single_rows() {
    let mut fixture = Fixture::new();
    // An aggregate over the single state: its first row counts.
    let id = fixture.module.aggregates.next_key();
    let add = fixture.function(&[Kind::Ref], None, |b, site| {
        let one = b.wide(1);
        b.host(HostOp::AggregateAdd(id), &[one], None, site);
        b.ret(None);
    });
    let (state, kind) = (fixture.totals, AggregateKind::Count);
    fixture.module.aggregates.push(Aggregate {
        name: "totals".to_owned(),
        state,
        group: vec![],
        kind,
        add,
        order: None,
    });
    let mut m = fixture.machine();
    let totals = m.fixture.totals;
    let mut world = MapWorld::initial(&m.fixture.module, Env::nobody(), &mut m.memory).unwrap();
    assert_eq!(world.row(totals, &vec![]).unwrap().unwrap().as_ref(), [Value::Int(0)]);
    assert_eq!(world.aggregate(id, &vec![]).unwrap(), AggregateValue::Wide(1));
}

#[test]
fn a_row_that_does_not_fit_is_the_worlds_fault() {
    let mut m = machine();
    let account = m.fixture.account;
    m.world.put(account, [text("eve"), Value::Int(1), Value::Int(1)].into()).unwrap();
    let eve = m.text("eve");
    assert!(matches!(m.host(HostOp::RowGet(account), &[eve]), Err(Fault::World(_))));
}
