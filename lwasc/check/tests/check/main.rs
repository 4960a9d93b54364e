//! The checker from source text to messages and to the typed program.

mod declare;
mod laws;
mod pages;

use lwas_base::{Diagnostics, SourceMap};
use lwas_check::{Checked, SourceModule, check, imports};
use std::path::Path;

/// Checks files, `(path without ending, text)`; the entry is `main`. Modules of `std` come from their folder.
fn check_files(files: &[(&str, &str)]) -> (SourceMap, Checked) {
    let mut map = SourceMap::new();
    let mut modules: Vec<SourceModule> = vec![];
    let mut wrong = Diagnostics::new();
    let mut open = vec!["main".to_owned()];
    while let Some(path) = open.pop() {
        if modules.iter().any(|module| module.path == path) {
            continue;
        }
        let own = files.iter().find(|(own, _)| *own == path).map(|(_, text)| (*text).to_owned());
        let std = own.is_none();
        let Some(text) = own.or_else(|| std_text(&path)) else { continue };
        let file = map.add(format!("{path}.lwas"), text.as_str());
        let parsed = lwas_syntax::parse(file, &text);
        wrong.append(parsed.diagnostics);
        for import in imports(&parsed.file) {
            let there = |path: &&String| files.iter().any(|(own, _)| own == path) || std_text(path).is_some();
            open.extend(import.candidates.iter().find(there).cloned());
        }
        modules.push(SourceModule { path, file, tree: parsed.file.into(), std });
    }
    let mut checked = check(modules, "main");
    checked.diagnostics.append(wrong);
    (map, checked)
}

#[expect(clippy::disallowed_methods, reason = "the standard library lies outside this crate, for the driver to embed")]
fn std_text(path: &str) -> Option<String> {
    let below = path.strip_prefix("std.")?.replace('.', "/");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lwas-std/std");
    std::fs::read_to_string(folder.join(below + ".lwas")).ok()
}

/// The messages as `file:line:column code message`, in order of place.
fn said(files: &[(&str, &str)]) -> Vec<String> {
    let (map, checked) = check_files(files);
    let line = |d: &&lwas_base::Diagnostic| {
        let file = map.file(d.primary.span.file);
        let at = file.line_col(d.primary.span.start);
        format!("{}:{}:{} {} {}", file.path, at.line, at.column, d.code, d.message)
    };
    checked.diagnostics.sorted().iter().map(line).collect()
}

/// The messages about a program of one file, without the file's name.
fn says(text: &str) -> Vec<String> {
    said(&[("main", text)]).iter().map(|line| line.strip_prefix("main.lwas:").unwrap_or(line).to_owned()).collect()
}

/// The codes of the messages about a program of one file.
fn codes(text: &str) -> Vec<String> {
    says(text).iter().filter_map(|line| line.split(' ').nth(1).map(str::to_owned)).collect()
}

/// The typed program of a file without errors.
fn program(text: &str) -> lwas_check::Sound {
    let (_, checked) = check_files(&[("main", text)]);
    checked.into_sound().unwrap_or_else(|checked| panic!("{:?}", checked.diagnostics))
}

/// The codes of the errors about a program of one file.
fn errors(text: &str) -> Vec<String> {
    codes(text).into_iter().filter(|code| code.starts_with('E')).collect()
}
