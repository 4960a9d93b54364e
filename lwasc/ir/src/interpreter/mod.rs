//! The reference interpreter: what a function means. Native code is compared with it, the ledger is replayed with it, and
//! constants and tests are evaluated by it.
//!
//! Comes in: a verified module, arguments, program memory and the world. Goes out: the result, a rejection with the place
//! and the values, or the news that the world could not be read. It never panics on a verified module, however hostile.
//!
//! What can be seen, and therefore holds for native code too:
//! - **Result**, or the function, site and reason of a rejection, and the writes to the world before it.
//! - **Steps.** Entering a function charges 1, before anything else, at site 0 of the function entered. `Step` charges 1. Host
//!   functions charge what `host` says. Nothing else charges steps. When fewer steps are left than are charged, the
//!   reason is `Steps`.
//! - **Memory.** `New` charges its size (0 too: that is a `Ref` like any other), `NewList` 8 bytes and its capacity times the size of an element,
//!   host functions the values that they make. What is charged is never given back. When less is left, the reason is `Memory`.
//!   `NewList` with a capacity below 0 or above `MAX_LIST` fails with `TooLong` before that.
//! - **Order.** Instructions go one after the other; arithmetic fails before its register is assigned. In `div` and `mod` a zero
//!   divisor is told as `DivisionByZero`; the lowest Int `div` -1 is an `Overflow`, its `mod` 0. `Rescale` is
//!   `lwas_exact::round_units`. `Element` outside the list fails with `Index`.
//! - **Fail.** A block that ends with `Fail` computes the message only. Whatever goes wrong while it does, in it or in what it calls, the
//!   rejection is the block's own: native code does not execute it at all. So steps and memory do not matter there.
//! - `Trace` charges nothing. It drops the values of later traces of the same failure: a condition that is computed again, such as
//!   in the next turn of a loop, begins with its first.

mod execute;
mod watch;
mod words;

pub use watch::{Rounded, Watch, Written};

use crate::coverage::{Counts, Spot};
use crate::{
    BlockId, FailReason, Fault, FuncId, Function, Inst, Local, Memory, Module, Place, Site, Slot, Terminator, Trace,
    World, WorldError, host,
};
use cranelift_entity::{EntityRef, SecondaryMap};

/// Interprets the functions of a verified module.
#[derive(Clone, Copy, Debug)]
pub struct Interpreter<'a> {
    module: &'a Module,
    keep_traces: bool,
    counts: Option<&'a Counts>,
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// Rejected.
    Rejected(Rejection),
    /// The world could not be read.
    World(WorldError),
}

/// A rejection: where, why, and the values that explain it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// The function that fails.
    pub func: FuncId,
    /// Where in it.
    pub site: Site,
    /// Why, by its stable code.
    pub reason: FailReason,
    /// One sentence for people: the text that the program gives, else what happened with the values.
    pub message: String,
    /// The last value of each traced sub-expression that explains this failure and was computed, in order of trace, as people
    /// read it. Empty unless the interpreter keeps traces.
    pub traces: Vec<(Trace, String)>,
    /// Where the calls stand that are under way: the one that called the function that fails, then the one that called that.
    pub within: Vec<(FuncId, Place)>,
}

/// The place of a call whose function has none.
const NOWHERE: Place = Place { file: 0, line: 1, column: 1, width: 1 };

/// Where an instruction failed, and why.
struct Stop {
    site: Site,
    fault: Fault,
}

/// A function at work.
struct Frame<'a> {
    func: FuncId,
    function: &'a Function,
    block: BlockId,
    /// The next instruction.
    next: usize,
    /// Where its registers begin on the stack.
    base: usize,
    /// The caller's register that takes the result.
    result: Option<Local>,
    /// The last value of each trace, and the how manyeth value of the frame that was.
    traces: SecondaryMap<Trace, Option<(Slot, u64)>>,
    /// How many values were kept.
    kept: u64,
    /// How many of them when the innermost loop's present turn began.
    turn: u64,
}

