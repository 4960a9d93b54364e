//! `test` blocks and queries.

use lwas_ir::*;
use lwas_runtime::query::query;
use lwas_runtime::testing::{How, START, TestReport, Told, cases, run_tests};
use lwas_runtime::{Engine, attach::attach};

use crate::bank::*;
use std::ops::ControlFlow;

/// A module with functions for steps of tests added to the bank.
struct Steps {
    m: Module,
}

impl Steps {
    fn function(
        &mut self,
        name: &str,
        params: &[Kind],
        result: Kind,
        build: impl FnOnce(&mut FunctionBuilder, &Module) -> Local,
    ) -> FuncId {
        let mut b = FunctionBuilder::new(name, PLACE, params, Some(result));
        let value = build(&mut b, &self.m);
        b.ret(Some(value));
        self.m.functions.push(b.finish())
    }

    fn text(&mut self, text: &str) -> FuncId {
        let id = self.m.texts.push(text.into());
        self.function(&format!("text {text}"), &[], Kind::Ref, |b, _| b.text(id))
    }

    /// The data of an event, each field a text or an amount.
    fn data(&mut self, event: u32, texts: &[&str], amount: Option<i128>) -> FuncId {
        let record = self.m.events[EventId::from_u32(event)].record;
        let texts: Vec<TextId> = texts.iter().map(|text| self.m.texts.push((*text).into())).collect();
        self.function("data", &[], Kind::Ref, |b, m| {
            let site = b.site(PLACE);
            let (offsets, size) = m.record_layout(record);
            let values: Vec<Local> = texts.iter().map(|text| b.text(*text)).collect();
            let values: Vec<Local> = values.into_iter().chain(amount.map(|units| b.wide(units))).collect();
            let data = b.alloc(size, site);
            for (offset, value) in offsets.iter().zip(values) {
                b.store(data, *offset, value);
            }
            data
        })
    }

    /// Whether account `a` has a balance; the parameters are the values of `let` steps.
    fn balance_is(&mut self, params: &[Kind], units: i128) -> FuncId {
        let (account, a) = (StateId::from_u32(ACCOUNT), self.m.texts.push("a".into()));
        let ty = self.m.intern(Type::Decimal(2));
        self.function("balance", params, Kind::I64, |b, m| {
            let site = b.site(PLACE);
            let key = b.text(a);
            let row = b.host(HostOp::RowGet(account), &[key], Some(Kind::Ref), site).unwrap();
            let balance = b.load(Kind::I128, row, m.row_layout(account).0[2]);
            let wanted = b.wide(units);
            b.trace(PLACE, ty, balance);
            b.compare(CompareOp::Equal, balance, wanted)
        })
    }
}

fn reports(tests: impl FnOnce(&mut Steps) -> Vec<Vec<TestStepKind>>) -> Vec<TestReport> {
    let mut steps = Steps { m: module(true) };
    let tests = tests(&mut steps);
    for (number, kinds) in tests.into_iter().enumerate() {
        let steps_of = |(line, kind)| TestStep { place: Place { line, ..PLACE }, kind };
        let test_steps = (10..).zip(kinds).map(steps_of).collect();
        steps.m.tests.push(Test {
            module: "bank".into(),
            name: format!("test {number}"),
            place: PLACE,
            cases: None,
            steps: test_steps,
        });
    }
    let program = program(&steps.m, "bank");
    let mut seen = vec![];
    let tell = |told: Told<'_>| {
        if let Told::Report(ran) = told {
            seen.push(ran.report.clone());
        }
        ControlFlow::Continue(())
    };
    let how = How { jobs: 2, engine: &|| Ok(Engine::Interpreter), counts: None };
    let reports = run_tests(&program, &cases(&program).unwrap(), &how, tell).unwrap();
    let reports: Vec<_> = reports.into_iter().map(|ran| ran.report).collect();
    assert_eq!(seen, reports);
    reports
}

fn message(report: &TestReport) -> Option<(u32, &str)> {
    report.failure.as_ref().map(|failure| (failure.at.line, failure.message.as_str()))
}

