//! The test: as many mutants as fit into some seconds with the other tests, always the same ones; and by hand, as many as one
//! likes: `LWAS_MUTANTS=FIRST:SECONDS cargo test --release -p lwas-driver -- --ignored --nocapture mutants`.

use crate::chance::Chance;
use crate::corpus::{Program, programs};
use crate::mutate::mutant;
use crate::pipeline::{Reached, run};
use crate::shrink::shorten;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many cases the test command runs.
const CASES: u64 = 1_000;

#[test]
fn mutants_are_told_or_run_alike() {
    let mut tally = Tally::new();
    for case in 0..CASES {
        tally.case(case);
    }
    tally.verdict();
    assert!(tally.ran > 50, "only {} of {CASES} mutants are sound: they say little", tally.ran);
}

#[test]
#[ignore = "runs as long as one says"]
fn mutants_for_long() {
    let given = std::env::var("LWAS_MUTANTS").unwrap_or_default();
    let (first, seconds) = given.split_once(':').unwrap_or(("1000000", "60"));
    let first: u64 = first.parse().expect("LWAS_MUTANTS is FIRST:SECONDS");
    let time = Duration::from_secs(seconds.parse().expect("LWAS_MUTANTS is FIRST:SECONDS"));
    let (start, mut tally) = (Instant::now(), Tally::new());
    for case in (first..).take_while(|_| start.elapsed() < time) {
        tally.case(case);
    }
    println!("{} mutants, {} of them sound, with {} tests", tally.cases, tally.ran, tally.tests);
    for (took, case, name) in &tally.slowest {
        println!("case {case} of {name} took {took:?}");
    }
    tally.verdict();
}

/// What became of the cases so far.
struct Tally {
    programs: Vec<Program>,
    folder: tempfile::TempDir,
    cases: usize,
    ran: usize,
    tests: usize,
    /// For each kind of complaint, how often, and the first.
    complaints: BTreeMap<String, (usize, u64, String, Program)>,
    slowest: Vec<(Duration, u64, String)>,
}

impl Tally {
    fn new() -> Tally {
        let folder = tempfile::tempdir().expect("there is a folder for what passes");
        let (complaints, slowest) = (BTreeMap::new(), vec![]);
        Tally { programs: programs(), folder, cases: 0, ran: 0, tests: 0, complaints, slowest }
    }

    fn case(&mut self, case: u64) {
        let program = mutant(&self.programs, &mut Chance::of(case));
        let started = Instant::now();
        let reached = run(&program, self.folder.path());
        self.slow(started.elapsed(), case, &program.name);
        self.cases += 1;
        match reached {
            Ok(Reached::Told) => {}
            Ok(Reached::Ran(tests)) => {
                self.ran += 1;
                self.tests += tests;
            }
            Err(complaint) => {
                let sort = complaint.chars().filter(|c| !c.is_ascii_digit()).take(100).collect();
                self.complaints.entry(sort).or_insert((0, case, complaint, program)).0 += 1;
            }
        }
    }

    fn slow(&mut self, took: Duration, case: u64, name: &str) {
        self.slowest.push((took, case, name.to_owned()));
        self.slowest.sort_by_key(|(took, ..)| std::cmp::Reverse(*took));
        self.slowest.truncate(8);
    }

    /// Fails with all that was found, each in a short program.
    fn verdict(&self) {
        let told = self.complaints.values().map(|(count, case, complaint, program)| {
            let short = shorten(program, complaint, self.folder.path());
            let files: String = short.files.iter().map(|(path, text)| format!("--- {path}\n{text}\n")).collect();
            format!("{count} times, first in case {case} of {}: {complaint}\n{files}", program.name)
        });
        let told: Vec<_> = told.collect();
        assert!(told.is_empty(), "{}", told.join("\n"));
    }
}
