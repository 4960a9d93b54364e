//! What a module declares: currencies, enums, records, states, aggregates, events, queries, axioms, tests.

use super::type_name;
use crate::{
    Alerting, Axiom, AxiomScope, EventId, Face, Field, FuncId, Module, State, StateKind, TestStepKind, Variant,
};
use std::fmt;

fn fields(module: &Module, fields: &[Field]) -> String {
    let one = |field: &Field| {
        let default = field.default.map_or_else(String::new, |func| format!(" = {func}"));
        format!("{}: {}{default}", field.name, type_name(Some(module), field.ty))
    };
    fields.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn variant(module: &Module, variant: &Variant) -> String {
    match variant.fields.as_slice() {
        [] => variant.name.clone(),
        payload => format!("{}({})", variant.name, fields(module, payload)),
    }
}

fn functions(functions: &[FuncId]) -> String {
    functions.iter().map(FuncId::to_string).collect::<Vec<_>>().join(", ")
}

pub(super) fn write(f: &mut fmt::Formatter<'_>, module: &Module) -> fmt::Result {
    writeln!(f, "module {}", module.name)?;
    for currency in module.currencies.values() {
        writeln!(f, "currency {}({}) {:?}", currency.code, currency.digits, currency.title)?;
    }
    for known in module.enums.values() {
        let variants = known.variants.iter().map(|one| variant(module, one)).collect::<Vec<_>>();
        writeln!(f, "enum {} {{ {} }}", known.name, variants.join(", "))?;
    }
    for record in module.records.values() {
        writeln!(f, "record {} {{ {} }}", record.name, fields(module, &record.fields))?;
    }
    for known in module.states.values() {
        state(f, module, known)?;
    }
    for aggregate in module.aggregates.values() {
        let state = module.states.get(aggregate.state);
        let by =
            |field: &u32| state.and_then(|state| state.fields.get(*field as usize)).map(|field| field.name.as_str());
        let group = aggregate.group.iter().filter_map(by).collect::<Vec<_>>().join(", ");
        let of = state.map_or("?", |state| state.name.as_str());
        writeln!(f, "aggregate {} {:?} of {of} by [{group}]: {}", aggregate.name, aggregate.kind, aggregate.add)?;
        if let Some(order) = aggregate.order {
            writeln!(f, "  order {:?} ranks {:?}", order.members, order.ranks)?;
        }
    }
    for window in &module.windows {
        let name = |id| module.aggregates.get(id).map_or("?", |aggregate| aggregate.name.as_str());
        let aggregates = window.aggregates.iter().map(|id| name(*id)).collect::<Vec<_>>().join(", ");
        writeln!(f, "window of {} µs, left {}: [{aggregates}] {}", window.span, name(window.left), window.sub)?;
    }
    for event in module.events.values() {
        let data = module.records.get(event.record);
        let (data, from) = (data.map_or("?", |data| data.name.as_str()), if event.accepted { "accepted " } else { "" });
        writeln!(f, "{from}event {} of {data} key {:?}: {}", event.name, event.key, functions(&event.rules))?;
    }
    for due in &module.due {
        let state = module.states.get(due.state);
        let of = state.map_or("?", |state| state.name.as_str());
        let field = state.and_then(|state| state.fields.get(due.field as usize));
        let field = field.map_or("?", |field| field.name.as_str());
        writeln!(f, "due {} at {of}.{field} by {}: {}", due.name, due.agenda, due.func)?;
    }
    for query in &module.queries {
        let result = type_name(Some(module), query.result);
        writeln!(f, "query {}({}) -> {result}: {}", query.name, fields(module, &query.params), query.func)?;
    }
    for route in &module.routes {
        writeln!(f, "route {}", module.route_text(route))?;
    }
    for face in &module.faces {
        let Face { name, module, events, queries, routes } = face;
        writeln!(f, "face {name} of {module}: events {events:?}, queries {queries:?}, routes {routes:?}")?;
    }
    for export in &module.exports {
        let result = type_name(Some(module), export.result);
        writeln!(f, "export {}({}) -> {result}: {}", export.symbol, fields(module, &export.params), export.func)?;
    }
    for settings in &module.settings {
        writeln!(f, "settings of {} in {:?} by {:?}", settings.module, settings.state, settings.event)?;
    }
    for sample in &module.samples {
        writeln!(f, "sample {}", module.sample_text(sample))?;
    }
    axioms(f, module)?;
    if !module.constants.is_empty() {
        writeln!(f, "constants {}", functions(&module.constants))?;
    }
    tests(f, module)
}

fn state(f: &mut fmt::Formatter<'_>, module: &Module, state: &State) -> fmt::Result {
    let kind = match state.kind {
        StateKind::Keyed => "state",
        StateKind::Single => "single",
        StateKind::Journal => "journal",
    };
    let part = |from: u32, to: usize| {
        let part = state.fields.get(from as usize..to.max(from as usize)).unwrap_or_default();
        fields(module, part)
    };
    let (key, stored) = (part(0, state.key as usize), part(state.key, state.stored as usize));
    writeln!(f, "{kind} {}.{}[{key}] {{ {stored} }}", state.module, state.name)?;
    if !state.computed.is_empty() {
        let computed = part(state.stored, state.fields.len());
        writeln!(f, "  computed {computed}: {}", functions(&state.computed))?;
    }
    for (number, index) in state.indexes.iter().enumerate() {
        let name = |field: &u32| state.fields.get(*field as usize).map_or("?", |field| field.name.as_str());
        writeln!(f, "  index {number} ({})", index.iter().map(name).collect::<Vec<_>>().join(", "))?;
    }
    match state.initial {
        Some(initial) => writeln!(f, "  initial {initial}"),
        None => Ok(()),
    }
}

fn axioms(f: &mut fmt::Formatter<'_>, module: &Module) -> fmt::Result {
    module.axioms.iter().try_for_each(|axiom| check(f, module, "axiom", axiom))?;
    for belief in &module.beliefs {
        check(f, module, "belief", &belief.check)?;
        writeln!(f, "  truth {} of {} digits given {:?}", belief.truth, belief.digits, belief.given)?;
    }
    if let Some(doubts) = &module.doubts {
        writeln!(f, "doubts {:?} doubt {} settle {}", doubts.state, doubts.doubt, doubts.settle)?;
    }
    for alert in &module.alerts {
        check(f, module, "alert", &alert.check)?;
        let now = if alert.reads_now { " reads now" } else { "" };
        writeln!(f, "  {:?} lasts {} message {:?}{now}", alert.severity, alert.lasts, alert.message)?;
    }
    if let Some(watch) = &module.watch {
        let Alerting { active, pend, say, fire, resolve, .. } = watch;
        writeln!(f, "watch {active:?} pend {pend} say {say} fire {fire} resolve {resolve}")?;
    }
    Ok(())
}

fn check(f: &mut fmt::Formatter<'_>, module: &Module, word: &str, axiom: &Axiom) -> fmt::Result {
    let state = |id| module.states.get(id).map_or("?", |state| state.name.as_str());
    let scope = match axiom.scope {
        AxiomScope::Whole => String::new(),
        AxiomScope::Rows(id) => format!(" for {}", state(id)),
        AxiomScope::Changed(id) => format!(" for {} changed", state(id)),
        AxiomScope::Deleted(id) => format!(" for {} deleted", state(id)),
    };
    writeln!(f, "{word} {}{scope}: {}", axiom.name, axiom.func)?;
    for read in &axiom.reads {
        write!(f, "  reads {:?} back {:?}", read.source, read.back)?;
        read.fields.iter().try_for_each(|fields| write!(f, " fields {fields:?}"))?;
        writeln!(f)?;
    }
    Ok(())
}

fn tests(f: &mut fmt::Formatter<'_>, module: &Module) -> fmt::Result {
    let event = |id: EventId| module.events.get(id).map_or("?", |event| event.name.as_str());
    for test in &module.tests {
        writeln!(f, "test {:?} of {}", test.name, test.module)?;
        if let Some(cases) = &test.cases {
            write!(f, "  for")?;
            for column in &cases.columns {
                write!(f, " {}: {} in {}", column.name, type_name(Some(module), column.ty), column.list)?;
            }
            writeln!(f, " title {:?}", cases.title)?;
        }
        for step in &test.steps {
            match &step.kind {
                TestStepKind::Apply { event: id, data, at } => writeln!(f, "  apply {} {data} at {at:?}", event(*id))?,
                TestStepKind::Reject { event: id, data, at, with, by } => {
                    writeln!(f, "  reject {} {data} at {at:?} with {with:?} by {by:?}", event(*id))?;
                }
                TestStepKind::RejectValue { value, with } => writeln!(f, "  reject value {value} with {with:?}")?,
                TestStepKind::Expect { condition } => writeln!(f, "  expect {condition}")?,
                TestStepKind::Advance { by } => writeln!(f, "  advance {by}")?,
                TestStepKind::Let { name, value, ty } => {
                    writeln!(f, "  let {name}: {} = {value}", type_name(Some(module), *ty))?;
                }
            }
        }
    }
    Ok(())
}
