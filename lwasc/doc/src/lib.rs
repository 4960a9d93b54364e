//! Reference pages of a package: a page for each module, made of what it declares for others and of its doc comments, and an index. Parsed
//! modules come in, HTML goes out. The pages need no script, no network and no other file, and nothing in a comment becomes markup but
//! Markdown.
//!
//! `items` says what a module declares, `links` where a name in a signature leads, `markdown` makes text of doc comments, `page` puts them
//! together.

mod items;
mod links;
mod markdown;
mod page;

use lwas_syntax::ast;

/// A module of a package.
#[derive(Clone, Copy, Debug)]
pub struct Module<'a> {
    /// Its dotted path.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The same as a tree.
    pub tree: &'a ast::File,
    /// Whether it is the package's own, and not one that it uses.
    pub own: bool,
}

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The name of its file.
    pub name: String,
    /// What it is about: a module's path; empty for the index.
    pub module: String,
    /// Its text.
    pub html: String,
}

/// The pages of a package with a name and perhaps a version: the index first, then the modules in order of path.
pub fn pages(name: &str, version: Option<&str>, modules: &[Module]) -> Vec<Page> {
    let mut sorted = modules.to_vec();
    sorted.sort_by_key(|module| (!module.own, module.path));
    let site = links::Site::new(&sorted);
    let title = version.map_or_else(|| name.to_owned(), |version| format!("{name} {version}"));
    let index = Page { name: INDEX.to_owned(), module: String::new(), html: page::index(&title, &sorted) };
    let page = |module: &Module| Page {
        name: file_name(module.path),
        module: module.path.to_owned(),
        html: page::module(&title, module, &sorted, &site),
    };
    std::iter::once(index).chain(sorted.iter().map(page)).collect()
}

/// The first page.
const INDEX: &str = "index.html";

/// No module's page is called `index.html`.
fn file_name(module: &str) -> String {
    format!("{module}.lwas.html")
}
