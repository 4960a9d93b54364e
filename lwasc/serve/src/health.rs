//! Whether the server lives and can do its work: `GET /health/live`, `GET /health/ready`, and `GET /health` as the latter.

use crate::app::App;
use crate::audits::Last;
use crate::reply;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
struct Health<'a> {
    status: &'static str,
    program: &'a str,
    artifact: String,
    seq: u64,
    head: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    audit: Option<Last>,
}

/// The process answers.
pub async fn live() -> Response {
    reply::json(StatusCode::OK, r#"{"status":"live"}"#)
}

/// The ledger is at its place and can be read, and the writer is there and may write. Where callers are asked who they are, this is all that
/// others learn.
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    let read =
        app.readers.with_reader(|_, reader| Ok(reader.ledger.check_place().and_then(|()| reader.ledger.head())?)).await;
    let (status, word) = match &read {
        Ok(_) if !app.writer.has_ended() && !app.writer.refuses() => (StatusCode::OK, "ready"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    if !app.access.is_open() {
        return reply::json(status, format!(r#"{{"status":"{word}"}}"#));
    }
    let head = *app.writer.head.borrow();
    let health = Health {
        status: word,
        program: &app.name,
        artifact: app.program.hash.to_string(),
        seq: head.seq,
        head: head.hash.to_string(),
        audit: app.audits.as_ref().and_then(|audits| audits.last()),
    };
    reply::json(status, reply::text(&health))
}
