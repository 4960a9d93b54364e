//! Alerts of each row with conditions out of chance: after every event an alert is true of exactly those rows of which a query with
//! the same condition says so. Alerts are only asked where what they compare could have changed their answer; a query is asked of
//! all rows.

use crate::chance::Chance;
use crate::corpus::Program;
use crate::pipeline::{Reached, passed, run};
use std::fmt::Write as _;

/// How many programs the test command runs.
const CASES: u64 = 30;

/// Alerts of a program, its tests, and the events of each.
const ALERTS: usize = 8;
const TESTS: usize = 3;
const EVENTS: usize = 12;

#[test]
fn alerts_are_true_of_the_rows_that_a_query_finds() {
    let folder = tempfile::tempdir().expect("there is a folder for what alerts watch");
    for case in 0..CASES {
        let program = watched(&mut Chance::of(case));
        let source = &program.files[0].1;
        match run(&program, folder.path()).unwrap_or_else(|complaint| panic!("case {case}: {complaint}\n{source}")) {
            Reached::Ran(tests) => assert_eq!(tests, TESTS),
            Reached::Told => panic!("case {case} is no program:\n{source}"),
        }
        passed(&folder.path().join(&program.entry)).unwrap_or_else(|why| panic!("case {case}: {why}\n{source}"));
    }
}

/// What every program has.
const HEAD: &str = "//! Alerts of each row.

use std.alert

enum Color { Red, Green, Blue }
state Host[name: Text] { job: Text index, load: Float, cpu: Int, full: Decimal(2), on: Bool, color: Color, disks: Int? }
state Limit { most: Int = 2 }
event Report { name: Text, job: Text, load: Float, cpu: Int, full: Decimal(2), on: Bool, color: Color, disks: Int? }
event Gone { name: Text }
event Allow { most: Int }

rule report on Report as r {
  put Host[r.name] { job: r.job, load: r.load, cpu: r.cpu, full: r.full, on: r.on, color: r.color, disks: r.disks }
}
rule gone on Gone as g { if Host.has(g.name) { delete Host[g.name] } }
rule allow on Allow as a { Limit.most = a.most }
";

/// A comparison, mostly of a field with a constant.
fn comparison(chance: &mut Chance) -> String {
    let op = *chance.of_all(&["==", "!=", "<", "<=", ">", ">="]).expect("there are some");
    let equal = *chance.of_all(&["==", "!="]).expect("there are some");
    match chance.below(12) {
        0 | 1 => format!("h.load {op} {}", load(chance)),
        2 => format!("{} {op} h.load", load(chance)),
        3 | 4 => format!("h.cpu {op} {}", chance.below(4)),
        5 => format!("{} {op} h.full", full(chance)),
        6 => format!("h.job {equal} \"{}\"", job(chance)),
        7 => format!("h.name {equal} \"{}\"", name(chance)),
        8 => format!("h.color {equal} Color.{}", color(chance)),
        9 => chance
            .of_all(&["h.on", "not h.on", "h.disks == none", "h.on == false"])
            .expect("there are some")
            .to_string(),
        10 => format!("h.cpu {op} Limit.most"),
        _ => format!("count(o in Host where o.job == h.job) {op} {}", chance.below(3)),
    }
}

fn condition(chance: &mut Chance, depth: usize) -> String {
    if depth == 0 {
        return comparison(chance);
    }
    let (a, b) = (condition(chance, depth - 1), condition(chance, depth - 1));
    match chance.below(6) {
        0 | 1 => format!("({a} and {b})"),
        2 => format!("({a} or {b})"),
        3 => format!("not ({a})"),
        _ => a,
    }
}

fn load(chance: &mut Chance) -> &'static str {
    chance.of_all(&["0.0", "0.5", "1.0", "-1.5", "-2.0", "1000.25"]).expect("there are some")
}

fn full(chance: &mut Chance) -> &'static str {
    chance.of_all(&["0.00", "0.50", "1.00", "99.99"]).expect("there are some")
}

fn job(chance: &mut Chance) -> &'static str {
    chance.of_all(&["web", "db", ""]).expect("there are some")
}

fn name(chance: &mut Chance) -> &'static str {
    chance.of_all(&["h1", "h2", "h3", "h4"]).expect("there are some")
}

fn color(chance: &mut Chance) -> &'static str {
    chance.of_all(&["Red", "Green", "Blue"]).expect("there are some")
}

fn event(chance: &mut Chance) -> String {
    match chance.below(8) {
        0 => format!("apply Gone {{ name: \"{}\" }}", name(chance)),
        1 => format!("apply Allow {{ most: {} }}", chance.below(4)),
        2 => "advance 1m".to_owned(),
        _ => format!(
            "apply Report {{ name: \"{}\", job: \"{}\", load: {}, cpu: {}, full: {}, on: {}, color: Color.{}, disks: {} }}",
            name(chance),
            job(chance),
            load(chance),
            chance.below(4),
            full(chance),
            chance.of_all(&["true", "false"]).expect("there are some"),
            color(chance),
            chance.of_all(&["none", "1"]).expect("there are some"),
        ),
    }
}

/// A program of a case.
fn watched(chance: &mut Chance) -> Program {
    let mut text = HEAD.to_owned();
    let mut wrong = vec![];
    for alert in 0..ALERTS {
        let (depth, lasts) = (chance.below(3), chance.of_all(&["", " for 1m"]).expect("there are some"));
        let asked = condition(chance, depth);
        let _ = write!(text, "\nalert a{alert} warning for h in Host {{ when {asked}{lasts} }}\n");
        // Its rows, and no others.
        wrong.push(format!(
            "[\"a{alert} {{h.name}}\" for h in Host where ({asked}) != alert.Active.has(\"a{alert}\", \"Host{{[h.name]}}\")]"
        ));
        wrong.push(format!(
            "(if count(h in Host where {asked}) == count(a in alert.Active where a.alert == \"a{alert}\") {{ [] }} else {{ [\"a{alert}\"] }})"
        ));
    }
    let _ = write!(text, "\nquery wrong() -> List<Text> {{\n  {}\n}}\n", wrong.join("\n    + "));
    for test in 0..TESTS {
        let steps: String = (0..EVENTS).map(|_| format!("  {}\n  expect wrong() == []\n", event(chance))).collect();
        let _ = write!(text, "\ntest \"{test}\" {{\n{steps}}}\n");
    }
    let file = "watched.lwas".to_owned();
    Program { name: file.clone(), entry: file.clone(), files: vec![(file, text)] }
}
