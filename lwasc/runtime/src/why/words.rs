//! Rows and values as people read them.

use lwas_exact::format_decimal;
use lwas_ir::world::Row;
use lwas_ir::{CurrencyId, Key, Module, StateId, Type, TypeId, Value};

use super::FieldChange;
use crate::data;
use crate::judge::KeyText;

/// A row's name: `Account["ann"]`.
pub fn row_name(module: &Module, state: StateId, key: &Key) -> String {
    KeyText(module, state, key).to_string()
}

/// The stored fields that differ, without the key.
pub fn changed_fields(module: &Module, state: StateId, before: Option<&Row>, after: Option<&Row>) -> Vec<FieldChange> {
    let Some(known) = module.states.get(state) else { return Vec::new() };
    let fields = known.fields.iter().enumerate().take(known.stored as usize).skip(known.key as usize);
    let value = |row: Option<&Row>, place: usize, ty| Some(text(module, ty, row?.get(place)?));
    let change = |(place, field): (usize, &lwas_ir::Field)| {
        let (before, after) = (value(before, place, field.ty), value(after, place, field.ty));
        (before != after).then(|| FieldChange { name: field.name.clone(), before, after })
    };
    fields.filter_map(change).collect()
}

/// A value: amounts with their currency, what has a name or a date by that, all else as JSON.
fn text(module: &Module, ty: TypeId, value: &Value) -> String {
    let code = |id: CurrencyId| module.currencies.get(id).map_or("?", |known| known.code.as_str());
    match (module.types.get(ty), value) {
        (Some(Type::Amount(currency, digits)), Value::Wide(units)) => {
            format!("{} {}", format_decimal(*units, *digits), code(*currency))
        }
        (_, Value::Money { units, currency }) => {
            let digits = module.currencies.get(*currency).map_or(0, |known| known.digits);
            format!("{} {}", format_decimal(*units, digits), code(*currency))
        }
        (Some(Type::Option(_)), Value::None) => "none".to_owned(),
        (Some(Type::Option(inner)), Value::Some(value)) => text(module, *inner, value),
        (Some(Type::Time | Type::Date | Type::Duration | Type::Currency), _) | (Some(Type::Enum(_)), Value::Int(_)) => {
            data::json_text(module, ty, value).trim_matches('"').to_owned()
        }
        _ => data::json_text(module, ty, value),
    }
}
