//! Rules 1, 6 and 12 to 16 within one function: ids, kinds of registers, calls, returns.

use super::{VerifyError, broken, check, host, types::MAX_VALUE};
use crate::{Block, BlockId, CompareOp, FuncId, Function, Inst, Kind, Local, Module, Place, Site, Terminator, TypeId};
use cranelift_entity::SecondaryMap;
use lwas_exact::MAX_DIGITS;

/// The most registers, blocks, sites and traces, each.
const MAX_PARTS: usize = 1 << 20;

/// A function with where we are in it.
pub(super) struct Checker<'a> {
    pub module: &'a Module,
    pub function: &'a Function,
    /// Types that hold a bag.
    pub bags: &'a SecondaryMap<TypeId, bool>,
    block: Option<BlockId>,
}

pub(super) fn verify(module: &Module, id: FuncId, bags: &SecondaryMap<TypeId, bool>) -> Result<(), VerifyError> {
    let Some(function) = module.functions.get(id) else { return broken(1, format!("{id:?}"), "it is not there") };
    let mut checker = Checker { module, function, bags, block: None };
    checker.shape()?;
    for (block, content) in &function.blocks {
        checker.block = Some(block);
        checker.block(content)?;
    }
    Ok(())
}

impl Checker<'_> {
    pub fn place(&self) -> String {
        match self.block {
            Some(block) => format!("fn {}, {block:?}", self.function.name),
            None => format!("fn {}", self.function.name),
        }
    }

    pub fn check(&self, holds: bool, rule: u8, what: impl FnOnce() -> String) -> Result<(), VerifyError> {
        check(holds, rule, || self.place(), what)
    }

    fn shape(&self) -> Result<(), VerifyError> {
        let function = self.function;
        self.check(!function.blocks.is_empty(), 12, || "it has no block".to_owned())?;
        self.check(!function.sites.is_empty(), 12, || "it has no site 0".to_owned())?;
        let params = function.params as usize <= function.locals.len();
        self.check(params, 12, || "it has more parameters than registers".to_owned())?;
        let parts = [function.locals.len(), function.blocks.len(), function.sites.len(), function.traces.len()];
        self.check(parts.iter().all(|parts| *parts <= MAX_PARTS), 6, || "it has too many parts".to_owned())?;
        for site in function.sites.values() {
            self.in_source(site.place)?;
        }
        for trace in function.traces.values() {
            self.in_source(trace.place)?;
            super::types::known(self.module, trace.ty, &self.place())?;
            trace.site.map_or(Ok(()), |site| self.site(site))?;
        }
        Ok(())
    }

    fn in_source(&self, place: Place) -> Result<(), VerifyError> {
        let there = (place.file as usize) < self.module.sources.len();
        self.check(there, 1, || format!("source {} is not there", place.file))
    }

    /// The kind of a register that is there.
    pub fn kind(&self, local: Local) -> Result<Kind, VerifyError> {
        match self.function.locals.get(local) {
            Some(kind) => Ok(*kind),
            None => broken(1, self.place(), format!("{local:?} is not there")),
        }
    }

    pub fn want(&self, local: Local, wanted: Kind) -> Result<(), VerifyError> {
        let kind = self.kind(local)?;
        self.check(kind == wanted, 13, || format!("{local:?} is {kind:?}, not {wanted:?}"))
    }

    fn all(&self, kinds: &[(Local, Kind)]) -> Result<(), VerifyError> {
        kinds.iter().try_for_each(|(local, kind)| self.want(*local, *kind))
    }

    fn site(&self, site: Site) -> Result<(), VerifyError> {
        self.check(self.function.sites.is_valid(site), 1, || format!("{site:?} is not there"))
    }

    fn block(&self, block: &Block) -> Result<(), VerifyError> {
        for inst in &block.insts {
            if let Some(site) = inst.site() {
                self.site(site)?;
            }
            self.inst(inst)?;
        }
        for next in block.end.successors() {
            self.check(self.function.blocks.is_valid(next), 1, || format!("{next:?} is not there"))?;
        }
        match &block.end {
            Terminator::Jump(_) => Ok(()),
            Terminator::Branch { condition, .. } => self.want(*condition, Kind::I64),
            Terminator::Return(value) => {
                let kind = value.map(|value| self.kind(value)).transpose()?;
                let result = self.function.result;
                self.check(kind == result, 16, || format!("it returns {kind:?}, not {result:?}"))
            }
            Terminator::Fail { site, message, .. } => {
                self.site(*site)?;
                message.map_or(Ok(()), |message| self.want(message, Kind::Ref))
            }
        }
    }

    fn inst(&self, inst: &Inst) -> Result<(), VerifyError> {
        use Kind::{I64, I128, Ref};
        match inst {
            Inst::Const { dst, .. } => self.want(*dst, I64),
            Inst::ConstWide { dst, .. } => self.want(*dst, I128),
            Inst::ConstText { dst, text } => {
                self.check(self.module.texts.is_valid(*text), 1, || format!("{text:?} is not there"))?;
                self.want(*dst, Ref)
            }
            Inst::Copy { dst, src } => self.want(*dst, self.kind(*src)?),
            Inst::None { dst } => self.want(*dst, Ref),
            Inst::Int { dst, a, b, .. } => self.all(&[(*dst, I64), (*a, I64), (*b, I64)]),
            Inst::Wide { dst, a, b, .. } => self.all(&[(*dst, I128), (*a, I128), (*b, I128)]),
            Inst::Rescale { dst, src, from, to, .. } => {
                let digits = *from.max(to);
                self.check(digits <= MAX_DIGITS, 3, || format!("{digits} digits"))?;
                self.all(&[(*dst, I128), (*src, I128)])
            }
            Inst::Extend { dst, src } => self.all(&[(*dst, I128), (*src, I64)]),
            Inst::Narrow { dst, src, .. } => self.all(&[(*dst, I64), (*src, I128)]),
            Inst::Compare { op, dst, a, b } => self.compare(*op, *dst, *a, *b),
            Inst::Not { dst, src } => self.all(&[(*dst, I64), (*src, I64)]),
            Inst::New { dst, size, .. } => {
                self.size(*size)?;
                self.want(*dst, Ref)
            }
            Inst::Load { dst, base, offset } => {
                self.size(*offset)?;
                self.kind(*dst)?;
                self.want(*base, Ref)
            }
            Inst::Store { base, offset, src } => {
                self.size(*offset)?;
                self.kind(*src)?;
                self.want(*base, Ref)
            }
            Inst::NewList { dst, capacity, .. } => self.all(&[(*dst, Ref), (*capacity, I64)]),
            Inst::Push { list, value } => {
                self.kind(*value)?;
                self.want(*list, Ref)
            }
            Inst::Length { dst, list } => self.all(&[(*dst, I64), (*list, Ref)]),
            Inst::Element { dst, list, index, .. } => {
                self.kind(*dst)?;
                self.all(&[(*list, Ref), (*index, I64)])
            }
            Inst::Call { dst, func, args } => self.call(*dst, *func, args),
            Inst::Host { dst, op, args, .. } => host::verify(self, *dst, *op, args),
            Inst::Step { .. } => Ok(()),
            Inst::Trace { trace, value } => match self.function.traces.get(*trace) {
                Some(data) => self.want(*value, super::kind(self.module, data.ty)),
                None => broken(1, self.place(), format!("{trace:?} is not there")),
            },
        }
    }

    fn size(&self, size: u32) -> Result<(), VerifyError> {
        let fine = size.is_multiple_of(8) && u64::from(size) <= MAX_VALUE;
        self.check(fine, 6, || format!("{size} is no size or offset"))
    }

    fn compare(&self, op: CompareOp, dst: Local, a: Local, b: Local) -> Result<(), VerifyError> {
        let kind = self.kind(a)?;
        let ordered = kind != Kind::Ref || matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        self.check(ordered, 13, || format!("{a:?} is a Ref, which has no order"))?;
        self.all(&[(dst, Kind::I64), (b, kind)])
    }

    fn call(&self, dst: Option<Local>, func: FuncId, args: &[Local]) -> Result<(), VerifyError> {
        let Some(callee) = self.module.functions.get(func) else {
            return broken(1, self.place(), format!("{func:?} is not there"));
        };
        let kinds = args.iter().map(|arg| self.kind(*arg)).collect::<Result<Vec<_>, _>>()?;
        let params = callee.locals.values().take(callee.params as usize).copied().collect::<Vec<_>>();
        self.check(kinds == params, 14, || format!("`{}` takes {params:?}, not {kinds:?}", callee.name))?;
        self.result(dst, callee.result, 14, &callee.name)
    }

    /// A result may be left unused.
    pub fn result(&self, dst: Option<Local>, result: Option<Kind>, rule: u8, of: &str) -> Result<(), VerifyError> {
        let Some(dst) = dst else { return Ok(()) };
        let kind = self.kind(dst)?;
        self.check(Some(kind) == result, rule, || format!("`{of}` gives {result:?}, not {kind:?}"))
    }
}
