//! [`Layout`]: the tables of a program, and its rows, keys and aggregates as cells.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Bound;
use std::sync::Arc;

use lwas_ir::world::Row;
use lwas_ir::{
    Aggregate, AggregateId, AggregateKind, AggregateValue, CurrencyId, Due, KeyPart, Module, State, StateId, StateKind,
    Value,
};
use lwas_ledger::{Cell, ColumnKind, ColumnSpec, TableId, TableSpec};

use super::columns::{Columns, Misfit, currency, units, wide};
use super::names::{Names, aggregate_name, state_name};
use super::view::quote;

/// The table of the program's currencies: code and digits. Views read digits from it; no state can have its name, as
/// those have a `_` in them.
pub const CURRENCIES: &str = "currencies";

/// All tables: the currencies', then those of the states and of the aggregates, in order of their numbers.
#[derive(Clone, Debug)]
pub struct Layout {
    states: Vec<StateTable>,
    aggregates: Vec<AggregateTable>,
}

/// The table of a state or journal.
#[derive(Clone, Debug)]
pub struct StateTable {
    /// What the ledger is told.
    pub spec: TableSpec,
    fields: Vec<Columns>,
    key: usize,
    /// For each index of the state: the table's index with those columns.
    indexes: Vec<Option<usize>>,
    /// For each index of the state: its fields.
    indexed: Vec<Vec<usize>>,
    /// Whether the table's key order is that of the rows.
    pub key_is_ordered: bool,
}

/// The table of an aggregate.
#[derive(Clone, Debug)]
pub struct AggregateTable {
    /// What the ledger is told.
    pub spec: TableSpec,
    group: Vec<Columns>,
    kind: AggregateKind,
}

impl Layout {
    /// The tables of a program. `Err` says in words what can't be kept in one.
    pub fn new(module: &Module) -> Result<Layout, Misfit> {
        let mut names = Names::default();
        names.table(CURRENCIES);
        let states = module.states.values().map(|state| StateTable::new(module, state, &mut names));
        let mut states = states.collect::<Result<Vec<_>, _>>()?;
        let orders = module.orders().map(|(_, order)| order);
        for hidden in module.due.iter().map(|due| due.agenda).chain(orders) {
            states[hidden.as_u32() as usize].spec.rebuilt = true;
        }
        let aggregates = module.aggregates.values().map(|aggregate| AggregateTable::new(module, aggregate, &mut names));
        Ok(Layout { states, aggregates: aggregates.collect::<Result<_, _>>()? })
    }

    /// What the ledger is told: the place in this list is the `TableId`.
    pub fn specs(&self) -> Vec<TableSpec> {
        let column = |name: &str, kind| ColumnSpec { name: name.into(), kind, nullable: false };
        let currencies = TableSpec {
            name: CURRENCIES.into(),
            columns: vec![column("code", ColumnKind::Text), column("digits", ColumnKind::Integer)],
            key: 1,
            indexes: Vec::new(),
            view: None,
            rebuilt: false,
        };
        let states = self.states.iter().map(|table| &table.spec);
        let tables = states.chain(self.aggregates.iter().map(|table| &table.spec));
        std::iter::once(currencies).chain(tables.cloned()).collect()
    }

    /// The same, where some tables that a new version makes anew go on instead.
    pub fn specs_keeping(&self, kept: &BTreeSet<String>) -> Vec<TableSpec> {
        let mut specs = self.specs();
        specs.iter_mut().filter(|spec| kept.contains(&spec.name)).for_each(|spec| spec.rebuilt = false);
        specs
    }

    /// The tables of the agendas that go on when this program follows another on a ledger: those of rules of the same name, due at
    /// the same field of the same state. What is in them, and which rows have gone from them, is as good for the one as for
    /// the other.
    pub fn kept_agendas(&self, module: &Module, old: &Layout, old_module: &Module) -> BTreeSet<String> {
        let mut kept = BTreeSet::new();
        for due in &module.due {
            let field = |module: &Module, due: &Due| module.states[due.state].fields.get(due.field as usize).cloned();
            let same = |other: &&Due| {
                let (spec, before) = (&self.state(due.agenda).spec, &old.state(other.agenda).spec);
                let states = (&self.state(due.state).spec.name, &old.state(other.state).spec.name);
                let fields = (field(module, due), field(old_module, other));
                let named = fields.0.map(|field| field.name) == fields.1.map(|field| field.name);
                due.name == other.name && states.0 == states.1 && named && spec == before
            };
            if old_module.due.iter().any(|other| same(&other)) {
                kept.insert(self.state(due.agenda).spec.name.clone());
            }
        }
        kept
    }

