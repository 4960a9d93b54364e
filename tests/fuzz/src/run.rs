//! A run of a target: changed inputs one after the other, always the same ones for a seed. An input whose answer is new joins
//! those that are changed. What breaks something is made short and kept.

use crate::driver::chance::Chance;
use crate::driver::pipeline::caught;
use crate::keep::{self, Current};
use crate::watch::{Cost, measured};
use crate::{Target, havoc};
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The most inputs that are changed further; the first ones stay.
const MAX_POOL: usize = 20_000;

/// How often what breaks something is run again to make it short.
const SHORTENINGS: usize = 2_000;

/// How long to go on, and what an input may cost.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Inputs to run.
    pub runs: u64,
    /// Time after which no more are run.
    pub time: Option<Duration>,
    /// The number with which chance begins.
    pub seed: u64,
    /// Bytes that an input may take.
    pub memory: usize,
    /// Whether the inputs to begin with are run as they are too, or changed only.
    pub whole: bool,
    /// Where to write inputs whose answer is new.
    pub keep: Option<PathBuf>,
}

/// What a run found out.
#[derive(Debug, Default)]
pub struct Report {
    /// Inputs that were run.
    pub runs: u64,
    /// Answers that differ.
    pub answers: usize,
    /// Time of the whole run.
    pub time: Duration,
    /// The most memory that one input took, in bytes.
    pub most_memory: usize,
    /// The most time that one input took.
    pub most_time: Duration,
    /// What broke, by kind: how often, the first one's words, and where it is kept.
    pub found: BTreeMap<String, (u64, String, PathBuf)>,
}

/// Runs a target. `current` is told each input before it is run.
pub fn run(target: &Target, plan: &Plan, current: Option<&Current>) -> Report {
    let start = Instant::now();
    let mut fuzzer = Fuzzer { target, plan, current, pool: vec![], answers: HashSet::new(), report: Report::default() };
    let kept = ["corpus", "found"].into_iter().flat_map(|kind| keep::kept(kind, target.name));
    for input in (target.seeds)().into_iter().chain(kept.map(|(_, input)| input)) {
        if plan.whole {
            fuzzer.one(&input);
        }
        fuzzer.pool.push(input);
    }
    for number in 0..plan.runs {
        if plan.time.is_some_and(|time| start.elapsed() > time) {
            break;
        }
        fuzzer.changed(&mut Chance::of(plan.seed.wrapping_mul(1 << 40).wrapping_add(number)));
    }
    Report { time: start.elapsed(), answers: fuzzer.answers.len(), ..fuzzer.report }
}

/// One input, as the test runs those that were kept.
pub fn replay(target: &Target, input: &[u8], memory: usize) -> (Result<String, String>, Cost) {
    measured(memory, || caught(|| Ok((target.run)(input))))
}

struct Fuzzer<'a> {
    target: &'a Target,
    plan: &'a Plan,
    current: Option<&'a Current>,
    pool: Vec<Vec<u8>>,
    answers: HashSet<String>,
    report: Report,
}

impl Fuzzer<'_> {
    /// A change of something in the pool.
    fn changed(&mut self, chance: &mut Chance) {
        let (Some(one), Some(other)) = (chance.of_all(&self.pool), chance.of_all(&self.pool)) else { return };
        let mut input = one.clone();
        (self.target.change)(&mut input, other, chance);
        input.truncate(havoc::MAX_INPUT_BYTES);
        if self.one(&input) && self.pool.len() < MAX_POOL {
            self.pool.push(input);
        }
    }

    /// Runs an input; whether its answer is new.
    fn one(&mut self, input: &[u8]) -> bool {
        if let Some(current) = self.current {
            current.set(input).expect("the input can be written down");
        }
        let (answer, cost) = replay(self.target, input, self.plan.memory);
        self.report.runs += 1;
        self.report.most_memory = self.report.most_memory.max(cost.memory);
        self.report.most_time = self.report.most_time.max(cost.time);
        match answer {
            Ok(answer) => {
                let is_new = self.answers.insert(answer);
                if is_new && let Some(folder) = &self.plan.keep {
                    keep::keep(folder, input).expect("the folder can be written to");
                }
                is_new
            }
            Err(complaint) => {
                self.found(input, complaint);
                false
            }
        }
    }

    fn found(&mut self, input: &[u8], complaint: String) {
        let sort = sort(&complaint);
        if let Some((count, ..)) = self.report.found.get_mut(&sort) {
            *count += 1;
            return;
        }
        let short = self.shortened(input, &sort);
        let file = keep::keep(&keep::folder("found", self.target.name), &short).expect("the folder can be written to");
        eprintln!("{}: {complaint}", file.display());
        self.report.found.insert(sort, (1, complaint, file));
    }

    /// The input without the pieces that it does not need to break the same thing.
    fn shortened(&self, input: &[u8], complaint: &str) -> Vec<u8> {
        let mut shortest = input.to_vec();
        let mut left = SHORTENINGS;
        let mut size = shortest.len().div_ceil(2);
        while size > 0 && left > 0 {
            let mut at = 0;
            while at < shortest.len() && left > 0 {
                let mut fewer = shortest.clone();
                fewer.drain(at..(at + size).min(fewer.len()));
                left -= 1;
                match replay(self.target, &fewer, self.plan.memory).0 {
                    Err(other) if sort(&other) == complaint => shortest = fewer,
                    _ => at += size,
                }
            }
            size /= 2;
        }
        shortest
    }
}

/// What a complaint is about: its beginning, without numbers.
fn sort(complaint: &str) -> String {
    complaint.chars().filter(|c| !c.is_ascii_digit()).take(100).collect()
}
