//! Alerts that must be true for a while, held against a model that judges all alerts of all rows after every entry. The runtime asks
//! only alerts whose answer may have changed, and looks for pending ones only once the first of them may be due; what it knows for that
//! must be right after an event that was rejected, a batch that was dropped, a restart and a tick. At the end the log alone gives
//! the same rows.

use crate::chance::Chance;
use lwas_driver::compile;
use lwas_ir::{EventId, Lookup, StateId, Value, World as _};
use lwas_runtime::attach::{Attach, Opened, attach_ledger, attach_memory};
use lwas_runtime::audit::{Audit, audit};
use lwas_runtime::{Bounds, Engine, Incoming, Outcome, Program, Runtime};
use lwas_seal::Hash;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// How many programs the test command runs, and how many steps each takes.
const CASES: u64 = 20;
const STEPS: usize = 150;

/// Alerts of a program.
const ALERTS: usize = 12;

const SECOND: i64 = 1_000_000;

/// What every program has. An event with `fails` is rejected after it has written.
const HEAD: &str = "//! Alerts that must be true for a while.

use std.alert

state Host[name: Text] { load: Float, cpu: Int }
event Report { name: Text, load: Float, cpu: Int, fails: Bool }
event Gone { name: Text }
rule report on Report as r {
  put Host[r.name] { load: r.load, cpu: r.cpu }
  require not r.fails else \"it fails\"
}
rule gone on Gone as g { if Host.has(g.name) { delete Host[g.name] } }
";

/// When an alert is true, and for how many seconds it must be.
#[derive(Clone, Copy, Debug)]
struct Watch {
    load: f64,
    is_above: bool,
    cpu: Option<i64>,
    lasts: i64,
}

impl Watch {
    fn of(chance: &mut Chance) -> Watch {
        let load = *chance.of_all(&[-1.5, 0.0, 0.5, 1.0, 2.5]).expect("there are some");
        let cpu = (chance.below(3) == 0).then(|| number(chance, 3));
        let lasts = *chance.of_all(&[0, 60, 60, 90, 300]).expect("there are some");
        Watch { load, is_above: chance.below(3) > 0, cpu, lasts }
    }

    fn source(&self, number: usize) -> String {
        let op = if self.is_above { ">" } else { "<=" };
        let cpu = self.cpu.map(|cpu| format!(" and h.cpu == {cpu}")).unwrap_or_default();
        let lasts = if self.lasts == 0 { String::new() } else { format!(" for {}s", self.lasts) };
        let when = format!("h.load {op} {:?}{cpu}{lasts}", self.load);
        format!("alert a{number} warning for h in Host {{ when {when} message \"{{h.name}} has {{h.cpu}}\" }}\n")
    }

    fn is_true(&self, host: Host) -> bool {
        (host.load > self.load) == self.is_above && self.cpu.is_none_or(|cpu| host.cpu == cpu)
    }
}

fn number(chance: &mut Chance, below: usize) -> i64 {
    i64::try_from(chance.below(below)).expect("a small number fits")
}

#[derive(Clone, Copy, Debug)]
struct Host {
    load: f64,
    cpu: i64,
}

/// What became of an alert, as a row of `std.alert.Alert` says without its number: when, which, of what, its status, since when, what
/// it says.
type Told = (i64, String, String, i64, i64, String);

/// An alert that is true.
#[derive(Clone, Debug, PartialEq)]
struct Active {
    since: i64,
    /// None once it fires.
    due: Option<i64>,
    message: String,
}

/// What must be there.
#[derive(Clone, Debug, Default)]
struct Model {
    hosts: BTreeMap<String, Host>,
    active: BTreeMap<(String, String), Active>,
    told: Vec<Told>,
}

impl Model {
    /// Judges all alerts of all rows.
    fn judge(&mut self, watches: &[Watch], now: i64) {
        let (mut active, mut told) = (BTreeMap::new(), vec![]);
        for (number, watch) in watches.iter().enumerate() {
            for (name, host) in self.hosts.iter().filter(|(_, host)| watch.is_true(**host)) {
                let key = (format!("a{number}"), format!("Host[\"{name}\"]"));
                let due = now + watch.lasts * SECOND;
                let message = format!("{name} has {}", host.cpu);
                let before = self.active.remove(&key);
                let is_new = before.is_none();
                let mut one = before.unwrap_or_else(|| Active { since: now, due: Some(due), message: message.clone() });
                if let Some(due) = one.due {
                    one.message = message;
                    let is_due = due <= now;
                    if is_new || is_due {
                        let status = i64::from(is_due);
                        told.push((now, key.0.clone(), key.1.clone(), status, one.since, one.message.clone()));
                    }
                    one.due = Some(due).filter(|_| !is_due);
                }
                active.insert(key, one);
            }
        }
        for ((alert, subject), ended) in std::mem::replace(&mut self.active, active) {
            told.push((now, alert, subject, 2, ended.since, ended.message));
        }
        self.told.extend(told);
    }
}

