//! The schema: the ledger's own tables, and the comparison of what is in the file with what belongs there.
//!
//! Before a row is read or written, `sqlite_schema` must hold exactly the expected statements. A trigger, view, index
//! or table that somebody put in is refused by name, since SQLite would run it as part of our own writes.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::error::{Place, SchemaDifference};
use crate::table::{SchemaObject, Table, quote};
use crate::{LedgerError, Result};

/// More objects than any program makes; beyond it a file is not worth looking at.
const MAX_OBJECTS: usize = 100_000;

/// The ledger's own tables. `lwas_log` is the truth; `lwas_artifacts` are the programs it names, by a short number;
/// `lwas_keys` is derived from the log, as the state tables are.
pub(crate) const OWN_TABLES: [(&str, &str); 3] = [
    (
        "lwas_artifacts",
        "CREATE TABLE lwas_artifacts(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT",
    ),
    (
        "lwas_log",
        "CREATE TABLE lwas_log(seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, time INTEGER NOT NULL, type TEXT NOT NULL, \
         artifact INTEGER, hash BLOB NOT NULL, body BLOB NOT NULL) STRICT",
    ),
    (
        "lwas_keys",
        "CREATE TABLE lwas_keys(type TEXT NOT NULL, key BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(type, key)) \
         STRICT, WITHOUT ROWID",
    ),
];

/// A table that is there once something was told to others; see [`crate::Delivered`].
pub(crate) const DELIVERED: (&str, &str) = (
    "lwas_delivered",
    "CREATE TABLE lwas_delivered(target TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY(target, row)) \
     STRICT, WITHOUT ROWID",
);

/// What is in the file or what belongs there, by kind and name.
type Schema = BTreeMap<(String, String), SchemaObject>;

/// The objects of the ledger's own tables, with that which need not be there where it was found.
fn own_objects(found: &Schema) -> Vec<SchemaObject> {
    let object = |kind: &str, name: &str, table: &str, sql: Option<&str>| SchemaObject {
        kind: kind.into(),
        name: name.into(),
        table: table.into(),
        sql: sql.map(Into::into),
    };
    let is_found = |(name, _): &&(&str, &str)| found.contains_key(&("table".to_owned(), (*name).to_owned()));
    let own = OWN_TABLES.iter().chain(std::iter::once(&DELIVERED).filter(is_found));
    let mut objects: Vec<_> = own.map(|(name, sql)| object("table", name, name, Some(*sql))).collect();
    // `UNIQUE` makes an index; the key of a table WITHOUT ROWID is the table itself.
    objects.push(object("index", "sqlite_autoindex_lwas_artifacts_1", "lwas_artifacts", None));
    objects
}

fn by_name(objects: impl IntoIterator<Item = SchemaObject>) -> Schema {
    objects.into_iter().map(|object| ((object.kind.clone(), object.name.clone()), object)).collect()
}

/// What is in the file.
fn read(conn: &Connection, place: &Place) -> Result<Schema> {
    let failed = place.sqlite("read the schema of");
    let mut statement = conn.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema").map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let mut objects = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let object = || -> rusqlite::Result<SchemaObject> {
            Ok(SchemaObject { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: row.get(3)? })
        };
        objects.push(object().map_err(|_| place.damaged("its schema holds a row that is no text"))?);
        if objects.len() > MAX_OBJECTS {
            return Err(place.damaged(format!("its schema has more than {MAX_OBJECTS} objects")));
        }
    }
    let count = objects.len();
    let schema = by_name(objects);
    if schema.len() != count {
        return Err(place.damaged("its schema names an object twice"));
    }
    Ok(schema)
}

