//! `lwasc build`: compiles a program and seals it in a signed artifact.

use super::{place, program, settings};
use crate::args::{Build, Emit};
use crate::exit::{self, Done, Stop};
use crate::{keys, output};
use serde::Serialize;

#[derive(Serialize)]
struct Built {
    artifact: String,
    hash: String,
    bytes: usize,
    signer: String,
}

pub fn run(args: &Build) -> Done {
    super::packages::settle(&args.programs, args.locked)?;
    if args.emit == Some(Emit::Ir) {
        let trusted = keys::trusted(args.key.as_deref())?;
        return output::answer(program::compile(&args.programs, trusted)?.0.to_string().trim_end());
    }
    let path = match (&args.output, args.programs.as_slice()) {
        (Some(path), _) => path.clone(),
        (None, [program]) => place::artifact(program),
        (None, _) => {
            let message = "several programs need `--output FILE`: the artifact is that of none of them";
            return Err(Stop::new(exit::USAGE, message));
        }
    };
    let signer = program::signer(&args.programs, args.key.as_deref())?;
    let (bytes, hash) = program::seal(&args.programs, &signer, args.no_cache)?;
    settings::check(&args.programs, &bytes, signer.public_key())?;
    output::write_whole(&path, &bytes)?;
    if args.json {
        let (artifact, signer) = (path.display().to_string(), signer.public_key().to_string());
        let built = Built { artifact, hash: hash.to_string(), bytes: bytes.len(), signer };
        return output::answer(&serde_json::to_string(&built).expect("texts and numbers always have a JSON form"));
    }
    output::answer(&format!("built {} ({} bytes)", path.display(), bytes.len()))?;
    output::answer(&format!("hash  {hash}"))
}
