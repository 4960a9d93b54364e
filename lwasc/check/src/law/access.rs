//! Aggregates and loops over rows: each becomes kept by difference, or goes through the key or index that most parts of its
//! filter fit, or is refused with the cure.

use super::Mode;
use super::conjuncts::{Equality, Side, equality, has_order, join, perhaps_none, side, split};
use super::keep::{Kept, Refused, Wanted};
use crate::errors::laws::{self, Asker};
use crate::hir::{
    Access, AggregateId, AggregateOp, ArithOp, Binder, Builtin, CompareOp, End, Expr, ExprKind, FractionOf, Local,
    LocalId, Program, Range, Source, State, StateId, StateKind, Type, Wish,
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
        let ExprKind::Aggregate { op, binder, value, limit } = &mut expr.kind else { return };
        let Source::Rows { state, .. } = binder.source else { return };
        let (op, span) = (*op, expr.span);
        let is_unknown = binder.filter.iter().chain(value.as_deref()).any(is_unknown);
        let (false, Ok(over)) = (is_unknown, self.length(binder)) else {
            // What is wrong with it has been said.
            expr.kind = ExprKind::Error;
            return;
        };
        if needs_order(op) {
            let given = limit.as_deref().filter(|_| op == AggregateOp::Quantile);
            let share = given.and_then(|share| constant_share(self.program, share, 0));
            let at = given.map_or(span, |share| share.span);
            let wanted = Wanted { op, state, binder, value: value.as_deref(), over, share, span };
            match self.ordered(wanted, at) {
                Some(Ok(kept)) => {
                    binder.source = Source::Rows { state, access: Access::Kept(kept.0, kept.1) };
                    (binder.filter, binder.over) = (None, None);
                    if let (Some(limit), Some(share)) = (limit, share) {
                        limit.kind = ExprKind::Wide(share.into());
                    }
                    return;
                }
                Some(Err(Told)) => {
                    expr.kind = ExprKind::Error;
                    return;
                }
                None => {}
            }
        }
        let keepable = match op {
            _ if !self.may_keep(over) => false,
            // A sum of Floats is made anew, in order of key: it depends on that order.
            AggregateOp::Sum | AggregateOp::Avg if self.mode == Mode::Write && is_float(value.as_deref()) => false,
            AggregateOp::Sum | AggregateOp::Count | AggregateOp::Avg | AggregateOp::Rate => true,
            // Rows of which none decides would all be gone through.
            AggregateOp::All | AggregateOp::Any => true,
            _ => false,
        };
        if !keepable {
            let wish = Wish::of(op, binder.vars.first().copied(), value.as_deref());
            if self.through_as(binder, span, wish).is_err() {
                expr.kind = ExprKind::Error;
                return;
            }
            return rate(expr, over);
        }
        let wanted = Wanted { op, state, binder, value: value.as_deref(), over, share: None, span };
        match self.keep(wanted) {
            Ok(kept) => *expr = result(op, kept, over, expr),
            Err(_) if self.mode == Mode::Write => {
                // Where this is refused too, it has been said.
                let _ = self.through(binder, span);
                rate(expr, over);
            }
            Err(refused) => {
                let name = self.program.states[state].name.as_str();
                let asker = self.asker;
                self.sink.push(laws::not_kept(span, name, &refused.why, refused.at, &refused.cure, asker));
                expr.kind = ExprKind::Error;
            }
        }
    }

    /// The length of a window, in microseconds.
    fn length(&mut self, binder: &Binder) -> Result<Option<i64>, Told> {
        let Some(over) = &binder.over else { return Ok(None) };
        if is_unknown(over) {
            return Err(Told);
        }
        match constant(self.program, over, 0) {
            Some(length) if length > 0 => Ok(Some(length)),
            _ => {
                self.sink.push(laws::window_length(over.span));
                Err(Told)
            }
        }
    }

    /// Whether what is kept may be read here. A window is kept as of the last entry's time, and whoever asks a query asks of a
    /// time of his own.
    fn may_keep(&self, over: Option<i64>) -> bool {
        self.mode != Mode::Query
            && (over.is_none() || (matches!(self.mode, Mode::Write | Mode::Alert) && self.asker.is_none()))
    }

    /// Keeps the order that an aggregate reads, where rows are not read through an index: what is kept, or that it was refused.
    /// None where rows are gone through, or an index is to be asked for. `at`: where the share of a quantile stands.
    fn ordered(&mut self, wanted: Wanted, at: Span) -> Option<Result<(AggregateId, Vec<Expr>), Told>> {
        let Wanted { op, state, binder, over, share, span, .. } = wanted;
        if !self.may_keep(over) {
            return None;
        }
        let of = &self.program.states[state];
        if over.is_none() && op != AggregateOp::Quantile {
            // An index is as good, and is said aloud; in rules one that leads to fewer rows does. A row of a state that is first may
            // change and stay the first.
            let wish = Wish::of(op, binder.vars.first().copied(), wanted.value);
            let is_wanted = wish.is_some_and(|wish| wish_help(of, binder, wish).is_some());
            let found = choose(of, state, &mut binder.clone(), false, wish);
            let is_found = found == Found::Ends || (found == Found::Rows && self.mode == Mode::Write);
            let changes = of.kind != StateKind::Journal && matches!(op, AggregateOp::First | AggregateOp::Last);
            if is_found || is_wanted || changes {
                return None;
            }
        }
        let kept = match (op, share) {
            (AggregateOp::Quantile, None) => Err(Refused {
                why: "the share is not known before the run".to_owned(),
                at,
                cure: "write out a share from 0 to 1, or give it a name: `const SHARE: Decimal(2) = 0.95`".to_owned(),
            }),
            _ => self.kept.keep(self.program, self.locals, self.item, wanted),
        };
        match kept {
            Ok(kept) => Some(Ok(kept)),
            Err(_) if self.mode == Mode::Write => None,
            Err(refused) => {
                let (name, asker) = (of.name.as_str(), self.asker);
                self.sink.push(laws::not_kept(span, name, &refused.why, refused.at, &refused.cure, asker));
                Some(Err(Told))
            }
        }
    }

    /// Keeps what an aggregate is made of: the sum and the count of an average.
    fn keep(&mut self, wanted: Wanted) -> Result<Held, Refused> {
        if wanted.op == AggregateOp::Avg && wanted.value.is_some_and(|value| value.ty == Type::Money) {
            return Err(Refused {
                why: "this is Money of any currency".to_owned(),
                at: wanted.span,
                cure: "say which: `sum(…)[currency] / count(…)`".to_owned(),
            });
        }
        let (sum, group) = self.kept.keep(self.program, self.locals, self.item, wanted)?;
        let count = match wanted.op {
            AggregateOp::Avg => {
                let wanted = Wanted { op: AggregateOp::Count, value: None, ..wanted };
                Some(self.kept.keep(self.program, self.locals, self.item, wanted)?)
            }
            _ => None,
        };
        let of = wanted.value.map(|value| value.ty.clone());
        Ok(Held { first: (sum, group), count, of })
    }

    /// A loop that can't be kept: through the key or an index where one fits.
    fn through(&mut self, binder: &mut Binder, span: Span) -> Result<(), Told> {
        self.through_as(binder, span, None)
    }

    /// The same of an aggregate that needs but the first or last rows where they come in the order that it wishes.
    fn through_as(&mut self, binder: &mut Binder, span: Span, wish: Option<Wish>) -> Result<(), Told> {
        let Source::Rows { state, .. } = binder.source else { return Ok(()) };
        if binder.filter.as_ref().is_some_and(is_unknown) {
            return Ok(());
        }
        let of = &self.program.states[state];
        let (name, over) = (of.name.as_str(), self.length(binder)?);
        if self.mode == Mode::Law && over.is_some() {
            self.sink.push(laws::law_reads_window(span, name, self.asker));
            return Err(Told);
        }
        let asks_now = self.mode == Mode::Query || self.asker.is_some();
        let first = over.map(|over| written_out(binder, of, state, over, asks_now));
        let to_ends = wish.and_then(|wish| wish_help(of, binder, wish));
        let to_rows = scan_help(of, binder, self.locals);
        let found = choose(of, state, binder, first.is_some(), wish);
        if self.mode >= Mode::Alert && (found != Found::Ends || first.is_some()) {
            let in_place = || "ask for it in the alert itself: a query may be asked of another time".to_owned();
            let help = if first.is_some() { self.asker.as_ref().map(|_| in_place()) } else { to_ends };
            self.sink.push(laws::law_loops(span, name, self.mode == Mode::Alert, help, self.asker));
            return Err(Told);
        }
        if found == Found::Nothing && self.mode == Mode::Write {
            let help = to_ends.unwrap_or(to_rows);
            self.sink.push(laws::scan(binder_span(binder, span), name, help, self.asker));
            return Err(Told);
        }
        Ok(())
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
            // A message was given.
            let _ = self.through(binder, span);
        }
    }
}

