//! Equality and order of values of any type.
//!
//! Numbers by value whatever their digits, texts by code point (which is the order of their bytes), currencies by code,
//! enums by declaration, `none` before everything, compound values by their parts from the first. Rows are compared by their key and
//! stored fields. Money of two currencies is unequal and has no order; a bag has equality only.
//!
//! The work: the bytes of the shorter of two texts; each pair of elements, entries or fields that is looked at.

use super::call::{Call, ELEMENT};
use super::money::cannot;
use crate::memory::MAX_DEPTH;
use crate::{EnumId, FailReason, Fault, Field, Kind, Ref, Slot, Type, TypeId};
use lwas_exact::cmp_decimal;
use std::cmp::Ordering;

/// What is asked: whether values are equal, or which is the smaller.
#[derive(Clone, Copy, PartialEq)]
enum Question {
    Equal,
    Order,
}

/// 1 when equal by value, else 0.
pub(super) fn equal(call: &mut Call, ty: TypeId) -> Result<Slot, Fault> {
    let (a, b) = (call.arg(0)?, call.arg(1)?);
    Ok(Slot::bool(equals(call, ty, a, b)?))
}

/// Whether two values are equal.
pub(super) fn equals(call: &mut Call, ty: TypeId, a: Slot, b: Slot) -> Result<bool, Fault> {
    Ok(order(call, ty, a, b, Question::Equal, 0)? == Ordering::Equal)
}

/// The order of two values.
pub(super) fn compared(call: &mut Call, ty: TypeId, a: Slot, b: Slot) -> Result<Ordering, Fault> {
    order(call, ty, a, b, Question::Order, 0)
}

/// -1, 0 or 1.
pub(super) fn compare(call: &mut Call, ty: TypeId) -> Result<Slot, Fault> {
    let (a, b) = (call.arg(0)?, call.arg(1)?);
    Ok(sign(order(call, ty, a, b, Question::Order, 0)?))
}

/// An order as a number.
pub(super) fn sign(order: Ordering) -> Slot {
    Slot::int(order as i64)
}

/// The order of two values. When only equality is asked, any answer but `Equal` means unequal.
fn order(call: &mut Call, ty: TypeId, a: Slot, b: Slot, question: Question, depth: u32) -> Result<Ordering, Fault> {
    let known = call.module.types.get(ty).filter(|_| depth <= MAX_DEPTH);
    let known = *known.ok_or_else(|| Fault::damaged("value of bounded depth"))?;
    let (module, left, right) = (call.module, a.as_ref(), b.as_ref());
    match known {
        Type::Bool | Type::Int | Type::Currency | Type::Time | Type::Date | Type::Duration => {
            Ok(a.as_int().cmp(&b.as_int()))
        }
        Type::Float => match (crate::memory::float(a.as_int()), crate::memory::float(b.as_int())) {
            (Some(a), Some(b)) => Ok(a.total_cmp(&b)),
            _ => Err(Fault::damaged("Float")),
        },
        Type::Decimal(_) | Type::Amount(..) => Ok(a.as_wide().cmp(&b.as_wide())),
        Type::Text => texts(call, left, right),
        Type::Money => {
            let (a, b) = (call.memory.money(module, left)?, call.memory.money(module, right)?);
            match (a.1 == b.1, question) {
                (true, _) => Ok(a.0.cmp(&b.0)),
                (false, Question::Equal) => Ok(a.1.cmp(&b.1)),
                (false, Question::Order) => Err(cannot(module, a.1, b.1, "compared")),
            }
        }
        Type::Number => {
            let (a, b) = (call.memory.number(left)?, call.memory.number(right)?);
            Ok(cmp_decimal(a.0, a.1, b.0, b.1))
        }
        Type::Fraction => {
            let (a, b) = (call.memory.fraction(module, left)?, call.memory.fraction(module, right)?);
            match (a.1, b.1) {
                (Some(x), Some(y)) if x != y && question == Question::Equal => Ok(x.cmp(&y)),
                (Some(x), Some(y)) if x != y => Err(cannot(module, x, y, "compared")),
                _ => Ok(a.0.cmp(&b.0)),
            }
        }
        Type::Bag if question == Question::Order => {
            Err(Fault::new(FailReason::CurrencyMismatch, "sums of several currencies can't be compared"))
        }
        Type::Bag => bags(call, left, right),
        Type::Option(_) if left == 0 || right == 0 => Ok((left != 0).cmp(&(right != 0))),
        Type::Option(inner) => {
            let a = call.memory.option_content(module, inner, a)?;
            let b = call.memory.option_content(module, inner, b)?;
            order(call, inner, a, b, question, depth + 1)
        }
        Type::List(element) => lists(call, element, left, right, question, depth),
        Type::Map(inner) => maps(call, inner, left, right, question, depth),
        Type::Enum(id) => variants(call, id, a, b, question, depth),
        Type::Record(id) => {
            let record = module.records.get(id).ok_or_else(|| Fault::damaged("record"))?;
            fields(call, &record.fields, left, right, (question, depth, 0))
        }
        Type::Row(id) => {
            let state = module.states.get(id).ok_or_else(|| Fault::damaged("row"))?;
            let stored = state.fields.get(..state.stored as usize).unwrap_or_default();
            fields(call, stored, left, right, (question, depth, 0))
        }
    }
}

