//! Requests that are no requests, too large, or of a kind that is not taken.

use super::http::Answer;
use super::shop::{Shop, sale};

/// The most bytes of a body here.
const BODY_BYTES: usize = 1000;

/// All of them, one after the other at one server, which answers as before after each.
pub fn check() -> Result<(), String> {
    let mut shop = Shop::open(&format!("[serve.limits]\nbody_bytes = {BODY_BYTES}\n"))?;
    let host = "host: localhost\r\n";
    let get = "GET /queries/sold HTTP/1.1\r\n";
    let long = "x".repeat(1 << 20);
    let many = "x: y\r\n".repeat(1000);
    for (sent, status) in [
        ("hello\r\n\r\n".to_owned(), 400),
        (format!("GET /queries/sold HTTP/3.0\r\n{host}\r\n"), 400),
        (format!("{get}{host}no colon\r\n\r\n"), 400),
        (format!("POST /events/Sell HTTP/1.1\r\n{host}content-length: many\r\n\r\n"), 400),
        (format!("POST /events/Sell HTTP/1.1\r\n{host}content-length: 18446744073709551615\r\n\r\n"), 431),
        (format!("{get}{host}x: {long}\r\n\r\n"), 431),
        (format!("{get}{host}{many}\r\n"), 431),
        (format!("GET /queries/{long} HTTP/1.1\r\n{host}\r\n"), 431),
    ] {
        is_answered(&shop, &sent, |answer| answer.has(status))?;
    }
    is_answered(&shop, &format!("{get}\r\n"), |answer| answer.refused(403, "E0710"))?;

    let post = format!("POST /events/Sell HTTP/1.1\r\n{host}");
    let json = format!("{post}content-type: application/json\r\n");
    let body = sale("1", &"x".repeat(BODY_BYTES));
    let length = body.len();
    is_answered(&shop, &format!("{json}content-length: {length}\r\n\r\n{body}"), |answer| {
        answer.refused(413, "E0703")
    })?;
    let chunked = format!("{json}transfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n");
    is_answered(&shop, &chunked, |answer| answer.refused(413, "E0703"))?;
    is_answered(&shop, &format!("{json}content-length: 9000000000\r\n\r\n{{"), |answer| answer.refused(413, "E0703"))?;

    let body = sale("1", "");
    let rest = format!("content-length: {}\r\n\r\n{body}", body.len());
    for wrong in
        ["", "content-type: text/plain\r\n", "content-type: multipart/form-data; boundary=x\r\n", "content-type:\r\n"]
    {
        is_answered(&shop, &format!("{post}{wrong}{rest}"), |answer| answer.refused(415, "E0704"))?;
    }
    is_answered(&shop, &format!("{post}content-type: Application/JSON; charset=utf-8\r\n{rest}"), |answer| {
        answer.has(201)
    })?;
    shop.has_sold("1.00")
}

/// Sends bytes and looks at the answer; then somebody else is served.
fn is_answered(shop: &Shop, sent: &str, is_right: impl FnOnce(Answer) -> Result<Answer, String>) -> Result<(), String> {
    let mut connection = shop.connect()?;
    connection.send(sent);
    let shown = sent.get(..60).unwrap_or(sent);
    connection.answer().and_then(is_right).map_err(|why| format!("{shown:?}: {why}"))?;
    shop.get("/queries/sold")?.has(200).map(drop)
}
