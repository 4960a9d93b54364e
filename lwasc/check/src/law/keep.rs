//! Aggregates that are kept by difference. One is over all rows of a state, by group: it may look at the stored fields of the row
//! alone, so that a change of the row is all that changes it. Equal ones are kept once.
//!
//! What is kept is a number, or an order of the rows, for a smallest or largest, a first or last, or a quantile.

use super::conjuncts::{equality, has_order, is_constant, join, perhaps_none, split};
use crate::declare::shapes::is_key;
use crate::hir::{
    Aggregate, AggregateId, AggregateKind, AggregateOp, Binder, Block, Body, Expr, ExprKind, FunctionKind, Local,
    LocalId, Program, State, StateId, Stmt, Type,
};
use crate::walk::{Rewrite, Visit, rewrite_block, rewrite_expr, rewrite_stmt, visit_expr};
use cranelift_entity::{EntityRef, PrimaryMap};
use lwas_base::{FileId, Span};
use std::collections::{HashMap, HashSet};

/// The most digits that are stored.
const MAX_STORED_DIGITS: u8 = 18;

/// What is kept so far.
#[derive(Default)]
pub(super) struct Kept {
    pub list: PrimaryMap<AggregateId, Aggregate>,
    /// Equal ones have equal prints.
    by_print: HashMap<String, AggregateId>,
    /// How many each item has.
    names: HashMap<String, usize>,
}

/// An aggregate over rows that should be kept.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'e> {
    pub op: AggregateOp,
    pub state: StateId,
    pub binder: &'e Binder,
    pub value: Option<&'e Expr>,
    /// Microseconds of a window.
    pub over: Option<i64>,
    /// The share of a quantile, in units of 10⁻¹².
    pub share: Option<i64>,
    pub span: Span,
}

/// Why one can't be kept.
pub(super) struct Refused {
    pub why: String,
    pub at: Span,
    pub cure: String,
}

fn refused<T>(at: Span, why: impl Into<String>, cure: impl Into<String>) -> Result<T, Refused> {
    Err(Refused { why: why.into(), at, cure: cure.into() })
}

impl Kept {
    /// Keeps an aggregate, or finds an equal one: which it is, and the values of its group.
    pub fn keep(
        &mut self,
        program: &Program,
        locals: &PrimaryMap<LocalId, Local>,
        item: &str,
        wanted: Wanted,
    ) -> Result<(AggregateId, Vec<Expr>), Refused> {
        let state = &program.states[wanted.state];
        let Some(row) = wanted.binder.vars.first().copied() else {
            return refused(wanted.span, "it has no row", "name the row: `for x in …`");
        };
        let mut parts = split(wanted.binder.filter.clone());
        let value = match (wanted.op, wanted.value) {
            (AggregateOp::Any, Some(value)) => {
                parts.extend(split(Some(value.clone())));
                None
            }
            (AggregateOp::All, Some(value)) => {
                let kind = ExprKind::Not(Box::new(value.clone()));
                parts.push(Expr { ty: Type::Bool, span: value.span, kind });
                None
            }
            (_, value) => value.cloned(),
        };
        let open =
            parts.iter().find_map(|part| perhaps_none(part, row, state)).map(|(field, value)| (field, value.span));
        let (group, filter) = grouped(program, wanted.state, row, parts);
        let (fields, values): (Vec<u32>, Vec<Expr>) = group.into_iter().unzip();
        let own = Own { program, state, row, locals, inner: HashSet::new(), wrong: None };
        own.check(filter.iter().chain(value.as_ref())).map_err(|refused| open_group(state, open).unwrap_or(refused))?;
        let kind = kind(&wanted, value.as_ref())?;
        if wanted.op == AggregateOp::Quantile {
            must_be_ordered_by_key(state, wanted.span)?;
        }
        let made = aggregate(&wanted, locals, row, fields, kind, value, filter);
        let print = print(&made);
        if let Some(same) = self.by_print.get(&print) {
            self.list[*same].read_quantile(wanted.share);
            return Ok((*same, values));
        }
        let count = self.names.entry(item.to_owned()).or_default();
        *count += 1;
        let name = if *count == 1 { item.to_owned() } else { format!("{item}.{count}") };
        let id = self.list.push(Aggregate { name, ..made });
        self.list[id].read_quantile(wanted.share);
        self.by_print.insert(print, id);
        Ok((id, values))
    }
}

