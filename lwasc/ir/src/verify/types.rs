//! Rules 1 to 6 of what modules declare: ids in types and fields, recursion, digits, currencies, names, sizes.

use super::{VerifyError, broken, check, unique};
use crate::memory::MAX_DEPTH;
use crate::{Field, MAX_TEXT, Module, Type, TypeId};
use cranelift_entity::{EntityRef, SecondaryMap};
use lwas_exact::MAX_DIGITS;
use std::collections::HashSet;

/// The most bytes of a record, row or variant.
pub(super) const MAX_VALUE: u64 = 1 << 20;

/// The most bytes of all text constants.
const MAX_CONSTANTS: u64 = 16 << 20;

/// The most digits of a currency.
const MAX_CURRENCY_DIGITS: u8 = 18;

pub(super) fn verify(module: &Module) -> Result<(), VerifyError> {
    currencies(module)?;
    let mut seen = HashSet::new();
    for (id, ty) in &module.types {
        one(module, id, *ty)?;
        check(seen.insert(*ty), 5, || format!("{id:?}"), || format!("{ty:?} is there twice"))?;
    }
    for (place, fields) in groups(module) {
        for field in fields {
            known(module, field.ty, &place)?;
        }
        unique(fields.iter().map(|field| field.name.as_str()), &place)?;
    }
    nesting(module)?;
    names(module)?;
    sizes(module)
}

/// Everything that has fields, with what it is called.
fn groups(module: &Module) -> impl Iterator<Item = (String, &[Field])> {
    let records = module.records.values().map(|record| (format!("record {}", record.name), record.fields.as_slice()));
    let states = module.states.values().map(|state| (format!("state {}", state.name), state.fields.as_slice()));
    let queries = module.queries.iter().map(|query| (format!("query {}", query.name), query.params.as_slice()));
    let variants = module.enums.values().flat_map(|known| {
        let variants = known.variants.iter();
        variants.map(|variant| (format!("variant {}.{}", known.name, variant.name), variant.fields.as_slice()))
    });
    records.chain(states).chain(queries).chain(variants)
}

fn currencies(module: &Module) -> Result<(), VerifyError> {
    let mut last = "";
    for currency in module.currencies.values() {
        let place = || format!("currency {}", currency.code);
        check(last < currency.code.as_str(), 4, place, || format!("it does not come after `{last}`"))?;
        let digits = currency.digits;
        check(digits <= MAX_CURRENCY_DIGITS, 3, place, || format!("it has {digits} digits"))?;
        last = &currency.code;
    }
    Ok(())
}

pub(super) fn known(module: &Module, ty: TypeId, place: &str) -> Result<(), VerifyError> {
    check(module.types.is_valid(ty), 1, || place.to_owned(), || format!("{ty:?} is not there"))
}

/// What a type names is there.
fn one(module: &Module, id: TypeId, ty: Type) -> Result<(), VerifyError> {
    let place = || format!("{id:?}");
    let there = match ty {
        Type::Amount(currency, _) => module.currencies.is_valid(currency),
        Type::Option(inner) | Type::List(inner) | Type::Map(inner) => module.types.is_valid(inner),
        Type::Enum(id) => module.enums.get(id).is_some_and(|known| !known.variants.is_empty()),
        Type::Record(id) => module.records.is_valid(id),
        Type::Row(id) => module.states.is_valid(id),
        _ => true,
    };
    check(there, 1, place, || format!("what {ty:?} names is not there"))?;
    if let Type::Decimal(digits) | Type::Amount(_, digits) = ty {
        check(digits <= MAX_DIGITS, 3, place, || format!("it has {digits} digits"))?;
    }
    let doubled = matches!(ty, Type::Option(inner) if matches!(module.types.get(inner), Some(Type::Option(_))));
    check(!doubled, 2, place, || "it is an option of an option".to_owned())
}

/// Hands on the types that a type holds.
fn parts(module: &Module, ty: TypeId, part: &mut impl FnMut(TypeId)) {
    let fields: &[Field] = match module.types.get(ty) {
        Some(Type::Option(inner) | Type::List(inner) | Type::Map(inner)) => return part(*inner),
        Some(Type::Enum(id)) => {
            let variants = module.enums.get(*id).map(|known| known.variants.as_slice()).unwrap_or_default();
            return variants.iter().flat_map(|variant| &variant.fields).for_each(|field| part(field.ty));
        }
        Some(Type::Record(id)) => module.records.get(*id).map(|record| record.fields.as_slice()).unwrap_or_default(),
        Some(Type::Row(id)) => module.states.get(*id).map(|state| state.fields.as_slice()).unwrap_or_default(),
        _ => return,
    };
    fields.iter().for_each(|field| part(field.ty));
}

