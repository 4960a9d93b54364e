//! A world of maps: for tests, for constants (which see an empty one), and for asking whether the laws hold on the empty
//! ledger. There is one snapshot and no undo: whoever applies several events clones it, rows are shared.

use crate::{
    AggregateId, AggregateKind, AggregateValue, Env, EventId, Failure, Interpreter, Key, KeyPart, Lookup, Memory,
    Module, Row, Slot, StateId, StateKind, Value, World, WorldError,
};
use cranelift_entity::SecondaryMap;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Rows and aggregates, in maps.
#[derive(Clone, Debug)]
pub struct MapWorld {
    /// The circumstances.
    pub env: Env,
    schema: SecondaryMap<StateId, Schema>,
    kinds: SecondaryMap<AggregateId, Option<AggregateKind>>,
    now: Tables,
    before: Tables,
    sees_before: bool,
    emitted: VecDeque<(EventId, Slot)>,
}

/// What is kept.
#[derive(Clone, Debug, Default)]
struct Tables {
    rows: BTreeMap<StateId, BTreeMap<Key, Row>>,
    aggregates: BTreeMap<(AggregateId, Key), AggregateValue>,
}

/// What is known of a state.
#[derive(Clone, Debug, Default)]
struct Schema {
    key: usize,
    indexes: Vec<Vec<u32>>,
}

impl Env {
    /// The circumstances of nothing in particular: time 0, number 0, nobody calls.
    pub fn nobody() -> Env {
        Env { now: 0, event_seq: 0, caller: "".into() }
    }
}

impl MapWorld {
    /// An empty world: states without a key have no row yet.
    pub fn new(module: &Module, env: Env) -> MapWorld {
        let mut world = MapWorld {
            env,
            schema: SecondaryMap::new(),
            kinds: SecondaryMap::new(),
            now: Tables::default(),
            before: Tables::default(),
            sees_before: false,
            emitted: VecDeque::new(),
        };
        for (id, state) in &module.states {
            world.schema[id] = Schema { key: state.key as usize, indexes: state.indexes.clone() };
        }
        for (id, aggregate) in &module.aggregates {
            world.kinds[id] = Some(aggregate.kind);
        }
        world
    }

    /// The empty ledger: the states without a key have their initial rows, each made with budgets of its own, and these count
    /// in the aggregates over them.
    pub fn initial(module: &Module, env: Env, memory: &mut Memory) -> Result<MapWorld, Failure> {
        let mut world = MapWorld::new(module, env);
        for (id, state) in module.states.iter().filter(|(_, state)| state.kind == StateKind::Single) {
            let Some(initial) = state.initial else { continue };
            memory.reset();
            let row = Interpreter::new(module).call(initial, &[], memory, &mut world)?;
            let read = memory.read_row(module, id, row.unwrap_or_default().as_ref());
            let (row, _) = read.map_err(|_| {
                Failure::World(WorldError(format!("the initial row of `{}` can't be read", state.name)))
            })?;
            world.put(id, Arc::clone(&row)).map_err(Failure::World)?;
            for aggregate in module.aggregates.values().filter(|aggregate| aggregate.state == id) {
                memory.reset();
                let row = memory.write_row(module, id, &row);
                let row = row.map_err(|_| {
                    Failure::World(WorldError(format!("the initial row of `{}` is too large", state.name)))
                })?;
                Interpreter::new(module).call(aggregate.add, &[row], memory, &mut world)?;
            }
        }
        memory.reset();
        world.begin();
        Ok(world)
    }

    /// From here on, what is there now is what was there before the event.
    pub fn begin(&mut self) {
        self.before = self.now.clone();
        self.sees_before = false;
        self.emitted.clear();
    }

    /// All rows of a state, in order of key.
    pub fn rows(&self, state: StateId) -> impl Iterator<Item = (&Key, &Row)> {
        self.now.rows.get(&state).into_iter().flatten()
    }

    /// What aggregates hold for their groups, where it is not zero or empty.
    pub fn aggregates(&self) -> impl Iterator<Item = (AggregateId, &Key, &AggregateValue)> {
        let held = self.now.aggregates.iter().filter(|(_, value)| match value {
            AggregateValue::Wide(units) => *units != 0,
            AggregateValue::Bag(entries) => !entries.is_empty(),
        });
        held.map(|((aggregate, group), value)| (*aggregate, group, value))
    }

