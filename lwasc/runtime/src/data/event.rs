//! [`Decoder`]: lines of JSON → events. The envelope is that of CloudEvents; its `data` is led by the event's record.
//!
//! An error in JSON itself wins over every other: whoever sends half a line must not be told that a field is missing.

use lwas_base::hint;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiter::Peek;
use lwas_exact::calendar::parse_instant;
use lwas_ir::{EventId, FuncId, Module, Value};
use rustc_hash::FxHashMap;

use super::error::{DecodeError, DecodeKind};
use super::headers::headers;
use super::reader::{Keys, Read, Reader};
use super::values::{Defaults, Values};
use super::words::{found, quote};

/// An event as it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// Which event.
    pub event: EventId,
    /// The envelope's id.
    pub id: Option<Arc<str>>,
    /// The envelope's source.
    pub source: Option<Arc<str>>,
    /// The envelope's time, µs since 1970.
    pub time: Option<i64>,
    /// Its data: a record.
    pub data: Value,
}

/// What a line holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// One event.
    Event(Incoming),
    /// Several of which all are applied or none is; at least one.
    Transaction(Vec<Incoming>),
}

/// Reads events of a program.
#[derive(Clone, Debug)]
pub struct Decoder {
    module: Arc<Module>,
    /// The events that are accepted, by all of their names.
    offered: FxHashMap<String, EventId>,
    defaults: Defaults,
}

/// An attribute of the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Attribute {
    Type,
    Id,
    Source,
    Time,
    Data,
    Other(String),
}

/// The envelope as far as it was read.
#[derive(Default)]
struct Envelope<'j> {
    event: Option<EventId>,
    id: Option<Arc<str>>,
    source: Option<Arc<str>>,
    time: Option<i64>,
    data: Data<'j>,
    others: Keys,
}

/// The event's data: before its type is known, the place where it stands.
#[derive(Default)]
enum Data<'j> {
    #[default]
    Missing,
    At(Reader<'j>),
    Read(Value),
}

impl Decoder {
    /// A decoder for a module that the verifier has passed. `default` gives the values of the fields' defaults, which are
    /// functions without parameters: each is asked for once, here.
    pub fn new(module: Arc<Module>, mut default: impl FnMut(FuncId) -> Result<Value, String>) -> Decoder {
        let in_records = module.records.values().map(|record| &record.fields);
        let in_variants = module.enums.values().flat_map(|known| known.variants.iter().map(|variant| &variant.fields));
        let functions = in_records.chain(in_variants).flatten().filter_map(|field| field.default);
        let defaults = functions.map(|function| (function, default(function))).collect();
        let offered = module.offer_of_all().events.into_iter().collect();
        Decoder { offered, defaults, module }
    }

    /// The same for those who come to some programs of a set, of which they know the events by these names.
    #[must_use]
    pub fn offering(mut self, events: &BTreeMap<String, EventId>) -> Decoder {
        self.offered = events.iter().map(|(name, id)| (name.clone(), *id)).collect();
        self
    }

    /// The module.
    pub fn module(&self) -> &Arc<Module> {
        &self.module
    }

    /// Reads what a line holds, without its line end.
    ///
    /// # Errors
    /// The first thing that is wrong: in the JSON, else in an event.
    pub fn decode(&self, line: &[u8]) -> Result<Line, Box<DecodeError>> {
        let read = Reader::of_line(line).and_then(|json| self.line(json));
        read.map_err(|error| self.explain(line, error))
    }

    /// Reads a line that holds one event, for those who take no transactions.
    ///
    /// # Errors
    /// As [`Decoder::decode`]; a line that holds a transaction.
    pub fn decode_line(&self, line: &[u8]) -> Result<Incoming, Box<DecodeError>> {
        match self.decode(line)? {
            Line::Event(event) => Ok(event),
            Line::Transaction(_) => {
                let error = DecodeError::new(DecodeKind::Envelope, 0, "expected one event, found a list of them");
                Err(self.explain(line, error))
            }
        }
    }

