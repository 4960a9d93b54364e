//! Programs that share a ledger, linked into one: a set. In come programs on the disk, and sources that artifacts carry; out goes one
//! module, with what is reached through each program.
//!
//! What a state keeps depends on the laws of all modules that read it. So nothing compiled is put together: the modules of all programs are
//! compiled as one program. A module that several programs use is there once, and so its states have one owner; where it comes with two texts,
//! nobody can say which rules its rows would follow, and the set is refused.
//!
//! The set is called by the names of its programs in order, `books+shop`, whatever order they were given in: the same programs give the same bytes.
//! A program whose own module is `main.lwas` has its name for a module, since `main` would be that of many.

use crate::packages::home::{self, Home};
use crate::pipeline::{Compiled, Texts};
use crate::{OpenError, Package, Std, load};
use lwas_artifact::{Origin, SourceText, Sources};
use lwas_base::{Diagnostics, SourceMap};
use lwas_check::SourceModule;
use lwas_seal::Hash;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The module of a folder's program, unless its configuration names another.
const MAIN: &str = "main";

/// One of those that are linked.
#[derive(Clone, Debug)]
pub enum Given {
    /// A program on the disk.
    Path(PathBuf),
    /// What an artifact carries, which was verified.
    Carried {
        /// The artifact, for messages.
        path: PathBuf,
        /// Its sources.
        sources: Sources,
    },
}

impl Given {
    /// The names of the programs: one, but of an artifact of a set.
    ///
    /// # Errors
    /// The program can't be opened.
    pub fn names(&self, std: Std) -> Result<Vec<String>, OpenError> {
        match self {
            Given::Path(path) => Ok(vec![Package::open(path, std)?.name]),
            Given::Carried { sources, .. } => Ok(sources.programs.iter().map(|program| program.name.clone()).collect()),
        }
    }
}

/// Why programs can't be linked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// One of them can't be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An artifact of which only code is there.
    #[error("{path} carries no sources, so it can't be linked with other programs; name its source")]
    NoSources {
        /// The artifact.
        path: String,
    },
    /// Two programs of one name.
    #[error(
        "{first} and {second} are both called `{name}`; programs that are linked have names of their own, such as the `name` of a `lwas.toml`"
    )]
    SameName {
        /// The name.
        name: String,
        /// Where the one is.
        first: String,
        /// Where the other is.
        second: String,
    },
    /// One module, and two texts.
    #[error(
        "the module `{module}` comes with two texts: {} from {first}, {} from {second}; programs that share a ledger use the same one",
        hashes.0, hashes.1
    )]
    TwoTexts {
        /// The module.
        module: String,
        /// Where it comes from first.
        first: String,
        /// Where it comes from too.
        second: String,
        /// BLAKE3 of both texts.
        hashes: Box<(Hash, Hash)>,
    },
}

/// Links programs, at least two, and compiles them as one.
///
/// # Errors
/// [`LinkError`]. What is wrong in their texts is in the diagnostics.
pub fn link(given: &[Given], std: Std) -> Result<Compiled, LinkError> {
    let mut linker = Linker::default();
    for one in given {
        match one {
            Given::Path(path) => {
                if let Some(wrong) = linker.add_package(path, std)? {
                    return Ok(wrong);
                }
            }
            Given::Carried { path, sources } => linker.add_carried(path, sources)?,
        }
    }
    Ok(linker.compile())
}

/// A module, and where it was found.
struct Found {
    file: String,
    text: String,
    from: String,
    /// Its place for messages, if it does not lie below the program's folder.
    shown: Option<String>,
}

/// A package among the modules of a set.
struct PackageHome {
    name: String,
    entry: String,
    modules: BTreeSet<String>,
    /// All packages of the set.
    packages: BTreeSet<String>,
}

/// The packages among modules, by name.
fn homes(modules: &BTreeMap<String, Found>) -> BTreeMap<String, PackageHome> {
    let places = || modules.iter().filter_map(|(path, found)| Some((path, home::of_file(&found.file)?)));
    let packages: BTreeSet<String> = places().map(|(_, (package, _))| package.to_owned()).collect();
    let mut homes: BTreeMap<String, PackageHome> = BTreeMap::new();
    for (path, (package, own)) in places() {
        let home = homes.entry(package.to_owned()).or_insert_with(|| PackageHome {
            name: package.to_owned(),
            entry: String::new(),
            modules: BTreeSet::new(),
            packages: packages.clone(),
        });
        if path == package {
            home.entry.clone_from(&own);
        }
        home.modules.insert(own);
    }
    homes
}

impl Home for PackageHome {
    fn name(&self) -> &str {
        &self.name
    }

    fn entry(&self) -> &str {
        &self.entry
    }

    fn has(&self, path: &str) -> bool {
        self.modules.contains(path)
    }

