//! Types as written to types of the language.

use super::names::{dotted, kind, resolve_path};
use crate::body::show_type;
use crate::env::{Env, Item, Sink};
use crate::errors::{declarations, names};
use crate::hir::{ModuleId, Type};
use lwas_base::Span;
use lwas_syntax::ast::{Ident, TypeExpr, TypeExprKind};

/// The most digits that a declared type may have.
const MAX_DIGITS: i64 = 18;

/// What a type as written stands for in a module; what is wrong with it is reported and gives `Type::Error`.
pub(crate) fn resolve_type(env: &Env, module: ModuleId, ty: &TypeExpr, sink: Sink) -> Type {
    match &ty.kind {
        TypeExprKind::Error => Type::Error,
        TypeExprKind::Optional(of) => match resolve_type(env, module, of, sink) {
            Type::Error => Type::Error,
            Type::Option(_) => {
                let message = "a value is there or not: there is no optional of an optional".to_owned();
                sink.push(names::type_arguments(ty.span, message, "one `?`"));
                Type::Error
            }
            of => Type::option(of),
        },
        TypeExprKind::Named { path, digits, args } => named(env, module, ty.span, path, *digits, args, sink),
    }
}

fn named(
    env: &Env,
    module: ModuleId,
    span: Span,
    path: &[Ident],
    digits: Option<(i64, Span)>,
    args: &[TypeExpr],
    sink: Sink,
) -> Type {
    let name = dotted(path);
    if name == "List" {
        return list(env, module, span, digits, args, sink);
    }
    if name == "Map" {
        return map(env, module, span, digits, args, sink);
    }
    if let [last] = path
        && env.lookup(module, last.name).is_none()
        && let Some(meant) = super::words::foreign_generic(last.name.as_str())
    {
        sink.push(names::unknown_item(last.span, last.name.as_str(), None).with_help(meant));
        return Type::Error;
    }
    if let Some(arg) = args.first() {
        let message = format!("`{name}` takes no type in angle brackets");
        sink.push(names::type_arguments(arg.span, message, &format!("`{name}`")));
        return Type::Error;
    }
    match built_in(&name, digits, span, sink) {
        Some(ty) => ty,
        None => item(env, module, path, digits, sink),
    }
}

fn list(env: &Env, module: ModuleId, span: Span, digits: Option<(i64, Span)>, args: &[TypeExpr], sink: Sink) -> Type {
    match (args, digits) {
        ([of], None) => match resolve_type(env, module, of, sink) {
            Type::Error => Type::Error,
            of => Type::list(of),
        },
        _ => {
            let message = "a list says the type of its elements".to_owned();
            sink.push(names::type_arguments(span, message, "`List<Text>`"));
            Type::Error
        }
    }
}

fn map(env: &Env, module: ModuleId, span: Span, digits: Option<(i64, Span)>, args: &[TypeExpr], sink: Sink) -> Type {
    let ([key, of], None) = (args, digits) else {
        let message = "a map says the types of its keys and of its values".to_owned();
        sink.push(names::type_arguments(span, message, "`Map<Text, Int>`"));
        return Type::Error;
    };
    match (resolve_type(env, module, key, sink), resolve_type(env, module, of, sink)) {
        (Type::Error, _) | (_, Type::Error) => Type::Error,
        (Type::Text, of) => Type::map(of),
        (_, of) => {
            let of = show_type(env.program, &of);
            let message = "the keys of a map are Text".to_owned();
            sink.push(names::type_arguments(key.span, message, &format!("`Map<Text, {of}>`")));
            Type::Error
        }
    }
}

/// A type that the language has; nothing when the name is none.
fn built_in(name: &str, digits: Option<(i64, Span)>, span: Span, sink: Sink) -> Option<Type> {
    let ty = match name {
        "Bool" => Type::Bool,
        "Int" => Type::Int,
        "Text" => Type::Text,
        "Money" => Type::Money,
        "Number" => Type::Number,
        "Bag" => Type::Bag,
        "Currency" => Type::Currency,
        "Time" => Type::Time,
        "Date" => Type::Date,
        "Duration" => Type::Duration,
        "Float" => Type::Float,
        "Decimal" => return Some(decimal(digits, span, sink)),
        _ => return None,
    };
    Some(without_digits(ty, name, digits, sink))
}

fn decimal(digits: Option<(i64, Span)>, span: Span, sink: Sink) -> Type {
    let Some(digits) = digits else {
        let message = "a decimal says how many digits it keeps".to_owned();
        sink.push(names::type_arguments(span, message, "`Decimal(2)`"));
        return Type::Error;
    };
    checked_digits(digits, sink).map_or(Type::Error, Type::Decimal)
}

/// Digits from 0 to 18; else reported.
pub(super) fn checked_digits((digits, span): (i64, Span), sink: Sink) -> Option<u8> {
    match u8::try_from(digits) {
        Ok(small) if digits <= MAX_DIGITS => Some(small),
        _ => {
            sink.push(declarations::too_many_digits(span, digits, MAX_DIGITS));
            None
        }
    }
}

fn without_digits(ty: Type, name: &str, digits: Option<(i64, Span)>, sink: Sink) -> Type {
    let Some((_, span)) = digits else { return ty };
    let message = format!("`{name}` takes no number of digits");
    sink.push(names::type_arguments(span, message, &format!("`{name}`")));
    Type::Error
}

fn item(env: &Env, module: ModuleId, path: &[Ident], digits: Option<(i64, Span)>, sink: Sink) -> Type {
    let Some(item) = resolve_path(env, module, path, sink) else { return Type::Error };
    let name = dotted(path);
    let ty = match item {
        Item::Currency(id) => {
            let own = env.program.currencies[id].digits;
            let digits = digits.map_or(Some(own), |digits| checked_digits(digits, sink));
            return digits.map_or(Type::Error, |digits| Type::Amount(id, digits));
        }
        Item::Enum(id) => Type::Enum(id),
        Item::Record(id) => Type::Record(id),
        Item::Event(id) => Type::Record(env.program.events[id].record),
        Item::State(id) => Type::Row(id),
        other => {
            let span = path.last().map(|last| last.span);
            span.iter().for_each(|span| sink.push(names::wrong_kind(*span, &name, kind(other), "a type")));
            return Type::Error;
        }
    };
    without_digits(ty, &name, digits, sink)
}
