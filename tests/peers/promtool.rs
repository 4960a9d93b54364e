//! The same rules and unit tests in promtool and, translated by `lwasc import prometheus`, in `lwasc test`. Each test must have the
//! same verdict in both: as it is written, where all pass, and with a number changed, where many fail. It needs promtool, so it runs
//! by its own command, `.ci/promtool`, and not with the other tests; `--speed` measures instead.

#[path = "promtool/mutant.rs"]
mod mutant;
#[path = "promtool/speed.rs"]
mod speed;

use lwas_tests::process::{Sandbox, lwasc, repository};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Files of rules and tests in `peers/prometheus`.
const CORPUS: &[&str] = &["hosts", "services", "rates"];

/// How many changed tests are tried of each.
const MUTANTS: u64 = 40;

/// Whether each test passed, by its name.
type Verdicts = BTreeMap<String, bool>;

fn main() -> ExitCode {
    let is_speed = env::args().any(|arg| arg == "--speed");
    match if is_speed { speed::measure() } else { compare() } {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<String, String> {
    let (mut passed, mut failed, mut refused) = (0, 0, 0);
    for name in CORPUS {
        let sandbox = Sandbox::new()?;
        let folder = sandbox.work();
        let rules = corpus(&format!("{name}.rules.yml"))?;
        let tests = corpus(&format!("{name}.tests.yml"))?;
        write(&folder.join(format!("{name}.rules.yml")), &rules)?;
        let whole = both(&sandbox, name, &tests)?;
        if let Some((test, _)) = whole.theirs.iter().find(|(_, passed)| !**passed) {
            return Err(format!("promtool fails `{test}` of {name} as it is written"));
        }
        if whole.ours.len() != whole.theirs.len() {
            return Err(format!("not all tests of {name} are translated: {:?}", whole.ours.keys()));
        }
        passed += whole.ours.len();
        for seed in 0..MUTANTS {
            let Some(changed) = mutant::of(&tests, seed) else { continue };
            let verdicts = both(&sandbox, name, &changed)?;
            passed += verdicts.ours.values().filter(|passed| **passed).count();
            failed += verdicts.ours.values().filter(|passed| !**passed).count();
            refused += verdicts.theirs.len() - verdicts.ours.len();
        }
    }
    if failed == 0 {
        return Err("no changed test failed, so nothing was compared".to_owned());
    }
    Ok(format!(
        "{} verdicts are equal: {passed} passed, {failed} failed; {refused} changed tests were refused",
        passed + failed
    ))
}

struct Both {
    ours: Verdicts,
    theirs: Verdicts,
}

/// The verdicts of both, which agree on every test that was translated whole.
fn both(sandbox: &Sandbox, name: &str, tests: &str) -> Result<Both, String> {
    let folder = sandbox.work();
    let file = format!("{name}.tests.yml");
    write(&folder.join(&file), tests)?;
    let theirs = promtool(sandbox, &file, tests)?;
    let ours = translated(sandbox, name)?;
    for (test, passed) in &ours {
        if theirs.get(test) != Some(passed) {
            let verdict = |passed: bool| if passed { "passes" } else { "fails" };
            let other = theirs.get(test).map_or("is not known to", |passed| verdict(*passed));
            return Err(format!("`{test}` of {name} {} here and {other} promtool, in:\n{tests}", verdict(*passed)));
        }
    }
    Ok(Both { ours, theirs })
}

/// What promtool says of each test: it names those that fail.
fn promtool(sandbox: &Sandbox, file: &str, tests: &str) -> Result<Verdicts, String> {
    let finished = sandbox.run(Command::new(program()?).args(["test", "rules", file]), &sandbox.work())?;
    let names = tests.lines().filter_map(|line| line.strip_prefix("  - name: ")).map(str::to_owned);
    let failed: Vec<&str> =
        finished.output.lines().filter_map(|line| line.trim().strip_prefix("name: ")?.strip_suffix(',')).collect();
    if (finished.code == Some(0)) != failed.is_empty() {
        return Err(format!("promtool ends with {:?}:\n{}", finished.code, finished.output));
    }
    Ok(names.map(|name| (name.clone(), !failed.contains(&name.as_str()))).collect())
}

/// What `lwasc test` says of each test that was translated whole.
fn translated(sandbox: &Sandbox, name: &str) -> Result<Verdicts, String> {
    let folder = sandbox.work();
    let (rules, tests, program) = (format!("{name}.rules.yml"), format!("{name}.tests.yml"), format!("{name}.lwas"));
    let arguments = ["import", "prometheus", &rules, "--tests", &tests, "-o", &program, "--json"];
    let output = settled(sandbox, &arguments)?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|why| format!("the report is no JSON: {why}\n{}", String::from_utf8_lossy(&output.stderr)))?;
    let list = report["tests"].as_array().ok_or("the report has no tests")?;
    let whole = list.iter().filter(|test| test["refused"].as_array().is_some_and(Vec::is_empty));
    let whole: Vec<&str> = whole.filter_map(|test| test["test"].as_str()).collect();
    let finished = sandbox.run(Command::new(lwasc()?).args(["test", &program]), &folder)?;
    let verdict = |line: &str| {
        let line = line.strip_prefix("test ")?;
        let (test, passed) = match line.strip_suffix(" ... ok") {
            Some(test) => (test, true),
            None => (line.strip_suffix(" ... FAILED")?, false),
        };
        whole.contains(&test).then(|| (test.to_owned(), passed))
    };
    let verdicts: Verdicts = finished.output.lines().filter_map(verdict).collect();
    if verdicts.len() != whole.len() {
        return Err(format!("`lwasc test` does not run all tests of {name}:\n{}", finished.output));
    }
    Ok(verdicts)
}

/// Runs `lwasc` with both outputs apart.
fn settled(sandbox: &Sandbox, arguments: &[&str]) -> Result<std::process::Output, String> {
    let mut command = Command::new(lwasc()?);
    sandbox.settle(command.args(arguments), &sandbox.work());
    command.output().map_err(|why| format!("lwasc cannot run: {why}"))
}

/// Promtool, which the command that runs this has found.
fn program() -> Result<String, String> {
    env::var("PROMTOOL").map_err(|_| "`PROMTOOL` names no promtool: run `.ci/promtool`".to_owned())
}

fn corpus(name: &str) -> Result<String, String> {
    let path = repository().join("tests/peers/prometheus").join(name);
    fs::read_to_string(&path).map_err(|why| format!("{}: {why}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|why| format!("{}: {why}", path.display()))
}
