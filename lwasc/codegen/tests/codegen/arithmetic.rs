//! The corners of arithmetic, one by one: every operation, rounding mode and width over edge values.

use crate::compare::{Both, PLACE, PLENTY};
use crate::corners::{INTS, wides};
use lwas_exact::{Mode, int, round_units};
use lwas_ir::{CompareOp, FuncId, Function, FunctionBuilder, IntOp, Kind, Local, Module, Site, Slot, WideOp};

/// A function that computes one thing; site 1 is where it fails.
fn function(
    name: String,
    params: &[Kind],
    result: Kind,
    body: impl FnOnce(&mut FunctionBuilder, Site) -> Local,
) -> Function {
    let mut b = FunctionBuilder::new(name, PLACE, params, Some(result));
    let site = b.site(PLACE);
    let value = body(&mut b, site);
    b.ret(Some(value));
    b.finish()
}

fn fails_at_1(func: FuncId) -> Result<Option<Slot>, (FuncId, Site)> {
    Err((func, Site::from_u32(1)))
}

#[test]
fn int_operations() {
    let mut module = Module::default();
    let ops = [IntOp::Add, IntOp::Sub, IntOp::Mul, IntOp::Div, IntOp::Mod];
    let funcs = ops.map(|op| {
        let body = |b: &mut FunctionBuilder, site| b.int_op(op, b.param(0), b.param(1), site);
        module.functions.push(function(format!("{op:?}"), &[Kind::I64, Kind::I64], Kind::I64, body))
    });
    let both = Both::new(module);
    for (op, func) in ops.into_iter().zip(funcs) {
        for a in INTS {
            for b in INTS {
                let expected = match op {
                    IntOp::Add => a.checked_add(b),
                    IntOp::Sub => a.checked_sub(b),
                    IntOp::Mul => a.checked_mul(b),
                    IntOp::Div => int::div_floor(a, b).ok(),
                    IntOp::Mod => int::mod_floor(a, b).ok(),
                };
                let expected = expected.map_or(fails_at_1(func), |n| Ok(Some(Slot::int(n))));
                assert_eq!(both.run(func, &[Slot::int(a), Slot::int(b)], PLENTY), expected, "{a} {op:?} {b}");
            }
        }
    }
}

#[test]
fn divisions_by_constants() {
    let mut module = Module::default();
    let divisors = INTS.into_iter().chain([4, 6, 9, 11, 12, 1 << 40, 1 << 62, -3, -8, 641]);
    let mut funcs = vec![];
    for divisor in divisors {
        for op in [IntOp::Div, IntOp::Mod] {
            let body = |b: &mut FunctionBuilder, site| {
                let divisor = b.int(divisor);
                b.int_op(op, b.param(0), divisor, site)
            };
            let func = module.functions.push(function(format!("{op:?} {divisor}"), &[Kind::I64], Kind::I64, body));
            funcs.push((op, divisor, func));
        }
    }
    let both = Both::new(module);
    for (op, divisor, func) in funcs {
        for a in INTS {
            let expected = if op == IntOp::Div { int::div_floor(a, divisor) } else { int::mod_floor(a, divisor) };
            let expected = expected.map_or(fails_at_1(func), |n| Ok(Some(Slot::int(n))));
            assert_eq!(both.run(func, &[Slot::int(a)], PLENTY), expected, "{a} {op:?} {divisor}");
        }
    }
}

#[test]
fn wide_operations() {
    let mut module = Module::default();
    let ops = [WideOp::Add, WideOp::Sub, WideOp::Mul];
    let pair = [Kind::I128, Kind::I128];
    let funcs = ops.map(|op| {
        let body = |b: &mut FunctionBuilder, site| b.wide_op(op, b.param(0), b.param(1), site);
        module.functions.push(function(format!("{op:?}"), &pair, Kind::I128, body))
    });
    let both = Both::new(module);
    for (op, func) in ops.into_iter().zip(funcs) {
        for a in wides() {
            for b in wides() {
                let expected = match op {
                    WideOp::Add => a.checked_add(b),
                    WideOp::Sub => a.checked_sub(b),
                    WideOp::Mul => a.checked_mul(b),
                };
                let expected = expected.map_or(fails_at_1(func), |n| Ok(Some(Slot::wide(n))));
                let args = [Slot::wide(a), Slot::wide(b)];
                // The interpreter is compared on a part only: it computes with the same Rust operations.
                assert_eq!(native(&both, func, &args), expected, "{a} {op:?} {b}");
            }
        }
    }
}

