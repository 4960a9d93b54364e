//! What `lwasc check --format sarif` says of every golden program, held against the official schema of SARIF 2.1.0: of those with mistakes, with
//! warnings, and with nothing to say.

use crate::golden;
use crate::process;
use jsonschema::Validator;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The document of each program under `ui/` fits the schema, and tells as many results as the JSON format tells messages.
pub fn check() -> Result<(), String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(here.join("sarif/sarif-schema-2.1.0.json")).map_err(|why| why.to_string())?;
    let mut schema: Value = serde_json::from_str(&text).map_err(|why| format!("the schema can't be read: {why}"))?;
    // These patterns of languages have a bracket too many, which not every engine takes; we name no language.
    for holder in ["run", "toolComponent"] {
        if let Some(language) = schema["definitions"][holder]["properties"]["language"].as_object_mut() {
            language.remove("pattern");
        }
    }
    let validator = jsonschema::validator_for(&schema).map_err(|why| format!("the schema can't be used: {why}"))?;
    let (mut codes, mut silent, mut with_fixes) = (BTreeSet::new(), 0, 0);
    for program in golden::programs_in(&here.join("ui"))? {
        let document = told(&validator, &program.path())?;
        let run = &document["runs"][0];
        let results = run["results"].as_array().ok_or("there are no results")?;
        silent += usize::from(results.is_empty());
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
            if run["tool"]["driver"]["rules"][index]["id"] != result["ruleId"] {
                return Err(format!("{}: `ruleIndex` leads to another rule", program.name));
            }
            codes.insert(result["ruleId"].to_string());
            with_fixes += usize::from(result["fixes"].is_array());
        }
        let lines = output(&program.path(), "json")?;
        if lines.lines().count() != results.len() {
            return Err(format!("{}: the two formats tell different numbers of messages", program.name));
        }
    }
    // The programs are what makes this a test.
    if codes.len() < 100 || silent < 10 || with_fixes < 20 {
        return Err(format!(
            "only {} codes, {silent} silent programs and {with_fixes} results with fixes",
            codes.len()
        ));
    }
    Ok(())
}

fn told(validator: &Validator, program: &Path) -> Result<Value, String> {
    let text = output(program, "sarif")?;
    let document = serde_json::from_str(&text).map_err(|why| format!("{}: {why}", program.display()))?;
    validator
        .validate(&document)
        .map_err(|wrong| format!("{}: {wrong} at {}", program.display(), wrong.instance_path()))?;
    Ok(document)
}

fn output(program: &Path, format: &str) -> Result<String, String> {
    let mut command = Command::new(process::lwasc()?);
    let done = command.args(["check", "--format", format]).arg(program).output();
    let done = done.map_err(|why| format!("lwasc can't be run: {why}"))?;
    String::from_utf8(done.stdout).map_err(|why| why.to_string())
}
