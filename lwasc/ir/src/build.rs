//! Building functions: registers, blocks, sites and instructions one after the other. Comes in: what to compute, from
//! `lower` or a test. Goes out: a `Function`, whose rules the verifier checks. Misuse (a block ended twice, a block never
//! ended) is a mistake of ours and panics.

use crate::{
    Block, BlockId, CompareOp, FailReason, FuncId, Function, HostOp, Inst, IntOp, Kind, Local, Place, Site, SiteData,
    Terminator, TextId, Trace, TraceData, TypeId, WideOp,
};
use cranelift_entity::{EntityRef, PrimaryMap};
use lwas_exact::Mode;

/// A function being built. Instructions go to the end of the current block.
#[derive(Debug)]
pub struct FunctionBuilder {
    name: String,
    params: u32,
    locals: PrimaryMap<Local, Kind>,
    result: Option<Kind>,
    blocks: PrimaryMap<BlockId, Open>,
    current: BlockId,
    sites: PrimaryMap<Site, SiteData>,
    traces: PrimaryMap<Trace, TraceData>,
}

/// A block that may still be without an end.
#[derive(Debug, Default)]
struct Open {
    insts: Vec<Inst>,
    end: Option<Terminator>,
}

impl FunctionBuilder {
    /// A function with its parameters, whose current block is the entry. `place` becomes site 0, where exhausted budgets
    /// are reported.
    pub fn new(name: impl Into<String>, place: Place, params: &[Kind], result: Option<Kind>) -> FunctionBuilder {
        let mut blocks = PrimaryMap::new();
        let current = blocks.push(Open::default());
        let mut sites = PrimaryMap::new();
        sites.push(SiteData { place });
        FunctionBuilder {
            name: name.into(),
            params: u32::try_from(params.len()).expect("a function has few parameters"),
            locals: params.iter().copied().collect(),
            result,
            blocks,
            current,
            sites,
            traces: PrimaryMap::new(),
        }
    }

    /// The register of a parameter, counted from 0.
    pub fn param(&self, index: usize) -> Local {
        assert!(index < self.params as usize, "a parameter is asked for by its number");
        Local::new(index)
    }

    /// A new register.
    pub fn new_local(&mut self, kind: Kind) -> Local {
        self.locals.push(kind)
    }

    /// What a register holds.
    pub fn kind(&self, local: Local) -> Kind {
        self.locals[local]
    }

    /// A new block, empty and without an end.
    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(Open::default())
    }

    /// Makes a block current.
    pub fn switch_to(&mut self, block: BlockId) {
        self.current = block;
    }

    /// The current block.
    pub fn current(&self) -> BlockId {
        self.current
    }

    /// The current block, and how many instructions it has.
    pub fn position(&self) -> (BlockId, usize) {
        (self.current, self.blocks[self.current].insts.len())
    }

    /// Whether the current block has its end: nothing may be added to it.
    pub fn is_ended(&self) -> bool {
        self.blocks[self.current].end.is_some()
    }

    /// A new site.
    pub fn site(&mut self, place: Place) -> Site {
        self.sites.push(SiteData { place })
    }

    /// Adds an instruction to the current block.
    pub fn emit(&mut self, inst: Inst) {
        let block = &mut self.blocks[self.current];
        assert!(block.end.is_none(), "an instruction after the end of its block");
        block.insts.push(inst);
    }

    /// Ends the current block.
    pub fn end(&mut self, end: Terminator) {
        let block = &mut self.blocks[self.current];
        assert!(block.end.is_none(), "a block is ended once");
        block.end = Some(end);
    }

    /// The function. Every block has been ended.
    pub fn finish(self) -> Function {
        let close = |open: Open| {
            let end = open.end.expect("every block is ended before the function is finished");
            Block { insts: open.insts, end }
        };
        Function {
            name: self.name,
            params: self.params,
            locals: self.locals,
            result: self.result,
            blocks: self.blocks.into_iter().map(|(_, open)| close(open)).collect(),
            sites: self.sites,
            traces: self.traces,
        }
    }
}

/// Instructions that make a value: each takes its operands and gives a new register.
impl FunctionBuilder {
    fn dst(&mut self, kind: Kind, inst: impl FnOnce(Local) -> Inst) -> Local {
        let dst = self.new_local(kind);
        self.emit(inst(dst));
        dst
    }

    /// A 64-bit constant.
    pub fn int(&mut self, value: i64) -> Local {
        self.dst(Kind::I64, |dst| Inst::Const { dst, value })
    }

    /// A 128-bit constant.
    pub fn wide(&mut self, value: i128) -> Local {
        self.dst(Kind::I128, |dst| Inst::ConstWide { dst, value })
    }

    /// A text constant.
    pub fn text(&mut self, text: TextId) -> Local {
        self.dst(Kind::Ref, |dst| Inst::ConstText { dst, text })
    }

    /// `none`.
    pub fn none(&mut self) -> Local {
        self.dst(Kind::Ref, |dst| Inst::None { dst })
    }

