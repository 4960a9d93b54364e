//! Alerts told to others: each transition that fires or ends an alert goes to the webhooks of the configuration, in the shape in which
//! Alertmanager sends it.
//!
//! The journal of alerts is the outbox. Its rows are written in the transaction of the event that led to them, so nothing is ever told that was
//! not durable, and nothing durable is forgotten: the ledger keeps for each webhook what it has acknowledged, and after a crash the rest is sent
//! again. So a notification comes at least once, and those of one alert in their order. `courier` reads and remembers, `send` speaks HTTP, `payload` is
//! the shape. What an audit finds can't be in the ledger that it is about; it goes out directly, until it is acknowledged or the process ends.

mod courier;
mod payload;
mod send;

pub use send::{HookError, Target, Token};

use crate::app::App;
use crate::audits::Alarm;
use lwas_runtime::alerts::SEVERITIES;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// The alert that says that an audit has found something.
pub const AUDIT_ALERT: &str = "lwas_ledger_audit";

/// The bounds of the times that a notification takes, in seconds.
const LATENCIES_S: [f64; 8] = [0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Somebody who is told of alerts.
#[derive(Debug)]
pub struct Webhook {
    /// Its name, under which the ledger keeps what it has acknowledged.
    pub name: String,
    /// How it is reached.
    pub target: Target,
    /// Which of [`SEVERITIES`] it is told of.
    pub severities: [bool; SEVERITIES.len()],
    /// The alerts that it is told of; all where there are none.
    pub alerts: Vec<String>,
}

impl Webhook {
    fn wants(&self, alert: &str, severity: usize) -> bool {
        let is_severe = self.severities.get(severity).copied().unwrap_or_default();
        is_severe && (self.alerts.is_empty() || self.alerts.iter().any(|name| name == alert))
    }
}

/// What is counted, by webhook.
#[derive(Clone)]
pub struct Counts {
    notifications: Family<Outcome, Counter>,
    waiting: Family<Label, Gauge>,
    latency: Family<Label, Histogram>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Label {
    webhook: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    webhook: String,
    outcome: &'static str,
}

impl Counts {
    /// Counts that are told by a registry.
    pub fn new(registry: &mut Registry) -> Counts {
        let histogram: fn() -> Histogram = || Histogram::new(LATENCIES_S);
        let counts = Counts {
            notifications: Family::default(),
            waiting: Family::default(),
            latency: Family::new_with_constructor(histogram),
        };
        let help = "Attempts to tell a webhook of an alert: taken, refused for good, or to be tried again";
        registry.register("notifications", help, counts.notifications.clone());
        registry.register(
            "notifications_waiting",
            "Notifications that are not acknowledged yet",
            counts.waiting.clone(),
        );
        let latency = counts.latency.clone();
        registry.register_with_unit("notification_duration", "Time of an attempt to notify", Unit::Seconds, latency);
        counts
    }
}

/// Starts telling. `origin` is the address under which others know this server.
pub fn start(runtime: &Runtime, hooks: Vec<Webhook>, app: &App, counts: &Counts, origin: &str) {
    let program: Arc<str> = Arc::from(app.module().name.as_str());
    for hook in hooks {
        let sender = send::Sender::new(Arc::new(hook), (Arc::clone(&program), Arc::from(origin)), counts.clone());
        let sender = Arc::new(sender);
        if let Some(audits) = &app.audits {
            runtime.spawn(tell_of_audits(Arc::clone(&sender), audits.alarm()));
        }
        runtime.spawn(courier::run(sender, Arc::clone(&app.readers), app.writer.clone()));
    }
}

/// Tells of what audits find, the latest that is not acknowledged.
async fn tell_of_audits(sender: Arc<send::Sender>, mut alarm: watch::Receiver<Option<Alarm>>) {
    let critical = SEVERITIES.len() - 1;
    while alarm.changed().await.is_ok() {
        let Some(found) = alarm.borrow_and_update().clone() else { continue };
        if sender.hook().wants(AUDIT_ALERT, critical) {
            sender
                .tell(&payload::Said {
                    alert: AUDIT_ALERT,
                    subject: "",
                    severity: critical,
                    message: &found.message,
                    since: found.since,
                    until: found.until,
                })
                .await;
        }
    }
}
