//! Orders of rows: hidden states that the functions that write rows keep by difference, for a smallest or largest, a first or last, and
//! quantiles, of a window or a group.
//!
//! A member is a row's key with its group and value, and is found through an index of group, value and key, of which the ends are
//! read. The row at the rank of a quantile is kept beside: when a row comes or goes, the rank moves by at most one and so does what stands
//! before the row, so that it is this row again or one of its two neighbours, whatever the number of rows. Rows of equal values
//! stand in order of key.

use crate::body::Fx;
use crate::row::RowForm;
use crate::tables::Lower;
use crate::ty::{aggregate_id, state_id};
use lwas_base::{Span, Symbol};
use lwas_check::hir::{Aggregate, AggregateId, AggregateKind, ArithOp, Expr, Field, Type};
use lwas_exact::Mode;
use lwas_ir::{self as ir, CompareOp, End, HostOp, Kind, Local};

/// Digits of a share, as `shares` counts them.
const SHARE_DIGITS: u8 = 12;

/// A whole number in 128 bits.
const COUNT: Type = Type::Decimal(0);

/// The hidden states of an aggregate, where it keeps an order.
pub(crate) fn declare(cx: &mut Lower, aggregate: &Aggregate) -> Option<ir::Order> {
    if aggregate.kind != AggregateKind::Order {
        return None;
    }
    let members = members(cx, aggregate);
    let number = |n: usize| u32::try_from(n).expect("a state has few fields");
    let key = number(cx.program.states[aggregate.state].key);
    let ordered: Vec<u32> = (key..number(members.len())).chain(0..key).collect();
    let indexes = if members.len() > key as usize { vec![ordered] } else { vec![] };
    let members = hidden(cx, aggregate, "order", &members, (key, indexes));
    let ranks = (!aggregate.shares.is_empty()).then(|| {
        let fields = ranks(cx, aggregate);
        let key = number(1 + aggregate.group.len());
        hidden(cx, aggregate, "ranks", &fields, (key, vec![]))
    });
    Some(ir::Order { members, ranks })
}

/// What is read of an order by those who read its ends or ranks: the members of a group, of which others may change their values.
pub(crate) fn read(cx: &Lower, id: AggregateId) -> Option<ir::Source> {
    let (of, order) = (&cx.program.aggregates[id], cx.module.aggregates[aggregate_id(id)].order?);
    let parts = u8::try_from(of.group.len()).expect("a group has few parts");
    Some(ir::Source::Rows { state: order.members, index: index(cx, of), parts })
}

/// The index of the members: none where they are in order of key and are of no group.
fn index(cx: &Lower, of: &Aggregate) -> Option<u32> {
    (members(cx, of).len() > cx.program.states[of.state].key).then_some(0)
}

fn hidden(
    cx: &mut Lower,
    of: &Aggregate,
    what: &str,
    fields: &[Field],
    (key, indexes): (u32, Vec<Vec<u32>>),
) -> ir::StateId {
    let program = cx.program;
    let path = &program.modules[program.states[of.state].module].path;
    let stored = u32::try_from(fields.len()).expect("a state has few fields");
    let fields = fields.iter();
    let fields =
        fields.map(|f| ir::Field { name: f.name.as_str().to_owned(), ty: cx.ty(&f.ty), default: None }).collect();
    cx.module.states.push(ir::State {
        module: path.clone(),
        name: format!("{what}_{}", of.name.replace('.', "_")),
        kind: ir::StateKind::Keyed,
        fields,
        key,
        stored,
        computed: vec![],
        indexes,
        initial: None,
    })
}

fn field(name: &str, ty: Type, span: Span) -> Field {
    Field { name: Symbol::new(name), ty, default: None, fixed: false, span }
}

fn group(cx: &Lower, aggregate: &Aggregate) -> impl Iterator<Item = Field> {
    let of = &cx.program.states[aggregate.state];
    aggregate.group.iter().map(|number| {
        let of = &of.fields[*number as usize];
        match &of.ty {
            Type::Option(ty) => Field { ty: (**ty).clone(), ..of.clone() },
            _ => of.clone(),
        }
    })
}

fn key(cx: &Lower, aggregate: &Aggregate) -> impl Iterator<Item = Field> {
    let of = &cx.program.states[aggregate.state];
    of.fields.iter().take(of.key).cloned()
}

fn value(aggregate: &Aggregate) -> Option<Field> {
    let ty = &aggregate.value.block.ty;
    (*ty != Type::Unit).then(|| field("value", ty.clone(), aggregate.span))
}

