//! Rules 22 to 24 and 26: routes, exports, settings and samples.

use super::events::{Checker, May};
use super::{VerifyError, broken, check, types};
use crate::route::{Answer, Export, Route, Sample, Segment, Settings, Target};
use crate::{Field, Module, StateKind, Type};
use lwas_base::{LATENCY, SampleSource};
use std::collections::BTreeSet;

pub(super) fn verify(checker: &Checker<'_>) -> Result<(), VerifyError> {
    let module = checker.module;
    module.routes.iter().try_for_each(|route| checker.route(route))?;
    if module.faces.is_empty() {
        differ(module, module.routes.iter())?;
    }
    super::unique(module.exports.iter().map(|export| export.symbol.as_str()), "exports")?;
    module.exports.iter().try_for_each(|export| checker.export(export))?;
    super::unique(module.settings.iter().map(|settings| settings.module.as_str()), "settings")?;
    module.settings.iter().try_for_each(|settings| checker.settings(settings))?;
    module.samples.iter().try_for_each(|sample| checker.sample(sample))
}

/// That no two routes take the same requests.
pub(super) fn differ<'m>(module: &Module, routes: impl Iterator<Item = &'m Route>) -> Result<(), VerifyError> {
    let mut taken = BTreeSet::new();
    for route in routes {
        let free = taken.insert(route.requests());
        check(free, 22, || module.route_text(route), || "another route takes its requests".to_owned())?;
    }
    Ok(())
}

impl Checker<'_> {
    fn route(&self, route: &Route) -> Result<(), VerifyError> {
        let place = || format!("route {}", self.module.route_text(route));
        self.place(route.place, &place())?;
        let there = match route.target {
            Target::Get { query } => (query as usize) < self.module.queries.len(),
            Target::Post { event, .. } => self.module.events.is_valid(event),
        };
        check(there, 1, place, || "what answers is not there".to_owned())?;
        let fields = self.module.route_fields(route);
        let mut seen = BTreeSet::new();
        for segment in &route.path {
            match segment {
                Segment::Word(word) => {
                    check(is_word(word), 22, place, || format!("{word:?} is no word of a path"))?;
                }
                Segment::Value(at) => {
                    let Some(field) = fields.get(*at as usize) else {
                        return broken(1, place(), format!("value {at} is not there"));
                    };
                    let once = seen.insert(*at) && self.module.has_plain_text(field.ty);
                    check(once, 22, place, || format!("`{}` is there twice or has no plain text", field.name))?;
                }
            }
        }
        match &route.target {
            Target::Get { .. } => {
                let plain = |field: &Field| match self.module.types.get(field.ty) {
                    Some(Type::Option(of)) => self.module.has_plain_text(*of),
                    _ => self.module.has_plain_text(field.ty),
                };
                let fits = fields.iter().all(plain);
                check(fits, 22, place, || "a parameter has no plain text".to_owned())
            }
            Target::Post { event, status, answer } => {
                let accepted = self.module.events.get(*event).is_some_and(|event| event.accepted);
                check(accepted, 22, place, || "its event is not accepted from outside".to_owned())?;
                check((200..300).contains(status), 22, place, || format!("{status} is no status of success"))?;
                answer.iter().try_for_each(|answer| self.answer(answer, fields, place))
            }
        }
    }

    fn answer(&self, answer: &Answer, fields: &[Field], place: impl Fn() -> String) -> Result<(), VerifyError> {
        let Some(query) = self.module.queries.get(answer.query as usize) else {
            return broken(1, place(), "the query that makes the answer is not there");
        };
        let fits = |(param, given): (&Field, &Option<u32>)| match given {
            Some(at) => {
                fields.get(*at as usize).is_some_and(|field| (&field.name, field.ty) == (&param.name, param.ty))
            }
            None => param.default.is_some() || matches!(self.module.types.get(param.ty), Some(Type::Option(_))),
        };
        let all = answer.fields.len() == query.params.len() && query.params.iter().zip(&answer.fields).all(fits);
        check(all, 22, place, || format!("`{}` takes what the event does not have", query.name))
    }

    fn export(&self, export: &Export) -> Result<(), VerifyError> {
        let place = || format!("export {}", export.symbol);
        self.place(export.place, &place())?;
        types::known(self.module, export.result, &place())?;
        let symbol = export.symbol.as_bytes();
        let plain = symbol.first().is_some_and(u8::is_ascii_alphabetic)
            && symbol.len() <= 63
            && symbol.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        check(plain, 23, place, || "it is no symbol of C".to_owned())?;
        let types = export.params.iter().map(|param| param.ty).chain([export.result]);
        let mut unfit = types.filter(|ty| !self.module.has_c_form(*ty));
        check(unfit.next().is_none(), 23, place, || "a type has no form in C".to_owned())?;
        let params: Vec<_> = export.params.iter().map(|param| self.module.kind(param.ty)).collect();
        let result = self.module.kind(export.result);
        self.calls(export.func, &params, Some(Some(result)), May::Nothing, place)
    }

    fn settings(&self, settings: &Settings) -> Result<(), VerifyError> {
        let place = || format!("settings of {}", settings.module);
        let module = self.module;
        let (Some(state), Some(event)) = (module.states.get(settings.state), module.events.get(settings.event)) else {
            return broken(1, place(), "its state or event is not there");
        };
        let single = state.kind == StateKind::Single && state.module == settings.module;
        check(single, 24, place, || "its state is not one row of that module".to_owned())?;
        let closed = !event.accepted && event.key.is_none();
        check(closed, 24, place, || "its event is accepted from outside, or has a key".to_owned())?;
        let stored = state.fields.iter().take(state.stored as usize);
        let fields = module.records.get(event.record).map(|record| record.fields.as_slice()).unwrap_or_default();
        let same = stored.map(|field| (&field.name, field.ty)).eq(fields.iter().map(|field| (&field.name, field.ty)));
        check(same, 24, place, || "its event has other fields than its state".to_owned())?;
        let filled = fields.iter().all(|field| field.default.is_some());
        check(filled, 24, place, || "a field has no default".to_owned())
    }
}

