//! The pages: an index with what each module is about, and a module with its items by kind.

use crate::items::{self, Declared, Kind};
use crate::links::{Names, Piece, Site};
use crate::{INDEX, Module, file_name, markdown};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// The index.
pub fn index(title: &str, modules: &[Module]) -> String {
    let (own, used): (Vec<&Module>, Vec<&Module>) = modules.iter().partition(|module| module.own);
    let body = html! {
        main {
            h1 { (title) }
            @for (heading, modules) in [("Modules", own), ("Modules that these use", used)] {
                @if !modules.is_empty() {
                    h2 { (heading) }
                    dl {
                        @for module in modules {
                            dt { a href=(file_name(module.path)) { code { (module.path) } } }
                            dd { (PreEscaped(markdown::summary(&module.tree.docs))) }
                        }
                    }
                }
            }
        }
    };
    whole(title, &body)
}

/// The page of a module.
pub fn module(title: &str, module: &Module, modules: &[Module], site: &Site) -> String {
    let items = items::of(module);
    let names = site.names(module);
    let mut kinds: Vec<Kind> = items.iter().map(|item| item.kind).collect();
    kinds.dedup();
    let body = html! {
        nav aria-label="Modules" {
            p { a href=(INDEX) { (title) } }
            ul {
                @for other in modules.iter().filter(|other| other.own) {
                    @let current = (other.path == module.path).then_some("page");
                    li { a href=(file_name(other.path)) aria-current=[current] { (other.path) } }
                }
            }
            @if !kinds.is_empty() {
                p { "On this page" }
                ul { @for kind in &kinds { li { a href={ "#" (slug(*kind)) } { (kind.heading()) } } } }
            }
        }
        main {
            h1 { "Module " code { (module.path) } }
            (PreEscaped(markdown::to_html(&module.tree.docs)))
            @if items.is_empty() { p { "It declares nothing for others." } }
            @for kind in &kinds {
                h2 id=(slug(*kind)) { (kind.heading()) }
                @for item in items.iter().filter(|item| item.kind == *kind) { (entry(item, &names)) }
            }
        }
    };
    whole(&format!("{} – {title}", module.path), &body)
}

fn slug(kind: Kind) -> String {
    kind.heading().to_lowercase().replace(' ', "-")
}

fn entry(item: &Declared, names: &Names) -> Markup {
    let anchor = item.anchor();
    html! {
        section id=(anchor) {
            h3 { a href={ "#" (anchor) } { code { (item.name) } } }
            pre { code {
                @for piece in names.pieces(item.signature, &item.name) {
                    @match piece {
                        Piece::Comment(text) => span.comment { (text) },
                        Piece::Link(text, address) => a href=(address) { (text) },
                        Piece::Plain(text) => (text),
                    }
                }
            } }
            (PreEscaped(markdown::to_html(item.docs)))
        }
    }
}

fn whole(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Whatever a comment may say, nothing of it runs, and nothing is loaded.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}
