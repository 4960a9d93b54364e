//! What two versions of a program must agree about to go on with one ledger: states with their keys, fields and indexes, and
//! the events. As lines of text, so that a difference can be shown; as a hash, so that it can be compared.

use lwas_ir::{EnumId, Field, Module, StateKind, Type, TypeId};
use lwas_seal::{Hash, Hasher};
use std::collections::BTreeSet;

/// The shape of what a program stores and takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    lines: BTreeSet<String>,
}

/// The schema of a module that the verifier has passed.
pub fn schema(module: &Module) -> Schema {
    // All currencies, since Money can be of any.
    let currencies = module.currencies.values().map(|known| format!("currency {}({})", known.code, known.digits));
    let mut lines: BTreeSet<String> = currencies.collect();
    // Agendas follow from the rules that are due.
    for (_, state) in module.states.iter().filter(|(id, _)| !module.is_hidden(*id)) {
        let kind = match state.kind {
            StateKind::Keyed => "state",
            StateKind::Single => "single state",
            StateKind::Journal => "journal",
        };
        let name = |field: &u32| state.fields.get(*field as usize).map_or("?", |field| field.name.as_str());
        let owner = format!("{}.{}", state.module, state.name);
        let key: Vec<&str> = (0..state.key).map(|field| name(&field)).collect();
        lines.insert(format!("{kind} {owner}[{}]", key.join(", ")));
        for (place, field) in state.fields.iter().take(state.stored as usize).enumerate() {
            let ty = type_name(module, field.ty, &mut lines);
            lines.insert(format!("{owner}: {place} {}: {ty}", field.name));
        }
        for index in &state.indexes {
            let fields: Vec<&str> = index.iter().map(name).collect();
            lines.insert(format!("{owner}: index ({})", fields.join(", ")));
        }
    }
    for event in module.events.values() {
        let fields = fields(module, &module.records[event.record].fields, &mut lines);
        let key = event.key.and_then(|key| module.records[event.record].fields.get(key as usize));
        let key = key.map_or_else(String::new, |field| format!(" key {}", field.name));
        lines.insert(format!("event {}{key} {{ {fields} }}", event.name));
    }
    Schema { lines }
}

impl Schema {
    /// Its lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// The hash of its lines, each with a newline behind it.
    pub fn hash(&self) -> Hash {
        let mut hasher = Hasher::new();
        for line in &self.lines {
            hasher.update(line.as_bytes()).update(b"\n");
        }
        hasher.finish()
    }

    /// What differs in a later one: `- ` and what is gone, then `+ ` and what is new.
    pub fn differences(&self, later: &Schema) -> Vec<String> {
        let gone = self.lines.difference(&later.lines).map(|line| format!("- {line}"));
        gone.chain(later.lines.difference(&self.lines).map(|line| format!("+ {line}"))).collect()
    }
}

fn fields(module: &Module, fields: &[Field], lines: &mut BTreeSet<String>) -> String {
    let each = fields.iter().map(|field| format!("{}: {}", field.name, type_name(module, field.ty, lines)));
    each.collect::<Vec<_>>().join(", ")
}

/// A type as a program writes it; the enums and records that it names get lines of their own. No type nests in itself.
fn type_name(module: &Module, ty: TypeId, lines: &mut BTreeSet<String>) -> String {
    match module.types[ty] {
        Type::Decimal(digits) => format!("Decimal({digits})"),
        Type::Amount(currency, digits) => format!("{}({digits})", module.currencies[currency].code),
        Type::Option(inner) => format!("{}?", type_name(module, inner, lines)),
        Type::List(inner) => format!("List<{}>", type_name(module, inner, lines)),
        Type::Map(inner) => format!("Map<Text, {}>", type_name(module, inner, lines)),
        Type::Enum(id) => enum_name(module, id, lines),
        Type::Record(id) => {
            let known = &module.records[id];
            let inner = fields(module, &known.fields, lines);
            lines.insert(format!("record {} {{ {inner} }}", known.name));
            known.name.clone()
        }
        Type::Row(id) => format!("{}.{}", module.states[id].module, module.states[id].name),
        plain => format!("{plain:?}"),
    }
}

fn enum_name(module: &Module, id: EnumId, lines: &mut BTreeSet<String>) -> String {
    let known = &module.enums[id];
    let variant = |variant: &lwas_ir::Variant, lines: &mut BTreeSet<String>| match variant.fields.as_slice() {
        [] => variant.name.clone(),
        payload => format!("{}({})", variant.name, fields(module, payload, lines)),
    };
    let variants: Vec<String> = known.variants.iter().map(|known| variant(known, lines)).collect();
    lines.insert(format!("enum {} {{ {} }}", known.name, variants.join(", ")));
    known.name.clone()
}
