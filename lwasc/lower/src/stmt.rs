//! Statements. A `require` that does not hold makes its message in a block of its own, which native code skips.

use crate::body::Fx;
use crate::row::row_of;
use crate::ty::event_id;
use lwas_check::hir::{Expr, LocalId, Stmt, StmtKind};
use lwas_ir::coverage::BranchKind;
use lwas_ir::{FailReason, HostOp};

impl Fx<'_, '_> {
    /// A statement.
    pub fn stmt(&mut self, s: &Stmt) {
        self.note_statement(s.span);
        match &s.kind {
            StmtKind::Let { local, value } => self.let_(*local, value),
            StmtKind::Require { condition, message } => self.require(condition, message),
            StmtKind::Assign { state, keys, field, old, value } => {
                self.assign(*state, keys, *field, *old, value, s.span);
            }
            StmtKind::Delete { state, keys } => self.delete(*state, keys, s.span),
            StmtKind::Emit { event, data } => {
                let data = self.expr(data);
                self.host_effect(HostOp::Emit(event_id(*event)), &[data], s.span);
            }
            StmtKind::For { binder, body } => self.each(binder, s.span, &mut |fx, _| {
                fx.block(body);
            }),
            StmtKind::Expr(e) if row_of(&e.ty).is_some() => {
                self.row(e);
            }
            StmtKind::Expr(e) => {
                self.value(e);
            }
        }
    }

    fn let_(&mut self, local: LocalId, value: &Expr) {
        if row_of(&value.ty).is_some() {
            let (reg, form) = self.row(value);
            return self.bind(local, &value.ty, reg, form);
        }
        let reg = self.expr(value);
        self.bind(local, &value.ty, reg, crate::row::RowForm::Full);
    }

    fn require(&mut self, condition: &Expr, message: &Expr) {
        let (holds, fails) = (self.b.new_block(), self.b.new_block());
        let site = self.site(condition.span);
        // A condition may hold another `require` in a block of its own.
        let outer = self.explained.replace(site);
        let since = self.leaves();
        self.branch_on(condition, holds, fails, true);
        self.note_branch(BranchKind::Require, condition.span, since, (holds, fails));
        self.forget_leaves(since);
        self.explained = outer;
        self.b.switch_to(fails);
        let text = self.expr(message);
        self.b.fail(site, FailReason::Require, Some(text));
        self.b.switch_to(holds);
    }
}
