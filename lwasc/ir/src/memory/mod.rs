//! Program memory: where the values of one event (or query, constant, test step) lie, and what is left of its budgets.
//!
//! One buffer serves all events, one after the other. At its bottom lie the module's text constants; above them values are
//! given out upwards and never freed, so that a `Ref` is an offset and making a value is an addition. Native code works on
//! the same buffer: the runtime hands it `base_ptr`, `top`, `limit` and `steps_left` and takes `top` and steps back.
//!
//! What can be seen, and therefore holds for native code too:
//! - `alloc(size)` rounds up to a multiple of 8, charges that many bytes and gives the old top. It fails with `Memory` when
//!   the new top would be beyond `limit`, and then charges nothing. Size 0 charges nothing and gives the top.
//! - Bytes given out are zero: `reset` clears what the last event used.
//! - Loads are within 16..top and stores within the values given out, else the event is rejected (`Fault::damaged`); that
//!   cannot happen in what `lower` makes.

mod values;

pub(crate) use values::{MAX_DEPTH, currency, float};

use crate::{Fault, Kind, MEMORY_BUDGET, Module, Ref, STEP_BUDGET, Slot, TextId};
use cranelift_entity::PrimaryMap;

/// Offsets below this are never given out, so that 0 can be `none` and small numbers are no `Ref`s.
pub const FIRST_REF: Ref = 16;

/// Bytes behind the limit that belong to the buffer, so that an access at a wrong offset of a small value stays inside.
const SLACK: u64 = 4096;

/// Program memory.
#[derive(Clone, Debug)]
pub struct Memory {
    bytes: Vec<u8>,
    constants: PrimaryMap<TextId, Ref>,
    bottom: Ref,
    top: Ref,
    steps: u64,
    /// Steps that were taken before the last reset.
    taken: u64,
}

/// An end of values, to go back to.
#[derive(Clone, Copy, Debug)]
pub struct Mark(Ref);

/// Where each text constant lies, and where the values begin: both depend on the module alone. Constants lie one after the
/// other from 16, each as a Text.
pub fn constant_offsets(module: &Module) -> (PrimaryMap<TextId, Ref>, Ref) {
    let mut at = FIRST_REF;
    let mut place = |text: &String| {
        let offset = at;
        at += 8 + padded(text.len() as u64);
        offset
    };
    let offsets = module.texts.values().map(&mut place).collect();
    (offsets, at)
}

/// Up to the next multiple of 8.
fn padded(size: u64) -> u64 {
    size.saturating_add(7) & !7
}

/// The start, as an index into the buffer, of `size` bytes that lie within `from..to`.
fn within(at: Ref, size: u64, from: Ref, to: Ref) -> Option<std::ops::Range<usize>> {
    let end = at.checked_add(size)?;
    let inside = at >= from && end <= to;
    inside.then_some(usize::try_from(at).ok()?..usize::try_from(end).ok()?)
}

impl Memory {
    /// Memory for a module, with its constants laid out and full budgets. The pages of the buffer are taken from the
    /// system as they are first used.
    pub fn new(module: &Module) -> Memory {
        let (constants, bottom) = constant_offsets(module);
        let size = usize::try_from(bottom + MEMORY_BUDGET + SLACK).expect("a buffer of some 64 MiB is addressable");
        let mut bytes = vec![0; size];
        for (id, text) in &module.texts {
            let at = usize::try_from(constants[id]).expect("a constant lies within the buffer");
            let (length, content) = bytes[at..].split_at_mut(8);
            length.copy_from_slice(&(text.len() as u64).to_le_bytes());
            content[..text.len()].copy_from_slice(text.as_bytes());
        }
        Memory { bytes, constants, bottom, top: bottom, steps: STEP_BUDGET, taken: 0 }
    }

    /// Forgets all values and fills both budgets.
    pub fn reset(&mut self) {
        self.rewind(Mark(self.bottom));
    }

    /// The end of the values that there are.
    pub fn mark(&self) -> Mark {
        Mark(self.top)
    }

