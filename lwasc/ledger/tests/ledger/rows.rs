//! Rows: there and back with every cell that is allowed, in key order, by index and by range.

use std::ops::{Bound, ControlFlow};

use lwas_ledger::{By, Cell, Ledger, LedgerError, Order, Scan, TableId};

use crate::support::*;

fn ledger() -> Ledger {
    let mut ledger = Ledger::in_memory(&genesis()).expect("in memory");
    attach(&mut ledger);
    ledger
}

fn put(ledger: &mut Ledger, table: TableId, rows: &[Vec<Cell>]) {
    let mut batch = ledger.begin().expect("a batch");
    for row in rows {
        batch.put_row(table, row).expect("put");
    }
    batch.commit().expect("committed");
}

fn all(ledger: &Ledger, table: TableId) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    ledger
        .all_rows(table, |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })
        .expect("rows");
    rows
}

fn first_cells(rows: Vec<Vec<Cell>>) -> Vec<Cell> {
    rows.into_iter().filter_map(|row| row.into_iter().next()).collect()
}

#[test]
fn every_cell_comes_back_as_it_went() {
    let mut ledger = ledger();
    let rows = [
        vec![text(""), Cell::Null, text("USD"), int(i64::MIN)],
        vec![text("a\0b"), text("o'brien \"x\" \\ ; -- "), text("€"), int(i64::MAX)],
        vec![text("number"), text("123"), text("USD"), text("170141183460469231731687303715884105727")],
        vec![text("zero"), text("0"), text("USD"), text("0")],
    ];
    put(&mut ledger, ACCOUNT, &rows);
    for row in &rows {
        assert_eq!(ledger.row(ACCOUNT, &row[..1]).expect("read").as_ref(), Some(row));
    }
    assert_eq!(ledger.row(ACCOUNT, &[text("a")]).expect("read"), None, "a text ends where it ends, not at its NUL");
    assert_eq!(all(&ledger, ACCOUNT), rows);
    assert_eq!(ledger.row_count(ACCOUNT).expect("count"), 4);
}

#[test]
fn put_replaces_by_key_and_delete_takes_away() {
    let mut ledger = ledger();
    put(&mut ledger, RATE, &[vec![text("EUR"), text("USD"), int(1)], vec![text("EUR"), text("USD"), int(2)]]);
    assert_eq!(all(&ledger, RATE), [vec![text("EUR"), text("USD"), int(2)]]);
    let mut batch = ledger.begin().expect("a batch");
    assert!(batch.delete_row(RATE, &[text("EUR"), text("USD")]).expect("deleted"));
    assert!(!batch.delete_row(RATE, &[text("EUR"), text("USD")]).expect("nothing to delete"));
    assert_eq!(batch.ledger().row(RATE, &[text("EUR"), text("USD")]).expect("read"), None, "reads see the batch");
    drop(batch);
    assert_eq!(ledger.row_count(RATE).expect("count"), 1, "a dropped batch leaves nothing");
}

#[test]
fn a_table_without_a_key_has_one_row() {
    let mut ledger = ledger();
    assert_eq!(ledger.row(TOTALS, &[]).expect("read"), None);
    put(&mut ledger, TOTALS, &[vec![int(1), Cell::Null], vec![int(2), text("two")]]);
    assert_eq!(all(&ledger, TOTALS), [vec![int(2), text("two")]]);
    assert_eq!(ledger.row(TOTALS, &[]).expect("read"), Some(vec![int(2), text("two")]));
    let mut batch = ledger.begin().expect("a batch");
    assert!(batch.delete_row(TOTALS, &[]).expect("deleted"));
    batch.commit().expect("committed");
    assert_eq!(ledger.row_count(TOTALS).expect("count"), 0);
}

#[test]
fn a_journal_takes_each_number_once() {
    let mut ledger = ledger();
    let mut batch = ledger.begin().expect("a batch");
    batch.insert_row(POSTING, &[int(1), int(1_000), text("ann"), int(5)]).expect("inserted");
    let again = batch.insert_row(POSTING, &[int(1), int(1_000), text("bob"), int(5)]).expect_err("a number twice");
    assert!(matches!(again, LedgerError::Shape { ref table, .. } if table == "wallet_Posting"), "{again}");
    let after =
        batch.insert_row(POSTING, &[int(2), int(1_000), text("bob"), int(5)]).expect_err("the batch has failed");
    assert!(matches!(after, LedgerError::BatchFailed { .. }), "{after}");
    assert!(matches!(batch.commit(), Err(LedgerError::BatchFailed { .. })));
    assert_eq!(ledger.row_count(POSTING).expect("count"), 0);
    sell(&mut ledger, 1);
}