fn binder_span(binder: &Binder, span: Span) -> Span {
    binder.filter.as_ref().filter(|filter| filter.span.file == span.file).map_or(span, |filter| span.to(filter.span))
}

/// Whether an aggregate picks values or rows by their order.
fn needs_order(op: AggregateOp) -> bool {
    use AggregateOp::{First, Last, Max, Min, Quantile};
    matches!(op, Min | Max | First | Last | Quantile)
}

fn is_float(value: Option<&Expr>) -> bool {
    value.is_some_and(|value| value.ty == Type::Float)
}

/// A message was given.
struct Told;

/// A constant Duration or Int; none of anything else. Constants that need each other have been told of.
fn constant(program: &Program, expr: &Expr, depth: u32) -> Option<i64> {
    const DEEPEST: u32 = 64;
    let of = |expr| if depth < DEEPEST { constant(program, expr, depth + 1) } else { None };
    match &expr.kind {
        ExprKind::Int(value) => Some(*value),
        ExprKind::Const(id) => of(&program.consts[*id].value),
        ExprKind::Neg(value) => of(value)?.checked_neg(),
        ExprKind::Arith { op, left, right } => {
            let (left, right) = (of(left)?, of(right)?);
            match op {
                ArithOp::Add => left.checked_add(right),
                ArithOp::Sub => left.checked_sub(right),
                ArithOp::Mul => left.checked_mul(right),
                ArithOp::Div => None,
            }
        }
        _ => None,
    }
}

