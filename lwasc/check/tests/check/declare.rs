//! Names, types as declared, values in order of need, what needs itself.

use super::{codes, program, said, says};
use lwas_check::hir::{ExprKind, StateKind, Type};
use lwas_check::show_type;

#[test]
fn modules_come_dependencies_first_then_by_path() {
    let (_, checked) = super::check_files(&[
        ("main", "use b\nuse a\nfn f() -> Int { b.g() + a.g() }"),
        ("a", "use c\nfn g() -> Int { c.g() }"),
        ("b", "fn g() -> Int { 1 }"),
        ("c", "fn g() -> Int { 2 }"),
        ("unreached", "fn g() -> Nothing { 2 }"),
    ]);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    let paths: Vec<&str> = checked.program.modules.values().map(|m| m.path.as_str()).collect();
    assert_eq!(paths, ["b", "c", "a", "main"]);
}

#[test]
fn a_cycle_of_imports_is_told_once_and_the_rest_goes_on() {
    let files = [
        ("main", "use a\nfn f() -> Int { wrong }"),
        ("a", "use b\nfn g() -> Int { 1 }"),
        ("b", "use a\nfn h() -> Int { 1 }"),
    ];
    let expected = [
        "main.lwas:2:17 E0251 `wrong` is not known here",
        "a.lwas:1:5 E0207 modules import each other: `a` → `b` → `a`",
    ];
    assert_eq!(said(&files), expected);
}

#[test]
fn an_import_is_a_module_a_function_or_an_item() {
    let files = [
        (
            "main",
            "use fees.tiers\nuse fees.base\nuse fees.{Tier, LIMIT}\nfn f(t: Tier) -> Int { tiers.g() + base() + LIMIT }",
        ),
        ("fees", "enum Tier { Plain }\nconst LIMIT = 3\nfn base() -> Int { 1 }"),
        ("fees.tiers", "fn g() -> Int { 2 }"),
    ];
    assert_eq!(said(&files), Vec::<String>::new());
}

#[test]
fn a_refused_import_is_told_once_however_often_it_is_used() {
    assert_eq!(
        says("use nowhere\nfn f() -> Int { nowhere.g() }\nfn h(x: nowhere.T) -> Int { nowhere.g() }"),
        ["1:5 E0200 there is no module `nowhere`"]
    );
}

#[test]
fn events_of_other_modules_come_from_outside_only_when_accepted() {
    let files = [
        (
            "main",
            "use doors\naccept doors.{Open}\nevent Ring { times: Int }\nrule ring on Ring as r { doors.open(\"front\") }",
        ),
        (
            "doors",
            "journal Log { door: Text }\n@event action open(door: Text) { append Log { door } }\n@event action shut(door: Text) { append Log { door } }",
        ),
    ];
    let (_, checked) = super::check_files(&files);
    let accepted = checked.program.events.values().filter(|e| e.accepted).map(|e| e.name.as_str());
    assert_eq!(accepted.collect::<Vec<_>>(), ["Open", "Ring"]);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    assert_eq!(
        said(&[("main", "use doors\naccept doors.{Opne, Log}"), files[1]]),
        ["main.lwas:2:15 E0211 module `doors` has no `Opne`", "main.lwas:2:21 E0208 `Log` is a state, not an event",]
    );
}

#[test]
fn an_action_that_is_an_event_has_its_fields_and_calls_it() {
    let sound = program("state Box { n: Int = 0 }\n@event action add_up(id: Text key, by: Int = 2) { Box.n += by }");
    let event = sound.events.values().next().expect("the action is an event");
    assert_eq!((event.name.as_str(), event.key, event.rules.len()), ("AddUp", Some(0), 1));
    let fields = &sound.records[event.record].fields;
    assert!(matches!(fields[1].default.as_ref().map(|d| &d.kind), Some(ExprKind::Int(2))), "{fields:?}");
    let rule = &sound.rules[event.rules[0]];
    assert!(matches!(rule.body.block.statements[0].kind, lwas_check::hir::StmtKind::Expr(_)));
}

#[test]
fn rules_run_in_the_order_of_modules_then_of_the_file() {
    let (_, checked) = super::check_files(&[
        (
            "main",
            "use events.Step\nuse b\nuse a\nrule last on Step { require a.f() == b.f() else \"x\" }\nrule very_last on Step { }",
        ),
        ("events", "event Step { by: Int }"),
        ("b", "use events.Step\nfn f() -> Int { 1 }\nrule of_b on Step { }"),
        ("a", "use events.Step\nfn f() -> Int { 1 }\nrule of_a on Step { }"),
    ]);
    let step = checked.program.events.values().next().expect("there is one event");
    let names: Vec<&str> = step.rules.iter().map(|rule| checked.program.rules[*rule].name.as_str()).collect();
    assert_eq!(names, ["of_a", "of_b", "last", "very_last"]);
}

