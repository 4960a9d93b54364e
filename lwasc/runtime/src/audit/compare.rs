//! Two ledgers, row by row: each table in order of key, a page at a time, and the keys of judged events.

use std::ops::ControlFlow;

use lwas_ledger::{Cell, Ledger, TableId, TableSpec};

use super::{Difference, Report};
use crate::error::RuntimeError;
use crate::pages::Pages;

/// How many differences of rows are told.
const MOST_DIFFERENCES: usize = 100;

/// Compares all tables row by row.
pub fn tables(found: &Ledger, expected: &Ledger, specs: &[TableSpec], report: &mut Report) -> Result<(), RuntimeError> {
    for (number, spec) in (0u32..).zip(specs) {
        let mut ours = Pages::new(expected, TableId(number), spec);
        let mut theirs = Pages::new(found, TableId(number), spec);
        let (mut want, mut have) = (ours.next()?, theirs.next()?);
        while want.is_some() || have.is_some() {
            if report.differences.len() >= MOST_DIFFERENCES {
                return Ok(());
            }
            report.rows += 1;
            let order = match (&want, &have) {
                (Some(want), Some(have)) => want.get(..spec.key).cmp(&have.get(..spec.key)),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, _) => std::cmp::Ordering::Greater,
            };
            let one_sided = |row: &[Cell], is_expected: bool| {
                let whole = Some(row_text(row));
                let (expected, found) = if is_expected { (whole, None) } else { (None, whole) };
                Difference::Row {
                    table: spec.name.clone(),
                    key: row_text(row.get(..spec.key).unwrap_or(row)),
                    column: None,
                    expected,
                    found,
                }
            };
            match order {
                std::cmp::Ordering::Less => {
                    report.differences.extend(want.as_deref().map(|row| one_sided(row, true)));
                    want = ours.next()?;
                }
                std::cmp::Ordering::Greater => {
                    report.differences.extend(have.as_deref().map(|row| one_sided(row, false)));
                    have = theirs.next()?;
                }
                std::cmp::Ordering::Equal => {
                    if let (Some(want), Some(have)) = (&want, &have) {
                        report.differences.extend(cells(spec, want, have));
                    }
                    (want, have) = (ours.next()?, theirs.next()?);
                }
            }
        }
    }
    Ok(())
}

/// The cells in which two rows of one key differ.
fn cells(spec: &TableSpec, want: &[Cell], have: &[Cell]) -> Vec<Difference> {
    let columns = spec.columns.iter().zip(want).zip(have).filter(|((_, want), have)| want != have);
    let key = row_text(want.get(..spec.key).unwrap_or(want));
    let difference = |((column, want), have): ((&lwas_ledger::ColumnSpec, &Cell), &Cell)| Difference::Row {
        table: spec.name.clone(),
        key: key.clone(),
        column: Some(column.name.clone()),
        expected: Some(cell_text(want)),
        found: Some(cell_text(have)),
    };
    columns.map(difference).collect()
}

fn row_text(cells: &[Cell]) -> String {
    let cells: Vec<String> = cells.iter().map(cell_text).collect();
    format!("[{}]", cells.join(", "))
}

fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Null => "nothing".into(),
        Cell::Int(number) => number.to_string(),
        Cell::Real(bits) => format!("{:?}", f64::from_bits(*bits)),
        Cell::Text(text) => format!("{text:?}"),
    }
}

/// Compares the keys of judged events: each has its entry, and no other has one.
pub fn keys(found: &Ledger, expected: &Ledger, report: &mut Report) -> Result<(), RuntimeError> {
    for (side, other, is_expected) in [(expected, found, true), (found, expected, false)] {
        let mut failed = None;
        side.all_keys(|kind, key, seq| {
            let there = match other.find_key(kind, key) {
                Ok(there) => there,
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            };
            // Keys on both sides are told once, from the expected side.
            if there != Some(seq) && (is_expected || there.is_none()) {
                let number = |seq: Option<u64>| seq.map(|seq| format!("entry {seq}"));
                let (expected, found) = if is_expected { (Some(seq), there) } else { (there, Some(seq)) };
                report.differences.push(Difference::Row {
                    table: "lwas_keys".into(),
                    key: format!("[{kind:?}, {:?}]", String::from_utf8_lossy(key)),
                    column: Some("seq".into()),
                    expected: number(expected),
                    found: number(found),
                });
            }
            if report.differences.len() >= MOST_DIFFERENCES {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
    Ok(())
}
