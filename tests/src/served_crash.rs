//! Real kills of a server under load: the economy, and the telemetry that watches it by samples each second, are ended with SIGKILL while many
//! clients post transactions, again and again. Whatever was answered must be there when it is started again, once, and equity must be what the
//! history adds up to, to the cent. Whoever got no answer asks again, and then everything counts once. The first sample of each start is kept too.

use crate::process::{Sandbox, lwasc};
use crate::served::Server;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// How many clients post at the same time.
const CLIENTS: u32 = 8;

/// What is served, and where what it decides is said.
const SERVED: &str = "std.economy std.telemetry --ledger economy.ledger --settings settings.toml";

/// Samples come among transactions.
const SETTINGS: &str = "[settings.std.telemetry]\ninterval = \"1s\"\n";

/// How often the server is killed.
const KILLS: u32 = 5;

/// How long a client waits for an answer.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A transaction as the history tells it.
#[derive(Deserialize)]
struct Told {
    id: String,
    /// As it is written.
    amount: Box<RawValue>,
    tx_type: String,
}

#[derive(Deserialize)]
struct Watching {
    samples: u32,
}

#[derive(Deserialize)]
struct Equity {
    total_equity: Box<RawValue>,
}

/// Kills the server many times and looks at what is left.
pub fn check() -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    std::fs::write(sandbox.work().join("settings.toml"), SETTINGS).map_err(|error| error.to_string())?;
    let next = AtomicU32::new(0);
    let mut acknowledged = BTreeSet::new();
    for kill in 1..=KILLS {
        let mut server = Server::start(&sandbox, lwasc()?, SERVED)?.listens()?;
        compare(server.port(), &acknowledged)?;
        acknowledged.extend(killed_under_load(&mut server, &next, (kill * kill * 9) as usize)?);
        let mut audit = std::process::Command::new(lwasc()?);
        let audited = sandbox.run(audit.args(["audit", "economy.ledger"]), &sandbox.work())?;
        if audited.code != Some(0) {
            return Err(format!("the audit after kill {kill}:\n{}", audited.output));
        }
    }
    let server = Server::start(&sandbox, lwasc()?, SERVED)?.listens()?;
    compare(server.port(), &acknowledged)?;
    let agent = agent();
    let all: BTreeSet<u32> = (0..next.load(Ordering::Relaxed)).collect();
    for number in &all {
        if !is_recorded(&agent, server.port(), *number) {
            return Err(format!("transaction t{number}, sent again, is not recorded"));
        }
    }
    sampled(&server)?;
    let history = compare(server.port(), &all)?;
    if history == all.len() { Ok(()) } else { Err(format!("expected {} transactions, found {history}", all.len())) }
}

/// That the first sample of each start, which is taken before anybody can ask, is there.
fn sampled(server: &Server) -> Result<(), String> {
    let port = server.ports.rsplit(':').next().unwrap_or_default();
    let mut answer = agent().get(format!("http://127.0.0.1:{port}/health")).call().map_err(|why| why.to_string())?;
    let text = answer.body_mut().read_to_string().map_err(|why| why.to_string())?;
    let watching: Watching = serde_json::from_str(&text).map_err(|why| format!("{why}: {text}"))?;
    if watching.samples > KILLS { Ok(()) } else { Err(format!("{} samples after {KILLS} kills", watching.samples)) }
}

/// Posts from many clients until so many were answered, then kills; gives the numbers of those that were answered.
fn killed_under_load(server: &mut Server, next: &AtomicU32, until: usize) -> Result<BTreeSet<u32>, String> {
    let port = server.port().to_owned();
    let (answered, answers) = channel();
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            let (port, answered) = (port.as_str(), answered.clone());
            scope.spawn(move || post_until_it_fails(port, next, &answered));
        }
        drop(answered);
        let mut told: BTreeSet<u32> = answers.iter().take(until).collect();
        server.kill();
        let enough = told.len() == until;
        // What came on the way while it was killed was answered too.
        told.extend(answers.iter());
        if enough {
            Ok(told)
        } else {
            Err(format!("the server ended after {} answers, before it was killed", told.len()))
        }
    })
}

fn post_until_it_fails(port: &str, next: &AtomicU32, answered: &Sender<u32>) {
    let agent = agent();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if !is_recorded(&agent, port, number) || answered.send(number).is_err() {
            return;
        }
    }
}

/// Whether a transaction, posted, is answered as recorded.
fn is_recorded(agent: &ureq::Agent, port: &str, number: u32) -> bool {
    let (cents, tx_type) = meant(number);
    let body = format!(
        "{{\"id\":\"t{number}\",\"amount\":{}.{:02},\"currency\":\"USD\",\"timestamp\":\"2026-01-25T02:52:48.340Z\",\"tx_type\":\"{tx_type}\"}}",
        cents / 100,
        cents % 100
    );
    let request = agent.post(format!("http://127.0.0.1:{port}/transaction")).header("content-type", "application/json");
    request.send(body).is_ok_and(|answer| answer.status().as_u16() == 201)
}

/// The amount of a transaction in cents, and its type: every third takes from equity.
fn meant(number: u32) -> (i64, &'static str) {
    (i64::from(number % 997) + 1, if number % 3 == 2 { "Commission" } else { "Payment" })
}

/// Compares history and equity with each other and with what was answered: all of that is there as it was sent, nothing is there twice. Gives the number
/// of transactions.
fn compare(port: &str, answered: &BTreeSet<u32>) -> Result<usize, String> {
    let (mut seen, mut sum, mut after) = (BTreeSet::new(), 0, String::new());
    loop {
        let page: Vec<Told> = read(port, &format!("/transactions?limit=1000{after}"))?;
        let Some(last) = page.last() else { break };
        after = format!("&after={}", last.id);
        for told in &page {
            let number: u32 = told.id.trim_start_matches('t').parse().map_err(|_| format!("what is {}?", told.id))?;
            let (cents, tx_type) = meant(number);
            if told.tx_type != tx_type || told.amount.get() != format!("{}.{:02}", cents / 100, cents % 100) {
                return Err(format!("{} is another transaction than was sent", told.id));
            }
            if !seen.insert(number) {
                return Err(format!("{} is there twice", told.id));
            }
            sum += if tx_type == "Payment" { cents } else { -cents };
        }
    }
    if let Some(lost) = answered.difference(&seen).next() {
        return Err(format!("t{lost} was answered, and is lost"));
    }
    let equity: Equity = read(port, "/equity")?;
    let told = equity.total_equity.get();
    let expected = format!("{}{}.{:02}", if sum < 0 { "-" } else { "" }, sum.abs() / 100, sum.abs() % 100);
    if told == expected { Ok(seen.len()) } else { Err(format!("equity is {told}, the history adds up to {expected}")) }
}

fn read<T: serde::de::DeserializeOwned>(port: &str, path: &str) -> Result<T, String> {
    let mut answer =
        agent().get(format!("http://127.0.0.1:{port}{path}")).call().map_err(|why| format!("{path}: {why}"))?;
    let text = answer.body_mut().read_to_string().map_err(|why| format!("{path}: {why}"))?;
    serde_json::from_str(&text).map_err(|why| format!("{path}: {why}: {text}"))
}

fn agent() -> ureq::Agent {
    ureq::Agent::new_with_config(ureq::Agent::config_builder().timeout_global(Some(TIME_LIMIT)).build())
}
