//! Runs the built `lwasc` as a user would: its path, an own home folder for each test (so that no test makes or uses a
//! developer key of the person at the machine), a time limit, and both outputs as one text in which what differs from
//! run to run or from version to version (hashes, folders, durations, sizes of artifacts) is replaced by a name in brackets.

use jiff::{SignedDuration, Timestamp};
use std::env;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long one command may take. Generous, as the machine may be busy with other tests.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// How often a running command is asked whether it has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// A hash, a key or a signature is written with at least this many hexadecimal digits.
const MIN_HASH_DIGITS: usize = 64;

static LWASC: LazyLock<Result<PathBuf, String>> = LazyLock::new(build);

/// The path of `lwasc`, built at the first call in the folder and the profile of the running test. `LWASC` names another
/// binary to test instead, such as an installed one.
pub fn lwasc() -> Result<&'static Path, String> {
    LWASC.as_deref().map_err(String::clone)
}

fn build() -> Result<PathBuf, String> {
    if let Some(given) = env::var_os("LWASC") {
        return fs::canonicalize(&given).map_err(|why| format!("`LWASC` names {}: {why}", given.display()));
    }
    // A test runs as TARGET/PROFILE/deps/all-0123.
    let exe = env::current_exe().map_err(|why| format!("this test does not know its own path: {why}"))?;
    let folder = exe.parent().and_then(Path::parent).ok_or("this test does not run from a target folder")?;
    let target = folder.parent().ok_or("this test does not run from a target folder")?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(repository()).args(["build", "--quiet", "-p", "lwasc", "--bin", "lwasc", "--profile", profile]);
    let status = command.arg("--target-dir").arg(target).status().map_err(|why| format!("cargo cannot run: {why}"))?;
    let built = folder.join("lwasc").with_extension(env::consts::EXE_EXTENSION);
    if status.success() { Ok(built) } else { Err("`cargo build -p lwasc` failed, as cargo says above".to_owned()) }
}

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the repository")
}

/// Takes from a program that root starts the power to read and write what permissions forbid.
const WITHOUT_ROOTS_POWER: [&str; 2] = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"];

/// Whether that can be done, and leaves the repository and `lwasc` within reach.
static GIVES_UP_POWER: LazyLock<bool> = LazyLock::new(|| {
    let [program, option] = WITHOUT_ROOTS_POWER;
    let (Ok(lwasc), manifest) = (lwasc(), repository().join("Cargo.toml")) else { return false };
    let mut command = Command::new(program);
    command.args([option, "sh", "-c", r#"test -r "$0" && test -x "$1""#]).arg(manifest).arg(lwasc);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
});

/// A command of `sh`. Permissions hold for it though root runs the tests, as in a container, so that a page about a file that nobody
/// may read tells everybody the same.
pub fn shell(script: &str) -> Command {
    let [program, option] = WITHOUT_ROOTS_POWER;
    let mut command = if *GIVES_UP_POWER {
        let mut command = Command::new(program);
        command.args([option, "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command.args(["-c", script]);
    command
}

/// What a command wrote, standard output and error in the order in which they came, and how it ended.
pub struct Finished {
    /// Both outputs, normalised.
    pub output: String,
    /// The exit code, which a command ended by a signal has not.
    pub code: Option<i32>,
}

/// Where commands run: a folder, and beside it a home of their own that goes away with this value.
pub struct Sandbox {
    temporary: tempfile::TempDir,
}

impl Sandbox {
    /// A new, empty one.
    pub fn new() -> Result<Sandbox, String> {
        let temporary = tempfile::tempdir().map_err(|why| format!("no temporary folder: {why}"))?;
        for folder in ["home", "work"] {
            fs::create_dir(temporary.path().join(folder)).map_err(|why| format!("no temporary folder: {why}"))?;
        }
        Ok(Sandbox { temporary })
    }

    /// An empty folder to work in.
    pub fn work(&self) -> PathBuf {
        self.temporary.path().join("work")
    }

    /// Runs a command in `folder` to its end.
    pub fn run(&self, command: &mut Command, folder: &Path) -> Result<Finished, String> {
        let log = self.temporary.path().join("output");
        let _ = fs::remove_file(&log);
        let open = || OpenOptions::new().create(true).append(true).open(&log);
        let (out, err) = open().and_then(|out| Ok((out, open()?))).map_err(|why| format!("no output file: {why}"))?;
        self.settle(command, folder);
        command.stdout(out).stderr(err);
        let status = wait(command)?;
        let bytes = fs::read(&log).map_err(|why| format!("the output cannot be read: {why}"))?;
        Ok(Finished { output: self.shown(&String::from_utf8_lossy(&bytes)), code: status.code() })
    }

    /// What a command has said, as pages show it.
    pub fn shown(&self, text: &str) -> String {
        let hidden = [(self.work(), "[WORK]"), (self.home(), "[HOME]"), (repository().to_owned(), "[ROOT]")];
        normalised(text, &hidden)
    }

    /// Gives a command the folder and the home that it is to run in, and no input.
    pub fn settle(&self, command: &mut Command, folder: &Path) {
        let home = self.home();
        command.current_dir(folder).env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config"));
        command.env("XDG_CACHE_HOME", home.join("cache"));
        command.env("NO_COLOR", "1").env("LC_ALL", "C.UTF-8").env("ROOT", repository()).env_remove("RUST_BACKTRACE");
        command.stdin(Stdio::null());
    }

    fn home(&self) -> PathBuf {
        self.temporary.path().join("home")
    }
}

fn wait(command: &mut Command) -> Result<ExitStatus, String> {
    let mut child = command.spawn().map_err(|why| format!("{command:?} cannot run: {why}"))?;
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if start.elapsed() < TIME_LIMIT => sleep(POLL_INTERVAL),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("{command:?} did not end within {} s", TIME_LIMIT.as_secs()));
            }
            Err(why) => return Err(format!("{command:?} was lost: {why}")),
        }
    }
}

/// The text with folders, hashes, times of the clock and durations replaced by names, and without spaces at the ends of lines.
fn normalised(text: &str, folders: &[(PathBuf, &str)]) -> String {
    let mut text = text.replace("\r\n", "\n");
    for (folder, name) in folders {
        text = text.replace(&*folder.to_string_lossy(), name);
    }
    let mut lines = String::new();
    for line in text.lines() {
        let line = without_durations(&without_clock(&without_hashes(line), Timestamp::now()));
        lines.push_str(without_size(&line).trim_end());
        lines.push('\n');
    }
    lines
}

/// Each long run of hexadecimal digits becomes `[HASH]`.
fn without_hashes(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(at);
        let length = from.bytes().take_while(u8::is_ascii_hexdigit).count();
        let (digits, after) = from.split_at(length);
        out.push_str(before);
        out.push_str(if length >= MIN_HASH_DIGITS { "[HASH]" } else { digits });
        rest = after;
    }
    out + rest
}

