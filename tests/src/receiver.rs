//! A receiver of webhooks: a small HTTP server, behind TLS where a test wants it, that keeps what it was sent, and answers as a test wants.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How long something may take to arrive.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// How often it is looked.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A request.
#[derive(Clone, Debug)]
pub struct Taken {
    /// When it had come.
    pub at: Instant,
    /// The path.
    pub path: String,
    /// What stands in the header `authorization`.
    pub authorization: String,
    /// The body.
    pub body: Value,
}

impl Taken {
    /// The alert's name, its subject and its status.
    pub fn alert(&self) -> (String, String, String) {
        let text = |pointer: &str| self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text("/alerts/0/labels/alertname"), text("/alerts/0/labels/subject"), text("/alerts/0/status"))
    }
}

/// What is answered: from a request, and those before it, a status and further headers, `503` or `302\r\nlocation: /other`; nothing for a receiver
/// that hangs until the client goes.
pub type Answer = fn(&Taken, &[Taken]) -> &'static str;

/// A receiver, until the test ends.
pub struct Receiver {
    /// Where it listens.
    pub port: u16,
    state: Arc<Mutex<State>>,
}

struct State {
    taken: Vec<Taken>,
    answer: Answer,
}

impl Receiver {
    /// One that answers so.
    pub fn start(answer: Answer) -> Result<Receiver, String> {
        Receiver::over(None, answer)
    }

    /// One that answers so behind TLS, with a certificate and its key, two PEM files.
    pub fn behind_tls(certificate: &Path, key: &Path, answer: Answer) -> Result<Receiver, String> {
        let certificate = CertificateDer::from_pem_file(certificate).map_err(|why| why.to_string())?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|why| why.to_string())?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().map_err(|why| why.to_string())?;
        let config = config.with_no_client_auth().with_single_cert(vec![certificate], key);
        Receiver::over(Some(Arc::new(config.map_err(|why| why.to_string())?)), answer)
    }

    fn over(tls: Option<Arc<ServerConfig>>, answer: Answer) -> Result<Receiver, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|why| format!("no port for a receiver: {why}"))?;
        let port = listener.local_addr().map_err(|why| why.to_string())?.port();
        let state = Arc::new(Mutex::new(State { taken: vec![], answer }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, tls) = (Arc::clone(&shared), tls.clone());
                std::thread::spawn(move || match tls {
                    None => take(stream, &state),
                    Some(tls) => take(StreamOwned::new(ServerConnection::new(tls).ok()?, stream), &state),
                });
            }
        });
        Ok(Receiver { port, state })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers so from now on.
    pub fn answers(&self, answer: Answer) {
        self.state().answer = answer;
    }

    /// What has come.
    pub fn taken(&self) -> Vec<Taken> {
        self.state().taken.clone()
    }

    /// Waits until so many requests have come, and gives them.
    pub fn wait_for(&self, count: usize) -> Result<Vec<Taken>, String> {
        let begun = Instant::now();
        loop {
            let taken = self.taken();
            if taken.len() >= count {
                return Ok(taken);
            }
            if begun.elapsed() > TIME_LIMIT {
                return Err(format!("expected {count} requests, found {taken:#?}"));
            }
            sleep(POLL_INTERVAL);
        }
    }
}

/// Takes one request of a connection and closes it.
fn take(stream: impl Read + Write, state: &Mutex<State>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut authorization) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => authorization = value.trim().to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let taken = Taken { at: Instant::now(), path, authorization, body };
    let answer = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = (state.answer)(&taken, &state.taken);
        state.taken.push(taken);
        answer
    };
    if answer.is_empty() {
        return reader.read(&mut [0]).ok().map(drop);
    }
    let (status, headers) = answer.split_once("\r\n").unwrap_or((answer, "x-test: 1"));
    let answer = format!("HTTP/1.1 {status} Told\r\ncontent-length: 0\r\nconnection: close\r\n{headers}\r\n\r\n");
    reader.get_mut().write_all(answer.as_bytes()).and_then(|()| reader.get_mut().flush()).ok()
}
