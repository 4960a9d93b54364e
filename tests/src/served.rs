//! A server for a session: `$ lwasc serve …` in a page starts one that runs until the page ends. It listens on a free port, as other
//! tests run at the same time, and the page reads as if it were the usual one.

use crate::process::{Sandbox, repository};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How long a server may take until it listens.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// The port that pages show.
const SHOWN_PORT: &str = "8891";

/// A server that is running. It is ended with this value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub port: String,
    /// What it said when it began.
    pub said: String,
}

/// What came of starting one.
pub enum Begun {
    /// It listens.
    Listens(Server),
    /// It has ended before that, with this code, and said this.
    Ended(Option<i32>, String),
}

impl Begun {
    /// The server, where it must listen.
    pub fn listens(self) -> Result<Server, String> {
        match self {
            Begun::Listens(server) => Ok(server),
            Begun::Ended(_, said) => Err(format!("`lwasc serve` has ended; it said:\n{said}")),
        }
    }
}

/// What a step's script asks `lwasc serve` to do, where it is that.
pub fn asked(script: &str) -> Option<&str> {
    // One that only looks at a configuration ends by itself.
    script.strip_prefix("lwasc serve ").filter(|args| !args.contains("--check"))
}

impl Server {
    /// Starts `lwasc serve` with these arguments in the folder of a sandbox, and waits until it listens or ends.
    pub fn start(sandbox: &Sandbox, lwasc: &Path, args: &str) -> Result<Begun, String> {
        let args = args.replace("$ROOT", &repository().to_string_lossy());
        let mut command = Command::new(lwasc);
        sandbox.settle(&mut command, &sandbox.work());
        command.arg("serve").args(args.split_whitespace());
        if !args.contains("--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|why| format!("`lwasc serve` cannot run: {why}"))?;
        let said = BufReader::new(child.stderr.take().expect("it was asked for"));
        let log = File::create(sandbox.work().with_file_name("served.log"));
        let mut log = log.map_err(|why| format!("no file for what the server says: {why}"))?;
        let (begun, begins) = channel();
        // Reads on, so that the server never waits for somebody to read what it says.
        std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                let _ = std::io::Write::write_all(&mut log, format!("{line}\n").as_bytes());
                let _ = begun.send(line);
            }
        });
        let mut all = String::new();
        loop {
            let line = match begins.recv_timeout(TIME_LIMIT) {
                Ok(line) => line,
                // It says nothing more, so it has ended or is about to.
                Err(RecvTimeoutError::Disconnected) => {
                    let ended = child.wait().map_err(|why| format!("`lwasc serve` was lost: {why}"))?;
                    return Ok(Begun::Ended(ended.code(), all));
                }
                Err(RecvTimeoutError::Timeout) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(format!("`lwasc serve` did not begin to listen; it said:\n{all}"));
                }
            };
            all += &format!("{line}\n");
            if let Some((_, port)) = line.rsplit_once(':').filter(|(before, _)| before.contains(" listens on http")) {
                let (port, said) = (port.to_owned(), all.replace(port, SHOWN_PORT));
                return Ok(Begun::Listens(Server { child, port, said }));
            }
        }
    }

    /// Tells it to read its certificate again.
    pub fn hang_up(&self) -> Result<(), String> {
        let told = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status();
        told.map(drop).map_err(|why| format!("`kill` cannot run: {why}"))
    }

    /// Ends it at once, as a machine that fails does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