    /// The table of the currencies.
    pub fn currencies_id(&self) -> TableId {
        TableId(0)
    }

    /// A state's table in the ledger.
    pub fn state_id(&self, state: StateId) -> TableId {
        TableId(1 + state.as_u32())
    }

    /// An aggregate's table in the ledger.
    pub fn aggregate_id(&self, aggregate: AggregateId) -> TableId {
        let states = u32::try_from(self.states.len()).expect("states are numbered by u32");
        TableId(1 + states + aggregate.as_u32())
    }

    /// A state's table.
    pub fn state(&self, state: StateId) -> &StateTable {
        &self.states[state.as_u32() as usize]
    }

    /// An aggregate's table.
    pub fn aggregate(&self, aggregate: AggregateId) -> &AggregateTable {
        &self.aggregates[aggregate.as_u32() as usize]
    }
}

/// The rows of the currencies' table.
pub fn currency_rows(module: &Module) -> impl Iterator<Item = [Cell; 2]> {
    module.currencies.values().map(|c| [Cell::Text(c.code.clone()), Cell::Int(i64::from(c.digits))])
}

impl StateTable {
    fn new(module: &Module, state: &State, names: &mut Names) -> Result<StateTable, Misfit> {
        let name = names.table(&state_name(state));
        let mut column_names = Names::default();
        let stored = state.fields.get(..state.stored as usize).unwrap_or(&state.fields);
        let is_indexed = |number: u32| state.indexes.iter().any(|index| index.contains(&number));
        let columns = |(number, field)| Columns::new(module, field, is_indexed(number), &mut column_names);
        let fields: Vec<Columns> = (0..).zip(stored).map(columns).collect();
        let key = if state.kind == StateKind::Single { 0 } else { state.key as usize };
        if fields.iter().take(key).any(|columns| !columns.is_key()) || key > fields.len() {
            return Err(Misfit(format!("the key of `{}` has a type that no key can have", state.name)));
        }
        let mut starts = Vec::with_capacity(fields.len());
        let mut columns = 0;
        for field in &fields {
            starts.push(columns);
            columns += field.count();
        }
        let mut table_indexes: Vec<Vec<usize>> = Vec::new();
        let mut indexes = Vec::with_capacity(state.indexes.len());
        let indexed: Vec<Vec<usize>> =
            state.indexes.iter().map(|fields| fields.iter().map(|f| *f as usize).collect()).collect();
        for index in &indexed {
            let stored_fields = index.iter().filter_map(|field| {
                let (start, own) = (*starts.get(*field)?, fields.get(*field)?.indexed());
                Some(start + own.start..start + own.end)
            });
            let columns: Vec<usize> = stored_fields.flatten().collect();
            if columns.is_empty() || index.iter().any(|field| *field >= fields.len()) {
                return Err(Misfit(format!("an index of `{}` has a field that is not stored", state.name)));
            }
            let at = table_indexes.iter().position(|known| *known == columns);
            indexes.push(Some(at.unwrap_or_else(|| {
                table_indexes.push(columns);
                table_indexes.len() - 1
            })));
        }
        let shown: Vec<String> = fields.iter().flat_map(|columns| columns.view(module)).collect();
        let spec = TableSpec {
            view: Some(format!("SELECT {} FROM {}", shown.join(", "), quote(&name))),
            name,
            columns: fields.iter().flat_map(Columns::specs).collect(),
            key,
            indexes: table_indexes,
            rebuilt: false,
        };
        let key_is_ordered = fields.iter().take(key).all(Columns::is_ordered);
        Ok(StateTable { spec, fields, key, indexes, indexed, key_is_ordered })
    }

