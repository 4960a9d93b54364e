//! Aggregates and loops over rows: each becomes kept by difference, or goes through the key or index that most parts of its
//! filter fit, or is refused with the cure.

use super::Mode;
use super::conjuncts::{Equality, Side, equality, join, perhaps_none, side, split};
use super::keep::{Kept, Wanted};
use crate::errors::laws::{self, Asker};
use crate::hir::{
    Access, AggregateId, AggregateOp, Binder, CompareOp, End, Expr, ExprKind, Local, LocalId, Program, Range, Source,
    State, StateId, StateKind, Type,
};
use crate::walk::{Rewrite, is_unknown, rewrite_binder, rewrite_expr};
use cranelift_entity::PrimaryMap;
use lwas_base::{Diagnostics, Span};

/// Rewrites one body.
pub(super) struct Rewriter<'a> {
    program: &'a Program,
    kept: &'a mut Kept,
    mode: Mode,
    asker: &'a Asker,
    /// The item that the body belongs to: aggregates are named after it.
    item: &'a str,
    locals: &'a PrimaryMap<LocalId, Local>,
    sink: &'a mut Diagnostics,
}

impl<'a> Rewriter<'a> {
    pub fn new(
        program: &'a Program,
        kept: &'a mut Kept,
        (mode, asker): (Mode, &'a Asker),
        item: &'a str,
        locals: &'a PrimaryMap<LocalId, Local>,
        sink: &'a mut Diagnostics,
    ) -> Rewriter<'a> {
        Rewriter { program, kept, mode, asker, item, locals, sink }
    }

    /// An aggregate over rows, whose parts have been rewritten.
    fn aggregate(&mut self, expr: &mut Expr) {
        let ExprKind::Aggregate { op, binder, value, .. } = &mut expr.kind else { return };
        let Source::Rows { state, .. } = binder.source else { return };
        let (op, span) = (*op, expr.span);
        if binder.filter.iter().chain(value.as_deref()).any(is_unknown) {
            return;
        }
        let keepable = match (self.mode, op) {
            (Mode::Query, _) => false,
            // A sum of Floats is made anew, in order of key: it depends on that order.
            (Mode::Write, AggregateOp::Sum) if value.as_ref().is_some_and(|value| value.ty == Type::Float) => false,
            (_, AggregateOp::Sum | AggregateOp::Count) => true,
            // Stopping at the first is cheaper than keeping, where an index leads there.
            (mode, AggregateOp::All | AggregateOp::Any) => mode == Mode::Law,
            _ => false,
        };
        if !keepable {
            return self.through(binder, span);
        }
        let wanted = Wanted { op, state, binder, value: value.as_deref(), span };
        match self.kept.keep(self.program, self.locals, self.item, wanted) {
            Ok((aggregate, group)) => *expr = result(op, aggregate, group, expr),
            Err(_) if self.mode == Mode::Write => self.through(binder, span),
            Err(refused) => {
                let name = self.program.states[state].name.as_str();
                let asker = self.asker;
                self.sink.push(laws::not_kept(span, name, &refused.why, refused.at, &refused.cure, asker));
            }
        }
    }

    /// A loop that can't be kept: through the key or an index where one fits.
    fn through(&mut self, binder: &mut Binder, span: Span) {
        let Source::Rows { state, .. } = binder.source else { return };
        if binder.filter.as_ref().is_some_and(is_unknown) {
            return;
        }
        let of = &self.program.states[state];
        if self.mode == Mode::Law {
            return self.sink.push(laws::law_loops(span, of.name.as_str(), self.asker));
        }
        let found = choose(of, state, binder);
        if !found && self.mode == Mode::Write {
            let help = scan_help(of, binder, self.locals);
            self.sink.push(laws::scan(binder_span(binder, span), of.name.as_str(), help, self.asker));
        }
    }
}

impl Rewrite for Rewriter<'_> {
    fn expr(&mut self, expr: &mut Expr) {
        if let ExprKind::Aggregate { binder, value, limit, .. } = &mut expr.kind
            && matches!(binder.source, Source::Rows { .. })
        {
            rewrite_binder(self, binder);
            value.iter_mut().chain(limit).for_each(|inner| self.expr(inner));
            self.aggregate(expr);
        } else {
            rewrite_expr(self, expr);
        }
    }

    fn binder(&mut self, binder: &mut Binder) {
        rewrite_binder(self, binder);
        if let Some(var) = binder.vars.first() {
            let span = self.locals[*var].span;
            self.through(binder, span);
        }
    }
}

fn binder_span(binder: &Binder, span: Span) -> Span {
    binder.filter.as_ref().filter(|filter| filter.span.file == span.file).map_or(span, |filter| span.to(filter.span))
}

/// What stands for the aggregate: what is kept, or for `all` and `any` whether the count of what matters is zero.
fn result(op: AggregateOp, aggregate: AggregateId, group: Vec<Expr>, was: &Expr) -> Expr {
    let (ty, span) = (was.ty.clone(), was.span);
    let op = match op {
        AggregateOp::All => CompareOp::Equal,
        AggregateOp::Any => CompareOp::NotEqual,
        _ => return Expr { ty, span, kind: ExprKind::Kept { aggregate, group } },
    };
    let left = Box::new(Expr { ty: Type::Int, span, kind: ExprKind::Kept { aggregate, group } });
    let right = Box::new(Expr { ty: Type::Int, span, kind: ExprKind::Int(0) });
    Expr { ty, span, kind: ExprKind::Compare { op, left, right } }
}

