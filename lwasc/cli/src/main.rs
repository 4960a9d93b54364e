//! The `lwasc` binary.

fn main() {}