#[test]
fn products_with_constants_and_extended_numbers() {
    let mut module = Module::default();
    let factors = [0, 1, -1, 29, 10i128.pow(18), -(10i128.pow(18)), 10i128.pow(20), i128::MAX, i128::MIN];
    let mut funcs = vec![];
    for factor in factors {
        let body = |b: &mut FunctionBuilder, site| {
            let factor = b.wide(factor);
            b.wide_op(WideOp::Mul, factor, b.param(0), site)
        };
        let wide = module.functions.push(function(format!("wide {factor}"), &[Kind::I128], Kind::I128, body));
        let body = |b: &mut FunctionBuilder, site| {
            let factor = b.wide(factor);
            let value = b.extend(b.param(0));
            b.wide_op(WideOp::Mul, value, factor, site)
        };
        let extended = module.functions.push(function(format!("extended {factor}"), &[Kind::I64], Kind::I128, body));
        funcs.push((factor, wide, extended));
    }
    let both = Both::new(module);
    for (factor, wide, extended) in funcs {
        let expected = |func, n: i128| n.checked_mul(factor).map_or(fails_at_1(func), |n| Ok(Some(Slot::wide(n))));
        for n in wides() {
            assert_eq!(both.run(wide, &[Slot::wide(n)], PLENTY), expected(wide, n), "{n} * {factor}");
        }
        for n in INTS {
            assert_eq!(both.run(extended, &[Slot::int(n)], PLENTY), expected(extended, n.into()), "{n} * {factor}");
        }
    }
}

#[test]
fn every_rounding_mode_and_width() {
    let mut module = Module::default();
    let mut funcs = vec![];
    let widths =
        [(2, 2), (0, 3), (0, 18), (0, 19), (2, 36), (0, 36), (5, 2), (1, 0), (18, 0), (19, 0), (36, 0), (36, 18)];
    for (from, to) in widths {
        for mode in Mode::ALL {
            let body = |b: &mut FunctionBuilder, site| b.rescale(b.param(0), from, to, mode, site);
            let wide =
                module.functions.push(function(format!("{from} {to} {mode:?}"), &[Kind::I128], Kind::I128, body));
            let body = |b: &mut FunctionBuilder, site| {
                let value = b.extend(b.param(0));
                b.rescale(value, from, to, mode, site)
            };
            let name = format!("extended {from} {to} {mode:?}");
            let extended = module.functions.push(function(name, &[Kind::I64], Kind::I128, body));
            funcs.push((from, to, mode, wide, extended));
        }
    }
    let both = Both::new(module);
    // Beside the corners, all small numbers: every remainder with both signs and both parities of the quotient.
    let values: Vec<i128> = wides().into_iter().chain(-2100..=2100).collect();
    for (from, to, mode, wide, extended) in funcs {
        for n in &values {
            let expected = |func| round_units(*n, from, to, mode).map_or(fails_at_1(func), |n| Ok(Some(Slot::wide(n))));
            assert_eq!(native(&both, wide, &[Slot::wide(*n)]), expected(wide), "{n}: {from} to {to}, {mode:?}");
            if let Ok(narrow) = i64::try_from(*n) {
                let got = native(&both, extended, &[Slot::int(narrow)]);
                assert_eq!(got, expected(extended), "{n} extended: {from} to {to}, {mode:?}");
            }
        }
    }
}

#[test]
fn narrowing() {
    let mut module = Module::default();
    let body = |b: &mut FunctionBuilder, site| b.narrow(b.param(0), site);
    let func = module.functions.push(function("narrow".to_owned(), &[Kind::I128], Kind::I64, body));
    let both = Both::new(module);
    for n in wides() {
        let expected = i64::try_from(n).map_or(fails_at_1(func), |n| Ok(Some(Slot::int(n))));
        assert_eq!(both.run(func, &[Slot::wide(n)], PLENTY), expected, "{n}");
    }
}

