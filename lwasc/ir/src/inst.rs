//! Instructions. What can fail has a `site`; the function's caller gets it as a status.

use crate::{BlockId, FuncId, HostOp, Kind, Local, Site, TextId, Trace};
use lwas_exact::Mode;

/// An instruction. Kinds of operands are fixed by the instruction, as written beside it.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Inst {
    /// `dst: I64 = value`.
    Const { dst: Local, value: i64 },
    /// `dst: I128 = value`.
    ConstWide { dst: Local, value: i128 },
    /// `dst: Ref` to a text constant.
    ConstText { dst: Local, text: TextId },
    /// `dst = src`, of one kind. A `Ref` constant 0 (`none`) is `None`.
    Copy { dst: Local, src: Local },
    /// `dst: Ref = 0`.
    None { dst: Local },
    /// `dst: I64 = a op b`, checked; `div` and `mod` are floored.
    Int { op: IntOp, dst: Local, a: Local, b: Local, site: Site },
    /// `dst: I128 = a op b`, checked.
    Wide { op: WideOp, dst: Local, a: Local, b: Local, site: Site },
    /// `dst: I128 = src` with another number of digits: exact upwards, by `mode` downwards; checked.
    Rescale { dst: Local, src: Local, from: u8, to: u8, mode: Mode, site: Site },
    /// `dst: I128 = src: I64`.
    Extend { dst: Local, src: Local },
    /// `dst: I64 = src: I128`, checked.
    Narrow { dst: Local, src: Local, site: Site },
    /// `dst: I64 = a op b` (0 or 1); a and b both I64 or both I128, or both Ref for `Equal`/`NotEqual` with `none`.
    Compare { op: CompareOp, dst: Local, a: Local, b: Local },
    /// `dst: I64 = 1 - src`.
    Not { dst: Local, src: Local },
    /// `dst: Ref` to `size` bytes (a multiple of 8) of memory, charged; the content is written before it is read.
    New { dst: Local, size: u32, site: Site },
    /// `dst` (of any kind) from memory at `base: Ref` + `offset`.
    Load { dst: Local, base: Local, offset: u32 },
    /// `src` (of any kind) to memory at `base: Ref` + `offset`.
    Store { base: Local, offset: u32, src: Local },
    /// `dst: Ref` to an empty list with room for `capacity: I64` elements of a kind, charged.
    NewList { dst: Local, capacity: Local, element: Kind, site: Site },
    /// Appends `value` to `list: Ref`, which has room: the compiler has seen to that.
    Push { list: Local, value: Local },
    /// `dst: I64 =` the length of `list: Ref`.
    Length { dst: Local, list: Local },
    /// `dst` = element `index: I64` (from 0) of `list: Ref`, checked; the kind is that of `dst`.
    Element { dst: Local, list: Local, index: Local, site: Site },
    /// Calls a function; `dst` of the kind of its result.
    Call { dst: Option<Local>, func: FuncId, args: Vec<Local> },
    /// Calls a host function; kinds as `HostOp::signature` says.
    Host { dst: Option<Local>, op: HostOp, args: Vec<Local>, site: Site },
    /// Charges one step: stands in every loop.
    Step { site: Site },
    /// Shows the value of a sub-expression to whoever explains a rejection; native code skips it.
    Trace { trace: Trace, value: Local },
}

/// 64-bit arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named after the operations")]
pub enum IntOp {
    Add,
    Sub,
    Mul,
    /// Floored.
    Div,
    /// Floored: the sign of the divisor.
    Mod,
}

/// 128-bit arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named after the operations")]
pub enum WideOp {
    Add,
    Sub,
    Mul,
}

