//! Rule 25 of the verifier: the programs of a set, each thing that is said of them broken alone.

use crate::fixture::{Fixture, HERE, field};
use lwas_ir::*;

/// A set of two programs: books that take `Close` and shop that takes `Sell`, each with a query, a route to it, and shop with a route to its event.
fn fixture() -> Module {
    let mut f = Fixture::new();
    let (int, text) = (f.ty(Type::Int), f.ty(Type::Text));
    let one = f.function(&[], Some(Kind::I64), |b, _| {
        let one = b.int(1);
        b.ret(Some(one));
    });
    for name in ["books.closed", "shop.sold"] {
        f.module.queries.push(Query { name: name.into(), params: vec![], result: int, func: one });
    }
    let mut event = |name: &str, accepted| {
        let record = f.module.records.push(Record { name: name.into(), fields: vec![field("id", text)] });
        let event = Event { name: name.into(), record, key: Some(0), accepted, rules: vec![], place: HERE };
        f.module.events.push(event)
    };
    let (close, sell, _) = (event("books.Close", true), event("shop.Sell", true), event("orders.Paid", false));
    let route = |word: &str, target| Route { path: vec![Segment::Word(word.into())], target, place: HERE };
    f.module.routes = vec![
        route("status", Target::Get { query: 0 }),
        route("status", Target::Get { query: 1 }),
        route("sales", Target::Post { event: sell, status: 201, answer: None }),
    ];
    let face = |name: &str, event, query, routes: &[u32]| Face {
        name: name.into(),
        module: name.into(),
        events: vec![event],
        queries: vec![query],
        routes: routes.to_vec(),
    };
    f.module.faces = vec![face("books", close, 0, &[0]), face("shop", sell, 1, &[1, 2])];
    f.module.name = "books+shop".into();
    f.module
}

#[track_caller]
fn broken<T>(rule: u8, words: &str, damage: impl FnOnce(&mut Module) -> T) {
    let mut module = fixture();
    verify(&module).expect("the set keeps the rules");
    damage(&mut module);
    let error = verify(&module).expect_err("a rule is broken");
    assert_eq!(error.rule, rule, "{error}");
    assert!(error.to_string().contains(words), "{error}");
    assert!(!module.to_string().is_empty(), "the printer shows broken modules too");
}

#[test]
fn rule_25_a_set_is_of_several_programs_in_order() {
    let several = "several programs, in order";
    broken(25, several, |m| {
        m.faces.pop();
        m.name = "books".into();
    });
    broken(25, several, |m| {
        m.faces.swap(0, 1);
        m.name = "shop+books".into();
    });
    broken(25, several, |m| {
        m.faces[1].name = "books".into();
        m.name = "books+books".into();
    });
    broken(25, "not called by its programs", |m| m.name = "shop+books".into());
    broken(25, "not called by its programs", |m| m.name = "books".into());
}

#[test]
fn rule_25_events_are_taken_by_somebody_and_only_those() {
    let (sell, paid, nothing) = (EventId::from_u32(1), EventId::from_u32(2), EventId::from_u32(1000));
    broken(25, "no program takes `shop.Sell`", |m| {
        m.faces[1].events.clear();
        m.faces[1].routes = vec![1];
    });
    broken(25, "`orders.Paid` is not accepted", |m| m.faces[1].events.push(paid));
    broken(25, "something twice, or out of order", |m| m.faces[1].events.push(sell));
    broken(25, "something twice, or out of order", |m| m.faces[1].events.insert(1, EventId::from_u32(0)));
    broken(1, "is not there", |m| m.faces[1].events.push(nothing));
}

#[test]
fn rule_25_queries_and_routes_are_its_own() {
    for twice in [|m: &mut Module| m.faces[1].queries.push(1), |m: &mut Module| m.faces[1].routes.push(2)] {
        broken(25, "something twice, or out of order", twice);
    }
    broken(25, "something twice, or out of order", |m| m.faces[1].routes.swap(0, 1));
    broken(1, "is not there", |m| m.faces[1].queries.push(2));
    broken(1, "is not there", |m| m.faces[1].routes.push(3));
    // A route leads to a query that the program answers, and to an event that it takes.
    broken(25, "what answers `GET /status books.closed` is not its own", |m| m.faces[1].routes = vec![0]);
    broken(25, "is not its own", |m| m.faces[1].queries = vec![0]);
    broken(25, "what answers `POST /sales shop.Sell 201` is not its own", |m| m.faces[0].routes.push(2));
    // One program has no two routes for the same requests, though two programs may.
    broken(22, "", |m| {
        m.routes[2] =
            Route { path: vec![Segment::Word("status".into())], target: Target::Get { query: 1 }, place: HERE }
    });
}

#[test]
fn what_two_programs_take_both_is_fine() {
    let mut module = fixture();
    module.faces[0].events.push(EventId::from_u32(1));
    module.faces[0].queries.push(1);
    verify(&module).expect("a module that both use");
}
