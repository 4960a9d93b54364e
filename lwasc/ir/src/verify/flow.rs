//! Rules 17 and 18: registers are assigned before they are read, and no cycle is free of charge.
//!
//! For 17, each block has the set of registers that are surely assigned when it begins: all of them to start with, then
//! cut down along the edges, in reverse postorder, until nothing changes. That takes a few rounds on what compilers
//! make; a forged function could take many, so the work is counted and capped. For 18, blocks with a `Step` or a call are
//! taken out, and what remains must have no cycle.

use super::{VerifyError, broken, check};
use crate::{Block, BlockId, Function, Inst, Local};
use cranelift_entity::{EntityRef, EntitySet, SecondaryMap};

/// The most words of all the sets of a function: 32 MiB.
const MAX_WORDS: usize = 1 << 22;

/// The most words and instructions that are looked at in a module.
const MAX_WORK: u64 = 1 << 31;

/// What has been looked at in a module.
#[derive(Default)]
pub(super) struct Work(u64);

pub(super) fn verify(function: &Function, work: &mut Work) -> Result<(), VerifyError> {
    charged(function)?;
    let order = reverse_postorder(function);
    let mut flow = Flow::new(function)?;
    while flow.round(&order, work)? {}
    for block in order {
        flow.reads(block)?;
    }
    Ok(())
}

/// Blocks that can be reached, each before those that follow it (but for the edges back).
fn reverse_postorder(function: &Function) -> Vec<BlockId> {
    let mut seen: EntitySet<BlockId> = EntitySet::new();
    let mut postorder = vec![];
    let entry = BlockId::new(0);
    seen.insert(entry);
    let mut path = vec![(entry, successors(function, entry))];
    while let Some((block, left)) = path.last_mut() {
        match left.pop() {
            Some(next) if seen.insert(next) => path.push((next, successors(function, next))),
            Some(_) => {}
            None => {
                postorder.push(*block);
                path.pop();
            }
        }
    }
    postorder.reverse();
    postorder
}

fn successors(function: &Function, block: BlockId) -> Vec<BlockId> {
    function.blocks.get(block).map(|block| block.end.successors().collect()).unwrap_or_default()
}

/// The sets of assigned registers.
struct Flow<'a> {
    function: &'a Function,
    /// Words of one set.
    words: usize,
    /// Of each block, one after the other.
    sets: Vec<u64>,
    /// The set being computed.
    current: Vec<u64>,
}

/// The word of a register's bit, and the bit.
fn bit(local: Local) -> (usize, u64) {
    (local.index() / 64, 1 << (local.index() % 64))
}

impl<'a> Flow<'a> {
    fn new(function: &'a Function) -> Result<Flow<'a>, VerifyError> {
        let words = function.locals.len().div_ceil(64);
        let all = words.saturating_mul(function.blocks.len());
        check(all <= MAX_WORDS, 6, || format!("fn {}", function.name), || "it is too large to be checked".to_owned())?;
        let mut flow = Flow { function, words, sets: vec![!0; all], current: vec![0; words] };
        for param in 0..function.params as usize {
            flow.assign(Local::new(param));
        }
        if let Some(entry) = flow.sets.get_mut(..words) {
            entry.copy_from_slice(&flow.current);
        }
        Ok(flow)
    }

    fn assign(&mut self, local: Local) {
        let (word, bit) = bit(local);
        if let Some(word) = self.current.get_mut(word) {
            *word |= bit;
        }
    }

    fn assigned(&self, local: Local) -> bool {
        let (word, bit) = bit(local);
        self.current.get(word).is_some_and(|word| word & bit != 0)
    }

    fn range(&self, block: BlockId) -> std::ops::Range<usize> {
        let start = block.index() * self.words;
        start..start + self.words
    }

    fn begin(&mut self, block: BlockId) -> Option<&'a Block> {
        let range = self.range(block);
        self.current.copy_from_slice(self.sets.get(range)?);
        self.function.blocks.get(block)
    }

    /// Cuts the sets down once along all edges. Gives whether anything changed.
    fn round(&mut self, order: &[BlockId], work: &mut Work) -> Result<bool, VerifyError> {
        let mut changed = false;
        for id in order {
            let Some(block) = self.begin(*id) else { continue };
            work.0 += (self.words * 3 + block.insts.len() + 1) as u64;
            if work.0 > MAX_WORK {
                return broken(6, format!("fn {}", self.function.name), "it is too involved to be checked");
            }
            for dst in block.insts.iter().filter_map(Inst::dst) {
                self.assign(dst);
            }
            for next in block.end.successors() {
                let range = self.range(next);
                for (word, assigned) in self.sets.get_mut(range).unwrap_or_default().iter_mut().zip(&self.current) {
                    let cut = *word & assigned;
                    changed |= cut != *word;
                    *word = cut;
                }
            }
        }
        Ok(changed)
    }

    /// Looks at what a block reads.
    fn reads(&mut self, id: BlockId) -> Result<(), VerifyError> {
        let Some(block) = self.begin(id) else { return Ok(()) };
        let mut unassigned = None;
        for inst in &block.insts {
            inst.operands(|local| {
                if !self.assigned(local) {
                    unassigned = unassigned.or(Some(local));
                }
            });
            if let Some(dst) = inst.dst() {
                self.assign(dst);
            }
        }
        let last = block.end.operand().filter(|local| !self.assigned(*local));
        match unassigned.or(last) {
            None => Ok(()),
            Some(local) => {
                let place = format!("fn {}, {id:?}", self.function.name);
                broken(17, place, format!("{local:?} is read before it is assigned"))
            }
        }
    }
}

/// Every cycle charges a step: without the blocks that do, there is none.
fn charged(function: &Function) -> Result<(), VerifyError> {
    let charges = |block: &Block| block.insts.iter().any(|inst| matches!(inst, Inst::Step { .. } | Inst::Call { .. }));
    let free = |id: BlockId| function.blocks.get(id).filter(|block| !charges(block));
    let mut entering: SecondaryMap<BlockId, u32> = SecondaryMap::new();
    let mut left = 0usize;
    for id in function.blocks.keys() {
        let Some(block) = free(id) else { continue };
        left += 1;
        block.end.successors().for_each(|next| entering[next] += 1);
    }
    let mut ready = function.blocks.keys().filter(|id| entering[*id] == 0).collect::<Vec<_>>();
    while let Some(id) = ready.pop() {
        let Some(block) = free(id) else { continue };
        left -= 1;
        for next in block.end.successors() {
            entering[next] -= 1;
            if entering[next] == 0 {
                ready.push(next);
            }
        }
    }
    check(left == 0, 18, || format!("fn {}", function.name), || "a cycle of its blocks has no step".to_owned())
}
