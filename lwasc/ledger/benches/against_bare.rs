//! Events per second into a ledger, against a bare rusqlite loop that writes the same tables, indexes and bytes.
//!
//! `cargo bench -p lwas-ledger` prints a line for each batch size: both speeds and the ratio. An event is a log entry
//! of 120 bytes, its key, two postings in a journal with an index, and two accounts of 100,000. The bare loop has its
//! statements prepared before it starts and hashes nothing; it writes random bytes where the ledger writes its hash.
//! At the end, rows are read by key, against a statement that is prepared once. Both sides take turns, so that a busy machine slows both; time is wall time, commits included.

use std::path::Path;
use std::time::{Duration, Instant};

use lwas_ledger::{Cell, ColumnKind, ColumnSpec, Genesis, Kind, Ledger, LedgerId, NewEntry, TableId, TableSpec};
use lwas_seal::Hash;
use rusqlite::{Connection, params};

const ACCOUNTS: u64 = 100_000;
const ROUNDS: usize = 5;
const ARTIFACT: Hash = Hash([9; 32]);

fn main() {
    for (batch, batches) in [(1, 1_000), (100, 100), (10_000, 5)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut ledger = new_ledger(&folder.path().join("ledger"));
        let bare = new_bare(&folder.path().join("bare"));
        let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
        let mut first = 2;
        for _ in 0..ROUNDS {
            theirs += timed(|| write_bare(&bare, first, batch, batches));
            ours += timed(|| write_ledger(&mut ledger, first, batch, batches));
            first += batch * batches;
        }
        let events = (first - 2) as f64;
        let (ours, theirs) = (events / ours.as_secs_f64(), events / theirs.as_secs_f64());
        println!(
            "write, batch {batch:>6}: ledger {ours:>9.0} events/s, bare {theirs:>9.0} events/s, {:.2} of bare",
            ours / theirs
        );
        if batch == 10_000 {
            read(&ledger, &bare);
        }
    }
}