impl Checker<'_> {
    fn sample(&self, sample: &Sample) -> Result<(), VerifyError> {
        let place = || format!("sample {}", self.module.sample_text(sample));
        self.place(sample.place, &place())?;
        let Some(event) = self.module.events.get(sample.event) else {
            return broken(1, place(), "its event is not there");
        };
        check(event.key.is_none(), 26, place, || "its event has a key".to_owned())?;
        let fields = self.module.records.get(event.record).map(|record| record.fields.as_slice()).unwrap_or_default();
        let is_reading = |field: &Field| {
            let reading = sample.source.reading(&field.name);
            reading.is_some_and(|reading| self.module.takes_reading(field.ty, reading))
        };
        check(fields.iter().all(is_reading), 26, place, || "a field is no reading of its source".to_owned())?;
        let latency = sample.source == SampleSource::Machine && fields.iter().any(|field| field.name == LATENCY);
        check(latency == sample.address.is_some(), 26, place, || {
            "an address is there without a latency, or a latency without one".to_owned()
        })?;
        self.says(sample.interval, place, |ty| ty == Some(Type::Duration))?;
        let is_address = |ty| matches!(ty, Some(Type::Option(of)) if self.module.types.get(of) == Some(&Type::Text));
        sample.address.iter().try_for_each(|query| self.says(*query, place, is_address))
    }

    /// That a query takes nothing and gives what is wanted.
    fn says(
        &self,
        query: u32,
        place: impl Fn() -> String,
        gives: impl Fn(Option<Type>) -> bool,
    ) -> Result<(), VerifyError> {
        let Some(query) = self.module.queries.get(query as usize) else {
            return broken(1, place(), "a query that it names is not there");
        };
        let fits = query.params.is_empty() && gives(self.module.types.get(query.result).copied());
        check(fits, 26, place, || format!("query `{}` takes something, or gives something else", query.name))
    }
}

/// Whether a text is a word of a path.
fn is_word(word: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    !word.is_empty() && word != "." && word != ".." && word.bytes().all(plain)
}
