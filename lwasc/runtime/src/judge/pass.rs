//! One pass over an event: its rules in order, then the axioms, by one engine.

use lwas_ir::world::Row;
use lwas_ir::{
    AggregateValue, EventId, FailReason, Fault, Key, KeyPart, Memory, Place, Slot, Value, Window, World as _,
    WorldError,
};

use super::due::Appointment;
use super::watch::Watching;
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

/// What a pass does.
#[derive(Clone, Copy, Debug)]
pub enum Job<'a> {
    /// An event.
    Event {
        /// Which.
        event: EventId,
        /// Its data.
        data: &'a Value,
    },
    /// The event of time that passes, kept only where it changes something.
    Tick(EventId),
    /// A rule that is due.
    Due(&'a Appointment),
}

impl Job<'_> {
    /// For people: the event's name, or the rule's.
    pub fn name(&self, program: &Program) -> String {
        match self {
            Job::Event { event, .. } | Job::Tick(event) => program.event(*event).name.to_string(),
            Job::Due(due) => due.entry_type(program),
        }
    }
}

fn stopped(fault: Fault, place: Place) -> Stopped {
    match fault {
        Fault::Failed { reason, detail } => Stopped::Data { place, reason, detail },
        Fault::World(error) => Stopped::World(error),
    }
}

/// What ended a pass.
#[derive(Debug)]
pub enum Stopped {
    /// The event's data, or the row, does not fit the memory budget.
    Data {
        /// Where the event or the rule is declared.
        place: Place,
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
    /// Does a job whole: rows leave windows, its rules, those of what they emit, then the axioms; and records what has become of
    /// beliefs and alerts: in comes what is known of these before, out goes what is known then.
    pub fn run(&mut self, job: &Job<'_>, known: Watching) -> Result<Watching, Stopped> {
        self.leave()?;
        match job {
            Job::Event { event, data } => self.event(*event, data)?,
            Job::Tick(event) => self.event(*event, &Value::Record([].into()))?,
            Job::Due(due) => self.due(due)?,
        }
        self.emitted()?;
        self.axioms()?;
        self.beliefs()?;
        self.alerts(known)
    }

    fn event(&mut self, event: EventId, data: &Value) -> Result<(), Stopped> {
        let place = self.program.module.events[event].place;
        let slot = self.memory.write_value(&self.program.module, self.program.event(event).data, data);
        let slot = slot.map_err(|fault| stopped(fault, place))?;
        self.rules(event, slot)
    }

    /// Takes the entry out of the agenda and runs the rule on its row.
    fn due(&mut self, due: &Appointment) -> Result<(), Stopped> {
        let module = &*self.program.module;
        let rule = &module.due[due.rule];
        self.store.delete(rule.agenda, &due.key).map_err(Stopped::World)?;
        let key: Key = due.key.iter().skip(1).cloned().collect();
        let row = self.store.row(rule.state, &key).map_err(Stopped::World)?;
        let missing = || WorldError(format!("the agenda of rule `{}` names a row that is not there", rule.name));
        let row = row.ok_or_else(|| Stopped::World(missing()))?;
        let slot = self.memory.write_row(module, rule.state, &row).map_err(|fault| stopped(fault, rule.place))?;
        self.rule(rule.func, slot)
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

    /// Takes the rows away that have left the windows by the event's time. Each has budgets of its own, since the event that wrote
    /// it had: an event after a long silence is not rejected for what has left meanwhile.
    fn leave(&mut self) -> Result<(), Stopped> {
        let module = &self.program.module;
        for window in &module.windows {
            while let Some((seq, row)) = departing(self.store, window).map_err(Stopped::World)? {
                self.memory.reset();
                let slot = self.memory.write_row(module, window.journal, &row).map_err(|fault| match fault {
                    Fault::World(error) => Stopped::World(error),
                    Fault::Failed { detail, .. } => Stopped::World(WorldError(detail)),
                })?;
                self.call(window.sub, &[slot]).map_err(|failed| match failed {
                    Failed::World(error) => Stopped::World(error),
                    failed => Stopped::Rule(failed),
                })?;
                let left = AggregateValue::Wide(seq.into());
                self.store.set_aggregate(window.left, &Key::new(), left).map_err(Stopped::World)?;
            }
        }
        self.memory.reset();
        Ok(())
    }

    /// Calls a function; reads see the event's writes when it begins.
    pub fn call(&mut self, func: lwas_ir::FuncId, args: &[Slot]) -> Result<Option<Slot>, Failed> {
        lwas_ir::World::see_before(self.store, false);
        self.caller.call(func, args, self.memory, self.store)
    }
}

/// The next row that has left a window by now, with its `seq`; none where none has.
///
/// # Errors
/// The world can't be read, or does not hold what the program keeps there.
pub fn departing(store: &mut Store<'_>, window: &Window) -> Result<Option<(i64, Row)>, WorldError> {
    let damaged = |what: &str| WorldError(format!("a window does not hold what the program keeps in it: {what}"));
    let end = store.env().now.saturating_sub(window.span);
    let left = match store.aggregate(window.left, &Key::new())? {
        AggregateValue::Wide(left) => i64::try_from(left).map_err(|_| damaged("no number of rows"))?,
        AggregateValue::Bag(_) => return Err(damaged("no number")),
    };
    let seq = left.saturating_add(1);
    if seq >= store.next_seq(window.journal)? {
        return Ok(None);
    }
    let row = store.row(window.journal, &vec![KeyPart::Int(seq)])?.ok_or_else(|| damaged("a row is not there"))?;
    match row.get(1) {
        Some(Value::Int(time)) => Ok((*time <= end).then_some((seq, row))),
        _ => Err(damaged("a row without time")),
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
