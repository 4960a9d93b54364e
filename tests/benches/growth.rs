//! What an event costs among few rows and among many: rows read and written, which must stay the same, and the time, beside a
//! bare rusqlite loop that writes the same rows to the same file.
//!
//! `cargo bench -p lwas-tests --bench growth` prints a line for each program at 1,000 to 1,000,000 accounts; `-- --quick` stops at
//! 100,000. Each account is a row with its key, its opening an entry of the log. Then transfers between accounts chosen at random
//! are judged in batches, from lines of JSON to the commit; the bare loop (`bare`) finds its rows made, as in the benchmark
//! `ledger`. Both start from copies of one file and take turns; a figure is the median of its rounds. `growth` is a time over that of
//! the first line, and the last column the growth of LwaS over that of the bare loop.

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

use lwas_runtime::Work;
use programs::{Case, PROGRAMS, Transfer};

/// How many accounts there are.
const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// Events in a batch, how many batches, and how often all is measured.
const BATCH: usize = 1_000;
const BATCHES: usize = 5;
const ROUNDS: usize = 3;

/// Accounts that are opened in one commit.
const OPENED: usize = 10_000;

/// What one size gave.
struct Measured {
    lwas: Duration,
    bare: Duration,
    work: Work,
}

fn main() {
    let is_quick = std::env::args().any(|arg| arg == "--quick");
    let sizes = if is_quick { &SIZES[..3] } else { &SIZES };
    // A folder on the disk where the build lies, since a folder for temporary files may be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder in the target folder");
    println!("program      rows  rows read  written  LwaS µs/event  growth  bare µs/event  growth  LwaS/bare growth");
    for case in &PROGRAMS {
        let mut first: Option<[f64; 2]> = None;
        for size in sizes {
            let path = folder.path().join(format!("{}-{size}", case.name));
            std::fs::create_dir(&path).expect("a folder of its own");
            let measured = measure(case, &path, *size);
            std::fs::remove_dir_all(&path).expect("removed");
            let events = (BATCH * BATCHES) as f64;
            let times = [measured.lwas, measured.bare].map(|time| time.as_secs_f64() * 1e6 / events);
            let first = first.get_or_insert(times);
            let growth = [times[0] / first[0], times[1] / first[1]];
            println!(
                "{:<8}{size:>9} {:>10.2} {:>8.2} {:>14.2} {:>7.2} {:>14.2} {:>7.2} {:>17.2}",
                case.name,
                measured.work.rows_read as f64 / events,
                measured.work.rows_written as f64 / events,
                times[0],
                growth[0],
                times[1],
                growth[1],
                growth[0] / growth[1],
            );
        }
    }
}

/// The median times of all batches among so many accounts, and the rows that LwaS read and wrote for them.
fn measure(case: &Case, folder: &Path, accounts: u64) -> Measured {
    let program = lwas::compile(case, folder);
    let (start, ours, theirs) = (folder.join("start"), folder.join("lwas"), folder.join("bare"));
    let openings: Vec<Vec<String>> = case.openings(accounts).chunks(OPENED).map(<[String]>::to_vec).collect();
    lwas::judge(&mut program.attach(&start), &program, &openings);
    let transfers: Vec<Transfer> = programs::transfers(BATCH * BATCHES, accounts);
    let lines: Vec<Vec<String>> = transfers.chunks(BATCH).map(|batch| batch.iter().map(case.line).collect()).collect();
    // The first run warms up, and makes the entries that the bare loop writes.
    fresh(&start, &ours);
    let mut runtime = program.attach(&ours);
    let before = runtime.work();
    lwas::judge(&mut runtime, &program, &lines);
    let work = runtime.work() - before;
    drop(runtime);
    let entries = bare::entries(&start, &ours);
    let [batches, _] = mirror::batches(case, &transfers, BATCH, &entries);
    let mut times = [vec![], vec![]];
    for _ in 0..ROUNDS {
        fresh(&start, &ours);
        times[0].push(lwas::judge(&mut program.attach(&ours), &program, &lines));
        fresh(&start, &theirs);
        times[1].push(bare::write(case, &theirs, &batches));
    }
    // Among more rows it takes long, and finds nothing else.
    if accounts == SIZES[0] {
        bare::assert_same(&ours, &theirs);
    }
    let [lwas, bare] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    Measured { lwas, bare, work }
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
