//! Loops: over lists by index, ranges by counting, rows through a list of them as they were when the loop began. Every turn
//! charges a step, whether or not the filter lets it through.

use crate::body::{Bound, Fx};
use crate::map::map_value;
use crate::row::RowForm;
use crate::ty::state_id;
use lwas_base::Span;
use lwas_check::hir::{self, Access, Binder, Expr, Range, Source, StateId, Type, Wish};
use lwas_ir::{BlockId, CompareOp, End, FailReason, HostOp, Inst, IntOp, Kind, Local};

/// Where a turn may go: on to the next, or out of the loop.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    pub next: BlockId,
    pub exit: BlockId,
}

/// What is gone through, evaluated.
pub(crate) enum Elements {
    /// Lists of one length, each with the type of its elements; rows of `RowForm`.
    Lists { lists: Vec<(Local, Type)>, length: Local, form: RowForm },
    /// Whole numbers from the first to the last.
    Range { first: Local, last: Local },
}

impl Fx<'_, '_> {
    /// A loop: `turn` makes the code of a turn whose variables are bound and whose filter has let it through.
    pub fn each(&mut self, binder: &Binder, span: Span, turn: &mut dyn FnMut(&mut Self, Turn)) {
        let elements = self.elements(&binder.source, span);
        self.each_of(&elements, binder, span, turn);
    }

    /// Evaluates what a loop goes through.
    pub fn elements(&mut self, source: &Source, span: Span) -> Elements {
        match source {
            Source::List(list) => {
                let (reg, ty) = self.source_list(list);
                let length = self.b.length(reg);
                Elements::Lists { lists: vec![(reg, ty)], length, form: RowForm::Full }
            }
            Source::Range(first, last) => Elements::Range { first: self.expr(first), last: self.expr(last) },
            Source::Zip(a, b) => self.zip(a, b, span),
            Source::Bag(bag) => {
                let bag = self.expr(bag);
                let list = self.host(HostOp::BagList, &[bag], Kind::Ref, span);
                let length = self.b.length(list);
                Elements::Lists { lists: vec![(list, Type::Money)], length, form: RowForm::Full }
            }
            Source::Map(map) => {
                let (reg, of) = (self.expr(map), map_value(&map.ty));
                let (keys, values) = self.map_lists(reg);
                let length = self.b.length(keys);
                Elements::Lists { lists: vec![(keys, Type::Text), (values, of)], length, form: RowForm::Full }
            }
            Source::Rows { state, access } => {
                let list = self.scan(*state, access, span);
                let length = self.b.length(list);
                Elements::Lists { lists: vec![(list, Type::Row(*state))], length, form: RowForm::Bare }
            }
        }
    }

    fn source_list(&mut self, list: &Expr) -> (Local, Type) {
        let reg = self.expr(list);
        let of = match &list.ty {
            Type::List(of) => (**of).clone(),
            _ => Type::Bool,
        };
        (reg, of)
    }

    fn zip(&mut self, a: &Expr, b: &Expr, span: Span) -> Elements {
        let lists = vec![self.source_list(a), self.source_list(b)];
        let (length, other) = (self.b.length(lists[0].0), self.b.length(lists[1].0));
        let differ = self.b.compare(CompareOp::NotEqual, length, other);
        self.fail_if(differ, span, FailReason::Index, |fx| {
            let a = fx.shown(length, &Type::Int, span);
            let b = fx.shown(other, &Type::Int, span);
            let parts = [fx.text("the lists have "), a, fx.text(" and "), b, fx.text(" elements")];
            fx.joined(&parts, span)
        });
        Elements::Lists { lists, length, form: RowForm::Full }
    }

    fn scan(&mut self, state: StateId, access: &Access, span: Span) -> Local {
        self.scan_ends(state, access, None, span)
    }

