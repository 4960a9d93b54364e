//! Functions that the language has.

use crate::body::Fx;
use crate::ty::state_id;
use lwas_base::Span;
use lwas_check::hir::{Builtin, Expr, FractionOf, Type};
use lwas_exact::Mode;
use lwas_ir::{CompareOp, HostOp, IntOp, Kind, Local};

impl Fx<'_, '_> {
    /// A call.
    pub fn builtin(&mut self, builtin: Builtin, args: &[Expr], ty: &Type, span: Span) -> Local {
        use Builtin as B;
        match builtin {
            B::Round(mode) => self.round(&args[0], mode, ty, span),
            B::Div => self.int_call(IntOp::Div, args, span),
            B::Mod => self.int_call(IntOp::Mod, args, span),
            B::Min => self.extreme(args, CompareOp::LessEqual, span),
            B::Max => self.extreme(args, CompareOp::GreaterEqual, span),
            B::Abs => self.abs(&args[0], span),
            B::Float => self.float(&args[0], span),
            B::Sqrt => self.host_call(HostOp::FloatSqrt, args, Kind::I64, span),
            B::Ln => self.host_call(HostOp::FloatLn, args, Kind::I64, span),
            B::Log2 => self.host_call(HostOp::FloatLog2, args, Kind::I64, span),
            B::Exp => self.host_call(HostOp::FloatExp, args, Kind::I64, span),
            B::Length => self.length(&args[0], span),
            B::MapAt => self.map_at(args, ty, span),
            B::MapGet => self.map_get(args, span),
            B::MapHas => self.map_has(args, span),
            B::Keys => self.map_part(&args[0], 0),
            B::Values => self.map_part(&args[0], 8),
            B::Range => self.host_call(HostOp::Range, args, Kind::Ref, span),
            B::Split => self.split(args, false, span),
            B::SplitFirst => self.split(args, true, span),
            B::Convert => self.convert_static(args, ty, span),
            B::ConvertMoney => self.convert_money(args, span),
            B::MakeMoney => self.host_call(HostOp::MoneyNew, args, Kind::Ref, span),
            B::MoneyAmount => {
                let money = self.expr(&args[0]);
                self.money_amount(money, span)
            }
            B::MoneyCurrency => {
                let money = self.expr(&args[0]);
                self.b.load(Kind::I64, money, 16)
            }
            B::MoneyAs => {
                let money = self.expr(&args[0]);
                self.money_as(money, ty, span)
            }
            B::AddDays => self.host_call(HostOp::AddDays, args, Kind::I64, span),
            B::AddMonthsLastDay => self.host_call(HostOp::AddMonths { next_day: false }, args, Kind::I64, span),
            B::AddMonthsNextDay => self.host_call(HostOp::AddMonths { next_day: true }, args, Kind::I64, span),
            B::DaysBetween => self.days_between(args, span),
            B::DaysInMonth => self.host_call(HostOp::DaysInMonth, args, Kind::I64, span),
            B::Year => self.host_call(HostOp::Year, args, Kind::I64, span),
            B::Month => self.host_call(HostOp::Month, args, Kind::I64, span),
            B::Day => self.host_call(HostOp::Day, args, Kind::I64, span),
            B::Weekday => self.host_call(HostOp::Weekday, args, Kind::I64, span),
            B::Date => self.host_call(HostOp::DateOf, args, Kind::I64, span),
            B::Pow => self.pow(args, ty, span),
            B::WindowFirst(journal) => self.host_call(HostOp::WindowFirst(state_id(journal)), args, Kind::I64, span),
            B::Now => self.host(HostOp::Now, &[], Kind::I64, span),
            B::EventSeq => self.host(HostOp::EventSeq, &[], Kind::I64, span),
            B::Caller => self.host(HostOp::Caller, &[], Kind::Ref, span),
        }
    }

    fn host_call(&mut self, op: HostOp, args: &[Expr], result: Kind, span: Span) -> Local {
        let args = self.exprs(args);
        self.host(op, &args, result, span)
    }

    fn int_call(&mut self, op: IntOp, args: &[Expr], span: Span) -> Local {
        let args = self.exprs(args);
        let site = self.site(span);
        self.b.int_op(op, args[0], args[1], site)
    }

    /// Days from the first to the second.
    fn days_between(&mut self, args: &[Expr], span: Span) -> Local {
        let args = self.exprs(args);
        let site = self.site(span);
        self.b.int_op(IntOp::Sub, args[1], args[0], site)
    }

