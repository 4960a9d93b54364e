//! The typed program: what the checker hands on. Every expression has its type from birth; every implicit step (widening,
//! filling in defaults, narrowing an optional, choosing an index) is written out, so that `lower` decides nothing. A part that
//! was wrong is `Type::Error` / `ExprKind::Error`, which agree with everything; a program with an error is never lowered.

mod attribute;
mod body;
mod expr;
mod item;
mod ty;

pub use attribute::{Answer, Export, Route, Sample, Segment, Settings, Target};
pub use body::{Arm, Block, Body, Local, Pattern, Stmt, StmtKind};
pub use expr::{
    Access, AggregateOp, ArithOp, Binder, Builtin, CompareOp, End, Expr, ExprKind, Range, Source, TextPart, Wish,
    WriteKind,
};
pub use item::{
    Aggregate, AggregateKind, Alert, Axiom, AxiomKind, AxiomScope, Back, Cases, Column, Computed, Const, Currency, Due,
    Enum, Event, Face, Field, Function, FunctionKind, Module, Program, Read, ReadSource, Record, Rule, State,
    StateKind, Test, TestStep, TestStepKind, Variant,
};
pub use ty::{FractionOf, Type};

use cranelift_entity::entity_impl;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);
        entity_impl!($name, $prefix);
    )* };
}

ids! {
    /// A module of the program.
    ModuleId = "module";
    /// A currency.
    CurrencyId = "currency";
    /// An enum.
    EnumId = "enum";
    /// A record, or the data of an event.
    RecordId = "record";
    /// A state or journal.
    StateId = "state";
    /// An event.
    EventId = "event";
    /// A `fn`, `action` or `query`.
    FunctionId = "function";
    /// A constant.
    ConstId = "const";
    /// A rule.
    RuleId = "rule";
    /// An axiom.
    AxiomId = "axiom";
    /// An aggregate kept by difference.
    AggregateId = "aggregate";
    /// A local of one body.
    LocalId = "local";
}