    /// Forgets the values that were made after a mark of this memory, since when there was no reset, and fills the budget of steps.
    pub fn rewind(&mut self, Mark(mark): Mark) {
        let mark = mark.clamp(self.bottom, self.top);
        let used = within(mark, self.top - mark, self.bottom, self.top);
        if let Some(used) = used.and_then(|range| self.bytes.get_mut(range)) {
            used.fill(0);
        }
        self.top = mark;
        self.taken = self.steps_taken();
        self.steps = STEP_BUDGET;
    }

    /// Steps that were taken since the memory was made.
    pub fn steps_taken(&self) -> u64 {
        self.taken.saturating_add(STEP_BUDGET.saturating_sub(self.steps))
    }

    /// A text constant.
    #[inline]
    pub fn text_constant(&self, text: TextId) -> Ref {
        self.constants.get(text).copied().unwrap_or(0)
    }

    /// The first byte of the buffer, at offset 0. It stays where it is as long as the memory lives.
    pub fn base_ptr(&mut self) -> *mut u8 {
        self.bytes.as_mut_ptr()
    }

    /// The offset that the next value gets.
    pub fn top(&self) -> Ref {
        self.top
    }

    /// What native code left as the top.
    pub fn set_top(&mut self, top: Ref) {
        self.top = top.clamp(self.bottom, self.limit());
    }

    /// The top never passes this.
    #[inline]
    pub fn limit(&self) -> Ref {
        self.bottom + MEMORY_BUDGET
    }

    /// Bytes that values may still take.
    pub fn left(&self) -> u64 {
        self.limit() - self.top
    }

    /// Steps that may still be taken.
    pub fn steps_left(&self) -> u64 {
        self.steps
    }

    /// What native code left of the steps.
    pub fn set_steps(&mut self, steps: u64) {
        self.steps = steps;
    }

    /// Charges steps. Fails with `Steps`, and then charges nothing, when fewer are left.
    #[inline]
    pub fn charge(&mut self, steps: u64) -> Result<(), Fault> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(Fault::steps()),
        }
    }

    /// Takes memory, rounded up to a multiple of 8 bytes and zeroed. Fails with `Memory`.
    #[inline]
    pub fn alloc(&mut self, size: u64) -> Result<Ref, Fault> {
        let at = self.top;
        match at.checked_add(padded(size)) {
            Some(top) if top <= self.limit() => {
                self.top = top;
                Ok(at)
            }
            _ => Err(Fault::memory()),
        }
    }

    /// Some bytes.
    #[inline]
    pub fn load_bytes(&self, at: Ref, size: u64) -> Result<&[u8], Fault> {
        within(at, size, FIRST_REF, self.top)
            .and_then(|range| self.bytes.get(range))
            .ok_or_else(|| Fault::damaged("value"))
    }

    #[inline]
    fn load_array<const N: usize>(&self, at: Ref) -> Result<[u8; N], Fault> {
        let bytes = self.load_bytes(at, N as u64)?;
        bytes.try_into().map_err(|_| Fault::damaged("value"))
    }

    /// Writes bytes.
    #[inline]
    pub fn store_bytes(&mut self, at: Ref, bytes: &[u8]) -> Result<(), Fault> {
        let place = within(at, bytes.len() as u64, self.bottom, self.top).and_then(|range| self.bytes.get_mut(range));
        place.ok_or_else(|| Fault::damaged("value"))?.copy_from_slice(bytes);
        Ok(())
    }

    /// An I64.
    #[inline]
    pub fn load_int(&self, at: Ref) -> Result<i64, Fault> {
        Ok(i64::from_le_bytes(self.load_array(at)?))
    }

    /// An I128.
    #[inline]
    pub fn load_wide(&self, at: Ref) -> Result<i128, Fault> {
        Ok(i128::from_le_bytes(self.load_array(at)?))
    }

    /// A Ref.
    #[inline]
    pub fn load_ref(&self, at: Ref) -> Result<Ref, Fault> {
        Ok(u64::from_le_bytes(self.load_array(at)?))
    }

    /// A value of a kind.
    #[inline]
    pub fn load(&self, kind: Kind, at: Ref) -> Result<Slot, Fault> {
        match kind {
            Kind::I64 | Kind::Ref => Ok(Slot { lo: self.load_ref(at)?, hi: 0 }),
            Kind::I128 => Ok(Slot::wide(self.load_wide(at)?)),
        }
    }

    /// Writes an I64.
    #[inline]
    pub fn store_int(&mut self, at: Ref, value: i64) -> Result<(), Fault> {
        self.store_bytes(at, &value.to_le_bytes())
    }

    /// Writes an I128.
    #[inline]
    pub fn store_wide(&mut self, at: Ref, value: i128) -> Result<(), Fault> {
        self.store_bytes(at, &value.to_le_bytes())
    }

    /// Writes a value of a kind.
    #[inline]
    pub fn store(&mut self, kind: Kind, at: Ref, value: Slot) -> Result<(), Fault> {
        match kind {
            Kind::I64 | Kind::Ref => self.store_bytes(at, &value.lo.to_le_bytes()),
            Kind::I128 => self.store_wide(at, value.as_wide()),
        }
    }
}

