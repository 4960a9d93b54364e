//! Answers that are too long: a query's is refused, pages of the log are cut, and an event that was applied is told as applied.

use super::shop::{Shop, sale};
use serde::Deserialize;

/// The most bytes of an answer here.
const MOST: usize = 10_000;

/// What this looks at of an entry.
#[derive(Deserialize)]
struct Entry {
    seq: u64,
}

/// One after the other, at one server.
pub fn check() -> Result<(), String> {
    let mut shop = Shop::open(&format!("[serve.limits]\nanswer_bytes = {MOST}\n"))?;
    // The notes of three are within the limit, those of four are not.
    let note = "x".repeat(3_000);
    for id in ["1", "2", "3"] {
        shop.connect()?.post("/events/Sell", "", &sale(id, &note))?.has(201)?;
    }
    shop.get("/queries/notes")?.has(200)?;
    let applied = shop.connect()?.post("/sales", "", &sale("4", &note))?.has(201)?;
    if !applied.body.contains("\"status\":\"applied\"") {
        return Err(format!("expected what became of the event, found {applied:?}"));
    }
    shop.get("/queries/notes")?.refused(422, "E0719")?;
    // A single entry is told whole.
    shop.connect()?.post("/events/Sell", "", &sale("5", &"x".repeat(2 * MOST)))?.has(201)?;
    shop.connect()?.post("/events/Sell", "", &sale("6", ""))?.has(201)?;
    pages(&shop)?;
    shop.has_sold("6.00")
}

/// Goes through the log until a page is empty: each entry is there once, and no page of several is too long.
fn pages(shop: &Shop) -> Result<(), String> {
    let (mut seen, mut page_count) = (vec![], 0);
    loop {
        let after = seen.last().map_or(String::new(), |seq: &u64| format!("?after={seq}"));
        let text = shop.get(&format!("/entries{after}"))?.has(200)?.body;
        let page: Vec<Entry> = serde_json::from_str(&text).map_err(|why| format!("{why}: {text}"))?;
        if page.is_empty() {
            break;
        }
        if page.len() > 1 && text.len() > MOST + 100 {
            return Err(format!("a page of {} entries has {} bytes", page.len(), text.len()));
        }
        page_count += 1;
        seen.extend(page.iter().map(|entry| entry.seq));
    }
    let first = seen.first().copied().unwrap_or_default();
    let is_whole = seen.iter().zip(first..).all(|(seq, expected)| *seq == expected);
    if is_whole && seen.len() >= 6 && page_count >= 4 {
        return Ok(());
    }
    Err(format!("expected each entry once on four pages or more, found {seen:?} on {page_count}"))
}
