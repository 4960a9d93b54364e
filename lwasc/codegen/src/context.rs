//! Reading and writing the context's fields, and the two kinds of memory that compiled code sees. The context and program
//! memory never overlap, and Cranelift is told so: a store to one does not make it forget what it has read from the other.

use crate::function::Translator;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{
    AbiParam, AliasRegion, AliasRegionData, Function, InstBuilder, MemFlagsData, SigRef, Signature, Type, Value,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::FunctionBuilder;
use lwas_ir::native::Context;
use std::mem::offset_of;

// The offsets below are taken from the machine that compiles and used on the one that runs: both have 64-bit words.
const _: () = assert!(size_of::<usize>() == 8, "contexts are laid out for 64-bit machines");

pub(crate) const BASE: i32 = offset_of!(Context, base) as i32;
pub(crate) const TOP: i32 = offset_of!(Context, top) as i32;
pub(crate) const LIMIT: i32 = offset_of!(Context, limit) as i32;
pub(crate) const STEPS: i32 = offset_of!(Context, steps) as i32;
pub(crate) const RESULT: i32 = offset_of!(Context, result) as i32;
pub(crate) const FAILED: i32 = offset_of!(Context, failed) as i32;
pub(crate) const HOST_CALL: i32 = offset_of!(Context, host_call) as i32;
pub(crate) const WIDE_MUL: i32 = offset_of!(Context, wide_mul) as i32;
pub(crate) const RESCALE: i32 = offset_of!(Context, rescale) as i32;
pub(crate) const INT_DIV: i32 = offset_of!(Context, int_div) as i32;

/// Where code finds the fields.
pub(crate) const CONTEXT_FIELDS: [i32; 10] =
    [BASE, TOP, LIMIT, STEPS, RESULT, FAILED, HOST_CALL, WIDE_MUL, RESCALE, INT_DIV];

/// How the two kinds of memory are accessed.
#[derive(Clone, Copy)]
pub(crate) struct Flags {
    /// Fields of the context.
    pub(crate) context: MemFlagsData,
    /// Fields of the context that never change while compiled code runs.
    pub(crate) constant: MemFlagsData,
    /// Program memory.
    pub(crate) memory: MemFlagsData,
    /// The stack, and the words that an entry point is given.
    pub(crate) stack: MemFlagsData,
}

impl Flags {
    /// Declared in a function.
    pub(crate) fn new(func: &mut Function) -> Flags {
        let mut region = |user_id: u32, description: &'static str| -> Option<AliasRegion> {
            Some(func.dfg.alias_regions.insert(AliasRegionData { user_id, description: description.into() }))
        };
        let trusted = MemFlagsData::trusted();
        let context = trusted.with_alias_region(region(0, "context"));
        Flags {
            context,
            constant: trusted.with_readonly().with_can_move(),
            // An I128 in program memory is aligned to 8 bytes only.
            memory: MemFlagsData::new().with_notrap().with_alias_region(region(1, "program memory")),
            stack: trusted.with_alias_region(region(2, "stack")),
        }
    }
}

impl Translator<'_, '_> {
    /// Reads a word of the context.
    pub(crate) fn get(&mut self, field: i32) -> Value {
        self.b.ins().load(I64, self.flags.context, self.context, field)
    }

    /// Writes a word of the context.
    pub(crate) fn set(&mut self, field: i32, value: Value) {
        self.b.ins().store(self.flags.context, value, self.context, field);
    }

    /// Reads what the last call left.
    pub(crate) fn result(&mut self, ty: Type) -> Value {
        self.b.ins().load(ty, self.flags.context, self.context, RESULT)
    }

    /// Calls one of the context's functions; the status.
    pub(crate) fn call_context(&mut self, field: i32, args: &[Value]) -> Value {
        let signature = context_signature(&mut self.b, self.convention, args.len());
        let target = self.b.ins().load(I64, self.flags.constant, self.context, field);
        let args: Vec<Value> = std::iter::once(self.context).chain(args.iter().copied()).collect();
        let call = self.b.ins().call_indirect(signature, target, &args);
        self.b.inst_results(call)[0]
    }
}

/// The signature of a function of the context, which takes the context and this many words.
fn context_signature(b: &mut FunctionBuilder<'_>, convention: CallConv, words: usize) -> SigRef {
    let mut signature = Signature::new(convention);
    signature.params.resize(words + 1, AbiParam::new(I64));
    signature.returns.push(AbiParam::new(I64));
    b.import_signature(signature)
}
