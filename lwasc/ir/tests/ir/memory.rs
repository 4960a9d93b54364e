//! Program memory: budgets, borders, values there and back.

use crate::fixture::{Fixture, text};
use lwas_ir::*;

#[test]
fn constants_lie_where_the_module_says() {
    let mut fixture = Fixture::new();
    let texts = ["", "ann", "12345678"].map(|text| fixture.module.texts.push(text.to_owned()));
    let (offsets, bottom) = constant_offsets(&fixture.module);
    let memory = Memory::new(&fixture.module);
    assert_eq!(texts.map(|id| offsets[id]), [16, 24, 40]);
    assert_eq!((bottom, memory.top()), (56, 56));
    assert_eq!(texts.map(|id| memory.text(memory.text_constant(id)).unwrap()), ["", "ann", "12345678"]);
}

#[test]
fn memory_is_charged_in_eights_up_to_the_budget() {
    let fixture = Fixture::new();
    let mut memory = Memory::new(&fixture.module);
    let first = memory.alloc(1).unwrap();
    assert_eq!((first, memory.alloc(0).unwrap(), memory.alloc(8).unwrap()), (16, 24, 24));
    assert_eq!(memory.left(), MEMORY_BUDGET - 16);
    assert!(matches!(memory.alloc(MEMORY_BUDGET), Err(Fault::Failed { reason: FailReason::Memory, .. })));
    assert!(matches!(memory.alloc(u64::MAX), Err(Fault::Failed { reason: FailReason::Memory, .. })));
    let left = memory.left();
    assert!(memory.alloc(left).is_ok() && memory.alloc(1).is_err() && memory.alloc(0).is_ok());
}

#[test]
fn a_reset_gives_everything_back_zeroed() {
    let mut fixture = Fixture::new();
    let constant = fixture.module.texts.push("ann".to_owned());
    let mut memory = Memory::new(&fixture.module);
    let at = memory.alloc(8).unwrap();
    memory.store_int(at, 77).unwrap();
    memory.charge(3).unwrap();
    memory.reset();
    assert_eq!(memory.steps_left(), STEP_BUDGET);
    assert_eq!(memory.alloc(8).unwrap(), at);
    assert_eq!(memory.load_int(at).unwrap(), 0);
    assert_eq!(memory.text(memory.text_constant(constant)).unwrap(), "ann");
}

#[test]
fn nothing_outside_is_read_or_written() {
    let mut fixture = Fixture::new();
    let constant = fixture.module.texts.push("ann".to_owned());
    let mut memory = Memory::new(&fixture.module);
    let constant = memory.text_constant(constant);
    let at = memory.alloc(8).unwrap();
    for place in [0, 8, at + 1, at + 8, u64::MAX, u64::MAX - 7] {
        assert!(memory.load_int(place).is_err(), "{place}");
        assert!(memory.store_int(place, 1).is_err(), "{place}");
    }
    assert!(memory.load_wide(at).is_err());
    assert!(memory.store_int(constant, 1).is_err(), "constants stay");
    memory.store_int(at, -1).unwrap();
    assert!(memory.text(at).is_err() && memory.length(at).is_err());
}

#[test]
fn values_come_back_as_they_went() {
    let mut fixture = Fixture::new();
    let (usd, tier, line) = (fixture.usd, fixture.tier, fixture.line);
    let line = fixture.ty(Type::Record(line));
    let lines = fixture.ty(Type::List(line));
    let wide = fixture.ty(Type::Decimal(2));
    let fraction = lwas_exact::Fraction::new(22, 7).unwrap();
    let record = Value::Record([text("a"), Value::Wide(-3)].into());
    let values = [
        (Type::Bool, Value::Int(1)),
        (Type::Int, Value::Int(i64::MIN)),
        (Type::Currency, Value::currency(usd)),
        (Type::Decimal(2), Value::Wide(i128::MIN)),
        (Type::Text, text("päppel")),
        (Type::Money, Value::Money { units: -1, currency: usd }),
        (Type::Number, Value::Number { units: 5, digits: 3 }),
        (Type::Fraction, Value::Fraction(Box::new(fraction), Some(usd))),
        (Type::Bag, Value::Bag([(usd, 4)].into())),
        (Type::Option(wide), Value::None),
        (Type::Option(wide), Value::Some(Value::Wide(9).into())),
        (Type::Enum(tier), Value::Variant { variant: 0, fields: [].into() }),
        (Type::Enum(tier), Value::Variant { variant: 1, fields: [Value::Wide(1)].into() }),
        (Type::Option(lines), Value::Some(Value::List([record.clone(), record].into()).into())),
    ];
    let mut memory = Memory::new(&fixture.module);
    for (ty, value) in values {
        let ty = fixture.ty(ty);
        let slot = memory.write_value(&fixture.module, ty, &value).unwrap();
        assert_eq!(memory.read_value(&fixture.module, ty, slot), Ok(value));
    }
}

#[test]
fn a_value_of_another_type_is_refused() {
    let mut fixture = Fixture::new();
    let (text_type, tier) = (fixture.ty(Type::Text), fixture.tier);
    let tier = fixture.ty(Type::Enum(tier));
    let mut memory = Memory::new(&fixture.module);
    let bad = [
        (text_type, Value::Int(1)),
        (tier, Value::Variant { variant: 2, fields: [].into() }),
        (tier, Value::Variant { variant: 1, fields: [].into() }),
    ];
    for (ty, value) in bad {
        assert!(matches!(memory.write_value(&fixture.module, ty, &value), Err(Fault::World(_))));
    }
}

#[test]
fn what_is_read_is_bounded() {
    let mut fixture = Fixture::new();
    let text = fixture.ty(Type::Text);
    let texts = fixture.ty(Type::List(text));
    let mut memory = Memory::new(&fixture.module);
    let long = memory.new_text(&"x".repeat(1 << 20)).unwrap();
    let list = memory.new_list(100, Kind::Ref).unwrap();
    for _ in 0..100 {
        memory.push(list, Kind::Ref, Slot::reference(long)).unwrap();
    }
    let read = memory.read_value(&fixture.module, texts, Slot::reference(list));
    assert!(matches!(read, Err(Fault::Failed { reason: FailReason::Memory, .. })));
}
