//! The programs in the reference's pages, run as they stand there.
//!
//! - Any page: a block fenced as `lwas` is a whole program. Lines with a mark (see `marks`) must be reported and no others;
//!   its `test` blocks pass. What is no whole program is fenced as `lwas-part` and left alone.
//! - The page of a code, `E0301.md`: a program that a `text` block follows leads to that code and to no other error.
//!   `lwasc check` reports it, or for E06xx its tests fail with it. The `text` block is what is said then: codes, messages
//!   and help, or what `lwasc test` prints; it can be blessed. All other programs of the page are mended.
//! - A page of the book is both: its whole programs are run, and its `console` blocks are a session in an empty folder.
//! - A page of the reference with `console` blocks is a session (see `session`), in a folder that holds the page's programs as files.
//!
//! A line of a program that is only a comment with a file's name, `// vault.lwas`, begins that file. The last file is the
//! program; without such a line it is `main.lwas`.

use crate::marks::{self, Mark};
use crate::process::{self, Finished, Sandbox};
use crate::{bless, files, house, session};
use serde::Deserialize;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a program without a file's name is called.
const MAIN: &str = "main.lwas";

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// What stands after the opening fence.
    pub info: String,
    /// The line of its first line in the page, from 1.
    pub line: usize,
    /// Where its text is in the page.
    pub range: Range<usize>,
}

/// One line of `lwasc check --format json`, as far as pages show it.
#[derive(Debug, Deserialize)]
struct Diagnostic {
    code: String,
    severity: String,
    message: String,
    help: Vec<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.code, self.message)?;
        self.help.iter().try_for_each(|help| writeln!(f, "  help: {help}"))
    }
}

/// All pages below a folder.
pub fn pages_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    files::files_under(folder, "md")
}

