//! Where a name in a signature leads: to an item of the same module, or through an import to one of another module that has a page.

use crate::items::{self, Declared, Kind};
use crate::{Module, file_name};
use lwas_syntax::ast::{ItemKind, UseNames};
use std::collections::BTreeMap;

/// Address of each item that has a place: by module, then by name.
pub struct Site {
    modules: BTreeMap<String, BTreeMap<String, String>>,
}

/// The names that a module sees, and where they lead.
pub struct Names<'a> {
    site: &'a Site,
    /// Items by the name that they have here.
    items: BTreeMap<String, String>,
    /// Modules by the name that they have here.
    modules: BTreeMap<String, String>,
}

/// A piece of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// A comment.
    Comment(&'t str),
    /// A name that leads somewhere.
    Link(&'t str, String),
    /// Anything else.
    Plain(&'t str),
}

impl Site {
    /// The items of all modules.
    pub fn new(modules: &[Module]) -> Site {
        let of = |module: &Module| {
            let address = |item: &Declared| format!("{}#{}", file_name(module.path), item.anchor());
            // Axioms and their like are called by nobody, so a name is never theirs.
            let items = items::of(module).into_iter().filter(|item| item.kind < Kind::Rule);
            let items = items.map(|item| (item.name.clone(), address(&item))).collect();
            (module.path.to_owned(), items)
        };
        Site { modules: modules.iter().map(of).collect() }
    }

    fn item(&self, module: &str, name: &str) -> Option<&String> {
        self.modules.get(module)?.get(name)
    }

    /// The names that a module sees.
    pub fn names(&self, module: &Module) -> Names<'_> {
        let mut names = Names {
            site: self,
            items: self.modules.get(module.path).cloned().unwrap_or_default(),
            modules: BTreeMap::new(),
        };
        for item in &module.tree.items {
            let ItemKind::Use(used) = &item.kind else { continue };
            let parts: Vec<String> = used.path.iter().map(|part| part.name.to_string()).collect();
            let path = parts.join(".");
            match &used.names {
                UseNames::As(bound) => names.bind(&bound.name.to_string(), &parts),
                UseNames::Last => names.bind(&parts.last().cloned().unwrap_or_default(), &parts),
                UseNames::Several(list) => {
                    for one in list {
                        if let Some(address) = self.item(&path, &one.member.name.to_string()) {
                            names.items.insert(one.bound.name.to_string(), address.clone());
                        }
                    }
                }
            }
        }
        names
    }
}

impl Names<'_> {
    /// `use a.b`, where b is a module or, capitalised, an item of a.
    fn bind(&mut self, name: &str, parts: &[String]) {
        let path = parts.join(".");
        if self.site.modules.contains_key(&path) {
            self.modules.insert(name.to_owned(), path);
        } else if let Some((last, module)) = parts.split_last()
            && let Some(address) = self.site.item(&module.join("."), last)
        {
            self.items.insert(name.to_owned(), address.clone());
        }
    }

    /// A signature in pieces. What it declares itself does not lead to itself: that is `own`.
    pub fn pieces<'t>(&self, signature: &'t str, own: &str) -> Vec<Piece<'t>> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (mut pieces, mut rest) = (vec![], signature);
        let mut module: Option<&str> = None;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
                '"' => text_length(rest),
                c if c.is_ascii_alphabetic() || c == '_' => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
                c if c.is_ascii_digit() => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
                c => c.len_utf8(),
            };
            let (piece, after) = rest.split_at(length);
            rest = after;
            let of = module.take();
            if piece.starts_with("//") {
                pieces.push(Piece::Comment(piece));
                continue;
            }
            let address = match of {
                Some(of) => self.site.item(of, piece),
                None if piece != own => self.items.get(piece),
                None => None,
            };
            // Behind a dot a name belongs to what stands before it.
            let follows_dot = matches!(pieces.last(), Some(Piece::Plain(".")));
            // Before a colon it is a field or a parameter.
            let is_field = rest.starts_with(':');
            match address.filter(|_| of.is_some() || !follows_dot && !is_field) {
                Some(address) => pieces.push(Piece::Link(piece, address.clone())),
                None => pieces.push(Piece::Plain(piece)),
            }
            match (self.modules.get(piece), piece, of) {
                (Some(path), ..) if rest.starts_with('.') => module = Some(path),
                (_, ".", Some(of)) => module = Some(of),
                _ => {}
            }
        }
        pieces
    }
}

/// How long a text at the beginning is, with its quotes.
fn text_length(rest: &str) -> usize {
    let mut escaped = true;
    for (at, c) in rest.char_indices() {
        match c {
            '"' if !escaped => return at + 1,
            '\n' => return at,
            '\\' if !escaped => escaped = true,
            _ => escaped = false,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lwas_base::FileId;

    #[test]
    fn names_lead_where_they_are_declared() {
        let shop = "use std.ledger as books\nuse std.currency.{USD as Dollar}\nstate Sold[id: Text] { size: Size }\nenum Size { S }\nquery size() -> Size { Size.S }\n";
        let (ledger, currency) = ("state Account[id: Text] { open: Bool }\n", "currency USD(2)\n");
        let trees = [shop, ledger, currency].map(|text| lwas_syntax::parse(FileId(0), text).file);
        let module = |path, text, at: usize| Module { path, text, tree: &trees[at], own: at == 0 };
        let modules = [module("shop", shop, 0), module("std.ledger", ledger, 1), module("std.currency", currency, 2)];
        let site = Site::new(&modules);
        let names = site.names(&modules[0]);
        let links = |signature: &'static str, own: &str| {
            let link = |piece: Piece<'static>| match piece {
                Piece::Link(text, address) => Some(format!("{text}>{address}")),
                _ => None,
            };
            names.pieces(signature, own).into_iter().filter_map(link).collect::<Vec<_>>()
        };
        assert_eq!(
            links("query f(a: books.Account, size: Size, x: Dollar) -> Sold // Size", "f"),
            [
                "Account>std.ledger.lwas.html#state-Account",
                "Size>shop.lwas.html#type-Size",
                "Dollar>std.currency.lwas.html#currency-USD",
                "Sold>shop.lwas.html#state-Sold",
            ]
        );
        assert_eq!(links("state Sold[id: Text] { a: Text = \"Size\" }", "Sold"), [""; 0]);
        assert_eq!(
            links("axiom a for s in Sold { s.size == Size.S }", "a"),
            ["Sold>shop.lwas.html#state-Sold", "Size>shop.lwas.html#type-Size"]
        );
    }
}
