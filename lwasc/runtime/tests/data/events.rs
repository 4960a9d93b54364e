//! Lines that are events, and lines that are refused: with which code, where, and in which words.

use crate::fixture::Fixture;
use lwas_ir::Value;
use lwas_runtime::data::{MAX_LINE_BYTES, json_text};

/// The line of a sale with something else in its data.
fn sale(data: &str) -> String {
    format!(r#"{{"type":"Sale","data":{data}}}"#)
}

/// What a refused line is told: code, path and message, column.
fn refused(line: &str) -> (String, String, usize) {
    let error = Fixture::new().decoder().decode_line(line.as_bytes()).expect_err(line);
    (error.code().to_owned(), error.to_string(), error.column)
}

/// The data of an event, as JSON.
fn accepted(line: &str) -> String {
    let fixture = Fixture::new();
    let incoming = fixture.decoder().decode_line(line.as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}"));
    json_text(&fixture.module, fixture.ty("Sale"), &incoming.data)
}

#[test]
fn an_event_with_its_envelope() {
    let line = r#" {"specversion":"1.0","time":"2026-01-25T02:52:48.340Z","id":"s-1","source":"/till",
        "data":{"id":"s1","buyer":"ann","amount":"99.99","note":null,"tier":{"Custom":{"rate":1e-2}}},
        "type":"Sale","more":{"a":[1,{"b":2}]}} "#;
    let incoming = Fixture::new().decoder().decode_line(line.as_bytes()).expect("it is an event");
    assert_eq!(incoming.id.as_deref(), Some("s-1"));
    assert_eq!(incoming.source.as_deref(), Some("/till"));
    assert_eq!(incoming.time, Some(1_769_309_568_340_000));
    let Value::Record(fields) = &incoming.data else { panic!("data is a record") };
    assert_eq!(fields[2], Value::Wide(9999));
    let written =
        r#"{"id":"s1","buyer":"ann","amount":99.99,"note":null,"tier":{"Custom":{"rate":0.0100}},"channel":"web"}"#;
    assert_eq!(accepted(line), written);
}

