//! Requests per second of `lwasc serve std.economy`, against a minimal server of axum and rusqlite with the same group commit, and of
//! `GET /equity` against a bare axum handler.
//!
//! `cargo bench -p lwas-tests --bench serve` prints a line for each kind of request: rate, and how long the slowest of a hundred took;
//! `-- --quick` measures less, `-- 64` has so many clients. The minimal server (`peer`) parses the same bytes, keeps the same transaction
//! with its postings and balances under the same settings of SQLite, flushes once for all that wait, and holds no law but that the amount
//! is positive. Both are processes of their own whose files lie side by side; the same clients (`load`) ask them in turns, and a figure is
//! the median of its rounds. At the end equity must be what was posted, to the cent, or the benchmark fails.

#[path = "serve/load.rs"]
mod load;
#[path = "serve/peer.rs"]
mod peer;

use load::Measured;
use lwas_tests::process::{Sandbox, lwasc};
use lwas_tests::served::{Begun, Server};
use std::path::Path;

/// How much is measured.
struct Effort {
    rounds: usize,
    posts: usize,
    gets: usize,
}

const FULL: Effort = Effort { rounds: 7, posts: 20_000, gets: 40_000 };
const QUICK: Effort = Effort { rounds: 3, posts: 4_000, gets: 10_000 };

/// How many clients ask at the same time when nobody says.
const CLIENTS: usize = 64;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, file] = args.as_slice()
        && flag == peer::FLAG
    {
        return peer::serve(Path::new(file));
    }
    let effort = if args.iter().any(|arg| arg == "--quick") { QUICK } else { FULL };
    let clients = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(CLIENTS);
    // A folder on the disk where the build lies, since a folder for temporary files may be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder in the target folder");
    let ledger = folder.path().join("economy.ledger");
    let sandbox = Sandbox::new().expect("a folder to run in");
    let lwasc = lwasc().expect("lwasc is built");
    let lwas = Server::start(&sandbox, lwasc, &format!("std.economy --ledger {}", ledger.display()));
    let lwas = lwas.and_then(Begun::listens).expect("the economy is served");
    let bare = peer::Process::start(&folder.path().join("bare.db"));
    println!("{clients} clients      LwaS/s   p99 ms     bare/s   p99 ms   LwaS/bare   p99 LwaS/bare");
    let posts = |round: usize, port: &str| {
        let requests = (0..effort.posts).map(|number| load::post(round * effort.posts + number)).collect();
        load::run(port, clients, requests, 201)
    };
    // The first round warms up.
    report("POST /transaction", effort.rounds + 1, |round| (posts(round, lwas.port()), posts(round, &bare.port)));
    let gets = |port: &str| load::run(port, clients, vec![load::get("/equity"); effort.gets], 200);
    report("GET /equity", effort.rounds + 1, |_| (gets(lwas.port()), gets(&bare.port)));
    let expected = load::equity((effort.rounds + 1) * effort.posts);
    for port in [lwas.port(), bare.port.as_str()] {
        let path = if port == lwas.port() { "/equity" } else { "/sum" };
        let told = load::ask(port, path);
        assert!(told.contains(&format!(":{expected},")), "equity is {expected}, and {path} says {told}");
    }
}

/// Measures both sides in turns and prints the medians.
fn report(name: &str, rounds: usize, mut round: impl FnMut(usize) -> (Measured, Measured)) {
    let measured: Vec<_> = (0..rounds).map(&mut round).skip(1).collect();
    let median = |figure: &dyn Fn(&(Measured, Measured)) -> f64| {
        let mut figures: Vec<f64> = measured.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    let lwas = (median(&|(lwas, _)| lwas.rate), median(&|(lwas, _)| lwas.p99_ms));
    let bare = (median(&|(_, bare)| bare.rate), median(&|(_, bare)| bare.p99_ms));
    println!(
        "{name:<18}{:>9.0} {:>8.2} {:>10.0} {:>8.2} {:>11.2} {:>15.2}",
        lwas.0,
        lwas.1,
        bare.0,
        bare.1,
        median(&|(lwas, bare)| lwas.rate / bare.rate),
        median(&|(lwas, bare)| lwas.p99_ms / bare.p99_ms)
    );
}
