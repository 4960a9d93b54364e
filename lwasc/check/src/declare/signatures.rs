//! What can be seen of records, enums, events, functions and constants from outside: fields, parameters, results, types.
//! Defaults stay unknown until `values`.

use super::items::{RecordTree, RuleTree};
use super::values::unknown_value;
use super::{Declared, words};
use crate::errors::{declarations, names};
use crate::hir::{EventId, Field, FunctionId, FunctionKind, ModuleId, Type, Variant};
use lwas_base::{Span, Symbol};
use lwas_syntax::ast::{self, Ident};
use std::collections::{HashMap, HashSet};

/// Resolves all signatures.
pub(super) fn resolve(declared: &mut Declared) {
    for (id, tree) in &declared.trees.enums.clone() {
        let variants = variants(declared, declared.program.enums[id].module, tree);
        declared.program.enums[id].variants = variants;
    }
    for (id, tree) in &declared.trees.records.clone() {
        let module = declared.program.records[id].module;
        let event = declared.program.records[id].event;
        let fields = match *tree {
            RecordTree::Record(record) => {
                distinct(declared, "field", record.fields.iter().map(|f| f.name));
                record.fields.iter().map(|f| field(declared, module, f.name, &f.ty, f.default.as_ref())).collect()
            }
            RecordTree::Event(tree) => {
                distinct(declared, "field", tree.fields.iter().map(|f| f.name));
                event.iter().for_each(|event| event_key(declared, *event, tree.fields.iter().map(|f| f.key)));
                tree.fields.iter().map(|f| field(declared, module, f.name, &f.ty, f.default.as_ref())).collect()
            }
            // `attributes` copies those of the state.
            RecordTree::Settings => vec![],
            RecordTree::Action(tree) => {
                event.iter().for_each(|event| event_key(declared, *event, tree.params.iter().map(|p| p.key)));
                // The action's own parameters report what is wrong with their types.
                let before = std::mem::take(&mut declared.diagnostics);
                let fields =
                    tree.params.iter().map(|p| field(declared, module, p.name, &p.ty, p.default.as_ref())).collect();
                declared.diagnostics = before;
                fields
            }
        };
        declared.program.records[id].fields = fields;
    }
    let is_event = |(_, rule): &(ModuleId, RuleTree)| match rule {
        RuleTree::Action(_, function) => Some(*function),
        RuleTree::Rule(_) | RuleTree::Due(_) | RuleTree::Settings(..) => None,
    };
    let events: HashSet<FunctionId> = declared.trees.rules.iter().filter_map(is_event).collect();
    for (id, tree) in &declared.trees.functions.clone() {
        function(declared, id, tree, events.contains(&id));
    }
    for (id, tree) in &declared.trees.consts.clone() {
        if let Some(ty) = &tree.ty {
            let ty = declared.resolve(declared.program.consts[id].module, ty);
            declared.program.consts[id].value.ty = ty;
        }
    }
}

/// A field with its type; a default is unknown yet.
pub(super) fn field(
    declared: &mut Declared,
    module: ModuleId,
    name: Ident,
    ty: &ast::TypeExpr,
    default: Option<&ast::Expr>,
) -> Field {
    let ty = declared.resolve(module, ty);
    let default = default.map(|value| unknown_value(ty.clone(), value.span));
    Field { name: name.name, ty, default, fixed: false, span: name.span }
}

/// Says where a name comes twice.
pub(super) fn distinct(declared: &mut Declared, what: &str, list: impl Iterator<Item = Ident>) {
    let mut seen: HashMap<Symbol, Span> = HashMap::new();
    for name in list {
        match seen.get(&name.name) {
            Some(first) => {
                let twice = names::declared_twice(name.span, name.name.as_str(), what, *first);
                declared.diagnostics.push(twice);
            }
            None => {
                seen.insert(name.name, name.span);
            }
        }
    }
}

/// Refuses `key` and defaults where a parameter is a field of a key or variant.
pub(super) fn plain(declared: &mut Declared, param: &ast::Param, place: &str) {
    if let Some(span) = param.key {
        declared.diagnostics.push(declarations::misplaced_word(span, "`key`", place));
    }
    if let Some(default) = &param.default {
        declared.diagnostics.push(declarations::misplaced_word(default.span, "default", place));
    }
}

fn variants(declared: &mut Declared, module: ModuleId, tree: &ast::EnumItem) -> Vec<Variant> {
    distinct(declared, "variant", tree.variants.iter().map(|v| v.name));
    let one = |variant: &ast::Variant| {
        let text = variant.name.name.as_str();
        if !words::is_capitalised(text) {
            let better = words::upper_camel(text);
            let wrong = names::wrong_case(variant.name.span, text, "a variant", "`UpperCamel`", &better);
            declared.diagnostics.push(wrong);
        }
        distinct(declared, "field", variant.fields.iter().map(|f| f.name));
        variant.fields.iter().for_each(|param| plain(declared, param, "a variant's field"));
        let fields = variant.fields.iter().map(|f| field(declared, module, f.name, &f.ty, None)).collect();
        Variant { name: variant.name.name, fields, span: variant.name.span }
    };
    tree.variants.iter().map(one).collect()
}

fn event_key(declared: &mut Declared, event: EventId, keys: impl Iterator<Item = Option<Span>>) {
    let mut first: Option<Span> = None;
    for (number, span) in (0..).zip(keys) {
        let Some(span) = span else { continue };
        match first {
            Some(first) => {
                let name = declared.program.events[event].name;
                declared.diagnostics.push(declarations::two_event_keys(span, name.as_str(), first));
            }
            None => {
                first = Some(span);
                declared.program.events[event].key = Some(number);
            }
        }
    }
}

fn function(declared: &mut Declared, id: FunctionId, tree: &ast::Function, is_event: bool) {
    let (module, kind) = (declared.program.functions[id].module, declared.program.functions[id].kind);
    let params: Vec<_> =
        tree.params.iter().map(|p| field(declared, module, p.name, &p.ty, p.default.as_ref())).collect();
    let result = match &tree.result {
        Some(ty) => declared.resolve(module, ty),
        None if kind == FunctionKind::Action => Type::Unit,
        // The parser said so.
        None => Type::Error,
    };
    if !is_event {
        for param in &tree.params {
            if let Some(span) = param.key {
                let place = "a parameter that is no event's field";
                declared.diagnostics.push(declarations::misplaced_word(span, "`key`", place));
            }
        }
    }
    declared.program.functions[id].params = params;
    declared.program.functions[id].result = result;
}
