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
            let message = format!(
                "a row of `{}` is found by {} ({names}), not {}",
                declared.name,
                count(fields.len()),
                keys.len()
            );
            let diagnostic = types::bad_index(span, message, "wrong number of keys");
            let help = format!("the key stands in brackets: `{}[{names}]`", declared.name);
            self.report(if keys.is_empty() { diagnostic.with_help(help) } else { diagnostic });
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
        let keys: Vec<_> = args.iter().map(|a| a.value.clone()).collect();
        let Some(keys) = self.keys(state, &keys, span) else { return self.error(span) };
        match method.name.as_str() {
            "get" => Expr { ty: Type::option(Type::Row(state)), span, kind: ExprKind::RowGet { state, keys } },
            "has" => Expr { ty: Type::Bool, span, kind: ExprKind::RowHas { state, keys } },
            other => {
                let name = format!("{}.{other}", declared.name);
                self.report(
                    bodies::unknown_function(method.span, &name, None)
                        .with_help("a state has `get(key)` and `has(key)`"),
                );
                self.error(span)
            }
        }
    }
}

fn count(n: usize) -> String {
    if n == 1 { "1 value".to_owned() } else { format!("{n} values") }
}