    /// A sound program names none but its own; what a package does not have is another's.
    fn depends_on(&self, package: &str) -> bool {
        package != self.name && self.packages.contains(package)
    }
}

/// The programs and modules so far.
#[derive(Default)]
struct Linker {
    /// By name: the program's own module, and where it is.
    programs: BTreeMap<String, (String, String)>,
    modules: BTreeMap<String, Found>,
    /// The folders of programs on the disk.
    roots: BTreeSet<PathBuf>,
}

impl Linker {
    /// Adds a program on the disk; gives it back where it can't be read as a program.
    fn add_package(&mut self, path: &Path, std: Std) -> Result<Option<Compiled>, LinkError> {
        let package = Package::open(path, std)?;
        let loaded = load::load(&package, std)?;
        if loaded.diagnostics.has_errors() {
            return Ok(Some(Compiled::failed(&package.root, loaded.sources, loaded.diagnostics)));
        }
        let sources = load::texts(&package, &loaded);
        if !package.std {
            self.roots.insert(package.root);
        }
        let places = loaded.sources.files().filter_map(|(_, file)| Some((file.path.as_str(), file.shown.as_deref()?)));
        self.add(&path.display().to_string(), &sources, &places.collect())?;
        Ok(None)
    }

    fn add_carried(&mut self, path: &Path, sources: &Sources) -> Result<(), LinkError> {
        let shown = path.display().to_string();
        if sources.is_empty() {
            return Err(LinkError::NoSources { path: shown });
        }
        self.add(&shown, sources, &BTreeMap::new())
    }

    fn add(&mut self, from: &str, sources: &Sources, places: &BTreeMap<&str, &str>) -> Result<(), LinkError> {
        let called = |module: &str| {
            let main = sources.programs.iter().find(|program| program.module == module && module == MAIN);
            main.map_or(module, |program| program.name.as_str()).to_owned()
        };
        for Origin { name, module } in &sources.programs {
            let here = (called(module), from.to_owned());
            if let Some((_, first)) = self.programs.insert(name.clone(), here) {
                return Err(LinkError::SameName { name: name.clone(), first, second: from.to_owned() });
            }
        }
        for SourceText { module, file, text } in &sources.modules {
            let module = called(module);
            if let Some(known) = self.modules.get(&module) {
                if known.text != *text || home::of_file(&known.file).is_some() != home::of_file(file).is_some() {
                    let hashes = Box::new((Hash::of(known.text.as_bytes()), Hash::of(text.as_bytes())));
                    let (first, second) = (known.from.clone(), from.to_owned());
                    return Err(LinkError::TwoTexts { module, first, second, hashes });
                }
                continue;
            }
            let shown = places.get(file.as_str()).map(|place| (*place).to_owned());
            let found = Found { file: self.file(file, &module), text: text.clone(), from: from.to_owned(), shown };
            self.modules.insert(module, found);
        }
        Ok(())
    }

    /// The file as messages show it. That of another program may have the same name; then the module's stands for its folder.
    fn file(&self, file: &str, module: &str) -> String {
        let is_taken = self.modules.values().any(|known| known.file == file);
        if is_taken || file == "main.lwas" { format!("{}/{file}", module.replace('.', "/")) } else { file.to_owned() }
    }

    fn compile(self) -> Compiled {
        let origin = |(name, (module, _)): (&String, &(String, String))| {
            let (name, module) = (name.clone(), module.clone());
            Origin { name, module }
        };
        let programs: Vec<Origin> = self.programs.iter().map(origin).collect();
        let (mut sources, mut diagnostics, mut modules) = (SourceMap::new(), Diagnostics::new(), vec![]);
        let mut texts = Sources { programs, modules: vec![] };
        let homes = homes(&self.modules);
        for (path, Found { file, text, shown, .. }) in self.modules {
            let id = sources.add(file.as_str(), text.as_str());
            let mut parsed = lwas_syntax::parse_bytes(id, text.as_bytes());
            if let Some(home) = home::of_file(&file).and_then(|(package, _)| homes.get(package)) {
                home::settle(&mut parsed.file, home);
            }
            if let Some(shown) = &shown {
                sources.show(id, shown);
            }
            diagnostics.append(parsed.diagnostics);
            let std = path.starts_with("std.");
            modules.push(SourceModule { path: path.clone(), file: id, tree: parsed.file.into(), std });
            texts.modules.push(SourceText { module: path, file, text });
        }
        // Programs of one folder have paths below it; else they are those that the set's artifact shows.
        let mut roots = self.roots.into_iter();
        let root = roots.next().filter(|_| roots.next().is_none()).unwrap_or_default();
        Texts { root: &root, texts, sources, modules, diagnostics }.compile(false)
    }
}
