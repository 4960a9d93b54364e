//! One event after another: applied, rejected, seen before, out of time.

use lwas_ledger::{Cell, Kind};
use lwas_runtime::{Engine, Incoming, NativeCode, NativeFailure, Outcome, RuntimeError};

use crate::bank::*;

#[test]
fn an_event_is_applied_and_read_back() {
    let mut bank = runtime();
    let outcomes = bank.apply_batch(&[open_account("a"), transfer("m1", "a", 1250)], 5_000_000).unwrap();
    // Entry 0 is the genesis, entry 1 the program.
    assert_eq!(outcomes, [Outcome::Applied { seq: 2 }, Outcome::Applied { seq: 3 }]);
    let text = |text: &str| Cell::Text(text.into());
    let tables = tables(&bank);
    assert_eq!(tables[1], [[text("a"), text("ann"), Cell::Int(1250), Cell::Null]]);
    assert_eq!(tables[2], [[Cell::Int(1), Cell::Int(1250)]]);
    assert_eq!(tables[3], [[Cell::Int(1), Cell::Int(5_000_000), text("a"), Cell::Int(1250)]]);
    assert_eq!(tables[5], [[text("a"), Cell::Int(1250)]]);
}

#[test]
fn a_rejected_event_changes_nothing_and_is_kept_in_the_log() {
    let mut bank = runtime();
    bank.apply_batch(&[open_account("a"), transfer("m1", "a", 100)], 0).unwrap();
    let before = tables(&bank);
    let [outcome] = bank.apply_batch(&[transfer("m2", "b", 5)], 0).unwrap().try_into().unwrap();
    let rejected = rejection(outcome);
    assert_eq!((rejected.code.as_str(), rejected.message.as_str()), ("E0605", "the row is not there"));
    let at = rejected.at.unwrap();
    assert_eq!((at.to_string().as_str(), at.source_line.len()), ("bank.lwas:3:5", 54));
    assert_eq!(tables(&bank), before);
    let last = bank.store().ledger().entry(bank.head().seq).unwrap().unwrap();
    assert_eq!((last.kind, last.event_type.as_str()), (Kind::Rejected, "Move"));
    // One without a key is never asked for again.
    bank.apply_batch(&[incoming(CLOSE, &[text("b")])], 0).unwrap();
    assert_eq!(bank.head().seq, last.seq);
}

#[test]
fn a_rejection_in_a_batch_undoes_that_event_alone() {
    let mut bank = runtime();
    let events = [open_account("a"), transfer("m1", "a", 100), transfer("m2", "a", -101), transfer("m3", "a", -100)];
    let outcomes = bank.apply_batch(&events, 0).unwrap();
    assert_eq!(outcomes.iter().map(Outcome::is_applied).collect::<Vec<_>>(), [true, true, false, true]);
    let tables = tables(&bank);
    assert_eq!(tables[3].len(), 2, "the journal has no gap and no stray row");
    assert_eq!(tables[3][1][0], Cell::Int(2));
    assert!(tables[5].is_empty(), "a sum of zero has no row");
}

#[test]
fn the_same_event_again_is_a_duplicate() {
    let mut bank = runtime();
    let twice = [open_account("a"), open_account("a")];
    let outcomes = bank.apply_batch(&twice, 0).unwrap();
    assert_eq!(outcomes, [Outcome::Applied { seq: 2 }, Outcome::Duplicate { seq: 2 }], "in one batch");
    assert_eq!(bank.apply_batch(&twice, 9).unwrap(), [Outcome::Duplicate { seq: 2 }, Outcome::Duplicate { seq: 2 }]);
    assert_eq!(bank.head().seq, 2);
}

