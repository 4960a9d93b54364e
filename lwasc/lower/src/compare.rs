//! Comparisons. What is one number is compared in place; everything else by the host, by its type.
//!
//! Decimals and amounts of different digits are compared by value, exactly and without overflow: the one with more digits,
//! `b`, is brought down to the digits of the other, `a`, rounded in the direction that keeps the answer:
//!
//! | `a < b` | `a <= b` | `a > b` | `a >= b` | `a == b` |
//! | --- | --- | --- | --- | --- |
//! | `a < ⌈b⌉` | `a <= ⌊b⌋` | `a > ⌊b⌋` | `a >= ⌈b⌉` | `⌊b⌋ == ⌈b⌉` and `a == ⌊b⌋` |

use crate::body::Fx;
use lwas_base::Span;
use lwas_check::hir::{CompareOp as HirOp, Expr, ExprKind, Type};
use lwas_exact::{Mode, round_units, widen};
use lwas_ir::{CompareOp, HostOp, IntOp, Kind, Local};

/// The same comparison in the ir.
pub(crate) fn op(op: HirOp) -> CompareOp {
    match op {
        HirOp::Equal => CompareOp::Equal,
        HirOp::NotEqual => CompareOp::NotEqual,
        HirOp::Less => CompareOp::Less,
        HirOp::LessEqual => CompareOp::LessEqual,
        HirOp::Greater => CompareOp::Greater,
        HirOp::GreaterEqual => CompareOp::GreaterEqual,
    }
}

/// The comparison with its sides exchanged.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal | CompareOp::NotEqual => op,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
    }
}

fn digits(ty: &Type) -> Option<u8> {
    match ty {
        Type::Decimal(digits) | Type::Amount(_, digits) => Some(*digits),
        _ => None,
    }
}

/// A side of a comparison of decimals.
struct Side {
    reg: Local,
    digits: u8,
    literal: Option<i128>,
}

impl Fx<'_, '_> {
    /// `left op right`.
    pub fn compare(&mut self, hir_op: HirOp, left: &Expr, right: &Expr, tracing: bool, span: Span) -> Local {
        let a = self.operand(left, tracing);
        let b = self.operand(right, tracing);
        let op = op(hir_op);
        match (digits(&left.ty), digits(&right.ty)) {
            (Some(x), Some(y)) if x != y => {
                let a = Side { reg: a, digits: x, literal: self.wide_literal(left) };
                let b = Side { reg: b, digits: y, literal: self.wide_literal(right) };
                if x < y { self.compare_digits(op, a, b, span) } else { self.compare_digits(mirrored(op), b, a, span) }
            }
            _ => self.compare_values(op, a, b, &left.ty, span),
        }
    }

    fn wide_literal(&self, e: &Expr) -> Option<i128> {
        let e = match &e.kind {
            ExprKind::Const(id) => &self.cx.program.consts[*id].value,
            _ => e,
        };
        if let ExprKind::Wide(units) = e.kind { Some(units) } else { None }
    }

    /// `a op b`, where `b` has more digits.
    fn compare_digits(&mut self, op: CompareOp, a: Side, b: Side, span: Span) -> Local {
        if let Some(units) = a.literal.and_then(|units| widen(units, a.digits, b.digits).ok()) {
            let a = self.b.wide(units);
            return self.b.compare(op, a, b.reg);
        }
        match op {
            CompareOp::Less | CompareOp::GreaterEqual => {
                let b = self.rounded(&b, a.digits, Mode::Ceil, span);
                self.b.compare(op, a.reg, b)
            }
            CompareOp::LessEqual | CompareOp::Greater => {
                let b = self.rounded(&b, a.digits, Mode::Floor, span);
                self.b.compare(op, a.reg, b)
            }
            CompareOp::Equal => self.equal_digits(&a, &b, span),
            CompareOp::NotEqual => {
                let equal = self.equal_digits(&a, &b, span);
                self.b.not(equal)
            }
        }
    }

