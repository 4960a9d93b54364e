//! What judging alert rules costs promtool and LwaS, on the same thresholds and the same samples in the same run. A condition is one rule
//! for one host. Processor time is counted, of all threads; LwaS writes its ledger meanwhile. What a program needs to start is taken away by
//! running it over few intervals and over many, several times, of which the median counts. Two ratios come out, which must not be
//! mistaken for each other:
//!
//! - time for the same verdicts: what both need for an interval, after which both know what all conditions are;
//! - judgements a second: promtool gives the verdict of each condition once an interval, LwaS after each entry of its log. Most of them
//!   are known without being asked, as the entry changed nothing that they read, and are true to the last sample all the same.
//!
//! That LwaS has judged is seen in its ledger: it must have told of each alert that began or ended.

use super::{program, settled, write};
use lwas_tests::process::{Sandbox, lwasc};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

const HOSTS: usize = 100;
/// Alerts on one metric.
const ALERTS: usize = 100;

/// How often each is measured.
const ROUNDS: usize = 3;

/// What is measured.
struct Shape {
    name: &'static str,
    work: Work,
    /// The program is written for this, and each sample is an event; otherwise the rules are translated, and all samples of an
    /// interval are one.
    is_written: bool,
    /// Intervals of promtool's two runs, and of ours.
    theirs: [usize; 2],
    ours: [usize; 2],
}

/// What both are given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Work {
    /// How many metrics there are, each of all hosts.
    metrics: usize,
    /// Prometheus has a rule for each threshold, or one for each threshold and host.
    is_rule_of_host: bool,
    /// No sample reaches a threshold; otherwise one in 97 lies above half of those of its metric, for one interval.
    is_quiet: bool,
}

const ALL: Work = Work { metrics: 100, is_rule_of_host: false, is_quiet: false };
const EACH: Work = Work { metrics: 1, is_rule_of_host: true, is_quiet: false };

const SHAPES: [Shape; 6] = [
    Shape {
        name: "10,000 rules of 100 hosts each, translated",
        work: ALL,
        is_written: false,
        theirs: [1, 4],
        ours: [2, 22],
    },
    Shape {
        name: "10,000 rules of 100 hosts each, 10,000 alerts written in LwaS",
        work: ALL,
        is_written: true,
        theirs: [1, 4],
        ours: [2, 22],
    },
    Shape {
        name: "10,000 rules of 100 hosts each, 10,000 alerts written in LwaS, no sample reaches a threshold",
        work: Work { is_quiet: true, ..ALL },
        is_written: true,
        theirs: [1, 4],
        ours: [2, 42],
    },
    Shape {
        name: "100 rules of 100 hosts each, 100 alerts written in LwaS",
        work: Work { is_rule_of_host: false, ..EACH },
        is_written: true,
        theirs: [10, 160],
        ours: [100, 2_100],
    },
    Shape {
        name: "10,000 rules of one host each, 100 alerts written in LwaS",
        work: EACH,
        is_written: true,
        theirs: [1, 21],
        ours: [100, 2_100],
    },
    Shape {
        name: "10,000 rules of one host each, 100 alerts written in LwaS, no sample reaches a threshold",
        work: Work { is_quiet: true, ..EACH },
        is_written: true,
        theirs: [1, 21],
        ours: [100, 4_100],
    },
];

/// Measures both in all shapes, and tells of each as soon as it is done.
pub fn measure() -> Result<String, String> {
    // Two shapes may give promtool the same.
    let mut known = BTreeMap::new();
    for shape in &SHAPES {
        let sandbox = Sandbox::new()?;
        let theirs = match known.get(&shape.work) {
            Some(theirs) => *theirs,
            None => shape.theirs(&sandbox)?,
        };
        known.insert(shape.work, theirs);
        println!("{}\n", shape.told(&sandbox, theirs)?);
    }
    Ok("all alerts that began and ended are in the ledgers".to_owned())
}

impl Shape {
    /// Seconds that promtool needs for an interval.
    fn theirs(&self, sandbox: &Sandbox) -> Result<f64, String> {
        let folder = sandbox.work();
        write(&folder.join("rules.yml"), &self.work.rules())?;
        median(self.theirs, |intervals| {
            write(&folder.join("tests.yml"), &self.work.tests(intervals))?;
            let mut command = Command::new(program()?);
            sandbox.settle(command.args(["test", "rules", "tests.yml"]), &folder);
            timed(&mut command, &folder)
        })
    }

