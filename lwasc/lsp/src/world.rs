//! The programs that open files belong to. A path comes in, the checked program that has the file goes out: that of the nearest folder
//! with a `main.lwas` or a `lwas.toml`, if it reaches the file, else the file as a program of its own. A program is checked again only
//! when one of its files has changed.

use crate::Shell;
use crate::analysis::Analysis;
use crate::documents::Document;
use lwas_base::FileId;
use lwas_driver::{Buffers, Editing, OpenError, Package};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// Open texts and their programs.
pub struct World {
    shell: Shell,
    /// Open texts by path.
    pub documents: BTreeMap<PathBuf, Document>,
    /// Programs by the path of their entry file.
    programs: BTreeMap<PathBuf, Program>,
}

/// A program that is kept.
struct Program {
    package: Package,
    editing: Editing,
    /// None while something has changed that was not looked at.
    current: Option<Rc<Analysis>>,
}

/// A file in its program.
#[derive(Clone)]
pub struct Place {
    /// The program.
    pub analysis: Rc<Analysis>,
    /// The file in it.
    pub file: FileId,
}

impl World {
    /// Nothing open.
    pub fn new(shell: Shell) -> World {
        World { shell, documents: BTreeMap::new(), programs: BTreeMap::new() }
    }

    /// What the shell gave.
    pub fn shell(&self) -> &Shell {
        &self.shell
    }

    /// The text of a file changed, in the editor or on the disk: programs that have it, or may find it now, are checked again.
    pub fn changed(&mut self, path: &Path) {
        for program in self.programs.values_mut() {
            if path.starts_with(&program.package.root) || program.package.std {
                program.current = None;
            }
        }
    }

    /// Anything may have changed.
    pub fn forget(&mut self) {
        self.programs.clear();
    }

    /// The texts that count in place of files.
    pub fn buffers(&self) -> Buffers {
        self.documents.iter().map(|(path, document)| (path.clone(), Arc::clone(&document.text))).collect()
    }

    /// The file in the program that it belongs to.
    pub fn place(&mut self, path: &Path) -> Option<Place> {
        if let Some(package) = self.library_module(path) {
            return self.place_in(package, path);
        }
        if let Some(package) = self.package_around(path)
            && let Some(found) = self.place_in(package, path)
        {
            return Some(found);
        }
        let package = self.own_package(path)?;
        self.place_in(package, path)
    }

    fn place_in(&mut self, package: Package, path: &Path) -> Option<Place> {
        let analysis = self.study(package).ok()?;
        let file = analysis.file(path)?;
        Some(Place { analysis, file })
    }

    /// Where a module of the standard library lies for editors.
    pub fn library_path(&self, module: &str) -> Option<PathBuf> {
        let name = format!("{}.lwas", module.replace('.', "/"));
        self.shell.folder.as_ref().map(|folder| folder.join(name))
    }

    /// The module of the standard library whose text an editor sees at a path.
    fn library_module(&self, path: &Path) -> Option<Package> {
        let (module, _) =
            self.shell.std.iter().find(|(module, _)| self.library_path(module).as_deref() == Some(path))?;
        Package::open(Path::new(module), self.shell.std).ok()
    }

    /// Whether a path is one of the standard library's.
    pub fn is_library(&self, path: &Path) -> bool {
        self.shell.folder.as_ref().is_some_and(|folder| path.starts_with(folder))
    }

    /// The program of the nearest folder that is one.
    fn package_around(&self, path: &Path) -> Option<Package> {
        let is_there = |file: PathBuf| self.documents.contains_key(&file) || file.is_file();
        let is_program = |folder: &&Path| is_there(folder.join("main.lwas")) || folder.join("lwas.toml").is_file();
        let folder = path.ancestors().skip(1).find(is_program)?;
        // An entry file that was never saved is found here only.
        Package::open(folder, self.shell.std).ok().or_else(|| Package::within(folder, Path::new("main.lwas")))
    }

