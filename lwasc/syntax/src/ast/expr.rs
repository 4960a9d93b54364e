//! Expressions, patterns and types as written.

use super::{Else, Stmt};
use lwas_base::{Span, Symbol};

/// A name where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub name: Symbol,
    /// Where.
    pub span: Span,
}

/// An expression where it stands.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// From its first to its last token.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// Source that could not be read; a message was given.
    Error,
    /// `42`, `0.30`, `2.9%`, `30s`, `@2026-01-25`, `true`, `none`.
    Literal(Literal),
    /// `99.99 USD`.
    Amount {
        /// The number's smallest units.
        units: i128,
        /// The digits written.
        digits: u8,
        /// The currency's name.
        currency: Ident,
    },
    /// `"text with {expr}"`; one literal part, or none, when nothing is interpolated.
    Text(Vec<TextPart>),
    /// `some(x)`.
    Some(Box<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `[e for x in xs where p]`.
    Comprehension {
        /// The element.
        value: Box<Expr>,
        /// `x in xs where p`.
        binder: Box<Binder>,
    },
    /// `{ "k": v }`: the keys with their values.
    Map(Vec<(Expr, Expr)>),
    /// `{ k: v for x in xs where p }`.
    MapComprehension {
        /// The key.
        key: Box<Expr>,
        /// Its value.
        value: Box<Expr>,
        /// `x in xs where p`.
        binder: Box<Binder>,
    },
    /// `sum(e for x in xs where p)`, `count(x in xs where p)`, `first(x in S where p)`, `last(10, x in S)`.
    Aggregate {
        /// `sum`, `count`, `avg`, …: which exist is the checker's to say.
        name: Ident,
        /// The first argument of `last(1000, x in S)`.
        limit: Option<Box<Expr>>,
        /// The `e` of `e for x in xs`; none in `count(x in xs)`.
        value: Option<Box<Expr>>,
        /// `x in xs where p`.
        binder: Box<Binder>,
    },
    /// `fold acc: T = init for x in xs where p { … }`.
    Fold {
        /// The accumulator.
        acc: Ident,
        /// Its declared type.
        ty: Option<TypeExpr>,
        /// Its first value.
        init: Box<Expr>,
        /// `x in xs where p`.
        binder: Box<Binder>,
        /// Its next value.
        body: Box<Block>,
    },
    /// `Name { field: value }`: a record or an event, perhaps with its module.
    Record {
        /// The name.
        path: Vec<Ident>,
        /// The fields in the order written.
        fields: Vec<FieldInit>,
    },
    /// `r with { field: value }`.
    With {
        /// The record.
        base: Box<Expr>,
        /// What differs.
        fields: Vec<FieldInit>,
    },
    /// `create`, `put` or `append`: a statement whose value may be used.
    Write(Box<Write>),
    /// A bare name.
    Name(Ident),
    /// `base.name`.
    Field {
        /// What is before the dot: a value, an enum or a module.
        base: Box<Expr>,
        /// The name after it.
        name: Ident,
    },
    /// `base[key]`, `base[from, to]`.
    Index {
        /// What is before the bracket.
        base: Box<Expr>,
        /// What is in it; at least one.
        keys: Vec<Expr>,
    },
    /// `callee(args)`; `sort(xs by x.at)` has the arguments `xs` and `by: x.at`.
    Call {
        /// What is before the parenthesis: a `Name` or `Field`.
        callee: Box<Expr>,
        /// The arguments in the order written.
        args: Vec<Arg>,
    },
    /// `-x`, `not x`.
    Unary {
        /// Which.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a + b`.
    Binary {
        /// Which, and where it stands.
        op: (BinaryOp, Span),
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `if c { a } else { b }`.
    If {
        /// The condition.
        condition: Box<Expr>,
        /// When it is true.
        then: Box<Block>,
        /// When it is false.
        otherwise: Option<Box<Else>>,
    },
    /// `match e { pattern => value, … }`.
    Match {
        /// What is matched.
        subject: Box<Expr>,
        /// The arms in order.
        arms: Vec<Arm>,
    },
}

/// A literal without parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `42`; below 2^63.
    Int(i64),
    /// `0.30` (units 30, digits 2), `2.9%` (units 29, digits 3).
    Decimal {
        /// Smallest units.
        units: i128,
        /// Digits after the point, from 0 to 36.
        digits: u8,
    },
    /// Microseconds.
    Duration(i64),
    /// Days since 1970-01-01.
    Date(i64),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Time(i64),
    /// `true`, `false`.
    Bool(bool),
    /// `none`.
    None,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub enum TextPart {
    /// As it is, escapes resolved.
    Literal(String),
    /// What stood between `{` and `}`.
    Expr(Expr),
}

/// `x in xs over 24h where p`; `a, b in zip(xs, ys)` has two variables.
#[derive(Clone, Debug)]
pub struct Binder {
    /// The variables; at least one.
    pub vars: Vec<Ident>,
    /// What is gone through.
    pub source: Expr,
    /// `over 24h`: the rows of a journal of so long a time.
    pub over: Option<Expr>,
    /// `where p`.
    pub filter: Option<Expr>,
}

/// `name: value` or `value`.
#[derive(Clone, Debug)]
pub struct Arg {
    /// The name before the colon.
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}

/// `field: value`, or `field` for `field: field`.
#[derive(Clone, Debug)]
pub struct FieldInit {
    /// The field.
    pub name: Ident,
    /// The value; none in the short form.
    pub value: Option<Expr>,
}

/// `create S[k] { … }`, `put S[k] { … }`, `append J { … }`.
#[derive(Clone, Debug)]
pub struct Write {
    /// Which.
    pub kind: WriteKind,
    /// The state or journal, perhaps with its module.
    pub path: Vec<Ident>,
    /// The key; empty with `append`.
    pub keys: Vec<Expr>,
    /// The fields in the order written.
    pub fields: Vec<FieldInit>,
}

/// How a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// Rejects when it is there.
    Create,
    /// Creates or replaces.
    Put,
    /// Adds to a journal.
    Append,
}

/// One arm of a `match`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Left of `=>`.
    pub pattern: Pattern,
    /// Right of `=>`; a bare expression is a block with that value.
    pub body: Block,
}

