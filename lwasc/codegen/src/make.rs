//! From a unit to its piece, by Cranelift. A maker keeps what Cranelift needs from one function to the next; each thread has
//! one. What comes out is the same whoever makes it and after whatever.

use crate::function::{Translator, signature};
use crate::piece::{Counts, Link, Piece, Target};
use crate::unit::{Unit, words};
use crate::{CodegenError, function};
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{AbiParam, ExternalName, InstBuilder, MemFlagsData, Signature, UserFuncName, Value};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{FinalizedMachReloc, FinalizedRelocTarget};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use lwas_ir::{Kind, Slot};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a piece is made of.
pub(crate) enum Source<'a> {
    /// A function as itself, with its arguments in registers.
    Function(Unit<'a>),
    /// The entry point of functions with such parameters: takes them from an array of slots.
    Entry {
        /// The name of one of them.
        name: &'a str,
        /// The parameters.
        params: Vec<Kind>,
    },
}

impl Source<'_> {
    /// What it can refer to.
    pub(crate) fn counts(&self) -> Counts {
        match self {
            Source::Function(Unit { callees, hosts, texts, .. }) => {
                Counts { callees: callees.len(), hosts: hosts.len(), texts: texts.len() }
            }
            Source::Entry { .. } => Counts { callees: 1, hosts: 0, texts: 0 },
        }
    }

    fn name(&self) -> &str {
        match self {
            Source::Function(unit) => unit.body.name,
            Source::Entry { name, .. } => name,
        }
    }
}

/// The stack of a thread that makes pieces: as much as the main thread has on Linux.
const THREAD_STACK_BYTES: usize = 8 << 20;

/// Makes pieces, each by the thread that comes to it first; in the order of the sources. Error: that of the first source which
/// has one.
pub(crate) fn make_all(
    isa: &dyn TargetIsa,
    sources: &[&Source<'_>],
    threads: NonZero<usize>,
) -> Result<Vec<Piece>, CodegenError> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut maker = Maker::new(isa);
        let mut made = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(source) = sources.get(number) else { return made };
            made.push((number, maker.make(source)));
        }
    };
    let helpers = threads.get().min(sources.len()).saturating_sub(1);
    let mut made = std::thread::scope(|scope| {
        let start = |_| std::thread::Builder::new().stack_size(THREAD_STACK_BYTES).spawn_scoped(scope, work);
        // A thread that the system does not give leaves its work to the others.
        let helpers: Vec<_> = (0..helpers).map_while(|number| start(number).ok()).collect();
        let mut made = work();
        for helper in helpers {
            made.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        made
    });
    made.sort_unstable_by_key(|(number, _)| *number);
    made.into_iter().map(|(_, piece)| piece).collect()
}

/// Makes pieces one after the other.
struct Maker<'a> {
    isa: &'a dyn TargetIsa,
    context: Context,
    scratch: FunctionBuilderContext,
}

impl<'a> Maker<'a> {
    fn new(isa: &'a dyn TargetIsa) -> Maker<'a> {
        Maker { isa, context: Context::new(), scratch: FunctionBuilderContext::new() }
    }

    fn make(&mut self, source: &Source<'_>) -> Result<Piece, CodegenError> {
        self.context.clear();
        self.context.func.name = UserFuncName::user(0, 0);
        match source {
            Source::Function(unit) => self.function(unit)?,
            Source::Entry { name, params } => self.entry(name, params)?,
        }
        let name = source.name();
        let compiled = self.context.compile(self.isa, &mut ControlPlane::default());
        let compiled = compiled.map_err(|error| backend(name, format!("{:?}", error.inner)))?;
        if !compiled.buffer.traps().is_empty() {
            return Err(backend(name, "an instruction can trap"));
        }
        let layout = compiled.buffer.frame_layout();
        // Below the frame pointer the frame, above it the saved frame pointer and the return address.
        let frame = layout.map_or(0, |layout| u64::from(layout.frame_to_fp_offset)) + 16;
        let (code, align) = (compiled.buffer.data().to_vec(), compiled.buffer.alignment);
        let relocs = compiled.buffer.relocs().to_vec();
        let links: Option<Vec<Link>> = relocs.iter().map(|reloc| self.link(reloc)).collect();
        let piece = links.map(|links| Piece { code, align, frame, links });
        piece.filter(|piece| piece.is_sound(source.counts())).ok_or_else(|| backend(name, "it reaches outside"))
    }

    /// A function as itself.
    fn function(&mut self, unit: &Unit<'_>) -> Result<(), CodegenError> {
        let params = unit.body.locals.values().take(unit.body.params as usize);
        self.context.func.signature = signature(words(params.copied()), self.isa.default_call_conv());
        let builder = FunctionBuilder::new(&mut self.context.func, &mut self.scratch);
        Translator::new(builder, unit, self.isa.frontend_config(), self.isa.default_call_conv()).translate()
    }

    /// An entry point: takes the arguments from the array and passes them on.
    fn entry(&mut self, name: &str, params: &[Kind]) -> Result<(), CodegenError> {
        let convention = self.isa.default_call_conv();
        let mut signature = Signature::new(convention);
        signature.params.resize(2, AbiParam::new(I64));
        signature.returns.push(AbiParam::new(I64));
        self.context.func.signature = signature;
        let mut b = FunctionBuilder::new(&mut self.context.func, &mut self.scratch);
        let block = b.create_block();
        b.append_block_params_for_function_params(block);
        b.switch_to_block(block);
        b.seal_block(block);
        let mut words = vec![b.block_params(block)[0]];
        let args = b.block_params(block)[1];
        for (index, kind) in params.iter().enumerate() {
            let too_large = |_| CodegenError::TooLarge(name.to_string());
            let offset = i32::try_from(index * size_of::<Slot>()).map_err(too_large)?;
            let mut word = |offset: i32| -> Value { b.ins().load(I64, MemFlagsData::trusted(), args, offset) };
            words.push(word(offset));
            if *kind == Kind::I128 {
                words.push(word(offset + 8));
            }
        }
        let callee = function::import(b.func, 0, words.len() as u32, convention);
        let call = b.ins().call(callee, &words);
        let status = b.inst_results(call)[0];
        b.ins().return_(&[status]);
        b.finalize(self.isa.frontend_config());
        Ok(())
    }

    /// What Cranelift leaves to be filled in; none when it leads to something that no unit has.
    fn link(&self, reloc: &FinalizedMachReloc) -> Option<Link> {
        let FinalizedRelocTarget::ExternalName(ExternalName::User(name)) = &reloc.target else { return None };
        let name = &self.context.func.params.user_named_funcs()[*name];
        let target = Target::named((name.namespace, name.index))?;
        Some(Link { offset: reloc.offset, kind: reloc.kind, target, addend: reloc.addend })
    }
}

/// A mistake of ours or Cranelift's.
pub(crate) fn backend(function: &str, problem: impl Into<String>) -> CodegenError {
    CodegenError::Backend { function: function.to_string(), problem: problem.into() }
}