/// Why there is no group: what a field is compared with may be `none`.
fn open_group(state: &State, open: Option<(u32, Span)>) -> Option<Refused> {
    let (field, at) = open?;
    let name = state.fields[field as usize].name;
    let why = format!("this may be `none`, and no row is counted for a `{name}` of `none`");
    Some(Refused {
        why,
        at,
        cure: "ask first whether it is there: `x == none or …`, or `if x != none { … }`".to_owned(),
    })
}

/// Parts that say which group, by field, and the rest as a filter. What a constant is compared with filters: it needs no group.
fn grouped(program: &Program, of: StateId, row: LocalId, parts: Vec<Expr>) -> (Vec<(u32, Expr)>, Option<Expr>) {
    let state = &program.states[of];
    let mut group: Vec<(u32, Expr)> = vec![];
    let mut rest: Vec<Expr> = vec![];
    let mut there: Vec<Expr> = vec![];
    for at in 0..parts.len() {
        let found = equality(&parts[at], row, state, &parts[..at]).filter(|e| {
            is_key(program, &e.value.ty) && !is_constant(e.value) && group.iter().all(|(field, _)| *field != e.field)
        });
        let Some(found) = found else {
            rest.push(parts[at].clone());
            continue;
        };
        group.push((found.field, found.value.clone()));
        let field = &state.fields[found.field as usize];
        if matches!(field.ty, Type::Option(_)) {
            there.push(is_there(parts[at].span, row, found.field, field.ty.clone(), Type::Row(of)));
        }
    }
    group.sort_by_key(|(field, _)| *field);
    (group, join(there.into_iter().chain(rest)))
}

/// `row.field != none`.
fn is_there(span: Span, row: LocalId, field: u32, ty: Type, of: Type) -> Expr {
    let base = Box::new(Expr { ty: of, span, kind: ExprKind::Local(row) });
    let operand = Box::new(Expr { ty, span, kind: ExprKind::Field { base, field } });
    Expr { ty: Type::Bool, span, kind: ExprKind::IsNone { operand, negated: true } }
}

impl Aggregate {
    /// The quantile of this share is read too.
    fn read_quantile(&mut self, share: Option<i64>) {
        let new = share.filter(|share| !self.shares.contains(share));
        self.shares.extend(new);
    }
}

/// Rows of equal values stand in order of key, of which the one beside is looked for.
fn must_be_ordered_by_key(state: &State, span: Span) -> Result<(), Refused> {
    match state.fields.iter().take(state.key).find(|key| !has_order(&key.ty)) {
        None => Ok(()),
        Some(key) => {
            let why = format!("`{}` is of the key of `{}` and has no order", key.name, state.name);
            refused(span, why, "append what it is of to a journal, and ask for the quantile there")
        }
    }
}

/// Whether the values of rows matter, else rows are counted, or kept in order of key.
fn takes_values(op: AggregateOp) -> bool {
    matches!(op, AggregateOp::Sum | AggregateOp::Avg) || orders_values(op)
}

fn orders_values(op: AggregateOp) -> bool {
    matches!(op, AggregateOp::Min | AggregateOp::Max | AggregateOp::Quantile)
}

