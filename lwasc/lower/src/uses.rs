//! How the locals of a body that hold rows are used. A row that is read into a local is a copy; which of its computed
//! fields must be computed at once is what is told here: those that are read, or all when the row goes elsewhere.

use crate::walk::{Node, block, children};
use lwas_check::hir::{Block, Expr, ExprKind, LocalId, StmtKind};
use std::collections::{BTreeSet, HashMap};

/// How a local that holds a row (or a row that may be missing) is used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Use {
    /// Fields that are read from it.
    pub fields: BTreeSet<u32>,
    /// Whether it is used as a whole: passed, stored, returned, bound again.
    pub escapes: bool,
}

/// How the locals of a body are used. Looked up only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uses(HashMap<LocalId, Use>);

impl Uses {
    /// The uses in a body's block.
    pub fn of(body: &Block) -> Uses {
        let mut uses = Uses::default();
        block(body, &mut |node| uses.visit(node));
        uses
    }

    /// How a local is used.
    pub fn get(&self, local: LocalId) -> Use {
        self.0.get(&local).cloned().unwrap_or_default()
    }

    fn visit(&mut self, node: Node) {
        match node {
            Node::Expr(Expr { kind: ExprKind::Field { base, field }, .. }) if local(base).is_some() => {
                let local = local(base).expect("the guard has seen a local");
                self.0.entry(local).or_default().fields.insert(*field);
            }
            Node::Expr(Expr { kind: ExprKind::IsNone { operand, .. }, .. }) if local(operand).is_some() => {}
            Node::Expr(Expr { kind: ExprKind::Local(id), .. }) => self.0.entry(*id).or_default().escapes = true,
            // A row as a statement is looked at by nobody.
            Node::Stmt(s) if matches!(&s.kind, StmtKind::Expr(e) if local(e).is_some()) => {}
            node => children(node, &mut |child| self.visit(child)),
        }
    }
}

/// The local that an expression is, perhaps known not to be `none`.
fn local(e: &Expr) -> Option<LocalId> {
    match &e.kind {
        ExprKind::Local(id) => Some(*id),
        ExprKind::Unwrap(inner) => local(inner),
        _ => None,
    }
}
