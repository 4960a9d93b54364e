//! The functions of states: computed fields, filling them in, the first row of a single state, and the writers, which alone
//! change rows and keep aggregates up: the part of the old row is taken away, that of the new row added. And of each aggregate the
//! function that adds a row's part, made of the same.

use crate::body::{Fx, Scope};
use crate::row::RowForm;
use crate::tables::Lower;
use crate::ty::{aggregate_id, state_id};
use lwas_base::Span;
use lwas_check::hir::{AggregateId, AggregateKind, StateId, Type};
use lwas_ir::{CompareOp, HostOp, Kind, Local};

/// All functions of all states.
pub(crate) fn lower(cx: &mut Lower) {
    for id in cx.program.states.keys() {
        computed(cx, id);
        fill(cx, id);
        initial(cx, id);
        write(cx, id);
        delete(cx, id);
        append(cx, id);
        for aggregate in cx.aggregates[id].clone() {
            add(cx, aggregate);
        }
    }
    for number in 0..cx.module.windows.len() {
        leave(cx, number);
    }
}

fn name(cx: &Lower, what: &str, id: StateId) -> String {
    let state = &cx.program.states[id];
    format!("{what} {}", cx.qualified(state.module, state.name))
}

fn computed(cx: &mut Lower, id: StateId) {
    let state = &cx.program.states[id];
    for (at, item) in state.computed.iter().enumerate() {
        let field = &state.fields[state.stored + at];
        let func = cx.states[id].computed[at];
        let name = format!("computed {}.{}", cx.qualified(state.module, state.name), field.name);
        let result = cx.kind(&field.ty);
        let mut fx = Fx::new(cx, name, field.span, &[Kind::Ref], result, Scope::default());
        let row = fx.b.param(0);
        let value = fx.with_row(&item.body, row, |fx| fx.block(&item.body.block));
        fx.finish(func, value);
    }
}

fn fill(cx: &mut Lower, id: StateId) {
    let Some(func) = cx.states[id].fill else { return };
    let state = &cx.program.states[id];
    let name = name(cx, "fill", id);
    let (layout, _) = cx.layout(0, &state.fields);
    let mut fx = Fx::new(cx, name, state.span, &[Kind::Ref], None, Scope::default());
    let row = fx.b.param(0);
    for (number, (offset, _)) in (0..).zip(layout).skip(state.stored) {
        let value = fx.row_field(row, RowForm::Bare, id, number);
        fx.b.store(row, offset, value);
    }
    fx.finish(func, None);
}

/// The row of a single state before the first event: its defaults.
fn initial(cx: &mut Lower, id: StateId) {
    let Some(func) = cx.module.states[state_id(id)].initial else { return };
    let state = &cx.program.states[id];
    let name = name(cx, "initial", id);
    let mut fx = Fx::new(cx, name, state.span, &[], Some(Kind::Ref), Scope::default());
    let mut values = vec![];
    for field in &state.fields[..state.stored] {
        let default = field.default.as_ref().expect("every field of a state without key has a default");
        values.push(fx.expr(default));
    }
    let row = fx.new_row(id, values.into_iter(), 0, state.span);
    fx.finish(func, Some(row));
}

fn write(cx: &mut Lower, id: StateId) {
    let Some(func) = cx.states[id].write else { return };
    let (name, span) = (name(cx, "write", id), cx.program.states[id].span);
    let mut fx = Fx::new(cx, name, span, &[Kind::Ref, Kind::Ref], None, Scope::default());
    let (old, new) = (fx.b.param(0), fx.b.param(1));
    if !fx.cx.aggregates[id].is_empty() {
        let none = fx.b.none();
        let there = fx.b.compare(CompareOp::NotEqual, old, none);
        fx.when(there, |fx| fx.contribute(id, old, true));
        fx.contribute(id, new, false);
    }
    fx.reschedule(id, old, Some(new));
    fx.host_effect(HostOp::RowPut(state_id(id)), &[new], span);
    fx.finish(func, None);
}

fn delete(cx: &mut Lower, id: StateId) {
    let Some(func) = cx.states[id].delete else { return };
    let (name, state) = (name(cx, "delete", id), &cx.program.states[id]);
    let (layout, _) = cx.layout(0, &state.fields[..state.key]);
    let mut fx = Fx::new(cx, name, state.span, &[Kind::Ref], None, Scope::default());
    let row = fx.b.param(0);
    fx.contribute(id, row, true);
    fx.reschedule(id, row, None);
    let keys: Vec<_> = layout.into_iter().map(|(offset, kind)| fx.b.load(kind, row, offset)).collect();
    fx.host_effect(HostOp::RowDelete(state_id(id)), &keys, state.span);
    fx.finish(func, None);
}

fn append(cx: &mut Lower, id: StateId) {
    let Some(func) = cx.states[id].append else { return };
    let (name, span) = (name(cx, "append", id), cx.program.states[id].span);
    let mut fx = Fx::new(cx, name, span, &[Kind::Ref], Some(Kind::I64), Scope::default());
    let row = fx.b.param(0);
    let seq = fx.host(HostOp::NextSeq(state_id(id)), &[], Kind::I64, span);
    let now = fx.host(HostOp::Now, &[], Kind::I64, span);
    fx.b.store(row, 0, seq);
    fx.b.store(row, 8, now);
    fx.contribute(id, row, false);
    fx.host_effect(HostOp::RowPut(state_id(id)), &[row], span);
    fx.finish(func, Some(seq));
}