#[test]
fn the_same_key_with_other_data_is_a_conflict_once_applied() {
    let mut bank = runtime();
    bank.apply_batch(&[open_account("a"), transfer("m", "a", 100)], 0).unwrap();
    let head = bank.head();
    let [outcome] = bank.apply_batch(&[transfer("m", "a", 200)], 0).unwrap().try_into().unwrap();
    let rejected = rejection(outcome);
    assert_eq!(rejected.code, lwas_runtime::judge::CONFLICT);
    assert_eq!(rejected.message, "`m` was applied before with other data, as entry 3");
    assert_eq!(bank.head(), head, "a conflict is not recorded");
}

#[test]
fn a_rejected_key_gets_the_first_answer_for_each_content_and_is_judged_afresh_for_another() {
    let mut bank = runtime();
    let first = bank.apply_batch(&[transfer("m", "a", 1)], 0).unwrap();
    let other = bank.apply_batch(&[transfer("m", "b", 1)], 0).unwrap();
    assert_eq!(bank.head().seq, 3);
    bank.apply_batch(&[open_account("a")], 0).unwrap();
    assert_eq!(bank.apply_batch(&[transfer("m", "a", 1)], 0).unwrap(), first, "though it would go well now");
    assert_eq!(bank.apply_batch(&[transfer("m", "b", 1)], 0).unwrap(), other);
    assert_eq!(bank.apply_batch(&[transfer("m", "a", 2)], 0).unwrap(), [Outcome::Applied { seq: 5 }]);
    let [conflict] = bank.apply_batch(&[transfer("m", "a", 1)], 0).unwrap().try_into().unwrap();
    assert_eq!(rejection(conflict).code, lwas_runtime::judge::CONFLICT);
}

#[test]
fn a_type_without_key_is_known_by_the_envelope() {
    let mut bank = runtime();
    let block = |id: Option<&str>, source: Option<&str>| Incoming {
        id: id.map(Into::into),
        source: source.map(Into::into),
        ..incoming(BLOCK, &[text("bob"), lwas_ir::Value::Int(0)])
    };
    let events = [
        block(Some("1"), None),
        block(Some("1"), None),
        block(Some("1"), Some("s")),
        block(None, None),
        block(None, None),
    ];
    let outcomes = bank.apply_batch(&events, 0).unwrap();
    let applied = |seq| Outcome::Applied { seq };
    assert_eq!(outcomes, [applied(2), Outcome::Duplicate { seq: 2 }, applied(3), applied(4), applied(5)]);
}

#[test]
fn time_never_goes_back() {
    let mut bank = runtime();
    let at = |time, event: Incoming| Incoming { time: Some(time), ..event };
    let events = [at(1_000_000, open_account("a")), at(999_999, open_account("b")), at(1_000_000, open_account("c"))];
    let outcomes = bank.apply_batch(&events, 0).unwrap();
    let early = rejection(outcomes[1].clone());
    assert_eq!(early.code, lwas_runtime::judge::TIME_WENT_BACK);
    assert!(early.message.contains("1970-01-01T00:00:01Z"), "{}", early.message);
    assert!(outcomes[2].is_applied());
    // The runner's clock may be behind; the entry is not.
    bank.apply_batch(&[open_account("d")], 5).unwrap();
    assert_eq!(bank.head().time, 1_000_000);
    bank.apply_batch(&[open_account("b")], 2_000_000).unwrap();
    assert_eq!(bank.head().time, 2_000_000, "the early one was not judged, so its key is free");
}

#[test]
fn a_transaction_is_applied_whole_or_not_at_all() {
    let mut bank = runtime();
    let good = [open_account("a"), transfer("m1", "a", 5)];
    assert_eq!(bank.apply_transaction(&good, 0).unwrap().unwrap().len(), 2);
    let (head, before) = (bank.head(), tables(&bank));
    let bad = [transfer("m2", "a", 5), transfer("m3", "a", -11)];
    let (place, why) = bank.apply_transaction(&bad, 0).unwrap().unwrap_err();
    assert_eq!((place, why.axiom.as_deref()), (1, Some("no_overdraft")));
    assert_eq!((bank.head(), tables(&bank)), (head, before));
    assert_eq!(bank.apply_batch(&[transfer("m2", "a", 5)], 0).unwrap(), [Outcome::Applied { seq: 4 }]);
}

