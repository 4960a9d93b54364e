//! Functions: registers, blocks, instructions. The order of fields and the numbers of variants are part of the format.

use lwas_ir::{Block, CompareOp, Function, Inst, IntOp, Kind, Mode, SiteData, Terminator, TraceData, WideOp};

use super::{wire_enum, wire_struct};

wire_struct! {
    Function { name, params, locals, result, blocks, sites, traces }
    Block { insts, end }
    SiteData { place }
    TraceData { place, ty, site }
}

wire_enum! {
    Kind { 0 I64, 1 I128, 2 Ref }
    IntOp { 0 Add, 1 Sub, 2 Mul, 3 Div, 4 Mod }
    WideOp { 0 Add, 1 Sub, 2 Mul }
    CompareOp { 0 Equal, 1 NotEqual, 2 Less, 3 LessEqual, 4 Greater, 5 GreaterEqual }
    Mode { 0 HalfEven, 1 HalfUp, 2 HalfDown, 3 Up, 4 Down, 5 Floor, 6 Ceil, 7 Exact }
    Inst {
        0 Const { dst, value },
        1 ConstWide { dst, value },
        2 ConstText { dst, text },
        3 Copy { dst, src },
        4 None { dst },
        5 Int { op, dst, a, b, site },
        6 Wide { op, dst, a, b, site },
        7 Rescale { dst, src, from, to, mode, site },
        8 Extend { dst, src },
        9 Narrow { dst, src, site },
        10 Compare { op, dst, a, b },
        11 Not { dst, src },
        12 New { dst, size, site },
        13 Load { dst, base, offset },
        14 Store { base, offset, src },
        15 NewList { dst, capacity, element, site },
        16 Push { list, value },
        17 Length { dst, list },
        18 Element { dst, list, index, site },
        19 Call { dst, func, args },
        20 Host { dst, op, args, site },
        21 Step { site },
        22 Trace { trace, value },
    }
    Terminator {
        0 Jump(block),
        1 Branch { condition, then, otherwise },
        2 Return(value),
        3 Fail { site, reason, message },
    }
}
