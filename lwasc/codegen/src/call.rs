//! Calls of other functions and of host functions.

use crate::CodegenError;
use crate::context::HOST_CALL;
use crate::function::{Translator, import, ty};
use crate::piece::Target;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{InstBuilder, StackSlotData, StackSlotKind, Value};
use lwas_ir::{FuncId, HostOp, Inst, Kind, Local, Site, Slot};

impl Translator<'_, '_> {
    /// Calls a function of the object.
    pub(crate) fn call(&mut self, dst: Option<Local>, func: FuncId, args: &[Local]) {
        let mut words: Vec<Value> = vec![self.context];
        for arg in args {
            let value = self.read(*arg);
            match self.kind(*arg) {
                Kind::I64 | Kind::Ref => words.push(value),
                Kind::I128 => {
                    let (low, high) = self.b.ins().isplit(value);
                    words.extend([low, high]);
                }
            }
        }
        let callee = match self.callees.get(&func) {
            Some(callee) => *callee,
            None => {
                let place = self.places.callees[&func];
                let (_, words) = self.unit.callees[place];
                let callee = import(self.b.func, place as u32, words, self.convention);
                self.callees.insert(func, callee);
                callee
            }
        };
        let call = self.b.ins().call(callee, &words);
        let status = self.b.inst_results(call)[0];
        self.propagate_if(status);
        self.take_result(dst);
    }

    /// Calls a host function. Its arguments lie on the stack as `Slot`s. Error: `TooLarge`.
    pub(crate) fn host(
        &mut self,
        dst: Option<Local>,
        op: HostOp,
        args: &[Local],
        site: Site,
    ) -> Result<(), CodegenError> {
        if self.text_in_place(dst, op, args) {
            return Ok(());
        }
        let place = self.places.hosts[&op] as u32;
        let address = self.lay_down(args)?;
        let (number, count) = (self.linked(Target::Host(place)), self.word(args.len() as i64));
        let failed = self.call_context(HOST_CALL, &[number, address, count]);
        self.fail_if(failed, site);
        self.take_result(dst);
        Ok(())
    }

    fn take_result(&mut self, dst: Option<Local>) {
        if let Some(dst) = dst {
            let value = self.result(ty(self.kind(dst)));
            self.def(dst, value);
        }
    }

    /// Writes the arguments to the stack; where they are.
    fn lay_down(&mut self, args: &[Local]) -> Result<Value, CodegenError> {
        if args.is_empty() {
            return Ok(self.word(0));
        }
        let slot = match self.host_args {
            Some(slot) => slot,
            None => {
                let size = self.host_args_size()?;
                // Aligned to 16 bytes, as 2^4.
                let data = StackSlotData::new(StackSlotKind::ExplicitSlot, size, 4);
                *self.host_args.insert(self.b.create_sized_stack_slot(data))
            }
        };
        let address = self.b.ins().stack_addr(I64, slot, 0);
        for (index, arg) in args.iter().enumerate() {
            let offset = i32::try_from(index * size_of::<Slot>()).map_err(|_| self.too_large())?;
            let value = self.read(*arg);
            self.b.ins().store(self.flags.stack, value, address, offset);
            if self.kind(*arg) != Kind::I128 {
                let zero = self.word(0);
                self.b.ins().store(self.flags.stack, zero, address, offset + 8);
            }
        }
        Ok(address)
    }

    /// Bytes of the longest list of arguments in the function.
    fn host_args_size(&self) -> Result<u32, CodegenError> {
        let insts = self.function.blocks.values().flat_map(|block| &block.insts);
        let most = insts.map(|inst| if let Inst::Host { args, .. } = inst { args.len() } else { 0 }).max();
        u32::try_from(most.unwrap_or(0) * size_of::<Slot>()).map_err(|_| self.too_large())
    }

    /// What to say when a number does not fit an operand.
    pub(crate) fn too_large(&self) -> CodegenError {
        CodegenError::TooLarge(self.function.name.to_owned())
    }
}
