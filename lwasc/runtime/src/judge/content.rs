//! Whether two events say the same. Contents are compared by value: a Number may be written `2` or `2.00`, and the log keeps it as it was
//! written. All other values have one encoding each.

use std::borrow::Cow;
use std::sync::Arc;

use lwas_ir::{EventId, Field, Module, RecordId, Type, Value};

use crate::data;
use crate::program::Program;

/// The bytes of an event's content, of the encoding of its data: one for all that say the same. What is no encoding of the event, as
/// another version of the program has written it, stands for itself.
pub fn of<'d>(program: &Program, event: EventId, encoded: &'d [u8]) -> Cow<'d, [u8]> {
    let facts = program.event(event);
    if !facts.several_ways {
        return Cow::Borrowed(encoded);
    }
    match data::decode(&program.module, facts.data, encoded) {
        Ok(value) => Cow::Owned(data::encode(&program.module, facts.data, &shortest(&value))),
        Err(_) => Cow::Borrowed(encoded),
    }
}

/// Whether values of a record that say the same may have several encodings: there is a Number in it.
pub fn has_several_ways(module: &Module, record: RecordId) -> bool {
    module.records[record].fields.iter().any(|field| is_one(module, field))
}

fn is_one(module: &Module, field: &Field) -> bool {
    let mut ty = module.types[field.ty];
    while let Type::Option(inner) | Type::List(inner) | Type::Map(inner) = ty {
        ty = module.types[inner];
    }
    let any = |fields: &[Field]| fields.iter().any(|field| is_one(module, field));
    match ty {
        Type::Number => true,
        Type::Record(id) => any(&module.records[id].fields),
        Type::Row(id) => any(&module.states[id].fields),
        Type::Enum(id) => module.enums[id].variants.iter().any(|variant| any(&variant.fields)),
        _ => false,
    }
}

/// The same value, its Numbers with the fewest digits that say them.
fn shortest(value: &Value) -> Value {
    let all = |values: &[Value]| values.iter().map(shortest).collect::<Arc<[Value]>>();
    match value {
        Value::Number { units, digits } => {
            let (mut units, mut digits) = (*units, *digits);
            while digits > 0 && units % 10 == 0 {
                (units, digits) = (units / 10, digits - 1);
            }
            Value::Number { units, digits }
        }
        Value::Some(inner) => Value::Some(Arc::new(shortest(inner))),
        Value::Record(fields) => Value::Record(all(fields)),
        Value::List(values) => Value::List(all(values)),
        Value::Variant { variant, fields } => Value::Variant { variant: *variant, fields: all(fields) },
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (Arc::clone(key), shortest(value))).collect())
        }
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(units: i128, digits: u8) -> Value {
        Value::Number { units, digits }
    }

    #[test]
    fn numbers_of_one_value_become_one() {
        for (units, digits) in [(2, 0), (20, 1), (200, 2)] {
            assert_eq!(shortest(&number(units, digits)), number(2, 0));
        }
        assert_eq!(shortest(&number(-2_050, 3)), number(-205, 2));
        assert_eq!(shortest(&number(0, 18)), number(0, 0));
        assert_eq!(shortest(&number(1, 18)), number(1, 18));
    }

    #[test]
    fn wherever_they_stand() {
        let place = |n: Value| {
            let within = [Value::Some(Arc::new(n.clone())), Value::List([n.clone()].into())];
            let fields = [n.clone(), Value::Map([("k".into(), n)].into())];
            Value::Record([&within[..], &[Value::Variant { variant: 1, fields: fields.into() }]].concat().into())
        };
        assert_eq!(shortest(&place(number(70, 1))), place(number(7, 0)));
    }
}
