//! Changes to bytes that know nothing of what they mean: a bit, a number, a piece gone, twice, elsewhere, or of another input.

use crate::driver::chance::Chance;

/// The longest input that is made.
pub const MAX_INPUT_BYTES: usize = 1 << 16;

/// Numbers at which lengths and counts change their meaning, in the forms in which formats write them.
const NUMBERS: [&[u8]; 14] = [
    &[0],
    &[1],
    &[0x7f],
    &[0x80],
    &[0xff],
    &[0x80, 0x01],
    &[0x80, 0x00],
    &[0xff, 0xff],
    &[0xff, 0x7f],
    &[0xff, 0xff, 0xff, 0x7f],
    &[0, 0, 0, 0x80],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    &[0, 0, 0, 0, 0, 0, 0, 0x80],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
];

/// Changes an input at one to some places.
pub fn bytes(input: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    for _ in 0..1 + chance.below(6) * chance.below(2) {
        change(input, other, chance);
    }
    input.truncate(MAX_INPUT_BYTES);
}

fn change(input: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    let (from, to) = piece(input.len(), chance);
    match chance.below(12) {
        0..=2 => one(input, from, |byte, chance| byte ^ 1 << chance.below(8), chance),
        3 => one(input, from, |_, chance| any(chance), chance),
        4 => {
            one(input, from, |byte, chance| byte.wrapping_add_signed(if chance.below(2) == 0 { 1 } else { -1 }), chance)
        }
        5 | 6 => {
            let number = chance.of_all(&NUMBERS).expect("there are some");
            let end = from + number.len() * chance.below(2);
            input.splice(from..end.min(input.len()), number.iter().copied());
        }
        7 => drop(input.drain(from..to)),
        8 => {
            let again = input[from..to].to_vec();
            let at = chance.below(input.len() + 1);
            input.splice(at..at, again);
        }
        9 => {
            let (first, last) = piece(other.len(), chance);
            input.splice(from..to, other[first..last].iter().copied());
        }
        10 => {
            let (first, last) = piece(other.len(), chance);
            input.splice(from..from, other[first..last].iter().copied());
        }
        _ if chance.below(4) == 0 => input.truncate(from),
        _ => input.insert(from, any(chance)),
    }
}

/// A piece of so many bytes: mostly a short one.
fn piece(length: usize, chance: &mut Chance) -> (usize, usize) {
    let from = chance.below(length + 1);
    let most = if chance.below(4) == 0 { length } else { 16 };
    (from, (from + chance.below(most + 1)).min(length))
}

fn one(input: &mut [u8], at: usize, with: impl Fn(u8, &mut Chance) -> u8, chance: &mut Chance) {
    if let Some(byte) = input.get_mut(at) {
        *byte = with(*byte, chance);
    }
}

fn any(chance: &mut Chance) -> u8 {
    u8::try_from(chance.below(256)).expect("it is a byte")
}
