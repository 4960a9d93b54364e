//! Sorting a list by keys: merge sort of our own, so that the number of comparisons, which is charged, is part of the
//! definition. It is stable: elements with equal keys stay in their order.

use super::call::{Call, ELEMENT};
use super::order;
use crate::{Fault, Slot, TypeId};
use std::cmp::Ordering;

/// A new list of the elements of a list (argument 0) in the order of their keys (a list of as many, argument 1).
///
/// Runs of 1, 2, 4, … elements are merged from the front; each element that is moved and each comparison is work.
pub(super) fn sort(call: &mut Call, element: TypeId, key: TypeId) -> Result<Slot, Fault> {
    let (list, keys) = (call.reference(0)?, call.reference(1)?);
    let length = call.memory.length(list)?;
    if call.memory.length(keys)? != length {
        return Err(Fault::damaged("key for each element"));
    }
    let kind = call.module.kind(key);
    let keys = (0..length).map(|at| call.memory.element(keys, at, kind)).collect::<Result<Vec<_>, _>>()?;
    let mut places: Vec<usize> = (0..keys.len()).collect();
    let mut width = 1;
    while width < places.len() {
        let mut merged = Vec::with_capacity(places.len());
        for pair in places.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(call, key, &keys, left, right, &mut merged)?;
        }
        places = merged;
        width *= 2;
    }
    let kind = call.module.kind(element);
    call.work(length * ELEMENT)?;
    let values = places.into_iter().map(|at| call.memory.element(list, at as u64, kind));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    call.new_list(kind, values.into_iter())
}

/// Two runs in one; of equal keys the left one comes first.
fn merge(
    call: &mut Call,
    key: TypeId,
    keys: &[Slot],
    left: &[usize],
    right: &[usize],
    merged: &mut Vec<usize>,
) -> Result<(), Fault> {
    let (mut left, mut right) = (left, right);
    call.work((left.len() + right.len()) as u64 * ELEMENT)?;
    while let ([a, rest_left @ ..], [b, rest_right @ ..]) = (left, right) {
        let (Some(x), Some(y)) = (keys.get(*a), keys.get(*b)) else { return Err(Fault::damaged("key")) };
        call.work(ELEMENT)?;
        if order::compared(call, key, *x, *y)? == Ordering::Greater {
            merged.push(*b);
            right = rest_right;
        } else {
            merged.push(*a);
            left = rest_left;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    Ok(())
}
