//! Bodies: expressions, statements and blocks from tree to typed program. Comes in: a tree, what its module sees (`Env`) and
//! what the body is for (`Purpose`). Goes out: a `Body` in which every expression has its type and every implicit step
//! is written out. One `Checker` a body; each file adds what it knows about its subject.

mod aggregate;
mod arith;
mod binder;
mod builtin;
mod calendar;
mod call;
mod coerce;
mod compare;
mod expr;
mod field;
mod foreign;
mod habits;
mod join;
mod literal;
mod map;
mod matching;
mod narrow;
mod path;
mod record;
mod resonance;
mod row;
mod show;
mod sort;
mod stmt;
mod write;

pub use builtin::names as function_names;
pub use show::show_type;

use crate::env::{Env, Parameter, Purpose, Sink};
use crate::hir::{Block, Body, Expr, Local, LocalId, ModuleId, StateId, Type};
use cranelift_entity::PrimaryMap;
use lwas_base::{Span, Symbol};
use lwas_syntax::ast;

/// What is known while a body is checked.
pub(crate) struct Checker<'a> {
    env: &'a Env<'a>,
    module: ModuleId,
    purpose: Purpose,
    locals: PrimaryMap<LocalId, Local>,
    /// Locals that are seen, innermost last.
    visible: Vec<LocalId>,
    /// The state whose fields are bare names, and the local that holds the row.
    row: Option<(StateId, LocalId)>,
    /// Locals and their fields that are known not to be `none`.
    facts: narrow::Facts,
    sink: Sink<'a>,
}

/// Checks a body. `params` are bound first; `row_fields` makes the fields of the first parameter, a row, bare names.
/// `expected` is the declared result; without one the body has no value.
#[expect(clippy::too_many_arguments, reason = "each is one thing that a body is checked against")]
pub fn check_body(
    env: &Env,
    module: ModuleId,
    purpose: Purpose,
    params: &[Parameter],
    row_fields: Option<StateId>,
    expected: Option<&Type>,
    block: &ast::Block,
    sink: Sink,
) -> Body {
    let mut checker = Checker::new(env, module, purpose, sink);
    let params = checker.bind_params(params, row_fields);
    let block = match expected {
        Some(Type::Unit) | None => checker.unit_block(block),
        Some(ty) => checker.block_to(block, ty, "the result"),
    };
    Body { locals: checker.locals, params, block }
}

/// Checks a law: what it is asked of (`filter`, over the same parameters and locals) and what must hold there, where the
/// filter is known to be true.
pub fn check_law(env: &Env, module: ModuleId, params: &[Parameter], law: &Law, sink: Sink) -> CheckedLaw {
    let mut checker = Checker::new(env, module, law.purpose, sink);
    let params = checker.bind_params(params, None);
    let filter = law.filter.map(|filter| checker.condition(filter, "`where`"));
    if let Some(filter) = &filter {
        checker.assume(filter, true);
    }
    let what = match law.purpose {
        Purpose::Belief => "a belief",
        Purpose::Alert => "`when`",
        _ => "a law",
    };
    let block = match statements_of_law(law) {
        Some(diagnostic) => {
            checker.report(diagnostic);
            let value = Some(Box::new(checker.error(law.block.span)));
            Block { statements: vec![], value, ty: Type::Bool, span: law.block.span }
        }
        None => checker.scoped(|checker| checker.block_to(law.block, &Type::Bool, what)),
    };
    let message = law.message.map(|message| {
        if let Some(value) = &block.value {
            checker.assume(value, true);
        }
        checker.expr_to(message, &Type::Text, "`message`")
    });
    CheckedLaw { body: Body { locals: checker.locals, params, block }, filter, message }
}

