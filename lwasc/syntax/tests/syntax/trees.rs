//! Every construct as a tree. A snapshot that holds `---` would show messages: here there are none.

use super::tree;

fn valid(text: &str) -> String {
    let tree = tree(text);
    assert!(!tree.contains("---\n"), "{tree}");
    tree
}

#[test]
fn modules_and_names() {
    insta::assert_snapshot!(valid(
        "//! First line\n//! second line\n\nuse std.ledger\nuse a.b as c\nuse std.currency.{USD, EUR,}\n\
         accept ledger.{Open, Close}\naccept ledger.Transfer\nconst CAP: USD = 50 USD\nconst RATE = 2.9%\n\
         currency PTS(0) \"loyalty points\"\ncurrency XTS(18)"
    ));
}

#[test]
fn types_and_their_fields() {
    insta::assert_snapshot!(valid(
        "/// What a customer pays for.\nenum Tier { Standard, Plus\n  /// Their own rate\n  Custom(rate: Decimal(4), since: Date?) }\n\
         record Line { sku: Text, price: USD(6), tags: List<Text> = [], more: Map<Text, List<Int>>, at: ledger.Place? }\n\
         enum A { X } enum B { Y }"
    ));
}

#[test]
fn states_journals_and_events() {
    insta::assert_snapshot!(valid(
        "state Account[id: Text, day: Date] {\n  /// Who\n  owner: Text index\n  state: Text fixed index = \"\"\n\
         \x20 let balance: Money = a.b\n  index: Int, key: Int = 1\n  index (owner, key)\n}\n\
         state Totals { sales: Int = 0, volume: USD = 0 USD }\njournal Posting { account: Text index, amount: Money }\n\
         event Sale { id: Text key, buyer: Text, note: Text? = none }\nprivate event Inner { }"
    ));
}

#[test]
fn functions_rules_axioms_and_tests() {
    insta::assert_snapshot!(valid(
        "@export fn fee(amount: USD, rate: Decimal(3) = 2.9%) -> USD { amount }\n\
         @event @post(\"/x\", 201) action open(id: Text key) -> Int { append J { id } }\n\
         @get(\"/accounts/\\{id}\")\nquery all() -> List<Text> { [] }\nprivate fn f() -> Int { 1 }\n\
         rule a on Sale as s { } rule b on ledger.Open { }\n\
         axiom whole { 1 == 1 }\naxiom rows for a in ledger.Account where a.id == \"x\" { a.balance >= 0 }\n\
         axiom kept for a in Account changed from b { a.owner == b.owner }\naxiom stay for a in Account deleted { false }\n\
         axiom both for a in Account changed from b where a.x { a.y }\ntest \"nothing\" { }"
    ));
}

#[test]
fn statements() {
    insta::assert_snapshot!(valid(
        "rule r on E as e {\n  let x = 1\n  let key: Int? = none\n  require x > 0 else \"no {x}\"\n  S[1].f = 2\n  S[a, b].g += x\n\
         \x20 T.h -= 1\n  delete S[1]\n  delete m.S[1, 2]\n  let k = create m.S[1] { a, b: 2 }\n  put T { a: 1 }\n\
         \x20 for a, b in zip(xs, ys) where a > b { f(a) }\n  if x { g() } else if y { h() } else { i() }\n  match e { A.X => f(), A.Y => { } }\n\
         \x20 m.act(a: 1, 2)\n}\ntest \"t\" {\n  apply E { a: 1 }\n  apply m.E { } at @2026-01-25T00:00:00Z\n  reject E { a } with \"text\"\n\
         \x20 reject E { a } at @2026-01-25 by m.law with \"x\"\n  reject f(1) with \"y\"\n  advance 5m\n  expect (x + 1) == -1\n  expect not a\n}"
    ));
}

#[test]
fn words_are_names_out_of_their_place() {
    insta::assert_snapshot!(valid(
        "rule state on event as rule {\n  let key = 1\n  let message = account.index\n  let create = a.for.in.match\n  let delete = create\n\
         \x20 f(if: 1, match: message, at: 2)\n  expect = delete\n  let put = P { let: 1, state, with: 3 }\n  apply(x)\n  let at = over\n\
         \x20 where(1)\n  let count = first\n  last[1] = 2\n}\nstate S { fold: Int, true: Bool, use: Text, journal: Int }"
    ));
}

