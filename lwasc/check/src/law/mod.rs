//! How rows are found and what laws cost. `access` rewrites aggregates and loops over rows: kept by difference, through a key or
//! an index, or refused; `keep` holds the aggregates that are kept; `reads` finds out what each axiom reads and how its rows
//! are found back.
//!
//! How strict it is depends on who runs the body: rules and actions may not scan, axioms and computed fields must be kept by
//! difference, queries and tests may do both. A query that a rule or a law calls is held to its caller's measure.

mod access;
mod conjuncts;
mod floats;
mod keep;
mod reads;

use crate::declare::standard;
use crate::errors::laws::{self, Asker};
use crate::fill::take;
use crate::hir::{AxiomKind, Body, Builtin, Expr, ExprKind, Function, FunctionId, FunctionKind, Module, Program};
use crate::walk::{Rewrite, Visit, visit_expr};
use access::Rewriter;
use cranelift_entity::SecondaryMap;
use keep::Kept;
use lwas_base::{Diagnostics, Span, Symbol};

/// How strict it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    /// May scan.
    #[default]
    Query,
    /// Through a key or index, or kept.
    Write,
    /// Kept; the clock may be read.
    Alert,
    /// Kept.
    Law,
}

/// Rewrites all bodies and finds what axioms read. `ends`: nothing needs itself, so that calls may be followed.
pub(crate) fn check(program: &mut Program, ends: bool, sink: &mut Diagnostics) {
    floats::check(program, sink);
    let guards = guards(program, sink);
    let mut kept = Kept::default();
    for state in program.states.keys() {
        for number in 0..program.states[state].computed.len() {
            let mut body = take(&mut program.states[state].computed[number].body);
            let of = &program.states[state];
            let field = of.fields[of.stored + number].name;
            let item = format!("{}.{}.{field}", program.modules[of.module].path, of.name);
            rewrite(program, &mut kept, (Mode::Law, &None), &item, &mut body, sink);
            program.states[state].computed[number].body = body;
        }
    }
    for id in program.functions.keys() {
        let Some(mut body) = program.functions[id].body.take() else { continue };
        let function = &program.functions[id];
        let item = item(&program.modules[function.module], function.name);
        let (mode, asker) = match function.kind {
            FunctionKind::Action => (Mode::Write, &None),
            _ => (guards[id].0, &guards[id].1),
        };
        rewrite(program, &mut kept, (mode, asker), &item, &mut body, sink);
        program.functions[id].body = Some(body);
    }
    for id in program.rules.keys() {
        let mut body = take(&mut program.rules[id].body);
        let item = item(&program.modules[program.rules[id].module], program.rules[id].name);
        rewrite(program, &mut kept, (Mode::Write, &None), &item, &mut body, sink);
        program.rules[id].body = body;
    }
    for number in 0..program.dues.len() {
        let due = &mut program.dues[number];
        let mut body = take(&mut due.body);
        let item = item(&program.modules[due.module], due.name);
        rewrite(program, &mut kept, (Mode::Write, &None), &item, &mut body, sink);
        program.dues[number].body = body;
    }
    for id in program.axioms.keys() {
        let mut body = take(&mut program.axioms[id].body);
        let mut filter = program.axioms[id].filter.take();
        let mut kind = std::mem::replace(&mut program.axioms[id].kind, AxiomKind::Law);
        let mode = if matches!(kind, AxiomKind::Alert(_)) { Mode::Alert } else { Mode::Law };
        let message = if let AxiomKind::Alert(alert) = &mut kind { alert.message.as_mut() } else { None };
        let item = item(&program.modules[program.axioms[id].module], program.axioms[id].name);
        rewrite(program, &mut kept, (mode, &None), &item, &mut body, sink);
        for expr in filter.iter_mut().chain(message) {
            Rewriter::new(program, &mut kept, (mode, &None), &item, &body.locals, sink).expr(expr);
        }
        program.axioms[id].body = body;
        program.axioms[id].filter = filter;
        program.axioms[id].kind = kind;
    }
    tests(program, &mut kept, sink);
    program.aggregates = kept.list;
    if ends {
        reads::collect(program, sink);
    }
}

fn item(module: &Module, name: Symbol) -> String {
    format!("{}.{name}", module.path)
}

fn rewrite(
    program: &Program,
    kept: &mut Kept,
    guard: (Mode, &Asker),
    item: &str,
    body: &mut Body,
    sink: &mut Diagnostics,
) {
    Rewriter::new(program, kept, guard, item, &body.locals, sink).block(&mut body.block);
}