    /// The file as a program of its own, in the folder of the program around it.
    fn own_package(&self, path: &Path) -> Option<Package> {
        let around = self.package_around(path).map(|package| package.root);
        let within = |root: &Path| Package::within(root, path.strip_prefix(root).ok()?);
        around.and_then(|root| within(&root)).or_else(|| within(path.parent()?))
    }

    /// A program, checked.
    ///
    /// # Errors
    /// Its entry file can't be read.
    pub fn study(&mut self, package: Package) -> Result<Rc<Analysis>, OpenError> {
        let key = package.root.join(&package.entry_file);
        let buffers =
            if self.programs.get(&key).is_some_and(|p| p.current.is_some()) { Buffers::new() } else { self.buffers() };
        let program = self.programs.entry(key).or_insert_with(|| Program {
            package: package.clone(),
            editing: Editing::new(),
            current: None,
        });
        if let Some(current) = &program.current {
            return Ok(Rc::clone(current));
        }
        program.package = package;
        let studied = program.editing.study(&program.package, self.shell.std, &buffers)?;
        let current = Rc::new(Analysis::new(studied));
        program.current = Some(Rc::clone(&current));
        Ok(current)
    }

    /// A program with other texts than it has, checked beside it and not kept.
    pub fn suppose(&self, package: &Package, texts: impl IntoIterator<Item = (PathBuf, String)>) -> Option<Analysis> {
        let mut buffers = self.buffers();
        buffers.extend(texts.into_iter().map(|(path, text)| (path, text.into())));
        Editing::new().study(package, self.shell.std, &buffers).ok().map(Analysis::new)
    }

    /// The programs of all open files; others are no longer kept.
    pub fn current(&mut self) -> Vec<Rc<Analysis>> {
        let open: Vec<PathBuf> = self.documents.keys().filter(|path| !self.is_library(path)).cloned().collect();
        let mut wanted: BTreeMap<PathBuf, Rc<Analysis>> = BTreeMap::new();
        for path in open {
            if let Some(place) = self.place(&path) {
                let package = &place.analysis.studied.package;
                wanted.insert(package.root.join(&package.entry_file), place.analysis);
            }
        }
        let kept: BTreeSet<PathBuf> = wanted.keys().cloned().collect();
        let is_open = self.documents.keys().any(|path| self.is_library(path));
        // The program around an open file is asked first, whether it has the file or not.
        let around: BTreeSet<PathBuf> = self
            .documents
            .keys()
            .filter_map(|path| self.package_around(path))
            .map(|package| package.root.join(&package.entry_file))
            .collect();
        self.programs
            .retain(|key, program| kept.contains(key) || around.contains(key) || is_open && program.package.std);
        wanted.into_values().collect()
    }

    /// Where a module's file lies for editors: the program's own at its place, a module of the standard library in its folder,
    /// to which it is written first.
    pub fn file_path(&self, analysis: &Analysis, file: FileId) -> Option<PathBuf> {
        let module = analysis.module(file)?;
        if !module.std {
            return Some(analysis.path(module));
        }
        let path = self.library_path(&module.path)?;
        let text = analysis.text(file);
        keep(&path, text)?;
        Some(path)
    }

    /// Where the page of an error code lies for editors.
    pub fn page_path(&self, code: &str) -> Option<PathBuf> {
        let path = self.shell.folder.as_ref()?.join("errors").join(format!("{code}.md"));
        keep(&path, lwas_driver::explain::page(code)?)?;
        Some(path)
    }
}

/// Sees to it that a file has a text; nothing where that can't be.
fn keep(path: &Path, text: &str) -> Option<()> {
    if std::fs::read(path).ok().as_deref() == Some(text.as_bytes()) {
        return Some(());
    }
    write(path, text).ok()
}

/// Writes a file for reading only.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&beside, text)?;
    let mut permissions = std::fs::metadata(&beside)?.permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&beside, permissions)?;
    std::fs::rename(&beside, path)
}
