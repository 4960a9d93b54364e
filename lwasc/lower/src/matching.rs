//! `match`. The checker has seen that every case is covered: the last arm needs no test.

use crate::body::Fx;
use crate::row::{RowForm, row_of};
use lwas_base::Span;
use lwas_check::hir::{Arm, EnumId, Expr, LocalId, Pattern, Type};
use lwas_ir::{BlockId, CompareOp, Kind, Local};

/// What is matched.
struct Subject<'e> {
    reg: Local,
    form: RowForm,
    ty: &'e Type,
    span: Span,
}

impl Fx<'_, '_> {
    /// `match subject { arms }`.
    pub fn match_(&mut self, subject: &Expr, arms: &[Arm], ty: &Type, tracing: bool) -> Option<Local> {
        let (reg, form) = match row_of(&subject.ty) {
            Some(_) => self.row(subject),
            // What decides is shown too: it says which of the arms the other values are of.
            None => (self.operand(subject, tracing), RowForm::Full),
        };
        // Behind an arm that matches everything none is reached.
        let reached = arms.iter().position(|arm| arm.patterns.iter().any(|p| matches!(p, Pattern::Any)));
        let arms = &arms[..reached.map_or(arms.len(), |at| at + 1)];
        let subject = Subject { reg, form, ty: &subject.ty, span: subject.span };
        let dst = self.result_local(ty);
        let done = self.b.new_block();
        let mut ways = vec![];
        for (at, arm) in arms.iter().enumerate() {
            let next = (at + 1 < arms.len()).then(|| self.b.new_block());
            self.arm_tests(&subject, &arm.patterns, next);
            ways.push(self.arm_way(arm));
            self.arm_binds(&subject, arm);
            self.tracing = tracing;
            let value = self.block(&arm.body);
            self.arrive(dst, value, done);
            if let Some(next) = next {
                self.b.switch_to(next);
            }
        }
        self.note_match(subject.span, ways);
        if arms.is_empty() {
            self.b.jump(done);
        }
        self.b.switch_to(done);
        dst
    }

    /// Goes on in the arm when one of its patterns matches, else at `next`.
    fn arm_tests(&mut self, subject: &Subject, patterns: &[Pattern], next: Option<BlockId>) {
        let Some(next) = next else { return };
        let body = self.b.new_block();
        for (at, pattern) in patterns.iter().enumerate() {
            let matches = self.pattern_test(subject, pattern);
            let last = at + 1 == patterns.len();
            let otherwise = if last { next } else { self.b.new_block() };
            self.b.branch(matches, body, otherwise);
            self.b.switch_to(otherwise);
        }
        self.b.switch_to(body);
    }

    fn pattern_test(&mut self, subject: &Subject, pattern: &Pattern) -> Local {
        match pattern {
            Pattern::Any => self.b.int(1),
            Pattern::None => self.is_none(subject.reg),
            Pattern::Some(_) => {
                let none = self.b.none();
                self.b.compare(CompareOp::NotEqual, subject.reg, none)
            }
            Pattern::Variant { of, variant, .. } => {
                let found = match self.cx.program.enums[*of].is_plain() {
                    true => subject.reg,
                    false => self.b.load(Kind::I64, subject.reg, 0),
                };
                let wanted = self.b.int(i64::from(*variant));
                self.b.compare(CompareOp::Equal, found, wanted)
            }
            Pattern::Literal(value) => {
                let value = self.expr(value);
                self.compare_values(CompareOp::Equal, subject.reg, value, subject.ty, subject.span)
            }
        }
    }

    /// Binds what the pattern names. More than one pattern binds nothing.
    fn arm_binds(&mut self, subject: &Subject, arm: &Arm) {
        let [pattern] = arm.patterns.as_slice() else { return };
        match pattern {
            Pattern::Some(Some(local)) => {
                let Type::Option(of) = subject.ty else { unreachable!("`some` matches an option") };
                let value = self.unboxed(subject.reg, of);
                self.bind(*local, of, value, subject.form);
            }
            Pattern::Variant { of, variant, fields } => self.bind_payload(subject.reg, *of, *variant, fields),
            _ => {}
        }
    }

    fn bind_payload(&mut self, value: Local, of: EnumId, variant: u32, locals: &[Option<LocalId>]) {
        let fields = &self.cx.program.enums[of].variants[variant as usize].fields;
        let (layout, _) = self.cx.layout(8, fields);
        for ((local, field), (offset, kind)) in locals.iter().zip(fields).zip(layout) {
            if let Some(local) = local {
                let reg = self.b.load(kind, value, offset);
                self.bind(*local, &field.ty, reg, RowForm::Full);
            }
        }
    }

    /// A variant: its number, or a value in memory when the enum has payload.
    pub fn variant(&mut self, of: EnumId, variant: u32, fields: &[Expr], span: Span) -> Local {
        let values = self.exprs(fields);
        let declared = &self.cx.program.enums[of];
        let number = self.b.int(i64::from(variant));
        if declared.is_plain() {
            return number;
        }
        let (layout, size) = self.cx.layout(8, &declared.variants[variant as usize].fields);
        let values = layout.iter().map(|(offset, _)| *offset).zip(values);
        self.made(size, std::iter::once((0, number)).chain(values), span)
    }
}