/// Native code that rejects everything, which no interpreter would.
struct Contrary;

impl NativeCode for Contrary {
    fn call(
        &mut self,
        _: &lwas_ir::Module,
        func: lwas_ir::FuncId,
        _: &[lwas_ir::Slot],
        _: &mut lwas_ir::Memory,
        _: &mut dyn lwas_ir::World,
    ) -> Result<Option<lwas_ir::Slot>, NativeFailure> {
        Err(NativeFailure::Rejected { func, site: 1, spent: None })
    }
}

#[test]
fn engines_that_disagree_stop_the_run_and_lose_nothing() {
    let native = Engine::Native(Box::new(Contrary));
    let mut bank = lwas_runtime::attach::attach_memory(program(&module(true), "bank"), native, &how()).unwrap();
    let before = tables(&bank);
    let error = bank.judge(&open_account("a"), 0).unwrap_err();
    assert!(matches!(&error, RuntimeError::Disagreement { event, .. } if event == "Open"), "{error}");
    bank.commit().unwrap();
    assert_eq!((bank.head().seq, tables(&bank)), (1, before));
    // Where both reject at the same place, the interpreter says why.
    let missing = bank.judge(&transfer("m", "x", 1), 0).unwrap();
    assert_eq!(rejection(missing).message, "the row is not there");
}

#[test]
fn outcomes_have_the_json_of_the_contract() {
    let applied = Outcome::Applied { seq: 7 }.to_json(Some(1), Some("Sale"), Some("s1"), None);
    assert_eq!(applied, r#"{"line":1,"type":"Sale","id":"s1","status":"applied","seq":7}"#);
    let mut bank = runtime();
    bank.apply_batch(&[open_account("a")], 0).unwrap();
    let outcome = bank.judge(&transfer("m", "a", -320), 0).unwrap();
    assert_eq!(
        outcome.to_json(Some(42), Some("Move"), Some("m"), None),
        r#"{"line":42,"type":"Move","id":"m","status":"rejected","error":{"code":"E0604","message":"axiom `no_overdraft` does not hold for Account[\"a\"], where `m no` is -3.20","axiom":"no_overdraft","at":"bank.lwas:3:5"}}"#
    );
    let traces = rejection(outcome).traces;
    assert_eq!(traces.iter().map(|trace| trace.value.as_str()).collect::<Vec<_>>(), ["-3.20"]);
}

#[test]
fn a_decoder_knows_the_defaults_and_a_line_becomes_an_entry() {
    let mut module = module(true);
    let mut b = lwas_ir::FunctionBuilder::new("default", PLACE, &[], Some(lwas_ir::Kind::I128));
    let one = b.wide(150);
    b.ret(Some(one));
    let default = module.functions.push(b.finish());
    let moved = module.events[lwas_ir::EventId::from_u32(MOVE)].record;
    module.records[moved].fields[2].default = Some(default);
    let program = program(&module, "bank");
    let decoder = lwas_runtime::decoding::decoder(&program);
    let mut bank = lwas_runtime::attach::attach_memory(program, Engine::Interpreter, &how()).unwrap();
    let lines = [
        r#"{"type":"Open","data":{"id":"a","owner":"ann"}}"#,
        r#"{"type":"Move","time":"1970-01-01T00:00:09Z","data":{"id":"m","account":"a"}}"#,
    ];
    let events: Vec<Incoming> = lines.iter().map(|line| decoder.decode_line(line.as_bytes()).unwrap().into()).collect();
    bank.apply_batch(&events, 0).unwrap();
    assert_eq!(tables(&bank)[3], [[Cell::Int(1), Cell::Int(9_000_000), Cell::Text("a".into()), Cell::Int(150)]]);
}