/// Runs all programs of a page.
pub fn check(page: &Path) -> Result<(), String> {
    let text = fs::read_to_string(page).map_err(|why| format!("{}: {why}", page.display()))?;
    let blocks = blocks_of(&text)?;
    let programs: Vec<_> = blocks.iter().filter(|block| block.info == "lwas").collect();
    if blocks.iter().any(|block| block.info == "console") {
        let sandbox = Sandbox::new()?;
        for program in programs {
            write(&sandbox, &text[program.range.clone()])?;
        }
        return session::check_in(page, &sandbox);
    }
    let stem = page.file_stem().unwrap_or_default().to_string_lossy();
    let code = house::is_code(&stem).then_some(stem.as_ref());
    let mut failures = Vec::new();
    for block in programs {
        let source = &text[block.range.clone()];
        let checked = match (code, text_after(block, &blocks)) {
            (Some(code), Some(kept)) => leads_to(code, source).and_then(|told| match told {
                Some(told) => bless::compare(page, &with_text(&text, kept, &told)),
                None => Ok(()),
            }),
            _ => does_as_marked(source, code.is_some()),
        };
        if let Err(why) = checked {
            failures.push(format!("the program at line {}: {why}", block.line));
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n")) }
}

/// Whether a page of the book has something to run.
pub fn is_run(page: &Path) -> Result<bool, String> {
    let text = fs::read_to_string(page).map_err(|why| format!("{}: {why}", page.display()))?;
    Ok(blocks_of(&text)?.iter().any(|block| block.info == "console" || block.info == "lwas"))
}

/// Runs a page of the book: its commands as a session, in which blocks that name a file are files, and each whole program as
/// in the reference.
pub fn check_of_book(page: &Path) -> Result<(), String> {
    let text = fs::read_to_string(page).map_err(|why| format!("{}: {why}", page.display()))?;
    for block in blocks_of(&text)?.iter().filter(|block| block.info == "lwas") {
        does_as_marked(&text[block.range.clone()], false)
            .map_err(|why| format!("the program at line {}: {why}", block.line))?;
    }
    session::check(page)
}

/// Checks that a program leads to one code and to no other error; returns what a user is told, unless another test holds it.
fn leads_to(code: &str, source: &str) -> Result<Option<String>, String> {
    let sandbox = Sandbox::new()?;
    let file = write(&sandbox, source)?;
    if code.starts_with("E06") {
        let short = run(&sandbox, &["check", "--format", "short"], &file)?;
        expect_code(&short, 0)?;
        return fails_with(code, &sandbox, &file).map(Some);
    }
    let json = run(&sandbox, &["check", "--format", "json"], &file)?;
    let all = json.output.lines().map(serde_json::from_str).collect::<Result<Vec<Diagnostic>, _>>();
    let mut told = all.map_err(|why| format!("{why}:\n{}", json.output))?;
    told.retain(|diagnostic| diagnostic.severity == "error" || code.starts_with('W'));
    if told.is_empty() || told.iter().any(|diagnostic| diagnostic.code != code) {
        return Err(format!("expected {code} and no other error:\n{}", json.output));
    }
    expect_code(&json, i32::from(code.starts_with('E')))?;
    // What syntax errors say is held by the parser's own tests.
    let is_syntax = code.starts_with("E01");
    Ok((!is_syntax).then(|| told.iter().map(ToString::to_string).collect()))
}

/// Checks that the tests of a program fail, each with the code.
fn fails_with(code: &str, sandbox: &Sandbox, file: &str) -> Result<String, String> {
    let json = run(sandbox, &["test", "--json"], file)?;
    expect_code(&json, 1)?;
    let failed: Vec<_> = json.output.lines().filter(|line| line.contains(r#""status":"failed""#)).collect();
    let told = format!(r#""code":"{code}""#);
    if failed.is_empty() || !failed.iter().all(|line| line.contains(&told)) {
        return Err(format!("expected tests that fail with {code}:\n{}", json.output));
    }
    Ok(run(sandbox, &["test"], file)?.output)
}

/// Checks that what is marked is reported and nothing else, and that tests pass. A page about an error may show a part of
/// a program, in which for example no rule is on an event yet: there warnings are left alone.
fn does_as_marked(source: &str, is_part: bool) -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let file = write(&sandbox, source)?;
    let mut marked = Vec::new();
    for (name, text) in files_of(source) {
        marked.extend(marks::marks_of(name, &text)?);
    }
    let short = run(&sandbox, &["check", "--format", "short"], &file)?;
    let mut reported = marks::reported_in(&short.output);
    reported.retain(|reported| reported.code.starts_with('E') || !is_part);
    let found = marks::disagreements(&marked, &reported);
    if !found.is_empty() {
        return Err(format!("{}\n\n{}", found.join("\n"), short.output));
    }
    let must_fail = marked.iter().any(Mark::is_error);
    expect_code(&short, i32::from(must_fail))?;
    if !must_fail && source.lines().any(|line| line.starts_with("test \"")) {
        expect_code(&run(&sandbox, &["test"], &file)?, 0)?;
    }
    Ok(())
}

fn run(sandbox: &Sandbox, arguments: &[&str], file: &str) -> Result<Finished, String> {
    let mut command = Command::new(process::lwasc()?);
    sandbox.run(command.args(arguments).arg(file), &sandbox.work())
}

fn expect_code(finished: &Finished, expected: i32) -> Result<(), String> {
    if finished.code == Some(expected) {
        return Ok(());
    }
    Err(format!("ended with {:?}, not {expected}:\n{}", finished.code, finished.output))
}

/// The block that keeps what is said about a program: the next block of the page, if it is a `text`.
pub(crate) fn text_after<'a>(program: &Block, blocks: &'a [Block]) -> Option<&'a Block> {
    blocks.iter().find(|block| block.line > program.line).filter(|block| block.info == "text")
}

fn with_text(page: &str, block: &Block, text: &str) -> String {
    format!("{}{text}{}", &page[..block.range.start], &page[block.range.end..])
}

/// Writes the files of a program; returns the name of the one that is run.
fn write(sandbox: &Sandbox, source: &str) -> Result<String, String> {
    let mut last = MAIN;
    for (name, text) in files_of(source) {
        let path = sandbox.work().join(name);
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(|why| format!("{name}: {why}"))?;
        last = name;
    }
    Ok(last.to_owned())
}

/// The files of a block, each with its name.
fn files_of(source: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    for line in source.lines() {
        match (file_named(line), found.last_mut()) {
            (Some(name), _) => found.push((name, String::new())),
            (None, Some((_, text))) => *text += &format!("{line}\n"),
            (None, None) => found.push((MAIN, format!("{line}\n"))),
        }
    }
    found
}

fn file_named(line: &str) -> Option<&str> {
    line.strip_prefix("// ").filter(|name| name.ends_with(".lwas") && !name.contains(' '))
}

/// The fenced blocks of a page.
pub(crate) fn blocks_of(page: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut at = 0;
    for (number, line) in page.split_inclusive('\n').enumerate() {
        let next = at + line.len();
        if let Some(info) = line.trim_end().strip_prefix("```") {
            match open.take() {
                None => open = Some(Block { info: info.to_owned(), line: number + 2, range: next..next }),
                Some(block) => blocks.push(Block { range: block.range.start..at, ..block }),
            }
        }
        at = next;
    }
    match open {
        Some(block) => Err(format!("the block that begins at line {} is not closed", block.line)),
        None => Ok(blocks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_a_kind_a_line_and_their_text() {
        let page = "# E0301: x\n\n```lwas\none\ntwo\n```\n\n```text\n```\n";
        let blocks = blocks_of(page).unwrap();
        let seen: Vec<_> = blocks.iter().map(|b| (b.info.as_str(), b.line, &page[b.range.clone()])).collect();
        assert_eq!(seen, [("lwas", 4, "one\ntwo\n"), ("text", 9, "")]);
        assert_eq!(
            with_text(page, &blocks[1], "told\n"),
            "# E0301: x\n\n```lwas\none\ntwo\n```\n\n```text\ntold\n```\n"
        );
        assert!(blocks_of("```lwas\n").unwrap_err().contains("line 2"));
    }

    #[test]
    fn a_block_may_hold_several_files() {
        let files = files_of("// vault.lwas\nfn a() -> Int { 1 }\n\n// main.lwas\n// a comment\nuse vault\n");
        let expected = [("vault.lwas", "fn a() -> Int { 1 }\n\n"), ("main.lwas", "// a comment\nuse vault\n")];
        assert_eq!(files.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>(), expected);
        assert_eq!(files_of("const A = 1\n"), [(MAIN, "const A = 1\n".to_owned())]);
    }

    #[test]
    fn a_program_is_mended_unless_a_text_follows_it() {
        let blocks = blocks_of("```lwas\n```\n```text\n```\n```lwas\n```\n```json\n```\n```text\n```\n").unwrap();
        assert_eq!(text_after(&blocks[0], &blocks), Some(&blocks[1]));
        assert_eq!(text_after(&blocks[2], &blocks), None);
    }

    #[test]
    fn a_diagnostic_is_shown_as_its_code_message_and_help() {
        let line =
            r#"{"code":"E0251","severity":"error","message":"`a` is not known","line":1,"help":["did you mean `b`"]}"#;
        let diagnostic: Diagnostic = serde_json::from_str(line).unwrap();
        assert_eq!(diagnostic.to_string(), "E0251 `a` is not known\n  help: did you mean `b`\n");
    }
}