/// What a row adds to an aggregate, by itself: for making the aggregate anew.
fn add(cx: &mut Lower, id: AggregateId) {
    let (func, aggregate) = (cx.module.aggregates[aggregate_id(id)].add, &cx.program.aggregates[id]);
    let name = format!("add {}", aggregate.name);
    let mut fx = Fx::new(cx, name, aggregate.span, &[Kind::Ref], None, Scope::default());
    let row = fx.b.param(0);
    fx.with_row(&aggregate.value, row, |fx| fx.contribution(id, row, false));
    fx.finish(func, None);
}

/// What a row that leaves a window takes along, and that of those that have left none is counted when an aggregate is made anew.
fn leave(cx: &mut Lower, number: usize) {
    let window = &cx.module.windows[number];
    let (sub, left, span) = (window.sub, window.left, window.span);
    let over: Vec<AggregateId> = cx.program.aggregates.keys().collect();
    let over = over.into_iter().filter(|id| cx.module.windows[number].aggregates.contains(&aggregate_id(*id)));
    let over: Vec<AggregateId> = over.collect();
    let Some(first) = over.first() else { return };
    let at = cx.program.aggregates[*first].span;
    let name = cx.module.aggregates[left].name.clone();
    let add = cx.module.aggregates[left].add;
    let fx = Fx::new(cx, format!("add {name}"), at, &[Kind::Ref], None, Scope::default());
    fx.finish(add, None);
    let mut fx = Fx::new(cx, format!("leave {name} {span}"), at, &[Kind::Ref], None, Scope::default());
    let row = fx.b.param(0);
    for id in over {
        let aggregate = &fx.cx.program.aggregates[id];
        fx.with_row(&aggregate.value, row, |fx| fx.contribution(id, row, true));
    }
    fx.finish(sub, None);
}

impl Fx<'_, '_> {
    /// Adds a row's part to each aggregate over its state, or takes it away.
    fn contribute(&mut self, state: StateId, row: Local, away: bool) {
        for id in self.cx.aggregates[state].clone() {
            let aggregate = &self.cx.program.aggregates[id];
            self.with_row(&aggregate.value, row, |fx| fx.contribution(id, row, away));
        }
    }

    fn contribution(&mut self, id: AggregateId, row: Local, away: bool) {
        let aggregate = &self.cx.program.aggregates[id];
        let done = self.b.new_block();
        if let Some(filter) = &aggregate.filter {
            let counts = self.b.new_block();
            self.branch_on(filter, counts, done, false);
            self.b.switch_to(counts);
        }
        let group = |fx: &mut Self| {
            let parts = aggregate.group.iter();
            parts.map(|field| fx.group_part(aggregate.state, row, *field)).collect::<Vec<_>>()
        };
        match self.order_of(id) {
            Some(order) => {
                let group = group(self);
                self.arrange(id, order, row, group, away);
            }
            None => {
                let value = self.summand(id, aggregate.span);
                let args = [group(self), vec![value]].concat();
                let id = aggregate_id(id);
                let op = if away { HostOp::AggregateSub(id) } else { HostOp::AggregateAdd(id) };
                self.host_effect(op, &args, aggregate.span);
            }
        }
        self.b.jump(done);
        self.b.switch_to(done);
    }

    /// The part of a group that a field is. An optional one is there: the filter has seen to that.
    fn group_part(&mut self, state: StateId, row: Local, field: u32) -> Local {
        let value = self.row_field(row, RowForm::Bare, state, field);
        match &self.cx.program.states[state].fields[field as usize].ty {
            Type::Option(of) => self.unboxed(value, of),
            _ => value,
        }
    }

    /// What a row adds: 128 bits, or Money.
    fn summand(&mut self, id: AggregateId, span: Span) -> Local {
        let aggregate = &self.cx.program.aggregates[id];
        if aggregate.kind == AggregateKind::Count {
            return self.b.wide(1);
        }
        let value = self.block(&aggregate.value.block).expect("what is summed up is a value");
        match (aggregate.kind, self.b.kind(value)) {
            (AggregateKind::SumMoney, _) => match &aggregate.value.block.ty {
                Type::Money => value,
                ty => self.convert(value, ty, &Type::Money, span),
            },
            (_, Kind::I64) => self.b.extend(value),
            _ => value,
        }
    }

    /// What an aggregate holds for a group, as a value of the expression's type.
    pub fn kept(&mut self, id: AggregateId, group: &[lwas_check::hir::Expr], ty: &Type, span: Span) -> Local {
        let group = self.exprs(group);
        let op = HostOp::AggregateGet(aggregate_id(id));
        if self.cx.program.aggregates[id].kind == AggregateKind::SumMoney {
            return self.host(op, &group, Kind::Ref, span);
        }
        let sum = self.host(op, &group, Kind::I128, span);
        match self.cx.value_kind(ty) {
            Kind::I64 => {
                let site = self.site(span);
                self.b.narrow(sum, site)
            }
            _ => sum,
        }
    }
}
