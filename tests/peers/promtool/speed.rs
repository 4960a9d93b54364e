//! How many rules a second promtool evaluates and LwaS judges, on the same rules and the same samples: 10,000 alerts over 100
//! hosts, in which 100 alerts read each of 100 metrics. A rule is one alert of the file; it is counted once for each interval, in
//! which promtool evaluates it for all hosts, and LwaS judges it whenever one of its samples has come. What a program needs to start
//! is taken away by running it over few intervals and over many.

use super::{program, settled, write};
use lwas_tests::process::{Sandbox, lwasc};
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const HOSTS: usize = 100;
const METRICS: usize = 100;
const ALERTS_OF_A_METRIC: usize = 100;
const RULES: usize = METRICS * ALERTS_OF_A_METRIC;

/// Intervals of promtool's two runs, and of ours.
const THEIRS: (usize, usize) = (1, 6);
const OURS: (usize, usize) = (5, 65);

/// Measures both, and tells.
pub fn measure() -> Result<String, String> {
    let sandbox = Sandbox::new()?;
    let folder = sandbox.work();
    write(&folder.join("rules.yml"), &rules())?;
    let mut theirs = Vec::new();
    for intervals in [THEIRS.0, THEIRS.1] {
        write(&folder.join("tests.yml"), &tests(intervals))?;
        let mut command = Command::new(program()?);
        sandbox.settle(command.args(["test", "rules", "tests.yml"]), &folder);
        theirs.push(timed(&mut command)?);
    }
    let start = Instant::now();
    let import = settled(&sandbox, &["import", "prometheus", "rules.yml", "-o", "alerts.lwas"])?;
    if !import.status.success() {
        return Err(String::from_utf8_lossy(&import.stderr).into_owned());
    }
    let imported = start.elapsed();
    let mut build = Command::new(lwasc()?);
    sandbox.settle(build.args(["build", "alerts.lwas", "-o", "alerts.lwx", "--no-cache"]), &folder);
    let built = timed(&mut build)?;
    let mut ours = Vec::new();
    for intervals in [OURS.0, OURS.1] {
        write(&folder.join("events.jsonl"), &events(intervals))?;
        let _ = std::fs::remove_file(folder.join("alerts.ledger"));
        let mut run = Command::new(lwasc()?);
        sandbox
            .settle(run.args(["run", "alerts.lwx", "--events", "events.jsonl", "--ledger", "alerts.ledger"]), &folder);
        ours.push(timed(&mut run)?);
    }
    told(&theirs, &ours, imported, built)
}

fn told(theirs: &[Duration], ours: &[Duration], imported: Duration, built: Duration) -> Result<String, String> {
    let each = |runs: &[Duration], intervals: (usize, usize)| match runs {
        [short, long] if long > short => Ok((*long - *short) / u32::try_from(intervals.1 - intervals.0).unwrap_or(1)),
        _ => Err(format!("the longer run was not longer: {runs:?}")),
    };
    let (theirs_each, ours_each) = (each(theirs, THEIRS)?, each(ours, OURS)?);
    let rate = |each: Duration| RULES as f64 / each.as_secs_f64();
    let samples = HOSTS * METRICS;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{RULES} alerts over {HOSTS} hosts, {samples} samples an interval, {ALERTS_OF_A_METRIC} alerts a sample"
    );
    let _ = writeln!(
        out,
        "promtool  {theirs_each:>10.1?} an interval  {:>12.0} rules a second  (runs {theirs:.1?})",
        rate(theirs_each)
    );
    let _ = writeln!(
        out,
        "lwasc     {ours_each:>10.1?} an interval  {:>12.0} rules a second  (runs {ours:.1?})",
        rate(ours_each)
    );
    let _ = writeln!(out, "lwasc     {:.2?} a sample, ledger and all", ours_each / u32::try_from(samples).unwrap_or(1));
    let _ = writeln!(out, "import    {imported:.1?}, build {built:.1?}");
    let _ = write!(out, "ratio     {:.1}", rate(ours_each) / rate(theirs_each));
    Ok(out)
}

fn timed(command: &mut Command) -> Result<Duration, String> {
    let start = Instant::now();
    let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).output();
    let output = output.map_err(|why| format!("{command:?} cannot run: {why}"))?;
    if output.status.success() {
        Ok(start.elapsed())
    } else {
        Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn rules() -> String {
    let mut out = "groups:\n  - name: load\n    rules:\n".to_owned();
    for metric in 0..METRICS {
        for alert in 0..ALERTS_OF_A_METRIC {
            let _ = writeln!(
                out,
                "      - {{ alert: M{metric}A{alert}, expr: 'load_{metric} > {}', for: 5m, labels: {{ severity: warning }} }}",
                1000 + alert
            );
        }
    }
    out
}

/// The value of a metric at a host: it changes with every interval, and now and then lies above some of the thresholds.
fn value(metric: usize, host: usize, interval: usize) -> usize {
    let wave = (metric * 31 + host * 17 + interval * 7) % 1000;
    if (metric + host + interval) % 97 == 0 { 1000 + wave % 100 } else { wave }
}

fn tests(intervals: usize) -> String {
    let mut out =
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n".to_owned();
    for metric in 0..METRICS {
        for host in 0..HOSTS {
            let values: Vec<String> =
                (0..=intervals).map(|interval| value(metric, host, interval).to_string()).collect();
            let _ = writeln!(
                out,
                "      - {{ series: 'load_{metric}{{instance=\"{host}\"}}', values: '{}' }}",
                values.join(" ")
            );
        }
    }
    let _ = writeln!(out, "    alert_rule_test:\n      - {{ eval_time: {intervals}m, alertname: None }}");
    out
}

fn events(intervals: usize) -> String {
    let mut out = String::new();
    for interval in 0..=intervals {
        let (hours, minutes) = (interval / 60, interval % 60);
        let _ = write!(out, "{{\"type\":\"Scrape\",\"time\":\"2026-01-01T{hours:02}:{minutes:02}:00Z\",\"data\":{{");
        for metric in 0..METRICS {
            let samples: Vec<String> = (0..HOSTS)
                .map(|host| {
                    format!("{{\"labels\":{{\"instance\":\"{host}\"}},\"value\":{}}}", value(metric, host, interval))
                })
                .collect();
            let comma = if metric == 0 { "" } else { "," };
            let _ = write!(out, "{comma}\"load_{metric}\":[{}]", samples.join(","));
        }
        out.push_str("}}\n");
    }
    out
}
