//! What is counted and measured, in the OpenMetrics text format: `GET /metrics`.
//!
//! Names follow Prometheus: base units, `_total` for counters. The labels are few and bounded: routes, statuses, events and axioms
//! of the program, never what a client sent.

use crate::access::Who;
use crate::app::App;
use crate::reply::Refusal;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lwas_exact::calendar::parse_time;
use lwas_runtime::Outcome;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

/// The media type of the OpenMetrics text format.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// That of the format that Prometheus had before it, of nearly the same lines.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What the names of all metrics of ours begin with.
pub const PREFIX: &str = "lwas";

/// Microseconds of a second.
const MICROS: i64 = 1_000_000;

/// The bounds of latencies, in seconds: from a tenth of a flush to the patience of a client.
const LATENCIES_S: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// All counts of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    latency: Family<RouteLabels, Histogram>,
    events: Family<EventLabels, Counter>,
    rejections: Family<RejectionLabels, Counter>,
    waiting: Gauge,
    /// Connections that are open.
    pub connections: Gauge,
    head: Gauge<u64, AtomicU64>,
    ledger_bytes: Gauge<u64, AtomicU64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: String,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabels {
    event: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RejectionLabels {
    code: String,
    axiom: String,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix(PREFIX);
        let histogram: fn() -> Histogram = || Histogram::new(LATENCIES_S);
        let metrics = Metrics {
            requests: Family::default(),
            latency: Family::new_with_constructor(histogram),
            events: Family::default(),
            rejections: Family::default(),
            waiting: Gauge::default(),
            connections: Gauge::default(),
            head: Gauge::default(),
            ledger_bytes: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("http_requests", "Requests that were answered", metrics.requests.clone());
        let latency = metrics.latency.clone();
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request's head to its answer",
            Unit::Seconds,
            latency,
        );
        registry.register("events", "Events that were judged", metrics.events.clone());
        registry.register(
            "rejections",
            "Events that were rejected, by code and broken axiom",
            metrics.rejections.clone(),
        );
        registry.register("events_waiting", "Events that wait to be judged", metrics.waiting.clone());
        registry.register("connections", "Connections that are open", metrics.connections.clone());
        registry.register("log_head", "The number of the last durable entry of the log", metrics.head.clone());
        let bytes = metrics.ledger_bytes.clone();
        registry.register_with_unit("ledger_size", "The size of the ledger's file", Unit::Bytes, bytes);
        Metrics { registry, ..metrics }
    }
}

impl Metrics {
    /// Counts what became of an event.
    pub fn judged(&self, event: &str, outcome: &Outcome) {
        let word = match outcome {
            Outcome::Applied { .. } => "applied",
            Outcome::Duplicate { .. } => "duplicate",
            Outcome::Rejected(why) => {
                let axiom = why.axiom.clone().unwrap_or_default();
                self.rejections.get_or_create(&RejectionLabels { code: why.code.clone(), axiom }).inc();
                "rejected"
            }
        };
        self.events.get_or_create(&EventLabels { event: event.to_owned(), outcome: word }).inc();
    }

    /// All of it as text.
    pub fn text(&self, app: &App) -> String {
        self.waiting.set(i64::try_from(app.writer.waiting()).unwrap_or(i64::MAX));
        self.head.set(app.writer.head.borrow().seq);
        self.ledger_bytes.set(std::fs::metadata(&app.ledger).map_or(0, |meta| meta.len()));
        let mut text = String::new();
        encode_registry(&mut text, &app.shared)
            .and_then(|()| encode(&mut text, &self.registry))
            .expect("writing to memory does not fail");
        text
    }
}

/// `GET /metrics`, where the program has no such route of its own.
pub async fn metrics(State(app): State<Arc<App>>, who: Who, headers: HeaderMap) -> Result<Response, Refusal> {
    who.may_read_metrics()?;
    Ok(as_text(app.metrics.text(&app), text_format(&headers).unwrap_or(OPENMETRICS)))
}

/// The text format that a client asks for; none where it would rather have JSON, or does not care. Of what it accepts and there is, that with
/// the greatest weight counts, and the first of several.
pub fn text_format(headers: &HeaderMap) -> Option<&'static str> {
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok()).unwrap_or_default();
    let accepted = accepted.to_ascii_lowercase();
    let mut best = (0.0, None);
    for part in accepted.split(',') {
        let mut words = part.split(';').map(str::trim);
        let format = match words.next() {
            Some("application/openmetrics-text") => Some(OPENMETRICS),
            Some("text/plain" | "text/*") => Some(PROMETHEUS),
            Some("application/json" | "application/*" | "*/*") => None,
            // Such as protocol buffers, which Prometheus would rather have.
            _ => continue,
        };
        let weight = words.find_map(|word| word.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if weight > best.0 {
            best = (weight, format);
        }
    }
    best.1
}

