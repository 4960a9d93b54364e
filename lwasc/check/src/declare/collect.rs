//! The first look at a module: each item gets its id and binds its name. Types and values are still missing.

use super::items::{Attached, RecordTree, RuleTree, StateTree};
use super::values::{empty_body, unknown_value};
use super::{Declared, front, words};
use crate::SourceModule;
use crate::env::{Binding, Item};
use crate::errors::{attributes, declarations, names};
use crate::hir::{
    Alert, Axiom, AxiomKind, AxiomScope, Const, Currency, Enum, Event, EventId, Function, FunctionId, FunctionKind,
    Module, ModuleId, Record, Settings, State, StateId, StateKind, Type,
};
use lwas_base::{Span, Symbol};
use lwas_syntax::ast::{self, Ident, ItemKind};
use std::collections::HashMap;

/// Declares a module and its items.
pub(super) fn module<'m>(declared: &mut Declared<'m>, source: &'m SourceModule) -> ModuleId {
    let name = Symbol::new(source.path.rsplit('.').next().unwrap_or_default());
    let id = declared.program.modules.push(Module { path: source.path.clone(), name, file: source.file });
    declared.trees.std.push(source.std);
    declared.scopes[id].std = source.std;
    let first = source.path.split('.').next().unwrap_or_default();
    let reserved =
        ["std", "lwas", "sqlite"].contains(&first) || first.starts_with("lwas_") || first.starts_with("sqlite_");
    if reserved && !source.std {
        declared.diagnostics.push(names::reserved_module(Span::new(source.file, 0, 0), &source.path));
    }
    let mut collector = Collector { declared, module: id, rules: HashMap::new(), tests: HashMap::new() };
    source.tree.items.iter().for_each(|item| collector.item(item));
    id
}

struct Collector<'d, 'm> {
    declared: &'d mut Declared<'m>,
    module: ModuleId,
    /// Names of rules: nothing else names them, so they have a space of their own.
    rules: HashMap<Symbol, Span>,
    tests: HashMap<&'m str, Span>,
}

