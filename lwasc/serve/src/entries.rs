//! The log as it grows: `GET /entries` page by page, and `GET /stream` as server-sent events, or over a WebSocket where the client
//! asks to upgrade.
//!
//! A client says after which entry it wants to go on (`after`, or the `Last-Event-ID` that browsers send), so that it can come back
//! after an interruption and miss nothing. Nothing is kept for a client but the number of its next entry: who reads slowly falls
//! behind and reads from the ledger what came meanwhile.

use crate::access::Who;
use crate::app::App;
use crate::queries::{pairs, wrong};
use crate::reply::{self, Refusal};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use lwas_exact::calendar::format_time;
use lwas_ledger::{Entry, Kind};
use lwas_runtime::audit::incoming;
use lwas_runtime::body::Body;
use lwas_runtime::clock::now;
use lwas_runtime::data::json_text;
use lwas_runtime::judge::is_due;
use lwas_runtime::{ErrorObject, Program, RuntimeError};
use lwas_seal::Hash;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How many entries are read at a time, and the most that one page may have.
const PAGE: u64 = 256;

/// The most bytes that are read at a time for a client that follows the log, unless one entry has more.
const PART_BYTES: usize = 1 << 20;

/// Where to go on.
#[derive(Default)]
struct From {
    /// The last entry that the client has.
    after: Option<u64>,
    /// How many entries at most.
    limit: Option<u64>,
}

impl From {
    fn read(given: Option<&str>) -> Result<From, Refusal> {
        let mut from = From::default();
        for (name, value) in pairs(given) {
            let place = match &*name {
                "after" => &mut from.after,
                "limit" => &mut from.limit,
                _ => return Err(wrong(format!("expected `after` or `limit`, found `{name}`"))),
            };
            let number = value.parse().map_err(|_| wrong(format!("`{name}`: expected a number, found `{value}`")))?;
            *place = Some(number);
        }
        Ok(from)
    }
}

/// An entry as JSON.
#[derive(Serialize)]
struct Told<'a> {
    seq: u64,
    kind: String,
    time: String,
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    event_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorObject<'a>>,
    artifact: String,
    body_hash: String,
    hash: String,
}

/// `GET /entries`: a list of at most `limit` entries after `after`, of fewer where they are long, and of none at the end of the log.
pub async fn page(State(app): State<Arc<App>>, who: Who, RawQuery(given): RawQuery) -> Result<Response, Refusal> {
    who.may_read_log()?;
    let from = From::read(given.as_deref())?;
    let next = from.after.map_or(0, |seq| seq.saturating_add(1));
    let most = from.limit.unwrap_or(PAGE).min(PAGE);
    let entries = read(&app, next, (most, app.limits.answer_bytes)).await?;
    let texts: Vec<String> = entries.into_iter().map(|(_, text)| text).collect();
    Ok(reply::json(StatusCode::OK, format!("[{}]", texts.join(","))))
}

/// `GET /stream`.
pub async fn stream(
    State(app): State<Arc<App>>,
    who: Who,
    RawQuery(given): RawQuery,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    who.may_read_log()?;
    let from = From::read(given.as_deref())?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    // Who says nothing wants what comes from now on.
    let after = last.or(from.after).unwrap_or_else(|| app.writer.head.borrow().seq);
    let entries = follow(app, after, who.until);
    Ok(match upgrade {
        Ok(upgrade) => upgrade.on_upgrade(|socket| over_socket(socket, entries)),
        Err(_) => {
            let events =
                entries.map(|(seq, text)| Ok::<_, Infallible>(Event::default().id(seq.to_string()).data(text)));
            Sse::new(events).keep_alive(KeepAlive::default()).into_response()
        }
    })
}

/// Sends each entry as a message until the client leaves. What the client says is read and left unheard, so that its closing is seen.
async fn over_socket(socket: WebSocket, entries: impl Stream<Item = (u64, String)>) {
    let (sender, mut heard) = socket.split();
    let messages = entries.map(|(_, text)| Ok(Message::Text(text.into())));
    let closed = async { while let Some(Ok(_)) = heard.next().await {} };
    tokio::select! {
        _ = messages.forward(sender) => {}
        () = closed => {}
    }
}

