//! The body of a request, of bounded size.

use crate::app::App;
use crate::reply::Refusal;
use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use std::sync::Arc;

/// All of it.
pub struct Body(pub Bytes);

impl FromRequest<Arc<App>> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Body, Refusal> {
        let most = app.limits.body_bytes;
        let too_large =
            || Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "E0703", format!("the body has more than {most} bytes"));
        // A body that says that it is too long is not waited for.
        if request.body().size_hint().lower() > most as u64 {
            return Err(too_large());
        }
        let Ok(read) = tokio::time::timeout(app.limits.patience, Bytes::from_request(request, app)).await else {
            return Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "E0717", "the body took too long to come"));
        };
        read.map(Body).map_err(|why| match why.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            _ => Refusal::new(StatusCode::BAD_REQUEST, "E0620", "the body ended before it was whole"),
        })
    }
}