/// Each time within an hour of now, which only the clock can have said, becomes `[NOW]`.
fn without_clock(line: &str, now: Timestamp) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let length = from.find(|c: char| !(c.is_ascii_digit() || "-T:.Z".contains(c))).unwrap_or(from.len());
        let (word, after) = from.split_at(length);
        let time = word.ends_with('Z').then(|| word.parse::<Timestamp>().ok()).flatten();
        let by_clock = time.is_some_and(|time| time.duration_since(now).abs() < SignedDuration::from_hours(1));
        out.push_str(before);
        out.push_str(if by_clock { "[NOW]" } else { word });
        rest = after;
    }
    out + rest
}

/// `in 0.03s`, `in 3.1 ms` and the like become `in [TIME]`.
fn without_durations(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("in ") {
        let (before, from) = rest.split_at(at + "in ".len());
        out.push_str(before);
        rest = match duration_at(from) {
            Some(length) => {
                out.push_str("[TIME]");
                &from[length..]
            }
            None => from,
        };
    }
    out + rest
}

/// What was built has `[SIZE]` bytes: how many changes with the compiler and the standard library.
fn without_size(line: &str) -> String {
    let size = line
        .strip_prefix("built ")
        .and_then(|rest| rest.rsplit_once(" ("))
        .filter(|(_, size)| size.ends_with(" bytes)"));
    size.map_or(line.to_owned(), |(path, _)| format!("built {path} ([SIZE] bytes)"))
}

/// How many bytes a measured time at the start of the text takes: digits with a point, perhaps a space, a unit.
fn duration_at(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let spaces = text[digits..].bytes().take_while(|b| *b == b' ').count();
    let unit = ["ms", "µs", "us", "s"].into_iter().find(|unit| text[digits + spaces..].starts_with(unit))?;
    let length = digits + spaces + unit.len();
    let ends = !text[length..].starts_with(|c: char| c.is_alphanumeric());
    (digits > 0 && ends).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_named() {
        let hash = "0123456789abcdef".repeat(4);
        let text = format!("/tmp/x/work/a.lwas  \r\nhead 7:{hash} in 0.03s, in 12 ms\n");
        let folders = [(PathBuf::from("/tmp/x/work"), "[WORK]")];
        assert_eq!(normalised(&text, &folders), "[WORK]/a.lwas\nhead 7:[HASH] in [TIME], in [TIME]\n");
    }

    #[test]
    fn only_the_clocks_times_are_named() {
        let now: Timestamp = "2026-01-25T10:00:00Z".parse().unwrap();
        let line = r#"{"time":"2026-01-25T09:59:59.123456Z","due":"2026-01-25T12:00:00Z","n":1.5}"#;
        let expected = r#"{"time":"[NOW]","due":"2026-01-25T12:00:00Z","n":1.5}"#;
        assert_eq!(without_clock(line, now), expected);
    }

    #[test]
    fn the_size_of_an_artifact_is_named() {
        assert_eq!(without_size("built a b.lwx (17220 bytes)"), "built a b.lwx ([SIZE] bytes)");
        assert_eq!(without_size("built to last (17220 years)"), "built to last (17220 years)");
    }

    #[test]
    fn figures_of_the_program_are_kept() {
        let text = "3 tests in 2 files\nbegin 5 shares, 96.80 USD in 30s of grace\ndeadbeef\n";
        let expected = "3 tests in 2 files\nbegin 5 shares, 96.80 USD in [TIME] of grace\ndeadbeef\n";
        assert_eq!(normalised(text, &[]), expected);
    }

    #[test]
    fn a_command_runs_in_its_folder_with_its_own_home() {
        let sandbox = Sandbox::new().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "pwd; echo \"$HOME\" >&2; exit 3"]);
        let finished = sandbox.run(&mut command, &sandbox.work()).unwrap();
        assert_eq!((finished.output.as_str(), finished.code), ("[WORK]\n[HOME]\n", Some(3)));
    }
}
