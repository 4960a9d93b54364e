//! Expressions: which file knows what, and the small ones. Operands are evaluated left to right; `and`, `or` and `??` stop
//! early.

use crate::body::Fx;
use crate::convert::boxed_size;
use crate::row::{RowForm, row_of};
use lwas_base::Span;
use lwas_check::hir::{Block, CompareOp as HirCompare, Expr, ExprKind, FunctionId, RecordId, Type};
use lwas_ir::coverage::BranchKind;
use lwas_ir::{BlockId, HostOp, Kind, Local};

impl Fx<'_, '_> {
    /// A value; rows have their computed fields.
    pub fn expr(&mut self, e: &Expr) -> Local {
        self.value(e).expect("the checker wants a value only where there is one")
    }

    /// Values from left to right.
    pub fn exprs(&mut self, list: &[Expr]) -> Vec<Local> {
        list.iter().map(|e| self.expr(e)).collect()
    }

    /// A value, or nothing when the type is Unit.
    pub fn value(&mut self, e: &Expr) -> Option<Local> {
        let tracing = std::mem::take(&mut self.tracing);
        if tracing && self.cx.kind(&e.ty) == Some(Kind::I64) && e.ty == Type::Bool {
            return Some(self.traced(e));
        }
        if let Some(site) = self.computing.take() {
            return self.part(e, site);
        }
        match &e.kind {
            ExprKind::Arith { .. } => Some(self.computed(e, e.span)),
            _ => self.plain(e),
        }
    }

    /// A part of a computation that is under way: what is no computation itself is an operand, whose value is kept for who asks.
    fn part(&mut self, e: &Expr, site: Option<lwas_ir::Site>) -> Option<Local> {
        let composite = matches!(e.kind, ExprKind::Arith { .. } | ExprKind::Neg(_) | ExprKind::Convert(_));
        if composite {
            self.computing = Some(site);
            let value = self.composed(e);
            self.computing = Some(site);
            return value;
        }
        let value = self.plain(e);
        if let Some(value) = value
            && !self.is_literal(e)
            && row_of(&e.ty).is_none()
        {
            let (place, ty) = (self.cx.place(e.span), self.cx.ty(&e.ty));
            self.b.trace_for(site, place, ty, value);
        }
        self.computing = Some(site);
        value
    }

    /// A value of which nothing is kept.
    fn plain(&mut self, e: &Expr) -> Option<Local> {
        match &e.kind {
            ExprKind::Local(_) | ExprKind::Unwrap(_) | ExprKind::Some(_) | ExprKind::Row { .. } => Some(self.whole(e)),
            ExprKind::RowGet { .. } | ExprKind::Single(_) => Some(self.whole(e)),
            _ => self.composed(e),
        }
    }

    /// What may be a row: with its computed fields.
    fn whole(&mut self, e: &Expr) -> Local {
        if row_of(&e.ty).is_some() {
            let (row, form) = self.row(e);
            return if form == RowForm::Full { row } else { self.filled(row, form, &e.ty) };
        }
        match &e.kind {
            ExprKind::Local(id) => self.bound(*id).reg,
            ExprKind::Some(inner) => {
                let value = self.expr(inner);
                self.boxed(value, &inner.ty, e.span)
            }
            ExprKind::Unwrap(inner) => {
                let option = self.expr(inner);
                self.unboxed(option, &e.ty)
            }
            _ => unreachable!("a row expression has a row's type"),
        }
    }

