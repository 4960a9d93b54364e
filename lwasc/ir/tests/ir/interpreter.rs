//! What functions mean: results, rejections with place and values, steps and memory.

use crate::fixture::{Fixture, HERE};
use cranelift_entity::EntityRef;
use lwas_exact::Mode;
use lwas_ir::*;

use Kind::{I64, I128, Ref};

/// Adds up 1 to n in a loop.
fn sum(fixture: &mut Fixture) -> FuncId {
    fixture.function(&[I64], Some(I64), |b, site| {
        let n = b.param(0);
        let (total, i, one) = (b.int(0), b.int(0), b.int(1));
        let (head, body, done) = (b.new_block(), b.new_block(), b.new_block());
        b.jump(head);
        b.switch_to(head);
        b.step(site);
        let more = b.compare(CompareOp::Less, i, n);
        b.branch(more, body, done);
        b.switch_to(body);
        let next = b.int_op(IntOp::Add, i, one, site);
        b.assign(i, next);
        let next = b.int_op(IntOp::Add, total, i, site);
        b.assign(total, next);
        b.jump(head);
        b.switch_to(done);
        b.ret(Some(total));
    })
}

#[test]
fn a_loop_charges_its_turns_and_its_entry() {
    let mut fixture = Fixture::new();
    let sum = sum(&mut fixture);
    let mut m = fixture.machine();
    assert_eq!(m.call(sum, &[Slot::int(100)]), Ok(Some(Slot::int(5050))));
    assert_eq!(STEP_BUDGET - m.memory.steps_left(), 102);
}

#[test]
fn steps_run_out_where_they_are_charged() {
    let mut fixture = Fixture::new();
    let sum = sum(&mut fixture);
    let mut m = fixture.machine();
    let rejection = m.rejected(sum, &[Slot::int(i64::MAX)]);
    assert_eq!((rejection.reason, rejection.site, rejection.func), (FailReason::Steps, Site::new(1), sum));
    assert_eq!(rejection.message, "this takes more than 10,000,000 steps");
    assert_eq!(m.memory.steps_left(), 0);
    let rejection = m.rejected(sum, &[Slot::int(1)]);
    assert_eq!((rejection.reason, rejection.site), (FailReason::Steps, Site::new(0)));
}

