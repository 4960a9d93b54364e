//! What native code and its loader agree on: the context that compiled code is given, the names of its entry points, the
//! numbers of host calls. Code generation reads the offsets from here, the runtime fills the fields in; an object fits
//! only a runtime with the same `VERSION`.

use crate::{Fault, FuncId, HostOp, Inst, Module, Site, Slot};
use cranelift_entity::EntityRef;
use lwas_exact::Mode;
use std::collections::HashSet;
use std::ffi::c_void;

/// Goes up whenever something in this file changes its meaning.
pub const VERSION: u32 = 1;

/// How an entry point is called: with as many slots as it has parameters. The status is 0 when it returned, its value then
/// being in `Context::result`; else what `Failing` packs, of the function in `Context::failed`.
pub type Entry = unsafe extern "C" fn(context: *mut Context, args: *const Slot) -> u64;

/// Everything that compiled code can reach. Its functions answer 0 when all went well; a result is then in `result`.
#[repr(C)]
#[derive(Debug)]
pub struct Context {
    /// Where program memory begins: a `Ref` is an offset from here.
    pub base: *mut u8,
    /// The first free offset.
    pub top: u64,
    /// The offset that `top` may not pass.
    pub limit: u64,
    /// How many steps are left.
    pub steps: u64,
    /// What the last function or host function returned. A function writes only as much as its kind needs.
    pub result: Slot,
    /// The number of the function that failed.
    pub failed: u64,
    /// A host function: its number in `host_ops`, its arguments, how many they are.
    pub host_call: unsafe extern "C" fn(*mut Context, u64, *const Slot, u64) -> u64,
    /// The checked product of two I128, each as its low and high half.
    pub wide_mul: unsafe extern "C" fn(*mut Context, u64, u64, u64, u64) -> u64,
    /// An I128 (low and high half) with another number of digits: see `RescaleCode`.
    pub rescale: unsafe extern "C" fn(*mut Context, u64, u64, u64) -> u64,
    /// Floored division of two I64; the remainder when the last argument is not 0.
    pub int_div: unsafe extern "C" fn(*mut Context, i64, i64, u64) -> u64,
    /// The runtime's own: native code never looks at it.
    pub host: *mut c_void,
}

/// What `Context::rescale` is told, as one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RescaleCode {
    /// Digits before.
    pub from: u8,
    /// Digits after.
    pub to: u8,
    /// How digits are dropped.
    pub mode: Mode,
}

impl RescaleCode {
    /// As a number.
    pub fn pack(self) -> u64 {
        let mode = Mode::ALL.iter().position(|mode| *mode == self.mode).expect("ALL lists every mode");
        u64::from(self.from) | u64::from(self.to) << 8 | (mode as u64) << 16
    }

    /// From a number; none when it is not one of `pack`.
    pub fn unpack(code: u64) -> Option<RescaleCode> {
        let [from, to, mode, 0, 0, 0, 0, 0] = code.to_le_bytes() else { return None };
        Some(RescaleCode { from, to, mode: *Mode::ALL.get(usize::from(mode))? })
    }
}

/// Where a function failed, as the status that it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The site.
    pub site: Site,
    /// The budget that is spent, where native code saw it itself; host functions tell the runtime.
    pub spent: Option<Budget>,
}

/// What an event may not use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Budget {
    /// Steps.
    Steps,
    /// Bytes of values.
    Memory,
}

impl Budget {
    /// What the interpreter says where this budget is spent.
    pub fn fault(self) -> Fault {
        match self {
            Budget::Steps => Fault::steps(),
            Budget::Memory => Fault::memory(),
        }
    }
}

impl Failing {
    /// As a status: the site + 1 in the low half, and the budget in the high one.
    pub fn pack(self) -> u64 {
        let spent = match self.spent {
            None => 0,
            Some(Budget::Steps) => 1,
            Some(Budget::Memory) => 2,
        };
        (u64::from(self.site.as_u32()) + 1) | spent << 33
    }

    /// From a status; none when it is not one of `pack`.
    pub fn unpack(status: u64) -> Option<Failing> {
        let spent = match status >> 33 {
            0 => None,
            1 => Some(Budget::Steps),
            2 => Some(Budget::Memory),
            _ => return None,
        };
        let site = (status & ((1 << 33) - 1)).checked_sub(1)?;
        Some(Failing { site: Site::from_u32(u32::try_from(site).ok()?), spent })
    }
}

/// The symbol of a function's entry point.
pub fn entry_symbol(func: FuncId) -> String {
    format!("f{}", func.index())
}

/// The host functions that a module calls, each once, in order of first use: a call names one by its place here.
pub fn host_ops(module: &Module) -> Vec<HostOp> {
    let insts = module.functions.values().flat_map(|f| f.blocks.values()).flat_map(|b| &b.insts);
    let ops = insts.filter_map(|inst| if let Inst::Host { op, .. } = inst { Some(*op) } else { None });
    let mut known = HashSet::new();
    ops.filter(|op| known.insert(*op)).collect()
}
