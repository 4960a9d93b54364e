//! How deep the stack can get: no function calls itself, so that the longest chain of calls has a length that is known.

use crate::CodegenError;
use cranelift_codegen::entity::SecondaryMap;
use lwas_ir::{FuncId, Inst, Module};

/// The most bytes of stack that a chain of compiled functions may take.
pub const STACK_LIMIT: u64 = 256 * 1024;

/// Bytes of stack that a function takes, each with what the call itself takes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Frames {
    /// As itself.
    pub(crate) function: u64,
    /// Its entry point, from which it is called.
    pub(crate) entry: u64,
}

/// What is known of a function's depth.
#[derive(Clone, Copy, Default, PartialEq)]
enum Depth {
    #[default]
    Unknown,
    /// Its callees are being looked at.
    Open,
    /// Bytes that it and what it calls need.
    Known(u64),
}

/// Checks all chains, given each function's own frames. Errors: `Recursive`, `StackTooDeep`.
pub(crate) fn check(module: &Module, frames: &SecondaryMap<FuncId, Frames>) -> Result<(), CodegenError> {
    let mut depths = SecondaryMap::<FuncId, Depth>::new();
    for root in module.functions.keys() {
        let bytes = frames[root].entry + depth(module, frames, root, &mut depths)?;
        if bytes > STACK_LIMIT {
            return Err(CodegenError::StackTooDeep { function: module.functions[root].name.clone(), bytes });
        }
    }
    Ok(())
}

/// A function whose callees are being looked at.
struct Visit {
    func: FuncId,
    callees: std::vec::IntoIter<FuncId>,
    deepest: u64,
}

/// The depth from a function, by a walk with a list of its own: a chain may be longer than our own stack would bear.
fn depth(
    module: &Module,
    frames: &SecondaryMap<FuncId, Frames>,
    root: FuncId,
    depths: &mut SecondaryMap<FuncId, Depth>,
) -> Result<u64, CodegenError> {
    let mut chain = Vec::new();
    let mut next = root;
    loop {
        let known = match depths[next] {
            Depth::Open => return Err(CodegenError::Recursive(module.functions[next].name.clone())),
            Depth::Known(bytes) => Some(bytes),
            Depth::Unknown => {
                depths[next] = Depth::Open;
                chain.push(Visit { func: next, callees: callees(module, next).into_iter(), deepest: 0 });
                None
            }
        };
        if let Some(bytes) = known {
            let Some(caller) = chain.last_mut() else { return Ok(bytes) };
            caller.deepest = caller.deepest.max(bytes);
        }
        // Ends the functions that have no callee left, up to one that has.
        next = loop {
            let Some(visit) = chain.last_mut() else { break root };
            if let Some(callee) = visit.callees.next() {
                break callee;
            }
            let bytes = frames[visit.func].function + visit.deepest;
            depths[visit.func] = Depth::Known(bytes);
            chain.pop();
            if let Some(caller) = chain.last_mut() {
                caller.deepest = caller.deepest.max(bytes);
            }
        };
    }
}

/// The functions that a function calls.
fn callees(module: &Module, func: FuncId) -> Vec<FuncId> {
    let insts = module.functions[func].blocks.values().flat_map(|block| &block.insts);
    insts.filter_map(|inst| if let Inst::Call { func, .. } = inst { Some(*func) } else { None }).collect()
}
