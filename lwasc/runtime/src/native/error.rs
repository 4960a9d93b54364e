//! Why native code is not loaded, and why a call of it has no result.

use lwas_ir::{FailReason, FuncId, Site, WorldError};

/// Why an object is not loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// This runtime executes no native code on this kind of machine at all.
    #[error("there is no native support on this machine")]
    NoNativeSupport,
    /// The processor is older than the code expects.
    #[error("the processor lacks `{0}`, which native code needs")]
    Processor(&'static str),
    /// The object is for another kind of machine.
    #[error("the object is for another machine than this one (ELF machine number {0})")]
    ForeignMachine(u16),
    /// The bytes are not such an object.
    #[error("this is not an object that can be loaded: {0}")]
    Malformed(&'static str),
    /// The object has a section that we never make.
    #[error("the object has the section `{0}`, which is refused")]
    Section(String),
    /// A symbol is not where one can be.
    #[error("the object's symbol `{0}` is refused")]
    Symbol(String),
    /// The object wants something from outside.
    #[error("the object needs the symbol `{0}` from outside")]
    Undefined(String),
    /// A relocation of a kind that we never make.
    #[error("the object has a relocation of kind {0}, which is refused")]
    RelocationKind(u32),
    /// A relocation reads or writes where it must not.
    #[error("a relocation reaches outside the object")]
    RelocationRange,
    /// A function of the program has no entry point.
    #[error("the object lacks function {0}")]
    Missing(FuncId),
    /// The system gives no memory for it.
    #[error("the system gives no memory for native code (error {0})")]
    System(i32),
}

/// Why a call of native code has no result.
#[derive(Clone, Debug, PartialEq)]
pub enum NativeError {
    /// Rejected; the reason, and the values that explain it, are the interpreter's to tell.
    Rejected {
        /// The function that failed.
        func: FuncId,
        /// Where in it.
        site: Site,
        /// Where a budget is spent: its code and the interpreter's words, so that nobody has to spend it again.
        spent: Option<(FailReason, String)>,
    },
    /// The world could not be read.
    World(WorldError),
    /// We are wrong: a host function panicked, or the call does not fit the code.
    Broken(String),
}