/// A pattern where it stands.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// Where.
    pub span: Span,
}

/// What a pattern is.
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// Source that could not be read; a message was given.
    Error,
    /// `_`.
    Any,
    /// `none`.
    None,
    /// `some(p)`; `some(_)` binds nothing.
    Some(Option<Ident>),
    /// `Tier.Plus`, `Tier.Custom(rate)`: the path, and a name or `_` for each field of the payload.
    Variant {
        /// The dotted path.
        path: Vec<Ident>,
        /// The names; none without parentheses.
        fields: Option<Vec<Option<Ident>>>,
    },
    /// A literal without a sign: a number, an amount, a text without parts, a date, `true`.
    Literal(Box<Expr>),
    /// `A.X | A.Y`; at least two.
    Or(Vec<Pattern>),
}

/// Statements, then perhaps a value. A block whose last statement is an `if` or `match` without a value keeps it as a statement:
/// the checker takes it as the value where one is wanted.
#[derive(Clone, Debug)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Stmt>,
    /// The last expression.
    pub value: Option<Box<Expr>>,
    /// With the braces.
    pub span: Span,
}

/// `-` and `not`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the operators")]
pub enum UnaryOp {
    Neg,
    Not,
}

/// The operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the operators")]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    /// `??`.
    Coalesce,
    Add,
    Sub,
    Mul,
    Div,
}

/// A type where it stands.
#[derive(Clone, Debug)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeExprKind,
    /// Where.
    pub span: Span,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum TypeExprKind {
    /// Source that could not be read; a message was given.
    Error,
    /// `Text`, `ledger.Account`, `Decimal(4)`, `USD(6)`, `List<Text>`.
    Named {
        /// The dotted path.
        path: Vec<Ident>,
        /// In parentheses.
        digits: Option<(i64, Span)>,
        /// In angle brackets.
        args: Vec<TypeExpr>,
    },
    /// `T?`.
    Optional(Box<TypeExpr>),
}
