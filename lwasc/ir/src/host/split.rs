//! `split` and `split_first`: an amount in proportion to weights, adding up exactly. The work is the weights.

use super::call::{Call, ELEMENT};
use crate::{Fault, Kind, Slot};
use lwas_exact::{ExactError, split as by_remainder, split_first as by_place};

/// The shares of units by the weights of argument 1.
fn shares(call: &mut Call, units: i128, first: bool) -> Result<Vec<i128>, Fault> {
    let list = call.reference(1)?;
    let length = call.memory.length(list)?;
    call.work(length * ELEMENT)?;
    let weights = (0..length).map(|index| Ok(call.memory.element(list, index, Kind::I128)?.as_wide()));
    let weights = weights.collect::<Result<Vec<_>, Fault>>()?;
    let shares = if first { by_place(units, &weights) } else { by_remainder(units, &weights) };
    shares.map_err(|error| {
        let detail = match (error, weights.iter().position(|weight| *weight < 0)) {
            (ExactError::BadWeights, Some(place)) => format!("weight {place} of the split is negative"),
            (ExactError::BadWeights, None) if weights.is_empty() => "the split has no weights".to_owned(),
            (ExactError::BadWeights, None) => "the weights of the split add up to zero".to_owned(),
            _ => "a share of the split is outside 128 bits".to_owned(),
        };
        Fault::exact(error, detail)
    })
}

/// Units into a list of units.
pub(super) fn split(call: &mut Call, first: bool) -> Result<Slot, Fault> {
    let units = call.wide(0)?;
    let shares = shares(call, units, first)?;
    call.new_list(Kind::I128, shares.into_iter().map(Slot::wide))
}

/// Money into a list of Money: each share is made, then the list.
pub(super) fn split_money(call: &mut Call, first: bool) -> Result<Slot, Fault> {
    let (units, currency) = call.money(0)?;
    let mut all = Vec::new();
    for share in shares(call, units, first)? {
        all.push(Slot::reference(call.memory.new_money(share, currency)?));
    }
    call.new_list(Kind::Ref, all.into_iter())
}
