//! Every entry ends: no event is emitted, through others either, by its own rules. Comes in: a program whose functions end.

use crate::errors::declarations;
use crate::hir::{Block, EventId, Expr, ExprKind, FunctionId, Program, Stmt, StmtKind};
use crate::walk::{Visit, visit_expr, visit_stmt};
use lwas_base::{Diagnostics, Span};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The events that an event's rules emit, each with the place of its first `emit`, and none twice.
type Emits = BTreeMap<EventId, Span>;

/// Reports each way round of events that emit each other.
pub(crate) fn check(program: &Program, sink: &mut Diagnostics) {
    let mut of_functions = HashMap::new();
    let edges: BTreeMap<EventId, Vec<(EventId, Span)>> = program
        .events
        .iter()
        .map(|(id, event)| {
            let mut emits = Emits::new();
            for rule in &event.rules {
                add(&mut emits, of_block(program, &program.rules[*rule].body.block, &mut of_functions));
            }
            (id, emits.into_iter().collect())
        })
        .collect();
    let mut done = HashSet::new();
    for start in program.events.keys() {
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let at = *at;
            let to = if done.contains(&at) { None } else { edges[&at].get(*next).copied() };
            *next += 1;
            let Some((to, span)) = to else {
                done.insert(at);
                path.pop();
                continue;
            };
            match path.iter().position(|(event, _)| *event == to) {
                Some(from) => {
                    let round: Vec<EventId> = path[from..].iter().map(|(event, _)| *event).collect();
                    report(program, &round, span, sink);
                }
                None if !done.contains(&to) => path.push((to, 0)),
                None => {}
            }
        }
    }
}

fn report(program: &Program, round: &[EventId], span: Span, sink: &mut Diagnostics) {
    let name = |event: &EventId| program.events[*event].name.to_string();
    let path: Vec<String> = round.iter().chain(round.first()).map(name).collect();
    let declared = round.first().map_or(span, |first| program.events[*first].span);
    sink.push(declarations::emits_itself(span, &path, declared));
}

fn add(emits: &mut Emits, more: Emits) {
    for (event, span) in more {
        emits.entry(event).or_insert(span);
    }
}

/// What a block emits, through the functions that it calls too. Calls are at most some hundred deep, or `total` says so.
fn of_block(program: &Program, block: &Block, known: &mut HashMap<FunctionId, Emits>) -> Emits {
    let mut finder = Finder { emits: Emits::new(), calls: vec![] };
    finder.block(block);
    let Finder { mut emits, calls } = finder;
    for function in calls {
        if !known.contains_key(&function) {
            let body = program.functions[function].body.as_ref();
            let found = body.map(|body| of_block(program, &body.block, known)).unwrap_or_default();
            known.insert(function, found);
        }
        add(&mut emits, known[&function].clone());
    }
    emits
}

struct Finder {
    emits: Emits,
    calls: Vec<FunctionId>,
}

impl Visit for Finder {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Call { function, .. } = expr.kind {
            self.calls.push(function);
        }
        visit_expr(self, expr);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Emit { event, .. } = stmt.kind {
            self.emits.entry(event).or_insert(stmt.span);
        }
        visit_stmt(self, stmt);
    }
}
