//! What a program or a session printed, compared with the text kept beside it. With `LWAS_BLESS=1` the kept text is
//! rewritten instead. Only looks are kept this way: what must be accepted or refused, and with which exit code, is said
//! by the test's author and checked before anything is blessed.

use similar::TextDiff;
use std::path::Path;
use std::{env, fs, io};

/// Whether kept texts are to be rewritten.
pub fn blessing() -> bool {
    env::var_os("LWAS_BLESS").is_some_and(|value| value == "1")
}

/// Compares `actual` with the file; an empty text is kept as no file.
pub fn compare(file: &Path, actual: &str) -> Result<(), String> {
    let kept = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(why) if why.kind() == io::ErrorKind::NotFound => String::new(),
        Err(why) => return Err(format!("{}: {why}", file.display())),
    };
    if kept == actual {
        return Ok(());
    }
    if blessing() {
        let done = if actual.is_empty() { fs::remove_file(file) } else { fs::write(file, actual) };
        return done.map_err(|why| format!("{}: {why}", file.display()));
    }
    Err(difference(file, &kept, actual))
}

/// The difference between what is kept and what came, as a patch, and how to accept it.
fn difference(file: &Path, kept: &str, actual: &str) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let patch = TextDiff::from_lines(kept, actual)
        .unified_diff()
        .header(&format!("{name} (kept)"), &format!("{name} (now)"))
        .to_string();
    format!("{patch}\nif this is how it should look: LWAS_BLESS=1 cargo test -p lwas-tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_both_texts() {
        let shown = difference(Path::new("ui/money/fees.out"), "one\ntwo\n", "one\nthree\n");
        assert!(shown.contains("--- fees.out (kept)\n+++ fees.out (now)"), "{shown}");
        assert!(shown.contains(" one\n-two\n+three\n"), "{shown}");
    }

    #[test]
    fn a_missing_file_is_an_empty_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("none.out");
        assert_eq!(compare(&file, ""), Ok(()));
        if !blessing() {
            assert!(compare(&file, "new\n").unwrap_err().contains("+new"));
            fs::write(&file, "new\n").unwrap();
            assert_eq!(compare(&file, "new\n"), Ok(()));
        }
    }
}