/// What is said about a law that is written as if it did something: `require …`, or a loop over rows.
fn statements_of_law(law: &Law) -> Option<lwas_base::Diagnostic> {
    let last = law.block.statements.last().filter(|_| law.block.value.is_none())?;
    let advice = match &last.kind {
        ast::StmtKind::Require { .. } => "a law is its condition alone: leave out `require` and `else`".to_owned(),
        ast::StmtKind::For { binder, .. } => {
            let var = binder.vars.first().map_or("x", |var| var.name.as_str());
            let of = match &binder.source.kind {
                ast::ExprKind::Name(state) => state.name.as_str(),
                _ => "S",
            };
            format!("say it of each row, before the brace: `… for {var} in {of} {{ condition }}`")
        }
        _ => return None,
    };
    Some(crate::errors::types::no_value(last.span, "`Bool`").with_help(advice))
}

/// A law, belief or alert as it is written.
pub struct Law<'t> {
    /// Which of the three.
    pub purpose: Purpose,
    /// `where …`.
    pub filter: Option<&'t ast::Expr>,
    /// What must hold, or when it fires.
    pub block: &'t ast::Block,
    /// What an alert says, where its condition is true.
    pub message: Option<&'t ast::Expr>,
}

/// The same, typed; all parts share the body's locals.
pub struct CheckedLaw {
    /// Gives a Bool.
    pub body: Body,
    /// A Bool.
    pub filter: Option<Expr>,
    /// A Text.
    pub message: Option<Expr>,
}

/// Checks a lone expression: the body's block has just its value. Without `expected` its type is inferred.
#[expect(clippy::too_many_arguments, reason = "each is one thing that an expression is checked against")]
pub fn check_expr(
    env: &Env,
    module: ModuleId,
    purpose: Purpose,
    params: &[Parameter],
    row_fields: Option<StateId>,
    expected: Option<&Type>,
    expr: &ast::Expr,
    sink: Sink,
) -> Body {
    let mut checker = Checker::new(env, module, purpose, sink);
    let params = checker.bind_params(params, row_fields);
    let value = match expected {
        Some(ty) => checker.expr_to(expr, ty, "the declared type"),
        None => {
            let value = checker.expr(expr, None);
            checker.keepable(value, "a constant or computed field")
        }
    };
    let block = Block { statements: vec![], ty: value.ty.clone(), span: value.span, value: Some(Box::new(value)) };
    Body { locals: checker.locals, params, block }
}

/// The steps of a test: what one binds, the later ones see.
pub struct Steps<'a> {
    env: &'a Env<'a>,
    module: ModuleId,
    locals: PrimaryMap<LocalId, Local>,
    visible: Vec<LocalId>,
    /// What expectations have said of the locals: a later step is reached only where they hold.
    facts: narrow::Facts,
}

impl<'a> Steps<'a> {
    /// No step yet.
    pub fn new(env: &'a Env<'a>, module: ModuleId) -> Steps<'a> {
        Steps { env, module, locals: PrimaryMap::new(), visible: vec![], facts: narrow::Facts::default() }
    }

    fn with<T>(&mut self, sink: Sink, work: impl FnOnce(&mut Checker) -> T) -> T {
        let mut checker = Checker::new(self.env, self.module, Purpose::Test, sink);
        checker.locals = std::mem::take(&mut self.locals);
        checker.visible = std::mem::take(&mut self.visible);
        checker.facts = std::mem::take(&mut self.facts);
        let result = work(&mut checker);
        self.locals = checker.locals;
        self.visible = checker.visible;
        self.facts = checker.facts;
        result
    }

    /// What a step expects, which later steps know to be true.
    pub fn expect(&mut self, expr: &ast::Expr, sink: Sink) -> Expr {
        self.with(sink, |checker| {
            let condition = checker.condition(expr, "`expect`");
            checker.assume(&condition, true);
            condition
        })
    }

    /// An expression of a step; `expected` none infers its type.
    pub fn expr(&mut self, expected: Option<&Type>, expr: &ast::Expr, sink: Sink) -> Expr {
        self.with(sink, |checker| match expected {
            Some(ty) => checker.expr_to(expr, ty, "this step"),
            None => checker.expr(expr, None),
        })
    }

    /// A list with the type of its elements.
    pub fn list(&mut self, list: &ast::Expr, sink: Sink) -> (Expr, Type) {
        self.with(sink, |checker| {
            let list = checker.expr(list, None);
            let of = if let Type::List(of) = &list.ty { (**of).clone() } else { Type::Error };
            (list, of)
        })
    }

    /// For each variable of `a, b in source` the list of its values, with the type of its elements.
    pub fn lists(&mut self, source: &ast::Expr, vars: &[ast::Ident], sink: Sink) -> Vec<(Expr, Type)> {
        self.with(sink, |checker| checker.lists(source, vars))
    }

    /// A local for later steps.
    pub fn bind(&mut self, name: ast::Ident, ty: Type, sink: Sink) -> LocalId {
        self.with(sink, |checker| checker.bind(name.name, name.span, ty))
    }

    /// All locals of the steps.
    pub fn finish(self) -> PrimaryMap<LocalId, Local> {
        self.locals
    }
}