    /// The first or last rows that a loop without a filter would go through, where they come in the order that an aggregate wishes.
    pub fn ends(&mut self, binder: &Binder, wish: Option<Wish>, end: (Local, bool), span: Span) -> Option<Elements> {
        let (Source::Rows { state, access }, None) = (&binder.source, &binder.filter) else { return None };
        if let Access::Kept(id, group) = access {
            let list = self.ends_kept(*id, group, end, span);
            let length = self.b.length(list);
            return Some(Elements::Lists { lists: vec![(list, Type::Row(*state))], length, form: RowForm::Bare });
        }
        let (index, equal) = match access {
            Access::All | Access::Kept(..) => (None, 0),
            Access::Key(keys, _) => (None, keys.len()),
            Access::Index(index, keys, _) => (Some(*index), keys.len()),
        };
        if !wish?.is_met(&self.cx.program.states[*state], index, equal) {
            return None;
        }
        let list = self.scan_ends(*state, access, Some(end), span);
        let length = self.b.length(list);
        Some(Elements::Lists { lists: vec![(list, Type::Row(*state))], length, form: RowForm::Bare })
    }

    /// Rows; with a limit the first so many of them, or the last.
    fn scan_ends(&mut self, state: StateId, access: &Access, ends: Option<(Local, bool)>, span: Span) -> Local {
        let everywhere = Range::default();
        let (index, keys, range): (_, &[Expr], _) = match access {
            Access::All | Access::Kept(..) => (None, &[], &everywhere),
            Access::Key(keys, range) => (None, keys, range),
            Access::Index(index, keys, range) => (Some(*index), keys, range),
        };
        let mut args = self.exprs(keys);
        args.extend(range.values().map(|end| self.expr(end)).collect::<Vec<_>>());
        let parts = u8::try_from(keys.len()).expect("a key has few parts");
        let state = state_id(state);
        let op = match (end(range.from.as_ref()), end(range.to.as_ref())) {
            (from, to) if let Some((limit, last)) = ends => {
                args.push(limit);
                HostOp::ScanEnds { state, index, parts, from, to, last }
            }
            (End::Open, End::Open) => HostOp::Scan { state, index, parts },
            (from, to) => HostOp::ScanRange { state, index, parts, from, to },
        };
        self.host(op, &args, Kind::Ref, span)
    }

    /// How many elements there are, for the room of a list.
    pub fn count_of(&mut self, elements: &Elements, span: Span) -> Local {
        match elements {
            Elements::Lists { length, .. } => *length,
            Elements::Range { first, last } => {
                let some = self.b.compare(CompareOp::LessEqual, *first, *last);
                self.choose(
                    some,
                    Kind::I64,
                    |fx| {
                        let site = fx.site(span);
                        let between = fx.b.int_op(IntOp::Sub, *last, *first, site);
                        let one = fx.b.int(1);
                        fx.b.int_op(IntOp::Add, between, one, site)
                    },
                    |fx| fx.b.int(0),
                )
            }
        }
    }

    /// A loop over what has been evaluated.
    pub fn each_of(&mut self, elements: &Elements, binder: &Binder, span: Span, turn: &mut dyn FnMut(&mut Self, Turn)) {
        match elements {
            Elements::Lists { lists, length, form } => {
                let zero = self.b.int(0);
                self.count_up(zero, *length, span, &mut |fx, index, at| {
                    for ((list, ty), var) in lists.iter().zip(&binder.vars) {
                        let (kind, site) = (fx.cx.value_kind(ty), fx.site(span));
                        let reg = fx.b.element(kind, *list, index, site);
                        fx.scope.locals.insert(*var, Bound { reg, form: *form });
                    }
                    fx.filtered(binder, at);
                    // Only now is a row copied: of one that is left out nothing is computed that its filter does not ask for.
                    for ((_, ty), var) in lists.iter().zip(&binder.vars) {
                        let bound = fx.bound(*var);
                        fx.bind(*var, ty, bound.reg, bound.form);
                    }
                    turn(fx, at);
                });
            }
            Elements::Range { first, last } => self.each_number(*first, *last, binder, span, turn),
        }
    }

    /// Goes on to the next turn when the filter does not let this one through.
    fn filtered(&mut self, binder: &Binder, at: Turn) {
        if let Some(filter) = &binder.filter {
            let counts = self.b.new_block();
            self.branch_on(filter, counts, at.next, false);
            self.b.switch_to(counts);
        }
    }