/// A member: key, group, value.
fn members(cx: &Lower, aggregate: &Aggregate) -> Vec<Field> {
    key(cx, aggregate).chain(group(cx, aggregate)).chain(value(aggregate)).collect()
}

/// What stands at a rank: share and group, then the key and value of the row.
fn ranks(cx: &Lower, aggregate: &Aggregate) -> Vec<Field> {
    let share = field("share", Type::Int, aggregate.span);
    std::iter::once(share).chain(group(cx, aggregate)).chain(key(cx, aggregate)).chain(value(aggregate)).collect()
}

/// A row in an order.
struct Member {
    group: Vec<Local>,
    key: Vec<Local>,
    value: Option<Local>,
}

/// A rank of which the row is kept.
struct Rank<'a> {
    of: &'a Aggregate,
    order: ir::Order,
    ranks: ir::StateId,
    share: i64,
    span: Span,
}

impl Fx<'_, '_> {
    /// The order that an aggregate keeps.
    pub fn order_of(&self, id: AggregateId) -> Option<ir::Order> {
        self.cx.module.aggregates[aggregate_id(id)].order
    }

    /// Adds a row to an order, or takes it away.
    pub fn arrange(&mut self, id: AggregateId, order: ir::Order, row: Local, group: Vec<Local>, away: bool) {
        let of = &self.cx.program.aggregates[id];
        let key = (0..).take(self.cx.program.states[of.state].key);
        let key: Vec<Local> = key.map(|field| self.row_field(row, RowForm::Bare, of.state, field)).collect();
        let value = if of.value.block.ty == Type::Unit { None } else { self.block(&of.value.block) };
        let member = Member { group, key, value };
        let (count, one) = (aggregate_id(id), self.b.wide(1));
        let before = order.ranks.map(|_| self.host(HostOp::AggregateGet(count), &member.group, Kind::I128, of.span));
        let args: Vec<Local> = member.group.iter().copied().chain([one]).collect();
        let op = if away { HostOp::AggregateSub(count) } else { HostOp::AggregateAdd(count) };
        self.host_effect(op, &args, of.span);
        if away {
            self.host_effect(HostOp::RowDelete(order.members), &member.key, of.span);
        } else {
            let values = member.key.iter().chain(&member.group).chain(&member.value).copied();
            let (layout, size) = self.cx.layout(0, &members(self.cx, of));
            let made = self.made(size, layout.into_iter().map(|(offset, _)| offset).zip(values), of.span);
            self.host_effect(HostOp::RowPut(order.members), &[made], of.span);
        }
        let (Some(ranks), Some(before)) = (order.ranks, before) else { return };
        for share in &of.shares {
            let rank = Rank { of, order, ranks, share: *share, span: of.span };
            self.follow(&rank, &member, before, away);
        }
    }

    /// Moves what stands at a rank when a member has come or gone. `before`: how many there were.
    fn follow(&mut self, rank: &Rank<'_>, member: &Member, before: Local, away: bool) {
        let one = self.b.wide(1);
        let op = if away { ArithOp::Sub } else { ArithOp::Add };
        let count = self.arith_values(op, before, one, &COUNT, rank.span);
        let args = self.rank_args(rank.share, &member.group);
        let held = self.host(HostOp::RowGet(rank.ranks), &args, Kind::Ref, rank.span);
        let zero = self.b.wide(0);
        // Of none there is no rank, and the first that comes stands at each.
        let (few, many) = if away { (count, zero) } else { (before, zero) };
        let alone = self.compare_values(CompareOp::Equal, few, many, &COUNT, rank.span);
        let (single, several, done) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        self.b.branch(alone, single, several);
        self.b.switch_to(single);
        if away {
            self.host_effect(HostOp::RowDelete(rank.ranks), &args, rank.span);
        } else {
            let place: Vec<Local> = member.key.iter().chain(&member.value).copied().collect();
            self.put_rank(rank, &args, &place);
        }
        self.b.jump(done);
        self.b.switch_to(several);
        self.step_rank(rank, member, (held, &args), (before, count), away);
        self.b.jump(done);
        self.b.switch_to(done);
    }

