//! The fee rule, three times: compiled from the ir as `lower` would write it, and by hand in Rust with checked i64 and with
//! checked i128. Each is called through a pointer with the same sales; medians of the same run are compared.
//!
//! The rule: 2.9% + 0.30, 2.2% + 0.25 or 1.5% + 0.10 by tier; plus 1.5% when the country is not "US"; capped at 50.00; a
//! refund is minus 80% of it; rounded half to even; denied when the day's volume + amount is above 10,000.00.
//!
//! `cargo bench -p lwas-codegen --bench fee_rule`
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use lwas_exact::Mode;
use lwas_ir::{
    CompareOp, Env, FailReason, FuncId, FunctionBuilder, HostOp, Kind, Local, MapWorld, Memory, Module, Place, Slot,
    Type, WideOp,
};
use lwas_runtime::native::{NativeError, NativeModule};
use std::hint::black_box;
use std::time::Instant;

const PLACE: Place = Place { file: 0, line: 1, column: 1, width: 1 };

/// A sale: amounts in cents.
struct Sale {
    amount: i64,
    country: &'static str,
    tier: i64,
    refund: bool,
    volume: i64,
}

/// Sales of all kinds, always the same ones: a linear congruential generator (Knuth's MMIX) chooses.
fn sales(count: usize) -> Vec<Sale> {
    let mut state = 42u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % bound
    };
    let sale = |_| Sale {
        amount: below(300_000) as i64 + 1,
        country: ["US", "US", "DE", "FR"][below(4) as usize],
        tier: below(3) as i64,
        refund: below(8) == 0,
        volume: below(700_000) as i64,
    };
    (0..count).map(sale).collect()
}

/// With checked 64-bit arithmetic: cents, rates in thousandths, so that a fee has 5 digits before it is rounded.
#[inline(never)]
fn fee_i64(amount: i64, country: &str, tier: i64, refund: bool, volume: i64) -> Option<i64> {
    if volume.checked_add(amount)? > 1_000_000 {
        return None;
    }
    let (rate, fixed) = match tier {
        0 => (29, 30),
        1 => (22, 25),
        _ => (15, 10),
    };
    let mut fee = amount.checked_mul(rate)?.checked_add(fixed * 1000)?;
    if country != "US" {
        fee = fee.checked_add(amount.checked_mul(15)?)?;
    }
    fee = fee.min(50_00 * 1000);
    if refund {
        // Minus 80%: one digit more.
        return half_even_i64(fee.checked_mul(-8)?, 10_000);
    }
    half_even_i64(fee, 1000)
}

fn half_even_i64(units: i64, divisor: i64) -> Option<i64> {
    let (quotient, remainder) = (units / divisor, (units % divisor).abs());
    let away = remainder * 2 > divisor || (remainder * 2 == divisor && quotient % 2 != 0);
    quotient.checked_add(if away { units.signum() } else { 0 })
}

/// The same with checked 128-bit arithmetic.
#[inline(never)]
fn fee_i128(amount: i128, country: &str, tier: i64, refund: bool, volume: i128) -> Option<i128> {
    if volume.checked_add(amount)? > 1_000_000 {
        return None;
    }
    let (rate, fixed) = match tier {
        0 => (29, 30),
        1 => (22, 25),
        _ => (15, 10),
    };
    let mut fee = amount.checked_mul(rate)?.checked_add(fixed * 1000)?;
    if country != "US" {
        fee = fee.checked_add(amount.checked_mul(15)?)?;
    }
    fee = fee.min(50_00 * 1000);
    if refund {
        return half_even_i128(fee.checked_mul(-8)?, 10_000);
    }
    half_even_i128(fee, 1000)
}

fn half_even_i128(units: i128, divisor: i128) -> Option<i128> {
    let (quotient, remainder) = (units / divisor, (units % divisor).abs());
    let away = remainder * 2 > divisor || (remainder * 2 == divisor && quotient % 2 != 0);
    quotient.checked_add(if away { units.signum() } else { 0 })
}

