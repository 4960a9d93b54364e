//! The interpreter at work with a watcher: which functions are rules and which are laws, and what happens in them.

use lwas_ir::{
    Axiom, AxiomScope, Failure, FuncId, Interpreter, Key, Memory, Module, Place, Rounded, Slot, Trace, Value, Watch,
    World, Written,
};

use super::words::{changed_fields, row_name};
use super::{How, Step};
use crate::engine::{Caller, Failed};
use crate::judge::at;
use crate::outcome::{At, Traced};
use crate::program::Program;

/// The most that is written down of one event: a rule that loops over a million rows is told by its beginning.
const MOST_STEPS: usize = 10_000;

/// The interpreter, and what was seen.
pub struct Watched<'a> {
    module: &'a Module,
    steps: Vec<Step>,
    /// How many steps came after the most that are written down.
    left_out: usize,
    /// Whether a law is being checked: what is rounded there changes nothing.
    in_law: bool,
    /// What the function that was called last has traced.
    traces: Vec<(Trace, String)>,
}

impl<'a> Watched<'a> {
    /// Nothing seen yet.
    pub fn new(program: &'a Program) -> Watched<'a> {
        Watched { module: program.explained(), steps: vec![], left_out: 0, in_law: false, traces: vec![] }
    }

    /// What was seen, in order, and how many steps came after that.
    pub fn into_steps(self) -> (Vec<Step>, usize) {
        (self.steps, self.left_out)
    }

    fn push(&mut self, step: Step) {
        if self.steps.len() < MOST_STEPS {
            self.steps.push(step);
        } else {
            self.left_out += 1;
        }
    }

    /// The law that a function is.
    fn law(&self, func: FuncId) -> Option<&'a Axiom> {
        self.module.axioms.iter().find(|axiom| axiom.func == func)
    }

    /// The row that a law is asked of, by its first argument.
    fn row_of(&self, axiom: &Axiom, args: &[Slot], memory: &Memory) -> Option<String> {
        let (AxiomScope::Rows(state) | AxiomScope::Changed(state) | AxiomScope::Deleted(state)) = axiom.scope else {
            return None;
        };
        let (row, _) = memory.read_row(self.module, state, args.first()?.as_ref()).ok()?;
        let length = self.module.states.get(state)?.key as usize;
        let key = row.iter().take(length).map(Value::key_part).collect::<Option<Key>>()?;
        Some(row_name(self.module, state, &key))
    }

    fn values(&self, func: FuncId, traces: &[(Trace, String)]) -> Vec<Traced> {
        let place = |trace: Trace| Some(self.module.functions.get(func)?.traces.get(trace)?.place);
        let value = |(trace, value): &(Trace, String)| {
            Some(Traced { at: at(self.module, place(*trace)?), value: value.clone() })
        };
        traces.iter().filter_map(value).collect()
    }

    fn at_places(&self, values: &[(Place, String)]) -> Vec<Traced> {
        values.iter().map(|(place, value)| Traced { at: self.at(*place), value: value.clone() }).collect()
    }

    fn at(&self, place: Place) -> At {
        at(self.module, place)
    }
}

impl Caller for Watched<'_> {
    fn call(
        &mut self,
        func: FuncId,
        args: &[Slot],
        memory: &mut Memory,
        world: &mut dyn World,
    ) -> Result<Option<Slot>, Failed> {
        let law = self.law(func);
        let row = law.and_then(|axiom| self.row_of(axiom, args, memory));
        if law.is_none()
            && let Some(function) = self.module.functions.get(func)
        {
            // Whatever is no rule, belief or alert is an action by which the standard library records these.
            let (what, name) = function.name.split_once(' ').unwrap_or(("action", &function.name));
            let (what, name) = (what.to_owned(), name.to_owned());
            let place = function.sites.values().next().map(|site| site.place);
            let at = place.map(|place| self.at(place));
            self.push(Step::Began { what, name, at });
        }
        self.in_law = law.is_some();
        self.traces.clear();
        let interpreter = Interpreter::new(self.module);
        let result = interpreter.call_watched(func, args, memory, world, self);
        if let Some(axiom) = law {
            let (holds, values) = match &result {
                Ok(value) => (value.is_some_and(|slot| slot.as_int() != 0), self.values(func, &self.traces)),
                Err(Failure::Rejected(why)) => (false, self.values(why.func, &why.traces)),
                Err(Failure::World(_)) => (false, vec![]),
            };
            let at = self.at(axiom.place);
            self.push(Step::Law { name: axiom.name.clone(), row, at, holds, values });
        }
        result.map_err(Failed::from)
    }
}

impl Watch for Watched<'_> {
    fn rounded(&mut self, rounded: Rounded) {
        if !self.in_law {
            let at = self.at(rounded.place);
            let values = self.at_places(&rounded.values);
            self.push(Step::Rounded { at, exact: rounded.exact, result: rounded.result, values });
        }
    }

    fn wrote(&mut self, written: Written) {
        let how = match (&written.before, &written.after) {
            (_, None) => How::Deleted,
            (None, Some(_)) => How::Created,
            (Some(_), Some(_)) => How::Changed,
        };
        let row = row_name(self.module, written.state, &written.key);
        let fields = changed_fields(self.module, written.state, written.before.as_ref(), written.after.as_ref());
        let name = |func: &FuncId| self.module.functions.get(*func).map(|function| function.name.clone());
        let within = written.within.iter().filter_map(name).collect();
        let at = self.at(written.at);
        let values = self.at_places(&written.values);
        self.push(Step::Changed { at, within, row, how, fields, values });
    }

    fn returned(&mut self, _: FuncId, traces: Vec<(Trace, String)>) {
        self.traces = traces;
    }
}