/// The numbers and times of the program's own answer, an object, before those of the server.
pub fn with_answer(app: &App, answer: &[u8], format: &'static str) -> Response {
    // As they are written, with all their digits.
    let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(answer).unwrap_or_default();
    let gauges = fields.iter().filter_map(|(name, value)| gauge(name, value.get()));
    as_text(gauges.collect::<String>() + &app.metrics.text(app), format)
}

/// A field of an answer as metrics have it: a number as it is, a time in seconds since 1970.
fn gauge(name: &str, value: &str) -> Option<String> {
    if value.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return Some(format!("# TYPE {name} gauge\n{name} {value}\n"));
    }
    let time = parse_time(serde_json::from_str(value).ok()?).ok()?;
    let (seconds, micros) = (time.div_euclid(MICROS), time.rem_euclid(MICROS));
    let (name, unit) = (format!("{name}_timestamp_seconds"), "seconds");
    Some(format!("# TYPE {name} gauge\n# UNIT {name} {unit}\n{name} {seconds}.{micros:06}\n"))
}

fn as_text(text: String, format: &'static str) -> Response {
    let text = if format == PROMETHEUS { before_openmetrics(&text) } else { text };
    (StatusCode::OK, [(header::CONTENT_TYPE, format)], text).into_response()
}

/// The same lines in the format before OpenMetrics. In that a counter is described by the name that its samples have, and there are no units
/// and no end.
fn before_openmetrics(text: &str) -> String {
    let counter = |line| str::strip_suffix(str::strip_prefix(line, "# TYPE ")?, " counter");
    let counters: BTreeSet<&str> = text.lines().filter_map(counter).collect();
    let lines = text.lines().filter(|line| !line.starts_with("# UNIT ") && *line != "# EOF");
    let lines = lines.map(|line| {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some(what), Some(name), Some(rest)) if counters.contains(name) => {
                format!("# {what} {name}_total {rest}\n")
            }
            _ => format!("{line}\n"),
        }
    });
    lines.collect()
}

/// A request that is counted and timed.
pub struct Counted {
    begun: Instant,
    labels: RouteLabels,
}

impl Counted {
    /// One whose head is there.
    pub fn begin(request: &Request) -> Counted {
        let begun = Instant::now();
        let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
        let method = match request.method().as_str() {
            method @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" | "PATCH") => method.to_owned(),
            _ => "other".to_owned(),
        };
        Counted { begun, labels: RouteLabels { method, route } }
    }

    /// It is answered.
    pub fn end(self, app: &App, status: StatusCode) {
        let (took, status) = (self.begun.elapsed(), status.as_u16());
        app.traffic.answered(took, status);
        app.metrics.latency.get_or_create(&self.labels).observe(took.as_secs_f64());
        let RouteLabels { method, route } = self.labels;
        app.metrics.requests.get_or_create(&RequestLabels { method, route, status }).inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(accept: &'static str) -> Option<&'static str> {
        text_format(&HeaderMap::from_iter([(header::ACCEPT, header::HeaderValue::from_static(accept))]))
    }

    #[test]
    fn who_reads_json_is_told_json() {
        assert_eq!(text_format(&HeaderMap::new()), None);
        for accept in
            ["*/*", "application/json", "application/json, text/plain, */*", "text/plain;q=0.5,*/*", "text/plain;q=0"]
        {
            assert_eq!(asked(accept), None, "{accept}");
        }
    }

    #[test]
    fn who_collects_metrics_is_told_those() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        assert_eq!(asked(prometheus), Some(OPENMETRICS));
        assert_eq!(asked("text/plain;version=0.0.4;q=0.3,*/*;q=0.2"), Some(PROMETHEUS));
        assert_eq!(asked("text/plain"), Some(PROMETHEUS));
        assert_eq!(asked("Text/Plain; Q=0.9, application/json;q=0.8"), Some(PROMETHEUS));
        let with_buffers = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
                            application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
        assert_eq!(asked(with_buffers), Some(OPENMETRICS));
    }

    #[test]
    fn the_older_format_describes_counters_by_the_names_of_their_samples() {
        let text = "# HELP a Of a counter.\n# TYPE a counter\na_total{b=\"# TYPE c counter\"} 1\n\
                    # HELP c A size.\n# TYPE c gauge\n# UNIT c bytes\nc 2\n# EOF\n";
        let older = "# HELP a_total Of a counter.\n# TYPE a_total counter\na_total{b=\"# TYPE c counter\"} 1\n\
                     # HELP c A size.\n# TYPE c gauge\nc 2\n";
        assert_eq!(before_openmetrics(text), older);
    }

    #[test]
    fn numbers_and_times_become_gauges() {
        assert_eq!(gauge("equity", "-1.50").as_deref(), Some("# TYPE equity gauge\nequity -1.50\n"));
        let time = gauge("last", "\"1970-01-01T00:01:00.25Z\"").unwrap();
        assert!(time.ends_with("\nlast_timestamp_seconds 60.250000\n"), "{time}");
        assert_eq!([gauge("a", "null"), gauge("a", "\"b\""), gauge("a", "[1]")], [None, None, None]);
    }
}