/// The order of two texts.
pub(super) fn texts(call: &mut Call, a: Ref, b: Ref) -> Result<Ordering, Fault> {
    let shorter = call.memory.text_bytes(a)?.len().min(call.memory.text_bytes(b)?.len());
    call.work(shorter as u64)?;
    Ok(call.memory.text_bytes(a)?.cmp(call.memory.text_bytes(b)?))
}

fn bags(call: &mut Call, a: Ref, b: Ref) -> Result<Ordering, Fault> {
    let entries = call.memory.length(a)?.min(call.memory.length(b)?);
    call.work(entries * ELEMENT)?;
    Ok(call.memory.bag(call.module, a)?.cmp(&call.memory.bag(call.module, b)?))
}

fn lists(call: &mut Call, element: TypeId, a: Ref, b: Ref, question: Question, depth: u32) -> Result<Ordering, Fault> {
    let (length, other) = (call.memory.length(a)?, call.memory.length(b)?);
    if question == Question::Equal && length != other {
        return Ok(length.cmp(&other));
    }
    let kind = call.module.kind(element);
    for index in 0..length.min(other) {
        call.work(ELEMENT)?;
        let (x, y) = (call.memory.element(a, index, kind)?, call.memory.element(b, index, kind)?);
        let found = order(call, element, x, y, question, depth + 1)?;
        if found != Ordering::Equal {
            return Ok(found);
        }
    }
    Ok(length.cmp(&other))
}

/// Maps by their entries, of an entry first the key.
fn maps(call: &mut Call, inner: TypeId, a: Ref, b: Ref, question: Question, depth: u32) -> Result<Ordering, Fault> {
    let ((keys, values, length), (other_keys, other_values, other)) = (call.memory.map(a)?, call.memory.map(b)?);
    if question == Question::Equal && length != other {
        return Ok(length.cmp(&other));
    }
    let kind = call.module.kind(inner);
    for index in 0..length.min(other) {
        call.work(ELEMENT)?;
        let key = call.memory.element(keys, index, Kind::Ref)?.as_ref();
        let other_key = call.memory.element(other_keys, index, Kind::Ref)?.as_ref();
        let (x, y) = (call.memory.element(values, index, kind)?, call.memory.element(other_values, index, kind)?);
        let found = match texts(call, key, other_key)? {
            Ordering::Equal => order(call, inner, x, y, question, depth + 1)?,
            found => found,
        };
        if found != Ordering::Equal {
            return Ok(found);
        }
    }
    Ok(length.cmp(&other))
}

fn variants(call: &mut Call, id: EnumId, a: Slot, b: Slot, question: Question, depth: u32) -> Result<Ordering, Fault> {
    let (variant, plain) = call.memory.variant(call.module, id, a)?;
    let (other, _) = call.memory.variant(call.module, id, b)?;
    if variant != other || plain {
        return Ok(variant.cmp(&other));
    }
    let known = &call.module.enums[id].variants[variant];
    fields(call, &known.fields, a.as_ref(), b.as_ref(), (question, depth, 8))
}

/// Fields that lie one after the other from a start.
fn fields(
    call: &mut Call,
    fields: &[Field],
    a: Ref,
    b: Ref,
    (question, depth, start): (Question, u32, u32),
) -> Result<Ordering, Fault> {
    let mut offset = u64::from(start);
    for field in fields {
        call.work(ELEMENT)?;
        let kind = call.module.kind(field.ty);
        let x = call.memory.load(kind, a.saturating_add(offset))?;
        let y = call.memory.load(kind, b.saturating_add(offset))?;
        let found = order(call, field.ty, x, y, question, depth + 1)?;
        if found != Ordering::Equal {
            return Ok(found);
        }
        offset += u64::from(kind.size());
    }
    Ok(Ordering::Equal)
}
