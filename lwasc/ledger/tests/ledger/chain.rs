//! The hash chain: vectors that stand in `spec/ledger-format.md`, and a change of any column of any entry is found.

use std::fmt::Write as _;

use lwas_ledger::{ChainError, Genesis, Kind, Ledger, LedgerId, Mode, NewEntry, chain_hash};
use lwas_seal::{Hash, Signer};

use crate::support::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string");
        text
    })
}

/// What is hashed, joined by hand from the spec's words and not by the code under test.
fn preimage(id: LedgerId, seq: u64, entry: &NewEntry<'_>, prev: Hash) -> Vec<u8> {
    let mut bytes = b"lwas-entry-v1".to_vec();
    bytes.extend(id.0);
    bytes.extend(seq.to_le_bytes());
    bytes.push(entry.kind as u8);
    bytes.extend(entry.time.to_le_bytes());
    bytes.extend((entry.event_type.len() as u32).to_le_bytes());
    bytes.extend(entry.event_type.bytes());
    bytes.extend(entry.artifact.0);
    bytes.extend(Hash::of(entry.body).0);
    bytes.extend(prev.0);
    bytes
}

/// The vectors as they stand in the spec.
fn vectors() -> String {
    let id = LedgerId(std::array::from_fn(|i| i as u8));
    let signers = [[1; 32], [2; 32]].map(|seed| Signer::from_seed(&seed).public_key()).to_vec();
    let genesis = Genesis { id, signers, time: 0 }.encode().expect("two signers");
    let artifact = Hash::of(b"artifact");
    let new = |kind, time, event_type, artifact, body| NewEntry { kind, time, event_type, artifact, body };
    let entries = [
        new(Kind::Genesis, 0, "", Hash::ZERO, genesis.as_slice()),
        new(Kind::Program, 1, "", artifact, b""),
        new(Kind::Applied, 1_769_309_568_340_000, "Sale", artifact, b"\x01\x02\x03"),
        new(Kind::Rejected, 1_769_309_568_340_000, "ledger.Überweisung", artifact, b"why"),
        new(Kind::Migrate, i64::MAX, "", artifact, b"\0"),
    ];
    let mut text = String::new();
    let mut prev = Hash::ZERO;
    for (seq, entry) in (0u64..).zip(entries) {
        let bytes = preimage(id, seq, &entry, prev);
        assert_eq!(Hash::of(&bytes), chain_hash(id, seq, &entry, prev), "entry {seq}");
        prev = Hash::of(&bytes);
        writeln!(text, "entry {seq} {}", entry.kind).expect("a string");
        let body = if entry.body.is_empty() { "(empty)".into() } else { hex(entry.body) };
        writeln!(text, "  body   {body}").expect("a string");
        writeln!(text, "  hashed {}", hex(&bytes)).expect("a string");
        writeln!(text, "  hash   {prev}").expect("a string");
    }
    text
}

#[test]
fn the_vectors_of_the_spec_hold() {
    let spec = include_str!("../../../../spec/ledger-format.md");
    let block = format!("```text\n{}```\n", vectors());
    assert!(spec.contains(&block), "the spec should have this block of vectors:\n{block}");
}

#[test]
fn a_log_is_read_back_as_it_was_written() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    sell(&mut ledger, 4);
    let head = ledger.head().expect("head");
    assert_eq!(head.seq, 5);
    drop(ledger);
    let mut ledger = place.open();
    assert_eq!(ledger.head().expect("head"), head);
    assert_eq!(ledger.genesis(), &genesis());
    let entries: Vec<_> = ledger.entries(0).expect("log").map(|entry| entry.expect("an entry")).collect();
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    assert_eq!(entries[0].kind, Kind::Genesis);
    assert_eq!(entries[1].kind, Kind::Program);
    assert_eq!((entries[5].event_type.as_str(), entries[5].body.as_slice()), ("Sale", b"s-5".as_slice()));
    assert_eq!((entries[5].artifact, entries[5].hash, entries[5].time), (artifact(), head.hash, head.time));
    assert_eq!(ledger.entry(5).expect("read").as_ref(), entries.last());
    assert_eq!(ledger.entry(6).expect("read"), None);
    assert_eq!(ledger.entry(u64::MAX).expect("read"), None);
    assert_eq!(ledger.entries(4).expect("log").count(), 2);
    assert_eq!(ledger.entries(u64::MAX).expect("log").count(), 0);
    let mut told = Vec::new();
    assert_eq!(ledger.verify_chain(|done, of| told.push((done, of))).expect("whole"), head);
    assert_eq!(told, [(6, 6)]);
    ledger.check_pages().expect("whole");
}

