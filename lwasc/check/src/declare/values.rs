//! Constants, defaults and computed fields: what has a value or type that follows from an expression. Each is checked after those
//! that it needs, wherever they stand; what needs itself is reported and left unknown.
//!
//! What a value needs is seen in its typed expression: it is checked on trial, and when it names something that is not settled
//! yet, that is settled first and the trial repeated.

use super::items::{RecordTree, StateTree};
use super::{Declared, shapes};
use crate::body::{check_expr, show_type};
use crate::env::{Env, Parameter, Purpose};
use crate::errors::{declarations, names};
use crate::hir::{Block, Body, ConstId, Expr, ExprKind, FunctionId, Program, RecordId, StateId, Type};
use crate::walk::{Visit, visit_expr};
use cranelift_entity::PrimaryMap;
use lwas_base::{Diagnostics, Span, Symbol};
use lwas_syntax::ast;
use std::collections::HashSet;

/// A value that is not known: of a constant or default that is still to be checked, or that was wrong.
pub(super) fn unknown_value(ty: Type, span: Span) -> Expr {
    Expr { ty, span, kind: ExprKind::Error }
}

/// A body that does nothing, in place of one that is still to be checked.
pub(crate) fn empty_body(span: Span) -> Body {
    let block = Block { statements: vec![], value: None, ty: Type::Unit, span };
    Body { locals: PrimaryMap::new(), params: vec![], block }
}

/// What is settled at once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Node {
    Const(ConstId),
    /// All defaults of a record or event.
    Record(RecordId),
    /// All defaults of a function's parameters.
    Params(FunctionId),
    /// All defaults of a state's fields.
    State(StateId),
    /// A computed field, by its number among them.
    Computed(StateId, usize),
}

/// A node with what must be settled before it is tried again.
struct Frame {
    node: Node,
    needs: Vec<Node>,
}

/// What a trial gave: bodies, one for each expression of the node, and messages.
struct Trial {
    bodies: Vec<Option<Body>>,
    messages: Diagnostics,
    needs: Vec<Node>,
}

/// Settles everything.
pub(super) fn settle(declared: &mut Declared) {
    let program = &declared.program;
    let mut nodes: Vec<Node> = program.consts.keys().map(Node::Const).collect();
    nodes.extend(program.records.keys().map(Node::Record));
    nodes.extend(program.functions.keys().map(Node::Params));
    nodes.extend(program.states.keys().map(Node::State));
    for (id, state) in &program.states {
        nodes.extend((0..state.computed.len()).map(|number| Node::Computed(id, number)));
    }
    let mut open: HashSet<Node> = nodes.iter().copied().collect();
    for node in nodes {
        settle_from(declared, node, &mut open);
    }
}

/// Depth first with a stack of our own: a chain of constants may be long.
fn settle_from(declared: &mut Declared, node: Node, open: &mut HashSet<Node>) {
    let mut path = vec![Frame { node, needs: vec![] }];
    while let Some(frame) = path.last_mut() {
        let node = frame.node;
        if !open.contains(&node) {
            path.pop();
            continue;
        }
        if let Some(need) = frame.needs.pop() {
            match path.iter().position(|frame| frame.node == need) {
                Some(from) => {
                    report_cycle(declared, &path[from..]);
                    path[from..].iter().for_each(|frame| _ = open.remove(&frame.node));
                    path.truncate(from);
                }
                None => path.push(Frame { node: need, needs: vec![] }),
            }
            continue;
        }
        let trial = attempt(declared, node, open);
        if trial.needs.is_empty() {
            declared.diagnostics.append(trial.messages);
            commit(declared, node, trial.bodies);
            open.remove(&node);
            path.pop();
        } else if let Some(frame) = path.last_mut() {
            frame.needs = trial.needs;
            frame.needs.reverse();
        }
    }
}

