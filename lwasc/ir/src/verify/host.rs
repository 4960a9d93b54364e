//! Rule 15: calls of host functions. What an operation names is checked before its signature is asked for.

use super::function::Checker;
use super::{VerifyError, broken};
use crate::{End, Field, HostOp, Kind, Local, StateId, StateKind, Type, TypeId};
use lwas_exact::MAX_DIGITS;

pub(super) fn verify(checker: &Checker, dst: Option<Local>, op: HostOp, args: &[Local]) -> Result<(), VerifyError> {
    immediates(checker, op)?;
    let signature = op.signature(checker.module);
    let kinds = args.iter().map(|arg| checker.kind(*arg)).collect::<Result<Vec<_>, _>>()?;
    let fits = if signature.variadic {
        kinds.iter().all(|kind| signature.params.last() == Some(kind))
    } else {
        kinds == signature.params
    };
    checker.check(fits, 15, || format!("{op:?} takes {:?}, not {kinds:?}", signature.params))?;
    checker.result(dst, signature.result, 15, &format!("{op:?}"))
}

fn immediates(checker: &Checker, op: HostOp) -> Result<(), VerifyError> {
    let module = checker.module;
    match op {
        HostOp::TextFormat(ty) | HostOp::Equal(ty) => known_type(checker, ty),
        HostOp::ListConcat(ty) | HostOp::ListContains(ty) => known_type(checker, ty),
        HostOp::MapNew(ty) | HostOp::MapMerge(ty) | HostOp::MapRemove(ty) => known_type(checker, ty),
        HostOp::ListSort { element, key } => {
            known_type(checker, element)?;
            known_type(checker, key)?;
            checker.check(!checker.bags[key], 15, || "a bag has no order".to_owned())
        }
        HostOp::Compare(ty) => {
            known_type(checker, ty)?;
            checker.check(!checker.bags[ty], 15, || "a bag has no order".to_owned())
        }
        HostOp::NumberRound { digits, .. }
        | HostOp::FractionRound { digits, .. }
        | HostOp::FloatRound { digits, .. }
        | HostOp::FloatFromWide(digits)
        | HostOp::FractionFromWide(digits) => few_digits(checker, digits),
        HostOp::Pow { from, to } => few_digits(checker, from.max(to)),
        HostOp::RowGet(state) | HostOp::RowPut(state) => kind_of(checker, state).map(drop),
        HostOp::RowDelete(state) => {
            let kind = kind_of(checker, state)?;
            checker.check(kind == StateKind::Keyed, 15, || "rows are deleted in keyed states only".to_owned())
        }
        HostOp::NextSeq(state) | HostOp::WindowFirst(state) => {
            let kind = kind_of(checker, state)?;
            checker
                .check(kind == StateKind::Journal, 15, || "only a journal counts its rows and has windows".to_owned())
        }
        HostOp::Scan { state, index, parts }
        | HostOp::ScanEnds { state, index, parts, from: End::Open, to: End::Open, .. } => {
            looked_at(checker, state, index, parts).map(drop)
        }
        HostOp::ScanRange { state, index, parts, from, to }
        | HostOp::ScanEnds { state, index, parts, from, to, .. } => {
            let next = looked_at(checker, state, index, parts)?.map(|field| module.part_type(field.ty));
            let Some(next) = next else {
                return broken(15, checker.place(), format!("a ScanRange of {parts} parts, no more are there"));
            };
            let ordered = [Type::Int, Type::Duration, Type::Text, Type::Time, Type::Date];
            let is_wide = |ty: &Type| matches!(ty, Type::Decimal(_) | Type::Amount(..));
            let fits = module.types.get(next).is_some_and(|ty| ordered.contains(ty) || is_wide(ty));
            checker.check(fits, 15, || "a range of what has no order".to_owned())?;
            let ends = from != End::Open || to != End::Open;
            checker.check(ends, 15, || "a ScanRange without an end".to_owned())
        }
        HostOp::AggregateGet(id) | HostOp::AggregateAdd(id) | HostOp::AggregateSub(id) => {
            checker.check(module.aggregates.is_valid(id), 1, || format!("{id:?} is not there"))
        }
        HostOp::Emit(event) => checker.check(module.events.is_valid(event), 1, || format!("{event:?} is not there")),
        _ => Ok(()),
    }
}

/// The field behind the first `parts` of an index or of the key, if there is one.
fn looked_at<'a>(
    checker: &Checker<'a>,
    state: StateId,
    index: Option<u32>,
    parts: u8,
) -> Result<Option<&'a Field>, VerifyError> {
    kind_of(checker, state)?;
    let state = &checker.module.states[state];
    let fields: Vec<&Field> = match index {
        None => state.fields.iter().take(state.key as usize).collect(),
        Some(index) => match state.indexes.get(index as usize) {
            Some(index) => index.iter().filter_map(|field| state.fields.get(*field as usize)).collect(),
            None => return broken(1, checker.place(), "a Scan's index is not there"),
        },
    };
    let count = fields.len();
    checker.check(usize::from(parts) <= count, 15, || format!("a Scan of {parts} parts, {count} are there"))?;
    Ok(fields.get(usize::from(parts)).copied())
}

fn known_type(checker: &Checker, ty: TypeId) -> Result<(), VerifyError> {
    checker.check(checker.module.types.is_valid(ty), 1, || format!("{ty:?} is not there"))
}

fn few_digits(checker: &Checker, digits: u8) -> Result<(), VerifyError> {
    checker.check(digits <= MAX_DIGITS, 3, || format!("{digits} digits"))
}

fn kind_of(checker: &Checker, state: StateId) -> Result<StateKind, VerifyError> {
    match checker.module.states.get(state) {
        Some(state) => Ok(state.kind),
        None => broken(1, checker.place(), format!("{state:?} is not there")),
    }
}

/// Whether an operation reads the world, and whether it writes.
pub(super) fn touches(op: HostOp) -> (bool, bool) {
    match op {
        HostOp::RowPut(_) | HostOp::RowDelete(_) | HostOp::AggregateAdd(_) | HostOp::AggregateSub(_) => (true, true),
        HostOp::Emit(_) => (true, true),
        HostOp::RowGet(_) | HostOp::NextSeq(_) | HostOp::WindowFirst(_) | HostOp::AggregateGet(_) => (true, false),
        HostOp::Scan { .. } | HostOp::ScanRange { .. } | HostOp::ScanEnds { .. } => (true, false),
        HostOp::SeeBefore | HostOp::SeeAfter | HostOp::Now | HostOp::EventSeq | HostOp::Caller => (true, false),
        _ => (false, false),
    }
}

/// The kind of the value that an event's data is.
pub(super) const DATA: Kind = Kind::Ref;
