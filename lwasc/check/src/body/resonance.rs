//! `resonance()`: the share of truth that holds in the module where it is called, as an exact fraction.
//!
//! It becomes a sum of each belief's truth where the belief and all that it is given hold, over a sum that is known here. A
//! belief holds when `std.belief` has noted no doubt about it: `doubts(module, belief)` is kept by difference.

use super::Checker;
use crate::declare::standard;
use crate::env::{Item, Purpose};
use crate::errors::{beliefs, bodies};
use crate::hir::{ArithOp, Axiom, AxiomId, AxiomKind, Block, CompareOp, Expr, ExprKind, FractionOf, FunctionId, Type};
use lwas_base::Span;
use std::collections::BTreeSet;

impl Checker<'_> {
    pub(super) fn resonance(&mut self, span: Span) -> Expr {
        let ty = Type::Fraction(FractionOf::Number);
        if self.is_pure() || self.purpose == Purpose::Computed {
            let advice = "ask in a rule, action or query and pass the answer in";
            self.report(bodies::impure(span, "ask what holds", self.place(), advice));
            return self.error(span);
        }
        if !matches!(self.purpose, Purpose::Write | Purpose::Query | Purpose::Test | Purpose::Alert) {
            let place = self.place();
            self.report(beliefs::recorded_later(span, "`resonance()`", place));
            return self.error(span);
        }
        let doubts = standard::member(self.env, "std.belief", "doubts");
        let (Some(Item::Function(doubts)), program) = (doubts, self.env.program) else { return self.error(span) };
        let own = |axiom: &&Axiom| axiom.module == self.module;
        let laws = program.axioms.values().filter(own).filter(|axiom| matches!(axiom.kind, AxiomKind::Law)).count();
        let beliefs: Vec<_> = program
            .axioms
            .iter()
            .filter(|(_, axiom)| own(axiom))
            .filter_map(|(id, axiom)| match axiom.kind {
                AxiomKind::Belief { truth, digits } => Some((id, truth, digits)),
                _ => None,
            })
            .collect();
        let scale = beliefs.iter().map(|(.., digits)| *digits).max().unwrap_or(0);
        let number = |units: i128| Expr { ty: Type::Decimal(scale), span, kind: ExprKind::Wide(units) };
        let one = 10i128.pow(u32::from(scale));
        let laws = i128::try_from(laws).unwrap_or(0) * one;
        let (mut holds, mut all) = (number(laws), laws);
        for (id, truth, digits) in beliefs {
            let units = truth * 10i128.pow(u32::from(scale - digits));
            all += units;
            let condition = self.holds(id, doubts, span);
            let block = |units| {
                let value = Some(Box::new(number(units)));
                Box::new(Block { statements: vec![], value, ty: Type::Decimal(scale), span })
            };
            let part = ExprKind::If { condition: Box::new(condition), then: block(units), otherwise: Some(block(0)) };
            let part = Expr { ty: Type::Decimal(scale), span, kind: part };
            let sum = ExprKind::Arith { op: ArithOp::Add, left: Box::new(holds), right: Box::new(part) };
            holds = Expr { ty: Type::Decimal(scale), span, kind: sum };
        }
        // Nothing is claimed, so nothing is missing.
        let (holds, all) = if all == 0 { (number(one), number(one)) } else { (holds, number(all)) };
        let fraction = |value: Expr| Expr { ty: ty.clone(), span, kind: ExprKind::Convert(Box::new(value)) };
        let kind =
            ExprKind::Arith { op: ArithOp::Div, left: Box::new(fraction(holds)), right: Box::new(fraction(all)) };
        Expr { ty: ty.clone(), span, kind }
    }

    /// Whether a belief and all the beliefs that it is given, through others too, are without doubt.
    fn holds(&self, id: AxiomId, doubts: FunctionId, span: Span) -> Expr {
        let program = self.env.program;
        let mut needed = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let axiom = &program.axioms[id];
            if matches!(axiom.kind, AxiomKind::Belief { .. }) && needed.insert(id) {
                open.extend(&axiom.given);
            }
        }
        let text = |text: String| Expr { ty: Type::Text, span, kind: ExprKind::Text(text) };
        let int = |kind| Box::new(Expr { ty: Type::Int, span, kind });
        let certain = |id: AxiomId| {
            let axiom = &program.axioms[id];
            let module = text(program.modules[axiom.module].path.clone());
            let args = vec![module, text(axiom.name.as_str().to_owned())];
            let left = int(ExprKind::Call { function: doubts, args });
            let kind = ExprKind::Compare { op: CompareOp::Equal, left, right: int(ExprKind::Int(0)) };
            Expr { ty: Type::Bool, span, kind }
        };
        let mut parts = needed.into_iter().map(certain);
        let first = parts.next().unwrap_or(Expr { ty: Type::Bool, span, kind: ExprKind::Bool(true) });
        parts.fold(first, |all, part| Expr { ty: Type::Bool, span, kind: ExprKind::And(Box::new(all), Box::new(part)) })
    }
}
