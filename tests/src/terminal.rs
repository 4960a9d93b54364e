//! `lwasc repl` at a terminal: a pseudo-terminal on which somebody types, waits for the answer, completes a name and finds it again in a later
//! conversation.

use crate::process;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long an answer may take. Generous, as the machine may be busy with other tests.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// What the terminal is told when an input is asked for, and when it is whole: how to mark what is pasted, and no longer to.
const ASKED: &str = "\u{1b}[?2004h";
const TAKEN: &str = "\u{1b}[?2004l";

/// A conversation, and one after it that remembers.
pub fn check() -> Result<(), String> {
    let home = tempfile::tempdir().map_err(|why| format!("no temporary folder: {why}"))?;
    let mut first = Terminal::open(home.path())?;
    first.wait_for("Ctrl-D ends")?;
    first.wait_for(ASKED)?;
    first.type_in("fn twice(x: Int) -> Int {\r2 * x\r}\r", None)?;
    first.type_in("let amount = 5 * 5\r", Some("25"))?;
    first.type_in("am\t + 1\r", Some("26"))?;
    first.type_in("twice(amount)\r", Some("50"))?;
    first.type_in("half an input\u{3}", None)?;
    first.end()?;
    let mut second = Terminal::open(home.path())?;
    second.wait_for(ASKED)?;
    // The last input but two of the conversation before.
    second.type_in("\u{1b}[A\u{1b}[A\u{1b}[A\r", Some("25"))?;
    second.end()
}

/// A running `lwasc repl` and the terminal's other side.
struct Terminal {
    child: Child,
    keys: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn open(home: &Path) -> Result<Terminal, String> {
        let wrong = |what: &str, why: &dyn std::fmt::Display| format!("{what}: {why}");
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map_err(|why| wrong("no pseudo-terminal", &why))?;
        grantpt(&ours).and_then(|()| unlockpt(&ours)).map_err(|why| wrong("no pseudo-terminal", &why))?;
        let name = ptsname(&ours, vec![]).map_err(|why| wrong("a pseudo-terminal without a name", &why))?;
        let name = name.into_string().map_err(|why| wrong("a pseudo-terminal without a name", &why))?;
        let theirs = || -> Result<Stdio, String> {
            let file = OpenOptions::new().read(true).write(true).open(&name);
            Ok(file.map_err(|why| wrong(&name, &why))?.into())
        };
        let mut command = Command::new(process::lwasc()?);
        command.arg("repl").env("HOME", home).env("TERM", "xterm").env_remove("XDG_STATE_HOME");
        command.stdin(theirs()?).stdout(theirs()?).stderr(theirs()?);
        let child = command.spawn().map_err(|why| wrong("lwasc can't be run", &why))?;
        drop(command);
        let keys = File::from(ours);
        let mut reading = keys.try_clone().map_err(|why| wrong("the terminal can't be read", &why))?;
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // The end of the program is an error here, as nobody holds the other side any more.
            while let Ok(count) = reading.read(&mut bytes) {
                if count == 0 || sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Ok(Terminal { child, keys, screen, seen: String::new() })
    }

    /// Waits until a text has been shown since the last one that was waited for.
    fn wait_for(&mut self, text: &str) -> Result<(), String> {
        let until = Instant::now() + TIME_LIMIT;
        loop {
            if let Some(at) = self.seen.find(text) {
                self.seen.drain(..at + text.len());
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => return Err(format!("the terminal never showed {text:?}, but {:?}", self.seen)),
            }
        }
    }

    /// Types an input, and waits for its answer, if it has one, and for the next to be asked for.
    fn type_in(&mut self, keys: &str, answer: Option<&str>) -> Result<(), String> {
        self.keys.write_all(keys.as_bytes()).map_err(|why| format!("nothing can be typed: {why}"))?;
        self.wait_for(TAKEN)?;
        if let Some(answer) = answer {
            self.wait_for(&format!("\n{answer}\r\n"))?;
        }
        self.wait_for(ASKED)
    }

    /// Ctrl-D: the program ends, and well.
    fn end(mut self) -> Result<(), String> {
        self.keys.write_all(b"\x04").map_err(|why| format!("nothing can be typed: {why}"))?;
        let until = Instant::now() + TIME_LIMIT;
        while Instant::now() < until {
            match self.child.try_wait().map_err(|why| format!("it can't be waited for: {why}"))? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("it ended with {status}")),
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        }
        let _ = self.child.kill();
        Err("Ctrl-D did not end it".into())
    }
}
