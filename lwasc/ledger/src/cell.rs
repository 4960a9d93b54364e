//! [`Cell`]: one value of a row, and its way into and out of SQLite.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use crate::MAX_TEXT_BYTES;

/// One value of a row. The derived order is that of the tables: nothing, then integers by value, then texts by bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// Nothing is there.
    Null,
    /// A whole number.
    Int(i64),
    /// A floating-point number by the bits of its IEEE double; never a part of a key or an index.
    Real(u64),
    /// UTF-8 text; NUL is a character like any other.
    Text(String),
}

impl Cell {
    /// What it is, with its article, for messages.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Cell::Null => "nothing",
            Cell::Int(_) => "an integer",
            Cell::Real(_) => "a floating-point number",
            Cell::Text(_) => "a text",
        }
    }

    /// Reads a value from the file. `Err` says in words what was found instead of a cell.
    pub(crate) fn read(value: ValueRef<'_>) -> Result<Cell, &'static str> {
        match value {
            ValueRef::Null => Ok(Cell::Null),
            ValueRef::Integer(number) => Ok(Cell::Int(number)),
            ValueRef::Text(bytes) if bytes.len() > MAX_TEXT_BYTES => Err("a text of more than 64 MiB"),
            ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Cell::Text(text.to_owned())),
                Err(_) => Err("a text that is not UTF-8"),
            },
            ValueRef::Real(number) => Ok(Cell::Real(number.to_bits())),
            ValueRef::Blob(_) => Err("a blob"),
        }
    }
}

/// A cell on its way into a statement. A type of its own, so that nobody outside can see SQLite in [`Cell`].
pub(crate) struct Bind<'a>(pub(crate) &'a Cell);

impl ToSql for Bind<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Cell::Null => ValueRef::Null,
            Cell::Int(number) => ValueRef::Integer(*number),
            Cell::Real(bits) => ValueRef::Real(f64::from_bits(*bits)),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}
