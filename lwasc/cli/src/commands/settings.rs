//! What the configuration says of a program's settings: read, compared with a ledger, and set there.

use super::{program, rejection};
use crate::exit::{self, Stop};
use crate::output;
use lwas_driver::{Configuration, SettingsOf};
use lwas_ir::{Module, Value};
use lwas_runtime::decoding::decoder;
use lwas_runtime::settings::{self, Refused};
use lwas_runtime::{Program, Runtime, Store};
use lwas_seal::PublicKey;
use std::path::Path;

/// The settings that a configuration asks for, one value for each of the program's; none where there is no configuration, and the
/// ledger keeps those that it has. `file` is a configuration that was named; else it is that of the program's folder.
pub fn read(program: &Path, file: Option<&Path>, of: &Program) -> Result<Option<Vec<Value>>, Stop> {
    let configuration = match file {
        Some(file) => Some(Configuration::open(file)?),
        None => Configuration::of_program(program, lwas_std::MODULES)?,
    };
    let Some(configuration) = configuration else { return Ok(None) };
    let module = &of.module;
    let names: Vec<Vec<&str>> = module.settings.iter().map(|one| fields(module, one)).collect();
    let all: Vec<SettingsOf<'_>> =
        module.settings.iter().zip(&names).map(|(one, fields)| of_one(module, one, fields)).collect();
    let tables = configuration.settings(&all)?;
    let decoder = decoder(of);
    let values = module.settings.iter().zip(&tables).map(|(one, table)| {
        settings::read(&decoder, one, &table.json)
            .map_err(|error| Stop::from(configuration.misfit(table, &error.path, &error.message)))
    });
    values.collect::<Result<Vec<_>, Stop>>().map(Some)
}

/// The names of the fields of a state of settings.
fn fields<'m>(module: &'m Module, settings: &lwas_ir::Settings) -> Vec<&'m str> {
    let record = &module.records[module.events[settings.event].record];
    record.fields.iter().map(|field| field.name.as_str()).collect()
}

fn of_one<'a>(module: &'a Module, settings: &'a lwas_ir::Settings, fields: &'a [&'a str]) -> SettingsOf<'a> {
    // The program's own events have bare names.
    let own = !module.events[settings.event].name.contains('.');
    SettingsOf { module: (!own).then_some(settings.module.as_str()), fields }
}

/// Says what is wrong with the settings in the configuration of a program's folder.
pub fn check(program: &Path, artifact: &[u8], signer: PublicKey) -> Result<(), Stop> {
    if !Configuration::of_program(program, lwas_std::MODULES)?.is_some_and(|configuration| configuration.has_settings())
    {
        return Ok(());
    }
    let verified = program::verify(artifact, signer)?;
    let of = Program::new(&verified.module, verified.hash, artifact.to_vec())
        .map_err(|misfit| Stop::new(exit::REFUSED, misfit.0))?;
    read(program, None, &of).map(drop)
}

/// Sets what differs from what the ledger has, or stops before anything is run.
pub fn apply(runtime: &mut Runtime, wanted: &[Value]) -> Result<(), Stop> {
    match settings::apply(runtime, wanted)? {
        Ok(set) => {
            for one in set {
                output::say(&format!("settings: `{}` set by entry {}", one.event, one.seq));
            }
            Ok(())
        }
        Err(Refused { event, rejection }) => {
            output::error(&format!("the settings `{event}` are refused: {} [{}]", rejection.message, rejection.code));
            output::say_all(&rejection::place(&rejection));
            Err(Stop::told(exit::REFUSED))
        }
    }
}

/// Says so when a ledger that is only read has other settings than the configuration asks for.
pub fn compare(program: &Program, store: &mut Store<'_>, wanted: &[Value]) -> Result<(), Stop> {
    if !settings::differing(&program.module, store, wanted)?.is_empty() {
        output::say("note: the ledger has other settings than the configuration; the next `lwasc run` sets them");
    }
    Ok(())
}
