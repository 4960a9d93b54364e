//! Clients that are slow to ask, slow to listen, or too many.

use super::shop::{Shop, sale};
use crate::openssl;
use std::time::Duration;

/// What a server waits for at most here.
const PATIENCE: &str = "[serve.limits]\npatience = \"1s\"\n";

/// How long a client that is slow pauses between two bytes.
const PAUSE: Duration = Duration::from_millis(100);

/// What one client does, with what is wrong if the server puts up with it.
type Case = fn(&Shop) -> Result<(), String>;

/// How much a client may send byte by byte.
const MOST_BYTES: usize = 500;

/// Heads and bodies that never end, and connections that are kept for nothing.
pub fn are_slow() -> Result<(), String> {
    let shop = &Shop::open(PATIENCE)?;
    let cases: [Case; 4] = [half_a_head, head_by_bytes, body_by_bytes, idle];
    std::thread::scope(|scope| {
        let cases = cases.map(|case| scope.spawn(move || case(shop)));
        cases.into_iter().try_for_each(|case| case.join().map_err(|_| "a client has panicked".to_owned())?)
    })?;
    shop.connections_fall_to(1)
}

fn half_a_head(shop: &Shop) -> Result<(), String> {
    let mut connection = shop.connect()?;
    connection.send("GET /queries/sold HTTP/1.1\r\nhost: loc");
    let told = connection.rest()?;
    if told.is_empty() { Ok(()) } else { Err(format!("half a head was answered: {}", String::from_utf8_lossy(&told))) }
}

/// Each byte comes soon after the one before, so that only the whole is late.
fn head_by_bytes(shop: &Shop) -> Result<(), String> {
    let mut connection = shop.connect()?;
    connection.send("GET /queries/sold HTTP/1.1\r\nx: ");
    for _ in 0..MOST_BYTES {
        if !connection.send("x") {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    Err("a head of single bytes is waited for".to_owned())
}

fn body_by_bytes(shop: &Shop) -> Result<(), String> {
    let mut connection = shop.connect()?;
    let head =
        "POST /events/Sell HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000";
    connection.send(&format!("{head}\r\n\r\n{{"));
    for _ in 0..MOST_BYTES {
        if !connection.is_still(PAUSE)? {
            connection.answer()?.refused(408, "E0717")?;
            return connection.rest().map(drop);
        }
        connection.send(" ");
    }
    Err("a body of single bytes is waited for".to_owned())
}

fn idle(shop: &Shop) -> Result<(), String> {
    let mut connection = shop.connect()?;
    connection.get("/queries/sold", "")?.has(200)?;
    connection.rest().map(drop)
}

/// A connection on which TLS never begins, or half of it.
pub fn are_slow_to_begin_tls() -> Result<(), String> {
    let tls = "[serve]\ntls = { certificate = \"server.pem\", key = \"server.key\" }\n";
    let shop = Shop::prepared(&format!("{tls}{PATIENCE}"), |work| {
        openssl::write("localhost", &work.join("server.pem"), &work.join("server.key"))
    })?;
    // The beginning of a handshake of 512 bytes.
    for begun in ["", "\u{16}\u{3}\u{1}\u{2}"] {
        let mut connection = shop.connect()?;
        connection.send(begun);
        connection.rest()?;
    }
    Ok(())
}

/// A client asks for much and listens to nothing.
pub fn leave_answers_unread() -> Result<(), String> {
    let shop = Shop::open(PATIENCE)?;
    let note = "x".repeat(900_000);
    for id in 0..6 {
        shop.connect()?.post("/events/Sell", "", &sale(&id.to_string(), &note))?.has(201)?;
    }
    let mut connection = shop.connect()?;
    for _ in 0..10 {
        connection.send("GET /queries/notes HTTP/1.1\r\nhost: localhost\r\n\r\n");
    }
    shop.connections_fall_to(1)?;
    shop.get("/queries/sold")?.has(200).map(drop)
}

/// More connections than may be open wait until one ends.
pub fn are_too_many() -> Result<(), String> {
    let shop = Shop::open("[serve.limits]\nconnections = 2\n")?;
    let mut first = shop.connect()?;
    first.get("/queries/sold", "")?.has(200)?;
    let mut second = shop.connect()?;
    second.get("/queries/sold", "")?.has(200)?;
    let mut third = shop.connect()?;
    third.send("GET /queries/sold HTTP/1.1\r\nhost: localhost\r\n\r\n");
    if !third.is_still(Duration::from_millis(300))? {
        return Err("a third connection was taken".to_owned());
    }
    drop(first);
    third.answer()?.has(200)?;
    second.get("/queries/sold", "")?.has(200).map(drop)
}
