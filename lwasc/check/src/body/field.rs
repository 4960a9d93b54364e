//! `base.name` and `base[key]`: fields, variants, rows, elements.

use super::Checker;
use crate::env::Item;
use crate::errors::types;
use crate::hir::{Builtin, EnumId, Expr, ExprKind, Field, StateKind, Type};
use lwas_base::Span;
use lwas_base::near;
use lwas_syntax::ast;

impl Checker<'_> {
    pub(super) fn field(&mut self, whole: &ast::Expr, base: &ast::Expr, name: ast::Ident) -> Expr {
        match self.item_path(whole) {
            Some(Err(())) => return self.error(whole.span),
            Some(Ok(found)) => {
                let (value, rest) = match (found.item, found.rest.as_slice()) {
                    (Item::Enum(of), [variant, rest @ ..]) => {
                        (self.plain_variant(of, *variant, found.span.to(variant.span)), rest)
                    }
                    (_, rest) => (self.path_value(whole, &found), rest),
                };
                return rest.iter().fold(value, |value, name| self.member_of(value, *name));
            }
            None => {}
        }
        let base = self.expr(base, None);
        self.member_of(base, name)
    }

    /// A field of a value.
    pub(super) fn member_of(&mut self, base: Expr, name: ast::Ident) -> Expr {
        let span = base.span.to(name.span);
        let program = self.env.program;
        self.env.notes.typed(base.span, &base.ty);
        let fields: &[Field] = match &base.ty {
            Type::Error => return self.error(span),
            Type::Record(id) => &program.records[*id].fields,
            Type::Row(id) => &program.states[*id].fields,
            Type::Money => match name.name.as_str() {
                "amount" => return builtin(Builtin::MoneyAmount, vec![base], Type::Number, span),
                "currency" => return builtin(Builtin::MoneyCurrency, vec![base], Type::Currency, span),
                _ => &[],
            },
            // An amount of a known currency is Money too.
            Type::Amount(id, _) => match name.name.as_str() {
                "amount" => {
                    let money = self.coerce(base, &Type::Money, "`.amount`");
                    return builtin(Builtin::MoneyAmount, vec![money], Type::Number, span);
                }
                "currency" => return Expr { ty: Type::Currency, span, kind: ExprKind::Currency(*id) },
                _ => &[],
            },
            Type::Option(of) if matches!(**of, Type::Record(_) | Type::Row(_) | Type::Money) => {
                self.may_be_none(&base, name.span);
                return self.error(span);
            }
            _ => &[],
        };
        match fields.iter().position(|f| f.name == name.name) {
            Some(at) => {
                let owner = if let Type::Row(id) = &base.ty { Some(program.states[*id].span) } else { None };
                self.env.names_field(name.span, &fields[at], owner);
                let ty = fields[at].ty.clone();
                let field = u32::try_from(at).expect("a record has few fields");
                self.narrowed(Expr { ty, span, kind: ExprKind::Field { base: Box::new(base), field } })
            }
            None => {
                let of = self.words(&base.ty);
                let near = near(name.name.as_str(), fields.iter().map(|f| f.name.as_str()));
                let diagnostic = types::no_field(name.span, &of, name.name.as_str(), near);
                let function = self.function_of(&base.ty, name.name.as_str()).filter(|_| near.is_none());
                self.report(function.into_iter().fold(diagnostic, |diagnostic, help| diagnostic.with_help(help)));
                self.error(span)
            }
        }
    }

    /// How something is said of a value that is no field of it.
    fn function_of(&self, ty: &Type, name: &str) -> Option<String> {
        match ty {
            Type::List(_)
            | Type::Map(_)
            | Type::Text
            | Type::Int
            | Type::Decimal(_)
            | Type::Date
            | Type::Time
            | Type::Option(_) => {}
            _ => return None,
        }
        if let Some(help) = super::habits::instead(ty, name) {
            return Some(help);
        }
        match super::foreign::function(name) {
            Some(help) => Some(help.to_owned()),
            None => super::builtin::NAMES.contains(&name).then(|| format!("write `{name}(…)`")),
        }
    }

    fn plain_variant(&mut self, of: EnumId, name: ast::Ident, span: Span) -> Expr {
        let Some(variant) = self.variant(of, name) else { return self.error(span) };
        let declared = &self.env.program.enums[of].variants[variant as usize];
        if !declared.fields.is_empty() {
            let list = declared.fields.iter().map(|f| format!("{}: …", f.name)).collect::<Vec<_>>().join(", ");
            let message = format!("`{}` has a payload", name.name);
            self.report(
                types::fields(span, message, "its fields are missing".to_owned())
                    .with_help(format!("write `{}({list})`", name.name)),
            );
            return self.error(span);
        }
        Expr { ty: Type::Enum(of), span, kind: ExprKind::Variant { of, variant, fields: vec![] } }
    }

    /// The number of a variant.
    pub(super) fn variant(&mut self, of: EnumId, name: ast::Ident) -> Option<u32> {
        let declared = &self.env.program.enums[of];
        match declared.variants.iter().position(|v| v.name == name.name) {
            Some(at) => {
                self.env.notes.used(name.span, declared.variants[at].span);
                Some(u32::try_from(at).expect("an enum has few variants"))
            }
            None => {
                let near = near(name.name.as_str(), declared.variants.iter().map(|v| v.name.as_str()));
                let message = format!("`{}` has no variant `{}`", declared.name, name.name);
                let mut diagnostic =
                    lwas_base::Diagnostic::error(lwas_base::Code("E0320"), name.span, message, "no such variant");
                if let Some(near) = near {
                    diagnostic = diagnostic.with_help(format!("did you mean `{near}`?"));
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// `base[keys]`: a row, an element of a list, a bag's amount.
    pub(super) fn index(&mut self, base: &ast::Expr, keys: &[ast::Expr], span: Span) -> Expr {
        match self.item_path(base) {
            Some(Err(())) => return self.error(span),
            Some(Ok(found)) if found.rest.is_empty() => {
                if let Item::State(state) = found.item {
                    self.reads_state(span);
                    if self.env.program.states[state].kind == StateKind::Single {
                        let message = format!("`{}` has one row and no key", self.env.program.states[state].name);
                        self.report(types::bad_index(span, message, "no key is wanted here"));
                        return self.error(span);
                    }
                    let Some(keys) = self.keys(state, keys, span) else { return self.error(span) };
                    return Expr { ty: Type::Row(state), span, kind: ExprKind::Row { state, keys } };
                }
            }
            _ => {}
        }
        let base = self.expr(base, None);
        let [key] = keys else {
            let diagnostic = types::bad_index(span, "one value stands in these brackets".to_owned(), "too many");
            let help = "several elements are `[xs[n] for n in range(first, last)]`";
            self.report(if matches!(base.ty, Type::List(_)) { diagnostic.with_help(help) } else { diagnostic });
            return self.error(span);
        };
        match &base.ty {
            Type::Error => self.error(span),
            Type::List(of) => {
                let ty = (**of).clone();
                let index = self.expr_to(key, &Type::Int, "an index");
                if matches!(index.kind, ExprKind::Int(..0)) {
                    let message = "an index counts from 0".to_owned();
                    let diagnostic = types::bad_index(key.span, message, "outside every list");
                    self.report(diagnostic.with_help("the last element is `last(x in xs)`"));
                    return self.error(span);
                }
                Expr { ty, span, kind: ExprKind::Element { list: Box::new(base), index: Box::new(index) } }
            }
            Type::Map(of) => {
                let ty = (**of).clone();
                let key = self.map_key(key, "a map");
                builtin(Builtin::MapAt, vec![base, key], ty, span)
            }
            Type::Bag => {
                let currency = self.expr_to(key, &Type::Currency, "a bag");
                Expr {
                    ty: Type::Money,
                    span,
                    kind: ExprKind::BagGet { bag: Box::new(base), currency: Box::new(currency) },
                }
            }
            Type::Option(of) if matches!(**of, Type::List(_) | Type::Map(_)) => {
                self.may_be_none(&base, span);
                self.error(span)
            }
            other => {
                let message = format!("{} has no elements", self.words(other));
                self.report(types::bad_index(base.span, message, "expected a state, a list, a map or a bag"));
                self.error(span)
            }
        }
    }
}

/// A call of a function that the language has.
pub(super) fn builtin(builtin: Builtin, args: Vec<Expr>, ty: Type, span: Span) -> Expr {
    Expr { ty, span, kind: ExprKind::Builtin { builtin, args } }
}
