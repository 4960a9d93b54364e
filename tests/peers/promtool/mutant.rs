//! Tests with one number changed: a sample, a time, or a number in what is expected.

/// Lines that have numbers that matter.
const WORDS: &[&str] = &["values:", "eval_time:", "exp_annotations:", "exp_labels:", "summary:"];

/// A test file with the number of this `seed` changed; the same seed gives the same file, and none is twice as written.
pub fn of(tests: &str, seed: u64) -> Option<String> {
    let places: Vec<(usize, usize)> = numbers(tests);
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below.max(1) as u64).unwrap_or_default()
    };
    let (start, end) = *places.get(next(places.len()))?;
    let number: u64 = tests.get(start..end)?.parse().ok()?;
    let others = [number + 1, number.saturating_sub(1), number * 2, 0, number + 5];
    let other = others[next(others.len())];
    (other != number && other < 1000).then(|| format!("{}{other}{}", &tests[..start], &tests[end..]))
}

/// Where whole numbers stand in lines with one of the words.
fn numbers(tests: &str) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut at = 0;
    for line in tests.split_inclusive('\n') {
        let begins = WORDS.iter().filter_map(|word| line.find(word).map(|found| found + word.len())).min();
        let mut from = begins.unwrap_or(line.len());
        while let Some(start) = line[from..].find(|c: char| c.is_ascii_digit()).map(|found| from + found) {
            let end = line[start..].find(|c: char| !c.is_ascii_digit()).map_or(line.len(), |found| start + found);
            places.push((at + start, at + end));
            from = end;
        }
        at += line.len();
    }
    places
}
