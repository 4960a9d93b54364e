//! The marks in a golden program and how they are held against what `lwasc check --format short` reports.
//! A mark stands at the end of the line that must be reported: `//~ E0301` or `//~ E03` (any code that begins so),
//! with words that the message must contain after it if they matter: `//~ E0301 lose 3 digits`. `//~^` means the line
//! above, `//~^^` two above. Each mark meets one diagnostic and each diagnostic one mark, so a message that is only
//! the consequence of another fails the test as surely as a missing one.

use std::fmt;

/// The shortest prefix of a code that a mark may give: a letter and the number of its stage.
const MIN_CODE_PREFIX: usize = 3;

/// What one mark asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The program's file, relative to where `lwasc` runs.
    pub file: String,
    /// The line that must be reported, from 1.
    pub line: u32,
    /// The code or the beginning of one.
    pub code: String,
    /// Words that the message must contain; empty for any.
    pub words: String,
}

/// One line of `--format short`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The file as `lwasc` writes it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The whole code.
    pub code: String,
    /// What follows the code.
    pub message: String,
}

impl Mark {
    /// Whether an error, which makes `check` fail, and not a warning is asked for.
    pub fn is_error(&self) -> bool {
        self.code.starts_with('E')
    }

    /// Whether a diagnostic is what this mark asks for. Files are compared by their last components, as a message may
    /// name a file by a longer path than the test does.
    pub fn is_met_by(&self, reported: &Reported) -> bool {
        self.line == reported.line
            && reported.code.starts_with(&self.code)
            && reported.message.contains(&self.words)
            && std::path::Path::new(&reported.file).ends_with(&self.file)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} {}", self.file, self.line, self.code, self.words)
    }
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}{}", self.file, self.line, self.code, self.message)
    }
}

/// The marks of a file's text; a malformed mark is an error that names its line.
pub fn marks_of(file: &str, text: &str) -> Result<Vec<Mark>, String> {
    let mut marks = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).map_err(|_| format!("{file} has too many lines"))?;
        for written in line.split("//~").skip(1) {
            let mark = mark_at(file, number, written).map_err(|why| format!("{file}:{number}: {why}"))?;
            marks.push(mark);
        }
    }
    Ok(marks)
}

/// Reads what stands after `//~` on line `number`.
fn mark_at(file: &str, number: u32, written: &str) -> Result<Mark, String> {
    let rest = written.trim_start_matches('^');
    let up = u32::try_from(written.len() - rest.len()).map_err(|_| "too many `^`")?;
    let line = number.checked_sub(up).filter(|line| *line > 0).ok_or("a `^` points above the first line")?;
    let (code, words) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    if !is_code_prefix(code) {
        return Err(format!("`{code}` is no code nor the beginning of one, as in `//~ E0301` or `//~ E03`"));
    }
    Ok(Mark { file: file.to_owned(), line, code: code.to_owned(), words: words.trim().to_owned() })
}

