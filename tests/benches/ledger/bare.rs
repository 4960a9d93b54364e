//! The bare side: prepared statements over the same tables, indexes and settings, in a loop without any thought.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params};

use super::mirror::{Batch, Row, Step};
use super::programs::Case;

/// A row of the log with its key.
#[derive(Debug, PartialEq)]
pub struct Entry {
    seq: i64,
    kind: i64,
    time: i64,
    event_type: String,
    artifact: i64,
    hash: Vec<u8>,
    body: Vec<u8>,
    key_type: String,
    key: Vec<u8>,
}

/// The entries that `after` has and `before` has not.
pub fn entries(before: &Path, after: &Path) -> Vec<Entry> {
    let last: i64 = open(before).query_row("SELECT max(seq) FROM lwas_log", [], |row| row.get(0)).expect("a log");
    let conn = open(after);
    let sql = "SELECT seq, kind, time, lwas_log.type, artifact, hash, body, lwas_keys.type, key \
               FROM lwas_log JOIN lwas_keys USING (seq) WHERE seq > ?1 ORDER BY seq";
    let mut statement = conn.prepare(sql).expect("a statement");
    let rows = statement.query_map([last], |row| {
        Ok(Entry {
            seq: row.get(0)?,
            kind: row.get(1)?,
            time: row.get(2)?,
            event_type: row.get(3)?,
            artifact: row.get(4)?,
            hash: row.get(5)?,
            body: row.get(6)?,
            key_type: row.get(7)?,
            key: row.get(8)?,
        })
    });
    rows.expect("a query").collect::<Result<_, _>>().expect("entries")
}

/// Writes batches to a copy of the ledger. The time that it took, without opening the file and preparing statements.
pub fn write(case: &Case, path: &Path, batches: &[Batch<'_>]) -> Duration {
    let conn = open(path);
    // As the ledger sets its connections up.
    conn.execute_batch(
        "PRAGMA cell_size_check=ON; PRAGMA cache_size=-65536; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
         PRAGMA wal_autocheckpoint=10000; PRAGMA journal_size_limit=67108864;",
    )
    .expect("settings");
    let prepare = |sql: &str| conn.prepare(sql).expect("a statement");
    let (mut begin, mut commit) = (prepare("BEGIN IMMEDIATE"), prepare("COMMIT"));
    let mut log =
        prepare("INSERT INTO lwas_log(seq, kind, time, type, artifact, hash, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    let mut key = prepare(
        "INSERT INTO lwas_keys(type, key, seq) VALUES(?1, ?2, ?3) ON CONFLICT(type, key) DO UPDATE SET seq = excluded.seq",
    );
    let mut tables: Vec<[Statement<'_>; 2]> =
        case.tables.iter().map(|name| table_statements(&conn, name).map(|sql| prepare(&sql))).collect();
    let start = Instant::now();
    for batch in batches {
        begin.execute([]).expect("begun");
        for Step { entry, rows } in batch {
            let Entry { seq, kind, time, event_type, artifact, hash, body, key_type, key: known } = entry;
            log.execute(params![seq, kind, time, event_type, artifact, hash, body]).expect("appended");
            key.execute(params![key_type, known, seq]).expect("noted");
            for Row { table, is_put, cells } in rows {
                write_row(&mut tables[*table][usize::from(*is_put)], cells);
            }
        }
        commit.execute([]).expect("committed");
    }
    start.elapsed()
}

fn write_row(statement: &mut Statement<'_>, row: &[Value]) {
    for (index, cell) in row.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, cell).expect("bound");
    }
    statement.raw_execute().expect("written");
}

/// Statements that insert a row, and that put it in place of the one with its key.
fn table_statements(conn: &Connection, table: &str) -> [String; 2] {
    let sql = "SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid";
    let mut statement = conn.prepare(sql).expect("a statement");
    let columns = statement.query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)? > 0)));
    let columns: Vec<(String, bool)> = columns.expect("a query").collect::<Result<_, _>>().expect("columns");
    assert!(!columns.is_empty(), "there is no table `{table}`");
    let mut names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let mut marks: Vec<String> = (1..=columns.len()).map(|number| format!("?{number}")).collect();
    let of = |key| names.iter().zip(&columns).filter(move |(_, column)| column.1 == key).map(|(name, _)| name.clone());
    let mut key: Vec<String> = of(true).collect();
    let sets: Vec<String> = of(false).map(|name| format!("{name} = excluded.{name}")).collect();
    if key.is_empty() {
        // A table of one row.
        key.push("rowid".to_owned());
        names.push("rowid".to_owned());
        marks.push("1".to_owned());
    }
    let insert = format!("INSERT INTO \"{table}\"({}) VALUES({})", names.join(", "), marks.join(", "));
    let put = format!("{insert} ON CONFLICT({}) DO UPDATE SET {}", key.join(", "), sets.join(", "));
    [insert, put]
}

/// Panics unless two files have the same schema and the same rows in all tables.
pub fn assert_same(ours: &Path, theirs: &Path) {
    let conn = open(ours);
    conn.execute("ATTACH ?1 AS theirs", [theirs.to_str().expect("a path in UTF-8")]).expect("attached");
    let mut statement = conn.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table'").expect("a statement");
    let tables = statement.query_map([], |row| row.get::<_, String>(0)).expect("a query");
    for table in ["sqlite_schema".to_owned()].into_iter().chain(tables.map(|table| table.expect("a name"))) {
        for (a, b) in [("main", "theirs"), ("theirs", "main")] {
            let sql =
                format!("SELECT count(*) FROM (SELECT * FROM {a}.\"{table}\" EXCEPT SELECT * FROM {b}.\"{table}\")");
            let count: i64 = conn.query_row(&sql, [], |row| row.get(0)).expect("compared");
            assert_eq!(count, 0, "`{table}` of {a} has rows that that of {b} has not");
        }
    }
}

fn open(path: &Path) -> Connection {
    Connection::open(path).expect("the ledger's file")
}