    /// The row as cells, behind `cells`.
    pub fn write(&self, module: &Module, row: &[Value], cells: &mut Vec<Cell>) -> Result<(), Misfit> {
        if row.len() != self.fields.len() {
            return Err(Misfit(format!("a row of {} fields in place of {}", row.len(), self.fields.len())));
        }
        self.fields.iter().zip(row).try_for_each(|(columns, value)| columns.write(module, value, cells))
    }

    /// The key (or its beginning) as cells, behind `cells`.
    pub fn write_key(&self, module: &Module, key: &[KeyPart], cells: &mut Vec<Cell>) -> Result<(), Misfit> {
        write_parts(module, self.fields.iter().take(self.key), key, cells)
    }

    /// What the fields of an index, or of the key, begin with, as cells, behind `cells`.
    pub fn write_prefix(
        &self,
        module: &Module,
        index: Option<u32>,
        parts: &[KeyPart],
        cells: &mut Vec<Cell>,
    ) -> Result<(), Misfit> {
        match index {
            None => self.write_key(module, parts, cells),
            Some(index) => {
                let fields = self.indexed(index).iter().filter_map(|field| self.fields.get(*field));
                write_parts(module, fields, parts, cells)
            }
        }
    }

    /// The end of a range of the field number `at` of an index, or of the key.
    pub fn end(
        &self,
        module: &Module,
        index: Option<u32>,
        at: usize,
        end: Bound<&KeyPart>,
    ) -> Result<Bound<Cell>, Misfit> {
        let field = match index {
            None => Some(at).filter(|at| *at < self.key),
            Some(index) => self.indexed(index).get(at).copied(),
        };
        let columns = field.and_then(|field| self.fields.get(field));
        let columns = columns.filter(|columns| columns.is_ordered());
        let cell = |value| match columns {
            Some(columns) => columns.key_cell(module, value),
            None => Err(Misfit(format!("a range of what is no ordered field of `{}`", self.spec.name))),
        };
        Ok(match end {
            Bound::Included(value) => Bound::Included(cell(value)?),
            Bound::Excluded(value) => Bound::Excluded(cell(value)?),
            Bound::Unbounded => Bound::Unbounded,
        })
    }

    /// The row from the cells of all columns.
    pub fn read(&self, module: &Module, cells: &[Cell]) -> Result<Row, Misfit> {
        let mut rest = cells;
        let mut row = Vec::with_capacity(self.fields.len());
        for columns in &self.fields {
            let Some((own, others)) = rest.split_at_checked(columns.count()) else {
                return Err(Misfit(format!("a row of {} cells in place of {}", cells.len(), self.spec.columns.len())));
            };
            row.push(columns.read(module, own)?);
            rest = others;
        }
        Ok(row.into())
    }

    /// How many fields are the key.
    pub fn key(&self) -> usize {
        self.key
    }

    /// The fields of an index; none when there is no such index.
    pub fn indexed(&self, index: u32) -> &[usize] {
        self.indexed.get(index as usize).map_or(&[], Vec::as_slice)
    }

    /// The table's index for an index of the state.
    pub fn table_index(&self, index: u32) -> Option<usize> {
        self.indexes.get(index as usize).copied().flatten()
    }
}

fn write_parts<'a>(
    module: &Module,
    mut fields: impl Iterator<Item = &'a Columns>,
    parts: &[KeyPart],
    cells: &mut Vec<Cell>,
) -> Result<(), Misfit> {
    for part in parts {
        let columns = fields.next().ok_or_else(|| Misfit("a key with too many parts".into()))?;
        cells.push(columns.key_cell(module, part)?);
    }
    Ok(())
}