#[test]
fn the_same_entries_in_memory_have_the_same_hashes() {
    let place = Place::new();
    let mut original = place.create();
    attach(&mut original);
    sell(&mut original, 3);
    let mut replay = Ledger::in_memory(original.genesis()).expect("in memory");
    attach(&mut replay);
    sell(&mut replay, 3);
    assert_eq!(replay.head().expect("head"), original.head().expect("head"));
    let other = Genesis { id: LedgerId([8; 16]), ..genesis() };
    let mut elsewhere = Ledger::in_memory(&other).expect("in memory");
    attach(&mut elsewhere);
    sell(&mut elsewhere, 3);
    assert_ne!(elsewhere.head().expect("head").hash, original.head().expect("head").hash, "the id is hashed too");
}

/// Opens and verifies as an audit does; returns what is wrong.
fn audit(place: &Place) -> Option<String> {
    let mut ledger = match Ledger::open(&place.path(), Mode::ReadOnly) {
        Ok(ledger) => ledger,
        Err(error) => return Some(error.to_string()),
    };
    ledger.verify_chain(|_, _| {}).err().map(|error| error.to_string())
}

#[test]
fn a_change_of_any_column_is_found() {
    let columns = [
        "kind = 2",
        "kind = 0",
        "kind = 77",
        "time = time + 1",
        "time = -1",
        "type = 'Sold'",
        "type = CAST(x'ff' AS TEXT)",
        "artifact = NULL",
        "artifact = 99",
        "hash = zeroblob(32)",
        "hash = x'00'",
        "body = x''",
        "body = CAST(body || x'00' AS BLOB)",
        "body = CAST('s' AS BLOB)",
        "seq = 1000",
        "seq = -5",
    ];
    for seq in 0..=4 {
        for change in columns {
            let place = Place::new();
            let mut ledger = place.create();
            attach(&mut ledger);
            sell(&mut ledger, 3);
            drop(ledger);
            assert_eq!(audit(&place), None);
            place.tamper("CREATE TABLE t(x); DROP TABLE t");
            assert_eq!(audit(&place), None, "a commit that changes nothing is nothing");
            let before = log_text(&place);
            place.tamper(&format!("UPDATE lwas_log SET {change} WHERE seq = {seq}"));
            if log_text(&place) == before {
                continue;
            }
            assert!(audit(&place).is_some(), "{change} of entry {seq} was not found");
        }
    }
}

/// The whole log as SQL would print it.
fn log_text(place: &Place) -> String {
    let conn = rusqlite::Connection::open(place.path()).expect("the file");
    let sql = "SELECT group_concat(concat_ws(',', seq, kind, time, hex(type), quote(artifact), hex(hash), hex(body)), ';') \
               FROM lwas_log";
    conn.query_row(sql, [], |row| row.get(0)).expect("the log")
}

