//! What is kept in order against its plain definition: programs out of chance whose rules take the smallest, the largest, the first, the
//! last and quantiles of windows and of groups, which are kept by difference, and whose tests ask after each event for the
//! same of the rows themselves. Events are rejected in between, rows change, go and come back, and time passes.

use crate::chance::Chance;
use crate::corpus::Program;
use crate::pipeline::{Reached, passed, run};
use std::fmt::Write as _;

/// How many programs the test command runs.
const CASES: u64 = 8;

/// Events of a test.
const EVENTS: usize = 30;

#[test]
fn what_is_kept_in_order_is_what_the_rows_say() {
    let folder = tempfile::tempdir().expect("there is a folder for what passes");
    for case in 0..CASES {
        let program = ordered(&mut Chance::of(case));
        let source = &program.files[0].1;
        let reached = run(&program, folder.path()).and_then(|reached| {
            passed(&folder.path().join(&program.entry))?;
            Ok(reached)
        });
        match reached.unwrap_or_else(|complaint| panic!("case {case}: {complaint}\n{source}")) {
            Reached::Ran(tests) => assert_eq!(tests, 1),
            Reached::Told => panic!("case {case} is no program:\n{source}"),
        }
    }
}

/// A type of values, with how one of a number from 0 to 19 is written.
struct Kind {
    name: &'static str,
    written: fn(i64) -> String,
}

/// Types that are ordered in different ways: numbers of one and of two words, below zero, of different lengths; texts.
const KINDS: [Kind; 5] = [
    Kind { name: "Int", written: |n| format!("{}", (n - 9) * 7_i64.pow(u32::try_from(n).unwrap_or(0))) },
    Kind { name: "USD", written: |n| format!("{}.{:02} USD", (n - 9) * 33, n * 3) },
    Kind { name: "Decimal(3)", written: |n| format!("{}.5", (n - 9) * 10_i64.pow(u32::try_from(n % 9).unwrap_or(0))) },
    Kind { name: "Duration", written: |n| format!("{}ms", n * n) },
    Kind { name: "Text", written: |n| format!("\"{}\"", "ab".repeat(usize::try_from(n % 5).unwrap_or(0))) },
];

/// What a rule keeps: a field's name and what it is of.
fn asked(span: &str, shares: [&str; 2]) -> Vec<(&'static str, String)> {
    let window = |aggregate: &str, value: &str| {
        format!("{aggregate}{value}x in Entry over {span} where x.team == team and x.counts)")
    };
    vec![
        ("low", window("min(", "x.value for ")),
        ("high", window("max(", "x.value for ")),
        ("one", window(&format!("quantile({}, ", shares[0]), "x.value for ")),
        ("other", window(&format!("quantile({}, ", shares[1]), "x.value for ")),
        ("all", format!("quantile({}, x.value for x in Entry over {span})", shares[0])),
        ("held", format!("quantile({}, x.value for x in Row where x.team == team)", shares[1])),
        ("rest", format!("quantile({}, x.value for x in Row where x.side != 0)", shares[0])),
    ]
}

/// The same of rows.
fn rows(span: &str) -> [(&'static str, String); 3] {
    let team = format!("x in Entry over {span} where x.team == team)");
    [
        ("first", format!("first({team}")),
        ("last", format!("last({team}")),
        ("both", format!("last(2, x in Entry over {span})")),
    ]
}

fn ordered(chance: &mut Chance) -> Program {
    let kind = &KINDS[chance.below(KINDS.len())];
    let span = chance.of_all(&["1s", "5s", "20s"]).expect("there are some");
    let share =
        |chance: &mut Chance| *chance.of_all(&["0", "0.01", "0.5", "50%", "0.95", "1"]).expect("there are some");
    let shares = [share(chance), share(chance)];
    let (values, found) = (asked(span, shares), rows(span));
    let ty = kind.name;
    let fields: String = values.iter().map(|(name, _)| format!(", {name}: {ty}?")).collect();
    let fields =
        format!("team: Int = 0{fields}, first: Int = 0, last: Int = 0, both: Int = 0").replace('?', "? = none");
    let mut text = format!(
        "//! Kept, and asked of the rows.\n\nuse std.currency.USD\n
journal Entry {{ team: Int, value: {ty}, counts: Bool }}
state Row[id: Int, side: Int] {{ team: Int index, value: {ty} }}
state Seen {{ {fields} }}
event Add {{ team: Int, value: {ty}, counts: Bool, fails: Bool = false }}
event Set {{ id: Int, side: Int, team: Int, value: {ty}, fails: Bool = false }}
event Drop {{ id: Int, side: Int }}
fn seq(entry: Entry?) -> Int {{ match entry {{ some(e) => e.seq, none => 0 }} }}
action look(team: Int) {{
  Seen.team = team\n"
    );
    for (name, what) in &values {
        let _ = writeln!(text, "  Seen.{name} = {what}");
    }
    let row = |(name, what): &(&str, String)| match *name {
        "both" => format!("sum(e.seq for e in {what})"),
        _ => format!("seq({what})"),
    };
    for found in &found {
        let _ = writeln!(text, "  Seen.{} = {}", found.0, row(found));
    }
    text += "}
rule add on Add as a {
  append Entry { team: a.team, value: a.value, counts: a.counts }
  look(a.team)
  require not a.fails else \"it fails\"
}
rule set on Set as s {
  put Row[s.id, s.side] { team: s.team, value: s.value }
  look(s.team)
  require not s.fails else \"it fails\"
}
rule drop on Drop as d {
  if Row.has(d.id, d.side) { delete Row[d.id, d.side] }
  look(mod(d.id, 3))
}\n";
    for (name, what) in &values {
        let _ = writeln!(text, "query {name}_of(team: Int) -> {ty}? {{ {what} }}");
    }
    for found in &found {
        let _ = writeln!(text, "query {}_of(team: Int) -> Int {{ {} }}", found.0, row(found));
    }
    text += "\ntest \"kept\" {\n";
    let mut time = 0;
    for _ in 0..EVENTS {
        time += chance.of_all(&[0, 0, 100, 250, 1_000, 5_000, 21_000]).expect("there are some");
        text += &step(chance, kind, time);
        for name in values.iter().map(|(name, _)| name).chain(found.iter().map(|(name, _)| name)) {
            let _ = writeln!(text, "  expect Seen.{name} == {name}_of(Seen.team)");
        }
    }
    text += "}\n";
    let file = "orders.lwas".to_owned();
    Program { name: file.clone(), entry: file.clone(), files: vec![(file, text)] }
}

/// An event, or one that is rejected and then another: what is expected is told as of the last that was applied.
fn step(chance: &mut Chance, kind: &Kind, time_ms: i64) -> String {
    let at = format!("@2026-01-01T00:{:02}:{:02}.{:03}Z", time_ms / 60_000, time_ms / 1_000 % 60, time_ms % 1_000);
    let (team, id, side) = (chance.below(3), chance.below(3), chance.below(3));
    let value = (kind.written)(i64::try_from(chance.below(20)).expect("it is small"));
    let event = match chance.below(6) {
        0..=2 => format!("Add {{ team: {team}, value: {value}, counts: {}", chance.below(4) > 0),
        3 | 4 => format!("Set {{ id: {id}, side: {side}, team: {team}, value: {value}"),
        _ => return format!("  apply Drop {{ id: {id}, side: {side} }} at {at}\n"),
    };
    let rejected = if chance.below(4) == 0 {
        format!("  reject {event}, fails: true }} at {at} with \"it fails\"\n")
    } else {
        String::new()
    };
    format!("{rejected}  apply {event} }} at {at}\n")
}