/// Reads rows by key on both sides.
fn read(ledger: &Ledger, bare: &Connection) {
    const READS: u64 = 100_000;
    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    let mut statement = bare.prepare("SELECT id, balance FROM account WHERE id = ?1").expect("a statement");
    for _ in 0..ROUNDS {
        theirs += timed(|| {
            for [id, _] in (0..READS).map(accounts) {
                let mut rows = statement.query([id]).expect("a query");
                let row = rows.next().expect("read").map(|row| (row.get::<_, String>(0), row.get::<_, i64>(1)));
                std::hint::black_box(row);
            }
        });
        ours += timed(|| {
            for [id, _] in (0..READS).map(accounts) {
                std::hint::black_box(ledger.row(TableId(1), &[Cell::Text(id)]).expect("read"));
            }
        });
    }
    let reads = (READS * ROUNDS as u64) as f64;
    let (ours, theirs) = (reads / ours.as_secs_f64(), reads / theirs.as_secs_f64());
    println!("read by key: ledger {ours:>9.0} rows/s, bare {theirs:>9.0} rows/s, {:.2} of bare", ours / theirs);
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The two accounts of event `seq`: spread over all of them, the same on both sides.
fn accounts(seq: u64) -> [String; 2] {
    [1, 2].map(|leg| format!("account-{:06}", (seq * 2 + leg).wrapping_mul(0x9E37_79B9_7F4A_7C15) % ACCOUNTS))
}

fn new_ledger(path: &Path) -> Ledger {
    let column = |name: &str, kind| ColumnSpec { name: name.into(), kind, nullable: false };
    let posting = TableSpec {
        name: "w_Posting".into(),
        columns: vec![
            column("seq", ColumnKind::Integer),
            column("time", ColumnKind::Integer),
            column("account", ColumnKind::Text),
            column("amount", ColumnKind::Any),
        ],
        key: 1,
        indexes: vec![vec![2]],
        view: None,
        rebuilt: false,
    };
    let account = TableSpec {
        name: "w_Account".into(),
        columns: vec![column("id", ColumnKind::Text), column("balance", ColumnKind::Any)],
        key: 1,
        indexes: vec![],
        view: None,
        rebuilt: false,
    };
    let genesis = Genesis { id: LedgerId([1; 16]), signers: vec![], time: 0 };
    let mut ledger = Ledger::create(path, &genesis).expect("a new ledger");
    let mut batch = ledger.begin().expect("a batch");
    batch.store_artifact(ARTIFACT, b"artifact").expect("stored");
    batch.ensure_tables(&[posting, account]).expect("made");
    let program = NewEntry { kind: Kind::Program, time: 0, event_type: "", artifact: ARTIFACT, body: b"" };
    batch.append(program).expect("appended");
    batch.commit().expect("committed");
    ledger
}

fn write_ledger(ledger: &mut Ledger, first: u64, size: u64, batches: u64) {
    let body = [7; 120];
    for from in (0..batches).map(|number| first + number * size) {
        let mut batch = ledger.begin().expect("a batch");
        for seq in from..from + size {
            let entry =
                NewEntry { kind: Kind::Applied, time: seq as i64, event_type: "Sale", artifact: ARTIFACT, body: &body };
            batch.append(entry).expect("appended");
            batch.record_key("Sale", format!("sale-{seq}").as_bytes(), seq).expect("noted");
            for (leg, account) in (0..).zip(accounts(seq)) {
                let account = Cell::Text(account);
                let number = Cell::Int((seq * 2 + leg) as i64);
                let row = [number, Cell::Int(seq as i64), account.clone(), Cell::Int(100)];
                batch.insert_row(TableId(0), &row).expect("inserted");
                batch.put_row(TableId(1), &[account, Cell::Int(seq as i64)]).expect("put");
            }
        }
        batch.commit().expect("committed");
    }
}

fn new_bare(path: &Path) -> Connection {
    let conn = Connection::open(path).expect("a new database");
    conn.execute_batch(
        "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;
         PRAGMA wal_autocheckpoint=10000;
         CREATE TABLE log(seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, time INTEGER NOT NULL, type TEXT NOT NULL,
           artifact INTEGER, hash BLOB NOT NULL, body BLOB NOT NULL) STRICT;
         CREATE TABLE keys(type TEXT NOT NULL, key BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(type, key))
           STRICT, WITHOUT ROWID;
         CREATE TABLE posting(seq INTEGER NOT NULL, time INTEGER NOT NULL, account TEXT NOT NULL, amount ANY NOT NULL,
           PRIMARY KEY(seq)) STRICT;
         CREATE INDEX posting_account ON posting(account);
         CREATE TABLE account(id TEXT NOT NULL, balance ANY NOT NULL, PRIMARY KEY(id)) STRICT;",
    )
    .expect("the tables");
    conn
}

fn write_bare(conn: &Connection, first: u64, size: u64, batches: u64) {
    let prepare = |sql| conn.prepare(sql).expect("a statement");
    let mut begin = prepare("BEGIN IMMEDIATE");
    let mut log =
        prepare("INSERT INTO log(seq, kind, time, type, artifact, hash, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    let mut key = prepare(
        "INSERT INTO keys(type, key, seq) VALUES(?1, ?2, ?3) ON CONFLICT(type, key) DO UPDATE SET seq = excluded.seq",
    );
    let mut posting = prepare("INSERT INTO posting(seq, time, account, amount) VALUES(?1, ?2, ?3, ?4)");
    let mut account = prepare(
        "INSERT INTO account(id, balance) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET balance = excluded.balance",
    );
    let mut commit = prepare("COMMIT");
    let (body, hash) = ([7u8; 120], [3u8; 32]);
    for from in (0..batches).map(|number| first + number * size) {
        begin.execute([]).expect("begun");
        for seq in from..from + size {
            let time = seq as i64;
            log.execute(params![time, 1, time, "Sale", 1, &hash[..], &body[..]]).expect("appended");
            key.execute(params!["Sale", format!("sale-{seq}").as_bytes(), time]).expect("noted");
            for (leg, id) in (0i64..).zip(accounts(seq)) {
                posting.execute(params![time * 2 + leg, time, id, 100]).expect("inserted");
                account.execute(params![id, time]).expect("put");
            }
        }
        commit.execute([]).expect("committed");
    }
}
