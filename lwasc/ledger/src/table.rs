//! [`TableSpec`]: what a caller says of a derived table, and the SQL that follows from it.
//!
//! A spec comes from a program, whose names are words; they are quoted all the same, and two names that SQLite would
//! take for one (it does not tell `a` from `A`) are refused before anything is made.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::{Cell, LedgerError, Result};

const MAX_NAME_BYTES: usize = 512;
const MAX_COLUMNS: usize = 1000;

/// What a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Integers only.
    Integer,
    /// Texts only.
    Text,
    /// Floating-point numbers only; in no key and no index.
    Real,
    /// Both, each kept as what it is: an amount is an integer where it fits 64 bits and its digits as text elsewhere.
    /// In order, all integers come before all texts.
    Any,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Its name.
    pub name: String,
    /// What it may hold.
    pub kind: ColumnKind,
    /// Whether [`Cell::Null`] is allowed; never in a key.
    pub nullable: bool,
}

/// One derived table: a state, a journal or an aggregate kept by difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Its name in the file, as `module_State`. Names that begin with `lwas_` or `sqlite_` are taken.
    pub name: String,
    /// Its columns, the key's first.
    pub columns: Vec<ColumnSpec>,
    /// How many columns are the key; no two rows have the same. 0: there is at most one row. A journal's key is its
    /// `seq`, one integer column.
    pub key: usize,
    /// The indexes, each a list of column numbers.
    pub indexes: Vec<Vec<usize>>,
    /// The `SELECT …` of a readable view beside it, which is named `<name>_view`; nothing here ever reads it.
    pub view: Option<String>,
    /// Whether its rows follow from those of the tables of which this is not said, as an aggregate's do: only such a table may be
    /// dropped and made anew, by [`crate::Batch::replace_tables`].
    pub rebuilt: bool,
}

/// A table of the schema that was last given to `expect_schema` or `ensure_tables`: its place in that list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// One object of SQLite's schema: `sql` is `None` for an index that a key constraint made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SchemaObject {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) sql: Option<String>,
}

/// A spec that was found possible, with its statements.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) spec: TableSpec,
    /// What `CREATE` makes, in that order.
    pub(crate) objects: Vec<SchemaObject>,
    /// Insert or replace by key; one parameter a column.
    pub(crate) put: String,
    /// Insert; one parameter a column.
    pub(crate) insert: String,
    /// Delete by key; one parameter a key column.
    pub(crate) delete: String,
    /// Select all columns by key.
    pub(crate) get: String,
    /// For each index, select by all its columns, in key order.
    pub(crate) by_index: Vec<String>,
    /// `SELECT <all columns> FROM <table>`.
    pub(crate) select: String,
    /// The key's columns, quoted; the rowid for a table of one row.
    pub(crate) key_columns: Vec<String>,
}

impl Table {
    /// Checks `spec` and writes its statements.
    pub(crate) fn new(spec: &TableSpec) -> Result<Table> {
        check(spec)?;
        let rowid = free_rowid_name(spec)?;
        let columns: Vec<String> = spec.columns.iter().map(|column| quote(&column.name)).collect();
        let (key, rest) = columns.split_at(spec.key);
        let key_columns = if key.is_empty() { vec![rowid.to_owned()] } else { key.to_vec() };
        let table = quote(&spec.name);
        let select = format!("SELECT {} FROM {table}", columns.join(", "));
        let by_key = if key.is_empty() { format!("{rowid} = 1") } else { equal(key, 1) };
        Ok(Table {
            objects: objects(spec, &columns, &table),
            put: put(&table, &columns, key, rest, rowid),
            insert: format!("{} VALUES({})", insert_into(&table, &columns, key, rowid), values(&columns, key)),
            delete: format!("DELETE FROM {table} WHERE {by_key}"),
            get: format!("{select} WHERE {by_key}"),
            by_index: spec
                .indexes
                .iter()
                .map(|index| {
                    let indexed: Vec<String> = index.iter().filter_map(|&at| columns.get(at).cloned()).collect();
                    format!("{select} WHERE {} ORDER BY {}", equal(&indexed, 1), key_columns.join(", "))
                })
                .collect(),
            select,
            key_columns,
            spec: spec.clone(),
        })
    }

