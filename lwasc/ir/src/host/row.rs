//! The world: rows by key and in order, aggregates kept by difference, the caller's name.

use super::End;
use super::bag::{Entries, change};
use super::call::{Call, ELEMENT};
use super::format::format_key;
use crate::{
    AggregateId, AggregateKind, AggregateValue, EventId, FailReason, Fault, Field, Key, KeyPart, Kind, Lookup,
    MAX_LIST, Slot, StateId, Type, WorldError,
};
use lwas_exact::{checked_add, checked_sub};
use std::ops::Bound;

/// The arguments from the first on, as parts of a key of these fields: of an optional one, of an index or a group, the plain
/// value.
fn key<'f>(call: &mut Call, fields: impl Iterator<Item = &'f Field>) -> Result<Key, Fault> {
    let mut key = Key::new();
    for (index, field) in fields.enumerate() {
        let slot = call.arg(index)?;
        key.push(match call.module.types.get(call.module.part_type(field.ty)) {
            Some(Type::Text) => KeyPart::Text(call.memory.text(slot.as_ref())?.into()),
            Some(Type::Decimal(_) | Type::Amount(..)) => KeyPart::Wide(slot.as_wide()),
            _ => KeyPart::Int(slot.as_int()),
        });
    }
    let bytes = |part: &KeyPart| if let KeyPart::Text(text) = part { text.len() as u64 } else { 0 };
    call.work(key.iter().map(bytes).sum())?;
    Ok(key)
}

fn row_key(call: &mut Call, state: StateId) -> Result<Key, Fault> {
    let known = call.module.states.get(state).ok_or_else(|| Fault::damaged("state"))?;
    key(call, known.fields.iter().take(known.key as usize))
}

/// The row with this key, or 0.
pub(super) fn get(call: &mut Call, state: StateId) -> Result<Slot, Fault> {
    call.memory.charge(1)?;
    let key = row_key(call, state)?;
    match call.world.row(state, &key)? {
        None => Ok(Slot::ZERO),
        Some(row) => write(call, state, &row),
    }
}

/// Makes a row in memory; the bytes are the work.
fn write(call: &mut Call, state: StateId, row: &[crate::Value]) -> Result<Slot, Fault> {
    let before = call.memory.top();
    let at = call.memory.write_row(call.module, state, row)?;
    let made = call.memory.top() - before;
    call.work(made)?;
    Ok(at)
}

/// Writes the stored fields of a row.
pub(super) fn put(call: &mut Call, state: StateId) -> Result<(), Fault> {
    call.memory.charge(1)?;
    let (row, bytes) = call.memory.read_row(call.module, state, call.reference(0)?)?;
    call.work(bytes)?;
    Ok(call.world.put(state, row)?)
}

/// Deletes a row that is there.
pub(super) fn delete(call: &mut Call, state: StateId) -> Result<(), Fault> {
    call.memory.charge(1)?;
    let key = row_key(call, state)?;
    if call.world.row(state, &key)?.is_none() {
        let detail = format!("{} is not there", format_key(call.module, state, &key));
        return Err(Fault::new(FailReason::MissingRow, detail));
    }
    Ok(call.world.delete(state, &key)?)
}

pub(super) fn next_seq(call: &mut Call, state: StateId) -> Result<Slot, Fault> {
    call.memory.charge(1)?;
    Ok(Slot::int(call.world.next_seq(state)?))
}

/// The `seq` of a journal's first row that is later than a span before now. Looked for from the end, in steps that double, then
/// between the last two: it costs what the logarithm of the window's rows does. A look at a row is a step.
pub(super) fn window_first(call: &mut Call, journal: StateId) -> Result<Slot, Fault> {
    call.memory.charge(1)?;
    let end = call.world.env().now.saturating_sub(call.int(0)?);
    // The row of the upper number is later, or is not there yet; that of the lower one is not, or is before the first.
    let (mut upper, mut lower, mut step) = (call.world.next_seq(journal)?, 0i64, 1i64);
    while upper - lower > 1 {
        let doubled = upper.saturating_sub(step);
        let middle = if doubled > lower { doubled } else { lower + (upper - lower) / 2 };
        call.memory.charge(1)?;
        let row = call.world.row(journal, &vec![KeyPart::Int(middle)])?;
        let is_later = match row.as_ref().and_then(|row| row.get(1)) {
            Some(crate::Value::Int(time)) => *time > end,
            _ => return Err(Fault::World(WorldError(format!("a journal has no row {middle} with a time")))),
        };
        if is_later {
            upper = middle;
            step = step.saturating_mul(2);
        } else {
            lower = middle;
            step = (upper - lower) / 2;
        }
    }
    Ok(Slot::int(upper))
}

