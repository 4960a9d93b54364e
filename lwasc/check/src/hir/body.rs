//! Bodies: locals, blocks, statements, patterns.

use super::{EnumId, EventId, Expr, LocalId, StateId, Type};
use cranelift_entity::PrimaryMap;
use lwas_base::{Span, Symbol};

/// A local: a parameter, a `let`, a variable of a loop or pattern.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: Symbol,
    /// Its type.
    pub ty: Type,
    /// Where it is bound.
    pub span: Span,
}

/// What is executed: parameters, then a block.
#[derive(Clone, Debug)]
pub struct Body {
    /// All locals, parameters first.
    pub locals: PrimaryMap<LocalId, Local>,
    /// The parameters.
    pub params: Vec<LocalId>,
    /// What is done.
    pub block: Block,
}

/// Statements, then perhaps a value.
#[derive(Clone, Debug)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Stmt>,
    /// The value; none when the type is Unit.
    pub value: Option<Box<Expr>>,
    /// The value's type, or Unit.
    pub ty: Type,
    /// With the braces.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// Where it stands.
    pub span: Span,
    /// What it does.
    pub kind: StmtKind,
}

/// What a statement does.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "statements are few beside expressions, and a box on each would be followed by every pass"
)]
pub enum StmtKind {
    /// Binds a local.
    Let { local: LocalId, value: Expr },
    /// Rejects with the message (a Text) when the condition is false.
    Require { condition: Expr, message: Expr },
    /// `S[keys].field = value` (no keys for a single row). With `+=` and `-=`, `old` is bound to the field's old value before `value` is computed.
    Assign { state: StateId, keys: Vec<Expr>, field: u32, old: Option<LocalId>, value: Expr },
    /// `delete S[keys]`: rejects when it is missing.
    Delete { state: StateId, keys: Vec<Expr> },
    /// Queues an event; `data` is of its record type.
    Emit { event: EventId, data: Expr },
    /// A loop.
    For { binder: super::Binder, body: Block },
    /// A call, `if`, `match` or write whose value, if any, is not used.
    Expr(Expr),
}

/// One arm of a match.
#[derive(Clone, Debug)]
pub struct Arm {
    /// The patterns, any of which may match; more than one bind nothing.
    pub patterns: Vec<Pattern>,
    /// What the arm gives.
    pub body: Block,
}

/// A pattern.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Matches everything.
    Any,
    /// `none`.
    None,
    /// `some(x)`.
    Some(Option<LocalId>),
    /// A variant, with a local for each field of the payload that is named.
    Variant { of: EnumId, variant: u32, fields: Vec<Option<LocalId>> },
    /// A value equal to the subject's, of the subject's type.
    Literal(Box<Expr>),
}
