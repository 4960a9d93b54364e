//! [`Engine`]: what executes the program's functions: native code where there is some, else the interpreter.

use lwas_ir::coverage::Counts;
use lwas_ir::{FailReason, Failure, FuncId, Interpreter, Memory, Module, Slot, World, WorldError};

/// Native code of a program, loaded. `native::NativeModule` is what runs do it with; a test can put something else in its place.
pub trait NativeCode: Send {
    /// Calls a function with arguments of its kinds, as `Interpreter::call` does; steps and memory are charged to
    /// `memory`, which is not reset.
    fn call(
        &mut self,
        module: &Module,
        func: FuncId,
        args: &[Slot],
        memory: &mut Memory,
        world: &mut dyn World,
    ) -> Result<Option<Slot>, NativeFailure>;
}

/// Why native code has no result. Reason, message and values are the interpreter's business, but for a spent budget, which it
/// would have to spend again to say the same.
#[derive(Clone, Debug, PartialEq)]
pub enum NativeFailure {
    /// Rejected, by this function at the site of this number.
    Rejected {
        /// The function that fails.
        func: FuncId,
        /// The number of the site in it.
        site: u32,
        /// Where a budget is spent: its code and the interpreter's words.
        spent: Option<(FailReason, String)>,
    },
    /// The world could not be read.
    World(WorldError),
}

/// What executes a program.
#[derive(Default)]
pub enum Engine {
    /// The reference interpreter.
    #[default]
    Interpreter,
    /// Native code. What it rejects is judged again by the interpreter, which says why.
    Native(Box<dyn NativeCode>),
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Engine::Interpreter => "Interpreter",
            Engine::Native(_) => "Native",
        })
    }
}

/// Calls by one engine, with what a failure is told.
pub trait Caller {
    /// Calls a function. Conditions are told apart, as the interpreter lets them fail where they are false.
    fn call(
        &mut self,
        func: FuncId,
        args: &[Slot],
        memory: &mut Memory,
        world: &mut dyn World,
    ) -> Result<Option<Slot>, Failed>;
}

/// A call without a result.
#[derive(Clone, Debug)]
pub enum Failed {
    /// With all that can be said: by the interpreter, or by native code that has spent a budget.
    Explained(Box<lwas_ir::Rejection>),
    /// By native code.
    Native {
        /// The function that fails.
        func: FuncId,
        /// The number of the site in it.
        site: u32,
    },
    /// The world could not be read.
    World(WorldError),
}

impl From<Failure> for Failed {
    /// How the interpreter failed.
    fn from(failure: Failure) -> Failed {
        match failure {
            Failure::Rejected(rejection) => Failed::Explained(Box::new(rejection)),
            Failure::World(error) => Failed::World(error),
        }
    }
}

/// The interpreter over a module.
pub struct Interpreted<'a> {
    /// The module, whose conditions fail where they are false.
    pub module: &'a Module,
    /// Whether rejections carry the values of sub-expressions, which costs time.
    pub explain: bool,
    /// Who counts what is reached, if anybody does.
    pub counts: Option<&'a Counts>,
}

impl Caller for Interpreted<'_> {
    fn call(
        &mut self,
        func: FuncId,
        args: &[Slot],
        memory: &mut Memory,
        world: &mut dyn World,
    ) -> Result<Option<Slot>, Failed> {
        let interpreter = Interpreter::new(self.module).keep_traces(self.explain).counting(self.counts);
        let result = interpreter.call(func, args, memory, world);
        result.map_err(Failed::from)
    }
}

/// Native code over the module it was made from.
pub struct Native<'a> {
    /// The module.
    pub module: &'a Module,
    /// Its code.
    pub code: &'a mut dyn NativeCode,
}

impl Caller for Native<'_> {
    fn call(
        &mut self,
        func: FuncId,
        args: &[Slot],
        memory: &mut Memory,
        world: &mut dyn World,
    ) -> Result<Option<Slot>, Failed> {
        self.code.call(self.module, func, args, memory, world).map_err(|failure| match failure {
            NativeFailure::Rejected { func, site, spent: None } => Failed::Native { func, site },
            NativeFailure::Rejected { func, site, spent: Some((reason, message)) } => {
                let site = lwas_ir::Site::from_u32(site);
                Failed::Explained(Box::new(lwas_ir::Rejection {
                    func,
                    site,
                    reason,
                    message,
                    traces: Vec::new(),
                    within: Vec::new(),
                }))
            }
            NativeFailure::World(error) => Failed::World(error),
        })
    }
}
