//! Statements.

use super::{Binder, Block, Expr, Ident, TypeExpr};
use lwas_base::Span;

/// A statement where it stands.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// From its first to its last token.
    pub span: Span,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// Source that could not be read; a message was given.
    Error,
    /// `let x: T = e`.
    Let {
        /// The name.
        name: Ident,
        /// The declared type.
        ty: Option<TypeExpr>,
        /// The value.
        value: Expr,
    },
    /// `require e else "message"`.
    Require {
        /// What must be true.
        condition: Expr,
        /// The message: a text.
        message: Expr,
    },
    /// `S[k].field = e`.
    Assign {
        /// What is assigned.
        target: Expr,
        /// How.
        op: AssignOp,
        /// The value.
        value: Expr,
    },
    /// `clear alerts`: which word stood behind `clear`.
    Clear {
        /// The name.
        what: Ident,
    },
    /// `delete S[k]`.
    Delete {
        /// The state, perhaps with its module.
        path: Vec<Ident>,
        /// The key.
        keys: Vec<Expr>,
    },
    /// `emit Event { … }`.
    Emit {
        /// The event: a `Record` expression.
        event: Expr,
    },
    /// `for x in xs where p { … }`.
    For {
        /// `x in xs where p`.
        binder: Box<Binder>,
        /// What is done.
        body: Block,
    },
    /// An expression on its own: an action call, `if`, `match`, `create`, `put`, `append`.
    Expr(Expr),
    /// `apply Event { … } at @time`, in tests.
    Apply {
        /// The event: a `Record` expression.
        event: Expr,
        /// The time.
        at: Option<Expr>,
    },
    /// `reject Event { … } with "text"`, `reject Event { … } by axiom`, `reject expr with "text"`, in tests.
    Reject {
        /// The event or expression.
        what: Expr,
        /// The time.
        at: Option<Expr>,
        /// A part of the message.
        with: Option<Expr>,
        /// The axiom, perhaps with its module.
        by: Option<Vec<Ident>>,
    },
    /// `advance 5m`, in tests.
    Advance {
        /// How far: a duration.
        by: Expr,
    },
    /// `expect condition`, in tests.
    Expect {
        /// What must be true.
        condition: Expr,
    },
}

/// How an assignment assigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignOp {
    /// `=`.
    Set,
    /// `+=`.
    Add,
    /// `-=`.
    Sub,
}

/// What follows `else`.
#[derive(Clone, Debug)]
pub enum Else {
    /// `else { … }`.
    Block(Block),
    /// `else if …`: an `If` expression.
    If(Expr),
}
