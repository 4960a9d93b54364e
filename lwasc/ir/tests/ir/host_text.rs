//! Text, equality and order, lists, the calendar.

use crate::fixture::{Fixture, currency, text};
use lwas_exact::calendar::{parse_date, parse_time};
use lwas_ir::*;

#[test]
fn texts_are_joined_and_counted() {
    let mut m = Fixture::new().machine();
    let (a, b) = (m.text("päpp"), m.text("el"));
    let joined = m.give(HostOp::TextJoin, &[a, b, a]);
    assert_eq!(m.memory.text(joined.as_ref()).unwrap(), "päppelpäpp");
    assert_eq!(m.give(HostOp::TextLength, &[joined]), Slot::int(10));
    let nothing = m.give(HostOp::TextJoin, &[]);
    assert_eq!(m.memory.text(nothing.as_ref()).unwrap(), "");
}

#[test]
fn a_text_is_at_most_a_mebibyte() {
    let mut m = Fixture::new().machine();
    let half = m.text(&"x".repeat(1 << 19));
    let whole = m.give(HostOp::TextJoin, &[half, half]);
    assert_eq!(m.memory.text_bytes(whole.as_ref()).unwrap().len(), 1 << 20);
    let one = m.text("x");
    let (reason, detail) = m.fault(HostOp::TextJoin, &[whole, one]);
    assert_eq!((reason, detail.as_str()), (FailReason::TooLong, "the text would have more than 1,048,576 bytes"));
}

#[test]
fn joining_charges_a_step_for_each_64_bytes() {
    let mut m = Fixture::new().machine();
    let (short, long) = (m.text(&"x".repeat(63)), m.text(&"x".repeat(129)));
    let before = m.memory.steps_left();
    m.give(HostOp::TextJoin, &[short]);
    assert_eq!(m.memory.steps_left(), before);
    m.give(HostOp::TextJoin, &[short, long]);
    assert_eq!(m.memory.steps_left(), before - 3);
    m.memory.set_steps(2);
    assert_eq!(m.fault(HostOp::TextJoin, &[short, long]).0, FailReason::Steps);
}