impl AggregateTable {
    fn new(module: &Module, aggregate: &Aggregate, names: &mut Names) -> Result<AggregateTable, Misfit> {
        let name = names.table(&aggregate_name(aggregate));
        let mut column_names = Names::default();
        let fields = &module.states[aggregate.state].fields;
        let group = aggregate.group.iter().filter_map(|field| fields.get(*field as usize));
        let group: Vec<Columns> = group.map(|field| Columns::of_group(module, field, &mut column_names)).collect();
        if group.len() != aggregate.group.len() || group.iter().any(|columns| !columns.is_key()) {
            return Err(Misfit(format!("the group of `{}` has a type that no key can have", aggregate.name)));
        }
        let value = column_names.take("value", &[]);
        let shown = group.iter().flat_map(|columns| columns.view(module));
        let last = match aggregate.kind {
            AggregateKind::SumWide(digits) => {
                format!("{} AS {}", super::view::decimal(&quote(&value), digits), quote(&value))
            }
            AggregateKind::Count | AggregateKind::SumInt | AggregateKind::SumMoney => quote(&value),
        };
        let shown: Vec<String> = shown.chain([last]).collect();
        let kind = if aggregate.kind == AggregateKind::SumMoney { ColumnKind::Text } else { ColumnKind::Any };
        let spec = TableSpec {
            view: Some(format!("SELECT {} FROM {}", shown.join(", "), quote(&name))),
            name,
            key: group.len(),
            columns: group
                .iter()
                .flat_map(Columns::specs)
                .chain([ColumnSpec { name: value, kind, nullable: false }])
                .collect(),
            indexes: Vec::new(),
            rebuilt: true,
        };
        Ok(AggregateTable { spec, group, kind: aggregate.kind })
    }

    /// What it holds where nothing was added.
    pub fn zero(&self) -> AggregateValue {
        match self.kind {
            AggregateKind::SumMoney => AggregateValue::Bag(Arc::from([])),
            AggregateKind::Count | AggregateKind::SumInt | AggregateKind::SumWide(_) => AggregateValue::Wide(0),
        }
    }

    /// The group as cells, behind `cells`.
    pub fn write_group(&self, module: &Module, group: &[KeyPart], cells: &mut Vec<Cell>) -> Result<(), Misfit> {
        write_parts(module, self.group.iter(), group, cells)
    }

    /// The value's cell; none for what is zero or empty, which has no row.
    pub fn value_cell(&self, module: &Module, value: &AggregateValue) -> Option<Cell> {
        match value {
            AggregateValue::Wide(0) => None,
            AggregateValue::Wide(units) => Some(wide(*units)),
            AggregateValue::Bag(entries) if entries.is_empty() => None,
            AggregateValue::Bag(entries) => Some(Cell::Text(bag_text(module, entries))),
        }
    }

    /// The value from the cells of all columns.
    pub fn read(&self, module: &Module, cells: &[Cell]) -> Result<AggregateValue, Misfit> {
        let value = match (self.kind, cells.last()) {
            (AggregateKind::SumMoney, Some(Cell::Text(text))) => bag_value(module, text).map(AggregateValue::Bag),
            (AggregateKind::SumMoney, _) | (_, None) => None,
            (_, Some(cell)) => units(cell).map(AggregateValue::Wide),
        };
        let value = value.filter(|value| self.value_cell(module, value).as_ref() == cells.last());
        value.ok_or_else(|| Misfit(format!("table `{}` holds a value that can't be one", self.spec.name)))
    }
}

/// A bag as `{"EUR":-5,"USD":9996}`: smallest units by currency.
fn bag_text(module: &Module, entries: &[(CurrencyId, i128)]) -> String {
    let mut text = String::with_capacity(2 + 24 * entries.len());
    for (currency, units) in entries {
        text.push(if text.is_empty() { '{' } else { ',' });
        let code = &module.currencies[*currency].code;
        // Numbers of 64 bits, which most are, are written faster.
        let written = match i64::try_from(*units) {
            Ok(units) => write!(text, "\"{code}\":{units}"),
            Err(_) => write!(text, "\"{code}\":{units}"),
        };
        written.expect("writing to a string does not fail");
    }
    text.push('}');
    text
}

/// The bag that [`bag_text`] has written, as far as its parts are concerned; the caller compares the whole.
fn bag_value(module: &Module, text: &str) -> Option<Arc<[(CurrencyId, i128)]>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut entries = Vec::new();
    for entry in inner.split(',') {
        let (code, units) = entry.split_once(':')?;
        let code = code.strip_prefix('"')?.strip_suffix('"')?;
        entries.push((currency(module, code)?, units.parse().ok()?));
    }
    entries.is_sorted_by(|(a, _), (b, _)| a < b).then(|| entries.into())
}
