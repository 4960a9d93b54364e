//! The grammar on its page and the one in the parser are the same: the parser takes what the page derives, the page derives
//! the programs that there are, and both know the same words.

mod notation;
mod recognise;
mod sentences;

use super::complaints;
use notation::{Part, rules};
use sentences::{Maker, is_class};
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = include_str!("../../../../../spec/grammar.md");
/// How many sentences are made.
const SENTENCES: u64 = 1000;

const TOKENS: &str = include_str!("../../../src/tokens.rs");

#[test]
fn every_name_leads_to_a_rule_or_a_class_of_tokens() {
    let rules = rules(PAGE);
    let mut lost = BTreeSet::new();
    for part in rules.values() {
        part.walk(&mut |part| {
            if let Part::Name(name) = part
                && !is_class(name)
                && !rules.contains_key(name)
            {
                lost.insert(name.clone());
            }
        });
    }
    assert_eq!(lost, BTreeSet::new());
}

/// The words that a text has in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2).filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// The reserved words, as the page lists them.
fn reserved() -> BTreeSet<&'static str> {
    let (_, list) = PAGE.split_once("**Reserved** are `").expect("the page lists them");
    list.split('`').next().expect("a list").split(' ').collect()
}

#[test]
fn the_page_and_the_parser_know_the_same_words() {
    let mut written = BTreeSet::new();
    for part in rules(PAGE).values() {
        part.walk(&mut |part| {
            if let Part::Word(word) = part
                && word.starts_with(|c: char| c.is_ascii_lowercase())
            {
                written.insert(word.clone());
            }
        });
    }
    // Words in their place only: the table of the lexer, and those that a single place asks for by name.
    let (_, table) = TOKENS.split_once("pub(crate) const ITEM_WORDS").expect("the table of words");
    let (table, _) = table.split_once("impl Word").expect("the end of the table");
    let by_name = ["alerts", "info", "warning", "critical"];
    let aggregates = ["count", "first", "last", "rate"];
    let known: BTreeSet<_> = quoted(table).filter(|word| !aggregates.contains(word)).chain(by_name).collect();
    let known: BTreeSet<_> = known.union(&reserved()).map(|word| (*word).to_owned()).collect();
    assert_eq!(written, known);
}

#[test]
fn only_reserved_words_are_no_names() {
    for word in reserved() {
        assert_ne!(complaints(&format!("fn f() -> Int {{\n  let {word} = 1\n  1\n}}\n")), "", "`{word}` is reserved");
        assert_eq!(complaints(&format!("record R {{ {word}: Int }}\nfn f(r: R) -> Int {{ r.{word} }}\n")), "");
    }
    let reserved = reserved();
    let (_, table) = TOKENS.split_once("pub(crate) const ITEM_WORDS").expect("the table of words");
    for word in quoted(table).filter(|word| !reserved.contains(word)) {
        assert_eq!(complaints(&format!("fn f() -> Int {{\n  let {word} = 1\n  1 + {word}\n}}\n")), "", "`{word}`");
    }
}

/// Programs that the page derives.
pub fn sentences() -> impl Iterator<Item = (u64, String)> {
    let rules = rules(PAGE);
    let sentence =
        move |seed| Maker::new(&rules, seed).sentence("file", 6 + usize::try_from(seed % 14).expect("it is small"));
    (1..=SENTENCES).map(move |seed| (seed, sentence(seed)))
}

#[test]
fn the_parser_takes_what_the_page_derives() {
    for (seed, sentence) in sentences() {
        let complaints = complaints(&sentence);
        let lines = sentence.lines().count();
        assert!(complaints.is_empty(), "sentence {seed}, {lines} lines:\n{sentence}\n---\n{complaints}");
    }
}

#[test]
#[ignore = "writes what `.ci/editors` lets the grammars of editors read"]
#[expect(clippy::disallowed_methods, reason = "other programs read them")]
fn sentences_are_written_for_other_parsers() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("sentences");
    std::fs::create_dir_all(&folder).expect("a folder");
    for (seed, sentence) in sentences() {
        std::fs::write(folder.join(format!("{seed}.lwas")), sentence).expect("a file");
    }
}

#[test]
fn the_page_derives_the_programs_that_there_are() {
    let grammar = recognise::Grammar::new(&rules(PAGE));
    let mut read = 0;
    for (name, program) in programs() {
        // Programs of mistakes in how they are written are no programs of the grammar.
        if complaints(&program).is_empty() {
            let tokens = recognise::tokens(&program, &reserved());
            if let Err(at) = grammar.derives("file", &tokens) {
                panic!("{name}: the grammar does not go on behind `{}`", recognise::shown(&tokens, at));
            }
            read += 1;
        }
    }
    assert!(read > 100, "only {read} programs");
}

/// The golden programs, the examples and the standard library.
pub fn programs() -> BTreeMap<String, String> {
    files(&["tests/ui", "examples", "lwas-std"], "lwas")
}

/// The files below some folders of the repository that end so and are UTF-8.
#[expect(clippy::disallowed_methods, reason = "they lie outside this crate, for people to read")]
pub fn files(folders: &[&str], extension: &str) -> BTreeMap<String, String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut open: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut found = BTreeMap::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|end| end == extension)
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            found.insert(path.display().to_string(), text);
        }
    }
    found
}
