//! Changes to a program, as an absent-minded author makes them: a token away, twice, or another one; a digit, a type, an
//! operator; a line gone; a piece of another program in between. Most keep the kind of what they change, so that a fair part of
//! the programs is still right, and gets past the checker.

use super::chance::Chance;
use super::corpus::Program;
use super::pieces::{Class, Piece, closing, cut, join};

const TYPES: [&str; 18] = [
    "Int",
    "Bool",
    "Text",
    "Decimal(2)",
    "Decimal(0)",
    "Decimal(18)",
    "USD",
    "JPY",
    "USD(4)",
    "Money",
    "Number",
    "Currency",
    "Time",
    "Date",
    "Duration",
    "List<Int>",
    "Map<Text, Int>",
    "Text?",
];
const OPERATORS: [&str; 15] = ["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "and", "or", "??", "in", "="];
const LITERALS: [&str; 24] = [
    "0",
    "1",
    "-1",
    "9_223_372_036_854_775_807",
    "0.5",
    "0.000_000_000_000_000_001",
    "2.9%",
    "1.00 USD",
    "100 JPY",
    "true",
    "false",
    "none",
    "some(1)",
    "[]",
    "[1, 2]",
    "\"\"",
    "\"a {1 + 1} b\"",
    "@2024-02-29",
    "@2000-01-01T00:00:00Z",
    "30s",
    "{}",
    "{ \"a\": 1 }",
    "now",
    "USD",
];
const CALLS: [&str; 28] = [
    "round", "round_up", "exact", "floor", "abs", "min", "max", "sum", "count", "length", "sort", "split", "convert",
    "some", "Money", "range", "all", "any", "avg", "first", "last", "date", "year", "add_days", "pow", "not ", "keys",
    "values",
];
const NOISE: [&str; 14] =
    ["\0", "\u{feff}", "\u{202e}", "é", "日本", "'", ";", "\\", "\"", "`", "\r", "\t", "#", "\u{10ffff}"];

/// A mutant of one of the programs: the program with one file changed.
pub fn mutant(programs: &[Program], chance: &mut Chance) -> Program {
    let mut mutant = chance.of_all(programs).expect("there are programs").clone();
    let other = chance.of_all(programs).and_then(|program| chance.of_all(&program.files)).expect("a program has files");
    let other = cut(&other.1);
    let file = chance.below(mutant.files.len());
    let (_, text) = &mut mutant.files[file];
    *text = changed(text, &other, chance);
    mutant
}

/// A text with some changes, for which another one may lend pieces.
pub fn changed(text: &str, other: &[Piece], chance: &mut Chance) -> String {
    let mut pieces = cut(text);
    for _ in 0..1 + chance.below(4) * chance.below(2) {
        change(&mut pieces, other, chance);
    }
    join(&pieces)
}

/// One change; of a text in which it can't be made, none.
fn change(pieces: &mut Vec<Piece>, other: &[Piece], chance: &mut Chance) {
    let Some(at) = token(pieces, chance) else { return };
    match chance.below(25) {
        0 => drop(pieces.remove(at)),
        1 => pieces.insert(at, pieces[at].clone()),
        2 => swap(pieces, at, chance),
        3 => replace(pieces, at, token(other, chance).map(|from| other[from].clone())),
        4..=8 => {
            let own = pieces.clone();
            alike(pieces, at, &own, chance);
        }
        9 => alike(pieces, at, other, chance),
        10 => of_class(pieces, Class::Capital, &TYPES, chance),
        11 | 12 => of_class(pieces, Class::Sign, &OPERATORS, chance),
        13 => of_class(pieces, Class::Number, &LITERALS, chance),
        14 => put(pieces, at, chance.of_all(&LITERALS)),
        15 | 16 => digits(pieces, chance),
        17 => wrap(pieces, at, chance),
        18 => group(pieces, &pieces.clone(), chance),
        19 => group(pieces, other, chance),
        20 | 21 => lines(pieces, &pieces.clone(), chance),
        22 => lines(pieces, other, chance),
        23 => pieces.truncate(if chance.below(4) == 0 { at } else { pieces.len() }),
        _ => pieces.insert(at, Piece::new(Class::Sign, chance.of_all(&NOISE).expect("there is some"))),
    }
}

/// The place of a token.
fn token(pieces: &[Piece], chance: &mut Chance) -> Option<usize> {
    places(pieces, |piece| piece.class != Class::Between, chance)
}

fn places(pieces: &[Piece], is: impl Fn(&Piece) -> bool, chance: &mut Chance) -> Option<usize> {
    let all: Vec<_> = pieces.iter().enumerate().filter(|(_, piece)| is(piece)).map(|(at, _)| at).collect();
    chance.of_all(&all).copied()
}

fn replace(pieces: &mut [Piece], at: usize, with: Option<Piece>) {
    if let Some(with) = with {
        pieces[at] = with;
    }
}

fn put(pieces: &mut [Piece], at: usize, text: Option<&&str>) {
    if let Some(text) = text {
        pieces[at].text = (*text).to_owned();
    }
}

/// Two tokens change their places.
fn swap(pieces: &mut [Piece], at: usize, chance: &mut Chance) {
    if let Some(with) = token(pieces, chance) {
        pieces.swap(at, with);
    }
}

/// A token becomes another of its class.
fn alike(pieces: &mut [Piece], at: usize, from: &[Piece], chance: &mut Chance) {
    let class = pieces[at].class;
    let found = places(from, |piece| piece.class == class, chance).map(|found| from[found].clone());
    replace(pieces, at, found);
}

/// A token of a class becomes one of a list.
fn of_class(pieces: &mut [Piece], class: Class, list: &[&str], chance: &mut Chance) {
    if let Some(at) = places(pieces, |piece| piece.class == class, chance) {
        put(pieces, at, chance.of_all(list));
    }
}

/// A digit is another one, one more, or one less.
fn digits(pieces: &mut [Piece], chance: &mut Chance) {
    let Some(at) = places(pieces, |piece| matches!(piece.class, Class::Number | Class::At), chance) else { return };
    let text = &mut pieces[at].text;
    let all: Vec<_> = text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
    let Some(digit) = chance.of_all(&all).copied() else { return };
    let other = char::from(b"0123456789"[chance.below(10)]);
    match chance.below(4) {
        0 => drop(text.remove(digit)),
        1 => text.insert(digit, other),
        2 => text.insert_str(digit, &other.to_string().repeat(chance.below(40))),
        _ => text.replace_range(digit..=digit, &other.to_string()),
    }
}

/// A call, brackets or a sign around a token.
fn wrap(pieces: &mut [Piece], at: usize, chance: &mut Chance) {
    let call = chance.of_all(&CALLS).expect("there are some");
    let text = &mut pieces[at].text;
    *text = match chance.below(8) {
        0 => format!("({text})"),
        1 => format!("[{text}]"),
        2 => format!("-{text}"),
        3 => format!("{text}?"),
        4 => format!("if true {{ {text} }} else {{ {text} }}"),
        5 => format!("{text}.amount"),
        _ => format!("{call}({text})"),
    };
}

/// A bracket with what is in it goes, stands twice, or becomes another one.
fn group(pieces: &mut Vec<Piece>, from: &[Piece], chance: &mut Chance) {
    let is_open = |piece: &Piece| matches!(piece.text.as_str(), "(" | "[" | "{");
    let Some(open) = places(pieces, is_open, chance) else { return };
    let Some(close) = closing(pieces, open) else { return };
    let sign = pieces[open].text.clone();
    let found = places(from, |piece| piece.text == sign, chance);
    let with = found.and_then(|open| Some(from[open..=closing(from, open)?].to_vec()));
    match chance.below(4) {
        0 => drop(pieces.drain(open..=close)),
        1 => drop(pieces.splice(open..open, pieces[open..=close].to_vec())),
        _ => drop(pieces.splice(open..=close, with.unwrap_or_default())),
    }
}

/// Some lines go, or lines of a program (this or another) come in.
fn lines(pieces: &mut Vec<Piece>, from: &[Piece], chance: &mut Chance) {
    let (text, from) = (join(pieces), join(from));
    let mut lines: Vec<_> = text.split_inclusive('\n').collect();
    let from: Vec<_> = from.split_inclusive('\n').collect();
    let (first, at) = (chance.below(from.len().max(1)), chance.below(lines.len().max(1)));
    let count = 1 + chance.below(6) * chance.below(2);
    let some = from.iter().skip(first).take(count);
    match chance.below(3) {
        0 => drop(lines.drain(at.min(lines.len())..(at + count).min(lines.len()))),
        _ => drop(lines.splice(at.min(lines.len())..at.min(lines.len()), some.copied())),
    }
    *pieces = cut(&lines.concat());
}
