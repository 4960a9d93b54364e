//! Queries are answered: `GET /queries/NAME?parameter=value`, with the answer as one JSON value.

use crate::access::Who;
use crate::app::App;
use crate::reply::{self, Refusal};
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use lwas_ir::{Answer, Field, Memory, Type, Value};
use lwas_runtime::Program;
use lwas_runtime::data::parse_argument;
use lwas_runtime::decoding::constant;
use std::borrow::Cow;
use std::sync::Arc;

/// `GET /queries/{name}`.
pub async fn answer(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    who: Who,
    RawQuery(given): RawQuery,
) -> Result<Response, Refusal> {
    let number = app.query(&name).ok_or_else(|| unknown(&app, &name))?;
    who.may_ask(app.module(), number)?;
    let args = arguments(&app, number, &pairs(given.as_deref()))?;
    let text = app.readers.ask(number, args).await??;
    Ok(reply::json(StatusCode::OK, text))
}

/// The names and values of a query string.
pub fn pairs(text: Option<&str>) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(text.unwrap_or_default().as_bytes()).collect()
}

/// What the parameters of a program's queries are where they are left out: for each query, for each parameter that has a default,
/// its value or why it has none.
pub struct Defaults(Vec<Vec<Option<Result<Value, String>>>>);

impl Defaults {
    /// Those of a program, computed once.
    pub fn of(program: &Program) -> Defaults {
        let mut memory = Memory::new(&program.module);
        let mut value = |param: &Field| Some(constant(program, &mut memory, param.default?, param.ty));
        Defaults(program.module.queries.iter().map(|query| query.params.iter().map(&mut value).collect()).collect())
    }

    fn get(&self, query: usize, param: usize) -> Option<&Result<Value, String>> {
        self.0.get(query)?.get(param)?.as_ref()
    }
}

/// The arguments of a query, of this number, in its own order.
///
/// # Errors
/// One is missing, unknown, there twice, or not of its type.
pub fn arguments(app: &App, number: usize, given: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<Vec<Value>, Refusal> {
    let module = app.module();
    let query = &module.queries[number];
    for (place, (name, _)) in given.iter().enumerate() {
        if !query.params.iter().any(|param| param.name == *name) {
            let hint = lwas_base::hint(name, query.params.iter().map(|param| param.name.as_str()));
            return Err(wrong(format!("query `{}` has no parameter `{name}`{hint}", query.name)));
        }
        if given.iter().take(place).any(|(before, _)| before == name) {
            return Err(wrong(format!("parameter `{name}` is there twice")));
        }
    }
    let value = |(place, param): (usize, &Field)| match given.iter().find(|(name, _)| *name == param.name) {
        Some((_, text)) => parse_argument(module, param.ty, text)
            .map_err(|error| wrong(format!("parameter `{}`: {error}", param.name))),
        None => left_out(app, (number, place), param),
    };
    query.params.iter().enumerate().map(value).collect()
}

/// The arguments of the query that is asked after an event, which are fields of the event or left out.
pub fn after_event(app: &App, answer: &Answer, data: &Value) -> Result<Vec<Value>, Refusal> {
    let number = answer.query as usize;
    let params = app.module().queries[number].params.iter().enumerate().zip(&answer.fields);
    let value = |((place, param), field): ((usize, &Field), &Option<u32>)| match (field, data) {
        (Some(field), Value::Record(fields)) if (*field as usize) < fields.len() => Ok(fields[*field as usize].clone()),
        _ => left_out(app, (number, place), param),
    };
    params.map(value).collect()
}

/// The value of a parameter that nobody gave.
fn left_out(app: &App, (query, place): (usize, usize), param: &Field) -> Result<Value, Refusal> {
    match app.defaults.get(query, place) {
        Some(Ok(value)) => Ok(value.clone()),
        Some(Err(why)) => Err(wrong(format!("the default of parameter `{}` has no value: {why}", param.name))),
        None if matches!(app.module().types[param.ty], Type::Option(_)) => Ok(Value::None),
        None => {
            Err(wrong(format!("query `{}` needs the parameter `{}`", app.module().queries[query].name, param.name)))
        }
    }
}

/// An argument that does not fit.
pub fn wrong(message: String) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "E0711", message)
}

fn unknown(app: &App, name: &str) -> Refusal {
    let hint = lwas_base::hint(name, app.offer.queries.keys().map(String::as_str));
    Refusal::new(StatusCode::NOT_FOUND, "E0701", format!("the program has no query `{name}`{hint}"))
}
