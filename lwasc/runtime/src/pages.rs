//! The rows of a table in key order, a page at a time: for whoever goes over all rows of a ledger while memory does not grow with
//! it, and may write between two rows.

use std::ops::{Bound, ControlFlow};

use lwas_ledger::{Cell, Ledger, LedgerError, Scan, TableId, TableSpec};

/// Rows that are read at once, at most.
const PAGE: u64 = 1024;
/// Bytes of texts after which a page ends.
const PAGE_BYTES: usize = 8 << 20;

/// The rows of a table. What is written behind the page that was read comes later; a row that is deleted from it comes still.
pub struct Pages<'l> {
    ledger: &'l Ledger,
    table: TableId,
    key: usize,
    rows: std::vec::IntoIter<Vec<Cell>>,
    /// The key of the last row that was read; none at the start.
    last: Option<Vec<Cell>>,
    is_done: bool,
}

/// A page being read.
struct Page {
    rows: Vec<Vec<Cell>>,
    bytes: usize,
}

impl Page {
    fn is_full(&self) -> bool {
        self.rows.len() as u64 >= PAGE || self.bytes >= PAGE_BYTES
    }

    fn read(&mut self, ledger: &Ledger, table: TableId, equal: &[Cell], from: Bound<&Cell>) -> Result<(), LedgerError> {
        let room = PAGE.saturating_sub(self.rows.len() as u64);
        ledger.scan(table, &Scan { equal, from, limit: Some(room), ..Scan::default() }, |row| {
            let bytes = |cell: &Cell| if let Cell::Text(text) = cell { text.len() } else { 0 };
            self.bytes += row.iter().map(bytes).sum::<usize>();
            self.rows.push(row);
            if self.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    }
}

impl<'l> Pages<'l> {
    /// All rows of an attached table.
    pub fn new(ledger: &'l Ledger, table: TableId, spec: &TableSpec) -> Pages<'l> {
        Pages { ledger, table, key: spec.key, rows: Vec::new().into_iter(), last: None, is_done: false }
    }

    /// The next row, all its columns.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn next(&mut self) -> Result<Option<Vec<Cell>>, LedgerError> {
        if self.rows.len() == 0 && !self.is_done {
            let page = self.page()?;
            self.is_done = page.is_empty() || self.key == 0;
            self.last = page.last().map(|row| row.get(..self.key).unwrap_or(row).to_vec());
            self.rows = page.into_iter();
        }
        Ok(self.rows.next())
    }

    /// The rows behind the last key: those with the same beginning first, so that each read is a range of the key.
    fn page(&self) -> Result<Vec<Vec<Cell>>, LedgerError> {
        let mut page = Page { rows: Vec::new(), bytes: 0 };
        match &self.last {
            None => page.read(self.ledger, self.table, &[], Bound::Unbounded)?,
            Some(last) => {
                for (length, cell) in last.iter().enumerate().rev() {
                    if !page.is_full() {
                        let equal = last.get(..length).unwrap_or_default();
                        page.read(self.ledger, self.table, equal, Bound::Excluded(cell))?;
                    }
                }
            }
        }
        Ok(page.rows)
    }
}
