//! Audits by schedule: beside the writer, a reader of its own replays the log and compares every row, again and again.
//!
//! An audit runs on a thread of the lowest priority that works at most half of the time, holds the file to one moment only for the
//! length of a page or while rows are compared, and keeps nothing in memory that grows with the ledger. What it finds is in the log, in `/health`
//! and in the metrics. After one that has found something the server is not ready and judges nothing more, unless it is told to go on:
//! what it would write would follow from state that nobody can explain.

use crate::readers::Open;
use crate::writer::Writer;
use lwas_exact::calendar::format_time;
use lwas_ledger::{Head, Ledger, Mode};
use lwas_runtime::RuntimeError;
use lwas_runtime::audit::{Audit, Report, audit, is_found};
use lwas_runtime::clock::now;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// After how long an audit that could not be done is tried again, where the next is not earlier.
const SOON: Duration = Duration::from_secs(600);

/// The longest pause between two pages.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The microseconds of a second.
const MICROS: f64 = 1e6;

/// When the ledger is audited, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditPlan {
    /// How long after the end of one the next begins. The first begins with the server.
    pub every: Duration,
    /// Whether the server goes on writing to a ledger of which an audit has found that it does not agree with itself.
    pub goes_on: bool,
}

/// What is known from audits.
pub struct Audits {
    plan: AuditPlan,
    ledger: PathBuf,
    open: Open,
    head: watch::Receiver<Head>,
    last: Mutex<Option<Last>>,
    refuses: Arc<AtomicBool>,
    alarm: watch::Sender<Option<Alarm>>,
    counts: Counts,
}

/// What the last audit has come to, as `/health` tells it.
#[derive(Clone, Debug, Serialize)]
pub struct Last {
    /// How it went.
    pub status: Verdict,
    /// When it ended, in words.
    pub at: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The last entry that it has seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
}

/// That an audit has found something, or that a later one was clean again. Times are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What was found first.
    pub message: String,
    /// When the audit that has found it ended.
    pub since: i64,
    /// When one that was clean ended; none before.
    pub until: Option<i64>,
}

/// How an audit went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The ledger agrees with itself.
    Clean,
    /// It does not.
    Different,
    /// Nobody knows: it could not be done.
    Failed,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Verdict::Clean => "clean",
            Verdict::Different => "different",
            Verdict::Failed => "failed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    verdict: &'static str,
}

#[derive(Default)]
struct Counts {
    audits: Family<Labels, Counter>,
    at: Gauge<f64, AtomicU64>,
    duration: Gauge<f64, AtomicU64>,
    clean: Gauge,
}

impl Counts {
    fn register(&self, registry: &mut Registry) {
        registry.register("audits", "Audits that have ended, by what they have found", self.audits.clone());
        let at = self.at.clone();
        registry.register_with_unit("audit_last_timestamp", "When the last audit has ended", Unit::Seconds, at);
        let duration = self.duration.clone();
        registry.register_with_unit("audit_last_duration", "How long the last audit took", Unit::Seconds, duration);
        registry.register(
            "audit_clean",
            "1 while the last audit that could be done has found nothing",
            self.clean.clone(),
        );
    }
}

impl Audits {
    /// Of what a writer writes to. While it is not to write, it is told so.
    pub fn new(plan: AuditPlan, ledger: PathBuf, open: Open, writer: &Writer, registry: &mut Registry) -> Audits {
        let counts = Counts::default();
        counts.clean.set(1);
        counts.register(registry);
        let (head, refuses) = (writer.head.clone(), Arc::clone(&writer.refusing));
        Audits { plan, ledger, open, head, last: Mutex::default(), refuses, alarm: watch::Sender::new(None), counts }
    }

    /// What the last one has come to; none before the first has ended.
    pub fn last(&self) -> Option<Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What others are to be told.
    pub fn alarm(&self) -> watch::Receiver<Option<Alarm>> {
        self.alarm.subscribe()
    }

    /// Audits again and again; never ends.
    pub async fn keep(self: Arc<Self>) {
        loop {
            let begun = Instant::now();
            let found = self.once().await;
            let verdict = self.note(found, begun.elapsed());
            let pause = if verdict == Verdict::Failed { self.plan.every.min(SOON) } else { self.plan.every };
            tokio::time::sleep(pause).await;
        }
    }