#[test]
fn integers_are_ordered_by_value_and_texts_by_their_bytes() {
    let mut ledger = ledger();
    let mut batch = ledger.begin().expect("a batch");
    for seq in [10, -1, 9, i64::MAX, i64::MIN, 0] {
        batch.insert_row(POSTING, &[int(seq), int(0), text("x"), int(0)]).expect("inserted");
    }
    for id in ["b", "a", "Z", "é", "z", "10", "9", "", "a\0", "aa", "\u{10000}", "\u{ffff}"] {
        batch.put_row(ACCOUNT, &[text(id), Cell::Null, text("USD"), int(0)]).expect("put");
    }
    batch.commit().expect("committed");
    let numbers = [i64::MIN, -1, 0, 9, 10, i64::MAX].map(int);
    assert_eq!(first_cells(all(&ledger, POSTING)), numbers);
    let texts = ["", "10", "9", "Z", "a", "a\0", "aa", "b", "z", "é", "\u{ffff}", "\u{10000}"].map(text);
    assert_eq!(first_cells(all(&ledger, ACCOUNT)), texts);
    let mut sorted = texts.to_vec();
    sorted.sort();
    assert_eq!(sorted, texts, "cells are ordered as tables are");
}

#[test]
fn an_index_finds_its_rows_in_key_order() {
    let mut ledger = ledger();
    let row = |id: &str, owner: Cell, currency: &str| vec![text(id), owner, text(currency), int(0)];
    put(
        &mut ledger,
        ACCOUNT,
        &[
            row("4", text("ann"), "EUR"),
            row("1", text("ann"), "USD"),
            row("3", text("bob"), "USD"),
            row("2", Cell::Null, "USD"),
            row("0", text("ann"), "EUR"),
        ],
    );
    let ids = |rows: lwas_ledger::Result<Vec<Vec<Cell>>>| first_cells(rows.expect("rows"));
    assert_eq!(ids(ledger.rows_by_index(ACCOUNT, 0, &[text("ann")])), ["0", "1", "4"].map(text));
    assert_eq!(ids(ledger.rows_by_index(ACCOUNT, 0, &[Cell::Null])), [text("2")]);
    assert_eq!(ids(ledger.rows_by_index(ACCOUNT, 0, &[])), ["0", "1", "2", "3", "4"].map(text));
    assert_eq!(ids(ledger.rows_by_index(ACCOUNT, 1, &[text("ann")])), ["0", "1", "4"].map(text));
    assert_eq!(ids(ledger.rows_by_index(ACCOUNT, 1, &[text("ann"), text("EUR")])), ["0", "4"].map(text));
    // A row that moves in the index is found at its new place only.
    put(&mut ledger, ACCOUNT, &[row("4", text("bob"), "EUR")]);
    assert_eq!(ids(ledger.rows_by_index(ACCOUNT, 0, &[text("ann")])), ["0", "1"].map(text));
    assert_eq!(ids(ledger.rows_by_index(ACCOUNT, 0, &[text("bob")])), ["3", "4"].map(text));
}

#[test]
fn a_key_prefix_finds_its_rows() {
    let mut ledger = ledger();
    let row = |from: &str, to: &str| vec![text(from), text(to), int(1)];
    put(&mut ledger, RATE, &[row("USD", "EUR"), row("EUR", "USD"), row("EUR", "CHF"), row("EURX", "USD")]);
    assert_eq!(ledger.rows_by_key_prefix(RATE, &[text("EUR")]).expect("rows"), [row("EUR", "CHF"), row("EUR", "USD")]);
    assert_eq!(ledger.rows_by_key_prefix(RATE, &[]).expect("rows").len(), 4);
}

