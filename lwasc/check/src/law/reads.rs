//! What an axiom reads besides its own row, and how the rows that read it are found back when it changes.
//!
//! The axiom is gone through with a `Known` for each value: a field of the own row, a row found by known keys, a constant, or
//! nothing. Calls and computed fields are followed with what is known of their arguments, each once for the same knowledge.
//! A read by fields of the own row is found back by the key or an index of the axiom's state that begins with those fields.

use super::access::index_cure;
use crate::declare::shapes::innermost;
use crate::declare::standard;
use crate::errors::{beliefs, laws, names};
use crate::hir::{
    Access, Axiom, AxiomKind, AxiomScope, Back, Binder, Body, Builtin, Expr, ExprKind, FunctionId, FunctionKind,
    LocalId, Pattern, Program, Read, ReadSource, Source, StateId, StateKind, Stmt, StmtKind, Type,
};
use crate::walk::{Visit, visit_binder, visit_expr, visit_stmt};
use lwas_base::{Diagnostics, Span};
use std::collections::HashMap;

/// How deep expressions are followed through calls and computed fields, so that the stack suffices.
const MAX_NESTING: usize = 2000;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Known {
    /// Nothing.
    Nothing,
    /// The same for ever.
    Constant,
    /// The axiom's row.
    Own,
    /// The same row before the event: its key is the own row's.
    Before,
    /// A stored field of the axiom's row.
    OwnField(u32),
    /// A row found by these keys.
    Row(StateId, Vec<Known>),
}

/// Fills in `reads` of all axioms.
pub(super) fn collect(program: &mut Program, sink: &mut Diagnostics) {
    for id in program.axioms.keys() {
        let axiom = &program.axioms[id];
        let mut reader = Reader {
            program,
            axiom,
            known: params(axiom),
            value: Known::Nothing,
            site: None,
            functions: HashMap::new(),
            computed: HashMap::new(),
            depth: 0,
            reads: vec![],
            reads_now: false,
            refused: false,
            sink,
        };
        if let AxiomScope::Rows(own) | AxiomScope::Changed(own) | AxiomScope::Deleted(own) = axiom.scope {
            reader.not_recorded_later(own, axiom.span);
        }
        axiom.filter.iter().for_each(|filter| reader.expr(filter));
        reader.block(&axiom.body.block);
        if let AxiomKind::Alert(alert) = &axiom.kind {
            alert.message.iter().for_each(|message| reader.expr(message));
        }
        let (reads, now) = (reader.reads, reader.reads_now);
        program.axioms[id].reads = reads;
        if let AxiomKind::Alert(alert) = &mut program.axioms[id].kind {
            alert.reads_now = now;
        }
    }
}

fn params(axiom: &Axiom) -> HashMap<LocalId, Known> {
    axiom.body.params.iter().copied().zip([Known::Own, Known::Before]).collect()
}

