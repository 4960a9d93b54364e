//! The schema: what is smuggled in is refused by name, what has changed is shown, odd names are no way in.

use lwas_ledger::{ColumnKind, Ledger, LedgerError, Mode, TableId, TableSpec};

use crate::support::*;

fn made() -> Place {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    sell(&mut ledger, 2);
    drop(ledger);
    place
}

/// What opening and attaching says.
fn refusal(place: &Place) -> Option<String> {
    let attach = |mode| Ledger::open(&place.path(), mode).and_then(|mut ledger| ledger.expect_schema(&tables()));
    let reader = attach(Mode::ReadOnly).err().map(|error| error.to_string());
    let writer = attach(Mode::ReadWrite).err().map(|error| error.to_string());
    assert_eq!(reader, writer, "readers are as careful as writers");
    writer
}

#[test]
fn what_was_made_is_what_is_expected() {
    let place = made();
    assert_eq!(refusal(&place), None);
    let mut ledger = place.open();
    let ids = ledger.expect_schema(&tables()).expect("as made");
    assert_eq!(ids, [ACCOUNT, POSTING, TOTALS, RATE]);
    assert_eq!(ledger.attached(), tables());
    let mut batch = ledger.begin().expect("a batch");
    assert_eq!(batch.ensure_tables(&tables()).expect("there already"), ids);
    batch.commit().expect("committed");
}

#[test]
fn what_is_smuggled_in_is_refused_by_name() {
    let cases = [
        (
            "CREATE TRIGGER evil AFTER INSERT ON wallet_Account BEGIN DELETE FROM wallet_Account; END",
            "found trigger `evil` on `wallet_Account`",
        ),
        (
            "CREATE TRIGGER evil AFTER INSERT ON lwas_log BEGIN DELETE FROM wallet_Account; END",
            "found trigger `evil` on `lwas_log`",
        ),
        ("CREATE VIEW evil AS SELECT 1", "found view `evil`"),
        ("CREATE TABLE evil(x)", "found table `evil`"),
        ("CREATE INDEX evil ON wallet_Account(balance)", "found index `evil` on `wallet_Account`"),
        ("CREATE INDEX evil ON lwas_log(time)", "found index `evil` on `lwas_log`"),
        ("CREATE TABLE lwas_more(x)", "found table `lwas_more`"),
        ("CREATE VIRTUAL TABLE evil USING fts5(x)", "found table `evil`"),
        ("ANALYZE", "found table `sqlite_stat1`"),
        ("DROP VIEW wallet_Account_view", "expected view `wallet_Account_view`, found none"),
        ("DROP INDEX \"wallet_Account.owner\"", "expected index `wallet_Account.owner`, found none"),
        ("DROP TABLE fx_Rate", "expected index `sqlite_autoindex_fx_Rate_1`, found none"),
        ("DROP TABLE lwas_keys", "expected table `lwas_keys`, found none"),
        ("ALTER TABLE fx_Rate ADD COLUMN more ANY", "table `fx_Rate` expected as `CREATE TABLE \"fx_Rate\""),
        (
            "DROP VIEW wallet_Account_view; CREATE VIEW wallet_Account_view AS SELECT 'all is well'",
            "view `wallet_Account_view` expected as `CREATE VIEW",
        ),
        (
            "ALTER TABLE lwas_log RENAME TO old; CREATE VIEW lwas_log AS SELECT * FROM old",
            "found view `lwas_log`, which does not belong there",
        ),
    ];
    for (sql, expected) in cases {
        let place = made();
        place.tamper(sql);
        let found = refusal(&place).unwrap_or_else(|| panic!("{sql}: nothing was found"));
        assert!(found.contains(expected), "{sql}: {found}");
    }
}

#[test]
fn a_trigger_is_refused_before_it_can_run() {
    let place = made();
    place.tamper("CREATE TRIGGER evil AFTER INSERT ON wallet_Posting BEGIN DELETE FROM wallet_Account; END");
    let error = Ledger::open(&place.path(), Mode::ReadWrite).expect_err("a trigger");
    assert!(matches!(error, LedgerError::Schema { .. }), "{error}");
}

#[test]
fn a_changed_table_is_refused_with_the_difference() {
    let place = made();
    let mut ledger = place.open();
    let mut changed = tables();
    changed[3].columns[2].kind = ColumnKind::Integer;
    let mut batch = ledger.begin().expect("a batch");
    let error = batch.ensure_tables(&changed).expect_err("another kind of column");
    let text = error.to_string();
    assert!(text.contains("table `fx_Rate` expected as") && text.contains("\"rate\" INTEGER"), "{text}");
    assert!(text.contains("found as") && text.contains("\"rate\" ANY"), "{text}");
    drop(batch);
    ledger.expect_schema(&tables()).expect("nothing was changed");
}