/// Where a client is.
struct Place {
    app: Arc<App>,
    next: u64,
    read: VecDeque<(u64, String)>,
    head: watch::Receiver<lwas_ledger::Head>,
}

/// All entries after one, as they become durable. It ends when the log can't be read, when the server ends, and when what the client has
/// proved counts no more (`until`, µs since 1970).
fn follow(app: Arc<App>, after: u64, until: Option<i64>) -> impl Stream<Item = (u64, String)> {
    let (head, mut ending) = (app.writer.head.clone(), app.ending.clone());
    let place = Place { app, next: after.saturating_add(1), read: VecDeque::new(), head };
    let ended = async move {
        tokio::select! {
            _ = ending.wait_for(|ending| *ending) => {}
            () = expired(until) => {}
        }
    };
    let entries = stream::unfold(place, |mut place| async move {
        while place.read.is_empty() {
            let next = place.next;
            place.head.wait_for(|head| head.seq >= next).await.ok()?;
            place.read = read(&place.app, next, (PAGE, PART_BYTES)).await.ok()?.into();
        }
        let (seq, text) = place.read.pop_front()?;
        place.next = seq + 1;
        Some(((seq, text), place))
    });
    // Boxed, as what runs across a wait must not move.
    entries.take_until(Box::pin(ended))
}

/// Comes at a moment; never where there is none.
async fn expired(until: Option<i64>) {
    match until {
        None => std::future::pending().await,
        Some(until) => {
            let left = u64::try_from(until.saturating_sub(now())).unwrap_or_default();
            tokio::time::sleep(Duration::from_micros(left)).await;
        }
    }
}

/// Entries from a number on, as JSON: at most so many, and of at most so many bytes unless the first alone has more.
async fn read(app: &App, from: u64, (most, bytes): (u64, usize)) -> Result<Vec<(u64, String)>, RuntimeError> {
    let program = Arc::clone(&app.program);
    let work = move |reader: &mut crate::readers::Reader| {
        let (mut page, mut left) = (vec![], bytes);
        for entry in reader.ledger.entries(from)?.take(usize::try_from(most).unwrap_or(usize::MAX)) {
            let entry = entry?;
            let text = text(&program, &entry);
            if text.len() > left && !page.is_empty() {
                break;
            }
            left = left.saturating_sub(text.len());
            page.push((entry.seq, text));
        }
        Ok(page)
    };
    app.readers.with_reader(move |_, reader| work(reader)).await
}

/// An entry as JSON. The data of an event that another version of the program has judged is left out, as is that of a rule that was due.
fn text(program: &Program, entry: &Entry) -> String {
    let is_event = matches!(entry.kind, Kind::Applied | Kind::Rejected) && !is_due(&entry.event_type);
    let body = Body::decode(&entry.body, entry.kind == Kind::Rejected).ok().filter(|_| is_event);
    let data = || {
        let event = incoming(program, entry).ok()?;
        let text = json_text(&program.module, program.event(event.event).data, &event.data);
        RawValue::from_string(text).ok()
    };
    let told = Told {
        seq: entry.seq,
        kind: entry.kind.to_string(),
        time: format_time(entry.time).unwrap_or_else(|_| entry.time.to_string()),
        event_type: &entry.event_type,
        id: body.as_ref().and_then(|body| body.id),
        caller: body.as_ref().map(|body| body.caller).filter(|caller| !caller.is_empty()),
        data: (is_event && entry.artifact == program.hash).then(data).flatten(),
        error: body.as_ref().and_then(|body| body.rejection.as_ref()).map(lwas_runtime::Rejection::error),
        artifact: entry.artifact.to_string(),
        // With it and the ledger's id, whoever reads can follow the chain.
        body_hash: Hash::of(&entry.body).to_string(),
        hash: entry.hash.to_string(),
    };
    reply::text(&told)
}
