//! Aggregates that are computed by a loop, and `fold`. `all`, `any` and `first` leave the loop as soon as they know.

use crate::binder::Elements;
use crate::body::{Bound, Fx};
use crate::row::RowForm;
use lwas_base::Span;
use lwas_check::hir::{
    Access, AggregateOp, ArithOp, Binder, Block, Expr, ExprKind, FractionOf, LocalId, Source, Type, Wish,
};
use lwas_exact::Mode;
use lwas_ir::{CompareOp, FailReason, HostOp, Inst, IntOp, Kind, Local, WideOp};

impl Fx<'_, '_> {
    /// An aggregate.
    pub fn aggregate(
        &mut self,
        op: AggregateOp,
        binder: &Binder,
        value: Option<&Expr>,
        limit: Option<&Expr>,
        ty: &Type,
        span: Span,
    ) -> Local {
        match (op, value, limit) {
            (AggregateOp::Count, ..) => self.count(binder, span),
            (AggregateOp::Sum, Some(value), _) => self.sum(binder, value, ty, span),
            (AggregateOp::Avg, Some(value), _) => self.average(binder, value, span),
            (AggregateOp::Min, Some(value), _) => self.best(op, binder, value, span),
            (AggregateOp::Max, Some(value), _) => self.best(op, binder, value, span),
            (AggregateOp::All, value, _) => self.holds(binder, value, true, span),
            (AggregateOp::Any, value, _) => self.holds(binder, value, false, span),
            (AggregateOp::First, value, None) => self.taken(binder, value, ty, true, span),
            (AggregateOp::Last, value, None) => self.taken(binder, value, ty, false, span),
            (AggregateOp::First, value, Some(limit)) => self.first_of(binder, value, limit, ty, span),
            (AggregateOp::Last, value, Some(limit)) => self.last_of(binder, value, limit, ty, span),
            (AggregateOp::Quantile, Some(value), Some(share)) => self.quantile(binder, value, share, span),
            _ => unreachable!("an aggregate over values has a value"),
        }
    }

    /// A register that begins with a value.
    fn variable(&mut self, value: Local) -> Local {
        self.b.copy(value)
    }

    fn count_one(&mut self, counter: Local, span: Span) {
        let (one, site) = (self.b.int(1), self.site(span));
        self.b.emit(Inst::Int { op: IntOp::Add, dst: counter, a: counter, b: one, site });
    }

    fn count(&mut self, binder: &Binder, span: Span) -> Local {
        let zero = self.b.int(0);
        let counter = self.variable(zero);
        self.each(binder, span, &mut |fx, _| fx.count_one(counter, span));
        counter
    }

    /// The sum. Ints and Durations are added up in 128 bits, so that only the whole must fit, in whatever order.
    fn sum(&mut self, binder: &Binder, value: &Expr, ty: &Type, span: Span) -> Local {
        if self.cx.value_kind(ty) == Kind::I64 && *ty != Type::Float {
            let zero = self.b.wide(0);
            let total = self.variable(zero);
            self.each(binder, span, &mut |fx, _| {
                let term = fx.expr(value);
                let term = fx.b.extend(term);
                let site = fx.site(span);
                fx.b.emit(Inst::Wide { op: WideOp::Add, dst: total, a: total, b: term, site });
            });
            let site = self.site(span);
            return self.b.narrow(total, site);
        }
        let zero = self.zero(ty, span);
        let total = self.variable(zero);
        self.each(binder, span, &mut |fx, _| {
            let term = fx.expr(value);
            let term = fx.convert(term, &value.ty, ty, span);
            let sum = fx.arith_values(ArithOp::Add, total, term, ty, span);
            fx.b.assign(total, sum);
        });
        total
    }

