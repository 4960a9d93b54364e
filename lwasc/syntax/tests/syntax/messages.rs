//! What is said about one mistake: always one message.

use super::complaints;

/// The messages of programs with one mistake each.
fn each(programs: &[&str]) -> String {
    let said: Vec<_> = programs.iter().map(|program| (*program, complaints(program))).collect();
    let count = |said: &str| said.lines().filter(|line| !line.starts_with(' ')).count();
    let others: Vec<_> = said.iter().filter(|(_, said)| count(said) != 1).collect();
    assert!(others.is_empty(), "not one message: {others:#?}");
    said.into_iter().map(|(program, said)| format!("{program}\n{said}\n")).collect()
}

#[test]
fn characters_and_literals() {
    insta::assert_snapshot!(each(&[
        "const A = 1 # 2",
        "const A = 5 % 2",
        "const A = “x”",
        "const A = 1 \u{202e}",
        "// comment \u{2066}\nconst A = 1",
        "const A = \"a\u{0}b\"",
        "const A = \"abc",
        "const A = \"abc\nconst B = 2",
        "const A = \"a\\qb\"",
        "const A = \"\\u{110000}\"",
        "const A = \"{}\"",
        "const A = \"{f(\"x\")}\"",
        "const A = \"{a b}\"",
        "const A = \"{a\"",
        "const A = 9223372036854775808",
        "const A = 1000000000000000000000000000000000000000 USD",
        "const A = 0.0000000000000000000000000000000000001",
        "const A = 1__0",
        "const A = 1.5h",
        "const A = 0x10",
        "const A = 99999999999d",
        "const A = @2026-02-30",
        "const A = @2026-1-5",
        "const A = @2026-01-25T10:00:00+02:00",
        "const A = 'x'",
    ]));
}

#[test]
fn habits_from_other_languages() {
    insta::assert_snapshot!(each(&[
        "const A = a && b",
        "const A = a || !b and c".replace('!', "").as_str(),
        "const A = !a",
        "const A = a === b",
        "const A = a <> b",
        "fn f() -> Int {\n  let a = 1;\n  let b = 2;\n  a + b;\n}",
        "fn f() -> Int { return 1 }",
        "fn f() -> Int { let mut a = 1 }",
        "fn f() -> Int {\n  while a { b() }\n  let c = 1\n}",
        "fn f() -> Int {\n  var a = 1\n  a\n}",
        "action f() {\n  raise x\n}",
        "action f() {\n  delet Account[a]\n}",
        "function f() -> Int { 1 }",
        "evnt Sale { id: Text }",
        "struct Sale { id: Text }",
        "xyzzy",
        "let a = 1",
        "fn f() -> Int { if a = 1 { 2 } else { 3 } }",
        "action f() { require a = 1 else \"x\" }",
        "axiom a { S.x = 1 }",
        "fn f() -> Int { for x in xs { x } + 1 }".replace(" + 1", "").replace("{ for", "{ let a = for").as_str(),
        "const A = for x in xs { x }",
        "const A = [0, x for x in xs]",
        "const A = [x for x in xs if x > 1]",
        "fn f() -> Map<Text, Int> { \"k\": 1, \"l\": 2 }",
        "fn f() -> Int { if m == { \"k\": 1 } { 1 } else { 2 } }",
        "const A = a < b < c < d",
        "const A = a == b == c",
    ]));
}

#[test]
fn places() {
    insta::assert_snapshot!(each(&[
        "const A =",
        "const A = 1 +",
        "const A = 1 + 2 * \nconst B = 2",
        "const A = not - )",
        "const A = f(1 2)",
        "const A = f(1,, 2)",
        "const A = [1 2]",
        "const A = (1 2)",
        "const A = (1 + 2",
        "const A = f(1",
        "const A = a.",
        "const A = S[]",
        "const 1 = 2",
        "fn f(a: Int) { a }",
        "query f() { 1 }",
        "fn f(a: Int): Int { a }",
        "fn f(a: Int) => Int { a }",
        "fn f(a: Int) Int { a }",
        "fn f(a Int) -> Int { a }",
        "fn f(a: Int -> Int { a }",
        "fn f a: Int -> Int { a }",
        "fn f() -> { 1 }",
        "fn f() -> Int 1",
        "fn f() -> Int { 1",
        "fn f() -> Int {\n  let a = (1 + 2\n  let b = 3\n}",
        "fn f() -> Int { 1 }\n}",
        "fn f() -> Int { 1 ) }",
        "fn f() -> Int { if a 1 else 2 }",
        "fn f() -> Int {\n  if a { 1 } else { 2 } + 3\n}",
        "fn f() -> Int { if a == P { x: 1 } { 1 } else { 2 } }",
        "action f() { require a }",
        "action f() { require a, \"b\" }",
        "record R { a: Int b: Int }",
        "record R { a Int }",
        "record R { a: }",
        "record R { a: Int?? }",
        "record R { a: Int index }",
        "event E { a: Text fixed }",
        "state S[id: Text { a: Int }",
        "state S id: Text { a: Int }",
        "rule r Sale as s { }",
        "rule r on { }",
        "axiom a in S { true }",
        "axiom a for x S { true }",
        "axiom a for x in S changed b { true }".replace("changed b", "changed to b").as_str(),
        "test t { }",
        "test \"a{b}\" { }",
        "test \"t\" { apply f(1) }",
        "test \"t\" { reject E { } }",
        "test \"t\" { expect a = 1 }",
        "fn f() -> Int { match a { -1 => 2, _ => 3 } }",
        "fn f() -> Int { match a { 1 -> 2, _ => 3 } }",
        "fn f() -> Int { match a { 1 => 2 _ => 3 } }",
        "const A = m.sum(x for x in xs)",
        "const A = fold a = 0 x in xs { a }",
        "const A = [x for x of xs]",
        "private state S { }",
        "use",
        "use std.",
        "accept Open",
        "currency PTS \"x\"",
        "const A = 1\n//! late",
        "@event",
    ]));
}

#[test]
fn beliefs_and_alerts() {
    insta::assert_snapshot!(each(&[
        "belief lean { true }",
        "belief lean truth high { true }",
        "belief lean truth 0.8 {",
        "alert high for s in Host { when s.cpu > 80 }",
        "alert high urgent { when true }",
        "alert high warning { s.cpu > 80 }",
        "alert high warning { when s.cpu > 80 for 5 }",
        "alert high warning { when s.cpu > 80 while 5m }",
        "alert high warning { message \"a\" when true }",
        "rule r on E { clear everything }",
    ]));
}

#[test]
fn limits() {
    let nested = format!("const A = {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    let chain = format!("const A = 1{}", " + 1".repeat(100_000));
    let long = " ".repeat(lwas_syntax::MAX_SOURCE_BYTES + 1);
    let said = [nested, chain, long].map(|text| complaints(&text));
    insta::assert_snapshot!(said.concat());
}

#[test]
fn bytes_that_are_not_utf8() {
    let parsed = lwas_syntax::parse_bytes(super::FILE, b"const A = \"\xff\"");
    let said: Vec<_> = parsed.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect();
    assert_eq!(said, ["E0109 this source is not UTF-8: byte 11 is 0xFF"]);
}
