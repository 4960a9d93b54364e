//! One function: its registers become Cranelift variables, its blocks Cranelift blocks, and every way to fail ends in one
//! place that notes the function and returns the status.
//!
//! Inside the object a function takes the context and its arguments as 64-bit words, an I128 as its two halves: no 128-bit
//! number stands in a signature, where Cranelift and other compilers disagree. It returns a status; its value lies in the
//! context. Blocks are sealed as soon as all their predecessors are known, since that is when values are seen through.

use crate::CodegenError;
use crate::context::{FAILED, Flags, RESULT, STEPS};
use crate::facts::{Fact, facts};
use crate::piece::Target;
use crate::unit::{Body, Places, Unit};
use cranelift_codegen::entity::{EntityRef, SecondaryMap};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I64, I128};
use cranelift_codegen::ir::{self, AbiParam, Block, FuncRef, InstBuilder, Signature, StackSlot, Type, Value};
use cranelift_codegen::ir::{ExtFuncData, ExternalName, GlobalValueData, UserExternalName};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, Variable};
use lwas_ir::native::{Budget, Failing};
use lwas_ir::{BlockId, FuncId, Kind, Local, Site, Terminator};
use std::collections::BTreeMap;

/// The Cranelift type of a kind.
pub(crate) fn ty(kind: Kind) -> Type {
    match kind {
        Kind::I64 | Kind::Ref => I64,
        Kind::I128 => I128,
    }
}

/// The signature that a function has inside the object, with this many words of arguments.
pub(crate) fn signature(words: u32, convention: CallConv) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.resize(words as usize, AbiParam::new(I64));
    signature.returns.push(AbiParam::new(I64));
    signature
}

/// A reference to the callee at a place of the unit, which is called with this many words.
pub(crate) fn import(func: &mut ir::Function, place: u32, words: u32, convention: CallConv) -> FuncRef {
    let name = external(func, Target::Callee(place));
    let signature = func.import_signature(signature(words, convention));
    func.import_function(ExtFuncData { name, signature, colocated: true, patchable: false })
}

/// The name by which Cranelift knows what a link leads to.
fn external(func: &mut ir::Function, target: Target) -> ExternalName {
    let (namespace, index) = target.name();
    ExternalName::user(func.declare_imported_user_function(UserExternalName { namespace, index }))
}

/// A function on its way to Cranelift.
pub(crate) struct Translator<'a, 'f> {
    pub(crate) b: FunctionBuilder<'f>,
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) places: Places,
    pub(crate) function: Body<'a>,
    /// How functions are called: the platform's C convention.
    pub(crate) convention: CallConv,
    config: TargetFrontendConfig,
    pub(crate) context: Value,
    pub(crate) flags: Flags,
    pub(crate) facts: SecondaryMap<Local, Fact>,
    /// References to called functions.
    pub(crate) callees: BTreeMap<FuncId, FuncRef>,
    /// Where the arguments of host functions are laid down, of the size that the longest call needs.
    pub(crate) host_args: Option<StackSlot>,
    variables: SecondaryMap<Local, Option<Variable>>,
    blocks: SecondaryMap<BlockId, Option<Block>>,
    /// How many edges to each block have not been made yet.
    open_edges: SecondaryMap<BlockId, u32>,
    /// Where a site's failure goes.
    failures: BTreeMap<(Site, Option<Budget>), Block>,
    /// Takes the status of a failed callee and returns it.
    propagate: Option<Block>,
}

impl<'a, 'f> Translator<'a, 'f> {
    /// Ready to translate a function into `b`, which is empty.
    pub(crate) fn new(
        mut b: FunctionBuilder<'f>,
        unit: &'a Unit<'a>,
        config: TargetFrontendConfig,
        convention: CallConv,
    ) -> Self {
        let function = unit.body;
        let flags = Flags::new(b.func);
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        b.seal_block(entry);
        let context = b.block_params(entry)[0];
        let mut variables = SecondaryMap::new();
        for (local, kind) in function.locals {
            variables[local] = Some(b.declare_var(ty(*kind)));
        }
        let mut blocks = SecondaryMap::new();
        for block in function.blocks.keys() {
            blocks[block] = Some(b.create_block());
        }
        Translator {
            b,
            unit,
            places: unit.places(),
            function,
            convention,
            config,
            context,
            flags,
            facts: facts(&function),
            callees: BTreeMap::new(),
            host_args: None,
            variables,
            blocks,
            open_edges: edges(&function),
            failures: BTreeMap::new(),
            propagate: None,
        }
    }

