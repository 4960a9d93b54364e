//! The comparison of a text with a constant, which rules make all the time (`country == "US"`), in place of a call of the
//! host. It has the same result and, as long as the constant is short, the same price: none.

use crate::facts::Fact;
use crate::function::Translator;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{InstBuilder, Value};
use lwas_ir::{HostOp, Local};

/// From so many bytes on the host charges steps for looking at them.
const CHARGED_BYTES: usize = 64;

impl Translator<'_, '_> {
    /// Does `dst = op args` in place, when it is the comparison of a text with a short constant; whether it did.
    pub(crate) fn text_in_place(&mut self, dst: Option<Local>, op: HostOp, args: &[Local]) -> bool {
        let (Some(dst), &[a, b]) = (dst, args) else { return false };
        if !self.unit.hosts[self.places.hosts[&op]].equals_texts {
            return false;
        }
        let (constant, other) = match (self.facts[a], self.facts[b]) {
            (Fact::Text(text), _) => (text, b),
            (_, Fact::Text(text)) => (text, a),
            _ => return false,
        };
        let Some(constant) = self.unit.texts[self.places.texts[&constant]].1 else { return false };
        let constant = constant.as_bytes();
        if constant.len() >= CHARGED_BYTES {
            return false;
        }
        let equal = self.equals(other, constant);
        self.def(dst, equal);
        true
    }

    /// Whether a text equals these bytes: 0 or 1. All words are compared, also those behind the end of a shorter text: memory
    /// goes on behind its limit for longer than that. Behind the end of a text of the same length there are zeroes.
    fn equals(&mut self, text: Local, constant: &[u8]) -> Value {
        let text = self.read(text);
        let text = self.address(text);
        let mut difference = self.differs(text, 0, constant.len() as u64);
        for (index, chunk) in constant.chunks(8).enumerate() {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            let differs = self.differs(text, 8 + 8 * index as i32, u64::from_le_bytes(word));
            difference = self.b.ins().bor(difference, differs);
        }
        let equal = self.b.ins().icmp_imm_u(IntCC::Equal, difference, 0);
        self.b.ins().uextend(I64, equal)
    }

    /// A word that is 0 exactly when memory holds this word at an address.
    fn differs(&mut self, address: Value, offset: i32, word: u64) -> Value {
        let word = self.word(word.cast_signed());
        let there = self.b.ins().load(I64, self.flags.memory, address, offset);
        self.b.ins().bxor(there, word)
    }
}
