//! Reads the entry module and every module it reaches by `use`: from the package's folder, never from outside it (links are
//! followed before that is decided), or from the standard library. What is missing the checker reports at its `use`.

use crate::editing::Buffers;
use crate::packages::{Dependency, Packages, home};
use crate::{OpenError, Package, Std};
use lwas_artifact::{Origin, SourceText, Sources};
use lwas_base::{Code, Diagnostic, Diagnostics, FileId, SourceMap, Span};
use lwas_check::SourceModule;
use lwas_syntax::MAX_SOURCE_BYTES;
use lwas_syntax::Parsed;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The sources of a program.
pub(crate) struct Loaded {
    pub sources: SourceMap,
    pub modules: Vec<SourceModule>,
    pub diagnostics: Diagnostics,
}

pub(crate) fn load(package: &Package, std: Std) -> Result<Loaded, OpenError> {
    load_as(package, None, std)
}

/// The same, with another text of the entry module than lies on the disk.
pub(crate) fn load_as(package: &Package, entry: Option<&str>, std: Std) -> Result<Loaded, OpenError> {
    let (buffers, mut kept) = (Buffers::new(), Kept::default());
    let (modules, diagnostics) = Loader::new(package, std, &buffers, &mut kept)?.load(entry)?;
    Ok(Loaded { sources: kept.sources, modules, diagnostics })
}

/// The same, with texts above what lies on the disk, and what was kept of an earlier time.
pub(crate) fn load_above(package: &Package, std: Std, buffers: &Buffers, kept: &mut Kept) -> Result<Loaded, OpenError> {
    let (modules, diagnostics) = Loader::new(package, std, buffers, kept)?.load(None)?;
    Ok(Loaded { sources: kept.sources.clone(), modules, diagnostics })
}

/// The text of a program's entry file, ended by a line break. What is no UTF-8 in it is replaced, which messages about it show.
pub(crate) fn entry_text(package: &Package, std: Std) -> Result<String, OpenError> {
    if let Some((_, text)) = std.iter().find(|(module, _)| package.std && *module == package.entry) {
        return Ok((*text).to_owned());
    }
    let file = package.root.join(&package.entry_file);
    let bytes = read(&file).map_err(|error| OpenError::Io { path: file.display().to_string(), error })?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

/// What a program without errors was made from, as an artifact carries it.
pub(crate) fn texts(package: &Package, loaded: &Loaded) -> Sources {
    let text = |module: &SourceModule| {
        let file = loaded.sources.file(module.file);
        SourceText { module: module.path.clone(), file: file.path.clone(), text: file.text.to_string() }
    };
    let mut modules: Vec<SourceText> = loaded.modules.iter().map(text).collect();
    modules.sort_by(|a, b| a.module.cmp(&b.module));
    Sources { programs: vec![Origin { name: package.name.clone(), module: package.entry.clone() }], modules }
}

/// Whose module imports.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Importer {
    Std,
    Program,
    Dependency,
}

struct Loader<'a> {
    package: &'a Package,
    packages: Packages,
    std: Std,
    buffers: &'a Buffers,
    kept: &'a mut Kept,
    seen: HashSet<String>,
    modules: Vec<SourceModule>,
    diagnostics: Diagnostics,
}

