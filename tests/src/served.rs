//! A server for a session: `$ lwasc serve …` in a page starts one that runs until the page ends. It listens on free ports, as other
//! tests run at the same time, and the page reads as if they were the usual one, or those that it asks for with `--listen`.

use crate::process::{Sandbox, repository};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long a server may take until it listens.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// The first port that pages show, where a program has none of its own.
const ANY_PORT: u16 = 8891;

/// The services of the standard library that have one.
const SERVICES: [(&str, u16); 2] = [("std.economy", 8891), ("std.telemetry", 8890)];

/// How an address begins that a page asks for.
const LISTEN: &str = "--listen 127.0.0.1:";

/// What a page asks for that wants the dashboard too, at its usual port.
const DASHBOARD: &str = "--dashboard";

/// What asks for all services, and the dashboard.
const ALL: &str = "--all";

/// A server that is running. It is ended with this value.
pub struct Server {
    child: Child,
    /// The ports that the page shows, and those at which it listens: `8891:40321 8892:40322`.
    pub ports: String,
    /// What it said when it began.
    pub said: String,
}

/// What became of a server.
pub enum Begun {
    /// It listens.
    Listens(Server),
    /// It has ended before, with this code, or by a signal.
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

/// The arguments with free ports, and the ports that are shown instead: the usual ones where the page asks for none. `configured` is the
/// address that the configuration names.
fn with_free_ports(args: &str, configured: Option<&str>) -> (String, Vec<String>) {
    let mut parts = args.split(LISTEN);
    let mut free = parts.next().unwrap_or_default().to_owned();
    let mut shown = vec![];
    for part in parts {
        let (port, rest) = part.split_at(part.find(' ').unwrap_or(part.len()));
        shown.push(port.to_owned());
        free += &format!("{LISTEN}0{rest}");
    }
    if shown.is_empty() {
        let address = configured.filter(|_| !args.contains("--listen")).and_then(|address| address.rsplit_once(':'));
        shown = address.map_or_else(|| usual(args), |(_, port)| vec![port.to_owned()]);
        // Another address than one of this machine's own is for pages where that is refused.
        if let Some((host, _)) = address {
            free += &format!(" --listen {host}:0");
        } else if !args.contains("--listen") {
            free += &format!(" {LISTEN}0").repeat(shown.len());
        }
    }
    // Its line comes after those of the programs.
    if let Some((before, after)) = free.split_once(DASHBOARD) {
        free = format!("{before}{DASHBOARD} 127.0.0.1:0{after}");
        shown.push("3000".to_owned());
    } else if args.contains(ALL) {
        free += &format!(" {DASHBOARD} 127.0.0.1:0");
        shown.push("3000".to_owned());
    }
    (free, shown)
}

/// The ports at which programs are found when nobody says.
fn usual(args: &str) -> Vec<String> {
    let named = args.split_whitespace().take_while(|word| !word.starts_with("--"));
    let services = SERVICES.iter().map(|(name, _)| *name).filter(|_| args.contains(ALL));
    let programs = named.chain(services);
    let own: Vec<_> = programs.map(|program| SERVICES.iter().find(|(name, _)| *name == program)).collect();
    let is_taken = |port: &u16| own.iter().flatten().any(|(_, taken)| taken == port);
    let mut free = (ANY_PORT..).filter(|port| !is_taken(port));
    own.iter().map(|own| own.map_or_else(|| free.next().unwrap_or(ANY_PORT), |(_, port)| *port).to_string()).collect()
}

/// The address in the file that `--config` names, which is beside the program.
fn configured(args: &str, folder: &Path) -> Option<String> {
    let mut words = args.split_whitespace().skip_while(|word| *word != "--config").skip(1);
    let text = std::fs::read_to_string(folder.join(words.next()?)).ok()?;
    let configuration: toml::Table = text.parse().ok()?;
    Some(configuration.get("serve")?.get("listen")?.as_str()?.to_owned())
}

impl Server {
    /// Starts `lwasc serve` with these arguments in the folder of a sandbox, and waits until it listens at all addresses, or has ended.
    pub fn start(sandbox: &Sandbox, lwasc: &Path, args: &str) -> Result<Begun, String> {
        let args = args.replace("$ROOT", &repository().to_string_lossy());
        let (args, shown) = with_free_ports(&args, configured(&args, &sandbox.work()).as_deref());
        let mut command = Command::new(lwasc);
        sandbox.settle(&mut command, &sandbox.work());
        command.arg("serve").args(args.split_whitespace());
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
        let (mut all, mut ports) = (String::new(), vec![]);
        for shown in &shown {
            match next_port(&begins, &mut all) {
                Ok(port) => {
                    all = all.replace(&format!(":{port}\n"), &format!(":{shown}\n"));
                    ports.push(format!("{shown}:{port}"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let ended = child.wait().map_err(|why| format!("`lwasc serve` cannot be waited for: {why}"))?;
                    return Ok(Begun::Ended(ended.code(), all));
                }
                Err(RecvTimeoutError::Timeout) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(format!("`lwasc serve` did not begin to listen; it said:\n{all}"));
                }
            }
        }
        Ok(Begun::Listens(Server { child, ports: ports.join(" "), said: all }))
    }

    /// The free port that stands for the first that is shown.
    pub fn port(&self) -> &str {
        self.ports.split([' ', ':']).nth(1).unwrap_or_default()
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
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

/// Reads on until the server says that it listens at one more address, and gives the port.
fn next_port(begins: &Receiver<String>, all: &mut String) -> Result<String, RecvTimeoutError> {
    loop {
        let line = begins.recv_timeout(TIME_LIMIT)?;
        *all += &format!("{line}\n");
        if let Some((_, port)) = line.rsplit_once(':').filter(|(before, _)| before.contains(" listens on http")) {
            return Ok(port.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_that_are_asked_for_are_free_ones() {
        assert_eq!(with_free_ports("a", None), ("a --listen 127.0.0.1:0".to_owned(), vec!["8891".to_owned()]));
        assert_eq!(with_free_ports("std.telemetry --tick 1s", None).1, ["8890"]);
        assert_eq!(with_free_ports("std.economy a std.telemetry", None).1, ["8891", "8892", "8890"]);
        let (free, shown) =
            with_free_ports("a b --listen 127.0.0.1:8891 --listen 127.0.0.1:9000 --x", Some("0.0.0.0:1"));
        assert_eq!(free, "a b --listen 127.0.0.1:0 --listen 127.0.0.1:0 --x");
        assert_eq!(shown, ["8891", "9000"]);
        let (free, shown) = with_free_ports("a --dashboard", None);
        assert_eq!(free, "a --dashboard 127.0.0.1:0 --listen 127.0.0.1:0");
        assert_eq!(shown, ["8891", "3000"]);
        let (free, shown) = with_free_ports("--all --tick 1s", None);
        assert_eq!(free, "--all --tick 1s --listen 127.0.0.1:0 --listen 127.0.0.1:0 --dashboard 127.0.0.1:0");
        assert_eq!(shown, ["8891", "8890", "3000"]);
        let (free, shown) = with_free_ports("a --config b", Some("0.0.0.0:443"));
        assert_eq!((free.as_str(), shown.as_slice()), ("a --config b --listen 0.0.0.0:0", &["443".to_owned()][..]));
    }

    #[test]
    fn the_address_of_a_configuration_is_found() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.toml"), "[serve]\nlisten = \"0.0.0.0:1\"\n").unwrap();
        assert_eq!(configured("x --config a.toml --check", folder.path()).as_deref(), Some("0.0.0.0:1"));
        assert_eq!(configured("x --config b.toml", folder.path()), None);
        assert_eq!(configured("x", folder.path()), None);
    }
}
