//! What the arguments of attributes mean: routes, exports and samples, once all signatures and defaults are known; and what settings
//! consist of.

mod path;
mod sample;
mod symbol;

use super::items::Attached;
use super::{Declared, names};
use crate::body::show_type;
use crate::env::Item;
use crate::errors::{attributes, names as name_errors};
use crate::hir::{Answer, EventId, Field, FunctionId, FunctionKind, ModuleId, Program, Route, Segment, Target, Type};
use lwas_base::{Diagnostics, Span};
use lwas_syntax::ast::{self, ExprKind, Ident, Literal};
use path::Part;
use std::collections::{BTreeMap, BTreeSet};

/// How `@get` is written.
const GET: &str = "@get(\"/accounts/{id}\")";
/// How `@post` is written.
const POST: &str = "@post(\"/sales\", 201, sale)";

/// Gives the event of each state of settings its fields, those of the state.
pub(super) fn settings(declared: &mut Declared) {
    let Declared { program, diagnostics, .. } = declared;
    for settings in &program.settings {
        let state = &program.states[settings.state];
        program.records[program.events[settings.event].record].fields = state.fields[..state.stored].to_vec();
    }
    for face in &program.faces {
        let Some(own) = program.settings.iter().find(|settings| settings.module == face.entry) else { continue };
        let fields = program.states[own.state].fields.as_slice();
        let others = program.settings.iter().filter(|other| other.module != face.entry);
        for other in others.filter(|other| face.reached.contains(&other.module)) {
            let path = &program.modules[other.module].path;
            let first = path.split('.').next().unwrap_or_default();
            let same = fields.iter().find(|field| field.name.as_str() == first);
            let same = same.map(|field| attributes::settings_of_module(field.span, first, path, other.span));
            same.into_iter().for_each(|wrong| diagnostics.push(wrong));
        }
    }
}

/// Resolves routes, exports and samples.
pub(super) fn resolve(declared: &mut Declared) {
    for (module, tree, attached) in declared.trees.attributes.clone() {
        let mut sink = Diagnostics::new();
        let routes = Routes { declared, module, tree };
        let route = match attached {
            Attached::Query(query) => routes.get(query, &mut sink),
            Attached::Event(event) => routes.post(event, &mut sink),
            Attached::Sample(event) => {
                let sample = sample::sample(declared, module, event, tree, &mut sink);
                declared.program.samples.extend(sample);
                None
            }
            Attached::Fn(function) => {
                let export = symbol::export(&declared.program, function, tree, &mut sink);
                declared.program.exports.extend(export);
                None
            }
        };
        declared.program.routes.extend(route);
        declared.diagnostics.append(sink);
    }
    clashes(declared);
}

/// Says where two routes of a program take the same requests.
fn clashes(declared: &mut Declared) {
    let Declared { program, diagnostics, .. } = declared;
    let mut told = BTreeSet::new();
    for face in &program.faces {
        let mut taken: BTreeMap<(&str, Vec<Option<&str>>), Span> = BTreeMap::new();
        for route in program.routes.iter().filter(|route| program.is_reached(face, route)) {
            let method = match route.target {
                Target::Get(_) => "GET",
                Target::Post { .. } => "POST",
            };
            let shape = route.path.iter().map(|segment| match segment {
                Segment::Word(word) => Some(word.as_str()),
                Segment::Value(_) => None,
            });
            let first = *taken.entry((method, shape.collect())).or_insert(route.span);
            if first != route.span && told.insert((route.span.file, route.span.start)) {
                let text = format!("{method} {}", shown(program, route));
                diagnostics.push(attributes::route_twice(route.span, &text, first));
            }
        }
    }
}

/// A route's path as it was written.
fn shown(program: &Program, route: &Route) -> String {
    let fields = match route.target {
        Target::Get(query) => &program.functions[query].params,
        Target::Post { event, .. } => &program.records[program.events[event].record].fields,
    };
    let segment = |segment: &Segment| match segment {
        Segment::Word(word) => format!("/{word}"),
        Segment::Value(at) => format!("/{{{}}}", fields[*at as usize].name),
    };
    if route.path.is_empty() { "/".to_owned() } else { route.path.iter().map(segment).collect() }
}