/// What is kept.
fn kind(wanted: &Wanted, value: Option<&Expr>) -> Result<AggregateKind, Refused> {
    if matches!(wanted.op, AggregateOp::First | AggregateOp::Last) {
        return Ok(AggregateKind::Order);
    }
    if !takes_values(wanted.op) {
        return Ok(AggregateKind::Count);
    }
    let Some(value) = value else { return Ok(AggregateKind::Count) };
    if orders_values(wanted.op) {
        return order(value);
    }
    match &value.ty {
        Type::Int | Type::Error => Ok(AggregateKind::SumInt),
        Type::Money => Ok(AggregateKind::SumMoney),
        Type::Decimal(digits) | Type::Amount(_, digits) if *digits > MAX_STORED_DIGITS => {
            let why = format!("it has {digits} digits, and at most {MAX_STORED_DIGITS} are kept");
            refused(value.span, why, "round each summand: `round(…, n)`")
        }
        Type::Decimal(_) | Type::Amount(..) | Type::Duration => Ok(AggregateKind::SumWide),
        Type::Float => refused(
            value.span,
            "a sum of Floats depends on the order in which they are added",
            "add exact numbers: `round(…, n)`; or ask for it in a query",
        ),
        _ => refused(value.span, "what is added up has no digits of its own", "round each summand: `round(…, n)`"),
    }
}

/// What has an order in a table: numbers of a known number of digits, times and texts.
fn order(value: &Expr) -> Result<AggregateKind, Refused> {
    match &value.ty {
        Type::Decimal(digits) | Type::Amount(_, digits) if *digits > MAX_STORED_DIGITS => {
            let why = format!("it has {digits} digits, and at most {MAX_STORED_DIGITS} are kept");
            refused(value.span, why, "round it: `round(…, n)`")
        }
        Type::Error => Ok(AggregateKind::Order),
        ty if has_order(ty) => Ok(AggregateKind::Order),
        Type::Money => refused(
            value.span,
            "this is Money of any currency, of which no order is kept",
            "keep amounts of one currency: a field of type `USD`",
        ),
        Type::Float => refused(value.span, "no order of Floats is kept", "keep exact numbers: `round(…, n)`"),
        _ => refused(value.span, "it has no digits of its own", "round it: `round(…, n)`"),
    }
}

fn aggregate(
    wanted: &Wanted,
    from: &PrimaryMap<LocalId, Local>,
    row: LocalId,
    group: Vec<u32>,
    kind: AggregateKind,
    value: Option<Expr>,
    filter: Option<Expr>,
) -> Aggregate {
    let mut move_over = MoveOver { from, map: HashMap::new(), locals: PrimaryMap::new() };
    let mut param = row;
    move_over.local(&mut param);
    let (mut value, mut filter) = (value.filter(|_| takes_values(wanted.op)), filter);
    value.iter_mut().chain(&mut filter).for_each(|expr| move_over.expr(expr));
    let ty = value.as_ref().map_or(Type::Unit, |value| value.ty.clone());
    let block = Block { statements: vec![], span: wanted.span, ty, value: value.map(Box::new) };
    let value = Body { locals: move_over.locals, params: vec![param], block };
    let Wanted { state, over, span, .. } = *wanted;
    Aggregate { name: String::new(), state, group, kind, value, filter, over, shares: vec![], span }
}

/// Gives the locals of an expression new numbers in a body of its own, in the order in which they are met.
struct MoveOver<'a> {
    from: &'a PrimaryMap<LocalId, Local>,
    map: HashMap<LocalId, LocalId>,
    locals: PrimaryMap<LocalId, Local>,
}

impl Rewrite for MoveOver<'_> {
    fn local(&mut self, local: &mut LocalId) {
        let (from, locals) = (self.from, &mut self.locals);
        *local = *self.map.entry(*local).or_insert_with_key(|local| locals.push(from[*local].clone()));
    }
}

/// The same text for equal aggregates: what they are made of, without places and names.
fn print(aggregate: &Aggregate) -> String {
    let (mut block, mut filter) = (aggregate.value.block.clone(), aggregate.filter.clone());
    Nowhere.block(&mut block);
    filter.iter_mut().for_each(|filter| Nowhere.expr(filter));
    let types: Vec<&Type> = aggregate.value.locals.values().map(|local| &local.ty).collect();
    let Aggregate { state, group, kind, over, .. } = aggregate;
    format!("{:?} {group:?} {kind:?} {over:?} {types:?} {block:?} {filter:?}", state.index())
}

/// Forgets places.
struct Nowhere;

impl Nowhere {
    fn span() -> Span {
        Span::new(FileId(0), 0, 0)
    }
}

