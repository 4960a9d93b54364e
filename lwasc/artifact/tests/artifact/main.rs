//! Artifacts: what is written is what is read, and everything else is refused.

mod answers;
mod fixture;
mod module;
mod page;
mod refused;
mod schema;
mod sealed;
