//! The input as messages. Bytes come in; a message, or what is wrong with one, goes out. A message that can't be read is told and
//! skipped, whatever its length says: the next one is found by its header.

use lsp_server::{ErrorCode, Message};
use serde_json::Value;
use std::io::{self, BufRead, Read, Write};

/// The longest message that is read, in bytes: four times the longest source.
const MAX_MESSAGE: u64 = 64 << 20;

/// The longest line of a header.
const MAX_HEADER: u64 = 8 << 10;

/// What came in.
pub enum Frame {
    /// A message.
    Message(Message),
    /// Something that is none; with the number of the request, where one can be seen.
    Wrong { id: Value, code: ErrorCode, why: String },
    /// The input is over.
    End,
}

/// The next message.
pub fn read(input: &mut impl BufRead) -> Frame {
    match length(input) {
        Ok(Some(length)) if length > MAX_MESSAGE => match io::copy(&mut input.take(length), &mut io::sink()) {
            Ok(_) => {
                wrong(ErrorCode::InvalidRequest, format!("a message has at most {MAX_MESSAGE} bytes, not {length}"))
            }
            Err(_) => Frame::End,
        },
        Ok(Some(length)) => {
            let mut body = vec![];
            match input.take(length).read_to_end(&mut body) {
                Ok(read) if read as u64 == length => message(&body),
                _ => Frame::End,
            }
        }
        Ok(None) => {
            wrong(ErrorCode::ParseError, "a message begins with `Content-Length: N` and an empty line".to_owned())
        }
        Err(_) => Frame::End,
    }
}

fn wrong(code: ErrorCode, why: String) -> Frame {
    Frame::Wrong { id: Value::Null, code, why }
}

/// The length that a header gives; none where its lines are no header.
fn length(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    let mut is_header = true;
    loop {
        let mut line = vec![];
        if input.take(MAX_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = String::from_utf8_lossy(&line);
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok();
                // What came before was the rest of something else.
                is_header = length.is_some();
            }
            Some((name, _)) if name.eq_ignore_ascii_case("content-type") => {}
            None if line.trim_end().is_empty() && (length.is_some() || !is_header) => {
                return Ok(length.filter(|_| is_header));
            }
            _ => is_header = false,
        }
    }
}

fn message(body: &[u8]) -> Frame {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => return wrong(ErrorCode::ParseError, format!("this is no JSON: {error}")),
    };
    let id = value.get("id").filter(|id| id.is_string() || id.is_number()).cloned().unwrap_or_default();
    match serde_json::from_value(value) {
        Ok(message) => Frame::Message(message),
        Err(_) => Frame::Wrong {
            id,
            code: ErrorCode::InvalidRequest,
            why: "this is no request, response or notification".to_owned(),
        },
    }
}

/// Tells of a message that could not be read.
pub fn refuse(output: &mut dyn Write, id: &Value, code: ErrorCode, why: &str) -> io::Result<()> {
    let error = serde_json::json!({ "code": code as i32, "message": why });
    let body = serde_json::json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(input: &str) -> Vec<&'static str> {
        let mut input = input.as_bytes();
        let mut kinds = vec![];
        loop {
            kinds.push(match read(&mut input) {
                Frame::Message(_) => "message",
                Frame::Wrong { code: ErrorCode::ParseError, .. } => "parse",
                Frame::Wrong { .. } => "invalid",
                Frame::End => return kinds,
            });
        }
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_no_message_is_told_and_the_next_one_is_read() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#);
        assert_eq!(kinds(&format!("{}{good}", framed("{"))), ["parse", "message"]);
        assert_eq!(kinds(&format!("{}{good}", framed("[1]"))), ["invalid", "message"]);
        assert_eq!(kinds(&format!("nonsense\r\n\r\n{good}")), ["parse", "message"]);
        assert_eq!(kinds(&format!("nonsense\r\n{good}")), ["message"]);
        assert_eq!(kinds(&format!("Content-Length: -1\r\n\r\n{good}")), ["parse", "message"]);
        assert_eq!(kinds("Content-Length: 99999999999999\r\n\r\n{}"), ["invalid"]);
        assert_eq!(kinds("Content-Length: 5\r\n\r\n{}"), [""; 0]);
    }
}
