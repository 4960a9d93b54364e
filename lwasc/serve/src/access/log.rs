//! The access log: a line of JSON for every request that could have changed something, with who sent it, from where, when, and what became of
//! it. Nothing of a request's body, its query string or its headers is in it, so no secret is.
//!
//! A line is written, to a file that is only ever appended to, before the answer goes out, and flushed to the disk within a second. What was
//! applied is in the ledger with its caller, durable before anybody is told; so a machine that fails loses at most a second of lines about
//! requests that were refused. While the file can't be written, nothing is judged.

use super::Who;
use crate::app::App;
use crate::reply::Refusal;
use crate::writer::Unavailable;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lwas_exact::calendar::format_time;
use lwas_runtime::Outcome;
use lwas_runtime::clock::now;
use serde::Serialize;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a line may wait for the disk.
const FLUSHING: Duration = Duration::from_secs(1);

/// The most bytes that wait for a file that can't be written.
const MOST_WAITING_BYTES: usize = 1 << 20;

/// The most bytes that are written together.
const MOST_TOGETHER_BYTES: usize = 64 << 10;

/// The log's file, with what could not be written yet.
#[derive(Debug)]
pub struct AccessLog(Mutex<Lines>);

#[derive(Debug)]
struct Lines {
    file: File,
    waiting: Vec<u8>,
    unflushed: bool,
}

/// What became of the events of a request, as handlers tell it.
#[derive(Clone, Debug, Default)]
pub struct Judged(Vec<One>);

#[derive(Clone, Debug, Serialize)]
struct One {
    #[serde(rename = "type")]
    event: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// The code of a refusal, as replies tell it.
#[derive(Clone, Debug)]
pub struct Code(pub String);

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    caller: &'a str,
    address: String,
    method: &'a str,
    path: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    events: &'a [One],
}

impl Judged {
    /// Adds what became of one.
    pub fn add(&mut self, event: &str, id: Option<&str>, outcome: &Outcome) {
        let (word, seq, code) = match outcome {
            Outcome::Applied { seq, .. } => ("applied", Some(*seq), None),
            Outcome::Duplicate { seq, .. } => ("duplicate", Some(*seq), None),
            Outcome::Rejected(why) => ("rejected", None, Some(why.code.clone())),
        };
        self.0.push(One { event: event.to_owned(), id: id.map(str::to_owned), outcome: word, seq, code });
    }
}

impl AccessLog {
    /// Opens the file, which is made where it is not there, for its owner alone.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<AccessLog> {
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        Ok(AccessLog(Mutex::new(Lines { file, waiting: vec![], unflushed: false })))
    }

    /// Keeps a line until it is written.
    fn add(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.waiting.len() < MOST_WAITING_BYTES {
            lines.waiting.extend_from_slice(line.as_bytes());
            lines.waiting.push(b'\n');
        }
        if lines.waiting.len() >= MOST_TOGETHER_BYTES {
            lines.write();
        }
    }

    /// Writes what waits, as far as the file now takes it; whether that was all.
    fn write(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write()
    }

    /// Flushes what was written to the disk.
    pub fn flush(&self) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write();
        if !std::mem::take(&mut lines.unflushed) {
            return;
        }
        // Others may write meanwhile.
        let file = lines.file.try_clone();
        drop(lines);
        if let Err(error) = file.and_then(|file| file.sync_data()) {
            tracing::error!(%error, "the access log can't be flushed");
        }
    }

    /// Flushes again and again; never ends.
    pub async fn keep_flushed(self: Arc<Self>) {
        loop {
            tokio::time::sleep(FLUSHING).await;
            let log = Arc::clone(&self);
            let _ = tokio::task::spawn_blocking(move || log.flush()).await;
        }
    }
}

impl Lines {
    /// Writes what waits; whether nothing waits any more. What was written of a line is not written twice.
    fn write(&mut self) -> bool {
        while !self.waiting.is_empty() {
            match self.file.write(&self.waiting) {
                Ok(0) => return false,
                Ok(written) => {
                    self.waiting.drain(..written);
                    self.unflushed = true;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    tracing::error!(%error, "the access log can't be written");
                    return false;
                }
            }
        }
        true
    }
}

/// Notes a request that could change something, when its answer is there. That happens also where nobody waits for the answer any more, since
/// the event is judged all the same. One that is already refused goes no further, and is noted like all others.
pub async fn note(
    app: Arc<App>,
    address: IpAddr,
    (request, refused): (Request, Option<Refusal>),
    next: Next,
) -> Response {
    let answer = async move |request| match refused {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return answer(request).await;
    }
    if !app.access_log.write() {
        let message = "the access log can't be written just now, so nothing is judged";
        return Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "E0716", message).into_response();
    }
    let noted = async move {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = answer(request).await;
        app.access_log.add(&line(&response, (method.as_str(), &path), address));
        // All events of a batch are told of at once: their requests add a line each, then the first that goes on writes all of them.
        tokio::task::yield_now().await;
        app.access_log.write();
        response
    };
    match tokio::spawn(noted).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            // We are wrong, and the connection ends as it would without the log.
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Refusal::from(Unavailable::Ledger).into_response(),
        },
    }
}

/// What is noted of a request when its answer is there.
fn line(response: &Response, (method, path): (&str, &str), address: IpAddr) -> String {
    let told = response.extensions();
    let time = now();
    let line = Line {
        time: format_time(time).unwrap_or_else(|_| time.to_string()),
        caller: told.get::<Who>().map_or("", |who| &who.name),
        address: address.to_canonical().to_string(),
        method,
        path,
        status: response.status().as_u16(),
        code: told.get::<Code>().map(|code| code.0.as_str()),
        events: told.get::<Judged>().map_or(&[], |judged| &judged.0),
    };
    crate::reply::text(&line)
}

#[cfg(test)]
mod tests {
    use super::AccessLog;
    use std::path::Path;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_can_not_be_written_waits_and_is_told() {
        let log = AccessLog::open(Path::new("/dev/full")).unwrap();
        assert!(log.write());
        log.add("{}");
        assert!(!log.write());
        assert_eq!(log.0.lock().unwrap().waiting, b"{}\n");
    }
}
