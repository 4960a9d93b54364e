//! The standard library's `.lwas` files, embedded: what `use std.…` finds.

/// The modules as (module path, source text), in order of path.
pub const MODULES: &[(&str, &str)] = &[];
