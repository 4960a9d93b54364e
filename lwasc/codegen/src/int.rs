//! 64-bit arithmetic. What overflows is told by the instruction itself; a division by a number that is known is done in
//! place, any other goes to the host, because Cranelift's own division can trap.

use crate::context::INT_DIV;
use crate::function::Translator;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{InstBuilder, Value};
use lwas_ir::{CompareOp, IntOp, Local, Site};

/// Cranelift's name of a comparison.
pub(crate) fn condition(op: CompareOp) -> IntCC {
    match op {
        CompareOp::Equal => IntCC::Equal,
        CompareOp::NotEqual => IntCC::NotEqual,
        CompareOp::Less => IntCC::SignedLessThan,
        CompareOp::LessEqual => IntCC::SignedLessThanOrEqual,
        CompareOp::Greater => IntCC::SignedGreaterThan,
        CompareOp::GreaterEqual => IntCC::SignedGreaterThanOrEqual,
    }
}

impl Translator<'_, '_> {
    /// `dst = a op b`.
    pub(crate) fn int(&mut self, op: IntOp, dst: Local, a: Local, b: Local, site: Site) {
        let divisor = self.facts[b].small();
        let (a, b) = (self.read(a), self.read(b));
        let value = match (op, divisor) {
            (IntOp::Add, _) => {
                let (value, overflow) = self.b.ins().sadd_overflow(a, b);
                self.fail_if(overflow, site);
                value
            }
            (IntOp::Sub, _) => {
                let (value, overflow) = self.b.ins().ssub_overflow(a, b);
                self.fail_if(overflow, site);
                value
            }
            (IntOp::Mul, _) => {
                let (value, overflow) = self.b.ins().smul_overflow(a, b);
                self.fail_if(overflow, site);
                value
            }
            (IntOp::Div, Some(divisor)) if divisor > 1 => self.floored(a, divisor).0,
            (IntOp::Mod, Some(divisor)) if divisor > 1 => self.floored(a, divisor).1,
            (IntOp::Div, _) => self.int_div(a, b, 0, site),
            (IntOp::Mod, _) => self.int_div(a, b, 1, site),
        };
        self.def(dst, value);
    }

    /// Quotient and remainder of `a` and a constant above 1, cut off toward zero. Cranelift makes a multiplication of it.
    pub(crate) fn truncated(&mut self, a: Value, divisor: i64) -> (Value, Value) {
        let divisor = self.word(divisor);
        let quotient = self.b.ins().sdiv(a, divisor);
        let product = self.b.ins().imul(quotient, divisor);
        let remainder = self.b.ins().isub(a, product);
        (quotient, remainder)
    }

    /// The same, floored: with a negative remainder, one step down.
    fn floored(&mut self, a: Value, divisor: i64) -> (Value, Value) {
        let (quotient, remainder) = self.truncated(a, divisor);
        // All ones where the remainder is negative: adding it subtracts one.
        let negative = self.b.ins().sshr_imm_u(remainder, 63);
        let quotient = self.b.ins().iadd(quotient, negative);
        let divisor = self.word(divisor);
        let correction = self.b.ins().band(negative, divisor);
        let remainder = self.b.ins().iadd(remainder, correction);
        (quotient, remainder)
    }

    fn int_div(&mut self, a: Value, b: Value, remainder: i64, site: Site) -> Value {
        let remainder = self.word(remainder);
        let failed = self.call_context(INT_DIV, &[a, b, remainder]);
        self.fail_if(failed, site);
        self.result(I64)
    }
}
