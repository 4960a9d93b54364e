//! No law reads a Float: its value may depend on the order in which others were rounded, so it decides nothing that must
//! always hold. Followed are the functions and queries that an axiom calls, and the computed fields that it reads.

use crate::errors::laws;
use crate::hir::{AxiomKind, Body, Expr, ExprKind, FunctionId, Program, StateId, Type};
use crate::walk::{Visit, visit_expr};
use lwas_base::{Diagnostics, Span};
use std::collections::HashSet;

/// Reports each axiom that reads a Float, at the first place where it does.
pub(super) fn check(program: &Program, sink: &mut Diagnostics) {
    // Beliefs and alerts reject nothing, so they may look at statistics.
    for axiom in program.axioms.values().filter(|axiom| matches!(axiom.kind, AxiomKind::Law)) {
        let mut search = Search { program, found: None, via: None, seen: HashSet::new() };
        axiom.filter.iter().for_each(|filter| search.expr(filter));
        search.block(&axiom.body.block);
        if let Some(span) = search.found {
            sink.push(laws::law_reads_float(span, axiom.name.as_str(), axiom.span, search.via));
        }
    }
}

/// What is gone into besides the axiom itself, each once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Inside {
    Function(FunctionId),
    Computed(StateId, u32),
}

struct Search<'a> {
    program: &'a Program,
    /// The first place in the axiom that reads a Float.
    found: Option<Span>,
    /// Where that is in what the place calls or reads.
    via: Option<Span>,
    seen: HashSet<Inside>,
}

impl Search<'_> {
    /// Looks into a body that a place of the axiom leads to.
    fn inside(&mut self, key: Inside, body: Option<&Body>, place: Span) {
        let Some(body) = body.filter(|_| self.found.is_none() && self.seen.insert(key)) else { return };
        self.block(&body.block);
        if let Some(there) = self.found {
            self.via.get_or_insert(there);
            self.found = Some(place);
        }
    }
}

impl Visit for Search<'_> {
    fn expr(&mut self, expr: &Expr) {
        if self.found.is_some() {
            return;
        }
        let compared = match &expr.kind {
            ExprKind::Compare { left: value, .. } | ExprKind::In { value, .. } => {
                holds(self.program, &value.ty, &mut HashSet::new())
            }
            _ => false,
        };
        if compared || *crate::declare::shapes::innermost(&expr.ty) == Type::Float {
            self.found = Some(expr.span);
            return;
        }
        let program = self.program;
        match &expr.kind {
            ExprKind::Call { function, .. } => {
                self.inside(Inside::Function(*function), program.functions[*function].body.as_ref(), expr.span);
            }
            ExprKind::Field { base, field } => {
                if let Type::Row(state) = base.ty {
                    let computed = (*field as usize).checked_sub(program.states[state].stored);
                    let computed = computed.and_then(|at| program.states[state].computed.get(at));
                    self.inside(Inside::Computed(state, *field), computed.map(|field| &field.body), expr.span);
                }
            }
            _ => {}
        }
        visit_expr(self, expr);
    }
}

/// Whether values of a type hold a Float at any depth. No type holds itself.
fn holds(program: &Program, ty: &Type, seen: &mut HashSet<Type>) -> bool {
    if !seen.insert(ty.clone()) {
        return false;
    }
    match ty {
        Type::Float => true,
        Type::Option(of) | Type::List(of) | Type::Map(of) => holds(program, of, seen),
        Type::Record(id) => program.records[*id].fields.iter().any(|field| holds(program, &field.ty, seen)),
        Type::Enum(id) => {
            let fields = program.enums[*id].variants.iter().flat_map(|variant| &variant.fields);
            fields.into_iter().any(|field| holds(program, &field.ty, seen))
        }
        Type::Row(id) => {
            let state = &program.states[*id];
            state.fields[..state.stored].iter().any(|field| holds(program, &field.ty, seen))
        }
        _ => false,
    }
}
