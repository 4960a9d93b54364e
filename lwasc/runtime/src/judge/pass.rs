//! One pass over an event: its rules in order, then the axioms, by one engine.

use lwas_ir::{EventId, FailReason, Fault, Key, Memory, Slot, Value, WorldError};

use crate::engine::{Caller, Failed};
use crate::program::Program;
use crate::store::Store;

/// What a pass works with.
pub struct Pass<'a, 'l> {
    /// The program.
    pub program: &'a Program,
    /// State with the event's writes.
    pub store: &'a mut Store<'l>,
    /// Where values are made; its budgets are full.
    pub memory: &'a mut Memory,
    /// What executes functions.
    pub caller: &'a mut dyn Caller,
}

/// What ended a pass.
#[derive(Debug)]
pub enum Stopped {
    /// The event's data does not fit the memory budget.
    Data {
        /// The event.
        event: EventId,
        /// The code.
        reason: FailReason,
        /// In words.
        detail: String,
    },
    /// A rule has failed.
    Rule(Failed),
    /// A law does not hold.
    Law(Broken),
    /// The world could not be read.
    World(WorldError),
}

/// A law that does not hold.
#[derive(Debug)]
pub struct Broken {
    /// Its place in the module's list.
    pub axiom: usize,
    /// The row that it does not hold for; none for a law of the whole.
    pub row: Option<Key>,
    /// Why it could not be computed, or how the interpreter found it false; none where native code found it false.
    pub because: Option<Failed>,
}

/// Where a pass has ended: what two engines must agree about.
#[derive(Clone, Debug, PartialEq)]
pub enum Whereabouts {
    /// Before the rules.
    Data,
    /// In a rule: the function's number and the site's.
    Rule(u32, u32),
    /// At a law, for a row.
    Law(usize, Option<Key>),
}

impl Pass<'_, '_> {
    /// Runs the event's rules and checks the axioms.
    pub fn event(&mut self, event: EventId, data: &Value) -> Result<(), Stopped> {
        let slot = self.memory.write_value(&self.program.module, self.program.event(event).data, data);
        let slot = slot.map_err(|fault| match fault {
            Fault::Failed { reason, detail } => Stopped::Data { event, reason, detail },
            Fault::World(error) => Stopped::World(error),
        })?;
        self.rules(event, slot)?;
        self.emitted()?;
        self.axioms()
    }

    /// Runs the rules of the emitted events, the first that was emitted first; those that they emit wait behind.
    fn emitted(&mut self) -> Result<(), Stopped> {
        while let Some((event, data)) = self.store.take_emitted() {
            self.rules(event, data)?;
        }
        Ok(())
    }

    fn rules(&mut self, event: EventId, data: Slot) -> Result<(), Stopped> {
        let program = self.program;
        program.module.events[event].rules.iter().try_for_each(|rule| self.rule(*rule, data))
    }

    fn rule(&mut self, rule: lwas_ir::FuncId, data: Slot) -> Result<(), Stopped> {
        self.call(rule, &[data]).map(drop).map_err(|failed| match failed {
            Failed::World(error) => Stopped::World(error),
            failed => Stopped::Rule(failed),
        })
    }

    /// Calls a function; reads see the event's writes when it begins.
    pub fn call(&mut self, func: lwas_ir::FuncId, args: &[Slot]) -> Result<Option<Slot>, Failed> {
        lwas_ir::World::see_before(self.store, false);
        self.caller.call(func, args, self.memory, self.store)
    }
}

impl Stopped {
    /// Where it ended.
    pub fn whereabouts(&self) -> Whereabouts {
        match self {
            Stopped::Data { .. } | Stopped::World(_) => Whereabouts::Data,
            Stopped::Rule(Failed::Explained(rejection)) => {
                Whereabouts::Rule(rejection.func.as_u32(), rejection.site.as_u32())
            }
            Stopped::Rule(Failed::Native { func, site }) => Whereabouts::Rule(func.as_u32(), *site),
            Stopped::Rule(Failed::World(_)) => Whereabouts::Data,
            Stopped::Law(broken) => Whereabouts::Law(broken.axiom, broken.row.clone()),
        }
    }

    /// Whether a budget is spent. Then there are no values to show, and another pass would only spend it again.
    pub fn is_budget(&self) -> bool {
        match self {
            Stopped::Data { reason, .. } => reason.is_budget(),
            Stopped::Rule(Failed::Explained(why))
            | Stopped::Law(Broken { because: Some(Failed::Explained(why)), .. }) => why.reason.is_budget(),
            _ => false,
        }
    }

    /// In words, for the report of a disagreement: what an engine did.
    pub fn describe(&self, program: &Program) -> String {
        let name =
            |func: lwas_ir::FuncId| program.module.functions.get(func).map_or("?", |f| f.name.as_str()).to_owned();
        match self {
            Stopped::Data { detail, .. } => format!("rejects its data ({detail})"),
            Stopped::World(error) => error.0.clone(),
            Stopped::Rule(Failed::Explained(r)) => {
                format!("rejects it in `{}` at site {}", name(r.func), r.site.as_u32())
            }
            Stopped::Rule(Failed::Native { func, site }) => {
                format!("rejects it in `{}` at site {site}", name(*func))
            }
            Stopped::Rule(Failed::World(error)) => error.0.clone(),
            Stopped::Law(broken) => {
                let axiom = program.module.axioms.get(broken.axiom).map_or("?", |axiom| axiom.name.as_str());
                format!("rejects it by axiom `{axiom}` for row {:?}", broken.row)
            }
        }
    }
}