    /// Everything else; `None` for Unit.
    pub fn composed(&mut self, e: &Expr) -> Option<Local> {
        use ExprKind as K;
        let span = e.span;
        Some(match &e.kind {
            K::Error => unreachable!("a program with an error is not lowered"),
            K::Int(_) | K::Bool(_) | K::Wide(_) | K::Currency(_) | K::Text(_) | K::None | K::Const(_) => {
                self.literal(e)
            }
            K::Local(_) | K::Unwrap(_) | K::Some(_) | K::Row { .. } | K::RowGet { .. } | K::Single(_) => self.whole(e),
            K::Interpolate(parts) => self.interpolate(parts, span),
            K::List(elements) => self.list(elements, &e.ty, span),
            K::Comprehension { binder, value } => self.comprehension(binder, value, span),
            K::Map(entries) => self.map_literal(entries, &e.ty, span),
            K::MapComprehension { binder, key, value } => self.map_comprehension(binder, key, value, span),
            K::Sort { binder, value } => self.sorted(binder, value, span),
            K::Record { record, fields } => self.record(*record, fields, span),
            K::With { base, fields } => self.with(base, fields, span),
            K::Variant { of, variant, fields } => self.variant(*of, *variant, fields, span),
            K::Field { base, field } => self.field(base, *field),
            K::Element { list, index } => self.element(list, index, &e.ty, span),
            K::BagGet { bag, currency } => {
                let args = [self.expr(bag), self.expr(currency)];
                self.host(HostOp::BagGet, &args, Kind::Ref, span)
            }
            K::RowHas { state, keys } => {
                let keys = self.exprs(keys);
                let row = self.row_get(*state, &keys, span);
                let missing = self.is_none(row);
                self.b.not(missing)
            }
            K::Write { kind, state, keys, fields } => return self.write(*kind, *state, keys, fields, span),
            K::Call { function, args } => return self.call(*function, args, &e.ty),
            K::Builtin { builtin, args } => self.builtin(*builtin, args, &e.ty, span),
            K::Arith { op, left, right } => self.arith(*op, left, right, &e.ty, span),
            K::Neg(operand) => {
                let value = self.expr(operand);
                self.neg(value, &e.ty, span)
            }
            K::Compare { op, left, right } => self.compare(*op, left, right, false, span),
            K::CompareZero { op, operand } => self.compare_zero(*op, operand, false),
            K::IsNone { operand, negated } => self.is_none_expr(operand, *negated, false),
            K::Not(operand) => {
                let value = self.expr(operand);
                self.b.not(value)
            }
            K::And(left, right) => self.both(left, right, true, false),
            K::Or(left, right) => self.both(left, right, false, false),
            K::Coalesce { option, default } => self.coalesce(option, default, &e.ty),
            K::In { value, list } => self.contained(value, list, false, span),
            K::Convert(inner) => {
                let value = self.expr(inner);
                self.convert(value, &inner.ty, &e.ty, span)
            }
            K::If { condition, then, otherwise } => {
                return self.if_(condition, then, otherwise.as_deref(), &e.ty, false);
            }
            K::Match { subject, arms } => return self.match_(subject, arms, &e.ty, false),
            K::Aggregate { op, binder, value, limit } => {
                self.aggregate(*op, binder, value.as_deref(), limit.as_deref(), &e.ty, span)
            }
            K::Kept { aggregate, group } => self.kept(*aggregate, group, &e.ty, span),
            K::Fold { acc, init, binder, body } => self.fold(*acc, init, binder, body, span),
        })
    }

    /// A Bool whose parts a rejection shows: operands of comparisons, and what else it is made of.
    fn traced(&mut self, e: &Expr) -> Local {
        use ExprKind as K;
        match &e.kind {
            K::And(left, right) => self.both(left, right, true, true),
            K::Or(left, right) => self.both(left, right, false, true),
            K::Not(operand) => {
                let value = self.condition(operand);
                self.b.not(value)
            }
            K::Compare { op, left, right } => self.compare(*op, left, right, true, e.span),
            K::CompareZero { op, operand } => self.compare_zero(*op, operand, true),
            K::IsNone { operand, negated } => self.is_none_expr(operand, *negated, true),
            K::In { value, list } => self.contained(value, list, true, e.span),
            K::If { condition, then, otherwise } => {
                self.if_(condition, then, otherwise.as_deref(), &e.ty, true).expect("a Bool is a value")
            }
            K::Match { subject, arms } => self.match_(subject, arms, &e.ty, true).expect("a Bool is a value"),
            _ => self.operand(e, true),
        }
    }