/// At opening: the ledger's own tables are there and whole, no trigger is, and nothing else uses their names.
/// What the programs' tables should be is known only when they are attached.
pub(crate) fn check_own(conn: &Connection, place: &Place) -> Result<()> {
    let mut found = read(conn, place)?;
    let own = by_name(own_objects(&found));
    found.retain(|_, object| {
        let name = object.name.to_ascii_lowercase();
        let table = object.table.to_ascii_lowercase();
        object.kind == "trigger" || name.starts_with("lwas_") || table.starts_with("lwas_")
    });
    difference(&own, &found).map_or(Ok(()), |difference| Err(place.schema(difference)))
}

/// The file holds exactly the ledger's own tables and `tables`.
pub(crate) fn check_all(conn: &Connection, place: &Place, tables: &[Table]) -> Result<()> {
    let found = read(conn, place)?;
    let own = own_objects(&found).into_iter();
    let expected = by_name(own.chain(tables.iter().flat_map(|table| table.objects.clone())));
    difference(&expected, &found).map_or(Ok(()), |difference| Err(place.schema(difference)))
}

/// Makes those of `tables` of which nothing is there, then checks all.
pub(crate) fn ensure(conn: &Connection, place: &Place, tables: &[Table]) -> Result<()> {
    let found = read(conn, place)?;
    for table in tables {
        if table.objects.iter().any(|object| found.contains_key(&(object.kind.clone(), object.name.clone()))) {
            continue;
        }
        for sql in table.objects.iter().filter_map(|object| object.sql.as_deref()) {
            conn.execute(sql, []).map_err(|error| match error {
                rusqlite::Error::SqliteFailure(inner, _) if inner.code != rusqlite::ErrorCode::Unknown => {
                    place.sqlite("make a table in")(error)
                }
                error => LedgerError::Spec { table: table.spec.name.clone(), what: error.to_string() },
            })?;
        }
    }
    check_all(conn, place, tables)
}

/// Drops those of `attached` that are rebuilt, then makes those of `tables` of which nothing is there, and checks all. Each of
/// `tables` that is rebuilt is empty then.
pub(crate) fn replace(conn: &Connection, place: &Place, attached: &[Table], tables: &[Table]) -> Result<()> {
    for table in attached.iter().filter(|table| table.spec.rebuilt) {
        // What hangs on a table goes with it, but for views.
        for object in table.objects.iter().filter(|object| object.kind == "view" || object.kind == "table") {
            let sql = format!("DROP {} {}", object.kind, quote(&object.name));
            conn.execute(&sql, []).map_err(place.sqlite("drop a table of"))?;
        }
    }
    let found = read(conn, place)?;
    for object in tables.iter().filter(|table| table.spec.rebuilt).flat_map(|table| &table.objects) {
        if let Some(SchemaObject { kind, name, table, .. }) = found.get(&(object.kind.clone(), object.name.clone())) {
            let (kind, name, table) = (kind.clone(), name.clone(), table.clone());
            return Err(place.schema(SchemaDifference::Unexpected { kind, name, table }));
        }
    }
    ensure(conn, place, tables)
}

/// The first difference in order of kind and name; what is there and should not be comes before all others, as it may
/// be the work of somebody.
fn difference(expected: &Schema, found: &Schema) -> Option<SchemaDifference> {
    let unexpected = found.iter().find(|(key, _)| !expected.contains_key(*key)).map(|(_, object)| {
        let SchemaObject { kind, name, table, .. } = object.clone();
        SchemaDifference::Unexpected { kind, name, table }
    });
    unexpected.or_else(|| {
        expected.iter().find_map(|(key, object)| {
            let SchemaObject { kind, name, .. } = object.clone();
            match found.get(key) {
                None => Some(SchemaDifference::Missing { kind, name }),
                Some(other) if other != object => {
                    let text = |object: &SchemaObject| match &object.sql {
                        Some(sql) => sql.clone(),
                        None => format!("the key of `{}`", object.table),
                    };
                    Some(SchemaDifference::Changed { kind, name, expected: text(object), found: text(other) })
                }
                Some(_) => None,
            }
        })
    })
}