impl Rewrite for Nowhere {
    fn expr(&mut self, expr: &mut Expr) {
        expr.span = Nowhere::span();
        rewrite_expr(self, expr);
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        stmt.span = Nowhere::span();
        rewrite_stmt(self, stmt);
    }

    fn block(&mut self, block: &mut Block) {
        block.span = Nowhere::span();
        rewrite_block(self, block);
    }
}

/// Looks for what is not of the row alone.
struct Own<'a> {
    program: &'a Program,
    state: &'a State,
    row: LocalId,
    locals: &'a PrimaryMap<LocalId, Local>,
    /// Locals that are bound inside.
    inner: HashSet<LocalId>,
    wrong: Option<Refused>,
}

impl Own<'_> {
    fn check<'e>(mut self, list: impl Iterator<Item = &'e Expr>) -> Result<(), Refused> {
        list.for_each(|expr| self.expr(expr));
        self.wrong.map_or(Ok(()), Err)
    }

    fn wrong(&mut self, at: Span, why: String, cure: &str) {
        self.wrong.get_or_insert(Refused { why, at, cure: cure.to_owned() });
    }

    fn field(&mut self, expr: &Expr, field: u32) {
        if (field as usize) >= self.state.stored {
            let name = self.state.fields[field as usize].name;
            let why = format!("`{name}` is computed, and only stored fields can be followed");
            self.wrong(expr.span, why, "say what it is computed from, or store the value in the row");
        }
    }

    fn row_as_whole(&mut self, expr: &Expr) {
        if !self.state.computed.is_empty() {
            let why = format!("this takes the whole row, with what `{}` computes", self.state.name);
            self.wrong(expr.span, why, "take the fields one by one");
        }
    }

    fn other_local(&mut self, expr: &Expr, local: LocalId) {
        let row = self.locals[self.row].name;
        let name = self.locals[local].name;
        let shown = if name.as_str().starts_with(' ') { "this row's field".to_owned() } else { format!("`{name}`") };
        let why = format!("{shown} is not of the row `{row}`");
        let cure = format!("compare a field of `{row}` with it by `==`, or store the value in the row");
        self.wrong(expr.span, why, &cure);
    }
}

impl Visit for Own<'_> {
    fn expr(&mut self, expr: &Expr) {
        const STORE: &str = "store the value in the row";
        match &expr.kind {
            ExprKind::Field { base, field } => {
                if let ExprKind::Local(local) = base.kind
                    && local == self.row
                {
                    return self.field(expr, *field);
                }
            }
            ExprKind::Local(local) if *local == self.row => self.row_as_whole(expr),
            ExprKind::Local(local) if !self.inner.contains(local) => self.other_local(expr, *local),
            ExprKind::Row { .. }
            | ExprKind::RowGet { .. }
            | ExprKind::RowHas { .. }
            | ExprKind::Single(_)
            | ExprKind::Kept { .. } => self.wrong(expr.span, "this reads other rows".to_owned(), STORE),
            ExprKind::Aggregate { binder, .. }
            | ExprKind::Comprehension { binder, .. }
            | ExprKind::MapComprehension { binder, .. }
            | ExprKind::Sort { binder, .. }
            | ExprKind::Fold { binder, .. }
                if matches!(binder.source, crate::hir::Source::Rows { .. }) =>
            {
                self.wrong(expr.span, "this reads other rows".to_owned(), STORE);
            }
            ExprKind::Builtin { builtin, .. } => {
                use crate::hir::Builtin;
                if matches!(builtin, Builtin::Now | Builtin::EventSeq | Builtin::Caller) {
                    self.wrong(expr.span, "this changes without the row".to_owned(), STORE);
                }
            }
            ExprKind::Call { function, .. } if self.program.functions[*function].kind != FunctionKind::Fn => {
                self.wrong(expr.span, "a query reads more than the row".to_owned(), "use a `fn` of the row's fields");
            }
            _ => {}
        }
        visit_expr(self, expr);
    }

    fn bound(&mut self, local: LocalId) {
        self.inner.insert(local);
    }
}
