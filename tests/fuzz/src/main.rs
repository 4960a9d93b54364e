//! `lwas-fuzz TARGET`: runs changed inputs until their number or the time is reached, says how it went, and keeps what broke
//! something. `lwas-fuzz TARGET FILE…` runs these again.
//!
//! The work is done by a second process, which may die of an input: then the first one finds the input and keeps it.

use clap::Parser;
use lwas_fuzz::keep::{self, Current};
use lwas_fuzz::run::{Plan, Report, replay, run};
use lwas_fuzz::{TARGETS, Target, watch};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: watch::Counting = watch::Counting;

/// Says where the second process writes down its inputs.
const CURRENT: &str = "LWAS_FUZZ_CURRENT";

/// The stack that the command line gives itself.
const STACK_BYTES: usize = 64 << 20;

/// Something broke, and is kept.
const FOUND: u8 = 1;

/// Runs malformed and generated inputs.
#[derive(Parser)]
struct Args {
    /// Which functions to run: source, format, mend, program, ir, forged, native, artifact or event.
    #[arg(value_parser = named)]
    target: &'static Target,
    /// Inputs to run once instead.
    files: Vec<PathBuf>,
    /// How many inputs to run.
    #[arg(long, default_value_t = 100_000)]
    runs: u64,
    /// Stop after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// Another seed gives other inputs, the same one the same.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many MiB an input may take.
    #[arg(long, default_value_t = 256)]
    mib: usize,
    /// How many seconds an input may take.
    #[arg(long, default_value_t = 10)]
    timeout: u64,
    /// A folder for inputs whose answer is new.
    #[arg(long)]
    keep: Option<PathBuf>,
}

fn named(name: &str) -> Result<&'static Target, String> {
    let known: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    lwas_fuzz::target(name).ok_or_else(|| format!("the targets are {}", known.join(", ")))
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match std::env::var_os(CURRENT) {
        Some(current) => work(args, current.into()),
        None => supervise(&args),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(3)
    })
}

/// Starts the work, and keeps the input of which it died.
fn supervise(args: &Args) -> io::Result<ExitCode> {
    let folder = tempfile::tempdir()?;
    let current = folder.path().join("current");
    let status =
        Command::new(std::env::current_exe()?).args(std::env::args_os().skip(1)).env(CURRENT, &current).status()?;
    if let Some(code) = status.code() {
        return Ok(ExitCode::from(u8::try_from(code).unwrap_or(FOUND)));
    }
    let file = keep::keep(&keep::folder("found", args.target.name), &Current::read(&current)?)?;
    eprintln!("{}: the process ended: {status}", file.display());
    eprintln!("again: cargo run --profile fuzz -p lwas-fuzz -- {} {}", args.target.name, file.display());
    Ok(ExitCode::from(FOUND))
}

/// The work, with a stack of its own size.
fn work(args: Args, current: PathBuf) -> io::Result<ExitCode> {
    watch::look_on(Duration::from_secs(args.timeout));
    let thread = thread::Builder::new().stack_size(STACK_BYTES);
    let done =
        thread.spawn(move || if args.files.is_empty() { fuzz(&args, &current) } else { again(&args, &current) })?;
    done.join().unwrap_or_else(|_| Err(io::Error::other("the fuzzer itself broke")))
}

fn again(args: &Args, current: &Path) -> io::Result<ExitCode> {
    let current = Current::at(current)?;
    let mut code = 0;
    for file in &args.files {
        let input = std::fs::read(file)?;
        current.set(&input)?;
        let (answer, cost) = replay(args.target, &input, args.mib << 20);
        code |= if answer.is_err() { FOUND } else { 0 };
        println!("{}: {answer:?}, {:?}, {} KiB", file.display(), cost.time, cost.memory >> 10);
    }
    Ok(ExitCode::from(code))
}

fn fuzz(args: &Args, current: &Path) -> io::Result<ExitCode> {
    let plan = Plan {
        runs: args.runs,
        time: args.seconds.map(Duration::from_secs),
        seed: args.seed,
        memory: args.mib << 20,
        whole: true,
        keep: args.keep.clone(),
    };
    let report = run(args.target, &plan, Some(&Current::at(current)?));
    tell(args.target, &report);
    Ok(ExitCode::from(if report.found.is_empty() { 0 } else { FOUND }))
}

fn tell(target: &Target, report: &Report) {
    let Report { runs, answers, time, most_memory, most_time, found } = report;
    let rate = *runs as f64 / time.as_secs_f64();
    println!("{}: {runs} inputs in {:.1} s, {rate:.0} a second, {answers} answers", target.name, time.as_secs_f64());
    println!("the most that one took: {:.1} MiB, {most_time:?}", *most_memory as f64 / f64::from(1 << 20));
    println!("{} kinds of things broke", found.len());
    for (count, words, file) in found.values() {
        println!("{count} times: {words}");
        println!("again: cargo run --profile fuzz -p lwas-fuzz -- {} {}", target.name, file.display());
    }
}
