//! 128-bit arithmetic. Sums are native. A product is, when both factors fit 64 bits, one multiplication in place that
//! cannot overflow, else the host's. Nothing here selects between two I128 values: Cranelift would make a minimum of some
//! such selections, which it then can't encode.

use crate::context::WIDE_MUL;
use crate::function::Translator;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I64, I128};
use cranelift_codegen::ir::{InstBuilder, Value};
use lwas_ir::{Local, Site, WideOp};

impl Translator<'_, '_> {
    /// `dst = a op b`.
    pub(crate) fn wide(&mut self, op: WideOp, dst: Local, a: Local, b: Local, site: Site) {
        let narrow = (self.facts[a].is_narrow(), self.facts[b].is_narrow());
        let (a, b) = (self.read(a), self.read(b));
        let value = match op {
            WideOp::Add => {
                let (value, overflow) = self.b.ins().sadd_overflow(a, b);
                self.fail_if(overflow, site);
                value
            }
            WideOp::Sub => {
                let (value, overflow) = self.b.ins().ssub_overflow(a, b);
                self.fail_if(overflow, site);
                value
            }
            WideOp::Mul => self.wide_mul(a, b, narrow, site),
        };
        self.def(dst, value);
    }

    /// The product; `narrow` tells which of the factors are known to fit 64 bits.
    fn wide_mul(&mut self, a: Value, b: Value, narrow: (bool, bool), site: Site) -> Value {
        let ((a, a_high), (b, b_high)) = (self.b.ins().isplit(a), self.b.ins().isplit(b));
        let fits = match narrow {
            (true, true) => {
                let high = self.b.ins().smulhi(a, b);
                let low = self.b.ins().imul(a, b);
                return self.b.ins().iconcat(low, high);
            }
            (true, false) => self.fits(b, b_high),
            (false, true) => self.fits(a, a_high),
            (false, false) => {
                let (a, b) = (self.fits(a, a_high), self.fits(b, b_high));
                self.b.ins().band(a, b)
            }
        };
        self.in_place_or_host(
            fits,
            |t| {
                let high = t.b.ins().smulhi(a, b);
                (t.b.ins().imul(a, b), high)
            },
            |t| {
                let failed = t.call_context(WIDE_MUL, &[a, a_high, b, b_high]);
                t.fail_if(failed, site);
            },
        )
    }

    /// An I128 that is computed in place (as its halves) when `fits`, else by a call that leaves it in the context.
    pub(crate) fn in_place_or_host(
        &mut self,
        fits: Value,
        in_place: impl FnOnce(&mut Self) -> (Value, Value),
        host: impl FnOnce(&mut Self),
    ) -> Value {
        let (fast, slow, join) = (self.b.create_block(), self.cold_block(), self.b.create_block());
        let (low, high) = (self.b.append_block_param(join, I64), self.b.append_block_param(join, I64));
        self.b.ins().brif(fits, fast, &[], slow, &[]);
        self.start(fast);
        let halves = in_place(self);
        self.b.ins().jump(join, &[halves.0.into(), halves.1.into()]);
        self.start(slow);
        host(self);
        let halves = self.result(I128);
        let halves = self.b.ins().isplit(halves);
        self.b.ins().jump(join, &[halves.0.into(), halves.1.into()]);
        self.start(join);
        self.b.ins().iconcat(low, high)
    }

    /// Whether a number given by its halves fits 64 bits: the high half repeats the sign of the low one.
    pub(crate) fn fits(&mut self, low: Value, high: Value) -> Value {
        let sign = self.b.ins().sshr_imm_u(low, 63);
        self.b.ins().icmp(IntCC::Equal, sign, high)
    }

    /// `dst = src` in 64 bits.
    pub(crate) fn narrow(&mut self, dst: Local, src: Local, site: Site) {
        let known = self.facts[src].is_narrow();
        let value = self.read(src);
        let (low, high) = self.b.ins().isplit(value);
        if !known {
            let sign = self.b.ins().sshr_imm_u(low, 63);
            let lost = self.b.ins().icmp(IntCC::NotEqual, sign, high);
            self.fail_if(lost, site);
        }
        self.def(dst, low);
    }

    /// A constant.
    pub(crate) fn wide_constant(&mut self, value: i128) -> Value {
        let (low, high) = (self.word(value as i64), self.word((value >> 64) as i64));
        self.b.ins().iconcat(low, high)
    }
}