#[test]
fn values_are_shown_as_people_read_them() {
    let mut m = Fixture::new().machine();
    let (usd, jpy, tier, line) = (m.fixture.usd, m.fixture.jpy, m.fixture.tier, m.fixture.line);
    assert_eq!(m.shown(Type::Bool, Slot::int(1)), "true");
    assert_eq!(m.shown(Type::Int, Slot::int(-5)), "-5");
    assert_eq!(m.shown(Type::Decimal(4), Slot::wide(100)), "0.0100");
    assert_eq!(m.shown(Type::Amount(usd, 2), Slot::wide(9999)), "99.99 USD");
    assert_eq!(m.shown(Type::Currency, currency(jpy)), "JPY");
    assert_eq!(m.shown(Type::Date, Slot::int(parse_date("2026-01-25").unwrap())), "2026-01-25");
    let time = parse_time("2026-01-25T02:52:48.340Z").unwrap();
    assert_eq!(m.shown(Type::Time, Slot::int(time)), "2026-01-25T02:52:48.340Z");
    assert_eq!(m.shown(Type::Duration, Slot::int(5_400_000_000)), "1h30m");
    let money = m.money(-5, usd);
    assert_eq!(m.shown(Type::Money, money), "-0.05 USD");
    let number = m.number(1500, 3);
    assert_eq!(m.shown(Type::Number, number), "1.500");
    let bare = m.text("a \"b\"");
    assert_eq!(m.shown(Type::Text, bare), "a \"b\"");
    let list = m.list(Type::Text, vec![text("a \"b\""), text("c")]);
    let element = m.fixture.ty(Type::Text);
    assert_eq!(m.shown(Type::List(element), list), r#"["a \"b\"", "c"]"#);
    let ty = m.fixture.ty(Type::Enum(tier));
    let custom = m.write(ty, &Value::Variant { variant: 1, fields: [Value::Wide(100)].into() });
    assert_eq!(m.shown(Type::Enum(tier), custom), "Custom(rate: 0.0100)");
    let plus = m.write(ty, &Value::Variant { variant: 0, fields: [].into() });
    assert_eq!(m.shown(Type::Enum(tier), plus), "Plus");
    assert_eq!(m.shown(Type::Option(ty), Slot::ZERO), "none");
    assert_eq!(m.shown(Type::Option(ty), plus), "Plus");
    let ty = m.fixture.ty(Type::Record(line));
    let record = m.write(ty, &Value::Record([text("a"), Value::Wide(100)].into()));
    assert_eq!(m.shown(Type::Record(line), record), r#"Line { sku: "a", price: 1.00 USD }"#);
    let bag = m.fixture.ty(Type::Bag);
    let bag = m.write(bag, &Value::Bag([(jpy, 2), (usd, 100)].into()));
    assert_eq!(m.shown(Type::Bag, bag), "[2 JPY, 1.00 USD]");
}

#[test]
fn a_date_without_a_name_is_a_rejection() {
    let mut m = Fixture::new().machine();
    let ty = m.fixture.ty(Type::Date);
    assert_eq!(m.fault(HostOp::TextFormat(ty), &[Slot::int(i64::MAX)]).0, FailReason::Calendar);
}

#[test]
fn equality_is_by_value() {
    let mut m = Fixture::new().machine();
    let (text, number) = (m.fixture.ty(Type::Text), m.fixture.ty(Type::Number));
    let (a, b, c) = (m.text("ann"), m.text("ann"), m.text("anna"));
    assert_eq!(m.give(HostOp::Equal(text), &[a, b]), Slot::bool(true));
    assert_eq!(m.give(HostOp::Equal(text), &[a, c]), Slot::bool(false));
    let (x, y) = (m.number(15, 1), m.number(1500, 3));
    assert_eq!(m.give(HostOp::Equal(number), &[x, y]), Slot::bool(true));
    let money = m.fixture.ty(Type::Money);
    let (usd, eur) = (m.fixture.usd, m.fixture.eur);
    let (x, y, z) = (m.money(1, usd), m.money(1, usd), m.money(1, eur));
    assert_eq!(m.give(HostOp::Equal(money), &[x, y]), Slot::bool(true));
    assert_eq!(m.give(HostOp::Equal(money), &[x, z]), Slot::bool(false));
    let list = m.fixture.ty(Type::List(money));
    let value = |currencies: &[CurrencyId]| {
        Value::List(currencies.iter().map(|currency| Value::Money { units: 1, currency: *currency }).collect())
    };
    let (one, two, other) =
        (m.write(list, &value(&[usd])), m.write(list, &value(&[usd, eur])), m.write(list, &value(&[usd, eur])));
    assert_eq!(m.give(HostOp::Equal(list), &[one, two]), Slot::bool(false));
    assert_eq!(m.give(HostOp::Equal(list), &[two, other]), Slot::bool(true));
    let maybe = m.fixture.ty(Type::Option(text));
    assert_eq!(m.give(HostOp::Equal(maybe), &[Slot::ZERO, Slot::ZERO]), Slot::bool(true));
    assert_eq!(m.give(HostOp::Equal(maybe), &[Slot::ZERO, a]), Slot::bool(false));
    assert_eq!(m.give(HostOp::Equal(maybe), &[a, b]), Slot::bool(true));
}

#[test]
fn rows_are_equal_when_what_is_stored_is() {
    let mut m = Fixture::new().machine();
    let (account, usd) = (m.fixture.account, m.fixture.usd);
    let ty = m.fixture.ty(Type::Row(account));
    let row = |balance| {
        Value::Record([text("ann"), text("Ann"), Value::Money { units: 1, currency: usd }, Value::Int(balance)].into())
    };
    let (a, b) = (m.write(ty, &row(1)), m.write(ty, &row(2)));
    assert_eq!(m.give(HostOp::Equal(ty), &[a, b]), Slot::bool(true));
}

#[test]
fn order_is_by_value_and_by_code_point() {
    let mut m = Fixture::new().machine();
    let ty = m.fixture.ty(Type::Text);
    let (a, b, c) = (m.text("Z"), m.text("a"), m.text("ä"));
    assert_eq!(m.give(HostOp::Compare(ty), &[a, b]), Slot::int(-1));
    assert_eq!(m.give(HostOp::Compare(ty), &[c, b]), Slot::int(1));
    assert_eq!(m.give(HostOp::Compare(ty), &[c, c]), Slot::int(0));
    let ty = m.fixture.ty(Type::Decimal(2));
    assert_eq!(m.give(HostOp::Compare(ty), &[Slot::wide(i128::MIN), Slot::wide(1)]), Slot::int(-1));
    let int = m.fixture.ty(Type::Int);
    let maybe = m.fixture.ty(Type::Option(int));
    let (one, two) =
        (m.write(maybe, &Value::Some(Value::Int(-1).into())), m.write(maybe, &Value::Some(Value::Int(2).into())));
    assert_eq!(m.give(HostOp::Compare(maybe), &[Slot::ZERO, one]), Slot::int(-1));
    assert_eq!(m.give(HostOp::Compare(maybe), &[two, one]), Slot::int(1));
    let tier = m.fixture.tier;
    let ty = m.fixture.ty(Type::Enum(tier));
    let custom = |rate| Value::Variant { variant: 1, fields: [Value::Wide(rate)].into() };
    let (low, high) = (m.write(ty, &custom(1)), m.write(ty, &custom(2)));
    assert_eq!(m.give(HostOp::Compare(ty), &[low, high]), Slot::int(-1));
}

#[test]
fn money_of_two_currencies_has_no_order() {
    let mut m = Fixture::new().machine();
    let (ty, usd, eur) = (m.fixture.ty(Type::Money), m.fixture.usd, m.fixture.eur);
    let (a, b) = (m.money(1, usd), m.money(1, eur));
    let expected = (FailReason::CurrencyMismatch, "`USD` and `EUR` can't be compared".to_owned());
    assert_eq!(m.fault(HostOp::Compare(ty), &[a, b]), expected);
}

#[test]
fn lists_are_joined_searched_and_counted_off() {
    let mut m = Fixture::new().machine();
    let (int, wide) = (m.fixture.ty(Type::Int), m.fixture.ty(Type::Decimal(2)));
    let range = m.give(HostOp::Range, &[Slot::int(-1), Slot::int(2)]);
    let numbers = |numbers: &[i64]| Value::List(numbers.iter().map(|n| Value::Int(*n)).collect());
    assert_eq!(m.read(Type::List(int), range), numbers(&[-1, 0, 1, 2]));
    let none = m.give(HostOp::Range, &[Slot::int(2), Slot::int(1)]);
    let both = m.give(HostOp::ListConcat(int), &[range, none]);
    let both = m.give(HostOp::ListConcat(int), &[both, range]);
    assert_eq!(m.read(Type::List(int), both), numbers(&[-1, 0, 1, 2, -1, 0, 1, 2]));
    assert_eq!(m.give(HostOp::ListContains(int), &[both, Slot::int(2)]), Slot::bool(true));
    assert_eq!(m.give(HostOp::ListContains(int), &[both, Slot::int(3)]), Slot::bool(false));
    let a = m.list(Type::Decimal(2), vec![Value::Wide(-1), Value::Wide(i128::MAX)]);
    let b = m.give(HostOp::ListConcat(wide), &[a, a]);
    assert_eq!(m.give(HostOp::ListContains(wide), &[b, Slot::wide(i128::MAX)]), Slot::bool(true));
    assert_eq!(m.memory.length(b.as_ref()).unwrap(), 4);
}

#[test]
fn a_list_has_at_most_a_million_elements() {
    let mut m = Fixture::new().machine();
    let int = m.fixture.ty(Type::Int);
    let all = m.give(HostOp::Range, &[Slot::int(1), Slot::int(1_000_000)]);
    let (reason, detail) = m.fault(HostOp::Range, &[Slot::int(0), Slot::int(1_000_000)]);
    assert_eq!((reason, detail.as_str()), (FailReason::TooLong, "the list would have more than 1,000,000 elements"));
    assert_eq!(m.fault(HostOp::Range, &[Slot::int(i64::MIN), Slot::int(i64::MAX)]).0, FailReason::TooLong);
    let one = m.give(HostOp::Range, &[Slot::int(1), Slot::int(1)]);
    assert_eq!(m.fault(HostOp::ListConcat(int), &[all, one]).0, FailReason::TooLong);
}

#[test]
fn dates_and_times() {
    let mut m = Fixture::new().machine();
    let date = |text: &str| Slot::int(parse_date(text).unwrap());
    let time = |text: &str| Slot::int(parse_time(text).unwrap());
    let day = Slot::int(86_400_000_000);
    assert_eq!(m.give(HostOp::TimeAdd, &[time("2026-01-31T01:00:00Z"), day]), time("2026-02-01T01:00:00Z"));
    assert_eq!(m.give(HostOp::AddDays, &[date("2024-02-28"), Slot::int(2)]), date("2024-03-01"));
    let months = |m: &mut crate::fixture::Machine, next_day| {
        m.give(HostOp::AddMonths { next_day }, &[date("2026-01-31"), Slot::int(1)])
    };
    assert_eq!(months(&mut m, false), date("2026-02-28"));
    assert_eq!(months(&mut m, true), date("2026-03-01"));
    let parts = [HostOp::DaysInMonth, HostOp::Year, HostOp::Month, HostOp::Day, HostOp::Weekday];
    assert_eq!(parts.map(|part| m.give(part, &[date("2026-01-25")]).as_int()), [31, 2026, 1, 25, 7]);
    assert_eq!(m.give(HostOp::DateOf, &[time("1969-12-31T23:59:59Z")]), Slot::int(-1));
    let (reason, detail) = m.fault(HostOp::AddDays, &[date("9999-12-31"), Slot::int(1)]);
    assert_eq!(
        (reason, detail.as_str()),
        (FailReason::Calendar, "9999-12-31 + 1 day is outside the years 0001 to 9999")
    );
    assert_eq!(
        m.fault(HostOp::AddMonths { next_day: false }, &[date("9999-12-31"), Slot::int(i64::MAX)]).0,
        FailReason::Calendar
    );
    assert_eq!(m.fault(HostOp::Year, &[Slot::int(i64::MIN)]).0, FailReason::Calendar);
    assert_eq!(m.fault(HostOp::DateOf, &[Slot::int(i64::MIN)]).0, FailReason::Calendar);
    assert_eq!(m.fault(HostOp::TimeAdd, &[Slot::int(0), Slot::int(i64::MAX)]).0, FailReason::Calendar);
}
