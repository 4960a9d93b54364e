//! What a runner can sample, by the names that programs use: `@sample(machine, interval)`. The checker, the verifier and the runner
//! look here, so that none of them knows a reading that another does not.

/// What an event is sampled from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleSource {
    /// The machine on which the runner runs.
    Machine,
    /// What a program that the runner serves was asked since the last sample: an event for each program that was asked something.
    Requests,
    /// What became of the events of one type since the last sample: an event for each type of which some were judged.
    Outcomes,
}

/// What can be read of a source. A field of a sampled event has its name and type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: ReadingKind,
    /// Whether there may be none, as where a machine does not count it. Its type is an option then.
    pub may_be_none: bool,
}

/// The type of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingKind {
    /// `Text`.
    Text,
    /// `Int`: a count, or bytes.
    Int,
    /// `Decimal(1)`: percent.
    Percent,
    /// `Duration`.
    Duration,
}

/// The reading of a machine for which the program names an address.
pub const LATENCY: &str = "latency";

use ReadingKind::{Duration, Int, Percent, Text};

const fn always(name: &'static str, kind: ReadingKind) -> Reading {
    Reading { name, kind, may_be_none: false }
}

const fn perhaps(name: &'static str, kind: ReadingKind) -> Reading {
    Reading { name, kind, may_be_none: true }
}

/// Bytes are those in use, of all, and since the last sample; `disk_busy` is the share of time in which the busiest disk was at work, and
/// the disk's space that of the ledger's file system.
const MACHINE: [Reading; 10] = [
    perhaps("cpu", Percent),
    perhaps("memory_used", Int),
    perhaps("memory_total", Int),
    perhaps("disk_used", Int),
    perhaps("disk_total", Int),
    perhaps("disk_busy", Percent),
    perhaps("uptime", Duration),
    perhaps("received", Int),
    perhaps("sent", Int),
    perhaps(LATENCY, Duration),
];

/// Errors are statuses from 500 on; the last three are quantiles of the times between a request's head and its answer.
const REQUESTS: [Reading; 6] = [
    always("program", Text),
    always("requests", Int),
    always("errors", Int),
    perhaps("p50", Duration),
    perhaps("p95", Duration),
    perhaps("p99", Duration),
];

/// The event's name is that of the log.
const OUTCOMES: [Reading; 3] = [always("event", Text), always("applied", Int), always("rejected", Int)];

impl SampleSource {
    /// All of them.
    pub const ALL: [SampleSource; 3] = [SampleSource::Machine, SampleSource::Requests, SampleSource::Outcomes];

    /// As programs name it.
    pub fn name(self) -> &'static str {
        match self {
            SampleSource::Machine => "machine",
            SampleSource::Requests => "requests",
            SampleSource::Outcomes => "outcomes",
        }
    }

    /// What can be read of it.
    pub fn readings(self) -> &'static [Reading] {
        match self {
            SampleSource::Machine => &MACHINE,
            SampleSource::Requests => &REQUESTS,
            SampleSource::Outcomes => &OUTCOMES,
        }
    }

    /// The reading of this name.
    pub fn reading(self, name: &str) -> Option<&'static Reading> {
        self.readings().iter().find(|reading| reading.name == name)
    }
}
