//! Was this event judged before? A keyed event is judged once, for ever.
//!
//! An event is found by its type and `key` field, or by the envelope's id and source where its type has none. The key's
//! last judgement answers: applied with the same content it is a duplicate, with other content a conflict, which is not
//! recorded. After a rejection with other content the event is judged afresh, unless that very content was rejected too:
//! rejected contents are found by their hash. What the same content is, `content` says.

use std::sync::Arc;

use lwas_ir::{EventId, Module, Type, TypeId, Value};
use lwas_ledger::Kind;
use lwas_seal::{Hash, Hasher};

use super::{CONFLICT, Incoming, Runtime, content, explain};
use crate::body::Body;
use crate::data;
use crate::error::RuntimeError;
use crate::outcome::{Outcome, Rejection};
use crate::program::Program;

/// Under what an event is found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    kind: Arc<str>,
    rejected: Arc<str>,
    key: Vec<u8>,
    /// Where in the key stands what people know it by.
    shown: std::ops::Range<usize>,
}

impl Keys {
    /// The key of an event; none for one that is never a duplicate.
    pub fn of(program: &Program, incoming: &Incoming) -> Option<Keys> {
        let facts = program.event(incoming.event);
        let event = &program.module.events[incoming.event];
        let rejected = Arc::clone(&facts.rejected);
        if let Some(field) = event.key {
            let Value::Record(values) = &incoming.data else { return None };
            let ty = program.module.records[event.record].fields.get(field as usize)?.ty;
            let value = values.get(field as usize)?;
            let key = key_bytes(&program.module, ty, value);
            return Some(Keys { kind: Arc::clone(&facts.name), rejected, shown: 0..key.len(), key });
        }
        let id = incoming.id.as_deref()?.as_bytes();
        let Some(source) = incoming.source.as_deref() else {
            let (kind, key) = (Arc::clone(&facts.by_id), id.to_vec());
            return Some(Keys { kind, rejected, shown: 0..key.len(), key });
        };
        // The length keeps apart what both together could say in two ways.
        let length = u32::try_from(id.len()).expect("an event's line is at most 1 MiB");
        let key = [&length.to_le_bytes(), id, source.as_bytes()].concat();
        Some(Keys { kind: Arc::clone(&facts.by_source), rejected, shown: 4..4 + id.len(), key })
    }

    /// For people: the key as they know it, or the envelope's id.
    fn shown(&self) -> String {
        String::from_utf8_lossy(self.key.get(self.shown.clone()).unwrap_or_default()).into_owned()
    }

    /// What an applied entry is noted under.
    pub fn applied(self) -> Vec<(Arc<str>, Vec<u8>)> {
        vec![(self.kind, self.key)]
    }

    /// What a rejected entry is noted under: its key, and its content.
    pub fn rejected(self, content: &[u8]) -> Vec<(Arc<str>, Vec<u8>)> {
        let content = self.content(content);
        vec![(self.kind, self.key), (self.rejected, content)]
    }

    /// The hash of kind, key and content, length-prefixed.
    fn content(&self, content: &[u8]) -> Vec<u8> {
        let mut hasher = Hasher::new();
        for part in [self.kind.as_bytes(), &self.key, content] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        let Hash(bytes) = hasher.finish();
        bytes.to_vec()
    }
}

/// A key's bytes: a text's own; numbers in decimal; currencies and variants by name, since their numbers may change with
/// the program; else the canonical encoding.
pub fn key_bytes(module: &Module, ty: TypeId, value: &Value) -> Vec<u8> {
    match (module.types[ty], value) {
        (_, Value::Text(text)) => text.as_bytes().to_vec(),
        (Type::Currency | Type::Enum(_), Value::Int(_)) => {
            value.key_part().map_or_else(Vec::new, |part| explain::part_text(module, ty, &part).into_bytes())
        }
        (_, Value::Int(number)) => number.to_string().into_bytes(),
        _ => data::encode(module, ty, value),
    }
}

/// An earlier judgement.
struct Earlier {
    seq: u64,
    kind: Kind,
    body: Vec<u8>,
}

impl Runtime {
    /// The answer to an event that was judged before, by the content of its encoded data; none when it is to be judged.
    pub(super) fn judged_before(
        &self,
        keys: &Keys,
        event: EventId,
        data: &[u8],
    ) -> Result<Option<Outcome>, RuntimeError> {
        let Some(earlier) = self.earlier(&keys.kind, &keys.key)? else { return Ok(None) };
        // Most events are new, so what they say is only looked at here.
        let content = &*content::of(&self.program, event, data);
        let answer = |earlier: &Earlier| answer(&self.program, event, earlier, content);
        let same = answer(&earlier)?;
        match (earlier.kind, same) {
            (_, Some(answer)) => Ok(Some(answer)),
            (Kind::Applied, None) => {
                let message =
                    format!("`{}` was applied before with other data, as entry {}", keys.shown(), earlier.seq);
                Ok(Some(Outcome::Rejected(Rejection::plain(CONFLICT, message))))
            }
            (_, None) => match self.earlier(&keys.rejected, &keys.content(content))? {
                Some(earlier) => answer(&earlier),
                None => Ok(None),
            },
        }
    }

    /// The entry that judged a key last, in the open batch or in the ledger.
    fn earlier(&self, kind: &Arc<str>, key: &[u8]) -> Result<Option<Earlier>, RuntimeError> {
        if let Some(at) = self.pending_keys.get(kind).and_then(|keys| keys.get(key)) {
            let entry = &self.pending[*at];
            let seq = self.head.seq + 1 + *at as u64;
            return Ok(Some(Earlier { seq, kind: entry.kind, body: entry.body.clone() }));
        }
        let ledger = self.store.ledger();
        let Some(seq) = ledger.find_key(kind, key)? else { return Ok(None) };
        let missing = || RuntimeError::Entry { seq, what: "a key names it, and it is not there".into() };
        let entry = ledger.entry(seq)?.ok_or_else(missing)?;
        if !matches!(entry.kind, Kind::Applied | Kind::Rejected) {
            return Err(RuntimeError::Entry { seq, what: format!("a key names it, and it is of kind {}", entry.kind) });
        }
        Ok(Some(Earlier { seq, kind: entry.kind, body: entry.body }))
    }
}

/// The earlier answer, when the content was the same.
fn answer(
    program: &Program,
    event: EventId,
    earlier: &Earlier,
    content: &[u8],
) -> Result<Option<Outcome>, RuntimeError> {
    let seq = earlier.seq;
    let body = Body::decode(&earlier.body, earlier.kind == Kind::Rejected);
    let body = body.map_err(|error| RuntimeError::Entry { seq, what: error.to_string() })?;
    Ok((content::of(program, event, body.data) == content).then_some(match body.rejection {
        Some(rejection) => Outcome::Rejected(rejection),
        None => Outcome::Duplicate { seq },
    }))
}
