//! The page and its parts, as they are in the binary, and the headers that shut it: nothing but these parts may run, be shown
//! or be asked in it, and no other page may hold it.

use crate::app::App;
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use lwas_seal::Hash;
use std::sync::Arc;

/// A part of the page: its path, its media type, its bytes.
type Part = (&'static str, &'static str, &'static [u8]);

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! parts {
    ($($path:literal $file:literal $media:expr,)*) => {
        &[$(($path, $media, include_bytes!(concat!("../../dashboard/", $file)))),*]
    };
}

/// All of it.
const PARTS: &[Part] = parts![
    "/" "index.html" HTML,
    "/api.js" "api.js" SCRIPT,
    "/app.js" "app.js" SCRIPT,
    "/chain.js" "chain.js" SCRIPT,
    "/charts.js" "charts.js" SCRIPT,
    "/dom.js" "dom.js" SCRIPT,
    "/entries.js" "entries.js" SCRIPT,
    "/format.js" "format.js" SCRIPT,
    "/icon.svg" "icon.svg" SVG,
    "/key.js" "key.js" SCRIPT,
    "/refresh.js" "refresh.js" SCRIPT,
    "/stream.js" "stream.js" SCRIPT,
    "/style.css" "style.css" CSS,
    "/theme.js" "theme.js" SCRIPT,
    "/panels/alerts.js" "panels/alerts.js" SCRIPT,
    "/panels/beliefs.js" "panels/beliefs.js" SCRIPT,
    "/panels/economy.js" "panels/economy.js" SCRIPT,
    "/panels/ledger.js" "panels/ledger.js" SCRIPT,
    "/panels/machine.js" "panels/machine.js" SCRIPT,
    "/panels/markets.js" "panels/markets.js" SCRIPT,
    "/vendor/noble-hashes/_blake.js" "vendor/noble-hashes/_blake.js" SCRIPT,
    "/vendor/noble-hashes/_md.js" "vendor/noble-hashes/_md.js" SCRIPT,
    "/vendor/noble-hashes/_u64.js" "vendor/noble-hashes/_u64.js" SCRIPT,
    "/vendor/noble-hashes/blake2.js" "vendor/noble-hashes/blake2.js" SCRIPT,
    "/vendor/noble-hashes/blake3.js" "vendor/noble-hashes/blake3.js" SCRIPT,
    "/vendor/noble-hashes/utils.js" "vendor/noble-hashes/utils.js" SCRIPT,
    "/vendor/uplot/uPlot.iife.min.js" "vendor/uplot/uPlot.iife.min.js" SCRIPT,
    "/vendor/uplot/uPlot.min.css" "vendor/uplot/uPlot.min.css" CSS,
];

/// Whatever is not of this server is refused by the browser, and text never becomes markup or script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

/// On every answer.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// The routes of all parts.
pub fn routes() -> Router<Arc<App>> {
    let mut routes = Router::new();
    for part in PARTS {
        let tag = format!("\"{}\"", Hash::of(part.2));
        routes = routes.route(part.0, get(move |headers: HeaderMap| async move { given(part, &tag, &headers) }));
    }
    routes
}

/// A part, or that the browser's own copy of it is still right, which it asks each time.
fn given((_, media, bytes): &Part, tag: &str, headers: &HeaderMap) -> Response {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
    let is_known = known.flat_map(|tags| tags.split(',')).any(|known| known.trim().trim_start_matches("W/") == tag);
    let kept = [(header::CACHE_CONTROL, "no-cache"), (header::ETAG, tag)];
    if is_known {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(header::CONTENT_TYPE, *media)], *bytes).into_response()
}

/// Puts the headers on an answer.
pub async fn shut(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{HTML, PARTS, SCRIPT, given};
    use axum::http::{HeaderMap, StatusCode, header};
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The files of a folder and of those below it, from the page's folder on.
    fn files(folder: &Path, prefix: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}/{}", path.file_name().unwrap().to_string_lossy());
            if path.is_dir() { found.extend(files(&path, &name)) } else { found.extend([name]) }
        }
        found
    }

    #[test]
    fn every_file_is_given_out_but_for_licences_and_notes() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dashboard");
        let mut there = files(&folder, "");
        there.retain(|name| !name.contains("LICENSE") && !name.ends_with(".md"));
        there.remove("/index.html");
        there.insert("/".to_owned());
        assert_eq!(there, PARTS.iter().map(|(path, ..)| (*path).to_owned()).collect());
    }

    /// Names by which text becomes markup or script; what is shown is put there as text alone.
    const UNSAFE: [&str; 9] = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "createContextualFragment",
        "DOMParser",
        "setHTML",
        "eval(",
        "new Function",
    ];

    #[test]
    fn no_text_becomes_markup() {
        for (path, media, bytes) in PARTS.iter().filter(|(_, media, _)| [HTML, SCRIPT].contains(media)) {
            let text = std::str::from_utf8(bytes).unwrap();
            for name in UNSAFE {
                assert!(!text.contains(name), "{path} ({media}) has `{name}`");
            }
        }
    }

    #[test]
    fn the_page_holds_no_script_or_style_and_nothing_from_elsewhere() {
        let (_, _, bytes) = PARTS.iter().find(|(path, ..)| *path == "/").unwrap();
        let text = std::str::from_utf8(bytes).unwrap();
        for found in ["style=", "<style", " on", "javascript:", "://"] {
            let found = text.match_indices(found).find(|(at, _)| {
                found != " on"
                    || text[at + 3..].chars().take_while(char::is_ascii_alphabetic).count() > 0
                        && text[at + 3..].trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('=')
            });
            assert_eq!(found, None);
        }
        assert!(
            text.split("<script").skip(1).all(|script| script.contains("src=\"/") && script.contains("></script>"))
        );
    }

    #[test]
    fn who_has_a_part_is_not_sent_it_again() {
        let mut headers = HeaderMap::new();
        let response = given(&PARTS[0], "\"a\"", &headers);
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::ETAG], "\"a\"");
        headers.insert(header::IF_NONE_MATCH, "\"b\", W/\"a\"".parse().unwrap());
        assert_eq!(given(&PARTS[0], "\"a\"", &headers).status(), StatusCode::NOT_MODIFIED);
    }
}
