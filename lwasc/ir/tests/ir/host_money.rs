//! Money, numbers, fractions, bags, splitting, powers.

use crate::fixture::{Fixture, Machine, currency};
use lwas_exact::Mode;
use lwas_ir::*;

fn machine() -> Machine {
    Fixture::new().machine()
}

#[test]
fn money_is_added_and_multiplied() {
    let mut m = machine();
    let usd = m.fixture.usd;
    let (a, b) = (m.money(1050, usd), m.money(200, usd));
    let results = [
        m.give(HostOp::MoneyAdd, &[a, b]),
        m.give(HostOp::MoneySub, &[b, a]),
        m.give(HostOp::MoneyNeg, &[a]),
        m.give(HostOp::MoneyMul, &[a, Slot::int(-3)]),
    ];
    let shown = results.map(|money| m.shown(Type::Money, money));
    assert_eq!(shown, ["12.50 USD", "-8.50 USD", "-10.50 USD", "-31.50 USD"]);
}

#[test]
fn money_of_two_currencies_can_not_be_added() {
    let mut m = machine();
    let (usd, eur) = (m.fixture.usd, m.fixture.eur);
    let (a, b) = (m.money(1, usd), m.money(1, eur));
    let mismatch = |words: &str| (FailReason::CurrencyMismatch, words.to_owned());
    assert_eq!(m.fault(HostOp::MoneyAdd, &[a, b]), mismatch("`USD` and `EUR` can't be added"));
    assert_eq!(m.fault(HostOp::MoneySub, &[a, b]), mismatch("`USD` and `EUR` can't be subtracted"));
}

#[test]
fn money_overflows() {
    let mut m = machine();
    let jpy = m.fixture.jpy;
    let (most, least, one) = (m.money(i128::MAX, jpy), m.money(i128::MIN, jpy), m.money(1, jpy));
    let (reason, detail) = m.fault(HostOp::MoneyAdd, &[most, one]);
    assert_eq!(reason, FailReason::Overflow);
    assert_eq!(detail, "170141183460469231731687303715884105727 JPY + 1 JPY is outside 128 bits");
    assert_eq!(m.fault(HostOp::MoneySub, &[least, one]).0, FailReason::Overflow);
    assert_eq!(m.fault(HostOp::MoneyNeg, &[least]).0, FailReason::Overflow);
    assert_eq!(m.fault(HostOp::MoneyMul, &[most, Slot::int(2)]).0, FailReason::Overflow);
}

#[test]
fn a_number_becomes_money_exactly_or_not_at_all() {
    let mut m = machine();
    let (usd, jpy) = (m.fixture.usd, m.fixture.jpy);
    let (fits, lost) = (m.number(1500, 3), m.number(1505, 3));
    let money = m.give(HostOp::MoneyNew, &[fits, currency(usd)]);
    assert_eq!(m.shown(Type::Money, money), "1.50 USD");
    let (reason, detail) = m.fault(HostOp::MoneyNew, &[lost, currency(usd)]);
    let words = "1.505 can't be said in `USD`, which has 2 digits";
    assert_eq!((reason, detail.as_str()), (FailReason::DigitLost, words));
    assert_eq!(m.fault(HostOp::MoneyNew, &[fits, currency(jpy)]).0, FailReason::DigitLost);
    assert_eq!(m.give(HostOp::CurrencyDigits, &[currency(usd)]), Slot::int(2));
    assert_eq!(m.give(HostOp::CurrencyDigits, &[currency(jpy)]), Slot::int(0));
    assert_eq!(m.fault(HostOp::CurrencyDigits, &[Slot::int(99)]).0, FailReason::Memory);
}

#[test]
fn numbers_carry_their_digits() {
    let mut m = machine();
    let (a, b) = (m.number(15, 1), m.number(25, 2));
    let results = [
        m.give(HostOp::NumberAdd, &[a, b]),
        m.give(HostOp::NumberSub, &[b, a]),
        m.give(HostOp::NumberMul, &[a, b]),
        m.give(HostOp::NumberNeg, &[a]),
    ];
    assert_eq!(results.map(|number| m.shown(Type::Number, number)), ["1.75", "-1.25", "0.375", "-1.5"]);
    let half_even = HostOp::NumberRound { digits: 1, mode: Mode::HalfEven };
    assert_eq!(m.give(half_even, &[b]), Slot::wide(2));
    let exact = HostOp::NumberRound { digits: 1, mode: Mode::Exact };
    let expected = (FailReason::DigitLost, "0.25 can't be said exactly with 1 digit".to_owned());
    assert_eq!(m.fault(exact, &[b]), expected);
    let (large, precise) = (m.number(i128::MAX, 0), m.number(1, 20));
    assert_eq!(m.fault(HostOp::NumberAdd, &[large, precise]).0, FailReason::Overflow);
    assert_eq!(m.fault(HostOp::NumberMul, &[precise, precise]).0, FailReason::Overflow);
    assert_eq!(m.fault(HostOp::NumberSub, &[precise, large]).0, FailReason::Overflow);
    let least = m.number(i128::MIN, 0);
    assert_eq!(m.fault(HostOp::NumberNeg, &[least]).0, FailReason::Overflow);
}