    /// Reads the data of an event that comes without an envelope, such as settings. Whether the event is accepted from outside is for
    /// the caller to ask. `given` has the values of fields, by their places, that come from elsewhere, such as a path.
    ///
    /// # Errors
    /// The first thing that is wrong: in the JSON, else in the data, where the path begins.
    pub fn decode_data(
        &self,
        event: EventId,
        json: &[u8],
        given: impl IntoIterator<Item = (usize, Value)>,
    ) -> Result<Value, Box<DecodeError>> {
        let read = Reader::of_line(json).and_then(|json| {
            let mut values = Values { module: &self.module, defaults: &self.defaults, json };
            let data = self.fields(&mut values, event, given)?;
            values.json.finish().map(|()| data)
        });
        read.map_err(|error| {
            let mut error = in_json(json, error).located(json);
            error.event_type = self.module.events.get(event).map(|event| event.name.clone());
            error
        })
    }

    /// The error that counts, with its column and with what the line is about.
    fn explain(&self, line: &[u8], error: Box<DecodeError>) -> Box<DecodeError> {
        let mut error = in_json(line, error).located(line);
        (error.event_type, error.id) = headers(&self.module, &self.offered, line);
        error
    }

    fn line(&self, json: Reader<'_>) -> Read<Line> {
        let mut values = Values { module: &self.module, defaults: &self.defaults, json };
        let line = match values.json.peek()? {
            Peek::Array => Line::Transaction(self.transaction(&mut values)?),
            _ => Line::Event(self.event(&mut values)?),
        };
        values.json.finish()?;
        Ok(line)
    }

    fn transaction(&self, values: &mut Values<'_, '_>) -> Read<Vec<Incoming>> {
        let empty = values.json.bad(DecodeKind::Envelope, "expected at least one event in the transaction, found none");
        values.json.enter()?;
        let mut events = Vec::new();
        while values.json.element(events.is_empty())?.is_some() {
            events.push(self.event(values).map_err(|error| error.in_element(events.len()))?);
        }
        values.json.leave();
        if events.is_empty() { Err(empty) } else { Ok(events) }
    }

    fn event(&self, values: &mut Values<'_, '_>) -> Read<Incoming> {
        match values.json.peek()? {
            Peek::Object => {}
            peek => {
                let message = format!("expected an event, an object with `type` and `data`, found {}", found(peek));
                return Err(values.json.bad(DecodeKind::Envelope, message));
            }
        }
        let mut envelope = Envelope::default();
        values.json.enter()?;
        let mut first = true;
        while let Some(attribute) = values.json.key(first, Attribute::of)? {
            first = false;
            self.attribute(values, &mut envelope, attribute)?;
        }
        values.json.leave();
        values.json.repeated()?;
        let missing = |name| {
            let message = format!("an event needs the attribute `{name}`, and it is missing");
            values.json.bad(DecodeKind::Envelope, message)
        };
        let Some(event) = envelope.event else { return Err(missing("type")) };
        let data = match envelope.data {
            Data::Missing => return Err(missing("data")),
            Data::Read(data) => data,
            Data::At(json) => {
                let (module, defaults) = (values.module, values.defaults);
                self.data(&mut Values { module, defaults, json }, event)?
            }
        };
        Ok(Incoming { event, id: envelope.id, source: envelope.source, time: envelope.time, data })
    }

