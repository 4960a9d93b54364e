//! The dashboard: a page that shows what is served, at an address of its own, and what it asks for.
//!
//! The page and its parts (`lwasc/serve/dashboard/`) are in the binary; `page` gives them out, with headers that let nothing
//! else run in it. Under `/api` is what it asks: `about` tells which programs there are, `watch` which alerts fire and which
//! beliefs do not hold, and each program's queries and `@get` routes are below `/api/programs/NAME`, the log at `/api/entries`
//! and `/api/stream`. All of it is behind the same guards, callers and roles as the programs' own addresses, and nothing can be
//! changed from here.

mod about;
mod page;
mod watch;

use crate::app::App;
use crate::reply::Refusal;
use crate::routes::{Wrapped, admitted, guarded, other_method};
use crate::{entries, own, queries};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;

/// What answers at the dashboard's address: `whole` is all that is served, `programs` each program of it.
pub fn router(whole: Arc<App>, programs: &[Arc<App>], wrapped: Wrapped) -> Router {
    let names = about::About::of(programs);
    let mut api = Router::new()
        .route("/api", get(move |state, who| about::about(state, who, names)))
        .route("/api/watch", get(watch::watch))
        .route("/api/entries", get(entries::page))
        .route("/api/stream", get(entries::stream));
    for app in programs {
        let own = own::routes(app).route("/queries/{name}", get(queries::answer));
        api = api.nest(&format!("/api/programs/{}", app.name), own.with_state(Arc::clone(app)));
    }
    let api = admitted(api.fallback(nothing), &whole).layer(map_response(kept_nowhere));
    let routes = page::routes().merge(api).layer(from_fn(only_reading));
    guarded(routes.layer(map_response(page::shut)), whole, wrapped)
}

/// Refuses whatever is not a question.
async fn only_reading(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) { next.run(request).await } else { other_method().await }
}

/// Of a path that leads nowhere.
async fn nothing() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "E0701", "there is no such route; `/api` tells what is served")
}

/// Answers are of the moment, and for whoever asked.
async fn kept_nowhere(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
