//! Native code: an object is checked and put into memory (`elf`, `map`), and its functions are called with the program
//! memory and the world that the interpreter would get (`host` is what they can call back).
//!
//! There is native support on x86-64 Linux. Elsewhere `load` says so, and whoever called it goes on with the interpreter.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod call;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod elf;
mod error;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod host;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod map;
#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
mod nowhere;

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
pub use call::NativeModule;
pub use error::{LoadError, NativeError};
#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
pub use nowhere::NativeModule;

use crate::{NativeCode, NativeFailure};
use lwas_ir::{FuncId, Memory, Module, Slot, World, WorldError};

impl NativeCode for NativeModule {
    fn call(
        &mut self,
        module: &Module,
        func: FuncId,
        args: &[Slot],
        memory: &mut Memory,
        world: &mut dyn World,
    ) -> Result<Option<Slot>, NativeFailure> {
        NativeModule::call(self, module, func, args, memory, world).map_err(|error| match error {
            NativeError::Rejected { func, site, spent } => NativeFailure::Rejected { func, site: site.as_u32(), spent },
            NativeError::World(error) => NativeFailure::World(error),
            // Not the program's fault either, and nothing that follows may be trusted.
            NativeError::Broken(words) => NativeFailure::World(WorldError(format!("native code is broken: {words}"))),
        })
    }
}