/// A constant share from 0 to 1, in units of 10⁻¹²; none of anything else.
fn constant_share(program: &Program, expr: &Expr, depth: u32) -> Option<i64> {
    const DEEPEST: u32 = 64;
    const UNIT_DIGITS: u8 = 12;
    const ONE: i64 = 10_i64.pow(12);
    let scaled = |value: i128, digits: u8| {
        let factor = 10_i128.checked_pow(UNIT_DIGITS.checked_sub(digits)?.into())?;
        i64::try_from(value.checked_mul(factor)?).ok()
    };
    let share = match (&expr.kind, &expr.ty) {
        (ExprKind::Wide(value), Type::Decimal(digits)) => scaled(*value, *digits),
        (ExprKind::Int(value), _) => scaled((*value).into(), 0),
        (ExprKind::Convert(of), _) if depth < DEEPEST => constant_share(program, of, depth + 1),
        (ExprKind::Const(id), _) if depth < DEEPEST => constant_share(program, &program.consts[*id].value, depth + 1),
        _ => None,
    };
    share.filter(|share| (0..=ONE).contains(share))
}

/// The number of `seq` among the fields of a journal, and that of `time`.
const SEQ: u32 = 0;
const TIME: u32 = 1;

/// Says by a filter what a window says: from which `seq` on, and where `now` is the caller's time, that the rows are not later.
fn written_out(binder: &mut Binder, state: &State, id: StateId, over: i64, asks_now: bool) {
    let (Some(row), Some(length)) = (binder.vars.first().copied(), binder.over.take()) else { return };
    let span = length.span;
    let of = |ty, kind| Expr { ty, span, kind };
    let field = |field: u32| {
        let base = Box::new(of(Type::Row(id), ExprKind::Local(row)));
        of(state.fields[field as usize].ty.clone(), ExprKind::Field { base, field })
    };
    let compared =
        |left, op, right| of(Type::Bool, ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) });
    let length = vec![of(Type::Duration, ExprKind::Int(over))];
    let first = ExprKind::Builtin { builtin: Builtin::WindowFirst(id), args: length };
    let mut parts = vec![compared(field(SEQ), CompareOp::GreaterEqual, of(Type::Int, first))];
    if asks_now {
        let now = of(Type::Time, ExprKind::Builtin { builtin: Builtin::Now, args: vec![] });
        parts.push(compared(field(TIME), CompareOp::LessEqual, now));
    }
    binder.filter = join(parts.into_iter().chain(split(binder.filter.take())));
}

/// Writes a rate out as a count over seconds.
fn rate(expr: &mut Expr, over: Option<i64>) {
    let ExprKind::Aggregate { op, .. } = &mut expr.kind else { return };
    if let (AggregateOp::Rate, Some(over)) = (*op, over) {
        *op = AggregateOp::Count;
        let count = Expr { ty: Type::Int, span: expr.span, kind: std::mem::replace(&mut expr.kind, ExprKind::Error) };
        *expr = per_second(count, over);
    }
}

/// A count over the seconds of a window.
fn per_second(count: Expr, over: i64) -> Expr {
    const DIGITS_OF_SECONDS: u8 = 6;
    let span = count.span;
    let seconds = Expr { ty: Type::Decimal(DIGITS_OF_SECONDS), span, kind: ExprKind::Wide(over.into()) };
    divided(count, seconds, Type::Fraction(FractionOf::Number))
}

/// `left / right`, of which `left` becomes the fraction that the quotient is.
fn divided(left: Expr, right: Expr, ty: Type) -> Expr {
    let span = left.span;
    let fraction = |ty, value| Box::new(Expr { ty, span, kind: ExprKind::Convert(Box::new(value)) });
    let left = fraction(ty.clone(), left);
    let right = fraction(Type::Fraction(FractionOf::Number), right);
    Expr { ty, span, kind: ExprKind::Arith { op: ArithOp::Div, left, right } }
}