impl<'a> Checker<'a> {
    fn new(env: &'a Env<'a>, module: ModuleId, purpose: Purpose, sink: Sink<'a>) -> Checker<'a> {
        Checker {
            env,
            module,
            purpose,
            locals: PrimaryMap::new(),
            visible: vec![],
            row: None,
            facts: narrow::Facts::default(),
            sink,
        }
    }

    fn bind_params(&mut self, params: &[Parameter], row_fields: Option<StateId>) -> Vec<LocalId> {
        let locals: Vec<_> = params.iter().map(|p| self.bind(p.name, p.span, p.ty.clone())).collect();
        self.row = row_fields.and_then(|state| locals.first().map(|local| (state, *local)));
        locals
    }

    /// Binds a local, and says so when the name is taken by another local.
    fn bind(&mut self, name: Symbol, span: Span, ty: Type) -> LocalId {
        let taken = self.visible.iter().rev().find(|id| self.locals[**id].name == name);
        if let Some(first) = taken.map(|id| self.locals[*id].span) {
            self.report(crate::errors::bodies::bound_twice(span, name.as_str(), first));
        }
        self.env.notes.typed(span, &ty);
        let id = self.locals.push(Local { name, ty, span });
        self.visible.push(id);
        id
    }

    /// Does some work in a scope of its own: locals bound and facts learnt in it are forgotten after it.
    fn scoped<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let (visible, facts) = (self.visible.len(), self.facts.len());
        let result = work(self);
        self.visible.truncate(visible);
        self.facts.truncate(facts);
        result
    }

    fn local(&self, name: Symbol) -> Option<LocalId> {
        self.visible.iter().rev().copied().find(|id| self.locals[*id].name == name)
    }

    fn report(&mut self, diagnostic: lwas_base::Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// A type in words: "`USD`", "`USD` with 5 digits", "a fraction of `USD`".
    fn words(&self, ty: &Type) -> String {
        show::words(self.env.program, ty)
    }

    fn error(&self, span: Span) -> Expr {
        Expr { ty: Type::Error, span, kind: crate::hir::ExprKind::Error }
    }

    /// Whether the body knows its arguments only.
    fn is_pure(&self) -> bool {
        matches!(self.purpose, Purpose::Fn | Purpose::Const | Purpose::Default)
    }

    /// What the body is called in messages.
    fn place(&self) -> &'static str {
        match self.purpose {
            Purpose::Fn => "a `fn`",
            Purpose::Write => "a rule or action",
            Purpose::Query => "a query",
            Purpose::Law => "an axiom",
            Purpose::Belief => "a belief",
            Purpose::Alert => "an alert",
            Purpose::Computed => "a computed field",
            Purpose::Const => "a constant",
            Purpose::Default => "a default",
            Purpose::Test => "a test",
        }
    }
}
