//! What the tests share: a small ledger, its tables, and a way to do to its file what a stranger would.

use std::path::{Path, PathBuf};

use lwas_ledger::{Cell, ColumnKind, ColumnSpec, Genesis, Kind, Ledger, LedgerId, NewEntry, TableId, TableSpec};
use lwas_seal::{Hash, Signer};

pub fn genesis() -> Genesis {
    Genesis { id: LedgerId([7; 16]), signers: vec![Signer::from_seed(&[1; 32]).public_key()], time: 1_000 }
}

/// A ledger in a folder of its own, which is gone when this is dropped.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("test.lwas-ledger")
    }

    pub fn create(&self) -> Ledger {
        Ledger::create(&self.path(), &genesis()).expect("a new ledger")
    }

    pub fn open(&self) -> Ledger {
        Ledger::open(&self.path(), lwas_ledger::Mode::ReadWrite).expect("the ledger")
    }

    /// Runs SQL on the file as somebody else would, with another SQLite connection and no scruples.
    pub fn tamper(&self, sql: &str) {
        let conn = rusqlite::Connection::open(self.path()).expect("the file");
        conn.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

pub const ARTIFACT: &[u8] = b"artifact";

pub fn artifact() -> Hash {
    Hash::of(ARTIFACT)
}

pub fn applied<'a>(time: i64, body: &'a [u8]) -> NewEntry<'a> {
    NewEntry { kind: Kind::Applied, time, event_type: "Sale", artifact: artifact(), body }
}

pub fn column(name: &str, kind: ColumnKind, nullable: bool) -> ColumnSpec {
    ColumnSpec { name: name.into(), kind, nullable }
}

/// `wallet_Account[id]`, with an index by owner, and by owner and currency.
pub fn account() -> TableSpec {
    TableSpec {
        name: "wallet_Account".into(),
        columns: vec![
            column("id", ColumnKind::Text, false),
            column("owner", ColumnKind::Text, true),
            column("currency", ColumnKind::Text, false),
            column("balance", ColumnKind::Any, false),
        ],
        key: 1,
        indexes: vec![vec![1], vec![1, 2]],
        view: Some("SELECT id, printf('%.2f', balance / 100.0) AS balance FROM wallet_Account".into()),
        rebuilt: false,
    }
}

/// `wallet_Posting`, a journal with an index by account.
pub fn posting() -> TableSpec {
    TableSpec {
        name: "wallet_Posting".into(),
        columns: vec![
            column("seq", ColumnKind::Integer, false),
            column("time", ColumnKind::Integer, false),
            column("account", ColumnKind::Text, false),
            column("amount", ColumnKind::Any, false),
        ],
        key: 1,
        indexes: vec![vec![2]],
        view: None,
        rebuilt: false,
    }
}

/// `wallet_Totals`, one row.
pub fn totals() -> TableSpec {
    TableSpec {
        name: "wallet_Totals".into(),
        columns: vec![column("sales", ColumnKind::Integer, false), column("note", ColumnKind::Text, true)],
        key: 0,
        indexes: vec![],
        view: None,
        rebuilt: false,
    }
}

/// `fx_Rate[from, to]`.
pub fn rate() -> TableSpec {
    TableSpec {
        name: "fx_Rate".into(),
        columns: vec![
            column("from", ColumnKind::Text, false),
            column("to", ColumnKind::Text, false),
            column("rate", ColumnKind::Any, false),
        ],
        key: 2,
        indexes: vec![],
        view: None,
        rebuilt: false,
    }
}

pub fn tables() -> Vec<TableSpec> {
    vec![account(), posting(), totals(), rate()]
}

pub const ACCOUNT: TableId = TableId(0);
pub const POSTING: TableId = TableId(1);
pub const TOTALS: TableId = TableId(2);
pub const RATE: TableId = TableId(3);

/// Stores the artifact, makes the tables and writes the program's entry.
pub fn attach(ledger: &mut Ledger) {
    let mut batch = ledger.begin().expect("a batch");
    batch.store_artifact(artifact(), ARTIFACT).expect("stored");
    batch.ensure_tables(&tables()).expect("made");
    let program = NewEntry { kind: Kind::Program, time: 1_000, event_type: "", artifact: artifact(), body: b"program" };
    batch.append(program).expect("appended");
    batch.commit().expect("committed");
}

pub fn int(number: i64) -> Cell {
    Cell::Int(number)
}

pub fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

/// Appends `count` sales, one batch each, with a key and a row.
pub fn sell(ledger: &mut Ledger, count: u64) {
    for _ in 0..count {
        let mut batch = ledger.begin().expect("a batch");
        let next = batch.head().seq + 1;
        let key = format!("s-{next}");
        let time = batch.head().time + 1;
        let head = batch.append(applied(time, key.as_bytes())).expect("appended");
        assert_eq!(head.seq, next);
        batch.record_key("Sale", key.as_bytes(), next).expect("noted");
        let amount = i64::try_from(next).expect("small");
        batch.put_row(ACCOUNT, &[text(&key), text("ann"), text("USD"), int(amount)]).expect("put");
        batch.commit().expect("committed");
    }
}