    /// Counts from `first` to `last`, both included, without counting past it: `last` may be the largest Int.
    fn each_number(
        &mut self,
        first: Local,
        last: Local,
        binder: &Binder,
        span: Span,
        turn: &mut dyn FnMut(&mut Self, Turn),
    ) {
        let number = self.b.copy(first);
        let one = self.b.int(1);
        let (body, next) = (self.b.new_block(), self.b.new_block());
        let (on, exit) = (self.b.new_block(), self.b.new_block());
        let some = self.b.compare(CompareOp::LessEqual, number, last);
        self.b.branch(some, body, exit);
        self.b.switch_to(body);
        let site = self.site(span);
        self.b.step(site);
        for var in &binder.vars {
            self.bind(*var, &Type::Int, number, RowForm::Full);
        }
        let at = Turn { next, exit };
        self.filtered(binder, at);
        turn(self, at);
        self.end_turn(next);
        self.b.switch_to(next);
        let more = self.b.compare(CompareOp::Less, number, last);
        self.b.branch(more, on, exit);
        self.b.switch_to(on);
        let site = self.site(span);
        self.b.emit(Inst::Int { op: IntOp::Add, dst: number, a: number, b: one, site });
        self.b.jump(body);
        self.b.switch_to(exit);
    }

    /// Goes on to the next turn, unless the turn has ended elsewhere.
    fn end_turn(&mut self, next: BlockId) {
        if !self.b.is_ended() {
            self.b.jump(next);
        }
    }

    /// A loop over `first .. end` (without `end`), with a step a turn. `turn` gets the index and the block to leave by.
    pub fn count_up(&mut self, first: Local, end: Local, span: Span, turn: &mut dyn FnMut(&mut Self, Local, Turn)) {
        let index = self.b.copy(first);
        let one = self.b.int(1);
        let (head, body) = (self.b.new_block(), self.b.new_block());
        let (next, exit) = (self.b.new_block(), self.b.new_block());
        self.b.jump(head);
        self.b.switch_to(head);
        let more = self.b.compare(CompareOp::Less, index, end);
        self.b.branch(more, body, exit);
        self.b.switch_to(body);
        let site = self.site(span);
        self.b.step(site);
        turn(self, index, Turn { next, exit });
        self.end_turn(next);
        self.b.switch_to(next);
        let site = self.site(span);
        self.b.emit(Inst::Int { op: IntOp::Add, dst: index, a: index, b: one, site });
        self.b.jump(head);
        self.b.switch_to(exit);
    }

    /// `[value for …]`.
    pub fn comprehension(&mut self, binder: &Binder, value: &Expr, span: Span) -> Local {
        let elements = self.elements(&binder.source, span);
        let room = self.count_of(&elements, span);
        let (kind, site) = (self.cx.value_kind(&value.ty), self.site(span));
        let list = self.b.new_list(room, kind, site);
        self.each_of(&elements, binder, span, &mut |fx, _| {
            let value = fx.expr(value);
            fx.b.push(list, value);
        });
        list
    }

    /// `sort(xs by key)`: the keys one after the other, then the host sorts.
    pub fn sorted(&mut self, binder: &Binder, key: &Expr, span: Span) -> Local {
        let elements = self.elements(&binder.source, span);
        let Elements::Lists { lists, length, .. } = &elements else { unreachable!("a list is sorted") };
        let [(list, of)] = lists.as_slice() else { unreachable!("one list is sorted") };
        let (list, of, length) = (*list, self.cx.ty(of), *length);
        let (kind, site) = (self.cx.value_kind(&key.ty), self.site(span));
        let keys = self.b.new_list(length, kind, site);
        self.each_of(&elements, binder, span, &mut |fx, _| {
            let key = fx.expr(key);
            fx.b.push(keys, key);
        });
        let key = self.cx.ty(&key.ty);
        self.host(HostOp::ListSort { element: of, key }, &[list, keys], Kind::Ref, span)
    }
}

fn end(end: Option<&hir::End>) -> End {
    match end {
        None => End::Open,
        Some(end) if end.included => End::Included,
        Some(_) => End::Excluded,
    }
}
