//! Modules that no compiler made, out of dice: what the property over forged functions and the fuzzer share. The verifier gives
//! an answer to any of them, and what it passes is interpreted without a panic, within the budgets, and the same twice.

use super::fixture::{Fixture, HERE};
use cranelift_entity::EntityRef;
use lwas_exact::Mode;
use lwas_ir::*;

/// Random numbers that an instruction is made of.
pub type Dice = (u8, u8, u8, u8, i64);

/// Registers of each kind.
const EACH: usize = 4;

/// A register of a kind; now and then of another, or none at all.
fn register(kind: Kind, dice: u8) -> Local {
    let of = |kind| match kind {
        Kind::I64 => 0,
        Kind::I128 => EACH,
        Kind::Ref => 2 * EACH,
    };
    match dice {
        255 => Local::new(of(kind) + 77),
        254 => Local::new((of(kind) + EACH) % (3 * EACH)),
        _ => Local::new(of(kind) + usize::from(dice) % EACH),
    }
}

fn kind(dice: u8) -> Kind {
    [Kind::I64, Kind::I128, Kind::Ref][usize::from(dice) % 3]
}

fn host_op(fixture: &Fixture, dice: u8, immediate: i64) -> HostOp {
    let digits = u8::try_from(immediate.rem_euclid(37)).unwrap();
    let mode = Mode::ALL[usize::from(digits) % 8];
    let first = immediate % 2 == 0;
    let types = fixture.module.types.len();
    let ty = TypeId::new(usize::try_from(immediate.rem_euclid(64)).unwrap() % types);
    let (account, posting, totals) = (fixture.account, fixture.posting, fixture.totals);
    let ops = [
        HostOp::TextJoin,
        HostOp::TextFormat(ty),
        HostOp::TextLength,
        HostOp::Equal(ty),
        HostOp::Compare(ty),
        HostOp::ListConcat(ty),
        HostOp::ListContains(ty),
        HostOp::MapNew(ty),
        HostOp::MapFind,
        HostOp::MapMerge(ty),
        HostOp::MapRemove(ty),
        HostOp::Range,
        HostOp::MoneyAdd,
        HostOp::MoneySub,
        HostOp::MoneyNeg,
        HostOp::MoneyMul,
        HostOp::MoneyNew,
        HostOp::CurrencyDigits,
        HostOp::NumberAdd,
        HostOp::NumberSub,
        HostOp::NumberMul,
        HostOp::NumberNeg,
        HostOp::NumberRound { digits, mode },
        HostOp::FractionFromWide(digits),
        HostOp::FractionFromMoney,
        HostOp::FractionFromNumber,
        HostOp::FractionAdd,
        HostOp::FractionSub,
        HostOp::FractionMul,
        HostOp::FractionDiv,
        HostOp::FractionNeg,
        HostOp::FractionCompare,
        HostOp::FractionRound { digits, mode },
        HostOp::FractionRoundMoney(mode),
        HostOp::FractionWithCurrency,
        HostOp::BagNew,
        HostOp::BagAdd,
        HostOp::BagSub,
        HostOp::BagNeg,
        HostOp::BagFromMoney,
        HostOp::BagGet,
        HostOp::BagList,
        HostOp::Split { first },
        HostOp::SplitMoney { first },
        HostOp::TimeAdd,
        HostOp::AddDays,
        HostOp::AddMonths { next_day: first },
        HostOp::DaysInMonth,
        HostOp::Year,
        HostOp::Month,
        HostOp::Day,
        HostOp::Weekday,
        HostOp::DateOf,
        HostOp::Pow { from: digits, to: digits },
        HostOp::RowGet(account),
        HostOp::RowGet(totals),
        HostOp::RowPut(account),
        HostOp::RowPut(posting),
        HostOp::RowDelete(account),
        HostOp::NextSeq(posting),
        HostOp::Scan { state: account, index: Some(0), parts: 1 },
        HostOp::Scan { state: posting, index: None, parts: 0 },
        HostOp::ScanRange { state: account, index: Some(0), parts: digits, from: End::Included, to: End::Open },
        HostOp::ScanRange { state: posting, index: None, parts: 0, from: End::Excluded, to: End::Included },
        HostOp::AggregateGet(fixture.balances),
        HostOp::AggregateAdd(fixture.balances),
        HostOp::AggregateSub(fixture.count),
        HostOp::SeeBefore,
        HostOp::SeeAfter,
        HostOp::Now,
        HostOp::EventSeq,
        HostOp::Caller,
        HostOp::RowGet(StateId::new(99)),
    ];
    ops[usize::from(dice) % ops.len()]
}

