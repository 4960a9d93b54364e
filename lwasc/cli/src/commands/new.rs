//! `lwasc new`: a folder with a small program and its test.

use crate::args::New;
use crate::exit::{self, Done, Stop};
use crate::output;
use std::path::Path;

const MAIN: &str = include_str!("new/main.lwas");
const EVENTS: &str = include_str!("new/events.jsonl");

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
        (".gitignore", "*.lwx\n*.ledger\n*.ledger-*\n*.ledger.lock\n".to_owned()),
    ];
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::write(&path, text).map_err(|error| Stop::io("write", &path, &error))?;
    }
    output::answer(&format!(
        "made `{name}`; next:\n  lwasc test {name}\n  lwasc run {name} --events {name}/events.jsonl --ledger {name}.ledger\n  \
         lwasc query {name} balance ann --ledger {name}.ledger"
    ))
}
