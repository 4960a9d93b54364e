//! Queries are answered: `GET /queries/NAME?parameter=value`, with the answer as one JSON value.

use crate::app::App;
use crate::reply::{self, Refusal};
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lwas_ir::{Module, Query, Value};
use lwas_runtime::data::parse_argument;
use std::borrow::Cow;
use std::sync::Arc;

/// `GET /queries/{name}`.
pub async fn answer(State(app): State<Arc<App>>, Path(name): Path<String>, RawQuery(given): RawQuery) -> Response {
    let answered = async {
        let number = app.query(&name).ok_or_else(|| unknown(&app, &name))?;
        let args = arguments(app.module(), &app.module().queries[number], &pairs(given.as_deref()))?;
        let text = app.readers.ask(number, args).await??;
        Ok(reply::json(StatusCode::OK, text))
    };
    answered.await.unwrap_or_else(|refusal: Refusal| refusal.into_response())
}

/// The names and values of a query string.
pub fn pairs(text: Option<&str>) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(text.unwrap_or_default().as_bytes()).collect()
}

/// The arguments of a query in its own order.
///
/// # Errors
/// One is missing, unknown, there twice, or not of its type.
pub fn arguments(module: &Module, query: &Query, given: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<Vec<Value>, Refusal> {
    let wrong = |message: String| Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "E0711", message);
    for (place, (name, _)) in given.iter().enumerate() {
        if !query.params.iter().any(|param| param.name == *name) {
            let hint = lwas_base::hint(name, query.params.iter().map(|param| param.name.as_str()));
            return Err(wrong(format!("query `{}` has no parameter `{name}`{hint}", query.name)));
        }
        if given.iter().take(place).any(|(before, _)| before == name) {
            return Err(wrong(format!("parameter `{name}` is there twice")));
        }
    }
    let value = |param: &lwas_ir::Field| match given.iter().find(|(name, _)| *name == param.name) {
        Some((_, text)) => {
            parse_argument(module, param.ty, text).map_err(|error| wrong(format!("parameter `{}`: {error}", param.name)))
        }
        None if matches!(module.types[param.ty], lwas_ir::Type::Option(_)) => Ok(Value::None),
        None => Err(wrong(format!("query `{}` needs the parameter `{}`", query.name, param.name))),
    };
    query.params.iter().map(value).collect()
}

fn unknown(app: &App, name: &str) -> Refusal {
    let hint = lwas_base::hint(name, app.module().queries.iter().map(|query| query.name.as_str()));
    Refusal::new(StatusCode::NOT_FOUND, "E0701", format!("the program has no query `{name}`{hint}"))
}
