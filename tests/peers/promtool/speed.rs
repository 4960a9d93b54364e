//! How many conditions a second promtool evaluates and LwaS judges, on the same thresholds and the same samples. A condition is one
//! rule for one host; it is counted once for each interval, in which promtool evaluates it and LwaS has judged what its new sample
//! means for it, be it by evaluating it or by knowing that the sample lies on the same side of its threshold as the last one.
//! Processor time is counted, of all threads; what a program needs to start is taken away by running it over few intervals and over
//! many. LwaS also writes its ledger meanwhile.

use super::{program, settled, write};
use lwas_tests::process::{Sandbox, lwasc};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const HOSTS: usize = 100;
const METRICS: usize = 100;
/// Alerts on one metric.
const ALERTS: usize = 100;

/// What is measured.
struct Shape {
    name: &'static str,
    /// How many metrics there are, each of all hosts.
    metrics: usize,
    /// Prometheus has a rule for each threshold, or one for each threshold and host.
    is_rule_of_host: bool,
    /// The program is written for this, and each sample is an event; otherwise the rules are translated, and all samples of an
    /// interval are one.
    is_written: bool,
    /// Intervals of promtool's two runs, and of ours.
    theirs: [usize; 2],
    ours: [usize; 2],
}

const SHAPES: [Shape; 3] = [
    Shape {
        name: "10,000 rules of 100 hosts each, translated",
        metrics: METRICS,
        is_rule_of_host: false,
        is_written: false,
        theirs: [1, 6],
        ours: [5, 65],
    },
    Shape {
        name: "100 rules of 100 hosts each, 100 alerts written in LwaS",
        metrics: 1,
        is_rule_of_host: false,
        is_written: true,
        theirs: [10, 160],
        ours: [100, 1_100],
    },
    Shape {
        name: "10,000 rules of one host each, 100 alerts written in LwaS",
        metrics: 1,
        is_rule_of_host: true,
        is_written: true,
        theirs: [1, 21],
        ours: [100, 1_100],
    },
];

/// Measures both in all shapes, and tells.
pub fn measure() -> Result<String, String> {
    let told: Vec<String> = SHAPES.iter().map(Shape::measure).collect::<Result<_, _>>()?;
    Ok(told.join("\n\n"))
}

impl Shape {
    fn measure(&self) -> Result<String, String> {
        let sandbox = Sandbox::new()?;
        let folder = sandbox.work();
        write(&folder.join("rules.yml"), &self.rules())?;
        let mut theirs = Vec::new();
        for intervals in self.theirs {
            write(&folder.join("tests.yml"), &self.tests(intervals))?;
            let mut command = Command::new(program()?);
            sandbox.settle(command.args(["test", "rules", "tests.yml"]), &folder);
            theirs.push(timed(&mut command)?);
        }
        let start = Instant::now();
        if self.is_written {
            write(&folder.join("alerts.lwas"), &written())?;
        } else {
            let import = settled(&sandbox, &["import", "prometheus", "rules.yml", "-o", "alerts.lwas"])?;
            if !import.status.success() {
                return Err(String::from_utf8_lossy(&import.stderr).into_owned());
            }
        }
        let imported = start.elapsed();
        let mut build = Command::new(lwasc()?);
        sandbox.settle(build.args(["build", "alerts.lwas", "-o", "alerts.lwx", "--no-cache"]), &folder);
        let build = timed(&mut build)?;
        let mut ours = Vec::new();
        for intervals in self.ours {
            ours.push(self.run(&sandbox, &folder, intervals)?);
        }
        let told = self.told([theirs[0], theirs[1]], [ours[0], ours[1]])?;
        Ok(format!("{told}\nimport   {imported:.1?}, build {build:.1?}"))
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
        timed(&mut run)
    }