    /// Whether `cells` fit the columns `at` in number and kind.
    pub(crate) fn fit(&self, cells: &[Cell], mut at: impl ExactSizeIterator<Item = usize>, what: &str) -> Result<()> {
        if cells.len() != at.len() {
            return Err(self.shape(format!("expected {} cells {what}, found {}", at.len(), cells.len())));
        }
        for cell in cells {
            let column = at.next().and_then(|at| self.spec.columns.get(at));
            let Some(column) = column else { return Err(self.shape("a column that is not there".into())) };
            let fits = match (cell, column.kind) {
                (Cell::Null, _) => column.nullable,
                (Cell::Int(_), kind) => matches!(kind, ColumnKind::Integer | ColumnKind::Any),
                (Cell::Real(_), kind) => kind == ColumnKind::Real,
                (Cell::Text(text), kind) => {
                    matches!(kind, ColumnKind::Text | ColumnKind::Any) && text.len() <= crate::MAX_TEXT_BYTES
                }
            };
            if !fits {
                return Err(self.shape(format!(
                    "column `{}` expected {}, found {}",
                    column.name,
                    describe(column),
                    cell.describe()
                )));
            }
        }
        Ok(())
    }

    pub(crate) fn shape(&self, what: String) -> LedgerError {
        LedgerError::Shape { table: self.spec.name.clone(), what }
    }
}

/// Checks `specs` one by one and all their names together.
pub(crate) fn tables(specs: &[TableSpec]) -> Result<Vec<Table>> {
    let tables = specs.iter().map(Table::new).collect::<Result<Vec<_>>>()?;
    let mut names = BTreeSet::new();
    for table in &tables {
        for object in &table.objects {
            if !names.insert(object.name.to_ascii_lowercase()) {
                let what =
                    format!("its {} `{}` has a name that is taken (case does not count)", object.kind, object.name);
                return Err(LedgerError::Spec { table: table.spec.name.clone(), what });
            }
        }
    }
    Ok(tables)
}

/// `name` as an SQL identifier.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What an index of these columns is called.
pub(crate) fn index_name(spec: &TableSpec, index: &[usize]) -> String {
    let names: Vec<&str> =
        index.iter().filter_map(|&at| spec.columns.get(at)).map(|column| column.name.as_str()).collect();
    format!("{}.{}", spec.name, names.join(","))
}

/// `"a" IS ?first AND "b" IS ?first+1 …`: `IS`, so that nothing equals nothing.
pub(crate) fn equal(columns: &[String], first: usize) -> String {
    let terms: Vec<String> =
        columns.iter().enumerate().map(|(i, column)| format!("{column} IS ?{}", first + i)).collect();
    terms.join(" AND ")
}

fn describe(column: &ColumnSpec) -> &'static str {
    match (column.kind, column.nullable) {
        (ColumnKind::Integer, false) => "an integer",
        (ColumnKind::Integer, true) => "an integer or nothing",
        (ColumnKind::Text, false) => "a text",
        (ColumnKind::Text, true) => "a text or nothing",
        (ColumnKind::Real, false) => "a floating-point number",
        (ColumnKind::Real, true) => "a floating-point number or nothing",
        (ColumnKind::Any, false) => "an integer or a text",
        (ColumnKind::Any, true) => "an integer, a text or nothing",
    }
}

fn check(spec: &TableSpec) -> Result<()> {
    let refuse = |what: String| Err(LedgerError::Spec { table: spec.name.clone(), what });
    let lower = spec.name.to_ascii_lowercase();
    if ["lwas_", "sqlite_"].iter().any(|taken| lower.starts_with(taken)) {
        return refuse("names that begin with `lwas_` or `sqlite_` are taken".into());
    }
    for name in std::iter::once(&spec.name).chain(spec.columns.iter().map(|column| &column.name)) {
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains('\0') {
            return refuse(format!("expected names of 1 to {MAX_NAME_BYTES} bytes without NUL, found {name:?}"));
        }
    }
    if spec.columns.is_empty() || spec.columns.len() > MAX_COLUMNS {
        return refuse(format!("expected 1 to {MAX_COLUMNS} columns, found {}", spec.columns.len()));
    }
    let Some(key) = spec.columns.get(..spec.key) else {
        return refuse(format!("expected a key of at most {} columns, found {}", spec.columns.len(), spec.key));
    };
    if let Some(column) = key.iter().find(|column| column.nullable) {
        return refuse(format!("key column `{}` may not hold nothing", column.name));
    }
    let mut names = BTreeSet::new();
    if let Some(twice) = spec.columns.iter().find(|column| !names.insert(column.name.to_ascii_lowercase())) {
        return refuse(format!("two columns are named `{}` (case does not count)", twice.name));
    }
    for index in &spec.indexes {
        if index.is_empty() || index.iter().any(|&column| column >= spec.columns.len()) {
            return refuse("an index names no column, or one that is not there".into());
        }
    }
    Ok(())
}