    /// A copy in a register of its own.
    pub fn copy(&mut self, src: Local) -> Local {
        let kind = self.kind(src);
        self.dst(kind, |dst| Inst::Copy { dst, src })
    }

    /// Assigns to a register that is there.
    pub fn assign(&mut self, dst: Local, src: Local) {
        self.emit(Inst::Copy { dst, src });
    }

    /// 64-bit arithmetic.
    pub fn int_op(&mut self, op: IntOp, a: Local, b: Local, site: Site) -> Local {
        self.dst(Kind::I64, |dst| Inst::Int { op, dst, a, b, site })
    }

    /// 128-bit arithmetic.
    pub fn wide_op(&mut self, op: WideOp, a: Local, b: Local, site: Site) -> Local {
        self.dst(Kind::I128, |dst| Inst::Wide { op, dst, a, b, site })
    }

    /// Another number of digits.
    pub fn rescale(&mut self, src: Local, from: u8, to: u8, mode: Mode, site: Site) -> Local {
        self.dst(Kind::I128, |dst| Inst::Rescale { dst, src, from, to, mode, site })
    }

    /// 64 bits to 128.
    pub fn extend(&mut self, src: Local) -> Local {
        self.dst(Kind::I128, |dst| Inst::Extend { dst, src })
    }

    /// 128 bits to 64.
    pub fn narrow(&mut self, src: Local, site: Site) -> Local {
        self.dst(Kind::I64, |dst| Inst::Narrow { dst, src, site })
    }

    /// A comparison.
    pub fn compare(&mut self, op: CompareOp, a: Local, b: Local) -> Local {
        self.dst(Kind::I64, |dst| Inst::Compare { op, dst, a, b })
    }

    /// `1 - src`.
    pub fn not(&mut self, src: Local) -> Local {
        self.dst(Kind::I64, |dst| Inst::Not { dst, src })
    }

    /// Memory of `size` bytes, a multiple of 8.
    pub fn alloc(&mut self, size: u32, site: Site) -> Local {
        self.dst(Kind::Ref, |dst| Inst::New { dst, size, site })
    }

    /// Loads a value of a kind.
    pub fn load(&mut self, kind: Kind, base: Local, offset: u32) -> Local {
        self.dst(kind, |dst| Inst::Load { dst, base, offset })
    }

    /// Stores a value.
    pub fn store(&mut self, base: Local, offset: u32, src: Local) {
        self.emit(Inst::Store { base, offset, src });
    }

    /// An empty list with room for `capacity` elements.
    pub fn new_list(&mut self, capacity: Local, element: Kind, site: Site) -> Local {
        self.dst(Kind::Ref, |dst| Inst::NewList { dst, capacity, element, site })
    }

    /// Appends to a list that has room.
    pub fn push(&mut self, list: Local, value: Local) {
        self.emit(Inst::Push { list, value });
    }

    /// The length of a list.
    pub fn length(&mut self, list: Local) -> Local {
        self.dst(Kind::I64, |dst| Inst::Length { dst, list })
    }

    /// An element of a list.
    pub fn element(&mut self, kind: Kind, list: Local, index: Local, site: Site) -> Local {
        self.dst(kind, |dst| Inst::Element { dst, list, index, site })
    }

    /// Calls a function; `result` is what it gives.
    pub fn call(&mut self, func: FuncId, args: &[Local], result: Option<Kind>) -> Option<Local> {
        let dst = result.map(|kind| self.new_local(kind));
        self.emit(Inst::Call { dst, func, args: args.to_vec() });
        dst
    }

    /// Calls a host function; `result` is what its signature says it gives.
    pub fn host(&mut self, op: HostOp, args: &[Local], result: Option<Kind>, site: Site) -> Option<Local> {
        let dst = result.map(|kind| self.new_local(kind));
        self.emit(Inst::Host { dst, op, args: args.to_vec(), site });
        dst
    }

    /// Charges a step.
    pub fn step(&mut self, site: Site) {
        self.emit(Inst::Step { site });
    }

    /// Shows a value to whoever explains a rejection of the function.
    pub fn trace(&mut self, place: Place, ty: TypeId, value: Local) {
        self.trace_for(None, place, ty, value);
    }

    /// Shows a value to whoever explains the failure at a site; without one, any of the function.
    pub fn trace_for(&mut self, site: Option<Site>, place: Place, ty: TypeId, value: Local) {
        let trace = self.traces.push(TraceData { place, ty, site });
        self.emit(Inst::Trace { trace, value });
    }

    /// Goes on at a block.
    pub fn jump(&mut self, block: BlockId) {
        self.end(Terminator::Jump(block));
    }

    /// Goes on at one of two blocks.
    pub fn branch(&mut self, condition: Local, then: BlockId, otherwise: BlockId) {
        self.end(Terminator::Branch { condition, then, otherwise });
    }

    /// Returns.
    pub fn ret(&mut self, value: Option<Local>) {
        self.end(Terminator::Return(value));
    }

    /// Fails.
    pub fn fail(&mut self, site: Site, reason: FailReason, message: Option<Local>) {
        self.end(Terminator::Fail { site, reason, message });
    }
}
