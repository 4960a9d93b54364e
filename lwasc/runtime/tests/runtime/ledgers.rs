//! Programs and ledgers: new ones, old ones, ones that do not fit.

use std::path::Path;

use lwas_ir::{Field, Module, StateId};
use lwas_runtime::attach::{Attach, Opened, attach};
use lwas_runtime::{Engine, Outcome, Runtime, RuntimeError, StoreError};
use lwas_seal::{Hash, Signer};

use crate::bank::*;

fn at(path: &Path, module: &Module, artifact: &str) -> Result<Runtime, RuntimeError> {
    attach(path, program(module, artifact), Engine::Interpreter, &how())
}

#[test]
fn work_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.ledger");
    let mut bank = at(&path, &module(true), "bank").unwrap();
    bank.apply_batch(&[open_account("a"), transfer("m1", "a", 100)], 0).unwrap();
    let (head, before) = (bank.head(), tables(&bank));
    // What was judged and not committed is gone.
    bank.judge(&transfer("m2", "a", 7), 0).unwrap();
    drop(bank);
    let mut bank = at(&path, &module(true), "bank").unwrap();
    assert_eq!((bank.head(), tables(&bank)), (head, before));
    let outcomes = bank.apply_batch(&[transfer("m1", "a", 100), transfer("m3", "a", 1)], 0).unwrap();
    assert_eq!(outcomes, [Outcome::Duplicate { seq: 3 }, Outcome::Applied { seq: 4 }]);
    assert_eq!(tables(&bank)[3].len(), 2);
}

#[test]
fn another_artifact_of_the_same_schemas_gets_an_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.ledger");
    let mut bank = at(&path, &module(true), "bank").unwrap();
    bank.apply_batch(&[open_account("a")], 0).unwrap();
    drop(bank);
    let mut bank = at(&path, &module(false), "bank without laws").unwrap();
    assert_eq!(bank.head().seq, 3);
    assert_eq!(bank.apply_batch(&[transfer("m", "a", -5)], 0).unwrap(), [Outcome::Applied { seq: 4 }]);
    drop(bank);
    let bank = at(&path, &module(false), "bank without laws").unwrap();
    assert_eq!(bank.head().seq, 4, "the same artifact again is nothing new");
}

#[test]
fn changed_schemas_and_other_programs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.ledger");
    at(&path, &module(true), "bank").unwrap();
    let mut changed = module(true);
    let owner = &mut changed.states[StateId::from_u32(OWNER)];
    let ty = owner.fields[1].ty;
    owner.fields.push(Field { name: "since".into(), ty, default: None });
    owner.stored += 1;
    match at(&path, &changed, "changed") {
        Err(RuntimeError::SchemaChanged { differences }) => assert_eq!(
            differences,
            [
                "- state bank.Owner[name: Text] { blocked: Int }",
                "+ state bank.Owner[name: Text] { blocked: Int, since: Int }"
            ]
        ),
        other => panic!("expected a refusal, found {other:?}"),
    }
    let other = Module { name: "shop".into(), ..module(true) };
    let refused = at(&path, &other, "shop").unwrap_err();
    assert!(matches!(refused, RuntimeError::OtherProgram { .. }), "{refused}");
    at(&path, &module(true), "bank").unwrap();
}

#[test]
fn a_signer_that_the_ledger_does_not_allow_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.ledger");
    let (ours, theirs) = (Signer::generate().unwrap().public_key(), Signer::generate().unwrap().public_key());
    let allowed = [ours];
    let by = |signer| Attach { signer, allowed: &allowed, ..how() };
    let program = program(&module(true), "bank");
    attach(&path, program.clone(), Engine::Interpreter, &by(Some(ours))).unwrap();
    for signer in [Some(theirs), None] {
        let refused = attach(&path, program.clone(), Engine::Interpreter, &by(signer)).unwrap_err();
        assert!(matches!(refused, RuntimeError::SignerNotAllowed { .. }), "{refused}");
    }
    let nobody = folder.path().join("nobody.ledger");
    let refused = attach(&nobody, program, Engine::Interpreter, &Attach { allowed: &[], ..how() }).unwrap_err();
    assert!(matches!(refused, RuntimeError::SignerNotAllowed { .. }), "{refused}");
}

#[test]
fn an_old_artifact_that_cannot_be_opened_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.ledger");
    drop(at(&path, &module(true), "bank").unwrap());
    let nothing = |_: Hash, _: &[u8]| -> Result<Opened, String> { Err("nobody opens this".into()) };
    let by = Attach { open: &nothing, ..how() };
    let refused = attach(&path, program(&module(false), "other"), Engine::Interpreter, &by).unwrap_err();
    assert!(matches!(&refused, RuntimeError::Artifact { reason, .. } if reason == "nobody opens this"), "{refused}");
}

#[test]
fn a_full_disk_tells_nobody_applied() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.ledger");
    let program = program(&module(true), "bank");
    drop(attach(&path, program.clone(), Engine::Interpreter, &how()).unwrap());
    let mut ledger = lwas_ledger::Ledger::open(&path, lwas_ledger::Mode::ReadWrite).unwrap();
    ledger.limit_size(1).unwrap();
    let mut bank = lwas_runtime::attach::attach_ledger(ledger, program.clone(), Engine::Interpreter, &how()).unwrap();
    let head = bank.head();
    let events: Vec<_> = (0..2000).map(|n| open_account(&format!("account {n}"))).collect();
    let error = bank.apply_batch(&events, 0).unwrap_err();
    assert!(error.to_string().contains("no room left"), "{error}");
    assert!(matches!(bank.commit(), Err(RuntimeError::Store(StoreError::Broken))), "nothing goes on after it");
    drop(bank);
    let mut bank = attach(&path, program, Engine::Interpreter, &how()).unwrap();
    assert_eq!(bank.head(), head);
    assert_eq!(bank.apply_batch(&events[..1], 0).unwrap(), [Outcome::Applied { seq: 2 }]);
}
