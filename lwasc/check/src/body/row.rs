//! Keys of rows, and `S.get(k)`, `S.has(k)`.

use super::Checker;
use crate::errors::{bodies, types};
use crate::hir::{Expr, ExprKind, StateId, StateKind, Type};
use lwas_base::Span;
use lwas_syntax::ast;

impl Checker<'_> {
    /// The values of a row's key.
    pub(super) fn keys(&mut self, state: StateId, keys: &[ast::Expr], span: Span) -> Option<Vec<Expr>> {
        let declared = &self.env.program.states[state];
        let fields = &declared.fields[..declared.key];
        if keys.len() != fields.len() {
            let names = fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(", ");
            let diagnostic = if keys.is_empty() {
                let message = format!("this does not say which row of `{}`", declared.name);
                let help = format!("the key stands in brackets: `{}[{names}]`", declared.name);
                types::bad_index(span, message, "expected a key").with_help(help)
            } else {
                let wanted = count(fields.len());
                let message =
                    format!("a row of `{}` is found by {wanted} ({names}), not {}", declared.name, keys.len());
                types::bad_index(span, message, "wrong number of keys")
            };
            self.report(diagnostic);
            return None;
        }
        let pairs = keys.iter().zip(fields);
        Some(pairs.map(|(key, field)| self.expr_to(key, &field.ty, &format!("the key `{}`", field.name))).collect())
    }

    /// `S.get(k)` and `S.has(k)`.
    pub(super) fn row_method(&mut self, state: StateId, method: ast::Ident, args: &[ast::Arg], span: Span) -> Expr {
        self.reads_state(span);
        let declared = &self.env.program.states[state];
        if declared.kind == StateKind::Single {
            let message = format!("`{}` has one row, which is always there", declared.name);
            self.report(bodies::wrong_state(span, message, "read its fields: `State.field`"));
            return self.error(span);
        }
        if !matches!(method.name.as_str(), "get" | "has") {
            let name = format!("{}.{}", declared.name, method.name);
            let help = super::foreign::row_method(method.name.as_str(), declared.name.as_str());
            let help = help.unwrap_or_else(|| "a state has `get(key)` and `has(key)`".to_owned());
            self.report(bodies::unknown_function(method.span, &name, None).with_help(help));
            return self.error(span);
        }
        let keys: Vec<_> = args.iter().map(|a| a.value.clone()).collect();
        let Some(keys) = self.keys(state, &keys, span) else { return self.error(span) };
        match method.name.as_str() {
            "get" => Expr { ty: Type::option(Type::Row(state)), span, kind: ExprKind::RowGet { state, keys } },
            _ => Expr { ty: Type::Bool, span, kind: ExprKind::RowHas { state, keys } },
        }
    }
}

fn count(n: usize) -> String {
    if n == 1 { "1 value".to_owned() } else { format!("{n} values") }
}
