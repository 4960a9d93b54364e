//! Each rule of the verifier, broken once or more.

use crate::fixture::{Fixture, HERE, field};
use cranelift_entity::EntityRef;
use lwas_ir::*;

use Kind::{I64, I128, Ref};

/// Breaks a module and gives the rule that says so.
#[track_caller]
fn broken<T>(rule: u8, damage: impl FnOnce(&mut Fixture) -> T) -> String {
    let mut fixture = Fixture::new();
    verify(&fixture.module).expect("the fixture keeps the rules");
    damage(&mut fixture);
    let error = verify(&fixture.module).expect_err("a rule is broken");
    assert_eq!(error.rule, rule, "{error}");
    assert!(!fixture.module.to_string().is_empty(), "the printer shows broken modules too");
    error.to_string()
}

/// Breaks a rule with a function, which returns nothing unless it ends otherwise.
#[track_caller]
fn broken_by<T>(rule: u8, params: &[Kind], body: impl FnOnce(&mut FunctionBuilder, Site) -> T) -> String {
    broken(rule, |fixture| {
        fixture.function(params, None, |b, site| {
            body(b, site);
            if !b.is_ended() {
                b.ret(None);
            }
        })
    })
}

#[test]
fn rule_1_ids_are_there() {
    let far = 1000;
    broken(1, |f| f.ty(Type::Option(TypeId::new(far))));
    broken(1, |f| f.ty(Type::Amount(CurrencyId::new(far), 2)));
    broken(1, |f| f.ty(Type::Enum(EnumId::new(far))));
    broken(1, |f| f.ty(Type::Record(RecordId::new(far))));
    broken(1, |f| f.ty(Type::Row(StateId::new(far))));
    broken(1, |f| f.module.records[f.line].fields[0].ty = TypeId::new(far));
    broken(1, |f| f.module.aggregates[f.count].state = StateId::new(far));
    broken(1, |f| f.module.constants.push(FuncId::new(far)));
    broken_by(1, &[], |f, _| f.emit(Inst::None { dst: Local::new(far) }));
    broken_by(1, &[], |f, _| f.emit(Inst::Const { dst: Local::new(far), value: 0 }));
    broken_by(1, &[], |f, _| f.jump(BlockId::new(far)));
    broken_by(1, &[], |f, _| f.step(Site::new(far)));
    broken_by(1, &[], |f, _| f.text(TextId::new(far)));
    broken_by(1, &[], |f, _| f.call(FuncId::new(far), &[], None));
    broken_by(1, &[I64], |f, _| f.emit(Inst::Trace { trace: Trace::new(far), value: f.param(0) }));
    broken_by(1, &[Ref], |f, s| f.host(HostOp::RowPut(StateId::new(far)), &[f.param(0)], None, s));
    broken_by(1, &[], |f, s| f.host(HostOp::AggregateGet(AggregateId::new(far)), &[], None, s));
    broken_by(1, &[], |f, s| f.host(HostOp::Equal(TypeId::new(far)), &[], None, s));
    broken_by(1, &[], |f, _| f.site(Place { file: 9, ..HERE }));
}

#[test]
fn rule_2_types_end() {
    broken(2, |f| {
        let line = f.ty(Type::Record(f.line));
        let lines = f.ty(Type::List(line));
        f.module.records[f.line].fields.push(field("more", lines));
    });
    broken(2, |f| {
        let int = f.ty(Type::Int);
        let one = f.ty(Type::Option(int));
        f.ty(Type::Option(one));
    });
    broken(2, |f| {
        let mut ty = f.ty(Type::Int);
        for _ in 0..100 {
            ty = f.ty(Type::List(ty));
        }
    });
}

#[test]
fn rule_3_digits() {
    broken(3, |f| f.module.currencies[f.usd].digits = 19);
    broken(3, |f| f.ty(Type::Decimal(37)));
    broken(3, |f| {
        let precise = f.ty(Type::Decimal(19));
        f.module.states[f.account].fields[2].ty = precise;
    });
    broken_by(3, &[I128], |f, s| f.rescale(f.param(0), 2, 37, lwas_exact::Mode::Down, s));
    broken_by(3, &[I128], |f, s| f.host(HostOp::FractionFromWide(99), &[f.param(0)], Some(Ref), s));
    broken_by(3, &[], |f, s| f.host(HostOp::Pow { from: 40, to: 2 }, &[], None, s));
}

