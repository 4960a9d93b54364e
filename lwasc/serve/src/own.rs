//! The program's own routes: a query that it puts under a path with `@get`, an event with `@post`.
//!
//! What stands in the path is written as on a command line; what else a query needs comes in the query string, what else an event needs
//! in the body.

use crate::access::Who;
use crate::app::App;
use crate::body::Body;
use crate::reply::{self, Refusal};
use crate::{events, metrics, queries};
use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use lwas_ir::{Answer, Field, Module, Route, Segment, Target, Type, Value};
use lwas_runtime::Outcome;
use lwas_runtime::data::{json_text_within, parse_argument};
use std::borrow::Cow;
use std::sync::Arc;

/// The values of a path, by their numbers in the template.
type InPath = Vec<(String, String)>;

/// All of them.
pub fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let mut router = Router::new();
    for (number, route) in app.own_routes() {
        let app = Arc::clone(app);
        let handler = match &route.target {
            Target::Get { .. } => get(move |Path(path): Path<InPath>, RawQuery(given), who: Who, headers| async move {
                asked(&app, number, who, (&path, given.as_deref()), &headers).await
            }),
            Target::Post { .. } => {
                post(move |Path(path): Path<InPath>, who: Who, headers: HeaderMap, Body(body): Body| async move {
                    posted(&app, number, who, &path, (&headers, &body)).await
                })
            }
        };
        router = router.route(&template(route), handler);
    }
    router
}

/// The path as the router takes it: values are numbered, so that paths of one form are one path, whatever their values are called.
pub fn template(route: &Route) -> String {
    let mut number = 0..;
    let part = |segment: &Segment| match segment {
        Segment::Word(word) => format!("/{word}"),
        Segment::Value(_) => format!("/{{{}}}", number.next().unwrap_or(0)),
    };
    let path: String = route.path.iter().map(part).collect();
    if path.is_empty() { "/".to_owned() } else { path }
}

/// The values of a path, each with the place of the field that it is of, and the field.
fn values<'a>(
    route: &'a Route,
    fields: &'a [Field],
    path: &'a InPath,
) -> impl Iterator<Item = (usize, &'a Field, &'a str)> {
    let places: Vec<usize> = route.fields_in_path().collect();
    path.iter().filter_map(move |(number, text)| {
        let place = *places.get(number.parse::<usize>().ok()?)?;
        Some((place, fields.get(place)?, text.as_str()))
    })
}

/// `GET`: the answer of a query.
async fn asked(
    app: &App,
    route: usize,
    who: Who,
    (path, given): (&InPath, Option<&str>),
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let module = app.module();
    let route = &module.routes[route];
    let Target::Get { query } = route.target else { unreachable!("it was put under GET") };
    who.may_ask(module, query as usize)?;
    let is_metrics = matches!(route.path.as_slice(), [Segment::Word(word)] if word == "metrics");
    let format = metrics::text_format(headers).filter(|_| is_metrics);
    if format.is_some() {
        who.may_read_metrics()?;
    }
    let fields = module.route_fields(route);
    let in_path =
        values(route, fields, path).map(|(_, field, text)| (Cow::Borrowed(field.name.as_str()), Cow::Borrowed(text)));
    let pairs: Vec<_> = in_path.chain(queries::pairs(given)).collect();
    let args = queries::arguments(app, query as usize, &pairs)?;
    let text = app.readers.ask(query as usize, args).await??;
    if let Some(format) = format {
        return Ok(metrics::with_answer(app, &text, format));
    }
    Ok(reply::json(StatusCode::OK, text))
}

/// `POST`: the answer to an event that was applied.
async fn posted(
    app: &App,
    route: usize,
    who: Who,
    path: &InPath,
    (headers, body): (&HeaderMap, &[u8]),
) -> Result<Response, Refusal> {
    let module = app.module();
    let route = &module.routes[route];
    let Target::Post { event, status, answer } = &route.target else { unreachable!("it was put under POST") };
    who.may_send(module, *event)?;
    let fields = module.route_fields(route);
    let mut given = Vec::with_capacity(path.len());
    for (place, field, text) in values(route, fields, path) {
        let value = parse_argument(module, field.ty, text).map_err(|error| {
            Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "E0711", format!("`{}` in the path: {error}", field.name))
        })?;
        given.push((place, value));
    }
    let body = if body.is_empty() && may_be_left_out(module, fields, &given) { b"{}" } else { body };
    let incoming = who.sends(module, events::incoming(app, *event, headers, body, given)?)?;
    let asks = match answer {
        Some(answer) => Some((answer.query as usize, queries::after_event(app, answer, &incoming.data)?)),
        None => None,
    };
    let (name, id) = (module.events[*event].name.clone(), events::id(app, &incoming));
    let (outcome, told) = app.writer.judge(incoming, asks).await?;
    app.judged(&name, &outcome);
    let judged = [(name.as_str(), id.as_deref(), &outcome)];
    if let Outcome::Rejected(why) = &outcome {
        return Ok(events::noted(Refusal::from(why.clone()).into_response(), judged));
    }
    let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::CREATED);
    let text = match (answer, told) {
        (Some(answer), Some(Ok(value))) => answer_text(app, answer, &value),
        _ => None,
    };
    // Without an answer, or with one that is too long, the outcome is it.
    let text = text.unwrap_or_else(|| outcome.to_json(None, Some(&name), id.as_deref(), None));
    Ok(events::noted(reply::json(status, text), judged))
}

/// Whether an event needs nothing of its body.
fn may_be_left_out(module: &Module, fields: &[Field], in_path: &[(usize, Value)]) -> bool {
    let optional =
        |field: &Field| field.default.is_some() || matches!(module.types.get(field.ty), Some(Type::Option(_)));
    fields.iter().enumerate().all(|(at, field)| optional(field) || in_path.iter().any(|(place, _)| *place == at))
}

fn answer_text(app: &App, answer: &Answer, value: &Value) -> Option<String> {
    let module = app.module();
    json_text_within(module, module.queries[answer.query as usize].result, value, app.limits.answer_bytes)
}
