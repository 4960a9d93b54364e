//! Texts with parts. Values are shown as people read them; texts stand as they are.

use crate::body::Fx;
use lwas_base::Span;
use lwas_check::hir::{TextPart, Type};
use lwas_ir::{HostOp, Kind, Local};

impl Fx<'_, '_> {
    /// The parts one after the other.
    pub fn interpolate(&mut self, parts: &[TextPart], span: Span) -> Local {
        let parts: Vec<_> = parts.iter().map(|part| self.text_part(part)).collect();
        self.joined(&parts, span)
    }

    /// Texts one after the other.
    pub fn joined(&mut self, parts: &[Local], span: Span) -> Local {
        match parts {
            [one] => *one,
            parts => self.host(HostOp::TextJoin, parts, Kind::Ref, span),
        }
    }

    fn text_part(&mut self, part: &TextPart) -> Local {
        match part {
            TextPart::Literal(text) => self.text(text),
            TextPart::Expr(e) => {
                let value = self.operand(e, false);
                self.shown(value, &e.ty, e.span)
            }
        }
    }

    /// A text constant.
    pub fn text(&mut self, text: &str) -> Local {
        let id = self.cx.text(text);
        self.b.text(id)
    }

    /// A value as a text.
    pub fn shown(&mut self, value: Local, ty: &Type, span: Span) -> Local {
        if *ty == Type::Text {
            return value;
        }
        let ty = self.cx.ty(ty);
        self.host(HostOp::TextFormat(ty), &[value], Kind::Ref, span)
    }
}
