//! What executes a program: native code where this machine can, else the interpreter.

use crate::exit::{self, Stop};
use crate::output;
use lwas_driver::CodeCache;
use lwas_ir::Module;
use lwas_runtime::native::{LoadError, NativeModule};
use lwas_runtime::{Engine, RuntimeError};

/// Engines for a module without an artifact, as tests use them: one for each thread.
pub struct Engines<'m> {
    module: &'m Module,
    /// The native code; none where the interpreter is meant, or all that this machine can do.
    object: Option<Vec<u8>>,
}

impl<'m> Engines<'m> {
    /// Makes the native code, and sees that it can be loaded. The cache is saved.
    pub fn new(module: &'m Module, interpret: bool, cache: Option<CodeCache>) -> Result<Engines<'m>, Stop> {
        if interpret {
            return Ok(Engines { module, object: None });
        }
        let object = object(module, &lwas_codegen::host_target(), cache)?;
        let is_native = matches!(of_object(module, Some(&object))?, Engine::Native(_));
        Ok(Engines { module, object: is_native.then_some(object) })
    }

    /// Another engine.
    ///
    /// # Errors
    /// The machine has no room for the code.
    pub fn another(&self) -> Result<Engine, RuntimeError> {
        let Some(object) = &self.object else { return Ok(Engine::Interpreter) };
        let native = NativeModule::load(object, self.module).map_err(|error| RuntimeError::World(error.to_string()))?;
        Ok(Engine::Native(Box::new(native)))
    }
}

/// The native code of a module for a target. The cache is saved.
pub fn object(module: &Module, target: &str, cache: Option<CodeCache>) -> Result<Vec<u8>, Stop> {
    let object = lwas_driver::object_with(module, target, cache.as_ref());
    let object = object.map_err(|error| Stop::new(exit::REFUSED, error.to_string()))?;
    if let Some(cache) = cache {
        cache.save();
    }
    Ok(object.bytes)
}

/// Native code from an object; one that the artifact does not have for this machine is made from its ir. Where there is no native
/// support the interpreter does the work, slower.
pub fn of_object(module: &Module, object: Option<&[u8]>) -> Result<Engine, Stop> {
    let made;
    let object = match object {
        Some(object) => object,
        None => {
            made = self::object(module, &lwas_codegen::host_target(), None)?;
            &made
        }
    };
    match NativeModule::load(object, module) {
        Ok(native) => Ok(Engine::Native(Box::new(native))),
        Err(error @ (LoadError::NoNativeSupport | LoadError::Processor(_))) => {
            output::say(&format!("note: {error}; the interpreter judges instead, which is slower"));
            Ok(Engine::Interpreter)
        }
        Err(error) => Err(Stop::new(exit::ARTIFACT, error.to_string())),
    }
}
