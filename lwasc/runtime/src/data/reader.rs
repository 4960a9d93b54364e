//! [`Reader`]: JSON one token after the other, over jiter. It counts the depth, sees keys that are there twice, and turns
//! the parser's errors into ours; what a value should be is the business of `values`.

use std::collections::HashSet;

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use super::error::{DecodeError, DecodeKind};
use super::words::quote;
use super::{MAX_DEPTH, MAX_LINE_BYTES};

/// A value, or why there is none.
pub(super) type Read<T> = Result<T, Box<DecodeError>>;

/// A place in a JSON text. A copy goes on from the same place.
#[derive(Clone)]
pub(super) struct Reader<'j> {
    json: Jiter<'j>,
    depth: u32,
    most_depth: u32,
    /// The first key that was found twice in what was skipped.
    repeated: Option<Box<DecodeError>>,
}

impl<'j> Reader<'j> {
    /// At the start of a text that must be UTF-8, no longer and no deeper than a line may be.
    pub(super) fn of_line(line: &'j [u8]) -> Read<Reader<'j>> {
        if line.len() > MAX_LINE_BYTES {
            let message = format!("the line has {} bytes, at most {MAX_LINE_BYTES} are allowed", line.len());
            return Err(DecodeError::new(DecodeKind::TooLarge, MAX_LINE_BYTES, message));
        }
        match std::str::from_utf8(line) {
            Ok(text) => Ok(Reader { most_depth: MAX_DEPTH, ..Reader::of_value(text) }),
            Err(error) => {
                Err(DecodeError::new(DecodeKind::Malformed, error.valid_up_to(), "the text is not UTF-8 from here on"))
            }
        }
    }

    /// At the start of a text of any length with a value of a known type: the type bounds its depth.
    pub(super) fn of_value(text: &'j str) -> Reader<'j> {
        Reader { json: Jiter::new(text.as_bytes()), depth: 0, most_depth: u32::MAX, repeated: None }
    }

    /// The byte that is read next: after [`Reader::peek`], where the value begins.
    pub(super) fn at(&self) -> usize {
        self.json.current_index()
    }

    /// An error here.
    pub(super) fn bad(&self, kind: DecodeKind, message: impl Into<String>) -> Box<DecodeError> {
        DecodeError::new(kind, self.at(), message)
    }

    /// What the next value begins with.
    pub(super) fn peek(&mut self) -> Read<Peek> {
        self.json.peek().map_err(malformed)
    }

    /// The next value, a text.
    pub(super) fn text(&mut self) -> Read<&str> {
        self.json.known_str().map_err(malformed)
    }

    /// The next value, a number, as it is written.
    pub(super) fn number(&mut self, peek: Peek) -> Read<&str> {
        let bytes = self.json.known_number_bytes(peek).map_err(malformed)?;
        Ok(std::str::from_utf8(bytes).expect("a number is digits, signs and points"))
    }

    /// The next value, `true` or `false`.
    pub(super) fn bool(&mut self, peek: Peek) -> Read<bool> {
        self.json.known_bool(peek).map_err(malformed)
    }

    /// The next value, `null`.
    pub(super) fn null(&mut self) -> Read<()> {
        self.json.known_null().map_err(malformed)
    }

    /// Goes into an object or list.
    pub(super) fn enter(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > self.most_depth {
            return Err(self.bad(DecodeKind::TooLarge, format!("the event is nested more than {MAX_DEPTH} deep")));
        }
        Ok(())
    }

    /// Comes out of an object or list.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// What `find` makes of the next key of an object, its first or a later one; none at the end.
    pub(super) fn key<K>(&mut self, first: bool, find: impl FnOnce(&str) -> K) -> Read<Option<K>> {
        let key = if first { self.json.known_object() } else { self.json.next_key() };
        key.map(|key| key.map(find)).map_err(malformed)
    }

    /// What the next element of a list begins with; none at the end.
    pub(super) fn element(&mut self, first: bool) -> Read<Option<Peek>> {
        let element = if first { self.json.known_array() } else { self.json.array_step() };
        element.map_err(malformed)
    }

    /// That nothing follows.
    pub(super) fn finish(&mut self) -> Read<()> {
        self.json.finish().map_err(malformed)
    }

    /// Passes a value by, of any form; a key that is there twice is remembered for [`Reader::repeated`].
    pub(super) fn skip(&mut self, peek: Peek) -> Read<()> {
        match peek {
            Peek::Object => self.skip_object(),
            Peek::Array => self.skip_list(),
            Peek::String => self.text().map(drop),
            Peek::Null => self.null(),
            Peek::True | Peek::False => self.bool(peek).map(drop),
            _ => self.number(peek).map(drop),
        }
    }

    fn skip_object(&mut self) -> Read<()> {
        self.enter()?;
        let mut keys = Keys::default();
        let mut first = true;
        while let Some(key) = self.key(first, str::to_owned)? {
            first = false;
            if let Err(name) = keys.add(key)
                && self.repeated.is_none()
            {
                self.repeated = Some(self.twice(&name).in_field(&name));
            }
            let peek = self.peek()?;
            self.skip(peek)?;
        }
        self.leave();
        Ok(())
    }

    fn skip_list(&mut self) -> Read<()> {
        self.enter()?;
        let mut first = true;
        while let Some(peek) = self.element(first)? {
            first = false;
            self.skip(peek)?;
        }
        self.leave();
        Ok(())
    }

    /// The error for a key that is there twice.
    pub(super) fn twice(&self, name: &str) -> Box<DecodeError> {
        self.bad(DecodeKind::Field, format!("{} is there twice", quote(name)))
    }

    /// That nothing that was skipped had a key twice.
    pub(super) fn repeated(&mut self) -> Read<()> {
        self.repeated.take().map_or(Ok(()), Err)
    }
}

/// The keys of an object that no declaration bounds: few in most, but up to as many as a line can hold.
#[derive(Default)]
pub(super) struct Keys {
    few: Vec<String>,
    many: HashSet<String>,
}

impl Keys {
    /// Takes a key; gives it back when it was there.
    pub(super) fn add(&mut self, key: String) -> Result<(), String> {
        if self.few.contains(&key) || self.many.contains(&key) {
            return Err(key);
        }
        if self.few.len() < 16 {
            self.few.push(key);
        } else {
            self.many.insert(key);
        }
        Ok(())
    }
}

/// The parser's error as ours.
fn malformed(error: JiterError) -> Box<DecodeError> {
    let JiterErrorType::JsonError(kind) = &error.error_type else {
        return DecodeError::new(DecodeKind::Malformed, error.index, "expected a value");
    };
    let message = match kind {
        JsonErrorType::EofWhileParsingList => "the text ends inside a list",
        JsonErrorType::EofWhileParsingObject => "the text ends inside an object",
        JsonErrorType::EofWhileParsingString => "the text ends inside a text in quotes",
        JsonErrorType::EofWhileParsingValue => "the text ends where a value should stand",
        JsonErrorType::ExpectedColon => "expected `:`",
        JsonErrorType::ExpectedListCommaOrEnd => "expected `,` or `]`",
        JsonErrorType::ExpectedObjectCommaOrEnd => "expected `,` or `}`",
        JsonErrorType::ExpectedSomeIdent => "no value of JSON begins so: a text stands in quotes",
        JsonErrorType::ExpectedSomeValue => "expected a value",
        JsonErrorType::InvalidEscape
        | JsonErrorType::UnexpectedEndOfHexEscape
        | JsonErrorType::InvalidUnicodeCodePoint
        | JsonErrorType::LoneLeadingSurrogateInHexEscape => "this escape is none that JSON knows, or no character",
        JsonErrorType::InvalidNumber => "expected a number as JSON writes it",
        JsonErrorType::ControlCharacterWhileParsingString => "a control character in a text must be escaped",
        JsonErrorType::KeyMustBeAString => "expected a key in quotes",
        JsonErrorType::TrailingComma => "a comma stands before the end",
        JsonErrorType::TrailingCharacters => "something follows the end of the value",
        JsonErrorType::NumberOutOfRange => {
            return DecodeError::new(DecodeKind::TooLarge, error.index, "the number has too many digits to be read");
        }
        JsonErrorType::RecursionLimitExceeded => {
            return DecodeError::new(DecodeKind::TooLarge, error.index, "the text is nested too deep");
        }
        JsonErrorType::FloatExpectingInt | JsonErrorType::DuplicateKey(_) | JsonErrorType::InternalError(_) => {
            "expected a value"
        }
    };
    DecodeError::new(DecodeKind::Malformed, error.index, message)
}
