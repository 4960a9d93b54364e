//! What all requests share.

use crate::access::{Access, AccessLog, Counts, Rates};
use crate::audits::Audits;
use crate::metrics::Metrics;
use crate::queries::Defaults;
use crate::readers::Readers;
use crate::traffic::Traffic;
use crate::writer::Writer;
use lwas_ir::{EventId, Module, Offer, Route};
use lwas_runtime::data::Decoder;
use lwas_runtime::{Outcome, Program};
use prometheus_client::registry::Registry;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A program that is served, or what of a set is reached at one address.
pub struct App {
    /// The program.
    pub program: Arc<Program>,
    /// Its name, or those of the programs of a set that are reached here.
    pub name: String,
    /// What of it is reached here.
    pub offer: Offer,
    /// Reads events.
    pub decoder: Decoder,
    /// What the parameters of queries are where they are left out.
    pub defaults: Arc<Defaults>,
    /// Judges them.
    pub writer: Writer,
    /// Answer queries.
    pub readers: Arc<Readers>,
    /// Counts.
    pub metrics: Metrics,
    /// What is counted for all addresses together.
    pub shared: Arc<Registry>,
    /// What is known from audits; none where there are none.
    pub audits: Option<Arc<Audits>>,
    /// What samples have not yet seen.
    pub traffic: Traffic,
    /// The ledger's file, whose size is told.
    pub ledger: PathBuf,
    /// True once the server has been told to end.
    pub ending: watch::Receiver<bool>,
    /// How callers are known.
    pub access: Arc<Access>,
    /// Where requests are noted.
    pub access_log: Arc<AccessLog>,
    /// How often somebody has asked.
    pub counts: Arc<Counts>,
    /// What may be asked of it.
    pub limits: Limits,
}

/// What one client may ask of the server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most bytes of a request's body.
    pub body_bytes: usize,
    /// The most bytes of the answer of a query, and of a page of the log that has more than one entry.
    pub answer_bytes: usize,
    /// How many events may wait to be judged.
    pub waiting: usize,
    /// How many connections may be open.
    pub connections: usize,
    /// How long a client may take to send a request's head, its body, or to take a part of an answer.
    pub patience: Duration,
    /// How often somebody may ask.
    pub rates: Rates,
}

impl Default for Limits {
    fn default() -> Limits {
        // A line of `lwasc run` may be as long as that too.
        let body_bytes = 1 << 20;
        Limits {
            body_bytes,
            answer_bytes: 16 << 20,
            waiting: 10_000,
            connections: 10_000,
            patience: Duration::from_secs(30),
            rates: Rates::default(),
        }
    }
}

impl App {
    /// Counts what became of an event.
    pub fn judged(&self, event: &str, outcome: &Outcome) {
        self.metrics.judged(event, outcome);
        self.traffic.judged(event, outcome);
    }

    /// The program's module.
    pub fn module(&self) -> &Module {
        &self.program.module
    }

    /// The program's own routes that are reached here, with their places in the module.
    pub fn own_routes(&self) -> impl Iterator<Item = (usize, &Route)> {
        let places = self.offer.routes.iter().map(|place| *place as usize);
        places.filter_map(|place| Some((place, self.module().routes.get(place)?)))
    }

    /// The event of this name, where it may come from outside.
    pub fn accepted(&self, name: &str) -> Option<EventId> {
        self.offer.events.get(name).copied()
    }

    /// The number of the query of this name.
    pub fn query(&self, name: &str) -> Option<usize> {
        self.offer.queries.get(name).map(|place| *place as usize)
    }
}
