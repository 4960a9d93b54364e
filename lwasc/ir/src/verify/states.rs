//! Rules 3 and 7 to 9 of states, events' data and aggregates: what they hold and how it is found.

use super::types::holding;
use super::{VerifyError, check};
use crate::{Module, State, StateKind, Type, TypeId};
use cranelift_entity::SecondaryMap;

/// The most digits of what is stored.
const MAX_STORED_DIGITS: u8 = 18;

/// The most fields of a key, an index or a group.
const MAX_KEY: u32 = 64;

/// Types that hold something that may not be here or there.
struct Held {
    numbers: SecondaryMap<TypeId, bool>,
    computed: SecondaryMap<TypeId, bool>,
    digits: SecondaryMap<TypeId, bool>,
    rows: SecondaryMap<TypeId, bool>,
}

pub(super) fn verify(module: &Module) -> Result<(), VerifyError> {
    let held = Held {
        numbers: holding(module, |ty| ty == Type::Number),
        computed: holding(module, |ty| matches!(ty, Type::Fraction | Type::Bag)),
        digits: holding(
            module,
            |ty| matches!(ty, Type::Decimal(digits) | Type::Amount(_, digits) if digits > MAX_STORED_DIGITS),
        ),
        rows: holding(module, |ty| matches!(ty, Type::Row(_))),
    };
    for state in module.states.values() {
        shape(module, state)?;
        stored(state, &held)?;
    }
    for aggregate in module.aggregates.values() {
        let place = || format!("aggregate {}", aggregate.name);
        let state = module.states.get(aggregate.state);
        check(state.is_some(), 1, place, || format!("{:?} is not there", aggregate.state))?;
        let few = aggregate.group.len() <= MAX_KEY as usize;
        let grouped =
            few && state.is_some_and(|state| aggregate.group.iter().all(|field| is_findable(module, state, *field)));
        check(grouped, 9, place, || "it is grouped by what is no stored field of a key type".to_owned())?;
    }
    inputs(module, &held)
}

/// Whether a field can be a part of a key.
fn is_key(module: &Module, state: &State, field: u32) -> bool {
    let field = state.fields.get(field as usize).filter(|_| field < state.stored);
    field.is_some_and(|field| is_key_type(module, field.ty))
}

/// Whether rows can be found, or grouped, by a field: those that have a value there.
fn is_findable(module: &Module, state: &State, field: u32) -> bool {
    let field = state.fields.get(field as usize).filter(|_| field < state.stored);
    field.is_some_and(|field| is_key_type(module, module.part_type(field.ty)))
}

/// Whether rows can be found by a field through an index: by a value there, or between values.
fn is_indexable(module: &Module, state: &State, field: u32) -> bool {
    let found = state.fields.get(field as usize).filter(|_| field < state.stored);
    let ty = found.and_then(|field| module.types.get(module.part_type(field.ty)));
    is_findable(module, state, field) || matches!(ty, Some(Type::Decimal(_) | Type::Amount(..) | Type::Duration))
}

fn is_key_type(module: &Module, ty: TypeId) -> bool {
    match module.types.get(ty) {
        Some(Type::Bool | Type::Int | Type::Text | Type::Currency | Type::Time | Type::Date) => true,
        Some(Type::Enum(id)) => module.enums.get(*id).is_some_and(|known| known.is_plain()),
        _ => false,
    }
}

fn shape(module: &Module, state: &State) -> Result<(), VerifyError> {
    let place = || format!("state {}.{}", state.module, state.name);
    let (key, stored) = (state.key as usize, state.stored as usize);
    let ordered = key <= stored && stored <= state.fields.len() && state.computed.len() == state.fields.len() - stored;
    check(ordered, 7, place, || "its fields are not key, stored and computed ones".to_owned())?;
    let keyed = state.key <= MAX_KEY && (0..state.key).all(|field| is_key(module, state, field));
    check(keyed, 7, place, || "its key is too long or has a field of no key type".to_owned())?;
    for index in &state.indexes {
        let fine = !index.is_empty()
            && index.len() <= MAX_KEY as usize
            && index.iter().all(|field| is_indexable(module, state, *field));
        check(fine, 7, place, || "an index has a field that is not stored or of no key type".to_owned())?;
    }
    let ty = |field: usize| state.fields.get(field).and_then(|field| module.types.get(field.ty));
    let fits = match state.kind {
        StateKind::Single => key == 0 && state.initial.is_some(),
        StateKind::Keyed => key > 0 && state.initial.is_none(),
        StateKind::Journal => {
            let begins = key == 1 && stored >= 2 && ty(0) == Some(&Type::Int) && ty(1) == Some(&Type::Time);
            begins && state.initial.is_none()
        }
    };
    check(fits, 7, place, || format!("key and initial row are not those of a {:?} state", state.kind))
}

fn stored(state: &State, held: &Held) -> Result<(), VerifyError> {
    for field in state.fields.iter().take(state.stored as usize) {
        let place = || format!("state {}.{}", state.module, state.name);
        let storable = !held.numbers[field.ty] && !held.computed[field.ty] && !held.rows[field.ty];
        check(storable, 8, place, || format!("`{}` can't be stored", field.name))?;
        check(!held.digits[field.ty], 3, place, || format!("`{}` has too many digits to be stored", field.name))?;
    }
    Ok(())
}

/// What events and queries are given.
fn inputs(module: &Module, held: &Held) -> Result<(), VerifyError> {
    let events = module.events.values().map(|event| {
        let record = module.records.get(event.record);
        (&event.name, record.map(|record| record.fields.as_slice()))
    });
    let queries = module.queries.iter().map(|query| (&query.name, Some(query.params.as_slice())));
    for (name, fields) in events.chain(queries) {
        let there = fields.is_some();
        check(there, 1, || format!("event {name}"), || "its data is not there".to_owned())?;
        for field in fields.unwrap_or_default() {
            let given = !held.computed[field.ty] && !held.rows[field.ty];
            check(given, 8, || name.clone(), || format!("`{}` can't be given from outside", field.name))?;
        }
    }
    Ok(())
}