    fn step_rank(
        &mut self,
        rank: &Rank<'_>,
        member: &Member,
        (held, args): (Local, &[Local]),
        (before, count): (Local, Local),
        away: bool,
    ) {
        let span = rank.span;
        let (key, value) = self.key_and_value(held, &ranks(self.cx, rank.of), (args.len(), rank.of));
        let at = Member { group: member.group.clone(), key, value };
        let smaller = self.is_before(rank.of, member, &at);
        let smaller = self.b.extend(smaller);
        let stood = self.rank_of(rank.share, before, span);
        let wanted = self.rank_of(rank.share, count, span);
        let op = if away { ArithOp::Sub } else { ArithOp::Add };
        let stands = self.arith_values(op, stood, smaller, &COUNT, span);
        let back = self.compare_values(CompareOp::Less, wanted, stands, &COUNT, span);
        let mut on = self.compare_values(CompareOp::Less, stands, wanted, &COUNT, span);
        if away {
            // Where the row itself has gone, the one behind it has its rank now.
            let gone = self.is_same(rank.of, member, &at);
            on = self.choose(gone, Kind::I64, |fx| fx.b.not(back), |_| on);
        }
        self.when(on, |fx| fx.go_to_neighbour(rank, &at, args, true));
        self.when(back, |fx| fx.go_to_neighbour(rank, &at, args, false));
    }

    fn rank_args(&mut self, share: i64, group: &[Local]) -> Vec<Local> {
        std::iter::once(self.b.int(share)).chain(group.iter().copied()).collect()
    }

    /// The key, which stands at a field, and the value, which is the last, of a hidden row.
    fn key_and_value(
        &mut self,
        row: Local,
        fields: &[Field],
        (at, of): (usize, &Aggregate),
    ) -> (Vec<Local>, Option<Local>) {
        let (layout, _) = self.cx.layout(0, fields);
        let mut load = |(offset, kind): &(u32, Kind)| self.b.load(*kind, row, *offset);
        let key = layout[at..].iter().take(self.cx.program.states[of.state].key);
        let key = key.map(&mut load).collect();
        (key, value(of).and_then(|_| layout.last()).map(load))
    }

    /// The nearest rank among so many, from 1: ⌈share · count⌉, and for a share of 0 the first.
    fn rank_of(&mut self, share: i64, count: Local, span: Span) -> Local {
        let of = Type::Decimal(SHARE_DIGITS);
        let share = self.b.wide(share.into());
        let exact = self.arith_values(ArithOp::Mul, share, count, &of, span);
        let rank = self.rescaled(exact, SHARE_DIGITS, 0, Mode::Ceil, span);
        let one = self.b.wide(1);
        let is_none = self.compare_values(CompareOp::Less, rank, one, &COUNT, span);
        self.choose(is_none, Kind::I128, |_| one, |_| rank)
    }

    /// What members of a group are ordered by: the value, then the key, each with its type.
    fn places(&self, of: &Aggregate, member: &Member) -> Vec<(Local, Type)> {
        let key = self.cx.program.states[of.state].fields.iter().map(|field| field.ty.clone());
        let types = value(of).map(|field| field.ty).into_iter().chain(key);
        member.value.iter().chain(&member.key).copied().zip(types).collect()
    }

    fn is_same(&mut self, of: &Aggregate, member: &Member, other: &Member) -> Local {
        let (places, others) = (self.places(of, member), self.places(of, other));
        let mut same = self.b.int(1);
        for ((a, ty), (b, _)) in places.into_iter().zip(others) {
            let equal = self.compare_values(CompareOp::Equal, a, b, &ty, of.span);
            same = self.choose(equal, Kind::I64, |_| same, |fx| fx.b.int(0));
        }
        same
    }

    /// Whether a member stands before another.
    fn is_before(&mut self, of: &Aggregate, member: &Member, other: &Member) -> Local {
        let (places, others) = (self.places(of, member), self.places(of, other));
        let mut before = self.b.int(0);
        for ((a, ty), (b, _)) in places.into_iter().zip(others).rev() {
            let equal = self.compare_values(CompareOp::Equal, a, b, &ty, of.span);
            let less = |fx: &mut Self| fx.compare_values(CompareOp::Less, a, b, &ty, of.span);
            before = self.choose(equal, Kind::I64, |_| before, less);
        }
        before
    }

    /// `place`: key and value.
    fn put_rank(&mut self, rank: &Rank<'_>, args: &[Local], place: &[Local]) {
        let (layout, size) = self.cx.layout(0, &ranks(self.cx, rank.of));
        let values = args.iter().chain(place).copied();
        let made = self.made(size, layout.into_iter().map(|(offset, _)| offset).zip(values), rank.span);
        self.host_effect(HostOp::RowPut(rank.ranks), &[made], rank.span);
    }

