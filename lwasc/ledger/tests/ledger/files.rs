//! Files: who may open what, what is no ledger, and whatever a damaged file does, it is an error and no panic.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use lwas_ledger::{Head, Ledger, LedgerError, Mode};

use crate::support::*;

fn open_error(path: &Path) -> LedgerError {
    let reader = Ledger::open(path, Mode::ReadOnly).expect_err("no ledger to read");
    let writer = Ledger::open(path, Mode::ReadWrite).expect_err("no ledger to write");
    assert_eq!(reader.to_string(), writer.to_string());
    writer
}

#[test]
fn files_are_their_owners_business() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    let mut names = Vec::new();
    for file in fs::read_dir(place.folder()).expect("the folder") {
        let file = file.expect("a file");
        let mode = file.metadata().expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.file_name());
        names.push(file.file_name().into_string().expect("a name"));
    }
    names.sort();
    let name = "test.lwas-ledger";
    assert_eq!(names, [name.to_owned(), format!("{name}-shm"), format!("{name}-wal"), format!("{name}.lock")]);
}

#[test]
fn a_ledger_is_created_once() {
    let place = Place::new();
    drop(place.create());
    let before = fs::read(place.path()).expect("the file");
    let error = Ledger::create(&place.path(), &genesis()).expect_err("it is there");
    assert!(matches!(error, LedgerError::Exists { .. }), "{error}");
    assert_eq!(fs::read(place.path()).expect("the file"), before);
}

#[test]
fn what_a_killed_creation_left_is_no_ledger_and_no_hindrance() {
    let place = Place::new();
    let unfinished = place.folder().join("test.lwas-ledger.lwas-unfinished");
    fs::write(&unfinished, b"half").expect("written");
    fs::write(place.folder().join("test.lwas-ledger.lwas-unfinished-journal"), b"half").expect("written");
    assert!(matches!(open_error(&place.path()), LedgerError::NotFound { .. }));
    place.create();
    assert!(!unfinished.exists());
}

#[test]
fn side_files_of_a_ledger_that_is_gone_are_not_replayed() {
    for suffix in ["-wal", "-journal", "-shm"] {
        let place = Place::new();
        fs::write(place.folder().join(format!("test.lwas-ledger{suffix}")), b"old").expect("written");
        let error = Ledger::create(&place.path(), &genesis()).expect_err(suffix);
        assert!(
            matches!(&error, LedgerError::LeftOver { path } if path.to_string_lossy().ends_with(suffix)),
            "{error}"
        );
    }
}

#[test]
fn one_writer_at_a_time_whatever_it_calls_the_file() {
    let place = Place::new();
    let ledger = place.create();
    let link = place.folder().join("link");
    std::os::unix::fs::symlink(place.path(), &link).expect("a symlink");
    for path in [place.path(), link.clone(), place.folder().join(".").join("test.lwas-ledger")] {
        let error = Ledger::open(&path, Mode::ReadWrite).expect_err("a second writer");
        let LedgerError::InUse { process, .. } = error else { panic!("{error}") };
        assert_eq!(process, Some(std::process::id()));
        Ledger::open(&path, Mode::ReadOnly).expect("a reader may");
    }
    drop(ledger);
    Ledger::open(&link, Mode::ReadWrite).expect("the first is gone");
}

#[test]
fn a_second_name_of_the_file_is_refused() {
    let place = Place::new();
    drop(place.create());
    fs::hard_link(place.path(), place.folder().join("other")).expect("a hard link");
    assert!(matches!(open_error(&place.path()), LedgerError::HardLinked { links: 2, .. }));
}

#[test]
fn what_is_no_ledger_is_told_apart() {
    let place = Place::new();
    let path = place.path();
    assert!(matches!(open_error(&path), LedgerError::NotFound { .. }));
    assert!(!place.folder().join("test.lwas-ledger.lock").exists(), "asking leaves no trace");
    assert!(open_error(place.folder()).to_string().ends_with("found a folder"));
    fs::write(&path, b"").expect("written");
    assert!(open_error(&path).to_string().ends_with("found an empty file"));
    for content in [b"hello".to_vec(), vec![0; 5_000], b"SQLite format 3\0".to_vec()] {
        fs::write(&path, &content).expect("written");
        let error = open_error(&path);
        assert!(matches!(error, LedgerError::NotALedger { .. }), "{error}");
        assert_eq!(fs::read(&path).expect("the file"), content, "what is no ledger is not touched");
    }
    fs::remove_file(&path).expect("removed");
    place.tamper("CREATE TABLE t(x)");
    let before = fs::read(&path).expect("the file");
    assert!(open_error(&path).to_string().ends_with("found an SQLite database of another kind (application id 0)"));
    assert_eq!(fs::read(&path).expect("the file"), before, "what is no ledger is not touched");
}

