//! Functions of their own: constants, `fn`s, actions and queries, the rules of events.

use crate::body::{Bound, Fx, Scope};
use crate::item::param;
use crate::row::RowForm;
use crate::tables::Lower;
use crate::ty::{event_id, record_id};
use crate::uses::Uses;
use lwas_base::Span;
use lwas_check::hir::{self, Body, Expr, FunctionKind, Type};
use lwas_ir::{self as ir, FuncId};

/// Constants, and the functions of all modules.
pub(crate) fn lower(cx: &mut Lower) {
    let program = cx.program;
    for (id, item) in &program.consts {
        let func = cx.constant(id);
        let name = format!("const {}", cx.qualified(item.module, item.name));
        define_value(cx, func, name, &item.value);
        cx.module.constants.push(func);
    }
    for (id, item) in &program.functions {
        let func = cx.function(id);
        let name = cx.qualified(item.module, item.name);
        let body = item.body.as_ref().expect("a sound program's functions have bodies");
        if is_asked(item) {
            let params = item.params.iter().map(|field| param(cx, &name, field)).collect();
            let wire = cx.wire(item.module, item.name);
            let result = cx.ty(&item.result);
            cx.module.queries.push(ir::Query { name: wire, params, result, func });
        }
        let writing = item.kind == FunctionKind::Action;
        define_body(cx, func, name, item.span, body, writing);
    }
}

/// Whether it is a query that can be asked from outside.
pub(crate) fn is_asked(item: &hir::Function) -> bool {
    item.kind == FunctionKind::Query && item.params.iter().all(|param| comes_from_outside(&param.ty))
}

/// Whether a value can be given from outside. A row can't: a query with such a parameter is for the program alone.
fn comes_from_outside(ty: &Type) -> bool {
    match ty {
        Type::Option(of) | Type::List(of) => comes_from_outside(of),
        ty => !matches!(ty, Type::Row(_) | Type::Bag),
    }
}

/// Events with their rules.
pub(crate) fn rules(cx: &mut Lower) {
    let program = cx.program;
    let mut funcs = cranelift_entity::SecondaryMap::new();
    for (id, item) in &program.rules {
        let func = cx.reserve();
        funcs[id] = func.as_u32();
        let name = format!("rule {}", cx.qualified(item.module, item.name));
        define_body(cx, func, name, item.span, &item.body, true);
    }
    for (id, item) in &program.events {
        let event = ir::Event {
            name: cx.wire(item.module, item.name),
            record: record_id(item.record),
            key: item.key,
            accepted: item.accepted,
            rules: item.rules.iter().map(|rule| FuncId::from_u32(funcs[*rule])).collect(),
            place: cx.place(item.span),
        };
        let known = cx.module.events.push(event);
        debug_assert_eq!(known, event_id(id), "events keep their numbers");
    }
}

/// A function without parameters that gives a constant value.
pub(crate) fn value_function(cx: &mut Lower, name: String, value: &Expr) -> FuncId {
    let func = cx.reserve();
    define_value(cx, func, name, value);
    func
}

fn define_value(cx: &mut Lower, func: FuncId, name: String, value: &Expr) {
    let result = cx.kind(&value.ty);
    let mut fx = Fx::new(cx, name, value.span, &[], result, Scope::default());
    // It is computed when the program is built.
    fx.notes = None;
    let value = fx.value(value);
    fx.finish(func, value);
}

/// A function that takes a body's parameters, with rows filled in, and gives its value.
fn define_body(cx: &mut Lower, func: FuncId, name: String, span: Span, body: &Body, writing: bool) {
    let params: Vec<_> = body.params.iter().map(|p| cx.value_kind(&body.locals[*p].ty)).collect();
    let result = cx.kind(&body.block.ty);
    let uses = if writing { Uses::of(&body.block) } else { Uses::default() };
    let mut fx = Fx::new(cx, name, span, &params, result, Scope { uses, writing, ..Scope::default() });
    for (index, local) in body.params.iter().enumerate() {
        let reg = fx.b.param(index);
        fx.scope.locals.insert(*local, Bound { reg, form: RowForm::Full });
    }
    let value = fx.block(&body.block);
    fx.finish(func, value);
}
