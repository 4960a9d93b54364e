//! Program memory: what `lwas_ir::Memory` does, written out. A `Ref` is an offset from the base, which stays where it is
//! while native code runs. Memory that is given out is zero already.

use crate::CodegenError;
use crate::context::{BASE, LIMIT, TOP};
use crate::function::{Translator, ty};
use crate::piece::Target;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{InstBuilder, Value};
use lwas_ir::native::Budget;
use lwas_ir::{Kind, Local, MAX_LIST, Site, TextId};

/// Where a list's elements begin: behind its length.
const ELEMENTS: i32 = 8;

impl Translator<'_, '_> {
    /// `dst` refers to a text constant.
    pub(crate) fn text(&mut self, dst: Local, text: TextId) {
        let place = self.places.texts[&text];
        let at = self.linked(Target::Text(place as u32));
        self.def(dst, at);
    }

    /// `dst` refers to `size` bytes of new memory.
    pub(crate) fn new_object(&mut self, dst: Local, size: u32, site: Site) {
        let size = self.word(i64::from(size.next_multiple_of(8)));
        self.take_memory(dst, size, site);
    }

    /// `dst` refers to a new list with room.
    pub(crate) fn new_list(&mut self, dst: Local, capacity: Local, element: Kind, site: Site) {
        let capacity = self.read(capacity);
        // A negative capacity is a huge one when its sign is not seen.
        let too_long = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, capacity, MAX_LIST);
        self.fail_if(too_long, site);
        let bytes = self.elements_size(capacity, element);
        let size = self.b.ins().iadd_imm_s(bytes, i64::from(ELEMENTS));
        self.take_memory(dst, size, site);
    }

    /// Moves the top up, unless it would pass the limit: both are below 2^33, so that their sum is no question.
    fn take_memory(&mut self, dst: Local, size: Value, site: Site) {
        let at = self.get(TOP);
        let top = self.b.ins().iadd(at, size);
        let limit = self.constant_field(LIMIT);
        let exhausted = self.b.ins().icmp(IntCC::UnsignedGreaterThan, top, limit);
        self.fail_if_spent(exhausted, site, Some(Budget::Memory));
        self.set(TOP, top);
        self.def(dst, at);
    }

    /// `dst` from memory. Error: `TooLarge`.
    pub(crate) fn load(&mut self, dst: Local, base: Local, offset: u32) -> Result<(), CodegenError> {
        let (address, offset) = self.place(base, offset)?;
        let ty = ty(self.kind(dst));
        let value = self.b.ins().load(ty, self.flags.memory, address, offset);
        self.def(dst, value);
        Ok(())
    }

    /// `src` to memory. Error: `TooLarge`.
    pub(crate) fn store(&mut self, base: Local, offset: u32, src: Local) -> Result<(), CodegenError> {
        let value = self.read(src);
        let (address, offset) = self.place(base, offset)?;
        self.b.ins().store(self.flags.memory, value, address, offset);
        Ok(())
    }

    /// Appends to a list that has room.
    pub(crate) fn push(&mut self, list: Local, value: Local) {
        let kind = self.kind(value);
        let (list, value) = (self.read(list), self.read(value));
        let list = self.address(list);
        let length = self.b.ins().load(I64, self.flags.memory, list, 0);
        let bytes = self.elements_size(length, kind);
        let place = self.b.ins().iadd(list, bytes);
        self.b.ins().store(self.flags.memory, value, place, ELEMENTS);
        let length = self.b.ins().iadd_imm_s(length, 1);
        self.b.ins().store(self.flags.memory, length, list, 0);
    }

    /// `dst` is the length of a list.
    pub(crate) fn length(&mut self, dst: Local, list: Local) {
        let list = self.read(list);
        let list = self.address(list);
        let length = self.b.ins().load(I64, self.flags.memory, list, 0);
        self.def(dst, length);
    }

    /// `dst` is an element of a list.
    pub(crate) fn element(&mut self, dst: Local, list: Local, index: Local, site: Site) {
        let kind = self.kind(dst);
        let (list, index) = (self.read(list), self.read(index));
        let list = self.address(list);
        let length = self.b.ins().load(I64, self.flags.memory, list, 0);
        // A negative index is a huge one when its sign is not seen.
        let outside = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, length);
        self.fail_if(outside, site);
        let bytes = self.elements_size(index, kind);
        let place = self.b.ins().iadd(list, bytes);
        let value = self.b.ins().load(ty(kind), self.flags.memory, place, ELEMENTS);
        self.def(dst, value);
    }

    /// Bytes of so many elements: 8 or 16 each.
    fn elements_size(&mut self, count: Value, element: Kind) -> Value {
        self.b.ins().ishl_imm_u(count, i64::from(element.size().trailing_zeros()))
    }

    /// The address of a `Ref`.
    pub(crate) fn address(&mut self, at: Value) -> Value {
        let base = self.constant_field(BASE);
        self.b.ins().iadd(base, at)
    }

    /// Address and offset of a field, as a memory access takes them.
    fn place(&mut self, base: Local, offset: u32) -> Result<(Value, i32), CodegenError> {
        let offset = i32::try_from(offset).map_err(|_| self.too_large())?;
        let base = self.read(base);
        Ok((self.address(base), offset))
    }

    fn constant_field(&mut self, field: i32) -> Value {
        self.b.ins().load(I64, self.flags.constant, self.context, field)
    }
}