impl Frame<'_> {
    /// Keeps a value; those that came after it when the same condition was computed before are stale now.
    fn trace(&mut self, trace: Trace, value: Slot) {
        let site_of = |trace| self.function.traces.get(trace).and_then(|data| data.site);
        let site = site_of(trace);
        for later in self.traces.keys().filter(|later| *later > trace) {
            if site_of(later) == site {
                self.traces[later] = None;
            }
        }
        self.kept += 1;
        self.traces[trace] = Some((value, self.kept));
    }

    /// Whether a value was kept since the innermost loop's present turn began.
    fn is_of_this_turn(&self, trace: Trace) -> bool {
        self.traces.get(trace).copied().flatten().is_some_and(|(_, number)| number > self.turn)
    }
}

impl<'a> Interpreter<'a> {
    /// For a module that the verifier has passed.
    pub fn new(module: &'a Module) -> Interpreter<'a> {
        Interpreter { module, keep_traces: false, counts: None }
    }

    /// Whether rejections carry the values of traced sub-expressions, which costs time.
    #[must_use]
    pub fn keep_traces(self, keep_traces: bool) -> Interpreter<'a> {
        Interpreter { keep_traces, ..self }
    }

    /// Who counts what is reached, if anybody does.
    #[must_use]
    pub fn counting(self, counts: Option<&'a Counts>) -> Interpreter<'a> {
        Interpreter { counts, ..self }
    }

    /// Calls a function with arguments of its kinds. Steps and memory are charged to `memory`, which is not reset: several
    /// calls can belong to one event.
    pub fn call(
        &self,
        func: FuncId,
        args: &[Slot],
        memory: &mut Memory,
        world: &mut dyn World,
    ) -> Result<Option<Slot>, Failure> {
        self.start(func, args, memory, world, None)
    }

    /// The same, with somebody who is told what happens on the way. Traces are kept.
    pub fn call_watched(
        &self,
        func: FuncId,
        args: &[Slot],
        memory: &mut Memory,
        world: &mut dyn World,
        watch: &mut dyn Watch,
    ) -> Result<Option<Slot>, Failure> {
        self.keep_traces(true).start(func, args, memory, world, Some(watch))
    }

    fn start<'b>(
        &self,
        func: FuncId,
        args: &[Slot],
        memory: &'b mut Memory,
        world: &'b mut dyn World,
        watch: Option<&'b mut dyn Watch>,
    ) -> Result<Option<Slot>, Failure> {
        let mut run = Run {
            module: self.module,
            keep_traces: self.keep_traces,
            counts: self.counts,
            memory,
            world,
            watch,
            calls: vec![],
            frames: vec![],
            stack: vec![],
            args: vec![],
        };
        run.args.extend_from_slice(args);
        let outcome = match run.enter(func, None) {
            Ok(()) => run.run(),
            Err(stop) => Err(stop),
        };
        outcome.map_err(|stop| {
            run.count_stops();
            run.explain(stop)
        })
    }
}

/// One call from outside.
struct Run<'a, 'b> {
    module: &'a Module,
    keep_traces: bool,
    counts: Option<&'a Counts>,
    memory: &'b mut Memory,
    world: &'b mut dyn World,
    watch: Option<&'b mut dyn Watch>,
    /// The calls that are under way, where somebody watches.
    calls: Vec<watch::Standing>,
    frames: Vec<Frame<'a>>,
    /// Registers of all frames, one after the other.
    stack: Vec<Slot>,
    /// Arguments on their way to a function.
    args: Vec<Slot>,
}

/// What ends a stretch of instructions in one frame.
enum Next<'a> {
    /// A function is called; its arguments are on their way.
    Call {
        func: FuncId,
        result: &'a Option<Local>,
    },
    Return(Option<Slot>),
}

