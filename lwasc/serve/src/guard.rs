//! What every request must be before anything is asked: from a page of this very server or from no page at all, and with a body that
//! no other page can send.
//!
//! A web page that somebody has open can send requests to a server on the same machine. So a server on loopback answers only to
//! loopback names (`Host`), or a name that leads elsewhere today could lead here tomorrow; it takes nothing from a page of another
//! origin; and a POST with a body must say `application/json`, which no page may send elsewhere without asking first.

use crate::reply::Refusal;
use axum::http::{HeaderMap, Method, StatusCode, header};

/// Media types of JSON that are taken.
const JSON: [&str; 3] = ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"];

/// Names of this machine for itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Of a server that only this machine reaches.
pub fn on_loopback(headers: &HeaderMap) -> Option<Refusal> {
    match host(headers) {
        Some(host) if LOOPBACK.contains(&without_port(host)) => None,
        host => {
            let message = format!("expected a loopback name as `Host`, found `{}`", host.unwrap_or_default());
            Some(Refusal::new(StatusCode::FORBIDDEN, "E0710", message))
        }
    }
}

/// Of every server.
pub fn everywhere(method: &Method, headers: &HeaderMap) -> Option<Refusal> {
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        let own = host(headers).is_some_and(|host| origin.split_once("://").is_some_and(|(_, from)| from == host));
        if !own {
            let message = format!("a page of another origin, `{origin}`, may not ask this server");
            return Some(Refusal::new(StatusCode::FORBIDDEN, "E0710", message));
        }
    }
    if *method == Method::POST && !is_bare(headers) {
        let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = found.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !JSON.contains(&media.as_str()) {
            let message = format!("expected `content-type: application/json`, found `{found}`");
            return Some(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "E0704", message));
        }
    }
    None
}

/// A request that has no body and says nothing of one. No form of a page sends such a POST, and a script of another origin has told where
/// it comes from.
fn is_bare(headers: &HeaderMap) -> bool {
    let empty = headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0");
    empty && !headers.contains_key(header::TRANSFER_ENCODING) && !headers.contains_key(header::CONTENT_TYPE)
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
