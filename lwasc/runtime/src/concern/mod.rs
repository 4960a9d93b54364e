//! [`Concerns`]: which alerts, or beliefs, an event concerns, by what it has changed: made once for a program, so that an event
//! costs in proportion to the conditions that read what it changes, and not to those that there are.
//!
//! A condition of each row that compares fields of the row with constants is found by their values: it is asked of a row only
//! where the row as it is now, or as it was before the event, could make it true. Of all others it was false and stays so.

mod clue;

use std::collections::BTreeMap;

use lwas_ir::{Axiom, AxiomScope, FuncId, KeyPart, Module, Source, StateId, Type, Value, written};
use rustc_hash::FxHashMap;

use crate::store::Touched;
use clue::{Bound, Clue};

/// What an event concerns by what, of conditions that are known by their place in a list.
#[derive(Clone, Debug, Default)]
pub struct Concerns {
    /// Those that are looked at with every event: they read the time, or what is recorded of conditions before them.
    always: Vec<u32>,
    /// Those of each row of a state.
    rows: BTreeMap<StateId, OfRows>,
    /// What is read, and by which.
    reads: Vec<(Source, Vec<u32>)>,
}

/// Conditions of each row of a state.
#[derive(Clone, Debug, Default)]
struct OfRows {
    /// Those that can be true of any row.
    of_any: Vec<u32>,
    /// Those that ask for a value of some field, by it.
    by_value: Vec<(u32, FxHashMap<KeyPart, ByBounds>)>,
    /// Those that only ask where fields lie.
    by_bounds: ByBounds,
}

/// Conditions by where fields lie.
#[derive(Clone, Debug, Default)]
struct ByBounds {
    of_any: Vec<u32>,
    fields: Vec<ByBound>,
}

/// Conditions by where a field lies, each list so that those that a value concerns are its beginning.
#[derive(Clone, Debug)]
struct ByBound {
    field: u32,
    ty: Type,
    /// The lowest bound first.
    at_least: Vec<(i128, u32)>,
    /// The highest bound first.
    at_most: Vec<(i128, u32)>,
}

/// A condition for which an event calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Concern {
    /// Its place in the list.
    pub check: u32,
    /// Of which of the changed rows of its state, as [`Touched::changed_in_order`] gives them; none where that is found out otherwise.
    pub row: Option<u32>,
}

impl Concern {
    /// All conditions of a list.
    pub fn all(count: usize) -> Vec<Concern> {
        (0..).take(count).map(|check| Concern { check, row: None }).collect()
    }
}

/// How conditions can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By what they read.
    Reads,
    /// By the values for which they can be true too: where a false that stays one needs no answer.
    Values,
}

impl Concerns {
    /// Of conditions in order, each with whether it is looked at with every event. `recording`: the functions that record what has
    /// become of them, which may change what those behind them read.
    pub fn new<'m>(
        module: &Module,
        checks: impl Iterator<Item = (&'m Axiom, bool)>,
        recording: &[FuncId],
        by: By,
    ) -> Concerns {
        let recorded = written(module, recording);
        let is_recorded = |source: Source| match source {
            Source::Rows { state, .. } => recorded.contains(&Source::State(state)),
            source => recorded.contains(&source),
        };
        let mut concerns = Concerns::default();
        let mut reads: FxHashMap<Source, usize> = FxHashMap::default();
        for (number, (check, always)) in (0..).zip(checks) {
            let state = match check.scope {
                AxiomScope::Rows(state) => Some(state),
                _ => None,
            };
            let own = state.map(Source::State);
            if always || own.into_iter().chain(check.reads.iter().map(|read| read.source)).any(is_recorded) {
                concerns.always.push(number);
                continue;
            }
            for read in &check.reads {
                let at = *reads.entry(read.source).or_insert(concerns.reads.len());
                if at == concerns.reads.len() {
                    concerns.reads.push((read.source, vec![]));
                }
                concerns.reads[at].1.push(number);
            }
            if let Some(state) = state {
                let clues = if by == By::Values { clue::clues(module, state, check.func) } else { None };
                concerns.rows.entry(state).or_default().add(module, state, number, clues);
            }
        }
        concerns.rows.values_mut().for_each(OfRows::sort);
        concerns
    }