    /// The sum, as a fraction unless it is a Float, over the count; of nothing it is a division by zero.
    fn average(&mut self, binder: &Binder, value: &Expr, span: Span) -> Local {
        let of = match &value.ty {
            Type::Money | Type::Fraction(FractionOf::Money) => FractionOf::Money,
            Type::Amount(currency, _) | Type::Fraction(FractionOf::Amount(currency)) => FractionOf::Amount(*currency),
            _ => FractionOf::Number,
        };
        // What is added up in place; other values as fractions.
        let fraction = Type::Fraction(of);
        let held = match &value.ty {
            Type::Decimal(_) | Type::Amount(..) | Type::Number | Type::Float => value.ty.clone(),
            Type::Int => Type::Decimal(0),
            _ => fraction.clone(),
        };
        let zeros = (self.zero(&held, span), self.b.int(0));
        let (total, counter) = (self.variable(zeros.0), self.variable(zeros.1));
        self.each(binder, span, &mut |fx, _| {
            let term = fx.expr(value);
            let term = fx.convert(term, &value.ty, &held, span);
            let sum = fx.arith_values(ArithOp::Add, total, term, &held, span);
            fx.b.assign(total, sum);
            fx.count_one(counter, span);
        });
        if held == Type::Float {
            let count = self.b.extend(counter);
            let count = self.host(HostOp::FloatFromWide(0), &[count], Kind::I64, span);
            return self.host(HostOp::FloatDiv, &[total, count], Kind::I64, span);
        }
        let total = self.convert(total, &held, &fraction, span);
        let count = self.convert(counter, &Type::Int, &Type::Fraction(FractionOf::Number), span);
        self.host(HostOp::FractionDiv, &[total, count], Kind::Ref, span)
    }

    /// The smallest or largest, the first of equal ones; `none` of nothing.
    fn best(&mut self, op: AggregateOp, binder: &Binder, value: &Expr, span: Span) -> Local {
        let better = if op == AggregateOp::Min { CompareOp::Less } else { CompareOp::Greater };
        let wish = Wish::of(op, binder.vars.first().copied(), Some(value));
        let one = self.b.int(1);
        let elements = self.ends(binder, wish, (one, op == AggregateOp::Max), span);
        let elements = elements.unwrap_or_else(|| self.elements(&binder.source, span));
        let kind = self.cx.value_kind(&value.ty);
        let best = self.b.new_local(kind);
        self.start(best);
        let zero = self.b.int(0);
        let found = self.variable(zero);
        self.each_of(&elements, binder, span, &mut |fx, at| {
            let new = fx.expr(value);
            let (compared, take) = (fx.b.new_block(), fx.b.new_block());
            fx.b.branch(found, compared, take);
            fx.b.switch_to(compared);
            let better = fx.compare_values(better, new, best, &value.ty, span);
            fx.b.branch(better, take, at.next);
            fx.b.switch_to(take);
            fx.b.assign(best, new);
            let one = fx.b.int(1);
            fx.b.assign(found, one);
        });
        self.choose(found, Kind::Ref, |fx| fx.boxed(best, &value.ty, span), |fx| fx.b.none())
    }

    /// The value at the nearest rank: of n in order the one of number ⌈share · n⌉, and for a share of 0 the first; `none` of nothing.
    fn quantile(&mut self, binder: &Binder, value: &Expr, share: &Expr, span: Span) -> Local {
        if let (Source::Rows { access: Access::Kept(id, group), .. }, ExprKind::Wide(share)) =
            (&binder.source, &share.kind)
        {
            let share = i64::try_from(*share).expect("a share that is kept is from 0 to 1");
            return self.quantile_kept(*id, group, share, span);
        }
        let (of, share) = (share.ty.clone(), self.expr(share));
        let Type::Decimal(digits) = of else { unreachable!("a share is a Decimal") };
        self.must_be_share(share, &of, digits, span);
        let elements = self.elements(&binder.source, span);
        let room = self.count_of(&elements, span);
        let (kind, ty, site) = (self.cx.value_kind(&value.ty), self.cx.ty(&value.ty), self.site(span));
        let list = self.b.new_list(room, kind, site);
        self.each_of(&elements, binder, span, &mut |fx, _| {
            let value = fx.expr(value);
            fx.b.push(list, value);
        });
        let sorted = self.host(HostOp::ListSort { element: ty, key: ty }, &[list, list], Kind::Ref, span);
        let (count, zero) = (self.b.length(sorted), self.b.int(0));
        let is_empty = self.b.compare(CompareOp::Equal, count, zero);
        self.choose(
            is_empty,
            Kind::Ref,
            |fx| fx.b.none(),
            |fx| {
                let many = fx.b.extend(count);
                let exact = fx.arith_values(ArithOp::Mul, share, many, &of, span);
                let rank = fx.rescaled(exact, digits, 0, Mode::Ceil, span);
                let (site, one) = (fx.site(span), fx.b.int(1));
                let rank = fx.b.narrow(rank, site);
                let counts = fx.b.compare(CompareOp::Greater, rank, zero);
                let rank = fx.choose(counts, Kind::I64, |_| rank, |_| one);
                let index = fx.b.int_op(IntOp::Sub, rank, one, site);
                let value_at = fx.b.element(kind, sorted, index, site);
                fx.boxed(value_at, &value.ty, span)
            },
        )
    }

