//! Writing rows: `create`, `put`, `append`, `delete` and assignment call the functions of the state (`state`), which keep its
//! aggregates up. Whether a row is there is asked here, so that a rejection names the statement.

use crate::body::{Bound, Fx};
use crate::row::RowForm;
use crate::walk::may_write;
use lwas_base::Span;
use lwas_check::hir::{Expr, LocalId, StateId, StateKind, Type, WriteKind};
use lwas_ir::{FailReason, Kind, Local};

/// Which of the two.
#[derive(Clone, Copy)]
pub(crate) enum Missing {
    /// The row is wanted and missing.
    NotThere,
    /// The row is there and must not be.
    There,
}

impl Fx<'_, '_> {
    /// Fails when `bad` is not 0, with a message that names the row: `Account["ann"] is not there`.
    pub fn row_fail(&mut self, bad: Local, what: Missing, state: StateId, keys: &[Local], span: Span) {
        let (reason, words) = match what {
            Missing::NotThere => (FailReason::MissingRow, "is not there"),
            Missing::There => (FailReason::RowExists, "is there already"),
        };
        self.fail_if(bad, span, reason, |fx| fx.row_words(state, keys, words, span));
    }

    fn row_words(&mut self, state: StateId, keys: &[Local], words: &str, span: Span) -> Local {
        let declared = &self.cx.program.states[state];
        let mut parts = vec![];
        let mut fixed = declared.name.as_str().to_owned();
        for (at, (key, field)) in keys.iter().zip(&declared.fields).enumerate() {
            let quote = if field.ty == Type::Text { "\"" } else { "" };
            fixed.push_str(if at == 0 { "[" } else { ", " });
            fixed.push_str(quote);
            parts.push(self.text(&fixed));
            parts.push(self.shown(*key, &field.ty, span));
            fixed = quote.to_owned();
        }
        let close = if keys.is_empty() { "" } else { "]" };
        parts.push(self.text(&format!("{fixed}{close} {words}")));
        self.joined(&parts, span)
    }

    /// `create`, `put` and `append`.
    pub fn write(
        &mut self,
        kind: WriteKind,
        state: StateId,
        keys: &[Expr],
        fields: &[Expr],
        span: Span,
    ) -> Option<Local> {
        let keys = self.exprs(keys);
        let fields = self.exprs(fields);
        let old = match kind {
            WriteKind::Append => return Some(self.append(state, &fields, span)),
            WriteKind::Put => self.row_get(state, &keys, span),
            WriteKind::Create => {
                let old = self.row_get(state, &keys, span);
                let missing = self.is_none(old);
                let there = self.b.not(missing);
                self.row_fail(there, Missing::There, state, &keys, span);
                self.b.none()
            }
        };
        let new = self.new_row(state, keys.iter().chain(&fields).copied(), 0, span);
        self.store_row(state, old, new);
        match keys.as_slice() {
            [key] => Some(*key),
            _ => None,
        }
    }

    fn append(&mut self, state: StateId, fields: &[Local], span: Span) -> Local {
        // Its first two fields, `seq` and `time`, are the function's part.
        let row = self.new_row(state, fields.iter().copied(), 2, span);
        let append = self.cx.states[state].append.expect("only a journal is appended to");
        self.b.call(append, &[row], Some(Kind::I64)).expect("`seq` is a value")
    }

    /// A row of these values from a field on; its computed fields stay unset.
    pub fn new_row(&mut self, state: StateId, values: impl Iterator<Item = Local>, from: usize, span: Span) -> Local {
        let (layout, size) = self.cx.layout(0, &self.cx.program.states[state].fields);
        self.made(size, layout[from..].iter().map(|(offset, _)| *offset).zip(values), span)
    }

    fn store_row(&mut self, state: StateId, old: Local, new: Local) {
        let write = self.cx.states[state].write.expect("a journal's rows are not written again");
        self.b.call(write, &[old, new], None);
    }

    /// `delete S[keys]`.
    pub fn delete(&mut self, state: StateId, keys: &[Expr], span: Span) {
        let keys = self.exprs(keys);
        let row = self.row_there(state, &keys, span);
        let delete = self.cx.states[state].delete.expect("only a row with a key is deleted");
        self.b.call(delete, &[row], None);
    }

    /// `S[keys].field = value`. The row is read first, so that a missing one is told before the value is computed; where
    /// computing the value may write, it is read again.
    pub fn assign(
        &mut self,
        state: StateId,
        keys: &[Expr],
        field: u32,
        old: Option<LocalId>,
        value: &Expr,
        span: Span,
    ) {
        let declared = &self.cx.program.states[state];
        let keys = self.exprs(keys);
        let mut row = self.assigned_row(state, &keys, span);
        let (layout, size) = self.cx.layout(0, &declared.fields);
        let at = field as usize;
        if let Some(old) = old {
            let reg = self.b.load(layout[at].1, row, layout[at].0);
            self.scope.locals.insert(old, Bound { reg, form: RowForm::Full });
        }
        let value_reg = self.computed(value, span);
        if may_write(self.cx.program, value) {
            row = self.assigned_row(state, &keys, span);
        }
        let mut values = Vec::with_capacity(declared.stored);
        for (number, (offset, kind)) in layout.into_iter().take(declared.stored).enumerate() {
            let new = if number == at { value_reg } else { self.b.load(kind, row, offset) };
            values.push((offset, new));
        }
        let new = self.made(size, values, span);
        self.store_row(state, row, new);
    }

    fn assigned_row(&mut self, state: StateId, keys: &[Local], span: Span) -> Local {
        match self.cx.program.states[state].kind {
            StateKind::Single => self.row_get(state, keys, span),
            _ => self.row_there(state, keys, span),
        }
    }
}
