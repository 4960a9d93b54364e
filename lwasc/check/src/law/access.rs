//! Aggregates and loops over rows: each becomes kept by difference, or goes through the key or index that most parts of its
//! filter fit, or is refused with the cure.

use super::Mode;
use super::conjuncts::{equality, join, perhaps_none, split};
use super::keep::{Kept, Wanted};
use crate::errors::laws::{self, Asker};
use crate::hir::{
    Access, AggregateId, AggregateOp, Binder, CompareOp, Expr, ExprKind, Local, LocalId, Program, Source, State,
    StateId, Type,
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

/// Takes the key or index of which most leading fields are given; the parts of the filter that say so are dropped from it.
fn choose(state: &State, id: StateId, binder: &mut Binder) -> bool {
    let Some(row) = binder.vars.first().copied() else { return false };
    let parts = split(binder.filter.take());
    let part_of = |field: u32| {
        (0..parts.len()).find(|at| equality(&parts[*at], row, state, &parts[..*at]).is_some_and(|e| e.field == field))
    };
    let led = |fields: &mut dyn Iterator<Item = u32>| fields.map_while(part_of).collect::<Vec<usize>>();
    let key_fields = u32::try_from(state.key).expect("a state has few fields");
    let mut best = (None, led(&mut (0..key_fields)));
    for (number, fields) in (0..).zip(&state.indexes) {
        let found = led(&mut fields.iter().copied());
        if found.len() > best.1.len() {
            best = (Some(number), found);
        }
    }
    let (index, used) = best;
    let value = |at: &usize| equality(&parts[*at], row, state, &parts[..*at]).map(|e| e.value.clone());
    let values: Vec<Expr> = used.iter().filter_map(value).collect();
    let found = !values.is_empty();
    if found {
        let access = index.map_or_else(|| Access::Key(values.clone()), |index| Access::Index(index, values.clone()));
        binder.source = Source::Rows { state: id, access };
    }
    binder.filter = join(parts.into_iter().enumerate().filter(|(at, _)| !used.contains(at)).map(|(_, part)| part));
    found
}

/// What to add so that the rows are found.
fn scan_help(state: &State, binder: &Binder, locals: &PrimaryMap<LocalId, Local>) -> String {
    let Some(row) = binder.vars.first().copied() else { return String::new() };
    let parts = split(binder.filter.clone());
    let found = (0..parts.len()).find_map(|at| equality(&parts[at], row, state, &parts[..at]).map(|e| e.field));
    let open = || parts.iter().find_map(|part| perhaps_none(part, row, state));
    match (found, open()) {
        (Some(field), _) => index_cure(state, field),
        (None, Some((field, _))) => {
            let name = state.fields[field as usize].name;
            format!(
                "what `{name}` is compared with may be `none`, which finds no rows: ask first, `if … != none {{ … }}`"
            )
        }
        (None, None) => {
            let row = locals[row].name;
            format!("say which rows by their key or an indexed field: `where {row}.field == …`")
        }
    }
}

/// "Add `index` to …".
pub(super) fn index_cure(state: &State, field: u32) -> String {
    let name = state.fields[field as usize].name;
    if (field as usize) < state.key {
        return format!("add `index ({name})` on a line of its own to `{}`", state.name);
    }
    format!("add `index` to `{name}` in `{}`", state.name)
}