    /// Translates the whole function.
    pub(crate) fn translate(mut self) -> Result<(), CodegenError> {
        for id in self.function.blocks.keys().filter(|id| self.open_edges[*id] == 0).collect::<Vec<_>>() {
            let target = self.block(id);
            self.b.seal_block(target);
        }
        self.prologue();
        for (id, block) in self.function.blocks {
            let target = self.block(id);
            self.b.switch_to_block(target);
            // A failing block computes only its message, which nobody asks native code for.
            if !matches!(block.end, Terminator::Fail { .. }) {
                for inst in &block.insts {
                    self.inst(inst)?;
                }
            }
            self.terminator(&block.end);
        }
        self.endings();
        self.b.seal_all_blocks();
        self.b.finalize(self.config);
        Ok(())
    }

    /// Takes the arguments, charges the step of the call, goes to the first block.
    fn prologue(&mut self) {
        let entry = self.b.current_block().expect("the entry block is current from the start");
        let words = self.b.block_params(entry).to_vec();
        let mut words = words.into_iter().skip(1);
        let mut word = || words.next().expect("the signature has a word for each half of each parameter");
        for (local, kind) in self.function.locals.iter().take(self.function.params as usize) {
            let value = match kind {
                Kind::I64 | Kind::Ref => word(),
                Kind::I128 => {
                    let (low, high) = (word(), word());
                    self.b.ins().iconcat(low, high)
                }
            };
            self.def(local, value);
        }
        // A function that only fails does so even when it has no step left, as the interpreter tells it.
        match self.function.blocks[BlockId::new(0)].end {
            Terminator::Fail { site, .. } => self.charge(site, None),
            _ => self.charge_step(Site::new(0)),
        }
        self.go(BlockId::new(0));
    }

    /// Charges one step.
    pub(crate) fn charge_step(&mut self, site: Site) {
        self.charge(site, Some(Budget::Steps));
    }

    /// Charges one step; `spent` is what is told where none is left.
    fn charge(&mut self, site: Site, spent: Option<Budget>) {
        let steps = self.get(STEPS);
        let exhausted = self.b.ins().icmp_imm_u(IntCC::Equal, steps, 0);
        self.fail_if_spent(exhausted, site, spent);
        let left = self.b.ins().iadd_imm_s(steps, -1);
        self.set(STEPS, left);
    }

    fn terminator(&mut self, end: &Terminator) {
        match *end {
            Terminator::Jump(block) => self.go(block),
            Terminator::Branch { condition, then, otherwise } => {
                let condition = self.read(condition);
                let (yes, no) = (self.block(then), self.block(otherwise));
                self.b.ins().brif(condition, yes, &[], no, &[]);
                self.edge_made(then);
                self.edge_made(otherwise);
            }
            Terminator::Return(value) => {
                if let Some(value) = value {
                    let value = self.read(value);
                    self.set(RESULT, value);
                }
                let ok = self.word(0);
                self.b.ins().return_(&[ok]);
            }
            Terminator::Fail { site, .. } => {
                let failure = self.failure(site, None);
                self.b.ins().jump(failure, &[]);
            }
        }
    }

    fn go(&mut self, block: BlockId) {
        let target = self.block(block);
        self.b.ins().jump(target, &[]);
        self.edge_made(block);
    }

    fn edge_made(&mut self, block: BlockId) {
        self.open_edges[block] -= 1;
        if self.open_edges[block] == 0 {
            let target = self.block(block);
            self.b.seal_block(target);
        }
    }

