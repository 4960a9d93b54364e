//! Bodies: functions, rules, axioms and tests, each checked against the declarations of the whole program.

mod due;
mod test;
mod warn;

pub(crate) use warn::warn;

use crate::body::{Law, check_body, check_law};
use crate::declare::names::{kind, resolve_path};
use crate::declare::{Declared, RuleTree, empty_body};
use crate::env::{Item, Parameter, Purpose};
use crate::errors::{beliefs, declarations, names};
use crate::hir::{
    AxiomKind, AxiomScope, Block, Body, EventId, Expr, ExprKind, FunctionId, FunctionKind, Local, ModuleId, Rule,
    RuleId, StateId, StateKind, Stmt, StmtKind, Type,
};
use cranelift_entity::PrimaryMap;
use lwas_base::{Diagnostics, Span, Symbol};
use lwas_syntax::ast::{self, Ident};

/// Checks all bodies.
pub(crate) fn fill(declared: &mut Declared) {
    functions(declared);
    rules(declared);
    axioms(declared);
    test::fill(declared);
}

fn functions(declared: &mut Declared) {
    for (id, tree) in &declared.trees.functions.clone() {
        let function = &declared.program.functions[id];
        let purpose = match function.kind {
            FunctionKind::Fn => Purpose::Fn,
            FunctionKind::Action => Purpose::Write,
            FunctionKind::Query => Purpose::Query,
        };
        let params: Vec<_> =
            function.params.iter().map(|p| Parameter { name: p.name, ty: p.ty.clone(), span: p.span }).collect();
        let mut sink = Diagnostics::new();
        let expected = Some(&function.result);
        let body =
            check_body(&declared.env(), function.module, purpose, &params, None, expected, &tree.body, &mut sink);
        declared.diagnostics.append(sink);
        declared.program.functions[id].body = Some(body);
    }
}

fn rules(declared: &mut Declared) {
    for (module, tree) in declared.trees.rules.clone() {
        let rule = match tree {
            RuleTree::Rule(rule) => written(declared, module, rule),
            RuleTree::Action(event, function) => Some(calling(declared, module, event, function)),
            RuleTree::Settings(event, state) => Some(setting(declared, module, event, state)),
            RuleTree::Due(tree) => {
                let due = due::written(declared, module, tree);
                declared.program.dues.extend(due);
                None
            }
        };
        if let Some(rule) = rule {
            let event = rule.event;
            let id: RuleId = declared.program.rules.push(rule);
            declared.program.events[event].rules.push(id);
        }
    }
}

/// A rule as written. Its body is checked even when its event is unknown.
fn written(declared: &mut Declared, module: ModuleId, tree: &ast::Rule) -> Option<Rule> {
    let mut sink = Diagnostics::new();
    let event = match resolve_path(&declared.env(), module, &tree.event, &mut sink) {
        Some(Item::Event(event)) => Some(event),
        Some(other) => {
            wrong(&tree.event, other, "an event", &mut sink);
            None
        }
        None => None,
    };
    let ty = event.map_or(Type::Error, |event| Type::Record(declared.program.events[event].record));
    let binding = tree.binding.unwrap_or(Ident { name: Symbol::new(" event"), span: tree.name.span });
    let params = [Parameter { name: binding.name, ty, span: binding.span }];
    let env = declared.env();
    let body = check_body(&env, module, Purpose::Write, &params, None, None, &tree.body, &mut sink);
    declared.diagnostics.append(sink);
    Some(Rule { module, name: tree.name.name, event: event?, body, span: tree.name.span })
}

fn wrong(path: &[Ident], item: Item, want: &str, sink: &mut Diagnostics) {
    if let Some(last) = path.last() {
        sink.push(names::wrong_kind(last.span, last.name.as_str(), kind(item), want));
    }
}

/// The rule of an action that is an event: it calls the action with the event's fields.
fn calling(declared: &Declared, module: ModuleId, event: EventId, function: FunctionId) -> Rule {
    let program = &declared.program;
    let (record, action) = (program.events[event].record, &program.functions[function]);
    let span = action.span;
    let mut locals = PrimaryMap::new();
    let data = locals.push(Local { name: Symbol::new(" event"), ty: Type::Record(record), span });
    let argument = |(number, field): (u32, &crate::hir::Field)| {
        let base = Box::new(Expr { ty: Type::Record(record), span, kind: ExprKind::Local(data) });
        Expr { ty: field.ty.clone(), span, kind: ExprKind::Field { base, field: number } }
    };
    let args = (0..).zip(&action.params).map(argument).collect();
    let call = Expr { ty: action.result.clone(), span, kind: ExprKind::Call { function, args } };
    let statements = vec![Stmt { span, kind: StmtKind::Expr(call) }];
    let block = Block { statements, value: None, ty: Type::Unit, span };
    Rule { module, name: action.name, event, body: Body { locals, params: vec![data], block }, span }
}

