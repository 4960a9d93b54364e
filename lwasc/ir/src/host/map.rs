//! Maps: two lists of one length, the keys in order of code point, each once, and the values in the order of their keys.
//!
//! The work: each entry that is moved, and each comparison of two keys with the bytes of the shorter. Keys are compared as
//! `order` compares texts.

use super::call::{Call, ELEMENT};
use super::sort::merge_sorted;
use super::{format, order};
use crate::{FailReason, Fault, Kind, MAX_LIST, Ref, Slot, TypeId};
use std::cmp::Ordering;

/// An entry of a map that lies in memory: its key, its value.
type Entry = (Ref, Slot);

/// The order of two keys.
fn compared(call: &mut Call, a: Ref, b: Ref) -> Result<Ordering, Fault> {
    call.work(ELEMENT)?;
    order::texts(call, a, b)
}

/// An argument's entries, each of which is work.
fn entries(call: &mut Call, index: usize, kind: Kind) -> Result<Vec<Entry>, Fault> {
    let (keys, values, length) = call.memory.map(call.reference(index)?)?;
    pairs(call, keys, values, length, kind)
}

fn pairs(call: &mut Call, keys: Ref, values: Ref, length: u64, kind: Kind) -> Result<Vec<Entry>, Fault> {
    call.work(length * ELEMENT)?;
    let memory = &call.memory;
    let pair = |at| Ok((memory.element(keys, at, Kind::Ref)?.as_ref(), memory.element(values, at, kind)?));
    (0..length).map(pair).collect()
}

/// A map of entries that are in order: the keys, the values, then the map.
fn give(call: &mut Call, kind: Kind, entries: &[Entry]) -> Result<Slot, Fault> {
    if entries.len() as u64 > MAX_LIST.unsigned_abs() {
        return Err(Fault::too_long("map"));
    }
    let keys = call.new_list(Kind::Ref, entries.iter().map(|(key, _)| Slot::reference(*key)))?;
    let values = call.new_list(kind, entries.iter().map(|(_, value)| *value))?;
    Ok(Slot::reference(call.memory.new_map(keys.as_ref(), values.as_ref())?))
}

/// A map of keys and as many values, in any order.
///
/// Keys that come in order cost one comparison each. Else they are sorted as `sort` sorts, and looked through once more for
/// one that is there twice.
pub(super) fn new(call: &mut Call, value: TypeId) -> Result<Slot, Fault> {
    let (keys, values) = (call.reference(0)?, call.reference(1)?);
    let length = call.memory.length(keys)?;
    if call.memory.length(values)? != length {
        return Err(Fault::damaged("value for each key"));
    }
    let kind = call.module.kind(value);
    let mut entries = pairs(call, keys, values, length, kind)?;
    if !ascending(call, &entries)? {
        entries = merge_sorted(call, entries, |call, a: Entry, b: Entry| compared(call, a.0, b.0))?;
        for pair in entries.windows(2) {
            let [(a, _), (b, _)] = pair else { continue };
            if compared(call, *a, *b)? == Ordering::Equal {
                let key = format::quoted(call.memory.text(*a)?);
                return Err(Fault::new(FailReason::RepeatedKey, format!("the map would have the key {key} twice")));
            }
        }
    }
    give(call, kind, &entries)
}

/// Whether each key comes after the one before it.
fn ascending(call: &mut Call, entries: &[Entry]) -> Result<bool, Fault> {
    for pair in entries.windows(2) {
        let [(a, _), (b, _)] = pair else { continue };
        if compared(call, *a, *b)? != Ordering::Less {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The place of a key in a map, or where it would be. Half of what is left is given up with each comparison, the middle being
/// the lower one of two.
fn search(call: &mut Call, map: Ref, key: Ref) -> Result<Result<u64, u64>, Fault> {
    let (keys, _, length) = call.memory.map(map)?;
    let (mut from, mut to) = (0, length);
    while from < to {
        let middle = from + (to - from - 1) / 2;
        let found = call.memory.element(keys, middle, Kind::Ref)?.as_ref();
        match compared(call, found, key)? {
            Ordering::Less => from = middle + 1,
            Ordering::Equal => return Ok(Ok(middle)),
            Ordering::Greater => to = middle,
        }
    }
    Ok(Err(from))
}

/// The place of a key, or -1.
pub(super) fn find(call: &mut Call) -> Result<Slot, Fault> {
    let (map, key) = (call.reference(0)?, call.reference(1)?);
    let place = search(call, map, key)?.map_or(-1, |place| i64::try_from(place).unwrap_or(-1));
    Ok(Slot::int(place))
}

/// The entries of two maps. One entry that is added to many is found by halving; else both are gone through side by side.
pub(super) fn merge(call: &mut Call, value: TypeId) -> Result<Slot, Fault> {
    let kind = call.module.kind(value);
    let (old, new) = (entries(call, 0, kind)?, entries(call, 1, kind)?);
    let mut merged = Vec::with_capacity(old.len() + new.len());
    if let [entry] = new.as_slice() {
        let place = search(call, call.reference(0)?, entry.0)?;
        let (at, behind) = match place {
            Ok(at) => (at, at + 1),
            Err(at) => (at, at),
        };
        merged.extend_from_slice(part(&old, 0, at)?);
        merged.push(*entry);
        merged.extend_from_slice(part(&old, behind, old.len() as u64)?);
        return give(call, kind, &merged);
    }
    let (mut left, mut right) = (old.as_slice(), new.as_slice());
    while let ([a, rest_left @ ..], [b, rest_right @ ..]) = (left, right) {
        let order = compared(call, a.0, b.0)?;
        if order == Ordering::Less {
            merged.push(*a);
            left = rest_left;
            continue;
        }
        merged.push(*b);
        right = rest_right;
        if order == Ordering::Equal {
            left = rest_left;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    give(call, kind, &merged)
}

fn part(entries: &[Entry], from: u64, to: u64) -> Result<&[Entry], Fault> {
    let range = usize::try_from(from).ok().zip(usize::try_from(to).ok());
    range.and_then(|(from, to)| entries.get(from..to)).ok_or_else(|| Fault::damaged("map"))
}

/// The entries but that of a key.
pub(super) fn remove(call: &mut Call, value: TypeId) -> Result<Slot, Fault> {
    let (map, key) = (call.reference(0)?, call.reference(1)?);
    let Ok(at) = search(call, map, key)? else { return Ok(Slot::reference(map)) };
    let kind = call.module.kind(value);
    let all = entries(call, 0, kind)?;
    let left = [part(&all, 0, at)?, part(&all, at + 1, all.len() as u64)?].concat();
    give(call, kind, &left)
}
