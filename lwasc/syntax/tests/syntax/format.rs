//! What the formatter must hold: the program is the same, every comment is there, and formatting again changes nothing; and
//! its style.

use super::grammar::{files, programs, sentences};
use super::pages::blocks;
use super::{FILE, dump};
use lwas_syntax::{Unformatted, format, parse};

/// The formatted text, after everything that must hold of it.
fn formatted(name: &str, text: &str) -> String {
    let formatted = match format(FILE, text) {
        Ok(formatted) => formatted,
        Err(why) => panic!("{name} was not formatted: {why:?}\n{text}"),
    };
    let (before, after) = (parse(FILE, text), parse(FILE, &formatted));
    assert_eq!(after.diagnostics.iter().count(), 0, "{name} has mistakes now:\n{text}\n---\n{formatted}");
    assert_eq!(
        dump::file(&before.file),
        dump::file(&after.file),
        "{name} is another program:\n{text}\n---\n{formatted}"
    );
    assert_eq!(comments(text), comments(&formatted), "{name} has other comments:\n{text}\n---\n{formatted}");
    let again = format(FILE, &formatted).expect("it was formatted before");
    assert_eq!(formatted, again, "{name} changes when it is formatted again:\n{text}");
    for line in formatted.lines() {
        assert_eq!(line.trim_end(), line, "{name} has blanks at the end of a line");
    }
    assert!(!formatted.contains("\n\n\n"), "{name} has two empty lines");
    formatted
}

/// The comments in their order, without the slashes, of which one may go where a doc comment documents nothing.
fn comments(text: &str) -> Vec<&str> {
    let mut found = vec![];
    for line in text.lines() {
        let mut in_text = false;
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            if c == '"' && before != '\\' {
                in_text = !in_text;
            } else if c == '/' && before == '/' && !in_text {
                found.push(line[at..].trim_start_matches('/').trim_end());
                break;
            }
            before = if c == '\\' && before == '\\' { ' ' } else { c };
        }
    }
    found
}

#[test]
fn programs_that_there_are() {
    let mut count = 0;
    let all = files(&["tests", "examples", "lwas-std", "lwasc"], "lwas");
    for (name, text) in all {
        match format(FILE, &text) {
            Err(Unformatted::Wrong(_)) => continue,
            _ => formatted(&name, &text),
        };
        count += 1;
    }
    assert!(count > 150, "only {count} programs");
}

#[test]
fn blocks_of_the_pages() {
    let mut count = 0;
    for (name, page) in files(&["spec", "docs", "examples"], "md") {
        for text in blocks(&page, "lwas").into_iter().filter(|text| parse(FILE, text).diagnostics.is_empty()) {
            formatted(&name, text);
            count += 1;
        }
    }
    assert!(count > 20, "only {count} blocks");
}

#[test]
fn sentences_of_the_grammar() {
    for (seed, text) in sentences() {
        formatted(&format!("sentence {seed}"), &text);
    }
}

/// Comments and empty lines wherever a sentence has a line break.
#[test]
fn sentences_with_comments() {
    for (seed, text) in sentences().step_by(4) {
        let lines = text.lines().enumerate().map(|(number, line)| match (number as u64 * 7 + seed) % 6 {
            0 => format!("{line} // c{number}\n"),
            1 => format!("{line}\n\n\n// a{number}\n  // b{number}\n\n"),
            2 => format!("{line}   \r\n\n"),
            _ => format!("{line}\n"),
        });
        formatted(&format!("sentence {seed} with comments"), &lines.collect::<String>());
    }
}

/// Programs with a line break at every blank where one may stand, and comments there.
#[test]
fn programs_on_many_lines() {
    for (name, text) in programs() {
        for (sign, broken) in
            [(", ", ",\n"), (", ", ", // c\n"), (" + ", "\n\n// c\n+ // d\n"), (" and ", " and\n"), ("(", "(\n")]
        {
            let text = text.replace(sign, broken);
            if parse(FILE, &text).diagnostics.is_empty() {
                formatted(&name, &text);
            }
        }
    }
}

/// A comment stays with what it stands at, wherever that is.
#[test]
fn comments_everywhere() {
    let text = "\
//! All.
// one
use a.{ B,C, } // two
/// It.
fn f(a: Int // three
, b: Int) -> Int { // four

  // five

  let c = [1, // six
2,
// seven
]
  (a // eight
 + b)
  // nine
}
// ten
";
    let expected = "\
//! All.
// one
use a.{B, C} // two
/// It.
fn f(
  a: Int, // three
  b: Int,
) -> Int { // four
  // five

  let c = [
    1, // six
    2,
    // seven
  ]
  (a // eight
    + b)
  // nine
}
// ten
";
    assert_eq!(formatted("comments", text), expected);
}

/// Docs before a comma are those of nothing; they must not become those of the next field.
#[test]
fn docs_before_a_comma() {
    assert_eq!(
        formatted("docs", "record R { a: Int /// lost\n, b: Int }\n"),
        "record R {\n  a: Int // lost\n  b: Int\n}\n"
    );
}

#[test]
fn what_an_author_decides_is_kept() {
    let text = "\
const A = [
  1, 2,
  3,
]

record R { a: Int, b: Int }
record Q {
  a: Int
}

fn f() -> Bool {
  A == A
    and A != A
}
";
    assert_eq!(formatted("open brackets", text), text);
}

/// The widest line is 140 columns: one column more, and the list is open.
#[test]
fn a_line_breaks_where_it_must() {
    let program = |length: usize| format!("const A = [\"{}\", 1]\n", "x".repeat(length));
    let fits = program(140 - "const A = [\"\", 1]".len());
    assert_eq!(formatted("140 columns", &fits), fits);
    let name = "x".repeat(141 - "const A = [\"\", 1]".len());
    assert_eq!(formatted("141 columns", &program(name.len())), format!("const A = [\n  \"{name}\",\n  1,\n]\n"));
}

#[test]
fn deep_and_long_programs() {
    let chain = format!("fn f() -> Int {{\n  {}{{ 1 }}\n}}\n", "if a { 1 } else ".repeat(400));
    let lists = format!("const A = {}1{}\n", "[".repeat(199), "]".repeat(199));
    let sums = format!("const A = {}1\n", "1 + ".repeat(900));
    for text in [chain, lists, sums, format!("const A = {}1\n", "- ".repeat(900))] {
        let formatted = format(FILE, &text).expect("it can be formatted");
        assert_eq!(format(FILE, &formatted).expect("it can be formatted again"), formatted);
    }
}

#[test]
fn a_source_with_mistakes_is_not_formatted() {
    for text in ["fn f( {", "const A = 1;", "const A = \"", "const A = # 1", "const A = [1 2]"] {
        let Err(Unformatted::Wrong(diagnostics)) = format(FILE, text) else { panic!("`{text}` was formatted") };
        assert!(diagnostics.has_errors(), "`{text}`");
    }
    assert_eq!(format(FILE, "").expect("nothing is well written"), "");
    assert_eq!(format(FILE, "\u{feff}\r\n\r\nconst  A = 1\r\n\r\n").expect("no mistakes"), "const A = 1\n");
}
