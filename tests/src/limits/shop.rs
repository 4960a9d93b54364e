//! The server that is tested: a shop (`limits/shop.lwas`) with the limits that a test needs.

use super::http::{Answer, Connection, TIME_LIMIT};
use crate::process::{Sandbox, lwasc, repository};
use crate::served::Server;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// What the server is started with.
const ARGS: &str = "shop.lwas --ledger shop.ledger --config serve.toml";

/// A running server with its folder.
pub struct Shop {
    sandbox: Sandbox,
    server: Server,
}

impl Shop {
    /// Starts one in a new folder. `configuration` is that of the server.
    pub fn open(configuration: &str) -> Result<Shop, String> {
        Shop::prepared(configuration, |_| Ok(()))
    }

    /// The same, in a folder where something is done before.
    pub fn prepared(configuration: &str, prepare: impl FnOnce(&PathBuf) -> Result<(), String>) -> Result<Shop, String> {
        let sandbox = Sandbox::new()?;
        let work = sandbox.work();
        let program = repository().join("tests/limits/shop.lwas");
        let put =
            fs::copy(program, work.join("shop.lwas")).and_then(|_| fs::write(work.join("serve.toml"), configuration));
        put.map_err(|why| format!("the shop's files: {why}"))?;
        prepare(&work)?;
        let server = Server::start(&sandbox, lwasc()?, ARGS)?.listens()?;
        Ok(Shop { sandbox, server })
    }

    /// Kills the server, does something with its files, and starts it again.
    pub fn restart(&mut self, between: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
        self.server.kill();
        between()?;
        self.server = Server::start(&self.sandbox, lwasc()?, ARGS)?.listens()?;
        Ok(())
    }

    /// Where it listens.
    pub fn port(&self) -> &str {
        self.server.port()
    }

    /// The path of a file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.sandbox.work().join(name)
    }

    /// A new connection.
    pub fn connect(&self) -> Result<Connection, String> {
        Connection::open(self.port())
    }

    /// Asks, over a connection of its own.
    pub fn get(&self, path: &str) -> Result<Answer, String> {
        self.connect()?.get(path, "")
    }

    /// Sells something for 1.00, over a connection of its own.
    pub fn sell(&self, id: &str) -> Result<Answer, String> {
        self.connect()?.post("/events/Sell", "", &sale(id, ""))
    }

    /// That this much was sold, and that the ledger passes its audit.
    pub fn has_sold(&mut self, amount: &str) -> Result<(), String> {
        let sold = self.get("/queries/sold")?.has(200)?.body;
        if sold != amount {
            return Err(format!("expected {amount} to be sold, found {sold}"));
        }
        self.server.kill();
        let mut audit = Command::new(lwasc()?);
        let audited = self.sandbox.run(audit.args(["audit", "shop.ledger"]), &self.sandbox.work())?;
        if audited.code == Some(0) { Ok(()) } else { Err(format!("the audit:\n{}", audited.output)) }
    }

    /// What the server has said so far.
    pub fn said(&self) -> String {
        fs::read_to_string(self.sandbox.work().with_file_name("served.log")).unwrap_or_default()
    }

    /// Lets no file of the server grow beyond so many bytes, `unlimited` for any number.
    pub fn limit_files(&self, bytes: &str) -> Result<(), String> {
        let id = self.server.id().to_string();
        let limited = Command::new("prlimit").args(["--pid", &id, &format!("--fsize={bytes}:")]).status();
        match limited {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("`prlimit` ended with {status}")),
            Err(why) => Err(format!("`prlimit`, of util-linux, can't run: {why}")),
        }
    }

    /// Waits until the server has at most so many connections, with the one that asks.
    pub fn connections_fall_to(&self, most: u32) -> Result<(), String> {
        let name = "lwas_connections ";
        eventually(&format!("at most {most} connections"), || {
            let metrics = self.get("/metrics")?.has(200)?.body;
            let number = metrics.lines().find_map(|line| line.strip_prefix(name)?.parse::<u32>().ok());
            Ok(number.ok_or("there is no number of connections")? <= most)
        })
    }
}

/// The data of a sale for 1.00.
pub fn sale(id: &str, note: &str) -> String {
    format!(r#"{{"id":"{id}","amount":1,"note":"{note}"}}"#)
}

/// Asks again and again until something is so.
pub fn eventually(what: &str, mut is_so: impl FnMut() -> Result<bool, String>) -> Result<(), String> {
    let begun = Instant::now();
    while !is_so()? {
        if begun.elapsed() > TIME_LIMIT {
            return Err(format!("waited for {what} in vain"));
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    Ok(())
}