    /// The ends of everything that went wrong: each failing site loads its status, then all share one way out.
    fn endings(&mut self) {
        let failures = std::mem::take(&mut self.failures);
        if !failures.is_empty() {
            let shared = self.cold_block();
            let status = self.b.append_block_param(shared, I64);
            for ((site, spent), block) in failures {
                self.b.switch_to_block(block);
                let status = self.word(Failing { site, spent }.pack() as i64);
                self.b.ins().jump(shared, &[status.into()]);
            }
            self.b.switch_to_block(shared);
            let number = self.linked(Target::Own);
            self.set(FAILED, number);
            self.b.ins().return_(&[status]);
        }
        if let Some(block) = self.propagate {
            self.b.switch_to_block(block);
            let status = self.b.block_params(block)[0];
            self.b.ins().return_(&[status]);
        }
    }

    /// Where a failure at a site goes.
    fn failure(&mut self, site: Site, spent: Option<Budget>) -> Block {
        if let Some(block) = self.failures.get(&(site, spent)) {
            return *block;
        }
        let block = self.cold_block();
        self.failures.insert((site, spent), block);
        block
    }

    /// Fails at a site when the condition is not 0, else goes on.
    pub(crate) fn fail_if(&mut self, condition: Value, site: Site) {
        self.fail_if_spent(condition, site, None);
    }

    /// The same, where a condition that is not 0 means that this budget is spent.
    pub(crate) fn fail_if_spent(&mut self, condition: Value, site: Site, spent: Option<Budget>) {
        let failure = self.failure(site, spent);
        let on = self.b.create_block();
        self.b.ins().brif(condition, failure, &[], on, &[]);
        self.start(on);
    }

    /// Returns a callee's status when it is not 0, else goes on.
    pub(crate) fn propagate_if(&mut self, status: Value) {
        let block = match self.propagate {
            Some(block) => block,
            None => {
                let block = self.cold_block();
                self.b.append_block_param(block, I64);
                *self.propagate.insert(block)
            }
        };
        let on = self.b.create_block();
        self.b.ins().brif(status, block, &[status.into()], on, &[]);
        self.start(on);
    }

    /// Goes on in a block all of whose predecessors are there.
    pub(crate) fn start(&mut self, block: Block) {
        self.b.switch_to_block(block);
        self.b.seal_block(block);
    }

    /// A block that is seldom reached.
    pub(crate) fn cold_block(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    /// A register's value.
    pub(crate) fn read(&mut self, local: Local) -> Value {
        match (self.facts[local], self.function.locals[local]) {
            (Fact::Constant(value), Kind::I128) => self.wide_constant(value),
            (Fact::Constant(value), _) => self.word(value as i64),
            _ => {
                let variable = self.variable(local);
                self.b.use_var(variable)
            }
        }
    }

    /// Assigns a register.
    pub(crate) fn def(&mut self, local: Local, value: Value) {
        let variable = self.variable(local);
        self.b.def_var(variable, value);
    }

    /// A constant word.
    pub(crate) fn word(&mut self, value: i64) -> Value {
        self.b.ins().iconst(I64, value)
    }

    /// A word that the object knows and the code does not: it stands in the object's table.
    pub(crate) fn linked(&mut self, target: Target) -> Value {
        let name = external(self.b.func, target);
        let data = GlobalValueData::Symbol { name, offset: 0.into(), colocated: true, tls: false };
        let word = self.b.create_global_value(data);
        let address = self.b.ins().symbol_value(I64, word);
        self.b.ins().load(I64, self.flags.constant, address, 0)
    }

    /// What a register holds.
    pub(crate) fn kind(&self, local: Local) -> Kind {
        self.function.locals[local]
    }

    fn variable(&self, local: Local) -> Variable {
        self.variables[local].expect("every register has its variable")
    }

    fn block(&self, block: BlockId) -> Block {
        self.blocks[block].expect("every block has its counterpart")
    }
}

/// How many edges lead to each block; the first has one more, from the prologue.
fn edges(function: &Body<'_>) -> SecondaryMap<BlockId, u32> {
    let mut edges = SecondaryMap::new();
    edges[BlockId::new(0)] = 1;
    for block in function.blocks.values() {
        match block.end {
            Terminator::Jump(to) => edges[to] += 1,
            Terminator::Branch { then, otherwise, .. } => {
                edges[then] += 1;
                edges[otherwise] += 1;
            }
            Terminator::Return(_) | Terminator::Fail { .. } => {}
        }
    }
    edges
}
