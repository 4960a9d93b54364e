//! [`DecodeError`]: why a line is no event, or a text no value, and where. Each kind has a code and a page in `spec/errors/`.

use std::fmt;

/// What is wrong, as far as a caller tells cases apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeKind {
    /// The text is not JSON: E0620.
    Malformed,
    /// JSON, but no event: the envelope is not as it must be: E0621.
    Envelope,
    /// No event has this type, or it is not accepted from outside: E0622.
    UnknownEvent,
    /// A field or attribute is unknown, missing or there twice: E0623.
    Field,
    /// A value is not of its field's type: E0624.
    Value,
    /// The line is too long or nested too deep: E0625.
    TooLarge,
}

impl DecodeKind {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            DecodeKind::Malformed => "E0620",
            DecodeKind::Envelope => "E0621",
            DecodeKind::UnknownEvent => "E0622",
            DecodeKind::Field => "E0623",
            DecodeKind::Value => "E0624",
            DecodeKind::TooLarge => "E0625",
        }
    }
}

/// Why there is no event, or no value. Its text is the path, where there is one, and the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeKind,
    /// One lower-case sentence, without the path.
    pub message: String,
    /// Where in the JSON: `data.lines[2].price`; empty for the whole.
    pub path: String,
    /// The byte of the text where it was found, from 0.
    pub offset: usize,
    /// The same as a column for people: in characters, from 1.
    pub column: usize,
    /// The event's type as the line has it, as far as it could be read.
    pub event_type: Option<String>,
    /// The envelope's id, else the key, as far as either could be read.
    pub id: Option<String>,
}

impl DecodeError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Whether the text is not JSON at all, rather than JSON that says something else than it should.
    pub fn is_malformed(&self) -> bool {
        self.kind == DecodeKind::Malformed
    }

    /// An error at a byte of the text; the column is found later, by whoever has the text.
    pub(super) fn new(kind: DecodeKind, offset: usize, message: impl Into<String>) -> Box<DecodeError> {
        let (path, message) = (String::new(), message.into());
        Box::new(DecodeError { kind, message, path, offset, column: 0, event_type: None, id: None })
    }

    /// The same, seen from an object whose field this is.
    pub(super) fn in_field(mut self: Box<Self>, name: &str) -> Box<DecodeError> {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let segment = if plain { name.to_owned() } else { format!("[{}]", serde_json::Value::from(name)) };
        self.put_before(&segment);
        self
    }

    /// The same, seen from a list of which this is an element.
    pub(super) fn in_element(mut self: Box<Self>, index: usize) -> Box<DecodeError> {
        self.put_before(&format!("[{index}]"));
        self
    }

    fn put_before(&mut self, segment: &str) {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{segment}{dot}{}", self.path);
    }

    /// Finds the column in the text. Where the text is not JSON, nothing in it has a path.
    pub(super) fn located(mut self: Box<Self>, text: &[u8]) -> Box<DecodeError> {
        if self.is_malformed() {
            self.path.clear();
        }
        let before = text.get(..self.offset).unwrap_or(text);
        self.column = String::from_utf8_lossy(before).chars().count() + 1;
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "`{path}`: {}", self.message),
        }
    }
}

impl std::error::Error for DecodeError {}
