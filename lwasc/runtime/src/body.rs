//! [`Body`]: the bytes of an entry: the event with its envelope, and for a rejected one the rejection.
//!
//! Numbers are little-endian, texts and bytes have their length before them as u32. The layout, in order:
//!
//! | part | form |
//! | --- | --- |
//! | version | u8, 1 |
//! | envelope's id | option of text: u8 0, or u8 1 and the text |
//! | envelope's source | option of text |
//! | caller | text, empty when nobody is named |
//! | data | bytes: the canonical encoding of the event's record |
//! | rejection | of rejected entries only: code, message (texts), axiom (option of text), place (u8 0, or u8 1 and a place), traces (u32 count, each a place and a text) |
//! | place | path (text), line, column, width (u32 each), source line (text) |
//!
//! Nothing may follow. Reading is strict: bytes that this would not have written are refused.

use crate::outcome::{At, Rejection, Traced};

const VERSION: u8 = 1;

/// An entry's body, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Body<'a> {
    /// The envelope's id.
    pub id: Option<&'a str>,
    /// The envelope's source.
    pub source: Option<&'a str>,
    /// Who sent it.
    pub caller: &'a str,
    /// The event's data, encoded.
    pub data: &'a [u8],
    /// Why it was rejected, of a rejected entry.
    pub rejection: Option<Rejection>,
}

/// The body has another form than it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the entry's body has no {0} where it must have one")]
pub struct BadBody(pub &'static str);

impl Body<'_> {
    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.data.len());
        out.push(VERSION);
        option(&mut out, self.id);
        option(&mut out, self.source);
        bytes(&mut out, self.caller.as_bytes());
        bytes(&mut out, self.data);
        if let Some(rejection) = &self.rejection {
            bytes(&mut out, rejection.code.as_bytes());
            bytes(&mut out, rejection.message.as_bytes());
            option(&mut out, rejection.axiom.as_deref());
            match &rejection.at {
                None => out.push(0),
                Some(at) => {
                    out.push(1);
                    place(&mut out, at);
                }
            }
            number(&mut out, rejection.traces.len());
            for trace in &rejection.traces {
                place(&mut out, &trace.at);
                bytes(&mut out, trace.value.as_bytes());
            }
        }
        out
    }
}

impl<'a> Body<'a> {
    /// From bytes; `rejected` says whether there must be a rejection.
    pub fn decode(bytes: &'a [u8], rejected: bool) -> Result<Body<'a>, BadBody> {
        let mut reader = Reader(bytes);
        if reader.byte("version")? != VERSION {
            return Err(BadBody("known version"));
        }
        let mut body = Body {
            id: reader.option("id")?,
            source: reader.option("source")?,
            caller: reader.text("caller")?,
            data: reader.bytes("data")?,
            rejection: None,
        };
        if rejected {
            body.rejection = Some(reader.rejection()?);
        }
        if reader.0.is_empty() { Ok(body) } else { Err(BadBody("end")) }
    }
}

fn number(out: &mut Vec<u8>, number: usize) {
    let number = u32::try_from(number).expect("an event's line is bounded, and so is all that is said of it");
    out.extend_from_slice(&number.to_le_bytes());
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len());
    out.extend_from_slice(bytes);
}

fn option(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            out.push(1);
            bytes(out, text.as_bytes());
        }
    }
}

fn place(out: &mut Vec<u8>, at: &At) {
    bytes(out, at.path.as_bytes());
    for number in [at.line, at.column, at.width] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    bytes(out, at.source_line.as_bytes());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self, what: &'static str) -> Result<u8, BadBody> {
        let (first, rest) = self.0.split_first().ok_or(BadBody(what))?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self, what: &'static str) -> Result<u32, BadBody> {
        let (first, rest) = self.0.split_first_chunk::<4>().ok_or(BadBody(what))?;
        self.0 = rest;
        Ok(u32::from_le_bytes(*first))
    }

    fn bytes(&mut self, what: &'static str) -> Result<&'a [u8], BadBody> {
        let length = usize::try_from(self.number(what)?).map_err(|_| BadBody(what))?;
        let (first, rest) = self.0.split_at_checked(length).ok_or(BadBody(what))?;
        self.0 = rest;
        Ok(first)
    }

    fn text(&mut self, what: &'static str) -> Result<&'a str, BadBody> {
        std::str::from_utf8(self.bytes(what)?).map_err(|_| BadBody(what))
    }

    fn option(&mut self, what: &'static str) -> Result<Option<&'a str>, BadBody> {
        match self.byte(what)? {
            0 => Ok(None),
            1 => self.text(what).map(Some),
            _ => Err(BadBody(what)),
        }
    }

    fn place(&mut self) -> Result<At, BadBody> {
        Ok(At {
            path: self.text("path")?.to_owned(),
            line: self.number("line")?,
            column: self.number("column")?,
            width: self.number("width")?,
            source_line: self.text("source line")?.to_owned(),
        })
    }

    fn rejection(&mut self) -> Result<Rejection, BadBody> {
        let code = self.text("code")?.to_owned();
        let message = self.text("message")?.to_owned();
        let axiom = self.option("axiom")?.map(str::to_owned);
        let at = match self.byte("place")? {
            0 => None,
            1 => Some(self.place()?),
            _ => return Err(BadBody("place")),
        };
        let count = self.number("count of traces")?;
        let mut traces = Vec::new();
        for _ in 0..count {
            traces.push(Traced { at: self.place()?, value: self.text("value")?.to_owned() });
        }
        Ok(Rejection { code, message, axiom, at, traces })
    }
}