#[test]
fn a_table_more_is_made_and_a_table_less_is_refused() {
    let place = made();
    let mut ledger = place.open();
    ledger.expect_schema(&tables()).expect("as made");
    let fewer = &tables()[..3];
    let error = ledger.expect_schema(fewer).expect_err("a table that nobody owns");
    assert!(
        error.to_string().contains("`fx_Rate`") || error.to_string().contains("`sqlite_autoindex_fx_Rate_1`"),
        "{error}"
    );
    let mut more = tables();
    more.push(TableSpec { name: "fx_More".into(), ..rate() });
    let mut batch = ledger.begin().expect("a batch");
    assert_eq!(batch.ensure_tables(&more).expect("made").len(), 5);
    drop(batch);
    assert_eq!(ledger.attached(), tables(), "a dropped batch detaches what it attached");
    ledger.expect_schema(&tables()).expect("and made nothing");
    let mut batch = ledger.begin().expect("a batch");
    batch.ensure_tables(&more).expect("made");
    batch.commit().expect("committed");
    ledger.expect_schema(&more).expect("there now");
}

/// `agg_sales[owner]`, which follows from the accounts.
fn sales(value: ColumnKind) -> TableSpec {
    TableSpec {
        name: "agg_sales".into(),
        columns: vec![column("owner", ColumnKind::Text, false), column("value", value, false)],
        key: 1,
        indexes: vec![vec![1]],
        view: Some("SELECT owner, value || ' pieces' AS value FROM agg_sales".into()),
        rebuilt: true,
    }
}

fn with(more: &[TableSpec]) -> Vec<TableSpec> {
    tables().into_iter().chain(more.iter().cloned()).collect()
}

#[test]
fn tables_that_are_rebuilt_are_replaced() {
    let place = made();
    let mut ledger = place.open();
    ledger.expect_schema(&tables()).expect("as made");
    let first = with(&[sales(ColumnKind::Any)]);
    let mut batch = ledger.begin().expect("a batch");
    let ids = batch.replace_tables(&first).expect("one more");
    batch.put_row(ids[4], &[text("ann"), int(2)]).expect("put");
    batch.put_row(ACCOUNT, &[text("a"), text("ann"), text("USD"), int(7)]).expect("put");
    batch.commit().expect("committed");
    let accounts = ledger.row_count(ACCOUNT).expect("count");

    // Of another shape, and before all others: it is made anew, and what is not rebuilt keeps its rows.
    let mut second = with(&[]);
    second.insert(0, sales(ColumnKind::Text));
    let mut batch = ledger.begin().expect("a batch");
    batch.put_row(ids[4], &[text("bob"), int(1)]).expect("put, with a statement that is kept");
    let ids = batch.replace_tables(&second).expect("replaced");
    let inside = batch.ledger();
    assert_eq!(inside.row_count(ids[0]).expect("count"), 0);
    assert_eq!(inside.row_count(ids[1]).expect("count"), accounts);
    batch.put_row(ids[0], &[text("ann"), text("many")]).expect("put");
    drop(batch);
    assert_eq!(ledger.attached(), first, "a dropped batch has replaced nothing");
    assert_eq!(ledger.row(TableId(4), &[text("ann")]).expect("read"), Some(vec![text("ann"), int(2)]));
    assert_eq!(ledger.row_count(TableId(4)).expect("count"), 1);

    let mut batch = ledger.begin().expect("a batch");
    batch.replace_tables(&first).expect("the same again");
    assert_eq!(batch.ledger().row_count(TableId(4)).expect("count"), 0, "made anew, as its rows follow from others");
    batch.replace_tables(&tables()).expect("without it");
    batch.commit().expect("committed");
    ledger.expect_schema(&tables()).expect("it is gone, with its index and view");
}

#[test]
fn tables_that_are_not_rebuilt_stay() {
    let place = made();
    let mut ledger = place.open();
    ledger.expect_schema(&tables()).expect("as made");
    let rows = ledger.row_count(ACCOUNT).expect("count");
    let fewer = tables().split_off(1);
    let mut other = tables();
    other[0].columns[2].nullable = true;
    let mut turned = tables();
    turned[0].rebuilt = true;
    for (specs, expected) in [
        (fewer, "which does not belong there"),
        (other, "table `wallet_Account` expected as"),
        (turned, "found table `wallet_Account`, which does not belong there"),
    ] {
        let mut batch = ledger.begin().expect("a batch");
        let error = batch.replace_tables(&specs).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
        drop(batch);
        assert_eq!((ledger.attached(), ledger.row_count(ACCOUNT).expect("count")), (tables(), rows));
    }
    // What nobody has attached is not known to be rebuilt.
    drop(ledger);
    let mut ledger = place.open();
    let error = ledger.begin().expect("a batch").replace_tables(&with(&[])[1..]).expect_err("nothing is attached");
    assert!(error.to_string().contains("which does not belong there"), "{error}");
}