impl<'a> Loader<'a> {
    fn new(package: &'a Package, std: Std, buffers: &'a Buffers, kept: &'a mut Kept) -> Result<Loader<'a>, OpenError> {
        let packages = Packages::of(package, std)?;
        let (seen, modules, diagnostics) = (HashSet::new(), vec![], Diagnostics::new());
        Ok(Loader { package, packages, std, buffers, kept, seen, modules, diagnostics })
    }

    /// The entry module, perhaps with another text than lies on the disk, and all that it reaches.
    fn load(mut self, entry: Option<&str>) -> Result<(Vec<SourceModule>, Diagnostics), OpenError> {
        match entry {
            Some(text) => self.add_entry(text.as_bytes()),
            None => self.entry()?,
        }
        let mut next = 0;
        while let Some(module) = self.modules.get(next) {
            let from = match home::of_file(&self.kept.sources.file(module.file).path) {
                _ if module.std => Importer::Std,
                Some(_) => Importer::Dependency,
                None => Importer::Program,
            };
            for import in lwas_check::imports(&module.tree) {
                self.import(&import.candidates, import.span, from);
            }
            next += 1;
        }
        Ok((self.modules, self.diagnostics))
    }

    fn entry(&mut self) -> Result<(), OpenError> {
        let package = self.package;
        if package.std && self.read_std(&package.entry) {
            return Ok(());
        }
        let file = package.root.join(&package.entry_file);
        let bytes = self.bytes(&file).map_err(|error| OpenError::Io { path: file.display().to_string(), error })?;
        self.add_entry(&bytes);
        Ok(())
    }

    fn add_entry(&mut self, bytes: &[u8]) {
        let package = self.package;
        self.seen.insert(package.entry.clone());
        self.add(package.entry.clone(), &package.entry_file.to_string_lossy(), bytes, package.std);
    }

    /// Adds the first candidate that is there. The standard library imports from itself only.
    fn import(&mut self, candidates: &[String], span: Span, from: Importer) {
        let mut is_told = false;
        for path in candidates {
            let first = path.split('.').next().unwrap_or_default();
            let is_program = from == Importer::Program;
            if is_program && !self.packages.is_own(first) && self.packages.get(first).is_some() {
                if !is_told {
                    self.diagnostics.push(undeclared(span, first, &self.packages));
                    is_told = true;
                }
                // It is read all the same, so that nothing else is said of what it has.
                if self.seen.contains(path) || self.read_package(path) {
                    return;
                }
                continue;
            }
            if self.seen.contains(path) {
                return;
            }
            let found = match first {
                "std" => self.read_std(path),
                _ if from == Importer::Std => false,
                _ if !is_program || self.packages.is_own(first) => self.read_package(path),
                _ => self.read_disk(path, span),
            };
            if found {
                return;
            }
        }
    }

    fn read_std(&mut self, path: &str) -> bool {
        let Some((_, text)) = self.std.iter().find(|(name, _)| *name == path) else { return false };
        self.seen.insert(path.to_owned());
        self.add(path.to_owned(), &format!("{}.lwas", path.replace('.', "/")), text.as_bytes(), true);
        true
    }

    /// Whether a package has this module.
    fn read_package(&mut self, path: &str) -> bool {
        let Some((package, own, text)) = self.packages.module(path) else { return false };
        self.seen.insert(path.to_owned());
        let bytes = self.buffers.get(Path::new(&text.shown)).map_or(text.bytes.as_slice(), |typed| typed.as_bytes());
        let file = home::file(&package.name, own);
        let module = self.kept.read(path.to_owned(), &file, bytes, false, Some(package));
        self.diagnostics.append(module.wrong.clone());
        self.modules.push(module.source.clone());
        let id = module.source.file;
        self.kept.sources.show(id, &text.shown);
        true
    }

    /// Whether there is such a file; one that can't be used is reported and counts as there.
    fn read_disk(&mut self, path: &str, span: Span) -> bool {
        let relative: PathBuf = format!("{}.lwas", path.replace('.', "/")).into();
        let file = self.package.root.join(&relative);
        let is_open = self.buffers.contains_key(&file);
        if !is_open && !file.is_file() {
            return false;
        }
        self.seen.insert(path.to_owned());
        let shown = relative.to_string_lossy().replace('\\', "/");
        // A text that was never saved lies nowhere yet.
        if (!is_open || file.exists()) && !self.is_inside(&file) {
            self.diagnostics.push(outside(span, &shown));
            self.add(path.to_owned(), &shown, b"", false);
            return true;
        }
        match self.bytes(&file) {
            Ok(bytes) => self.add(path.to_owned(), &shown, &bytes, false),
            Err(error) => {
                self.diagnostics.push(unreadable(span, &shown, &error));
                self.add(path.to_owned(), &shown, b"", false);
            }
        }
        true
    }

    /// Whether a file, links followed, lies in the package's folder, links followed.
    fn is_inside(&self, file: &Path) -> bool {
        let root = if self.package.root.as_os_str().is_empty() { Path::new(".") } else { &self.package.root };
        match (root.canonicalize(), file.canonicalize()) {
            (Ok(root), Ok(file)) => file.starts_with(root),
            _ => false,
        }
    }

    fn add(&mut self, path: String, shown: &str, bytes: &[u8], std: bool) {
        let module = self.kept.read(path, shown, bytes, std, None);
        self.diagnostics.append(module.wrong.clone());
        self.modules.push(module.source.clone());
    }

    /// What a file holds, or what somebody has typed in its place.
    fn bytes(&self, file: &Path) -> std::io::Result<Cow<'a, [u8]>> {
        match self.buffers.get(file) {
            Some(text) => Ok(Cow::Borrowed(text.as_bytes())),
            None => read(file).map(Cow::Owned),
        }
    }
}

