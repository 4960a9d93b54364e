//! `lwasc test --watch` as a process: it runs again when a source changes, goes on after errors, sees a module that comes, and ends with
//! Ctrl-C.

use crate::process::{self, Sandbox};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// How long a run may take. Generous, as the machine may be busy with other tests.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The signal of Ctrl-C.
const INTERRUPT: i32 = 2;

/// A program is edited while it is watched.
pub fn check() -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let folder = sandbox.work().join("shop");
    fs::create_dir(&folder).map_err(|why| format!("no folder: {why}"))?;
    let main = |wanted: u32| format!("fn one() -> Int {{ 1 }}\ntest \"one\" {{ expect one() == {wanted} }}\n");
    write(&folder, "main.lwas", &main(1))?;
    let mut watching = Watching::start(&sandbox)?;
    watching.wait_for("test result: ok. 1 passed; 0 failed")?;
    watching.wait_for("watching shop: Ctrl-C ends it")?;
    write(&folder, "main.lwas", &main(2))?;
    watching.wait_for("changed: shop/main.lwas")?;
    watching.wait_for("test result: FAILED. 0 passed; 1 failed")?;
    watching.wait_for("watching shop")?;
    write(&folder, "main.lwas", "use fees\ntest \"one\" { expect fees.one() == 1 }\n")?;
    watching.wait_for("error[E0200]")?;
    watching.wait_for("watching shop")?;
    write(&folder, "fees.lwas", "fn one() -> Int { 1 }\n")?;
    watching.wait_for("changed: shop/fees.lwas")?;
    watching.wait_for("test result: ok. 1 passed; 0 failed")?;
    watching.wait_for("watching shop")?;
    // An editor that puts a new file in the place of the old one, and a file that does not matter.
    write(&folder, "notes.txt", "nothing\n")?;
    write(&folder, ".new", "fn one() -> Int { 3 }\n")?;
    fs::rename(folder.join(".new"), folder.join("fees.lwas")).map_err(|why| format!("not renamed: {why}"))?;
    watching.wait_for("changed: shop/fees.lwas")?;
    watching.wait_for("test result: FAILED. 0 passed; 1 failed")?;
    watching.wait_for("watching shop")?;
    watching.interrupt()
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    fs::write(folder.join(name), text).map_err(|why| format!("{name} can't be written: {why}"))
}

/// A running `lwasc test --watch`, and the lines that it has written.
struct Watching {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Watching {
    fn start(sandbox: &Sandbox) -> Result<Watching, String> {
        let mut command = Command::new(process::lwasc()?);
        command.args(["test", "shop", "--watch"]);
        sandbox.settle(&mut command, &sandbox.work());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|why| format!("lwasc can't be run: {why}"))?;
        let (sender, lines) = channel();
        if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
            hand_on(out, sender.clone());
            hand_on(err, sender);
        }
        Ok(Watching { child, lines, seen: vec![] })
    }

    /// Waits for a line with this text; what came before it is past.
    fn wait_for(&mut self, text: &str) -> Result<(), String> {
        let until = Instant::now() + TIME_LIMIT;
        loop {
            // Two outputs have no order between them, so what has come in between is looked at too.
            if let Some(at) = self.seen.iter().position(|line| line.contains(text)) {
                self.seen.remove(at);
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.contains('\u{1b}') => return Err(format!("this is no terminal: {line:?}")),
                Ok(line) => self.seen.push(line),
                Err(_) => return Err(format!("nothing said {text:?}, only {:#?}", self.seen)),
            }
        }
    }

    /// Ends it as Ctrl-C does.
    fn interrupt(&mut self) -> Result<(), String> {
        let told = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        told.map_err(|why| format!("`kill` cannot run: {why}"))?;
        let status = self.child.wait().map_err(|why| format!("lwasc was lost: {why}"))?;
        if status.signal() == Some(INTERRUPT) { Ok(()) } else { Err(format!("Ctrl-C ended it with {status}")) }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Hands on an output line by line until it ends.
fn hand_on(output: impl Read + Send + 'static, to: Sender<String>) {
    std::thread::spawn(move || {
        BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| to.send(line)).ok();
    });
}
