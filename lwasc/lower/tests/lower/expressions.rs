//! Expressions and the text of their values, a table each.

use crate::support::{Runner, module};

const ITEMS: &str = r#"
use std.currency.{USD, EUR, JPY}
enum Tier { Standard, Plus, Custom(rate: Decimal(4)) }
enum Side { Debit, Credit }
record Line { sku: Text, price: USD, quantity: Int }
const FEE = 2.9%
const CAP: USD = 50.00 USD
const BIG: Int = 7 * 6
fn line(price: USD) -> Line { Line { sku: "a", price, quantity: 3 } }
fn maybe(n: Int) -> Int? { if n > 0 { some(n) } else { none } }
fn cash(x: USD) -> Money { x }
fn wide(xs: List<USD>) -> List<Money> { xs }
"#;

/// Each expression is bound and shown.
fn table(rows: &[(&str, &str)]) {
    let mut source = ITEMS.to_owned();
    for (number, (expression, _)) in rows.iter().enumerate() {
        source.push_str(&format!("query q{number}() -> Text {{\n  let x = {expression}\n  \"{{x}}\"\n}}\n"));
    }
    let mut runner = Runner::new(module(&source));
    for (number, (expression, wanted)) in rows.iter().enumerate() {
        let found = runner.text(&format!("q{number}"));
        let found = found.unwrap_or_else(|rejection| format!("rejected: {}", rejection.message));
        assert_eq!(found, *wanted, "{expression}");
    }
}

#[test]
fn arithmetic() {
    table(&[
        ("1 + 2 * 3", "7"),
        ("-7", "-7"),
        ("div(-7, 2)", "-4"),
        ("mod(-7, 2)", "1"),
        ("1.5 + 2", "3.5"),
        ("1.50 * 2.25", "3.3750"),
        ("BIG - 2", "40"),
        ("10.00 USD * FEE", "0.29000 USD"),
        ("round(10.00 USD * FEE)", "0.29 USD"),
        ("CAP - 0.5 USD", "49.50 USD"),
        ("abs(-3.20 USD)", "3.20 USD"),
        ("abs(-3)", "3"),
        ("min(3, 2.5)", "2.5"),
        ("max(3, 2.5)", "3.0"),
        ("round(10.00 USD * 3 / 7)", "4.29 USD"),
        ("round(10.00 USD / 3.00 USD, 4)", "3.3333"),
        ("round_up(10 / 3, 0)", "4"),
        ("abs(round(-1 / 3, 2))", "0.33"),
        ("round(abs(-1 / 3), 2)", "0.33"),
        ("pow(1.05, 3, 4)", "1.1576"),
        ("5m + 30s", "5m30s"),
        ("5m * 3", "15m"),
        ("@2026-01-25T00:00:00Z - 1h", "2026-01-24T23:00:00Z"),
        ("@2026-01-25T00:00:00Z - @2026-01-24T00:00:00Z", "1d"),
        ("add_months(@2026-01-31, 1, last_day)", "2026-02-28"),
        ("add_months(@2026-01-31, 1, next_day)", "2026-03-01"),
        ("days_between(@2026-01-31, @2026-02-02)", "2"),
        ("weekday(@2026-11-23)", "1"),
    ]);
}

#[test]
fn comparing() {
    table(&[
        ("1.5 < 1.50001", "true"),
        ("1.5 == 1.500", "true"),
        ("1.501 == 1.5", "false"),
        ("1.501 != 1.5", "true"),
        ("-1.501 < -1.5", "true"),
        ("-1.5 <= -1.501", "false"),
        ("1.5 >= 1.501", "false"),
        ("1.501 >= 1.5", "true"),
        ("CAP > 49.999 USD", "true"),
        ("1 / 3 < 0.3334", "true"),
        ("\"b\" > \"a\"", "true"),
        ("\"b\" == \"a\"", "false"),
        ("Tier.Plus == Tier.Plus", "true"),
        ("Tier.Custom(rate: 0.01) == Tier.Custom(rate: 0.02)", "false"),
        ("cash(1.00 USD) == 1.00 USD", "true"),
        ("cash(-1.00 USD) < 0", "true"),
        ("cash(0.00 USD) == 0", "true"),
        ("2 in [1, 2, 3]", "true"),
        ("4 in [1, 2, 3]", "false"),
        ("\"c\" in [\"a\", \"b\"]", "false"),
        ("Side.Credit in [Side.Debit]", "false"),
        ("not (1 > 2 or 2 > 3) and true", "true"),
    ]);
}

/// Comparing by value at the edges of 128 bits, where bringing the side with fewer digits up would overflow.
#[test]
fn comparing_never_overflows() {
    let source = r#"
const MOST = 17014118346046923173168730371588410572.7
fn less(a: Decimal(1), b: Decimal(18)) -> Bool { a < b }
fn same(a: Decimal(1), b: Decimal(18)) -> Bool { a == b }
fn least(a: Decimal(18), b: Decimal(1)) -> Bool { a >= b }
test "edges" {
  expect not less(MOST, 1.5)
  expect less(-MOST, -1.5)
  expect not same(MOST, 0.000000000000000001)
  expect same(-3, -3.0)
  expect not same(-3, -3.000000000000000001)
  expect least(0.5, -MOST)
  expect not least(0.5, MOST)
}
"#;
    crate::support::holds(source);
}

