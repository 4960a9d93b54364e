//! How lists and maps are asked elsewhere, `xs.length()`, `sum(xs)`: what is written here instead.

use super::{Checker, foreign};
use crate::errors::{bodies, types};
use crate::hir::{Expr, Type};
use lwas_base::{Span, near};
use lwas_syntax::ast;

/// The aggregates, and how each is written.
fn aggregate_form(name: &str, of: &str) -> Option<String> {
    Some(match name {
        "sum" | "avg" | "min" | "max" => format!("{name}(x for x in {of})"),
        "all" | "any" => format!("{name}(condition for x in {of})"),
        "first" | "last" => format!("{name}(x in {of} where condition)"),
        "count" => format!("count(x in {of} where condition)"),
        _ => return None,
    })
}

/// What is written in place of `xs.name(…)` or `xs.name`.
fn of_list(name: &str) -> Option<&'static str> {
    Some(match name {
        "length" | "len" | "size" | "count" => "write `length(xs)`",
        "is_empty" | "empty" => "ask `length(xs) == 0`",
        "contains" | "has" | "includes" => "ask `x in xs`",
        "append" | "push" | "add" | "put" => "a list with an element more is `xs + [x]`",
        "concat" | "extend" => "two lists in one are `xs + ys`",
        "map" => "write `[f(x) for x in xs]`",
        "filter" => "write `[x for x in xs where condition]`",
        "reduce" | "fold" => "write `fold acc = first for x in xs { next }`",
        "sort" | "sorted" => "write `sort(xs)`",
        "get" | "at" => "the element at an index is `xs[index]`",
        "first" => "the first is `first(x in xs)`, or `xs[0]`",
        "last" => "the last is `last(x in xs)`",
        "sum" => "write `sum(x for x in xs)`",
        "min" => "write `min(x for x in xs)`",
        "max" => "write `max(x for x in xs)`",
        _ => return None,
    })
}

fn of_map(name: &str) -> String {
    match name {
        "get" | "has" => "one key stands between the parentheses".to_owned(),
        "contains" | "includes" => "ask `key in m`".to_owned(),
        "keys" | "values" | "length" => format!("write `{name}(m)`"),
        "is_empty" | "empty" => "ask `length(m) == 0`".to_owned(),
        "put" | "set" | "add" | "insert" => "another map with an entry more is `m + { key: value }`".to_owned(),
        "remove" | "delete" | "without" => "the map without a key is `m - key`".to_owned(),
        other => match near(other, ["get", "has"].into_iter()) {
            Some(near) => format!("did you mean `{near}`"),
            None => "maps have `m.get(key)` and `m.has(key)`".to_owned(),
        },
    }
}

/// What is written in place of a function or field of lists and maps that does not exist.
pub(super) fn instead(ty: &Type, name: &str) -> Option<String> {
    match ty {
        Type::List(_) => of_list(name).map(ToOwned::to_owned),
        Type::Map(_) => Some(of_map(name)),
        _ => None,
    }
}

impl Checker<'_> {
    /// `x.f(…)` where values of its type have no such function.
    pub(super) fn no_method(&mut self, base: &Expr, name: ast::Ident, span: Span) -> Expr {
        let (of, written) = (self.words(&base.ty), name.name.as_str());
        let help = instead(&base.ty, written).or_else(|| foreign::function(written).map(ToOwned::to_owned));
        let help = help
            .or_else(|| self.functions().iter().any(|known| known == written).then(|| format!("write `{written}(…)`")));
        let diagnostic = bodies::no_method(name.span, &of, written);
        self.report(help.into_iter().fold(diagnostic, lwas_base::Diagnostic::with_help));
        self.error(span)
    }

    /// `sum(xs)`: an aggregate without `for`. Nothing where the name is no aggregate's.
    pub(super) fn aggregate_without_for(&mut self, name: ast::Ident, args: &[ast::Arg], span: Span) -> Option<Expr> {
        let of = match args {
            [ast::Arg { name: None, value: ast::Expr { kind: ast::ExprKind::Name(of), .. } }] => of.name.as_str(),
            _ => "xs",
        };
        let form = aggregate_form(name.name.as_str(), of)?;
        for arg in args {
            // That a state is no value follows from the form, and is said by it.
            let of_rows = |found: super::path::Found| matches!(found.item, crate::env::Item::State(_));
            if !self.item_path(&arg.value).is_some_and(|found| found.is_ok_and(of_rows)) {
                self.expr(&arg.value, None);
            }
        }
        let message = format!("`{}` says what it goes through", name.name);
        self.report(types::bad_aggregate(span, message, "not in this form").with_help(format!("write `{form}`")));
        Some(self.error(span))
    }
}
