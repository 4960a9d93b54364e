//! The notation of `spec/grammar.md`, read: `"x"`, `A B`, `A | B`, `[A]`, `{A}`, `(A)`, `list(A)`, `lines(A)`.

use std::collections::BTreeMap;

/// What stands right of a `=`.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A token as it is written.
    Word(String),
    /// A rule or a class of tokens.
    Name(String),
    /// One after the other.
    All(Vec<Part>),
    /// One of several.
    One(Vec<Part>),
    /// Any number.
    Many(Box<Part>),
    /// Any number, separated by commas; with `true` by line breaks too.
    List(Box<Part>, bool),
}

impl Part {
    /// A part or nothing.
    fn or_nothing(part: Part) -> Part {
        Part::One(vec![Part::All(vec![]), part])
    }

    /// Calls `see` for each part.
    pub fn walk(&self, see: &mut dyn FnMut(&Part)) {
        see(self);
        match self {
            Part::Word(_) | Part::Name(_) => {}
            Part::All(parts) | Part::One(parts) => parts.iter().for_each(|part| part.walk(see)),
            Part::Many(part) | Part::List(part, _) => part.walk(see),
        }
    }
}

/// The rules of the page, from `## Items` on.
pub fn rules(page: &str) -> BTreeMap<String, Part> {
    let (_, page) = page.split_once("\n## Items\n").expect("the page has items");
    let blocks = page.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("text\n"));
    let mut rules = BTreeMap::new();
    let mut last: Option<(String, String)> = None;
    for line in blocks.flat_map(str::lines) {
        // What stands behind three spaces is for people.
        let line = line.trim_end().trim_end_matches("in tests").trim_end();
        match line.split_once('=').filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            Some((name, right)) if !name.contains('"') => {
                finish(last.replace((name.trim().to_owned(), right.to_owned())), &mut rules);
            }
            _ if line.starts_with(|c: char| c.is_ascii_lowercase()) => {
                finish(last.replace((line.to_owned(), String::new())), &mut rules);
            }
            _ => {
                if let Some((_, right)) = &mut last {
                    // The first line of alternatives begins with the `=`.
                    let line = line.trim_start();
                    *right += &format!(" {}", line.strip_prefix("= ").unwrap_or(line));
                }
            }
        }
    }
    finish(last, &mut rules);
    rules
}

fn finish(rule: Option<(String, String)>, rules: &mut BTreeMap<String, Part>) {
    let Some((name, right)) = rule else { return };
    let pieces = pieces(&right);
    let mut at = 0;
    let part = one(&pieces, &mut at);
    assert_eq!(at, pieces.len(), "`{name}` ends before {:?}", pieces.get(at));
    assert!(rules.insert(name.clone(), part).is_none(), "`{name}` stands twice");
}

/// Words in quotes, names and signs.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![];
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => rest[1..].find('"').expect("a quote is closed") + 2,
            c if c.is_ascii_alphabetic() => {
                rest.find(|c: char| !(c.is_ascii_alphabetic() || c == '-')).unwrap_or(rest.len())
            }
            _ => 1,
        };
        pieces.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    pieces
}

fn one(pieces: &[String], at: &mut usize) -> Part {
    let mut parts = vec![all(pieces, at)];
    while pieces.get(*at).is_some_and(|piece| piece == "|") {
        *at += 1;
        parts.push(all(pieces, at));
    }
    if parts.len() == 1 { parts.remove(0) } else { Part::One(parts) }
}

fn all(pieces: &[String], at: &mut usize) -> Part {
    let mut parts = vec![];
    while let Some(piece) = pieces.get(*at) {
        *at += 1;
        parts.push(match piece.as_str() {
            "|" | ")" | "]" | "}" => {
                *at -= 1;
                break;
            }
            "(" => closed(pieces, at, ")"),
            "[" => Part::or_nothing(closed(pieces, at, "]")),
            "{" => Part::Many(Box::new(closed(pieces, at, "}"))),
            "list" | "lines" => {
                *at += 1;
                Part::List(Box::new(closed(pieces, at, ")")), piece == "lines")
            }
            // `".{"` is two tokens.
            "\".{\"" => Part::All(vec![Part::Word(".".into()), Part::Word("{".into())]),
            word if word.starts_with('"') => Part::Word(word.trim_matches('"').to_owned()),
            name => Part::Name(name.to_owned()),
        });
    }
    if parts.len() == 1 { parts.remove(0) } else { Part::All(parts) }
}

fn closed(pieces: &[String], at: &mut usize, close: &str) -> Part {
    let part = one(pieces, at);
    assert_eq!(pieces.get(*at).map(String::as_str), Some(close), "in {pieces:?}");
    *at += 1;
    part
}
