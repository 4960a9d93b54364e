//! Artifacts: bytes as a sealed file, as a body that the own key signed, and as the encoding of a program. What opens is also
//! made ready to be executed, and its functions are interpreted.

#[path = "../../../lwasc/artifact/tests/artifact/answers.rs"]
pub mod answers;
#[path = "../../../lwasc/artifact/tests/artifact/fixture.rs"]
pub mod fixture;

use crate::driver::corpus::programs;
use crate::ir::{forge, words};
use lwas_artifact::{ArtifactError, Draft, Verified, encode_module};
use lwas_ir::{Kind, Module, Slot};
use lwas_runtime::Program;
use lwas_seal::Hash;

/// The largest seed: what is larger holds the same parts more often.
const MAX_SEED_BYTES: usize = 20_000;

/// What is said of the bytes; of a program in words of its own, since most bytes are no file.
pub fn open(bytes: &[u8]) -> String {
    let file = answers::file_answered(bytes, &fixture::signer());
    let module = match file {
        Ok(Verified { module, .. }) => Ok(module),
        Err(ArtifactError::NotAnArtifact) => answers::module_answered(bytes),
        Err(error) => Err(error),
    };
    match module {
        Ok(module) => execute(&module),
        Err(ArtifactError::Refused(refused)) => words(&refused),
        Err(error) => error.to_string(),
    }
}

/// Whatever the verifier passed can be printed, judged by the runtime, and interpreted.
fn execute(module: &Module) -> String {
    assert!(!module.to_string().is_empty());
    if let Err(misfit) = Program::new(module, Hash::of(b""), vec![]) {
        return misfit.0;
    }
    let mut failed = 0;
    for (func, function) in &module.functions {
        let params: Vec<Kind> = function.locals.values().take(function.params as usize).copied().collect();
        if params.contains(&Kind::Ref) {
            continue;
        }
        let args: Vec<_> =
            params.iter().map(|kind| if *kind == Kind::I64 { Slot::int(1) } else { Slot::wide(1) }).collect();
        let (result, ..) = forge::run(module, func, &args);
        failed += usize::from(result.is_err());
    }
    format!("{} functions, {failed} fail", module.functions.len())
}

/// The repository's programs, as bodies without native code and as encodings, and the artifacts of the crate's own tests.
pub fn seeds() -> Vec<Vec<u8>> {
    let (file, _) = fixture::draft().seal(&fixture::signer());
    let mut seeds = vec![file, fixture::draft().encode(), encode_module(&fixture::everything())];
    let folder = tempfile::tempdir().expect("there is a folder for what passes");
    for program in programs().iter().filter(|program| program.files.len() == 1) {
        let entry = folder.path().join(&program.entry);
        std::fs::write(&entry, &program.files[0].1).expect("the folder can be written to");
        let compiled = lwas_driver::compile(&entry, lwas_std::MODULES, false).expect("the program can be opened");
        let Some(module) = compiled.module else { continue };
        seeds.push(encode_module(&module));
        let sources = compiled.texts;
        seeds.push(Draft { module, sources, compiler: String::new(), objects: vec![] }.encode());
    }
    seeds.retain(|seed| seed.len() <= MAX_SEED_BYTES);
    seeds
}
