//! How fast a program is compiled: lines per second of reading, checking, lowering and of making native code.
//!
//! `cargo bench -p lwas-tests --bench front` prints a line for programs of 1,000, 10,000 and 100,000 lines; `-- --quick`
//! leaves out the largest and measures less often. All stages run in one process, one after the other, over one generated
//! program (`generate`); a figure is the median of its rounds. Reading is lexing and parsing; `check` is everything from
//! trees to the typed program; `build` is all of it together on one thread, verifier and Cranelift included, up to the object.
//!
//! A second table tells of building again: `threads` is a whole build with as many threads as there are cores, by one thread's;
//! `rebuild` is a build after one number in the middle of the program was edited, the rest of its code coming from the cache on
//! the disk, opened and saved each time; `outside` is what a build takes when every function comes from a cache in memory, by a
//! build from nothing: everything but the translation of functions and Cranelift's work on them.
//!
//! What is aimed at: checking costs at most two and a half times what reading costs, a line costs the same in programs of all sizes,
//! a rebuild takes at most twice what reading and checking take, and `outside` is at most 15 %.

#[path = "front/again.rs"]
mod again;
#[expect(dead_code, reason = "another benchmark wants modules")]
#[path = "front/generate.rs"]
mod generate;

use std::time::{Duration, Instant};

use again::Again;
use lwas_base::SourceMap;
use lwas_check::SourceModule;
use lwas_codegen::Means;

/// Lines of a program, rounds of reading, checking and lowering, and rounds of building.
type Case = (usize, usize, usize);

const FULL: [Case; 3] = [(1_000, 31, 9), (10_000, 15, 3), (100_000, 7, 1)];
const QUICK: [Case; 2] = [(1_000, 9, 3), (10_000, 5, 1)];

fn main() {
    let cases: &[Case] = if std::env::args().any(|arg| arg == "--quick") { &QUICK } else { &FULL };
    let mut again = Vec::new();
    println!("            lines/s                                         µs/line");
    println!("  lines     read       check (÷ read)     lower     build   read  check  lower  build");
    for (lines, rounds, builds) in cases {
        let text = generate::program(*lines);
        let lines = text.lines().count();
        let times: Vec<Stages> = (0..*rounds).map(|_| stages(&text)).collect();
        let built = median((0..*builds).map(|_| build(&text, &Means::default())));
        let [read, check, lower] = [|s: &Stages| s.read, |s: &Stages| s.check, |s: &Stages| s.lower]
            .map(|stage| median(times.iter().map(stage)));
        let per_second = |time: Duration| lines as f64 / time.as_secs_f64();
        let per_line = |time: Duration| time.as_secs_f64() * 1e6 / lines as f64;
        println!(
            "{lines:>7} {:>8.0} {:>10.0} ({:>6.2}) {:>9.0} {:>9.0}  {:>5.2}  {:>5.2}  {:>5.2}  {:>5.1}",
            per_second(read),
            per_second(check),
            check.as_secs_f64() / read.as_secs_f64(),
            per_second(lower),
            per_second(built),
            per_line(read),
            per_line(check),
            per_line(lower),
            per_line(built),
        );
        again.push(Again::measure(&text, *builds, read + check, built));
    }
    println!("\n  lines  threads  cores   outside   check µs/line  rebuild µs/line  rebuild ÷ check");
    again.iter().for_each(|again| println!("{again}"));
}

/// What the stages took.
struct Stages {
    read: Duration,
    check: Duration,
    lower: Duration,
}

fn stages(text: &str) -> Stages {
    let mut sources = SourceMap::new();
    let file = sources.add("main.lwas", text);
    let (parsed, read) = timed(|| lwas_syntax::parse(file, text));
    assert!(!parsed.diagnostics.has_errors(), "{:?}", parsed.diagnostics.iter().next());
    let modules = vec![SourceModule { path: "main".to_owned(), file, tree: parsed.file.into(), std: false }];
    let (checked, check) = timed(|| lwas_check::check(modules, "main"));
    let sound = checked.into_sound().unwrap_or_else(|checked| panic!("{:?}", checked.diagnostics.iter().next()));
    let (module, lower) = timed(|| lwas_lower::lower(&sound, &sources, false));
    assert!(!module.functions.is_empty(), "something was lowered");
    Stages { read, check, lower }
}

/// The whole way from text to an object for this machine.
fn build(text: &str, means: &Means<'_>) -> Duration {
    let target = lwas_codegen::host_target();
    let (object, time) = timed(|| {
        let mut sources = SourceMap::new();
        let file = sources.add("main.lwas", text);
        let tree = lwas_syntax::parse(file, text).file;
        let modules = vec![SourceModule { path: "main".to_owned(), file, tree: tree.into(), std: false }];
        let sound = lwas_check::check(modules, "main").into_sound().expect("the stages have passed it");
        let module = lwas_lower::lower(&sound, &sources, false);
        lwas_ir::verify(&module).expect("what is lowered passes the verifier");
        lwas_codegen::compile_with(&module, &target, means).expect("native code for this machine")
    });
    assert!(!object.bytes.is_empty(), "there is code");
    time
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed())
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times[times.len() / 2]
}