#[test]
fn comparisons_and_what_is_made_of_them() {
    let ops = [
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::Less,
        CompareOp::LessEqual,
        CompareOp::Greater,
        CompareOp::GreaterEqual,
    ];
    let mut module = Module::default();
    let mut funcs = vec![];
    for op in ops {
        let body = |b: &mut FunctionBuilder, _| {
            let holds = b.compare(op, b.param(0), b.param(1));
            b.not(holds)
        };
        let pair = [Kind::I128, Kind::I128];
        let not = module.functions.push(function(format!("not {op:?}"), &pair, Kind::I64, body));
        // The first where it holds, else the second: Cranelift must not make a 128-bit minimum of this.
        let mut b = FunctionBuilder::new(format!("choose {op:?}"), PLACE, &pair, Some(Kind::I128));
        let holds = b.compare(op, b.param(0), b.param(1));
        let chosen = b.new_local(Kind::I128);
        let (yes, no, join) = (b.new_block(), b.new_block(), b.new_block());
        b.branch(holds, yes, no);
        for (block, param) in [(yes, 0), (no, 1)] {
            b.switch_to(block);
            let value = b.param(param);
            b.assign(chosen, value);
            b.jump(join);
        }
        b.switch_to(join);
        b.ret(Some(chosen));
        funcs.push((op, not, module.functions.push(b.finish())));
    }
    let both = Both::new(module);
    for (op, not, choose) in funcs {
        for a in wides() {
            for b in [0, a, i128::MIN, 5, -(1 << 64), i128::MAX] {
                let holds = match op {
                    CompareOp::Equal => a == b,
                    CompareOp::NotEqual => a != b,
                    CompareOp::Less => a < b,
                    CompareOp::LessEqual => a <= b,
                    CompareOp::Greater => a > b,
                    CompareOp::GreaterEqual => a >= b,
                };
                let args = [Slot::wide(a), Slot::wide(b)];
                assert_eq!(native(&both, not, &args), Ok(Some(Slot::bool(!holds))), "not {a} {op:?} {b}");
                let chosen = if holds { a } else { b };
                assert_eq!(native(&both, choose, &args), Ok(Some(Slot::wide(chosen))), "{a} {op:?} {b}");
            }
        }
    }
}

/// Runs native code alone, where there are many cases and the expectation is at hand.
fn native(both: &Both, func: FuncId, args: &[Slot]) -> Result<Option<Slot>, (FuncId, Site)> {
    use lwas_runtime::native::NativeError;
    thread_local! {
        static MEMORY: std::cell::RefCell<lwas_ir::Memory> =
            std::cell::RefCell::new(lwas_ir::Memory::new(&Module::default()));
    }
    MEMORY.with_borrow_mut(|memory| {
        memory.reset();
        let mut world = lwas_ir::MapWorld::new(&both.module, lwas_ir::Env::nobody());
        both.native.call(&both.module, func, args, memory, &mut world).map_err(|error| match error {
            NativeError::Rejected { func, site, .. } => (func, site),
            other => panic!("native code broke: {other:?}"),
        })
    })
}

/// A text against constants of every length up to where the host charges for it, and beyond.
#[test]
fn texts_against_constants() {
    let long = "an unusually long text, longer than what is looked at without a charge";
    let lengths = [0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65];
    let mut module = Module::default();
    let text = module.intern(lwas_ir::Type::Text);
    let mut texts: Vec<String> = lengths.iter().map(|length| long[..*length].to_owned()).collect();
    // The same lengths with another last byte.
    let changed = texts.iter().skip(1).map(|text| format!("{}!", &text[..text.len() - 1])).collect::<Vec<_>>();
    texts.extend(changed);
    let mut funcs = vec![];
    for constant in texts {
        let id = module.texts.push(constant);
        let body = |b: &mut FunctionBuilder, site| {
            let (constant, other) = (b.text(id), b.param(0));
            let args = if id.as_u32() % 2 == 0 { [constant, other] } else { [other, constant] };
            b.host(lwas_ir::HostOp::Equal(text), &args, Some(Kind::I64), site).unwrap()
        };
        funcs.push((id, module.functions.push(function(format!("{id}"), &[Kind::Ref], Kind::I64, body))));
    }
    let both = Both::new(module);
    let offsets = lwas_ir::constant_offsets(&both.module).0;
    for (id, func) in funcs {
        for (other, offset) in &offsets {
            let equal = both.module.texts[id] == both.module.texts[other];
            assert_eq!(
                both.run(func, &[Slot::reference(*offset)], PLENTY),
                Ok(Some(Slot::bool(equal))),
                "{id} {other}"
            );
        }
    }
}