#[test]
fn rule_4_currencies_are_in_order() {
    broken(4, |f| f.module.currencies[f.usd].code = "JPY".to_owned());
    broken(4, |f| f.module.currencies[f.eur].code.clear());
}

#[test]
fn rule_5_names_are_unique() {
    broken(5, |f| f.module.records[f.line].fields[1].name = "sku".to_owned());
    broken(5, |f| f.module.enums[f.tier].variants[1].name = "Plus".to_owned());
    broken(5, |f| f.module.states[f.totals].name = "Account".to_owned());
    broken(5, |f| f.module.aggregates[f.count].name = "balances".to_owned());
    broken(5, |f| f.module.functions[FuncId::new(0)].name = "Totals.initial".to_owned());
    broken(5, |f| f.module.types.push(Type::Int));
}

#[test]
fn rule_6_sizes() {
    broken(6, |f| f.module.texts.push("x".repeat(MAX_TEXT + 1)));
    broken(6, |f| {
        for _ in 0..17 {
            f.module.texts.push("x".repeat(MAX_TEXT));
        }
    });
    broken(6, |f| {
        let int = f.ty(Type::Int);
        f.module.records[f.line].fields = (0..140_000).map(|n| field(&n.to_string(), int)).collect();
    });
    broken_by(6, &[], |f, s| f.alloc(7, s));
    broken_by(6, &[Ref], |f, _| f.load(I64, f.param(0), u32::MAX));
}

#[test]
fn rule_7_states() {
    broken(7, |f| f.module.states[f.account].key = 9);
    broken(7, |f| f.module.states[f.account].stored = 4);
    broken(7, |f| f.module.states[f.account].key = 3);
    broken(7, |f| f.module.states[f.account].indexes.push(vec![3]));
    broken(7, |f| f.module.states[f.account].indexes.push(vec![]));
    broken(7, |f| f.module.states[f.totals].initial = None);
    broken(7, |f| f.module.states[f.account].key = 0);
    broken(7, |f| f.module.states[f.posting].fields.swap(0, 1));
    broken(7, |f| {
        let id = f.optional(Type::Text);
        f.module.states[f.account].fields[0].ty = id;
    });
    broken(7, |f| {
        let money = f.optional(Type::Money);
        f.module.states[f.account].fields[1].ty = money;
        f.module.aggregates[f.balances].group.clear();
    });
}

#[test]
fn rule_8_what_can_be_stored_and_given() {
    for ty in [Type::Bag, Type::Fraction, Type::Number] {
        broken(8, |f| {
            let ty = f.ty(ty);
            let many = f.ty(Type::List(ty));
            f.module.states[f.account].fields[2].ty = many;
        });
    }
    broken(8, |f| {
        let bag = f.ty(Type::Bag);
        f.module.records[f.line].fields[0].ty = bag;
        event(f, vec![]);
    });
}

#[test]
fn rule_9_groups() {
    broken(9, |f| f.module.aggregates[f.balances].group = vec![2]);
    broken(9, |f| f.module.aggregates[f.balances].group = vec![3]);
    broken(9, |f| {
        let limit = f.optional(Type::Money);
        f.module.states[f.account].fields[2].ty = limit;
        f.module.aggregates[f.balances].group = vec![2];
    });
}

#[test]
fn an_optional_field_is_indexed_and_grouped_by_its_plain_value() {
    let mut fixture = Fixture::new();
    let (account, balances) = (fixture.account, fixture.balances);
    let owner = fixture.optional(Type::Int);
    fixture.module.states[account].fields[1].ty = owner;
    // A row adds to its group by the plain value.
    let offset = fixture.module.row_layout(account).0[2];
    let add = fixture.function(&[Ref], None, |b, site| {
        let (plain, limit) = (b.int(7), b.load(Ref, b.param(0), offset));
        b.host(HostOp::AggregateAdd(balances), &[plain, limit], None, site);
        b.ret(None);
    });
    let old = std::mem::replace(&mut fixture.module.aggregates[balances].add, add);
    fixture.module.functions[old] = fixture.module.functions[add].clone();
    fixture.module.functions[old].name = "add balances".to_owned();
    verify(&fixture.module).expect("options of key types are indexed and grouped by");
    let scan = HostOp::Scan { state: account, index: Some(0), parts: 1 };
    assert_eq!(scan.signature(&fixture.module).params, [I64]);
    assert_eq!(HostOp::AggregateGet(balances).signature(&fixture.module).params, [I64]);
    assert_eq!(HostOp::AggregateSub(balances).signature(&fixture.module).params, [I64, Ref]);
    fixture.function(&[Ref], None, |b, site| {
        b.host(HostOp::AggregateGet(balances), &[b.param(0)], Some(Ref), site);
        b.ret(None);
    });
    assert_eq!(verify(&fixture.module).map_err(|error| error.rule), Err(15), "the option itself is no group");
}

