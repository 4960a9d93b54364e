//! Bags: sums of Money of several currencies, ordered by currency, no entry zero. The work is the entries of the operands.

use super::call::{Call, ELEMENT};
use super::format::money;
use crate::{CurrencyId, Fault, Kind, Module, Slot};
use lwas_exact::{ExactError, checked_add, checked_neg, checked_sub};

/// Entries by currency.
pub(super) type Entries = Vec<(CurrencyId, i128)>;

fn operand(call: &mut Call, index: usize) -> Result<Entries, Fault> {
    let bag = call.reference(index)?;
    let entries = call.memory.length(bag)?;
    call.work(entries * ELEMENT)?;
    call.memory.bag(call.module, bag)
}

fn give(call: &mut Call, entries: &[(CurrencyId, i128)]) -> Result<Slot, Fault> {
    Ok(Slot::reference(call.memory.new_bag(entries)?))
}

/// Adds (or takes away) one currency's units in a sorted list of entries; what becomes zero goes.
pub(super) fn change(
    module: &Module,
    entries: &mut Entries,
    (currency, units): (CurrencyId, i128),
    operation: fn(i128, i128) -> Result<i128, ExactError>,
) -> Result<(), Fault> {
    let found = entries.binary_search_by_key(&currency, |entry| entry.0);
    let old = found.ok().and_then(|place| entries.get(place)).map_or(0, |entry| entry.1);
    let new = operation(old, units).map_err(|error| {
        let (old, units) = (money(module, old, currency), money(module, units, currency));
        Fault::exact(error, format!("the sum of {old} and {units} is outside 128 bits"))
    })?;
    match found {
        Ok(place) if new == 0 => {
            entries.remove(place);
        }
        Ok(place) => {
            if let Some(entry) = entries.get_mut(place) {
                entry.1 = new;
            }
        }
        Err(_) if new == 0 => {}
        Err(place) => entries.insert(place, (currency, new)),
    }
    Ok(())
}

pub(super) fn new(call: &mut Call) -> Result<Slot, Fault> {
    give(call, &[])
}

pub(super) fn add(call: &mut Call) -> Result<Slot, Fault> {
    combine(call, checked_add)
}

pub(super) fn sub(call: &mut Call) -> Result<Slot, Fault> {
    combine(call, checked_sub)
}

fn combine(call: &mut Call, operation: fn(i128, i128) -> Result<i128, ExactError>) -> Result<Slot, Fault> {
    let mut sum = operand(call, 0)?;
    for entry in operand(call, 1)? {
        change(call.module, &mut sum, entry, operation)?;
    }
    give(call, &sum)
}

pub(super) fn neg(call: &mut Call) -> Result<Slot, Fault> {
    let mut entries = operand(call, 0)?;
    for (currency, units) in &mut entries {
        *units = checked_neg(*units).map_err(|error| {
            Fault::exact(error, format!("-({}) is outside 128 bits", money(call.module, *units, *currency)))
        })?;
    }
    give(call, &entries)
}

/// A bag that holds this Money alone.
pub(super) fn from_money(call: &mut Call) -> Result<Slot, Fault> {
    match call.money(0)? {
        (0, _) => give(call, &[]),
        (units, currency) => give(call, &[(currency, units)]),
    }
}

/// Its Money of a currency.
pub(super) fn get(call: &mut Call) -> Result<Slot, Fault> {
    let (entries, currency) = (operand(call, 0)?, call.currency(1)?);
    let units = entries.iter().find(|entry| entry.0 == currency).map_or(0, |entry| entry.1);
    Ok(Slot::reference(call.memory.new_money(units, currency)?))
}

/// Its Money as a list, by currency: each Money is made, then the list.
pub(super) fn list(call: &mut Call) -> Result<Slot, Fault> {
    let mut all = Vec::new();
    for (currency, units) in operand(call, 0)? {
        all.push(Slot::reference(call.memory.new_money(units, currency)?));
    }
    call.new_list(Kind::Ref, all.into_iter())
}
