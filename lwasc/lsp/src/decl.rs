//! Declarations: everything that has a name, with what an editor shows of it. The trees of a program come in; a table by the place of
//! the name goes out.

use crate::scope;
use lwas_base::{Span, Symbol};
use lwas_check::SourceModule;
use lwas_syntax::ast::{self, AxiomKind, FunctionKind, Ident, ItemKind, Param, StateMember, TypeExpr};
use std::collections::HashMap;

/// What a name declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Module,
    Const,
    Currency,
    Enum,
    Variant,
    Record,
    State,
    Journal,
    Event,
    Fn,
    Action,
    Query,
    Rule,
    Axiom,
    Belief,
    Alert,
    Test,
    Field,
    Param,
    Local,
}

/// A declaration.
#[derive(Clone, Debug)]
pub struct Decl {
    /// What it declares.
    pub kind: Kind,
    /// The name.
    pub name: Symbol,
    /// Where the name stands.
    pub at: Span,
    /// All of it.
    pub whole: Span,
    /// The part of the source that tells of it best: the head of a function, a state as it is.
    pub head: Span,
    /// Its doc comment.
    pub docs: String,
    /// What it belongs to: the name of a field's state, of a parameter's function.
    pub of: Option<Symbol>,
    /// For actions that are events: the event's name is made from the action's.
    pub is_event: bool,
    /// Whether it is written without a type, which the checker then found.
    pub is_untyped: bool,
}

/// The declarations of all modules by the place of their names; of modules by the empty place at their beginning.
pub fn table(modules: &[SourceModule]) -> HashMap<Span, Decl> {
    let mut decls = Collector { found: HashMap::new(), test: 0 };
    for module in modules {
        let at = Span::new(module.file, 0, 0);
        let name = Symbol::new(&module.path);
        let docs = module.tree.docs.clone();
        decls.add(Decl { docs, ..plain(Kind::Module, Ident { name, span: at }, at) });
        for item in &module.tree.items {
            decls.item(item);
        }
        for bound in scope::bound(&module.tree) {
            let local = plain(Kind::Local, bound.name, bound.name.span);
            decls.add(Decl { is_untyped: true, ..local });
        }
    }
    decls.found
}

fn plain(kind: Kind, name: Ident, whole: Span) -> Decl {
    let (name, at) = (name.name, name.span);
    Decl { kind, name, at, whole, head: whole, docs: String::new(), of: None, is_event: false, is_untyped: false }
}

/// Up to just before another place.
fn until(from: Span, to: Span) -> Span {
    Span { end: to.start.max(from.start), ..from }
}

struct Collector {
    found: HashMap<Span, Decl>,
    /// Tests have texts for names; they are told apart by number.
    test: usize,
}

impl Collector {
    fn add(&mut self, decl: Decl) {
        self.found.entry(decl.at).or_insert(decl);
    }

    fn item(&mut self, item: &ast::Item) {
        let whole = item.span;
        let mut made = |kind, name: Ident, head: Span| {
            let is_event = item.attributes.iter().any(|attribute| attribute.name.name.as_str() == "event");
            self.add(Decl { docs: item.docs.clone(), head, is_event, ..plain(kind, name, whole) });
            Some(name.name)
        };
        match &item.kind {
            ItemKind::Use(_) | ItemKind::Accept(_) | ItemKind::Error => {}
            ItemKind::Const(tree) => {
                self.add(Decl {
                    docs: item.docs.clone(),
                    is_untyped: tree.ty.is_none(),
                    ..plain(Kind::Const, tree.name, whole)
                });
            }
            ItemKind::Currency(tree) => _ = made(Kind::Currency, tree.name, whole),
            ItemKind::Enum(tree) => {
                let of = made(Kind::Enum, tree.name, whole);
                for variant in &tree.variants {
                    let last =
                        variant.fields.last().map_or(variant.name.span, |param| end(param.ty.span, &param.default));
                    let head = variant.name.span.to(last);
                    let decl = plain(Kind::Variant, variant.name, head);
                    self.add(Decl { docs: variant.docs.clone(), of, ..decl });
                    self.params(&variant.fields, Some(variant.name.name), Kind::Field);
                }
            }
            ItemKind::Record(tree) => {
                let of = made(Kind::Record, tree.name, whole);
                for field in &tree.fields {
                    self.field(field.name, &field.ty, &field.default, &field.docs, of);
                }
            }
            ItemKind::Event(tree) => {
                let of = made(Kind::Event, tree.name, whole);
                for field in &tree.fields {
                    self.field(field.name, &field.ty, &field.default, &field.docs, of);
                }
            }
            ItemKind::State(tree) => {
                let of = made(Kind::State, tree.name, whole);
                self.params(&tree.key, of, Kind::Field);
                self.members(&tree.members, of);
            }
            ItemKind::Journal(tree) => {
                let of = made(Kind::Journal, tree.name, whole);
                self.members(&tree.members, of);
            }
            ItemKind::Function(tree) => {
                let kind = match tree.kind {
                    FunctionKind::Fn => Kind::Fn,
                    FunctionKind::Action => Kind::Action,
                    FunctionKind::Query => Kind::Query,
                };
                let of = made(kind, tree.name, until(whole, tree.body.span));
                self.params(&tree.params, of, Kind::Param);
            }
            ItemKind::Rule(tree) => _ = made(Kind::Rule, tree.name, until(whole, tree.body.span)),
            ItemKind::Due(tree) => _ = made(Kind::Rule, tree.name, until(whole, tree.body.span)),
            ItemKind::Axiom(tree) => {
                let kind = match tree.kind {
                    AxiomKind::Law => Kind::Axiom,
                    AxiomKind::Belief { .. } => Kind::Belief,
                    AxiomKind::Alert { .. } => Kind::Alert,
                };
                made(kind, tree.name, whole);
            }
            ItemKind::Test(tree) => {
                self.test += 1;
                let name = Ident { name: Symbol::new(&tree.name), span: tree.name_span };
                self.add(Decl { head: until(whole, tree.body.span), ..plain(Kind::Test, name, whole) });
            }
        }
    }

    fn members(&mut self, members: &[StateMember], of: Option<Symbol>) {
        for member in members {
            match member {
                StateMember::Field(field) => self.field(field.name, &field.ty, &field.default, &field.docs, of),
                StateMember::Computed { docs, name, ty, value } => {
                    let decl = plain(Kind::Field, *name, name.span.to(value.span));
                    self.add(Decl { docs: docs.clone(), of, is_untyped: ty.is_none(), ..decl });
                }
                StateMember::Index { .. } => {}
            }
        }
    }

    fn field(&mut self, name: Ident, ty: &TypeExpr, default: &Option<ast::Expr>, docs: &str, of: Option<Symbol>) {
        let whole = name.span.to(end(ty.span, default));
        self.add(Decl { docs: docs.to_owned(), of, ..plain(Kind::Field, name, whole) });
    }

    fn params(&mut self, params: &[Param], of: Option<Symbol>, kind: Kind) {
        for param in params {
            let whole = param.name.span.to(end(param.ty.span, &param.default));
            self.add(Decl { of, ..plain(kind, param.name, whole) });
        }
    }
}

/// The end of a field: its default's, or its type's.
fn end(ty: Span, default: &Option<ast::Expr>) -> Span {
    default.as_ref().map_or(ty, |default| default.span)
}
