//! Alerts on their way to webhooks: a server, a receiver, and what may go wrong between them.

use crate::openssl;
use crate::process::{Sandbox, lwasc, repository};
use crate::receiver::{Answer, Receiver, Taken};
use crate::served::Server;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long what must not come is waited for.
const QUIET: Duration = Duration::from_secs(3);

/// How long the server may take for something.
const TIME_LIMIT: Duration = Duration::from_secs(60);

const ALL_TAKEN: Answer = |_, _| "200";

/// Firing and resolved come in Alertmanager's shape, in order, and what never fired does not come.
pub fn told() -> Result<(), String> {
    let mut watched = Watched::start(ALL_TAKEN, "token_file = \"token\"")?;
    watched.sample("web-1", "95.5", "00:00:00")?;
    watched.sample("web-2", "90.0", "00:01:00")?;
    watched.sample("web-2", "10.0", "00:02:00")?;
    watched.sample("web-2", "11.0", "00:05:00")?;
    watched.receiver.wait_for(1)?;
    watched.sample("web-1", "20.0", "00:06:00")?;
    watched.receiver.wait_for(2)?;
    sleep(QUIET);
    let taken = watched.receiver.taken();
    let [firing, resolved] = &taken[..] else { return Err(format!("expected two notifications, found {taken:#?}")) };
    if (firing.path.as_str(), firing.authorization.as_str()) != ("/hook", "Bearer s3cret") {
        return Err(format!("expected the path and the token, found {firing:?}"));
    }
    same(&firing.body, &documented()?)?;
    let mut expected = documented()?;
    expected["status"] = json!("resolved");
    expected["alerts"][0]["status"] = json!("resolved");
    expected["alerts"][0]["endsAt"] = json!("2026-01-01T00:06:00Z");
    same(&resolved.body, &expected)?;
    let metrics = watched.get("/metrics")?;
    let taken = "lwas_notifications_total{webhook=\"pager\",outcome=\"taken\"} 2\n";
    if metrics.contains(taken) { Ok(()) } else { Err(format!("expected `{taken}`, found\n{metrics}")) }
}

/// What is refused is sent again, with pauses, and in order; another alert does not wait for it.
pub fn sent_again() -> Result<(), String> {
    let mut watched = Watched::start(
        |taken, before| {
            let failed = before.iter().filter(|one| one.alert().1.contains("web-1")).count();
            if taken.alert().1.contains("web-1") && failed < 3 { "503" } else { "200" }
        },
        "",
    )?;
    watched.sample("web-1", "95.5", "00:00:00")?;
    watched.sample("web-2", "95.5", "00:00:00")?;
    watched.sample("web-3", "1.0", "00:05:00")?;
    watched.sample("web-1", "20.0", "00:06:00")?;
    let taken = watched.receiver.wait_for(6)?;
    let of = |subject: &str| -> Vec<&Taken> { taken.iter().filter(|one| one.alert().1.contains(subject)).collect() };
    let (failing, other) = (of("web-1"), of("web-2"));
    let statuses: Vec<String> = failing.iter().map(|one| one.alert().2).collect();
    if statuses != ["firing", "firing", "firing", "firing", "resolved"] || other.len() != 1 {
        return Err(format!("expected four attempts, then the end, and one of the other, found {taken:#?}"));
    }
    let pauses: Vec<Duration> = failing.windows(2).map(|two| two[1].at - two[0].at).collect();
    let is_patient = pauses.iter().zip([1, 2, 4]).all(|(pause, least)| *pause >= Duration::from_secs(least));
    if !is_patient || other[0].at >= failing[1].at {
        return Err(format!("expected pauses from 1 s, doubled, and nobody to wait for them, found {pauses:?}"));
    }
    Ok(())
}

/// A server that is killed before a notification was taken sends it when it is started again, and only what was not taken.
pub fn survives() -> Result<(), String> {
    let mut watched = Watched::start(ALL_TAKEN, "")?;
    watched.sample("web-1", "95.5", "00:00:00")?;
    watched.sample("web-3", "1.0", "00:05:00")?;
    watched.receiver.wait_for(1)?;
    // So that the first is noted as taken before the second comes.
    watched.wait_until_noted()?;
    watched.receiver.answers(|_, _| "500");
    watched.sample("web-2", "95.5", "00:06:00")?;
    watched.sample("web-3", "2.0", "00:11:00")?;
    watched.receiver.wait_for(2)?;
    watched.server.kill();
    watched.receiver.answers(ALL_TAKEN);
    let known = watched.receiver.taken().len();
    watched.start_again()?;
    let taken = watched.receiver.wait_for(known + 1)?;
    sleep(QUIET);
    let again: Vec<_> = watched.receiver.taken().split_off(known).iter().map(Taken::alert).collect();
    if again.len() != 1 || !again[0].1.contains("web-2") || again[0].2 != "firing" {
        return Err(format!("expected what was not taken, once, found {again:?} of {taken:#?}"));
    }
    // What is noted of deliveries is nothing to an audit, nor to a run.
    watched.wait_until_noted()?;
    watched.server.kill();
    for args in [&["audit", "w.ledger"][..], &["run", "$ROOT/examples/monitoring", "--ledger", "w.ledger"]] {
        let args = args.iter().map(|arg| arg.replace("$ROOT", &repository().to_string_lossy()));
        let ran = watched.sandbox.run(Command::new(lwasc()?).args(args), &watched.sandbox.work())?;
        if ran.code != Some(0) {
            return Err(format!("the ledger is not as it should be:\n{}", ran.output));
        }
    }
    Ok(())
}

