//! What the program sees of the world: rows, aggregates kept by difference, and the entry's circumstances. The runtime
//! implements it over a ledger; tests over maps.

use crate::{AggregateId, CurrencyId, EventId, Key, KeyPart, Slot, StateId, Value};
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

/// The stored fields of a row: key fields first, then the others in order of declaration; no computed ones. A journal's
/// rows begin with `seq` (its key) and `time`.
pub type Row = Arc<[Value]>;

/// The circumstances of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Env {
    /// The entry's time, µs since 1970.
    pub now: i64,
    /// Its number in the log.
    pub event_seq: i64,
    /// The authenticated name; empty when none.
    pub caller: Arc<str>,
}

/// The world could not be read: not the program's fault, and no rejection.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldError(pub String);

/// What an aggregate holds.
#[derive(Clone, Debug, PartialEq)]
pub enum AggregateValue {
    /// A count or a sum of Int (in 128 bits), of Decimals or of amounts: smallest units.
    Wide(i128),
    /// A sum of Money: by currency, no amount zero.
    Bag(Arc<[(CurrencyId, i128)]>),
}

/// Which rows are looked for: those that begin with some values, and behind these lie in a range.
#[derive(Clone, Copy, Debug)]
pub struct Lookup<'a> {
    /// The index whose fields are looked at, or none for those of the key.
    pub index: Option<u32>,
    /// What the first of these fields equal: of an optional field its plain value, which a row with `none` there does not have.
    pub prefix: &'a [KeyPart],
    /// Where the values of the field behind those begin and end, in the order of its type: Int, Decimal, an amount, Duration, Text, Time or Date. A row with
    /// `none` there is in no range. Without a bound on either side that field is not looked at. There may be nothing between
    /// the two.
    pub range: (Bound<&'a KeyPart>, Bound<&'a KeyPart>),
}

impl<'a> Lookup<'a> {
    /// All rows.
    pub const ALL: Lookup<'static> = Lookup::by(None, &[]);

    /// Those whose fields of an index, or key, begin with some values.
    pub const fn by(index: Option<u32>, prefix: &'a [KeyPart]) -> Lookup<'a> {
        Lookup { index, prefix, range: (Bound::Unbounded, Bound::Unbounded) }
    }

    /// Whether a range is asked for.
    pub fn is_bounded(&self) -> bool {
        self.range != (Bound::Unbounded, Bound::Unbounded)
    }

    /// Whether a row is meant, by the values of the fields looked at; none where it has no value.
    pub fn means(&self, mut values: impl Iterator<Item = Option<KeyPart>>) -> bool {
        self.prefix.iter().all(|part| values.next().flatten().as_ref() == Some(part))
            && (!self.is_bounded() || values.next().flatten().is_some_and(|value| self.range.contains(&value)))
    }
}

/// State as one event sees it, its own writes included.
pub trait World {
    /// The row with this key; a singleton has the empty key and is always there.
    fn row(&mut self, state: StateId, key: &Key) -> Result<Option<Row>, WorldError>;
    /// Writes a row (creates or replaces); its key is in its first fields.
    fn put(&mut self, state: StateId, row: Row) -> Result<(), WorldError>;
    /// Deletes a row that is there.
    fn delete(&mut self, state: StateId, key: &Key) -> Result<(), WorldError>;
    /// The `seq` that the next row of a journal gets: from 1, without gaps.
    fn next_seq(&mut self, journal: StateId) -> Result<i64, WorldError>;
    /// The rows that are meant, in order of key. At most `limit` rows: one more than a list may hold is enough.
    fn scan(&mut self, state: StateId, lookup: &Lookup, limit: usize) -> Result<Vec<Row>, WorldError>;
    /// The first rows that are meant, or with `last` the last: at most `limit`, in order of the fields behind the prefix, then of
    /// key. A row with `none` there comes before all others.
    fn ends(&mut self, state: StateId, lookup: &Lookup, last: bool, limit: usize) -> Result<Vec<Row>, WorldError>;
    /// What an aggregate holds for a group; zero or the empty bag when nothing was added.
    fn aggregate(&mut self, aggregate: AggregateId, group: &Key) -> Result<AggregateValue, WorldError>;
    /// Sets what an aggregate holds for a group.
    fn set_aggregate(&mut self, aggregate: AggregateId, group: &Key, value: AggregateValue) -> Result<(), WorldError>;
    /// Queues an event with its data, a reference into program memory that stays until the entry ends.
    fn emit(&mut self, event: EventId, data: Slot) -> Result<(), WorldError>;
    /// From now on reads see state before the event (`true`) or with its writes (`false`, as at the start).
    fn see_before(&mut self, before: bool);
    /// The circumstances.
    fn env(&self) -> &Env;
}
