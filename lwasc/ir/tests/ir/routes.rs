//! Rules 22 to 24 and 26 of the verifier: routes, exports, settings and samples, each broken in all ways; and routes as people read them.

use crate::fixture::{Fixture, HERE, field};
use cranelift_entity::EntityRef;
use lwas_ir::*;

use Kind::{I64, Ref};

/// The fixture with a query, an event that it answers, their routes, an export and settings.
fn fixture() -> Fixture {
    let mut f = Fixture::new();
    let (int, text, plain) = (f.ty(Type::Int), f.ty(Type::Text), f.optional(Type::Text));
    let one = f.function(&[Ref, Ref], Some(I64), |b, _| {
        let one = b.int(1);
        b.ret(Some(one));
    });
    let params = vec![field("id", text), field("after", plain)];
    f.module.queries.push(Query { name: "account".into(), params, result: int, func: one });
    let fields = vec![field("id", text), field("amount", int)];
    let record = f.module.records.push(Record { name: "Open".into(), fields });
    let open = Event { name: "Open".into(), record, key: Some(0), accepted: true, rules: vec![], place: HERE };
    let open = f.module.events.push(open);

    let word = |word: &str| Segment::Word(word.into());
    let route = |path, target| Route { path, target, place: HERE };
    let answer = Some(Answer { query: 0, fields: vec![Some(0), None] });
    f.module.routes = vec![
        route(vec![word("accounts"), Segment::Value(0)], Target::Get { query: 0 }),
        route(vec![], Target::Get { query: 0 }),
        route(vec![word("accounts"), Segment::Value(1)], Target::Post { event: open, status: 201, answer }),
        route(vec![word("v1")], Target::Post { event: open, status: 202, answer: None }),
    ];

    let twice = f.function(&[I64], Some(I64), |b, _| b.ret(Some(b.param(0))));
    let export =
        Export { symbol: "twice".into(), params: vec![field("x", int)], result: int, func: twice, place: HERE };
    f.module.exports.push(export);

    let default = f.function(&[], Some(I64), |b, _| {
        let zero = b.int(0);
        b.ret(Some(zero));
    });
    let sales = Field { default: Some(default), ..field("sales", int) };
    let record = f.module.records.push(Record { name: "Totals".into(), fields: vec![sales] });
    let set = Event { name: "Totals".into(), record, key: None, accepted: false, rules: vec![], place: HERE };
    let event = f.module.events.push(set);
    f.module.settings.push(Settings { module: "wallet".into(), state: f.totals, event });
    samples(&mut f);
    f
}

/// A sample of the machine with a latency, and one of requests.
fn samples(f: &mut Fixture) {
    let (int, text, duration) = (f.ty(Type::Int), f.ty(Type::Text), f.ty(Type::Duration));
    let percent = f.optional(Type::Decimal(1));
    let (latency, address) = (f.optional(Type::Duration), f.optional(Type::Text));
    let mut event = |name: &str, fields: Vec<Field>| {
        let record = f.module.records.push(Record { name: name.into(), fields });
        f.module.events.push(Event {
            name: name.into(),
            record,
            key: None,
            accepted: false,
            rules: vec![],
            place: HERE,
        })
    };
    let load = event("Load", vec![field("cpu", percent), field("latency", latency)]);
    let asked = event("Asked", vec![field("program", text), field("errors", int), field("p99", latency)]);
    let ten = f.function(&[], Some(I64), |b, _| {
        let ten = b.int(10);
        b.ret(Some(ten));
    });
    let none = f.function(&[], Some(Ref), |b, _| {
        let none = b.none();
        b.ret(Some(none));
    });
    let query = |name: &str, result, func| Query { name: name.into(), params: vec![], result, func };
    f.module.queries.push(query("interval", duration, ten));
    f.module.queries.push(query("address", address, none));
    let sample = |source, event, address| Sample { source, event, interval: 1, address, place: HERE };
    f.module.samples = vec![sample(SampleSource::Machine, load, Some(2)), sample(SampleSource::Requests, asked, None)];
}

#[track_caller]
fn broken<T>(rule: u8, damage: impl FnOnce(&mut Module) -> T) {
    let mut fixture = fixture();
    verify(&fixture.module).expect("the fixture keeps the rules");
    damage(&mut fixture.module);
    let error = verify(&fixture.module).expect_err("a rule is broken");
    assert_eq!(error.rule, rule, "{error}");
    assert!(!fixture.module.to_string().is_empty(), "the printer shows broken modules too");
}

#[test]
fn routes_as_people_read_them() {
    let module = fixture().module;
    let texts: Vec<String> = module.routes.iter().map(|route| module.route_text(route)).collect();
    let expected = [
        "GET /accounts/{id}?after account",
        "GET /?id&after account",
        "POST /accounts/{amount} Open 201 account",
        "POST /v1 Open 202",
    ];
    assert_eq!(texts, expected);
    assert!(module.to_string().contains("route POST /v1 Open 202\n"));
}