/// Sources that were read, and what was found in them: who reads a program again and again keeps it.
#[derive(Default)]
pub(crate) struct Kept {
    /// The texts. A file keeps its number, so that places in trees stay what they are.
    sources: SourceMap,
    /// By the path that messages show.
    modules: HashMap<String, KeptModule>,
}

/// A source as a tree.
struct KeptModule {
    source: SourceModule,
    wrong: Diagnostics,
}

impl Kept {
    /// The module with this text, read unless it is the text of the last time. What a module of a package imports is turned to paths in the
    /// whole program.
    fn read(
        &mut self,
        path: String,
        shown: &str,
        bytes: &[u8],
        std: bool,
        package: Option<&Dependency>,
    ) -> &KeptModule {
        let text = String::from_utf8_lossy(bytes);
        // A source that is refused for its length is not kept: messages show its first line at most.
        let text = if bytes.len() > MAX_SOURCE_BYTES { Cow::Borrowed("") } else { text };
        let known = self.modules.get(shown).map(|module| (&module.source.path, module.source.file));
        // What had to be replaced, or was too long, is not what was read.
        let is_same = |file: FileId| self.sources.file(file).text.as_bytes() == bytes;
        let file = match known {
            Some((known, file)) if *known == path && is_same(file) => None,
            Some((_, file)) => {
                self.sources.replace(file, text);
                Some(file)
            }
            None => Some(self.sources.add(shown, text)),
        };
        if let Some(file) = file {
            let Parsed { file: mut tree, diagnostics: wrong } = lwas_syntax::parse_bytes(file, bytes);
            if let Some(package) = package {
                home::settle(&mut tree, package);
            }
            let source = SourceModule { path, file, tree: tree.into(), std };
            self.modules.insert(shown.to_owned(), KeptModule { source, wrong });
        }
        self.modules.get(shown).expect("it was there, or has just been put there")
    }
}

/// A file's bytes; of one that is too long for a source just enough to see that.
pub(crate) fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let most = u64::try_from(MAX_SOURCE_BYTES).expect("the limit is small") + 1;
    let mut bytes = vec![];
    std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// E0247: a module of a package that only another package depends on.
fn undeclared(span: Span, name: &str, packages: &Packages) -> Diagnostic {
    let by = packages.iter().find(|package| package.dependencies.iter().any(|one| one == name));
    let by = by.map_or_else(String::new, |by| format!("; `{}` does", by.name));
    let message = format!("this program does not depend on the package `{name}`{by}");
    Diagnostic::error(Code("E0247"), span, message, "imported here")
        .with_help(format!("name it in `lwas.toml`, which `lwasc add {name}` does"))
}

/// E0248: a module outside the package.
fn outside(span: Span, path: &str) -> Diagnostic {
    let message = format!("`{path}` leads out of the program's folder");
    Diagnostic::error(Code("E0248"), span, message, "imported here")
        .with_help("modules are found inside the program's folder only, links followed: move the file into it")
}

/// E0249: a module that can't be read.
fn unreadable(span: Span, path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code("E0249"), span, format!("`{path}` can't be read: {error}"), "imported here")
}