/// One of SQLite's three names for the rowid that no column has.
fn free_rowid_name(spec: &TableSpec) -> Result<&'static str> {
    let taken = |name: &&str| spec.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    ["rowid", "_rowid_", "oid"].into_iter().find(|name| !taken(name)).ok_or_else(|| LedgerError::Spec {
        table: spec.name.clone(),
        what: "one of the columns `rowid`, `_rowid_` and `oid` must have another name".into(),
    })
}

/// The objects that belong to the table, each made by its statement; SQLite keeps that text as it is.
fn objects(spec: &TableSpec, columns: &[String], table: &str) -> Vec<SchemaObject> {
    let mut create = format!("CREATE TABLE {table}(");
    for (column, name) in spec.columns.iter().zip(columns) {
        let kind = match column.kind {
            ColumnKind::Integer => "INTEGER",
            ColumnKind::Text => "TEXT",
            ColumnKind::Real => "REAL",
            ColumnKind::Any => "ANY",
        };
        let null = if column.nullable { "" } else { " NOT NULL" };
        write!(create, "{name} {kind}{null}, ").expect("writing to a string does not fail");
    }
    match spec.key {
        0 => create.truncate(create.len() - 2),
        key => write!(create, "PRIMARY KEY({})", columns.get(..key).unwrap_or_default().join(", "))
            .expect("writing to a string does not fail"),
    }
    create.push_str(") STRICT");
    let object = |kind: &str, name: String, sql: Option<String>| SchemaObject {
        kind: kind.into(),
        table: if kind == "view" { name.clone() } else { spec.name.clone() },
        name,
        sql,
    };
    let mut objects = vec![object("table", spec.name.clone(), Some(create))];
    let key_is_rowid = spec.key == 1 && spec.columns.first().is_some_and(|column| column.kind == ColumnKind::Integer);
    if spec.key > 0 && !key_is_rowid {
        objects.push(object("index", format!("sqlite_autoindex_{}_1", spec.name), None));
    }
    for index in &spec.indexes {
        let quoted: Vec<&str> = index.iter().filter_map(|&at| columns.get(at)).map(String::as_str).collect();
        let name = index_name(spec, index);
        let sql = format!("CREATE INDEX {} ON {table}({})", quote(&name), quoted.join(", "));
        objects.push(object("index", name, Some(sql)));
    }
    if let Some(view) = &spec.view {
        let name = format!("{}_view", spec.name);
        let sql = format!("CREATE VIEW {} AS {view}", quote(&name));
        objects.push(object("view", name, Some(sql)));
    }
    objects
}

fn insert_into(table: &str, columns: &[String], key: &[String], rowid: &str) -> String {
    let first = if key.is_empty() { format!("{rowid}, ") } else { String::new() };
    format!("INSERT INTO {table}({first}{})", columns.join(", "))
}

fn values(columns: &[String], key: &[String]) -> String {
    let marks: Vec<String> = (1..=columns.len()).map(|i| format!("?{i}")).collect();
    let first = if key.is_empty() { "1, " } else { "" };
    format!("{first}{}", marks.join(", "))
}

fn put(table: &str, columns: &[String], key: &[String], rest: &[String], rowid: &str) -> String {
    let target = if key.is_empty() { rowid.to_owned() } else { key.join(", ") };
    let action = if rest.is_empty() {
        "NOTHING".to_owned()
    } else {
        let sets: Vec<String> = rest.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        format!("UPDATE SET {}", sets.join(", "))
    };
    let insert = insert_into(table, columns, key, rowid);
    format!("{insert} VALUES({}) ON CONFLICT({target}) DO {action}", values(columns, key))
}
