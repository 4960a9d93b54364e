//! Every rule of the reference has a program that names it and one that breaks it, and every name leads to a rule.
//!
//! A page of `spec/language/` states a rule in a paragraph that opens with its name: `**[digits.round]** …`. A golden program
//! names the rules that it holds in a line `// spec: digits.round, digits.keep`, and those that it breaks, and is refused for,
//! in a line `// refused: digits.keep`. A session of `tests/cmd/`, for what only a command line shows, does so in comments,
//! `<!-- spec: data.line -->`. A rule that says *Definition.* behind its name can't be broken, and nothing breaks it.

use crate::files;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What opens a rule in a page, before its name.
const OPENS: &str = "**[";
/// What closes the name.
const CLOSES: &str = "]**";
/// What a rule that can't be broken says first.
const DEFINITION: &str = "*Definition.*";

/// Checks that each rule is named by a program, broken by one unless it can't be, that each name is that of a rule, and that no
/// rule stands twice or on another's page.
pub fn check(repository: &Path) -> Result<(), String> {
    let mut found = Vec::new();
    let rules = rules(repository, &mut found)?;
    let (mut held, mut broken) = (BTreeMap::new(), BTreeMap::new());
    for (folder, extension) in [("tests/ui", "lwas"), ("tests/cmd", "md")] {
        for file in files::files_under(&repository.join(folder), extension)? {
            let at = file.strip_prefix(repository).unwrap_or(&file).display().to_string();
            let text = read(&file)?;
            held.extend(names_in(&text, "spec").map(|name| (name, at.clone())));
            let refused: Vec<_> = names_in(&text, "refused").collect();
            if !refused.is_empty() && !refuses(&text) {
                found.push(format!("{at} breaks `{}`, it says, but nothing in it is refused", refused.join("`, `")));
            }
            broken.extend(refused.into_iter().map(|name| (name, at.clone())));
        }
    }
    let lost = held.iter().chain(&broken).filter(|(name, _)| !rules.contains_key(*name));
    found.extend(lost.map(|(name, file)| format!("{file} names the rule `{name}`, which no page states")));
    for (rule, definition) in &rules {
        if !held.contains_key(rule) {
            found.push(format!("no program in tests/ui or session in tests/cmd names the rule `{rule}`"));
        }
        match broken.get(rule) {
            None if !definition => found.push(format!("no program or session breaks the rule `{rule}`")),
            Some(file) if *definition => found.push(format!("`{rule}` is a definition, but {file} breaks it")),
            _ => {}
        }
    }
    if rules.is_empty() {
        found.push("spec/language/ states no rule".to_owned());
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// The rules by name, and whether each is a definition.
fn rules(repository: &Path, found: &mut Vec<String>) -> Result<BTreeMap<String, bool>, String> {
    let mut rules = BTreeMap::new();
    for page in files::files_under(&repository.join("spec/language"), "md")? {
        let area = page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for (rule, definition) in rules_in(&read(&page)?) {
            if !is_name(&rule, &area) {
                found.push(format!("{}: `{rule}` is not `{area}.` and a word", page.display()));
            }
            if rules.insert(rule.clone(), definition).is_some() {
                found.push(format!("{}: the rule `{rule}` stands twice", page.display()));
            }
        }
    }
    Ok(rules)
}

/// Whether a program or session has something that is refused: a mark, a rejection in a test, an exit code or an outcome.
fn refuses(text: &str) -> bool {
    text.contains("//~")
        || text.lines().any(|line| {
            line.trim_start().starts_with("reject ") || line.strip_prefix("? ").is_some_and(|code| code != "0")
        })
}

/// The names of the rules that a page states, in its order, and whether each is a definition.
fn rules_in(page: &str) -> Vec<(String, bool)> {
    let opened = page.lines().filter_map(|line| line.strip_prefix(OPENS));
    let named = opened.filter_map(|rest| rest.split_once(CLOSES));
    named.map(|(name, rest)| (name.to_owned(), rest.trim_start().starts_with(DEFINITION))).collect()
}

/// The names that a program or session cites in lines of a kind, `spec` or `refused`.
fn names_in(text: &str, kind: &str) -> impl Iterator<Item = String> {
    let (program, session) = (format!("// {kind}: "), format!("<!-- {kind}: "));
    let cited = text.lines().filter_map(move |line| {
        let comment = line.strip_prefix(&program);
        comment.or_else(|| line.strip_prefix(&session).and_then(|rest| rest.strip_suffix(" -->")))
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
        let page = "# Digits\n\n**[digits.a]** *Definition.* One.\n\n**[digits.b]** *Definition.* Two.\n";
        assert_eq!(told(page, "//! x\n\n// spec: digits.a, digits.b\n"), Ok(()));
        assert!(told(page, "// spec: digits.a\n").unwrap_err().contains("the rule `digits.b`"));
        let lost = told(page, "// spec: digits.a, digits.b, digits.c\n").unwrap_err();
        assert!(lost.contains("a.lwas names the rule `digits.c`, which no page states"), "{lost}");
    }

    #[test]
    fn a_rule_is_broken_by_a_program_that_is_refused() {
        let page = "**[digits.a]** One.\n";
        assert_eq!(told(page, "1 //~ E03\n// spec: digits.a\n// refused: digits.a\n"), Ok(()));
        assert_eq!(told(page, "  reject 1 with \"x\"\n// spec: digits.a\n// refused: digits.a\n"), Ok(()));
        let unbroken = told(page, "// spec: digits.a\n").unwrap_err();
        assert!(unbroken.contains("breaks the rule `digits.a`"), "{unbroken}");
        let fine = told(page, "1\n// spec: digits.a\n// refused: digits.a\n").unwrap_err();
        assert!(fine.contains("nothing in it is refused"), "{fine}");
        let definition = told("**[digits.a]** *Definition.* One.\n", "//~\n// spec: digits.a\n// refused: digits.a\n");
        assert!(definition.unwrap_err().contains("is a definition"));
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
        let text = "# x\n? 1\n<!-- spec: data.line, data.strict -->\n<!-- refused: data.line -->\n";
        assert_eq!(names_in(text, "spec").collect::<Vec<_>>(), ["data.line", "data.strict"]);
        assert_eq!(names_in(text, "refused").collect::<Vec<_>>(), ["data.line"]);
        assert!(refuses(text));
        assert!(!refuses("? 0\n"));
    }
}
