//! The `sqlite3` of sessions: one statement for one file, which it only reads, with rows as the shell of SQLite prints them,
//! values between `|`. A page shows what its readers type, and runs where SQLite's shell is not installed.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use std::process::ExitCode;

/// Answers `sqlite3 -readonly [-header] FILE SQL`.
pub fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let header = arguments.iter().any(|argument| argument == "-header");
    let readonly = arguments.iter().any(|argument| argument == "-readonly");
    arguments.retain(|argument| !argument.starts_with('-'));
    let answered = match &arguments[..] {
        [file, sql] if readonly => rows_of(file, sql, header).map_err(|why| why.to_string()),
        _ => Err("pages say `sqlite3 -readonly [-header] FILE SQL`".to_owned()),
    };
    match answered {
        Ok(lines) => {
            print!("{lines}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("Error: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The rows of an answer, a line each, behind the names of the columns where these are asked for.
fn rows_of(file: &str, sql: &str, header: bool) -> rusqlite::Result<String> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut lines =
        if header { format!("{}\n", statement.column_names().collect::<Vec<_>>().join("|")) } else { String::new() };
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        lines += &(0..columns).map(|column| shown(row, column)).collect::<rusqlite::Result<Vec<_>>>()?.join("|");
        lines.push('\n');
    }
    Ok(lines)
}

/// A value as SQLite's shell writes it.
fn shown(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_as_the_shell_writes_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let open = Connection::open(&file).unwrap();
        open.execute_batch("create table t (a, b); insert into t values (1, 'x'), (null, 2.5)").unwrap();
        let file = file.to_string_lossy();
        assert_eq!(rows_of(&file, "select * from t", true).unwrap(), "a|b\n1|x\n|2.5\n");
        assert!(rows_of(&file, "delete from t", false).is_err(), "it only reads");
    }
}