fn report_cycle(declared: &mut Declared, round: &[Frame]) {
    let help = "say its value without itself";
    let describe = |frame: &Frame| place(&declared.program, frame.node);
    let places: Vec<(Span, String)> = round.iter().map(describe).collect();
    let path: Vec<String> = places.iter().chain(&places[..1]).map(|(_, name)| name.clone()).collect();
    declared.diagnostics.push(names::needs_itself(places[0].0, &path, &places[1..]).with_help(help));
}

fn place(program: &Program, node: Node) -> (Span, String) {
    match node {
        Node::Const(id) => (program.consts[id].span, program.consts[id].name.to_string()),
        Node::Record(id) => (program.records[id].span, program.records[id].name.to_string()),
        Node::Params(id) => (program.functions[id].span, program.functions[id].name.to_string()),
        Node::State(id) => (program.states[id].span, program.states[id].name.to_string()),
        Node::Computed(id, number) => {
            let state = &program.states[id];
            let field = &state.fields[state.stored + number];
            (field.span, format!("{}.{}", state.name, field.name))
        }
    }
}

/// The expressions of a node, each with the type that is declared for it.
fn expressions<'m>(declared: &Declared<'m>, node: Node) -> Vec<(Option<&'m ast::Expr>, Option<Type>)> {
    let program = &declared.program;
    let known = |ty: &Type| (*ty != Type::Error).then(|| ty.clone());
    match node {
        Node::Const(id) => {
            let tree = declared.trees.consts[id];
            vec![(Some(&tree.value), tree.ty.as_ref().map(|_| program.consts[id].value.ty.clone()))]
        }
        Node::Record(id) => {
            let defaults: Vec<Option<&'m ast::Expr>> = match declared.trees.records[id] {
                RecordTree::Record(tree) => tree.fields.iter().map(|f| f.default.as_ref()).collect(),
                RecordTree::Event(tree) => tree.fields.iter().map(|f| f.default.as_ref()).collect(),
                RecordTree::Action(tree) => tree.params.iter().map(|p| p.default.as_ref()).collect(),
            };
            let types = program.records[id].fields.iter().map(|f| Some(f.ty.clone()));
            defaults.into_iter().zip(types).collect()
        }
        Node::Params(id) => {
            let defaults = declared.trees.functions[id].params.iter().map(|p| p.default.as_ref());
            let types = program.functions[id].params.iter().map(|f| Some(f.ty.clone()));
            defaults.zip(types).collect()
        }
        Node::State(id) => {
            let tree = declared.trees.states[id];
            let built_in = match tree {
                StateTree::State(state) => state.key.len(),
                StateTree::Journal(_) => 2,
            };
            let field = |member: &'m ast::StateMember| match member {
                ast::StateMember::Field(field) => Some(field.default.as_ref()),
                _ => None,
            };
            let defaults = std::iter::repeat_n(None, built_in).chain(tree.members().iter().filter_map(field));
            let types = program.states[id].fields.iter().map(|f| Some(f.ty.clone()));
            defaults.zip(types).collect()
        }
        Node::Computed(id, number) => {
            let member = |member: &'m ast::StateMember| match member {
                ast::StateMember::Computed { value, .. } => Some(value),
                _ => None,
            };
            let value = declared.trees.states[id].members().iter().filter_map(member).nth(number);
            let state = &program.states[id];
            vec![(value, known(&state.fields[state.stored + number].ty))]
        }
    }
}

/// Checks a node's expressions without keeping anything.
fn attempt(declared: &Declared, node: Node, open: &HashSet<Node>) -> Trial {
    let program = &declared.program;
    let env = Env { program, scopes: &declared.scopes };
    let mut messages = Diagnostics::new();
    let (module, purpose, params, row) = match node {
        Node::Const(id) => (program.consts[id].module, Purpose::Const, vec![], None),
        Node::Record(id) => (program.records[id].module, Purpose::Const, vec![], None),
        Node::Params(id) => (program.functions[id].module, Purpose::Const, vec![], None),
        Node::State(id) => (program.states[id].module, Purpose::Const, vec![], None),
        Node::Computed(id, _) => {
            let state = &program.states[id];
            let row = Parameter { name: Symbol::new(" row"), ty: Type::Row(id), span: state.span };
            (state.module, Purpose::Law, vec![row], Some(id))
        }
    };
    let mut finder = Finder { program, open, found: vec![] };
    let one = |(tree, ty): (Option<&ast::Expr>, Option<Type>)| {
        let body = check_expr(&env, module, purpose, &params, row, ty.as_ref(), tree?, &mut messages);
        body.block.value.iter().for_each(|value| finder.expr(value));
        Some(body)
    };
    let bodies = expressions(declared, node).into_iter().map(one).collect();
    let needs = finder.found;
    Trial { bodies, messages, needs }
}

