//! Maps by hand: in order whatever came in which order, changed, asked, and what is charged for it.

use crate::fixture::{Fixture, Machine};
use lwas_ir::{FailReason, HostOp, Slot, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A map of Int by the host function that makes one.
fn made(m: &mut Machine, entries: &[(&str, i64)]) -> Result<Slot, (FailReason, String)> {
    let int = m.fixture.ty(Type::Int);
    let keys = m.list(Type::Text, entries.iter().map(|(key, _)| Value::Text((*key).into())).collect());
    let values = m.list(Type::Int, entries.iter().map(|(_, value)| Value::Int(*value)).collect());
    match m.host(HostOp::MapNew(int), &[keys, values]) {
        Ok(map) => Ok(map.expect("a map is a result")),
        Err(lwas_ir::Fault::Failed { reason, detail }) => Err((reason, detail)),
        Err(other) => panic!("{other:?} is no rejection"),
    }
}

fn entries(m: &mut Machine, map: Slot) -> Vec<(Arc<str>, i64)> {
    let int = m.fixture.ty(Type::Int);
    let Value::Map(entries) = m.read(Type::Map(int), map) else { panic!("a map is read") };
    entries
        .iter()
        .map(|(key, value)| match value {
            Value::Int(number) => (key.clone(), *number),
            other => panic!("{other:?} is no Int"),
        })
        .collect()
}

#[test]
fn entries_are_in_order_of_key_by_code_point() {
    let mut m = Fixture::new().machine();
    let map = made(&mut m, &[("é", 4), ("", 1), ("b", 3), ("B", 2), ("😀", 6), ("ﬀ", 5)]).unwrap();
    let keys: Vec<_> = entries(&mut m, map).into_iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(keys, ["", "B", "b", "é", "ﬀ", "😀"]);
    let int = m.fixture.ty(Type::Int);
    assert_eq!(m.shown(Type::Map(int), map), r#"{ "": 1, "B": 2, "b": 3, "é": 4, "ﬀ": 5, "😀": 6 }"#);
    let none = made(&mut m, &[]).unwrap();
    assert_eq!(m.shown(Type::Map(int), none), "{}");
}

#[test]
fn a_key_is_there_once() {
    let mut m = Fixture::new().machine();
    for same in [&[("a", 1), ("a", 1)][..], &[("b", 1), ("a", 2), ("c", 3), ("b", 4)]] {
        let (reason, detail) = made(&mut m, same).unwrap_err();
        assert_eq!(reason, FailReason::RepeatedKey);
        assert!(detail.starts_with("the map would have the key \""), "{detail}");
    }
    let (_, detail) = made(&mut m, &[("a\"{\n", 1), ("a\"{\n", 1)]).unwrap_err();
    assert_eq!(detail, r#"the map would have the key "a\"\{\n" twice"#);
}

#[test]
fn values_come_back_as_they_went() {
    let mut m = Fixture::new().machine();
    let wide = m.fixture.ty(Type::Decimal(2));
    let ty = m.fixture.ty(Type::Map(wide));
    let entry = |key: &str, units| (Arc::from(key), Value::Wide(units));
    let value = Value::Map([entry("a", i128::MIN), entry("b", 7)].into());
    let slot = m.write(ty, &value);
    assert_eq!(m.read(Type::Map(wide), slot), value);
    for bad in [[entry("b", 1), entry("a", 1)], [entry("a", 1), entry("a", 1)]] {
        let written = m.memory.write_value(&m.fixture.module, ty, &Value::Map(bad.into()));
        assert!(matches!(written, Err(lwas_ir::Fault::World(_))), "{written:?}");
    }
}

#[test]
fn a_map_has_at_most_a_million_entries() {
    let mut m = Fixture::new().machine();
    let int = m.fixture.ty(Type::Int);
    let many = |from: i64, to: i64| (from..to).map(|n| (Arc::from(format!("{n:07}")), Value::Int(n))).collect();
    let ty = m.fixture.ty(Type::Map(int));
    let half = m.write(ty, &Value::Map(many(0, 500_001)));
    let other = m.write(ty, &Value::Map(many(500_001, 1_000_001)));
    let fault = m.fault(HostOp::MapMerge(int), &[half, other]);
    assert_eq!(fault, (FailReason::TooLong, "the map would have more than 1,000,000 elements".to_owned()));
}

mod against_a_tree {
    use super::*;
    use proptest::prelude::*;

    fn key() -> impl Strategy<Value = String> {
        prop_oneof!["[ab]{0,3}", any::<String>()]
    }

    fn tree() -> impl Strategy<Value = BTreeMap<String, i64>> {
        proptest::collection::btree_map(key(), any::<i64>(), 0..20)
    }

    fn written(m: &mut Machine, tree: &BTreeMap<String, i64>, shift: usize) -> Slot {
        let mut pairs: Vec<(&str, i64)> = tree.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        let middle = shift.min(pairs.len());
        pairs.rotate_left(middle);
        made(m, &pairs).unwrap()
    }

    fn same(m: &mut Machine, map: Slot, tree: &BTreeMap<String, i64>) {
        let expected: Vec<(Arc<str>, i64)> = tree.iter().map(|(key, value)| (key.as_str().into(), *value)).collect();
        assert_eq!(entries(m, map), expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_operation_does_what_a_tree_does(a in tree(), b in tree(), wanted in key(), shift in 0usize..5) {
            let mut m = Fixture::new().machine();
            let int = m.fixture.ty(Type::Int);
            let map_type = m.fixture.ty(Type::Map(int));
            let (left, right) = (written(&mut m, &a, shift), written(&mut m, &b, 0));
            same(&mut m, left, &a);
            let merged = m.give(HostOp::MapMerge(int), &[left, right]);
            let mut both = a.clone();
            both.extend(b.clone());
            same(&mut m, merged, &both);
            let equal = m.give(HostOp::Equal(map_type), &[left, right]);
            assert_eq!(equal, Slot::bool(a == b));
            for wanted in a.keys().cloned().chain([wanted]) {
                let key = m.text(&wanted);
                let place = a.keys().position(|key| *key == wanted);
                let found = m.give(HostOp::MapFind, &[left, key]);
                assert_eq!(found, Slot::int(place.map_or(-1, |place| place as i64)));
                let mut less = a.clone();
                less.remove(&wanted);
                let removed = m.give(HostOp::MapRemove(int), &[left, key]);
                same(&mut m, removed, &less);
            }
            // What was changed is another map.
            same(&mut m, left, &a);
        }
    }
}
