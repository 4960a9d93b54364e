//! The tree: what the parser hands on. Plain data that owns everything; spans cover the source from the first to
//! the last token of the thing. Where the source was wrong the tree holds an `Error` node, so that later stages can go on
//! without repeating the message.

mod expr;
mod item;
mod stmt;

pub use expr::{
    Arg, Arm, BinaryOp, Binder, Block, Expr, ExprKind, FieldInit, Ident, Literal, Pattern, PatternKind, TextPart,
    TypeExpr, TypeExprKind, UnaryOp, Write, WriteKind,
};
pub use item::{
    Accept, Attribute, Axiom, AxiomKind, AxiomScope, CaseRow, CaseSource, Cases, Change, ConstItem, CurrencyItem, Due,
    EnumItem, Event, EventField, File, Function, FunctionKind, Item, ItemKind, Journal, Param, RecordField, RecordItem,
    Rule, Severity, State, StateField, StateMember, Test, Use, UseName, UseNames, Variant,
};
pub use stmt::{AssignOp, Else, Stmt, StmtKind};
