//! Tree to typed program: names, types, digits, totality. Parsed modules come in, a `Program` and diagnostics go out;
//! only a `Sound` program, one without an error, can be lowered.

pub mod env;
pub mod hir;
