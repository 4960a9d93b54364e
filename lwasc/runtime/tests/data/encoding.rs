//! The canonical encoding: the vectors of its page, and bytes that it refuses.

use crate::fixture::Fixture;
use lwas_exact::Fraction;
use lwas_ir::{CurrencyId, Type, Value};
use lwas_runtime::data::{decode, encode, json_text, json_value};

const PAGE: &str = include_str!("../../../../spec/value-encoding.md");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().map(|c| c.to_digit(16).expect("hexadecimal") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

#[test]
fn the_vectors_of_the_page() {
    let fixture = Fixture::new();
    let (_, vectors) = PAGE.split_once("```vectors\n").expect("the page has vectors");
    let (vectors, _) = vectors.split_once("```").expect("the vectors end");
    let mut count = 0;
    for vector in vectors.lines() {
        let (ty, rest) = vector.split_once(" = ").expect("a type");
        let (json, expected) = rest.rsplit_once(" = ").expect("a value and its bytes");
        let ty = fixture.ty(ty);
        let value = json_value(&fixture.module, ty, json).unwrap_or_else(|error| panic!("{vector}: {error}"));
        assert_eq!(json_text(&fixture.module, ty, &value), json);
        assert_eq!(hex(&encode(&fixture.module, ty, &value)), expected, "{vector}");
        assert_eq!(decode(&fixture.module, ty, &bytes(expected)), Ok(value), "{vector}");
        count += 1;
    }
    assert!(count >= 20, "{count} vectors");
}

#[test]
fn a_fraction_has_one_encoding() {
    let mut module = (*Fixture::new().module).clone();
    let ty = module.intern(Type::Fraction);
    for currency in [None, Some(CurrencyId::from_u32(1))] {
        let value = Value::Fraction(Box::new(Fraction::new(-22, 7).expect("7 is not 0")), currency);
        let mut encoded = encode(&module, ty, &value);
        assert_eq!(decode(&module, ty, &encoded), Ok(value));
        encoded[8] = 44;
        encoded[40] = 14;
        assert!(decode(&module, ty, &encoded).is_err(), "44/14 is not in lowest terms");
    }
}

#[test]
fn bytes_that_encode_nothing() {
    let fixture = Fixture::new();
    for (ty, hex, what) in [
        ("Bool", "02", "Bool"),
        ("Bool", "", "Bool"),
        ("Bool", "0100", "end"),
        ("Int", "01000000000000", "number"),
        ("Text", "ffffffff61", "text of at most 1 MiB"),
        ("Text", "0500000061", "text"),
        ("Text", "01000000ff", "text in UTF-8"),
        ("Text?", "02", "option"),
        ("List<USD>", "ffffffff", "count within its bounds"),
        ("List<Nothing>", "0200000000", "count within its bounds"),
        ("List<Nothing>", "0100000001", "record without fields"),
        ("Map<Text, Nothing>", "02000000010000006100010000006100", "map in order and without repeated keys"),
        ("Map<Text, Nothing>", "02000000010000006200010000006100", "map in order and without repeated keys"),
        ("Map<Text, Nothing>", "010000000200000061", "text"),
        ("Map<Text, Nothing>", "ffffffff", "count within its bounds"),
        ("Currency", "03000000555358", "currency of the program"),
        ("Kind", "00000000", "variant"),
        ("Number", "1301000000000000000000000000000000", "digits up to 18"),
        ("Date", "ffffffffffffff7f", "Date in the calendar"),
        ("Time", "ffffffffffffff7f", "Time in the calendar"),
        ("Bag", "010000000300000055534400000000000000000000000000000000", "bag in order and without zeros"),
    ] {
        let error = decode(&fixture.module, fixture.ty(ty), &bytes(hex)).expect_err(hex);
        assert_eq!(error.0, what, "{ty} {hex}");
    }
}
