//! Events per second into a ledger file, against a bare rusqlite loop that writes the same rows.
//!
//! `cargo bench -p lwas-tests --bench ledger` prints a line for each program and batch size; `-- --quick` measures less, and
//! `-- ledger 10000` that program at that size only. LwaS
//! goes the whole way of `lwasc run`: lines of JSON in memory, decoder, rules and axioms in native code, log, keys, state and
//! aggregates, commit. The bare loops (`bare`) find their rows made: entries with their hashes, keys, rows of journals, state
//! and aggregates; they decode, decide and read nothing. One writes the rows of each event as that event leaves them; the
//! other (`least`) knows the whole batch beforehand and writes each changed row once, as LwaS does.
//!
//! All start from copies of one file with ten thousand accounts, commit the same batches with the same settings, and take
//! turns, so that a busy machine slows all; a figure is the median of its rounds. At the end all files hold the same rows, or
//! the benchmark fails.

#[path = "ledger/bare.rs"]
mod bare;
#[path = "ledger/lwas.rs"]
mod lwas;
#[path = "ledger/mirror.rs"]
mod mirror;
#[path = "ledger/programs.rs"]
mod programs;

use std::path::Path;
use std::time::Duration;

use programs::{PROGRAMS, Transfer};

/// How many accounts there are.
const ACCOUNTS: u64 = 10_000;

/// How much is measured.
struct Effort {
    rounds: usize,
    /// Events a batch, and how many batches of them.
    sizes: [(usize, usize); 3],
}

const FULL: Effort = Effort { rounds: 5, sizes: [(1, 2_000), (100, 200), (10_000, 6)] };
const QUICK: Effort = Effort { rounds: 3, sizes: [(1, 1_000), (100, 100), (10_000, 2)] };

fn main() {
    // Cargo adds arguments of its own, which begin with a dash.
    let (options, wanted): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with('-'));
    let effort = if options.iter().any(|arg| arg == "--quick") { QUICK } else { FULL };
    let (sizes, names): (Vec<String>, Vec<String>) = wanted.into_iter().partition(|arg| arg.parse::<usize>().is_ok());
    let is_wanted = |what: &str, wanted: &[String]| wanted.is_empty() || wanted.iter().any(|wanted| wanted == what);
    // A folder on the disk where the build lies, since a folder for temporary files may be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder in the target folder");
    println!("program   batch  LwaS ev/s  µs/event  bare ev/s  µs/event  LwaS/bare  least ev/s  µs/event  LwaS/least");
    for case in PROGRAMS.iter().filter(|case| is_wanted(case.name, &names)) {
        let path = folder.path().join(case.name);
        std::fs::create_dir(&path).expect("a folder of its own");
        let program = lwas::compile(case, &path);
        let start = path.join("start");
        lwas::judge(&mut program.attach(&start), &program, &[case.openings(ACCOUNTS)]);
        for (size, count) in effort.sizes.into_iter().filter(|(size, _)| is_wanted(&size.to_string(), &sizes)) {
            let measured = measure(case, &program, &path, size, count, effort.rounds);
            let [lwas, bare, least] = measured.map(|time| time.as_secs_f64() / (size * count) as f64);
            let shown = |time: f64| format!("{:>10.0} {:>9.2}", 1.0 / time, time * 1e6);
            println!(
                "{:<8}{size:>7} {} {} {:>10.2}  {} {:>11.2}",
                case.name,
                shown(lwas),
                shown(bare),
                bare / lwas,
                shown(least),
                least / lwas
            );
        }
    }
}

/// The median times of `count` batches of `size` events: of LwaS, of the bare loop and of the least one.
fn measure(
    case: &programs::Case,
    program: &lwas::Compiled,
    folder: &Path,
    size: usize,
    count: usize,
    rounds: usize,
) -> [Duration; 3] {
    let transfers: Vec<Transfer> = programs::transfers(size * count, ACCOUNTS);
    let lines: Vec<Vec<String>> = transfers.chunks(size).map(|batch| batch.iter().map(case.line).collect()).collect();
    let (start, ours, theirs) = (folder.join("start"), folder.join("lwas"), folder.join("bare"));
    // The first run warms up, and makes the entries that the bare loop writes.
    fresh(&start, &ours);
    lwas::judge(&mut program.attach(&ours), program, &lines);
    let entries = bare::entries(&start, &ours);
    let batches = mirror::batches(case, &transfers, size, &entries);
    let mut times = [vec![], vec![], vec![]];
    for _ in 0..rounds {
        fresh(&start, &ours);
        times[0].push(lwas::judge(&mut program.attach(&ours), program, &lines));
        for (times, batches) in times[1..].iter_mut().zip(&batches) {
            fresh(&start, &theirs);
            times.push(bare::write(case, &theirs, batches));
            bare::assert_same(&ours, &theirs);
        }
    }
    times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    })
}

/// A copy of a closed ledger.
fn fresh(from: &Path, to: &Path) {
    for extension in ["", "-wal", "-shm"] {
        let mut file = to.as_os_str().to_owned();
        file.push(extension);
        // Mostly there is none.
        let _ = std::fs::remove_file(file);
    }
    std::fs::copy(from, to).expect("copied");
}
