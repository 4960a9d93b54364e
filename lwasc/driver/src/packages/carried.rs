//! A package in a signed artifact: the artifact is verified against the key that the program names, and the sources that it carries are the
//! package. Packages that it was made with come with it. Nothing of its ir or native code is used.

use super::{Dependency, Finder, Source, Text, content, home};
use crate::manifest::Declared;
use crate::{Configuration, OpenError};
use lwas_artifact::{MAX_ARTIFACT_BYTES, Sealed, SourceText, Sources, Verified};
use lwas_seal::{PublicKey, Signer};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The most bytes of a key's file.
const MAX_KEY_BYTES: usize = 4096;

/// The package in an artifact first, then those that it carries. Paths are relative to the program's folder.
pub(super) fn read(
    finder: &Finder<'_>,
    declared: &Declared,
    said: &Configuration,
    (file, key): (&Path, &Path),
    chain: &[String],
) -> Result<Vec<Dependency>, OpenError> {
    let name = &declared.name;
    let wrong = |message: String| said.wrong(declared.at, &format!("`{name}`: {message}"));
    let shown = super::plain(&finder.root.join(file)).display().to_string();
    let trusted = trusted(&finder.root.join(key)).map_err(wrong)?;
    let verified =
        verified(&finder.root.join(file), trusted).map_err(|message| wrong(format!("{shown}: {message}")))?;
    let Verified { sources, hash, signer, .. } = verified;
    let entry = one_program(&sources, name).map_err(|message| wrong(format!("{shown} {message}")))?;
    let mut packages: BTreeMap<String, (String, BTreeMap<String, Text>)> = BTreeMap::new();
    for SourceText { module, file, text } in sources.modules {
        if module.starts_with("std.") {
            let known = finder.std.iter().find(|(known, _)| *known == module).is_some_and(|(_, known)| *known == text);
            if !known {
                return Err(wrong(format!(
                    "{shown} was made with another text of `{module}` than this `lwasc` has; build it anew"
                )));
            }
            continue;
        }
        let text = Text { shown: format!("{shown}:{file}"), bytes: text.into_bytes() };
        match home::of_file(&file) {
            Some((of, own)) => {
                let (entry, texts) = packages.entry(of.to_owned()).or_default();
                if module == of {
                    entry.clone_from(&own);
                }
                texts.insert(own, text);
            }
            None => {
                _ = packages
                    .entry(name.clone())
                    .or_insert_with(|| (entry.clone(), BTreeMap::new()))
                    .1
                    .insert(module, text)
            }
        }
    }
    let names: Vec<String> = packages.keys().cloned().collect();
    let all = packages.into_iter().map(|(of, (entry, texts))| {
        let itself = of == *name;
        let path = file.display().to_string();
        let source = if itself {
            Source::Artifact { path, hash, signer: Box::new(signer) }
        } else {
            Source::Carried { by: name.clone() }
        };
        let dependencies = names.iter().filter(|one| **one != of && (itself || **one != *name)).cloned().collect();
        let chain = chain.iter().cloned().chain((!itself).then(|| of.clone())).collect();
        let hash = content(&texts, None);
        Dependency { name: of, version: None, source, hash, dependencies, chain, entry, texts }
    });
    Ok(all.collect())
}

/// The entry's path in the one program that an artifact was made of.
fn one_program(sources: &Sources, name: &str) -> Result<String, String> {
    match sources.programs.as_slice() {
        [] => Err("carries no sources, so it can't be a package".to_owned()),
        [program] if program.name == name => Ok(program.module.clone()),
        [program] => Err(format!("is called `{}`, not `{name}`; name it so", program.name)),
        _ => Err("is a set of programs, which is no package; depend on each of them".to_owned()),
    }
}

fn verified(file: &Path, trusted: PublicKey) -> Result<Verified, String> {
    let bytes = bytes(file, MAX_ARTIFACT_BYTES)?;
    let sealed = Sealed::parse(&bytes).map_err(|error| format!("{error} [{}]", error.code()))?;
    sealed.verify(&[trusted]).map_err(|error| format!("{error} [{}]", error.code()))
}

/// The public key in a file, be that of a public or a secret key.
fn trusted(file: &Path) -> Result<PublicKey, String> {
    let shown = super::plain(file).display().to_string();
    let bytes = bytes(file, MAX_KEY_BYTES).map_err(|message| format!("{shown}: {message}"))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("{shown}: expected a key file, one line of text; this is binary"))?;
    let public = PublicKey::from_key_file(&text);
    let found =
        public.or_else(|error| Signer::from_key_file(&text).map(|signer| signer.public_key()).map_err(|_| error));
    found.map_err(|error| format!("{shown}: {error}"))
}

fn bytes(file: &Path, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = vec![];
    let cant = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => format!("can't read it: {error}"),
    };
    if !std::fs::metadata(file).map_err(cant)?.is_file() {
        return Err("expected a file".to_owned());
    }
    let opened = std::fs::File::open(file).map_err(cant)?;
    opened.take(most as u64 + 1).read_to_end(&mut bytes).map_err(cant)?;
    if bytes.len() > most {
        return Err(format!("it has more than {most} bytes"));
    }
    Ok(bytes)
}
