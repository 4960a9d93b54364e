//! Maps: literals, comprehensions, looking up a key.

use super::Checker;
use super::field::builtin;
use crate::errors::{bodies, types};
use crate::hir::{Builtin, Expr, ExprKind, Type};
use lwas_base::{Diagnostic, PRIMARY_TEXT, Span};
use lwas_syntax::ast;

impl Checker<'_> {
    /// `{ "k": v }`.
    pub(super) fn map(&mut self, entries: &[(ast::Expr, ast::Expr)], span: Span, want: Option<&Type>) -> Expr {
        if entries.is_empty() {
            let ty = want.filter(|ty| matches!(ty, Type::Map(_))).cloned().unwrap_or(Type::EmptyMap);
            return Expr { ty, span, kind: ExprKind::Map(vec![]) };
        }
        let (mut keys, mut values) = (vec![], vec![]);
        for (key, value) in entries {
            keys.push(self.literal_key(key));
            values.push(match want {
                Some(Type::Map(of)) => self.expr_to(value, of, "the map"),
                _ => self.element(value, "a map"),
            });
        }
        self.repeated_keys(&keys);
        let of = match want {
            Some(Type::Map(of)) => (**of).clone(),
            _ => {
                let Some((of, met)) = self.meet(values, span) else { return self.error(span) };
                values = met;
                let Some(of) = self.element_type(of, "map", span) else { return self.error(span) };
                of
            }
        };
        let kind = ExprKind::Map(keys.into_iter().zip(values).flat_map(|(key, value)| [key, value]).collect());
        Expr { ty: Type::map(of), span, kind }
    }

    /// `{ k: v for x in xs where p }`.
    pub(super) fn map_comprehension(
        &mut self,
        key: &ast::Expr,
        value: &ast::Expr,
        binder: &ast::Binder,
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        self.scoped(|checker| {
            let binder = Box::new(checker.binder(binder));
            let key = Box::new(checker.literal_key(key));
            let value = match want {
                Some(Type::Map(of)) => checker.expr_to(value, of, "the map"),
                _ => checker.expr(value, None),
            };
            let Some(of) = checker.element_type(value.ty.clone(), "map", value.span) else {
                return checker.error(span);
            };
            let kind = ExprKind::MapComprehension { binder, key, value: Box::new(value) };
            Expr { ty: Type::map(of), span, kind }
        })
    }

    /// The key of an entry. A bare name that stands for nothing was likely meant as the key itself.
    fn literal_key(&mut self, key: &ast::Expr) -> Expr {
        match &key.kind {
            ast::ExprKind::Name(name) if !self.is_known(*name) => {
                let help = format!("a key is a Text: in quotes, `\"{}\"`, it stands for itself", name.name);
                self.report(bodies::unknown_name(name.span, name.name.as_str(), None).with_help(help));
                self.error(key.span)
            }
            _ => self.map_key(key, "a key of a map"),
        }
    }

    /// A key: Text.
    pub(super) fn map_key(&mut self, key: &ast::Expr, place: &str) -> Expr {
        let key = self.expr(key, None);
        if matches!(key.ty, Type::Text | Type::Error) {
            return key;
        }
        if matches!(key.ty, Type::Option(_)) {
            self.may_be_none(&key, key.span);
            return self.error(key.span);
        }
        let found = self.words(&key.ty);
        let diagnostic = types::mismatch(key.span, &self.words(&Type::Text), &found, place);
        let written = match (&key.kind, &key.ty) {
            (ExprKind::Int(_), Type::Int) => PRIMARY_TEXT.to_owned(),
            (_, Type::Int | Type::Currency | Type::Date | Type::Time | Type::Enum(_)) => format!("{{{PRIMARY_TEXT}}}"),
            _ => return self.reported(diagnostic, key.span),
        };
        self.report(diagnostic.with_help(format!("keys are Text: write `\"{written}\"`")));
        self.error(key.span)
    }

    fn reported(&mut self, diagnostic: Diagnostic, span: Span) -> Expr {
        self.report(diagnostic);
        self.error(span)
    }

    /// Says so where a literal has a key twice that is known now.
    fn repeated_keys(&mut self, keys: &[Expr]) {
        let known: Vec<_> = keys.iter().filter_map(|key| Some((self.known_text(key)?.to_owned(), key.span))).collect();
        for (at, (key, span)) in known.iter().enumerate() {
            if let Some((_, first)) = known[..at].iter().find(|(earlier, _)| earlier == key) {
                self.report(types::key_twice(*span, key, *first));
            }
        }
    }

    fn known_text<'e>(&'e self, value: &'e Expr) -> Option<&'e str> {
        match &value.kind {
            ExprKind::Text(text) => Some(text),
            ExprKind::Const(id) => self.known_text(&self.env.program.consts[*id].value),
            _ => None,
        }
    }

    /// `m.get(k)` and `m.has(k)`.
    pub(super) fn map_method(&mut self, map: Expr, name: ast::Ident, key: &ast::Expr, span: Span) -> Expr {
        let key = self.map_key(key, "a map");
        if name.name.as_str() == "has" {
            return builtin(Builtin::MapHas, vec![map, key], Type::Bool, span);
        }
        let ty = match &map.ty {
            Type::Map(of) if matches!(**of, Type::Option(_)) => (**of).clone(),
            Type::Map(of) => Type::option((**of).clone()),
            _ => Type::Error,
        };
        builtin(Builtin::MapGet, vec![map, key], ty, span)
    }

    /// `key in m`.
    pub(super) fn has_key(&mut self, key: Expr, map: Expr, span: Span) -> Expr {
        let key = self.coerce(key, &Type::Text, "a map, whose keys are Text,");
        builtin(Builtin::MapHas, vec![map, key], Type::Bool, span)
    }

    /// `keys(m)` and `values(m)`.
    pub(super) fn map_part(&mut self, which: Builtin, map: &ast::Expr, span: Span) -> Expr {
        let map = self.expr(map, None);
        let of = match &map.ty {
            Type::Map(of) if which == Builtin::Values => (**of).clone(),
            Type::Map(_) | Type::EmptyMap => Type::Text,
            Type::Error => return self.error(span),
            Type::Option(_) => {
                self.may_be_none(&map, span);
                return self.error(span);
            }
            other => {
                let found = self.words(other);
                let name = if which == Builtin::Keys { "`keys`" } else { "`values`" };
                self.report(types::mismatch(map.span, "a map", &found, name));
                return self.error(span);
            }
        };
        if map.ty == Type::EmptyMap {
            return Expr { ty: Type::EmptyList, span, kind: ExprKind::List(vec![]) };
        }
        builtin(which, vec![map], Type::list(of), span)
    }

    /// The keys of a map that is gone through with one variable.
    pub(super) fn keys_of(&mut self, map: Expr) -> Expr {
        let span = map.span;
        builtin(Builtin::Keys, vec![map], Type::list(Type::Text), span)
    }
}