/// A function of two numbers with one instruction.
fn int(op: IntOp, a: i64, b: i64) -> Result<i64, (FailReason, String)> {
    let mut fixture = Fixture::new();
    let func = fixture.function(&[I64, I64], Some(I64), |f, site| {
        let result = f.int_op(op, f.param(0), f.param(1), site);
        f.ret(Some(result));
    });
    let mut m = fixture.machine();
    match m.call(func, &[Slot::int(a), Slot::int(b)]) {
        Ok(result) => Ok(result.unwrap().as_int()),
        Err(Failure::Rejected(rejection)) => Err((rejection.reason, rejection.message)),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn int_arithmetic_is_checked_and_floored() {
    let overflow = |words: &str| Err((FailReason::Overflow, words.to_owned()));
    assert_eq!(int(IntOp::Add, i64::MAX, 1), overflow("9223372036854775807 + 1 is outside 64 bits"));
    assert_eq!(int(IntOp::Sub, i64::MIN, 1), overflow("-9223372036854775808 - 1 is outside 64 bits"));
    assert_eq!(int(IntOp::Mul, i64::MIN, -1), overflow("-9223372036854775808 * -1 is outside 64 bits"));
    assert_eq!(int(IntOp::Div, i64::MIN, -1), overflow("-9223372036854775808 div -1 is outside 64 bits"));
    assert_eq!(int(IntOp::Mod, i64::MIN, -1), Ok(0));
    assert_eq!((int(IntOp::Div, -7, 2), int(IntOp::Mod, -7, 2)), (Ok(-4), Ok(1)));
    assert_eq!((int(IntOp::Div, 7, -2), int(IntOp::Mod, 7, -2)), (Ok(-4), Ok(-1)));
    assert_eq!(int(IntOp::Div, 7, 0), Err((FailReason::DivisionByZero, "7 div 0 divides by zero".to_owned())));
    assert_eq!(int(IntOp::Mod, 7, 0), Err((FailReason::DivisionByZero, "7 mod 0 divides by zero".to_owned())));
}

#[test]
fn wide_arithmetic_is_checked() {
    let mut fixture = Fixture::new();
    let ops = [WideOp::Add, WideOp::Sub, WideOp::Mul].map(|op| {
        fixture.function(&[I128, I128], Some(I128), |f, site| {
            let result = f.wide_op(op, f.param(0), f.param(1), site);
            f.ret(Some(result));
        })
    });
    let mut m = fixture.machine();
    let (a, b) = (1i128 << 100, -(1i128 << 20));
    for (func, expected) in ops.into_iter().zip([a + b, a - b, a * b]) {
        assert_eq!(m.call(func, &[Slot::wide(a), Slot::wide(b)]), Ok(Some(Slot::wide(expected))));
        let rejection =
            m.rejected(func, &[Slot::wide(i128::MIN), Slot::wide(if func == ops[0] { -1 } else { i128::MAX })]);
        assert_eq!(rejection.reason, FailReason::Overflow);
    }
    let rejection = m.rejected(ops[0], &[Slot::wide(i128::MAX), Slot::wide(1)]);
    assert_eq!(
        rejection.message,
        "170141183460469231731687303715884105727 + 1, in smallest units, is outside 128 bits"
    );
}

#[test]
fn digits_and_widths_change() {
    let mut fixture = Fixture::new();
    let rescale = |fixture: &mut Fixture, from, to, mode| {
        fixture.function(&[I128], Some(I128), |f, site| {
            let result = f.rescale(f.param(0), from, to, mode, site);
            f.ret(Some(result));
        })
    };
    let up = rescale(&mut fixture, 2, 4, Mode::Exact);
    let down = rescale(&mut fixture, 3, 2, Mode::HalfEven);
    let exact = rescale(&mut fixture, 3, 2, Mode::Exact);
    let there_and_back = fixture.function(&[I64], Some(I64), |f, site| {
        let wide = f.extend(f.param(0));
        let narrow = f.narrow(wide, site);
        f.ret(Some(narrow));
    });
    let narrow = fixture.function(&[I128], Some(I64), |f, site| {
        let narrow = f.narrow(f.param(0), site);
        f.ret(Some(narrow));
    });
    let mut m = fixture.machine();
    assert_eq!(m.call(up, &[Slot::wide(-5)]), Ok(Some(Slot::wide(-500))));
    assert_eq!(m.rejected(up, &[Slot::wide(i128::MAX)]).reason, FailReason::Overflow);
    assert_eq!(m.call(down, &[Slot::wide(1005)]), Ok(Some(Slot::wide(100))));
    let rejection = m.rejected(exact, &[Slot::wide(1005)]);
    assert_eq!(
        (rejection.reason, rejection.message.as_str()),
        (FailReason::DigitLost, "1.005 can't be said exactly with 2 digits")
    );
    assert_eq!(m.call(there_and_back, &[Slot::int(-9)]), Ok(Some(Slot::int(-9))));
    let rejection = m.rejected(narrow, &[Slot::wide(1 << 63)]);
    assert_eq!(rejection.message, "9223372036854775808 is outside 64 bits");
}

#[test]
fn lists_are_filled_and_their_elements_checked() {
    let mut fixture = Fixture::new();
    let func = fixture.function(&[I64], Some(I128), |f, site| {
        let three = f.int(3);
        let list = f.new_list(three, I128, site);
        for value in [10, -20, 30] {
            let value = f.wide(value);
            f.push(list, value);
        }
        let found = f.element(I128, list, f.param(0), site);
        f.ret(Some(found));
    });
    let mut m = fixture.machine();
    let before = m.memory.left();
    assert_eq!(m.call(func, &[Slot::int(1)]), Ok(Some(Slot::wide(-20))));
    assert_eq!(before - m.memory.left(), 8 + 3 * 16);
    for index in [3, -1] {
        let rejection = m.rejected(func, &[Slot::int(index)]);
        assert_eq!(rejection.reason, FailReason::Index);
        assert_eq!(rejection.message, format!("the list has 3 elements, index {index} is outside"));
    }
}

#[test]
fn lists_and_memory_have_limits() {
    let mut fixture = Fixture::new();
    let list = fixture.function(&[I64], Some(I64), |f, site| {
        let list = f.new_list(f.param(0), I64, site);
        let length = f.length(list);
        f.ret(Some(length));
    });
    let mut m = fixture.machine();
    assert_eq!(m.call(list, &[Slot::int(1_000_000)]), Ok(Some(Slot::int(0))));
    for capacity in [1_000_001, -1, i64::MIN] {
        assert_eq!(m.rejected(list, &[Slot::int(capacity)]).reason, FailReason::TooLong);
    }
    for _ in 0..7 {
        assert!(m.call(list, &[Slot::int(1_000_000)]).is_ok());
    }
    let rejection = m.rejected(list, &[Slot::int(1_000_000)]);
    assert_eq!(
        (rejection.reason, rejection.message.as_str()),
        (FailReason::Memory, "this makes more than 64 MiB of values")
    );
    assert_eq!(m.call(list, &[Slot::int(0)]), Ok(Some(Slot::int(0))), "what failed was not charged");
}

#[test]
fn calls_pass_arguments_and_results() {
    let mut fixture = Fixture::new();
    let sub = fixture.function(&[I64, I64], Some(I64), |f, site| {
        let result = f.int_op(IntOp::Sub, f.param(0), f.param(1), site);
        f.ret(Some(result));
    });
    let outer = fixture.function(&[I64], Some(I64), |f, _| {
        let ten = f.int(10);
        let first = f.call(sub, &[ten, f.param(0)], Some(I64)).unwrap();
        let second = f.call(sub, &[first, ten], Some(I64)).unwrap();
        f.ret(Some(second));
    });
    let mut m = fixture.machine();
    assert_eq!(m.call(outer, &[Slot::int(3)]), Ok(Some(Slot::int(-3))));
    assert_eq!(STEP_BUDGET - m.memory.steps_left(), 3);
    let rejection = m.rejected(outer, &[Slot::int(i64::MIN)]);
    assert_eq!((rejection.func, rejection.site), (sub, Site::new(1)));
    m.memory.set_steps(1);
    let rejection = m.rejected(outer, &[Slot::int(3)]);
    assert_eq!((rejection.func, rejection.site, rejection.reason), (sub, Site::new(0), FailReason::Steps));
}

/// Requires that its argument is positive; the message names it.
fn require(fixture: &mut Fixture, message: impl FnOnce(&mut FunctionBuilder, Site) -> Local) -> FuncId {
    let int = fixture.ty(Type::Int);
    fixture.function(&[I64], None, |f, site| {
        f.trace(HERE, int, f.param(0));
        let zero = f.int(0);
        let holds = f.compare(CompareOp::Greater, f.param(0), zero);
        let (fine, fails) = (f.new_block(), f.new_block());
        f.branch(holds, fine, fails);
        f.switch_to(fine);
        f.ret(None);
        f.switch_to(fails);
        let text = message(f, site);
        let site = f.site(HERE);
        f.fail(site, FailReason::Require, Some(text));
    })
}

#[test]
fn a_rejection_has_the_programs_words_and_the_traced_values() {
    let mut fixture = Fixture::new();
    let (start, int) = (fixture.module.texts.push("not positive: ".to_owned()), fixture.ty(Type::Int));
    let func = require(&mut fixture, |f, site| {
        let start = f.text(start);
        let value = f.host(HostOp::TextFormat(int), &[f.param(0)], Some(Ref), site).unwrap();
        f.host(HostOp::TextJoin, &[start, value], Some(Ref), site).unwrap()
    });
    let mut m = fixture.machine();
    assert_eq!(m.call(func, &[Slot::int(1)]), Ok(None));
    let rejection = m.rejected(func, &[Slot::int(-4)]);
    assert_eq!((rejection.reason, rejection.site), (FailReason::Require, Site::new(2)));
    assert_eq!(rejection.message, "not positive: -4");
    assert_eq!(rejection.traces, [(Trace::new(0), "-4".to_owned())]);
}

#[test]
fn a_message_that_can_not_be_computed_changes_no_rejection() {
    let mut fixture = Fixture::new();
    let text = fixture.ty(Type::Text);
    let fails = fixture.function(&[I64], Some(Ref), |f, site| {
        let zero = f.int(0);
        f.int_op(IntOp::Div, f.param(0), zero, site);
        let none = f.none();
        f.ret(Some(none));
    });
    let func = require(&mut fixture, |f, _| f.call(fails, &[f.param(0)], Some(Ref)).unwrap());
    let mut m = fixture.machine();
    let rejection = m.rejected(func, &[Slot::int(-4)]);
    assert_eq!((rejection.func, rejection.reason, rejection.site), (func, FailReason::Require, Site::new(2)));
    assert_eq!(rejection.message, "a requirement does not hold");
    assert!(m.module().types.is_valid(text));
}

#[test]
fn records_are_loaded_and_stored() {
    let mut fixture = Fixture::new();
    let func = fixture.function(&[I64, I128], Some(I128), |f, site| {
        let record = f.alloc(24, site);
        f.store(record, 0, f.param(0));
        f.store(record, 8, f.param(1));
        let (a, b) = (f.load(I64, record, 0), f.load(I128, record, 8));
        let a = f.extend(a);
        let sum = f.wide_op(WideOp::Add, a, b, site);
        f.ret(Some(sum));
    });
    let mut m = fixture.machine();
    assert_eq!(m.call(func, &[Slot::int(-1), Slot::wide(i128::MAX)]), Ok(Some(Slot::wide(i128::MAX - 1))));
}

#[test]
fn a_forged_function_is_rejected_and_breaks_nothing() {
    let mut fixture = Fixture::new();
    let wild = fixture.function(&[I64], Some(I64), |f, site| {
        let none = f.none();
        let size = f.int(8);
        let list = f.new_list(size, I64, site);
        f.push(list, size);
        f.store(list, 0, f.param(0));
        f.push(list, size);
        let value = f.load(I64, none, 0);
        f.ret(Some(value));
    });
    let mut m = fixture.machine();
    for length in [-1, i64::MAX, 1 << 40, 5_000_000, 7] {
        assert_eq!(m.rejected(wild, &[Slot::int(length)]).reason, FailReason::Memory);
    }
}
