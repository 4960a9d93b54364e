//! Calls of host functions in generated programs: every one that needs no declarations beyond the kit's, with arguments of
//! the types that it takes.

use super::world::in_the_world;
use super::{Kit, Program};
use lwas_exact::Mode;
use lwas_ir::{End, HostOp, TypeId};

/// A host function with the types of its arguments and result.
struct Shape {
    op: HostOp,
    args: Vec<TypeId>,
    result: Option<TypeId>,
}

/// One call.
pub fn host_calls(program: &mut Program<'_>) {
    if program.choices.below(6) == 5 {
        return in_the_world(program);
    }
    let shapes = shapes(&program.kit, program.choices.below(3), program.choices.of(&Mode::ALL));
    let index = program.choices.below(shapes.len());
    let shape = &shapes[index];
    let args: Vec<_> = shape.args.iter().map(|ty| program.value(*ty)).collect();
    let site = program.site();
    let kind = shape.result.map(|ty| program.module.kind(ty));
    let value = program.b.host(shape.op, &args, kind, site);
    if let (Some(value), Some(ty)) = (value, shape.result) {
        program.keep(value, ty);
    }
}

/// All calls; `n` chooses among arities.
fn shapes(kit: &Kit, n: usize, mode: Mode) -> Vec<Shape> {
    let mut shapes = vec![];
    let mut add = |op, args: &[TypeId], result: Option<TypeId>| shapes.push(Shape { op, args: args.to_vec(), result });
    let Kit {
        state,
        journal,
        event,
        int,
        float,
        decimal,
        text,
        money,
        number,
        fraction,
        bag,
        ints,
        decimals,
        moneys,
        ..
    } = *kit;
    add(HostOp::TextJoin, &vec![text; n + 1], Some(text));
    add(HostOp::TextLength, &[text], Some(int));
    for ty in kit.all() {
        if ty != fraction {
            add(HostOp::TextFormat(ty), &[ty], Some(text));
        }
        add(HostOp::Equal(ty), &[ty, ty], Some(int));
    }
    for (list, element) in [(ints, int), (decimals, decimal), (moneys, money)] {
        add(HostOp::ListSort { element, key: element }, &[list, list], Some(list));
    }
    for ty in [int, float, decimal, text, money, number] {
        add(HostOp::Compare(ty), &[ty, ty], Some(int));
    }
    for (list, element) in [(ints, int), (decimals, decimal), (moneys, money)] {
        add(HostOp::ListConcat(element), &[list, list], Some(list));
        add(HostOp::ListContains(element), &[list, element], Some(int));
    }
    for (map, list, inner) in
        [(kit.int_map, ints, int), (kit.decimal_map, decimals, decimal), (kit.money_map, moneys, money)]
    {
        add(HostOp::MapNew(inner), &[kit.texts, list], Some(map));
        add(HostOp::MapFind, &[map, text], Some(int));
        add(HostOp::MapMerge(inner), &[map, map], Some(map));
        add(HostOp::MapRemove(inner), &[map, text], Some(map));
    }
    add(HostOp::Range, &[int, int], Some(ints));
    for op in [HostOp::MoneyAdd, HostOp::MoneySub] {
        add(op, &[money, money], Some(money));
    }
    add(HostOp::MoneyNeg, &[money], Some(money));
    add(HostOp::MoneyMul, &[money, int], Some(money));
    add(HostOp::MoneyNew, &[number, int], Some(money));
    add(HostOp::CurrencyDigits, &[int], Some(int));
    for op in [HostOp::NumberAdd, HostOp::NumberSub, HostOp::NumberMul] {
        add(op, &[number, number], Some(number));
    }
    add(HostOp::NumberNeg, &[number], Some(number));
    add(HostOp::NumberRound { digits: 2, mode }, &[number], Some(decimal));
    add(HostOp::FractionFromWide(2), &[decimal], Some(fraction));
    add(HostOp::FractionFromMoney, &[money], Some(fraction));
    add(HostOp::FractionFromNumber, &[number], Some(fraction));
    for op in [HostOp::FractionAdd, HostOp::FractionSub, HostOp::FractionMul, HostOp::FractionDiv] {
        add(op, &[fraction, fraction], Some(fraction));
    }
    add(HostOp::FractionNeg, &[fraction], Some(fraction));
    add(HostOp::FractionCompare, &[fraction, fraction], Some(int));
    add(HostOp::FractionRound { digits: 2, mode }, &[fraction], Some(decimal));
    add(HostOp::FractionRoundMoney(mode), &[fraction], Some(money));
    add(HostOp::FractionWithCurrency, &[fraction, int], Some(fraction));
    for op in [HostOp::BagAdd, HostOp::BagSub] {
        add(op, &[bag, bag], Some(bag));
    }
    add(HostOp::BagNeg, &[bag], Some(bag));
    add(HostOp::BagFromMoney, &[money], Some(bag));
    add(HostOp::BagGet, &[bag, int], Some(money));
    add(HostOp::BagList, &[bag], Some(moneys));
    for first in [false, true] {
        add(HostOp::Split { first }, &[decimal, decimals], Some(decimals));
        add(HostOp::SplitMoney { first }, &[money, decimals], Some(moneys));
    }
    add(HostOp::TimeAdd, &[int, int], Some(int));
    add(HostOp::AddDays, &[int, int], Some(int));
    add(HostOp::AddMonths { next_day: n == 0 }, &[int, int], Some(int));
    let parts = [HostOp::DaysInMonth, HostOp::Year, HostOp::Month, HostOp::Day, HostOp::Weekday, HostOp::DateOf];
    for op in parts {
        add(op, &[int], Some(int));
    }
    add(HostOp::FloatFromWide(2), &[decimal], Some(float));
    add(HostOp::FloatFromFraction, &[fraction], Some(float));
    for op in [HostOp::FloatAdd, HostOp::FloatSub, HostOp::FloatMul, HostOp::FloatDiv] {
        add(op, &[float, float], Some(float));
    }
    for op in [HostOp::FloatNeg, HostOp::FloatSqrt, HostOp::FloatLn, HostOp::FloatLog2, HostOp::FloatExp] {
        add(op, &[float], Some(float));
    }
    add(HostOp::FloatCompare, &[float, float], Some(int));
    add(HostOp::FloatRound { digits: 2, mode }, &[float], Some(decimal));
    add(HostOp::Pow { from: 2, to: 4 }, &[decimal, int], Some(decimal));
    add(HostOp::RowGet(state), &[int], Some(kit.some_row));
    add(HostOp::RowPut(state), &[kit.row], None);
    add(HostOp::RowPut(state), &[kit.row], None);
    add(HostOp::RowDelete(state), &[int], None);
    // Nothing reads these lists of rows.
    add(HostOp::Scan { state, index: None, parts: 0 }, &[], None);
    add(HostOp::Scan { state, index: Some(0), parts: 1 }, &[text], None);
    let (from, to) = if n == 0 { (End::Open, End::Excluded) } else { (End::Included, End::Open) };
    add(HostOp::ScanRange { state, index: Some(0), parts: 0, from, to }, &[text], None);
    add(HostOp::NextSeq(journal), &[], Some(int));
    add(HostOp::WindowFirst(journal), &[int], Some(int));
    add(HostOp::Emit(event), &[kit.record], None);
    for op in [HostOp::SeeBefore, HostOp::SeeAfter] {
        add(op, &[], None);
    }
    for op in [HostOp::Now, HostOp::EventSeq] {
        add(op, &[], Some(int));
    }
    add(HostOp::Caller, &[], Some(text));
    shapes
}
