//! Text: joining, counting, and values as people read them.

use super::call::Call;
use super::format::Formatter;
use crate::{Fault, MAX_TEXT, Slot, TypeId};

/// Texts one after the other.
pub(super) fn join(call: &mut Call) -> Result<Slot, Fault> {
    let mut total = 0;
    for text in call.args {
        total += call.memory.text_bytes(text.as_ref())?.len();
        if total > MAX_TEXT {
            return Err(Fault::too_long("text"));
        }
    }
    call.work(total as u64)?;
    let at = call.memory.alloc(8 + total as u64)?;
    let mut bytes = Vec::with_capacity(total);
    for text in call.args {
        bytes.extend_from_slice(call.memory.text_bytes(text.as_ref())?);
    }
    call.memory.store_bytes(at, &(total as u64).to_le_bytes())?;
    call.memory.store_bytes(at + 8, &bytes)?;
    Ok(Slot::reference(at))
}

/// A value as people read it. The text's bytes are the work.
pub(super) fn format(call: &mut Call, ty: TypeId) -> Result<Slot, Fault> {
    let value = call.arg(0)?;
    let text = Formatter::new(call.module, call.memory).format(ty, value)?;
    call.work(text.len() as u64)?;
    Ok(Slot::reference(call.memory.new_text(&text)?))
}

/// Code points.
pub(super) fn length(call: &mut Call) -> Result<Slot, Fault> {
    let text = call.reference(0)?;
    let bytes = call.memory.text_bytes(text)?.len();
    call.work(bytes as u64)?;
    let count = call.memory.text(text)?.chars().count();
    Ok(Slot::int(i64::try_from(count).unwrap_or(i64::MAX)))
}
