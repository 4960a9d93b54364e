//! Programs in which time passes, out of chance: rules that are due and become due again, events that are emitted, windows over
//! a journal and its first and last rows, alerts. Their tests apply events and let time pass; whether what they expect is true
//! matters less than that the interpreter and native code tell the same of it, down to the values.

use crate::chance::Chance;
use crate::corpus::Program;
use crate::pipeline::{Reached, run};
use std::fmt::Write as _;

/// How many programs the test command runs.
const CASES: u64 = 20;

#[test]
fn programs_in_which_time_passes_run_alike() {
    let folder = tempfile::tempdir().expect("there is a folder for what passes");
    for case in 0..CASES {
        let program = timed(&mut Chance::of(case));
        let reached = run(&program, folder.path());
        let source = &program.files[0].1;
        match reached.unwrap_or_else(|complaint| panic!("case {case}: {complaint}\n{source}")) {
            Reached::Ran(tests) => assert_eq!(tests, TESTS),
            Reached::Told => panic!("case {case} is no program:\n{source}"),
        }
    }
}

/// Tests of a program.
const TESTS: usize = 3;

/// What every program has.
const HEAD: &str = "//! A program in which time passes.

state Hold[team: Int, id: Int] { until: Time? index, amount: Int, runs: Int = 0 }
journal Entry { team: Int index, amount: Int }
state Totals { held: Int = 0, heard: Int = 0, last: Int = 0 }
private event Heard { team: Int, amount: Int }
private event Passed { amount: Int }
event Add { team: Int, id: Int, amount: Int, after: Duration }
event Move { team: Int, id: Int, after: Duration? }
event Look { }

rule move_it on Move as e {
  if e.after != none { Hold[e.team, e.id].until = now + e.after } else { Hold[e.team, e.id].until = none }
}
";

/// All that there is, so that the last expectation of each test shows it.
const SEEN: &str = r#"
query seen() -> List<Text> {
  ["{Totals.held} {Totals.heard} {Totals.last}"]
    + ["{h.team} {h.id} {h.amount} {h.runs}" for h in Hold]
    + ["{x.time} {x.team} {x.amount}" for x in Entry]
    + ["{a.time} {a.status} {a.message}" for a in Alert]
}
"#;

/// Numbers that are asked for: of the journal, of the state, of the totals.
fn number(chance: &mut Chance) -> String {
    let span = span(chance);
    let count = chance.below(4);
    let team = chance.below(3);
    let pieces = [
        format!("sum(x.amount for x in Entry over {span})"),
        format!("count(x in Entry over {span})"),
        format!("(max(x.amount for x in Entry over {span}) ?? 0)"),
        format!("length(last({count}, x in Entry where x.team == {team}))"),
        format!("sum(x.amount for x in last({count}, x in Entry))"),
        format!("sum(x.amount for x in Entry where x.team == {team})"),
        "Totals.held".to_owned(),
        "Totals.heard".to_owned(),
        "event_seq".to_owned(),
    ];
    chance.of_all(&pieces).expect("there are some").clone()
}

fn span(chance: &mut Chance) -> &'static str {
    chance.of_all(&["1s", "5s", "1m", "250ms", "1h"]).expect("there are some")
}

/// A statement of a rule in which `team` and `amount` are known.
fn statement(chance: &mut Chance) -> String {
    let amount = number(chance);
    let (limit, span) = (chance.below(200), span(chance));
    match chance.below(7) {
        0 => format!("append Entry {{ team: team, amount: amount + {limit} }}"),
        1 => format!("emit Heard {{ team: team, amount: {amount} }}"),
        2 => format!("Totals.last = {amount}"),
        3 => format!("if {amount} > {limit} {{ Totals.held += amount }} else {{ Totals.held -= 1 }}"),
        4 => format!("require {amount} < {} else \"too much: {{amount}}\"", 100 + limit),
        5 => format!("put Hold[team, {}] {{ until: now + {span}, amount: amount }}", chance.below(3)),
        _ => format!("for x in last({}, x in Entry) {{ Totals.held += x.amount }}", chance.below(4)),
    }
}

fn rule(head: &str, bind: &str, chance: &mut Chance) -> String {
    let body: String = (0..1 + chance.below(4)).map(|_| format!("  {}\n", statement(chance))).collect();
    format!("\nrule {head} {{\n  {bind}\n{body}}}\n")
}

/// A program of a case.
pub fn timed(chance: &mut Chance) -> Program {
    let mut text = HEAD.to_owned();
    let again = match chance.below(3) {
        0 => "  Hold[h.team, h.id].until = none\n".to_owned(),
        1 => format!("  if h.runs < 5 {{ Hold[h.team, h.id].until = now + {} }}\n", span(chance)),
        _ => String::new(),
    };
    let add = "  create Hold[e.team, e.id] { until: now + e.after, amount: e.amount }";
    text += &rule("add on Add as e", &format!("let team = e.team\n  let amount = e.amount\n{add}"), chance);
    let bind = "let team = h.team\n  let amount = h.amount\n  Hold[h.team, h.id].runs += 1\n  emit Passed { amount: h.amount }";
    text += &rule("pass due Hold.until as h", &format!("{bind}\n{again}"), chance);
    text += "\nrule passed on Passed as p {\n  Totals.heard += 1\n  append Entry { team: mod(p.amount, 3), amount: p.amount }\n}\n";
    text += "\nrule heard on Heard as h {\n  Totals.heard += 1\n  append Entry { team: h.team, amount: h.amount }\n}\n";
    let (span, limit) = (span(chance), chance.below(300));
    // Alerts are kept by difference, so they ask for what can be.
    let kept =
        [format!("sum(x.amount for x in Entry over {span})"), "Totals.held".to_owned(), "Totals.heard".to_owned()];
    let asked = chance.of_all(&kept).expect("there are some");
    let _ = write!(text, "\nrule look on Look {{ Totals.last = {} }}\n", number(chance));
    let _ = write!(
        text,
        "\nalert high warning {{\n  when {asked} > {limit} for {span}\n  message \"{{Totals.held}}\"\n}}\n"
    );
    text += SEEN;
    for name in 0..TESTS {
        let steps: String = (0..3 + chance.below(9)).map(|_| format!("  {}\n", step(chance))).collect();
        let _ = write!(text, "\ntest \"{name}\" {{\n{steps}  expect seen() == [\"\"]\n}}\n");
    }
    let file = "timed.lwas".to_owned();
    Program { name: file.clone(), entry: file.clone(), files: vec![(file, text)] }
}

/// A step of a test. What is expected is seldom true, so it comes near the end: a test ends with its first step that fails.
fn step(chance: &mut Chance) -> String {
    let (team, id, amount, span) = (chance.below(3), chance.below(3), chance.below(150), span(chance));
    match chance.below(8) {
        0..=2 => {
            format!("apply Add {{ team: {team}, id: {}, amount: {amount}, after: {span} }}", 3 + chance.below(500))
        }
        3 => format!("reject Move {{ team: 9, id: {id}, after: {span} }} with \"is not there\""),
        4 | 5 => format!("advance {span}"),
        6 => "apply Look { }".to_owned(),
        _ => format!("expect {} >= -100000", number(chance).replace("event_seq", "Totals.last")),
    }
}