/// A redirect is not followed, and is final; a new webhook is not told of what was before; and severities are held to.
pub fn not_told() -> Result<(), String> {
    let mut watched = Watched::start(|_, _| "302\r\nlocation: /other", "")?;
    watched.sample("web-1", "95.5", "00:00:00")?;
    watched.sample("web-3", "1.0", "00:05:00")?;
    watched.receiver.wait_for(1)?;
    sleep(QUIET);
    let taken = watched.receiver.taken();
    if taken.len() != 1 || taken[0].path != "/hook" {
        return Err(format!("expected one request, and no other path, found {taken:#?}"));
    }
    watched.server.kill();
    let port = watched.receiver.port;
    let hook = |name: &str, more: &str| {
        format!("[[serve.webhooks]]\nname = \"{name}\"\nurl = \"http://127.0.0.1:{port}/{name}\"\n{more}\n")
    };
    let hooks =
        hook("late", "") + &hook("calm", "severities = [\"critical\"]") + &hook("other", "alerts = [\"fast_burn\"]");
    watched.write("serve.toml", &hooks)?;
    watched.receiver.answers(ALL_TAKEN);
    watched.start_again()?;
    watched.sample("web-2", "95.5", "00:06:00")?;
    watched.sample("web-3", "2.0", "00:11:00")?;
    watched.receiver.wait_for(2)?;
    sleep(QUIET);
    let told: Vec<_> =
        watched.receiver.taken().split_off(1).iter().map(|one| (one.path.clone(), one.alert().1)).collect();
    if told == [("/late".to_owned(), "Host[\"web-2\"]".to_owned())] { Ok(()) } else { Err(format!("found {told:?}")) }
}

/// A receiver behind TLS is told where its certificate leads to the authorities that the configuration names, and by no other.
pub fn told_behind_tls() -> Result<(), String> {
    let mut watched = Watched::start(ALL_TAKEN, "")?;
    watched.server.kill();
    let folder = watched.sandbox.work();
    let file = |name: &str| folder.join(name);
    openssl::write("localhost", &file("pager.pem"), &file("pager.key"))?;
    openssl::write("localhost", &file("other.pem"), &file("other.key"))?;
    watched.receiver = Receiver::behind_tls(&file("pager.pem"), &file("pager.key"), ALL_TAKEN)?;
    let port = watched.receiver.port;
    let hook = |name: &str, host: &str, more: &str| {
        format!("[[serve.webhooks]]\nname = \"{name}\"\nurl = \"https://{host}:{port}/{name}\"\n{more}\n")
    };
    let hooks = hook("known", "localhost", "ca = \"pager.pem\"\ntoken_file = \"token\"")
        + &hook("of_another_name", "127.0.0.1", "ca = \"pager.pem\"")
        + &hook("of_another_authority", "localhost", "ca = \"other.pem\"")
        + &hook("of_nobody", "localhost", "");
    watched.write("serve.toml", &hooks)?;
    watched.start_again()?;
    watched.sample("web-1", "95.5", "00:00:00")?;
    watched.sample("web-3", "1.0", "00:05:00")?;
    watched.receiver.wait_for(1)?;
    sleep(QUIET);
    let told: Vec<_> =
        watched.receiver.taken().iter().map(|one| (one.path.clone(), one.authorization.clone())).collect();
    if told != [("/known".to_owned(), "Bearer s3cret".to_owned())] {
        return Err(format!("expected one notification, found {told:?}"));
    }
    let metrics = watched.get("/metrics")?;
    for webhook in ["of_another_name", "of_another_authority", "of_nobody"] {
        let failed = format!("lwas_notifications_total{{webhook=\"{webhook}\",outcome=\"failed\"}} ");
        if !metrics.contains(&failed) {
            return Err(format!("expected `{failed}`, found\n{metrics}"));
        }
    }
    Ok(())
}

/// One that takes a notification and says nothing has not taken it: it is sent again after the time that it has, and others do not wait for it.
pub fn hangs() -> Result<(), String> {
    let mut watched = Watched::start(
        |taken, before| {
            let hangs = taken.alert().1.contains("web-1") && !before.iter().any(|one| one.alert().1.contains("web-1"));
            if hangs { "" } else { "200" }
        },
        "timeout = \"1s\"",
    )?;
    watched.sample("web-1", "95.5", "00:00:00")?;
    watched.sample("web-3", "1.0", "00:05:00")?;
    watched.receiver.wait_for(1)?;
    watched.sample("web-2", "95.5", "00:05:00")?;
    watched.sample("web-3", "1.0", "00:10:00")?;
    let taken = watched.receiver.wait_for(3)?;
    let order: Vec<_> = taken.iter().map(|one| one.alert().1).collect();
    let paused = taken[2].at - taken[0].at;
    if order != ["Host[\"web-1\"]", "Host[\"web-2\"]", "Host[\"web-1\"]"] || paused < Duration::from_secs(2) {
        return Err(format!("expected it again after 2 s, and the other before, found {order:?} after {paused:?}"));
    }
    Ok(())
}

