//! A function: registers, basic blocks, and the places where it can fail.

use crate::{BlockId, Inst, Local, Terminator, TypeId};
pub use crate::{Site, Trace};
use cranelift_entity::PrimaryMap;

/// What a register holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A 64-bit signed integer; Bool is 0 or 1.
    I64,
    /// A 128-bit signed integer.
    I128,
    /// An offset into program memory; 0 only as `none`.
    Ref,
}

impl Kind {
    /// Bytes in memory.
    pub fn size(self) -> u32 {
        match self {
            Kind::I64 | Kind::Ref => 8,
            Kind::I128 => 16,
        }
    }
}

/// A function. Registers may be assigned more than once; a register is assigned on every path before it is read.
/// The first `params` registers hold the arguments. Entry charges one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Qualified name for people, such as `ledger.transfer` or `axiom ledger.within_limit`; unique in the module.
    pub name: String,
    /// How many of the registers are parameters.
    pub params: u32,
    /// The registers.
    pub locals: PrimaryMap<Local, Kind>,
    /// What it returns.
    pub result: Option<Kind>,
    /// The blocks; the first is the entry.
    pub blocks: PrimaryMap<BlockId, Block>,
    /// Where it can fail. Site 0 is the function itself: exhausted budgets on entry are reported there.
    pub sites: PrimaryMap<Site, SiteData>,
    /// Sub-expressions whose values a rejection shows.
    pub traces: PrimaryMap<Trace, TraceData>,
}

/// A basic block.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// In order.
    pub insts: Vec<Inst>,
    /// How it ends.
    pub end: Terminator,
}

/// A place in source: lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which of `Module::sources`.
    pub file: u32,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
    /// How many characters from there on, on that line; at least 1.
    pub width: u32,
}

impl Place {
    /// Whether another place lies in this one, or is it. Of what goes on behind its line only the beginning is known.
    pub fn holds(&self, inner: Place) -> bool {
        (self.file, self.line) == (inner.file, inner.line)
            && self.column <= inner.column
            && inner.column.saturating_add(inner.width) <= self.column.saturating_add(self.width)
    }
}

/// A place where a function can fail.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteData {
    /// Where.
    pub place: Place,
}

/// A sub-expression whose value a rejection shows. The traces of one failure are in the order in which they are computed.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceData {
    /// Where.
    pub place: Place,
    /// Its type.
    pub ty: TypeId,
    /// The failure that it explains; none for every failure of the function.
    pub site: Option<Site>,
}