/// Texts, lists and maps.
impl Memory {
    /// The bytes of a Text.
    pub fn text_bytes(&self, text: Ref) -> Result<&[u8], Fault> {
        let length = self.load_ref(text)?;
        self.load_bytes(text.saturating_add(8), length)
    }

    /// A Text.
    pub fn text(&self, text: Ref) -> Result<&str, Fault> {
        std::str::from_utf8(self.text_bytes(text)?).map_err(|_| Fault::damaged("text"))
    }

    /// Makes a Text: 8 bytes and its bytes, rounded up. Fails with `TooLong` or `Memory`, in this order.
    pub fn new_text(&mut self, text: &str) -> Result<Ref, Fault> {
        if text.len() > crate::MAX_TEXT {
            return Err(Fault::too_long("text"));
        }
        let length = text.len() as u64;
        let at = self.alloc(8 + length)?;
        self.store_bytes(at, &length.to_le_bytes())?;
        self.store_bytes(at + 8, text.as_bytes())?;
        Ok(at)
    }

    /// Makes an empty list with room: 8 bytes and 8 or 16 an element. Fails with `TooLong` (also for a negative capacity)
    /// or `Memory`, in this order.
    #[inline]
    pub fn new_list(&mut self, capacity: i64, element: Kind) -> Result<Ref, Fault> {
        if !(0..=crate::MAX_LIST).contains(&capacity) {
            return Err(Fault::too_long("list"));
        }
        self.alloc(8 + capacity.unsigned_abs() * u64::from(element.size()))
    }

    /// The length of a list (or the entries of a bag): never negative, never more than a list may have.
    #[inline]
    pub fn length(&self, list: Ref) -> Result<u64, Fault> {
        match u64::try_from(self.load_int(list)?) {
            Ok(length) if length <= crate::MAX_LIST.unsigned_abs() => Ok(length),
            _ => Err(Fault::damaged("list")),
        }
    }

    /// Makes a map of two lists of one length, the keys in order: 16 bytes.
    pub fn new_map(&mut self, keys: Ref, values: Ref) -> Result<Ref, Fault> {
        let at = self.alloc(16)?;
        self.store_bytes(at, &keys.to_le_bytes())?;
        self.store_bytes(at + 8, &values.to_le_bytes())?;
        Ok(at)
    }

    /// A map: the list of its keys, that of its values, and their length.
    pub fn map(&self, map: Ref) -> Result<(Ref, Ref, u64), Fault> {
        let (keys, values) = (self.load_ref(map)?, self.load_ref(map.saturating_add(8))?);
        match (self.length(keys)?, self.length(values)?) {
            (length, other) if length == other => Ok((keys, values, length)),
            _ => Err(Fault::damaged("map")),
        }
    }

    /// Where an element of a list lies; nothing is checked.
    #[inline]
    pub fn element_at(list: Ref, index: u64, element: Kind) -> Ref {
        let offset = index.wrapping_mul(u64::from(element.size()));
        list.wrapping_add(8).wrapping_add(offset)
    }

    /// An element of a list, within its length.
    #[inline]
    pub fn element(&self, list: Ref, index: u64, element: Kind) -> Result<Slot, Fault> {
        self.load(element, Memory::element_at(list, index, element))
    }

    /// Appends to a list that has room.
    #[inline]
    pub fn push(&mut self, list: Ref, element: Kind, value: Slot) -> Result<(), Fault> {
        let length = self.length(list)?;
        self.store(element, Memory::element_at(list, length, element), value)?;
        self.store_bytes(list, &(length + 1).to_le_bytes())
    }
}
