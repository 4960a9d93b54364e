//! Reading rows. A row just read has its key and stored fields; its computed fields are filled in or computed on the way.
//!
//! | form | computed fields | where |
//! | --- | --- | --- |
//! | `Full` | all in memory | every row that is passed, returned or kept in a list, option or record |
//! | `Partial` | those in memory that its local is asked for | locals of rules and actions |
//! | `Bare` | computed at each access, from state as it is | rows in axioms, computed fields, queries, tests |
//! | `Before` | computed at each access, from state before the event | the row before, in axioms of change |

use crate::body::{Bound, Fx};
use crate::ty::state_id;
use crate::write::Missing;
use lwas_base::Span;
use lwas_check::hir::{Expr, ExprKind, LocalId, StateId, Type};
use lwas_ir::{HostOp, Kind, Local};

/// How much of a row is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowForm {
    Full,
    Partial,
    Bare,
    Before,
}

/// The state of a row, or of a row that may be missing (`true`).
pub(crate) fn row_of(ty: &Type) -> Option<(StateId, bool)> {
    match ty {
        Type::Row(state) => Some((*state, false)),
        Type::Option(of) => row_of(of).map(|(state, _)| (state, true)),
        _ => None,
    }
}

impl Fx<'_, '_> {
    /// A row, or a row that may be missing, as it comes: perhaps without computed fields.
    pub fn row(&mut self, e: &Expr) -> (Local, RowForm) {
        let plain = self.cx.program;
        match &e.kind {
            ExprKind::Local(id) => {
                let bound = self.bound(*id);
                (bound.reg, bound.form)
            }
            ExprKind::Unwrap(inner) | ExprKind::Some(inner) if row_of(&inner.ty).is_some() => self.row(inner),
            ExprKind::Row { state, keys } => {
                let keys = self.exprs(keys);
                (self.row_there(*state, &keys, e.span), RowForm::Bare)
            }
            ExprKind::RowGet { state, keys } => {
                let keys = self.exprs(keys);
                (self.row_get(*state, &keys, e.span), RowForm::Bare)
            }
            ExprKind::Single(state) => (self.row_get(*state, &[], e.span), RowForm::Bare),
            _ => {
                debug_assert!(
                    row_of(&e.ty).is_some_and(|(state, _)| plain.states.is_valid(state)),
                    "a row is asked for"
                );
                (self.composed(e).expect("a row is a value"), RowForm::Full)
            }
        }
    }

    /// The register of a local.
    pub fn bound(&self, local: LocalId) -> Bound {
        *self.scope.locals.get(&local).expect("the checker lets no local be read before it is bound")
    }

    /// The row with this key, or `none`.
    pub fn row_get(&mut self, state: StateId, keys: &[Local], span: Span) -> Local {
        self.host(HostOp::RowGet(state_id(state)), keys, Kind::Ref, span)
    }

    /// The row with this key, which must be there.
    pub fn row_there(&mut self, state: StateId, keys: &[Local], span: Span) -> Local {
        let row = self.row_get(state, keys, span);
        let missing = self.is_none(row);
        self.row_fail(missing, Missing::NotThere, state, keys, span);
        row
    }

    /// A field of a row in some form.
    pub fn row_field(&mut self, row: Local, form: RowForm, state: StateId, field: u32) -> Local {
        let declared = &self.cx.program.states[state];
        let at = field as usize;
        let (layout, _) = self.cx.layout(0, &declared.fields);
        let (offset, kind) = layout[at];
        let computed = at.checked_sub(declared.stored);
        match (computed, form) {
            (None, _) | (_, RowForm::Full | RowForm::Partial) => self.b.load(kind, row, offset),
            (Some(index), RowForm::Bare) => self.compute(row, state, index, kind),
            (Some(index), RowForm::Before) => {
                let span = declared.span;
                self.before(span, |fx| fx.compute(row, state, index, kind))
            }
        }
    }

    fn compute(&mut self, row: Local, state: StateId, index: usize, kind: Kind) -> Local {
        let func = self.cx.states[state].computed[index];
        self.b.call(func, &[row], Some(kind)).expect("a computed field has a value")
    }

    /// Reads state as it was before the event.
    fn before<T>(&mut self, span: Span, work: impl FnOnce(&mut Self) -> T) -> T {
        self.host_effect(HostOp::SeeBefore, &[], span);
        let result = work(self);
        self.host_effect(HostOp::SeeAfter, &[], span);
        result
    }

    /// A row of some form with all computed fields in memory; `none` stays.
    pub fn filled(&mut self, row: Local, form: RowForm, ty: &Type) -> Local {
        let Some((state, optional)) = row_of(ty) else { return row };
        let Some(fill) = self.cx.states[state].fill else { return row };
        let span = self.cx.program.states[state].span;
        self.if_there(row, optional, |fx| match form {
            RowForm::Full => {}
            RowForm::Before => fx.before(span, |fx| {
                fx.b.call(fill, &[row], None);
            }),
            RowForm::Partial | RowForm::Bare => {
                fx.b.call(fill, &[row], None);
            }
        });
        row
    }

    fn if_there(&mut self, row: Local, optional: bool, work: impl FnOnce(&mut Self)) {
        if !optional {
            return work(self);
        }
        let none = self.b.none();
        let there = self.b.compare(lwas_ir::CompareOp::NotEqual, row, none);
        self.when(there, work);
    }

    /// Binds a local. Where the body can write, a row that was just read becomes the copy that it is: what is asked of it is
    /// computed now.
    pub fn bind(&mut self, local: LocalId, ty: &Type, reg: Local, form: RowForm) {
        let form = match row_of(ty) {
            Some((state, optional)) if self.scope.writing && form == RowForm::Bare => {
                self.copy_row(local, ty, reg, state, optional)
            }
            _ => form,
        };
        self.scope.locals.insert(local, Bound { reg, form });
    }

    fn copy_row(&mut self, local: LocalId, ty: &Type, row: Local, state: StateId, optional: bool) -> RowForm {
        let used = self.scope.uses.get(local);
        if used.escapes {
            self.filled(row, RowForm::Bare, ty);
            return RowForm::Full;
        }
        let declared = &self.cx.program.states[state];
        let computed: Vec<_> = used.fields.into_iter().filter(|f| *f as usize >= declared.stored).collect();
        if !computed.is_empty() {
            let (layout, _) = self.cx.layout(0, &declared.fields);
            self.if_there(row, optional, |fx| {
                for field in computed {
                    let value = fx.row_field(row, RowForm::Bare, state, field);
                    fx.b.store(row, layout[field as usize].0, value);
                }
            });
        }
        RowForm::Partial
    }
}