/// An event of the fixture's record.
fn event(f: &mut Fixture, rules: Vec<FuncId>) {
    let (name, record) = ("Sell".to_owned(), f.line);
    f.module.events.push(Event { name, record, key: None, accepted: true, rules, place: HERE });
}

/// An axiom over the fixture's accounts.
fn axiom(f: &mut Fixture, func: FuncId, scope: AxiomScope, reads: Vec<Read>) {
    f.module.axioms.push(Axiom { name: "law".to_owned(), place: HERE, scope, func, reads });
}

/// A function that gives `true`.
fn holds(f: &mut Fixture, params: &[Kind]) -> FuncId {
    f.function(params, Some(I64), |b, _| {
        let yes = b.int(1);
        b.ret(Some(yes));
    })
}

/// A function that puts its argument.
fn writes(f: &mut Fixture) -> FuncId {
    let account = f.account;
    f.function(&[Ref], Some(I64), |b, site| {
        b.host(HostOp::RowPut(account), &[b.param(0)], None, site);
        let yes = b.int(1);
        b.ret(Some(yes));
    })
}

#[test]
fn rule_10_signatures() {
    broken(10, |f| {
        let func = holds(f, &[]);
        event(f, vec![func]);
    });
    broken(10, |f| {
        let func = holds(f, &[Ref]);
        axiom(f, func, AxiomScope::Whole, vec![]);
    });
    broken(10, |f| {
        let func = holds(f, &[Ref]);
        axiom(f, func, AxiomScope::Changed(f.account), vec![]);
    });
    broken(10, |f| {
        let (func, result) = (holds(f, &[]), f.ty(Type::Text));
        f.module.queries.push(Query { name: "q".to_owned(), params: vec![], result, func });
    });
    broken(10, |f| {
        let func = holds(f, &[I64]);
        f.module.constants.push(func);
    });
    broken(10, |f| {
        let func = holds(f, &[]);
        f.module.records[f.line].fields[0].default = Some(func);
    });
    broken(10, |f| f.module.aggregates[f.count].add = f.module.states[f.account].computed[0]);
    broken(1, |f| f.module.aggregates[f.count].add = FuncId::new(1000));
}

#[test]
fn rule_11_only_rules_write() {
    broken(11, |f| {
        let (direct, account) = (writes(f), f.account);
        let func = f.function(&[Ref], Some(I64), |b, _| {
            let result = b.call(direct, &[b.param(0)], Some(I64));
            b.ret(result);
        });
        axiom(f, func, AxiomScope::Rows(account), vec![]);
    });
    broken(11, |f| {
        let func = f.function(&[], Some(I64), |b, site| {
            let now = b.host(HostOp::Now, &[], Some(I64), site);
            b.ret(now);
        });
        f.module.constants.push(func);
    });
    // Its own aggregate alone is added to, and nothing else of the world is asked.
    broken(11, |f| f.module.aggregates[f.count].add = f.module.aggregates[f.balances].add);
    for op in [HostOp::AggregateSub, HostOp::AggregateGet] {
        broken(11, |f| {
            let op = op(f.count);
            let result = op.signature(&f.module).result;
            let add = f.function(&[Ref], None, |b, site| {
                let one = b.wide(1);
                let args = if result.is_none() { vec![one] } else { vec![] };
                b.host(op, &args, result, site);
                b.ret(None);
            });
            f.module.aggregates[f.count].add = add;
        });
    }
    broken(11, |f| {
        let direct = f.module.aggregates[f.count].add;
        let add = f.function(&[Ref], None, |b, _| {
            b.call(direct, &[b.param(0)], None);
            b.ret(None);
        });
        f.module.aggregates[f.count].add = add;
    });
}

#[test]
fn rule_12_functions_begin() {
    let first = FuncId::new(0);
    broken(12, |f| f.module.functions[first].blocks.clear());
    broken(12, |f| f.module.functions[first].sites.clear());
    broken(12, |f| f.module.functions[first].params = 77);
}