/// A program under way beside its model.
struct Case {
    program: Arc<Program>,
    watches: Vec<Watch>,
    runtime: Option<Runtime>,
    model: Model,
    /// As it was at the last commit.
    committed: Model,
    now: i64,
}

impl Case {
    fn of(chance: &mut Chance) -> Case {
        let watches: Vec<Watch> = (0..ALERTS).map(|_| Watch::of(chance)).collect();
        let mut source = HEAD.to_owned();
        for (number, watch) in watches.iter().enumerate() {
            let _ = write!(source, "\n{}", watch.source(number));
        }
        let folder = tempfile::tempdir().expect("there is a folder for what passes");
        let file = folder.path().join("pending.lwas");
        std::fs::write(&file, &source).expect("the folder can be written to");
        let compiled = compile(&file, lwas_std::MODULES, false).expect("the program can be opened");
        let module = compiled.module.unwrap_or_else(|| panic!("the program is wrong:\n{source}"));
        let program = Program::new(&module, Hash::of(b"pending"), b"pending".to_vec()).expect("its state fits tables");
        let program = Arc::new(program);
        let runtime = attach_memory(Arc::clone(&program), Engine::Interpreter, &how(&|_, _| Err("none".to_owned())));
        let runtime = Some(runtime.expect("a ledger in memory"));
        Case { program, watches, runtime, model: Model::default(), committed: Model::default(), now: 0 }
    }

    fn runtime(&mut self) -> &mut Runtime {
        self.runtime.as_mut().expect("it is only taken to be put back")
    }

    fn event(&self, name: &str, data: &[Value]) -> Incoming {
        let mut events = self.program.module.events.iter();
        let id: EventId = events.find(|(_, known)| known.name == name).expect("it is declared").0;
        Incoming { time: Some(self.now), ..Incoming::bare(id, Value::Record(data.into())) }
    }

    fn report(&self, chance: &mut Chance, fails: bool) -> (Incoming, String, Host) {
        let load = *chance.of_all(&[-2.0, -1.5, 0.0, 0.25, 0.5, 1.0, 2.0, 3.0]).expect("there are some");
        let (name, host) = (name(chance), Host { load, cpu: number(chance, 3) });
        let bits = Value::Int(load.to_bits().cast_signed());
        let data = [Value::Text(name.as_str().into()), bits, Value::Int(host.cpu), Value::bool(fails)];
        (self.event("Report", &data), name, host)
    }

    fn judge(&mut self, event: &Incoming) -> Outcome {
        let now = self.now;
        self.runtime().judge(event, now).expect("the ledger in memory works")
    }

    /// Applies an event or a tick, or does something that must change nothing.
    fn step(&mut self, chance: &mut Chance) {
        self.now += *chance.of_all(&[0, 0, 1, 10, 30, 30, 60, 89, 90, 400]).expect("there are some") * SECOND;
        match chance.below(16) {
            0 | 1 => {
                let gone = name(chance);
                let event = self.event("Gone", &[Value::Text(gone.as_str().into())]);
                assert!(matches!(self.judge(&event), Outcome::Applied { .. }));
                self.model.hosts.remove(&gone);
                self.model.judge(&self.watches, self.now);
            }
            2 => {
                let (event, ..) = self.report(chance, true);
                assert!(matches!(self.judge(&event), Outcome::Rejected(_)));
            }
            3 => {
                let now = self.now;
                self.runtime().tick(now).expect("a tick is judged");
                self.model.judge(&self.watches, self.now);
            }
            4 => self.commit(),
            5 => {
                self.runtime().abandon();
                self.model = self.committed.clone();
            }
            6 => self.transaction(chance),
            7 => self.restart(),
            _ => {
                let (event, name, host) = self.report(chance, false);
                assert!(matches!(self.judge(&event), Outcome::Applied { .. }));
                self.model.hosts.insert(name, host);
                self.model.judge(&self.watches, self.now);
            }
        }
    }

    fn commit(&mut self) {
        self.runtime().commit().expect("a ledger in memory is written to");
        self.committed = self.model.clone();
    }

