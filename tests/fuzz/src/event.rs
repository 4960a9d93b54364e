//! What comes in while a program runs: a line with events, the argument of a query, the encoding of a value. The first byte of
//! an input says which, and of which type.

#[path = "../../../lwasc/runtime/tests/data/answers.rs"]
pub mod answers;
#[expect(clippy::new_without_default, reason = "a fixture is made by tests only")]
#[path = "../../../lwasc/runtime/tests/data/fixture.rs"]
pub mod fixture;

use crate::driver::chance::Chance;
use crate::havoc;
use fixture::Fixture;
use lwas_runtime::data::{Decoder, encode, json_text, json_value, parse_argument};

/// Words of which events are made.
const WORDS: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\u0000",
    "\\ud800",
    "\\n",
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1e999999999",
    "1e-19",
    "0.000000000000000001",
    "170141183460469231731687303715884105728",
    "9223372036854775808",
    "1E400",
    "\"type\":",
    "\"id\":",
    "\"source\":",
    "\"time\":",
    "\"data\":",
    "\"Sale\"",
    "\"shop.Order\"",
    "\"Ping\"",
    "\"amount\":",
    "\"currency\":",
    "\"USD\"",
    "{\"Custom\":{\"rate\":0.1}}",
    "\"2026-01-25T02:52:48Z\"",
    "\"2024-02-30\"",
    "\"5m\"",
    "\"99.99\"",
    "\"lines\":",
    "\u{feff}",
    "\u{10ffff}",
];

thread_local! {
    static FIXTURE: (Fixture, Decoder) = {
        let fixture = Fixture::new();
        let decoder = fixture.decoder();
        (fixture, decoder)
    };
}

/// What was read, in kind, or why nothing was.
pub fn decode(bytes: &[u8]) -> String {
    let Some((first, bytes)) = bytes.split_first() else { return String::new() };
    FIXTURE.with(|(fixture, decoder)| {
        let (name, ty) = fixture.types()[usize::from(*first) / 4 % fixture.types().len()];
        match first % 4 {
            0 | 1 => match answers::line_answered(decoder, bytes) {
                Ok(line) => format!("{:?}", std::mem::discriminant(&line)),
                Err(error) => format!("{} {}", error.code(), plain(&error.message)),
            },
            2 => format!("{name}: {}", answers::bytes_answered(fixture, ty, bytes).is_some()),
            _ => {
                let Ok(text) = std::str::from_utf8(bytes) else { return "no text".to_owned() };
                let answers = [parse_argument(&fixture.module, ty, text), json_value(&fixture.module, ty, text)];
                let told = answers.map(|answer| match answer {
                    Ok(value) => {
                        let written = json_text(&fixture.module, ty, &value);
                        assert_eq!(json_value(&fixture.module, ty, &written), Ok(value), "{written}");
                        String::new()
                    }
                    Err(error) => format!("{} {}", error.code(), plain(&error.message)),
                });
                format!("{name}: {told:?}")
            }
        }
    })
}

/// A message up to what it quotes, without numbers.
fn plain(message: &str) -> String {
    message.chars().take_while(|c| *c != '`').filter(|c| !c.is_ascii_digit()).take(40).collect()
}

/// Events, texts and encodings that are right.
pub fn seeds() -> Vec<Vec<u8>> {
    let lines = [
        r#"{"type":"Sale","id":"e","source":"s","time":"2026-01-25T02:52:48Z","data":{"id":"s1","buyer":"a","amount":1e-2,"tier":{"Custom":{"rate":"0.1"}}}}"#,
        r#"{"type":"shop.Order","data":{"number":9223372036854775807,"lines":[{"sku":"k","price":"99.99","quantity":3}]}}"#,
        r#"[{"type":"Ping","data":{"id":"p","buyer":"b","amount":0,"note":null,"channel":"x"}},{"type":"Sale","data":{"id":"q","buyer":"ä","amount":-5,"tier":"Plus"}}]"#,
    ];
    let mut seeds: Vec<_> = lines.iter().map(|line| [&[0], line.as_bytes()].concat()).collect();
    let fixture = Fixture::new();
    let texts = [
        "true",
        "-7",
        "\"t\"",
        "1.5",
        "\"0.01\"",
        "{\"amount\":9.99,\"currency\":\"USD\"}",
        "\"EUR\"",
        "\"5m\"",
        "[]",
        "\"2024-02-29\"",
        "\"2026-01-25T02:52:48.340Z\"",
        "null",
        "\"Plus\"",
        "{\"Custom\":{\"rate\":0.5}}",
        "1e3",
        "[{\"sku\":\"k\",\"price\":1,\"quantity\":2}]",
        "{}",
        "[{\"amount\":1,\"currency\":\"JPY\"}]",
    ];
    for (place, (_, ty)) in fixture.types().iter().enumerate() {
        let first = u8::try_from(place * 4 % 256).expect("it is a byte");
        for text in texts {
            seeds.push([&[first + 3], text.as_bytes()].concat());
            if let Ok(value) = json_value(&fixture.module, *ty, text) {
                seeds.push([&[first + 2], encode(&fixture.module, *ty, &value).as_slice()].concat());
            }
        }
    }
    seeds
}

/// Bytes anywhere, or a word of JSON.
pub fn change(input: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    if chance.below(2) == 0 {
        return havoc::bytes(input, other, chance);
    }
    let word = chance.of_all(&WORDS).expect("there are some").as_bytes();
    let from = chance.below(input.len() + 1);
    let to = (from + chance.below(2) * chance.below(8)).min(input.len());
    input.splice(from..to, word.iter().copied());
}