/// Types from those that hold nothing to those that hold them: a type that never becomes ready is recursive.
fn nesting(module: &Module) -> Result<(), VerifyError> {
    let mut waiting: SecondaryMap<TypeId, usize> = SecondaryMap::new();
    let mut holders: SecondaryMap<TypeId, Vec<TypeId>> = SecondaryMap::new();
    for ty in module.types.keys() {
        parts(module, ty, &mut |part| {
            waiting[ty] += 1;
            holders[part].push(ty);
        });
    }
    let mut depth: SecondaryMap<TypeId, u32> = SecondaryMap::new();
    let mut ready = module.types.keys().filter(|ty| waiting[*ty] == 0).collect::<Vec<_>>();
    let mut done = 0;
    while let Some(ty) = ready.pop() {
        done += 1;
        let above = depth[ty] + 1;
        check(above <= MAX_DEPTH, 2, || format!("{ty:?}"), || format!("it nests more than {MAX_DEPTH} deep"))?;
        for holder in std::mem::take(&mut holders[ty]) {
            depth[holder] = depth[holder].max(above);
            waiting[holder] -= 1;
            if waiting[holder] == 0 {
                ready.push(holder);
            }
        }
    }
    match module.types.keys().find(|ty| waiting[*ty] > 0) {
        Some(ty) if done < module.types.len() => broken(2, format!("{ty:?}"), "it holds itself"),
        _ => Ok(()),
    }
}

fn names(module: &Module) -> Result<(), VerifyError> {
    unique(module.functions.values().map(|function| function.name.as_str()), "functions")?;
    unique(module.enums.values().map(|known| known.name.as_str()), "enums")?;
    unique(module.records.values().map(|record| record.name.as_str()), "records")?;
    unique(module.aggregates.values().map(|aggregate| aggregate.name.as_str()), "aggregates")?;
    unique(module.events.values().map(|event| event.name.as_str()), "events")?;
    unique(module.queries.iter().map(|query| query.name.as_str()), "queries")?;
    for known in module.enums.values() {
        unique(known.variants.iter().map(|variant| variant.name.as_str()), &format!("enum {}", known.name))?;
    }
    let states = module.states.values().map(|state| format!("{}.{}", state.module, state.name)).collect::<Vec<_>>();
    unique(states.iter().map(String::as_str), "states")
}

fn sizes(module: &Module) -> Result<(), VerifyError> {
    for (place, fields) in groups(module) {
        // A value is also a variant's number, of 8 bytes.
        let size = fields.iter().fold(8u64, |size, field| size + u64::from(module.kind(field.ty).size()));
        check(size <= MAX_VALUE, 6, || place, || format!("it takes {size} bytes"))?;
    }
    let mut total = 0;
    for (id, text) in &module.texts {
        check(text.len() <= MAX_TEXT, 6, || format!("{id:?}"), || format!("it has {} bytes", text.len()))?;
        total += text.len() as u64 + 16;
    }
    check(total <= MAX_CONSTANTS, 6, || "texts".to_owned(), || format!("together they take {total} bytes"))
}

/// Which types hold, at any depth, one that `is` describes. Types are known not to be recursive.
pub(super) fn holding(module: &Module, is: impl Fn(Type) -> bool) -> SecondaryMap<TypeId, bool> {
    let mut holds: SecondaryMap<TypeId, bool> = SecondaryMap::new();
    let mut holders: SecondaryMap<TypeId, Vec<TypeId>> = SecondaryMap::new();
    let mut found = vec![];
    for (id, ty) in &module.types {
        parts(module, id, &mut |part| holders[part].push(id));
        if is(*ty) {
            found.push(id);
        }
    }
    while let Some(ty) = found.pop() {
        if !std::mem::replace(&mut holds[ty], true) {
            found.append(&mut holders[ty]);
        }
    }
    debug_assert!(holds.keys().all(|ty| ty.index() < module.types.len()), "only types that are there are found");
    holds
}
