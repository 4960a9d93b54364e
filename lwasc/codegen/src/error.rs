//! Why a module has no native code.

use std::fmt;

/// Why a module has no native code. All but the first two say that something is too big for any machine; a module without
/// native code can still be interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodegenError {
    /// We make no code for such a machine.
    UnsupportedTarget(String),
    /// Cranelift refused a function, or made something that we don't allow: a mistake of ours.
    Backend {
        /// The function's name.
        function: String,
        /// What happened.
        problem: String,
    },
    /// A function calls itself, if through others.
    Recursive(String),
    /// A chain of calls from this function needs this many bytes of stack, more than `STACK_LIMIT`.
    StackTooDeep {
        /// The function's name.
        function: String,
        /// What the chain needs.
        bytes: u64,
    },
    /// A function is beyond what an instruction's operands can say.
    TooLarge(String),
}

impl fmt::Display for CodegenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodegenError::UnsupportedTarget(target) => write!(f, "there is no native code for `{target}`"),
            CodegenError::Backend { function, problem } => {
                write!(f, "code generation of `{function}` failed: {problem}")
            }
            CodegenError::Recursive(function) => write!(f, "`{function}` calls itself"),
            CodegenError::StackTooDeep { function, bytes } => {
                write!(f, "calls from `{function}` nest so deeply that they need {bytes} bytes of stack")
            }
            CodegenError::TooLarge(function) => write!(f, "`{function}` is too large"),
        }
    }
}

impl std::error::Error for CodegenError {}