/// The rule over parameters (amount, country, tier, refund, volume), and a function that applies it to a list of sales and
/// adds up the fees, so that the rule can be measured without the way into native code.
fn module() -> (Module, FuncId, FuncId) {
    let mut module = Module { name: "fee".to_owned(), sources: vec!["fee.lwas".to_owned()], ..Module::default() };
    let text = module.intern(Type::Text);
    for constant in ["US", "DE", "FR"] {
        module.texts.push(constant.to_owned());
    }
    let rule = module.functions.push(rule(text));
    let all = module.functions.push(all(rule));
    lwas_ir::verify(&module).expect("the rule is well-formed");
    (module, rule, all)
}

fn rule(text: lwas_ir::TypeId) -> lwas_ir::Function {
    let params = [Kind::I128, Kind::Ref, Kind::I64, Kind::I64, Kind::I128];
    let mut b = FunctionBuilder::new("fee", PLACE, &params, Some(Kind::I128));
    let (amount, country, tier, refund, volume) = (b.param(0), b.param(1), b.param(2), b.param(3), b.param(4));
    deny_above_the_limit(&mut b, amount, volume);
    let fee = b.new_local(Kind::I128);
    by_tier(&mut b, amount, tier, fee);
    // Plus 1.5% abroad.
    let us = b.text(lwas_ir::TextId::from_u32(0));
    let site = b.site(PLACE);
    let home = b.host(HostOp::Equal(text), &[country, us], Some(Kind::I64), site).expect("it has a result");
    let (abroad, capped) = (b.new_block(), b.new_block());
    b.branch(home, capped, abroad);
    b.switch_to(abroad);
    let more = percent(&mut b, amount, 15);
    let site = b.site(PLACE);
    let sum = b.wide_op(WideOp::Add, fee, more, site);
    b.assign(fee, sum);
    b.jump(capped);
    b.switch_to(capped);
    cap(&mut b, fee);
    let (back, forth) = (b.new_block(), b.new_block());
    b.branch(refund, back, forth);
    b.switch_to(back);
    let factor = b.wide(-8);
    let site = b.site(PLACE);
    let returned = b.wide_op(WideOp::Mul, fee, factor, site);
    let rounded = b.rescale(returned, 6, 2, Mode::HalfEven, site);
    b.ret(Some(rounded));
    b.switch_to(forth);
    let site = b.site(PLACE);
    let rounded = b.rescale(fee, 5, 2, Mode::HalfEven, site);
    b.ret(Some(rounded));
    b.finish()
}

fn deny_above_the_limit(b: &mut FunctionBuilder, amount: Local, volume: Local) {
    let site = b.site(PLACE);
    let total = b.wide_op(WideOp::Add, volume, amount, site);
    let limit = b.wide(1_000_000);
    let above = b.compare(CompareOp::Greater, total, limit);
    let (denied, allowed) = (b.new_block(), b.new_block());
    b.branch(above, denied, allowed);
    b.switch_to(denied);
    let site = b.site(PLACE);
    b.fail(site, FailReason::Require, None);
    b.switch_to(allowed);
}

/// Thousandths of an amount: 5 digits.
fn percent(b: &mut FunctionBuilder, amount: Local, thousandths: i128) -> Local {
    let rate = b.wide(thousandths);
    let site = b.site(PLACE);
    b.wide_op(WideOp::Mul, amount, rate, site)
}

fn by_tier(b: &mut FunctionBuilder, amount: Local, tier: Local, fee: Local) {
    let join = b.new_block();
    for (number, rate, fixed) in [(0, 29, 30_000), (1, 22, 25_000), (2, 15, 10_000)] {
        let next = b.new_block();
        if number < 2 {
            let known = b.int(number);
            let same = b.compare(CompareOp::Equal, tier, known);
            let here = b.new_block();
            b.branch(same, here, next);
            b.switch_to(here);
        }
        let share = percent(b, amount, rate);
        let fixed = b.wide(fixed);
        let site = b.site(PLACE);
        let sum = b.wide_op(WideOp::Add, share, fixed, site);
        b.assign(fee, sum);
        b.jump(join);
        b.switch_to(next);
    }
    // Behind the last tier there is nothing.
    b.jump(join);
    b.switch_to(join);
}

