//! Instructions. What can fail has a `site`; the function's caller gets it as a status.

use crate::{BlockId, FuncId, HostOp, Kind, Local, Site, TextId, Trace};
use lwas_exact::Mode;

/// An instruction. Kinds of operands are fixed by the instruction, as written beside it.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the operations")]
pub enum WideOp {
    Add,
    Sub,
    Mul,
}

/// Comparisons, signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq)]
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