    fn must_be_share(&mut self, share: Local, of: &Type, digits: u8, span: Span) {
        let (zero, one) = (self.b.wide(0), self.b.wide(10i128.pow(u32::from(digits))));
        let below = self.compare_values(CompareOp::Less, share, zero, of, span);
        let above = self.compare_values(CompareOp::Greater, share, one, of, span);
        let wrong = self.choose(below, Kind::I64, |_| below, |_| above);
        self.fail_if(wrong, span, FailReason::Index, |fx| {
            let shown = fx.shown(share, of, span);
            let parts = [fx.text("a quantile is of a share from 0 to 1, not of "), shown];
            fx.joined(&parts, span)
        });
    }

    /// Any value, for a register that is read only after it was given another.
    fn start(&mut self, register: Local) {
        let value = match self.b.kind(register) {
            Kind::I64 => self.b.int(0),
            Kind::I128 => self.b.wide(0),
            Kind::Ref => self.b.none(),
        };
        self.b.assign(register, value);
    }

    /// Whether the condition holds for all, or for any.
    fn holds(&mut self, binder: &Binder, value: Option<&Expr>, all: bool, span: Span) -> Local {
        let start = self.b.int(i64::from(all));
        let result = self.variable(start);
        self.each(binder, span, &mut |fx, at| {
            let decided = fx.b.new_block();
            match value {
                Some(value) if all => fx.branch_on(value, at.next, decided, false),
                Some(value) => fx.branch_on(value, decided, at.next, false),
                // Without a condition, that there is one decides.
                None if all => fx.b.jump(at.next),
                None => fx.b.jump(decided),
            }
            fx.b.switch_to(decided);
            let known = fx.b.int(i64::from(!all));
            fx.b.assign(result, known);
            fx.b.jump(at.exit);
        });
        result
    }

    /// What is taken of an element: the value, or the element itself.
    fn element_value(&mut self, binder: &Binder, value: Option<&Expr>, ty: &Type) -> Local {
        match value {
            Some(value) => self.expr(value),
            None => {
                let bound = self.bound(binder.vars[0]);
                self.filled(bound.reg, bound.form, ty)
            }
        }
    }

    /// The first or last, `none` of nothing.
    fn taken(&mut self, binder: &Binder, value: Option<&Expr>, ty: &Type, first: bool, span: Span) -> Local {
        let Type::Option(of) = ty else { unreachable!("without a limit it is an option") };
        let none = self.b.none();
        let result = self.variable(none);
        let one = self.b.int(1);
        let elements = self.ends(binder, by_key(value), (one, !first), span);
        let elements = elements.unwrap_or_else(|| self.elements(&binder.source, span));
        self.each_of(&elements, binder, span, &mut |fx, at| {
            let value = fx.element_value(binder, value, of);
            let boxed = fx.boxed(value, of, span);
            fx.b.assign(result, boxed);
            if first {
                fx.b.jump(at.exit);
            }
        });
        result
    }