/// What takes the values in a path: a query with its parameters, or an event with its fields.
struct Owner<'a> {
    /// In words: `query `account``.
    words: String,
    fields: &'a [Field],
    span: Span,
}

/// One `@get` or `@post`.
struct Routes<'d, 'm> {
    declared: &'d Declared<'m>,
    module: ModuleId,
    tree: &'m ast::Attribute,
}

impl Routes<'_, '_> {
    fn get(&self, id: FunctionId, sink: &mut Diagnostics) -> Option<Route> {
        let [path] = self.tree.args.as_slice() else {
            sink.push(attributes::arguments(self.tree.span, "`@get` takes a path".to_owned(), GET));
            return None;
        };
        let query = &self.declared.program.functions[id];
        let owner = Owner { words: format!("query `{}`", query.name), fields: &query.params, span: query.span };
        let segments = self.path(path, &owner, GET, sink)?;
        for (number, field) in (0..).zip(&query.params) {
            if !segments.contains(&Segment::Value(number)) {
                let plain = match &field.ty {
                    Type::Option(of) => of,
                    ty => ty,
                };
                let place = "the query string, as it is not in the path";
                self.carried(field, plain, place, "take what has a plain text, such as a key", sink)?;
            }
        }
        Some(Route { path: segments, target: Target::Get(id), span: path.span })
    }

    fn post(&self, id: EventId, sink: &mut Diagnostics) -> Option<Route> {
        let program = &self.declared.program;
        let (path, status, answer) = match self.tree.args.as_slice() {
            [path, status] => (path, status, None),
            [path, status, answer] => (path, status, Some(answer)),
            _ => {
                let message = "`@post` takes a path, a status and perhaps the query that makes the answer";
                sink.push(attributes::arguments(self.tree.span, message.to_owned(), POST));
                return None;
            }
        };
        let event = &program.events[id];
        if !event.accepted {
            let module = &program.modules[event.module];
            let help = match event.private {
                true => "leave out `private`".to_owned(),
                false => format!("let the program say so: `accept {}.{{{}}}`", module.name, event.name),
            };
            sink.push(attributes::not_accepted(self.tree.span, event.name.as_str(), &help));
        }
        let fields = program.records[event.record].fields.as_slice();
        let owner = Owner { words: format!("event `{}`", event.name), fields, span: event.span };
        let segments = self.path(path, &owner, POST, sink);
        let status = status_of(status, sink);
        let answer = match answer {
            Some(query) => Some(self.answer(query, &owner, sink)?),
            None => None,
        };
        Some(Route { path: segments?, target: Target::Post { event: id, status: status?, answer }, span: path.span })
    }

    /// The parts of a path, with the numbers of the fields that they are.
    fn path(&self, tree: &ast::Expr, owner: &Owner, form: &str, sink: &mut Diagnostics) -> Option<Vec<Segment>> {
        let parts = path::parts(tree, form, sink)?;
        let mut segments = vec![];
        for part in parts {
            let name = match part {
                Part::Word(word) => {
                    segments.push(Segment::Word(word));
                    continue;
                }
                Part::Value(name) => name,
            };
            let Some((number, field)) = (0..).zip(owner.fields).find(|(_, field)| field.name == name.name) else {
                let known = owner.fields.iter().map(|field| field.name.as_str());
                let (text, near) = (name.name.as_str(), lwas_base::near(name.name.as_str(), known));
                sink.push(attributes::no_such_value(name.span, text, &owner.words, near, owner.span));
                return None;
            };
            if segments.contains(&Segment::Value(number)) {
                let message = format!("`{{{}}}` is twice in the path", name.name);
                sink.push(attributes::bad_path(name.span, message, "name each value once"));
                return None;
            }
            let help = match field.ty {
                Type::Option(_) => {
                    "what is in a path is always there: take it without `?`, or leave it out of the path"
                }
                _ => "take what has a plain text, such as a key",
            };
            self.carried(field, &field.ty, "a path", help, sink)?;
            segments.push(Segment::Value(number));
        }
        Some(segments)
    }