/// Rows in order of key (or with `last`, the first or last of them by the fields looked at): each is made, then the list. No more are asked for than memory has room for, and one.
pub(super) fn scan(
    call: &mut Call,
    state: StateId,
    index: Option<u32>,
    parts: u8,
    (from, to): (End, End),
    last: Option<bool>,
) -> Result<Slot, Fault> {
    call.memory.charge(1)?;
    let known = call.module.states.get(state).ok_or_else(|| Fault::damaged("state"))?;
    let looked_at: Vec<&Field> = match index {
        None => known.fields.iter().take(known.key as usize).collect(),
        Some(index) => {
            let index = known.indexes.get(index as usize).ok_or_else(|| Fault::damaged("index"))?;
            index.iter().filter_map(|field| known.fields.get(*field as usize)).collect()
        }
    };
    let (equal, rest) = looked_at.split_at_checked(usize::from(parts)).ok_or_else(|| Fault::damaged("index"))?;
    let ends = [from, to].into_iter().filter(|end| *end != End::Open).count();
    let bounded = rest.iter().take(1).flat_map(|field| std::iter::repeat_n(*field, ends));
    let values = key(call, equal.iter().copied().chain(bounded))?;
    let (prefix, bounds) = values.split_at_checked(equal.len()).ok_or_else(|| Fault::damaged("index"))?;
    let mut bounds = bounds.iter();
    let mut bound = |end| match end {
        End::Open => Ok(Bound::Unbounded),
        End::Included => bounds.next().map(Bound::Included).ok_or_else(|| Fault::damaged("range")),
        End::Excluded => bounds.next().map(Bound::Excluded).ok_or_else(|| Fault::damaged("range")),
    };
    let lookup = Lookup { index, prefix, range: (bound(from)?, bound(to)?) };
    let (_, size) = call.module.row_layout(state);
    let room = call.memory.left() / (8 + u64::from(size));
    let limit = room.min(MAX_LIST.unsigned_abs()) + 1;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let rows = match last {
        None => call.world.scan(state, &lookup, limit)?,
        Some(last) => {
            let wanted = usize::try_from(call.int(values.len())?.max(0)).unwrap_or(usize::MAX);
            call.world.ends(state, &lookup, last, wanted.min(limit))?
        }
    };
    if rows.len() as u64 > MAX_LIST.unsigned_abs() {
        return Err(Fault::too_long("list"));
    }
    call.work(rows.len() as u64 * ELEMENT)?;
    let mut slots = Vec::with_capacity(rows.len());
    for row in &rows {
        slots.push(write(call, state, row)?);
    }
    call.new_list(Kind::Ref, slots.into_iter())
}

/// The group that the arguments name, and which argument comes after it.
fn group(call: &mut Call, id: AggregateId) -> Result<(Key, AggregateKind, usize), Fault> {
    let damaged = || Fault::damaged("aggregate");
    let aggregate = call.module.aggregates.get(id).ok_or_else(damaged)?;
    let known = call.module.states.get(aggregate.state).ok_or_else(damaged)?;
    let fields = aggregate.group.iter().filter_map(|field| known.fields.get(*field as usize));
    Ok((key(call, fields)?, aggregate.kind, aggregate.group.len()))
}

/// The world gives what the aggregate's kind says, or it is damaged.
fn misfit(call: &Call, id: AggregateId) -> Fault {
    let name = call.module.aggregates.get(id).map_or("", |aggregate| aggregate.name.as_str());
    Fault::World(WorldError(format!("the aggregate `{name}` does not hold what the program keeps in it")))
}

/// What an aggregate holds: a number, or a bag.
pub(super) fn aggregate_get(call: &mut Call, id: AggregateId) -> Result<Slot, Fault> {
    call.memory.charge(1)?;
    let (group, kind, _) = group(call, id)?;
    match (call.world.aggregate(id, &group)?, kind == AggregateKind::SumMoney) {
        (AggregateValue::Wide(units), false) => Ok(Slot::wide(units)),
        (AggregateValue::Bag(entries), true) => {
            call.work(entries.len() as u64 * ELEMENT)?;
            Ok(Slot::reference(call.memory.new_bag(&entries)?))
        }
        _ => Err(misfit(call, id)),
    }
}

/// Adds to an aggregate, or takes away.
pub(super) fn aggregate_add(call: &mut Call, id: AggregateId, away: bool) -> Result<(), Fault> {
    call.memory.charge(1)?;
    let (group, kind, next) = group(call, id)?;
    let operation = if away { checked_sub } else { checked_add };
    let new = match (call.world.aggregate(id, &group)?, kind == AggregateKind::SumMoney) {
        (AggregateValue::Wide(old), false) => {
            let sum = operation(old, call.wide(next)?);
            AggregateValue::Wide(sum.map_err(|error| {
                let name = call.module.aggregates.get(id).map_or("", |aggregate| aggregate.name.as_str());
                Fault::exact(error, format!("the sum `{name}` is outside 128 bits"))
            })?)
        }
        (AggregateValue::Bag(entries), true) => {
            call.work(entries.len() as u64 * ELEMENT)?;
            let (units, currency) = call.money(next)?;
            let mut entries: Entries = entries.to_vec();
            change(call.module, &mut entries, (currency, units), operation)?;
            AggregateValue::Bag(entries.into())
        }
        _ => return Err(misfit(call, id)),
    };
    Ok(call.world.set_aggregate(id, &group, new)?)
}

/// The caller's name, as a text.
pub(super) fn caller(call: &mut Call) -> Result<Slot, Fault> {
    let caller = call.world.env().caller.clone();
    call.work(caller.len() as u64)?;
    Ok(Slot::reference(call.memory.new_text(&caller)?))
}

/// What an event in the queue takes of the memory budget, so that the queue is bounded with it.
const QUEUED: u64 = 32;

/// Queues an event. Its data stays where it is: nothing in program memory is freed or changed before the entry ends.
pub(super) fn emit(call: &mut Call, event: EventId) -> Result<(), Fault> {
    call.memory.charge(1)?;
    call.memory.alloc(QUEUED)?;
    let data = call.arg(0)?;
    Ok(call.world.emit(event, data)?)
}
