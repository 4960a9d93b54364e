//! `sort(xs)` and `sort(xs by x.at)`. In the key a name that stands for nothing else is the element: the first such name, from
//! the left.

use super::Checker;
use super::compare::is_ordered;
use crate::errors::types;
use crate::hir::{Binder, Expr, ExprKind, LocalId, Source, Type};
use lwas_base::{Span, Symbol};
use lwas_syntax::ast;

impl Checker<'_> {
    pub(super) fn sort(&mut self, args: &[ast::Arg], span: Span) -> Expr {
        let named = |arg: &ast::Arg| arg.name.is_some_and(|name| name.name.as_str() == "by");
        let (list, key) = match args {
            [list] if list.name.is_none() => (&list.value, None),
            [list, key] if list.name.is_none() && named(key) => (&list.value, Some(&key.value)),
            _ => {
                let message = "`sort` takes a list, and perhaps what to sort it by".to_owned();
                self.report(types::arguments(span, message, "not in this form", "sort(xs by x.at)"));
                return self.error(span);
            }
        };
        let list = self.expr(list, None);
        let of = match &list.ty {
            Type::List(of) => (**of).clone(),
            Type::Error => return self.error(span),
            Type::EmptyList => return list,
            other => {
                let found = self.words(other);
                self.report(types::mismatch(list.span, "a list", &found, "`sort`"));
                return self.error(span);
            }
        };
        self.scoped(|checker| {
            let Some((var, key)) = checker.sort_key(key, &of, list.span) else { return checker.error(span) };
            if matches!(key.ty, Type::Option(_) | Type::None) {
                checker.may_be_none(&key, span);
                return checker.error(span);
            }
            if !is_ordered(&key.ty) {
                let found = checker.words(&key.ty);
                checker.report(types::no_sort_key(key.span, &found));
                return checker.error(span);
            }
            let ty = list.ty.clone();
            let binder = Binder { vars: vec![var], source: Source::List(list), over: None, filter: None };
            Expr { ty, span, kind: ExprKind::Sort { binder: Box::new(binder), value: Box::new(key) } }
        })
    }

    /// The element's local, and the key of it; without a key the element itself.
    fn sort_key(&mut self, key: Option<&ast::Expr>, of: &Type, list: Span) -> Option<(LocalId, Expr)> {
        let Some(key) = key else {
            let var = self.bind(Symbol::new("element"), list, of.clone());
            return Some((var, Expr { ty: of.clone(), span: list, kind: ExprKind::Local(var) }));
        };
        let Some(name) = self.unbound(key) else {
            self.report(types::no_sort_element(key.span));
            return None;
        };
        let var = self.bind(name.name, name.span, of.clone());
        Some((var, self.expr(key, None)))
    }

    /// The first name of an expression that stands for nothing yet.
    fn unbound(&self, expr: &ast::Expr) -> Option<ast::Ident> {
        use ast::ExprKind as K;
        match &expr.kind {
            K::Name(name) => {
                let known = self.local(name.name).is_some()
                    || self.env.lookup(self.module, name.name).is_some()
                    || matches!(name.name.as_str(), "now" | "event_seq" | "caller");
                (!known).then_some(*name)
            }
            K::Field { base, .. } => self.unbound(base),
            K::Index { base, keys } => self.unbound(base).or_else(|| keys.iter().find_map(|key| self.unbound(key))),
            K::Call { callee, args } => {
                // A bare callee is a function's name.
                let base = if matches!(callee.kind, K::Name(_)) { None } else { self.unbound(callee) };
                base.or_else(|| args.iter().find_map(|arg| self.unbound(&arg.value)))
            }
            K::Unary { operand, .. } | K::Some(operand) => self.unbound(operand),
            K::Binary { left, right, .. } => self.unbound(left).or_else(|| self.unbound(right)),
            K::Text(parts) => parts.iter().find_map(|part| match part {
                ast::TextPart::Expr(part) => self.unbound(part),
                ast::TextPart::Literal(_) => None,
            }),
            K::If { condition, .. } => self.unbound(condition),
            K::Match { subject, .. } => self.unbound(subject),
            _ => None,
        }
    }
}
