//! Calls: of functions, actions and queries; of what the language has; of a state's and Money's methods.

use super::Checker;
use super::foreign;
use super::record::default;
use crate::env::{Item, Purpose};
use crate::errors::{bodies, types};
use crate::hir::{Builtin, Expr, ExprKind, Field, FunctionId, FunctionKind, Type};
use lwas_base::near;
use lwas_base::{Diagnostic, Span};
use lwas_syntax::ast;

impl Checker<'_> {
    pub(super) fn call(&mut self, callee: &ast::Expr, args: &[ast::Arg], span: Span) -> Expr {
        match &callee.kind {
            ast::ExprKind::Name(name) => self.call_name(*name, args, span),
            ast::ExprKind::Field { base, name } => self.call_member(callee, base, *name, args, span),
            _ => {
                self.report(bodies::wrong_item(callee.span, "this", "a function"));
                self.error(span)
            }
        }
    }

    fn call_name(&mut self, name: ast::Ident, args: &[ast::Arg], span: Span) -> Expr {
        match self.env.lookup(self.module, name.name).map(|b| b.item) {
            Some(item @ Item::Function(id)) => {
                self.env.names(name.span, item);
                self.call_function(id, name.span, args, span)
            }
            Some(Item::Event(_) | Item::Record(_)) => {
                let advice = format!("write `{} {{ field: value }}`", name.name);
                self.report(bodies::not_a_value(name.span, name.name.as_str(), "made with braces", &advice));
                self.error(span)
            }
            _ if super::builtin::exists(name.name.as_str()) => self.call_builtin(name, args, span),
            found => {
                if found.is_none()
                    && let Some(error) = self.aggregate_without_for(name, args, span)
                {
                    return error;
                }
                if !(found.is_none() && foreign::goes_through(name.name.as_str())) {
                    self.check_args(args);
                }
                let names = self.functions();
                let elsewhere = self
                    .env
                    .elsewhere(self.module, name.name, |item| matches!(item, Item::Function(_) | Item::Event(_)));
                let near = elsewhere.as_deref().or_else(|| near(name.name.as_str(), names.iter().map(String::as_str)));
                let written = name.name.as_str();
                let help = foreign::function(written).filter(|_| near.is_none());
                let diagnostic = match found {
                    Some(Item::Currency(_)) => bodies::wrong_item(name.span, written, "a function").with_help(format!(
                        "an amount is a number and its currency, `5 {written}`; a number becomes one by `x * 1 {written}`"
                    )),
                    Some(_) => bodies::wrong_item(name.span, written, "a function"),
                    None => bodies::unknown_function(name.span, written, near),
                };
                self.report(help.into_iter().fold(diagnostic, |diagnostic, help| diagnostic.with_help(help)));
                self.error(span)
            }
        }
    }

    pub(super) fn functions(&self) -> Vec<String> {
        let scope = &self.env.scopes[self.module];
        let own = scope.own.iter().chain(&scope.imported);
        let own = own.filter(|(_, b)| matches!(b.item, Item::Function(_))).map(|(n, _)| n.to_string());
        let mut names: Vec<_> = own.chain(super::builtin::NAMES.iter().map(ToString::to_string)).collect();
        names.sort();
        names
    }

    /// Checks arguments for their own mistakes when what is called is not known.
    fn check_args(&mut self, args: &[ast::Arg]) {
        for arg in args {
            self.expr(&arg.value, None);
        }
    }

    fn call_member(
        &mut self,
        callee: &ast::Expr,
        base: &ast::Expr,
        name: ast::Ident,
        args: &[ast::Arg],
        span: Span,
    ) -> Expr {
        match self.item_path(callee) {
            Some(Err(())) => {
                self.check_args(args);
                return self.error(span);
            }
            Some(Ok(found)) => match (found.item, found.rest.as_slice()) {
                (Item::Function(id), []) => return self.call_function(id, found.span, args, span),
                (Item::State(state), [method]) if matches!(method.name.as_str(), "get" | "has") => {
                    return self.row_method(state, *method, args, span);
                }
                (Item::State(state), [method])
                    if self.env.program.states[state].kind != crate::hir::StateKind::Single =>
                {
                    return self.row_method(state, *method, args, span);
                }
                (Item::Enum(of), [variant]) => return self.variant_call(of, *variant, args, span),
                (_, []) => {
                    self.report(bodies::wrong_item(found.span, name.name.as_str(), "a function"));
                    return self.error(span);
                }
                _ => {}
            },
            None => {}
        }
        let base = self.expr(base, None);
        match (&base.ty, name.name.as_str(), args) {
            (Type::Error, ..) => self.error(span),
            (Type::Money, "as", [arg]) => self.money_as(base, &arg.value, span),
            (Type::Map(_), "get" | "has", [arg]) => self.map_method(base, name, &arg.value, span),
            _ => {
                self.check_args(args);
                self.no_method(&base, name, span)
            }
        }
    }

    fn money_as(&mut self, base: Expr, currency: &ast::Expr, span: Span) -> Expr {
        let currency = self.expr_to(currency, &Type::Currency, "`as`");
        match currency.kind {
            ExprKind::Currency(id) => {
                let own = self.env.program.currencies[id].digits;
                let ty = Type::option(Type::Amount(id, own));
                super::field::builtin(Builtin::MoneyAs, vec![base], ty, span)
            }
            ExprKind::Error => self.error(span),
            _ => {
                let message = "`as` takes the name of a currency, known at compile time".to_owned();
                self.report(types::arguments(currency.span, message, "not a currency's name", "m.as(USD)"));
                self.error(span)
            }
        }
    }

    fn call_function(&mut self, id: FunctionId, name_span: Span, args: &[ast::Arg], span: Span) -> Expr {
        let program = self.env.program;
        let function = &program.functions[id];
        let name = function.name.as_str();
        match (function.kind, self.purpose) {
            (FunctionKind::Action, Purpose::Write) | (FunctionKind::Fn, _) => {}
            (FunctionKind::Action, _) => {
                let place = self.place();
                self.report(bodies::action_outside(name_span, name, place));
            }
            (FunctionKind::Query, _) if self.is_pure() => {
                let what = format!("call the query `{name}`, which reads state");
                self.report(bodies::impure(
                    name_span,
                    &what,
                    self.place(),
                    "call it in a rule, action or query and pass the value in",
                ));
            }
            (FunctionKind::Query, _) => {}
        }
        let signature = self.signature(name, &function.params);
        match self.arguments(name, &function.params, args, &signature, span) {
            Some(args) => Expr { ty: function.result.clone(), span, kind: ExprKind::Call { function: id, args } },
            None => Expr { ty: function.result.clone(), ..self.error(span) },
        }
    }

    /// A function as its declaration reads: `fee(amount: USD, note: Text = "")`.
    pub(super) fn signature(&self, name: &str, params: &[Field]) -> String {
        let param = |p: &Field| {
            let default = p.default.as_ref().map(|value| format!(" = {}", super::show::short_value(value)));
            format!("{}: {}{}", p.name, super::show_type(self.env.program, &p.ty), default.unwrap_or_default())
        };
        format!("{name}({})", params.iter().map(param).collect::<Vec<_>>().join(", "))
    }

    /// A value for each parameter; nothing when one was missing or too much, which was said.
    pub(super) fn arguments(
        &mut self,
        name: &str,
        params: &[Field],
        args: &[ast::Arg],
        signature: &str,
        span: Span,
    ) -> Option<Vec<Expr>> {
        let mut values: Vec<Option<Expr>> = vec![None; params.len()];
        let (mut next, mut good) = (0, true);
        let mut named = false;
        for arg in args {
            named |= arg.name.is_some();
            if named && arg.name.is_none() {
                self.expr(&arg.value, None);
                if good {
                    self.report(positional_after_named(arg, signature));
                }
                good = false;
                continue;
            }
            let at = match arg.name {
                Some(named) => params.iter().position(|p| p.name == named.name),
                None => Some(next).filter(|n| *n < params.len()),
            };
            next += usize::from(arg.name.is_none());
            let Some(at) = at else {
                self.expr(&arg.value, None);
                let diagnostic = match arg.name {
                    Some(named) => no_such_parameter(name, named, params, signature),
                    None => {
                        let message = format!("`{name}` takes {}, not {}", params.len(), args.len());
                        types::arguments(arg.value.span, message, "one too many", signature)
                    }
                };
                if good {
                    self.report(diagnostic);
                }
                good = false;
                continue;
            };
            if let Some(named) = arg.name {
                self.env.names_field(named.span, &params[at], None);
            }
            let value = self.expr_to(&arg.value, &params[at].ty, &format!("`{}`", params[at].name));
            if values[at].replace(value).is_some() {
                let message = format!("`{}` is given twice", params[at].name);
                self.report(types::arguments(arg.value.span, message, "given again here", signature));
                good = false;
            }
        }
        let missing =
            |(p, v): &(&Field, &Option<Expr>)| v.is_none() && p.default.is_none() && !matches!(p.ty, Type::Error);
        let missing: Vec<_> =
            params.iter().zip(&values).filter(missing).map(|(p, _)| format!("`{}`", p.name)).collect();
        if !missing.is_empty() && good {
            let message = format!("`{name}` wants {} too", missing.join(", "));
            self.report(types::arguments(span, message, "an argument is missing", signature));
        }
        if !missing.is_empty() || !good {
            return None;
        }
        Some(params.iter().zip(values).map(|(param, value)| value.unwrap_or_else(|| default(param, span))).collect())
    }
}

fn no_such_parameter(of: &str, name: ast::Ident, params: &[Field], signature: &str) -> Diagnostic {
    let message = format!("`{of}` has no parameter `{}`", name.name);
    let near = near(name.name.as_str(), params.iter().map(|param| param.name.as_str()));
    let diagnostic = types::arguments(name.span, message, "no such parameter", signature);
    near.into_iter().fold(diagnostic, |diagnostic, near| diagnostic.with_help(format!("did you mean `{near}`?")))
}

fn positional_after_named(arg: &ast::Arg, signature: &str) -> Diagnostic {
    let message = "an argument by place can't follow one by name".to_owned();
    let diagnostic = types::arguments(arg.value.span, message, "has no name", signature);
    match &arg.value.kind {
        ast::ExprKind::Name(name) => diagnostic.with_help(format!("write `{0}: {0}`", name.name)),
        _ => diagnostic,
    }
}
