//! Rules 10, 11, 20 and 21: what events, queries, axioms, states, aggregates, constants and tests call.

use super::calls::{Effect, Effects};
use super::host::{DATA, touches};
use super::{VerifyError, broken, check, signature, types};
use crate::{
    Aggregate, AggregateId, AggregateKind, Axiom, AxiomScope, Due, Event, Field, FuncId, HostOp, Inst, Kind, Module,
    Order, Place, Query, Source, State, StateKind, Test, TestStepKind, Type, TypeId, Window,
};

/// What a function may do to the world.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum May {
    Nothing,
    Read,
    Write,
}

/// A module with its functions' effects.
pub(super) struct Checker<'a> {
    pub(super) module: &'a Module,
    effects: &'a Effects,
}

pub(super) fn verify(module: &Module, effects: &Effects) -> Result<(), VerifyError> {
    let checker = Checker { module, effects };
    module.states.values().try_for_each(|state| checker.state(state))?;
    module.aggregates.iter().try_for_each(|(id, aggregate)| checker.aggregate(id, aggregate))?;
    for (id, record) in &module.records {
        checker.defaults(&record.fields, &format!("{id:?} {}", record.name))?;
    }
    module.windows.iter().try_for_each(|window| checker.window(window))?;
    module.events.values().try_for_each(|event| checker.event(event))?;
    module.due.iter().try_for_each(|due| checker.due(due))?;
    if let Some(tick) = module.tick {
        let empty = module.events.get(tick).and_then(|event| module.records.get(event.record));
        let empty = empty.is_some_and(|record| record.fields.is_empty());
        check(empty, 20, || "the tick".to_owned(), || "it is no event without fields".to_owned())?;
    }
    module.queries.iter().try_for_each(|query| checker.query(query))?;
    module.axioms.iter().try_for_each(|axiom| checker.axiom("axiom", axiom))?;
    super::watch::verify(&checker)?;
    super::routes::verify(&checker)?;
    for constant in &module.constants {
        let place = || format!("constant {constant:?}");
        checker.calls(*constant, &[], None, May::Nothing, place)?;
        let given = module.functions.get(*constant).is_some_and(|function| function.result.is_some());
        check(given, 10, place, || "it gives nothing".to_owned())?;
    }
    module.tests.iter().try_for_each(|test| checker.test(test))
}

