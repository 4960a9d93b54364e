//! The pages of `spec/errors` about declarations, laws and tests: the first program of a page leads to its code and to no
//! other, the second to nothing. A program of several files has a line `// name.lwas` before each.

use super::check_files;
use std::path::Path;

/// Codes whose page has no program that leads to them: it would be too long, or another stage finds it.
const ONE_PROGRAM: &[&str] = &["E0217"];

/// Whether this stage reports a code.
fn is_ours(code: &str) -> bool {
    let in_files = include_str!("../../src/errors/names.rs").contains(code)
        || include_str!("../../src/errors/declarations.rs").contains(code)
        || include_str!("../../src/errors/laws.rs").contains(code);
    in_files && !ONE_PROGRAM.contains(&code)
}

/// A program's messages, one a line.
fn shown(program: &str) -> String {
    let files = files(program);
    let list: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut out = String::new();
    for diagnostic in check_files(&list).1.diagnostics.sorted() {
        out += &format!("{} {}\n", diagnostic.code, diagnostic.message);
    }
    out
}

/// The files of a program: `main` alone, or those that are named.
fn files(program: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = vec![];
    for line in program.lines() {
        match line.strip_prefix("// ").and_then(|name| name.strip_suffix(".lwas")) {
            Some(name) => files.push((name.to_owned(), String::new())),
            None => {
                if files.is_empty() {
                    files.push(("main".to_owned(), String::new()));
                }
                files.iter_mut().last().into_iter().for_each(|(_, text)| *text += &format!("{line}\n"));
            }
        }
    }
    files
}

/// The blocks of a page in this language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let parts = page.split("```").skip(1).step_by(2);
    parts.filter_map(|part| part.strip_prefix(language)?.strip_prefix('\n')).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the pages lie outside this crate, for people to read")]
fn programs_on_the_pages_do_what_the_pages_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/errors");
    let mut seen = 0;
    let mut wrong = vec![];
    for entry in std::fs::read_dir(&folder).expect("the pages are there") {
        let path = entry.expect("the folder can be read").path();
        let code = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        if !is_ours(&format!("\"{code}\"")) {
            continue;
        }
        seen += 1;
        let page = std::fs::read_to_string(&path).expect("a page can be read");
        let programs = blocks(&page, "lwas");
        let [refused, mended] = programs.as_slice() else {
            assert!(ONE_PROGRAM.contains(&code.as_str()), "{code} shows {} programs", programs.len());
            continue;
        };
        let said = shown(refused);
        if said.is_empty() || !said.lines().all(|line| line.starts_with(&code)) {
            wrong.push(format!("{code}: its program says\n{said}"));
        }
        if !shown(mended).is_empty() {
            wrong.push(format!("{code}: its mended program says\n{}", shown(mended)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 40, "only {seen} pages were found");
}
