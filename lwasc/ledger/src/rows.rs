//! Reading rows: by key, by index, by range, all of them; always in a stated order.
//!
//! Order is SQLite's with binary collation: integers by value, texts by the bytes of their UTF-8, nothing before both.
//! Each shape of a read is one statement, prepared once and kept.

use std::fmt::Write as _;
use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

use rusqlite::{CachedStatement, Row};

use crate::cell::{Bind, Cell};
use crate::ledger::Ledger;
use crate::table::{Table, TableId, equal, index_name, quote};
use crate::{LedgerError, Result};

/// Which columns a scan looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Those of the key.
    Key,
    /// Those of the table's index of this number.
    Index(usize),
}

/// In which order a scan's rows come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By key.
    Key,
    /// By the scanned columns behind the equal ones, then by key.
    Scanned,
}

/// What to scan of a table: rows whose first scanned columns equal `equal` and whose next one lies in a range.
#[derive(Debug, Clone, Copy)]
pub struct Scan<'a> {
    /// The columns it looks at.
    pub by: By,
    /// The cells that the first of them must equal; [`Cell::Null`] equals itself.
    pub equal: &'a [Cell],
    /// Where the column after those begins. A bound leaves out rows with nothing there.
    pub from: Bound<&'a Cell>,
    /// Where it ends.
    pub to: Bound<&'a Cell>,
    /// The order of the rows.
    pub order: Order,
    /// Whether the last come first.
    pub reverse: bool,
    /// The most rows that come.
    pub limit: Option<u64>,
}

impl Default for Scan<'_> {
    /// All rows in key order.
    fn default() -> Self {
        Scan {
            by: By::Key,
            equal: &[],
            from: Bound::Unbounded,
            to: Bound::Unbounded,
            order: Order::Key,
            reverse: false,
            limit: None,
        }
    }
}

impl Ledger {
    /// The row with this key, all columns, if there is one. A table without a key columns takes no cells.
    ///
    /// # Errors
    /// [`LedgerError::Shape`] for cells that don't fit, [`LedgerError::Damaged`] or what SQLite says.
    pub fn row(&self, table: TableId, key: &[Cell]) -> Result<Option<Vec<Cell>>> {
        let table = Attached::of(self, table)?;
        table.fit(key, 0..table.spec.key, "of the key")?;
        let mut statement = self.prepare(&table.get)?;
        self.bind(&mut statement, key.iter())?;
        let mut rows = statement.raw_query();
        let row = rows.next().map_err(self.place.sqlite("read a row of"))?;
        row.map(|row| self.cells(&table, row)).transpose()
    }