#[test]
fn a_newer_format_is_told_apart() {
    let place = Place::new();
    drop(place.create());
    place.tamper("PRAGMA user_version=2");
    let error = open_error(&place.path());
    assert!(matches!(error, LedgerError::Newer { found: 2, supported: 1, .. }), "{error}");
    assert!(error.to_string().ends_with("has format 2, expected at most 1; use a newer `lwasc`"), "{error}");
    place.tamper("PRAGMA user_version=-1");
    assert!(matches!(open_error(&place.path()), LedgerError::Damaged { .. }));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let place = Place::new();
    let error = Ledger::create(&place.folder().join("no/such/ledger"), &genesis()).expect_err("no folder");
    assert!(error.to_string().contains("can't find the folder") && error.to_string().contains("no/such"), "{error}");
    let error = Ledger::create(Path::new("/"), &genesis()).expect_err("no name");
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error}");
}

/// Permissions mean nothing to root, for whom less can be tried.
#[test]
fn what_can_not_be_written_is_said() {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    drop(ledger);
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o400)).expect("mode");
    fs::set_permissions(place.folder(), fs::Permissions::from_mode(0o500)).expect("mode");
    if fs::File::create(place.folder().join("probe")).is_ok() {
        // Root can't make a file in `/proc` either.
        fs::set_permissions(place.folder(), fs::Permissions::from_mode(0o700)).expect("mode");
        let error = Ledger::create(Path::new("/proc/self/x"), &genesis()).expect_err("no place for files");
        assert!(error.to_string().contains("/proc/"), "{error}");
        return;
    }
    let writer = Ledger::open(&place.path(), Mode::ReadWrite);
    let reader = Ledger::open(&place.path(), Mode::ReadOnly);
    let creator = Ledger::create(&place.folder().join("new"), &genesis());
    fs::set_permissions(place.folder(), fs::Permissions::from_mode(0o700)).expect("mode");
    assert!(matches!(writer, Err(LedgerError::ReadOnly { .. })), "{writer:?}");
    assert!(matches!(creator, Err(LedgerError::ReadOnly { .. })), "{creator:?}");
    assert!(matches!(reader, Err(LedgerError::CantOpen { .. })), "{reader:?}");
    let writer = Ledger::open(&place.path(), Mode::ReadWrite);
    assert!(matches!(writer, Err(LedgerError::ReadOnly { .. })), "{writer:?}");
    Ledger::open(&place.path(), Mode::ReadOnly).expect("a reader needs a folder it can write and no more");
}

/// Everything an audit would read, without a panic; the head when all of it was well.
fn read_all(path: &Path) -> Option<Head> {
    let mut ledger = Ledger::open(path, Mode::ReadOnly).ok()?;
    let mut well = ledger.expect_schema(&tables()).is_ok();
    let head = ledger.verify_chain(|_, _| {}).ok();
    for table in [ACCOUNT, POSTING, TOTALS, RATE] {
        well &= ledger.all_rows(table, |_| ControlFlow::Continue(())).is_ok();
        well &= ledger.row_count(table).is_ok();
    }
    well &= ledger.rows_by_index(ACCOUNT, 0, &[text("ann")]).is_ok();
    well &= ledger.find_key("Sale", b"s-3").is_ok();
    well &= ledger.all_keys(|_, _, _| ControlFlow::Continue(())).is_ok();
    well &= ledger.artifact(artifact()).is_ok() && ledger.artifacts().is_ok();
    well &= ledger.check_pages().is_ok();
    head.filter(|_| well)
}

/// A ledger's file, and its head.
fn bytes_of_a_ledger() -> (Vec<u8>, Head) {
    let place = Place::new();
    let mut ledger = place.create();
    attach(&mut ledger);
    sell(&mut ledger, 40);
    drop(ledger);
    let head = read_all(&place.path()).expect("all is well");
    (fs::read(place.path()).expect("the file"), head)
}

#[test]
fn a_truncated_file_is_an_error_at_any_length() {
    let (bytes, _) = bytes_of_a_ledger();
    let place = Place::new();
    let page_ends = (0..bytes.len()).step_by(4096);
    let odd = (0..bytes.len()).step_by(617);
    for length in (0..130).chain(page_ends).chain(odd).chain([bytes.len() - 1]) {
        fs::write(place.path(), &bytes[..length]).expect("written");
        assert_eq!(read_all(&place.path()), None, "{length} of {} bytes", bytes.len());
        if let Ok(ledger) = Ledger::open(&place.path(), Mode::ReadWrite) {
            panic!("{length} of {} bytes were opened for writing: {ledger:?}", bytes.len());
        }
    }
}

#[test]
fn damage_anywhere_is_no_panic() {
    let (bytes, head) = bytes_of_a_ledger();
    let place = Place::new();
    let (mut tried, mut found) = (0, 0);
    let mut place_in_file = 0usize;
    while place_in_file < bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place_in_file] ^= 0x55;
        fs::write(place.path(), &damaged).expect("written");
        tried += 1;
        match read_all(&place.path()) {
            Some(read) => assert_eq!(read, head, "byte {place_in_file}"),
            None => found += 1,
        }
        // Densely through headers of pages, where SQLite's structure is, and in strides through the rest.
        place_in_file += if place_in_file % 4096 < 120 { 3 } else { 61 };
    }
    // What is not found lies in free space, in row tables (which replay compares) or in counters of the header.
    assert!(tried > 500 && found > 100, "found {found} of {tried}");
}
