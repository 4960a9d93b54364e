//! Schemas: what they say, and how differences look.

use crate::fixture::tiny;
use lwas_artifact::schema;
use lwas_ir::{EventId, Field, StateId, TypeId};

#[test]
fn a_schema_is_lines() {
    let known = schema(&tiny());
    let lines: Vec<&str> = known.lines().collect();
    let expected =
        ["currency USD(2)", "event Tick key id { id: Text }", "single state tiny.Count[]", "tiny.Count: 0 ticks: Int"];
    assert_eq!(lines, expected);
}

#[test]
fn differences_can_be_shown() {
    let (before, mut module) = (schema(&tiny()), tiny());
    assert_eq!(before.differences(&schema(&module)), Vec::<String>::new());
    let decimal = TypeId::from_u32(3);
    let state = &mut module.states[StateId::from_u32(0)];
    state.fields.push(Field { name: "rate".into(), ty: decimal, default: None });
    state.stored = 2;
    module.events[EventId::from_u32(0)].key = None;
    let after = schema(&module);
    assert_ne!(before.hash(), after.hash());
    let expected =
        ["- event Tick key id { id: Text }", "+ event Tick { id: Text }", "+ tiny.Count: 1 rate: Decimal(2)"];
    assert_eq!(before.differences(&after), expected);
}

#[test]
fn code_is_no_part_of_it() {
    let mut module = tiny();
    module.source_lines.clear();
    module.events[EventId::from_u32(0)].rules.clear();
    assert_eq!(schema(&module).hash(), schema(&tiny()).hash());
}
