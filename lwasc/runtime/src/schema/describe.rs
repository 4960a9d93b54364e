//! What two programs must agree about to share a ledger: states, their types, currencies. As lines of text, so that a difference
//! can be shown. Aggregates follow from states, so they need not agree about those; but who reads what another version has kept
//! must mean the same by it: `other_aggregates`.

use std::collections::{BTreeMap, BTreeSet};

use lwas_ir::print::meaning;
use lwas_ir::{Field, FuncId, Inst, Module, StateKind, Type, TypeId};

/// One line a currency, enum, record and state, in order; those types that no state uses are left out, and
/// currencies all stand there, as any of them may be in a row.
pub fn describe(module: &Module) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for currency in module.currencies.values() {
        lines.insert(format!("currency {}({})", currency.code, currency.digits));
    }
    for (_, state) in module.states.iter().filter(|(id, _)| !module.is_hidden(*id)) {
        let kind = match state.kind {
            StateKind::Keyed => "state",
            StateKind::Single => "single",
            StateKind::Journal => "journal",
        };
        let stored = state.fields.get(..state.stored as usize).unwrap_or(&state.fields);
        let (key, rest) = stored.split_at((state.key as usize).min(stored.len()));
        let (key, rest) = (fields(module, key, &mut lines), fields(module, rest, &mut lines));
        lines.insert(format!("{kind} {}.{}[{key}] {{ {rest} }}", state.module, state.name));
        let name = |field: &u32| stored.get(*field as usize).map_or("?", |field| field.name.as_str());
        for index in &state.indexes {
            let names: Vec<&str> = index.iter().map(name).collect();
            lines.insert(format!("index {}.{}({})", state.module, state.name, names.join(", ")));
        }
    }
    lines
}

/// What is in one description and not in the other: `- ` for what the ledger has, `+ ` for what the program wants.
/// A program may bring further currencies; it may not lose or change one.
pub fn differences(ledger: &BTreeSet<String>, program: &BTreeSet<String>) -> Vec<String> {
    let gone = ledger.difference(program).map(|line| format!("- {line}"));
    let codes: BTreeSet<&str> = ledger.iter().filter_map(|line| currency_code(line)).collect();
    let is_new_currency = |line: &&String| currency_code(line).is_some_and(|code| !codes.contains(code));
    let new = program.difference(ledger).filter(|line| !is_new_currency(line)).map(|line| format!("+ {line}"));
    gone.chain(new).collect()
}

/// The names of the aggregates that the two programs do not keep in the same way, or that one of them does not have. It may name
/// one too many, where the same is written in another way; never one too few.
pub fn other_aggregates(ledger: &Module, program: &Module) -> Vec<String> {
    let (ours, theirs) = (aggregates(program), aggregates(ledger));
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    names.into_iter().filter(|name| ours.get(*name) != theirs.get(*name)).cloned().collect()
}

/// For each aggregate all that its value and the place of its table depend on: numbers of currencies and variants stand in the code
/// as such, so it is as much as the code of all that is called and the declarations of all that it may name.
fn aggregates(module: &Module) -> BTreeMap<String, String> {
    let currencies = module.currencies.values().map(|currency| format!("{} {}", currency.code, currency.digits));
    let mut names: Vec<String> = currencies.collect();
    names.extend(module.enums.values().map(|known| format!("{known:?}")));
    names.extend(module.records.values().map(|known| format!("{known:?}")));
    names.extend(module.states.values().map(|state| format!("{}.{}", state.module, state.name)));
    names.extend(module.aggregates.values().map(|aggregate| aggregate.name.clone()));
    let named = names.join("\n");
    let one = |aggregate: &lwas_ir::Aggregate| {
        let mut text = format!("{named}\n{:?} {:?} {:?}", aggregate.state, aggregate.group, aggregate.kind);
        // What leaves, and when; how many have left is a count by itself.
        let windows = module.windows.iter().filter(|window| {
            let name = |id: &lwas_ir::AggregateId| module.aggregates.get(*id).map(|one| &one.name);
            window.aggregates.iter().chain([&window.left]).any(|id| name(id) == Some(&aggregate.name))
        });
        windows.for_each(|window| text.push_str(&format!(" {}", window.span)));
        let mut known = BTreeSet::new();
        let mut waiting = vec![aggregate.add];
        while let Some(func) = waiting.pop() {
            let Some(function) = module.functions.get(func).filter(|_| known.insert(func)) else { continue };
            text.push_str(&meaning(module, function));
            let insts = function.blocks.values().flat_map(|block| &block.insts);
            let called = insts.filter_map(|inst| if let Inst::Call { func, .. } = inst { Some(*func) } else { None });
            waiting.extend(called.collect::<Vec<FuncId>>());
        }
        text
    };
    module.aggregates.values().map(|aggregate| (aggregate.name.clone(), one(aggregate))).collect()
}

fn currency_code(line: &str) -> Option<&str> {
    line.strip_prefix("currency ")?.split('(').next()
}

fn fields(module: &Module, fields: &[Field], lines: &mut BTreeSet<String>) -> String {
    let field = |field: &Field| format!("{}: {}", field.name, type_name(module, field.ty, lines));
    fields.iter().map(field).collect::<Vec<_>>().join(", ")
}

/// A type's name; enums and records that it uses get lines of their own. Types are not recursive.
fn type_name(module: &Module, ty: TypeId, lines: &mut BTreeSet<String>) -> String {
    match module.types[ty] {
        Type::Decimal(digits) => format!("Decimal({digits})"),
        Type::Amount(currency, digits) => format!("{}({digits})", module.currencies[currency].code),
        Type::Option(inner) => format!("{}?", type_name(module, inner, lines)),
        Type::List(inner) => format!("List<{}>", type_name(module, inner, lines)),
        Type::Map(inner) => format!("Map<Text, {}>", type_name(module, inner, lines)),
        Type::Enum(id) => {
            let known = &module.enums[id];
            let variants: Vec<String> =
                known.variants.iter().map(|v| format!("{}({})", v.name, fields(module, &v.fields, lines))).collect();
            lines.insert(format!("enum {} {{ {} }}", known.name, variants.join(", ")));
            known.name.clone()
        }
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
