//! Literals and constants. A constant that is a literal stands where it is named; any other is a call of its function.

use crate::body::Fx;
use cranelift_entity::EntityRef;
use lwas_check::hir::{Expr, ExprKind};
use lwas_ir::Local;

impl Fx<'_, '_> {
    /// Whether an expression is written as a value: a number, a text, a variant without payload, `none`.
    pub fn is_literal(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Int(_) | ExprKind::Bool(_) | ExprKind::Wide(_) | ExprKind::Currency(_) => true,
            ExprKind::Text(_) | ExprKind::None => true,
            ExprKind::Variant { of, .. } => self.cx.program.enums[*of].is_plain(),
            _ => false,
        }
    }

    /// A literal or constant.
    pub fn literal(&mut self, e: &Expr) -> Local {
        let program = self.cx.program;
        match &e.kind {
            ExprKind::Int(value) => self.b.int(*value),
            ExprKind::Bool(value) => self.b.int(i64::from(*value)),
            ExprKind::Wide(value) => self.b.wide(*value),
            ExprKind::Currency(id) => self.currency(*id),
            ExprKind::Text(text) => {
                let id = self.cx.text(text);
                self.b.text(id)
            }
            ExprKind::None => self.b.none(),
            ExprKind::Const(id) => {
                let value = &program.consts[*id].value;
                if self.is_literal(value) {
                    return self.expr(value);
                }
                let (func, result) = (self.cx.constant(*id), self.cx.kind(&value.ty));
                self.b.call(func, &[], result).expect("a constant has a value")
            }
            _ => unreachable!("a literal or constant is asked for"),
        }
    }

    /// A currency's number.
    pub fn currency(&mut self, id: lwas_check::hir::CurrencyId) -> Local {
        let number = self.cx.currency(id).index();
        self.b.int(i64::try_from(number).expect("a program has few currencies"))
    }
}
