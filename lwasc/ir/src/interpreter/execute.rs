//! One instruction on the registers of one frame: everything but calls and traces.

use super::{Stop, words};
use crate::{CompareOp, Fault, Function, Inst, IntOp, Kind, Local, Memory, Site, Slot, WideOp};
use cranelift_entity::EntityRef;
use lwas_exact::{ExactError, Mode, int, round_units};
use std::cmp::Ordering;

/// A register.
#[inline]
pub(super) fn get(registers: &[Slot], local: Local) -> Slot {
    registers.get(local.index()).copied().unwrap_or_default()
}

/// Assigns a register.
#[inline]
pub(super) fn set(registers: &mut [Slot], local: Local, value: Slot) {
    if let Some(register) = registers.get_mut(local.index()) {
        *register = value;
    }
}

/// The kind of a register.
#[inline]
fn kind(function: &Function, local: Local) -> Kind {
    function.locals.get(local).copied().unwrap_or(Kind::I64)
}

/// Memory is read at no site: only a forged program reads outside.
fn outside(fault: Fault) -> Stop {
    Stop { site: Site::new(0), fault }
}

/// Executes an instruction.
#[inline]
pub(super) fn execute(
    inst: &Inst,
    function: &Function,
    registers: &mut [Slot],
    memory: &mut Memory,
) -> Result<(), Stop> {
    let (dst, value) = match inst {
        Inst::Const { dst, value } => (dst, Slot::int(*value)),
        Inst::ConstWide { dst, value } => (dst, Slot::wide(*value)),
        Inst::ConstText { dst, text } => (dst, Slot::reference(memory.text_constant(*text))),
        Inst::Copy { dst, src } => (dst, get(registers, *src)),
        Inst::None { dst } => (dst, Slot::ZERO),
        Inst::Int { op, dst, a, b, site } => {
            let (a, b) = (get(registers, *a).as_int(), get(registers, *b).as_int());
            (dst, Slot::int(int_op(*op, a, b).map_err(|error| words::int(*op, a, b, error, *site))?))
        }
        Inst::Wide { op, dst, a, b, site } => {
            let (a, b) = (get(registers, *a).as_wide(), get(registers, *b).as_wide());
            (dst, Slot::wide(wide_op(*op, a, b).ok_or_else(|| words::wide(*op, a, b, *site))?))
        }
        Inst::Rescale { dst, src, from, to, mode, site } => {
            (dst, rescale(get(registers, *src).as_wide(), *from, *to, *mode, *site)?)
        }
        Inst::Extend { dst, src } => (dst, Slot::wide(i128::from(get(registers, *src).as_int()))),
        Inst::Narrow { dst, src, site } => {
            let value = get(registers, *src).as_wide();
            (dst, Slot::int(i64::try_from(value).map_err(|_| words::narrow(value, *site))?))
        }
        Inst::Compare { op, dst, a, b } => {
            let order = compare(kind(function, *a), get(registers, *a), get(registers, *b));
            (dst, Slot::bool(holds(*op, order)))
        }
        Inst::Not { dst, src } => (dst, Slot::int(1i64.wrapping_sub(get(registers, *src).as_int()))),
        Inst::Load { dst, base, offset } => {
            let at = get(registers, *base).as_ref().saturating_add(u64::from(*offset));
            (dst, memory.load(kind(function, *dst), at).map_err(outside)?)
        }
        Inst::Length { dst, list } => {
            (dst, Slot::int(memory.load_int(get(registers, *list).as_ref()).map_err(outside)?))
        }
        Inst::Element { dst, list, index, site } => {
            let (list, index) = (get(registers, *list).as_ref(), get(registers, *index).as_int());
            let length = memory.load_int(list).map_err(outside)?;
            if index < 0 || index >= length {
                return Err(words::index(length, index, *site));
            }
            (dst, memory.element(list, index.unsigned_abs(), kind(function, *dst)).map_err(outside)?)
        }
        _ => return making(inst, function, registers, memory),
    };
    set(registers, *dst, value);
    Ok(())
}

/// Instructions that take memory or steps, or write.
fn making(inst: &Inst, function: &Function, registers: &mut [Slot], memory: &mut Memory) -> Result<(), Stop> {
    match inst {
        Inst::New { dst, size, site } => {
            let at = memory.alloc(u64::from(*size)).map_err(|fault| Stop { site: *site, fault })?;
            set(registers, *dst, Slot::reference(at));
        }
        Inst::NewList { dst, capacity, element, site } => {
            let capacity = get(registers, *capacity).as_int();
            let list = memory.new_list(capacity, *element).map_err(|fault| Stop { site: *site, fault })?;
            set(registers, *dst, Slot::reference(list));
        }
        Inst::Store { base, offset, src } => {
            let at = get(registers, *base).as_ref().saturating_add(u64::from(*offset));
            memory.store(kind(function, *src), at, get(registers, *src)).map_err(outside)?;
        }
        Inst::Push { list, value } => {
            let (list, element) = (get(registers, *list).as_ref(), kind(function, *value));
            memory.push(list, element, get(registers, *value)).map_err(outside)?;
        }
        Inst::Step { site } => memory.charge(1).map_err(|fault| Stop { site: *site, fault })?,
        // Calls and traces are the frame's own; all others are done above.
        _ => {}
    }
    Ok(())
}

#[inline]
fn int_op(op: IntOp, a: i64, b: i64) -> Result<i64, ExactError> {
    match op {
        IntOp::Add => a.checked_add(b).ok_or(ExactError::Overflow),
        IntOp::Sub => a.checked_sub(b).ok_or(ExactError::Overflow),
        IntOp::Mul => a.checked_mul(b).ok_or(ExactError::Overflow),
        IntOp::Div => int::div_floor(a, b),
        IntOp::Mod => int::mod_floor(a, b),
    }
}

#[inline]
fn wide_op(op: WideOp, a: i128, b: i128) -> Option<i128> {
    match op {
        WideOp::Add => a.checked_add(b),
        WideOp::Sub => a.checked_sub(b),
        WideOp::Mul => a.checked_mul(b),
    }
}

fn rescale(value: i128, from: u8, to: u8, mode: Mode, site: Site) -> Result<Slot, Stop> {
    let rounded = round_units(value, from, to, mode);
    Ok(Slot::wide(rounded.map_err(|error| words::rescale(value, from, to, error, site))?))
}

#[inline]
fn compare(kind: Kind, a: Slot, b: Slot) -> Ordering {
    match kind {
        Kind::I64 => a.as_int().cmp(&b.as_int()),
        Kind::I128 => a.as_wide().cmp(&b.as_wide()),
        Kind::Ref => a.as_ref().cmp(&b.as_ref()),
    }
}

#[inline]
fn holds(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterEqual => order.is_ge(),
    }
}
