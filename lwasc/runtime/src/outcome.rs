//! [`Outcome`]: what became of an event, and its JSON as LANGUAGE fixes it.

use serde::Serialize;

use crate::work::Work;

/// The most values that a message in words names.
const MOST_VALUES: usize = 8;

/// What became of an event. Only what was applied, or applied before, is anybody's money.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Applied by this call, as this entry.
    Applied {
        /// The entry's number.
        seq: u64,
    },
    /// The same event was applied before, as this entry.
    Duplicate {
        /// That entry's number.
        seq: u64,
    },
    /// Rejected: nothing has changed.
    Rejected(Rejection),
}

/// Why an event, query or test step is rejected.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// A stable code, `E0601`.
    pub code: String,
    /// One lower-case sentence with the values.
    pub message: String,
    /// The law that does not hold, where it is one.
    pub axiom: Option<String>,
    /// Where in the program; none for what is rejected before the program is asked.
    pub at: Option<At>,
    /// Values of sub-expressions.
    pub traces: Vec<Traced>,
}

/// A place in the program's source, with the line it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The file, package-relative.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// How many characters from there.
    pub width: u32,
    /// The line's text; empty where the artifact does not have it.
    pub source_line: String,
}

/// The value of a sub-expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// Where it stands.
    pub at: At,
    /// Its value as people read it.
    pub value: String,
}

impl std::fmt::Display for At {
    /// `wallet.lwas:31:1`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

impl At {
    /// The source text that stands at the place; empty where it is not known.
    pub fn text(&self) -> String {
        let (before, width) = (self.column.saturating_sub(1) as usize, self.width as usize);
        self.source_line.chars().skip(before).take(width).collect()
    }
}

impl Rejection {
    /// A rejection before the program is asked.
    pub fn plain(code: &str, message: impl Into<String>) -> Rejection {
        Rejection { code: code.into(), message: message.into(), axiom: None, at: None, traces: Vec::new() }
    }

    /// The message for those who see no source: a broken law's with the values that break it, as far as they are known.
    pub fn in_words(&self) -> String {
        let values: Vec<String> = self.traces.iter().filter_map(Traced::in_words).take(MOST_VALUES).collect();
        if self.axiom.is_none() || values.is_empty() {
            return self.message.clone();
        }
        format!("{}, where {}", self.message, values.join(", "))
    }
}

impl Rejection {
    /// The error object of an outcome.
    pub fn error(&self) -> ErrorObject<'_> {
        ErrorObject {
            code: &self.code,
            message: self.in_words(),
            axiom: self.axiom.as_deref(),
            at: self.at.as_ref().map(At::to_string),
        }
    }
}

impl Traced {
    /// `` `a.available` is -0.01 USD``; nothing where the source is not known.
    pub fn in_words(&self) -> Option<String> {
        let text = self.at.text();
        (!text.is_empty()).then(|| format!("`{text}` is {}", self.value))
    }
}

impl Outcome {
    /// Whether the event is in the ledger, by this call or before.
    pub fn is_applied(&self) -> bool {
        !matches!(self, Outcome::Rejected(_))
    }

    /// One line of JSON, without the newline. `line` is the input's line, where there is one, `id` the envelope's id or the key, `work` what judging
    /// has cost, where that is asked.
    pub fn to_json(&self, line: Option<u64>, event_type: Option<&str>, id: Option<&str>, work: Option<Work>) -> String {
        let (status, seq, error) = match self {
            Outcome::Applied { seq } => ("applied", Some(*seq), None),
            Outcome::Duplicate { seq } => ("duplicate", Some(*seq), None),
            Outcome::Rejected(rejection) => ("rejected", None, Some(rejection.error())),
        };
        let line = OutcomeLine { line, event_type, id, status, seq, error, work };
        serde_json::to_string(&line).expect("texts and numbers always have a JSON form")
    }
}

/// The JSON line, field by field in its order.
#[derive(Serialize)]
struct OutcomeLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    event_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    work: Option<Work>,
}

/// A rejection as JSON tells of it.
#[derive(Serialize)]
pub struct ErrorObject<'a> {
    code: &'a str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    axiom: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}
