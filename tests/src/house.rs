//! Rules of the house that a compiler does not know: each file opens by saying what lives in it, and each code that a stage
//! can report has its page in `spec/errors/` and each page its code, with what fails and what is mended.

use crate::{files, mended};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file of the product and of the tests opens with `//!`.
pub fn check_headers(repository: &Path) -> Result<(), String> {
    let mut silent = Vec::new();
    for folder in ["lwasc", "lwas-std", "tests"] {
        for file in files::files_under(&repository.join(folder), "rs")? {
            if !read(&file)?.starts_with("//! ") {
                silent.push(format!("{} does not open with `//!`", shown(repository, &file)));
            }
        }
    }
    told(silent)
}

/// Every code in the sources has its page, every page its code, and every page opens with its code and shows what leads to it and
/// what mends that.
pub fn check_error_pages(repository: &Path) -> Result<(), String> {
    let mut used: BTreeMap<String, String> = BTreeMap::new();
    for folder in files::entries_of(&repository.join("lwasc"))? {
        for file in files::files_under(&folder.join("src"), "rs")? {
            let text = read(&file)?;
            // A comment may name a range, whose ends need not be codes.
            let code_lines: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for code in codes_in(&code_lines.join("\n")) {
                used.entry(code).or_insert_with(|| shown(repository, &file));
            }
        }
    }
    let mut found = Vec::new();
    let mut pages = BTreeSet::new();
    for page in files::files_under(&repository.join("spec/errors"), "md")? {
        let code = page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if code == "README" {
            continue;
        }
        let text = read(&page)?;
        if !text.starts_with(&format!("# {code}")) {
            found.push(format!("{} does not open with `# {code}`", shown(repository, &page)));
        }
        if let Err(why) = mended::check(&code, &text) {
            found.push(format!("{} {why}", shown(repository, &page)));
        }
        pages.insert(code);
    }
    let no_page = used.iter().filter(|(code, _)| !pages.contains(*code));
    found.extend(no_page.map(|(code, file)| format!("{code}, used in {file}, has no page in spec/errors/")));
    let no_use = pages.iter().filter(|code| !used.contains_key(*code));
    found.extend(no_use.map(|code| format!("spec/errors/{code}.md is about a code that no stage reports")));
    told(found)
}

/// The codes that a text names as words of their own: `E0` or `W0` and three digits.
fn codes_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| is_code(word)).map(str::to_owned).collect()
}

pub(crate) fn is_code(word: &str) -> bool {
    let digits = word.strip_prefix("E0").or_else(|| word.strip_prefix("W0")).unwrap_or_default();
    digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))
}

fn shown(repository: &Path, file: &Path) -> String {
    let inside: PathBuf = file.strip_prefix(repository).unwrap_or(file).to_owned();
    inside.display().to_string()
}

fn told(found: Vec<String>) -> Result<(), String> {
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository of one crate whose sources are `source`, with these pages.
    fn repository(source: &str, pages: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for part in ["lwasc/check/src", "lwas-std", "tests", "spec/errors"] {
            fs::create_dir_all(folder.path().join(part)).unwrap();
        }
        fs::write(folder.path().join("lwasc/check/src/lib.rs"), source).unwrap();
        for (name, text) in pages {
            fs::write(folder.path().join("spec/errors").join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn codes_are_whole_words() {
        let text = r#"Code("E0301"), W0201. [E0402] not E03010, E0x01, XE0301, E1301 or E030"#;
        let found: Vec<_> = codes_in(text).into_iter().collect();
        assert_eq!(found, ["E0301", "E0402", "W0201"]);
    }

    const PAGE: &str = "# E0301: x\n\n```lwas\n```\n\n```text\n```\n\nMended:\n\n```lwas\n```\n";

    #[test]
    fn a_code_without_a_page_and_a_page_without_a_code_are_found() {
        let good = repository(
            "//! Up to E0309.\nconst LOST: &str = \"E0301\";\n",
            &[("E0301.md", PAGE), ("README.md", "index")],
        );
        assert_eq!(check_error_pages(good.path()), Ok(()));
        let no_page = repository("//! Up to E0309.\nconst LOST: &str = \"E0301\";\n", &[]);
        assert!(check_error_pages(no_page.path()).unwrap_err().contains("lwasc/check/src/lib.rs, has no page"));
        let no_code = repository("//! None\n", &[("E0301.md", PAGE)]);
        assert!(check_error_pages(no_code.path()).unwrap_err().contains("no stage reports"));
        let misnamed = repository("//! Up to E0309.\nconst LOST: &str = \"E0301\";\n", &[("E0301.md", "# E0302: x")]);
        assert!(check_error_pages(misnamed.path()).unwrap_err().contains("does not open with"));
        let bare = repository("//! Up to E0309.\nconst LOST: &str = \"E0301\";\n", &[("E0301.md", "# E0301: x")]);
        assert!(
            check_error_pages(bare.path())
                .unwrap_err()
                .contains("spec/errors/E0301.md shows nothing that leads to E0301")
        );
    }

    #[test]
    fn a_file_that_does_not_say_what_it_is_is_found() {
        assert_eq!(check_headers(repository("//! What.\n", &[]).path()), Ok(()));
        assert!(check_headers(repository("use std::fs;\n", &[]).path()).is_err());
    }
}
