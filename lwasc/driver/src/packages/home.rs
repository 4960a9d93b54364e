//! Where a package's modules are at home. Inside a package a module is called by its path below the package's folder; in a program that
//! depends on the package all of its modules stand below its name, so that packages don't meet: `tiers` is `fees.tiers`, and the entry is `fees`.
//! In comes a tree of a package's module, out goes the same with such paths in its `use`, and without its tests.

use lwas_base::{Span, Symbol};
use lwas_syntax::ast::{File, Ident, ItemKind, Use, UseNames};

/// What a package's modules may name.
pub(crate) trait Home {
    /// The package's name.
    fn name(&self) -> &str;
    /// The path of its entry below its own folder.
    fn entry(&self) -> &str;
    /// Whether it has a module of this path.
    fn has(&self, path: &str) -> bool;
    /// Whether it depends on the package of this name.
    fn depends_on(&self, package: &str) -> bool;
}

/// The file of a package's module as artifacts and messages of a running program name it: `@fees/tiers.lwas`.
pub(crate) fn file(package: &str, path: &str) -> String {
    format!("@{package}/{}.lwas", path.replace('.', "/"))
}

/// The package and the path below its folder of a module whose file is called as [`file`] does.
pub(crate) fn of_file(file: &str) -> Option<(&str, String)> {
    let (package, path) = file.strip_prefix('@')?.split_once('/')?;
    Some((package, path.strip_suffix(".lwas")?.replace('/', ".")))
}

/// Turns each `use` of a package's module to paths in the whole program. The standard library and packages that it depends on are called
/// alike everywhere; all else is its own, there or not. Its tests are its own business and are left out.
pub(crate) fn settle(tree: &mut File, home: &impl Home) {
    tree.items.retain(|item| !matches!(item.kind, ItemKind::Test(_)));
    for item in &mut tree.items {
        if let ItemKind::Use(used) = &mut item.kind {
            settle_use(used, home);
        }
    }
}

fn settle_use(used: &mut Use, home: &impl Home) {
    let Some(first) = used.path.first().copied() else { return };
    let own = is_own(&used.path, home);
    if first.name.as_str() == "std" || !own && home.depends_on(first.name.as_str()) {
        return;
    }
    let package = Ident { name: Symbol::new(home.name()), span: Span { end: first.span.start, ..first.span } };
    let entry: Vec<&str> = home.entry().split('.').collect();
    if !is_of_entry(used, &entry, home) {
        used.path.insert(0, package);
        return;
    }
    // The entry has the package's name: that stands for its whole path, and what is bound stays.
    if let (UseNames::Last, true, Some(last)) = (&used.names, used.path.len() == entry.len(), used.path.last()) {
        used.names = UseNames::As(*last);
    }
    used.path.splice(..entry.len(), [Ident { span: first.span, ..package }]);
}

/// Whether a path, or a beginning of it, is a module of the package, or leads to one.
fn is_own(path: &[Ident], home: &impl Home) -> bool {
    (1..=path.len()).any(|length| home.has(&dotted(path, length)))
}

/// Whether it is the entry itself or something in it, not a module in a folder that is called as the entry.
fn is_of_entry(used: &Use, entry: &[&str], home: &impl Home) -> bool {
    let begins = used.path.len() >= entry.len() && used.path.iter().zip(entry).all(|(a, b)| a.name.as_str() == *b);
    begins
        && match used.path.len() - entry.len() {
            0 => true,
            1 => {
                matches!(used.names, UseNames::Last | UseNames::As(_))
                    && !home.has(&dotted(&used.path, used.path.len()))
            }
            _ => false,
        }
}

fn dotted(path: &[Ident], length: usize) -> String {
    path.iter().take(length).map(|part| part.name.as_str()).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::{Home, of_file, settle};
    use lwas_base::FileId;
    use lwas_syntax::ast::{ItemKind, UseNames};

    struct Fees;

    impl Home for Fees {
        fn name(&self) -> &str {
            "fees"
        }
        fn entry(&self) -> &str {
            "main"
        }
        fn has(&self, path: &str) -> bool {
            ["main", "tiers", "deep.more", "main.under"].contains(&path)
        }
        fn depends_on(&self, package: &str) -> bool {
            package == "tax"
        }
    }

    /// The path in the whole program, and the name that is bound.
    fn settled(text: &str) -> String {
        let mut tree = lwas_syntax::parse_bytes(FileId(0), format!("{text}\n").as_bytes()).file;
        settle(&mut tree, &Fees);
        let Some(ItemKind::Use(used)) = tree.items.first().map(|item| &item.kind) else { panic!("no use in {text}") };
        let path = used.path.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(".");
        match &used.names {
            UseNames::Last => path,
            UseNames::As(name) => format!("{path} as {}", name.name.as_str()),
            UseNames::Several(list) => format!("{path}.{}", list.len()),
        }
    }

    #[test]
    fn own_modules_stand_below_the_package() {
        for (text, path) in [
            ("use tiers", "fees.tiers"),
            ("use tiers.{a, B}", "fees.tiers.2"),
            ("use deep.more.Rate", "fees.deep.more.Rate"),
            ("use main", "fees as main"),
            ("use main.rate", "fees.rate"),
            ("use main.{rate}", "fees.1"),
            ("use main.under", "fees.main.under"),
            ("use nowhere", "fees.nowhere"),
            ("use tax.vat", "tax.vat"),
            ("use std.currency.USD", "std.currency.USD"),
        ] {
            assert_eq!(settled(text), path, "{text}");
        }
    }

    #[test]
    fn a_file_tells_its_package() {
        assert_eq!(of_file("@fees/deep/more.lwas"), Some(("fees", "deep.more".to_owned())));
        assert_eq!(of_file("fees/deep/more.lwas"), None);
    }
}