/// Every scan is compared with the same filter and order written out over all rows.
#[test]
fn scans_agree_with_a_filter_over_all_rows() {
    let mut ledger = ledger();
    let owners = [Cell::Null, text("a"), text("b"), text("c")];
    let rows: Vec<Vec<Cell>> = (0..60)
        .map(|i: usize| {
            let currency = ["CHF", "EUR", "USD"][(i / 2) % 3];
            vec![text(&format!("{:02}", (i * 37) % 60)), owners[i % 4].clone(), text(currency), int(0)]
        })
        .collect();
    put(&mut ledger, ACCOUNT, &rows);
    let (a, b, eur) = (text("a"), text("b"), text("EUR"));
    let bounds = |cell: &'static Cell| [Bound::Unbounded, Bound::Included(cell), Bound::Excluded(cell)];
    let (a, b, eur): (&'static Cell, &'static Cell, &'static Cell) =
        (Box::leak(Box::new(a)), Box::leak(Box::new(b)), Box::leak(Box::new(eur)));
    let equals: [&[Cell]; 2] = [&[], std::slice::from_ref(b)];
    let mut compared = 0;
    for equal in equals {
        for (from, to) in bounds(if equal.is_empty() { a } else { eur })
            .into_iter()
            .flat_map(|from| bounds(if equal.is_empty() { b } else { eur }).map(|to| (from, to)))
        {
            for (order, reverse, limit) in [
                (Order::Key, false, None),
                (Order::Key, true, Some(3)),
                (Order::Scanned, false, Some(7)),
                (Order::Scanned, true, None),
            ] {
                let scan = Scan { by: By::Index(1), equal, from, to, order, reverse, limit };
                let mut found = Vec::new();
                ledger
                    .scan(ACCOUNT, &scan, |row| {
                        found.push(row);
                        ControlFlow::Continue(())
                    })
                    .expect("scanned");
                assert_eq!(found, by_hand(&rows, &scan), "{scan:?}");
                compared += found.len();
            }
        }
    }
    assert!(compared > 500, "the scans find something: {compared}");
}

fn by_hand(rows: &[Vec<Cell>], scan: &Scan<'_>) -> Vec<Vec<Cell>> {
    let columns = [1, 2];
    let open = columns[scan.equal.len()];
    let bounded = scan.from != Bound::Unbounded || scan.to != Bound::Unbounded;
    let mut found: Vec<Vec<Cell>> = rows
        .iter()
        .filter(|row| scan.equal.iter().zip(columns).all(|(cell, at)| row[at] == *cell))
        .filter(|row| !bounded || row[open] != Cell::Null)
        .filter(|row| std::ops::RangeBounds::contains(&(scan.from, scan.to), &row[open]))
        .cloned()
        .collect();
    found.sort_by_key(|row| match scan.order {
        Order::Key => vec![row[0].clone()],
        Order::Scanned => columns[scan.equal.len()..].iter().chain(&[0]).map(|&at| row[at].clone()).collect(),
    });
    if scan.reverse {
        found.reverse();
    }
    found.truncate(scan.limit.map_or(usize::MAX, |limit| limit as usize));
    found
}

#[test]
fn a_callback_can_stop_a_scan_and_read_meanwhile() {
    let mut ledger = ledger();
    sell(&mut ledger, 5);
    let mut seen = 0;
    ledger
        .all_rows(ACCOUNT, |row| {
            assert_eq!(ledger.row(ACCOUNT, &row[..1]).expect("read"), Some(row));
            seen += 1;
            if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .expect("rows");
    assert_eq!(seen, 3);
}

#[test]
fn cells_that_do_not_fit_are_refused_by_column() {
    let mut ledger = ledger();
    let cases: [(TableId, Vec<Cell>, &str); 6] = [
        (ACCOUNT, vec![text("1")], "table `wallet_Account`: expected 4 cells of a row, found 1"),
        (
            ACCOUNT,
            vec![Cell::Null, text("o"), text("c"), int(0)],
            "table `wallet_Account`: column `id` expected a text, found nothing",
        ),
        (
            ACCOUNT,
            vec![int(1), text("o"), text("c"), int(0)],
            "table `wallet_Account`: column `id` expected a text, found an integer",
        ),
        (
            ACCOUNT,
            vec![text("1"), int(1), text("c"), int(0)],
            "table `wallet_Account`: column `owner` expected a text or nothing, found an integer",
        ),
        (
            POSTING,
            vec![text("1"), int(1), text("c"), int(0)],
            "table `wallet_Posting`: column `seq` expected an integer, found a text",
        ),
        (TableId(9), vec![], "table `#9`: expected the id of one of 4 attached tables"),
    ];
    for (table, cells, expected) in cases {
        let mut batch = ledger.begin().expect("a batch");
        assert_eq!(batch.put_row(table, &cells).expect_err(expected).to_string(), expected);
    }
    let bad = ledger.row(ACCOUNT, &[int(1)]).expect_err("an integer is no id");
    assert_eq!(bad.to_string(), "table `wallet_Account`: column `id` expected a text, found an integer");
    let bad = ledger.rows_by_index(ACCOUNT, 7, &[]).expect_err("no such index");
    assert_eq!(bad.to_string(), "table `wallet_Account`: there is no index number 7");
    let whole_key = [text("1")];
    let beyond = Scan { equal: &whole_key, from: Bound::Included(&whole_key[0]), ..Scan::default() };
    let bad = ledger.scan(ACCOUNT, &beyond, |_| ControlFlow::Continue(())).expect_err("nothing left to bound");
    assert_eq!(bad.to_string(), "table `wallet_Account`: expected 0 cells as a bound, found 1");
}
