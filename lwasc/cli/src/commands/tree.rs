//! `lwasc tree`: the packages that a package depends on, as a tree; nothing is written.

use crate::args::Tree;
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_driver::Package;
use lwas_driver::packages::{Dependency, Packages, Source, short};
use lwas_driver::render::visible;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Serialize)]
struct Told<'a> {
    name: &'a str,
    version: Option<String>,
    dependencies: Vec<&'a str>,
    packages: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    name: &'a str,
    version: Option<String>,
    source: &'a str,
    path: Option<&'a str>,
    by: Option<&'a str>,
    hash: String,
    artifact: Option<String>,
    signer: Option<String>,
    dependencies: &'a [String],
}

pub fn run(args: &Tree) -> Done {
    let package = Package::open(&args.program, lwas_std::MODULES)?;
    let Some((_, manifest)) = package.described()? else {
        let message = format!("{} is no package: it has no `lwas.toml`", args.program.display());
        return Err(Stop::new(exit::USAGE, message));
    };
    let packages = Packages::of(&package, lwas_std::MODULES)?;
    let version = manifest.version.map(|version| version.to_string());
    let dependencies = packages.own().collect();
    if args.json {
        let told = Told { name: &package.name, version, dependencies, packages: packages.iter().map(one).collect() };
        return output::answer(&serde_json::to_string(&told).expect("texts always have a JSON form"));
    }
    let mut tree = Drawn { packages: &packages, seen: BTreeSet::new(), text: String::new() };
    tree.text = format!("{}{}\n", package.name, shown(version));
    tree.below(&dependencies, "");
    output::answer_all(&visible(&tree.text))
}

fn one(package: &Dependency) -> One<'_> {
    let (path, by, artifact, signer) = match &package.source {
        Source::Path(path) => (Some(path.as_str()), None, None, None),
        Source::Artifact { path, hash, signer } => {
            (Some(path.as_str()), None, Some(hash.to_string()), Some(signer.to_string()))
        }
        Source::Carried { by } => (None, Some(by.as_str()), None, None),
    };
    One {
        name: &package.name,
        version: package.version.as_ref().map(ToString::to_string),
        source: package.source.kind(),
        path,
        by,
        hash: package.hash.to_string(),
        artifact,
        signer,
        dependencies: &package.dependencies,
    }
}

fn shown(version: Option<String>) -> String {
    version.map_or_else(String::new, |version| format!(" {version}"))
}

/// The tree so far.
struct Drawn<'a> {
    packages: &'a Packages,
    seen: BTreeSet<&'a str>,
    text: String,
}

impl<'a> Drawn<'a> {
    /// Packages that one depends on. What stands below a package is shown once, and `(*)` stands for it again.
    fn below(&mut self, names: &[&'a str], before: &str) {
        let packages: Vec<&'a Dependency> = names.iter().filter_map(|name| self.packages.get(name)).collect();
        for (number, package) in packages.iter().enumerate() {
            let is_last = number + 1 == packages.len();
            let (branch, below) = if is_last { ("└── ", "    ") } else { ("├── ", "│   ") };
            let version = shown(package.version.as_ref().map(ToString::to_string));
            let (hash, from) = (package.hash.to_string(), package.source.told());
            let is_new = self.seen.insert(&package.name);
            let again = if is_new { "" } else { " (*)" };
            let kind = package.source.kind();
            self.text += &format!("{before}{branch}{}{version} {kind} {from} {}{again}\n", package.name, short(&hash));
            if is_new {
                let names: Vec<&str> = package.dependencies.iter().map(String::as_str).collect();
                self.below(&names, &format!("{before}{below}"));
            }
        }
    }
}