#[test]
fn steps_that_are_as_expected_pass_and_tests_do_not_see_each_other() {
    let reports = reports(|s| {
        let event = EventId::from_u32;
        let open = s.data(OPEN, &["a", "ann"], None);
        let pay = s.data(MOVE, &["m", "a"], Some(100));
        let overdraw = s.data(MOVE, &["n", "a"], Some(-101));
        let missing = s.data(MOVE, &["o", "b"], Some(1));
        let (fine, words) = (s.balance_is(&[], 100), s.text("is not there"));
        let int = s.m.intern(Type::Int);
        let seven = s.function("seven", &[], Kind::I64, |b, _| b.int(7));
        let late = s.function("late", &[], Kind::I64, |b, _| b.int(START + 5));
        let later = s.balance_is(&[Kind::I64], 100);
        let zero = s.function("zero", &[Kind::I64], Kind::I64, |b, _| {
            let site = b.site(PLACE);
            let (param, nothing) = (b.param(0), b.int(0));
            b.int_op(IntOp::Div, param, nothing, site)
        });
        let divides = s.m.texts.push("divides by zero".into());
        let by_zero = s.function("divides", &[Kind::I64], Kind::Ref, |b, _| b.text(divides));
        let one = vec![
            TestStepKind::Apply { event: event(OPEN), data: open, at: None },
            TestStepKind::Apply { event: event(MOVE), data: pay, at: Some(late) },
            TestStepKind::Expect { condition: fine },
            TestStepKind::Reject { event: event(MOVE), data: overdraw, at: None, with: None, by: Some(2) },
            TestStepKind::Reject { event: event(MOVE), data: missing, at: None, with: Some(words), by: None },
            TestStepKind::Let { name: "x".into(), value: seven, ty: int },
            TestStepKind::Expect { condition: later },
            TestStepKind::RejectValue { value: zero, with: Some(by_zero) },
        ];
        // The same once more: nothing is left of the first.
        vec![one.clone(), one]
    });
    assert_eq!(reports.iter().map(message).collect::<Vec<_>>(), [None, None]);
}

#[test]
fn steps_that_fail_say_what_was_expected() {
    let reports = reports(|s| {
        let event = EventId::from_u32;
        let open = s.data(OPEN, &["a", "ann"], None);
        let missing = s.data(MOVE, &["o", "b"], Some(1));
        let (wrong, words) = (s.balance_is(&[], 5), s.text("something else"));
        let apply = |data, number| TestStepKind::Apply { event: event(number), data, at: None };
        let reject = |with, by| TestStepKind::Reject { event: event(MOVE), data: missing, at: None, with, by };
        vec![
            vec![apply(missing, MOVE)],
            vec![apply(open, OPEN), TestStepKind::Expect { condition: wrong }],
            vec![TestStepKind::Reject { event: event(OPEN), data: open, at: None, with: None, by: None }],
            vec![reject(Some(words), None)],
            vec![reject(None, Some(2))],
            vec![TestStepKind::RejectValue { value: open, with: None }],
        ]
    });
    assert_eq!(
        reports.iter().map(message).collect::<Vec<_>>(),
        [
            Some((10, "expected this to be applied, but it is rejected: the row is not there")),
            Some((11, "expected this to be true, but it is false")),
            Some((10, "expected a rejection, but it is applied")),
            Some((10, "expected a rejection with \"something else\", but it says otherwise: the row is not there")),
            Some((
                10,
                "expected a rejection by axiom `no_overdraft`, but it is rejected for another reason: the row is not there"
            )),
            Some((10, "expected a rejection, but there is a value")),
        ]
    );
    let traces = &reports[1].failure.as_ref().unwrap().traces;
    assert_eq!(traces.iter().map(|trace| trace.value.as_str()).collect::<Vec<_>>(), ["0.00"]);
}

#[test]
fn a_query_sees_what_is_committed_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.ledger");
    let mut steps = Steps { m: module(true) };
    let func = steps.balance_is(&[], 100);
    let result = steps.m.intern(Type::Bool);
    steps.m.queries.push(Query { name: "has_one".into(), params: vec![], result, func });
    let program = program(&steps.m, "bank");
    let mut bank = attach(&path, program.clone(), Engine::Interpreter, &how()).unwrap();
    bank.apply_batch(&[open_account("a")], 0).unwrap();
    let mut reader = lwas_ledger::Ledger::open(&path, lwas_ledger::Mode::ReadOnly).unwrap();
    let mut ask = || {
        let answer =
            query(&program, &mut reader, &mut Engine::Interpreter, &program.module.queries[0], &[], 0, how().open)
                .unwrap();
        answer.unwrap()
    };
    assert_eq!(ask(), Value::bool(false));
    bank.judge(&transfer("m", "a", 100), 0).unwrap();
    assert_eq!(ask(), Value::bool(false), "the open batch is nobody's business");
    bank.commit().unwrap();
    assert_eq!(ask(), Value::bool(true));
}
