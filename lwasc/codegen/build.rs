//! Tells the crate what it was built from, so that code which another build of LwaS made is never taken for its own.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// The crates whose sources decide what machine code a function becomes.
const SOURCES: [&str; 3] = ["src", "../ir/src", "../exact/src"];

fn main() {
    let mut hash = DefaultHasher::new();
    for folder in SOURCES {
        println!("cargo::rerun-if-changed={folder}");
        for file in files(Path::new(folder)) {
            file.hash(&mut hash);
            #[expect(clippy::disallowed_methods, reason = "a build script reads the sources; the crate does not")]
            std::fs::read(&file).expect("a source that was listed can be read").hash(&mut hash);
        }
    }
    println!("cargo::rustc-env=LWAS_SOURCES={:016x}", hash.finish());
}

/// All files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a build script reads the sources; the crate does not")]
    let entries = std::fs::read_dir(folder).expect("a crate's sources can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.extension().is_none() { files(&path) } else { vec![path] }).collect()
}
