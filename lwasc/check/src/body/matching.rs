//! `match`: patterns, and whether they cover every case.

use super::Checker;
use crate::env::Item;
use crate::errors::{bodies, types};
use crate::hir::{Arm, Block, EnumId, Expr, ExprKind, Pattern, Type};
use lwas_base::Span;
use lwas_syntax::ast::{self, PatternKind};

/// What the arms so far cover.
#[derive(Default)]
struct Covered {
    /// Everything.
    all: bool,
    /// Variants by number; of an option `none` is 0 and `some` 1, of a Bool `false` is 0 and `true` 1.
    cases: Vec<u32>,
    /// Whether a pattern was wrong: then nothing more is said.
    wrong: bool,
}

impl Checker<'_> {
    pub(super) fn match_value(
        &mut self,
        subject: &ast::Expr,
        arms: &[ast::Arm],
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        let (subject, mut arms) = self.match_arms(subject, arms, span, &mut |checker, body| checker.block(body, want));
        let mut bodies: Vec<&mut Block> = arms.iter_mut().map(|arm| &mut arm.body).collect();
        let ty = self.meet_blocks(&mut bodies, span, want);
        Expr { ty, span, kind: ExprKind::Match { subject: Box::new(subject), arms } }
    }

    /// The same as a statement.
    pub(super) fn match_stmt(&mut self, subject: &ast::Expr, arms: &[ast::Arm], span: Span) -> Expr {
        let (subject, arms) = self.match_arms(subject, arms, span, &mut |checker, body| checker.unit_block(body));
        Expr { ty: Type::Unit, span, kind: ExprKind::Match { subject: Box::new(subject), arms } }
    }

    fn match_arms(
        &mut self,
        subject: &ast::Expr,
        arms: &[ast::Arm],
        span: Span,
        body: &mut dyn FnMut(&mut Self, &ast::Block) -> Block,
    ) -> (Expr, Vec<Arm>) {
        let subject = self.expr(subject, None);
        let subject = self.keepable(subject, "a `match`");
        let mut covered = Covered::default();
        let arms = arms.iter().map(|arm| {
            self.scoped(|checker| {
                let mut patterns = vec![];
                checker.pattern(&arm.pattern, &subject, &mut covered, &mut patterns, true);
                Arm { patterns, body: body(checker, &arm.body) }
            })
        });
        let arms = arms.collect();
        self.exhaustive(&subject, &covered, span);
        (subject, arms)
    }

    fn pattern(
        &mut self,
        pattern: &ast::Pattern,
        subject: &Expr,
        covered: &mut Covered,
        out: &mut Vec<Pattern>,
        binds: bool,
    ) {
        if covered.all && !covered.wrong {
            self.report(types::unreachable_arm(pattern.span));
        }
        match &pattern.kind {
            PatternKind::Or(patterns) => {
                for pattern in patterns {
                    self.pattern(pattern, subject, covered, out, false);
                }
                return;
            }
            _ if subject.ty == Type::Error => covered.wrong = true,
            PatternKind::Error => covered.wrong = true,
            PatternKind::Any => {
                covered.all = true;
                out.push(Pattern::Any);
                return;
            }
            PatternKind::None if matches!(subject.ty, Type::Option(_)) => {
                self.cover(covered, 0, pattern.span);
                out.push(Pattern::None);
                return;
            }
            PatternKind::Some(name) => {
                if let Type::Option(of) = &subject.ty {
                    self.cover(covered, 1, pattern.span);
                    let of = (**of).clone();
                    let local =
                        name.filter(|_| self.may_bind(binds, pattern.span)).map(|n| self.bind(n.name, n.span, of));
                    out.push(Pattern::Some(local));
                    return;
                }
                self.bad_pattern(pattern.span, subject, "`some(…)`");
                covered.wrong = true;
            }
            PatternKind::None => {
                self.bad_pattern(pattern.span, subject, "`none`");
                covered.wrong = true;
            }
            PatternKind::Variant { path, fields } => {
                match self.variant_pattern(path, fields.as_deref(), subject, pattern.span, binds) {
                    Some((case, found)) => {
                        self.cover(covered, case, pattern.span);
                        out.push(found);
                        return;
                    }
                    None => covered.wrong = true,
                }
            }
            PatternKind::Literal(literal) => {
                if let Some(found) = self.literal_pattern(literal, subject, covered) {
                    out.push(found);
                    return;
                }
                covered.wrong = true;
            }
        }
        self.bind_wrong(&pattern.kind);
    }

    /// Names of a wrong pattern are bound all the same, so that the arm's body says nothing about them.
    fn bind_wrong(&mut self, kind: &PatternKind) {
        match kind {
            PatternKind::Some(Some(name)) => {
                self.bind(name.name, name.span, Type::Error);
            }
            PatternKind::Variant { path, fields: None } => {
                if let [name] = path.as_slice()
                    && name.name.as_str().starts_with(|c: char| c.is_ascii_lowercase())
                {
                    self.bind(name.name, name.span, Type::Error);
                }
            }
            PatternKind::Variant { fields: Some(fields), .. } => {
                for name in fields.iter().flatten() {
                    self.bind(name.name, name.span, Type::Error);
                }
            }
            _ => {}
        }
    }

    fn cover(&mut self, covered: &mut Covered, case: u32, span: Span) {
        if covered.cases.contains(&case) {
            self.report(types::unreachable_arm(span));
        } else {
            covered.cases.push(case);
        }
    }

    fn may_bind(&mut self, binds: bool, span: Span) -> bool {
        if !binds {
            let message = "a pattern between `|` binds no names".to_owned();
            self.report(types::fields(span, message, "write `_` here".to_owned()));
        }
        binds
    }

    fn bad_pattern(&mut self, span: Span, subject: &Expr, found: &str) {
        let want = self.words(&subject.ty);
        self.report(types::bad_pattern(span, &want, found));
    }

    fn variant_pattern(
        &mut self,
        path: &[ast::Ident],
        names: Option<&[Option<ast::Ident>]>,
        subject: &Expr,
        span: Span,
        binds: bool,
    ) -> Option<(u32, Pattern)> {
        let Type::Enum(of) = subject.ty else {
            let text = path.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(".");
            let want = self.words(&subject.ty);
            let diagnostic = types::bad_pattern(span, &want, &format!("`{text}`"));
            self.report(match (&subject.ty, path) {
                (Type::Option(_), _) => diagnostic.with_help("what is there is `some(x)`, what is not `none`"),
                (_, [_]) => diagnostic
                    .with_help("all that is left is `_`: the subject already has a name, or gets one with `let`"),
                _ => diagnostic,
            });
            return None;
        };
        let name = self.variant_name(path, of, subject, span)?;
        let variant = self.variant(of, name)?;
        let fields = &self.env.program.enums[of].variants[variant as usize].fields;
        let names = match names {
            Some(names) if names.len() == fields.len() => names.to_vec(),
            // A payload that nobody looks at needs no names.
            None => vec![None; fields.len()],
            Some(names) => {
                let message = match fields.len() {
                    1 => format!("`{}` has 1 field, not {}", name.name, names.len()),
                    n => format!("`{}` has {n} fields, not {}", name.name, names.len()),
                };
                self.report(types::fields(span, message, "give each a name or `_`".to_owned()));
                return None;
            }
        };
        if names.iter().any(Option::is_some) && !self.may_bind(binds, span) {
            return None;
        }
        let pairs = names.iter().zip(fields);
        let fields = pairs.map(|(name, field)| name.map(|n| self.bind(n.name, n.span, field.ty.clone()))).collect();
        Some((variant, Pattern::Variant { of, variant, fields }))
    }

    /// The variant's name in a path; the path before it must name the subject's enum.
    fn variant_name(&mut self, path: &[ast::Ident], of: EnumId, subject: &Expr, span: Span) -> Option<ast::Ident> {
        let declared = &self.env.program.enums[of];
        if let [name] = path
            && declared.variants.iter().any(|variant| variant.name == name.name)
        {
            let help = format!("write `{}.{}`", declared.name, name.name);
            self.report(bodies::unknown_name(name.span, name.name.as_str(), None).with_help(help));
            return None;
        }
        let found = self.item_of(path)?;
        match (found.item, found.rest.as_slice()) {
            (Item::Enum(id), [name]) if id == of => Some(*name),
            (Item::Enum(id), _) => {
                let other = format!("one of `{}`", self.env.program.enums[id].name);
                self.bad_pattern(span, subject, &other);
                None
            }
            _ => {
                let text = path.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(".");
                self.report(bodies::wrong_item(span, &text, "a variant"));
                None
            }
        }
    }

    fn literal_pattern(&mut self, literal: &ast::Expr, subject: &Expr, covered: &mut Covered) -> Option<Pattern> {
        let value = self.expr(literal, None);
        if value.ty == Type::Error {
            return None;
        }
        if let (ExprKind::Bool(b), Type::Bool) = (&value.kind, &subject.ty) {
            self.cover(covered, u32::from(*b), literal.span);
        }
        if self.fit(&value.ty, &subject.ty) == super::coerce::Fit::No && !Checker::is_zero(&value) {
            let found = self.words(&value.ty);
            self.bad_pattern(literal.span, subject, &found);
            return None;
        }
        let value = self.coerce(value, &subject.ty, "this pattern");
        (!matches!(value.kind, ExprKind::Error)).then(|| Pattern::Literal(Box::new(value)))
    }

    fn exhaustive(&mut self, subject: &Expr, covered: &Covered, span: Span) {
        if covered.all || covered.wrong || subject.ty == Type::Error {
            return;
        }
        let cases: Vec<String> = match &subject.ty {
            Type::Enum(id) => {
                let of = &self.env.program.enums[*id];
                let show = |v: &crate::hir::Variant| {
                    let names = v.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(", ");
                    if names.is_empty() {
                        format!("{}.{}", of.name, v.name)
                    } else {
                        format!("{}.{}({names})", of.name, v.name)
                    }
                };
                of.variants.iter().map(show).collect()
            }
            Type::Option(_) => vec!["none".to_owned(), "some(x)".to_owned()],
            Type::Bool => vec!["false".to_owned(), "true".to_owned()],
            _ => vec!["_".to_owned()],
        };
        let missing = (0..).zip(cases).filter(|(n, _)| !covered.cases.contains(n)).map(|(_, case)| case);
        let missing: Vec<_> = missing.collect();
        if !missing.is_empty() {
            self.report(types::not_exhaustive(span, &missing));
        }
    }
}
