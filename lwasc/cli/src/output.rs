//! Where words go: messages to standard error, answers to standard output; colour and progress on a terminal only, and no
//! colour where `NO_COLOR` is set.

use crate::exit::{self, Done, Stop};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

/// Whether standard error takes colours.
pub fn color() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// An error message that has no place in source.
pub fn error(message: &str) {
    let message = lwas_driver::render::visible(message);
    let word = if color() { "\u{1b}[31merror\u{1b}[0m" } else { "error" };
    say(&format!("{word}: {message}"));
}

/// A line for people, on standard error. Nobody may be there to read it.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Text for people, on standard error, as it is.
pub fn say_all(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// An answer, on standard output. A reader that has left ends the command quietly.
pub fn answer(line: &str) -> Done {
    answer_all(&format!("{line}\n"))
}

/// An answer of any number of lines, as it is.
pub fn answer_all(text: &str) -> Done {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Stop::told(0)),
        Err(error) => Err(Stop::new(exit::IO, format!("can't write to standard output: {error}"))),
    }
}

/// Writes a file whole or not at all: beside its place first, then over it.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Done {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(name);
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&beside, path)).map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        Stop::io("write", path, &error)
    })
}

/// A bar that appears on a terminal once a second has passed; `total` 0 when nobody knows how much there is.
pub fn progress(total: u64, what: &'static str) -> Progress {
    let is_wanted = std::io::stderr().is_terminal();
    Progress { bar: None, is_wanted, total, what, since: std::time::Instant::now() }
}

/// A progress bar, or the intention to show one.
pub struct Progress {
    bar: Option<ProgressBar>,
    /// Asked once: it is a call of the system, and `set` is called for every event.
    is_wanted: bool,
    total: u64,
    what: &'static str,
    since: std::time::Instant,
}

impl Progress {
    /// So much has been done.
    pub fn set(&mut self, done: u64) {
        if self.is_wanted && self.bar.is_none() && self.since.elapsed() > Duration::from_secs(1) {
            self.bar = Some(self.start());
        }
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        }
    }

    /// Does some writing while the bar is out of the way.
    pub fn beside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn start(&self) -> ProgressBar {
        if self.total == 0 {
            let style =
                ProgressStyle::with_template("{spinner} {msg} {pos} ({per_sec})").expect("the template is fixed");
            return ProgressBar::new_spinner().with_style(style).with_message(self.what);
        }
        let style =
            ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} ({eta})").expect("the template is fixed");
        ProgressBar::new(self.total).with_style(style).with_message(self.what)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
