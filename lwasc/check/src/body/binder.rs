//! `x in source where filter`, and comprehensions.

use super::Checker;
use crate::env::Item;
use crate::errors::{bodies, laws, types};
use crate::hir::{Access, Binder, Expr, ExprKind, LocalId, Source, StateKind, Type};
use lwas_base::Span;
use lwas_syntax::ast;

impl Checker<'_> {
    /// Binds the variables in the present scope; what the filter says is known from here on.
    pub(super) fn binder(&mut self, binder: &ast::Binder) -> Binder {
        let (source, types) = self.source(&binder.source, binder.vars.len());
        let over = binder.over.as_ref().and_then(|over| self.window(&source, over));
        let is_map = matches!(source, Source::Map(_));
        let vars = self.bind_vars(&binder.vars, types, is_map, binder.source.span);
        let filter = binder.filter.as_ref().map(|filter| {
            let filter = self.condition(filter, "`where`");
            self.assume(&filter, true);
            filter
        });
        Binder { vars, source, over, filter }
    }

    /// For each variable of `a, b in source` the list of its values, as a comprehension of its own, with the type of its elements.
    pub(super) fn lists(&mut self, source: &ast::Expr, vars: &[ast::Ident]) -> Vec<(Expr, Type)> {
        self.scoped(|checker| {
            let tree = ast::Binder { vars: vars.to_vec(), source: source.clone(), over: None, filter: None };
            let binder = checker.binder(&tree);
            let list = |local: &LocalId| {
                let ty = checker.locals[*local].ty.clone();
                let Some(of) = checker.element_type(ty.clone(), "list", source.span) else {
                    return (checker.error(source.span), Type::Error);
                };
                let value = Box::new(Expr { ty, span: source.span, kind: ExprKind::Local(*local) });
                let kind = ExprKind::Comprehension { binder: Box::new(binder.clone()), value };
                (Expr { ty: Type::list(of.clone()), span: source.span, kind }, of)
            };
            binder.vars.iter().map(list).collect()
        })
    }

    /// The length of a window; only a journal has one.
    fn window(&mut self, source: &Source, over: &ast::Expr) -> Option<Expr> {
        let length = self.expr_to(over, &Type::Duration, "the length of a window");
        if let Source::Rows { state, .. } = source
            && self.env.program.states[*state].kind == StateKind::Journal
        {
            return Some(length);
        }
        self.report(laws::window_of_no_journal(over.span));
        None
    }

    fn bind_vars(&mut self, vars: &[ast::Ident], types: Vec<Type>, is_map: bool, span: Span) -> Vec<LocalId> {
        if vars.len() != types.len() && !types.contains(&Type::Error) {
            let message = match types.len() {
                2 if is_map => "one variable goes through a map's keys, two through keys and values".to_owned(),
                1 => "one variable goes through this".to_owned(),
                n => format!("{n} variables go through this"),
            };
            self.report(types::bad_index(span, message, "wrong number of variables"));
        }
        let types = types.into_iter().chain(std::iter::repeat(Type::Error));
        vars.iter().zip(types).map(|(var, ty)| self.bind(var.name, var.span, ty)).collect()
    }

    fn source(&mut self, expr: &ast::Expr, vars: usize) -> (Source, Vec<Type>) {
        if let Some(Ok(found)) = self.item_path(expr)
            && let (Item::State(state), []) = (found.item, found.rest.as_slice())
        {
            return self.rows(state, expr.span);
        }
        if let ast::ExprKind::Call { callee, args } = &expr.kind
            && self.env.lookup(self.module, callee_name(callee)).is_none()
        {
            match (callee_name(callee).as_str(), args.as_slice()) {
                ("range", [first, last]) => {
                    let first = self.expr_to(&first.value, &Type::Int, "`range`");
                    let last = self.expr_to(&last.value, &Type::Int, "`range`");
                    return (Source::Range(first, last), vec![Type::Int]);
                }
                ("zip", [left, right]) => {
                    let (left, a) = self.zipped(&left.value);
                    let (right, b) = self.zipped(&right.value);
                    return (Source::Zip(left, right), vec![a, b]);
                }
                _ => {}
            }
        }
        let source = self.expr(expr, None);
        match &source.ty {
            Type::Bag => (Source::Bag(source), vec![Type::Money]),
            // One variable goes through the keys, as `in` asks for one.
            Type::Map(_) if vars == 1 => (Source::List(self.keys_of(source)), vec![Type::Text]),
            Type::Map(of) => {
                let types = vec![Type::Text, (**of).clone()];
                (Source::Map(source), types)
            }
            _ => {
                let (source, of) = self.elements(source, expr.span);
                (Source::List(source), vec![of])
            }
        }
    }

    /// A list in `zip`, with the type of its elements.
    fn zipped(&mut self, expr: &ast::Expr) -> (Expr, Type) {
        let source = self.expr(expr, None);
        match &source.ty {
            Type::Bag | Type::Map(_) => {
                let found = self.words(&source.ty);
                let diagnostic = types::mismatch(expr.span, "a list", &found, "`zip`");
                let help = if source.ty == Type::Bag {
                    "list it: `[m for m in bag]`"
                } else {
                    "`keys(m)` and `values(m)` are lists"
                };
                self.report(diagnostic.with_help(help));
                (self.error(expr.span), Type::Error)
            }
            _ => self.elements(source, expr.span),
        }
    }

    /// A list, with the type of its elements.
    fn elements(&mut self, source: Expr, span: Span) -> (Expr, Type) {
        let of = match &source.ty {
            Type::List(of) => (**of).clone(),
            Type::Error => Type::Error,
            Type::Option(_) => {
                self.may_be_none(&source, span);
                Type::Error
            }
            Type::EmptyList => {
                self.report(types::unknown_type(span, "`[]`", "say it: `let xs: List<Int> = []`"));
                Type::Error
            }
            Type::EmptyMap => {
                self.report(types::unknown_type(span, "`{}`", "say it: `let m: Map<Text, Int> = {}`"));
                Type::Error
            }
            other => {
                let found = self.words(other);
                self.report(types::not_iterable(span, &found));
                Type::Error
            }
        };
        (source, of)
    }

    fn rows(&mut self, state: crate::hir::StateId, span: Span) -> (Source, Vec<Type>) {
        self.reads_state(span);
        let declared = &self.env.program.states[state];
        let source = Source::Rows { state, access: Access::All };
        if declared.kind == StateKind::Single {
            let message = format!("`{}` has one row: there is nothing to go through", declared.name);
            self.report(bodies::wrong_state(span, message, "read its fields: `State.field`"));
            return (source, vec![Type::Error]);
        }
        (source, vec![Type::Row(state)])
    }

    /// `[value for x in xs where p]`.
    pub(super) fn comprehension(
        &mut self,
        value: &ast::Expr,
        binder: &ast::Binder,
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        self.scoped(|checker| {
            let binder = checker.binder(binder);
            let value = match want {
                Some(Type::List(of)) => checker.expr_to(value, of, "the list"),
                _ => checker.expr(value, None),
            };
            let Some(of) = checker.element_type(value.ty.clone(), "list", value.span) else {
                return checker.error(span);
            };
            Expr {
                ty: Type::list(of),
                span,
                kind: ExprKind::Comprehension { binder: Box::new(binder), value: Box::new(value) },
            }
        })
    }
}

fn callee_name(callee: &ast::Expr) -> lwas_base::Symbol {
    match &callee.kind {
        ast::ExprKind::Name(name) => name.name,
        _ => lwas_base::Symbol::new(""),
    }
}