    /// An operand whose value a rejection shows when `tracing`, as it was before it was widened.
    pub fn operand(&mut self, e: &Expr, tracing: bool) -> Local {
        match &e.kind {
            ExprKind::Convert(inner) if tracing => {
                let value = self.operand(inner, true);
                self.convert(value, &inner.ty, &e.ty, e.span)
            }
            _ => {
                // Rows are compared and shown by what is stored: the computed fields need not be there.
                if tracing && matches!(e.kind, ExprKind::Arith { .. } | ExprKind::Neg(_)) {
                    self.computing = Some(self.explained);
                }
                let value = if row_of(&e.ty).is_some() { self.row(e).0 } else { self.expr(e) };
                self.computing = None;
                if tracing && !self.is_literal(e) {
                    let (place, ty) = (self.cx.place(e.span), self.cx.ty(&e.ty));
                    self.b.trace_for(self.explained, place, ty, value);
                }
                value
            }
        }
    }

    /// `and` (`all`) or `or`.
    fn both(&mut self, left: &Expr, right: &Expr, all: bool, tracing: bool) -> Local {
        let dst = self.b.new_local(Kind::I64);
        let (more, done) = (self.b.new_block(), self.b.new_block());
        self.tracing = tracing;
        let value = self.expr(left);
        self.b.assign(dst, value);
        let kind = if all { BranchKind::And } else { BranchKind::Or };
        self.note_two_ways(kind, left.span.to(right.span), all);
        if all {
            self.b.branch(value, more, done)
        } else {
            self.b.branch(value, done, more)
        }
        self.b.switch_to(more);
        self.tracing = tracing;
        let value = self.expr(right);
        self.arrive(Some(dst), Some(value), done);
        self.b.switch_to(done);
        dst
    }

    /// Goes on at one of two blocks by a condition, without making a Bool of `and`, `or` and `not`.
    pub fn branch_on(&mut self, e: &Expr, then: BlockId, otherwise: BlockId, tracing: bool) {
        let first = |fx: &mut Self, left: &Expr, then, otherwise, next| {
            let since = fx.leaves();
            fx.branch_on(left, then, otherwise, tracing);
            let (kind, stops) = if then == next { (BranchKind::And, otherwise) } else { (BranchKind::Or, then) };
            fx.note_branch(kind, e.span, since, (next, stops));
            fx.b.switch_to(next);
        };
        match &e.kind {
            ExprKind::And(left, right) => {
                let next = self.b.new_block();
                first(self, left, next, otherwise, next);
                self.branch_on(right, then, otherwise, tracing);
            }
            ExprKind::Or(left, right) => {
                let next = self.b.new_block();
                first(self, left, then, next, next);
                self.branch_on(right, then, otherwise, tracing);
            }
            ExprKind::Not(operand) => self.branch_on(operand, otherwise, then, tracing),
            _ => {
                self.tracing = tracing;
                let value = self.expr(e);
                self.note_leaf(then, otherwise);
                self.b.branch(value, then, otherwise);
            }
        }
    }

    fn if_(
        &mut self,
        condition: &Expr,
        then: &Block,
        otherwise: Option<&Block>,
        ty: &Type,
        tracing: bool,
    ) -> Option<Local> {
        let dst = self.result_local(ty);
        let (yes, done) = (self.b.new_block(), self.b.new_block());
        let no = otherwise.map_or(done, |_| self.b.new_block());
        // What decides is shown too: it says which of the branches the other values are of.
        let since = self.leaves();
        self.branch_on(condition, yes, no, tracing);
        self.note_branch(BranchKind::If, condition.span, since, (yes, no));
        self.forget_leaves(since);
        for (block, at) in [(Some(then), yes), (otherwise, no)] {
            let Some(block) = block else { continue };
            self.b.switch_to(at);
            self.tracing = tracing;
            let value = self.block(block);
            self.arrive(dst, value, done);
        }
        self.b.switch_to(done);
        dst
    }

    fn coalesce(&mut self, option: &Expr, default: &Expr, ty: &Type) -> Local {
        let option_reg = self.expr(option);
        let missing = self.is_none(option_reg);
        let stays = matches!(ty, Type::Option(_));
        let kind = self.cx.value_kind(ty);
        self.note_two_ways(BranchKind::Coalesce, option.span.to(default.span), false);
        self.choose(
            missing,
            kind,
            |fx| fx.expr(default),
            |fx| if stays { option_reg } else { fx.unboxed(option_reg, ty) },
        )
    }

