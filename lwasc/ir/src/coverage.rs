//! Coverage: what of a program's source could be reached ([`Points`], which the lowering lists beside a module and no artifact holds), and
//! how often it was ([`Counts`], which the interpreter keeps while it runs).
//!
//! The interpreter counts how often a block is entered and which way it leaves; where a call stops in the middle of a block, what stands
//! behind that was not reached, and is taken off. So a count is exact, for each place and not only for each block. Counts are shared by
//! threads and are the same in whichever order these run.

use crate::{BlockId, FuncId, Module, Place};
use cranelift_entity::EntityRef;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What could be reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points {
    /// The program's own modules: path, and the path of the source.
    pub modules: Vec<(String, String)>,
    /// Functions and rules.
    pub functions: Vec<FunctionPoint>,
    /// Statements, and the values of blocks.
    pub statements: Vec<StatementPoint>,
    /// Where the source says two or more ways to go on.
    pub branches: Vec<BranchPoint>,
    /// Axioms.
    pub axioms: Vec<AxiomPoint>,
}

/// A moment in a function: before an instruction of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The function.
    pub func: FuncId,
    /// The block.
    pub block: BlockId,
    /// The instruction, from 0.
    pub inst: usize,
}

/// What a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named after the words")]
pub enum FunctionKind {
    Rule,
    Action,
    Fn,
    Query,
}

/// A function or rule.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionPoint {
    /// What it is.
    pub kind: FunctionKind,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What is executed.
    pub func: FuncId,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementPoint {
    /// Where it stands.
    pub place: Place,
    /// Where it begins.
    pub at: Spot,
}

/// What says that there are several ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BranchKind {
    /// `if`: the condition is true, or false.
    If,
    /// `match`: an arm each.
    Match,
    /// `require`: it holds, or does not.
    Require,
    /// `and`: the right side is asked, or not.
    And,
    /// `or`: the right side is asked, or not.
    Or,
    /// `??`: the left side is there, or `none`.
    Coalesce,
}

/// Where the source says several ways.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchPoint {
    /// What says so.
    pub kind: BranchKind,
    /// What decides.
    pub place: Place,
    /// In which function.
    pub func: FuncId,
    /// The ways, in the order of the kind.
    pub ways: Vec<Way>,
}

/// One of several ways.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// Taken where a block is left so; the sum of several.
    Edges(Vec<Edge>),
    /// Taken where this is reached; where it stands.
    At(Spot, Place),
}

/// How a block that branches is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The block.
    pub block: BlockId,
    /// Whether its condition is true.
    pub is_true: bool,
}

/// An axiom.
#[derive(Clone, Debug, PartialEq)]
pub struct AxiomPoint {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Its number among the module's.
    pub number: usize,
    /// Where it is asked: of a row that its `where` leaves out it is not.
    pub asked: Spot,
}

/// How often things were reached.
#[derive(Debug)]
pub struct Counts {
    functions: Vec<Vec<Block>>,
    axioms: Vec<AtomicU64>,
    /// How many calls have stopped in a block before this instruction.
    stops: Mutex<BTreeMap<(FuncId, BlockId), BTreeMap<usize, u64>>>,
}

#[derive(Debug, Default)]
struct Block {
    entered: AtomicU64,
    is_true: AtomicU64,
    is_false: AtomicU64,
}

fn add(to: &AtomicU64) {
    to.fetch_add(1, Ordering::Relaxed);
}

impl Counts {
    /// Nothing was reached yet.
    pub fn new(module: &Module) -> Counts {
        let blocks = |function: &crate::Function| function.blocks.iter().map(|_| Block::default()).collect();
        Counts {
            functions: module.functions.values().map(blocks).collect(),
            axioms: module.axioms.iter().map(|_| AtomicU64::new(0)).collect(),
            stops: Mutex::new(BTreeMap::new()),
        }
    }

    fn block(&self, func: FuncId, block: BlockId) -> Option<&Block> {
        self.functions.get(func.index())?.get(block.index())
    }

    /// A block is entered. One that the module does not have counts for nothing.
    pub fn enter(&self, func: FuncId, block: BlockId) {
        if let Some(block) = self.block(func, block) {
            add(&block.entered);
        }
    }

    /// A block that branches is left.
    pub fn leave(&self, func: FuncId, block: BlockId, is_true: bool) {
        if let Some(block) = self.block(func, block) {
            add(if is_true { &block.is_true } else { &block.is_false });
        }
    }

    /// A call ends before this instruction of a block.
    pub fn stop(&self, at: Spot) {
        let mut stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        *stops.entry((at.func, at.block)).or_default().entry(at.inst).or_default() += 1;
    }

    /// An axiom has rejected something.
    pub fn reject(&self, axiom: usize) {
        if let Some(axiom) = self.axioms.get(axiom) {
            add(axiom);
        }
    }

    /// How often an axiom has rejected something.
    pub fn rejected(&self, axiom: usize) -> u64 {
        self.axioms.get(axiom).map_or(0, |count| count.load(Ordering::Relaxed))
    }

    /// How often a function was called.
    pub fn called(&self, func: FuncId) -> u64 {
        self.block(func, BlockId::new(0)).map_or(0, |block| block.entered.load(Ordering::Relaxed))
    }

    /// How often a moment was reached.
    pub fn reached(&self, at: Spot) -> u64 {
        let Some(block) = self.block(at.func, at.block) else { return 0 };
        let entered = block.entered.load(Ordering::Relaxed);
        let stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        let before = stops.get(&(at.func, at.block)).map_or(0, |stops| stops.range(..=at.inst).map(|(_, n)| n).sum());
        entered.saturating_sub(before)
    }

    /// How often a way was taken.
    pub fn taken(&self, func: FuncId, way: &Way) -> u64 {
        match way {
            Way::At(spot, _) => self.reached(*spot),
            Way::Edges(edges) => {
                let edge = |edge: &Edge| {
                    let block = self.block(func, edge.block)?;
                    let count = if edge.is_true { &block.is_true } else { &block.is_false };
                    Some(count.load(Ordering::Relaxed))
                };
                edges.iter().filter_map(edge).sum()
            }
        }
    }
}
