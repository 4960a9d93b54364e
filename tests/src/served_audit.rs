//! Audits beside a running server: clean while clients write, and when the ledger is changed behind the server's back, found, told, and
//! followed by what the configuration says.

use crate::process::{Sandbox, lwasc};
use crate::served::Server;
use rusqlite::Connection;
use serde_json::Value;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long something may take to be noticed.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// How often it is looked.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// What somebody does who can write to the file: each must be found.
const TAMPERINGS: [(&str, &str); 3] = [
    (
        "UPDATE lwas_log SET body = CAST(replace(body, x'616e6e', x'626f62') AS BLOB) WHERE type = 'OpenWallet'",
        "the hash chain breaks at entry",
    ),
    ("UPDATE std_ledger_Account SET currency = 'EUR' WHERE id = 'bank'", "table `std_ledger_Account`"),
    ("CREATE TRIGGER mine AFTER INSERT ON lwas_log BEGIN DELETE FROM lwas_keys; END", "trigger"),
];

/// Changes a ledger in each way while it is served.
pub fn check() -> Result<(), String> {
    for (tampering, told) in TAMPERINGS {
        refuses_after(tampering, told).map_err(|why| format!("{tampering}: {why}"))?;
    }
    goes_on_where_told_to()
}

fn refuses_after(tampering: &str, told: &str) -> Result<(), String> {
    let mut audited = Audited::start("every = \"1s\"")?;
    audited.wait_for("clean audits while it writes", |audited| {
        Ok(audited.post()? == 201 && audited.metric("lwas_audits_total{verdict=\"clean\"}")? >= 2.0)
    })?;
    let health = audited.health()?;
    if (health.0, health.1["audit"]["status"].as_str()) != (200, Some("clean")) {
        return Err(format!("expected a ready server, found {health:?}"));
    }
    audited.tamper(tampering)?;
    audited.wait_for("the audit that finds it", |audited| Ok(audited.health()?.0 == 503))?;
    let health = audited.health()?.1;
    if (health["status"].as_str(), health["audit"]["status"].as_str()) != (Some("unavailable"), Some("different")) {
        return Err(format!("expected an unavailable server, found {health}"));
    }
    let refused = audited.post()?;
    let (clean, live) = (audited.metric("lwas_audit_clean")?, audited.get("/health/live")?.0);
    if (refused, clean, live) != (503, 0.0, 200) {
        return Err(format!(
            "an event is answered with {refused}, `lwas_audit_clean` is {clean}, the process answers {live}"
        ));
    }
    audited.wait_for(&format!("an error in the log about `{told}`"), |audited| {
        let is_error = |line: &str| line.contains("\"ERROR\"") && line.contains("does not agree with itself");
        Ok(audited.log()?.lines().any(|line| is_error(line) && line.contains(told)))
    })
}

fn goes_on_where_told_to() -> Result<(), String> {
    let mut audited = Audited::start("every = \"1s\"\non_failure = \"go_on\"")?;
    // Where the last entry is changed, the ledger can't even be opened.
    audited.post()?;
    audited.tamper(TAMPERINGS[0].0)?;
    audited.wait_for("the audit that finds it", |audited| Ok(audited.metric("lwas_audit_clean")? == 0.0))?;
    // Another has written to the file, which the server notices once.
    audited.wait_for("an event that is applied", |audited| Ok(audited.post()? == 201))?;
    match audited.health()?.0 {
        200 => Ok(()),
        status => Err(format!("expected a ready server, found {status}")),
    }
}

/// A server whose ledger is audited.
struct Audited {
    sandbox: Sandbox,
    server: Server,
    agent: ureq::Agent,
    sent: u32,
}

impl Audited {
    fn start(audit: &str) -> Result<Audited, String> {
        let sandbox = Sandbox::new()?;
        let written = fs::write(sandbox.work().join("serve.toml"), format!("[serve.audit]\n{audit}\n"));
        written.map_err(|why| why.to_string())?;
        let args = "$ROOT/examples/wallet --ledger w.ledger --config serve.toml --log json";
        let server = Server::start(&sandbox, lwasc()?, args)?.listens()?;
        let config = ureq::Agent::config_builder().timeout_global(Some(TIME_LIMIT)).http_status_as_error(false);
        let audited = Audited { sandbox, server, agent: ureq::Agent::new_with_config(config.build()), sent: 0 };
        audited.send("ledger.Open", r#"{"id":"bank","currency":"USD","kind":"Asset"}"#)?;
        audited.send("OpenWallet", r#"{"owner":"ann","overdraft":"250.00"}"#)?;
        Ok(audited)
    }

    fn post(&mut self) -> Result<u16, String> {
        self.sent += 1;
        self.send("Credit", &format!(r#"{{"id":"{}","owner":"ann","amount":1}}"#, self.sent))
    }

    fn send(&self, event: &str, data: &str) -> Result<u16, String> {
        let url = format!("http://127.0.0.1:{}/events/{event}", self.server.port());
        let sent = self.agent.post(url).header("content-type", "application/json").send(data);
        sent.map(|answer| answer.status().as_u16()).map_err(|why| why.to_string())
    }

    fn get(&self, path: &str) -> Result<(u16, String), String> {
        let url = format!("http://127.0.0.1:{}{path}", self.server.port());
        let mut answer = self.agent.get(url).call().map_err(|why| why.to_string())?;
        let text = answer.body_mut().read_to_string().map_err(|why| why.to_string())?;
        Ok((answer.status().as_u16(), text))
    }

    fn health(&self) -> Result<(u16, Value), String> {
        let (status, text) = self.get("/health/ready")?;
        Ok((status, serde_json::from_str(&text).map_err(|why| format!("{text}: {why}"))?))
    }

    fn metric(&self, name: &str) -> Result<f64, String> {
        let text = self.get("/metrics")?.1;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        Ok(value.unwrap_or_default())
    }

    fn tamper(&self, sql: &str) -> Result<(), String> {
        let open = Connection::open(self.sandbox.work().join("w.ledger"));
        let changed = open.and_then(|ledger| {
            ledger.busy_timeout(TIME_LIMIT)?;
            ledger.execute(sql, [])
        });
        changed.map(drop).map_err(|why| why.to_string())
    }

    fn log(&self) -> Result<String, String> {
        fs::read_to_string(self.sandbox.work().with_file_name("served.log")).map_err(|why| why.to_string())
    }

    fn wait_for(&mut self, what: &str, mut is: impl FnMut(&mut Audited) -> Result<bool, String>) -> Result<(), String> {
        let begun = Instant::now();
        while !is(self)? {
            if begun.elapsed() > TIME_LIMIT {
                return Err(format!("waited too long for {what}; the server said:\n{}", self.log()?));
            }
            sleep(POLL_INTERVAL);
        }
        Ok(())
    }
}
