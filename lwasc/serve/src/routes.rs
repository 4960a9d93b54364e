//! Which route leads where.

use crate::app::App;
use crate::listen::Peer;
use crate::reply::Refusal;
use crate::{access, entries, events, guard, health, metrics, openapi, own, queries};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Extension, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;

/// What the whole stands behind.
#[derive(Clone, Copy)]
pub struct Wrapped {
    /// Only this machine reaches it.
    pub on_loopback: bool,
    /// It is reached by TLS.
    pub secret: bool,
}

/// All routes of a program, behind what guards them.
pub fn router(app: Arc<App>, wrapped: Wrapped) -> Router {
    let mut routes = own::routes(&app);
    // Where the program has a route of its own, that one counts.
    let is_free = |path: &str| {
        let path = path.replace("{name}", "{0}");
        !app.own_routes().any(|(_, route)| own::template(route) == path)
    };
    for (path, handler) in common().into_iter().filter(|(path, _)| is_free(path)) {
        routes = routes.route(path, handler);
    }
    let mut routes = admitted(routes.fallback(nothing), &app);
    // What is added after that layer is asked by those who have no key, such as whoever starts the server again.
    for (path, handler) in of_health().into_iter().filter(|(path, _)| is_free(path)) {
        routes = routes.route(path, handler);
    }
    guarded(routes, app, wrapped)
}

/// Routes that are there for callers that the server knows.
pub fn admitted(routes: Router<Arc<App>>, app: &Arc<App>) -> Router<Arc<App>> {
    routes.method_not_allowed_fallback(other_method).layer(from_fn_with_state(Arc::clone(app), access::admit))
}

/// Routes behind all that a request must be before somebody is asked who sends it.
pub fn guarded(routes: Router<Arc<App>>, app: Arc<App>, wrapped: Wrapped) -> Router {
    let front = Front { app: Arc::clone(&app), wrapped };
    routes
        .method_not_allowed_fallback(other_method)
        .layer(DefaultBodyLimit::max(app.limits.body_bytes))
        .layer(from_fn_with_state(front, in_front))
        .with_state(app)
}

/// What stands in front of all routes.
#[derive(Clone)]
struct Front {
    app: Arc<App>,
    wrapped: Wrapped,
}

/// Counts a request, looks at all that can be told from its head, and notes what became of it. One layer does all that, since each
/// layer copies those within it for every request.
async fn in_front(
    State(Front { app, wrapped }): State<Front>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let counted = metrics::Counted::begin(&request);
    let mut response = match app.counts.ask_from(peer.ip()) {
        // Not noted, or a flood would fill the disk.
        Err(too_often) => too_often.into_response(),
        Ok(()) => {
            let refused = refused(wrapped, &request);
            access::note(Arc::clone(&app), peer.ip(), (request, refused), next).await
        }
    };
    if wrapped.secret {
        only_secretly(&mut response);
    }
    counted.end(&app, response.status());
    response
}

/// Why a request is not looked at any further.
fn refused(wrapped: Wrapped, request: &Request) -> Option<Refusal> {
    let headers = request.headers();
    let elsewhere = if wrapped.on_loopback { guard::on_loopback(headers) } else { None };
    elsewhere.or_else(|| guard::everywhere(request.method(), headers))
}

/// The routes that every program has.
fn common() -> [(&'static str, MethodRouter<Arc<App>>); 7] {
    [
        ("/events", post(events::enveloped)),
        ("/events/{name}", post(events::one)),
        ("/queries/{name}", get(queries::answer)),
        ("/entries", get(entries::page)),
        ("/stream", get(entries::stream)),
        ("/metrics", get(metrics::metrics)),
        ("/openapi.json", get(openapi::document)),
    ]
}

/// Those by which whoever starts and watches the process sees how it is.
fn of_health() -> [(&'static str, MethodRouter<Arc<App>>); 3] {
    [("/health", get(health::ready)), ("/health/live", get(health::live)), ("/health/ready", get(health::ready))]
}

/// Tells browsers to come by TLS alone from now on, for a year, as RFC 6797 has it.
fn only_secretly(response: &mut Response) {
    const FOR_A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, FOR_A_YEAR);
}

/// Of a path that leads nowhere.
async fn nothing() -> Response {
    Refusal::new(StatusCode::NOT_FOUND, "E0701", "there is no such route; `/openapi.json` lists all").into_response()
}

/// Of a method that a path does not have.
pub async fn other_method() -> Response {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "E0702", "the route is there, but not for this method").into_response()
}
