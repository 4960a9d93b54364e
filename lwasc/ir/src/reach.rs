//! What a function can reach: the host functions that it and those that it calls may call.

use crate::{FuncId, HostOp, Inst, Module, Source};
use std::collections::BTreeSet;

/// Whether what a function gives can depend on when it is called or who calls it: it, or a function that it calls, reads the
/// clock, a window, or the caller's name.
pub fn depends_on_call(module: &Module, func: FuncId) -> bool {
    let is_one = |op: &HostOp| matches!(op, HostOp::Now | HostOp::WindowFirst(_) | HostOp::Caller);
    host_ops(module, &[func]).iter().any(is_one)
}

/// The states and aggregates that functions, or those that they call, may write.
pub fn written(module: &Module, funcs: &[FuncId]) -> Vec<Source> {
    let written = |op: HostOp| match op {
        HostOp::RowPut(state) | HostOp::RowDelete(state) => Some(Source::State(state)),
        HostOp::AggregateAdd(aggregate) | HostOp::AggregateSub(aggregate) => Some(Source::Aggregate(aggregate)),
        _ => None,
    };
    host_ops(module, funcs).into_iter().filter_map(written).collect()
}

/// All host functions that functions, or those that they call, may call.
fn host_ops(module: &Module, funcs: &[FuncId]) -> Vec<HostOp> {
    let mut seen: BTreeSet<FuncId> = funcs.iter().copied().collect();
    let mut open = funcs.to_vec();
    let mut ops = vec![];
    while let Some(func) = open.pop() {
        let Some(function) = module.functions.get(func) else { continue };
        for inst in function.blocks.values().flat_map(|block| &block.insts) {
            match inst {
                Inst::Host { op, .. } => ops.push(*op),
                Inst::Call { func, .. } if seen.insert(*func) => open.push(*func),
                _ => {}
            }
        }
    }
    ops
}