/// What an audit finds is told by the same way, though the ledger is what is wrong.
pub fn audit_told() -> Result<(), String> {
    let mut watched =
        Watched::start(|_, before| if before.is_empty() { "503" } else { "200" }, "[serve.audit]\nevery = \"1s\"")?;
    watched.sample("web-1", "1.0", "00:00:00")?;
    watched.sample("web-1", "2.0", "00:01:00")?;
    watched.sample("web-1", "3.0", "00:02:00")?;
    let open = rusqlite::Connection::open(watched.sandbox.work().join("w.ledger"));
    let changed = open.and_then(|ledger| ledger.execute("UPDATE lwas_log SET hash = zeroblob(32) WHERE seq = 2", []));
    changed.map_err(|why| why.to_string())?;
    let taken = watched.receiver.wait_for(2)?;
    match &taken[1].body["alerts"][0] {
        alert
            if alert["labels"]["alertname"] == "lwas_ledger_audit"
                && alert["labels"]["severity"] == "critical"
                && alert["annotations"]["summary"].as_str().is_some_and(|text| text.contains("entry 2")) =>
        {
            Ok(())
        }
        alert => Err(format!("expected the audit's alert, found {alert}")),
    }
}

/// The payload that the page about alerts shows.
fn documented() -> Result<Value, String> {
    let page =
        fs::read_to_string(repository().join("docs/alerts.md")).map_err(|why| format!("docs/alerts.md: {why}"))?;
    let block = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    serde_json::from_str(block.unwrap_or_default()).map_err(|why| format!("docs/alerts.md shows no payload: {why}"))
}

fn same(found: &Value, expected: &Value) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("expected {expected:#}\nfound {found:#}")) }
}

/// A server with a webhook, and who receives it.
struct Watched {
    sandbox: Sandbox,
    server: Server,
    receiver: Receiver,
}

const ARGS: &str = "$ROOT/examples/monitoring --ledger w.ledger --config serve.toml --tick off --log json";

impl Watched {
    fn start(answer: Answer, more: &str) -> Result<Watched, String> {
        let (sandbox, receiver) = (Sandbox::new()?, Receiver::start(answer)?);
        let write = |name: &str, text: &str| fs::write(sandbox.work().join(name), text).map_err(|why| why.to_string());
        write("token", "s3cret\n")?;
        let port = receiver.port;
        let hook = format!(
            "[serve]\nexternal_url = \"https://watch.example.com\"\n[[serve.webhooks]]\nname = \"pager\"\nurl = \"http://127.0.0.1:{port}/hook\"\n{more}\n"
        );
        write("serve.toml", &hook)?;
        let server = Server::start(&sandbox, lwasc()?, ARGS)?.listens()?;
        Ok(Watched { sandbox, server, receiver })
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        fs::write(self.sandbox.work().join(name), text).map_err(|why| why.to_string())
    }

    fn start_again(&mut self) -> Result<(), String> {
        self.server = Server::start(&self.sandbox, lwasc()?, ARGS)?.listens()?;
        Ok(())
    }

    fn sample(&mut self, host: &str, cpu: &str, time: &str) -> Result<(), String> {
        let event =
            format!(r#"{{"type":"Sample","time":"2026-01-01T{time}Z","data":{{"host":"{host}","cpu":{cpu}}}}}"#);
        let url = format!("http://127.0.0.1:{}/events", self.server.port());
        let sent = ureq::post(url).header("content-type", "application/json").send(event);
        sent.map(drop).map_err(|why| format!("{time}: {why}"))
    }

    fn get(&self, path: &str) -> Result<String, String> {
        let mut answer = ureq::get(format!("http://127.0.0.1:{}{path}", self.server.port()))
            .call()
            .map_err(|why| why.to_string())?;
        answer.body_mut().read_to_string().map_err(|why| why.to_string())
    }

    /// Waits until the ledger knows of all notifications that they were taken.
    fn wait_until_noted(&self) -> Result<(), String> {
        let begun = Instant::now();
        let read = || -> rusqlite::Result<bool> {
            let ledger = rusqlite::Connection::open(self.sandbox.work().join("w.ledger"))?;
            let waiting = "SELECT count(*) FROM std_alert_Alert a WHERE status = 'Firing' AND NOT EXISTS \
                           (SELECT 1 FROM lwas_delivered d WHERE d.row = a.seq) AND a.seq > (SELECT min(row) FROM lwas_delivered)";
            Ok(ledger.query_row(waiting, [], |row| row.get::<_, i64>(0))? == 0)
        };
        while !read().unwrap_or(false) {
            if begun.elapsed() > TIME_LIMIT {
                return Err(format!("the ledger does not know what was taken: {:?}", read()));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}
