//! A program to be executed: an artifact that a trusted key has signed, or a source, which is compiled and sealed with the
//! own key first; so are several programs, which are linked. All pass the same gate: only a `Verified` artifact is executed.

use super::{check, engine, place};
use crate::exit::{self, Stop};
use crate::{cache, keys};
use lwas_artifact::{Draft, MAX_ARTIFACT_BYTES, Sealed, Sources, Verified};
use lwas_driver::{Given, Package};
use lwas_ir::Module;
use lwas_runtime::attach::{Attach, Opened, attach};
use lwas_runtime::{Bounds, Engine, Program, Runtime, RuntimeError};
use lwas_seal::{Hash, PublicKey, Signer};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A program with what executes it.
#[derive(Clone)]
pub struct Loaded {
    /// The program.
    pub program: Arc<Program>,
    /// Who signed it.
    pub signer: PublicKey,
    /// The native code that its artifact has for this machine.
    object: Option<Arc<[u8]>>,
    interpret: bool,
}

/// Loads the program at a path, or links those at several. `key` is the file of the key that must have signed an artifact, or that signs
/// a source. A source's code comes from the cache where it is there.
pub fn load(paths: &[PathBuf], key: Option<&Path>, interpret: bool, no_cache: bool) -> Result<Loaded, Stop> {
    let (bytes, signer) = match paths {
        [path] if is_artifact(path) => (read(path)?, keys::trusted(key)?),
        _ => {
            let signer = signer(paths, key)?;
            (seal(paths, &signer, no_cache)?.0, signer.public_key())
        }
    };
    let shown = shown(paths);
    let verified = verify(&bytes, signer).map_err(|stop| stop.about(&shown))?;
    let object = verified.object(&lwas_codegen::host_target()).map(Arc::from);
    let program = Program::new(&verified.module, verified.hash, bytes)
        .map_err(|misfit| Stop::new(exit::REFUSED, format!("{shown}: {}", misfit.0)))?;
    Ok(Loaded { program: Arc::new(program), signer, object, interpret })
}

/// The secret key that signs programs: the one that was named, else that of the package's `lwas.toml`, else the developer key. Packages
/// that are linked have one of their own only if they say the same.
pub fn signer(paths: &[PathBuf], key: Option<&Path>) -> Result<Signer, Stop> {
    if key.is_some() {
        return keys::signer(key);
    }
    let mut said: Option<PathBuf> = None;
    for (number, path) in paths.iter().enumerate() {
        let key = if is_artifact(path) { None } else { Package::open(path, lwas_std::MODULES)?.signing_key()? };
        let real = key.map(|key| key.canonicalize().unwrap_or(key));
        if number > 0 && real != said {
            let message = "the packages' `[keys]` name different keys; name the one that signs with `--key`";
            return Err(Stop::new(exit::USAGE, message));
        }
        said = real;
    }
    keys::signer(said.as_deref())
}

fn is_artifact(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "lwx")
}

fn shown(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" + ")
}

/// The places of programs in the set that they are linked into, in the order in which they were given; nothing where there is no set.
pub fn faces(paths: &[PathBuf], loaded: &Loaded) -> Result<Vec<usize>, Stop> {
    let faces = &loaded.program.module.faces;
    let [_, _, ..] = paths else { return Ok((0..faces.len()).collect()) };
    let mut places = vec![];
    for path in paths {
        let names = given(path, loaded.signer)?.names(lwas_std::MODULES)?;
        places.extend(names.iter().filter_map(|name| faces.iter().position(|face| face.name == *name)));
    }
    Ok(places)
}

/// Where the ledger lies: where it was said, else beside the program. Programs that are linked have none of their own.
pub fn ledger(said: Option<&Path>, paths: &[PathBuf]) -> Result<PathBuf, Stop> {
    match (said, paths) {
        (Some(said), _) => Ok(said.to_owned()),
        (None, [path]) => Ok(place::ledger(path)),
        (None, _) => {
            let message = "several programs need `--ledger FILE`: what they share is the ledger of none of them";
            Err(Stop::new(exit::USAGE, message))
        }
    }
}

