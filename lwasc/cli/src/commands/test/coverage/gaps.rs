//! What was not reached, in words, in the order of the lines. A branch that was never reached is one gap, and one in a function that was
//! never called, or an axiom that is never asked, is none of its own.

use super::{Branch, Module, word};
use lwas_ir::Place;
use lwas_ir::coverage::{BranchKind, FunctionKind};
use serde::Serialize;

/// Something that no test reaches.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What was not reached.
    pub message: String,
}

fn gap(place: Place, message: impl Into<String>) -> Gap {
    Gap { line: place.line, column: place.column, message: message.into() }
}

/// All of a module.
pub fn gaps(module: &Module) -> Vec<Gap> {
    let mut all = vec![];
    for function in module.functions.iter().filter(|function| function.calls == 0) {
        let verb = if function.kind == FunctionKind::Rule { "never runs" } else { "is never called" };
        all.push(gap(function.place, format!("{} `{}` {verb}", word(function.kind), function.name)));
    }
    for branch in module.branches.iter().filter(|branch| !branch.is_dead) {
        of_branch(branch, &mut all);
    }
    for axiom in &module.axioms {
        if axiom.asked == 0 {
            all.push(gap(axiom.place, format!("axiom `{}` is never asked", axiom.name)));
        } else if axiom.rejected == 0 {
            all.push(gap(axiom.place, format!("axiom `{}` never rejects anything", axiom.name)));
        }
    }
    all.sort();
    all
}

fn of_branch(branch: &Branch, all: &mut Vec<Gap>) {
    if branch.ways.iter().all(|(taken, _)| *taken == 0) {
        let what = match branch.kind {
            BranchKind::If => "this condition is never looked at",
            BranchKind::Match => "this `match` is never reached",
            BranchKind::Require => "this is never required",
            BranchKind::And => "this `and` is never looked at",
            BranchKind::Or => "this `or` is never looked at",
            BranchKind::Coalesce => "this `??` is never looked at",
        };
        return all.push(gap(branch.place, what));
    }
    for (number, (_, place)) in branch.ways.iter().enumerate().filter(|(_, (taken, _))| *taken == 0) {
        let is_first = number == 0;
        let what = match branch.kind {
            BranchKind::If if is_first => "this condition is never true",
            BranchKind::If => "this condition is never false",
            BranchKind::Match => "this arm is never taken",
            BranchKind::Require if is_first => "this never holds",
            BranchKind::Require => "this always holds, so nothing is rejected here",
            BranchKind::And if is_first => {
                "the left side of this `and` is never true, so the right side is never asked"
            }
            BranchKind::And => "the left side of this `and` is never false",
            BranchKind::Or if is_first => "the left side of this `or` is never false, so the right side is never asked",
            BranchKind::Or => "the left side of this `or` is never true",
            BranchKind::Coalesce if is_first => "the left side of this `??` is always `none`",
            BranchKind::Coalesce => "the left side of this `??` is never `none`",
        };
        all.push(gap(place.unwrap_or(branch.place), what));
    }
}
