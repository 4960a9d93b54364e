//! Ir to native object code; Cranelift stops here.
//!
//! In comes a verified module, out comes an ELF object that imports nothing and can do nothing by itself: its functions work
//! on the context they are given (`lwas_ir::native::Context`), and the only things outside that they can call are the four
//! functions in it. What can fail returns a status; there is no trapping instruction, which the build checks.
//!
//! How a function is translated: `function` sets the stage (registers, blocks, where failures go), `inst` is the list of
//! instructions, `int`, `wide`, `rescale`, `memory` and `call` hold the work. It sees no more of a module than a `unit` has, and
//! makes a `piece` of it; `make` has threads do so. `object` puts the pieces together; `stack` bounds the depth.

mod call;
mod context;
mod error;
mod facts;
mod function;
mod inst;
mod int;
mod make;
mod memory;
mod object;
mod piece;
mod rescale;
mod stack;
mod target;
mod text;
mod unit;
mod wide;

pub use error::CodegenError;
pub use object::{Cache, Means, Object, compile, compile_with};
pub use stack::STACK_LIMIT;
pub use target::{COMPILER, fingerprint, host_target};
