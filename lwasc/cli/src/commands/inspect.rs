//! `lwasc inspect`: tells what is in an artifact. It is taken apart and its signature is checked against the key that it names itself,
//! which proves that it is whole, not that it is yours: `lwasc verify` tells that. Nothing of it is executed.

use super::program;
use crate::args::Inspect;
use crate::exit::{Done, Stop};
use crate::output;
use lwas_artifact::{Sealed, SourceText, Verified};
use lwas_driver::render::visible;
use lwas_seal::Hash;
use serde::Serialize;

/// Characters of a list in a line.
const WIDTH: usize = 100;

#[derive(Serialize)]
struct Told<'a> {
    program: &'a str,
    hash: String,
    signer: String,
    lwas: &'a str,
    compiler: &'a str,
    schema: String,
    targets: Vec<&'a str>,
    states: &'a [String],
    events: &'a [String],
    queries: &'a [String],
    axioms: &'a [String],
    beliefs: &'a [String],
    alerts: &'a [String],
    routes: &'a [String],
    exports: &'a [String],
    settings: &'a [String],
    samples: &'a [String],
    sources: &'a [String],
    modules: Vec<Carried<'a>>,
    functions: usize,
    step_budget: u64,
    memory_budget: u64,
    bytes: usize,
}

/// A module whose text the artifact carries.
#[derive(Serialize)]
struct Carried<'a> {
    module: &'a str,
    file: &'a str,
    hash: String,
}

pub fn run(args: &Inspect) -> Done {
    let bytes = program::read(&args.artifact)?;
    let shown = args.artifact.display().to_string();
    let verified = open(&bytes).map_err(|stop| stop.about(&shown))?;
    let manifest = &verified.manifest;
    let told = Told {
        program: &manifest.name,
        hash: verified.hash.to_string(),
        signer: verified.signer.to_string(),
        lwas: &manifest.lwas,
        compiler: &manifest.compiler,
        schema: manifest.schema.to_string(),
        targets: verified.targets().collect(),
        states: &manifest.states,
        events: &manifest.events,
        queries: &manifest.queries,
        axioms: &manifest.axioms,
        beliefs: &manifest.beliefs,
        alerts: &manifest.alerts,
        routes: &manifest.routes,
        exports: &manifest.exports,
        settings: &manifest.settings,
        samples: &manifest.samples,
        sources: &manifest.sources,
        modules: verified.sources.modules.iter().map(carried).collect(),
        functions: verified.module.functions.len(),
        step_budget: manifest.step_budget,
        memory_budget: manifest.memory_budget,
        bytes: bytes.len(),
    };
    if args.json {
        return output::answer(&serde_json::to_string(&told).expect("texts and numbers always have a JSON form"));
    }
    human(&told)
}

fn open(bytes: &[u8]) -> Result<Verified, Stop> {
    let sealed = Sealed::parse(bytes)?;
    Ok(sealed.verify(&[sealed.signer()])?)
}

fn carried(text: &SourceText) -> Carried<'_> {
    Carried { module: &text.module, file: &text.file, hash: Hash::of(text.text.as_bytes()).to_string() }
}

fn human(told: &Told) -> Done {
    let module = |one: &Carried| format!("{} {}", one.hash, one.module);
    let modules = told.modules.iter().map(module).collect::<Vec<_>>().join("\n");
    let rows = [
        ("program", told.program.to_owned()),
        ("hash", told.hash.clone()),
        ("signed by", told.signer.clone()),
        ("schema", told.schema.clone()),
        ("made by", format!("lwas {}, {}", told.lwas, told.compiler)),
        ("targets", told.targets.join(", ")),
        ("states", list(told.states)),
        ("events", list(told.events)),
        ("queries", list(told.queries)),
        ("axioms", list(told.axioms)),
        ("beliefs", list(told.beliefs)),
        ("alerts", list(told.alerts)),
        ("routes", if told.routes.is_empty() { "none".to_owned() } else { told.routes.join("\n") }),
        ("exports", list(told.exports)),
        ("settings", list(told.settings)),
        ("samples", if told.samples.is_empty() { "none".to_owned() } else { told.samples.join("\n") }),
        ("sources", list(told.sources)),
        ("modules", if modules.is_empty() { "none".to_owned() } else { modules }),
        ("functions", told.functions.to_string()),
        ("budgets", format!("{} steps, {} MiB an event", told.step_budget, told.memory_budget >> 20)),
        ("size", format!("{} bytes", told.bytes)),
    ];
    for (name, value) in rows {
        for (number, line) in value.lines().enumerate() {
            let name = if number == 0 { name } else { "" };
            output::answer(&format!("{name:<10} {}", visible(line)))?;
        }
    }
    Ok(())
}

/// Names in lines that a terminal holds; a longer name stands alone.
fn list(names: &[String]) -> String {
    let mut text = String::new();
    let mut room = WIDTH;
    for (number, name) in names.iter().enumerate() {
        let width = name.chars().count() + 2;
        if number > 0 {
            text.push_str(if width > room { ",\n" } else { ", " });
        }
        room = if width > room { WIDTH } else { room }.saturating_sub(width);
        text.push_str(name);
    }
    if names.is_empty() { "none".to_owned() } else { text }
}