#[test]
fn states_have_key_stored_and_computed_fields_and_indexes() {
    let sound = program(
        "use std.currency.USD\n\
         state Account[bank: Text, id: Int] {\n\
           owner: Text index\n\
           let twice = once + once\n\
           amount: USD = 1 USD\n\
           let once = amount * 2\n\
           index (bank, owner)\n\
         }\n\
         journal Note { text: Text }",
    );
    let [account, note] = [0, 1].map(|at| sound.states.values().nth(at).expect("there are two"));
    let fields: Vec<String> =
        account.fields.iter().map(|f| format!("{}: {}", f.name, show_type(&sound, &f.ty))).collect();
    assert_eq!(fields, ["bank: Text", "id: Int", "owner: Text", "amount: USD", "twice: USD", "once: USD"]);
    assert_eq!((account.key, account.stored, &account.indexes), (2, 4, &vec![vec![2], vec![0, 2]]));
    assert_eq!((note.kind, note.key, note.stored), (StateKind::Journal, 1, 3));
    assert_eq!((note.fields[1].name.as_str(), &note.fields[1].ty), ("time", &Type::Time));
}

#[test]
fn what_a_state_may_hold() {
    assert_eq!(codes("record Inner { x: Number }\nstate S[id: Text] { list: List<Inner>? }"), ["E0400"]);
    assert_eq!(codes("state S[id: Text?] { x: Int }"), ["E0401"]);
    assert_eq!(codes("enum E { A, B(x: Int) }\nstate S[e: E] { x: Int }"), ["E0401"]);
    assert_eq!(codes("enum E { A, B }\nstate S[e: E] { x: Int? index, y: E? index }"), Vec::<String>::new());
    assert_eq!(codes("state S[id: Text] { m: Money index }"), ["E0401"]);
    assert_eq!(codes("record A { b: List<B> }\nenum B { C, D(a: A?) }\nrecord E { a: A }"), ["E0403"]);
    assert_eq!(codes("journal J { seq: Int }"), ["E0404"]);
}

#[test]
fn constants_and_defaults_are_settled_in_order_of_need() {
    let sound = program(
        "const A = B * 2\nconst B: Decimal(2) = C + f()\nconst C = Line { n: 1 }.m\n\
         fn f(x: Int = LATE) -> Int { x }\nrecord Line { n: Int, m: Int = LATE }\nconst LATE = 7",
    );
    let a = sound.consts.values().next().expect("there are constants");
    assert_eq!(show_type(&sound, &a.value.ty), "Decimal(2)");
}

#[test]
fn a_long_chain_of_constants_is_settled_and_one_that_is_too_deep_refused() {
    let chain = |n: usize| {
        let links: Vec<String> = (0..n).map(|i| format!("const C{i} = C{} + 1\n", i + 1)).collect();
        links.concat() + &format!("const C{n} = 0")
    };
    assert_eq!(codes(&chain(400)), Vec::<String>::new());
    assert_eq!(codes(&chain(3000)), ["E0217"]);
}

#[test]
fn what_needs_itself_is_told_once_with_the_way_round() {
    assert_eq!(
        says("const A = B + 1\nconst B = C\nconst C = A\nconst D = A + 1"),
        ["1:7 E0216 `A` uses itself: `A` → `B` → `C` → `A`"]
    );
    assert_eq!(says("fn f() -> Int { A }\nconst A: Int = f()"), ["1:4 E0216 `f` uses itself: `f` → `A` → `f`"]);
    assert_eq!(
        says("state S[id: Text] {\n  let a = b + 1\n  let b = a\n}"),
        ["2:7 E0216 `S.a` uses itself: `S.a` → `S.b` → `S.a`"]
    );
    let through =
        "state S[id: Text] { next: Text\n  let total = rest(next) }\nquery rest(id: Text) -> Int { S[id].total }";
    assert_eq!(codes(through), ["E0216"]);
}

#[test]
fn equal_names_in_different_states_need_nothing_of_each_other() {
    let text = "state A[id: Text] { b: Text\n  let total = B[b].total + 1 }\n\
                state B[id: Text] { n: Int\n  let total = n + 1 }";
    assert_eq!(says(text), Vec::<String>::new());
}

#[test]
fn tests_know_events_axioms_and_what_rejects() {
    let text = "state Box { n: Int = 0 }\nevent Set { n: Int }\nrule set on Set as e { Box.n = e.n }\naxiom small { Box.n < 9 }\n\
                test \"all\" {\n  apply Set { n: 1 } at @2026-01-01T00:00:00Z\n  let m = Box.n\n  expect m == 1\n  \
                reject Set { n: 9 } by small\n  reject div(m, 0) with \"zero\"\n}";
    let sound = program(text);
    assert_eq!(sound.tests[0].steps.len(), 5);
    assert_eq!(says(&text.replace("by small", "by smal")), ["9:26 E0201 `smal` is not known here"]);
    assert_eq!(says(&text.replace("by small", "by Box")), ["9:26 E0208 `Box` is a state, not an axiom"]);
}

#[test]
fn tests_of_the_standard_library_are_not_the_programs() {
    let (_, checked) =
        super::check_files(&[("main", "use std.ledger\nquery f() -> Int { length([a.id for a in ledger.Account]) }")]);
    assert!(checked.program.modules.len() > 1);
    assert!(checked.program.tests.is_empty());
}

#[test]
fn warnings_only_where_it_is_certain() {
    assert_eq!(codes("private fn f() -> Int { 1 }"), ["W0201"]);
    assert_eq!(codes("private fn f() -> Int { 1 }\nconst A = f()"), Vec::<String>::new());
    assert_eq!(codes("event Ping { id: Text }"), ["W0401"]);
    assert_eq!(codes("private fn f() -> Int { wrong }"), ["E0251"]);
}
