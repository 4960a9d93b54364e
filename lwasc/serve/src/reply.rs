//! What a client is told: answers as JSON, and refusals with a status and the error object that `lwasc run --json` has too.
//!
//! | status | when |
//! | --- | --- |
//! | 400 | the body is not JSON |
//! | 401 | nobody that the server knows sends it |
//! | 403 | whoever sends it may not do that |
//! | 404, 405 | there is no such route, or not for this method |
//! | 409 | the same key came before with other data |
//! | 413, 415 | the body is too large, or not `application/json` |
//! | 422 | JSON that is no event, an argument that does not fit, an event that is rejected, a query without an answer |
//! | 429 | too many events wait |
//! | 503 | the ledger can't be read or written |

use crate::access::Code;
use crate::writer::Unavailable;
use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lwas_runtime::data::DecodeError;
use lwas_runtime::judge::CONFLICT;
use lwas_runtime::{Rejection, RuntimeError};
use serde::Serialize;

/// After how many seconds a client that was turned away may try again.
const TRY_AGAIN_S: HeaderValue = HeaderValue::from_static("1");

/// Why a request is not answered.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    why: Box<Rejection>,
}

impl Refusal {
    /// Before the program is asked, with a code of its own.
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Refusal {
        Refusal { status, why: Box::new(Rejection::plain(code, message)) }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<Box<Rejection>> for Refusal {
    fn from(why: Box<Rejection>) -> Refusal {
        let status = if why.code == CONFLICT { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        Refusal { status, why }
    }
}

impl From<Rejection> for Refusal {
    fn from(why: Rejection) -> Refusal {
        Box::new(why).into()
    }
}

impl From<Box<DecodeError>> for Refusal {
    fn from(error: Box<DecodeError>) -> Refusal {
        let status = if error.is_malformed() { StatusCode::BAD_REQUEST } else { StatusCode::UNPROCESSABLE_ENTITY };
        Refusal::new(status, error.code(), error.to_string())
    }
}

impl From<Unavailable> for Refusal {
    fn from(error: Unavailable) -> Refusal {
        let (status, code) = match error {
            Unavailable::Full => (StatusCode::TOO_MANY_REQUESTS, "E0705"),
            Unavailable::Ledger => (StatusCode::SERVICE_UNAVAILABLE, "E0706"),
            Unavailable::Audit => (StatusCode::SERVICE_UNAVAILABLE, "E0718"),
        };
        Refusal::new(status, code, error.to_string())
    }
}

impl From<RuntimeError> for Refusal {
    /// What the ledger says is for the log; a client is told that it can't be read.
    fn from(error: RuntimeError) -> Refusal {
        tracing::error!(%error, "the ledger can't be read");
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "E0706", "the ledger can't be read just now")
    }
}

#[derive(Serialize)]
struct Body<'a> {
    status: &'static str,
    error: lwas_runtime::ErrorObject<'a>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Body { status: "rejected", error: self.why.error() };
        let mut response = json(self.status, text(&body));
        response.extensions_mut().insert(Code(self.why.code.clone()));
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge(&self.why.code));
        }
        if matches!(self.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            response.headers_mut().insert(header::RETRY_AFTER, TRY_AGAIN_S);
        }
        response
    }
}

/// How to say who one is, as RFC 6750 has it: of what was sent and counts for nothing it says so.
fn challenge(code: &str) -> HeaderValue {
    HeaderValue::from_static(if code == "E0713" { "Bearer error=\"invalid_token\"" } else { "Bearer" })
}

/// JSON text as a response.
pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}

/// A value of ours as JSON text.
pub fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers always have a JSON form")
}