    fn is_none_expr(&mut self, operand: &Expr, negated: bool, tracing: bool) -> Local {
        let option = self.operand(operand, tracing);
        let none = self.b.none();
        let op = if negated { HirCompare::NotEqual } else { HirCompare::Equal };
        self.b.compare(crate::compare::op(op), option, none)
    }

    fn call(&mut self, function: FunctionId, args: &[Expr], ty: &Type) -> Option<Local> {
        let args = self.exprs(args);
        let func = self.cx.function(function);
        let result = self.cx.kind(ty);
        self.b.call(func, &args, result)
    }

    fn record(&mut self, record: RecordId, fields: &[Expr], span: Span) -> Local {
        let values = self.exprs(fields);
        let (layout, size) = self.cx.layout(0, &self.cx.program.records[record].fields);
        self.made(size, layout.iter().map(|(offset, _)| *offset).zip(values), span)
    }

    /// Memory of a size with values at offsets.
    pub fn made(&mut self, size: u32, values: impl IntoIterator<Item = (u32, Local)>, span: Span) -> Local {
        let site = self.site(span);
        let at = self.b.alloc(size, site);
        for (offset, value) in values {
            self.b.store(at, offset, value);
        }
        at
    }

    fn with(&mut self, base: &Expr, fields: &[(u32, Expr)], span: Span) -> Local {
        let old = self.expr(base);
        let new: Vec<_> = fields.iter().map(|(field, value)| (*field as usize, self.expr(value))).collect();
        let (layout, size) = match &base.ty {
            Type::Record(id) => self.cx.layout(0, &self.cx.program.records[*id].fields),
            Type::Row(id) => self.cx.layout(0, &self.cx.program.states[*id].fields),
            _ => unreachable!("`with` stands after a record"),
        };
        let mut values = Vec::with_capacity(layout.len());
        for (at, (offset, kind)) in layout.into_iter().enumerate() {
            let replaced = new.iter().find(|(field, _)| *field == at).map(|(_, value)| *value);
            values.push((offset, replaced.unwrap_or_else(|| self.b.load(kind, old, offset))));
        }
        self.made(size, values, span)
    }

    fn field(&mut self, base: &Expr, field: u32) -> Local {
        match &base.ty {
            Type::Row(state) => {
                let (row, form) = self.row(base);
                self.row_field(row, form, *state, field)
            }
            Type::Record(id) => {
                let record = self.expr(base);
                let (layout, _) = self.cx.layout(0, &self.cx.program.records[*id].fields);
                let (offset, kind) = layout[field as usize];
                self.b.load(kind, record, offset)
            }
            _ => unreachable!("rows and records have fields"),
        }
    }

    fn list(&mut self, elements: &[Expr], ty: &Type, span: Span) -> Local {
        let values = self.exprs(elements);
        let kind = match ty {
            Type::List(of) => self.cx.value_kind(of),
            _ => Kind::I64,
        };
        let count = i64::try_from(values.len()).expect("a source has few elements");
        let (capacity, site) = (self.b.int(count), self.site(span));
        let list = self.b.new_list(capacity, kind, site);
        for value in values {
            self.b.push(list, value);
        }
        list
    }

    fn element(&mut self, list: &Expr, index: &Expr, ty: &Type, span: Span) -> Local {
        let (list, index) = (self.expr(list), self.expr(index));
        let (kind, site) = (self.cx.value_kind(ty), self.site(span));
        self.b.element(kind, list, index, site)
    }

    /// A value as `T?`.
    pub fn boxed(&mut self, value: Local, ty: &Type, span: Span) -> Local {
        match self.cx.value_kind(ty) {
            Kind::Ref => value,
            kind => self.made(boxed_size(kind), [(0, value)], span),
        }
    }

    /// The value of an option that is there; `ty` is the value's.
    pub fn unboxed(&mut self, option: Local, ty: &Type) -> Local {
        match self.cx.value_kind(ty) {
            Kind::Ref => option,
            kind => self.b.load(kind, option, 0),
        }
    }
}