    fn round(&mut self, arg: &Expr, mode: Mode, ty: &Type, span: Span) -> Local {
        let value = self.computed(arg, span);
        let digits = match ty {
            Type::Decimal(digits) | Type::Amount(_, digits) => *digits,
            Type::Money if matches!(arg.ty, Type::Fraction(FractionOf::Money)) => {
                let rounded = self.host(HostOp::FractionRoundMoney(mode), &[value], Kind::Ref, span);
                return self.traced_result(rounded, ty, span);
            }
            // Money and whole numbers have nothing to be rounded.
            _ => return self.convert(value, &arg.ty, ty, span),
        };
        let rounded = match &arg.ty {
            Type::Int => {
                let wide = self.b.extend(value);
                self.rescaled(wide, 0, digits, mode, span)
            }
            Type::Decimal(from) | Type::Amount(_, from) => self.rescaled(value, *from, digits, mode, span),
            Type::Float => self.host(HostOp::FloatRound { digits, mode }, &[value], Kind::I128, span),
            Type::Number => self.host(HostOp::NumberRound { digits, mode }, &[value], Kind::I128, span),
            Type::Fraction(_) => self.host(HostOp::FractionRound { digits, mode }, &[value], Kind::I128, span),
            _ => unreachable!("numbers, amounts and fractions are rounded"),
        };
        self.traced_result(rounded, ty, span)
    }

    /// What was rounded, with its type for who asks.
    fn traced_result(&mut self, rounded: Local, ty: &Type, span: Span) -> Local {
        let (site, place, ty) = (self.site(span), self.cx.place(span), self.cx.ty(ty));
        self.b.trace_for(Some(site), place, ty, rounded);
        rounded
    }

    /// The first of two when it compares so with the second, else the second.
    fn extreme(&mut self, args: &[Expr], op: CompareOp, span: Span) -> Local {
        let mut values = self.exprs(args);
        let ty = &args[0].ty;
        if *ty == Type::Money && args[1].ty == Type::Int {
            // A bare `0` beside Money is zero of its currency.
            values[1] = self.host(HostOp::MoneyMul, &[values[0], values[1]], Kind::Ref, span);
        }
        let first = self.compare_values(op, values[0], values[1], ty, span);
        let kind = self.cx.value_kind(ty);
        self.choose(first, kind, |_| values[0], |_| values[1])
    }

    fn abs(&mut self, arg: &Expr, span: Span) -> Local {
        let value = self.expr(arg);
        let negative = match &arg.ty {
            // Both begin with their units.
            Type::Money | Type::Number => {
                let (units, zero) = (self.b.load(Kind::I128, value, 0), self.b.wide(0));
                self.b.compare(CompareOp::Less, units, zero)
            }
            ty => {
                let zero = self.zero(ty, span);
                self.compare_values(CompareOp::Less, value, zero, ty, span)
            }
        };
        let kind = self.cx.value_kind(&arg.ty);
        self.choose(negative, kind, |fx| fx.neg(value, &arg.ty, span), |_| value)
    }

    /// `float(x)`; a Duration counts its seconds.
    fn float(&mut self, arg: &Expr, span: Span) -> Local {
        let value = self.expr(arg);
        let (units, digits) = match &arg.ty {
            Type::Int => (self.b.extend(value), 0),
            Type::Duration => (self.b.extend(value), 6),
            Type::Decimal(digits) | Type::Amount(_, digits) => (value, *digits),
            ty => {
                let of = if *ty == Type::Money { FractionOf::Money } else { FractionOf::Number };
                let fraction = match ty {
                    Type::Fraction(_) => value,
                    ty => self.convert(value, ty, &Type::Fraction(of), span),
                };
                return self.host(HostOp::FloatFromFraction, &[fraction], Kind::I64, span);
            }
        };
        self.host(HostOp::FloatFromWide(digits), &[units], Kind::I64, span)
    }

    fn length(&mut self, arg: &Expr, span: Span) -> Local {
        let value = self.expr(arg);
        match arg.ty {
            Type::Text => self.host(HostOp::TextLength, &[value], Kind::I64, span),
            Type::Map(_) => {
                let (keys, _) = self.map_lists(value);
                self.b.length(keys)
            }
            _ => self.b.length(value),
        }
    }

    fn pow(&mut self, args: &[Expr], ty: &Type, span: Span) -> Local {
        let (Type::Decimal(from), Type::Decimal(to)) = (&args[0].ty, ty) else {
            unreachable!("`pow` is of a Decimal and gives one")
        };
        let args = self.exprs(args);
        self.host(HostOp::Pow { from: *from, to: *to }, &args, Kind::I128, span)
    }
}