/// What is kept of an aggregate.
struct Held {
    first: (AggregateId, Vec<Expr>),
    /// Of an average, with the type of what is added up.
    count: Option<(AggregateId, Vec<Expr>)>,
    of: Option<Type>,
}

/// What stands for the aggregate: what is kept, or for `all` and `any` whether the count of what matters is zero.
fn result(op: AggregateOp, kept: Held, over: Option<i64>, was: &Expr) -> Expr {
    let (ty, span) = (was.ty.clone(), was.span);
    let (aggregate, group) = kept.first;
    if let (Some((count, groups)), Some(of)) = (kept.count, kept.of) {
        // The sum of Ints may be beyond an Int where their average is not.
        let of = if of == Type::Int { Type::Decimal(0) } else { of };
        let sum = Expr { ty: of, span, kind: ExprKind::Kept { aggregate, group } };
        let count = Expr { ty: Type::Int, span, kind: ExprKind::Kept { aggregate: count, group: groups } };
        return divided(sum, count, ty);
    }
    let op = match op {
        AggregateOp::All => CompareOp::Equal,
        AggregateOp::Any => CompareOp::NotEqual,
        AggregateOp::Rate => {
            let count = Expr { ty: Type::Int, span, kind: ExprKind::Kept { aggregate, group } };
            return per_second(count, over.unwrap_or(i64::MAX));
        }
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
    /// How many parts of the filter it stands for.
    fn count(&self) -> usize {
        let (equal, ends) = self.worth();
        equal + ends
    }

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
    /// In a window it leads to rows from a `seq` on, for of all others there may be more and more.
    fn best(&self, is_window: bool, wish: Option<Wish>) -> Way {
        let key: Vec<u32> = (0..).take(self.state.key).collect();
        let indexes = (0..).zip(&self.state.indexes).map(|(number, fields)| self.way(Some(number), fields));
        let worth = |way: &Way| {
            let from = way.from.and_then(|at| self.side(at)).map(|side| side.field);
            let is_met = wish.is_some_and(|wish| wish.is_met(self.state, way.index, way.equal.len()));
            (is_window && from == Some(SEQ), is_met && way.count() == self.list.len(), way.worth())
        };
        indexes.fold(self.way(None, &key), |best, way| if worth(&way) > worth(&best) { way } else { best })
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

/// What leads to rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// Nothing: all are gone through.
    Nothing,
    /// The key or an index.
    Rows,
    /// The same, and only its ends are read.
    Ends,
}

/// Takes the key or index of which most leading fields are given; the parts of the filter that say so are dropped from it.
fn choose(state: &State, id: StateId, binder: &mut Binder, is_window: bool, wish: Option<Wish>) -> Found {
    let Some(row) = binder.vars.first().copied() else { return Found::Nothing };
    let parts = Parts { state, row, list: split(binder.filter.take()) };
    let way = parts.best(is_window, wish);
    let is_all = parts.list.len() == way.count();
    let is_met = is_all && wish.is_some_and(|wish| wish.is_met(state, way.index, way.equal.len()));
    let found = is_met || way.worth() > (0, 0);
    if found {
        binder.source = Source::Rows { state: id, access: parts.access(&way) };
    }
    let used = |at: usize| way.equal.contains(&at) || way.from == Some(at) || way.to == Some(at);
    binder.filter = join(parts.list.into_iter().enumerate().filter(|(at, _)| !used(*at)).map(|(_, part)| part));
    match (is_met, found) {
        (true, _) => Found::Ends,
        (_, true) => Found::Rows,
        _ => Found::Nothing,
    }
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

/// What to add so that the smallest or largest, the first or last is found; none where no index leads there.
fn wish_help(state: &State, binder: &Binder, wish: Wish) -> Option<String> {
    let row = binder.vars.first().copied()?;
    let parts = Parts { state, row, list: split(binder.filter.clone()) };
    let equal = |at: usize| parts.equality(at).map(|found| found.field);
    let wished: Vec<u32> = match wish {
        Wish::Field(field) => vec![field],
        Wish::Key => (0..).take(state.key).collect(),
    };
    let led = |at: usize| equal(at).is_some() || parts.side(at).is_some_and(|side| Some(&side.field) == wished.first());
    let is_ordered = |field: &u32| state.fields.get(*field as usize).is_some_and(|field| has_order(&field.ty));
    if !wished.iter().all(is_ordered) || !(0..parts.list.len()).all(led) {
        return None;
    }
    let mut fields: Vec<u32> =
        (0..parts.list.len()).filter_map(equal).filter(|field| !wished.contains(field)).collect();
    fields.extend(wished);
    Some(match fields.as_slice() {
        [field] => index_cure(state, *field),
        fields => index_of(state, fields),
    })
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
