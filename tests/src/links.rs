//! Links between our pages: every relative link of a page leads to a file, and what stands behind `#` to a heading of it; a page
//! of the book stands in its summary, and the summary names no page twice. The book shows `docs/` and `spec/` alike, with
//! the same headings.

use crate::files;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The folders whose pages link to each other.
const FOLDERS: [&str; 6] = ["deploy", "docs", "editors", "examples", "spec", "tests"];

/// What a page links to, and what others may link to in it.
#[derive(Debug, Default)]
struct Page {
    links: Vec<String>,
    anchors: BTreeSet<String>,
}

/// Every relative link of a page leads to a file or folder, and to a heading where it names one.
pub fn check(repository: &Path) -> Result<(), String> {
    let mut paths: Vec<PathBuf> = files::entries_of(repository)?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "md"));
    for folder in FOLDERS.map(|folder| repository.join(folder)) {
        if folder.is_dir() {
            let pages = files::files_under(&folder, "md")?;
            paths.extend(
                pages.into_iter().filter(|path| !path.components().any(|part| part.as_os_str() == "node_modules")),
            );
        }
    }
    let mut pages = BTreeMap::new();
    for path in paths {
        pages.insert(without_dots(&path), page_of(&read(&path)?));
    }
    let mut lost = Vec::new();
    for (path, page) in &pages {
        for link in &page.links {
            if let Some(why) = wrong_with(link, path, &pages) {
                lost.push(format!("{}: {why}", path.strip_prefix(repository).unwrap_or(path).display()));
            }
        }
    }
    told(lost)
}

/// Every page of the book stands in its summary, once.
pub fn check_summary(repository: &Path) -> Result<(), String> {
    let book = repository.join("docs");
    let named = page_of(&read(&book.join("SUMMARY.md"))?).links;
    let mut found: Vec<String> = Vec::new();
    for path in files::files_under(&book, "md")? {
        let name = path.strip_prefix(&book).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let count = named.iter().filter(|link| **link == name).count();
        if count != 1 && name != "SUMMARY.md" {
            found.push(format!("docs/{name} stands {count} times in docs/SUMMARY.md, and not once"));
        }
    }
    told(found)
}

/// Why a link of a page is wrong, if it is.
fn wrong_with(link: &str, page: &Path, pages: &BTreeMap<PathBuf, Page>) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => page.to_owned(),
        _ => without_dots(&page.parent().unwrap_or(page).join(file)),
    };
    if !target.exists() {
        return Some(format!("nothing is at {link}"));
    }
    let headings = pages.get(&target).map(|page| &page.anchors);
    let is_there = anchor.is_empty() || headings.is_none_or(|headings| headings.contains(anchor));
    (!is_there).then(|| format!("no heading is at {link}"))
}

/// The links and headings of a page.
fn page_of(text: &str) -> Page {
    let mut page = Page::default();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                page.links.push(dest_url.into_string())
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let anchor = anchor_of(&heading.take().unwrap_or_default());
                let again = (1..).map(|n| format!("{anchor}-{n}"));
                let free = std::iter::once(anchor.clone()).chain(again).find(|name| !page.anchors.contains(name));
                page.anchors.extend(free);
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    *heading += &text;
                }
            }
            _ => {}
        }
    }
    page
}

/// The name under which a heading is linked to, of GitHub and of mdBook alike.
fn anchor_of(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

/// A path without `.` and `..`, so that one file has one path.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))
}

fn told(found: Vec<String>) -> Result<(), String> {
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(pages: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in pages {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let good =
            "# A page\n\n[a](b.md#the-end), [here](#a-page), [far](https://example.org/x.md#y) and `[no](link.md)`\n";
        let folder = repository(&[("docs/a.md", good), ("docs/b.md", "# B\n## The `end`\n[x](../docs)\n")]);
        assert_eq!(check(folder.path()), Ok(()));
        let bad = "[a](c.md)\n[b](b.md#the-middle)\n";
        let folder = repository(&[("docs/a.md", bad), ("docs/b.md", "# B\n")]);
        let found = check(folder.path()).unwrap_err();
        assert_eq!(found, "docs/a.md: nothing is at c.md\ndocs/a.md: no heading is at b.md#the-middle");
    }

    #[test]
    fn a_page_that_the_summary_does_not_name_is_found() {
        let summary = "- [A](a.md)\n";
        let folder = repository(&[("docs/SUMMARY.md", summary), ("docs/a.md", "# A\n")]);
        assert_eq!(check_summary(folder.path()), Ok(()));
        let folder = repository(&[("docs/SUMMARY.md", summary), ("docs/a.md", "# A\n"), ("docs/in/b.md", "# B\n")]);
        assert!(check_summary(folder.path()).unwrap_err().starts_with("docs/in/b.md stands 0 times"));
    }

    #[test]
    fn headings_are_named_as_readers_link_to_them() {
        let page = page_of("# What `lwasc` does: all\n## Twice\n## Twice\n");
        assert_eq!(page.anchors.into_iter().collect::<Vec<_>>(), ["twice", "twice-1", "what-lwasc-does-all"]);
    }
}