    /// Measures LwaS, and says what came of it beside promtool's seconds.
    fn told(&self, sandbox: &Sandbox, theirs: f64) -> Result<String, String> {
        let folder = sandbox.work();
        let start = Instant::now();
        if self.is_written {
            write(&folder.join("alerts.lwas"), &self.work.written())?;
        } else {
            write(&folder.join("rules.yml"), &self.work.rules())?;
            let import = settled(sandbox, &["import", "prometheus", "rules.yml", "-o", "alerts.lwas"])?;
            if !import.status.success() {
                return Err(String::from_utf8_lossy(&import.stderr).into_owned());
            }
        }
        let imported = start.elapsed();
        let mut build = Command::new(lwasc()?);
        sandbox.settle(build.args(["build", "alerts.lwas", "-o", "alerts.lwx", "--no-cache"]), &folder);
        let build = timed(&mut build, &folder)?;
        let mut told = [0; 2];
        let ours = median(self.ours, |intervals| {
            let time = self.run(sandbox, &folder, intervals)?;
            told[usize::from(intervals == self.ours[1])] = self.check(&folder, intervals)?;
            Ok(time)
        })?;
        let transitions = (told[1] - told[0]) as f64 / (self.ours[1] - self.ours[0]) as f64;
        let (conditions, samples) = (self.work.metrics * ALERTS * HOSTS, self.work.metrics * HOSTS);
        let entries = if self.is_written { samples } else { 1 };
        let (their_rate, our_rate) = (conditions as f64 / theirs, (conditions * entries) as f64 / ours);
        let mut out = format!(
            "{}\n  an interval: conditions {conditions}, samples {samples}, entries {entries}, alerts that began or ended {transitions:.1}\n",
            self.name
        );
        let (their_ms, our_ms, each) = (theirs * 1e3, ours * 1e3, ours * 1e6 / samples as f64);
        let _ = writeln!(
            out,
            "  time for the same verdicts, of the processor, an interval\n    promtool {their_ms:>14.3} ms\n    lwasc    {our_ms:>14.3} ms, {each:.2} µs a sample, ledger and all\n    ratio    {:>14.1}",
            theirs / ours
        );
        let _ = writeln!(
            out,
            "  judgements a second: of all conditions, once an interval by promtool and after each entry by lwasc\n    promtool {their_rate:>18.0}\n    lwasc    {our_rate:>18.0}\n    ratio    {:>18.1}",
            our_rate / their_rate
        );
        let _ = write!(out, "  import {imported:.1?}, build {build:.1?}");
        Ok(out)
    }

    /// How long our run over some intervals took.
    fn run(&self, sandbox: &Sandbox, folder: &Path, intervals: usize) -> Result<Duration, String> {
        write(&folder.join("events.jsonl"), &self.events(intervals))?;
        for end in ["", "-wal", "-shm"] {
            // Mostly there is none.
            let _ = fs::remove_file(folder.join(format!("alerts.ledger{end}")));
        }
        let mut run = Command::new(lwasc()?);
        let arguments = ["run", "alerts.lwx", "--events", "events.jsonl", "--ledger", "alerts.ledger"];
        sandbox.settle(run.args(arguments), folder);
        timed(&mut run, folder)
    }

    /// How many alerts began and ended in the ledger of our run: as many as by the samples.
    fn check(&self, folder: &Path, intervals: usize) -> Result<usize, String> {
        let ledger = Connection::open_with_flags(folder.join("alerts.ledger"), OpenFlags::SQLITE_OPEN_READ_ONLY);
        let count = |ledger: Connection| ledger.query_row("SELECT count(*) FROM std_alert_Alert", [], |row| row.get(0));
        let told: i64 = ledger.and_then(count).map_err(|why| format!("what LwaS has told can't be read: {why}"))?;
        let expected = self.work.transitions(intervals);
        if usize::try_from(told) == Ok(expected) {
            Ok(expected)
        } else {
            Err(format!("LwaS has told {told} times of alerts, not {expected}"))
        }
    }

    fn events(&self, intervals: usize) -> String {
        let (work, mut out) = (self.work, String::new());
        for interval in 0..=intervals {
            let time = format!("2026-01-{:02}T{:02}:{:02}:00Z", 1 + interval / 1440, interval / 60 % 24, interval % 60);
            if self.is_written {
                for (metric, host) in work.series() {
                    let load = work.value(metric, host, interval);
                    let _ = writeln!(
                        out,
                        "{{\"type\":\"Sample\",\"time\":\"{time}\",\"data\":{{\"metric\":{metric},\"host\":\"{host}\",\"load\":{load}}}}}"
                    );
                }
                continue;
            }
            let metrics = (0..work.metrics).map(|metric| {
                let sample = |host| {
                    let load = work.value(metric, host, interval);
                    format!("{{\"labels\":{{\"instance\":\"{host}\"}},\"value\":{load}}}")
                };
                format!("\"load_{metric}\":[{}]", (0..HOSTS).map(sample).collect::<Vec<_>>().join(","))
            });
            let metrics = metrics.collect::<Vec<_>>().join(",");
            let _ = writeln!(out, "{{\"type\":\"Scrape\",\"time\":\"{time}\",\"data\":{{{metrics}}}}}");
        }
        out
    }
}

