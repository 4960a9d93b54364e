//! A program to be executed: an artifact that a trusted key has signed, or a source, which is compiled and sealed with the
//! own key first. Both pass the same gate: only a `Verified` artifact is executed.

use super::{check, engine};
use crate::exit::{self, Stop};
use crate::{cache, keys};
use lwas_artifact::{Draft, MAX_ARTIFACT_BYTES, Sealed, Verified};
use lwas_ir::Module;
use lwas_runtime::attach::{Attach, Opened, attach};
use lwas_runtime::{Bounds, Engine, Program, Runtime, RuntimeError};
use lwas_seal::{Hash, PublicKey, Signer};
use std::io::Read;
use std::path::Path;
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

/// Loads the program at a path. `key` is the file of the key that must have signed an artifact, or that signs a source.
/// A source's code comes from the cache where it is there.
pub fn load(path: &Path, key: Option<&Path>, interpret: bool, no_cache: bool) -> Result<Loaded, Stop> {
    let (bytes, signer) = if path.extension().is_some_and(|e| e == "lwx") {
        (read(path)?, keys::trusted(key)?)
    } else {
        let signer = keys::signer(key)?;
        (seal(path, &signer, no_cache)?.0, signer.public_key())
    };
    let shown = path.display();
    let verified = verify(&bytes, signer).map_err(|stop| stop.about(&shown.to_string()))?;
    let object = verified.object(&lwas_codegen::host_target()).map(Arc::from);
    let program = Program::new(&verified.module, verified.hash, bytes)
        .map_err(|misfit| Stop::new(exit::REFUSED, format!("{shown}: {}", misfit.0)))?;
    Ok(Loaded { program: Arc::new(program), signer, object, interpret })
}

/// Compiles and seals the source at a path; gives the artifact and its body's hash.
pub fn seal(path: &Path, signer: &Signer, no_cache: bool) -> Result<(Vec<u8>, Hash), Stop> {
    let module = compile(path)?;
    let target = lwas_codegen::host_target();
    let object = engine::object(&module, &target, cache::open(path, no_cache))?;
    let draft = Draft { module, compiler: lwas_codegen::COMPILER.to_owned(), objects: vec![(target, object)] };
    Ok(draft.seal(signer))
}

/// Compiles the source at a path, telling what is wrong with it.
pub fn compile(path: &Path) -> Result<Module, Stop> {
    let compiled = lwas_driver::compile(path, lwas_std::MODULES, false)?;
    check::tell(&compiled.diagnostics, &compiled.sources, &compiled.package.root);
    compiled.module.ok_or_else(|| Stop::told(exit::REFUSED))
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
