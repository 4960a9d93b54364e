//! The machines we make code for, each with a fixed baseline: the code must not depend on the machine that made it.

use crate::CodegenError;
use crate::context::CONTEXT_FIELDS;
use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use std::str::FromStr;
use target_lexicon::{Architecture, BinaryFormat, Triple};

/// What we set, besides Cranelift's defaults. The verifier costs a fifth of the time and has caught mistakes. There is no
/// unwinding through our code, so there are no tables for it. `is_pic` would reach local functions through a table of
/// addresses; without it they are called relative to the caller, which is just as independent of the place.
const FLAGS: [(&str, &str); 5] = [
    ("opt_level", "speed"),
    ("enable_verifier", "true"),
    ("is_pic", "false"),
    ("unwind_info", "false"),
    ("enable_llvm_abi_extensions", "true"),
];

/// What makes the code and how, as an artifact says it: other words, other bytes.
pub const COMPILER: &str = "cranelift 0.135.8, opt_level speed, x86-64-v2";

/// What, besides a unit, decides its machine code: kept code of another fingerprint is of no use. Settings, versions, the
/// layout of the context, and the sources of this crate and of those that it translates for.
pub fn fingerprint(target: &str) -> String {
    let sources = env!("LWAS_SOURCES");
    let version = lwas_ir::native::VERSION;
    format!("{COMPILER}, {FLAGS:?}, {target}, interface {version}, context {CONTEXT_FIELDS:?}, sources {sources}")
}

/// The triple of the machine that this runs on.
pub fn host_target() -> String {
    Triple::host().to_string()
}

/// Cranelift's description of a machine. Error: `UnsupportedTarget`.
pub(crate) fn isa(target: &str) -> Result<OwnedTargetIsa, CodegenError> {
    let unsupported = || CodegenError::UnsupportedTarget(target.to_string());
    let triple = Triple::from_str(target).map_err(|_| unsupported())?;
    // The loader reads ELF, and a context has 64-bit words.
    if triple.binary_format != BinaryFormat::Elf {
        return Err(unsupported());
    }
    let x86 = triple.architecture == Architecture::X86_64;
    if !x86 && !matches!(triple.architecture, Architecture::Aarch64(_)) {
        return Err(unsupported());
    }
    let mut flags = settings::builder();
    for (name, value) in FLAGS {
        flags.set(name, value).expect("FLAGS lists settings that Cranelift has");
    }
    let mut builder = isa::lookup(triple).map_err(|_| unsupported())?;
    if x86 {
        builder.enable("x86-64-v2").expect("Cranelift knows this baseline");
    }
    builder.finish(settings::Flags::new(flags)).map_err(|_| unsupported())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_is_named_truthfully() {
        let expected = format!("cranelift {}, opt_level {}, x86-64-v2", cranelift_codegen::VERSION, FLAGS[0].1);
        assert_eq!((COMPILER, FLAGS[0].0), (expected.as_str(), "opt_level"));
        let isa = isa("x86_64-unknown-linux-gnu").expect("x86-64 Linux is known");
        let flags: Vec<String> =
            isa.isa_flags().iter().filter(|f| f.as_bool() == Some(true)).map(|f| f.name.into()).collect();
        assert!(flags.iter().any(|f| f == "has_sse42") && flags.iter().any(|f| f == "has_popcnt"), "{flags:?}");
        assert!(!flags.iter().any(|f| f.contains("avx") || f.contains("fma")), "{flags:?}");
    }
}
