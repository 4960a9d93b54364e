//! Loading an object and calling its functions.

use super::host::{Host, Trouble, context};
use super::map::Mapping;
use super::{LoadError, NativeError, elf};
use lwas_ir::native::{Budget, Entry, Failing, host_ops};
use lwas_ir::{Fault, FuncId, HostOp, Kind, MEMORY_BUDGET, Memory, Module, Ref, Slot, World, constant_offsets};

/// What the processor lacks of the x86-64-v2 baseline, which `lwas-codegen` compiles for.
fn missing_feature() -> Option<&'static str> {
    let features = [
        ("sse3", is_x86_feature_detected!("sse3")),
        ("ssse3", is_x86_feature_detected!("ssse3")),
        ("sse4.1", is_x86_feature_detected!("sse4.1")),
        ("sse4.2", is_x86_feature_detected!("sse4.2")),
        ("popcnt", is_x86_feature_detected!("popcnt")),
        ("cmpxchg16b", is_x86_feature_detected!("cmpxchg16b")),
    ];
    features.into_iter().find(|(_, is_there)| !is_there).map(|(name, _)| name)
}

/// Native code of a module, in memory and ready to be called.
#[derive(Debug)]
pub struct NativeModule {
    mapping: Mapping,
    functions: Vec<Function>,
    ops: Vec<HostOp>,
    /// The limit of a memory of the same module: constants lie below it where the code expects them.
    limit: Ref,
}

/// A function as its callers see it.
#[derive(Debug)]
struct Function {
    /// Its entry point's place in the image.
    entry: usize,
    params: usize,
    result: Option<Kind>,
}

impl NativeModule {
    /// Loads the object that was made of this very module. What is in the object is executed with the powers of this process:
    /// its origin must have been verified before.
    pub fn load(object: &[u8], module: &Module) -> Result<NativeModule, LoadError> {
        if let Some(missing) = missing_feature() {
            return Err(LoadError::Processor(missing));
        }
        let image = elf::read(object, module.functions.len())?;
        let functions = module.functions.values().zip(&image.entries).map(|(function, entry)| Function {
            entry: *entry,
            params: function.params as usize,
            result: function.result,
        });
        let limit = constant_offsets(module).1 + MEMORY_BUDGET;
        Ok(NativeModule {
            functions: functions.collect(),
            ops: host_ops(module),
            limit,
            mapping: Mapping::new(&image)?,
        })
    }

    /// Calls a function of the module that the code was loaded for, with arguments of its kinds. Steps and memory are charged
    /// to `memory`, which belongs to the same module and is not reset.
    pub fn call(
        &self,
        module: &Module,
        func: FuncId,
        args: &[Slot],
        memory: &mut Memory,
        world: &mut dyn World,
    ) -> Result<Option<Slot>, NativeError> {
        let Some(function) = self.functions.get(func.as_u32() as usize) else {
            return Err(NativeError::Broken(format!("native code has no {func}")));
        };
        let fits = args.len() == function.params && module.functions.len() == self.functions.len();
        if !fits || memory.limit() != self.limit {
            return Err(NativeError::Broken(format!("a call does not fit {func}")));
        }
        let mut context = context(memory);
        let mut host = Host { module, ops: &self.ops, memory, world, trouble: None, spent: None };
        context.host = (&raw mut host).cast();
        let status = self.enter(function, &raw mut context, args);
        host.memory.set_top(context.top);
        host.memory.set_steps(context.steps);
        match (host.trouble, status) {
            (Some(Trouble::World(error)), _) => Err(NativeError::World(error)),
            (Some(Trouble::Broken(words)), _) => Err(NativeError::Broken(words)),
            (None, 0) => Ok(function.result.map(|kind| clean(kind, context.result))),
            (None, status) => Err(rejected(context.failed, status, host.spent)),
        }
    }

    /// Executes native code.
    #[expect(unsafe_code, reason = "this is the one call from Rust into native code")]
    fn enter(&self, function: &Function, context: *mut lwas_ir::native::Context, args: &[Slot]) -> u64 {
        let address = self.mapping.address(function.entry);
        // SAFETY: the entry point was compiled for this very signature, and its code is mapped as long as `self` lives. That the
        // code does what it should is what the artifact's signature vouches for.
        unsafe {
            let entry = std::mem::transmute::<*const u8, Entry>(address);
            entry(context, args.as_ptr())
        }
    }
}

/// A result with what its kind does not use cleared.
fn clean(kind: Kind, slot: Slot) -> Slot {
    match kind {
        Kind::I64 | Kind::Ref => Slot { lo: slot.lo, hi: 0 },
        Kind::I128 => slot,
    }
}

/// The rejection of a status; `told` is what a host function said of a spent budget.
fn rejected(func: u64, status: u64, told: Option<Fault>) -> NativeError {
    let (Ok(func), Some(Failing { site, spent })) = (u32::try_from(func), Failing::unpack(status)) else {
        return NativeError::Broken(format!("native code answered {status} of function {func}"));
    };
    let spent = match told.or(spent.map(Budget::fault)) {
        Some(Fault::Failed { reason, detail }) => Some((reason, detail)),
        Some(Fault::World(_)) | None => None,
    };
    NativeError::Rejected { func: FuncId::from_u32(func), site, spent }
}
