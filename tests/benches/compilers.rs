//! How fast `lwasc` compiles beside `rustc` and `tcc`, as whole processes on the same generated programs (`compilers/programs.rs`):
//! lines and bytes a second of each one's own source, and the most memory that the process held.
//!
//! `.ci/compilers` finds or installs tcc and runs it; `-- --quick` leaves out the largest programs. Each figure is the median of its
//! rounds, a process each; memory is the largest resident set that the system tells of the process (`ru_maxrss`). The compilers do
//! not do the same work: `rustc` optimises at `-O` and not at all otherwise, `tcc` never does, and `lwasc build` makes the ir, optimised
//! code and a signed artifact. So `check` is held beside `rustc --emit=metadata`, and `build` beside the rest.

#[path = "compilers/programs.rs"]
mod programs;

use lwas_tests::process::{Sandbox, lwasc};
use programs::Language;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// Lines of a program, and rounds.
const FULL: [(usize, usize); 3] = [(1_000, 9), (10_000, 5), (100_000, 3)];
const QUICK: [(usize, usize); 2] = [(1_000, 5), (10_000, 3)];

fn main() -> ExitCode {
    let quick = std::env::args().any(|arg| arg == "--quick");
    match measure(if quick { &QUICK } else { &FULL }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn measure(sizes: &[(usize, usize)]) -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let folder = sandbox.work();
    let compilers = compilers()?;
    println!(
        "{:>7}  {:<26} {:>10} {:>9} {:>9} {:>9} {:>9}",
        "lines", "compiler", "lines/s", "MB/s", "s", "CPU s", "MiB"
    );
    for (lines, rounds) in sizes {
        for compiler in &compilers {
            let text = programs::program(compiler.language, *lines);
            let source = folder.join(format!("program.{}", compiler.ending()));
            fs::write(&source, &text).map_err(|why| format!("{}: {why}", source.display()))?;
            let mut runs = (0..*rounds).map(|_| compiler.run(&sandbox, &folder)).collect::<Result<Vec<Run>, _>>()?;
            runs.sort_by_key(|run| run.time);
            let median = &runs[runs.len() / 2];
            let seconds = median.time.as_secs_f64();
            println!(
                "{:>7}  {:<26} {:>10.0} {:>9.2} {:>9.3} {:>9.3} {:>9.1}",
                text.lines().count(),
                compiler.name,
                text.lines().count() as f64 / seconds,
                text.len() as f64 / 1e6 / seconds,
                seconds,
                median.processor.as_secs_f64(),
                median.peak_bytes as f64 / f64::from(1 << 20),
            );
        }
    }
    Ok(())
}

/// A compiler and what is asked of it.
struct Compiler {
    name: &'static str,
    language: Language,
    program: OsString,
    args: &'static [&'static str],
}

fn compilers() -> Result<Vec<Compiler>, String> {
    let ours = || lwasc().map(OsString::from);
    let compiler = |name, language, program, args| Compiler { name, language, program, args };
    Ok(vec![
        compiler("lwasc check", Language::Lwas, ours()?, &["check", "program.lwas"]),
        compiler(
            "lwasc build --no-cache",
            Language::Lwas,
            ours()?,
            &["build", "program.lwas", "--no-cache", "-o", "made.lwx"],
        ),
        compiler(
            "rustc --emit=metadata",
            Language::Rust,
            "rustc".into(),
            &["--edition=2024", "--crate-type=lib", "--emit=metadata", "-o", "made.rmeta", "program.rs"],
        ),
        compiler(
            "rustc --emit=obj",
            Language::Rust,
            "rustc".into(),
            &["--edition=2024", "--crate-type=lib", "--emit=obj", "-o", "made.o", "program.rs"],
        ),
        compiler(
            "rustc --emit=obj -O",
            Language::Rust,
            "rustc".into(),
            &["--edition=2024", "--crate-type=lib", "--emit=obj", "-O", "-o", "made.o", "program.rs"],
        ),
        compiler("tcc -c", Language::C, "tcc".into(), &["-c", "-o", "made.o", "program.c"]),
    ])
}

/// What one process took.
struct Run {
    time: Duration,
    processor: Duration,
    peak_bytes: u64,
}

impl Compiler {
    fn ending(&self) -> &'static str {
        match self.language {
            Language::Lwas => "lwas",
            Language::Rust => "rs",
            Language::C => "c",
        }
    }

    fn run(&self, sandbox: &Sandbox, folder: &Path) -> Result<Run, String> {
        let mut command = Command::new(&self.program);
        sandbox.settle(&mut command, folder);
        command.args(self.args).stdout(Stdio::null());
        if self.language == Language::Rust {
            // rustup finds the toolchain in the user's own home.
            command.env("HOME", std::env::var_os("HOME").unwrap_or_default());
        }
        let start = Instant::now();
        let child = command.spawn().map_err(|why| format!("{} cannot run: {why}", self.name))?;
        let used = { child }.wait4().map_err(|why| format!("{} was lost: {why}", self.name))?;
        let time = start.elapsed();
        if !used.status.success() {
            return Err(format!("`{}` failed, as it says above", self.name));
        }
        Ok(Run { time, processor: used.rusage.utime + used.rusage.stime, peak_bytes: used.rusage.maxrss })
    }
}