    /// Reads one attribute of the envelope.
    fn attribute<'j>(&self, values: &mut Values<'_, 'j>, envelope: &mut Envelope<'j>, name: Attribute) -> Read<()> {
        let peek = values.json.peek()?;
        let is_there = match &name {
            Attribute::Type => envelope.event.is_some(),
            Attribute::Id => envelope.id.is_some(),
            Attribute::Source => envelope.source.is_some(),
            Attribute::Time => envelope.time.is_some(),
            Attribute::Data => !matches!(envelope.data, Data::Missing),
            Attribute::Other(name) => envelope.others.add(name.clone()).is_err(),
        };
        if is_there {
            return Err(values.json.twice(name.text()).in_field(name.text()));
        }
        let read = match &name {
            Attribute::Type => self.event_type(&mut values.json, peek).map(|event| envelope.event = Some(event)),
            Attribute::Id => identifier(&mut values.json, peek).map(|id| envelope.id = Some(id)),
            Attribute::Source => identifier(&mut values.json, peek).map(|source| envelope.source = Some(source)),
            Attribute::Time => time(&mut values.json, peek).map(|time| envelope.time = Some(time)),
            Attribute::Data => match envelope.event {
                // The path within `data` is set there.
                Some(event) => return self.data(values, event).map(|data| envelope.data = Data::Read(data)),
                None => {
                    envelope.data = Data::At(values.json.clone());
                    values.json.skip(peek)
                }
            },
            Attribute::Other(_) => values.json.skip(peek),
        };
        read.map_err(|error| error.in_field(name.text()))
    }

    fn event_type(&self, json: &mut Reader<'_>, peek: Peek) -> Read<EventId> {
        let at = json.at();
        if peek != Peek::String {
            let message = format!("expected the event's name as a text, found {}", found(peek));
            return Err(json.bad(DecodeKind::Envelope, message));
        }
        let name = json.text()?;
        if let Some(id) = self.offered.get(name) {
            return Ok(*id);
        }
        let message = if self.module.events.values().any(|event| event.name == name) {
            format!("the program does not accept {} from outside", quote(name))
        } else {
            let mut offered: Vec<&str> = self.offered.keys().map(String::as_str).collect();
            offered.sort_unstable();
            format!("the program has no event {}{}", quote(name), hint(name, offered.into_iter()))
        };
        Err(DecodeError::new(DecodeKind::UnknownEvent, at, message))
    }

    fn data(&self, values: &mut Values<'_, '_>, event: EventId) -> Read<Value> {
        self.fields(values, event, []).map_err(|error| error.in_field("data"))
    }

    fn fields(
        &self,
        values: &mut Values<'_, '_>,
        event: EventId,
        given: impl IntoIterator<Item = (usize, Value)>,
    ) -> Read<Value> {
        let event = &self.module.events[event];
        let peek = values.json.peek()?;
        let read = match peek {
            Peek::Object => values.fields_beside(&event.name, &self.module.records[event.record].fields, given),
            _ => {
                let message = format!("expected an object with the fields of `{}`, found {}", event.name, found(peek));
                Err(values.json.bad(DecodeKind::Value, message))
            }
        };
        read.map(Value::Record)
    }
}

impl Attribute {
    fn of(name: &str) -> Attribute {
        match name {
            "type" => Attribute::Type,
            "id" => Attribute::Id,
            "source" => Attribute::Source,
            "time" => Attribute::Time,
            "data" => Attribute::Data,
            other => Attribute::Other(other.to_owned()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Attribute::Type => "type",
            Attribute::Id => "id",
            Attribute::Source => "source",
            Attribute::Time => "time",
            Attribute::Data => "data",
            Attribute::Other(name) => name,
        }
    }
}

/// The error that counts: what is wrong with the JSON itself, before what is wrong with what it says.
fn in_json(text: &[u8], error: Box<DecodeError>) -> Box<DecodeError> {
    match error.kind {
        DecodeKind::Malformed | DecodeKind::TooLarge => error,
        _ => Reader::of_line(text).and_then(|mut json| well_formed(&mut json)).err().unwrap_or(error),
    }
}

/// That a whole text is JSON, whatever it says.
fn well_formed(json: &mut Reader<'_>) -> Read<()> {
    let peek = json.peek()?;
    json.skip(peek)?;
    json.finish()
}

/// A text that is not empty and has no control characters, which CloudEvents forbids in all its texts.
fn identifier(json: &mut Reader<'_>, peek: Peek) -> Read<Arc<str>> {
    let at = json.at();
    if peek != Peek::String {
        return Err(json.bad(DecodeKind::Envelope, format!("expected a text, found {}", found(peek))));
    }
    let text = json.text()?;
    if text.is_empty() || text.chars().any(char::is_control) {
        let message = "expected a text that is not empty and has no control characters";
        return Err(DecodeError::new(DecodeKind::Envelope, at, message));
    }
    Ok(Arc::from(text))
}

fn time(json: &mut Reader<'_>, peek: Peek) -> Read<i64> {
    let at = json.at();
    let example = "a time such as `\"2026-01-25T02:52:48Z\"`";
    if peek != Peek::String {
        return Err(json.bad(DecodeKind::Envelope, format!("expected {example}, found {}", found(peek))));
    }
    let text = json.text()?;
    parse_instant(text).map_err(|error| {
        let message = format!("expected {example}, found {}: {}", quote(text), error.words());
        DecodeError::new(DecodeKind::Envelope, at, message)
    })
}
