//! The minimal server: axum in front of one thread that writes with rusqlite. What waits is written in one transaction of the database
//! and answered after its commit, as `lwasc serve` does; statements are prepared once, and nothing else is done. `GET /equity` is a
//! handler that answers at once.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tokio::sync::oneshot;

/// What makes this benchmark be the server.
pub const FLAG: &str = "--peer";

/// The most transactions of one commit, and that may wait.
const MOST_IN_BATCH: usize = 1_000;
const WAITING: usize = 10_000;

/// The server as a process of its own, which ends with this value.
pub struct Process {
    child: Child,
    pub port: String,
}

impl Process {
    /// Starts it over a new database.
    pub fn start(file: &Path) -> Process {
        let own = std::env::current_exe().expect("the benchmark knows its own path");
        let mut child =
            Command::new(own).arg(FLAG).arg(file).stdout(Stdio::piped()).spawn().expect("the minimal server runs");
        let mut port = String::new();
        let said = child.stdout.take().expect("it was asked for");
        BufReader::new(said).read_line(&mut port).expect("it says its port");
        Process { child, port: port.trim().to_owned() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Deserialize)]
struct Transaction<'a> {
    id: &'a str,
    #[serde(borrow)]
    amount: &'a RawValue,
    currency: &'a str,
    timestamp: &'a str,
    tx_type: &'a str,
    #[serde(borrow)]
    metadata: &'a RawValue,
}

struct Task {
    body: Bytes,
    reply: oneshot::Sender<bool>,
}

/// What handlers share.
#[derive(Clone)]
struct App {
    queue: SyncSender<Task>,
    file: Arc<PathBuf>,
}

/// Is the server, until the process is killed.
pub fn serve(file: &Path) {
    let (queue, tasks) = sync_channel(WAITING);
    let conn = open(file);
    std::thread::spawn(move || write(&conn, &tasks));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("an address").port());
        let app = App { queue, file: Arc::new(file.to_owned()) };
        let router = axum::Router::new()
            .route("/transaction", post(record))
            .route("/equity", get(async || json(StatusCode::OK, "{\"total_equity\":15234.56,\"currency\":\"USD\"}")))
            .route("/sum", get(sum))
            .with_state(app);
        axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), router)
            .await
            .expect("it serves");
    });
}

fn json(status: StatusCode, text: impl IntoResponse) -> impl IntoResponse {
    (status, [(header::CONTENT_TYPE, "application/json")], text)
}

async fn record(State(app): State<App>, body: Bytes) -> impl IntoResponse {
    let (reply, told) = oneshot::channel();
    let waits = app.queue.try_send(Task { body, reply }).is_ok();
    if waits && told.await.unwrap_or(false) {
        json(StatusCode::CREATED, "{\"status\":\"recorded\",\"message\":\"Transaction processed successfully\"}")
    } else {
        json(StatusCode::UNPROCESSABLE_ENTITY, "{\"status\":\"rejected\"}")
    }
}

/// What was posted, for the comparison at the end.
async fn sum(State(app): State<App>) -> impl IntoResponse {
    let sql = "SELECT balance FROM accounts WHERE id = 'cash USD'";
    let cents: i64 = open(&app.file).query_row(sql, [], |row| row.get(0)).expect("an account");
    json(StatusCode::OK, format!("{{\"total_equity\":{}.{:02},\"currency\":\"USD\"}}", cents / 100, cents % 100))
}

fn open(file: &Path) -> Connection {
    let conn = Connection::open(file).expect("a database");
    // As the ledger sets its connections up.
    conn.execute_batch(
        "PRAGMA cell_size_check=ON; PRAGMA cache_size=-65536; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
         PRAGMA wal_autocheckpoint=10000; PRAGMA journal_size_limit=67108864;
         CREATE TABLE IF NOT EXISTS transactions(seq INTEGER PRIMARY KEY, id TEXT UNIQUE, amount INTEGER, currency TEXT, timestamp TEXT,
           tx_type TEXT, metadata TEXT);
         CREATE TABLE IF NOT EXISTS postings(seq INTEGER PRIMARY KEY, entry INTEGER, account TEXT, side INTEGER, amount INTEGER);
         CREATE TABLE IF NOT EXISTS accounts(id TEXT PRIMARY KEY, balance INTEGER) WITHOUT ROWID;",
    )
    .expect("settings and tables");
    conn
}

/// Writes what waits in one transaction of the database, then answers.
fn write(conn: &Connection, tasks: &Receiver<Task>) {
    while let Ok(first) = tasks.recv() {
        let mut batch = vec![first];
        batch.extend(tasks.try_iter().take(MOST_IN_BATCH - 1));
        conn.execute_batch("BEGIN IMMEDIATE").expect("it begins");
        let told: Vec<bool> = batch.iter().map(|task| insert(conn, &task.body).is_some()).collect();
        conn.execute_batch("COMMIT").expect("it is durable");
        for (task, told) in batch.into_iter().zip(told) {
            let _ = task.reply.send(told);
        }
    }
}

/// One transaction with its postings; none where it is refused.
fn insert(conn: &Connection, body: &[u8]) -> Option<()> {
    let tx: Transaction<'_> = serde_json::from_slice(body).ok()?;
    let (whole, part) = tx.amount.get().split_once('.')?;
    let cents = whole.parse::<i64>().ok()? * 100 + part.parse::<i64>().ok().filter(|_| part.len() == 2)?;
    if cents <= 0 {
        return None;
    }
    let sql =
        "INSERT INTO transactions(id, amount, currency, timestamp, tx_type, metadata) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
    let mut transaction = conn.prepare_cached(sql).ok()?;
    let metadata = tx.metadata.get();
    let entry = transaction.insert(params![tx.id, cents, tx.currency, tx.timestamp, tx.tx_type, metadata]).ok()?;
    let sign = if matches!(tx.tx_type, "Payment" | "Royalty") { 1 } else { -1 };
    let legs = [("cash", sign), (tx.tx_type, -sign)];
    for (account, sign) in legs {
        let account = format!("{account} {}", tx.currency);
        let mut posting =
            conn.prepare_cached("INSERT INTO postings(entry, account, side, amount) VALUES(?1, ?2, ?3, ?4)").ok()?;
        posting.execute(params![entry, account, sign, cents]).ok()?;
        let sql = "INSERT INTO accounts(id, balance) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET balance = balance + ?2";
        conn.prepare_cached(sql).ok()?.execute(params![account, sign * cents]).ok()?;
    }
    Some(())
}
