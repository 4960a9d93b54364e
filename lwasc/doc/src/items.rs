//! What a module declares for others: each item with its name, its doc comment, and the text by which it is declared, without a body.

use crate::Module;
use lwas_syntax::ast::{AxiomKind, FunctionKind, Item, ItemKind};

/// A kind of item, as a section of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Event,
    State,
    Query,
    Action,
    Function,
    Constant,
    Currency,
    Type,
    Rule,
    Axiom,
    Belief,
    Alert,
}

impl Kind {
    /// The heading of its section.
    pub fn heading(self) -> &'static str {
        match self {
            Kind::Event => "Events",
            Kind::State => "States and journals",
            Kind::Query => "Queries",
            Kind::Action => "Actions",
            Kind::Function => "Functions",
            Kind::Constant => "Constants",
            Kind::Currency => "Currencies",
            Kind::Type => "Types",
            Kind::Rule => "Rules",
            Kind::Axiom => "Axioms",
            Kind::Belief => "Beliefs",
            Kind::Alert => "Alerts",
        }
    }

    /// What opens the anchor of an item of the kind.
    fn word(self) -> &'static str {
        match self {
            Kind::Event => "event",
            Kind::State => "state",
            Kind::Query => "query",
            Kind::Action => "action",
            Kind::Function => "fn",
            Kind::Constant => "const",
            Kind::Currency => "currency",
            Kind::Type => "type",
            Kind::Rule => "rule",
            Kind::Axiom => "axiom",
            Kind::Belief => "belief",
            Kind::Alert => "alert",
        }
    }
}

/// An item.
#[derive(Clone, Debug)]
pub struct Declared<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its doc comment, in Markdown.
    pub docs: &'a str,
    /// How it is declared.
    pub signature: &'a str,
}

impl Declared<'_> {
    /// Its place in its page, such as `event-Sale`.
    pub fn anchor(&self) -> String {
        format!("{}-{}", self.kind.word(), self.name)
    }
}

/// What a module declares, by kind and then in its order. What is `private` is left out, and so are tests.
pub fn of<'a>(module: &Module<'a>) -> Vec<Declared<'a>> {
    let text = module.text;
    let mut found: Vec<Declared> = module.tree.items.iter().filter_map(|item| declared(item, text)).collect();
    found.sort_by_key(|item| item.kind);
    found
}

fn declared<'a>(item: &'a Item, text: &'a str) -> Option<Declared<'a>> {
    if item.private.is_some() {
        return None;
    }
    let (start, mut end) = (item.span.start as usize, item.span.end as usize);
    let (kind, name) = match &item.kind {
        ItemKind::Event(event) => (Kind::Event, &event.name),
        ItemKind::State(state) => (Kind::State, &state.name),
        ItemKind::Journal(journal) => (Kind::State, &journal.name),
        ItemKind::Const(constant) => (Kind::Constant, &constant.name),
        ItemKind::Currency(currency) => (Kind::Currency, &currency.name),
        ItemKind::Enum(of) => (Kind::Type, &of.name),
        ItemKind::Record(of) => (Kind::Type, &of.name),
        ItemKind::Function(function) => {
            end = function.body.span.start as usize;
            let kind = match function.kind {
                FunctionKind::Fn => Kind::Function,
                FunctionKind::Action => Kind::Action,
                FunctionKind::Query => Kind::Query,
            };
            (kind, &function.name)
        }
        ItemKind::Rule(rule) => {
            end = rule.body.span.start as usize;
            (Kind::Rule, &rule.name)
        }
        ItemKind::Due(due) => {
            end = due.body.span.start as usize;
            (Kind::Rule, &due.name)
        }
        // A law is what it says.
        ItemKind::Axiom(axiom) => {
            let kind = match axiom.kind {
                AxiomKind::Law => Kind::Axiom,
                AxiomKind::Belief { .. } => Kind::Belief,
                AxiomKind::Alert { .. } => Kind::Alert,
            };
            (kind, &axiom.name)
        }
        ItemKind::Use(_) | ItemKind::Accept(_) | ItemKind::Test(_) | ItemKind::Error => return None,
    };
    let signature = text.get(start..end).unwrap_or_default().trim_end();
    Some(Declared { kind, name: name.name.to_string(), docs: &item.docs, signature })
}
