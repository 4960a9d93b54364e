//! Values of each type as JSON and as arguments: what is read, what is written for it, what is refused.

use crate::fixture::Fixture;
use lwas_exact::Fraction;
use lwas_ir::{CurrencyId, Type, Value};
use lwas_runtime::data::{json_text, json_text_within, json_value, parse_argument};

#[test]
fn each_form_is_read_and_has_one_way_to_be_written() {
    let fixture = Fixture::new();
    for (ty, read, written) in [
        ("Bool", "true", "true"),
        ("Int", "-9223372036854775808", "-9223372036854775808"),
        ("Int", "\"9223372036854775807\"", "9223372036854775807"),
        ("Int", "-0", "0"),
        ("Text", r#""a\"\\\u0041\n\u00e9😀""#, r#""a\"\\A\né😀""#),
        ("Decimal(4)", "12", "12.0000"),
        ("Decimal(4)", "\"-0.5\"", "-0.5000"),
        ("Decimal(4)", "12.5e-2", "0.1250"),
        ("Decimal(4)", "1E+2", "100.0000"),
        ("Decimal(0)", "170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
        ("Decimal(0)", "-170141183460469231731687303715884105728", "-170141183460469231731687303715884105728"),
        ("USD", "0.1", "0.10"),
        ("USD", "90071992547409.93", "90071992547409.93"),
        ("Number", "1.50", "1.50"),
        ("Number", "\"2\"", "2"),
        ("Money", r#"{"currency":"JPY","amount":"-500"}"#, r#"{"amount":-500,"currency":"JPY"}"#),
        ("Money", r#"{"amount":9.9,"currency":"EUR"}"#, r#"{"amount":9.90,"currency":"EUR"}"#),
        ("Bag", "[]", "[]"),
        (
            "Bag",
            r#"[{"amount":1,"currency":"EUR"},{"amount":-2.5,"currency":"USD"}]"#,
            r#"[{"amount":1.00,"currency":"EUR"},{"amount":-2.50,"currency":"USD"}]"#,
        ),
        ("Currency", "\"USD\"", "\"USD\""),
        ("Time", "\"2026-01-25T02:52:48.340000Z\"", "\"2026-01-25T02:52:48.340Z\""),
        ("Time", "\"2026-01-25T03:52:48.340000000+01:00\"", "\"2026-01-25T02:52:48.340Z\""),
        ("Date", "\"2024-02-29\"", "\"2024-02-29\""),
        ("Duration", "\"90m\"", "\"1h30m\""),
        ("Kind", "\"Liability\"", "\"Liability\""),
        ("Tier", "\"Plus\"", "\"Plus\""),
        ("Tier", r#"{"Custom":{"rate":0.01}}"#, r#"{"Custom":{"rate":0.0100}}"#),
        ("Text?", "null", "null"),
        ("Text?", "\"\"", "\"\""),
        ("Line", r#"{"quantity":2,"sku":"a","price":1}"#, r#"{"sku":"a","price":1.00,"quantity":2}"#),
        ("Nothing", "{}", "{}"),
        ("List<USD>", "[1, 2.5]", "[1.00,2.50]"),
        ("List<Nothing>", "[{},{}]", "[{},{}]"),
        ("Map<Text, USD>", "{}", "{}"),
        ("Map<Text, USD>", r#"{"b":1,"a":"2.5","":0,"é":3}"#, r#"{"":0.00,"a":2.50,"b":1.00,"é":3.00}"#),
        ("Map<Text, USD>", r#"{"Z":1,"a\"b":2}"#, r#"{"Z":1.00,"a\"b":2.00}"#),
        ("Map<Text, Nothing>", r#"{"a":{}}"#, r#"{"a":{}}"#),
    ] {
        let value = json_value(&fixture.module, fixture.ty(ty), read).unwrap_or_else(|error| panic!("{read}: {error}"));
        assert_eq!(json_text(&fixture.module, fixture.ty(ty), &value), written);
        let again = json_value(&fixture.module, fixture.ty(ty), written).expect("what is written can be read");
        // A Number's digits and all else stay as they are.
        assert_eq!(again, value, "{written}");
    }
}

#[test]
fn what_is_refused() {
    let fixture = Fixture::new();
    for (ty, read, message) in [
        ("Bool", "1", "expected `true` or `false`, found a number"),
        ("Int", "5.0", "expected a whole number, found `5.0`"),
        ("Int", "5e0", "expected a whole number, found `5e0`"),
        ("Int", "\"+5\"", "expected a whole number, found `+5`"),
        ("Int", "\"\"", "expected a whole number, found ``"),
        ("Int", "9223372036854775808", "`9223372036854775808` is out of the range of `Int`"),
        ("Decimal(0)", "0.5", "too many digits: 1 after the point, `Decimal(0)` takes none"),
        ("Decimal(4)", "true", "expected a number, found `true`"),
        ("Decimal(4)", "1e-2000000000", "too many digits: `1e-2000000000`"),
        ("Number", "0.1234567890123456789", "too many digits: 19 after the point, `Number` takes at most 18"),
        ("Money", "5", "expected Money such as `{\"amount\":9.99,\"currency\":\"USD\"}`, found a number"),
        ("Money", r#"{"amount":5}"#, "`currency`: `Money` needs this field, and it is missing"),
        ("Money", r#"{"currency":"USD"}"#, "`amount`: `Money` needs this field, and it is missing"),
        ("Money", r#"{"amount":0.5,"currency":"JPY"}"#, "`amount`: too many digits: 1 after the point, JPY has 0"),
        ("Money", r#"{"amount":5,"amount":5}"#, "`amount`: `amount` is there twice"),
        (
            "Money",
            r#"{"amount":5,"curency":"USD"}"#,
            "`curency`: `Money` has no field `curency`; did you mean `currency`?",
        ),
        (
            "Money",
            r#"{"amount":5,"currency":"usd"}"#,
            "`currency`: the program knows no currency `usd`; did you mean `USD`?",
        ),
        ("Currency", "\"UDS\"", "the program knows no currency `UDS`; did you mean `USD`?"),
        ("Date", "\"2026-02-29\"", "`2026-02-29` is out of the range of `Date`"),
        ("Date", "\"26-02-01\"", "expected a date such as `\"2026-01-25\"`, found `26-02-01`"),
        (
            "Time",
            "\"2026-01-25T02:52:48+0100\"",
            "expected a time such as `\"2026-01-25T02:52:48Z\"`, found `2026-01-25T02:52:48+0100`",
        ),
        (
            "Time",
            "\"2026-01-25T02:52:48.1234567Z\"",
            "a time has at most six digits of a second, and zeros behind them: `2026-01-25T02:52:48.1234567Z`",
        ),
        ("Duration", "300", "expected a duration such as `\"5m\"`, found a number"),
        ("Kind", "0", "expected a variant of `Kind`, found a number"),
        ("Kind", r#"{"Asset":{}}"#, "`Asset` has no fields: expected `\"Asset\"`"),
        ("Tier", r#"{"Custom":{"rate":1},"Plus":{}}"#, "expected an object with one key, the variant"),
        ("List<USD>", "[1,\"x\"]", "`[1]`: expected an amount of USD as a number, found `x`"),
        (
            "Bag",
            r#"[{"amount":1,"currency":"USD"},{"amount":1,"currency":"EUR"}]"#,
            "expected amounts in order of currency, each currency once and none zero",
        ),
        ("Map<Text, USD>", r#"{"a":1,"b":2,"a":1}"#, "`a`: `a` is there twice"),
        (
            "Map<Text, USD>",
            r#"{"a b":1.234}"#,
            "`[\"a b\"]`: too many digits: 3 after the point, `USD` takes at most 2",
        ),
        ("Map<Text, USD>", r#"{"a":null}"#, "`a`: expected an amount of USD as a number, found `null`"),
        ("Map<Text, USD>", "[]", "expected an object, found a list"),
        ("Map<Text, Line>", r#"{"x":{"sku":"s"}}"#, "`x.price`: `Line` needs this field, and it is missing"),
        ("Line", "[]", "expected an object with the fields of `Line`, found a list"),
        ("Text", "\"a\" \"b\"", "something follows the end of the value"),
    ] {
        let error = json_value(&fixture.module, fixture.ty(ty), read).expect_err(read);
        assert_eq!(error.to_string(), message, "{read}");
    }
}

#[test]
fn arguments_need_no_quotes() {
    let fixture = Fixture::new();
    for (ty, typed, written) in [
        ("Text", "ann", "\"ann\""),
        ("Text", "\"ann\"", r#""\"ann\"""#),
        ("Text", "", "\"\""),
        ("Bool", "true", "true"),
        ("Int", "-7", "-7"),
        ("USD", "12.5", "12.50"),
        ("Number", "1.50", "1.50"),
        ("Money", "12.50 USD", r#"{"amount":12.50,"currency":"USD"}"#),
        ("Money", r#"{"amount":1,"currency":"JPY"}"#, r#"{"amount":1,"currency":"JPY"}"#),
        ("Currency", "EUR", "\"EUR\""),
        ("Date", "2026-01-25", "\"2026-01-25\""),
        ("Time", "2026-01-25T00:00:00Z", "\"2026-01-25T00:00:00Z\""),
        ("Time", "2026-01-25T01:00:00+01:00", "\"2026-01-25T00:00:00Z\""),
        ("Duration", "5m", "\"5m\""),
        ("Kind", "Asset", "\"Asset\""),
        ("Tier", "Plus", "\"Plus\""),
        ("Tier", r#"{"Custom":{"rate":1}}"#, r#"{"Custom":{"rate":1.0000}}"#),
        ("Text?", "null", "null"),
        ("Text?", "ann", "\"ann\""),
        ("List<USD>", "[1,2]", "[1.00,2.00]"),
        ("Map<Text, USD>", r#"{"b":1,"a":2}"#, r#"{"a":2.00,"b":1.00}"#),
    ] {
        let value = parse_argument(&fixture.module, fixture.ty(ty), typed).unwrap_or_else(|e| panic!("{typed}: {e}"));
        assert_eq!(json_text(&fixture.module, fixture.ty(ty), &value), written, "{typed}");
    }
    for (ty, typed, message) in [
        ("Int", "x", "expected a whole number, found `x`"),
        ("USD", "12.345", "too many digits: 3 after the point, `USD` takes at most 2"),
        ("Money", "12", "expected an amount and its currency, such as `12.50 USD`"),
        ("Kind", "Aset", "`Kind` has no variant `Aset`; did you mean `Asset`?"),
        ("Date", "today", "expected a date such as `\"2026-01-25\"`, found `today`"),
    ] {
        let error = parse_argument(&fixture.module, fixture.ty(ty), typed).expect_err(typed);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn a_fraction_is_written_and_never_read() {
    let mut module = (*Fixture::new().module).clone();
    let ty = module.intern(Type::Fraction);
    let fraction = |currency| Value::Fraction(Box::new(Fraction::new(22, 7).expect("7 is not 0")), currency);
    assert_eq!(json_text(&module, ty, &fraction(None)), "\"22/7\"");
    let of_euro = fraction(Some(CurrencyId::from_u32(0)));
    assert_eq!(json_text(&module, ty, &of_euro), r#"{"amount":"22/7","currency":"EUR"}"#);
    assert!(json_value(&module, ty, "\"22/7\"").is_err());
}

#[test]
fn the_type_alone_bounds_how_deep_a_value_is() {
    let fixture = Fixture::new();
    let mut module = (*fixture.module).clone();
    let mut ty = fixture.ty("Bool");
    for _ in 0..100 {
        ty = module.intern(Type::List(ty));
    }
    let text = format!("{}true{}", "[".repeat(100), "]".repeat(100));
    let value = json_value(&module, ty, &text).expect("a line's bound is not a value's");
    assert_eq!(json_text(&module, ty, &value), text);
    let deeper = json_value(&module, ty, &"[".repeat(1_000_000)).expect_err("the type ends before");
    assert_eq!(deeper.code(), "E0624");
}

#[test]
fn a_text_has_as_many_bytes_as_it_may_or_is_none() {
    let fixture = Fixture::new();
    let (ty, value) = (fixture.ty("Text"), Value::Text("a\u{1}€".into()));
    let text = json_text(&fixture.module, ty, &value);
    assert_eq!(json_text_within(&fixture.module, ty, &value, text.len()).as_ref(), Some(&text));
    assert_eq!(json_text_within(&fixture.module, ty, &value, text.len() - 1), None);
}
