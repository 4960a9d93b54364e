//! Names for what has been called otherwise: metrics, labels and alerts become names as LwaS writes them, each its own.

use std::collections::{BTreeMap, BTreeSet};

/// Words of a name: broken at what is no letter or digit, and where a small letter or digit meets a capital, and before the
/// last capital of several.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = vec![String::new()];
    for (at, c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let is_new = c.is_ascii_uppercase()
            && before.is_some_and(|b| {
                b.is_ascii_lowercase()
                    || b.is_ascii_digit()
                    || (b.is_ascii_uppercase() && chars.get(at + 1).is_some_and(char::is_ascii_lowercase))
            });
        if is_new {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    if words.first().is_none_or(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
        words.insert(0, "x".to_owned());
    }
    words
}

/// A name as values, fields and functions are written.
pub fn snake(name: &str) -> String {
    words(name).join("_")
}

/// A name as types, states and events are written.
pub fn camel(name: &str) -> String {
    let capital = |word: &String| {
        let mut chars = word.chars();
        chars.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
    };
    words(name).iter().map(capital).collect()
}

/// Gives each thing a name of its own.
#[derive(Debug, Default)]
pub struct Names {
    given: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Names {
    /// Names that are taken already.
    pub fn without(taken: &[&str]) -> Names {
        Names { given: BTreeMap::new(), taken: taken.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// The name of `thing`: `wanted`, or that with a number where it is taken.
    pub fn of(&mut self, thing: &str, wanted: String) -> String {
        if let Some(name) = self.given.get(thing) {
            return name.clone();
        }
        let name = self.fresh(wanted);
        self.given.insert(thing.to_owned(), name.clone());
        name
    }

    /// A name that nothing else has.
    pub fn fresh(&mut self, wanted: String) -> String {
        let mut name = wanted.clone();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            let line = if wanted.starts_with(|c: char| c.is_ascii_uppercase()) { "" } else { "_" };
            name = format!("{wanted}{line}{number}");
            number += 1;
        }
        name
    }
}

/// A text as LwaS writes it, without its quotes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '{' => out.push_str("\\{"),
            c if c.is_control() || is_direction(c) => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// Characters that turn the direction of writing or break lines, which no source may contain.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text as LwaS writes it.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A text for a comment: on one line, without what no source may contain.
pub fn commented(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control() && !is_direction(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_lwas_writes_them() {
        for (from, small, large) in [
            ("HostHighCPULoad", "host_high_cpu_load", "HostHighCpuLoad"),
            ("node_load1", "node_load1", "NodeLoad1"),
            ("job:errors:rate5m", "job_errors_rate5m", "JobErrorsRate5m"),
            ("__up", "up", "Up"),
            ("5xx", "x_5xx", "X5xx"),
            ("é", "x", "X"),
        ] {
            assert_eq!(snake(from), small);
            assert_eq!(camel(from), large);
        }
    }

    #[test]
    fn two_things_have_two_names() {
        let mut names = Names::without(&["up"]);
        assert_eq!(names.of("a", "up".to_owned()), "up_2");
        assert_eq!(names.of("b", "up".to_owned()), "up_3");
        assert_eq!(names.of("a", "up".to_owned()), "up_2");
    }
}
