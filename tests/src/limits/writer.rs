//! Where nothing can be judged just now: too many events wait, or the ledger or the access log can't be written. Clients are told so, nothing
//! of their events is kept, and the server goes on by itself when the reason is gone.

use super::http::{Answer, TIME_LIMIT};
use super::shop::{Shop, eventually, sale};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// How many clients post at the same time.
const CLIENTS: u32 = 16;

/// How many events each client has applied at least.
const EACH: u32 = 5;

/// One event may wait while another is judged, and clients are many.
pub fn is_full() -> Result<(), String> {
    let mut shop = Shop::open("[serve.limits]\nwaiting = 1\n")?;
    let (next, put_off, begun) = (AtomicU32::new(0), AtomicU32::new(0), Instant::now());
    let client = || {
        let mut connection = shop.connect()?;
        let mut applied = 0;
        while applied < EACH || put_off.load(Ordering::Relaxed) == 0 {
            if begun.elapsed() > TIME_LIMIT {
                return Err("nobody was put off".to_owned());
            }
            let body = sale(&next.fetch_add(1, Ordering::Relaxed).to_string(), "");
            loop {
                let answer = connection.post("/events/Sell", "", &body)?;
                if answer.status == 201 {
                    break;
                }
                answer.put_off(429, "E0705")?;
                put_off.fetch_add(1, Ordering::Relaxed);
            }
            applied += 1;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients.into_iter().try_for_each(|client| client.join().map_err(|_| "a client has panicked".to_owned())?)
    })?;
    shop.has_sold(&format!("{}.00", next.into_inner()))
}

/// The ledger can't grow, as on a full disk.
pub fn has_no_room() -> Result<(), String> {
    let mut shop = Shop::open("")?;
    shop.sell("1")?.has(201)?;
    shop.limit_files("8192")?;
    shop.sell("2")?.put_off(503, "E0706")?;
    shop.sell("3")?.put_off(503, "E0706")?;
    shop.get("/queries/sold")?.has(200)?;
    shop.limit_files("unlimited")?;
    shop.sell("2")?.has(201)?;
    shop.has_sold("2.00")
}

/// The ledger is not where it was, or an older copy is there.
pub fn ledger_is_moved() -> Result<(), String> {
    let mut shop = Shop::open("")?;
    shop.sell("1")?.has(201)?;
    let files = ["shop.ledger", "shop.ledger-wal", "shop.ledger-shm"].map(|name| shop.file(name));
    let (file, wal) = (&files[0], &files[1]);
    let io = |error: std::io::Error| format!("the ledger's files: {error}");
    shop.restart(|| {
        [file, wal].into_iter().try_for_each(|file| fs::copy(file, named(file, "older")).map(drop)).map_err(io)
    })?;
    shop.sell("2")?.has(201)?;
    files.iter().try_for_each(|file| fs::rename(file, named(file, "away"))).map_err(io)?;
    shop.sell("3")?.put_off(503, "E0706")?;
    shop.get("/health/ready")?.has(503)?;
    [file, wal].into_iter().try_for_each(|file| fs::rename(named(file, "older"), file)).map_err(io)?;
    shop.sell("3")?.put_off(503, "E0706")?;
    eventually("the server to say why", || Ok(shop.said().contains("older copy")))?;
    files.iter().try_for_each(|file| fs::rename(named(file, "away"), file)).map_err(io)?;
    shop.sell("3")?.has(201)?;
    shop.get("/health/ready")?.has(200)?;
    shop.has_sold("3.00")
}

/// The path of a file with another word behind its name.
fn named(file: &Path, word: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(word);
    name.into()
}

/// Another program changes the ledger's file.
pub fn somebody_else_writes() -> Result<(), String> {
    let mut shop = Shop::open("")?;
    shop.sell("1")?.has(201)?;
    let file = shop.file("shop.ledger");
    let execute = |sql: &str| {
        let done = rusqlite::Connection::open(&file).and_then(|other| other.execute_batch(sql));
        done.map_err(|why| format!("{sql}: {why}"))
    };
    execute("CREATE TABLE notes(text)")?;
    shop.sell("2")?.put_off(503, "E0706")?;
    shop.sell("2")?.put_off(503, "E0706")?;
    execute("DROP TABLE notes")?;
    shop.sell("2")?.has(201)?;
    shop.has_sold("2.00")
}

/// The access log can't grow. What was judged before that was known is noted when it can.
pub fn access_log_has_no_room() -> Result<(), String> {
    const LONG: u64 = 1 << 20;
    let mut shop = Shop::prepared("[serve]\naccess_log = \"access.log\"\n", |work| {
        let file = fs::File::create(work.join("access.log")).and_then(|file| file.set_len(LONG));
        file.map_err(|why| format!("access.log: {why}"))
    })?;
    shop.limit_files(&LONG.to_string())?;
    shop.sell("1")?.has(201)?;
    let refused = |answer: Answer| answer.put_off(503, "E0716").map(drop);
    refused(shop.sell("2")?)?;
    refused(shop.sell("2")?)?;
    shop.get("/queries/sold")?.has(200)?;
    shop.limit_files("unlimited")?;
    shop.sell("2")?.has(201)?;
    let log = fs::read(shop.file("access.log")).map_err(|why| format!("access.log: {why}"))?;
    let noted = String::from_utf8_lossy(&log[LONG as usize..]).into_owned();
    let lines: Vec<_> = noted.lines().filter(|line| line.contains("\"status\":201")).collect();
    if lines.len() != 2 || noted.lines().count() != 2 {
        return Err(format!("expected two lines, found:\n{noted}"));
    }
    shop.has_sold("2.00")
}