impl<'a> Run<'a, '_> {
    /// Begins a function with the arguments on their way.
    fn enter(&mut self, func: FuncId, result: Option<Local>) -> Result<(), Stop> {
        let function = self.module.functions.get(func);
        let function = function.ok_or_else(|| Stop { site: Site::new(0), fault: Fault::damaged("function") })?;
        let base = self.stack.len();
        let traces = SecondaryMap::new();
        let block = BlockId::new(0);
        self.frames.push(Frame { func, function, block, next: 0, base, result, traces, kept: 0, turn: 0 });
        self.memory.charge(1).map_err(|fault| Stop { site: Site::new(0), fault })?;
        self.counts.iter().for_each(|counts| counts.enter(func, block));
        self.stack.append(&mut self.args);
        self.stack.resize(base + function.locals.len(), Slot::ZERO);
        Ok(())
    }

    /// Tells who counts which blocks are not executed to their end.
    fn count_stops(&self) {
        for frame in self.frames.iter().filter(|frame| frame.next > 0) {
            let at = Spot { func: frame.func, block: frame.block, inst: frame.next };
            self.counts.iter().for_each(|counts| counts.stop(at));
        }
    }

    fn run(&mut self) -> Result<Option<Slot>, Stop> {
        loop {
            match self.stretch()? {
                Next::Call { func, result } => {
                    if self.watch.is_some() {
                        let caller = self.frames.last();
                        let at = caller.and_then(watch::standing).unwrap_or(NOWHERE);
                        let values = caller.map(|frame| watch::values(self.module, self.memory, frame, at));
                        let func = caller.map_or(func, |frame| frame.func);
                        self.calls.push(watch::Standing { func, at, values: values.unwrap_or_default() });
                    }
                    self.enter(func, *result)?;
                }
                Next::Return(value) => {
                    if self.watch.is_some() {
                        self.tell_return();
                    }
                    let Some(done) = self.frames.pop() else { return Ok(value) };
                    self.stack.truncate(done.base);
                    let Some(caller) = self.frames.last() else { return Ok(value) };
                    if let (Some(dst), Some(value)) = (done.result, value)
                        && let Some(register) = self.stack.get_mut(caller.base + dst.index())
                    {
                        *register = value;
                    }
                }
            }
        }
    }

    /// Tells who watches of a return.
    #[cold]
    fn tell_return(&mut self) {
        self.calls.pop();
        if let [frame] = self.frames.as_slice() {
            let (func, traces) = (frame.func, shown(self.module, self.memory, frame, |_, _| true));
            if let Some(watch) = &mut self.watch {
                watch.returned(func, traces);
            }
        }
    }

    /// Executes the topmost frame until it calls or returns.
    fn stretch(&mut self) -> Result<Next<'a>, Stop> {
        let damaged = || Stop { site: Site::new(0), fault: Fault::damaged("block") };
        let Some(frame) = self.frames.last_mut() else { return Ok(Next::Return(None)) };
        let function = frame.function;
        let registers = self.stack.get_mut(frame.base..).unwrap_or_default();
        loop {
            let block = function.blocks.get(frame.block).ok_or_else(damaged)?;
            while let Some(inst) = block.insts.get(frame.next) {
                frame.next += 1;
                match inst {
                    Inst::Call { dst, func, args } => {
                        self.args.extend(args.iter().map(|arg| execute::get(registers, *arg)));
                        return Ok(Next::Call { func: *func, result: dst });
                    }
                    Inst::Host { dst, op, args, site } => {
                        self.args.extend(args.iter().map(|arg| execute::get(registers, *arg)));
                        let seen = match self.watch {
                            None => None,
                            Some(_) => {
                                let place = (watch::place(frame, *site), self.calls.as_slice());
                                watch::before(*op, self.module, self.memory, self.world, &self.args, place)
                            }
                        };
                        let result = host::call(*op, self.module, self.memory, self.world, &self.args);
                        self.args.clear();
                        let result = result.map_err(|fault| Stop { site: *site, fault })?;
                        if let (Some(seen), Some(to)) = (seen, &mut self.watch) {
                            let outcome =
                                watch::Outcome { slot: result.unwrap_or_default(), shown: block.insts.get(frame.next) };
                            watch::after(seen, *op, (self.module, self.memory, frame), &outcome, *to);
                        }
                        if let (Some(dst), Some(result)) = (dst, result) {
                            execute::set(registers, *dst, result);
                        }
                    }
                    Inst::Trace { trace, value } => {
                        if self.keep_traces {
                            frame.trace(*trace, execute::get(registers, *value));
                        }
                    }
                    Inst::Rescale { src, .. } if self.watch.is_some() => {
                        let units = execute::get(registers, *src).as_wide();
                        execute::execute(inst, function, registers, self.memory)?;
                        if let (Some(to), Inst::Rescale { dst, .. }) = (&mut self.watch, inst) {
                            let slot = execute::get(registers, *dst);
                            let outcome = watch::Outcome { slot, shown: block.insts.get(frame.next) };
                            watch::rescaled(inst, (self.module, self.memory, frame), &outcome, units, *to);
                        }
                    }
                    _ => execute::execute(inst, function, registers, self.memory)?,
                }
            }
            frame.next = 0;
            match &block.end {
                Terminator::Jump(block) => {
                    // Loops go back to a block that was made before.
                    if block.index() <= frame.block.index() {
                        frame.turn = frame.kept;
                    }
                    frame.block = *block;
                    self.counts.iter().for_each(|counts| counts.enter(frame.func, *block));
                }
                Terminator::Branch { condition, then, otherwise } => {
                    let holds = execute::get(registers, *condition).as_int() != 0;
                    self.counts.iter().for_each(|counts| counts.leave(frame.func, frame.block, holds));
                    frame.block = if holds { *then } else { *otherwise };
                    self.counts.iter().for_each(|counts| counts.enter(frame.func, frame.block));
                }
                Terminator::Return(value) => {
                    return Ok(Next::Return(value.map(|value| execute::get(registers, value))));
                }
                Terminator::Fail { site, reason, message } => {
                    let text = message.map(|message| execute::get(registers, message).as_ref());
                    let text = text.and_then(|text| self.memory.text(text).ok());
                    let detail = text.unwrap_or_else(|| words::plain(*reason));
                    return Err(Stop { site: *site, fault: Fault::new(*reason, detail) });
                }
            }
        }
    }

    /// The failure as the caller gets it.
    fn explain(&mut self, stop: Stop) -> Failure {
        let (reason, message) = match stop.fault {
            Fault::World(error) => return Failure::World(error),
            Fault::Failed { reason, detail } => (reason, detail),
        };
        // Whatever went wrong in a block that computes the message of a rejection, or below it, is that rejection.
        let topmost = self.frames.len().saturating_sub(1);
        for (level, frame) in self.frames.iter().enumerate() {
            let Some(block) = frame.function.blocks.get(frame.block) else { continue };
            let Terminator::Fail { site, reason: own, .. } = block.end else { continue };
            let finished = level == topmost && own == reason && site == stop.site;
            let message = if finished { message } else { words::plain(own).to_owned() };
            return self.rejection(frame, site, own, message);
        }
        match self.frames.last() {
            Some(frame) => self.rejection(frame, stop.site, reason, message),
            None => Failure::World(WorldError("a function is called that the program does not have".to_owned())),
        }
    }

    fn rejection(&self, frame: &Frame, site: Site, reason: FailReason, message: String) -> Failure {
        // The values of whichever turn came last explain no spent budget, and native code tells of one without them.
        let place = |site: Site| Some(frame.function.sites.get(site)?.place);
        let holds = |outer: Site| match (place(outer), place(site)) {
            (Some(outer), Some(inner)) => outer.holds(inner),
            _ => false,
        };
        let explains = |trace: Trace, of: Option<Site>| {
            let own = of.is_none_or(|explained| explained == site);
            !reason.is_budget() && (own || of.is_some_and(holds) && frame.is_of_this_turn(trace))
        };
        let traces = shown(self.module, self.memory, frame, explains);
        let callers = self.frames.iter().rev().filter(|caller| caller.func != frame.func);
        let within = callers.filter_map(|caller| Some((caller.func, watch::standing(caller)?))).collect();
        Failure::Rejected(Rejection { func: frame.func, site, reason, message, traces, within })
    }
}

/// The values of a frame's traces, of those that explain the failures that are asked for.
fn shown(
    module: &Module,
    memory: &Memory,
    frame: &Frame,
    explains: impl Fn(Trace, Option<Site>) -> bool,
) -> Vec<(Trace, String)> {
    let mut traces = vec![];
    for (trace, data) in &frame.function.traces {
        if explains(trace, data.site)
            && let Some((slot, _)) = frame.traces.get(trace).copied().flatten()
            && let Ok(text) = host::Formatter::new(module, memory).format(data.ty, slot)
        {
            traces.push((trace, text));
        }
    }
    traces
}
