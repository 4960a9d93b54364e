//! Money and other currencies: its parts, making it, `convert`, `split`. Money in memory is its units, 128 bits, and at 16
//! its currency; a Number its units and at 16 its digits; a fraction's currency lies at 72.

use crate::body::Fx;
use lwas_base::Span;
use lwas_check::hir::{ArithOp, Expr, FractionOf, Type};
use lwas_exact::Mode;
use lwas_ir::{CompareOp, HostOp, Kind, Local};

/// Where a fraction's currency lies; -1 when it has none at run time.
const FRACTION_CURRENCY: u32 = 72;

impl Fx<'_, '_> {
    /// `m.amount`: a Number.
    pub fn money_amount(&mut self, money: Local, span: Span) -> Local {
        let units = self.b.load(Kind::I128, money, 0);
        let currency = self.b.load(Kind::I64, money, 16);
        let digits = self.host(HostOp::CurrencyDigits, &[currency], Kind::I64, span);
        self.made(24, [(0, units), (16, digits)], span)
    }

    /// `m.as(C)`: an amount, when that is its currency.
    pub fn money_as(&mut self, money: Local, ty: &Type, span: Span) -> Local {
        let Type::Option(of) = ty else { unreachable!("`as` gives an option") };
        let Type::Amount(currency, _) = &**of else { unreachable!("`as` gives an amount") };
        let found = self.b.load(Kind::I64, money, 16);
        let wanted = self.currency(*currency);
        let same = self.b.compare(CompareOp::Equal, found, wanted);
        self.choose(
            same,
            Kind::Ref,
            |fx| {
                let units = fx.b.load(Kind::I128, money, 0);
                fx.boxed(units, of, span)
            },
            |fx| fx.b.none(),
        )
    }

    /// `convert(x, C, rate)` with a static C: the product. A fraction's type says the currency, so it carries none.
    pub fn convert_static(&mut self, args: &[Expr], ty: &Type, span: Span) -> Local {
        let (x, rate) = (self.expr(&args[0]), self.expr(&args[1]));
        let product = self.arith_values(ArithOp::Mul, x, rate, ty, span);
        if matches!(args[0].ty, Type::Fraction(FractionOf::Money)) {
            // The product is a value of its own, that nobody else sees yet.
            let none = self.b.int(-1);
            self.b.store(product, FRACTION_CURRENCY, none);
        }
        product
    }

    /// `convert(x, c, rate)` with a run-time currency.
    pub fn convert_money(&mut self, args: &[Expr], span: Span) -> Local {
        let values = self.exprs(args);
        let product = self.host(HostOp::FractionMul, &[values[0], values[2]], Kind::Ref, span);
        self.host(HostOp::FractionWithCurrency, &[product, values[1]], Kind::Ref, span)
    }

    /// `split` and `split_first`. Weights are brought to 128 bits; they are of one type, so their digits do not matter.
    pub fn split(&mut self, args: &[Expr], first: bool, span: Span) -> Local {
        let (amount, weights) = (self.expr(&args[0]), self.expr(&args[1]));
        let weights = match &args[1].ty {
            Type::List(of) => self.weights(weights, of, span),
            _ => weights,
        };
        let op = if args[0].ty == Type::Money { HostOp::SplitMoney { first } } else { HostOp::Split { first } };
        self.host(op, &[amount, weights], Kind::Ref, span)
    }

    /// Weights as counts of one unit, in 128 bits.
    fn weights(&mut self, list: Local, of: &Type, span: Span) -> Local {
        match of {
            Type::Money => {
                let start = self.b.int(0);
                self.map_list(list, Kind::Ref, Kind::I128, span, &mut |fx, weight| {
                    // Adding nothing of the first one's currency rejects those of another.
                    let site = fx.site(span);
                    let first = fx.b.element(Kind::Ref, list, start, site);
                    let nothing = fx.host(HostOp::MoneySub, &[first, first], Kind::Ref, span);
                    let weight = fx.host(HostOp::MoneyAdd, &[weight, nothing], Kind::Ref, span);
                    fx.b.load(Kind::I128, weight, 0)
                })
            }
            Type::Number => {
                let op = HostOp::NumberRound { digits: 18, mode: Mode::Exact };
                self.map_list(list, Kind::Ref, Kind::I128, span, &mut |fx, weight| {
                    fx.host(op, &[weight], Kind::I128, span)
                })
            }
            of if self.cx.value_kind(of) == Kind::I64 => {
                self.map_list(list, Kind::I64, Kind::I128, span, &mut |fx, weight| fx.b.extend(weight))
            }
            _ => list,
        }
    }
}