    /// The member behind or before one takes its place at a rank: of the same value the next by key, else of the next value.
    fn go_to_neighbour(&mut self, rank: &Rank<'_>, at: &Member, args: &[Local], behind: bool) {
        let places: Vec<Local> = self.places(rank.of, at).into_iter().map(|(place, _)| place).collect();
        let zero = self.b.int(0);
        let mut found = None;
        // What is the same in most places is nearest.
        for number in (0..places.len()).rev() {
            let first: Vec<Local> = at.group.iter().chain(&places[..number]).copied().collect();
            let scan = |fx: &mut Self| fx.neighbour(rank, &first, places[number], behind);
            found = Some(match found {
                None => scan(self),
                Some(near) => {
                    let length = self.b.length(near);
                    let is_none = self.b.compare(CompareOp::Equal, length, zero);
                    self.choose(is_none, Kind::Ref, scan, |_| near)
                }
            });
        }
        let site = self.site(rank.span);
        let found = found.expect("a key has a field");
        let member = self.b.element(Kind::Ref, found, zero, site);
        let (key, value) = self.key_and_value(member, &members(self.cx, rank.of), (0, rank.of));
        let place: Vec<Local> = key.into_iter().chain(value).collect();
        self.put_rank(rank, args, &place);
    }

    /// The one member whose first fields are these, and whose next is the nearest to a value.
    fn neighbour(&mut self, rank: &Rank<'_>, first: &[Local], from: Local, behind: bool) -> Local {
        let limit = self.b.int(1);
        let args: Vec<Local> = first.iter().copied().chain([from, limit]).collect();
        let parts = u8::try_from(first.len()).expect("a key has few parts");
        let (from, to) = if behind { (End::Excluded, End::Open) } else { (End::Open, End::Excluded) };
        let op = HostOp::ScanEnds { state: rank.order.members, index: Some(0), parts, from, to, last: !behind };
        self.host(op, &args, Kind::Ref, rank.span)
    }

    /// The first or last rows of a group in an order, as a list in that order.
    pub fn ends_kept(&mut self, id: AggregateId, group: &[Expr], (limit, last): (Local, bool), span: Span) -> Local {
        let program = self.cx.program;
        let of = &program.aggregates[id];
        let order = self.order_of(id).expect("only of an order are the ends read");
        let mut args = self.exprs(group);
        args.push(limit);
        let (parts, index) = (u8::try_from(group.len()).expect("a group has few parts"), index(self.cx, of));
        let (from, to) = (End::Open, End::Open);
        let op = HostOp::ScanEnds { state: order.members, index, parts, from, to, last };
        let found = self.host(op, &args, Kind::Ref, span);
        let (length, zero, site) = (self.b.length(found), self.b.int(0), self.site(span));
        let rows = self.b.new_list(length, Kind::Ref, site);
        let (layout, _) = self.cx.layout(0, &members(self.cx, of));
        let key = layout.into_iter().take(program.states[of.state].key).collect::<Vec<_>>();
        self.count_up(zero, length, span, &mut |fx, at, _| {
            let site = fx.site(span);
            let member = fx.b.element(Kind::Ref, found, at, site);
            let key: Vec<Local> = key.iter().map(|(offset, kind)| fx.b.load(*kind, member, *offset)).collect();
            let row = fx.host(HostOp::RowGet(state_id(of.state)), &key, Kind::Ref, span);
            fx.b.push(rows, row);
        });
        rows
    }

    /// The quantile of a share that is kept: `none` of nothing.
    pub fn quantile_kept(&mut self, id: AggregateId, group: &[Expr], share: i64, span: Span) -> Local {
        let of = &self.cx.program.aggregates[id];
        let ranks_of = self.order_of(id).and_then(|order| order.ranks).expect("of a quantile the rank is kept");
        let group = self.exprs(group);
        let args = self.rank_args(share, &group);
        let held = self.host(HostOp::RowGet(ranks_of), &args, Kind::Ref, span);
        let is_none = self.is_none(held);
        self.choose(
            is_none,
            Kind::Ref,
            |fx| fx.b.none(),
            |fx| {
                let (layout, _) = fx.cx.layout(0, &ranks(fx.cx, of));
                let (offset, kind) = *layout.last().expect("what stands at a rank has a value");
                let value = fx.b.load(kind, held, offset);
                fx.boxed(value, &of.value.block.ty, span)
            },
        )
    }
}