    fn equal_digits(&mut self, a: &Side, b: &Side, span: Span) -> Local {
        let floor = self.rounded(b, a.digits, Mode::Floor, span);
        let same = self.b.compare(CompareOp::Equal, a.reg, floor);
        let exact = match b.literal {
            Some(units) => {
                let exact = round_units(units, b.digits, a.digits, Mode::Exact).is_ok();
                self.b.int(i64::from(exact))
            }
            None => {
                let ceil = self.rounded(b, a.digits, Mode::Ceil, span);
                self.b.compare(CompareOp::Equal, floor, ceil)
            }
        };
        // Both are 0 or 1: their product is their `and`.
        let site = self.site(span);
        self.b.int_op(IntOp::Mul, same, exact, site)
    }

    fn rounded(&mut self, side: &Side, to: u8, mode: Mode, span: Span) -> Local {
        match side.literal {
            Some(units) => {
                let units = round_units(units, side.digits, to, mode);
                self.b.wide(units.expect("to fewer digits, every number has a floor and a ceiling"))
            }
            None => {
                let site = self.site(span);
                self.b.rescale(side.reg, side.digits, to, mode, site)
            }
        }
    }

    /// `a op b`, both of a type.
    pub fn compare_values(&mut self, op: CompareOp, a: Local, b: Local, ty: &Type, span: Span) -> Local {
        // Equal Floats have equal bits, but their bits are not in their order.
        if *ty == Type::Float && !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            let order = self.host(HostOp::FloatCompare, &[a, b], Kind::I64, span);
            let zero = self.b.int(0);
            return self.b.compare(op, order, zero);
        }
        if self.cx.value_kind(ty) != Kind::Ref {
            return self.b.compare(op, a, b);
        }
        let id = self.cx.ty(ty);
        match op {
            CompareOp::Equal => self.host(HostOp::Equal(id), &[a, b], Kind::I64, span),
            CompareOp::NotEqual => {
                let equal = self.host(HostOp::Equal(id), &[a, b], Kind::I64, span);
                self.b.not(equal)
            }
            _ => {
                let host = if matches!(ty, Type::Fraction(_)) { HostOp::FractionCompare } else { HostOp::Compare(id) };
                let order = self.host(host, &[a, b], Kind::I64, span);
                let zero = self.b.int(0);
                self.b.compare(op, order, zero)
            }
        }
    }

    /// Money or a bag against 0: its units, or whether it holds anything.
    pub fn compare_zero(&mut self, hir_op: HirOp, operand: &Expr, tracing: bool) -> Local {
        let value = self.operand(operand, tracing);
        let kind = if operand.ty == Type::Bag { Kind::I64 } else { Kind::I128 };
        let value = self.b.load(kind, value, 0);
        let zero = if kind == Kind::I64 { self.b.int(0) } else { self.b.wide(0) };
        self.b.compare(op(hir_op), value, zero)
    }

    /// `value in list`. In a list of literals that are numbers it is compared with one after the other.
    pub fn contained(&mut self, value: &Expr, list: &Expr, tracing: bool, span: Span) -> Local {
        let reg = self.operand(value, tracing);
        if let ExprKind::List(elements) = &list.kind
            && self.cx.value_kind(&value.ty) != Kind::Ref
            && elements.iter().all(|e| self.is_literal(e))
        {
            return self.one_of(reg, elements);
        }
        let list = self.expr(list);
        let ty = self.cx.ty(&value.ty);
        self.host(HostOp::ListContains(ty), &[list, reg], Kind::I64, span)
    }

    fn one_of(&mut self, value: Local, elements: &[Expr]) -> Local {
        let found = self.b.new_local(Kind::I64);
        let done = self.b.new_block();
        let no = self.b.int(0);
        self.b.assign(found, no);
        for element in elements {
            let next = self.b.new_block();
            let element = self.expr(element);
            let same = self.b.compare(CompareOp::Equal, value, element);
            self.b.assign(found, same);
            self.b.branch(same, done, next);
            self.b.switch_to(next);
        }
        self.b.jump(done);
        self.b.switch_to(done);
        found
    }
}
