//! What native code can call: host functions, and the arithmetic that is not worth writing in place. Each answers with a
//! status. None unwinds into native code, which has no tables for it: a panic becomes a status like any other, and the
//! call that led to it reports it as our mistake.

use lwas_exact::{int, round_units};
use lwas_ir::native::{Context, RescaleCode};
use lwas_ir::{Fault, HostOp, Memory, Module, Slot, World, WorldError, host};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the host side of a call needs: behind `Context::host`.
pub(super) struct Host<'a> {
    pub(super) module: &'a Module,
    pub(super) ops: &'a [HostOp],
    pub(super) memory: &'a mut Memory,
    pub(super) world: &'a mut dyn World,
    /// What went wrong, when it is no plain rejection.
    pub(super) trouble: Option<Trouble>,
    /// The fault that has ended the call, where it is a spent budget.
    pub(super) spent: Option<Fault>,
}

/// What is no rejection.
pub(super) enum Trouble {
    /// The world could not be read.
    World(WorldError),
    /// A panic, or a call that makes no sense.
    Broken(String),
}

/// A context for a call, whose `host` is filled in last.
pub(super) fn context(memory: &mut Memory) -> Context {
    Context {
        base: memory.base_ptr(),
        top: memory.top(),
        limit: memory.limit(),
        steps: memory.steps_left(),
        result: Slot::ZERO,
        failed: 0,
        host_call,
        wide_mul,
        rescale,
        int_div,
        host: std::ptr::null_mut(),
    }
}

/// `Context::host_call`.
#[expect(unsafe_code, reason = "native code hands over plain pointers")]
unsafe extern "C" fn host_call(context: *mut Context, op: u64, args: *const Slot, count: u64) -> u64 {
    // SAFETY: native code passes on the context that it was called with, which `NativeModule::call` keeps alive.
    let context = unsafe { &mut *context };
    // SAFETY: `host` points to the `Host` that lives in the same call, and nothing else uses it meanwhile.
    let host = unsafe { &mut *context.host.cast::<Host<'_>>() };
    let args = match count {
        0 => &[],
        // SAFETY: native code has written this many slots to its stack.
        _ => unsafe { std::slice::from_raw_parts(args, count as usize) },
    };
    host.memory.set_top(context.top);
    host.memory.set_steps(context.steps);
    let done = catch_unwind(AssertUnwindSafe(|| match host.ops.get(op as usize) {
        Some(op) => host::call(*op, host.module, host.memory, host.world, args),
        None => Err(Fault::damaged("host function")),
    }));
    context.top = host.memory.top();
    context.steps = host.memory.steps_left();
    context.base = host.memory.base_ptr();
    match done {
        Ok(Ok(result)) => {
            context.result = result.unwrap_or_default();
            0
        }
        Ok(Err(fault @ Fault::Failed { .. })) => {
            // Native code goes no further: this is the fault that its status tells of.
            host.spent = fault.is_budget().then_some(fault);
            1
        }
        Ok(Err(Fault::World(error))) => {
            host.trouble = Some(Trouble::World(error));
            1
        }
        Err(panic) => {
            host.trouble = Some(Trouble::Broken(words_of(&*panic)));
            1
        }
    }
}

/// `Context::wide_mul`.
#[expect(unsafe_code, reason = "native code hands over plain pointers")]
unsafe extern "C" fn wide_mul(context: *mut Context, a: u64, a_high: u64, b: u64, b_high: u64) -> u64 {
    let (a, b) = (Slot { lo: a, hi: a_high }.as_wide(), Slot { lo: b, hi: b_high }.as_wide());
    // SAFETY: native code passes on the context that it was called with.
    unsafe { answer(context, a.checked_mul(b).map(Slot::wide)) }
}

/// `Context::rescale`.
#[expect(unsafe_code, reason = "native code hands over plain pointers")]
unsafe extern "C" fn rescale(context: *mut Context, low: u64, high: u64, code: u64) -> u64 {
    let units = Slot { lo: low, hi: high }.as_wide();
    let result = RescaleCode::unpack(code).and_then(|code| round_units(units, code.from, code.to, code.mode).ok());
    // SAFETY: native code passes on the context that it was called with.
    unsafe { answer(context, result.map(Slot::wide)) }
}

/// `Context::int_div`.
#[expect(unsafe_code, reason = "native code hands over plain pointers")]
unsafe extern "C" fn int_div(context: *mut Context, a: i64, b: i64, remainder: u64) -> u64 {
    let result = if remainder == 0 { int::div_floor(a, b) } else { int::mod_floor(a, b) };
    // SAFETY: native code passes on the context that it was called with.
    unsafe { answer(context, result.ok().map(Slot::int)) }
}

/// Leaves the result in the context; the status.
#[expect(unsafe_code, reason = "native code hands over plain pointers")]
unsafe fn answer(context: *mut Context, result: Option<Slot>) -> u64 {
    let Some(result) = result else { return 1 };
    // SAFETY: the caller vouches for the context.
    unsafe { (*context).result = result };
    0
}

/// The words of a panic.
fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a host function panicked").to_owned()
}