fn tests(program: &mut Program, kept: &mut Kept, sink: &mut Diagnostics) {
    use crate::hir::TestStepKind as Kind;
    let mut tests = std::mem::take(&mut program.tests);
    for test in &mut tests {
        let mut rewriter = Rewriter::new(program, kept, (Mode::Query, &None), &test.name, &test.locals, sink);
        test.cases.iter_mut().flat_map(|cases| cases.exprs_mut()).for_each(|expr| rewriter.expr(expr));
        for step in &mut test.steps {
            match &mut step.kind {
                Kind::Apply { data, at, .. } => {
                    rewriter.expr(data);
                    at.iter_mut().for_each(|at| rewriter.expr(at));
                }
                Kind::Reject { data, at, with, .. } => {
                    rewriter.expr(data);
                    at.iter_mut().chain(with).for_each(|expr| rewriter.expr(expr));
                }
                Kind::RejectValue { value, with } => {
                    rewriter.expr(value);
                    with.iter_mut().for_each(|with| rewriter.expr(with));
                }
                Kind::Expect { condition: value } | Kind::Let { value, .. } | Kind::Advance { by: value } => {
                    rewriter.expr(value)
                }
            }
        }
    }
    program.tests = tests;
}

/// For each query the strictest of those that call it, and who that is.
type Guards = SecondaryMap<FunctionId, (Mode, Asker)>;

fn guards(program: &Program, sink: &mut Diagnostics) -> Guards {
    let mut guards = Guards::new();
    for (mode, span, text, calls) in callers(program) {
        let asker: Asker = Some((span, text));
        let mut open = calls;
        while let Some(id) = open.pop() {
            let function = &program.functions[id];
            if function.kind == FunctionKind::Action || guards[id].0 >= mode {
                continue;
            }
            guards[id] = (mode, asker.clone());
            open.extend(called(function));
        }
    }
    for (id, function) in &program.functions {
        if guards[id].0 == Mode::Law
            && let Some(body) = &function.body
        {
            let mut clock = Clock(None);
            clock.block(&body.block);
            clock.0.iter().for_each(|span| sink.push(laws::law_reads_clock(*span, "now", &guards[id].1)));
        }
    }
    guards
}

/// Who calls queries under a guard, laws first: how strict, where, in words, what is called.
fn callers(program: &Program) -> Vec<(Mode, Span, String, Vec<FunctionId>)> {
    let mut list = vec![];
    for axiom in program.axioms.values() {
        let mut calls = calls(&axiom.body);
        let mut in_others = Calls(vec![]);
        axiom.others().for_each(|expr| in_others.expr(expr));
        calls.extend(in_others.0);
        let mode = if matches!(axiom.kind, AxiomKind::Alert(_)) { Mode::Alert } else { Mode::Law };
        list.push((mode, axiom.span, format!("{} `{}` calls this query", axiom.word(), axiom.name), calls));
    }

    for state in program.states.values() {
        for (field, computed) in state.fields[state.stored..].iter().zip(&state.computed) {
            let text = format!("`{}.{}` calls this query", state.name, field.name);
            list.push((Mode::Law, field.span, text, calls(&computed.body)));
        }
    }
    for rule in program.rules.values() {
        list.push((Mode::Write, rule.span, format!("rule `{}` calls this query", rule.name), calls(&rule.body)));
    }
    for due in &program.dues {
        list.push((Mode::Write, due.span, format!("rule `{}` calls this query", due.name), calls(&due.body)));
    }
    // `resonance()` counts doubts by a query, which is to be kept whoever asks.
    let standard = program.functions.iter().filter(|(_, f)| program.modules[f.module].path == standard::BELIEF);
    for (id, function) in standard {
        list.push((Mode::Write, function.span, "`resonance()` asks this query".to_owned(), vec![id]));
    }
    for action in program.functions.values().filter(|f| f.kind == FunctionKind::Action) {
        list.push((Mode::Write, action.span, format!("action `{}` calls this query", action.name), called(action)));
    }
    // The strictest first, so that each query is met at its strictest.
    list.sort_by_key(|(mode, ..)| std::cmp::Reverse(*mode));
    list
}

fn called(function: &Function) -> Vec<FunctionId> {
    function.body.as_ref().map(calls).unwrap_or_default()
}

fn calls(body: &Body) -> Vec<FunctionId> {
    let mut calls = Calls(vec![]);
    calls.block(&body.block);
    calls.0
}

struct Calls(Vec<FunctionId>);

impl Visit for Calls {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Call { function, .. } = expr.kind {
            self.0.push(function);
        }
        visit_expr(self, expr);
    }
}

/// The first place that reads the time.
struct Clock(Option<Span>);

impl Visit for Clock {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Builtin { builtin: Builtin::Now, .. } = expr.kind {
            self.0.get_or_insert(expr.span);
        }
        visit_expr(self, expr);
    }
}