#[test]
fn powers_are_rounded_once() {
    let mut m = machine();
    let pow = HostOp::Pow { from: 2, to: 4 };
    let before = m.memory.steps_left();
    assert_eq!(m.give(pow, &[Slot::wide(105), Slot::int(2)]), Slot::wide(11025));
    assert_eq!(before - m.memory.steps_left(), 64);
    assert_eq!(m.fault(pow, &[Slot::wide(0), Slot::int(-1)]).0, FailReason::DivisionByZero);
    assert_eq!(m.fault(pow, &[Slot::wide(200), Slot::int(1000)]).0, FailReason::Overflow);
}

/// A fraction of whole numbers.
fn fraction(m: &mut Machine, num: i128, den: i128) -> Slot {
    let num = m.give(HostOp::FractionFromWide(0), &[Slot::wide(num)]);
    let den = m.give(HostOp::FractionFromWide(0), &[Slot::wide(den)]);
    m.give(HostOp::FractionDiv, &[num, den])
}

#[test]
fn fractions_are_exact() {
    let mut m = machine();
    let (third, seventh) = (fraction(&mut m, 1, 3), fraction(&mut m, 22, 7));
    let results = [
        m.give(HostOp::FractionAdd, &[third, seventh]),
        m.give(HostOp::FractionSub, &[third, seventh]),
        m.give(HostOp::FractionMul, &[third, seventh]),
        m.give(HostOp::FractionDiv, &[third, seventh]),
        m.give(HostOp::FractionNeg, &[seventh]),
    ];
    let shown = results.map(|fraction| m.shown(Type::Fraction, fraction));
    assert_eq!(shown, ["73/21", "-59/21", "22/21", "7/66", "-22/7"]);
    assert_eq!(m.give(HostOp::FractionCompare, &[third, seventh]), Slot::int(-1));
    let round = HostOp::FractionRound { digits: 2, mode: Mode::Up };
    assert_eq!(m.give(round, &[third]), Slot::wide(34));
    let exact = HostOp::FractionRound { digits: 2, mode: Mode::Exact };
    assert_eq!(m.fault(exact, &[third]), (FailReason::DigitLost, "1/3 can't be said exactly with 2 digits".to_owned()));
    let zero = m.give(HostOp::FractionFromWide(2), &[Slot::wide(0)]);
    assert_eq!(
        m.fault(HostOp::FractionDiv, &[third, zero]),
        (FailReason::DivisionByZero, "this divides by zero".to_owned())
    );
}

#[test]
fn a_fraction_beyond_256_bits_is_rejected() {
    let mut m = machine();
    let large = fraction(&mut m, i128::MAX, 1);
    let square = m.give(HostOp::FractionMul, &[large, large]);
    assert_eq!(m.fault(HostOp::FractionMul, &[square, large]).0, FailReason::Overflow);
    assert_eq!(m.fault(HostOp::FractionRound { digits: 0, mode: Mode::Down }, &[square]).0, FailReason::Overflow);
}

#[test]
fn fractions_keep_their_currency() {
    let mut m = machine();
    let (usd, eur) = (m.fixture.usd, m.fixture.eur);
    let (dollars, euros) = (m.money(1000, usd), m.money(1000, eur));
    let dollars = m.give(HostOp::FractionFromMoney, &[dollars]);
    let euros = m.give(HostOp::FractionFromMoney, &[euros]);
    let three = m.number(3, 0);
    let three = m.give(HostOp::FractionFromNumber, &[three]);
    let part = m.give(HostOp::FractionDiv, &[dollars, three]);
    assert_eq!(m.shown(Type::Fraction, part), "10/3 USD");
    let money = m.give(HostOp::FractionRoundMoney(Mode::HalfEven), &[part]);
    assert_eq!(m.shown(Type::Money, money), "3.33 USD");
    let ratio = m.give(HostOp::FractionDiv, &[dollars, part]);
    assert_eq!(m.shown(Type::Fraction, ratio), "3");
    let converted = m.give(HostOp::FractionWithCurrency, &[part, currency(eur)]);
    assert_eq!(m.shown(Type::Fraction, converted), "10/3 EUR");
    for op in
        [HostOp::FractionAdd, HostOp::FractionSub, HostOp::FractionMul, HostOp::FractionDiv, HostOp::FractionCompare]
    {
        assert_eq!(m.fault(op, &[dollars, euros]).0, FailReason::CurrencyMismatch, "{op:?}");
    }
    assert_eq!(m.fault(HostOp::FractionDiv, &[three, dollars]).0, FailReason::CurrencyMismatch);
    assert_eq!(m.fault(HostOp::FractionRoundMoney(Mode::Down), &[three]).0, FailReason::CurrencyMismatch);
}