    /// Whether a field's values have a plain text, as in a URL.
    fn carried(&self, field: &Field, ty: &Type, place: &str, help: &str, sink: &mut Diagnostics) -> Option<()> {
        let program = &self.declared.program;
        if has_plain_text(program, ty) {
            return Some(());
        }
        let ty = show_type(program, &field.ty);
        sink.push(attributes::not_in_request(field.span, field.name.as_str(), &ty, place, help));
        None
    }

    /// The query that makes the answer, and what it is given.
    fn answer(&self, tree: &ast::Expr, owner: &Owner, sink: &mut Diagnostics) -> Option<Answer> {
        let program = &self.declared.program;
        let (query, span) = query_of(self.declared, self.module, tree, ("the answer is made by a query", POST), sink)?;
        let name = program.functions[query].name;
        let mut fields = vec![];
        for param in &program.functions[query].params {
            let found = (0..).zip(owner.fields).find(|(_, field)| field.name == param.name);
            let left_out = param.default.is_some() || matches!(param.ty, Type::Option(_));
            let ty = |field: &Field| show_type(program, &field.ty);
            let message = match found {
                Some((number, field)) if field.ty == param.ty || either_unknown(field, param) => {
                    fields.push(Some(number));
                    continue;
                }
                None if left_out => {
                    fields.push(None);
                    continue;
                }
                Some((_, field)) => {
                    let (wants, has) = (ty(param), ty(field));
                    format!("query `{name}` takes `{}: {wants}`, and {} has it as `{has}`", param.name, owner.words)
                }
                None => format!("query `{name}` takes `{}`, which {} does not have", param.name, owner.words),
            };
            sink.push(attributes::answer_parameter(span, message, found.map_or(param.span, |(_, f)| f.span)));
            return None;
        }
        Some(Answer { query, fields })
    }
}

fn either_unknown(a: &Field, b: &Field) -> bool {
    a.ty == Type::Error || b.ty == Type::Error
}

/// A constant from 200 to 299.
fn status_of(tree: &ast::Expr, sink: &mut Diagnostics) -> Option<u16> {
    let status = match tree.kind {
        ExprKind::Literal(Literal::Int(status)) => u16::try_from(status).ok(),
        _ => None,
    };
    let status = status.filter(|status| (200..300).contains(status));
    if status.is_none() {
        let message = "the status of what was applied is a number from 200 to 299".to_owned();
        sink.push(attributes::arguments(tree.span, message, POST));
    }
    status
}

/// The query that an attribute names, and where. `says` tells what is said by it, and how the attribute is written.
fn query_of(
    declared: &Declared<'_>,
    module: ModuleId,
    tree: &ast::Expr,
    (says, form): (&str, &str),
    sink: &mut Diagnostics,
) -> Option<(FunctionId, Span)> {
    let Some(path) = item_path(tree) else {
        sink.push(attributes::arguments(tree.span, format!("{says}, which is named here"), form));
        return None;
    };
    let last = *path.last()?;
    match names::resolve_path(&declared.env(), module, &path, sink)? {
        Item::Function(id) if declared.program.functions[id].kind == FunctionKind::Query => Some((id, last.span)),
        other => {
            sink.push(name_errors::wrong_kind(last.span, last.name.as_str(), names::kind(other), "a query"));
            None
        }
    }
}

/// `recorded` or `sales.recorded`.
fn item_path(tree: &ast::Expr) -> Option<Vec<Ident>> {
    match &tree.kind {
        ExprKind::Name(name) => Some(vec![*name]),
        ExprKind::Field { base, name } => {
            let mut path = item_path(base)?;
            path.push(*name);
            Some(path)
        }
        _ => None,
    }
}

/// Whether all values of a type have a plain text, as they have on a command line.
fn has_plain_text(program: &Program, ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Int | Type::Text | Type::Decimal(_) | Type::Amount(..) | Type::Money | Type::Number => true,
        Type::Float | Type::Currency | Type::Time | Type::Date | Type::Duration | Type::Error => true,
        Type::Enum(id) => program.enums[*id].is_plain(),
        _ => false,
    }
}
