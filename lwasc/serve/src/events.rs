//! Events come in: `POST /events/NAME` with the event's data, and `POST /events` with events in their envelopes, as `lwasc run`
//! reads them; a list of them is one transaction.
//!
//! The attributes of the envelope may come as headers, as the HTTP binding of CloudEvents has it: `ce-id`, `ce-source`, `ce-time`.

use crate::access::{Judged, Who};
use crate::app::App;
use crate::body::Body;
use crate::reply::{self, Refusal};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use lwas_exact::calendar::parse_instant;
use lwas_ir::{EventId, Value};
use lwas_runtime::data::Line;
use lwas_runtime::{Incoming, Outcome, Rejection, TRANSACTION};
use std::sync::Arc;

/// `POST /events/{name}`.
pub async fn one(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    who: Who,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, Refusal> {
    let event = app.accepted(&name).ok_or_else(|| unknown(&app, &name))?;
    who.may_send(app.module(), event)?;
    judged(&app, who.sends(app.module(), incoming(&app, event, &headers, &body, [])?)?).await
}

/// `POST /events`.
pub async fn enveloped(State(app): State<Arc<App>>, who: Who, Body(body): Body) -> Result<Response, Refusal> {
    match app.decoder.decode(&body)? {
        Line::Event(read) => judged(&app, who.sends(app.module(), read.into())?).await,
        Line::Transaction(read) => {
            let events = read.into_iter().map(|event| who.sends(app.module(), event.into()));
            transaction(&app, events.collect::<Result<_, _>>()?).await
        }
    }
}

/// The outcome of one event, with its status.
async fn judged(app: &App, event: Incoming) -> Result<Response, Refusal> {
    let (name, id) = (&app.module().events[event.event].name, id(app, &event));
    let (outcome, _) = app.writer.judge(event, None).await?;
    app.judged(name, &outcome);
    let status = match &outcome {
        Outcome::Applied { .. } => StatusCode::CREATED,
        Outcome::Duplicate { .. } => StatusCode::OK,
        Outcome::Rejected(why) => Refusal::from(why.clone()).status(),
    };
    let response = reply::json(status, outcome.to_json(None, Some(name), id.as_deref(), None));
    Ok(noted(response, [(name.as_str(), id.as_deref(), &outcome)]))
}

/// Several events, of which all are applied or none is: the outcomes of all, or the rejection of the one because of which none was.
async fn transaction(app: &App, events: Vec<Incoming>) -> Result<Response, Refusal> {
    let names: Vec<_> = events.iter().map(|event| (event.event, id(app, event))).collect();
    let told = app.writer.judge_all(events).await?;
    let (status, outcomes) = match told {
        Ok(outcomes) => (StatusCode::CREATED, outcomes),
        Err((place, rejection)) => {
            let other = || Rejection::plain(TRANSACTION, format!("event [{place}] of its transaction was rejected"));
            let outcome = |at| Outcome::Rejected(if at == place { rejection.clone() } else { other() });
            (Refusal::from(rejection.clone()).status(), (0..names.len()).map(outcome).collect())
        }
    };
    let line = |((event, id), outcome): (&(EventId, Option<String>), &Outcome)| {
        let name = &app.module().events[*event].name;
        app.judged(name, outcome);
        outcome.to_json(None, Some(name), id.as_deref(), None)
    };
    let lines: Vec<String> = names.iter().zip(&outcomes).map(line).collect();
    let events = names.iter().zip(&outcomes).map(|((event, id), outcome)| {
        let name = app.module().events[*event].name.as_str();
        (name, id.as_deref(), outcome)
    });
    Ok(noted(reply::json(status, format!("[{}]", lines.join(","))), events))
}

/// A response with what became of events (their names, ids and outcomes), for the access log.
pub fn noted<'a>(
    mut response: Response,
    events: impl IntoIterator<Item = (&'a str, Option<&'a str>, &'a Outcome)>,
) -> Response {
    let mut judged = Judged::default();
    for (name, id, outcome) in events {
        judged.add(name, id, outcome);
    }
    response.extensions_mut().insert(judged);
    response
}

/// An event of a known type, with what the headers say of its envelope, and the values of fields that stood in the path.
pub fn incoming(
    app: &App,
    event: EventId,
    headers: &HeaderMap,
    body: &[u8],
    given: impl IntoIterator<Item = (usize, Value)>,
) -> Result<Incoming, Refusal> {
    let data = app.decoder.decode_data(event, body, given)?;
    let text = |name: &str| match headers.get(name).map(|value| value.to_str()) {
        None => Ok(None),
        Some(Ok(text)) if !text.is_empty() => Ok(Some(Arc::<str>::from(text))),
        Some(_) => Err(envelope(format!("header `{name}`: expected a text, found none"))),
    };
    let time = match text("ce-time")? {
        None => None,
        Some(text) => Some(parse_instant(&text).map_err(|error| {
            envelope(format!("header `ce-time`: expected a time such as 2026-01-25T02:52:48Z: {}", error.words()))
        })?),
    };
    Ok(Incoming { id: text("ce-id")?, source: text("ce-source")?, time, ..Incoming::bare(event, data) })
}

/// What people know an event by: the envelope's id, else its key, where that is a text or a number.
pub fn id(app: &App, incoming: &Incoming) -> Option<String> {
    if let Some(id) = &incoming.id {
        return Some(id.to_string());
    }
    let place = app.module().events.get(incoming.event)?.key?;
    let Value::Record(fields) = &incoming.data else { return None };
    match fields.get(place as usize)? {
        Value::Text(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

fn unknown(app: &App, name: &str) -> Refusal {
    let hint = lwas_base::hint(name, app.offer.events.keys().map(String::as_str));
    Refusal::new(StatusCode::NOT_FOUND, "E0622", format!("the program accepts no event `{name}`{hint}"))
}

fn envelope(message: String) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "E0621", message)
}
