//! What executes a program: native code where this machine can, else the interpreter.

use crate::exit::{self, Stop};
use crate::output;
use lwas_driver::CodeCache;
use lwas_ir::Module;
use lwas_runtime::Engine;
use lwas_runtime::native::{LoadError, NativeModule};

/// Native code for a module without an artifact, as tests use it. The cache is saved.
pub fn of_module(module: &Module, interpret: bool, cache: Option<CodeCache>) -> Result<Engine, Stop> {
    if interpret {
        return Ok(Engine::Interpreter);
    }
    of_object(module, Some(&object(module, &lwas_codegen::host_target(), cache)?))
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
