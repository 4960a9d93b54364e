//! `lwasc add`, `remove` and `update`: what a package depends on, in its `lwas.toml`, whose comments and layout stay, and in its lock file.
//! Nothing is written before the packages were read and verified as the new text says.

use super::packages::{Held, hold};
use crate::args::{Add, Remove, Update};
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_driver::packages::{Lock, Packages, short};
use lwas_driver::{Configuration, Manifest, OpenError, Package};
use serde::Serialize;
use std::path::Path;
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value};

#[derive(Serialize)]
struct Added<'a> {
    name: &'a str,
    version: Option<String>,
    source: &'a str,
    hash: String,
}

/// Names a package as one that this one depends on.
pub fn add(args: &Add) -> Done {
    let mut declared = InlineTable::new();
    let sources = [("path", &args.path), ("artifact", &args.artifact), ("key", &args.key)];
    for (key, path) in sources {
        let Some(path) = path else { continue };
        let path = path.to_str().ok_or_else(|| {
            Stop::new(exit::USAGE, format!("{} can't stand in a `lwas.toml`: it is no UTF-8", path.display()))
        })?;
        declared.insert(key, Value::from(path));
    }
    let packages = edit(&args.package, &args.name, |document| {
        let dependencies = document.entry("dependencies").or_insert(Item::Table(Table::new()));
        let Some(table) = dependencies.as_table_like_mut() else { return };
        if let Some(known) = table.get(&args.name).and_then(Item::as_value) {
            // A remark behind it stays.
            *declared.decor_mut() = known.decor().clone();
        }
        table.insert(&args.name, Item::Value(Value::InlineTable(declared)));
    })?;
    let Some(package) = packages.get(&args.name) else { return Ok(()) };
    let (version, hash) = (package.version.as_ref().map(ToString::to_string), package.hash.to_string());
    if args.json {
        let added = Added { name: &args.name, version, source: package.source.kind(), hash };
        return output::answer(&serde_json::to_string(&added).expect("texts always have a JSON form"));
    }
    let version = version.map_or_else(String::new, |version| format!(" {version}"));
    output::answer(&format!("added {}{version} from {}, {}", args.name, package.source.told(), short(&hash)))
}

/// Takes a package out again.
pub fn remove(args: &Remove) -> Done {
    let mut was_there = false;
    edit(&args.package, &args.name, |document| {
        let Some(table) = document.get_mut("dependencies").and_then(Item::as_table_like_mut) else { return };
        was_there = table.remove(&args.name).is_some();
        if table.is_empty() {
            document.remove("dependencies");
        }
    })?;
    if !was_there {
        return Err(Stop::new(exit::REFUSED, format!("the package does not depend on `{}`", args.name)));
    }
    output::answer(&format!("removed {}", args.name))
}

/// Accepts what is there.
pub fn update(args: &Update) -> Done {
    let packages = super::packages::settle_one(&args.program, Held::Accepts(&args.only))?;
    if let Some(name) = args.only.iter().find(|name| packages.get(name).is_none()) {
        return Err(Stop::new(exit::REFUSED, format!("the package does not depend on `{name}`")));
    }
    Ok(())
}

/// The packages that a `lwas.toml` with this text leads to.
fn packages_as_in(package: &Package, path: &Path, text: &str) -> Result<Packages, OpenError> {
    let changed = Configuration::of_text(path, text)?;
    let manifest = Manifest::read(&changed)?;
    Packages::of_manifest(package, &changed, &manifest, lwas_std::MODULES)
}

/// Changes a `lwas.toml`, and has the lock file follow for a package; gives all packages.
fn edit(folder: &Path, name: &str, change: impl FnOnce(&mut DocumentMut)) -> Result<Packages, Stop> {
    let package = Package::open(folder, lwas_std::MODULES)?;
    let Some((configuration, _)) = package.described()? else {
        let message =
            format!("{} is no package: it has no `lwas.toml`; name one with `--package FOLDER`", folder.display());
        return Err(Stop::new(exit::USAGE, message));
    };
    let path = package.root.join("lwas.toml");
    let mut document: DocumentMut = configuration
        .text()
        .parse()
        .map_err(|error: toml_edit::TomlError| Stop::new(exit::REFUSED, format!("{}: {error}", path.display())))?;
    change(&mut document);
    let text = document.to_string();
    let packages = packages_as_in(&package, &path, &text)
        .map_err(|error| Stop::from(error).about("nothing was changed, for as it would be"))?;
    let lock = Lock::of(&packages);
    if text != configuration.text() {
        output::write_whole(&path, text.as_bytes())?;
    }
    hold(&package.root, &lock, Held::Accepts(&[name.to_owned()]))?;
    Ok(packages)
}