#[test]
fn precedence() {
    insta::assert_snapshot!(valid(
        "const A = a or b and not c == d ?? e + f * -g.h[i](j)\nconst B = a - b - c / d * e\nconst C = a ?? b ?? c\n\
         const D = not a and not not b\nconst E = (a < b) == (c in d)\nconst F = -x * y\nconst G = a and b or c and d\nconst H = - -x"
    ));
}

#[test]
fn literals() {
    insta::assert_snapshot!(valid(
        "const A = [42, 1_000_000, 0.30, 2.9%, 99.99 USD, 5 PTS, 30s, 5m, 2h, 7d, 250ms, 9223372036854775807]\n\
         const B = [@1970-01-02, @2026-01-25T02:52:48.340Z, @1970-01-02-x, true, false, none, some(1)]\n\
         const C = \"\"\nconst D = \"a \\\" \\\\ \\n \\t \\{ \\u{20ac} } é\"\nconst E = \"{a} and {b.c[1] + 2}{f(x)}\"\n\
         const F = 100000000000000000000 USD\nconst G = 1 -2"
    ));
}

#[test]
fn records_lists_and_aggregates() {
    insta::assert_snapshot!(valid(
        "const A = P { a: 1, b }\nconst B = m.P {\n  a: 1\n  b: 2\n}\nconst C = r with { a: 1 }\nconst D = [x.y for x in xs where x.z > 1]\n\
         const E = sum(a.b for a in S where a.c) + count(x in S where x.d) + last(10, x in S)\nconst F = first(x in S where P { a: x } == y)\n\
         const G = fold acc: Decimal(4) = P { a: 0 } for x in xs where x > 0 { acc + x }\nconst H = sort(xs by x.at)\nconst I = all(p in q for p in xs)\n\
         const J = f(x in xs)"
    ));
}

#[test]
fn patterns() {
    insta::assert_snapshot!(valid(
        "fn f() -> Int {\n  match e {\n    Tier.Plus => 1, m.Tier.Custom(rate, _) => if a { 1 } else { 2 } + 3\n    A.X | A.Y | none => { let x = 1 x }\n\
         \x20   some(p) => p\n    some(_) => 2 1 => 3, 2.50 USD => 4, \"text\" => 5, @2026-01-25 => 6\n    true => S[1].a = 2\n    _ => require a else \"b\"\n  }\n}"
            .replace("2 1 =>", "2, 1 =>").as_str()
    ));
}

#[test]
fn line_breaks() {
    insta::assert_snapshot!(valid(
        "fn f() -> Int {\n  let a = b\n    + c\n    - d\n  (e)\n  [f]\n  let g = h\n    .i\n    and j\n  if k { l }\n  - m\n  foo(\n    1,\n    2,\n  )\n  match n { _ => 1 }\n  [o]\n}"
    ));
}

#[test]
fn braces_begin_the_body() {
    insta::assert_snapshot!(valid(
        "fn f() -> Int {\n  if A { b }\n  if (P { a: 1 }) == p { q }\n  for x in S where x.y == T { g() }\n  match M { _ => 1 }\n\
         \x20 if f(P { a: 1 }) { [P { b }] }\n  if [P { a }] == x { if y { P { a } } else { z } }\n}"
    ));
}

#[test]
fn maps_and_the_braces_of_bodies() {
    insta::assert_snapshot!(valid(
        "const A = {}\nconst B = { \"a\": 1, b: 2, \"{c}\": { d.e: 3 }, }\nconst C = {\n  \"a\": 1\n  b: 2\n}\n\
         const D = { k: v for k, v in m where v > 1 }\nfn f() -> Map<Text, Int> { {} }\nfn g() -> Map<Text, Int> { { \"a\": 1 } }\n\
         fn h() -> Int {\n  let m = { \"a\": 1 }\n  if ({ \"a\": 1 }) == m { {} } else { { \"b\": 2 } }\n  f({ \"a\": [{}] })[{}]\n}\n\
         rule r on E { match x { 1 => { }, 2 => { {} }, 3 => ({}) } for k, v in m + ({}) { g(k) } }\n\
         test \"t\" { expect { \"a\": 1 } == m\n  expect {} == m\n  reject { a: b } with \"x\" }"
    ));
}