#[test]
fn rule_22_routes() {
    let far = 1000;
    broken(1, |m| m.routes[0].target = Target::Get { query: far });
    broken(1, |m| m.routes[3].target = Target::Post { event: EventId::from_u32(far), status: 200, answer: None });
    broken(1, |m| m.routes[0].path.push(Segment::Value(far)));
    broken(1, |m| m.routes[0].place.file = far);
    for word in ["", ".", "..", "a/b", "a b", "ä", "{id}"] {
        broken(22, |m| m.routes[0].path.push(Segment::Word(word.into())));
    }
    broken(22, |m| m.routes[0].path.push(Segment::Value(0)));
    // Of an option there may be nothing, so it is in no path.
    broken(22, |m| m.routes[0].path.push(Segment::Value(1)));
    broken(22, |m| {
        let list = m.queries[0].params[0].ty;
        m.queries[0].params[0].ty = m.intern(Type::List(list));
    });
    // Another name for the value is the same path.
    broken(22, |m| m.routes[2].path = m.routes[3].path.clone());
    broken(22, |m| {
        let same = Route { path: vec![Segment::Word("accounts".into()), Segment::Value(0)], ..m.routes[0].clone() };
        m.routes.push(same);
    });
    for status in [0, 199, 300, 404] {
        let event = EventId::new(0);
        broken(22, |m| m.routes[3].target = Target::Post { event, status, answer: None });
    }
    broken(22, |m| m.events[EventId::new(0)].accepted = false);
    let answer = |m: &mut Module, answer| {
        m.routes[3].target = Target::Post { event: EventId::new(0), status: 200, answer: Some(answer) };
    };
    broken(1, |m| answer(m, Answer { query: far, fields: vec![] }));
    for fields in
        [vec![], vec![Some(0)], vec![None, None], vec![Some(1), None], vec![Some(far), None], vec![Some(0), Some(1)]]
    {
        broken(22, |m| answer(m, Answer { query: 0, fields }));
    }
}

#[test]
fn rule_23_exports() {
    for symbol in ["", "2x", "_x", "a-b", "ä", &"a".repeat(64)] {
        broken(23, |m| m.exports[0].symbol = symbol.into());
    }
    broken(5, |m| {
        let same = m.exports[0].clone();
        m.exports.push(same);
    });
    broken(1, |m| m.exports[0].place.file = 9);
    broken(1, |m| m.exports[0].func = FuncId::new(1000));
    broken(1, |m| m.exports[0].result = TypeId::new(1000));
    broken(10, |m| m.exports[0].params.clear());
    for ty in [Type::Money, Type::Number, Type::Currency, Type::Bag] {
        broken(23, |m| {
            let ty = m.intern(ty);
            m.exports[0].params[0].ty = ty;
        });
    }
    broken(23, |m| {
        let int = m.exports[0].result;
        m.exports[0].result = m.intern(Type::Option(int));
    });
}

#[test]
fn rule_23_exports_do_not_touch_the_world() {
    let mut f = fixture();
    f.module.exports[0].func = f.function(&[I64], Some(I64), |b, site| {
        let now = b.host(HostOp::Now, &[], Some(I64), site);
        b.ret(now);
    });
    assert_eq!(verify(&f.module).expect_err("it reads the clock").rule, 11);
}

#[test]
fn rule_24_settings() {
    broken(1, |m| m.settings[0].state = StateId::new(1000));
    broken(1, |m| m.settings[0].event = EventId::new(1000));
    broken(24, |m| m.settings[0].state = StateId::new(0));
    broken(24, |m| m.settings[0].module = "other".into());
    broken(24, |m| m.settings[0].event = EventId::new(0));
    broken(24, |m| m.events[EventId::new(1)].accepted = true);
    broken(24, |m| m.events[EventId::new(1)].key = Some(0));
    let record = fixture().module.events[EventId::new(1)].record;
    broken(24, |m| m.records[record].fields.clear());
    broken(24, |m| m.records[record].fields[0].name = "other".into());
    broken(24, |m| m.records[record].fields[0].default = None);
    broken(5, |m| {
        let same = m.settings[0].clone();
        m.settings.push(same);
    });
}

#[test]
fn rule_26_samples() {
    let module = fixture().module;
    let texts: Vec<String> = module.samples.iter().map(|sample| module.sample_text(sample)).collect();
    assert_eq!(texts, ["machine Load interval address", "requests Asked interval"]);
    assert!(module.to_string().contains("sample machine Load interval address\n"));

    let far = 1000;
    broken(1, |m| m.samples[0].event = EventId::from_u32(far));
    broken(1, |m| m.samples[0].interval = far);
    broken(1, |m| m.samples[0].address = Some(far));
    broken(1, |m| m.samples[0].place.file = far);
    // Queries that take something, or give something else.
    broken(26, |m| m.samples[0].interval = 0);
    broken(26, |m| m.samples[0].interval = 2);
    broken(26, |m| m.samples[0].address = Some(1));
    // An address without a latency, and the other way round.
    broken(26, |m| m.samples[0].address = None);
    broken(26, |m| m.samples[1].address = Some(2));
    // Readings that the source does not have, or of another type.
    broken(26, |m| m.samples[0].source = SampleSource::Requests);
    broken(26, |m| m.samples[1].event = EventId::new(0));
    let load = module.events[module.samples[0].event].record;
    broken(26, |m| m.records[load].fields[0].name = "load".into());
    broken(26, |m| m.records[load].fields[0].ty = m.records[load].fields[1].ty);
    broken(26, |m| {
        let Type::Option(plain) = m.types[m.records[load].fields[0].ty] else { panic!("it is an option") };
        m.records[load].fields[0].ty = plain;
    });
    broken(26, |m| m.events[m.samples[0].event].key = Some(0));
}
