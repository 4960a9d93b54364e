//! What the translation of one function sees, and nothing else: its registers and instructions, and of the rest of the module
//! only what stands in a [`Unit`]. So the code of a function depends on its unit alone, and a unit's canonical bytes are the
//! name under which its code can be kept.
//!
//! No number of the module is in there. A unit counts what it uses (functions that it calls, host functions, texts) in order
//! of first use; which of the module's they are is filled in when the object is put together. Neither places in source nor
//! names are in it. So a function keeps its code when something before it comes or goes.

use lwas_ir::{Block, BlockId, FuncId, Function, HostOp, Inst, Kind, Local, Module, TextId, Type};
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

use cranelift_codegen::entity::{EntityRef, PrimaryMap, SecondaryMap};

/// A function without what translation may not see.
#[derive(Clone, Copy)]
pub(crate) struct Body<'a> {
    /// For messages about mistakes only; it is not in the canonical bytes.
    pub(crate) name: &'a str,
    /// How many of the registers are parameters.
    pub(crate) params: u32,
    /// The registers.
    pub(crate) locals: &'a PrimaryMap<Local, Kind>,
    /// The blocks.
    pub(crate) blocks: &'a PrimaryMap<BlockId, Block>,
}

/// A function that stands alone.
pub(crate) struct Unit<'a> {
    /// What is executed.
    pub(crate) body: Body<'a>,
    /// The functions that it calls, with the words that each is called with, the context's among them.
    pub(crate) callees: Vec<(FuncId, u32)>,
    /// The host functions that it calls.
    pub(crate) hosts: Vec<Host>,
    /// The text constants that it names; the text where `hosts` compares texts.
    pub(crate) texts: Vec<(TextId, Option<&'a str>)>,
}

/// A host function that a unit calls.
pub(crate) struct Host {
    /// Which; of this the translation sees only what stands beside it.
    pub(crate) op: HostOp,
    /// Its number in `lwas_ir::native::host_ops`, which is no part of the canonical bytes.
    pub(crate) number: u32,
    /// Whether it says if two texts are equal.
    pub(crate) equals_texts: bool,
}

/// Where a unit's own numbers are found by those of the module.
pub(crate) struct Places {
    pub(crate) callees: BTreeMap<FuncId, usize>,
    pub(crate) hosts: HashMap<HostOp, usize>,
    pub(crate) texts: BTreeMap<TextId, usize>,
}

impl Unit<'_> {
    /// The way back from the module's numbers.
    pub(crate) fn places(&self) -> Places {
        Places {
            callees: self.callees.iter().enumerate().map(|(place, (func, _))| (*func, place)).collect(),
            hosts: self.hosts.iter().enumerate().map(|(place, host)| (host.op, place)).collect(),
            texts: self.texts.iter().enumerate().map(|(place, (text, _))| (*text, place)).collect(),
        }
    }
}

/// The 64-bit words of a function's arguments, the context's among them.
pub(crate) fn words(kinds: impl Iterator<Item = Kind>) -> u32 {
    1 + kinds.map(|kind| kind.size() / 8).sum::<u32>()
}

/// Makes the units of a module one after the other.
pub(crate) struct Units<'m> {
    module: &'m Module,
    host_numbers: &'m HashMap<HostOp, u32>,
    // Where the unit in hand has what the module numbers; an entry of another turn counts as none.
    turn: u32,
    callees: SecondaryMap<FuncId, (u32, u32)>,
    hosts: Vec<(u32, u32)>,
    texts: SecondaryMap<TextId, (u32, u32)>,
}

