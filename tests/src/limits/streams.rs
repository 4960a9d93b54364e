//! `/stream`, as server-sent events and over a WebSocket: who does not listen is dropped, and who has proved something is told entries for as
//! long as that counts.

use super::http::{Answer, Connection};
use super::shop::{Shop, sale};
use crate::jwt;
use jiff::{SignedDuration, Timestamp};
use lwas_seal::{Hash, Signer};
use std::fs;

/// What makes a request one for a WebSocket.
const UPGRADE: &str = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

/// How many long entries come: more than the buffers of a connection hold.
const LONG: u64 = 16;

/// The first entry is the genesis, the next is the program.
const BEFORE: u64 = 1;

/// Opens a stream; the answer's head with it.
fn stream(shop: &Shop, path: &str, headers: &str) -> Result<(Connection, Answer), String> {
    let mut connection = shop.connect()?;
    connection.send(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"));
    let head = connection.head()?;
    Ok((connection, head))
}

/// Reads events until the one of this number; gives the numbers.
fn numbers(connection: &mut Connection, last: u64) -> Result<Vec<u64>, String> {
    let mut seen = vec![];
    while seen.last() != Some(&last) {
        let line = connection.line()?.ok_or(format!("the stream ended after {seen:?}"))?;
        seen.extend(line.strip_prefix("id: ").and_then(|id| id.parse::<u64>().ok()));
    }
    Ok(seen)
}

/// Two clients stop listening, one listens. The two are dropped, which the third does not notice; and one comes back and misses nothing.
pub fn are_left_unread() -> Result<(), String> {
    let shop = Shop::open("[serve.limits]\npatience = \"1s\"\n")?;
    let from_here = format!("/stream?after={BEFORE}");
    let (mut unread, head) = stream(&shop, &from_here, "")?;
    head.has(200)?;
    let (_unread_too, head) = stream(&shop, &from_here, UPGRADE)?;
    head.has(101)?;
    let (mut heard, head) = stream(&shop, &from_here, "")?;
    head.has(200)?;
    let last = BEFORE + LONG;
    let all: Vec<u64> = (BEFORE + 1..=last).collect();
    std::thread::scope(|scope| {
        let listening = scope.spawn(move || numbers(&mut heard, last));
        let note = "x".repeat(900_000);
        let mut connection = shop.connect()?;
        for id in 0..LONG {
            connection.post("/events/Sell", "", &sale(&id.to_string(), &note))?.has(201)?;
        }
        let heard = listening.join().map_err(|_| "the listener has panicked".to_owned())??;
        if heard == all { Ok(()) } else { Err(format!("expected {all:?}, heard {heard:?}")) }
    })?;
    shop.connections_fall_to(1)?;
    let got = unread.rest()?;
    let got = String::from_utf8_lossy(&got);
    // An event counts when the empty line after it is there.
    let whole = got.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
    let seen: Vec<u64> = whole.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
    let after = seen.last().copied().unwrap_or(BEFORE);
    if after == last {
        return Err("all was sent to a client that did not listen; the test needs longer entries".to_owned());
    }
    let (mut again, head) = stream(&shop, "/stream", &format!("last-event-id: {after}\r\n"))?;
    head.has(200)?;
    let rest = numbers(&mut again, last)?;
    if [seen.as_slice(), &rest].concat() == all {
        return Ok(());
    }
    Err(format!("expected {all:?}, found {seen:?} and then {rest:?}"))
}

/// That both kinds of stream are there with these headers and end, not before a moment. False where the moment has come too early to see that.
fn end_at(shop: &Shop, until: Timestamp, headers: &str) -> Result<bool, String> {
    let mut streams = vec![];
    for (upgrade, status) in [("connection: close\r\n", 200), (UPGRADE, 101)] {
        let (connection, head) = stream(shop, "/stream?after=0", &format!("{headers}{upgrade}"))?;
        if head.status == 401 && Timestamp::now() >= until {
            return Ok(false);
        }
        head.has(status)?;
        streams.push(connection);
    }
    for mut connection in streams {
        let told = connection.rest()?;
        if Timestamp::now() < until {
            return Err("a stream ended before what was proved".to_owned());
        }
        if !String::from_utf8_lossy(&told).contains("\"seq\":1") {
            return Err("the stream has told nothing".to_owned());
        }
    }
    shop.get("/stream")?.refused(401, "E0712")?;
    Ok(true)
}

/// Tries with longer and longer proofs, for a machine that is busy.
fn with_patience(mut attempt: impl FnMut(SignedDuration) -> Result<bool, String>) -> Result<(), String> {
    for seconds in [3, 10, 30] {
        if attempt(SignedDuration::from_secs(seconds))? {
            return Ok(());
        }
    }
    Err("the machine is too busy for this test".to_owned())
}

/// By a token, which counts for half a minute more than it says, as clocks differ.
pub fn end_with_a_token() -> Result<(), String> {
    const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(30);
    let signer = Signer::generate().map_err(|why| why.to_string())?;
    let configuration = format!("[serve.jwt]\naudience = \"shop\"\nkeys = {{ a = \"{}\" }}\n", signer.public_key());
    let shop = Shop::open(&configuration)?;
    let key = shop.file("people.key");
    fs::write(&key, signer.to_key_file().as_bytes()).map_err(|why| format!("people.key: {why}"))?;
    with_patience(|counts| {
        let until = Timestamp::from_second(Timestamp::now().as_second()).map_err(|why| why.to_string())? + counts;
        let exp = (until - CLOCKS_APART).as_second();
        let claims = format!(r#"{{"sub":"eve","aud":"shop","iat":{},"exp":{exp},"roles":["auditor"]}}"#, exp - 60);
        let token = jwt::token(&[key.display().to_string(), "a".to_owned(), claims])?;
        end_at(&shop, until, &format!("authorization: Bearer {token}\r\n"))
    })
}

/// By a key with an end.
pub fn end_with_a_key() -> Result<(), String> {
    with_patience(|counts| {
        let until = Timestamp::now().round(jiff::Unit::Second).map_err(|why| why.to_string())? + counts;
        let hash = Hash::of(b"lwas_1");
        let shop = Shop::open(&format!(
            "[[serve.api_keys]]\nname = \"ann\"\nroles = [\"auditor\"]\nhash = \"{hash}\"\nexpires = {until}\n"
        ))?;
        end_at(&shop, until, "authorization: Bearer lwas_1\r\n")
    })
}
