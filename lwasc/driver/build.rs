//! Embeds the pages of `spec/errors/`: each becomes one entry (code, page) of the table that `explain` reads.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = env::var("CARGO_MANIFEST_DIR").expect("cargo sets this for build scripts");
    let folder = Path::new(&here).join("../../spec/errors");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages = vec![];
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let code = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let is_code = code.len() == 5 && code.starts_with(['E', 'W']) && code[1..].bytes().all(|b| b.is_ascii_digit());
        if is_code {
            println!("cargo::rerun-if-changed={}", path.display());
            pages.push((code, fs::canonicalize(path)?));
        }
    }
    pages.sort();
    let mut table = String::from("[\n");
    for (code, path) in pages {
        writeln!(table, "    ({code:?}, include_str!({:?})),", path.display().to_string())
            .expect("a String takes everything");
    }
    table.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets this for build scripts");
    fs::write(Path::new(&out).join("pages.rs"), table)
}
