//! Which crate may use which. The two tables in `docs/architecture.md` are the rule: one gives for each crate those of
//! ours that it may use, the other for each outside library the crates at which it stops. Every `Cargo.toml` is held to
//! them, in both directions, so that the page cannot drift from the code. Dependencies of tests are free.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, iter};
use toml::{Table, Value};

/// What the page allows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// For each crate, without `lwas-`, those it may use; `None` for a shell, which takes what it needs.
    crates: BTreeMap<String, Option<BTreeSet<String>>>,
    /// For each outside library (a name that ends in `*` stands for all that begin so), the crates that may use it.
    libraries: BTreeMap<String, BTreeSet<String>>,
}

/// The rows of the table whose header begins with `first` in its first cell, as cells without back quotes.
fn table_rows(page: &str, first: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect()
    };
    let is_header = |line: &&str| line.starts_with('|') && cells(line).first().is_some_and(|cell| cell == first);
    let rows = page.lines().skip_while(|line| !is_header(line)).skip(2);
    rows.take_while(|line| line.starts_with('|')).map(cells).collect()
}

/// The names in a cell; a dash is none.
fn names(cell: &str) -> BTreeSet<String> {
    cell.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "–").map(str::to_owned).collect()
}

/// Reads both tables.
pub fn rules_of(page: &str) -> Result<Rules, String> {
    let mut rules = Rules::default();
    for row in table_rows(page, "crate") {
        let [name, _, _, uses] = &row[..] else { return Err(format!("a crate's row has four cells: {row:?}")) };
        let uses = (uses != "what it needs").then(|| names(uses));
        rules.crates.insert(name.clone(), uses);
    }
    for row in table_rows(page, "library") {
        let [libraries, stops_at, ..] = &row[..] else { return Err(format!("a library's row has two cells: {row:?}")) };
        rules.libraries.extend(names(libraries).into_iter().map(|library| (library, names(stops_at))));
    }
    if rules.crates.is_empty() || rules.libraries.is_empty() {
        return Err("the page has no table of crates or none of libraries".to_owned());
    }
    Ok(rules)
}

/// What a manifest depends on outside its tests: normal and build dependencies, for every target, by package name.
fn dependencies_of(manifest: &Table) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let scopes = iter::once(manifest).chain(targets.filter_map(Value::as_table));
    let tables = scopes.flat_map(|scope| [scope.get("dependencies"), scope.get("build-dependencies")]);
    let listed = tables.flatten().filter_map(Value::as_table).flatten();
    listed.map(|(name, value)| value.get("package").and_then(Value::as_str).unwrap_or(name).to_owned()).collect()
}

/// What the crate `name` uses although the rules do not let it.
fn offences(rules: &Rules, name: &str, dependencies: &BTreeSet<String>) -> Vec<String> {
    let Some(allowed) = rules.crates.get(name) else {
        return vec![format!("`{name}` has no row in the table of crates")];
    };
    let mut found = Vec::new();
    for dependency in dependencies {
        if let Some(ours) = dependency.strip_prefix("lwas-") {
            if allowed.as_ref().is_some_and(|allowed| !allowed.contains(ours)) {
                found.push(format!("`{name}` uses `{ours}`, which its row does not list"));
            }
        } else if let Some(stops_at) = rules.stop_of(dependency)
            && !stops_at.contains(name)
        {
            let at: Vec<_> = stops_at.iter().map(String::as_str).collect();
            found.push(format!("`{name}` uses `{dependency}`, which stops at {}", at.join(", ")));
        }
    }
    found
}

impl Rules {
    /// Where a library stops, by its own name before a pattern; `None` when any crate may use it.
    fn stop_of(&self, library: &str) -> Option<&BTreeSet<String>> {
        let by_pattern = || {
            let starts = |pattern: &str| pattern.strip_suffix('*').is_some_and(|stem| library.starts_with(stem));
            self.libraries.iter().find(|(pattern, _)| starts(pattern)).map(|(_, stops_at)| stops_at)
        };
        self.libraries.get(library).or_else(by_pattern).filter(|stops_at| !stops_at.contains("any"))
    }
}

/// Holds every crate of a repository to the page's tables.
pub fn check(repository: &Path) -> Result<(), String> {
    let read = |path: &Path| fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()));
    let rules = rules_of(&read(&repository.join("docs/architecture.md"))?)?;
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let folders = crate::files::entries_of(&repository.join("lwasc"))?;
    for folder in folders.into_iter().chain(iter::once(repository.join("lwas-std"))) {
        let file = folder.join("Cargo.toml");
        let manifest: Table = read(&file)?.parse().map_err(|why| format!("{}: {why}", file.display()))?;
        let folder_name = folder.file_name().unwrap_or_default().to_string_lossy();
        let name = folder_name.trim_start_matches("lwas-").to_owned();
        found.extend(offences(&rules, &name, &dependencies_of(&manifest)));
        seen.insert(name);
    }
    let stale = rules.crates.keys().filter(|name| !seen.contains(*name));
    found.extend(stale.map(|name| format!("the table of crates has a row for `{name}`, which does not exist")));
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
| crate | owns | hands on | may use |\n| --- | --- | --- | --- |\n\
| `base` | places | `Span` | – |\n| `check` | types | `Sound` | base, syntax |\n| `cli` | the shell | – | what it needs |\n\n\
| library | stops at | why |\n| --- | --- | --- |\n\
| `chumsky`, `logos` | syntax | x |\n| `cranelift-*` | codegen | x |\n| `cranelift-entity` | any | x |\n";

    fn offences_of(name: &str, manifest: &str) -> Vec<String> {
        offences(&rules_of(PAGE).unwrap(), name, &dependencies_of(&manifest.parse().unwrap()))
    }

    #[test]
    fn what_the_tables_allow_passes() {
        let check = "[dependencies]\nlwas-base.workspace = true\nlwas-syntax = { path = \"../syntax\" }\n\
                     cranelift-entity = \"1\"\nserde = \"1\"\n[dev-dependencies]\nlwas-ir.workspace = true\nlogos = \"1\"\n";
        assert_eq!(offences_of("check", check), Vec::<String>::new());
        assert_eq!(offences_of("cli", "[dependencies]\nlwas-ledger.workspace = true\n"), Vec::<String>::new());
    }

    #[test]
    fn each_wrong_arrow_is_named() {
        for wrong in [
            "[dependencies]\nlwas-ir.workspace = true\n",
            "[build-dependencies]\nlwas-ir.workspace = true\n",
            "[dependencies]\nother = { package = \"lwas-ir\", path = \"x\" }\n",
            "[target.'cfg(unix)'.dependencies]\ncranelift-codegen = \"1\"\n",
            "[dependencies]\nlogos = \"1\"\n",
        ] {
            assert_eq!(offences_of("check", wrong).len(), 1, "{wrong}");
        }
        assert_eq!(offences_of("cli", "[dependencies]\nchumsky = \"1\"\n").len(), 1);
        assert_eq!(offences_of("new", "").len(), 1);
    }

    #[test]
    fn a_page_without_its_tables_is_refused() {
        assert!(rules_of("# nothing here").is_err());
        assert!(rules_of(&PAGE.replace("| base, syntax |", "|")).is_err());
    }
}
