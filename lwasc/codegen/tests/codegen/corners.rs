//! Numbers at which something changes, in both widths: what tests of arithmetic go through, and generated programs pick from.

/// Numbers at which something changes.
pub const INTS: [i64; 20] = [
    0,
    1,
    -1,
    2,
    -2,
    3,
    5,
    -5,
    7,
    10,
    -10,
    25,
    50,
    99,
    -100,
    1_000_000_007,
    i64::MAX,
    i64::MAX - 1,
    i64::MIN,
    i64::MIN + 1,
];

/// The same in 128 bits.
pub fn wides() -> Vec<i128> {
    let ten = |n: u32| 10i128.pow(n);
    let mut wides: Vec<i128> = INTS.iter().map(|n| i128::from(*n)).collect();
    wides.extend([i128::MAX, i128::MIN, i128::MAX - 1, i128::MIN + 1]);
    wides.extend([i128::from(i64::MAX) + 1, i128::from(i64::MIN) - 1, 1 << 64, (1 << 64) - 1, -(1 << 64), 1 << 126]);
    for n in [2, 9, 17, 18, 19, 20, 36, 38] {
        for near in [-1, 0, 1] {
            // Around a power, around a half of it, and around an odd and an even number of halves.
            wides.extend([ten(n) + near, ten(n) / 2 + near, -ten(n) / 2 + near]);
        }
        wides.extend([ten(n) / 2 * 3, -ten(n) / 2 * 3]);
    }
    wides
}