struct Reader<'a> {
    program: &'a Program,
    axiom: &'a Axiom,
    /// Of the locals of the body that we are in.
    known: HashMap<LocalId, Known>,
    /// Of the expression that was gone through last.
    value: Known,
    /// Where the axiom itself left for what we are in.
    site: Option<Span>,
    functions: HashMap<(FunctionId, Vec<Known>), Known>,
    computed: HashMap<(StateId, usize, Known), Known>,
    /// How many expressions we are in, through calls too.
    depth: usize,
    reads: Vec<Read>,
    /// Whether `now` is read, through queries too.
    reads_now: bool,
    /// Whether a message was given, here or before about a part of it: one an axiom is enough.
    refused: bool,
    sink: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn eval(&mut self, expr: &Expr) -> Known {
        self.expr(expr);
        std::mem::replace(&mut self.value, Known::Nothing)
    }

    fn all(&mut self, list: &[Expr]) -> Vec<Known> {
        list.iter().map(|expr| self.eval(expr)).collect()
    }

    /// A body with what is known of its parameters.
    fn inside(&mut self, body: &Body, params: Vec<Known>, site: Span) -> Known {
        let known = body.params.iter().copied().zip(params).collect();
        let (outer, before) = (std::mem::replace(&mut self.known, known), self.site);
        self.site = Some(before.unwrap_or(site));
        self.value = Known::Nothing;
        self.block(&body.block);
        self.known = outer;
        self.site = before;
        std::mem::replace(&mut self.value, Known::Nothing)
    }

    fn field(&mut self, base: &Expr, field: u32, span: Span) -> Known {
        let of = match &base.kind {
            ExprKind::Row { state, keys } if (field as usize) < self.program.states[*state].stored => {
                self.row(*state, keys, Some(field), base.span)
            }
            _ => self.eval(base),
        };
        let Type::Row(state) = base.ty else { return Known::Nothing };
        let declared = &self.program.states[state];
        let at = field as usize;
        if let Some(number) = at.checked_sub(declared.stored) {
            return self.computed_field(state, number, of, span);
        }
        match of {
            Known::Own => Known::OwnField(field),
            Known::Before if at < declared.key => Known::OwnField(field),
            Known::Row(_, keys) if at < declared.key => keys.into_iter().nth(at).unwrap_or(Known::Nothing),
            _ => Known::Nothing,
        }
    }

    fn computed_field(&mut self, state: StateId, number: usize, row: Known, span: Span) -> Known {
        let key = (state, number, row.clone());
        if let Some(known) = self.computed.get(&key) {
            return known.clone();
        }
        let program = self.program;
        let row = if row == Known::Nothing {
            Known::Row(state, vec![Known::Nothing; program.states[state].key])
        } else {
            row
        };
        let known = self.inside(&program.states[state].computed[number].body, vec![row], span);
        self.computed.insert(key, known.clone());
        known
    }

    /// An aggregate that reads the ends of rows, which come in the order that it wishes: whatever else would go through rows was
    /// refused before.
    fn ends(&mut self, binder: &Binder, span: Span) {
        let Source::Rows { state, access } = &binder.source else { return };
        if let Access::Kept(aggregate, group) = access {
            let group = self.all(group);
            return self.read(ReadSource::Aggregate(*aggregate), &group, None, span);
        }
        let (index, keys, range) = match access {
            Access::All | Access::Kept(..) => (None, &[][..], None),
            Access::Key(keys, range) => (None, keys.as_slice(), Some(range)),
            Access::Index(index, keys, range) => (Some(*index), keys.as_slice(), Some(range)),
        };
        let parts = keys.len();
        let keys = self.all(keys);
        range.into_iter().flat_map(|range| range.values()).for_each(|end| self.expr(end));
        self.read(ReadSource::Rows { state: *state, index, parts }, &keys, None, span);
    }

    /// Everything that a row computes.
    fn whole_row(&mut self, state: StateId, row: &Known, span: Span) {
        for number in 0..self.program.states[state].computed.len() {
            self.computed_field(state, number, row.clone(), span);
        }
    }

    fn call(&mut self, function: FunctionId, args: &[Expr], span: Span) -> Known {
        let known = self.all(args);
        let called = &self.program.functions[function];
        let takes_rows = args.iter().any(|arg| matches!(innermost(&arg.ty), Type::Row(_)));
        if called.kind == FunctionKind::Fn && !takes_rows {
            return Known::Nothing;
        }
        let key = (function, known.clone());
        if let Some(known) = self.functions.get(&key) {
            return known.clone();
        }
        let program = self.program;
        let result = match &program.functions[function].body {
            Some(body) => self.inside(body, known, span),
            None => Known::Nothing,
        };
        self.functions.insert(key, result.clone());
        result
    }

    /// A row of which one stored field is read.
    fn row(&mut self, state: StateId, keys: &[Expr], field: Option<u32>, span: Span) -> Known {
        let key = self.program.states[state].key;
        self.row_of(state, keys, Some(field.into_iter().filter(|field| *field as usize >= key).collect()), span)
    }

    /// A row of which these stored fields are read besides the key; none where it may be any.
    fn row_of(&mut self, state: StateId, keys: &[Expr], fields: Option<Vec<u32>>, span: Span) -> Known {
        let keys = self.all(keys);
        self.read(ReadSource::State(state), &keys, fields, span);
        Known::Row(state, keys)
    }

    fn branches(&mut self, expr: &Expr) {
        let ExprKind::Match { subject, arms } = &expr.kind else { return visit_expr(self, expr) };
        let known = self.eval(subject);
        for arm in arms {
            for pattern in &arm.patterns {
                match pattern {
                    Pattern::Some(Some(local)) => _ = self.known.insert(*local, known.clone()),
                    Pattern::Literal(value) => self.expr(value),
                    _ => {}
                }
            }
            self.block(&arm.body);
        }
    }

    /// Says so when a state is written only after what reads it has been judged.
    fn not_recorded_later(&mut self, state: StateId, span: Span) {
        let program = self.program;
        let module = program.modules[program.states[state].module].path.as_str();
        let later = match self.axiom.kind {
            AxiomKind::Law | AxiomKind::Belief { .. } => module == standard::BELIEF || module == standard::ALERT,
            AxiomKind::Alert(_) => module == standard::ALERT,
        };
        if later {
            let place = match self.axiom.kind {
                AxiomKind::Law => "an axiom",
                AxiomKind::Belief { .. } => "a belief",
                AxiomKind::Alert(_) => "an alert",
            };
            let what = format!("`{}`", program.states[state].name);
            self.refuse(beliefs::recorded_later(self.site.unwrap_or(span), &what, place));
        }
    }

    /// Notes a read by keys.
    fn read(&mut self, source: ReadSource, keys: &[Known], fields: Option<Vec<u32>>, span: Span) {
        let of = match source {
            ReadSource::State(state) => state,
            ReadSource::Aggregate(id) => self.program.aggregates[id].state,
            ReadSource::Rows { state, .. } => state,
        };
        self.not_recorded_later(of, span);
        let span = self.site.unwrap_or(span);
        match self.axiom.scope {
            AxiomScope::Deleted(_) => {}
            AxiomScope::Whole => self.read_by_whole(source, span),
            AxiomScope::Rows(own) | AxiomScope::Changed(own) => self.read_by_row(own, source, keys, fields, span),
        }
    }

    fn read_by_whole(&mut self, source: ReadSource, span: Span) {
        if let ReadSource::State(state) = source {
            let read = &self.program.states[state];
            if read.kind != StateKind::Single {
                let name = read.name.as_str();
                return self.refuse(laws::row_in_whole(span, self.axiom, name));
            }
        }
        self.note(Read { source, back: None, fields: None });
    }

    fn read_by_row(&mut self, own: StateId, source: ReadSource, keys: &[Known], fields: Option<Vec<u32>>, span: Span) {
        let state = &self.program.states[own];
        let is_own_key =
            keys.len() == state.key && keys.iter().zip(0..).all(|(known, number)| *known == Known::OwnField(number));
        if source == ReadSource::State(own) && is_own_key {
            // A single row can't be told from others by its key, but it is the own row too.
            return;
        }
        let axiom = self.axiom;
        let what = self.describe(source);
        let is_alert = matches!(self.axiom.kind, AxiomKind::Alert(_));
        let is_settings = matches!(source, ReadSource::State(state) if self.program.settings_of(state).is_some());
        if (is_alert || is_settings) && keys.iter().all(|known| *known == Known::Constant) {
            // All rows watch the same thing: when it changes, all are judged. Settings change in an entry of their own.
            return self.note(Read { source, back: Some(Back { index: None, parts: vec![] }), fields });
        }
        if keys.iter().all(|known| *known == Known::Constant) {
            let cure = match source {
                ReadSource::State(of) if self.program.states[of].kind == StateKind::Single => {
                    "say it of the whole, store the value in each row, or let `lwas.toml` set it: `@settings state …`"
                }
                ReadSource::State(_) => "say it of the whole, or store the value in each row",
                ReadSource::Aggregate(_) | ReadSource::Rows { .. } => {
                    "say it of the whole: leave out `for …`, or compare within a group of each row"
                }
            };
            return self.refuse(laws::same_for_all(span, axiom, &what, cure));
        }
        match back(&state.indexes, state.key, keys) {
            Some(back) => self.note(Read { source, back: Some(back), fields }),
            None => {
                let own_field = keys.iter().find_map(|known| match known {
                    Known::OwnField(field) => Some(*field),
                    _ => None,
                });
                let cure = match own_field {
                    Some(field) => index_cure(state, field),
                    None => format!("look it up by a field of the {}'s own row", axiom.word()),
                };
                let name = state.name.as_str();
                self.refuse(laws::not_found_back(span, axiom, &what, name, &cure));
            }
        }
    }

    fn describe(&self, source: ReadSource) -> String {
        match source {
            ReadSource::State(state) => format!("`{}`", self.program.states[state].name),
            ReadSource::Aggregate(id) => {
                let aggregate = &self.program.aggregates[id];
                self.described("what is kept over", aggregate.state, &aggregate.group)
            }
            ReadSource::Rows { state, index, parts } => {
                let fields: Vec<u32> = match index {
                    None => (0..).take(parts).collect(),
                    Some(index) => self.program.states[state].indexes[index as usize][..parts].to_vec(),
                };
                self.described("the smallest, largest, first or last of", state, &fields)
            }
        }
    }

    fn described(&self, what: &str, over: StateId, fields: &[u32]) -> String {
        let state = &self.program.states[over];
        let names: Vec<String> = fields.iter().map(|f| format!("`{}`", state.fields[*f as usize].name)).collect();
        match names.as_slice() {
            [] => format!("{what} all rows of `{}`", state.name),
            names => format!("{what} `{}` by {}", state.name, names.join(" and ")),
        }
    }

    /// Notes a read; of a row that is found the same way twice, the fields of both.
    fn note(&mut self, read: Read) {
        let same = |known: &&mut Read| known.source == read.source && known.back == read.back;
        let Some(known) = self.reads.iter_mut().find(same) else { return self.reads.push(read) };
        known.fields = known.fields.take().zip(read.fields).map(|(mut fields, more)| {
            fields.extend(more);
            fields.sort_unstable();
            fields.dedup();
            fields
        });
    }

    fn refuse(&mut self, diagnostic: lwas_base::Diagnostic) {
        if !self.refused {
            self.sink.push(diagnostic);
        }
        self.refused = true;
    }

    /// Goes through an expression: what is known of its value.
    fn look_at(&mut self, expr: &Expr) -> Known {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Error => {
                self.refused = true;
                Known::Nothing
            }
            ExprKind::Local(local) => self.known.get(local).cloned().unwrap_or(Known::Nothing),
            ExprKind::Int(_)
            | ExprKind::Bool(_)
            | ExprKind::Wide(_)
            | ExprKind::Currency(_)
            | ExprKind::Text(_)
            | ExprKind::Const(_) => Known::Constant,
            ExprKind::Variant { fields, .. } if fields.is_empty() => Known::Constant,
            ExprKind::Field { base, field } => self.field(base, *field, span),
            ExprKind::Some(of) | ExprKind::Unwrap(of) => self.eval(of),
            ExprKind::Neg(of) | ExprKind::Convert(of) => match self.eval(of) {
                Known::Constant => Known::Constant,
                _ => Known::Nothing,
            },
            ExprKind::Row { state, keys } | ExprKind::RowGet { state, keys } => self.row_of(*state, keys, None, span),
            ExprKind::RowHas { state, keys } => {
                self.row(*state, keys, None, span);
                Known::Nothing
            }
            ExprKind::IsNone { operand, .. } if let ExprKind::RowGet { state, keys } = &operand.kind => {
                self.row(*state, keys, None, operand.span);
                Known::Nothing
            }
            ExprKind::Single(state) => self.row_of(*state, &[], None, span),
            ExprKind::Kept { aggregate, group } => {
                let group = self.all(group);
                self.read(ReadSource::Aggregate(*aggregate), &group, None, span);
                Known::Nothing
            }
            ExprKind::Aggregate { binder, .. } if matches!(binder.source, Source::Rows { .. }) => {
                self.ends(binder, span);
                Known::Nothing
            }
            ExprKind::Builtin { builtin: Builtin::Now, .. } => {
                self.reads_now = true;
                Known::Nothing
            }
            ExprKind::Call { function, args } => self.call(*function, args, span),
            ExprKind::Compare { left, right, .. } => {
                for side in [left, right] {
                    let known = self.eval(side);
                    if let Type::Row(state) = innermost(&side.ty) {
                        self.whole_row(*state, &known, span);
                    }
                }
                Known::Nothing
            }
            _ => {
                self.branches(expr);
                Known::Nothing
            }
        }
    }
}

