//! Rule 19, and what functions do to the world (for rule 11), their callees' doings included.

use super::host::touches;
use super::{VerifyError, check};
use crate::{FuncId, Inst, Module};
use cranelift_entity::SecondaryMap;

/// The most functions that are at work at one time.
const MAX_CALLS: u32 = 256;

/// What a function does to the world, itself or through others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    pub reads: bool,
    pub writes: bool,
}

/// The effects of all functions.
pub(super) type Effects = SecondaryMap<FuncId, Effect>;

/// From the functions that call nobody upwards: a function that never becomes ready calls itself.
pub(super) fn verify(module: &Module) -> Result<Effects, VerifyError> {
    let mut waiting: SecondaryMap<FuncId, usize> = SecondaryMap::new();
    let mut callers: SecondaryMap<FuncId, Vec<FuncId>> = SecondaryMap::new();
    let mut effects = Effects::new();
    for (id, function) in &module.functions {
        for inst in function.blocks.values().flat_map(|block| &block.insts) {
            match inst {
                Inst::Call { func, .. } => {
                    waiting[id] += 1;
                    callers[*func].push(id);
                }
                Inst::Host { op, .. } => {
                    let (reads, writes) = touches(*op);
                    effects[id].reads |= reads;
                    effects[id].writes |= writes;
                }
                _ => {}
            }
        }
    }
    let mut depth: SecondaryMap<FuncId, u32> = SecondaryMap::new();
    let mut ready = module.functions.keys().filter(|id| waiting[*id] == 0).collect::<Vec<_>>();
    while let Some(id) = ready.pop() {
        let (above, effect) = (depth[id] + 1, effects[id]);
        let place = || format!("{id:?}");
        check(above <= MAX_CALLS, 19, place, || format!("more than {MAX_CALLS} calls lie in each other"))?;
        for caller in std::mem::take(&mut callers[id]) {
            depth[caller] = depth[caller].max(above);
            effects[caller].reads |= effect.reads;
            effects[caller].writes |= effect.writes;
            waiting[caller] -= 1;
            if waiting[caller] == 0 {
                ready.push(caller);
            }
        }
    }
    for (id, function) in &module.functions {
        check(waiting[id] == 0, 19, || format!("fn {}", function.name), || "it calls itself".to_owned())?;
    }
    Ok(effects)
}