/// The rule of settings: it assigns the event's fields to those of the state.
fn setting(declared: &Declared, module: ModuleId, event: EventId, state: StateId) -> Rule {
    let program = &declared.program;
    let (record, settings) = (program.events[event].record, &program.states[state]);
    let span = settings.span;
    let mut locals = PrimaryMap::new();
    let data = locals.push(Local { name: Symbol::new(" event"), ty: Type::Record(record), span });
    let assign = |(field, declared): (u32, &crate::hir::Field)| {
        let base = Box::new(Expr { ty: Type::Record(record), span, kind: ExprKind::Local(data) });
        let value = Expr { ty: declared.ty.clone(), span, kind: ExprKind::Field { base, field } };
        Stmt { span: declared.span, kind: StmtKind::Assign { state, keys: vec![], field, old: None, value } }
    };
    let statements = (0..).zip(&settings.fields[..settings.stored]).map(assign).collect();
    let block = Block { statements, value: None, ty: Type::Unit, span };
    Rule { module, name: settings.name, event, body: Body { locals, params: vec![data], block }, span }
}

fn axioms(declared: &mut Declared) {
    for (id, tree) in &declared.trees.axioms.clone() {
        let module = declared.program.axioms[id].module;
        let mut sink = Diagnostics::new();
        let (scope, params) = scope(declared, module, tree, &mut sink);
        let env = declared.env();
        let filter = match &tree.scope {
            ast::AxiomScope::Rows { filter, .. } => filter.as_deref(),
            ast::AxiomScope::Whole => None,
        };
        let (purpose, message) = match &tree.kind {
            ast::AxiomKind::Law => (Purpose::Law, None),
            ast::AxiomKind::Belief { .. } => (Purpose::Belief, None),
            ast::AxiomKind::Alert { message, .. } => (Purpose::Alert, message.as_deref()),
        };
        let law = Law { purpose, filter, block: &tree.body, message };
        let checked = check_law(&env, module, &params, &law, &mut sink);
        declared.diagnostics.append(sink);
        let axiom = &mut declared.program.axioms[id];
        axiom.body = checked.body;
        axiom.scope = scope.unwrap_or(AxiomScope::Whole);
        axiom.filter = checked.filter;
        if let AxiomKind::Alert(alert) = &mut axiom.kind {
            alert.message = checked.message;
        }
    }
}

fn scope(
    declared: &Declared,
    module: ModuleId,
    tree: &ast::Axiom,
    sink: &mut Diagnostics,
) -> (Option<AxiomScope>, Vec<Parameter>) {
    let ast::AxiomScope::Rows { var, state, change, .. } = &tree.scope else {
        return (Some(AxiomScope::Whole), vec![]);
    };
    let word = match tree.kind {
        ast::AxiomKind::Law => None,
        ast::AxiomKind::Belief { .. } => Some("belief"),
        ast::AxiomKind::Alert { .. } => Some("alert"),
    };
    // A name that was refused stands for something unknown, so that one mistake gives one message.
    let mut past = None;
    let change = match (word, change, state.last()) {
        (Some(word), ast::Change::From(_) | ast::Change::Deleted, Some(last)) => {
            sink.push(beliefs::of_changes(last.span.after(), word));
            past = if let ast::Change::From(before) = change { Some(before) } else { None };
            &ast::Change::No
        }
        _ => change,
    };
    let found = match resolve_path(&declared.env(), module, state, sink) {
        Some(Item::State(id)) => rows(declared, id, state, change, sink),
        Some(other) => {
            wrong(state, other, "a state or journal", sink);
            None
        }
        None => None,
    };
    let ty = found.map_or(Type::Error, Type::Row);
    let parameter = |name: &Ident| Parameter { name: name.name, ty: ty.clone(), span: name.span };
    let mut params = vec![parameter(var)];
    params.extend(past.map(|name| Parameter { name: name.name, ty: Type::Error, span: name.span }));
    let scope: fn(StateId) -> AxiomScope = match change {
        ast::Change::No => AxiomScope::Rows,
        ast::Change::Deleted => AxiomScope::Deleted,
        ast::Change::From(before) => {
            params.push(parameter(before));
            AxiomScope::Changed
        }
    };
    (found.map(scope), params)
}

/// The state of a row axiom, unless its rows can't be meant.
fn rows(
    declared: &Declared,
    id: StateId,
    path: &[Ident],
    change: &ast::Change,
    sink: &mut Diagnostics,
) -> Option<StateId> {
    let state = &declared.program.states[id];
    let span: Span = path.last()?.span;
    match (state.kind, change) {
        (StateKind::Single, ast::Change::No | ast::Change::Deleted) => {
            sink.push(declarations::rows_of_single(span, state.name.as_str()));
        }
        (StateKind::Journal, ast::Change::From(_) | ast::Change::Deleted) => {
            sink.push(declarations::journal_changes(span, state.name.as_str()));
        }
        _ => {}
    }
    Some(id)
}

/// Takes a body out of its place to change it there.
pub(crate) fn take(body: &mut Body) -> Body {
    let span = body.block.span;
    std::mem::replace(body, empty_body(span))
}
