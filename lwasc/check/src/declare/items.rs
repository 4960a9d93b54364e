//! The trees that items were declared by, under the ids that the items got.

use crate::hir::{AxiomId, ConstId, CurrencyId, EnumId, EventId, FunctionId, ModuleId, RecordId, StateId};
use cranelift_entity::PrimaryMap;
use lwas_base::Symbol;
use lwas_syntax::ast;
use std::collections::HashMap;

/// What a record's fields are written in.
#[derive(Clone, Copy)]
pub(crate) enum RecordTree<'m> {
    /// A record.
    Record(&'m ast::RecordItem),
    /// An event.
    Event(&'m ast::Event),
    /// An action that is an event.
    Action(&'m ast::Function),
    /// Settings, whose event has the fields of their state.
    Settings,
}

/// A state or journal.
#[derive(Clone, Copy)]
pub(crate) enum StateTree<'m> {
    /// A state.
    State(&'m ast::State),
    /// A journal.
    Journal(&'m ast::Journal),
}

impl<'m> StateTree<'m> {
    /// Its fields, computed fields and indexes.
    pub fn members(self) -> &'m [ast::StateMember] {
        match self {
            StateTree::State(state) => &state.members,
            StateTree::Journal(journal) => &journal.members,
        }
    }
}

/// A rule, or what stands for one.
#[derive(Clone, Copy)]
pub(crate) enum RuleTree<'m> {
    /// As written.
    Rule(&'m ast::Rule),
    /// One that is due.
    Due(&'m ast::Due),
    /// The event of an action calls it.
    Action(EventId, FunctionId),
    /// The event of settings sets the fields of their state.
    Settings(EventId, StateId),
}

/// What an attribute with arguments stands before.
#[derive(Clone, Copy)]
pub(crate) enum Attached {
    /// `@get`.
    Query(FunctionId),
    /// `@post`.
    Event(EventId),
    /// `@export`.
    Fn(FunctionId),
    /// `@sample`.
    Sample(EventId),
}

/// Trees by id; rules, tests and `accept` in the order of modules and files.
#[derive(Default)]
pub(crate) struct Trees<'m> {
    pub enums: PrimaryMap<EnumId, &'m ast::EnumItem>,
    pub records: PrimaryMap<RecordId, RecordTree<'m>>,
    pub states: PrimaryMap<StateId, StateTree<'m>>,
    pub functions: PrimaryMap<FunctionId, &'m ast::Function>,
    pub consts: PrimaryMap<ConstId, &'m ast::ConstItem>,
    pub axioms: PrimaryMap<AxiomId, &'m ast::Axiom>,
    pub rules: Vec<(ModuleId, RuleTree<'m>)>,
    pub tests: Vec<(ModuleId, &'m ast::Test)>,
    pub accepts: Vec<(ModuleId, &'m ast::Accept)>,
    /// Attributes that say of routes, exports and samples.
    pub attributes: Vec<(ModuleId, &'m ast::Attribute, Attached)>,
    /// Currencies by code: data names them by nothing else.
    pub currencies: HashMap<Symbol, CurrencyId>,
    /// By module: whether it is of the standard library.
    pub std: PrimaryMap<ModuleId, bool>,
}
