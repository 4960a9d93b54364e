//! The instructions, one line each; the work is in the modules named after it.

use crate::CodegenError;
use crate::function::{Translator, ty};
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::types::{I64, I128};
use lwas_ir::{Inst, Local};

impl Translator<'_, '_> {
    /// Translates one instruction. Error: `TooLarge`.
    pub(crate) fn inst(&mut self, inst: &Inst) -> Result<(), CodegenError> {
        match *inst {
            Inst::Const { dst, value } => self.constant(dst, value),
            Inst::ConstWide { dst, value } => self.constant_wide(dst, value),
            Inst::ConstText { dst, text } => self.text(dst, text),
            Inst::Copy { dst, src } => self.copy(dst, src),
            Inst::None { dst } => self.constant(dst, 0),
            Inst::Int { op, dst, a, b, site } => self.int(op, dst, a, b, site),
            Inst::Wide { op, dst, a, b, site } => self.wide(op, dst, a, b, site),
            Inst::Rescale { dst, src, from, to, mode, site } => self.rescale(dst, src, from, to, mode, site),
            Inst::Extend { dst, src } => self.extend(dst, src),
            Inst::Narrow { dst, src, site } => self.narrow(dst, src, site),
            Inst::Compare { op, dst, a, b } => self.compare(op, dst, a, b),
            Inst::Not { dst, src } => self.not(dst, src),
            Inst::New { dst, size, site } => self.new_object(dst, size, site),
            Inst::Load { dst, base, offset } => self.load(dst, base, offset)?,
            Inst::Store { base, offset, src } => self.store(base, offset, src)?,
            Inst::NewList { dst, capacity, element, site } => self.new_list(dst, capacity, element, site),
            Inst::Push { list, value } => self.push(list, value),
            Inst::Length { dst, list } => self.length(dst, list),
            Inst::Element { dst, list, index, site } => self.element(dst, list, index, site),
            Inst::Call { dst, func, ref args } => self.call(dst, func, args),
            Inst::Host { dst, op, ref args, site } => self.host(dst, op, args, site)?,
            Inst::Step { site } => self.charge_step(site),
            Inst::Trace { .. } => {}
        }
        Ok(())
    }

    fn constant(&mut self, dst: Local, value: i64) {
        let value = self.word(value);
        self.def(dst, value);
    }

    fn constant_wide(&mut self, dst: Local, value: i128) {
        let value = self.wide_constant(value);
        self.def(dst, value);
    }

    fn copy(&mut self, dst: Local, src: Local) {
        let value = self.read(src);
        self.def(dst, value);
    }

    fn extend(&mut self, dst: Local, src: Local) {
        let value = self.read(src);
        let value = self.b.ins().sextend(I128, value);
        self.def(dst, value);
    }

    fn not(&mut self, dst: Local, src: Local) {
        let value = self.read(src);
        let one = self.word(1);
        let value = self.b.ins().isub(one, value);
        self.def(dst, value);
    }

    fn compare(&mut self, op: lwas_ir::CompareOp, dst: Local, a: Local, b: Local) {
        debug_assert_eq!(ty(self.kind(a)), ty(self.kind(b)), "the verifier holds the operands to one kind");
        let (a, b) = (self.read(a), self.read(b));
        let holds = self.b.ins().icmp(crate::int::condition(op), a, b);
        let value = self.b.ins().uextend(I64, holds);
        self.def(dst, value);
    }
}