    /// What an event concerns, in order of condition and row, each once.
    pub fn of(&self, store: &impl Touched) -> Vec<Concern> {
        let whole = |check: &u32| Concern { check: *check, row: None };
        let mut found: Vec<Concern> = self.always.iter().map(whole).collect();
        for (_, checks) in self.reads.iter().filter(|(source, _)| store.is_changed(*source)) {
            found.extend(checks.iter().map(whole));
        }
        for (state, of_rows) in self.rows.iter().filter(|(state, _)| store.is_changed(Source::State(**state))) {
            found.extend(of_rows.of_any.iter().map(whole));
            if of_rows.by_value.is_empty() && of_rows.by_bounds.fields.is_empty() {
                continue;
            }
            for (row, change) in (0..).zip(store.changed_in_order(*state)) {
                for values in [change.before, change.now].into_iter().flatten() {
                    of_rows.find(values, &mut |check| found.push(Concern { check, row: Some(row) }));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl OfRows {
    fn add(&mut self, module: &Module, state: StateId, number: u32, clues: Option<Vec<Clue>>) {
        let Some(clues) = clues else { return self.of_any.push(number) };
        for Clue { equal, bound } in clues {
            let by_bounds = match equal {
                None => &mut self.by_bounds,
                Some((field, part)) => {
                    let place =
                        position(&mut self.by_value, |(known, _)| *known == field, || (field, FxHashMap::default()));
                    self.by_value[place].1.entry(part).or_default()
                }
            };
            match bound {
                None => by_bounds.of_any.push(number),
                Some((field, bound)) => {
                    let ty = module.types[module.states[state].fields[field as usize].ty];
                    by_bounds.add(field, ty, bound, number);
                }
            }
        }
    }

    fn sort(&mut self) {
        self.by_bounds.sort();
        self.by_value.iter_mut().flat_map(|(_, by_value)| by_value.values_mut()).for_each(ByBounds::sort);
    }

    /// Hands on what could be true of a row with these values.
    fn find(&self, row: &[Value], found: &mut impl FnMut(u32)) {
        self.by_bounds.find(row, found);
        for (field, by_value) in &self.by_value {
            let part = row.get(*field as usize).and_then(Value::key_part);
            if let Some(by_bounds) = part.and_then(|part| by_value.get(&part)) {
                by_bounds.find(row, found);
            }
        }
    }
}

impl ByBounds {
    fn add(&mut self, field: u32, ty: Type, bound: Bound, number: u32) {
        let new = || ByBound { field, ty, at_least: vec![], at_most: vec![] };
        let place = position(&mut self.fields, |known| known.field == field, new);
        match bound {
            Bound::AtLeast(least) => self.fields[place].at_least.push((least, number)),
            Bound::AtMost(most) => self.fields[place].at_most.push((most, number)),
        }
    }

    fn sort(&mut self) {
        for by_bound in &mut self.fields {
            by_bound.at_least.sort_unstable();
            by_bound.at_most.sort_unstable_by(|a, b| b.cmp(a));
        }
    }

    fn find(&self, row: &[Value], found: &mut impl FnMut(u32)) {
        self.of_any.iter().copied().for_each(&mut *found);
        for by_bound in &self.fields {
            let value = row.get(by_bound.field as usize);
            let Some(place) = value.and_then(|value| clue::place(by_bound.ty, value)) else { continue };
            let at_least = by_bound.at_least.iter().take_while(|(least, _)| *least <= place);
            let at_most = by_bound.at_most.iter().take_while(|(most, _)| *most >= place);
            at_least.chain(at_most).for_each(|(_, number)| found(*number));
        }
    }
}

/// The place of the element that is meant, which is added where it is not there.
fn position<T>(list: &mut Vec<T>, is_it: impl FnMut(&T) -> bool, new: impl FnOnce() -> T) -> usize {
    list.iter().position(is_it).unwrap_or_else(|| {
        list.push(new());
        list.len() - 1
    })
}
