//! Samples: events that the runner makes itself, at the interval that the program says, and has judged like all others.
//!
//! The program says which event is made from what (`@sample`); what can be read of the machine is `lwas-machine`'s business, what was asked
//! and judged [`Traffic`]'s. A reading that there is not is none, and a sample that can't be judged is told in the log and missing.

use crate::app::App;
use crate::traffic::{Asked, Traffic};
use lwas_base::SampleSource;
use lwas_exact::calendar::parse_duration;
use lwas_ir::Sample;
use lwas_machine::{FIRST_WAIT, Machine, Readings};
use lwas_runtime::{Incoming, Outcome};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{sleep, timeout};

/// Who sends samples, as rules and the log have it. No caller that says who it is can have this name, as it has a space.
const CALLER: &str = "the runner";

/// Where samples come from, as envelopes have it.
const SOURCE: &str = "lwasc";

/// The shortest interval. Below it, sampling would be what is sampled.
const SHORTEST: Duration = Duration::from_millis(100);

/// How long to wait where the program does not say it.
const UNKNOWN: Duration = Duration::from_secs(10);

/// The longest time that a connection may take; one that takes longer has this latency.
const LONGEST_LATENCY: Duration = Duration::from_secs(5);

/// The readings of one event, by name.
type Data = Map<String, Value>;

/// One `@sample` of the program that is served.
pub struct Sampler {
    sample: Sample,
    /// Its number among those of the same source.
    number: usize,
    /// The machine, where that is what is sampled.
    machine: Option<Arc<Mutex<Machine>>>,
    /// Those of all addresses; there is at least one. Writer, readers and program are the same.
    apps: Vec<Arc<App>>,
}

/// Samples the machine once, so that who asks first has an answer, and gives what goes on with that.
pub async fn begin(apps: &[Arc<App>]) -> Vec<Sampler> {
    let Some(samples) = apps.first().map(|app| &app.module().samples) else { return vec![] };
    let number = |at: usize| samples.iter().take(at).filter(|other| other.source == samples[at].source).count();
    let samplers: Vec<_> =
        samples.iter().enumerate().map(|(at, sample)| Sampler::new(sample, number(at), apps)).collect();
    if samplers.iter().any(|sampler| sampler.machine.is_some()) {
        // What the processor does is known only after a while.
        sleep(FIRST_WAIT).await;
        for sampler in samplers.iter().filter(|sampler| sampler.machine.is_some()) {
            sampler.sample().await;
        }
    }
    samplers
}

impl Sampler {
    fn new(sample: &Sample, number: usize, apps: &[Arc<App>]) -> Sampler {
        let folder =
            apps.first().and_then(|app| app.ledger.parent().map(std::path::Path::to_owned)).unwrap_or_default();
        // A path without a folder is one of the current folder.
        let folder = if folder.as_os_str().is_empty() { ".".into() } else { folder };
        let is_machine = sample.source == SampleSource::Machine;
        let machine = is_machine.then(|| Arc::new(Mutex::new(Machine::new(&folder))));
        Sampler { sample: sample.clone(), number, machine, apps: apps.to_vec() }
    }

    /// Samples at the interval, until the server ends.
    pub async fn go_on(self) {
        let Some(mut ending) = self.apps.first().map(|app| app.ending.clone()) else { return };
        let sampling = async {
            let mut next = Instant::now();
            loop {
                // One that comes late does not make the others late, nor are those made up for that were missed.
                next = (next + self.interval().await).max(Instant::now());
                tokio::time::sleep_until(next.into()).await;
                self.sample().await;
            }
        };
        tokio::select! {
            () = sampling => {}
            _ = ending.wait_for(|ends| *ends) => {}
        }
    }

    /// How long to wait, as the program says now.
    async fn interval(&self) -> Duration {
        let said: Option<String> = self.ask(self.sample.interval).await;
        let micros = said.and_then(|text| parse_duration(&text).ok()).and_then(|micros| u64::try_from(micros).ok());
        micros.map_or(UNKNOWN, Duration::from_micros).max(SHORTEST)
    }

    /// The answer of a query without parameters; none where it has none.
    async fn ask<T: DeserializeOwned>(&self, query: u32) -> Option<T> {
        let answer = self.apps.first()?.readers.ask(query as usize, vec![]).await;
        match answer {
            Ok(Ok(text)) => serde_json::from_slice(&text).ok(),
            Ok(Err(why)) => {
                tracing::warn!(code = why.code, message = why.in_words(), "a sample's query has no answer");
                None
            }
            Err(error) => {
                tracing::error!(%error, "a sample's query could not be asked");
                None
            }
        }
    }

    /// Makes the events and has them judged.
    async fn sample(&self) {
        for data in self.read().await {
            self.feed(data).await;
        }
    }

    async fn read(&self) -> Vec<Data> {
        match self.sample.source {
            SampleSource::Machine => vec![self.read_machine().await],
            SampleSource::Requests => self.apps.iter().filter_map(|app| self.read_requests(app)).collect(),
            SampleSource::Outcomes => self.read_outcomes(),
        }
    }

    async fn read_machine(&self) -> Data {
        let machine = self.machine.clone();
        let read = move || machine.map(|machine| machine.lock().unwrap_or_else(PoisonError::into_inner).read());
        let latency = async {
            let address: Option<Option<String>> = self.ask(self.sample.address?).await;
            latency(&address??).await
        };
        let (readings, latency) = tokio::join!(tokio::task::spawn_blocking(read), latency);
        of_machine(&readings.ok().flatten().unwrap_or_default(), latency)
    }

