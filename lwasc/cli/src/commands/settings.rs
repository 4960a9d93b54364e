//! What the configuration says of a program's settings: read, compared with a ledger, and set there.

use super::{program, rejection};
use crate::exit::{self, Stop};
use crate::output;
use lwas_driver::{Configuration, Package, SettingsOf, Table};
use lwas_ir::{Face, Module, Value};
use lwas_runtime::decoding::decoder;
use lwas_runtime::settings::{self, Refused};
use lwas_runtime::{Program, Runtime, Store};
use lwas_seal::PublicKey;
use std::path::{Path, PathBuf};

/// The settings that a configuration asks for, one value for each of the program's; none where there is no configuration, and the
/// ledger keeps those that it has. `file` is a configuration that was named; else it is that of the program's folder, or those of the folders of
/// programs that are linked: each speaks of its own program's settings by bare keys, and no two of one module's.
pub fn read(programs: &[PathBuf], file: Option<&Path>, of: &Program) -> Result<Option<Vec<Value>>, Stop> {
    let mut found: Vec<(Configuration, Option<String>)> = vec![];
    match file {
        Some(file) => found.push((Configuration::open(file)?, None)),
        None => {
            for program in programs {
                let Some(configuration) = Configuration::of_program(program, lwas_std::MODULES)? else { continue };
                let alone = programs.len() == 1;
                let name = if alone { None } else { Some(Package::open(program, lwas_std::MODULES)?.name) };
                match found.iter_mut().find(|(known, _)| known.path() == configuration.path()) {
                    // Modules of the standard library share that of the current folder, which names each by its path.
                    Some((_, name)) => *name = None,
                    None => found.push((configuration, name)),
                }
            }
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let module = &of.module;
    let mut said: Vec<Option<(&Configuration, Table)>> = module.settings.iter().map(|_| None).collect();
    for (configuration, program) in &found {
        for (place, table) in said.iter_mut().zip(tables(module, configuration, program.as_deref())?) {
            match place {
                Some((first, known)) if known.says_something() && table.says_something() => {
                    return Err(Stop::from(configuration.said_before(&table, first)));
                }
                Some(_) if !table.says_something() => {}
                _ => *place = Some((configuration, table)),
            }
        }
    }
    let decoder = decoder(of);
    let values = module.settings.iter().zip(said.iter().flatten()).map(|(one, (configuration, table))| {
        settings::read(&decoder, one, &table.json)
            .map_err(|error| Stop::from(configuration.misfit(table, &error.path, &error.message)))
    });
    values.collect::<Result<Vec<_>, Stop>>().map(Some)
}

/// What a configuration says of each of a module's settings. `program` is whose configuration it is, in a set.
fn tables(module: &Module, configuration: &Configuration, program: Option<&str>) -> Result<Vec<Table>, Stop> {
    let names: Vec<Vec<&str>> = module.settings.iter().map(|one| fields(module, one)).collect();
    let face = module.faces.iter().find(|face| Some(face.name.as_str()) == program);
    let all: Vec<SettingsOf<'_>> =
        module.settings.iter().zip(&names).map(|(one, fields)| of_one(module, one, fields, face)).collect();
    Ok(configuration.settings(&all)?)
}

/// The names of the fields of a state of settings.
fn fields<'m>(module: &'m Module, settings: &lwas_ir::Settings) -> Vec<&'m str> {
    let record = &module.records[module.events[settings.event].record];
    record.fields.iter().map(|field| field.name.as_str()).collect()
}

fn of_one<'a>(
    module: &'a Module,
    settings: &'a lwas_ir::Settings,
    fields: &'a [&'a str],
    face: Option<&Face>,
) -> SettingsOf<'a> {
    let name = &module.events[settings.event].name;
    // A program's own events have bare names, but in a set.
    let own = match face {
        Some(face) => name.rsplit_once('.').is_some_and(|(module, _)| module == face.module),
        None => !name.contains('.'),
    };
    SettingsOf { module: (!own).then_some(settings.module.as_str()), fields }
}

/// Says what is wrong with the settings in the configurations of programs' folders.
pub fn check(programs: &[PathBuf], artifact: &[u8], signer: PublicKey) -> Result<(), Stop> {
    let mut any = false;
    for program in programs {
        any |= Configuration::of_program(program, lwas_std::MODULES)?
            .is_some_and(|configuration| configuration.has_settings());
    }
    if !any {
        return Ok(());
    }
    let verified = program::verify(artifact, signer)?;
    let of = Program::new(&verified.module, verified.hash, artifact.to_vec())
        .map_err(|misfit| Stop::new(exit::REFUSED, misfit.0))?;
    read(programs, None, &of).map(drop)
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
