//! What was told to others is kept beside the log, and changes nothing of it.

use lwas_ledger::{Delivered, Ledger, Mode};

use crate::support::*;

#[test]
fn what_was_delivered_is_kept_and_the_log_is_as_it_was() {
    let place = Place::new();
    let mut ledger = place.create();
    let head = ledger.head().unwrap();
    assert_eq!(ledger.delivered("pager").unwrap(), None);
    let note = |ledger: &mut Ledger, target: &str, up_to, beyond: &[i64]| {
        let mut batch = ledger.begin().unwrap();
        batch.note_delivered(target, &Delivered { up_to, beyond: beyond.to_vec() }).unwrap();
        batch.commit().unwrap();
    };
    note(&mut ledger, "pager", 3, &[5, 7]);
    note(&mut ledger, "chat", 0, &[]);
    note(&mut ledger, "pager", 5, &[7]);
    drop(ledger);
    let mut ledger = Ledger::open(&place.path(), Mode::ReadOnly).unwrap();
    assert_eq!(ledger.delivered("pager").unwrap(), Some(Delivered { up_to: 5, beyond: vec![7] }));
    assert_eq!(ledger.delivered("chat").unwrap(), Some(Delivered::default()));
    assert_eq!(ledger.delivered("mail").unwrap(), None);
    assert_eq!(ledger.verify_chain(|_, _| ()).unwrap(), head);
    ledger.expect_schema(&[]).unwrap();
}
