//! Clients: each has a connection that it keeps, sends a request when the last is answered, and notes how long that took. Requests are made
//! beforehand, and of an answer only the status and the length are looked at.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// What came out of one round.
pub struct Measured {
    /// Answers per second.
    pub rate: f64,
    /// How long 99 of 100 answers took at most.
    pub p99_ms: f64,
}

/// A transaction: eight of ten are payments, one is a royalty and one a commission.
pub fn post(number: usize) -> Vec<u8> {
    let (cents, tx_type) = meant(number);
    let body = format!(
        "{{\"id\":\"tx_{number}\",\"amount\":{}.{:02},\"currency\":\"USD\",\"timestamp\":\"2026-01-25T02:52:48.340Z\",\
         \"tx_type\":\"{tx_type}\",\"metadata\":{{\"customer_id\":\"cus_{}\"}}}}",
        cents / 100,
        cents % 100,
        number % 1_000
    );
    let head = format!(
        "POST /transaction HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

/// A question.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes()
}

fn meant(number: usize) -> (usize, &'static str) {
    let tx_type = match number % 10 {
        8 => "Royalty",
        9 => "Commission",
        _ => "Payment",
    };
    (number * 7 % 10_000 + 1, tx_type)
}

/// Equity after so many transactions.
pub fn equity(count: usize) -> String {
    let signed = |number| match meant(number) {
        (cents, "Commission") => -(cents as i64),
        (cents, _) => cents as i64,
    };
    let cents: i64 = (0..count).map(signed).sum();
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Sends all requests from so many clients. Each answer must have this status.
pub fn run(port: &str, clients: usize, requests: Vec<Vec<u8>>, status: u16) -> Measured {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let mut times: Vec<f64> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(|| client(port, &next, &requests, status))).collect();
        clients.into_iter().flat_map(|client| client.join().expect("a client comes to its end")).collect()
    });
    let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    Measured { rate, p99_ms: times[times.len() * 99 / 100] * 1e3 }
}

/// The answer to one question.
pub fn ask(port: &str, path: &str) -> String {
    let (mut stream, mut buffer) = (connect(port), vec![]);
    stream.write_all(&get(path)).expect("the request is sent");
    let (_, end) = answer(&mut stream, &mut buffer);
    String::from_utf8_lossy(&buffer[..end]).into_owned()
}

fn client(port: &str, next: &AtomicUsize, requests: &[Vec<u8>], status: u16) -> Vec<f64> {
    let (mut stream, mut buffer, mut times) = (connect(port), vec![], vec![]);
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        let begun = Instant::now();
        stream.write_all(request).expect("the request is sent");
        let (told, end) = answer(&mut stream, &mut buffer);
        times.push(begun.elapsed().as_secs_f64());
        assert_eq!(told, status, "{}", String::from_utf8_lossy(&buffer));
        buffer.drain(..end);
    }
    times
}

fn connect(port: &str) -> TcpStream {
    let stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("the server listens");
    stream.set_nodelay(true).expect("small requests go out at once");
    stream
}

/// Reads one answer; gives its status and where it ends.
fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> (u16, usize) {
    let mut chunk = [0; 4_096];
    loop {
        if let Some(found) = whole(buffer) {
            return found;
        }
        let read = stream.read(&mut chunk).expect("the answer can be read");
        assert!(read > 0, "the server has closed: {}", String::from_utf8_lossy(buffer));
        buffer.extend_from_slice(&chunk[..read]);
    }
}

fn whole(buffer: &[u8]) -> Option<(u16, usize)> {
    let head = buffer.windows(4).position(|part| part == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..head]).expect("the head is text");
    let length: usize = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().expect("a length"));
    let status = text[9..12].parse().expect("a status");
    (buffer.len() >= head + length).then_some((status, head + length))
}
