//! HTTP as bytes over a connection: for clients that no library would be, such as slow and wrong ones.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long a busy machine may take for anything.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);

/// What a server has answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The value of a header, empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// That it is a refusal with this status and code.
    pub fn refused(self, status: u16, code: &str) -> Result<Answer, String> {
        if self.status == status && self.body.contains(&format!("\"code\":\"{code}\"")) {
            return Ok(self);
        }
        Err(format!("expected {status} with {code}, found {self:?}"))
    }

    /// That it is a refusal after which a client may try again soon.
    pub fn put_off(self, status: u16, code: &str) -> Result<Answer, String> {
        let answer = self.refused(status, code)?;
        if answer.header("retry-after") == "1" { Ok(answer) } else { Err(format!("no `retry-after`: {answer:?}")) }
    }

    /// That it has this status.
    pub fn has(self, status: u16) -> Result<Answer, String> {
        if self.status == status { Ok(self) } else { Err(format!("expected {status}, found {self:?}")) }
    }
}

/// A connection to a server on this machine.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Opens one.
    pub fn open(port: &str) -> Result<Connection, String> {
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).map_err(|why| format!("no connection: {why}"))?;
        let set = stream.set_read_timeout(Some(TIME_LIMIT)).and_then(|()| stream.set_write_timeout(Some(TIME_LIMIT)));
        set.map_err(|why| format!("the connection takes no limit: {why}"))?;
        Ok(Connection(BufReader::new(stream)))
    }

    /// How long to wait for what the server says.
    pub fn wait_for(&self, limit: Duration) -> Result<(), String> {
        self.0.get_ref().set_read_timeout(Some(limit)).map_err(|why| format!("the connection takes no limit: {why}"))
    }

    /// Sends bytes as they are. Whether the server still took them.
    pub fn send(&mut self, text: &str) -> bool {
        self.0.get_mut().write_all(text.as_bytes()).is_ok()
    }

    /// Sends a request without a body and gives its answer.
    pub fn get(&mut self, path: &str, headers: &str) -> Result<Answer, String> {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"));
        self.answer()
    }

    /// Sends JSON and gives the answer.
    pub fn post(&mut self, path: &str, headers: &str, body: &str) -> Result<Answer, String> {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{headers}");
        self.send(&format!("{head}content-length: {length}\r\n\r\n{body}"));
        self.answer()
    }

    /// One line without its end; none where the server has closed.
    pub fn line(&mut self) -> Result<Option<String>, String> {
        let mut line = String::new();
        match self.0.read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line.trim_end().to_owned())),
            Err(error) if is_end(error.kind()) => Ok(None),
            Err(error) => Err(format!("the server says nothing and does not close: {error}")),
        }
    }

    /// Status and headers of an answer.
    pub fn head(&mut self) -> Result<Answer, String> {
        let first = self.line()?.ok_or("the server has closed without an answer")?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut answer =
            Answer { status: status.ok_or(format!("`{first}` is no answer"))?, headers: vec![], body: String::new() };
        while let Some((name, value)) = self.line()?.as_deref().and_then(|line| line.split_once(':')) {
            answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(answer)
    }

    /// An answer whose length is said.
    pub fn answer(&mut self) -> Result<Answer, String> {
        let mut answer = self.head()?;
        let length = answer.header("content-length").parse().unwrap_or(0);
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).map_err(|why| format!("half an answer: {why}"))?;
        answer.body = String::from_utf8_lossy(&body).into_owned();
        Ok(answer)
    }

    /// All that comes until the server closes, which it must.
    pub fn rest(&mut self) -> Result<Vec<u8>, String> {
        let (mut all, mut part) = (vec![], vec![0; 1 << 16]);
        loop {
            match self.0.read(&mut part) {
                Ok(0) => return Ok(all),
                Ok(read) => all.extend_from_slice(&part[..read]),
                Err(error) if is_end(error.kind()) => return Ok(all),
                Err(error) => return Err(format!("the server does not close: {error}")),
            }
        }
    }

    /// Whether nothing comes for a while.
    pub fn is_still(&mut self, while_waiting: Duration) -> Result<bool, String> {
        self.wait_for(while_waiting)?;
        let is_still = match self.0.fill_buf() {
            Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            Ok(_) => false,
        };
        self.wait_for(TIME_LIMIT)?;
        Ok(is_still)
    }
}

/// Whether the server has ended the connection; with what it has not read, the system says so by a reset.
fn is_end(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof)
}