#[test]
fn what_is_left_out_gets_its_default() {
    let line = sale(r#"{"id":"s1","buyer":"ann","amount":0}"#);
    let written = r#"{"id":"s1","buyer":"ann","amount":0.00,"note":null,"tier":null,"channel":"web"}"#;
    assert_eq!(accepted(&line), written);
    let line = sale(r#"{"channel":"shop","amount":-1.5,"buyer":"","id":"s1","tier":"Plus","note":"x"}"#);
    let written = r#"{"id":"s1","buyer":"","amount":-1.50,"note":"x","tier":"Plus","channel":"shop"}"#;
    assert_eq!(accepted(&line), written);
}

#[test]
fn an_event_without_fields() {
    let ping = |data: &str| format!(r#"{{"type":"Ping","data":{data}}}"#);
    let decoder = Fixture::new().decoder();
    let incoming = decoder.decode_line(ping("{}").as_bytes()).expect("it is an event");
    assert_eq!(incoming.data, Value::Record([].into()));
    assert_eq!(refused(&ping("null")).0, "E0624");
}

#[test]
fn text_that_is_no_json() {
    for (line, message) in [
        ("", "the text ends where a value should stand"),
        ("{", "the text ends inside an object"),
        (r#"{"type":"Sale","data":{"id":"s1"}"#, "the text ends inside an object"),
        (r#"{"type":"Sale","data":{"id":"s1"}}}"#, "something follows the end of the value"),
        (r#"{"type":"Sale" "data":{}}"#, "expected `,` or `}`"),
        (r#"{"type":"Sale","data":{},}"#, "a comma stands before the end"),
        (r#"{'type':"Sale"}"#, "expected a key in quotes"),
        (r#"{"type":"Sale","data":{"amount":.5}}"#, "expected a value"),
        (r#"{"type":"Sale","data":{"amount":007}}"#, "expected a number as JSON writes it"),
        (r#"{"type":"Sale","data":{"amount":NaN}}"#, "expected a value"),
        (r#"{"type":"Sale","data":{"amount":-}}"#, "expected a number as JSON writes it"),
        (r#"{"type":"Sale","data":{"amount":1.}}"#, "expected a number as JSON writes it"),
        (r#"{"type":"Sale","data":{"id":"\ud800"}}"#, "this escape is none that JSON knows, or no character"),
        (r#"{"type":"Sale","data":{"id":"\x41"}}"#, "this escape is none that JSON knows, or no character"),
        ("{\"type\":\"Sale\",\"data\":{\"id\":\"a\tb\"}}", "a control character in a text must be escaped"),
        (r#"{"type":"Sale","data":{"id":tru}}"#, "no value of JSON begins so: a text stands in quotes"),
    ] {
        let (code, found, _) = refused(line);
        assert_eq!((code.as_str(), found.as_str()), ("E0620", message), "{line}");
    }
}

#[test]
fn a_mistake_in_the_json_wins_over_others() {
    let (code, _, column) = refused(r#"{"type":"Sale","data":{"amount":true},"#);
    assert_eq!((code.as_str(), column), ("E0620", 39));
    assert_eq!(refused(r#"{"type":"Nobody","data":{},"x":01}"#).0, "E0620");
}

#[test]
fn bytes_that_are_no_text() {
    let decoder = Fixture::new().decoder();
    let error = decoder.decode_line(b"{\"type\":\"S\xff\"}").expect_err("0xff is no UTF-8");
    assert!(error.is_malformed());
    assert_eq!((error.offset, error.message.as_str()), (10, "the text is not UTF-8 from here on"));
}

#[test]
fn json_that_is_no_event() {
    for (line, message) in [
        ("7", "expected an event, an object with `type` and `data`, found a number"),
        ("[]", "expected at least one event in the transaction, found none"),
        ("[7]", "`[0]`: expected an event, an object with `type` and `data`, found a number"),
        ("{}", "an event needs the attribute `type`, and it is missing"),
        (r#"{"type":"Sale"}"#, "an event needs the attribute `data`, and it is missing"),
        (r#"{"data":{}}"#, "an event needs the attribute `type`, and it is missing"),
        (r#"{"type":7,"data":{}}"#, "`type`: expected the event's name as a text, found a number"),
        (r#"{"type":"Sale","id":7,"data":{}}"#, "`id`: expected a text, found a number"),
        (
            r#"{"type":"Sale","id":"","data":{}}"#,
            "`id`: expected a text that is not empty and has no control characters",
        ),
        (
            r#"{"type":"Sale","source":"a\u0000b","data":{}}"#,
            "`source`: expected a text that is not empty and has no control characters",
        ),
        (
            r#"{"type":"Sale","time":"2026-01-25","data":{}}"#,
            "`time`: expected a time such as `\"2026-01-25T02:52:48Z\"`, found `2026-01-25`: the text does not have the right form",
        ),
    ] {
        let (code, found, _) = refused(line);
        assert_eq!((code.as_str(), found.as_str()), ("E0621", message), "{line}");
    }
}

#[test]
fn events_that_the_program_does_not_take() {
    for (line, message) in [
        (r#"{"type":"Sael","data":{}}"#, "`type`: the program has no event `Sael`; did you mean `Sale`?"),
        (r#"{"type":"Refund","data":{}}"#, "`type`: the program has no event `Refund`"),
        (r#"{"type":"ledger.Post","data":{}}"#, "`type`: the program does not accept `ledger.Post` from outside"),
    ] {
        let (code, found, column) = refused(line);
        assert_eq!((code.as_str(), found.as_str(), column), ("E0622", message, 9), "{line}");
    }
}

#[test]
fn fields_that_are_unknown_missing_or_repeated() {
    for (line, message) in [
        (sale(r#"{"id":"s1"}"#), "`data.buyer`: `Sale` needs this field, and it is missing"),
        (sale(r#"{"ammount":1}"#), "`data.ammount`: `Sale` has no field `ammount`; did you mean `amount`?"),
        (sale(r#"{"a\nb":1}"#), "`data[\"a\\nb\"]`: `Sale` has no field `a\u{fffd}b`"),
        (sale(r#"{"id":"a","id":"a"}"#), "`data.id`: `id` is there twice"),
        (r#"{"type":"Sale","type":"Sale","data":{}}"#.into(), "`type`: `type` is there twice"),
        (r#"{"x":1,"type":"Sale","x":1,"data":{}}"#.into(), "`x`: `x` is there twice"),
        (r#"{"type":"Ping","data":{},"x":[{"y":1,"y":2}]}"#.into(), "`y`: `y` is there twice"),
        (r#"{"data":{"id":"s","id":"s"},"type":"Sale"}"#.into(), "`id`: `id` is there twice"),
        (
            r#"{"type":"shop.Order","data":{"number":1,"lines":[{"sku":"a","price":1,"quantity":1},{"sku":"b"}]}}"#
                .into(),
            "`data.lines[1].price`: `Line` needs this field, and it is missing",
        ),
    ] {
        let (code, found, _) = refused(&line);
        assert_eq!((code.as_str(), found.as_str()), ("E0623", message), "{line}");
    }
}

#[test]
fn values_that_are_not_of_their_type() {
    for (data, message) in [
        (r#"{"id":7}"#, "`data.id`: expected a text, found a number"),
        (r#"{"amount":null}"#, "`data.amount`: expected an amount of USD as a number, found `null`"),
        (r#"{"amount":1.234}"#, "`data.amount`: too many digits: 3 after the point, `USD` takes at most 2"),
        (r#"{"amount":"1.000"}"#, "`data.amount`: too many digits: 3 after the point, `USD` takes at most 2"),
        (r#"{"amount":"1,50"}"#, "`data.amount`: expected an amount of USD as a number, found `1,50`"),
        (r#"{"amount":1e99}"#, "`data.amount`: `1e99` is out of the range of `USD`"),
        (r#"{"amount":1e37}"#, "`data.amount`: the number is out of the range of `USD`"),
        (r#"{"tier":"Gold"}"#, "`data.tier`: `Tier` has no variant `Gold`"),
        (r#"{"tier":"Custom"}"#, "`data.tier`: `Custom` has fields: expected `{\"Custom\":{…}}`"),
        (r#"{"tier":{"Plus":{}}}"#, "`data.tier`: `Plus` has no fields: expected `\"Plus\"`"),
        (r#"{"tier":{}}"#, "`data.tier`: expected an object with one key, the variant"),
        (
            r#"{"tier":{"Custom":1}}"#,
            "`data.tier.Custom`: expected an object with the fields of `Custom`, found a number",
        ),
        (
            r#"{"tier":{"Custom":{"rate":0.01234}}}"#,
            "`data.tier.Custom.rate`: too many digits: 5 after the point, `Decimal(4)` takes at most 4",
        ),
    ] {
        let (code, found, _) = refused(&sale(data));
        assert_eq!((code.as_str(), found.as_str()), ("E0624", message), "{data}");
    }
}

#[test]
fn lines_and_nesting_are_bounded() {
    let (code, message, _) = refused(&sale(&format!(r#"{{"id":"{}"}}"#, "x".repeat(MAX_LINE_BYTES))));
    assert_eq!(code, "E0625");
    assert!(message.starts_with("the line has 10"), "{message}");

    let nested =
        |depth: usize| format!(r#"{{"x":{}{},"type":"Ping","data":{{}}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert!(Fixture::new().decoder().decode_line(nested(63).as_bytes()).is_ok());
    let (code, message, column) = refused(&nested(64));
    assert_eq!((code.as_str(), column), ("E0625", 69));
    assert_eq!(message, "`x`: the event is nested more than 64 deep");
    assert_eq!(refused(&nested(400_000)).0, "E0625");
}

#[test]
fn an_error_says_what_the_line_is_about() {
    let decoder = Fixture::new().decoder();
    let about = |line: &str| {
        let error = decoder.decode_line(line.as_bytes()).expect_err(line);
        (error.event_type.unwrap_or_default(), error.id.unwrap_or_default())
    };
    let both = |event_type: &str, id: &str| (event_type.to_owned(), id.to_owned());
    assert_eq!(about(r#"{"data":{"id":"s1"},"type":"Sale","id":"e1"}"#), both("Sale", "e1"));
    assert_eq!(about(r#"{"data":{"id":"s1"},"type":"Sale"}"#), both("Sale", "s1"));
    assert_eq!(about(r#"{"type":"shop.Order","data":{"lines":1,"number":17}}"#), both("shop.Order", "17"));
    assert_eq!(about(r#"{"type":"Nobody","id":"e1","data"#), both("Nobody", "e1"));
    assert_eq!(about("]"), both("", ""));
}

#[test]
fn columns_count_characters() {
    let (_, _, column) = refused(r#"{"type":"Sale","data":{"id":"äöü","buyer":7}}"#);
    assert_eq!(column, 43);
}