/// The key or index that begins with most fields that the read is by; the key first.
fn back(indexes: &[Vec<u32>], key: usize, keys: &[Known]) -> Option<Back> {
    let part_of = |field: u32| {
        let part = keys.iter().position(|known| *known == Known::OwnField(field))?;
        u32::try_from(part).ok()
    };
    let key_fields = u32::try_from(key).expect("a state has few fields");
    let by_key: Vec<u32> = (0..key_fields).map_while(part_of).collect();
    let mut best = Back { index: None, parts: by_key };
    for (number, fields) in (0..).zip(indexes) {
        let parts: Vec<u32> = fields.iter().copied().map_while(part_of).collect();
        if parts.len() > best.parts.len() {
            best = Back { index: Some(number), parts };
        }
    }
    (!best.parts.is_empty()).then_some(best)
}

impl Visit for Reader<'_> {
    fn expr(&mut self, expr: &Expr) {
        if self.depth >= MAX_NESTING {
            let at = self.site.unwrap_or(expr.span);
            return self.refuse(names::nested_too_deeply(at, self.axiom.name.as_str(), MAX_NESTING));
        }
        self.depth += 1;
        self.value = self.look_at(expr);
        self.depth -= 1;
    }

    fn binder(&mut self, binder: &Binder) {
        // What goes through rows here was refused before.
        self.refused |= matches!(binder.source, Source::Rows { .. });
        visit_binder(self, binder);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Let { local, value } => {
                let known = self.eval(value);
                self.known.insert(*local, known);
            }
            _ => visit_stmt(self, stmt),
        }
    }
}
