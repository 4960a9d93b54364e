//! Whatever the value: writing and reading gives it back. Whatever the bytes: an answer, no panic, and only canonical bytes
//! are taken.

use std::sync::Arc;

use crate::answers::{bytes_answered, line_answered};
use crate::fixture::Fixture;
use lwas_exact::calendar::{MAX_DATE, MAX_TIME, MIN_DATE, MIN_TIME};
use lwas_ir::{CurrencyId, Field, Module, Type, TypeId, Value};
use lwas_runtime::data::{decode, encode, json_text, json_value};
use proptest::prelude::*;
use proptest::sample::Index;

/// Any Float: finite, and zero without a sign.
fn float() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(|bits| Some(f64::from_bits(bits)).filter(|value| value.is_finite()).unwrap_or(0.1) + 0.0)
}

/// Any value of a type.
fn value(module: &Arc<Module>, ty: TypeId) -> BoxedStrategy<Value> {
    let module = Arc::clone(module);
    match module.types[ty] {
        Type::Bool => any::<bool>().prop_map(Value::bool).boxed(),
        Type::Int | Type::Duration => any::<i64>().prop_map(Value::Int).boxed(),
        Type::Float => float().prop_map(Value::of_float).boxed(),
        Type::Time => (MIN_TIME..=MAX_TIME).prop_map(Value::Int).boxed(),
        Type::Date => (MIN_DATE..=MAX_DATE).prop_map(Value::Int).boxed(),
        Type::Text => any::<String>().prop_map(|text| Value::Text(text.into())).boxed(),
        Type::Decimal(_) | Type::Amount(..) => any::<i128>().prop_map(Value::Wide).boxed(),
        Type::Currency => currency(&module).prop_map(Value::currency).boxed(),
        Type::Money => {
            (any::<i128>(), currency(&module)).prop_map(|(units, currency)| Value::Money { units, currency }).boxed()
        }
        Type::Number => (any::<i128>(), 0..=18u8).prop_map(|(units, digits)| Value::Number { units, digits }).boxed(),
        Type::Bag => {
            let amounts = prop::collection::btree_map(currency(&module), any::<i128>(), 0..4);
            amounts.prop_map(|map| Value::Bag(map.into_iter().filter(|(_, units)| *units != 0).collect())).boxed()
        }
        Type::Option(inner) => prop::option::of(value(&module, inner))
            .prop_map(|value| value.map_or(Value::None, |value| Value::Some(Arc::new(value))))
            .boxed(),
        Type::List(inner) => {
            prop::collection::vec(value(&module, inner), 0..5).prop_map(|list| Value::List(list.into())).boxed()
        }
        Type::Map(inner) => {
            let entries = prop::collection::btree_map(any::<String>(), value(&module, inner), 0..5);
            entries.prop_map(|map| Value::Map(map.into_iter().map(|(k, v)| (k.into(), v)).collect())).boxed()
        }
        Type::Record(id) => fields(&module, &module.records[id].fields).prop_map(Value::Record).boxed(),
        Type::Enum(id) => {
            let known = &module.enums[id];
            let plain = known.is_plain();
            let variants: Vec<_> = known.variants.iter().map(|variant| fields(&module, &variant.fields)).collect();
            let made = (0..variants.len()).prop_flat_map(move |place| (Just(place), variants[place].clone()));
            made.prop_map(move |(place, fields)| match plain {
                true => Value::Int(place as i64),
                false => Value::Variant { variant: place as u32, fields },
            })
            .boxed()
        }
        Type::Fraction | Type::Row(_) => unreachable!("the fixture names no such type"),
    }
}

fn currency(module: &Module) -> impl Strategy<Value = CurrencyId> + use<> {
    (0..module.currencies.len() as u32).prop_map(CurrencyId::from_u32)
}

fn fields(module: &Arc<Module>, fields: &[Field]) -> BoxedStrategy<Arc<[Value]>> {
    let each: Vec<_> = fields.iter().map(|field| value(module, field.ty)).collect();
    each.prop_map(Into::into).boxed()
}

/// Any type of the fixture, with a value.
fn typed() -> impl Strategy<Value = (TypeId, Value)> {
    let fixture = Fixture::new();
    let count = fixture.types().len();
    (0..count).prop_flat_map(move |place| {
        let ty = fixture.types()[place].1;
        (Just(ty), value(&fixture.module, ty))
    })
}

proptest! {
    #[test]
    fn encoding_and_decoding_gives_the_value((ty, value) in typed()) {
        let module = Fixture::new().module;
        prop_assert_eq!(decode(&module, ty, &encode(&module, ty, &value)), Ok(value));
    }

    #[test]
    fn writing_and_reading_json_gives_the_value((ty, value) in typed()) {
        let module = Fixture::new().module;
        let text = json_text(&module, ty, &value);
        prop_assert_eq!(json_value(&module, ty, &text), Ok(value), "{}", text);
    }

    #[test]
    fn damaged_bytes_are_refused_or_canonical((ty, value) in typed(), at in any::<Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let fixture = Fixture::new();
        let mut bytes = encode(&fixture.module, ty, &value);
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let answer = bytes_answered(&fixture, ty, &bytes);
        prop_assert!(!cut || answer.is_none(), "a part of an encoding is none");
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200), place in any::<Index>()) {
        let fixture = Fixture::new();
        let (_, ty) = fixture.types()[place.index(fixture.types().len())];
        let _ = bytes_answered(&fixture, ty, &bytes);
        prop_assert!(line_answered(&fixture.decoder(), &bytes).is_err(), "noise is no event");
    }

    #[test]
    fn a_damaged_line_gets_an_answer(at in any::<Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let line = br#"{"type":"Sale","id":"e","time":"2026-01-25T02:52:48Z","data":{"id":"s1","buyer":"a","amount":1e-2,"tier":{"Custom":{"rate":"0.1"}}}}"#;
        let mut line = line.to_vec();
        let at = at.index(line.len());
        if cut { line.truncate(at) } else { line[at] = byte }
        let answer = line_answered(&Fixture::new().decoder(), &line);
        prop_assert!(!cut || answer.is_err(), "a part of an event is none");
    }
}