impl<'m> Units<'m> {
    /// For a module whose host functions have these numbers.
    pub(crate) fn new(module: &'m Module, host_numbers: &'m HashMap<HostOp, u32>) -> Units<'m> {
        let hosts = vec![(0, 0); host_numbers.len()];
        Units { module, host_numbers, turn: 0, callees: SecondaryMap::new(), hosts, texts: SecondaryMap::new() }
    }

    /// A function's unit and its canonical bytes: equal bytes, equal code.
    pub(crate) fn unit(&mut self, func: FuncId) -> (Unit<'m>, Vec<u8>) {
        self.turn += 1;
        // Whatever is destructured here and not written below must not matter to the code.
        let Function { name, params, locals, result, blocks, sites: _, traces: _ } = &self.module.functions[func];
        let body = Body { name, params: *params, locals, blocks };
        let mut unit = Unit { body, callees: Vec::new(), hosts: Vec::new(), texts: Vec::new() };
        let mut bytes = Canonical(vec![FUNCTION]);
        params.hash(&mut bytes);
        bytes.write_usize(locals.len());
        locals.values().for_each(|kind| kind.hash(&mut bytes));
        result.hash(&mut bytes);
        bytes.write_usize(blocks.len());
        for Block { insts, end } in blocks.values() {
            bytes.write_usize(insts.len());
            insts.iter().for_each(|inst| self.inst(inst, &mut unit, &mut bytes));
            end.hash(&mut bytes);
        }
        for (_, words) in &unit.callees {
            words.hash(&mut bytes);
        }
        unit.hosts.iter().for_each(|host| host.equals_texts.hash(&mut bytes));
        if unit.hosts.iter().any(|host| host.equals_texts) {
            for (text, content) in &mut unit.texts {
                *content = Some(&self.module.texts[*text]);
                content.hash(&mut bytes);
            }
        }
        (unit, bytes.0)
    }

    /// One instruction, numbers of the module replaced by the unit's own.
    fn inst(&mut self, inst: &Inst, unit: &mut Unit<'m>, bytes: &mut Canonical) {
        match inst {
            Inst::Call { dst, func, args } => {
                bytes.write_u8(CALL);
                let place = place(&mut self.callees[*func], self.turn, unit.callees.len());
                if place == unit.callees.len() {
                    let callee = &self.module.functions[*func];
                    let kinds = callee.locals.values().take(callee.params as usize);
                    unit.callees.push((*func, words(kinds.copied())));
                }
                (dst, place, args).hash(bytes);
            }
            Inst::Host { dst, op, args, site } => {
                bytes.write_u8(HOST);
                let number = self.host_numbers[op];
                let place = place(&mut self.hosts[number as usize], self.turn, unit.hosts.len());
                if place == unit.hosts.len() {
                    unit.hosts.push(Host { op: *op, number, equals_texts: self.equals_texts(*op) });
                }
                (dst, place, args, site).hash(bytes);
            }
            Inst::ConstText { dst, text } => {
                bytes.write_u8(TEXT);
                let place = place(&mut self.texts[*text], self.turn, unit.texts.len());
                if place == unit.texts.len() {
                    unit.texts.push((*text, None));
                }
                (dst, place).hash(bytes);
            }
            other => {
                bytes.write_u8(OTHER);
                other.hash(bytes);
            }
        }
    }

    fn equals_texts(&self, op: HostOp) -> bool {
        matches!(op, HostOp::Equal(ty) if self.module.types[ty] == Type::Text)
    }
}

/// The place of something in the unit in hand: `next` when it is met for the first time.
fn place(known: &mut (u32, u32), turn: u32, next: usize) -> usize {
    if known.0 != turn {
        *known = (turn, u32::try_from(next).expect("a function has fewer instructions than that"));
    }
    known.1 as usize
}

/// The canonical bytes of an entry point, whose code depends on the kinds of the function's parameters alone.
pub(crate) fn entry_bytes(params: &[Kind]) -> Vec<u8> {
    let mut bytes = Canonical(vec![ENTRY]);
    params.hash(&mut bytes);
    bytes.0
}

// What begins a unit.
const FUNCTION: u8 = 0;
const ENTRY: u8 = 1;

// What begins an instruction.
const OTHER: u8 = 0;
const CALL: u8 = 1;
const HOST: u8 = 2;
const TEXT: u8 = 3;

/// Writes down what `Hash` says of a value, which is every field of it: what the ir gains cannot be forgotten here. Numbers
/// are LEB128, since nearly all are small.
struct Canonical(Vec<u8>);

impl Hasher for Canonical {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn write_u8(&mut self, number: u8) {
        self.0.push(number);
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_i64(number as i64);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64((number << 1 ^ number >> 63).cast_unsigned());
    }

    fn finish(&self) -> u64 {
        // Nobody asks for a number: the bytes are the answer.
        self.0.len() as u64
    }
}

/// The number of an entity as it stands in tables.
pub(crate) fn index(id: impl EntityRef) -> u64 {
    id.index() as u64
}
