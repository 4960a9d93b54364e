//! In place of native code where there is none: nothing is ever loaded.

use super::{LoadError, NativeError};
use lwas_ir::{FuncId, Memory, Module, Slot, World};

/// Native code of a module; there is none here.
#[derive(Debug)]
pub enum NativeModule {}

impl NativeModule {
    /// Always `NoNativeSupport`.
    pub fn load(_object: &[u8], _module: &Module) -> Result<NativeModule, LoadError> {
        Err(LoadError::NoNativeSupport)
    }

    /// Is never called: no module is ever loaded.
    pub fn call(
        &self,
        _module: &Module,
        _func: FuncId,
        _args: &[Slot],
        _memory: &mut Memory,
        _world: &mut dyn World,
    ) -> Result<Option<Slot>, NativeError> {
        match *self {}
    }
}
