//! The packages that a program depends on. In comes a package's manifest, out goes each package that it reaches, read whole: from a folder, or
//! from a signed artifact, which carries its sources. Each name is there once; where it would mean two things, the program is refused.
//!
//! `folder` reads the modules of a folder, `carried` those of an artifact, `home` says what they are called in the whole program, `lock` keeps
//! what was found in a file.

mod carried;
mod folder;
pub(crate) mod home;
mod lock;

use crate::manifest::{Declared, From, Manifest};
use crate::{Configuration, OpenError, Package, Std};
use home::Home;
pub use lock::{Difference, LOCK_FILE, Lock, short};
use lwas_seal::{Hash, Hasher, PublicKey};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// The most packages of a program.
const MAX_PACKAGES: usize = 1000;

/// The most packages that each depend on the next.
const MAX_DEPTH: usize = 64;

/// All packages that a program depends on.
#[derive(Clone, Debug, Default)]
pub struct Packages {
    all: BTreeMap<String, Dependency>,
    /// Those that the program names itself.
    own: BTreeSet<String>,
}

/// A package that a program depends on.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// Its name, below which its modules stand.
    pub name: String,
    /// Its version; an artifact tells none.
    pub version: Option<semver::Version>,
    /// Where it comes from.
    pub source: Source,
    /// BLAKE3 of its modules' texts and its manifest.
    pub hash: Hash,
    /// The names of the packages that it depends on itself.
    pub dependencies: Vec<String>,
    /// The packages through which it was found first, the program first, itself last.
    pub chain: Vec<String>,
    entry: String,
    texts: BTreeMap<String, Text>,
}

/// Where a package comes from. Paths are relative to the program's folder.
#[derive(Clone, Debug)]
pub enum Source {
    /// A folder.
    Path(String),
    /// A signed artifact.
    Artifact {
        /// The file.
        path: String,
        /// Its artifact hash.
        hash: Hash,
        /// Who has signed it.
        signer: Box<PublicKey>,
    },
    /// An artifact of another package, which carries its sources too.
    Carried {
        /// The other package.
        by: String,
    },
}

/// A module's text.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// Its place for messages.
    pub shown: String,
    /// What is there.
    pub bytes: Vec<u8>,
}

impl Packages {
    /// Reads all packages that a program depends on.
    ///
    /// # Errors
    /// One is not there, is not what its declaration says, or two don't go together; with the place of the declaration.
    pub fn of(package: &Package, std: Std) -> Result<Packages, OpenError> {
        let Some((configuration, manifest)) = package.described()? else { return Ok(Packages::default()) };
        Packages::of_manifest(package, &configuration, &manifest, std)
    }