/// Compiles and seals the source at a path, or those that are linked; gives the artifact and its body's hash. Artifacts that are linked must
/// be signed by the same key.
pub fn seal(paths: &[PathBuf], signer: &Signer, no_cache: bool) -> Result<(Vec<u8>, Hash), Stop> {
    let (module, sources) = compile(paths, signer.public_key())?;
    let target = lwas_codegen::host_target();
    let kept = paths.first().and_then(|path| cache::open(path, no_cache));
    let object = engine::object(&module, &target, kept)?;
    let draft = Draft { module, sources, compiler: lwas_codegen::COMPILER.to_owned(), objects: vec![(target, object)] };
    Ok(draft.seal(signer))
}

/// Compiles the source at a path, or those that are linked, telling what is wrong. `trusted` is who may have signed artifacts that are linked.
pub fn compile(paths: &[PathBuf], trusted: PublicKey) -> Result<(Module, Sources), Stop> {
    let compiled = match paths {
        [path] => lwas_driver::compile(path, lwas_std::MODULES, false)?,
        _ => {
            let given = paths.iter().map(|path| given(path, trusted)).collect::<Result<Vec<_>, Stop>>()?;
            lwas_driver::link(&given, lwas_std::MODULES)?
        }
    };
    check::tell(&compiled.diagnostics, &compiled.sources, &compiled.root);
    let texts = compiled.texts;
    compiled.module.map(|module| (module, texts)).ok_or_else(|| Stop::told(exit::REFUSED))
}

/// One of several programs: a source, or what an artifact carries.
fn given(path: &Path, trusted: PublicKey) -> Result<Given, Stop> {
    if !is_artifact(path) {
        return Ok(Given::Path(path.to_owned()));
    }
    let verified = verify(&read(path)?, trusted).map_err(|stop| stop.about(&path.display().to_string()))?;
    Ok(Given::Carried { path: path.to_owned(), sources: verified.sources })
}

/// The bytes of an artifact file; of one that is longer than an artifact may be just enough to see that.
pub fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    let mut bytes = vec![];
    let file = std::fs::File::open(path).map(|file| file.take(MAX_ARTIFACT_BYTES as u64 + 1));
    file.and_then(|mut file| file.read_to_end(&mut bytes)).map_err(|error| Stop::io("read", path, &error))?;
    Ok(bytes)
}

/// The gate.
pub fn verify(bytes: &[u8], trusted: PublicKey) -> Result<Verified, Stop> {
    let sealed = Sealed::parse(bytes)?;
    Ok(sealed.verify(&[trusted])?)
}

/// Opens an artifact that a ledger holds: its bytes must belong to the hash, and one of the ledger's signers must have
/// signed it, which the runtime checks.
pub fn open_stored(hash: Hash, bytes: &[u8]) -> Result<Opened, String> {
    let sealed = Sealed::parse(bytes).map_err(|error| error.to_string())?;
    let signer = sealed.signer();
    let verified = sealed.verify(&[signer]).map_err(|error| error.to_string())?;
    if verified.hash != hash {
        return Err(format!("its body's hash is {}, not that under which it is stored", verified.hash));
    }
    Ok(Opened { module: verified.module, signer: Some(signer) })
}

impl Loaded {
    /// What executes the program; each that works at the same time has one of its own.
    pub fn engine(&self) -> Result<Engine, Stop> {
        if self.interpret {
            return Ok(Engine::Interpreter);
        }
        engine::of_object(&self.program.module, self.object.as_deref())
    }

    /// Attaches the program to a ledger, which is made when it is not there. A new ledger allows the program's signer.
    pub fn attach(&self, ledger: &Path) -> Result<Runtime, Stop> {
        Ok(self.attach_with(ledger, self.engine()?)?)
    }

    /// The same, with what executes it.
    pub fn attach_with(&self, ledger: &Path, engine: Engine) -> Result<Runtime, RuntimeError> {
        let allowed = [self.signer];
        let how = Attach {
            signer: Some(self.signer),
            allowed: &allowed,
            start: None,
            open: &open_stored,
            bounds: Bounds::default(),
        };
        attach(ledger, Arc::clone(&self.program), engine, &how)
    }
}
