//! Names: what a bare name or a dotted path stands for. A local comes first, then a field of the own row, then the
//! module's names.

use super::Checker;
use super::foreign;
use crate::declare::words;
use crate::env::{Binding, Item, Purpose};
use crate::errors::bodies;
use crate::hir::{Builtin, CurrencyId, Expr, ExprKind, ModuleId, StateId, StateKind, Type};
use lwas_base::Span;
use lwas_base::near;
use lwas_syntax::ast;

/// An item at the beginning of a path, and what follows it.
pub(super) struct Found {
    /// The item; no module.
    pub item: Item,
    /// Where the item's name ends.
    pub span: Span,
    /// The names after it.
    pub rest: Vec<ast::Ident>,
}

impl Checker<'_> {
    /// A bare name as a value.
    pub(super) fn name(&mut self, name: ast::Ident) -> Expr {
        if let Some(local) = self.local(name.name) {
            let ty = self.locals[local].ty.clone();
            self.env.notes.used(name.span, self.locals[local].span);
            return self.narrowed(Expr { ty, span: name.span, kind: ExprKind::Local(local) });
        }
        if let Some(field) = self.own_field(name) {
            self.note_own_field(name);
            return self.narrowed(field);
        }
        if let Some(binding) = self.env.lookup(self.module, name.name) {
            self.env.names(name.span, binding.item);
            return self.item_value(binding.item, name.name.as_str(), name.span);
        }
        let builtin = match name.name.as_str() {
            "now" => Some((Builtin::Now, Type::Time, "read the time")),
            "event_seq" => Some((Builtin::EventSeq, Type::Int, "read the entry's number")),
            "caller" => Some((Builtin::Caller, Type::Text, "read the caller")),
            _ => None,
        };
        if let Some((builtin, ty, what)) = builtin {
            return self.circumstance(builtin, ty, what, name.span);
        }
        self.unknown_name(name);
        match foreign::is_none(name.name.as_str()) {
            true => Expr { ty: Type::None, span: name.span, kind: ExprKind::None },
            false => self.error(name.span),
        }
    }

    /// Whether a bare name stands for something.
    pub(super) fn is_known(&mut self, name: ast::Ident) -> bool {
        self.local(name.name).is_some()
            || self.own_field(name).is_some()
            || self.env.lookup(self.module, name.name).is_some()
            || ["now", "event_seq", "caller"].contains(&name.name.as_str())
    }

    /// Says that a name stands for nothing, and what may have been meant.
    fn unknown_name(&mut self, name: ast::Ident) {
        let names = self.known_values();
        let elsewhere = self.env.elsewhere(self.module, name.name, |_| true);
        let near = elsewhere.as_deref().or_else(|| near(name.name.as_str(), names.iter().map(String::as_str)));
        let mut diagnostic = bodies::unknown_name(name.span, name.name.as_str(), near);
        let meant = self.field_meant(name).or_else(|| self.variant_meant(name)).filter(|_| near.is_none());
        let said = meant.or_else(|| foreign::value(name.name.as_str()).map(|value| format!("write `{value}`")));
        let said = said.or_else(|| foreign::oneself(name.name.as_str()).map(str::to_owned));
        let help = said.or_else(|| words::import_of(name.name.as_str()));
        if let (None, Some(help)) = (near, help) {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
    }

    /// A name that is a field of something known here.
    fn field_meant(&self, name: ast::Ident) -> Option<String> {
        let program = self.env.program;
        let has = |fields: &[crate::hir::Field]| fields.iter().any(|field| field.name == name.name);
        let holder = self.visible.iter().rev().map(|id| &self.locals[*id]).find(|local| match &local.ty {
            Type::Record(id) => has(&program.records[*id].fields),
            Type::Row(id) => has(&program.states[*id].fields),
            _ => false,
        })?;
        // A rule's event without a name of its own.
        match holder.name.as_str().starts_with(' ') {
            true => Some(format!("name the event, `on … as e`, and write `e.{}`", name.name)),
            false => Some(format!("did you mean `{}.{}`?", holder.name, name.name)),
        }
    }

    /// A name that is a variant of an enum known here.
    fn variant_meant(&self, name: ast::Ident) -> Option<String> {
        let scope = &self.env.scopes[self.module];
        let enums = scope.own.iter().chain(&scope.imported).filter_map(|(known, binding)| match binding.item {
            Item::Enum(id) => Some((known, id)),
            _ => None,
        });
        let has = |id| self.env.program.enums[id].variants.iter().any(|variant| variant.name == name.name);
        enums.filter(|(_, id)| has(*id)).map(|(known, _)| format!("write `{known}.{}`", name.name)).min()
    }

    fn circumstance(&mut self, builtin: Builtin, ty: Type, what: &str, span: Span) -> Expr {
        let allowed = match self.purpose {
            Purpose::Write => true,
            Purpose::Query | Purpose::Test | Purpose::Alert => builtin == Builtin::Now,
            Purpose::Fn | Purpose::Law | Purpose::Belief | Purpose::Computed | Purpose::Const | Purpose::Default => {
                false
            }
        };
        if !allowed {
            let advice = match self.purpose {
                Purpose::Law | Purpose::Belief | Purpose::Computed => {
                    "store it in a row when an event comes, and read it there"
                }
                Purpose::Const | Purpose::Default => "read it in a rule or action",
                _ => "pass it in as an argument",
            };
            self.report(bodies::impure(span, what, self.place(), advice));
            return self.error(span);
        }
        Expr { ty, span, kind: ExprKind::Builtin { builtin, args: vec![] } }
    }

    /// A field of the own row by its bare name, in computed fields.
    fn own_field(&mut self, name: ast::Ident) -> Option<Expr> {
        let (state, row) = self.row?;
        let fields = &self.env.program.states[state].fields;
        let at = fields.iter().position(|f| f.name == name.name)?;
        let base = Expr { ty: Type::Row(state), span: name.span, kind: ExprKind::Local(row) };
        let field = u32::try_from(at).expect("a state has few fields");
        Some(Expr { ty: fields[at].ty.clone(), span: name.span, kind: ExprKind::Field { base: Box::new(base), field } })
    }

    /// Notes a bare name that stands for a field of the own row.
    fn note_own_field(&self, name: ast::Ident) {
        let Some((state, _)) = self.row else { return };
        let state = &self.env.program.states[state];
        let field = state.fields.iter().find(|field| field.name == name.name);
        field.iter().for_each(|field| self.env.names_field(name.span, field, Some(state.span)));
    }

    fn known_values(&self) -> Vec<String> {
        let locals = self.visible.iter().map(|id| self.locals[*id].name.to_string());
        let scope = &self.env.scopes[self.module];
        let items = scope.own.keys().chain(scope.imported.keys()).map(ToString::to_string);
        let fields = self.row.map(|(state, _)| &self.env.program.states[state].fields[..]).unwrap_or_default();
        let mut names: Vec<_> = locals.chain(items).chain(fields.iter().map(|f| f.name.to_string())).collect();
        names.sort();
        names
    }

    /// An item where a value is wanted.
    pub(super) fn item_value(&mut self, item: Item, name: &str, span: Span) -> Expr {
        let program = self.env.program;
        match item {
            Item::Const(id) => {
                let value = &program.consts[id].value;
                // Literals stand for themselves, so that they keep widening as literals do.
                let kind = match &value.kind {
                    kind @ (ExprKind::Int(_) | ExprKind::Wide(_)) => kind.clone(),
                    _ => ExprKind::Const(id),
                };
                Expr { ty: value.ty.clone(), span, kind }
            }
            Item::Currency(id) => Expr { ty: Type::Currency, span, kind: ExprKind::Currency(id) },
            Item::State(id) if program.states[id].kind == StateKind::Single => {
                self.reads_state(span);
                Expr { ty: Type::Row(id), span, kind: ExprKind::Single(id) }
            }
            Item::State(_) if matches!(self.purpose, Purpose::Law | Purpose::Belief) => {
                let advice =
                    format!("one of its rows is `{name}[key]`; a law of each row begins `axiom … for x in {name}`");
                self.no_value(name, "a state with many rows", &advice, span)
            }
            Item::State(_) => self.no_value(
                name,
                "a state with many rows",
                &format!("one of them is `{name}[key]`, all of them `[x for x in {name}]`"),
                span,
            ),
            Item::Module(_) => self.no_value(name, "a module", &format!("name something in it: `{name}.…`"), span),
            Item::Enum(_) => self.no_value(name, "an enum", &format!("name a variant: `{name}.Variant`"), span),
            Item::Record(_) => self.no_value(name, "a record", &format!("make one: `{name} {{ field: value }}`"), span),
            Item::Event(_) if self.purpose == Purpose::Test => {
                self.no_value(name, "an event", &format!("`apply {name} {{ field: value }}`"), span)
            }
            Item::Event(_) => {
                let advice = format!("give the one that came a name: `rule … on {name} as e`");
                self.no_value(name, "an event", &advice, span)
            }
            Item::Function(_) => self.no_value(name, "a function", &format!("call it: `{name}(…)`"), span),
            Item::Axiom(_) => {
                self.no_value(name, "an axiom", &format!("in a test: `reject Event {{ … }} by {name}`"), span)
            }
        }
    }

    fn no_value(&mut self, name: &str, what: &str, advice: &str, span: Span) -> Expr {
        self.report(bodies::not_a_value(span, name, what, advice));
        self.error(span)
    }

    /// A path through modules to an item that is used as a value, as it is written.
    pub(super) fn path_value(&mut self, whole: &ast::Expr, found: &Found) -> Expr {
        let (mut names, mut at) = (vec![], whole);
        while let ast::ExprKind::Field { base, name } = &at.kind {
            names.push(name.name.as_str());
            at = base;
        }
        if let ast::ExprKind::Name(first) = &at.kind {
            names.push(first.name.as_str());
        }
        let path: Vec<&str> = names.into_iter().rev().collect();
        let own = &path[..path.len().saturating_sub(found.rest.len())];
        self.item_value(found.item, &own.join("."), found.span)
    }

    /// Says so where state can't be read.
    pub(super) fn reads_state(&mut self, span: Span) {
        if self.is_pure() {
            let advice = "read it in a rule, action or query and pass the value in";
            self.report(bodies::impure(span, "read state", self.place(), advice));
        }
    }

    /// The item that an expression begins with when it is a path through modules; nothing when it begins with a value.
    /// An unknown name inside a module was reported and gives `Err`.
    pub(super) fn item_path(&mut self, expr: &ast::Expr) -> Option<Result<Found, ()>> {
        let mut names = vec![];
        let mut at = expr;
        let first = loop {
            match &at.kind {
                ast::ExprKind::Name(name) => break *name,
                ast::ExprKind::Field { base, name } => {
                    names.push(*name);
                    at = base;
                }
                _ => return None,
            }
        };
        names.reverse();
        if self.local(first.name).is_some() || self.own_field(first).is_some() {
            return None;
        }
        let binding = self.env.lookup(self.module, first.name)?;
        Some(self.walk(binding, first, names))
    }

    /// The same for a path as items have it.
    pub(super) fn item_of(&mut self, path: &[ast::Ident]) -> Option<Found> {
        let (first, rest) = path.split_first()?;
        let Some(binding) = self.env.lookup(self.module, first.name) else {
            self.unknown_name(*first);
            return None;
        };
        self.walk(binding, *first, rest.to_vec()).ok()
    }

    fn walk(&mut self, binding: Binding, first: ast::Ident, names: Vec<ast::Ident>) -> Result<Found, ()> {
        let (mut item, mut span) = (binding.item, first.span);
        self.env.names(span, item);
        let mut rest = names.into_iter();
        while let Item::Module(module) = item {
            let Some(name) = rest.next() else { return Ok(Found { item, span, rest: vec![] }) };
            let found = self.member(module, name)?;
            item = found.item;
            self.env.names(name.span, item);
            span = span.to(name.span);
        }
        Ok(Found { item, span, rest: rest.collect() })
    }

    fn member(&mut self, module: ModuleId, name: ast::Ident) -> Result<Binding, ()> {
        match self.env.member(module, name.name) {
            Some(found) if found.private && module != self.module => {
                self.report(bodies::private(name.span, name.name.as_str(), found.span));
                Err(())
            }
            Some(found) => Ok(found),
            None => {
                let mut names: Vec<_> = self.env.scopes[module].own.keys().map(|n| n.as_str()).collect();
                names.sort_unstable();
                let text = format!("{}.{}", self.env.program.modules[module].name, name.name);
                let near = near(name.name.as_str(), names.into_iter());
                self.report(bodies::unknown_name(name.span, &text, near));
                Err(())
            }
        }
    }

    /// The currency that a name stands for.
    pub(super) fn currency(&mut self, name: ast::Ident) -> Option<CurrencyId> {
        match self.env.lookup(self.module, name.name).map(|b| b.item) {
            Some(item @ Item::Currency(id)) => {
                self.env.names(name.span, item);
                Some(id)
            }
            Some(_) => {
                self.report(bodies::wrong_item(name.span, name.name.as_str(), "a currency"));
                None
            }
            None => {
                let help = words::import_of(name.name.as_str())
                    .unwrap_or_else(|| format!("declare it: `currency {}(2)`", name.name));
                self.report(bodies::unknown_name(name.span, name.name.as_str(), None).with_help(help));
                None
            }
        }
    }

    /// The state that a path names.
    pub(super) fn state(&mut self, path: &[ast::Ident]) -> Option<StateId> {
        let found = self.item_of(path)?;
        match (found.item, found.rest.is_empty()) {
            (Item::State(id), true) => Some(id),
            _ => {
                let text = path.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(".");
                self.report(bodies::wrong_item(found.span, &text, "a state or journal"));
                None
            }
        }
    }
}