    fn list_of(&mut self, room: Local, ty: &Type, span: Span) -> (Local, Kind) {
        let Type::List(of) = ty else { unreachable!("with a limit it is a list") };
        let (kind, site) = (self.cx.value_kind(of), self.site(span));
        (self.b.new_list(room, kind, site), kind)
    }

    /// The smaller of a limit and a count, not below 0.
    fn at_most(&mut self, limit: Local, count: Local) -> Local {
        let zero = self.b.int(0);
        let below = self.b.compare(CompareOp::Less, limit, zero);
        self.choose(
            below,
            Kind::I64,
            |_| zero,
            |fx| {
                let fits = fx.b.compare(CompareOp::Less, limit, count);
                fx.choose(fits, Kind::I64, |_| limit, |_| count)
            },
        )
    }

    /// The first so many, in order.
    fn first_of(&mut self, binder: &Binder, value: Option<&Expr>, limit: &Expr, ty: &Type, span: Span) -> Local {
        let limit = self.expr(limit);
        let elements = self.ends(binder, by_key(value), (limit, false), span);
        let elements = elements.unwrap_or_else(|| self.elements(&binder.source, span));
        let count = self.count_of(&elements, span);
        let room = self.at_most(limit, count);
        let (list, _) = self.list_of(room, ty, span);
        self.each_of(&elements, binder, span, &mut |fx, at| {
            let length = fx.b.length(list);
            let full = fx.b.compare(CompareOp::GreaterEqual, length, room);
            let takes = fx.b.new_block();
            fx.b.branch(full, at.exit, takes);
            fx.b.switch_to(takes);
            let value = fx.element_value(binder, value, element_of(ty));
            fx.b.push(list, value);
        });
        list
    }

    /// The last so many, oldest first: all that pass, then their tail. Elements that are rows are filled in only there.
    fn last_of(&mut self, binder: &Binder, value: Option<&Expr>, limit: &Expr, ty: &Type, span: Span) -> Local {
        let limit = self.expr(limit);
        let elements = self.ends(binder, by_key(value), (limit, true), span);
        let elements = elements.unwrap_or_else(|| self.elements(&binder.source, span));
        let count = self.count_of(&elements, span);
        let (all, kind) = self.list_of(count, ty, span);
        let bare = value.is_none() && matches!(&elements, Elements::Lists { form: RowForm::Bare, .. });
        self.each_of(&elements, binder, span, &mut |fx, _| {
            let value = match value {
                Some(value) => fx.expr(value),
                None => fx.bound(binder.vars[0]).reg,
            };
            fx.b.push(all, value);
        });
        let length = self.b.length(all);
        let taken = self.at_most(limit, length);
        let site = self.site(span);
        let first = self.b.int_op(IntOp::Sub, length, taken, site);
        let (list, _) = self.list_of(taken, ty, span);
        self.count_up(first, length, span, &mut |fx, index, _| {
            let site = fx.site(span);
            let value = fx.b.element(kind, all, index, site);
            let form = if bare { RowForm::Bare } else { RowForm::Full };
            let value = fx.filled(value, form, element_of(ty));
            fx.b.push(list, value);
        });
        list
    }

    /// `fold acc = init for … { body }`.
    pub fn fold(&mut self, acc: LocalId, init: &Expr, binder: &Binder, body: &Block, span: Span) -> Local {
        let init = self.expr(init);
        let reg = self.variable(init);
        self.scope.locals.insert(acc, Bound { reg, form: RowForm::Full });
        self.each(binder, span, &mut |fx, _| {
            let value = fx.block(body).expect("a fold's body gives the accumulator's next value");
            fx.b.assign(reg, value);
        });
        reg
    }
}

/// What the first and the last wish for.
fn by_key(value: Option<&Expr>) -> Option<Wish> {
    value.is_none().then_some(Wish::Key)
}

fn element_of(ty: &Type) -> &Type {
    match ty {
        Type::List(of) => of,
        ty => ty,
    }
}