fn cap(b: &mut FunctionBuilder, fee: Local) {
    let most = b.wide(5_000_000);
    let above = b.compare(CompareOp::Greater, fee, most);
    let (capped, on) = (b.new_block(), b.new_block());
    b.branch(above, capped, on);
    b.switch_to(capped);
    b.assign(fee, most);
    b.jump(on);
    b.switch_to(on);
}

/// Applies the rule to a list of records (amount 0, country 16, tier 24, refund 32, volume 40): the sum of fees.
fn all(rule: FuncId) -> lwas_ir::Function {
    let mut b = FunctionBuilder::new("all", PLACE, &[Kind::Ref], Some(Kind::I128));
    let list = b.param(0);
    let (sum, index, one) = (b.wide(0), b.int(0), b.int(1));
    let length = b.length(list);
    let (head, body, exit) = (b.new_block(), b.new_block(), b.new_block());
    b.jump(head);
    b.switch_to(head);
    let more = b.compare(CompareOp::Less, index, length);
    b.branch(more, body, exit);
    b.switch_to(body);
    let site = b.site(PLACE);
    b.step(site);
    let sale = b.element(Kind::Ref, list, index, site);
    let fields = [(Kind::I128, 0), (Kind::Ref, 16), (Kind::I64, 24), (Kind::I64, 32), (Kind::I128, 40)];
    let args = fields.map(|(kind, offset)| b.load(kind, sale, offset));
    let fee = b.call(rule, &args, Some(Kind::I128)).expect("it has a result");
    let next = b.wide_op(WideOp::Add, sum, fee, site);
    b.assign(sum, next);
    let next = b.int_op(lwas_ir::IntOp::Add, index, one, site);
    b.assign(index, next);
    b.jump(head);
    b.switch_to(exit);
    b.ret(Some(sum));
    b.finish()
}

/// The list of records in program memory.
fn lay_down(memory: &mut Memory, sales: &[Sale]) -> Slot {
    let list = memory.new_list(sales.len() as i64, Kind::Ref).expect("there is room");
    for sale in sales {
        let at = memory.alloc(56).expect("there is room");
        let wide =
            |memory: &mut Memory, offset, n: i64| memory.store_wide(at + offset, n.into()).expect("it is inside");
        wide(memory, 0, sale.amount);
        wide(memory, 40, sale.volume);
        let country = country(memory, sale.country);
        memory.store(Kind::Ref, at + 16, country).expect("it is inside");
        memory.store_int(at + 24, sale.tier).expect("it is inside");
        memory.store_int(at + 32, sale.refund.into()).expect("it is inside");
        memory.push(list, Kind::Ref, Slot::reference(at)).expect("there is room");
    }
    Slot::reference(list)
}

fn country(memory: &Memory, name: &str) -> Slot {
    let index = ["US", "DE", "FR"].iter().position(|known| *known == name).expect("there are three countries");
    Slot::reference(memory.text_constant(lwas_ir::TextId::from_u32(index as u32)))
}

/// Nanoseconds a sale of each way, measured in turns so that a busy machine disturbs all alike; the median of `rounds`.
fn medians(rounds: usize, count: usize, ways: &mut [(&str, &mut dyn FnMut() -> i128)]) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(rounds); ways.len()];
    for _ in 0..rounds {
        for (way, times) in ways.iter_mut().zip(&mut times) {
            let start = Instant::now();
            black_box((way.1)());
            times.push(start.elapsed().as_nanos() as f64 / count as f64);
        }
    }
    times.iter_mut().for_each(|times| times.sort_by(f64::total_cmp));
    times.iter().map(|times| times[times.len() / 2]).collect()
}

