//! Which route leads where.

use crate::app::App;
use crate::reply::Refusal;
use crate::{entries, events, guard, health, metrics, queries};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;

/// All routes of a program, behind what guards them.
pub fn router(app: Arc<App>, on_loopback: bool) -> Router {
    let routes = Router::new()
        .route("/events", post(events::enveloped))
        .route("/events/{name}", post(events::one))
        .route("/queries/{name}", get(queries::answer))
        .route("/entries", get(entries::page))
        .route("/stream", get(entries::stream))
        .route("/health", get(health::ready))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::metrics))
        .fallback(nothing)
        .method_not_allowed_fallback(other_method)
        .layer(DefaultBodyLimit::max(app.limits.body_bytes))
        .layer(from_fn(guard::everywhere));
    let routes = if on_loopback { routes.layer(from_fn(guard::on_loopback)) } else { routes };
    routes.layer(from_fn_with_state(Arc::clone(&app), metrics::count)).with_state(app)
}

async fn nothing() -> Response {
    Refusal::new(StatusCode::NOT_FOUND, "E0701", "there is no such route; `/openapi.json` lists all").into_response()
}

async fn other_method() -> Response {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "E0702", "the route is there, but not for this method").into_response()
}
