//! Routes, exports, settings and samples, once queries and events have their places.

use crate::function::is_asked;
use crate::item::param;
use crate::tables::Lower;
use crate::ty::{event_id, state_id};
use lwas_check::hir::{self, FunctionId, Segment, Target};
use lwas_ir as ir;

/// Fills in the tables.
pub(crate) fn declare(cx: &mut Lower) {
    let program = cx.program;
    for route in &program.routes {
        let target = match &route.target {
            Target::Get(id) => ir::Target::Get { query: query(program, *id) },
            Target::Post { event, status, answer } => {
                let answer = answer.as_ref();
                let answer = answer.map(|of| ir::Answer { query: query(program, of.query), fields: of.fields.clone() });
                ir::Target::Post { event: event_id(*event), status: *status, answer }
            }
        };
        let segment = |segment: &Segment| match segment {
            Segment::Word(word) => ir::Segment::Word(word.clone()),
            Segment::Value(number) => ir::Segment::Value(*number),
        };
        let path = route.path.iter().map(segment).collect();
        let place = cx.place(route.span);
        cx.module.routes.push(ir::Route { path, target, place });
    }
    faces(cx);
    for export in &program.exports {
        let function = &program.functions[export.function];
        let params = function.params.iter().map(|field| ir::Field { default: None, ..param(cx, "", field) }).collect();
        let (symbol, func) = (export.symbol.clone(), cx.function(export.function));
        let (result, place) = (cx.ty(&function.result), cx.place(export.span));
        cx.module.exports.push(ir::Export { symbol, params, result, func, place });
    }
    for settings in &program.settings {
        let module = program.modules[settings.module].path.clone();
        let (state, event) = (state_id(settings.state), event_id(settings.event));
        cx.module.settings.push(ir::Settings { module, state, event });
    }
    for sample in &program.samples {
        let (interval, address) = (query(program, sample.interval), sample.address.map(|id| query(program, id)));
        let (source, event, place) = (sample.source, event_id(sample.event), cx.place(sample.span));
        cx.module.samples.push(ir::Sample { source, event, interval, address, place });
    }
}

/// The programs of a set.
fn faces(cx: &mut Lower) {
    let program = cx.program;
    if program.faces.len() < 2 {
        return;
    }
    let asked: Vec<_> = program.functions.values().filter(|function| is_asked(function)).collect();
    for face in &program.faces {
        let queries = numbered(asked.iter().map(|function| face.reached.contains(&function.module)));
        let routes = numbered(program.routes.iter().map(|route| program.is_reached(face, route)));
        let events = face.events.iter().map(|event| event_id(*event)).collect();
        let (name, module) = (program.modules[face.entry].path.clone(), cx.prefix(face.entry).to_owned());
        cx.module.faces.push(ir::Face { name, module, events, queries, routes });
    }
}

/// The places of those that are true.
fn numbered(are: impl Iterator<Item = bool>) -> Vec<u32> {
    (0..).zip(are).filter(|(_, is)| *is).map(|(place, _)| place).collect()
}

/// A query's place among all queries, which are in the order of functions.
fn query(program: &hir::Program, id: FunctionId) -> u32 {
    let before = program.functions.iter().take_while(|(other, _)| *other != id);
    let queries = before.filter(|(_, function)| is_asked(function)).count();
    u32::try_from(queries).expect("a program has few queries")
}
