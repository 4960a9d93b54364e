//! `--watch`: runs the tests again whenever a source of the program has changed, until somebody ends it. What was read is looked at every so
//! often, which works on every file system and for every editor, also for those that put a new file in the place of the old one.
//!
//! A program with errors is watched too, and so is the folder of each source: a module that was missing may come.

use crate::args::Test;
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_driver::Compiled;
use lwas_driver::render::visible;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often files are looked at. What was written has come to rest when nothing has changed for so long.
const LOOK: Duration = Duration::from_millis(200);

/// A file's time may lie so far behind the clock.
const CLOCK_LAG: Duration = Duration::from_millis(20);

/// The most names of a folder that are looked at.
const MOST_NAMES: usize = 10_000;

/// Clears a terminal and what it has scrolled away, and begins at its top.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// Runs again and again; ends where the first run finds no program, or nobody reads any more.
pub fn run(args: &Test, once: impl Fn(&Test, &mut Watched) -> Done) -> Done {
    if lwas_driver::library_module(&args.program, lwas_std::MODULES).is_some() {
        return Err(Stop::new(
            exit::USAGE,
            "there is nothing to watch: a module of the standard library never changes",
        ));
    }
    let mut watched = Watched::new(&args.program);
    loop {
        watched.begin();
        match once(args, &mut watched) {
            Ok(()) => {}
            // Nobody reads what is written.
            Err(stop) if stop.code() == 0 => return Err(stop),
            Err(stop) if !watched.has_read && !args.program.exists() => return Err(stop),
            Err(stop) => drop(stop.report()),
        }
        watched.look();
        output::say(&format!("watching {}: Ctrl-C ends it", visible(&args.program.display().to_string())));
        let changed = watched.wait();
        if std::io::stdout().is_terminal() && !args.json {
            output::answer_all(CLEAR)?;
        }
        output::say(&format!("changed: {}", visible(&changed.display().to_string())));
    }
}

/// What a file was like: when it was written, and how long it is; none where there is none.
type Stamp = Option<(SystemTime, u64)>;

/// The files of a program, as they were when they were read.
pub struct Watched {
    /// What there is to look at.
    files: Vec<PathBuf>,
    /// What it was like.
    seen: BTreeMap<PathBuf, Stamp>,
    /// When the last run began.
    since: SystemTime,
    /// When the files were looked at.
    until: SystemTime,
    /// Whether a program was ever read.
    has_read: bool,
}

impl Watched {
    fn new(program: &Path) -> Watched {
        let now = SystemTime::now();
        let files = if program.is_dir() {
            ["lwas.toml", "main.lwas"].map(|name| program.join(name)).into()
        } else {
            vec![program.to_owned()]
        };
        Watched { files, seen: BTreeMap::new(), since: now, until: now, has_read: false }
    }

    /// A run begins.
    fn begin(&mut self) {
        self.since = SystemTime::now();
        self.seen.clear();
    }

    /// What was read for this run. Called before the tests, so that what changes while they run is seen.
    pub fn read(&mut self, compiled: &Compiled) {
        self.has_read = true;
        let sources = compiled.sources.files().map(|(_, file)| match &file.shown {
            Some(elsewhere) => PathBuf::from(elsewhere),
            None => compiled.root.join(&file.path),
        });
        self.files = vec![compiled.root.join("lwas.toml")];
        self.files.extend(sources);
        self.look();
    }

    /// Looks at the files, unless this run has done so.
    fn look(&mut self) {
        if self.seen.is_empty() {
            self.seen = stamps(&self.files);
            self.until = SystemTime::now();
        }
    }

    /// Waits until something has changed and come to rest, and says what.
    fn wait(&self) -> PathBuf {
        // What was written between its reading and our look is like what we have seen, but not what was read.
        let begun = self.since.checked_sub(CLOCK_LAG).unwrap_or(self.since);
        let is_new = |stamp: &Stamp| stamp.is_some_and(|(time, _)| time >= begun && time <= self.until);
        let mut changed =
            self.seen.iter().find(|(path, stamp)| path.is_file() && is_new(stamp)).map(|(path, _)| path.clone());
        let mut last = self.seen.clone();
        loop {
            std::thread::sleep(LOOK);
            let now = stamps(&self.files);
            match (difference(&last, &now), changed.take()) {
                (None, Some(changed)) => return changed,
                (found, known) => changed = known.or(found),
            }
            last = now;
        }
    }
}

/// The files and all sources beside them, each as it is.
fn stamps(files: &[PathBuf]) -> BTreeMap<PathBuf, Stamp> {
    let stamp = |path: &Path| {
        let metadata = std::fs::metadata(path).ok().filter(|metadata| metadata.is_file())?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    let mut all: BTreeMap<PathBuf, Stamp> = files.iter().map(|path| (path.clone(), stamp(path))).collect();
    let mut folders: Vec<&Path> = files.iter().filter_map(|path| path.parent()).collect();
    folders.sort_unstable();
    folders.dedup();
    for folder in folders {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let entries = std::fs::read_dir(folder).into_iter().flatten().take(MOST_NAMES).flatten();
        // Editors keep notes of their own beside a file that is edited.
        let entries = entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
        for path in entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "lwas")) {
            // Whether it is there is all that matters of a source that was not read.
            all.entry(path).or_insert(Some((SystemTime::UNIX_EPOCH, 0)));
        }
    }
    all
}

/// The first file that is not as it was.
fn difference(before: &BTreeMap<PathBuf, Stamp>, now: &BTreeMap<PathBuf, Stamp>) -> Option<PathBuf> {
    let changed = now.iter().find(|(path, stamp)| before.get(*path) != Some(stamp));
    let gone = || before.keys().find(|path| !now.contains_key(*path));
    changed.map(|(path, _)| path).or_else(gone).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(seconds: u64) -> Stamp {
        Some((SystemTime::UNIX_EPOCH + Duration::from_secs(seconds), 1))
    }

    fn all(files: &[(&str, Stamp)]) -> BTreeMap<PathBuf, Stamp> {
        files.iter().map(|(path, stamp)| (PathBuf::from(path), *stamp)).collect()
    }

    #[test]
    fn what_is_new_another_or_gone_is_told() {
        let before = all(&[("a.lwas", stamp(1)), ("b.lwas", stamp(1))]);
        let told = |now: &[(&str, Stamp)]| difference(&before, &all(now)).map(|path| path.display().to_string());
        assert_eq!(told(&[("a.lwas", stamp(1)), ("b.lwas", stamp(1))]), None);
        assert_eq!(told(&[("a.lwas", stamp(1)), ("b.lwas", stamp(2))]).as_deref(), Some("b.lwas"));
        assert_eq!(told(&[("a.lwas", None), ("b.lwas", stamp(1))]).as_deref(), Some("a.lwas"));
        assert_eq!(told(&[("a.lwas", stamp(1))]).as_deref(), Some("b.lwas"));
        assert_eq!(told(&[("a.lwas", stamp(1)), ("b.lwas", stamp(1)), ("c.lwas", None)]).as_deref(), Some("c.lwas"));
    }
}
