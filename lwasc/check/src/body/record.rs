//! Records, events and variants with a payload: a value for each field.

use super::Checker;
use crate::env::{Item, Purpose};
use crate::errors::{bodies, types};
use crate::hir::{EnumId, Expr, ExprKind, Field, StmtKind, Type};
use lwas_base::Span;
use lwas_base::near;
use lwas_syntax::ast;

impl Checker<'_> {
    /// `Name { field: value }`.
    pub(super) fn record(&mut self, path: &[ast::Ident], inits: &[ast::FieldInit], span: Span) -> Expr {
        let Some(found) = self.item_of(path) else {
            self.check_all(inits);
            return self.error(span);
        };
        let name = path.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(".");
        let record = match (found.item, found.rest.is_empty()) {
            (Item::Record(id), true) => id,
            (Item::Event(id), true) if self.purpose == Purpose::Test => self.env.program.events[id].record,
            (Item::State(id), true)
                if self.purpose == Purpose::Test
                    && let Some(settings) = self.env.program.settings_of(id) =>
            {
                self.env.program.events[settings.event].record
            }
            (Item::Event(_), true) => {
                self.report(bodies::not_a_value(
                    found.span,
                    &name,
                    "an event",
                    "an event happens by `emit Event { … }`, in rules and actions",
                ));
                return self.error(span);
            }
            _ => {
                self.report(bodies::wrong_item(found.span, &name, "a record or an event"));
                self.check_all(inits);
                return self.error(span);
            }
        };
        let fields = &self.env.program.records[record].fields;
        let Some(values) = self.field_values(&name, fields, inits, span) else { return self.error(span) };
        Expr { ty: Type::Record(record), span, kind: ExprKind::Record { record, fields: values } }
    }

    /// `emit Event { … }`.
    pub(super) fn emit(&mut self, event: &ast::Expr, span: Span) -> Option<StmtKind> {
        // The parser has said where this is no event.
        let ast::ExprKind::Record { path, fields: inits } = &event.kind else { return None };
        if self.purpose != Purpose::Write {
            self.report(bodies::write_outside(span, self.place()));
            return None;
        }
        let Some(found) = self.item_of(path) else {
            self.check_all(inits);
            return None;
        };
        let name = path.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(".");
        let (Item::Event(id), true) = (found.item, found.rest.is_empty()) else {
            self.report(bodies::wrong_item(found.span, &name, "an event"));
            self.check_all(inits);
            return None;
        };
        let record = self.env.program.events[id].record;
        let fields = self.field_values(&name, &self.env.program.records[record].fields, inits, event.span)?;
        let data = Expr { ty: Type::Record(record), span: event.span, kind: ExprKind::Record { record, fields } };
        Some(StmtKind::Emit { event: id, data })
    }

    /// Checks values whose fields are not known, for their own mistakes.
    fn check_all(&mut self, inits: &[ast::FieldInit]) {
        for value in inits.iter().filter_map(|init| init.value.as_ref()) {
            self.expr(value, None);
        }
    }

    /// A value for each of some fields, in their order; nothing when one was missing or unknown, which was said.
    pub(super) fn field_values(
        &mut self,
        of: &str,
        fields: &[Field],
        inits: &[ast::FieldInit],
        span: Span,
    ) -> Option<Vec<Expr>> {
        let mut values: Vec<Option<Expr>> = vec![None; fields.len()];
        let mut good = true;
        for init in inits {
            let Some(at) = fields.iter().position(|f| f.name == init.name.name) else {
                let near = near(init.name.name.as_str(), fields.iter().map(|f| f.name.as_str()));
                self.report(types::no_field(init.name.span, &format!("`{of}`"), init.name.name.as_str(), near));
                good = false;
                continue;
            };
            self.env.names_field(init.name.span, &fields[at], None);
            let place = format!("`{}`", init.name.name);
            let value = match &init.value {
                Some(value) => self.expr_to(value, &fields[at].ty, &place),
                None => {
                    let value = self.name(init.name);
                    self.coerce(value, &fields[at].ty, &place)
                }
            };
            if values[at].replace(value).is_some() {
                let message = format!("`{}` is given twice", init.name.name);
                self.report(types::fields(init.name.span, message, "given again here".to_owned()));
                good = false;
            }
        }
        let missing = |(field, value): &(&Field, &Option<Expr>)| {
            value.is_none() && field.default.is_none() && !matches!(field.ty, Type::Option(_) | Type::Error)
        };
        let missing: Vec<_> =
            fields.iter().zip(&values).filter(missing).map(|(f, _)| format!("`{}`", f.name)).collect();
        if !missing.is_empty() && good {
            let list = missing.join(", ");
            self.report(types::fields(span, format!("{list} of `{of}` is missing"), format!("{list} has no default")));
        }
        if !missing.is_empty() || !good {
            return None;
        }
        let filled = fields.iter().zip(values).map(|(field, value)| value.unwrap_or_else(|| default(field, span)));
        Some(filled.collect())
    }

    /// `r with { field: value }`.
    pub(super) fn with(&mut self, base: &ast::Expr, inits: &[ast::FieldInit], span: Span) -> Expr {
        let base = self.expr(base, None);
        let Type::Record(record) = base.ty else {
            if base.ty != Type::Error {
                let found = self.words(&base.ty);
                let diagnostic = types::mismatch(base.span, "a record", &found, "`with`");
                let help = "a map with other entries is `m + { key: value }`";
                self.report(if matches!(base.ty, Type::Map(_)) { diagnostic.with_help(help) } else { diagnostic });
            }
            self.check_all(inits);
            return self.error(span);
        };
        let declared = &self.env.program.records[record];
        let mut fields = vec![];
        for init in inits {
            let name = init.name.name;
            let Some(at) = declared.fields.iter().position(|f| f.name == name) else {
                let near = near(name.as_str(), declared.fields.iter().map(|f| f.name.as_str()));
                self.report(types::no_field(init.name.span, &format!("`{}`", declared.name), name.as_str(), near));
                continue;
            };
            self.env.names_field(init.name.span, &declared.fields[at], None);
            let place = format!("`{name}`");
            let value = match &init.value {
                Some(value) => self.expr_to(value, &declared.fields[at].ty, &place),
                None => {
                    let value = self.name(init.name);
                    self.coerce(value, &declared.fields[at].ty, &place)
                }
            };
            fields.push((u32::try_from(at).expect("a record has few fields"), value));
        }
        Expr { ty: base.ty.clone(), span, kind: ExprKind::With { base: Box::new(base), fields } }
    }

    /// `Tier.Custom(rate: 0.01)`.
    pub(super) fn variant_call(&mut self, of: EnumId, name: ast::Ident, args: &[ast::Arg], span: Span) -> Expr {
        let Some(variant) = self.variant(of, name) else { return self.error(span) };
        let fields = &self.env.program.enums[of].variants[variant as usize].fields;
        let signature = self.signature(name.name.as_str(), fields);
        let Some(fields) = self.arguments(name.name.as_str(), fields, args, &signature, span) else {
            return self.error(span);
        };
        Expr { ty: Type::Enum(of), span, kind: ExprKind::Variant { of, variant, fields } }
    }
}

/// The value of a field that was left out.
pub(super) fn default(field: &Field, span: Span) -> Expr {
    match &field.default {
        Some(default) => Expr { span, ..default.clone() },
        None => Expr { ty: field.ty.clone(), span, kind: ExprKind::None },
    }
}