/// Comparisons, signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named after the comparisons")]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// How a block ends.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Terminator {
    /// Goes on at a block.
    Jump(BlockId),
    /// Goes on at `then` when `condition: I64` is not 0, else at `otherwise`.
    Branch { condition: Local, then: BlockId, otherwise: BlockId },
    /// Returns, with a value when the function has a result.
    Return(Option<Local>),
    /// Fails at a site; `message` is a text that says why. Native code returns the status at the block's start without
    /// executing the block, since all that it computes is the message.
    Fail { site: Site, reason: crate::module::FailReason, message: Option<Local> },
}

impl Inst {
    /// The register that it assigns.
    pub fn dst(&self) -> Option<Local> {
        match self {
            Inst::Const { dst, .. }
            | Inst::ConstWide { dst, .. }
            | Inst::ConstText { dst, .. }
            | Inst::Copy { dst, .. }
            | Inst::None { dst }
            | Inst::Int { dst, .. }
            | Inst::Wide { dst, .. }
            | Inst::Rescale { dst, .. }
            | Inst::Extend { dst, .. }
            | Inst::Narrow { dst, .. }
            | Inst::Compare { dst, .. }
            | Inst::Not { dst, .. }
            | Inst::New { dst, .. }
            | Inst::Load { dst, .. }
            | Inst::NewList { dst, .. }
            | Inst::Length { dst, .. }
            | Inst::Element { dst, .. } => Some(*dst),
            Inst::Call { dst, .. } | Inst::Host { dst, .. } => *dst,
            Inst::Store { .. } | Inst::Push { .. } | Inst::Step { .. } | Inst::Trace { .. } => None,
        }
    }

    /// Hands on each register that it reads, in order.
    pub fn operands(&self, mut read: impl FnMut(Local)) {
        match self {
            Inst::Const { .. }
            | Inst::ConstWide { .. }
            | Inst::ConstText { .. }
            | Inst::None { .. }
            | Inst::New { .. }
            | Inst::Step { .. } => {}
            Inst::Copy { src, .. }
            | Inst::Rescale { src, .. }
            | Inst::Extend { src, .. }
            | Inst::Narrow { src, .. }
            | Inst::Not { src, .. } => read(*src),
            Inst::Int { a, b, .. } | Inst::Wide { a, b, .. } | Inst::Compare { a, b, .. } => {
                read(*a);
                read(*b);
            }
            Inst::Load { base, .. } => read(*base),
            Inst::Store { base, src, .. } => {
                read(*base);
                read(*src);
            }
            Inst::NewList { capacity, .. } => read(*capacity),
            Inst::Push { list, value } => {
                read(*list);
                read(*value);
            }
            Inst::Length { list, .. } => read(*list),
            Inst::Element { list, index, .. } => {
                read(*list);
                read(*index);
            }
            Inst::Call { args, .. } | Inst::Host { args, .. } => args.iter().copied().for_each(read),
            Inst::Trace { value, .. } => read(*value),
        }
    }

    /// Where it can fail.
    pub fn site(&self) -> Option<Site> {
        match self {
            Inst::Int { site, .. }
            | Inst::Wide { site, .. }
            | Inst::Rescale { site, .. }
            | Inst::Narrow { site, .. }
            | Inst::New { site, .. }
            | Inst::NewList { site, .. }
            | Inst::Element { site, .. }
            | Inst::Host { site, .. }
            | Inst::Step { site } => Some(*site),
            _ => None,
        }
    }
}

impl Terminator {
    /// The register that it reads.
    pub fn operand(&self) -> Option<Local> {
        match self {
            Terminator::Jump(_) => None,
            Terminator::Branch { condition, .. } => Some(*condition),
            Terminator::Return(value) => *value,
            Terminator::Fail { message, .. } => *message,
        }
    }

    /// The blocks where it may go on.
    pub fn successors(&self) -> impl Iterator<Item = BlockId> {
        let (first, second) = match self {
            Terminator::Jump(block) => (Some(*block), None),
            Terminator::Branch { then, otherwise, .. } => (Some(*then), Some(*otherwise)),
            Terminator::Return(_) | Terminator::Fail { .. } => (None, None),
        };
        first.into_iter().chain(second)
    }
}