impl<'m> Collector<'_, 'm> {
    fn item(&mut self, item: &'m ast::Item) {
        let attributes = front::attributes(item, &mut self.declared.diagnostics);
        let private = item.private.is_some();
        match &item.kind {
            ItemKind::Use(_) | ItemKind::Error => {}
            ItemKind::Accept(accept) => self.declared.trees.accepts.push((self.module, accept)),
            ItemKind::Const(tree) => self.constant(tree),
            ItemKind::Currency(tree) => self.currency(tree),
            ItemKind::Enum(tree) => self.enumeration(tree),
            ItemKind::Record(tree) => {
                self.named(tree.name, "record", true);
                let id = self.record(tree.name, RecordTree::Record(tree), None);
                self.bind(tree.name, Item::Record(id), false);
            }
            ItemKind::State(tree) => {
                let kind = if tree.key.is_empty() { StateKind::Single } else { StateKind::Keyed };
                let id = self.state(tree.name, kind, StateTree::State(tree));
                let settings = attributes.iter().find(|attribute| attribute.name.name.as_str() == "settings");
                settings.iter().for_each(|attribute| self.settings(tree.name, id, attribute.span));
            }
            ItemKind::Journal(tree) => _ = self.state(tree.name, StateKind::Journal, StateTree::Journal(tree)),
            ItemKind::Event(tree) => {
                self.named(tree.name, "event", true);
                let id = self.event(tree.name, RecordTree::Event(tree), private);
                self.attach(&attributes, "post", Attached::Event(id));
                self.attach(&attributes, "sample", Attached::Sample(id));
            }
            ItemKind::Function(tree) => self.function(&attributes, tree, private),
            ItemKind::Rule(tree) => self.rule(tree.name, RuleTree::Rule(tree)),
            ItemKind::Due(tree) => self.rule(tree.name, RuleTree::Due(tree)),
            ItemKind::Axiom(tree) => self.axiom(item, tree),
            ItemKind::Test(tree) => self.test(tree),
        }
    }

    /// Binds a name of the module.
    fn bind(&mut self, name: Ident, item: Item, private: bool) {
        let own = &mut self.declared.scopes[self.module].own;
        match own.get(&name.name) {
            Some(first) => {
                let text = name.name.as_str();
                self.declared.diagnostics.push(names::declared_twice(name.span, text, "the name", first.span));
            }
            None => {
                own.insert(name.name, Binding { item, span: name.span, private });
            }
        }
    }

    /// Refuses names of the language and names in the wrong case.
    fn named(&mut self, name: Ident, what: &str, capitalised: bool) {
        let text = name.name.as_str();
        // The standard library has some of the language's functions itself, such as `alerts`.
        let called = matches!(what, "function" | "action" | "query") && !self.declared.scopes[self.module].std;
        let sink = &mut self.declared.diagnostics;
        if words::is_type(text) {
            sink.push(names::taken_by_language(name.span, text, "a type"));
        } else if called && words::is_function(text) {
            sink.push(names::taken_by_language(name.span, text, "a function"));
        } else if words::is_capitalised(text) != capitalised {
            let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
            let (case, better) = match (capitalised, what) {
                (false, _) => ("small letters", words::snake_case(text)),
                (true, "constant" | "currency") => ("capitals", text.to_ascii_uppercase()),
                (true, _) => ("`UpperCamel`", words::upper_camel(text)),
            };
            sink.push(names::wrong_case(name.span, text, &format!("{article} {what}"), case, &better));
        }
    }

    fn constant(&mut self, tree: &'m ast::ConstItem) {
        self.named(tree.name, "constant", true);
        let value = unknown_value(Type::Error, tree.value.span);
        let id = self.declared.program.consts.push(Const {
            module: self.module,
            name: tree.name.name,
            value,
            span: tree.name.span,
        });
        self.declared.trees.consts.push(tree);
        self.bind(tree.name, Item::Const(id), false);
    }

    fn currency(&mut self, tree: &'m ast::CurrencyItem) {
        self.named(tree.name, "currency", true);
        let digits = super::types::checked_digits(tree.digits, &mut self.declared.diagnostics).unwrap_or_default();
        let program = &mut self.declared.program;
        let id = program.currencies.push(Currency {
            module: self.module,
            code: tree.name.name,
            digits,
            title: tree.title.clone().unwrap_or_default(),
            span: tree.name.span,
        });
        let first = *self.declared.trees.currencies.entry(tree.name.name).or_insert(id);
        let Currency { module, span, .. } = program.currencies[first];
        if module != self.module {
            let module = &program.modules[module].path;
            let twice = names::currency_twice(tree.name.span, tree.name.name.as_str(), module, span);
            self.declared.diagnostics.push(twice);
        }
        self.bind(tree.name, Item::Currency(id), false);
    }

    fn enumeration(&mut self, tree: &'m ast::EnumItem) {
        self.named(tree.name, "enum", true);
        if tree.variants.is_empty() {
            let text = tree.name.name.as_str();
            self.declared.diagnostics.push(declarations::empty_enum(tree.name.span, text));
        }
        let (name, span) = (tree.name.name, tree.name.span);
        let id = self.declared.program.enums.push(Enum { module: self.module, name, variants: vec![], span });
        self.declared.trees.enums.push(tree);
        self.bind(tree.name, Item::Enum(id), false);
    }

    fn record(&mut self, name: Ident, tree: RecordTree<'m>, event: Option<EventId>) -> crate::hir::RecordId {
        self.declared.trees.records.push(tree);
        let Ident { name, span } = name;
        self.declared.program.records.push(Record { module: self.module, name, fields: vec![], event, span })
    }

    fn state(&mut self, name: Ident, kind: StateKind, tree: StateTree<'m>) -> StateId {
        self.named(name, if kind == StateKind::Journal { "journal" } else { "state" }, true);
        let id = self.declared.program.states.push(State {
            module: self.module,
            name: name.name,
            kind,
            fields: vec![],
            key: 0,
            stored: 0,
            computed: vec![],
            indexes: vec![],
            span: name.span,
        });
        self.declared.trees.states.push(tree);
        self.bind(name, Item::State(id), false);
        id
    }

    /// The event that sets a state of settings, and its rule. Nothing is named after it: where it is applied, the state's name
    /// stands for it.
    fn settings(&mut self, name: Ident, state: StateId, span: Span) {
        let module = self.module;
        if let Some(first) = self.declared.program.settings.iter().find(|settings| settings.module == module) {
            self.declared.diagnostics.push(attributes::settings_twice(span, first.span));
            return;
        }
        let event = self.unnamed_event(name, RecordTree::Settings, false);
        self.declared.trees.rules.push((module, RuleTree::Settings(event, state)));
        self.declared.program.settings.push(Settings { module, state, event, span });
    }

    /// Keeps the attributes of a name for when everything is declared.
    fn attach(&mut self, attributes: &[&'m ast::Attribute], name: &str, to: Attached) {
        let of_name = attributes.iter().filter(|attribute| attribute.name.name.as_str() == name);
        self.declared.trees.attributes.extend(of_name.map(|attribute| (self.module, *attribute, to)));
    }

    fn event(&mut self, name: Ident, tree: RecordTree<'m>, private: bool) -> EventId {
        let id = self.unnamed_event(name, tree, private);
        self.bind(name, Item::Event(id), private);
        id
    }

    fn unnamed_event(&mut self, name: Ident, tree: RecordTree<'m>, private: bool) -> EventId {
        let id = self.declared.program.events.next_key();
        let record = self.record(name, tree, Some(id));
        self.declared.program.events.push(Event {
            module: self.module,
            name: name.name,
            record,
            key: None,
            private,
            accepted: false,
            rules: vec![],
            span: name.span,
        });
        id
    }

    fn function(&mut self, attributes: &[&'m ast::Attribute], tree: &'m ast::Function, private: bool) {
        let (kind, what) = match tree.kind {
            ast::FunctionKind::Fn => (FunctionKind::Fn, "function"),
            ast::FunctionKind::Action => (FunctionKind::Action, "action"),
            ast::FunctionKind::Query => (FunctionKind::Query, "query"),
        };
        self.named(tree.name, what, false);
        let id = self.declared.program.functions.push(Function {
            module: self.module,
            name: tree.name.name,
            kind,
            params: vec![],
            result: Type::Unit,
            private,
            body: None,
            span: tree.name.span,
        });
        self.declared.trees.functions.push(tree);
        self.bind(tree.name, Item::Function(id), private);
        self.attach(attributes, "get", Attached::Query(id));
        self.attach(attributes, "export", Attached::Fn(id));
        if attributes.iter().any(|attribute| attribute.name.name.as_str() == "event") {
            let event = self.event_of(tree, id, private);
            self.attach(attributes, "post", Attached::Event(event));
        }
    }

    /// The event that an action is, and the rule that calls it.
    fn event_of(&mut self, tree: &'m ast::Function, function: FunctionId, private: bool) -> EventId {
        let name = Symbol::new(&words::upper_camel(tree.name.name.as_str()));
        let event = self.event(Ident { name, span: tree.name.span }, RecordTree::Action(tree), private);
        self.declared.trees.rules.push((self.module, RuleTree::Action(event, function)));
        event
    }

    fn rule(&mut self, name: Ident, tree: RuleTree<'m>) {
        self.named(name, "rule", false);
        if let Some(first) = self.rules.insert(name.name, name.span) {
            let text = name.name.as_str();
            self.declared.diagnostics.push(names::declared_twice(name.span, text, "rule", first));
        }
        self.declared.trees.rules.push((self.module, tree));
    }

    fn axiom(&mut self, item: &ast::Item, tree: &'m ast::Axiom) {
        let (what, kind) = match &tree.kind {
            ast::AxiomKind::Law => ("axiom", AxiomKind::Law),
            ast::AxiomKind::Belief { units, digits, .. } => {
                ("belief", AxiomKind::Belief { truth: *units, digits: *digits })
            }
            ast::AxiomKind::Alert { severity, lasts, .. } => {
                let severity = match severity {
                    ast::Severity::Info => 0,
                    ast::Severity::Warning => 1,
                    ast::Severity::Critical => 2,
                };
                let alert = Alert { severity, lasts: *lasts, message: None, reads_now: false };
                ("alert", AxiomKind::Alert(Box::new(alert)))
            }
        };
        self.named(tree.name, what, false);
        let id = self.declared.program.axioms.push(Axiom {
            kind,
            given: vec![],
            module: self.module,
            name: tree.name.name,
            scope: AxiomScope::Whole,
            filter: None,
            body: empty_body(tree.body.span),
            reads: vec![],
            span: header(item, tree),
        });
        self.declared.trees.axioms.push(tree);
        self.bind(tree.name, Item::Axiom(id), false);
    }

    fn test(&mut self, tree: &'m ast::Test) {
        if let Some(first) = self.tests.insert(&tree.name, tree.name_span) {
            self.declared.diagnostics.push(names::declared_twice(tree.name_span, &tree.name, "test", first));
        }
        self.declared.trees.tests.push((self.module, tree));
    }
}

/// The header of an axiom up to what it is of.
fn header(item: &ast::Item, tree: &ast::Axiom) -> Span {
    let last = match &tree.scope {
        ast::AxiomScope::Whole => tree.name.span,
        ast::AxiomScope::Rows { state, .. } => state.last().map_or(tree.name.span, |last| last.span),
    };
    if last.start < item.span.start { item.span } else { item.span.to(last) }
}
