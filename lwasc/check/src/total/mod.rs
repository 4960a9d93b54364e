//! Every evaluation ends: no function, constant or computed field needs itself, through others either. The graph of what needs
//! what is read from the typed bodies; one message for each way round.
//!
//! Reading a row needs those of its computed fields that are read from it by name; a row that is passed on or compared
//! as a whole needs all of them.

pub(crate) mod emit;

use crate::errors::names;
use crate::hir::{ConstId, Expr, ExprKind, FunctionId, Program, StateId, Stmt, StmtKind, Type};
use crate::walk::{Visit, visit_expr, visit_stmt};
use lwas_base::{Diagnostics, Span};
use std::collections::{HashMap, HashSet};

/// How many calls deep a program may be, so that every later stage can follow them on its own stack.
const MAX_DEPTH: usize = 500;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Function(FunctionId),
    Const(ConstId),
    /// By its number among the computed fields.
    Computed(StateId, usize),
}

/// Reports what needs itself; whether nothing does.
pub(crate) fn check(program: &Program, sink: &mut Diagnostics) -> bool {
    let mut nodes: Vec<Node> = program.functions.keys().map(Node::Function).collect();
    nodes.extend(program.consts.keys().map(Node::Const));
    for (id, state) in &program.states {
        nodes.extend((0..state.computed.len()).map(|number| Node::Computed(id, number)));
    }
    let needs: HashMap<Node, Vec<Node>> = nodes.iter().map(|node| (*node, needs(program, *node))).collect();
    // How many calls deep each finished node is.
    let mut done: HashMap<Node, usize> = HashMap::new();
    let mut ends = true;
    for start in nodes {
        let mut path: Vec<(Node, usize)> = vec![(start, 0)];
        let mut on_path: HashSet<Node> = HashSet::from([start]);
        while let Some((at, next)) = path.last_mut() {
            let at = *at;
            let need = if done.contains_key(&at) { None } else { needs[&at].get(*next).copied() };
            *next += 1;
            match need {
                None => {
                    let deepest = needs[&at].iter().filter_map(|need| done.get(need)).max();
                    let depth = deepest.map_or(1, |depth| depth + 1);
                    if done.insert(at, depth).is_none() && depth == MAX_DEPTH + 1 {
                        ends = false;
                        let (span, name) = place(program, at);
                        sink.push(names::nested_too_deeply(span, &name, MAX_DEPTH));
                    }
                    on_path.remove(&at);
                    path.pop();
                }
                Some(need) if on_path.contains(&need) => {
                    ends = false;
                    let from = path.iter().position(|(node, _)| *node == need).unwrap_or_default();
                    let round: Vec<Node> = path[from..].iter().map(|(node, _)| *node).collect();
                    report(program, &round, sink);
                }
                Some(need) if !done.contains_key(&need) => {
                    on_path.insert(need);
                    path.push((need, 0));
                }
                Some(_) => {}
            }
        }
    }
    ends
}

/// The message stands at what is declared first.
fn report(program: &Program, round: &[Node], sink: &mut Diagnostics) {
    let places: Vec<(Span, String)> = round.iter().map(|node| place(program, *node)).collect();
    let first = (0..places.len()).min_by_key(|i| (places[*i].0.file, places[*i].0.start)).unwrap_or_default();
    let turned: Vec<_> = places[first..].iter().chain(&places[..first]).cloned().collect();
    let path: Vec<String> = turned.iter().chain(&turned[..1]).map(|(_, name)| name.clone()).collect();
    let help = match round.first() {
        Some(Node::Function(_)) => "repeat with `for` or `fold` over a list or `range(first, last)`",
        _ => "say its value without itself",
    };
    sink.push(names::needs_itself(turned[0].0, &path, &turned[1..]).with_help(help));
}

fn place(program: &Program, node: Node) -> (Span, String) {
    match node {
        Node::Function(id) => (program.functions[id].span, program.functions[id].name.to_string()),
        Node::Const(id) => (program.consts[id].span, program.consts[id].name.to_string()),
        Node::Computed(id, number) => {
            let state = &program.states[id];
            let field = &state.fields[state.stored + number];
            (field.span, format!("{}.{}", state.name, field.name))
        }
    }
}

fn needs(program: &Program, node: Node) -> Vec<Node> {
    let mut finder = Finder { program, found: vec![], seen: HashSet::new() };
    match node {
        Node::Function(id) => program.functions[id].body.iter().for_each(|body| finder.block(&body.block)),
        Node::Const(id) => finder.expr(&program.consts[id].value),
        Node::Computed(id, number) => finder.block(&program.states[id].computed[number].body.block),
    }
    finder.found
}

struct Finder<'a> {
    program: &'a Program,
    found: Vec<Node>,
    seen: HashSet<Node>,
}

impl Finder<'_> {
    fn needs(&mut self, node: Node) {
        if self.seen.insert(node) {
            self.found.push(node);
        }
    }

    /// Goes into an expression; where it is a row, not the whole row is needed.
    fn inside(&mut self, expr: &Expr) {
        if let ExprKind::Unwrap(of) = &expr.kind { self.inside(of) } else { self.value(expr, false) }
    }

    fn value(&mut self, expr: &Expr, whole: bool) {
        match &expr.kind {
            ExprKind::Call { function, .. } => self.needs(Node::Function(*function)),
            ExprKind::Const(id) => self.needs(Node::Const(*id)),
            ExprKind::Field { base, field } => {
                if let Type::Row(state) = base.ty {
                    let computed = (*field as usize).checked_sub(self.program.states[state].stored);
                    computed.into_iter().for_each(|number| self.needs(Node::Computed(state, number)));
                    return self.inside(base);
                }
            }
            ExprKind::IsNone { operand, .. } => return self.inside(operand),
            _ => {}
        }
        if let Type::Row(state) = *crate::declare::shapes::innermost(&expr.ty)
            && whole
        {
            (0..self.program.states[state].computed.len()).for_each(|number| self.needs(Node::Computed(state, number)));
        }
        visit_expr(self, expr);
    }
}

impl Visit for Finder<'_> {
    fn expr(&mut self, expr: &Expr) {
        self.value(expr, true);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Let { value, .. } => self.inside(value),
            _ => visit_stmt(self, stmt),
        }
    }
}