    /// All rows whose columns of index number `index` begin with `cells`, in key order.
    ///
    /// # Errors
    /// As [`Ledger::row`].
    pub fn rows_by_index(&self, table: TableId, index: usize, cells: &[Cell]) -> Result<Vec<Vec<Cell>>> {
        let mut rows = Vec::new();
        self.scan(table, &Scan { by: By::Index(index), equal: cells, ..Scan::default() }, |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    /// All rows whose key begins with `cells`, in key order.
    ///
    /// # Errors
    /// As [`Ledger::row`].
    pub fn rows_by_key_prefix(&self, table: TableId, cells: &[Cell]) -> Result<Vec<Vec<Cell>>> {
        let mut rows = Vec::new();
        self.scan(table, &Scan { equal: cells, ..Scan::default() }, |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    /// Calls `each` with every row in key order, one at a time.
    ///
    /// # Errors
    /// As [`Ledger::row`].
    pub fn all_rows(&self, table: TableId, each: impl FnMut(Vec<Cell>) -> ControlFlow<()>) -> Result<()> {
        self.scan(table, &Scan::default(), each)
    }

    /// How many rows the table has; SQLite counts them.
    ///
    /// # Errors
    /// As [`Ledger::row`].
    pub fn row_count(&self, table: TableId) -> Result<u64> {
        let table = Attached::of(self, table)?;
        let mut statement = self.prepare(&format!("SELECT count(*) FROM {}", quote(&table.spec.name)))?;
        let count: i64 = statement.query_row([], |row| row.get(0)).map_err(self.place.sqlite("count the rows of"))?;
        Ok(u64::try_from(count).expect("SQLite counts from zero"))
    }

    /// Calls `each` with the rows of a scan, one at a time, until it breaks. Rows must not be written meanwhile.
    ///
    /// # Errors
    /// As [`Ledger::row`]; [`LedgerError::Shape`] too for an index that the table does not have.
    pub fn scan(
        &self,
        table: TableId,
        scan: &Scan<'_>,
        mut each: impl FnMut(Vec<Cell>) -> ControlFlow<()>,
    ) -> Result<()> {
        let table = Attached::of(self, table)?;
        let range = [scan.from, scan.to].into_iter().filter_map(|bound| match bound {
            Bound::Included(cell) | Bound::Excluded(cell) => Some(cell),
            Bound::Unbounded => None,
        });
        let columns = scanned_columns(&table, scan)?;
        table.fit(scan.equal, columns.iter().copied().take(scan.equal.len()), "to be equal")?;
        for cell in range.clone() {
            table.fit(
                std::slice::from_ref(cell),
                columns.iter().copied().skip(scan.equal.len()).take(1),
                "as a bound",
            )?;
        }
        let whole_index = match scan.by {
            By::Index(index) if scan.equal.len() == columns.len() && !scan.reverse && scan.limit.is_none() => {
                table.by_index.get(index)
            }
            _ => None,
        };
        let mut statement = match whole_index {
            Some(sql) => self.prepare(sql)?,
            None => self.prepare(&scan_sql(&table, scan, &columns))?,
        };
        self.bind(&mut statement, scan.equal.iter().chain(range))?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(self.place.sqlite("read rows of"))? {
            if each(self.cells(&table, row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>> {
        self.conn.prepare_cached(sql).map_err(self.place.sqlite("read rows of"))
    }

    fn bind<'c>(&self, statement: &mut CachedStatement<'_>, cells: impl Iterator<Item = &'c Cell>) -> Result<()> {
        for (index, cell) in cells.enumerate() {
            statement.raw_bind_parameter(index + 1, Bind(cell)).map_err(self.place.sqlite("read rows of"))?;
        }
        Ok(())
    }

    fn cells(&self, table: &Table, row: &Row<'_>) -> Result<Vec<Cell>> {
        let mut cells = Vec::with_capacity(table.spec.columns.len());
        for (index, column) in table.spec.columns.iter().enumerate() {
            let value = row.get_ref(index).map_err(self.place.sqlite("read rows of"))?;
            cells.push(Cell::read(value).map_err(|what| {
                self.place.damaged(format!("column `{}` of table `{}` holds {what}", column.name, table.spec.name))
            })?);
        }
        Ok(cells)
    }
}

/// A table of the attached list, kept while the list may be replaced.
pub(crate) struct Attached {
    tables: Arc<Vec<Table>>,
    at: usize,
}

impl Attached {
    pub(crate) fn of(ledger: &Ledger, id: TableId) -> Result<Attached> {
        let tables = Arc::clone(&ledger.tables.borrow());
        let at = id.0 as usize;
        if at >= tables.len() {
            let what = format!("expected the id of one of {} attached tables", tables.len());
            return Err(LedgerError::Shape { table: format!("#{at}"), what });
        }
        Ok(Attached { tables, at })
    }
}

impl std::ops::Deref for Attached {
    type Target = Table;

    fn deref(&self) -> &Table {
        self.tables.get(self.at).expect("`of` has found it, and the list is never changed")
    }
}

/// The numbers of the columns that a scan looks at, of which it must not ask too many.
fn scanned_columns(table: &Table, scan: &Scan<'_>) -> Result<Vec<usize>> {
    let columns: Vec<usize> = match scan.by {
        By::Key => (0..table.spec.key).collect(),
        By::Index(index) => match table.spec.indexes.get(index) {
            Some(columns) => columns.clone(),
            None => return Err(table.shape(format!("there is no index number {index}"))),
        },
    };
    if scan.equal.len() > columns.len() {
        let what = format!("expected at most {} cells to be equal, found {}", columns.len(), scan.equal.len());
        return Err(table.shape(what));
    }
    Ok(columns)
}

fn scan_sql(table: &Table, scan: &Scan<'_>, columns: &[usize]) -> String {
    let names: Vec<String> =
        columns.iter().filter_map(|&at| table.spec.columns.get(at)).map(|column| quote(&column.name)).collect();
    let (fixed, open) = names.split_at(scan.equal.len());
    let mut terms = if fixed.is_empty() { Vec::new() } else { vec![equal(fixed, 1)] };
    let mut parameter = fixed.len();
    for (bound, (inclusive, exclusive)) in [(scan.from, (">=", ">")), (scan.to, ("<=", "<"))] {
        let sign = match bound {
            Bound::Included(_) => inclusive,
            Bound::Excluded(_) => exclusive,
            Bound::Unbounded => continue,
        };
        parameter += 1;
        // `fit` has made sure that there is an open column where there is a bound.
        terms.extend(open.first().map(|column| format!("{column} {sign} ?{parameter}")));
    }
    let direction = if scan.reverse { " DESC" } else { "" };
    let ordered = match scan.order {
        Order::Key => &[],
        Order::Scanned => open,
    };
    let order: Vec<String> =
        ordered.iter().chain(&table.key_columns).map(|column| format!("{column}{direction}")).collect();
    let mut sql = table.select.clone();
    if (parameter > fixed.len() || scan.order == Order::Scanned) && scan.by != By::Key {
        // Where one end is open, SQLite takes it that most rows are in the range, and reads the whole table in order of key.
        write!(sql, " INDEXED BY {}", quote(&index_name(&table.spec, columns)))
            .expect("writing to a string does not fail");
    }
    if !terms.is_empty() {
        write!(sql, " WHERE {}", terms.join(" AND ")).expect("writing to a string does not fail");
    }
    write!(sql, " ORDER BY {}", order.join(", ")).expect("writing to a string does not fail");
    if let Some(limit) = scan.limit {
        let limit = limit.min(i64::MAX.unsigned_abs());
        write!(sql, " LIMIT {limit}").expect("writing to a string does not fail");
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::{By, Cell, Scan, Table, scan_sql, scanned_columns};
    use crate::table::{ColumnKind, ColumnSpec, TableSpec};
    use std::ops::Bound;

    /// How SQLite would do a scan of `S(id, owner, due)` with indexes of `due` and of `owner, due`.
    fn plan(scan: &Scan<'_>) -> String {
        let column = |name: &str, kind| ColumnSpec { name: name.into(), kind, nullable: name == "due" };
        let text = ColumnKind::Text;
        let spec = TableSpec {
            name: "S".into(),
            columns: vec![column("id", text), column("owner", text), column("due", ColumnKind::Integer)],
            key: 1,
            indexes: vec![vec![2], vec![1, 2]],
            view: None,
            rebuilt: false,
        };
        let table = Table::new(&spec).expect("a table");
        let conn = rusqlite::Connection::open_in_memory().expect("a database");
        for sql in table.objects.iter().filter_map(|object| object.sql.as_ref()) {
            conn.execute_batch(sql).expect("its objects");
        }
        let columns = scanned_columns(&table, scan).expect("columns");
        let sql = format!("EXPLAIN QUERY PLAN {}", scan_sql(&table, scan, &columns));
        let mut statement = conn.prepare(&sql).expect("a statement");
        let mut rows = statement.raw_query();
        let first = rows.next().expect("a plan").expect("of one line at least");
        first.get(3).expect("a text")
    }

    #[test]
    fn a_range_is_looked_up_where_it_is_in_order() {
        let (ann, five) = (Cell::Text("ann".into()), Cell::Int(5));
        let (ends, open) = ([Bound::Included(&five), Bound::Excluded(&five)], Bound::Unbounded);
        for end in ends {
            for (from, to, signs) in [(end, open, "due>?"), (open, end, "due<?"), (end, end, "due>? AND due<?")] {
                let alone = Scan { by: By::Index(0), from, to, ..Scan::default() };
                assert_eq!(plan(&alone), format!("SEARCH S USING INDEX S.due ({signs})"));
                let equal = std::slice::from_ref(&ann);
                let behind = Scan { by: By::Index(1), equal, from, to, limit: Some(9), ..Scan::default() };
                assert_eq!(plan(&behind), format!("SEARCH S USING INDEX S.owner,due (owner=? AND {signs})"));
            }
        }
        let by_key = Scan { from: Bound::Excluded(&ann), ..Scan::default() };
        assert_eq!(plan(&by_key), "SEARCH S USING INDEX sqlite_autoindex_S_1 (id>?)");
    }
}
