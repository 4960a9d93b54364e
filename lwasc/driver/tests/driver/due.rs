//! More rules that are due than may run before one event: those that ran stay, the event can be sent again, and is judged once
//! they are through. A rule that makes itself due again for ever keeps nobody waiting.

use lwas_driver::compile;
use lwas_ir::{EventId, Value};
use lwas_runtime::attach::{Attach, attach_memory};
use lwas_runtime::{Bounds, Engine, Incoming, Outcome, Program, Runtime};
use lwas_seal::Hash;
use std::sync::Arc;

/// `Add` makes so many tasks, due at once; one of a number below zero makes the next one, for ever.
const TASKS: &str = r#"//! Tasks.

state Task[id: Int] { due_at: Time index, is_done: Bool = false }
event Add { many: Int }
event Look { id: Int key }

rule add on Add as e {
  if e.many < 0 { create Task[-1] { due_at: now } }
  for id in range(1, e.many) { create Task[id] { due_at: now } }
}
rule finish due Task.due_at as t {
  Task[t.id].is_done = true
  if t.id < 0 { create Task[t.id - 1] { due_at: now } }
}
rule look on Look { }
"#;

/// How many rules may be due before one event here.
const MOST: u64 = 10;

fn runtime() -> Runtime {
    let folder = tempfile::tempdir().expect("there is a folder for what passes");
    let file = folder.path().join("tasks.lwas");
    std::fs::write(&file, TASKS).expect("the folder can be written to");
    let compiled = compile(&file, lwas_std::MODULES, false).expect("the program can be opened");
    let module = compiled.module.expect("the program is right");
    let program = Program::new(&module, Hash::of(b"tasks"), b"tasks".to_vec()).expect("its state fits tables");
    let open = |_: Hash, _: &[u8]| Err("a ledger in memory has one artifact".to_owned());
    let how = Attach { signer: None, allowed: &[], start: Some(0), open: &open, bounds: Bounds::default() };
    let mut runtime = attach_memory(Arc::new(program), Engine::Interpreter, &how).expect("a ledger in memory");
    runtime.bound_due(MOST);
    runtime
}

fn send(runtime: &mut Runtime, event: &str, number: i64, clock: i64) -> Outcome {
    let mut events = runtime.program().module.events.iter();
    let id: EventId = events.find(|(_, known)| known.name == event).expect("it is declared").0;
    let incoming = Incoming::bare(id, Value::Record([Value::Int(number)].into()));
    runtime.judge(&incoming, clock).expect("the ledger in memory works")
}

fn is_too_many(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Rejected(why) if why.code == "E0633" && why.message.contains("more than 10 rules are due"))
}

#[test]
fn exactly_as_many_as_may_run() {
    let mut runtime = runtime();
    assert!(matches!(send(&mut runtime, "Add", 10, 1), Outcome::Applied { .. }));
    let look = send(&mut runtime, "Look", 1, 2);
    assert!(matches!(look, Outcome::Applied { .. }), "{look:?}");
}

#[test]
fn the_event_can_be_sent_again_until_it_is_its_turn() {
    let mut runtime = runtime();
    send(&mut runtime, "Add", 25, 1);
    for _ in 0..2 {
        let before = runtime.next_seq();
        let look = send(&mut runtime, "Look", 1, 2);
        assert!(is_too_many(&look), "{look:?}");
        assert_eq!(runtime.next_seq(), before + MOST, "those that ran are in the log, the event is not");
    }
    let look = send(&mut runtime, "Look", 1, 2);
    assert!(matches!(look, Outcome::Applied { .. }), "five were left: {look:?}");
    assert!(matches!(send(&mut runtime, "Look", 1, 3), Outcome::Duplicate { .. }), "it was judged once");
}

#[test]
fn a_rule_that_is_due_again_for_ever_keeps_nobody_waiting() {
    let mut runtime = runtime();
    send(&mut runtime, "Add", -1, 1);
    for clock in 2..6 {
        let look = send(&mut runtime, "Look", clock, clock);
        assert!(is_too_many(&look), "{look:?}");
        runtime.tick(clock).expect("a tick ends too");
    }
}
