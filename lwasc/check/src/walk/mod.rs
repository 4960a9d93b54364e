//! Going through a typed program. `Visit` reads, `Rewrite` changes; both say for each kind of node which nodes are in it, once,
//! so that a pass writes down only what it looks at. Nodes are met in the order in which they are executed.

mod rewrite;
mod visit;

pub use rewrite::{Rewrite, rewrite_binder, rewrite_block, rewrite_expr, rewrite_stmt};
pub use visit::{Visit, visit_binder, visit_expr, visit_stmt};

use crate::hir::{Block, Expr, ExprKind, Type};

/// Whether a part is unknown: it was wrong, and a message was given, or it is not settled yet.
pub fn is_unknown(expr: &Expr) -> bool {
    let mut unknown = Unknown(false);
    unknown.expr(expr);
    unknown.0
}

/// Whether a part of a block is unknown.
pub fn has_unknown(block: &Block) -> bool {
    let mut unknown = Unknown(false);
    unknown.block(block);
    unknown.0
}

struct Unknown(bool);

impl Visit for Unknown {
    fn expr(&mut self, expr: &Expr) {
        self.0 |= expr.ty == Type::Error || matches!(expr.kind, ExprKind::Error);
        if !self.0 {
            visit_expr(self, expr);
        }
    }
}