#[test]
fn bags_hold_sums_by_currency() {
    let mut m = machine();
    let (usd, jpy, money) = (m.fixture.usd, m.fixture.jpy, m.fixture.ty(Type::Money));
    let (dollars, yen, nothing) = (m.money(150, usd), m.money(7, jpy), m.money(0, jpy));
    let empty = m.give(HostOp::BagNew, &[]);
    let [dollars, yen, nothing] = [dollars, yen, nothing].map(|money| m.give(HostOp::BagFromMoney, &[money]));
    let both = m.give(HostOp::BagAdd, &[dollars, yen]);
    assert_eq!(m.shown(Type::Bag, both), "[7 JPY, 1.50 USD]");
    let left = m.give(HostOp::BagSub, &[both, yen]);
    assert_eq!(m.shown(Type::Bag, left), "[1.50 USD]");
    let negated = m.give(HostOp::BagNeg, &[both]);
    assert_eq!(m.shown(Type::Bag, negated), "[-7 JPY, -1.50 USD]");
    let (got, absent) =
        (m.give(HostOp::BagGet, &[both, currency(jpy)]), m.give(HostOp::BagGet, &[left, currency(jpy)]));
    assert_eq!([got, absent].map(|one| m.shown(Type::Money, one)), ["7 JPY", "0 JPY"]);
    let list = m.give(HostOp::BagList, &[both]);
    assert_eq!(m.shown(Type::List(money), list), "[7 JPY, 1.50 USD]");
    let ty = m.fixture.ty(Type::Bag);
    assert_eq!(m.give(HostOp::Equal(ty), &[empty, nothing]), Slot::bool(true));
    assert_eq!(m.give(HostOp::Equal(ty), &[left, dollars]), Slot::bool(true));
    assert_eq!(m.give(HostOp::Equal(ty), &[both, dollars]), Slot::bool(false));
    let most = m.money(i128::MAX, usd);
    let most = m.give(HostOp::BagFromMoney, &[most]);
    assert_eq!(m.fault(HostOp::BagAdd, &[most, most]).0, FailReason::Overflow);
}

#[test]
fn a_split_adds_up() {
    let mut m = machine();
    let (usd, money, wide) = (m.fixture.usd, m.fixture.ty(Type::Money), m.fixture.ty(Type::Decimal(2)));
    let ones = m.list(Type::Decimal(0), vec![Value::Wide(1); 3]);
    let ten = m.money(1000, usd);
    let shares = m.give(HostOp::SplitMoney { first: false }, &[ten, ones]);
    assert_eq!(m.shown(Type::List(money), shares), "[3.34 USD, 3.33 USD, 3.33 USD]");
    let quarters = m.list(Type::Decimal(0), vec![Value::Wide(75), Value::Wide(25)]);
    let shares = m.give(HostOp::Split { first: false }, &[Slot::wide(9999), quarters]);
    assert_eq!(m.shown(Type::List(wide), shares), "[74.99, 25.00]");
    let shares = m.give(HostOp::Split { first: true }, &[Slot::wide(9999), quarters]);
    assert_eq!(m.shown(Type::List(wide), shares), "[75.00, 24.99]");
    let bad = [
        (vec![], "the split has no weights"),
        (vec![Value::Wide(0)], "the weights of the split add up to zero"),
        (vec![Value::Wide(1), Value::Wide(-1)], "weight 1 of the split is negative"),
    ];
    for (weights, words) in bad {
        let weights = m.list(Type::Decimal(0), weights);
        let (reason, detail) = m.fault(HostOp::Split { first: false }, &[Slot::wide(1), weights]);
        assert_eq!((reason, detail.as_str()), (FailReason::Weights, words));
    }
}