/// A way to rows: which parts of a filter it stands for.
#[derive(Debug)]
struct Way {
    /// An index, or the key.
    index: Option<u32>,
    /// The parts that say what its first fields equal, in order.
    equal: Vec<usize>,
    /// The parts that say between what the next field lies.
    from: Option<usize>,
    to: Option<usize>,
}

impl Way {
    /// More fields that are equal are better, then more ends of a range.
    fn worth(&self) -> (usize, usize) {
        (self.equal.len(), usize::from(self.from.is_some()) + usize::from(self.to.is_some()))
    }
}

/// A filter's parts, and what they say of the row.
struct Parts<'a> {
    state: &'a State,
    row: LocalId,
    list: Vec<Expr>,
}

impl Parts<'_> {
    fn equality(&self, at: usize) -> Option<Equality<'_>> {
        equality(&self.list[at], self.row, self.state, &self.list[..at])
    }

    fn side(&self, at: usize) -> Option<Side<'_>> {
        side(&self.list[at], self.row, self.state, &self.list[..at])
    }

    /// The first part that says what a field equals.
    fn equal(&self, field: u32) -> Option<usize> {
        (0..self.list.len()).find(|at| self.equality(*at).is_some_and(|found| found.field == field))
    }

    /// The first part that gives a field's lower, or upper, end.
    fn end(&self, field: u32, is_lower: bool) -> Option<usize> {
        let fits = |found: Side| found.field == field && found.is_lower == is_lower;
        (0..self.list.len()).find(|at| self.side(*at).is_some_and(fits))
    }

    /// How far the fields of an index, or of the key, lead.
    fn way(&self, index: Option<u32>, fields: &[u32]) -> Way {
        let equal: Vec<usize> = fields.iter().map_while(|field| self.equal(*field)).collect();
        let next = fields.get(equal.len());
        let end = |is_lower| next.and_then(|field| self.end(*field, is_lower));
        Way { index, from: end(true), to: end(false), equal }
    }

    /// The best way; of equally good ones the key, then the index that was declared first.
    fn best(&self) -> Way {
        let key: Vec<u32> = (0..).take(self.state.key).collect();
        let indexes = (0..).zip(&self.state.indexes).map(|(number, fields)| self.way(Some(number), fields));
        indexes.fold(self.way(None, &key), |best, way| if way.worth() > best.worth() { way } else { best })
    }

    /// The values of a way.
    fn access(&self, way: &Way) -> Access {
        let values = way.equal.iter().filter_map(|at| self.equality(*at)).map(|found| found.value.clone()).collect();
        let end = |at: Option<usize>| {
            let found = self.side(at?)?;
            Some(End { value: found.value.clone(), included: found.included })
        };
        let range = Range { from: end(way.from), to: end(way.to) };
        match way.index {
            None => Access::Key(values, range),
            Some(index) => Access::Index(index, values, range),
        }
    }
}

/// Takes the key or index of which most leading fields are given; the parts of the filter that say so are dropped from it.
fn choose(state: &State, id: StateId, binder: &mut Binder) -> bool {
    let Some(row) = binder.vars.first().copied() else { return false };
    let parts = Parts { state, row, list: split(binder.filter.take()) };
    let way = parts.best();
    let found = way.worth() > (0, 0);
    if found {
        binder.source = Source::Rows { state: id, access: parts.access(&way) };
    }
    let used = |at: usize| way.equal.contains(&at) || way.from == Some(at) || way.to == Some(at);
    binder.filter = join(parts.list.into_iter().enumerate().filter(|(at, _)| !used(*at)).map(|(_, part)| part));
    found
}

/// What to add so that the rows are found.
fn scan_help(state: &State, binder: &Binder, locals: &PrimaryMap<LocalId, Local>) -> String {
    let Some(row) = binder.vars.first().copied() else { return String::new() };
    let parts = Parts { state, row, list: split(binder.filter.clone()) };
    let all = 0..parts.list.len();
    let equal = all.clone().find_map(|at| parts.equality(at).map(|found| found.field));
    let lies = all.clone().find_map(|at| parts.side(at).map(|found| found.field));
    let open = || parts.list.iter().find_map(|part| perhaps_none(part, row, state));
    match (equal, lies) {
        (Some(equal), Some(lies)) if equal != lies => index_of(state, &[equal, lies]),
        (Some(field), _) | (None, Some(field)) => index_cure(state, field),
        (None, None) => match open() {
            Some((field, _)) => {
                let name = state.fields[field as usize].name;
                format!(
                    "what `{name}` is compared with may be `none`, which finds no rows: ask first, `if … != none {{ … }}`"
                )
            }
            None => {
                let row = locals[row].name;
                format!("say which rows by their key or an indexed field: `where {row}.field == …`")
            }
        },
    }
}

/// "Add an index of these fields".
fn index_of(state: &State, fields: &[u32]) -> String {
    let names = fields.iter().map(|field| state.fields[*field as usize].name.to_string()).collect::<Vec<_>>();
    format!("add `index ({})` on a line of its own to `{}`", names.join(", "), state.name)
}

/// "Add `index` to …".
pub(super) fn index_cure(state: &State, field: u32) -> String {
    let name = state.fields[field as usize].name;
    // A key's field, and what a journal has by itself, is declared where no `index` can stand.
    let own = if state.kind == StateKind::Journal { 2 } else { state.key };
    if (field as usize) < own {
        return index_of(state, &[field]);
    }
    format!("add `index` to `{name}` in `{}`", state.name)
}
