//! Constants, defaults and computed fields: what has a value or type that follows from an expression. Each is checked after those
//! that it needs, wherever they stand; what needs itself is reported and left unknown.
//!
//! Each is checked on trial. When a part of the outcome is unknown though nothing was wrong, it needs something that is
//! not settled yet: all open ones whose name it mentions are settled first, then the trial is repeated. A name may mean something
//! else in the end, so one that waits for itself is only put aside; when nothing gets on any more, it needs itself.

use super::items::{RecordTree, StateTree};
use super::{Declared, mentions, shapes};
use crate::body::{check_expr, show_type};
use crate::env::{Env, Parameter, Purpose};
use crate::errors::{declarations, names};
use crate::hir::{Block, Body, ConstId, Expr, ExprKind, FunctionId, Program, RecordId, StateId, Type};
use crate::walk::has_unknown;
use cranelift_entity::PrimaryMap;
use lwas_base::{Diagnostics, Span, Symbol};
use lwas_syntax::ast;
use std::collections::{HashMap, HashSet};

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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
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
    /// Whether it has been tried.
    tried: bool,
}

/// What a trial gave: bodies, one for each expression of the node, and messages.
struct Trial {
    bodies: Vec<Option<Body>>,
    messages: Diagnostics,
    /// Whether something was unknown without being wrong.
    unknown: bool,
}

/// What is still to be settled.
struct Open {
    nodes: HashSet<Node>,
    by_name: HashMap<Symbol, Vec<Node>>,
    /// What each needed when it was tried last.
    needs: HashMap<Node, Vec<Node>>,
    /// Put aside in this round.
    aside: HashSet<Node>,
}

/// Settles everything.
pub(super) fn settle(declared: &mut Declared) {
    let nodes = nodes(&declared.program);
    let mut by_name: HashMap<Symbol, Vec<Node>> = HashMap::new();
    nodes.iter().for_each(|(node, name)| by_name.entry(*name).or_default().push(*node));
    let mut left: Vec<Node> = nodes.into_iter().map(|(node, _)| node).collect();
    let mut open =
        Open { nodes: left.iter().copied().collect(), by_name, needs: HashMap::new(), aside: HashSet::new() };
    while !left.is_empty() {
        open.aside.clear();
        left.iter().for_each(|node| settle_from(declared, *node, &mut open));
        let before = left.len();
        left.retain(|node| open.nodes.contains(node));
        if left.len() == before {
            cut_cycle(declared, left[0], &mut open);
            left.retain(|node| open.nodes.contains(node));
        }
    }
}

/// All nodes with the names by which they are mentioned.
fn nodes(program: &Program) -> Vec<(Node, Symbol)> {
    let mut nodes: Vec<(Node, Symbol)> = program.consts.iter().map(|(id, c)| (Node::Const(id), c.name)).collect();
    nodes.extend(program.records.iter().map(|(id, r)| (Node::Record(id), r.name)));
    nodes.extend(program.functions.iter().map(|(id, f)| (Node::Params(id), f.name)));
    nodes.extend(program.states.iter().map(|(id, s)| (Node::State(id), s.name)));
    for (id, state) in &program.states {
        let computed = state.fields[state.stored..].iter().enumerate();
        nodes.extend(computed.map(|(number, field)| (Node::Computed(id, number), field.name)));
    }
    nodes
}

/// Depth first with a stack of our own: a chain of constants may be long.
fn settle_from(declared: &mut Declared, node: Node, open: &mut Open) {
    let mut path = vec![Frame { node, needs: vec![], tried: false }];
    let mut on_path = HashSet::from([node]);
    while let Some(frame) = path.last_mut() {
        let node = frame.node;
        if let Some(need) = frame.needs.pop() {
            if open.nodes.contains(&need) && !open.aside.contains(&need) && on_path.insert(need) {
                path.push(Frame { node: need, needs: vec![], tried: false });
            }
            continue;
        }
        if open.nodes.contains(&node) && !open.aside.contains(&node) {
            let trial = attempt(declared, node);
            let needs = if trial.unknown { needs(declared, node, open) } else { vec![] };
            if needs.is_empty() {
                declared.diagnostics.append(trial.messages);
                commit(declared, node, trial.bodies);
                open.nodes.remove(&node);
            } else if frame.tried {
                open.aside.insert(node);
                open.needs.insert(node, needs);
            } else {
                frame.tried = true;
                frame.needs = needs;
                continue;
            }
        }
        on_path.remove(&node);
        path.pop();
    }
}

/// The open nodes whose names a node mentions.
fn needs(declared: &Declared, node: Node, open: &Open) -> Vec<Node> {
    let mut found: Vec<Node> = vec![];
    for (tree, _) in expressions(declared, node) {
        let names = tree.map(mentions::names).unwrap_or_default();
        let nodes = names.iter().filter_map(|name| open.by_name.get(name)).flatten();
        found.extend(nodes.filter(|node| open.nodes.contains(node) && !matches!(node, Node::State(_))));
    }
    // The names come from a set: they are brought into the order of declaration, downwards as the last is taken first.
    found.sort();
    found.dedup();
    found.reverse();
    found
}

/// Nothing gets on: follows needs from a node until one comes again, says so and leaves those unknown.
fn cut_cycle(declared: &mut Declared, start: Node, open: &mut Open) {
    let mut path: Vec<Node> = vec![];
    let mut at = start;
    let from = loop {
        if let Some(from) = path.iter().position(|node| *node == at) {
            break from;
        }
        path.push(at);
        let next = open.needs.get(&at).into_iter().flatten().rfind(|need| open.nodes.contains(need));
        match next {
            Some(need) => at = *need,
            None => break path.len() - 1,
        }
    };
    let round = &path[from..];
    let first = (0..round.len()).min_by_key(|at| round[*at]).unwrap_or_default();
    let places: Vec<(Span, String)> =
        round[first..].iter().chain(&round[..first]).map(|node| place(&declared.program, *node)).collect();
    let names: Vec<String> = places.iter().chain(&places[..1]).map(|(_, name)| name.clone()).collect();
    let help = "say its value without itself";
    declared.diagnostics.push(names::needs_itself(places[0].0, &names, &places[1..]).with_help(help));
    round.iter().for_each(|node| _ = open.nodes.remove(node));
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
                RecordTree::Settings => vec![],
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
fn attempt(declared: &Declared, node: Node) -> Trial {
    let program = &declared.program;
    let env = Env { program, scopes: &declared.scopes, notes: &declared.notes };
    let mut messages = Diagnostics::new();
    let (module, purpose, params, row) = match node {
        Node::Const(id) => (program.consts[id].module, Purpose::Const, vec![], None),
        Node::Record(id) => (program.records[id].module, Purpose::Default, vec![], None),
        Node::Params(id) => (program.functions[id].module, Purpose::Default, vec![], None),
        Node::State(id) => (program.states[id].module, Purpose::Default, vec![], None),
        Node::Computed(id, _) => {
            let state = &program.states[id];
            let row = Parameter { name: Symbol::new(" row"), ty: Type::Row(id), span: state.span };
            (state.module, Purpose::Computed, vec![row], Some(id))
        }
    };
    let mut unknown = false;
    let one = |(tree, ty): (Option<&ast::Expr>, Option<Type>)| {
        let body = check_expr(&env, module, purpose, &params, row, ty.as_ref(), tree?, &mut messages);
        unknown |= has_unknown(&body.block);
        Some(body)
    };
    let bodies = expressions(declared, node).into_iter().map(one).collect();
    let unknown = unknown && !messages.has_errors();
    Trial { bodies, messages, unknown }
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
