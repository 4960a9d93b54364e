//! Sorting, of lists by keys and of a map's entries: merge sort of our own, so that the number of comparisons, which is
//! charged, is part of the definition. It is stable: elements with equal keys stay in their order.

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
    let places = merge_sorted(call, (0..keys.len()).collect(), |call, a: usize, b: usize| {
        let (Some(x), Some(y)) = (keys.get(a), keys.get(b)) else { return Err(Fault::damaged("key")) };
        call.work(ELEMENT)?;
        order::compared(call, key, *x, *y)
    })?;
    let kind = call.module.kind(element);
    call.work(length * ELEMENT)?;
    let values = places.into_iter().map(|at| call.memory.element(list, at as u64, kind));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    call.new_list(kind, values.into_iter())
}

/// Items in order, equal ones as they were; `compared` charges for each comparison.
pub(super) fn merge_sorted<T: Copy>(
    call: &mut Call,
    mut items: Vec<T>,
    mut compared: impl FnMut(&mut Call, T, T) -> Result<Ordering, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut width = 1;
    while width < items.len() {
        let mut merged = Vec::with_capacity(items.len());
        for pair in items.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(call, left, right, &mut merged, &mut compared)?;
        }
        items = merged;
        width *= 2;
    }
    Ok(items)
}

/// Two runs in one; of equal items the left one comes first.
fn merge<T: Copy>(
    call: &mut Call,
    left: &[T],
    right: &[T],
    merged: &mut Vec<T>,
    compared: &mut impl FnMut(&mut Call, T, T) -> Result<Ordering, Fault>,
) -> Result<(), Fault> {
    let (mut left, mut right) = (left, right);
    call.work((left.len() + right.len()) as u64 * ELEMENT)?;
    while let ([a, rest_left @ ..], [b, rest_right @ ..]) = (left, right) {
        if compared(call, *a, *b)? == Ordering::Greater {
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
