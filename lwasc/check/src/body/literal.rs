//! Literals, amounts, texts and lists.

use super::Checker;
use crate::errors::types;
use crate::hir::{Expr, ExprKind, TextPart, Type};
use lwas_base::Span;
use lwas_exact::pow10;
use lwas_syntax::ast;

impl Checker<'_> {
    pub(super) fn literal(&mut self, literal: &ast::Literal, span: Span, want: Option<&Type>) -> Expr {
        let (ty, kind) = match literal {
            ast::Literal::Int(n) => (Type::Int, ExprKind::Int(*n)),
            ast::Literal::Decimal { units, digits } => (Type::Decimal(*digits), ExprKind::Wide(*units)),
            ast::Literal::Duration(n) => (Type::Duration, ExprKind::Int(*n)),
            ast::Literal::Date(n) => (Type::Date, ExprKind::Int(*n)),
            ast::Literal::Time(n) => (Type::Time, ExprKind::Int(*n)),
            ast::Literal::Bool(b) => (Type::Bool, ExprKind::Bool(*b)),
            ast::Literal::None => match want {
                Some(ty @ Type::Option(_)) => (ty.clone(), ExprKind::None),
                _ => (Type::None, ExprKind::None),
            },
        };
        Expr { ty, span, kind }
    }

    /// `99.99 USD`: at least the currency's own digits.
    pub(super) fn amount(&mut self, units: i128, digits: u8, currency: ast::Ident, span: Span) -> Expr {
        let Some(id) = self.currency(currency) else { return self.error(span) };
        let own = self.env.program.currencies[id].digits;
        let most = own.max(digits);
        match units.checked_mul(pow10(most - digits)) {
            Some(units) => Expr { ty: Type::Amount(id, most), span, kind: ExprKind::Wide(units) },
            None => {
                self.report(types::out_of_range(span, "128 bits"));
                self.error(span)
            }
        }
    }

    pub(super) fn text(&mut self, parts: &[ast::TextPart], span: Span) -> Expr {
        let kind = match parts {
            [] => ExprKind::Text(String::new()),
            [ast::TextPart::Literal(text)] => ExprKind::Text(text.clone()),
            parts => ExprKind::Interpolate(parts.iter().map(|part| self.text_part(part)).collect()),
        };
        Expr { ty: Type::Text, span, kind }
    }

    fn text_part(&mut self, part: &ast::TextPart) -> TextPart {
        match part {
            ast::TextPart::Literal(text) => TextPart::Literal(text.clone()),
            ast::TextPart::Expr(expr) => {
                let mut value = self.expr(expr, None);
                match value.ty {
                    Type::Unit => {
                        self.report(types::no_value(expr.span, "a value to show"));
                        value = self.error(expr.span);
                    }
                    Type::None => value.ty = Type::option(Type::Bool),
                    Type::EmptyList => value.ty = Type::list(Type::Bool),
                    Type::EmptyMap => value.ty = Type::map(Type::Bool),
                    _ => {}
                }
                TextPart::Expr(value)
            }
        }
    }

    pub(super) fn list(&mut self, elements: &[ast::Expr], span: Span, want: Option<&Type>) -> Expr {
        if let Some(ty @ Type::List(of)) = want {
            let elements = elements.iter().map(|e| self.expr_to(e, of, "the list")).collect();
            return Expr { ty: ty.clone(), span, kind: ExprKind::List(elements) };
        }
        if elements.is_empty() {
            return Expr { ty: Type::EmptyList, span, kind: ExprKind::List(vec![]) };
        }
        let elements: Vec<_> = elements.iter().map(|e| self.element(e, "a list")).collect();
        let Some((of, elements)) = self.meet(elements, span) else { return self.error(span) };
        let Some(of) = self.element_type(of, "list", span) else { return self.error(span) };
        Expr { ty: Type::list(of), span, kind: ExprKind::List(elements) }
    }

    /// An element of which nothing says what type it has: no fraction.
    pub(super) fn element(&mut self, element: &ast::Expr, place: &str) -> Expr {
        let value = self.expr(element, None);
        if matches!(value.ty, Type::Fraction(_)) { self.keepable(value, place) } else { value }
    }

    /// A type that an element of a list or a map may have; `holder` says of which.
    pub(super) fn element_type(&mut self, ty: Type, holder: &str, span: Span) -> Option<Type> {
        match ty {
            Type::Error => None,
            Type::None | Type::EmptyList | Type::EmptyMap => {
                let inner = match ty {
                    Type::None => "T?",
                    Type::EmptyList => "List<T>",
                    _ => "Map<Text, T>",
                };
                let written = if holder == "map" { format!("Map<Text, {inner}>") } else { format!("List<{inner}>") };
                let advice = format!("bind it with its type: `let x: {written} = …`");
                self.report(types::unknown_type(span, &format!("this {holder}'s elements"), &advice));
                None
            }
            Type::Unit => {
                self.report(types::no_value(span, "a value"));
                None
            }
            Type::Fraction(_) => {
                let found = self.words(&ty);
                self.report(types::fraction(
                    span,
                    &found,
                    &format!("a {holder}"),
                    &format!("round({})", lwas_base::PRIMARY_TEXT),
                ));
                None
            }
            ty => Some(ty),
        }
    }
}
