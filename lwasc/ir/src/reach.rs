//! What a function can reach: the host functions that it and those that it calls may call.

use crate::{FuncId, HostOp, Inst, Module};
use std::collections::BTreeSet;

/// Whether what a function gives can depend on when it is called or who calls it: it, or a function that it calls, reads the
/// clock, a window, or the caller's name.
pub fn depends_on_call(module: &Module, func: FuncId) -> bool {
    let mut seen = BTreeSet::from([func]);
    let mut open = vec![func];
    while let Some(func) = open.pop() {
        let Some(function) = module.functions.get(func) else { continue };
        for inst in function.blocks.values().flat_map(|block| &block.insts) {
            match inst {
                Inst::Host { op: HostOp::Now | HostOp::WindowFirst(_) | HostOp::Caller, .. } => return true,
                Inst::Call { func, .. } if seen.insert(*func) => open.push(*func),
                _ => {}
            }
        }
    }
    false
}
