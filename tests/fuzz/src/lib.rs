//! Inputs that nobody would write, as many as one likes. A target is a thin function over what the crates' own properties call
//! too: bytes go in, and what became of them comes out in a few words, or a panic when something that must hold of any bytes
//! does not. `main` runs a target over changed inputs until it is told to stop; the test runs all that was kept.
//!
//! The targets: `source` (lexer to checker, and how it is told), `format` (in the one style, the same program), `mend` (with the changes that are
//! certain, no more errors), `program` (the same, and what is sound runs alike by the
//! interpreter and by native code), `ir` (verifier and interpreter over forged functions), `forged` (native code of these, not run),
//! `native` (generated programs both ways), `artifact` (opening, and running what opens), `event` (events, arguments, values).
//!
//! There is no instrumentation and no engine: everything is stable Rust. An input whose answer was not seen before is kept to
//! be changed further, which leads past the first errors into what lies behind them.

pub mod artifact;
pub mod driver;
pub mod event;
pub mod havoc;
pub mod ir;
pub mod keep;
pub mod mend;
pub mod native;
pub mod run;
pub mod source;
pub mod watch;

use driver::chance::Chance;

/// Something that bytes are given to.
pub struct Target {
    /// As the command line calls it.
    pub name: &'static str,
    /// What became of the bytes, in words that are the same for inputs of a kind; panics when something does not hold.
    pub run: fn(&[u8]) -> String,
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Changes an input, for which another one may lend parts.
    pub change: fn(&mut Vec<u8>, &[u8], &mut Chance),
}

/// All targets.
pub const TARGETS: [Target; 9] = [
    Target { name: "source", run: source::check, seeds: source::seeds, change: source::change },
    Target { name: "program", run: source::run, seeds: source::seeds, change: source::change },
    Target { name: "format", run: mend::format, seeds: source::seeds, change: source::change },
    Target { name: "mend", run: mend::mend, seeds: source::seeds, change: source::change },
    Target { name: "ir", run: ir::verify, seeds: ir::seeds, change: havoc::bytes },
    Target { name: "forged", run: native::forged, seeds: ir::seeds, change: havoc::bytes },
    Target { name: "native", run: native::generated, seeds: native::seeds, change: havoc::bytes },
    Target { name: "artifact", run: artifact::open, seeds: artifact::seeds, change: havoc::bytes },
    Target { name: "event", run: event::decode, seeds: event::seeds, change: event::change },
];

/// The target of a name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