fn is_code_prefix(code: &str) -> bool {
    let Some(digits) = code.strip_prefix(['E', 'W']) else { return false };
    (MIN_CODE_PREFIX..=5).contains(&code.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The diagnostics in the output of `--format short`: lines like `fees.lwas:4:18: error[E0301]: this would lose 3
/// digits`. Other lines, such as a closing count, are no diagnostics.
pub fn reported_in(output: &str) -> Vec<Reported> {
    output.lines().filter_map(reported_at).collect()
}

fn reported_at(line: &str) -> Option<Reported> {
    let (before, code, message) = code_in(line)?;
    let (file, place) = before.split_once(".lwas:")?;
    let number = place.split(':').next()?.parse().ok()?;
    Some(Reported { file: format!("{file}.lwas"), line: number, code: code.to_owned(), message: message.to_owned() })
}

/// The first code in brackets on a line, with what stands before and after it.
fn code_in(line: &str) -> Option<(&str, &str, &str)> {
    line.match_indices('[').find_map(|(at, _)| {
        let code = line.get(at + 1..at + 6)?;
        let rest = line.get(at + 6..)?.strip_prefix(']')?;
        is_code_prefix(code).then_some((&line[..at], code, rest))
    })
}

/// What differs between the marks and the diagnostics, one line each; empty when they agree.
pub fn disagreements(marks: &[Mark], reported: &[Reported]) -> Vec<String> {
    let mut open: Vec<&Reported> = reported.iter().collect();
    // The most demanding marks choose first, so that a mere prefix on the same line takes what is left.
    let mut by_demand: Vec<&Mark> = marks.iter().collect();
    by_demand.sort_by_key(|mark| std::cmp::Reverse((mark.code.len(), mark.words.len())));
    let mut found = Vec::new();
    for mark in by_demand {
        match open.iter().position(|reported| mark.is_met_by(reported)) {
            Some(at) => drop(open.remove(at)),
            None => found.push(format!("marked, but not reported: {mark}")),
        }
    }
    found.extend(open.iter().map(|reported| format!("reported, but not marked: {reported}")));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(line: u32, code: &str) -> Reported {
        let message = ": this would lose 3 digits".to_owned();
        Reported { file: "/somewhere/fees.lwas".to_owned(), line, code: code.to_owned(), message }
    }

    fn marks(text: &str) -> Vec<Mark> {
        marks_of("fees.lwas", text).unwrap()
    }

    #[test]
    fn a_mark_has_a_line_a_code_and_words() {
        let found = marks("let a = 1 //~ E0301 lose 3 digits\nlet b = 2\n//~^ E02 //~ W01\n");
        let seen: Vec<_> = found.iter().map(|m| (m.line, m.code.as_str(), m.words.as_str())).collect();
        assert_eq!(seen, [(1, "E0301", "lose 3 digits"), (2, "E02", ""), (3, "W01", "")]);
    }

    #[test]
    fn a_malformed_mark_is_refused_with_its_line() {
        for bad in ["//~", "//~ E0", "//~ X0301", "//~ E030x", "//~ E03011", "//~^^^ E03"] {
            let refused = marks_of("fees.lwas", &format!("\n{bad}\n")).unwrap_err();
            assert!(refused.starts_with("fees.lwas:2: "), "{bad}: {refused}");
        }
    }

    #[test]
    fn the_short_format_is_read_and_other_lines_are_left_alone() {
        let output = "src/fees.lwas:4:18: error[E0301]: this would lose 3 digits\n\
                      fees.lwas:9:1: warning[W0201]: nobody uses `x[0]`\n\
                      2 problems in [fees.lwas]\n";
        let found = reported_in(output);
        let seen: Vec<_> = found.iter().map(|r| (r.file.as_str(), r.line, r.code.as_str())).collect();
        assert_eq!(seen, [("src/fees.lwas", 4, "E0301"), ("fees.lwas", 9, "W0201")]);
        assert_eq!(found[0].message, ": this would lose 3 digits");
    }

    #[test]
    fn what_is_marked_and_reported_agrees() {
        let found = [reported(1, "E0301"), reported(2, "E0204"), reported(2, "E0207")];
        let text = "//~ E0301 lose 3\n//~ E02 //~ E0204";
        assert_eq!(disagreements(&marks(text), &found), Vec::<String>::new());
    }

    #[test]
    fn each_mark_and_each_diagnostic_counts_once() {
        let once = [reported(1, "E0301")];
        assert_eq!(disagreements(&marks("//~ E0301 //~ E03"), &once).len(), 1);
        let twice = [reported(1, "E0301"), reported(1, "E0301")];
        assert_eq!(disagreements(&marks("//~ E0301"), &twice).len(), 1);
    }

    #[test]
    fn another_line_code_file_or_wording_disagrees() {
        let found = [reported(2, "E0301")];
        for text in ["//~ E0301", "\n//~ E0302", "\n//~ E0301 lose 2", "\n//~ W03"] {
            assert_eq!(disagreements(&marks(text), &found).len(), 2, "{text}");
        }
        let elsewhere = marks_of("other.lwas", "\n//~ E0301").unwrap();
        assert_eq!(disagreements(&elsewhere, &found).len(), 2);
    }
}
