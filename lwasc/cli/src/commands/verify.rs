//! `lwasc verify`: checks an artifact whole, before a byte of it is executed.

use super::program;
use crate::args::Verify;
use crate::exit::Done;
use crate::{keys, output};
use serde::Serialize;

#[derive(Serialize)]
struct Sound {
    artifact: String,
    hash: String,
    program: String,
    signer: String,
}

pub fn run(args: &Verify) -> Done {
    let trusted = keys::trusted(args.key.as_deref())?;
    let bytes = program::read(&args.artifact)?;
    let shown = args.artifact.display().to_string();
    let verified = program::verify(&bytes, trusted).map_err(|stop| stop.about(&shown))?;
    if args.json {
        let (hash, program) = (verified.hash.to_string(), verified.module.name.clone());
        let sound = Sound { artifact: shown, hash, program, signer: trusted.to_string() };
        return output::answer(&serde_json::to_string(&sound).expect("texts always have a JSON form"));
    }
    output::answer(&format!("{shown} is whole and signed by the trusted key"))?;
    output::answer(&format!("hash  {}", verified.hash))
}
