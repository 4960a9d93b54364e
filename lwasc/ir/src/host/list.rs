//! Lists: joining, looking for a value, the numbers of a range.

use super::call::{Call, ELEMENT};
use super::order;
use crate::{Fault, Kind, MAX_LIST, Memory, Slot, TypeId};

/// One list after the other, in a new list.
pub(super) fn concat(call: &mut Call, element: TypeId) -> Result<Slot, Fault> {
    let kind = call.module.kind(element);
    let (a, b) = (call.reference(0)?, call.reference(1)?);
    let (length, other) = (call.memory.length(a)?, call.memory.length(b)?);
    let total = length + other;
    if total > MAX_LIST.unsigned_abs() {
        return Err(Fault::too_long("list"));
    }
    call.work(total * ELEMENT)?;
    let size = u64::from(kind.size());
    let mut bytes = call.memory.load_bytes(a.saturating_add(8), length * size)?.to_vec();
    bytes.extend_from_slice(call.memory.load_bytes(b.saturating_add(8), other * size)?);
    let list = call.memory.alloc(8 + total * size)?;
    call.memory.store_bytes(list, &total.to_le_bytes())?;
    call.memory.store_bytes(list + 8, &bytes)?;
    Ok(Slot::reference(list))
}

/// Whether an element equals a value. The work ends at the first that does.
pub(super) fn contains(call: &mut Call, element: TypeId) -> Result<Slot, Fault> {
    let (list, wanted) = (call.reference(0)?, call.arg(1)?);
    let (length, kind) = (call.memory.length(list)?, call.module.kind(element));
    for index in 0..length {
        call.work(ELEMENT)?;
        let found = call.memory.element(list, index, kind)?;
        if order::equals(call, element, found, wanted)? {
            return Ok(Slot::bool(true));
        }
    }
    Ok(Slot::bool(false))
}

/// The Ints from the first to the last.
pub(super) fn range(call: &mut Call) -> Result<Slot, Fault> {
    let (first, last) = (call.int(0)?, call.int(1)?);
    let count = if last < first { 0 } else { last.abs_diff(first).saturating_add(1) };
    let capacity = i64::try_from(count).unwrap_or(i64::MAX);
    if capacity > MAX_LIST {
        return Err(Fault::too_long("list"));
    }
    call.work(count * ELEMENT)?;
    let list = call.memory.new_list(capacity, Kind::I64)?;
    for (index, value) in (0..count).zip(first..=last) {
        call.memory.store_int(Memory::element_at(list, index, Kind::I64), value)?;
    }
    call.memory.store_bytes(list, &count.to_le_bytes())?;
    Ok(Slot::reference(list))
}