    fn read_requests(&self, app: &App) -> Option<Data> {
        let asked = app.traffic.take_asked(self.number);
        (asked.requests > 0).then(|| of_requests(&app.name, &asked))
    }

    /// The same event may come by several addresses.
    fn read_outcomes(&self) -> Vec<Data> {
        let mut all = BTreeMap::<String, crate::traffic::Judged>::new();
        for (event, judged) in self.apps.iter().flat_map(|app| Traffic::take_judged(&app.traffic, self.number)) {
            let sum = all.entry(event).or_default();
            sum.applied += judged.applied;
            sum.rejected += judged.rejected;
        }
        let some = all.into_iter().filter(|(_, judged)| judged.applied + judged.rejected > 0);
        some.map(|(event, judged)| {
            object(json!({ "event": event, "applied": judged.applied, "rejected": judged.rejected }))
        })
        .collect()
    }

    /// Has an event judged of those readings that it has fields for.
    async fn feed(&self, mut data: Data) {
        let Some(app) = self.apps.first() else { return };
        let module = app.module();
        let Some(event) = module.events.get(self.sample.event) else { return };
        let fields = module.records.get(event.record).map(|record| record.fields.as_slice()).unwrap_or_default();
        data.retain(|name, _| fields.iter().any(|field| field.name == *name));
        let name = event.name.as_str();
        let data = match app.decoder.decode_data(self.sample.event, Value::Object(data).to_string().as_bytes(), []) {
            Ok(data) => data,
            Err(error) => return tracing::error!(event = name, %error, "a sample is no event of the program"),
        };
        let incoming =
            Incoming { source: Some(SOURCE.into()), caller: CALLER.into(), ..Incoming::bare(self.sample.event, data) };
        match app.writer.judge(incoming, None).await {
            Ok((Outcome::Rejected(why), _)) => {
                tracing::warn!(event = name, code = why.code, message = why.in_words(), "a sample was rejected");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(event = name, %error, "a sample is missing"),
        }
    }
}

/// How long it takes to connect to an address, `example.com:443`, its name looked up before; none where it can't be reached.
async fn latency(address: &str) -> Option<Duration> {
    let found = timeout(LONGEST_LATENCY, lookup_host(address)).await.ok()?;
    let target = found.inspect_err(|error| tracing::debug!(address, %error, "no latency")).ok()?.next()?;
    let begun = Instant::now();
    match timeout(LONGEST_LATENCY, TcpStream::connect(target)).await {
        Ok(Ok(_)) => Some(begun.elapsed()),
        Ok(Err(error)) => {
            tracing::debug!(address, %error, "no latency");
            None
        }
        Err(_) => Some(LONGEST_LATENCY),
    }
}

fn of_machine(readings: &Readings, latency: Option<Duration>) -> Data {
    object(json!({
        "cpu": readings.cpu.map(percent),
        "memory_used": readings.memory_used,
        "memory_total": readings.memory_total,
        "disk_used": readings.disk_used,
        "disk_total": readings.disk_total,
        "disk_busy": readings.disk_busy.map(percent),
        "uptime": readings.uptime.map(span),
        "received": readings.received,
        "sent": readings.sent,
        "latency": latency.map(span),
    }))
}

fn of_requests(program: &str, asked: &Asked) -> Data {
    object(json!({
        "program": program,
        "requests": asked.requests,
        "errors": asked.errors,
        "p50": asked.quantile(0.5).map(span),
        "p95": asked.quantile(0.95).map(span),
        "p99": asked.quantile(0.99).map(span),
    }))
}

/// As events have it: exact, with one digit.
fn percent(value: f64) -> String {
    format!("{value:.1}")
}

/// As events have it.
fn span(span: Duration) -> String {
    format!("{}us", span.as_micros())
}

fn object(value: Value) -> Data {
    match value {
        Value::Object(data) => data,
        _ => Data::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made of each source has the readings that the language knows, and no other.
    #[test]
    fn readings_have_the_names_that_programs_know() {
        let outcomes = object(json!({ "event": "", "applied": 0, "rejected": 0 }));
        let made = [
            (SampleSource::Machine, of_machine(&Readings::default(), None)),
            (SampleSource::Requests, of_requests("", &Asked::default())),
            (SampleSource::Outcomes, outcomes),
        ];
        for (source, data) in made {
            let mut known: Vec<_> = source.readings().iter().map(|reading| reading.name).collect();
            known.sort_unstable();
            assert_eq!(data.keys().map(String::as_str).collect::<Vec<_>>(), known, "{}", source.name());
        }
    }

    #[test]
    fn numbers_are_written_as_events_have_them() {
        assert_eq!([percent(0.0), percent(23.449), percent(100.0)], ["0.0", "23.4", "100.0"]);
        assert_eq!(span(Duration::from_millis(1500)), "1500000us");
    }

    #[test]
    fn a_latency_is_the_time_to_connect() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap().to_string();
            assert!(latency(&address).await.is_some_and(|took| took < LONGEST_LATENCY));
            drop(listener);
            assert_eq!(latency(&address).await, None);
            assert_eq!(latency("no port").await, None);
        });
    }
}
