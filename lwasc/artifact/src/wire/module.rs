//! The tables of a module: types, states, events, axioms, tests. The order of fields and the numbers of variants are part of
//! the format.

use lwas_ir::{
    Aggregate, AggregateId, AggregateKind, Alert, Alerting, Answer, Axiom, AxiomScope, Back, Belief, BlockId, Cases,
    Column, Currency, CurrencyId, Doubts, Due, Enum, EnumId, Event, EventId, Export, Face, FailReason, Field, FuncId,
    Local, Module, Order, Place, Query, Read as AxiomRead, Record, RecordId, Route, Sample, SampleSource, Segment,
    Settings, Severity, Site, Source, State, StateId, StateKind, Target, Test, TestStep, TestStepKind, TextId, Trace,
    Type, TypeId, Variant, Window,
};

use super::{Read, Reader, Wire, wire_enum, wire_struct};

/// Ids are their numbers; whether there is such a thing is the verifier's business.
macro_rules! wire_id {
    ($($name:ident)*) => { $(
        impl Wire for $name {
            fn write(&self, to: &mut Vec<u8>) {
                self.as_u32().write(to);
            }

            fn read(from: &mut Reader<'_>) -> Read<$name> {
                let number = u32::read(from)?;
                // The last number is what the maps keep for "none".
                if number == u32::MAX {
                    return Err(crate::ArtifactError::Damaged("a number is too large"));
                }
                Ok($name::from_u32(number))
            }
        }
    )* };
}

wire_id! {
    TypeId CurrencyId EnumId RecordId StateId AggregateId FuncId EventId TextId Local BlockId Site Trace
}

wire_struct! {
    Module {
        name, types, currencies, enums, records, states, aggregates, windows, texts, functions, events, due, tick, queries, axioms,
        beliefs, doubts, alerts, watch, routes, faces, exports, settings, samples, tests, constants, sources, source_lines,
    }
    Currency { code, digits, title }
    Field { name, ty, default }
    Enum { name, variants }
    Variant { name, fields }
    Record { name, fields }
    State { module, name, kind, fields, key, stored, computed, indexes, initial }
    Aggregate { name, state, group, kind, add, order }
    Order { members, ranks }
    Window { journal, span, left, aggregates, sub }
    Event { name, record, key, accepted, rules, place }
    Due { name, place, state, field, agenda, func }
    Query { name, params, result, func }
    Axiom { name, place, scope, func, reads }
    AxiomRead { source, back, fields }
    Belief { check, module, name, truth, digits, given }
    Doubts { state, doubt, settle }
    Alert { check, severity, lasts, message, reads_now }
    Alerting { active, due, by_due, message, pend, say, fire, resolve }
    Back { index, parts }
    Route { path, target, place }
    Face { name, module, events, queries, routes }
    Answer { query, fields }
    Export { symbol, params, result, func, place }
    Settings { module, state, event }
    Sample { source, event, interval, address, place }
    Test { module, name, place, cases, steps }
    Cases { place, title, columns }
    Column { name, list, ty }
    TestStep { place, kind }
    Place { file, line, column, width }
}

wire_enum! {
    Type {
        0 Bool,
        1 Int,
        2 Text,
        3 Decimal(digits),
        4 Amount(currency, digits),
        5 Money,
        6 Number,
        7 Bag,
        8 Fraction,
        9 Currency,
        10 Time,
        11 Date,
        12 Duration,
        13 Option(inner),
        14 List(element),
        15 Enum(id),
        16 Record(id),
        17 Row(id),
        18 Float,
        19 Map(inner),
    }
    SampleSource { 0 Machine, 1 Requests, 2 Outcomes }
    StateKind { 0 Keyed, 1 Single, 2 Journal }
    AggregateKind { 0 Count, 1 SumInt, 2 SumWide(digits), 3 SumMoney }
    AxiomScope { 0 Whole, 1 Rows(state), 2 Changed(state), 3 Deleted(state) }
    Severity { 0 Info, 1 Warning, 2 Critical }
    Source { 0 State(state), 1 Aggregate(aggregate), 2 Rows { state, index, parts } }
    Segment { 0 Word(word), 1 Value(number) }
    Target { 0 Get { query }, 1 Post { event, status, answer } }
    TestStepKind {
        0 Apply { event, data, at },
        1 Reject { event, data, at, with, by },
        2 RejectValue { value, with },
        3 Expect { condition },
        4 Let { name, value, ty },
        5 Advance { by },
    }
    FailReason {
        1 Require,
        2 Overflow,
        3 DivisionByZero,
        4 Axiom,
        5 MissingRow,
        6 RowExists,
        7 CurrencyMismatch,
        8 DigitLost,
        9 Index,
        10 Weights,
        11 Calendar,
        12 TooLong,
        13 Steps,
        14 Memory,
        15 NotFinite,
        16 RepeatedKey,
    }
}