#[test]
fn rule_13_kinds() {
    broken_by(13, &[I128], |f, s| f.int_op(IntOp::Add, f.param(0), f.param(0), s));
    broken_by(13, &[Ref], |f, _| f.compare(CompareOp::Less, f.param(0), f.param(0)));
    broken_by(13, &[I64], |f, _| f.load(I64, f.param(0), 0));
    broken_by(13, &[I64, Ref], |f, _| f.assign(f.param(0), f.param(1)));
    broken_by(13, &[I128], |f, _| {
        let (a, b) = (f.new_block(), f.new_block());
        f.branch(f.param(0), a, b);
        for block in [a, b] {
            f.switch_to(block);
            f.ret(None);
        }
    });
    broken_by(13, &[I64], |f, s| f.fail(s, FailReason::Require, Some(f.param(0))));
}

#[test]
fn rule_14_calls_fit() {
    let balance = FuncId::new(0);
    broken_by(14, &[], |f, _| f.call(balance, &[], Some(I64)));
    broken_by(14, &[Ref], |f, _| f.call(balance, &[f.param(0)], Some(Ref)));
}

#[test]
fn rule_15_host_calls_fit() {
    broken_by(15, &[I64], |f, s| f.host(HostOp::MoneyNeg, &[f.param(0)], Some(Ref), s));
    broken_by(15, &[I64], |f, s| f.host(HostOp::TextJoin, &[f.param(0)], Some(Ref), s));
    broken_by(15, &[], |f, s| f.host(HostOp::Now, &[], Some(Ref), s));
    broken(15, |f| {
        let (bag, account) = (f.ty(Type::Bag), f.account);
        f.function(&[Ref], None, |b, site| {
            b.host(HostOp::RowGet(account), &[b.param(0)], Some(Ref), site);
            b.host(HostOp::Compare(bag), &[b.param(0), b.param(0)], Some(I64), site);
            b.ret(None);
        });
    });
    let fixture = Fixture::new();
    let (account, totals, posting) = (fixture.account, fixture.totals, fixture.posting);
    for op in [
        HostOp::NextSeq(account),
        HostOp::RowDelete(totals),
        HostOp::RowDelete(posting),
        HostOp::Scan { state: account, index: None, parts: 2 },
        HostOp::Scan { state: account, index: Some(0), parts: 2 },
    ] {
        broken_by(15, &[], |f, s| f.host(op, &[], None, s));
    }
    // Behind the index's only field is none, and a range has an end.
    let range = |parts, from, to| HostOp::ScanRange { state: account, index: Some(0), parts, from, to };
    for op in [range(1, End::Included, End::Open), range(2, End::Included, End::Open), range(0, End::Open, End::Open)] {
        broken_by(15, &[], |f, s| f.host(op, &[], None, s));
    }
}

#[test]
fn a_range_is_of_what_has_an_order() {
    let mut fixture = Fixture::new();
    let (account, balances) = (fixture.account, fixture.balances);
    fixture.module.aggregates[balances].group = vec![0];
    let range = HostOp::ScanRange { state: account, index: Some(0), parts: 0, from: End::Included, to: End::Excluded };
    fixture.module.states[account].fields[1].ty = fixture.optional(Type::Time);
    assert_eq!(range.signature(&fixture.module).params, [I64, I64]);
    fixture.function(&[I64], None, |b, site| {
        b.host(range, &[b.param(0), b.param(0)], Some(Ref), site);
        b.ret(None);
    });
    verify(&fixture.module).expect("an option of a Time lies in a range of Times");
    fixture.module.states[account].fields[1].ty = fixture.optional(Type::Currency);
    let error = verify(&fixture.module).expect_err("currencies are not ordered");
    assert_eq!((error.rule, error.what.as_str()), (15, "a range of what has no order"));
}

#[test]
fn rule_16_returns() {
    broken_by(16, &[I64], |f, _| f.ret(Some(f.param(0))));
    broken(16, |f| f.function(&[Ref], Some(I64), |b, _| b.ret(Some(b.param(0)))));
    broken(16, |f| f.function(&[], Some(I64), |b, _| b.ret(None)));
}

#[test]
fn rule_17_assigned_before_read() {
    broken_by(17, &[], |f, _| {
        let local = f.new_local(I64);
        f.not(local);
        f.ret(None);
    });
    let error = broken_by(17, &[I64], |f, _| {
        let local = f.new_local(I64);
        let (yes, no, end) = (f.new_block(), f.new_block(), f.new_block());
        f.branch(f.param(0), yes, no);
        f.switch_to(yes);
        f.assign(local, f.param(0));
        f.jump(end);
        f.switch_to(no);
        f.jump(end);
        f.switch_to(end);
        f.not(local);
        f.ret(None);
    });
    assert_eq!(error, "fn wallet.f4, block3: %1 is read before it is assigned (rule 17 of the ir)");
}

