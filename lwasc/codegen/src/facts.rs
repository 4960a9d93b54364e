//! What is known of a function's registers before it is translated: those that hold one constant all the time, and those
//! that hold a 64-bit number in 128 bits. A register is assigned on every path before it is read, so that a single
//! assignment says it all.

use crate::unit::Body;
use cranelift_codegen::entity::SecondaryMap;
use lwas_ir::{Inst, Local, TextId};

/// What is known of a register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fact {
    /// Nothing.
    #[default]
    Unknown,
    /// It is this number.
    Constant(i128),
    /// It is an I128 that fits 64 bits.
    Narrow,
    /// It is this text.
    Text(TextId),
}

impl Fact {
    /// The constant that fits 64 bits.
    pub(crate) fn small(self) -> Option<i64> {
        match self {
            Fact::Constant(value) => i64::try_from(value).ok(),
            _ => None,
        }
    }

    /// Whether it is known to fit 64 bits.
    pub(crate) fn is_narrow(self) -> bool {
        self == Fact::Narrow || self.small().is_some()
    }
}

/// Facts by register.
pub(crate) fn facts(function: &Body<'_>) -> SecondaryMap<Local, Fact> {
    let mut facts = SecondaryMap::new();
    let mut assigned = SecondaryMap::<Local, bool>::new();
    // An argument is an assignment.
    for local in function.locals.keys().take(function.params as usize) {
        assigned[local] = true;
    }
    for inst in function.blocks.values().flat_map(|block| &block.insts) {
        let Some(dst) = inst.dst() else { continue };
        let again = std::mem::replace(&mut assigned[dst], true);
        facts[dst] = match inst {
            _ if again => Fact::Unknown,
            Inst::Const { value, .. } => Fact::Constant(i128::from(*value)),
            Inst::ConstWide { value, .. } => Fact::Constant(*value),
            Inst::Extend { .. } => Fact::Narrow,
            Inst::ConstText { text, .. } => Fact::Text(*text),
            _ => Fact::Unknown,
        };
    }
    facts
}
