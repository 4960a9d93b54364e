//! Building again, and on several threads: what a program's first build leaves for the next, and what cores are good for.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::num::NonZero;
use std::time::Duration;

use lwas_codegen::{Cache, Means};
use lwas_driver::CodeCache;

use crate::{build, median, timed};

/// What a program's builds take.
pub struct Again {
    lines: usize,
    /// Reading and checking.
    check: Duration,
    /// On one thread, from nothing.
    alone: Duration,
    /// On all cores, from nothing.
    cores: Duration,
    /// On one thread, every function from memory.
    outside: Duration,
    /// After an edit, on all cores, with the cache on the disk.
    rebuild: Duration,
}

impl Again {
    /// Of a program that takes so long to check, and to build alone.
    pub fn measure(text: &str, rounds: usize, check: Duration, alone: Duration) -> Again {
        let all = Means { threads: cores(), cache: None };
        let memory = InMemory::default();
        let kept = Means { cache: Some(&memory), ..Means::default() };
        build(text, &kept);
        let rounds = rounds.max(3);
        Again {
            lines: text.lines().count(),
            check,
            alone,
            cores: median((0..rounds).map(|_| build(text, &all))),
            outside: median((0..rounds).map(|_| build(text, &kept))),
            rebuild: rebuild(text, rounds),
        }
    }
}

/// Builds with the cache on the disk, each time after another edit of a number in the middle of the program.
fn rebuild(text: &str, rounds: usize) -> Duration {
    let folder = tempfile::tempdir().expect("a folder is made");
    let program = folder.path().join("main.lwas");
    std::fs::write(&program, text).expect("the program is written");
    let target = lwas_codegen::host_target();
    let build = |text: &str| {
        timed(|| {
            let cache = CodeCache::open(&folder.path().join("code"), &program, &target).expect("it can be used");
            build(text, &Means { threads: cores(), cache: Some(&cache) });
            cache.save();
        })
        .1
    };
    build(text);
    let edit = |round: usize| {
        let middle = text.len() / 2;
        let at = middle + text[middle..].find("+ 0.30 USD").expect("the rest has a fee");
        format!("{}+ 0.{} USD{}", &text[..at], 31 + round, &text[at + "+ 0.30 USD".len()..])
    };
    median((0..rounds).map(|round| build(&edit(round))))
}

fn cores() -> NonZero<usize> {
    std::thread::available_parallelism().expect("the machine tells how many cores it has")
}

/// Everything that was made.
#[derive(Default)]
struct InMemory(RefCell<HashMap<Vec<u8>, Vec<u8>>>);

impl Cache for InMemory {
    fn get(&self, unit: &[u8]) -> Option<Cow<'_, [u8]>> {
        self.0.borrow().get(unit).cloned().map(Cow::Owned)
    }

    fn put(&self, unit: &[u8], piece: &[u8]) {
        self.0.borrow_mut().insert(unit.to_vec(), piece.to_vec());
    }
}

impl fmt::Display for Again {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_line = |time: Duration| time.as_secs_f64() * 1e6 / self.lines as f64;
        let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
        write!(
            f,
            "{:>7}  {:>7}  {:>5.2}  {:>6.1} %  {:>14.2}  {:>15.2}  {:>15.2}",
            self.lines,
            cores(),
            ratio(self.cores, self.alone),
            100.0 * ratio(self.outside, self.alone),
            per_line(self.check),
            per_line(self.rebuild),
            ratio(self.rebuild, self.check),
        )
    }
}