impl Checker<'_> {
    /// A function takes and gives what it is called with, and does no more than it may.
    pub(super) fn calls(
        &self,
        func: FuncId,
        params: &[Kind],
        result: Option<Option<Kind>>,
        may: May,
        place: impl Fn() -> String,
    ) -> Result<(), VerifyError> {
        signature(self.module, func, params, result, &place)?;
        let effect = self.effects[func];
        let writes = may == May::Write || !effect.writes;
        check(writes, 11, &place, || format!("{func:?} writes"))?;
        let reads = may != May::Nothing || !effect.reads;
        check(reads, 11, &place, || format!("{func:?} depends on the world"))
    }

    pub(super) fn place(&self, place: Place, of: &str) -> Result<(), VerifyError> {
        let there = (place.file as usize) < self.module.sources.len();
        check(there, 1, || of.to_owned(), || format!("source {} is not there", place.file))
    }

    fn defaults(&self, fields: &[Field], of: &str) -> Result<(), VerifyError> {
        for field in fields {
            let Some(default) = field.default else { continue };
            let kind = self.module.kind(field.ty);
            self.calls(default, &[], Some(Some(kind)), May::Nothing, || format!("{of}, `{}`", field.name))?;
        }
        Ok(())
    }

    fn state(&self, state: &State) -> Result<(), VerifyError> {
        let place = || format!("state {}.{}", state.module, state.name);
        self.defaults(&state.fields, &place())?;
        if let Some(initial) = state.initial {
            self.calls(initial, &[], Some(Some(Kind::Ref)), May::Nothing, place)?;
        }
        let computed = state.fields.iter().skip(state.stored as usize);
        for (field, func) in computed.zip(&state.computed) {
            let kind = self.module.kind(field.ty);
            self.calls(*func, &[Kind::Ref], Some(Some(kind)), May::Read, place)?;
        }
        Ok(())
    }

    /// What an aggregate is made anew with: that the writers add the same is what `lower` owes, not what can be seen here.
    fn aggregate(&self, id: AggregateId, aggregate: &Aggregate) -> Result<(), VerifyError> {
        let place = || format!("aggregate {}", aggregate.name);
        signature(self.module, aggregate.add, &[Kind::Ref], Some(None), place)?;
        let blocks = self.module.functions.get(aggregate.add).map(|function| function.blocks.values());
        for inst in blocks.into_iter().flatten().flat_map(|block| &block.insts) {
            let alone = match inst {
                Inst::Host { op, .. } => {
                    *op == HostOp::AggregateAdd(id) || arranges(*op, id, aggregate) || touches(*op) == (false, false)
                }
                Inst::Call { func, .. } => self.effects[*func] == Effect::default(),
                _ => true,
            };
            check(alone, 11, place, || "it does more to the world than to add to its aggregate".to_owned())?;
        }
        aggregate.order.iter().try_for_each(|order| self.order(aggregate, *order))
    }

    /// An order's members begin with the key of the rows, its ranks with a share, and its states are its own.
    fn order(&self, aggregate: &Aggregate, order: Order) -> Result<(), VerifyError> {
        let place = || format!("aggregate {}", aggregate.name);
        let module = self.module;
        let states = || order.states().map(|id| module.states.get(id));
        let there = states().all(|state| state.is_some_and(|state| state.kind == StateKind::Keyed));
        check(there, 9, place, || "its order is kept in what is no state with a key".to_owned())?;
        check(aggregate.kind == AggregateKind::Count, 9, place, || "it keeps an order and counts nothing".to_owned())?;
        let types = |state: &State, count: u32| {
            let fields = state.fields.iter().take(count as usize);
            fields.map(|field| field.ty).collect::<Vec<_>>()
        };
        let of = module.states.get(aggregate.state);
        let members = module.states.get(order.members);
        let keyed = of.zip(members).is_some_and(|(of, members)| types(of, of.key) == types(members, members.key));
        check(keyed, 9, place, || "the members of its order have not the key of its rows".to_owned())?;
        let share = order.ranks.and_then(|ranks| module.states.get(ranks)).map(|ranks| types(ranks, 1));
        let shared = share.is_none_or(|share| share.iter().all(|ty| module.types.get(*ty) == Some(&Type::Int)));
        check(shared, 9, place, || "its ranks are by no share".to_owned())?;
        for id in order.states() {
            let alone = module.orders().filter(|(of, other)| *other == id || *of == id).count() == 1
                && module.due.iter().all(|due| due.agenda != id && due.state != id);
            check(alone, 9, place, || "the states of its order are not its own".to_owned())?;
        }
        Ok(())
    }

    fn window(&self, window: &Window) -> Result<(), VerifyError> {
        let module = self.module;
        let place = || format!("window of {} µs", window.span);
        let over = |id: AggregateId| self.module.aggregates.get(id).filter(|one| one.state == window.journal);
        let state = self.module.states.get(window.journal);
        let journal = state.is_some_and(|state| state.kind == StateKind::Journal);
        check(journal && window.span > 0, 9, place, || "it is of no journal, or of no time".to_owned())?;
        let counts = over(window.left).is_some_and(|left| left.kind == AggregateKind::Count && left.group.is_empty());
        check(counts, 9, place, || "how many have left is no count of its journal".to_owned())?;
        let there = window.aggregates.iter().all(|id| over(*id).is_some() && *id != window.left);
        check(there, 9, place, || "an aggregate is not of its journal".to_owned())?;
        signature(self.module, window.sub, &[Kind::Ref], Some(None), place)?;
        let blocks = self.module.functions.get(window.sub).map(|function| function.blocks.values());
        for inst in blocks.into_iter().flatten().flat_map(|block| &block.insts) {
            let alone = match inst {
                Inst::Host { op: HostOp::AggregateSub(id), .. } => window.aggregates.contains(id),
                Inst::Host { op, .. } => {
                    let mut over = window.aggregates.iter().filter_map(|id| Some((*id, module.aggregates.get(*id)?)));
                    over.any(|(id, one)| arranges(*op, id, one)) || touches(*op) == (false, false)
                }
                Inst::Call { func, .. } => self.effects[*func] == Effect::default(),
                _ => true,
            };
            check(alone, 11, place, || "it does more to the world than to take away from its aggregates".to_owned())?;
        }
        Ok(())
    }

    fn event(&self, event: &Event) -> Result<(), VerifyError> {
        let place = || format!("event {}", event.name);
        self.place(event.place, &place())?;
        let fields = self.module.records.get(event.record).map_or(0, |record| record.fields.len());
        let keyed = event.key.is_none_or(|key| (key as usize) < fields);
        check(keyed, 1, place, || "its key field is not there".to_owned())?;
        event.rules.iter().try_for_each(|rule| self.calls(*rule, &[DATA], Some(None), May::Write, place))
    }

    /// The agenda's key is a time and then the key of the row, and it is nobody else's.
    fn due(&self, due: &Due) -> Result<(), VerifyError> {
        let place = || format!("rule {}", due.name);
        self.place(due.place, &place())?;
        let module = self.module;
        let (Some(of), Some(agenda)) = (module.states.get(due.state), module.states.get(due.agenda)) else {
            return broken(1, place(), "its state or agenda is not there");
        };
        let time = |ty: TypeId| module.types.get(ty) == Some(&Type::Time);
        let at = of.fields.get(due.field as usize).filter(|_| due.field < of.stored);
        let at = at.is_some_and(|field| time(module.part_type(field.ty)));
        check(at && of.kind == StateKind::Keyed, 9, place, || "it is due at what is no time of a row".to_owned())?;
        let key = of.fields.iter().take(of.key as usize).map(|field| field.ty);
        let fits = agenda.fields.first().is_some_and(|field| time(field.ty))
            && agenda.fields.iter().skip(1).map(|field| field.ty).eq(key)
            && agenda.kind == StateKind::Keyed
            && (agenda.key, agenda.stored) == (of.key + 1, of.key + 1)
            && agenda.indexes.is_empty();
        check(fits, 9, place, || "its agenda is not the time and the key of a row".to_owned())?;
        let users = module.due.iter().filter(|other| other.agenda == due.agenda || other.state == due.agenda);
        check(users.count() == 1, 9, place, || "its agenda is not its own".to_owned())?;
        self.calls(due.func, &[Kind::Ref], Some(None), May::Write, place)
    }

    fn query(&self, query: &Query) -> Result<(), VerifyError> {
        let place = || format!("query {}", query.name);
        types::known(self.module, query.result, &place())?;
        self.defaults(&query.params, &place())?;
        let params = query.params.iter().map(|param| self.module.kind(param.ty)).collect::<Vec<_>>();
        let result = self.module.kind(query.result);
        self.calls(query.func, &params, Some(Some(result)), May::Read, place)
    }

    /// A law, or the condition of a belief or an alert (`word`).
    pub(super) fn axiom(&self, word: &str, axiom: &Axiom) -> Result<(), VerifyError> {
        let place = || format!("{word} {}", axiom.name);
        self.place(axiom.place, &place())?;
        let (state, params): (_, &[Kind]) = match axiom.scope {
            AxiomScope::Whole => (None, &[]),
            AxiomScope::Rows(state) | AxiomScope::Deleted(state) => (Some(state), &[Kind::Ref]),
            AxiomScope::Changed(state) => (Some(state), &[Kind::Ref, Kind::Ref]),
        };
        let known = state.map(|id| (id, self.module.states.get(id)));
        if let Some((id, None)) = known {
            return broken(1, place(), format!("{id:?} is not there"));
        }
        self.calls(axiom.func, params, Some(Some(Kind::I64)), May::Read, place)?;
        let state = known.and_then(|(_, state)| state);
        axiom.reads.iter().try_for_each(|read| self.read(axiom, state, read))
    }

    fn read(&self, axiom: &Axiom, state: Option<&State>, read: &crate::Read) -> Result<(), VerifyError> {
        let place = || format!("axiom {}", axiom.name);
        let parts = match read.source {
            Source::State(id) => self.module.states.get(id).map(|state| state.key as usize),
            Source::Aggregate(id) => self.module.aggregates.get(id).map(|aggregate| aggregate.group.len()),
            Source::Rows { state, index, parts } => self.scanned(state, index).map(|fields| {
                let parts = usize::from(parts);
                if parts <= fields { parts } else { usize::MAX }
            }),
        };
        let Some(parts) = parts else { return broken(1, place(), format!("{:?} is not there", read.source)) };
        check(parts != usize::MAX, 20, place, || "it reads by more fields than an index has".to_owned())?;
        let stored = match read.source {
            Source::State(id) => self.module.states.get(id).map_or(0, |state| state.stored),
            Source::Aggregate(_) | Source::Rows { .. } => 0,
        };
        let known = read.fields.iter().flatten().all(|field| *field < stored);
        check(known, 20, place, || "it reads a field that is not stored".to_owned())?;
        let Some(back) = &read.back else { return Ok(()) };
        let Some(state) = state else { return broken(20, place(), "a whole axiom has no rows to find") };
        let Some(fields) = looked_at(state, back.index) else { return broken(1, place(), "an index is not there") };
        let fits = back.parts.len() <= fields && back.parts.iter().all(|part| (*part as usize) < parts);
        check(fits, 20, place, || "its way back does not fit the index".to_owned())
    }

    /// How many fields an index of a state, or its key, has.
    fn scanned(&self, state: crate::StateId, index: Option<u32>) -> Option<usize> {
        looked_at(self.module.states.get(state)?, index)
    }

    fn test(&self, test: &Test) -> Result<(), VerifyError> {
        let place = || format!("test {:?}", test.name);
        self.place(test.place, &place())?;
        let mut lets = vec![];
        if let Some(cases) = &test.cases {
            self.place(cases.place, &place())?;
            for column in &cases.columns {
                types::known(self.module, column.ty, &place())?;
                let of = match self.module.types.get(column.ty) {
                    Some(Type::List(of)) => Some(*of),
                    _ => None,
                };
                check(of.is_some(), 21, place, || "the cases are no list".to_owned())?;
                self.calls(column.list, &[], Some(Some(Kind::Ref)), May::Read, place)?;
                lets.extend(of.map(|of| self.module.kind(of)));
            }
            cases
                .title
                .iter()
                .try_for_each(|title| self.calls(*title, &lets, Some(Some(Kind::Ref)), May::Read, place))?;
        }
        for step in &test.steps {
            self.place(step.place, &place())?;
            let gives = |func: &FuncId, kind: Option<Kind>| self.calls(*func, &lets, kind.map(Some), May::Read, place);
            match &step.kind {
                TestStepKind::Apply { event, data, at } => {
                    check(self.module.events.is_valid(*event), 1, place, || format!("{event:?} is not there"))?;
                    gives(data, Some(DATA))?;
                    at.iter().try_for_each(|at| gives(at, Some(Kind::I64)))?;
                }
                TestStepKind::Reject { event, data, at, with, by } => {
                    check(self.module.events.is_valid(*event), 1, place, || format!("{event:?} is not there"))?;
                    gives(data, Some(DATA))?;
                    at.iter().try_for_each(|at| gives(at, Some(Kind::I64)))?;
                    with.iter().try_for_each(|with| gives(with, Some(Kind::Ref)))?;
                    let named = by.is_none_or(|by| (by as usize) < self.module.axioms.len());
                    check(named, 21, place, || "the axiom that must reject is not there".to_owned())?;
                }
                TestStepKind::RejectValue { value, with } => {
                    gives(value, None)?;
                    with.iter().try_for_each(|with| gives(with, Some(Kind::Ref)))?;
                }
                TestStepKind::Expect { condition } => gives(condition, Some(Kind::I64))?,
                TestStepKind::Advance { by } => gives(by, Some(Kind::I64))?,
                TestStepKind::Let { value, ty, .. } => {
                    types::known(self.module, *ty, &place())?;
                    let kind = self.module.kind(*ty);
                    gives(value, Some(kind))?;
                    lets.push(kind);
                }
            }
        }
        Ok(())
    }
}

/// Whether this is what keeps an aggregate's order: reading how many rows there are, and the order's own states.
fn arranges(op: HostOp, id: AggregateId, aggregate: &Aggregate) -> bool {
    let state = match op {
        HostOp::AggregateGet(read) => return aggregate.order.is_some() && read == id,
        HostOp::RowGet(state) | HostOp::RowPut(state) | HostOp::RowDelete(state) => state,
        HostOp::ScanEnds { state, .. } => state,
        _ => return false,
    };
    aggregate.order.is_some_and(|order| order.states().any(|own| own == state))
}

/// How many fields an index, or the key, has.
fn looked_at(state: &State, index: Option<u32>) -> Option<usize> {
    match index {
        None => Some(state.key as usize),
        Some(index) => state.indexes.get(index as usize).map(Vec::len),
    }
}