#[test]
fn odd_names_are_only_names() {
    let odd = ["select", "a\"b", "x; DROP TABLE lwas_log; --", "'", "ÄÖ", "rowid", "a b", "[c]", "`d`", "%"];
    let columns: Vec<_> = odd.iter().map(|name| column(name, ColumnKind::Any, true)).collect();
    let mut specs: Vec<TableSpec> = odd
        .iter()
        .map(|name| TableSpec {
            name: (*name).into(),
            columns: columns.clone(),
            key: 0,
            indexes: vec![vec![0, 1], vec![2]],
            view: None,
            rebuilt: false,
        })
        .collect();
    for spec in specs.iter_mut().step_by(2) {
        spec.key = 1;
        spec.columns[0].nullable = false;
    }
    let place = Place::new();
    let mut ledger = place.create();
    let mut batch = ledger.begin().expect("a batch");
    let ids = batch.ensure_tables(&specs).expect("made");
    let row: Vec<_> = odd.iter().map(|name| text(name)).collect();
    for id in &ids {
        batch.put_row(*id, &row).expect("put");
        batch.put_row(*id, &row).expect("put again");
    }
    batch.commit().expect("committed");
    drop(ledger);
    let mut ledger = place.open();
    for (id, spec) in ledger.expect_schema(&specs).expect("as made").into_iter().zip(&specs) {
        assert_eq!(ledger.row(id, &row[..spec.key]).expect("read").as_ref(), Some(&row), "{}", spec.name);
        assert_eq!(ledger.rows_by_index(id, 1, &row[2..3]).expect("read").len(), 1);
        assert_eq!(ledger.row_count(id).expect("count"), 1);
    }
}

#[test]
fn impossible_tables_are_refused() {
    let with = |change: &dyn Fn(&mut TableSpec)| {
        let mut spec = account();
        change(&mut spec);
        spec
    };
    let cases = [
        (with(&|spec| spec.name = "lwas_log".into()), "names that begin with `lwas_` or `sqlite_` are taken"),
        (with(&|spec| spec.name = "LWAS_x".into()), "names that begin with `lwas_` or `sqlite_` are taken"),
        (with(&|spec| spec.name = String::new()), "expected names of 1 to 512 bytes without NUL"),
        (with(&|spec| spec.columns[1].name = "a\0b".into()), "expected names of 1 to 512 bytes without NUL"),
        (with(&|spec| spec.columns.clear()), "expected 1 to 1000 columns, found 0"),
        (with(&|spec| spec.key = 5), "expected a key of at most 4 columns, found 5"),
        (with(&|spec| spec.key = 2), "key column `owner` may not hold nothing"),
        (with(&|spec| spec.columns[1].name = "ID".into()), "two columns are named `ID` (case does not count)"),
        (with(&|spec| spec.indexes.push(vec![4])), "an index names no column, or one that is not there"),
        (with(&|spec| spec.indexes.push(vec![])), "an index names no column, or one that is not there"),
        (with(&|spec| spec.indexes.push(vec![1])), "has a name that is taken"),
        (with(&|spec| spec.view = Some("SELECT FROM".into())), "syntax error"),
        (with(&|spec| spec.view = Some("SELECT 1; DROP TABLE lwas_log".into())), ""),
        (
            with(&|spec| {
                for (column, name) in spec.columns.iter_mut().zip(["rowid", "_ROWID_", "oid"]) {
                    column.name = name.into();
                }
            }),
            "one of the columns `rowid`, `_rowid_` and `oid` must have another name",
        ),
    ];
    let mut ledger = Ledger::in_memory(&genesis()).expect("in memory");
    for (spec, expected) in cases {
        let mut batch = ledger.begin().expect("a batch");
        let error = batch.ensure_tables(&[spec]).expect_err(expected);
        assert!(matches!(error, LedgerError::Spec { .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let twice = [account(), TableSpec { name: "WALLET_account".into(), ..account() }];
    let error = ledger.begin().expect("a batch").ensure_tables(&twice).expect_err("two tables of one name");
    assert!(error.to_string().contains("has a name that is taken (case does not count)"), "{error}");
    let mut batch = ledger.begin().expect("a batch");
    batch.ensure_tables(&[account()]).expect("all is as before");
}

#[test]
fn others_can_read_the_view_beside_a_table() {
    let place = made();
    let conn = rusqlite::Connection::open(place.path()).expect("the file");
    let balance: String = conn
        .query_row("SELECT balance FROM wallet_Account_view WHERE id = 's-3'", [], |row| row.get(0))
        .expect("the view");
    assert_eq!(balance, "0.03");
}

#[test]
fn the_spec_has_the_statements_that_are_made() {
    let spec = include_str!("../../../../spec/ledger-format.md");
    let place = Place::new();
    place.create();
    let conn = rusqlite::Connection::open(place.path()).expect("the file");
    let mut statement = conn.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").expect("the schema");
    let made: Vec<String> =
        statement.query_map([], |row| row.get(0)).expect("rows").map(|sql| sql.expect("text")).collect();
    assert_eq!(made.len(), 3);
    for sql in made {
        assert!(spec.contains(&format!("{sql}\n")), "the spec should have this line:\n{sql}");
    }
}
