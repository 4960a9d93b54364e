//! What a body is checked against: the declarations of the whole program, with all signatures known, and the names that
//! its module sees. `declare` fills both in; `body` reads them.

use crate::hir::{
    AxiomId, ConstId, CurrencyId, EnumId, EventId, FunctionId, ModuleId, Program, RecordId, StateId, Type,
};
use crate::notes::Notebook;
use lwas_base::{Diagnostics, Span, Symbol};
use std::collections::HashMap;

/// What a name of a module stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the items")]
pub enum Item {
    Module(ModuleId),
    Currency(CurrencyId),
    Enum(EnumId),
    Record(RecordId),
    State(StateId),
    Event(EventId),
    Function(FunctionId),
    Const(ConstId),
    Axiom(AxiomId),
}

/// A name with what it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// What it stands for.
    pub item: Item,
    /// Where it is declared or imported.
    pub span: Span,
    /// Whether `private` stands before it: other modules don't see it.
    pub private: bool,
}

/// The names of a module: its own items, and what it imports.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Items that the module declares.
    pub own: HashMap<Symbol, Binding>,
    /// Names bound by `use`.
    pub imported: HashMap<Symbol, Binding>,
    /// Whether the module is of the standard library.
    pub std: bool,
}

/// What bodies are checked against.
pub struct Env<'a> {
    /// Declarations; bodies may be missing.
    pub program: &'a Program,
    /// By module.
    pub scopes: &'a cranelift_entity::SecondaryMap<ModuleId, Scope>,
    /// Where it is noted what names stand for.
    pub(crate) notes: &'a Notebook,
}

impl Env<'_> {
    /// What a bare name stands for in a module.
    pub fn lookup(&self, module: ModuleId, name: Symbol) -> Option<Binding> {
        let scope = &self.scopes[module];
        scope.own.get(&name).or_else(|| scope.imported.get(&name)).copied()
    }

    /// A name as it must be written where an imported module has what is wanted by that name, such as `ledger.transfer`; the first in
    /// alphabetical order.
    pub fn elsewhere(&self, module: ModuleId, name: Symbol, wanted: impl Fn(Item) -> bool) -> Option<String> {
        let has = |of: ModuleId| self.member(of, name).is_some_and(|found| !found.private && wanted(found.item));
        let imported = self.scopes[module].imported.iter();
        let modules = imported.filter(|(_, binding)| matches!(binding.item, Item::Module(of) if has(of)));
        modules.map(|(module, _)| format!("{module}.{name}")).min()
    }

    /// What `of.name` stands for, seen from another module; the caller says when it is private.
    pub fn member(&self, of: ModuleId, name: Symbol) -> Option<Binding> {
        self.scopes[of].own.get(&name).copied()
    }
}

/// What kind of body is checked: it says what the body may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A `fn`: arguments only.
    Fn,
    /// An action or rule: reads, writes its own module's state, calls everything.
    Write,
    /// A query: reads, calls `fn`s and queries, may scan.
    Query,
    /// An axiom: reads, calls `fn`s and queries; no `now`.
    Law,
    /// A belief: the same.
    Belief,
    /// An alert: the same, and `now`.
    Alert,
    /// A computed field: as an axiom.
    Computed,
    /// A constant: `fn`s and constants only.
    Const,
    /// What stands for a value that is left out: the same.
    Default,
    /// A step of a test: reads, calls `fn`s and queries, may scan.
    Test,
}

/// A parameter of a body.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name.
    pub name: Symbol,
    /// The type.
    pub ty: Type,
    /// Where it is bound.
    pub span: Span,
}

/// Where messages go.
pub type Sink<'a> = &'a mut Diagnostics;
