//! The programs of the repository: golden programs, examples, the standard library, and what `lwasc new` writes.

use std::fs;
use std::path::{Path, PathBuf};

/// A program as texts.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where it lies in the repository.
    pub name: String,
    /// The file with which it begins: one of `files`.
    pub entry: String,
    /// (path in its folder, text), in order of path.
    pub files: Vec<(String, String)>,
}

/// All programs, in order of place.
pub fn programs() -> Vec<Program> {
    let repository =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies in the repository");
    let mut found = Vec::new();
    let areas = entries(&repository.join("tests/ui"));
    let folders = [repository.join("examples"), repository.join("lwas-std/std")];
    for folder in areas.into_iter().chain(folders).filter(|path| path.is_dir()) {
        found.extend(entries(&folder).iter().filter_map(|path| program(repository, path)));
    }
    found.extend(program(repository, &repository.join("lwasc/cli/src/commands/new")));
    assert!(found.len() > 100, "only {} programs: the repository is not where it is looked for", found.len());
    found
}

/// Where the golden programs lie, in order.
pub fn golden() -> Vec<PathBuf> {
    let repository =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies in the repository");
    let areas = entries(&repository.join("tests/ui")).into_iter().filter(|path| path.is_dir());
    let is_program =
        |path: &PathBuf| path.extension().is_some_and(|end| end == "lwas") || path.join("main.lwas").exists();
    areas.flat_map(|area| entries(&area)).filter(is_program).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of programs can be read");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("its entries can be read").path()).collect();
    paths.sort();
    paths
}

/// A `.lwas` file, or a folder with a `main.lwas`; nothing when it is neither.
fn program(repository: &Path, path: &Path) -> Option<Program> {
    let name = path.strip_prefix(repository).expect("it was found below").to_string_lossy().into_owned();
    let read = |file: &Path| {
        let text = fs::read_to_string(file).expect("programs are UTF-8");
        (file.file_name().expect("a file has a name").to_string_lossy().into_owned(), text)
    };
    let is_source = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "lwas");
    if path.join("main.lwas").is_file() {
        let files = entries(path).iter().filter(is_source).map(|file| read(file)).collect();
        return Some(Program { name, entry: "main.lwas".to_owned(), files });
    }
    let file = Some(path.to_owned()).as_ref().filter(is_source).map(|file| read(file))?;
    Some(Program { name, entry: file.0.clone(), files: vec![file] })
}
