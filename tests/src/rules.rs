//! Every rule of the reference has a program that names it, and every name leads to a rule.
//!
//! A page of `spec/language/` states a rule in a paragraph that opens with its name: `**[digits.round]** …`. A golden program
//! names the rules that it holds in a line `// spec: digits.round, digits.keep`, a session of `tests/cmd/`, for what only a
//! command line shows, in a line `<!-- spec: data.line -->`.

use crate::files;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What opens a rule in a page, before its name.
const OPENS: &str = "**[";
/// What closes the name.
const CLOSES: &str = "]**";

/// Checks that each rule is named by a program, each name is that of a rule, and no rule stands twice or on another's page.
pub fn check(repository: &Path) -> Result<(), String> {
    let mut found = Vec::new();
    let mut rules = BTreeSet::new();
    for page in files::files_under(&repository.join("spec/language"), "md")? {
        let area = page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for rule in rules_in(&read(&page)?) {
            if !is_name(&rule, &area) {
                found.push(format!("{}: `{rule}` is not `{area}.` and a word", page.display()));
            }
            if !rules.insert(rule.clone()) {
                found.push(format!("{}: the rule `{rule}` stands twice", page.display()));
            }
        }
    }
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for (folder, extension) in [("tests/ui", "lwas"), ("tests/cmd", "md")] {
        for file in files::files_under(&repository.join(folder), extension)? {
            let at = file.strip_prefix(repository).unwrap_or(&file).display().to_string();
            named.extend(names_in(&read(&file)?).map(|name| (name, at.clone())));
        }
    }
    let lost = named.iter().filter(|(name, _)| !rules.contains(*name));
    found.extend(lost.map(|(name, file)| format!("{file} names the rule `{name}`, which no page states")));
    let untold = rules.iter().filter(|rule| !named.contains_key(*rule));
    found.extend(untold.map(|rule| format!("no program in tests/ui or session in tests/cmd names the rule `{rule}`")));
    if rules.is_empty() {
        found.push("spec/language/ states no rule".to_owned());
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// The names of the rules that a page states, in its order.
fn rules_in(page: &str) -> Vec<String> {
    let opened = page.lines().filter_map(|line| line.strip_prefix(OPENS));
    opened.filter_map(|rest| rest.split_once(CLOSES)).map(|(name, _)| name.to_owned()).collect()
}

/// The names that a program or session cites.
fn names_in(text: &str) -> impl Iterator<Item = String> {
    let cited = text.lines().filter_map(|line| {
        let comment = line.strip_prefix("// spec: ");
        comment.or_else(|| line.strip_prefix("<!-- spec: ").and_then(|rest| rest.strip_suffix(" -->")))
    });
    cited.flat_map(|names| names.split(',')).map(|name| name.trim().to_owned())
}

/// Whether a rule is named after its page: `digits.round` on `digits.md`.
fn is_name(rule: &str, area: &str) -> bool {
    let word = rule.strip_prefix(area).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository of one page and one program.
    fn told(page: &str, program: &str) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        for part in ["spec/language", "tests/ui/digits", "tests/cmd"] {
            fs::create_dir_all(folder.path().join(part)).unwrap();
        }
        fs::write(folder.path().join("spec/language/digits.md"), page).unwrap();
        fs::write(folder.path().join("tests/ui/digits/a.lwas"), program).unwrap();
        check(folder.path())
    }

    #[test]
    fn rules_and_programs_name_each_other() {
        let page = "# Digits\n\n**[digits.a]** One.\n\n**[digits.b]** Two.\n";
        assert_eq!(told(page, "//! x\n\n// spec: digits.a, digits.b\n"), Ok(()));
        assert!(told(page, "// spec: digits.a\n").unwrap_err().contains("the rule `digits.b`"));
        let lost = told(page, "// spec: digits.a, digits.b, digits.c\n").unwrap_err();
        assert!(lost.contains("a.lwas names the rule `digits.c`, which no page states"), "{lost}");
    }

    #[test]
    fn a_rule_stands_once_and_on_its_own_page() {
        let twice = told("**[digits.a]** One.\n**[digits.a]** Two.\n", "// spec: digits.a\n").unwrap_err();
        assert!(twice.contains("stands twice"), "{twice}");
        assert!(told("**[state.a]** One.\n", "// spec: state.a\n").unwrap_err().contains("is not `digits.`"));
        assert!(told("no rule\n", "").unwrap_err().contains("states no rule"));
    }

    #[test]
    fn sessions_name_rules_in_a_comment() {
        let names: Vec<_> = names_in("# x\n\n<!-- spec: data.line, data.strict -->\n").collect();
        assert_eq!(names, ["data.line", "data.strict"]);
    }
}