/// Finds what a typed expression names that is still open.
struct Finder<'a> {
    program: &'a Program,
    open: &'a HashSet<Node>,
    found: Vec<Node>,
}

impl Finder<'_> {
    fn needs(&mut self, node: Node) {
        if self.open.contains(&node) && !self.found.contains(&node) {
            self.found.push(node);
        }
    }
}

impl Visit for Finder<'_> {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Const(id) => self.needs(Node::Const(*id)),
            ExprKind::Record { record, .. } => self.needs(Node::Record(*record)),
            ExprKind::Call { function, .. } => self.needs(Node::Params(*function)),
            ExprKind::Field { base, field } => {
                if let Type::Row(state) = base.ty
                    && let Some(number) = (*field as usize).checked_sub(self.program.states[state].stored)
                {
                    self.needs(Node::Computed(state, number));
                }
            }
            _ => {}
        }
        visit_expr(self, expr);
    }
}

/// Keeps what a trial gave.
fn commit(declared: &mut Declared, node: Node, bodies: Vec<Option<Body>>) {
    match node {
        Node::Const(id) => {
            if let Some(value) = bodies.into_iter().next().flatten().and_then(|body| lone(declared, body, "a constant"))
            {
                declared.program.consts[id].value = value;
            }
        }
        Node::Computed(id, number) => {
            let Some(body) = bodies.into_iter().next().flatten() else { return };
            let stored = declared.program.states[id].stored;
            let ty = body.block.ty.clone();
            let span = declared.program.states[id].fields[stored + number].span;
            let wrong = shapes::computed(&declared.program, &ty, span);
            let state = &mut declared.program.states[id];
            state.fields[stored + number].ty = if wrong.is_some() { Type::Error } else { ty };
            state.computed[number].body = body;
            wrong.into_iter().for_each(|wrong| declared.diagnostics.push(wrong));
        }
        Node::Record(id) => {
            let values = defaults(declared, bodies);
            set(&mut declared.program.records[id].fields, values);
        }
        Node::Params(id) => {
            let values = defaults(declared, bodies);
            set(&mut declared.program.functions[id].params, values);
        }
        Node::State(id) => {
            let values = defaults(declared, bodies);
            set(&mut declared.program.states[id].fields, values);
        }
    }
}

fn defaults(declared: &mut Declared, bodies: Vec<Option<Body>>) -> Vec<Option<Expr>> {
    bodies.into_iter().map(|body| body.and_then(|body| lone(declared, body, "a default"))).collect()
}

fn set(fields: &mut [crate::hir::Field], values: Vec<Option<Expr>>) {
    for (field, value) in fields.iter_mut().zip(values) {
        if value.is_some() {
            field.default = value;
        }
    }
}

/// The value of a body that binds nothing: constants and defaults are copied to where they are used.
fn lone(declared: &mut Declared, body: Body, what: &str) -> Option<Expr> {
    let value = *body.block.value?;
    if let Some(local) = body.locals.values().next() {
        declared.diagnostics.push(declarations::constant_with_locals(local.span, what));
        return Some(unknown_value(value.ty, value.span));
    }
    if matches!(value.ty, Type::Row(_) | Type::Unit) {
        let ty = show_type(&declared.program, &value.ty);
        declared.diagnostics.push(declarations::row_inside(value.span, &ty, what));
    }
    Some(value)
}