    /// One audit, on a thread of its own, since its priority can't be raised again.
    async fn once(&self) -> Result<Report, RuntimeError> {
        let (tell, told) = oneshot::channel();
        let (path, open) = (self.ledger.clone(), Arc::clone(&self.open));
        // What the writer has written itself must be in the chain: so another whole chain is found too.
        let head = *self.head.borrow();
        let work = move || {
            lower_priority();
            let mut rest = Rest(Instant::now());
            let how = Audit { open: &*open, expect: Some((head.seq, head.hash)) };
            let done = Ledger::open(&path, Mode::ReadOnly).map_err(RuntimeError::from);
            // Who no longer listens has ended.
            let _ = tell.send(done.and_then(|mut ledger| audit(&mut ledger, &how, |_, _| rest.pause())));
        };
        let thread = std::thread::Builder::new().name("audit".to_owned()).stack_size(crate::STACK_BYTES).spawn(work);
        let world =
            |what: &dyn std::fmt::Display| RuntimeError::World(format!("the audit did not come to its end: {what}"));
        thread.map_err(|error| world(&error))?;
        told.await.map_err(|error| world(&error))?
    }

    /// Says, counts and keeps what an audit has found.
    fn note(&self, found: Result<Report, RuntimeError>, took: Duration) -> Verdict {
        let (seconds, time) = (took.as_secs_f64(), now());
        let (status, seq) = match found {
            Ok(Report { head: Head { seq, hash, .. }, entries, rows, differences }) => match differences.first() {
                None => {
                    let head = format!("{seq}:{hash}");
                    tracing::info!(head, entries, rows, seconds, "audit: the ledger agrees with itself");
                    (self.is_clean(time), Some(seq))
                }
                Some(first) => (self.is_different(first.to_string(), differences.len(), time), Some(seq)),
            },
            Err(error) if is_found(&error) => (self.is_different(error.to_string(), 1, time), None),
            Err(error) => {
                let why = error.to_string();
                tracing::error!(?why, seconds, "audit: it could not be done");
                (Verdict::Failed, None)
            }
        };
        self.counts.audits.get_or_create(&Labels { verdict: status.word() }).inc();
        self.counts.at.set(time as f64 / MICROS);
        self.counts.duration.set(seconds);
        let at = format_time(time).unwrap_or_default();
        let seconds = (seconds * 1e3).round() / 1e3;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Last { status, at, seconds, seq });
        status
    }

    fn is_clean(&self, time: i64) -> Verdict {
        self.counts.clean.set(1);
        if self.refuses.swap(false, Ordering::Relaxed) {
            tracing::warn!("audit: events are judged again");
        }
        self.alarm.send_if_modified(|alarm| {
            let Some(Alarm { until: until @ None, .. }) = alarm else { return false };
            *until = Some(time);
            true
        });
        Verdict::Clean
    }

    fn is_different(&self, first: String, differences: usize, time: i64) -> Verdict {
        tracing::error!(?first, differences, "audit: the ledger does not agree with itself");
        self.counts.clean.set(0);
        if !self.plan.goes_on && !self.refuses.swap(true, Ordering::Relaxed) {
            tracing::error!("audit: nothing is judged any more");
        }
        self.alarm.send_if_modified(|alarm| {
            let is_known = matches!(alarm, Some(Alarm { until: None, .. }));
            if !is_known {
                let message = format!("the ledger does not agree with itself: {first}");
                *alarm = Some(Alarm { message, since: time, until: None });
            }
            !is_known
        });
        Verdict::Different
    }
}

/// When an audit has paused last.
struct Rest(Instant);

impl Rest {
    /// Rests for as long as it has worked.
    fn pause(&mut self) {
        std::thread::sleep(self.0.elapsed().min(LONGEST_PAUSE));
        self.0 = Instant::now();
    }
}

/// Lets all other threads go first. That it can't be done costs speed and nothing else.
fn lower_priority() {
    // Elsewhere it would be that of the whole process.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 19) {
        tracing::debug!(%error, "the audit keeps its priority");
    }
}