#[test]
fn entries_can_not_be_dropped_swapped_or_added() {
    let cases = [
        ("DELETE FROM lwas_log WHERE seq = 3", "the hash chain breaks at entry 3: entry 3 is missing"),
        ("DELETE FROM lwas_log WHERE seq = 0", "damaged: entry 0 is missing"),
        ("DELETE FROM lwas_log", "damaged: entry 0 is missing"),
        (
            "UPDATE lwas_log SET seq = 900 WHERE seq = 2; UPDATE lwas_log SET seq = 2 WHERE seq = 3; \
             UPDATE lwas_log SET seq = 3 WHERE seq = 900",
            "the hash chain breaks at entry 2: expected hash",
        ),
        (
            "INSERT INTO lwas_log SELECT seq + 1, kind, time, type, artifact, hash, body FROM lwas_log WHERE seq = 5",
            "damaged: the last entry, 6, has hash",
        ),
        ("UPDATE lwas_artifacts SET hash = zeroblob(32)", "damaged: the last entry, 5, has hash"),
        ("DELETE FROM lwas_artifacts", "damaged: entry 5 holds an artifact that is not stored"),
    ];
    for (sql, expected) in cases {
        let place = Place::new();
        let mut ledger = place.create();
        attach(&mut ledger);
        sell(&mut ledger, 4);
        drop(ledger);
        place.tamper(sql);
        let found = audit(&place).unwrap_or_else(|| panic!("{sql}: nothing was found"));
        assert!(found.contains(expected), "{sql}: {found}");
    }
}

/// Cutting the end off leaves a chain that holds: only a head that is kept elsewhere, or the writer, can tell.
#[test]
fn a_shorter_log_has_another_head() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    sell(&mut ledger, 4);
    let head = ledger.head().expect("head");
    place.tamper("DELETE FROM lwas_log WHERE seq = 5");
    let error = ledger.verify_chain(|_, _| {}).expect_err("this writer knows better");
    assert!(matches!(error, ChainError::Broken { seq: 4, .. }), "{error}");
    drop(ledger);
    assert_ne!(place.open().verify_chain(|_, _| {}).expect("a chain"), head);
}

#[test]
fn a_row_hidden_from_an_index_is_found() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    sell(&mut ledger, 4);
    ledger.check_pages().expect("whole");
    drop(ledger);
    // The index's statement now names another column than the one its entries were made from.
    place.tamper(
        "PRAGMA writable_schema=ON; \
         UPDATE sqlite_schema SET sql = replace(sql, '(\"owner\")', '(\"currency\")') WHERE name = 'wallet_Account.owner'; \
         PRAGMA writable_schema=OFF",
    );
    let mut ledger = place.open();
    assert!(ledger.check_pages().is_err());
    assert!(ledger.expect_schema(&tables()).is_err());
}

#[test]
fn a_genesis_has_one_encoding() {
    let key = |seed: u8| Signer::from_seed(&[seed; 32]).public_key();
    let of = |signers| Genesis { id: LedgerId([7; 16]), signers, time: 0 }.encode().expect("few signers");
    assert_eq!(of(vec![key(1), key(2), key(1)]), of(vec![key(2), key(1)]));
    let many = (0..=256u16).map(|i| {
        let mut seed = [0; 32];
        seed[..2].copy_from_slice(&i.to_le_bytes());
        Signer::from_seed(&seed).public_key()
    });
    let many = Genesis { id: LedgerId([7; 16]), signers: many.collect(), time: 0 };
    assert_eq!(
        many.encode().expect_err("257 signers").to_string(),
        "the list of signers has 8224 bytes, expected at most 8192"
    );
    assert!(Ledger::in_memory(&many).is_err());
}

#[test]
fn a_genesis_that_is_none_is_refused() {
    for body in
        ["x''", "body || x'00'", "substr(body, 1, 20)", "zeroblob(length(body))", "replace(hex(body), '0', 'F')"]
    {
        let place = Place::new();
        place.create();
        place.tamper(&format!("UPDATE lwas_log SET body = CAST({body} AS BLOB) WHERE seq = 0"));
        let error = Ledger::open(&place.path(), Mode::ReadWrite).expect_err(body);
        assert!(matches!(error, lwas_ledger::LedgerError::Damaged { .. }), "{body}: {error}");
    }
}
