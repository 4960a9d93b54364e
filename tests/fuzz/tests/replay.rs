//! All that was kept is run again, and some changed inputs besides, so that a target can't rot.

use lwas_fuzz::run::{Plan, replay, run};
use lwas_fuzz::{keep, target};
use std::thread;
use std::time::Duration;

/// The stack that the command line gives itself.
const STACK_BYTES: usize = 64 << 20;

/// What an input may take, unoptimised and beside other tests.
const MAX_TIME: Duration = Duration::from_secs(30);

fn check(name: &'static str, changed: u64) {
    let work = move || {
        let target = target(name).expect("there is such a target");
        for kind in ["corpus", "found"] {
            for (file, input) in keep::kept(kind, name) {
                let (answer, cost) = replay(target, &input, usize::MAX);
                answer.unwrap_or_else(|complaint| panic!("{}: {complaint}", file.display()));
                assert!(cost.time < MAX_TIME, "{} takes {:?}", file.display(), cost.time);
            }
        }
        let plan = Plan { runs: changed, time: None, seed: 0, memory: usize::MAX, whole: false, keep: None };
        let report = run(target, &plan, None);
        assert!(report.found.is_empty(), "{:#?}", report.found);
        assert!(report.answers > 1, "only {} answers: the inputs say little", report.answers);
    };
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(work).expect("a thread can be started");
    thread.join().expect("what is kept is answered");
}

#[test]
fn source() {
    check("source", 200);
}

#[test]
fn format() {
    check("format", 1000);
}

#[test]
fn mend() {
    check("mend", 100);
}

#[test]
fn program() {
    check("program", 60);
}

#[test]
fn ir() {
    check("ir", 2000);
}

#[test]
fn forged() {
    check("forged", 50);
}

#[test]
fn native() {
    check("native", 20);
}

#[test]
fn artifact() {
    check("artifact", 1000);
}

#[test]
fn event() {
    check("event", 5000);
}
