//! Beliefs and alerts: their conditions are functions as those of axioms are, and the modules of the standard library that keep
//! what becomes of them say what the runtime calls and reads.

use crate::axiom::{begin, check, in_order};
use crate::tables::Lower;
use crate::ty::state_id;
use lwas_check::hir::{self, AxiomId, AxiomKind, ModuleId};
use lwas_ir::{self as ir, FuncId, Kind};

/// All beliefs and alerts.
pub(crate) fn lower(cx: &mut Lower) {
    let order = in_order(cx.program, |kind| matches!(kind, AxiomKind::Belief { .. }));
    for id in &order {
        let belief = belief(cx, *id, &order);
        cx.module.beliefs.push(belief);
    }
    for id in in_order(cx.program, |kind| matches!(kind, AxiomKind::Alert(_))) {
        let item = &cx.program.axioms[id];
        if let AxiomKind::Alert(alert) = &item.kind {
            let alert = self::alert(cx, item, alert);
            cx.module.alerts.push(alert);
        }
    }
    cx.module.doubts = doubts(cx);
    cx.module.watch = watch(cx);
}

fn belief(cx: &mut Lower, id: AxiomId, order: &[AxiomId]) -> ir::Belief {
    let item = &cx.program.axioms[id];
    let AxiomKind::Belief { truth, digits } = item.kind else { unreachable!("only beliefs were asked for") };
    let number = |given: &AxiomId| {
        let at = order.iter().position(|known| known == given)?;
        Some(u32::try_from(at).expect("a program has few beliefs"))
    };
    ir::Belief {
        check: check(cx, item),
        module: cx.program.modules[item.module].path.clone(),
        name: item.name.as_str().to_owned(),
        truth,
        digits,
        given: item.given.iter().filter_map(number).collect(),
    }
}

fn alert(cx: &mut Lower, item: &hir::Axiom, alert: &hir::Alert) -> ir::Alert {
    let check = check(cx, item);
    let message = alert.message.as_ref().map(|message| {
        let func = cx.reserve();
        let mut fx = begin(cx, item, " message", Kind::Ref);
        let value = fx.value(message);
        fx.finish(func, value);
        func
    });
    let severity = match alert.severity {
        0 => ir::Severity::Info,
        1 => ir::Severity::Warning,
        _ => ir::Severity::Critical,
    };
    ir::Alert { check, severity, lasts: alert.lasts, message, reads_now: alert.reads_now }
}

/// A module of the standard library that the program has.
struct Standard<'a> {
    program: &'a hir::Program,
    module: ModuleId,
}

impl<'a> Standard<'a> {
    fn find(program: &'a hir::Program, path: &str) -> Option<Standard<'a>> {
        let (module, _) = program.modules.iter().find(|(_, module)| module.path == path)?;
        Some(Standard { program, module })
    }

    fn state(&self, name: &str) -> (hir::StateId, &'a hir::State) {
        let mut states = self.program.states.iter();
        let found = states.find(|(_, state)| state.module == self.module && state.name.as_str() == name);
        found.expect("the standard library has the states that the language relies on")
    }

    fn function(&self, cx: &Lower, name: &str) -> FuncId {
        let mut functions = self.program.functions.iter();
        let found = functions.find(|(_, function)| function.module == self.module && function.name.as_str() == name);
        let (id, _) = found.expect("the standard library has the actions that the language relies on");
        cx.function(id)
    }
}

fn doubts(cx: &Lower) -> Option<ir::Doubts> {
    let std = Standard::find(cx.program, "std.belief")?;
    Some(ir::Doubts {
        state: state_id(std.state("Doubt").0),
        doubt: std.function(cx, "doubt"),
        settle: std.function(cx, "settle"),
    })
}

fn watch(cx: &Lower) -> Option<ir::Alerting> {
    let std = Standard::find(cx.program, "std.alert")?;
    let (active, state) = std.state("Active");
    let number = |at: Option<usize>| {
        u32::try_from(at.expect("the standard library has the fields that the language relies on"))
            .expect("a state has few fields")
    };
    let field = |name: &str| number(state.fields.iter().position(|field| field.name.as_str() == name));
    let due = field("due");
    let by_due = number(state.indexes.iter().position(|fields| fields.first() == Some(&due)));
    Some(ir::Alerting {
        active: state_id(active),
        due,
        by_due,
        message: field("message"),
        pend: std.function(cx, "pend"),
        say: std.function(cx, "say"),
        fire: std.function(cx, "fire"),
        resolve: std.function(cx, "resolve"),
    })
}