    /// The first of the events that were emitted and not taken yet.
    pub fn take_emitted(&mut self) -> Option<(EventId, Slot)> {
        self.emitted.pop_front()
    }

    fn seen(&self) -> &Tables {
        if self.sees_before { &self.before } else { &self.now }
    }
}

/// The first fields of a row, as its key.
fn key_of(row: &[Value], fields: usize) -> Result<Key, WorldError> {
    let parts = row.get(..fields).and_then(|parts| parts.iter().map(Value::key_part).collect());
    parts.ok_or_else(|| WorldError("a row has no key".to_owned()))
}

impl World for MapWorld {
    fn row(&mut self, state: StateId, key: &Key) -> Result<Option<Row>, WorldError> {
        Ok(self.seen().rows.get(&state).and_then(|rows| rows.get(key)).cloned())
    }

    fn put(&mut self, state: StateId, row: Row) -> Result<(), WorldError> {
        let key = key_of(&row, self.schema[state].key)?;
        self.now.rows.entry(state).or_default().insert(key, row);
        Ok(())
    }

    fn delete(&mut self, state: StateId, key: &Key) -> Result<(), WorldError> {
        let removed = self.now.rows.get_mut(&state).and_then(|rows| rows.remove(key));
        removed.map(drop).ok_or_else(|| WorldError("a row is deleted that is not there".to_owned()))
    }

    fn next_seq(&mut self, journal: StateId) -> Result<i64, WorldError> {
        let last = self.now.rows.get(&journal).and_then(|rows| rows.last_key_value());
        match last.and_then(|(key, _)| key.first()) {
            None => Ok(1),
            Some(KeyPart::Int(seq)) if *seq < i64::MAX => Ok(seq + 1),
            Some(_) => Err(WorldError("a journal has a row without a number".to_owned())),
        }
    }

    fn scan(&mut self, state: StateId, lookup: &Lookup, limit: usize) -> Result<Vec<Row>, WorldError> {
        let schema = &self.schema[state];
        let all = (0..).take(schema.key).collect::<Vec<u32>>();
        let fields = match lookup.index {
            None => &all,
            Some(index) => {
                let index = schema.indexes.get(index as usize);
                index.ok_or_else(|| WorldError("there is no such index".to_owned()))?
            }
        };
        let value = |row: &Row, field: &u32| row.get(*field as usize).and_then(Value::index_part);
        let rows = self.seen().rows.get(&state).into_iter().flat_map(|rows| rows.values());
        let meant = rows.filter(|row| lookup.means(fields.iter().map(|field| value(row, field))));
        Ok(meant.take(limit).cloned().collect())
    }

    fn ends(&mut self, state: StateId, lookup: &Lookup, last: bool, limit: usize) -> Result<Vec<Row>, WorldError> {
        let mut rows = self.scan(state, lookup, usize::MAX)?;
        if let Some(index) = lookup.index {
            let fields = self.schema[state].indexes.get(index as usize).cloned().unwrap_or_default();
            let value = |row: &Row, field: &u32| row.get(*field as usize).and_then(Value::index_part);
            // They are in order of key, which stays where the fields are equal.
            rows.sort_by_cached_key(|row| fields.iter().map(|field| value(row, field)).collect::<Vec<_>>());
        }
        let first = if last { rows.len().saturating_sub(limit) } else { 0 };
        Ok(rows.into_iter().skip(first).take(limit).collect())
    }

    fn aggregate(&mut self, aggregate: AggregateId, group: &Key) -> Result<AggregateValue, WorldError> {
        let empty = match self.kinds[aggregate] {
            Some(AggregateKind::SumMoney) => AggregateValue::Bag([].into()),
            _ => AggregateValue::Wide(0),
        };
        Ok(self.seen().aggregates.get(&(aggregate, group.clone())).cloned().unwrap_or(empty))
    }

    fn set_aggregate(&mut self, aggregate: AggregateId, group: &Key, value: AggregateValue) -> Result<(), WorldError> {
        self.now.aggregates.insert((aggregate, group.clone()), value);
        Ok(())
    }

    fn emit(&mut self, event: EventId, data: Slot) -> Result<(), WorldError> {
        self.emitted.push_back((event, data));
        Ok(())
    }

    fn see_before(&mut self, before: bool) {
        self.sees_before = before;
    }

    fn env(&self) -> &Env {
        &self.env
    }
}