fn main() {
    let (module, rule, all) = module();
    let object = lwas_codegen::compile(&module, &lwas_codegen::host_target()).expect("the rule is compiled");
    let native = NativeModule::load(&object.bytes, &module).expect("the object is loaded");
    println!("machine code: {} bytes for the rule, {} for the loop", object.code_bytes[0], object.code_bytes[1]);
    // For the loop only sales that are allowed: a denied one would end it.
    let sales: Vec<Sale> = sales(20_000).into_iter().filter(|sale| sale.volume + sale.amount <= 1_000_000).collect();
    let mut memory = Memory::new(&module);
    let mut world = MapWorld::new(&module, Env::nobody());
    let list = lay_down(&mut memory, &sales);
    let args: Vec<[Slot; 5]> = sales
        .iter()
        .map(|sale| {
            let (amount, volume) = (Slot::wide(sale.amount.into()), Slot::wide(sale.volume.into()));
            [amount, country(&memory, sale.country), Slot::int(sale.tier), Slot::bool(sale.refund), volume]
        })
        .collect();
    let top = memory.top();
    let mut looped_memory = memory.clone();
    let mut looped_world = world.clone();

    let mut rust_64 = || {
        let fee = black_box(fee_i64 as fn(i64, &str, i64, bool, i64) -> Option<i64>);
        let fees = sales.iter().map(|s| fee(s.amount, s.country, s.tier, s.refund, s.volume).expect("it is allowed"));
        fees.map(i128::from).sum()
    };
    let mut rust_128 = || {
        let fee = black_box(fee_i128 as fn(i128, &str, i64, bool, i128) -> Option<i128>);
        let fees = sales.iter().map(|s| fee(s.amount.into(), s.country, s.tier, s.refund, s.volume.into()));
        fees.map(|fee| fee.expect("it is allowed")).sum()
    };
    let mut compiled = || {
        looped_memory.set_top(top);
        looped_memory.set_steps(lwas_ir::STEP_BUDGET);
        let sum = native.call(&module, all, &[list], &mut looped_memory, &mut looped_world);
        sum.expect("all are allowed").expect("it has a result").as_wide()
    };
    let mut called = || {
        memory.set_steps(lwas_ir::STEP_BUDGET);
        let mut sum = 0;
        for args in &args {
            let fee = native.call(&module, rule, args, &mut memory, &mut world);
            sum += fee.expect("it is allowed").expect("it has a result").as_wide();
        }
        sum
    };
    let sums = [rust_64(), rust_128(), compiled(), called()];
    assert!(sums.iter().all(|sum| *sum == sums[0]), "the four ways disagree: {sums:?}");
    let mut ways: [(&str, &mut dyn FnMut() -> i128); 4] = [
        ("Rust, checked i64", &mut rust_64),
        ("Rust, checked i128", &mut rust_128),
        ("LwaS, rule in a compiled loop", &mut compiled),
        ("LwaS, each call from Rust", &mut called),
    ];
    let medians = medians(201, sales.len(), &mut ways);
    for ((name, _), time) in ways.iter().zip(&medians) {
        let (to_64, to_128) = (time / medians[0], time / medians[1]);
        println!("{name:30} {time:7.2} ns a sale   {to_64:5.2} x i64   {to_128:5.2} x i128");
    }
    denied(&native, &module, rule);
}

/// A denied sale is a rejection at the rule's own site.
fn denied(native: &NativeModule, module: &Module, rule: FuncId) {
    let mut memory = Memory::new(module);
    let country = country(&memory, "US");
    let args = [Slot::wide(1), country, Slot::int(0), Slot::bool(false), Slot::wide(1_000_000)];
    let mut world = MapWorld::new(module, Env::nobody());
    let result = native.call(module, rule, &args, &mut memory, &mut world);
    assert!(matches!(result, Err(NativeError::Rejected { .. })), "a sale above the limit is denied: {result:?}");
}