impl Work {
    fn rules(&self) -> String {
        let mut out = "groups:\n  - name: load\n    rules:\n".to_owned();
        let hosts = if self.is_rule_of_host { HOSTS } else { 1 };
        for metric in 0..self.metrics {
            for (alert, host) in (0..ALERTS).flat_map(|alert| (0..hosts).map(move |host| (alert, host))) {
                let of = if self.is_rule_of_host { format!("{{instance=\"{host}\"}}") } else { String::new() };
                let _ = writeln!(
                    out,
                    "      - {{ alert: M{metric}A{alert}H{host}, expr: 'load_{metric}{of} > {}', for: 5m, labels: {{ severity: warning }} }}",
                    1000 + alert
                );
            }
        }
        out
    }

    fn tests(&self, intervals: usize) -> String {
        let mut out = "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n"
            .to_owned();
        for (metric, host) in self.series() {
            let values: Vec<String> =
                (0..=intervals).map(|interval| self.value(metric, host, interval).to_string()).collect();
            let values = values.join(" ");
            let _ = writeln!(out, "      - {{ series: 'load_{metric}{{instance=\"{host}\"}}', values: '{values}' }}");
        }
        let _ = writeln!(out, "    alert_rule_test:\n      - {{ eval_time: {intervals}m, alertname: None }}");
        out
    }

    /// The program whose alerts are written in LwaS: each is of all hosts.
    fn written(&self) -> String {
        let mut out = "//! Thresholds of the load of hosts.\n\nstate Load[metric: Int, host: Text] { load: Float }\n\
                       event Sample { metric: Int, host: Text, load: Float }\n\
                       rule heard on Sample as s { put Load[s.metric, s.host] { load: s.load } }\n"
            .to_owned();
        for (metric, alert) in (0..self.metrics).flat_map(|metric| (0..ALERTS).map(move |alert| (metric, alert))) {
            let least = 1000 + alert;
            let _ = writeln!(
                out,
                "alert m{metric}_a{alert} warning for l in Load where l.metric == {metric} {{ when l.load > {least} for 5m }}"
            );
        }
        out
    }

    /// All metrics of all hosts.
    fn series(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.metrics).flat_map(|metric| (0..HOSTS).map(move |host| (metric, host)))
    }

    /// The value of a metric at a host: it changes with every interval, and now and then lies above some of the thresholds, never for as
    /// long as an alert needs to fire.
    fn value(&self, metric: usize, host: usize, interval: usize) -> usize {
        let wave = (metric * 31 + host * 17 + interval * 7) % 1000;
        let is_high = !self.is_quiet && (metric + host + interval).is_multiple_of(97);
        if is_high { 1000 + wave % 100 } else { wave }
    }

    /// How often a condition becomes true or false over some intervals, before the first of which all are false.
    fn transitions(&self, intervals: usize) -> usize {
        // The thresholds that a value lies above are the first ones.
        let above = |value: usize| value.saturating_sub(1000).min(ALERTS);
        let of_series = |(metric, host)| {
            let above = |interval| above(self.value(metric, host, interval));
            above(0) + (1..=intervals).map(|interval| above(interval).abs_diff(above(interval - 1))).sum::<usize>()
        };
        self.series().map(of_series).sum()
    }
}

/// Seconds an interval, the median of several rounds: from runs over few and over many.
fn median(intervals: [usize; 2], mut run: impl FnMut(usize) -> Result<Duration, String>) -> Result<f64, String> {
    let mut found = vec![];
    for _ in 0..ROUNDS {
        let (few, many) = (run(intervals[0])?, run(intervals[1])?);
        match many.checked_sub(few) {
            Some(more) if !more.is_zero() => found.push(more.as_secs_f64() / (intervals[1] - intervals[0]) as f64),
            _ => return Err(format!("the longer run was not longer: {few:?} and {many:?}")),
        }
    }
    found.sort_by(f64::total_cmp);
    Ok(found[ROUNDS / 2])
}

/// The processor time that a command takes.
fn timed(command: &mut Command, folder: &Path) -> Result<Duration, String> {
    let path = folder.join("said.txt");
    let said = fs::File::create(&path).map_err(|why| format!("{}: {why}", path.display()))?;
    let child = command.stdout(Stdio::null()).stderr(said).spawn();
    let used = child.and_then(|child| child.wait4()).map_err(|why| format!("{command:?} cannot run: {why}"))?;
    if used.status.success() {
        Ok(used.rusage.utime + used.rusage.stime)
    } else {
        Err(format!("{command:?} failed:\n{}", fs::read_to_string(&path).unwrap_or_default()))
    }
}