#[test]
fn a_register_may_be_assigned_on_each_path() {
    let mut fixture = Fixture::new();
    fixture.function(&[I64], Some(I64), |f, site| {
        let local = f.new_local(I64);
        let (yes, no, end) = (f.new_block(), f.new_block(), f.new_block());
        f.branch(f.param(0), yes, no);
        for block in [yes, no] {
            f.switch_to(block);
            f.assign(local, f.param(0));
            f.step(site);
            f.jump(if block == yes { end } else { yes });
        }
        f.switch_to(end);
        f.ret(Some(local));
    });
    assert_eq!(verify(&fixture.module), Ok(()));
}

#[test]
fn rule_18_no_cycle_is_free() {
    broken_by(18, &[], |f, _| f.jump(BlockId::new(0)));
    broken_by(18, &[I64], |f, _| {
        let (turn, end) = (f.new_block(), f.new_block());
        f.jump(turn);
        f.switch_to(turn);
        f.branch(f.param(0), turn, end);
        f.switch_to(end);
        f.ret(None);
    });
}

#[test]
fn rule_19_calls_end() {
    broken(19, |f| {
        let own = FuncId::new(f.module.functions.len());
        f.function(&[], None, |b, _| {
            b.call(own, &[], None);
            b.ret(None);
        });
    });
    broken(19, |f| {
        for _ in 0..300 {
            let last = FuncId::new(f.module.functions.len() - 1);
            let first = f.module.functions.len() == 4;
            f.function(&[], None, |b, _| {
                if !first {
                    b.call(last, &[], None);
                }
                b.ret(None);
            });
        }
    });
}

#[test]
fn rule_20_ways_back() {
    for (index, parts) in [(None, vec![1]), (None, vec![0, 0]), (Some(0), vec![7])] {
        broken(20, |f| {
            let (func, account) = (holds(f, &[Ref]), f.account);
            let read = Read { source: Source::State(account), back: Some(Back { index, parts }), fields: None };
            axiom(f, func, AxiomScope::Rows(account), vec![read]);
        });
    }
    broken(20, |f| {
        let (func, account) = (holds(f, &[]), f.account);
        let back = Some(Back { index: None, parts: vec![] });
        axiom(f, func, AxiomScope::Whole, vec![Read { source: Source::State(account), back, fields: None }]);
    });
}

#[test]
fn rule_21_tests() {
    broken(21, |f| {
        event(f, vec![]);
        let data = f.function(&[], Some(Ref), |b, _| {
            let none = b.none();
            b.ret(Some(none));
        });
        let kind = TestStepKind::Reject { event: EventId::new(0), data, at: None, with: None, by: Some(0) };
        let steps = vec![TestStep { place: HERE, kind }];
        f.module.tests.push(Test { module: "m".to_owned(), name: "t".to_owned(), place: HERE, cases: None, steps });
    });
}

#[test]
fn rule_21_cases_of_tests() {
    broken(21, |f| {
        let ty = f.ty(Type::Text);
        let list = f.function(&[], Some(Ref), |b, _| {
            let none = b.none();
            b.ret(Some(none));
        });
        let columns = vec![Column { name: "x".to_owned(), list, ty }];
        let cases = Some(Cases { place: HERE, title: None, columns });
        f.module.tests.push(Test { module: "m".to_owned(), name: "t".to_owned(), place: HERE, cases, steps: vec![] });
    });
}

#[test]
fn a_test_hands_its_values_on() {
    let mut f = Fixture::new();
    let (text, none) = (f.ty(Type::Text), |b: &mut FunctionBuilder, _| {
        let none = b.none();
        b.ret(Some(none));
    });
    let value = f.function(&[], Some(Ref), none);
    let condition = holds(&mut f, &[Ref]);
    let kinds = [TestStepKind::Let { name: "x".to_owned(), value, ty: text }, TestStepKind::Expect { condition }];
    let steps = kinds.map(|kind| TestStep { place: HERE, kind }).into();
    f.module.tests.push(Test { module: "m".to_owned(), name: "t".to_owned(), place: HERE, cases: None, steps });
    assert_eq!(verify(&f.module), Ok(()));
    f.module.tests[0].steps.swap(0, 1);
    assert_eq!(verify(&f.module).map_err(|error| error.rule), Err(10));
}
