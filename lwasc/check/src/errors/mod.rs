//! What the checker says: one constructor function a code, in files by area.

pub(crate) mod attributes;
pub(crate) mod beliefs;
pub(crate) mod bodies;
pub(crate) mod declarations;
pub(crate) mod laws;
pub(crate) mod names;
pub(crate) mod types;
