//! Sentences that a grammar derives, chosen by numbers that look random and are the same each time.

use super::notation::Part;
use std::collections::BTreeMap;

/// Classes of tokens, and some of each.
const CLASSES: &[(&str, &[&str])] = &[
    ("name", &["a", "b", "size", "A", "Box"]),
    ("Name", &["USD", "Line"]),
    ("int", &["0", "7", "1_000"]),
    ("decimal", &["2.50", "2.9%"]),
    ("duration", &["5m", "1h30m"]),
    ("date", &["@2026-01-25"]),
    ("time", &["@2026-01-25T02:52:48.340Z"]),
    ("text", &["\"\"", "\"a\\n\""]),
    ("item-docs", &["/// It.\n"]),
    ("module-docs", &["//! All.\n"]),
];

/// Whether a name of the grammar is a class of tokens.
pub fn is_class(name: &str) -> bool {
    CLASSES.iter().any(|(class, _)| *class == name)
}

/// Makes sentences.
pub struct Maker<'g> {
    rules: &'g BTreeMap<String, Part>,
    heights: BTreeMap<String, usize>,
    state: u64,
    out: String,
}

impl<'g> Maker<'g> {
    pub fn new(rules: &'g BTreeMap<String, Part>, seed: u64) -> Maker<'g> {
        // How deep a rule must go at least: raised until nothing changes.
        let mut heights: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let before = heights.clone();
            for (name, part) in rules {
                if let Some(height) = height(part, &before) {
                    heights.insert(name.clone(), height + 1);
                }
            }
            if heights == before {
                let lost = rules.keys().find(|name| !heights.contains_key(*name));
                assert_eq!(lost, None, "a rule that derives nothing");
                return Maker {
                    rules,
                    heights,
                    state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
                    out: String::new(),
                };
            }
        }
    }

    /// A sentence of a rule, about so deep.
    pub fn sentence(mut self, rule: &str, depth: usize) -> String {
        self.name(rule, depth);
        self.out
    }

    /// A number below a bound (xorshift).
    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).expect("31 bits") % bound
    }

    fn name(&mut self, name: &str, depth: usize) {
        if let Some((_, some)) = CLASSES.iter().find(|(class, _)| *class == name) {
            let chosen = some[self.below(some.len())];
            return self.token(chosen);
        }
        match name {
            // The first bare `{` opens the body, and no line may begin with what goes on: see the page.
            "condition" => return self.bracketed(depth),
            "statement" | "local" | "item" | "arm" => self.out.push('\n'),
            // The value stands alone, so that nothing goes on with it and it goes on with nothing.
            "law" | "result" => {
                let before = if name == "law" { "local" } else { "statement" };
                self.token("{");
                for _ in 0..self.below(3) {
                    self.name(before, depth.saturating_sub(1));
                }
                self.out.push('\n');
                self.bracketed(depth);
                return self.token("}");
            }
            _ => {}
        }
        let rules = self.rules;
        let begin = self.out.len();
        self.part(&rules[name], depth.saturating_sub(1));
        // A line that begins with an operator goes on with the statement before, `{` behind `=>` opens a
        // block, and `advance` before a bracket is a name.
        let is_not_one = ["-", "{", "advance (", "advance ["];
        while name == "statement" && is_not_one.iter().any(|one| self.out[begin..].trim_start().starts_with(one)) {
            self.out.truncate(begin);
            self.part(&rules[name], depth.saturating_sub(1));
        }
        // A statement that begins with `if` or `match` ends at its `}`.
        let made = self.out[begin..].trim_start();
        if name == "signed" && (made.starts_with("if ") || made.starts_with("match ")) {
            let made = format!(" ( {made} )");
            self.out.replace_range(begin.., &made);
        }
    }

    fn bracketed(&mut self, depth: usize) {
        self.token("(");
        self.name("expression", depth.saturating_sub(1));
        self.token(")");
    }

    fn token(&mut self, token: &str) {
        // `@` and its name are one.
        if !self.out.ends_with('@') && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.out += token;
    }

    fn part(&mut self, part: &Part, depth: usize) {
        match part {
            Part::Word(word) => self.token(word),
            Part::Name(name) => self.name(name, depth),
            Part::All(parts) => parts.iter().for_each(|part| self.part(part, depth)),
            Part::One(parts) => {
                let cost = |part: &Part| height(part, &self.heights).unwrap_or(usize::MAX);
                let least = parts.iter().map(cost).min().unwrap_or_default();
                let fits: Vec<_> = parts.iter().filter(|part| cost(part) <= depth.max(least)).collect();
                let chosen = fits[self.below(fits.len())];
                self.part(chosen, depth);
            }
            Part::Many(part) => {
                let most = if height(part, &self.heights) <= Some(depth) { 3 } else { 1 };
                for _ in 0..self.below(most) {
                    self.part(part, depth);
                }
            }
            Part::List(part, lines) => {
                let most = if height(part, &self.heights) <= Some(depth) { 4 } else { 1 };
                let count = self.below(most);
                for number in 0..count {
                    self.part(part, depth);
                    let comma = number + 1 < count || self.below(2) == 0;
                    if comma && *lines && self.below(2) == 0 {
                        self.out.push('\n');
                    } else if comma {
                        self.token(",");
                    }
                }
            }
        }
    }
}

/// How deep a part must go at least, as far as is known.
fn height(part: &Part, heights: &BTreeMap<String, usize>) -> Option<usize> {
    match part {
        Part::Word(_) | Part::Many(_) | Part::List(..) => Some(0),
        Part::Name(name) if is_class(name) => Some(0),
        Part::Name(name) => heights.get(name).copied(),
        Part::All(parts) => {
            parts.iter().map(|part| height(part, heights)).try_fold(0, |most, one| Some(most.max(one?)))
        }
        Part::One(parts) => parts.iter().filter_map(|part| height(part, heights)).min(),
    }
}
