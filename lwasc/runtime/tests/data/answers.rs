//! What must hold of any bytes: the functions that the properties and the fuzzer share. They panic where it does not.

use super::fixture::Fixture;
use lwas_ir::{TypeId, Value};
use lwas_runtime::data::{DecodeError, Decoder, Line, decode, encode, json_text, json_value};

/// Bytes as an event, or several: an answer within the line, and what is read can be written and read again.
pub fn line_answered(decoder: &Decoder, line: &[u8]) -> Result<Line, Box<DecodeError>> {
    let answer = decoder.decode(line);
    match &answer {
        Ok(read) => {
            let events = match read {
                Line::Event(event) => std::slice::from_ref(event),
                Line::Transaction(events) => events.as_slice(),
            };
            assert!(!events.is_empty(), "nothing is no transaction");
            for event in events {
                assert!(matches!(event.data, Value::Record(_)), "{:?}", event.data);
                let module = decoder.module();
                let record = module.events[event.event].record;
                let ty = module.types.iter().find(|(_, ty)| **ty == lwas_ir::Type::Record(record));
                ty.into_iter().for_each(|(ty, _)| comes_back(decoder, ty, &event.data));
            }
        }
        Err(error) => {
            assert!(error.column >= 1 && error.offset <= line.len() && !error.message.is_empty(), "{error:?}")
        }
    }
    answer
}

/// Bytes as the canonical encoding of a value: refused, or the one encoding of what they are.
pub fn bytes_answered(fixture: &Fixture, ty: TypeId, bytes: &[u8]) -> Option<Value> {
    let value = decode(&fixture.module, ty, bytes).ok()?;
    assert_eq!(encode(&fixture.module, ty, &value), bytes, "another encoding of {value:?}");
    Some(value)
}

/// A value through both of its forms.
fn comes_back(decoder: &Decoder, ty: TypeId, value: &Value) {
    let module = decoder.module();
    assert_eq!(decode(module, ty, &encode(module, ty, value)).as_ref(), Ok(value));
    let text = json_text(module, ty, value);
    assert_eq!(json_value(module, ty, &text).as_ref(), Ok(value), "{text}");
}
