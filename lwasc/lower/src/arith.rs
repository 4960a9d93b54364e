//! Arithmetic: by the table in the typed program's `expr`. Sites are those of the whole operation.

use crate::body::Fx;
use lwas_base::Span;
use lwas_check::hir::{ArithOp, Expr, Type};
use lwas_ir::{HostOp, IntOp, Kind, Local, WideOp};

impl Fx<'_, '_> {
    /// `left op right`.
    pub fn arith(&mut self, op: ArithOp, left: &Expr, right: &Expr, ty: &Type, span: Span) -> Local {
        let (a, b) = (self.expr(left), self.expr(right));
        match (&left.ty, &right.ty) {
            (Type::Money, Type::Int) => return self.host(HostOp::MoneyMul, &[a, b], Kind::Ref, span),
            (Type::Int, Type::Money) => return self.host(HostOp::MoneyMul, &[b, a], Kind::Ref, span),
            (Type::Time, Type::Duration) => return self.time_add(op, a, b, span),
            (Type::List(of), _) => {
                let of = self.cx.ty(of);
                return self.host(HostOp::ListConcat(of), &[a, b], Kind::Ref, span);
            }
            (Type::Map(of), _) => return self.map_arith(op == ArithOp::Add, of, [a, b], span),
            _ => {}
        }
        self.arith_values(op, a, b, ty, span)
    }

    /// `a op b` of values whose result is of a type, the operands of the same kind.
    pub fn arith_values(&mut self, op: ArithOp, a: Local, b: Local, ty: &Type, span: Span) -> Local {
        if *ty == Type::Float {
            let op = match op {
                ArithOp::Add => HostOp::FloatAdd,
                ArithOp::Sub => HostOp::FloatSub,
                ArithOp::Mul => HostOp::FloatMul,
                ArithOp::Div => HostOp::FloatDiv,
            };
            return self.host(op, &[a, b], Kind::I64, span);
        }
        match self.cx.value_kind(ty) {
            Kind::I64 => {
                let op = match op {
                    ArithOp::Add => IntOp::Add,
                    ArithOp::Sub => IntOp::Sub,
                    ArithOp::Mul => IntOp::Mul,
                    ArithOp::Div => unreachable!("`/` gives a fraction"),
                };
                let site = self.site(span);
                self.b.int_op(op, a, b, site)
            }
            Kind::I128 => {
                let op = match op {
                    ArithOp::Add => WideOp::Add,
                    ArithOp::Sub => WideOp::Sub,
                    ArithOp::Mul => WideOp::Mul,
                    ArithOp::Div => unreachable!("`/` gives a fraction"),
                };
                let site = self.site(span);
                self.b.wide_op(op, a, b, site)
            }
            Kind::Ref => self.host(host_op(op, ty), &[a, b], Kind::Ref, span),
        }
    }

    fn time_add(&mut self, op: ArithOp, time: Local, duration: Local, span: Span) -> Local {
        let by = match op {
            ArithOp::Sub => self.neg(duration, &Type::Duration, span),
            _ => duration,
        };
        self.host(HostOp::TimeAdd, &[time, by], Kind::I64, span)
    }

    /// `-value`.
    pub fn neg(&mut self, value: Local, ty: &Type, span: Span) -> Local {
        let host = match ty {
            Type::Float => return self.host(HostOp::FloatNeg, &[value], Kind::I64, span),
            Type::Money => HostOp::MoneyNeg,
            Type::Number => HostOp::NumberNeg,
            Type::Bag => HostOp::BagNeg,
            Type::Fraction(_) => HostOp::FractionNeg,
            _ => {
                let zero = self.zero(ty, span);
                return self.arith_values(ArithOp::Sub, zero, value, ty, span);
            }
        };
        self.host(host, &[value], Kind::Ref, span)
    }

    /// Zero of a type that has one without a currency.
    pub fn zero(&mut self, ty: &Type, span: Span) -> Local {
        match ty {
            Type::Bag => self.host(HostOp::BagNew, &[], Kind::Ref, span),
            Type::Number => {
                let (units, digits) = (self.b.wide(0), self.b.int(0));
                self.made(24, [(0, units), (16, digits)], span)
            }
            Type::Fraction(_) => {
                let units = self.b.wide(0);
                self.host(HostOp::FractionFromWide(0), &[units], Kind::Ref, span)
            }
            ty => match self.cx.value_kind(ty) {
                Kind::I64 => self.b.int(0),
                Kind::I128 => self.b.wide(0),
                Kind::Ref => unreachable!("Money's zero has a currency, other types have none"),
            },
        }
    }
}

fn host_op(op: ArithOp, ty: &Type) -> HostOp {
    match (ty, op) {
        (Type::Money, ArithOp::Add) => HostOp::MoneyAdd,
        (Type::Money, ArithOp::Sub) => HostOp::MoneySub,
        (Type::Number, ArithOp::Add) => HostOp::NumberAdd,
        (Type::Number, ArithOp::Sub) => HostOp::NumberSub,
        (Type::Number, ArithOp::Mul) => HostOp::NumberMul,
        (Type::Bag, ArithOp::Add) => HostOp::BagAdd,
        (Type::Bag, ArithOp::Sub) => HostOp::BagSub,
        (Type::Fraction(_), ArithOp::Add) => HostOp::FractionAdd,
        (Type::Fraction(_), ArithOp::Sub) => HostOp::FractionSub,
        (Type::Fraction(_), ArithOp::Mul) => HostOp::FractionMul,
        (Type::Fraction(_), ArithOp::Div) => HostOp::FractionDiv,
        _ => unreachable!("the checker's table of arithmetic has no such line"),
    }
}