#[test]
fn values_of_many_parts() {
    table(&[
        ("[1, 2] + [3]", "[1, 2, 3]"),
        ("[x * 2 for x in [1, 2, 3] where x > 1]", "[4, 6]"),
        ("[n for n in range(3, 5)]", "[3, 4, 5]"),
        ("[n for n in range(5, 3)]", "[]"),
        ("[1, 2, 3][1]", "2"),
        ("length([1, 2, 3])", "3"),
        ("length(\"äb\")", "2"),
        ("line(2.00 USD)", "Line { sku: \"a\", price: 2.00 USD, quantity: 3 }"),
        ("line(2.00 USD) with { quantity: 5 }", "Line { sku: \"a\", price: 2.00 USD, quantity: 5 }"),
        ("line(2.00 USD).price * 3", "6.00 USD"),
        ("Tier.Custom(rate: 0.0125)", "Custom(rate: 0.0125)"),
        ("maybe(3)", "3"),
        ("maybe(-3)", "none"),
        ("maybe(-3) ?? 8", "8"),
        ("maybe(4) ?? 8", "4"),
        ("maybe(-1) ?? maybe(2)", "2"),
        ("wide([1.00 USD])", "[1.00 USD]"),
        ("match maybe(2) { some(n) => n + 1, none => 0 }", "3"),
        ("match Tier.Custom(rate: 0.5) { Tier.Standard | Tier.Plus => 0.0, Tier.Custom(rate) => rate }", "0.5000"),
        ("match 3 { 1 | 3 => \"odd\", _ => \"other\" }", "odd"),
        ("if BIG > 3 { \"yes\" } else { \"no\" }", "yes"),
        ("split(10.00 USD, [1, 1, 1])", "[3.34 USD, 3.33 USD, 3.33 USD]"),
        ("split(cash(0.03 USD), [75, 25])", "[0.02 USD, 0.01 USD]"),
    ]);
}

#[test]
fn aggregates_and_folds() {
    table(&[
        ("sum(x for x in [1, 2, 3])", "6"),
        ("sum(x for x in [1.50, 2.25])", "3.75"),
        ("count(x in [1, 2, 3] where x != 2)", "2"),
        ("min(x for x in [3, 1, 2])", "1"),
        ("max(x for x in [1.5, 2.5])", "2.5"),
        ("min(x for x in [1] where x > 1)", "none"),
        ("all(x > 0 for x in [1, 2])", "true"),
        ("any(x > 1 for x in [1, 2])", "true"),
        ("any(x > 2 for x in [1, 2])", "false"),
        ("first(x in [1, 2, 3] where x > 1)", "2"),
        ("last(x in [1, 2, 3] where x < 3)", "2"),
        ("last(2, x in [1, 2, 3, 4] where x < 4)", "[2, 3]"),
        ("round(avg(x for x in [1, 2, 4]), 2)", "2.33"),
        ("fold acc = 0 for x in [1, 2, 3] { acc * 10 + x }", "123"),
        ("fold acc = 0 for x in range(1, 4) { acc + x }", "10"),
    ]);
}

#[test]
fn money() {
    table(&[
        ("cash(1.00 USD) + 2.00 USD", "3.00 USD"),
        ("cash(1.00 USD) * 3", "3.00 USD"),
        ("-cash(1.00 USD)", "-1.00 USD"),
        ("abs(-cash(1.00 USD))", "1.00 USD"),
        ("round(cash(1.00 USD) / 3)", "0.33 USD"),
        ("round(cash(1.00 USD) * 0.125)", "0.12 USD"),
        ("cash(1.00 USD).amount", "1.00"),
        ("cash(1.00 USD).currency", "USD"),
        ("cash(1.00 USD).as(USD)", "1.00 USD"),
        ("cash(1.00 USD).as(EUR)", "none"),
        ("Money(1.50, EUR)", "1.50 EUR"),
        ("convert(10.00 USD, EUR, 0.9)", "9.000 EUR"),
        ("round(convert(10.00 USD / 3, EUR, 0.9))", "3.00 EUR"),
        ("round(convert(cash(10.00 USD), JPY, 150.5))", "1505 JPY"),
        ("round(convert(cash(10.00 USD), cash(1.00 USD).currency, 2))", "20.00 USD"),
        ("sum(m for m in [cash(1.00 USD), 2.00 EUR])[USD]", "1.00 USD"),
        ("sum(m for m in [cash(1.00 USD), -1.00 USD]) == 0", "true"),
        ("[m for m in sum(m for m in [cash(1.00 USD), 2.00 EUR])]", "[2.00 EUR, 1.00 USD]"),
    ]);
}