    fn told(&self, theirs: [Duration; 2], ours: [Duration; 2]) -> Result<String, String> {
        let conditions = self.metrics * ALERTS * HOSTS;
        let samples = self.metrics * HOSTS;
        let (theirs_each, ours_each) = (each(theirs, self.theirs)?, each(ours, self.ours)?);
        let rate = |each: f64| conditions as f64 / each;
        let mut out = format!("{}: {conditions} conditions and {samples} samples an interval\n", self.name);
        for (who, each, runs) in [("promtool", theirs_each, theirs), ("lwasc", ours_each, ours)] {
            let (ms, rate) = (each * 1e3, rate(each));
            let _ =
                writeln!(out, "{who:<8} {ms:>10.3} ms an interval {rate:>14.0} conditions a second  (runs {runs:.2?})");
        }
        let _ = writeln!(out, "lwasc    {:.2} µs a sample, ledger and all", ours_each * 1e6 / samples as f64);
        let _ = write!(out, "ratio    {:.1}", theirs_each / ours_each);
        Ok(out)
    }

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
        for (metric, host) in (0..self.metrics).flat_map(|metric| (0..HOSTS).map(move |host| (metric, host))) {
            let values: Vec<String> =
                (0..=intervals).map(|interval| value(metric, host, interval).to_string()).collect();
            let values = values.join(" ");
            let _ = writeln!(out, "      - {{ series: 'load_{metric}{{instance=\"{host}\"}}', values: '{values}' }}");
        }
        let _ = writeln!(out, "    alert_rule_test:\n      - {{ eval_time: {intervals}m, alertname: None }}");
        out
    }

    fn events(&self, intervals: usize) -> String {
        let mut out = String::new();
        for interval in 0..=intervals {
            let time = format!("2026-01-{:02}T{:02}:{:02}:00Z", 1 + interval / 1440, interval / 60 % 24, interval % 60);
            if self.is_written {
                for host in 0..HOSTS {
                    let load = value(0, host, interval);
                    let _ = writeln!(
                        out,
                        "{{\"type\":\"Sample\",\"time\":\"{time}\",\"data\":{{\"host\":\"{host}\",\"load\":{load}}}}}"
                    );
                }
                continue;
            }
            let metrics = (0..self.metrics).map(|metric| {
                let sample = |host| {
                    format!("{{\"labels\":{{\"instance\":\"{host}\"}},\"value\":{}}}", value(metric, host, interval))
                };
                format!("\"load_{metric}\":[{}]", (0..HOSTS).map(sample).collect::<Vec<_>>().join(","))
            });
            let metrics = metrics.collect::<Vec<_>>().join(",");
            let _ = writeln!(out, "{{\"type\":\"Scrape\",\"time\":\"{time}\",\"data\":{{{metrics}}}}}");
        }
        out
    }
}

/// The program whose alerts are written in LwaS: each is of all hosts.
fn written() -> String {
    let mut out = "//! Thresholds of the load of hosts.\n\nstate Host[name: Text] { load: Float }\n\
                   event Sample { host: Text, load: Float }\n\
                   rule heard on Sample as s { put Host[s.host] { load: s.load } }\n"
        .to_owned();
    for alert in 0..ALERTS {
        let _ = writeln!(out, "alert a{alert} warning for h in Host {{ when h.load > {} for 5m }}", 1000 + alert);
    }
    out
}

/// The value of a metric at a host: it changes with every interval, and now and then lies above some of the thresholds.
fn value(metric: usize, host: usize, interval: usize) -> usize {
    let wave = (metric * 31 + host * 17 + interval * 7) % 1000;
    if (metric + host + interval).is_multiple_of(97) { 1000 + wave % 100 } else { wave }
}

/// Seconds an interval, from runs over few and over many.
fn each(runs: [Duration; 2], intervals: [usize; 2]) -> Result<f64, String> {
    match runs[1].checked_sub(runs[0]) {
        Some(more) if !more.is_zero() => Ok(more.as_secs_f64() / (intervals[1] - intervals[0]) as f64),
        _ => Err(format!("the longer run was not longer: {runs:?}")),
    }
}

/// The processor time that a command takes.
fn timed(command: &mut Command) -> Result<Duration, String> {
    let before = children()?;
    let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).output();
    let output = output.map_err(|why| format!("{command:?} cannot run: {why}"))?;
    if output.status.success() {
        Ok(children()?.saturating_sub(before))
    } else {
        Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// The processor time of all children that have ended, as Linux tells it, in hundredths of a second.
fn children() -> Result<Duration, String> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|why| format!("/proc/self/stat: {why}"))?;
    // Behind the name, which may hold spaces, these are the 16th and the 17th field.
    let fields = stat.rsplit_once(") ").map(|(_, fields)| fields.split_whitespace().collect::<Vec<_>>());
    let ticks = |at: usize| fields.as_ref()?.get(at)?.parse::<u64>().ok();
    match (ticks(13), ticks(14)) {
        (Some(user), Some(system)) => Ok(Duration::from_millis(10 * (user + system))),
        _ => Err(format!("/proc/self/stat tells no times: {stat}")),
    }
}