    /// The same, with a manifest that does not lie there yet.
    ///
    /// # Errors
    /// As [`Packages::of`].
    pub fn of_manifest(
        package: &Package,
        configuration: &Configuration,
        manifest: &Manifest,
        std: Std,
    ) -> Result<Packages, OpenError> {
        if manifest.dependencies.is_empty() {
            return Ok(Packages::default());
        }
        let root = if package.root.as_os_str().is_empty() { Path::new(".") } else { package.root.as_path() };
        let folder = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let mut finder = Finder { root, std, found: BTreeMap::new() };
        let way = [(package.name.clone(), folder)];
        finder.all(manifest, configuration, Path::new(""), &way)?;
        let own = manifest.dependencies.iter().map(|one| one.name.clone()).collect();
        let packages = Packages { all: finder.found, own };
        packages.beside_own_modules(root, configuration, manifest)?;
        Ok(packages)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = &Dependency> {
        self.all.values()
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<&Dependency> {
        self.all.get(name)
    }

    /// The names of those that the program names itself.
    pub fn own(&self) -> impl Iterator<Item = &str> {
        self.own.iter().map(String::as_str)
    }

    /// Whether the program itself depends on it.
    pub(crate) fn is_own(&self, name: &str) -> bool {
        self.own.contains(name)
    }

    /// The package, the path below its folder and the text of a module that is called so in the whole program.
    pub(crate) fn module(&self, path: &str) -> Option<(&Dependency, &str, &Text)> {
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        let package = self.all.get(name)?;
        let own = match rest {
            "" => package.entry.as_str(),
            rest if rest == package.entry => return None,
            rest => rest,
        };
        let (own, text) = package.texts.get_key_value(own)?;
        Some((package, own, text))
    }

    /// Refuses a package that is called like a module of the program: both would be found by one path.
    fn beside_own_modules(
        &self,
        root: &Path,
        configuration: &Configuration,
        manifest: &Manifest,
    ) -> Result<(), OpenError> {
        for package in self.all.values() {
            let name = &package.name;
            let Some(module) = folder::module_called(root, name) else { continue };
            let at = manifest
                .dependencies
                .iter()
                .find(|one| package.chain.get(1) == Some(&one.name))
                .map_or(0, |one| one.at);
            let message = format!(
                "the package `{name}` ({}) is called like `{module}` of this program; rename the module",
                way_of(&package.chain)
            );
            return Err(configuration.wrong(at, &message));
        }
        Ok(())
    }
}

impl Home for Dependency {
    fn name(&self) -> &str {
        &self.name
    }

    fn entry(&self) -> &str {
        &self.entry
    }

    fn has(&self, path: &str) -> bool {
        self.texts.contains_key(path)
    }

    fn depends_on(&self, package: &str) -> bool {
        self.dependencies.iter().any(|name| name == package)
    }
}

/// What was found so far.
struct Finder<'a> {
    root: &'a Path,
    std: Std,
    found: BTreeMap<String, Dependency>,
}

/// The packages from the program to where we are, with their folders.
type Way = [(String, PathBuf)];

impl Finder<'_> {
    /// All that a package depends on. `base` is its folder, relative to the program's.
    fn all(&mut self, of: &Manifest, said: &Configuration, base: &Path, way: &Way) -> Result<(), OpenError> {
        for declared in &of.dependencies {
            if way.len() > MAX_DEPTH || self.found.len() > MAX_PACKAGES {
                let message =
                    format!("there are more than {MAX_PACKAGES} packages, or {MAX_DEPTH} that depend on each other");
                return Err(said.wrong(declared.at, &message));
            }
            match &declared.from {
                From::Path(path) => self.folder(declared, said, &plain(&base.join(path)), way)?,
                From::Artifact { file, key } => {
                    let (file, key) = (plain(&base.join(file)), plain(&base.join(key)));
                    for package in carried::read(self, declared, said, (&file, &key), &chain(way, &declared.name))? {
                        self.add(package, declared, said)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A package in a folder, and all that it depends on.
    fn folder(&mut self, declared: &Declared, said: &Configuration, path: &Path, way: &Way) -> Result<(), OpenError> {
        let name = &declared.name;
        let wrong = |message: String| Err(said.wrong(declared.at, &message));
        let folder = self.root.join(path);
        let shown = plain(&folder).display().to_string();
        if !folder.join("lwas.toml").is_file() {
            let found = if folder.is_dir() { "a folder without one" } else { "nothing there" };
            return wrong(format!(
                "`{name}`: expected a package, a folder with a `lwas.toml`, at `{shown}`, found {found}"
            ));
        }
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        if let Some(start) = way.iter().position(|(_, known)| *known == real) {
            let circle: Vec<&str> =
                way.iter().skip(start).map(|(name, _)| name.as_str()).chain([name.as_str()]).collect();
            return wrong(format!("packages depend on each other in a circle: {}", circle.join(" → ")));
        }
        if way.first().is_some_and(|(root, _)| root == name) {
            return wrong(format!("`{name}` is the program's own name; a package that it depends on has another"));
        }
        let configuration = Configuration::open(&plain(&folder.join("lwas.toml")))?;
        let manifest = Manifest::read(&configuration)?;
        if manifest.name != *name {
            let found = &manifest.name;
            return wrong(format!("the package at `{shown}` is called `{found}`, not `{name}`; name it so"));
        }
        let texts = folder::read(&plain(&folder))
            .map_err(|message| said.wrong(declared.at, &format!("`{name}`: {message}")))?;
        let entry = manifest.entry.clone().unwrap_or_else(|| "main.lwas".into());
        let entry = crate::package::module_path(&entry).filter(|entry| texts.contains_key(entry)).ok_or_else(|| {
            said.wrong(declared.at, &format!("the package at `{shown}` has no `{}`, its entry", entry.display()))
        })?;
        let dependencies: Vec<String> = manifest.dependencies.iter().map(|one| one.name.clone()).collect();
        for (one, path) in dependencies.iter().flat_map(|one| texts.keys().map(move |path| (one, path))) {
            if path.split('.').next() == Some(one) {
                let at = manifest.dependencies.iter().find(|declared| declared.name == *one).map_or(0, |one| one.at);
                let message =
                    format!("the package `{one}` is called like the module `{path}` of `{name}`; rename the module");
                return Err(configuration.wrong(at, &message));
            }
        }
        let hash = content(&texts, Some(&configuration.text));
        let chain = chain(way, name);
        let source = Source::Path(path.display().to_string());
        let version = manifest.version.clone();
        let package = Dependency { name: name.clone(), version, source, hash, dependencies, chain, entry, texts };
        if self.add(package, declared, said)? {
            let way: Vec<_> = way.iter().cloned().chain([(name.clone(), real)]).collect();
            self.all(&manifest, &configuration, path, &way)?;
        }
        Ok(())
    }

    /// Adds a package; whether it was not known yet.
    fn add(&mut self, package: Dependency, declared: &Declared, said: &Configuration) -> Result<bool, OpenError> {
        let Some(known) = self.found.get_mut(&package.name) else {
            self.found.insert(package.name.clone(), package);
            return Ok(true);
        };
        let both_whole = matches!((&known.source, &package.source), (Source::Path(_), Source::Path(_)));
        let differs = |path: &&String| {
            let texts = (known.texts.get(*path), package.texts.get(*path));
            matches!(texts, (Some(one), Some(other)) if one.bytes != other.bytes)
        };
        let other = package.texts.keys().find(differs).cloned();
        if known.hash == package.hash || !both_whole && other.is_none() && known.entry == package.entry {
            // An artifact carries only what it has used.
            package.texts.into_iter().for_each(|(path, text)| _ = known.texts.entry(path).or_insert(text));
            return Ok(false);
        }
        let what = other.map_or_else(|| "they differ".to_owned(), |path| format!("they differ in `{path}`"));
        let side = |package: &Dependency| {
            format!("{} from {} ({})", package.hash, package.source.told(), way_of(&package.chain))
        };
        let message = format!(
            "the package `{}` comes with two contents: {}, and {}; {what}: let both be the same folder or artifact",
            package.name,
            side(known),
            side(&package)
        );
        Err(said.wrong(declared.at, &message))
    }
}

impl Source {
    /// The kind of its source, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Source::Path(_) => "path",
            Source::Artifact { .. } => "artifact",
            Source::Carried { .. } => "carried",
        }
    }

    /// Where it is, in words.
    pub fn told(&self) -> String {
        match self {
            Source::Path(path) | Source::Artifact { path, .. } => format!("`{path}`"),
            Source::Carried { by } => format!("the artifact of `{by}`"),
        }
    }
}

/// The names on a way, and one more.
fn chain(way: &Way, name: &str) -> Vec<String> {
    way.iter().map(|(name, _)| name.clone()).chain([name.to_owned()]).collect()
}

/// `shop → fees → tax`.
fn way_of(chain: &[String]) -> String {
    chain.join(" → ")
}

/// BLAKE3 of modules' texts in order of path, and of a manifest.
fn content(texts: &BTreeMap<String, Text>, manifest: Option<&str>) -> Hash {
    let mut hasher = Hasher::new();
    hasher.update(b"lwas-package-v1");
    let mut part = |bytes: &[u8]| _ = hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    part(manifest.unwrap_or_default().as_bytes());
    for (path, text) in texts {
        part(path.as_bytes());
        part(&text.bytes);
    }
    hasher.finish()
}

/// A path without `.` and without what `..` takes back.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = vec![];
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    if parts.is_empty() { PathBuf::from(".") } else { parts.iter().collect() }
}
