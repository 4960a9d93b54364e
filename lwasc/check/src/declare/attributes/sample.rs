//! `@sample`: which event the runner makes, from what, and how often. Its fields are readings by name, and their types are checked here.

use super::{Declared, query_of};
use crate::body::show_type;
use crate::errors::attributes;
use crate::hir::{EventId, Field, FunctionId, ModuleId, Program, Sample, Type};
use lwas_base::{Diagnostics, LATENCY, Reading, ReadingKind, SampleSource, near};
use lwas_syntax::ast::{self, ExprKind};
use std::rc::Rc;

/// How `@sample` is written.
const SAMPLE: &str = "@sample(machine, interval)";
/// How it is written where the latency is measured.
const WITH_ADDRESS: &str = "@sample(machine, interval, latency_to)";

/// What an event is sampled from; what is wrong is reported.
pub(super) fn sample(
    declared: &Declared,
    module: ModuleId,
    event: EventId,
    tree: &ast::Attribute,
    sink: &mut Diagnostics,
) -> Option<Sample> {
    let (source, interval, address) = match tree.args.as_slice() {
        [source, interval] => (source, interval, None),
        [source, interval, address] => (source, interval, Some(address)),
        _ => {
            let message = "`@sample` takes what is sampled, the query that says how often, and for a latency the one that says to where";
            sink.push(attributes::arguments(tree.span, message.to_owned(), SAMPLE));
            return None;
        }
    };
    let source = source_of(source, sink)?;
    let program = &declared.program;
    let fields = program.records[program.events[event].record].fields.as_slice();
    fields.iter().for_each(|field| reading(program, source, field, tree, sink));
    if let Some(key) = program.events[event].key {
        let message = "what is sampled again and again has no key, or it would be judged once".to_owned();
        let at = fields.get(key as usize).map_or(tree.span, |field| field.span);
        sink.push(attributes::sample_type(at, message, tree.span, "leave out `key`"));
    }
    let has_latency = source == SampleSource::Machine && fields.iter().any(|field| field.name.as_str() == LATENCY);
    if has_latency != address.is_some() {
        let message = match has_latency {
            true => "a latency is measured to an address, which a query says",
            false => "an address is for the field `latency` of the machine, which the event does not have",
        };
        sink.push(attributes::arguments(
            tree.span,
            message.to_owned(),
            if has_latency { WITH_ADDRESS } else { SAMPLE },
        ));
        return None;
    }
    let asks = Asks { declared, module, tree };
    let interval = asks.query(interval, "how often it is sampled", &Type::Duration, sink)?;
    let to = Type::Option(Rc::new(Type::Text));
    let address = match address {
        Some(address) => Some(asks.query(address, "to where the latency is measured", &to, sink)?),
        None => None,
    };
    Some(Sample { source, event, interval, address, span: tree.span })
}

fn source_of(tree: &ast::Expr, sink: &mut Diagnostics) -> Option<SampleSource> {
    let ExprKind::Name(name) = &tree.kind else {
        if !matches!(tree.kind, ExprKind::Error) {
            let message = "what is sampled is one of the names that a runner knows".to_owned();
            sink.push(attributes::arguments(tree.span, message, SAMPLE));
        }
        return None;
    };
    let text = name.name.as_str();
    let known = SampleSource::ALL.into_iter().find(|source| source.name() == text);
    if known.is_none() {
        let names = SampleSource::ALL.map(SampleSource::name);
        let message = format!("nothing of the name `{text}` is sampled");
        sink.push(attributes::not_sampled(name.span, message, near(text, names.into_iter()), &listed(&names)));
    }
    known
}

/// That a field is a reading, of its type.
fn reading(program: &Program, source: SampleSource, field: &Field, tree: &ast::Attribute, sink: &mut Diagnostics) {
    let name = field.name.as_str();
    let Some(reading) = source.reading(name) else {
        let names: Vec<_> = source.readings().iter().map(|reading| reading.name).collect();
        let message = format!("`{}` has no reading `{name}`", source.name());
        sink.push(attributes::not_sampled(field.span, message, near(name, names.iter().copied()), &listed(&names)));
        return;
    };
    let ty = type_of(reading);
    if field.ty != ty && field.ty != Type::Error {
        let (wanted, found) = (show_type(program, &ty), show_type(program, &field.ty));
        let message = format!("the reading `{name}` is `{wanted}`, and the field is `{found}`");
        let why = if reading.may_be_none && !matches!(field.ty, Type::Option(_)) { ": there may be none" } else { "" };
        let help = format!("write `{name}: {wanted}`{why}");
        sink.push(attributes::sample_type(field.span, message, tree.span, &help));
    }
}

/// The type of a field that takes a reading.
fn type_of(reading: &Reading) -> Type {
    let plain = match reading.kind {
        ReadingKind::Text => Type::Text,
        ReadingKind::Int => Type::Int,
        ReadingKind::Percent => Type::Decimal(1),
        ReadingKind::Duration => Type::Duration,
    };
    if reading.may_be_none { Type::Option(Rc::new(plain)) } else { plain }
}

/// Where queries are named.
struct Asks<'a, 'm> {
    declared: &'a Declared<'m>,
    module: ModuleId,
    tree: &'a ast::Attribute,
}

impl Asks<'_, '_> {
    /// A query without parameters, of a type.
    fn query(&self, tree: &ast::Expr, says: &str, ty: &Type, sink: &mut Diagnostics) -> Option<FunctionId> {
        let program = &self.declared.program;
        let (query, span) =
            query_of(self.declared, self.module, tree, (&format!("{says} is said by a query"), SAMPLE), sink)?;
        let function = &program.functions[query];
        let (wanted, found) = (show_type(program, ty), show_type(program, &function.result));
        if !function.params.is_empty() || (function.result != *ty && function.result != Type::Error) {
            let name = &function.name;
            let message = match function.params.is_empty() {
                true => format!("{says} is `{wanted}`, and query `{name}` gives `{found}`"),
                false => format!("{says} is said by a query without parameters, and `{name}` has some"),
            };
            let help = format!("name one as `query {name}() -> {wanted}`");
            sink.push(attributes::sample_type(span, message, self.tree.span, &help));
            return None;
        }
        Some(query)
    }
}

/// Names in a sentence.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}
