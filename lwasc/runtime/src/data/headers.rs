//! What a refused line is about: its event's type, and its id or key, as far as they can be read. For the outcome, which
//! names the event that was rejected; nothing is decided by it.

use jiter::Peek;
use lwas_ir::{EventId, Module};
use rustc_hash::FxHashMap;

use super::reader::Reader;

/// The event's type and the envelope's id, else its key. `offered` has the names by which events come in.
pub(super) fn headers(
    module: &Module,
    offered: &FxHashMap<String, EventId>,
    line: &[u8],
) -> (Option<String>, Option<String>) {
    let (mut event_type, mut id, mut data) = (None, None, None);
    let each = |name: &str, json: &mut Reader<'_>| match name {
        "type" => event_type = event_type.take().or_else(|| text(json)),
        "id" => id = id.take().or_else(|| text(json)),
        "data" => data = data.take().or_else(|| Some(json.at())),
        _ => {}
    };
    if let Ok(mut json) = Reader::of_line(line) {
        for_each_field(&mut json, each);
    }
    let event = event_type.as_ref().and_then(|name| {
        let offered = offered.get(name).and_then(|id| module.events.get(*id));
        offered.or_else(|| module.events.values().find(|event| event.name == *name))
    });
    let key = event.and_then(|event| module.records[event.record].fields.get(event.key? as usize));
    if let (None, Some(field), Some(data)) = (&id, key, data)
        && let Some(Ok(mut json)) = line.get(data..).map(Reader::of_line)
    {
        for_each_field(&mut json, |name, json| {
            if name == field.name && id.is_none() {
                id = text(json);
            }
        });
    }
    (event_type, id)
}

/// Hands each field of an object to `each`, up to the first mistake; `each` may read the value from a copy.
fn for_each_field(json: &mut Reader<'_>, mut each: impl FnMut(&str, &mut Reader<'_>)) {
    if !matches!(json.peek(), Ok(Peek::Object)) {
        return;
    }
    let mut first = true;
    while let Ok(Some(name)) = json.key(first, str::to_owned) {
        first = false;
        let Ok(peek) = json.peek() else { return };
        each(&name, &mut json.clone());
        if json.skip(peek).is_err() {
            return;
        }
    }
}

/// A text, or a number as it is written.
fn text(json: &mut Reader<'_>) -> Option<String> {
    let text = match json.peek().ok()? {
        Peek::String => json.text(),
        peek if peek.is_num() => json.number(peek),
        _ => return None,
    };
    text.ok().map(str::to_owned)
}