    /// Two events of which the second is rejected, so that nothing is left of the first.
    fn transaction(&mut self, chance: &mut Chance) {
        let events = [self.report(chance, false).0, self.report(chance, true).0];
        let now = self.now;
        let applied = self.runtime().apply_transaction(&events, now).expect("the ledger in memory works");
        assert_eq!(applied.expect_err("the second is rejected").0, 1);
        self.committed = self.model.clone();
    }

    /// Lets go of all that is in memory.
    fn restart(&mut self) {
        self.commit();
        let runtime = self.runtime.take().expect("it is there between steps");
        let ledger = runtime.into_store().into_ledger().expect("it is its own");
        let how = how(&|_, _| Err("the program has not changed".to_owned()));
        let again = attach_ledger(ledger, Arc::clone(&self.program), Engine::Interpreter, &how);
        self.runtime = Some(again.expect("the same program goes on"));
    }

    /// What the ledger and the open batch hold is what the model holds.
    fn compare(&mut self) -> Result<(), String> {
        let told = self.rows("Alert").iter().map(|row| told(row)).collect::<Option<Vec<Told>>>();
        // In which order the alerts of one entry are told is not what is asked here.
        let mut told = told.ok_or("a row of `Alert` is none")?;
        let mut expected = self.model.told.clone();
        told.sort();
        expected.sort();
        if told != expected {
            return Err(format!("told\n{told:#?}\nexpected\n{expected:#?}"));
        }
        let active = self.rows("Active").iter().map(|row| active(row)).collect::<Option<BTreeMap<_, _>>>();
        let active = active.ok_or("a row of `Active` is none")?;
        if active != self.model.active {
            return Err(format!("active\n{active:#?}\nexpected\n{:#?}", self.model.active));
        }
        Ok(())
    }

    fn rows(&mut self, state: &str) -> Vec<lwas_ir::world::Row> {
        let mut states = self.program.module.states.iter();
        let is_it = |known: &lwas_ir::State| known.module == "std.alert" && known.name == state;
        let id: StateId = states.find(|(_, known)| is_it(known)).expect("the program has alerts").0;
        let (_, store, ..) = self.runtime().parts();
        store.scan(id, &Lookup::ALL, usize::MAX).expect("the rows can be read")
    }
}

fn how<'a>(open: lwas_runtime::attach::OpenArtifact<'a>) -> Attach<'a> {
    Attach { signer: None, allowed: &[], start: Some(0), open, bounds: Bounds::default() }
}

fn name(chance: &mut Chance) -> String {
    (*chance.of_all(&["h1", "h2", "h3", "h4", "h5"]).expect("there are some")).to_owned()
}

fn text(value: &Value) -> Option<String> {
    if let Value::Text(text) = value { Some(text.to_string()) } else { None }
}

fn told(row: &[Value]) -> Option<Told> {
    let [_, Value::Int(time), alert, subject, _, Value::Int(status), Value::Int(since), message] = row else {
        return None;
    };
    Some((*time, text(alert)?, text(subject)?, *status, *since, text(message)?))
}

fn active(row: &[Value]) -> Option<((String, String), Active)> {
    let [alert, subject, _, Value::Int(since), due, _, message] = row else { return None };
    let due = match due {
        Value::Some(due) => match due.as_ref() {
            Value::Int(due) => Some(*due),
            _ => return None,
        },
        _ => None,
    };
    Some(((text(alert)?, text(subject)?), Active { since: *since, due, message: text(message)? }))
}

#[test]
fn alerts_stand_as_if_all_were_judged_after_every_entry() {
    let (mut fired, mut pending) = (0, 0);
    for number in 0..CASES {
        let mut chance = Chance::of(number);
        let mut case = Case::of(&mut chance);
        for step in 0..STEPS {
            case.step(&mut chance);
            case.compare().unwrap_or_else(|why| panic!("case {number}, step {step}: {why}\n{:#?}", case.watches));
        }
        fired += case.model.told.iter().filter(|told| told.3 == 1).count();
        pending += case.model.told.iter().filter(|told| told.3 == 0).count();
        case.commit();
        let module = (*case.program.module).clone();
        let mut ledger = case.runtime.take().and_then(|runtime| runtime.into_store().into_ledger()).expect("its own");
        let open = |_: Hash, _: &[u8]| Ok(Opened { module: module.clone(), signer: None });
        let report = audit(&mut ledger, &Audit { open: &open, expect: None }, |_, _| ()).expect("it can be audited");
        assert_eq!(report.differences, [], "case {number}");
    }
    assert!(fired > 500 && pending > 500, "{fired} have fired and {pending} were pending: too few to show anything");
}
