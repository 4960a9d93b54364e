//! Another number of digits. More digits is a multiplication by a power of ten, fewer a division by one with what the mode
//! says about the rest. Both are done in place when the number and the power fit 64 bits, which is nearly always, else by
//! the host. `lwas_exact::rounding` says the same in Rust, and tests compare the two.

use crate::context::RESCALE;
use crate::function::Translator;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I64, I128};
use cranelift_codegen::ir::{InstBuilder, Value};
use lwas_exact::Mode;
use lwas_ir::native::RescaleCode;
use lwas_ir::{Local, Site};

/// 10^18 is the greatest power of ten in 64 bits.
const MOST_IN_PLACE: u8 = 18;

impl Translator<'_, '_> {
    /// `dst = src` with `to` digits in place of `from`.
    pub(crate) fn rescale(&mut self, dst: Local, src: Local, from: u8, to: u8, mode: Mode, site: Site) {
        let known = self.facts[src].is_narrow();
        let value = self.read(src);
        let value = if from == to { value } else { self.rescaled(value, known, RescaleCode { from, to, mode }, site) };
        self.def(dst, value);
    }

    fn rescaled(&mut self, value: Value, known: bool, code: RescaleCode, site: Site) -> Value {
        let (low, high) = self.b.ins().isplit(value);
        let digits = code.from.abs_diff(code.to);
        if digits > MOST_IN_PLACE {
            self.host_rescale(low, high, code, site);
            return self.result(I128);
        }
        let power = 10i64.pow(u32::from(digits));
        let in_place = |t: &mut Self| {
            if code.to > code.from { t.widened(low, power) } else { t.rounded(low, power, code.mode, site) }
        };
        if known {
            let (low, high) = in_place(self);
            return self.b.ins().iconcat(low, high);
        }
        let fits = self.fits(low, high);
        self.in_place_or_host(fits, in_place, |t| t.host_rescale(low, high, code, site))
    }

    fn host_rescale(&mut self, low: Value, high: Value, code: RescaleCode, site: Site) {
        let code = self.word(code.pack() as i64);
        let failed = self.call_context(RESCALE, &[low, high, code]);
        self.fail_if(failed, site);
    }

    /// A 64-bit number times a power of ten: 128 bits always hold it.
    fn widened(&mut self, value: Value, power: i64) -> (Value, Value) {
        let power = self.word(power);
        let high = self.b.ins().smulhi(value, power);
        (self.b.ins().imul(value, power), high)
    }

    /// A 64-bit number divided by a power of ten and rounded.
    fn rounded(&mut self, value: Value, power: i64, mode: Mode, site: Site) -> (Value, Value) {
        let (quotient, remainder) = self.truncated(value, power);
        let rounded = match mode {
            Mode::Down => quotient,
            Mode::Exact => {
                let lost = self.b.ins().icmp_imm_s(IntCC::NotEqual, remainder, 0);
                self.fail_if(lost, site);
                quotient
            }
            Mode::Floor => self.stepped(quotient, IntCC::SignedLessThan, remainder, -1),
            Mode::Ceil => self.stepped(quotient, IntCC::SignedGreaterThan, remainder, 1),
            Mode::Up | Mode::HalfUp | Mode::HalfDown | Mode::HalfEven => {
                let away = self.goes_away(mode, quotient, remainder, power);
                self.away(quotient, remainder, away)
            }
        };
        let sign = self.b.ins().sshr_imm_u(rounded, 63);
        (rounded, sign)
    }

    /// One step down or up where the remainder compares so with 0.
    fn stepped(&mut self, quotient: Value, when: IntCC, remainder: Value, step: i64) -> Value {
        let when = self.b.ins().icmp_imm_s(when, remainder, 0);
        let when = self.b.ins().uextend(I64, when);
        if step < 0 { self.b.ins().isub(quotient, when) } else { self.b.ins().iadd(quotient, when) }
    }

    /// Whether the quotient goes one step away from zero, for the modes that treat both signs alike. The power is even, so
    /// that the half is a whole number.
    fn goes_away(&mut self, mode: Mode, quotient: Value, remainder: Value, power: i64) -> Value {
        let size = self.b.ins().iabs(remainder);
        let half = self.word(power / 2);
        match mode {
            Mode::HalfUp => self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, size, half),
            Mode::HalfDown => self.b.ins().icmp(IntCC::SignedGreaterThan, size, half),
            Mode::HalfEven => {
                // An odd quotient pushes an exact half over the edge and nothing below it.
                let odd = self.b.ins().band_imm_u(quotient, 1);
                let pushed = self.b.ins().iadd(size, odd);
                self.b.ins().icmp(IntCC::SignedGreaterThan, pushed, half)
            }
            _ => self.b.ins().icmp_imm_s(IntCC::NotEqual, remainder, 0),
        }
    }

    /// One step away from zero where `away`: the remainder, which is not 0 then, has the sign.
    fn away(&mut self, quotient: Value, remainder: Value, away: Value) -> Value {
        let sign = self.b.ins().sshr_imm_u(remainder, 63);
        let one = self.b.ins().bor_imm_u(sign, 1);
        let zero = self.word(0);
        let step = self.b.ins().select(away, one, zero);
        self.b.ins().iadd(quotient, step)
    }
}
