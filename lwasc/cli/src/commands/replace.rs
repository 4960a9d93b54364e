//! A source that is changed: what would change, and a file replaced whole or not at all.

use lwas_driver::render::visible;
use similar::TextDiff;
use std::io::Write;
use std::path::Path;

/// What becomes of a text, as a unified diff; `how` says what was done to it.
pub fn diff(name: &str, before: &str, after: &str, how: &str) -> String {
    let name = visible(name);
    TextDiff::from_lines(before, after).unified_diff().header(&name, &format!("{name} ({how})")).to_string()
}

/// Puts a text in a file's place, with its permissions. Whatever happens, the file holds the old text or the new one. Where a
/// path is a link, it is the file behind it.
pub fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = path.canonicalize()?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(name);
    let permissions = std::fs::metadata(&path)?.permissions();
    // A file that may not be written is not replaced either.
    std::fs::OpenOptions::new().write(true).open(&path)?;
    let written = (|| {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        std::fs::rename(&beside, &path)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}