fn instruction(fixture: &Fixture, (what, a, b, c, value): Dice) -> Inst {
    let site = Site::new(usize::from(c) % 2);
    let (int, wide, reference) =
        (|dice| register(Kind::I64, dice), |dice| register(Kind::I128, dice), |dice| register(Kind::Ref, dice));
    let offset = u32::try_from(value.rem_euclid(8)).unwrap() * 8;
    match what % 24 {
        0 => Inst::Const { dst: int(a), value },
        1 => Inst::ConstWide { dst: wide(a), value: i128::from(value) << (b % 65) },
        2 => Inst::ConstText { dst: reference(a), text: TextId::new(usize::from(b) % 2) },
        3 => Inst::Copy { dst: register(kind(c), a), src: register(kind(c), b) },
        4 => Inst::Int {
            op: [IntOp::Add, IntOp::Mul, IntOp::Div, IntOp::Mod][usize::from(c) % 4],
            dst: int(a),
            a: int(b),
            b: int(c),
            site,
        },
        5 => Inst::Wide {
            op: [WideOp::Add, WideOp::Sub, WideOp::Mul][usize::from(c) % 3],
            dst: wide(a),
            a: wide(b),
            b: wide(c),
            site,
        },
        6 => Inst::Rescale { dst: wide(a), src: wide(b), from: b % 38, to: c % 38, mode: Mode::HalfEven, site },
        7 => Inst::Narrow { dst: int(a), src: wide(b), site },
        8 => Inst::Compare { op: CompareOp::Less, dst: int(a), a: register(kind(c), b), b: register(kind(c), c) },
        9 => Inst::New { dst: reference(a), size: offset, site },
        10 | 11 => Inst::Load { dst: register(kind(c), a), base: reference(b), offset },
        12 | 13 => Inst::Store { base: reference(a), offset, src: register(kind(c), b) },
        14 => Inst::NewList { dst: reference(a), capacity: int(b), element: kind(c), site },
        15 => Inst::Push { list: reference(a), value: register(kind(c), b) },
        16 => Inst::Element { dst: register(kind(c), a), list: reference(b), index: int(c), site },
        17 => Inst::Length { dst: int(a), list: reference(b) },
        18 => Inst::Step { site },
        _ => {
            let op = host_op(fixture, a, value);
            if op == HostOp::RowGet(StateId::new(99)) {
                return Inst::Host { dst: None, op, args: vec![], site };
            }
            let signature = op.signature(&fixture.module);
            let args = signature.params.iter().map(|kind| register(*kind, b)).collect();
            Inst::Host { dst: signature.result.map(|kind| register(kind, c)), op, args, site }
        }
    }
}

/// A module with a function of these instructions, in three blocks, the second of which may go back.
pub fn forge(dice: &[Dice]) -> (Fixture, FuncId) {
    let mut fixture = Fixture::new();
    fixture.module.texts.push("ann".to_owned());
    fixture.module.texts.push("a longer text with \"quotes\"".to_owned());
    let (usd, tier, line, account) = (fixture.usd, fixture.tier, fixture.line, fixture.account);
    let line = fixture.ty(Type::Record(line));
    let types = [
        Type::Bool,
        Type::Number,
        Type::Bag,
        Type::Fraction,
        Type::Currency,
        Type::Date,
        Type::Duration,
        Type::Option(line),
        Type::List(line),
        Type::Map(line),
        Type::Enum(tier),
        Type::Row(account),
        Type::Amount(usd, 36),
    ];
    for ty in types {
        fixture.ty(ty);
    }
    let mut builder = FunctionBuilder::new("wallet.forged", HERE, &[Kind::I64], None);
    let site = builder.site(HERE);
    for kind in [Kind::I64, Kind::I128, Kind::Ref] {
        let taken = usize::from(kind == Kind::I64);
        for _ in taken..EACH {
            builder.new_local(kind);
        }
    }
    for number in 1..EACH {
        builder.emit(Inst::Const { dst: Local::new(number), value: 1 });
    }
    for number in 0..EACH {
        builder.emit(Inst::ConstWide { dst: Local::new(EACH + number), value: 3 });
        builder.emit(Inst::New { dst: Local::new(2 * EACH + number), size: 96, site });
    }
    let (middle, last) = (builder.new_block(), builder.new_block());
    let third = dice.len() / 3;
    for (place, block) in [builder.current(), middle, last].into_iter().enumerate() {
        builder.switch_to(block);
        for one in dice.iter().skip(place * third).take(third) {
            builder.emit(instruction(&fixture, *one));
        }
        match place {
            0 => builder.jump(middle),
            1 => {
                builder.step(site);
                builder.branch(Local::new(1), middle, last);
            }
            _ => builder.ret(None),
        }
    }
    let func = fixture.module.functions.push(builder.finish());
    (fixture, func)
}

/// What can be seen of a call: how it ended, and the steps and memory that are left.
pub fn run(module: &Module, func: FuncId, args: &[Slot]) -> (Result<Option<Slot>, Failure>, u64, u64) {
    let mut memory = Memory::new(module);
    memory.set_steps(2_000);
    let mut world = MapWorld::new(module, Env::nobody());
    let result = Interpreter::new(module).call(func, args, &mut memory, &mut world);
    (result, memory.steps_left(), memory.top())
}

/// Prints a forged module, verifies it, and runs it twice where it passes. What became of it; panics where something does not
/// hold.
pub fn answered(dice: &[Dice]) -> Result<Result<Option<Slot>, Failure>, VerifyError> {
    let (fixture, func) = forge(dice);
    assert!(!fixture.module.to_string().is_empty());
    verify(&fixture.module)?;
    let again = || run(&fixture.module, func, &[Slot::int(0)]);
    let first = again();
    assert_eq!(first, again(), "a second run ends otherwise");
    Ok(first.0)
}
