//! `lwasc new`: a package with a small program and its test, and what checks it before a commit and before a merge.

use crate::args::New;
use crate::exit::{self, Done, Stop};
use crate::output;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const MAIN: &str = include_str!("new/main.lwas");
const EVENTS: &str = include_str!("new/events.jsonl");
const README: &str = include_str!("new/README.md");
const WORKFLOW: &str = include_str!("new/lwas.yml");
const HOOK: &str = include_str!("new/pre-commit");

/// What stands for the package's name in these texts.
const NAME: &str = "NAME";

pub fn run(args: &New) -> Done {
    let name = args.name.as_str();
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !is_name {
        let message = format!("a program's name is in snake_case, such as `my_rules`, not `{name}`");
        return Err(Stop::new(exit::USAGE, message));
    }
    let folder = Path::new(name);
    std::fs::create_dir(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Stop::new(exit::IO, format!("`{name}` is there already: choose another name"))
        }
        _ => Stop::io("make the folder", folder, &error),
    })?;
    let files = [
        ("main.lwas", MAIN.to_owned()),
        ("events.jsonl", EVENTS.to_owned()),
        ("lwas.toml", format!("name = \"{name}\"\nversion = \"0.1.0\"\n")),
        (
            ".gitignore",
            "*.lwx\n*.ledger\n*.ledger-*\n*.ledger.lock\n/doc/\n/tests.xml\n/coverage.lcov\n/lwas.sarif\n".to_owned(),
        ),
        ("README.md", README.replace(NAME, name)),
        (".github/workflows/lwas.yml", WORKFLOW.replace(NAME, name)),
        ("hooks/pre-commit", HOOK.to_owned()),
    ];
    for (file, text) in files {
        write(&folder.join(file), &text)?;
    }
    let hook = folder.join("hooks/pre-commit");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755))
        .map_err(|error| Stop::io("make executable", &hook, &error))?;
    output::answer(&format!(
        "made `{name}`; next:\n  lwasc test {name}\n  lwasc run {name} --events {name}/events.jsonl --ledger {name}.ledger\n  \
         lwasc query {name} balance ann --ledger {name}.ledger"
    ))
}

fn write(path: &Path, text: &str) -> Done {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Stop::io("make the folder", folder, &error))?;
    }
    std::fs::write(path, text).map_err(|error| Stop::io("write", path, &error))
}
