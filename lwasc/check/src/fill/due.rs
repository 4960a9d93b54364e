//! Rules that are due at a time of a row: an indexed Time, or Time?, of a keyed state of the own module.

use super::wrong;
use crate::body::check_body;
use crate::declare::Declared;
use crate::declare::names::resolve_path;
use crate::env::{Item, Parameter, Purpose};
use crate::errors::{declarations, types};
use crate::hir::{Due, ModuleId, StateId, StateKind, Type};
use lwas_base::near;
use lwas_base::{Diagnostics, Symbol};
use lwas_syntax::ast::{self, Ident};

/// A rule as written. Its body is checked even when its field is unknown.
pub(super) fn written(declared: &mut Declared, module: ModuleId, tree: &ast::Due) -> Option<Due> {
    let mut sink = Diagnostics::new();
    let found = state(declared, module, tree, &mut sink);
    let field = found.and_then(|state| field(declared, module, state, tree, &mut sink));
    let ty = found.map_or(Type::Error, Type::Row);
    let binding = tree.binding.unwrap_or(Ident { name: Symbol::new(" row"), span: tree.name.span });
    let params = [Parameter { name: binding.name, ty, span: binding.span }];
    let body = check_body(&declared.env(), module, Purpose::Write, &params, None, None, &tree.body, &mut sink);
    declared.diagnostics.append(sink);
    Some(Due { module, name: tree.name.name, state: found?, field: field?, body, span: tree.name.span })
}

fn state(declared: &Declared, module: ModuleId, tree: &ast::Due, sink: &mut Diagnostics) -> Option<StateId> {
    let (last, path) = tree.field.split_last()?;
    if path.is_empty() {
        let message = format!("`{}` says no time: a rule is due at a field of a state", last.name);
        sink.push(declarations::not_due(last.span, message, "expected `State.field`"));
        return None;
    }
    match resolve_path(&declared.env(), module, path, sink)? {
        Item::State(state) => Some(state),
        other => {
            wrong(path, other, "a state", sink);
            None
        }
    }
}

/// The number of the field, unless no rule can be due at it.
fn field(
    declared: &Declared,
    module: ModuleId,
    state: StateId,
    tree: &ast::Due,
    sink: &mut Diagnostics,
) -> Option<u32> {
    let program = &declared.program;
    let (of, last) = (&program.states[state], tree.field.last()?);
    let (name, text) = (of.name, last.name.as_str());
    let Some(at) = of.fields.iter().position(|field| field.name == last.name) else {
        let near = near(text, of.fields.iter().map(|field| field.name.as_str()));
        sink.push(types::no_field(last.span, &format!("`{name}`"), text, near));
        return None;
    };
    let number = u32::try_from(at).ok()?;
    declared.env().names_field(last.span, &of.fields[at], None);
    let time = |ty: &Type| *ty == Type::Time;
    let is_time = match &of.fields[at].ty {
        Type::Option(of) => time(of),
        ty => time(ty),
    };
    let (message, label) = if of.module != module {
        let owner = program.modules[of.module].name;
        (format!("rules on rows of `{name}` that are due stand in module `{owner}`"), "another module's state")
    } else if of.kind != StateKind::Keyed {
        (format!("no rule is due at a row of `{name}`"), "not a state with keys")
    } else if !is_time || at >= of.stored {
        (format!("no rule is due at `{name}.{text}`"), "not a stored `Time` or `Time?`")
    } else if at >= of.key && !of.indexes.iter().any(|index| index.first() == Some(&number)) {
        (format!("rows of `{name}` are not found by `{text}`"), "write `index` behind its declaration")
    } else {
        return Some(number);
    };
    sink.push(declarations::not_due(last.span, message, label).with_label(of.fields[at].span, "declared here"));
    None
}
