//! Where a program lies: a `.lwas` file, a folder with `main.lwas` and perhaps a `lwas.toml`, or a module of the standard library that
//! is named by its path, such as `std.economy`, where no file is called so. Nothing but the entry file is looked at here.

use crate::manifest::{Manifest, is_name};
use crate::{Configuration, Std};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most bytes of a `lwas.toml`.
const MAX_CONFIGURATION_BYTES: u64 = 1 << 20;

/// A program on the disk.
#[derive(Clone, Debug)]
pub struct Package {
    /// The program's name: the `name` of `lwas.toml`, else that of the entry module.
    pub name: String,
    /// The folder in which modules are found, as it was given.
    pub root: PathBuf,
    /// The entry module's dotted path.
    pub entry: String,
    /// The entry file, relative to `root`.
    pub entry_file: PathBuf,
    /// Whether it is a module of the standard library; its modules are all there then, and `root` is the current folder.
    pub std: bool,
    /// Whether it is a folder with a `lwas.toml`.
    pub is_package: bool,
}

/// Why a program can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing is there.
    #[error("there is no file or folder `{path}`{hint}")]
    NotFound {
        /// What was to be read.
        path: String,
        /// What was likely meant, as the sentence's end.
        hint: String,
    },
    /// It can't be read.
    #[error("can't read {path}: {error}")]
    Io {
        /// What was to be read.
        path: String,
        /// Why not.
        error: std::io::Error,
    },
    /// A folder without an entry file.
    #[error("{path} is a folder without a `main.lwas`: name a `.lwas` file, or make a program with `lwasc new NAME`")]
    NoEntry {
        /// The folder.
        path: String,
    },
    /// A file of another kind.
    #[error("{path} is no LwaS source: expected a `.lwas` file or a folder with a `main.lwas`")]
    NoSource {
        /// The file.
        path: String,
    },
    /// A file name that is no module's name.
    #[error("{path} can't be a module: its name must be in snake_case, such as `fees.lwas`")]
    BadName {
        /// The file.
        path: String,
    },
    /// `lwas.toml` is wrong.
    #[error("{path}: {message}")]
    Manifest {
        /// The file.
        path: String,
        /// What is wrong, with line and column.
        message: String,
    },
}

/// The path of the module of the standard library that is meant by a program's path.
pub fn library_module(program: &Path, std: Std) -> Option<&'static str> {
    if program.exists() {
        return None;
    }
    let name = program.to_str()?;
    std.iter().map(|(module, _)| *module).find(|module| *module == name)
}

/// What lies beside a path that is not there, or is a module of the standard library, and has a similar name.
fn near(path: &Path, std: Std) -> String {
    if let Some(name) = path.to_str().filter(|name| name.starts_with("std.")) {
        return lwas_base::hint(name, std.iter().map(|(module, _)| *module));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    // The ending may be left out.
    let whole = format!("{name}.lwas");
    match names.contains(&whole) {
        true => format!("; did you mean `{whole}`?"),
        false => lwas_base::hint(&name, names.iter().map(String::as_str)),
    }
}

impl Package {
    /// The program at a path.
    pub fn open(path: &Path, std: Std) -> Result<Package, OpenError> {
        if let Some(module) = library_module(path, std) {
            let entry_file = format!("{}.lwas", module.replace('.', "/")).into();
            let (name, entry) = (module.to_owned(), module.to_owned());
            return Ok(Package { name, root: PathBuf::new(), entry, entry_file, std: true, is_package: false });
        }
        let shown = path.display().to_string();
        let io = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => OpenError::NotFound { path: shown.clone(), hint: near(path, std) },
            _ => OpenError::Io { path: shown.clone(), error },
        };
        let is_folder = std::fs::metadata(path).map_err(io)?.is_dir();
        if is_folder {
            return Package::open_folder(path);
        }
        if path.extension().is_none_or(|e| e != "lwas") {
            return Err(OpenError::NoSource { path: shown });
        }
        let root = path.parent().unwrap_or(Path::new("")).to_owned();
        let file = path.file_name().map(PathBuf::from).unwrap_or_default();
        let entry = module_path(&file).ok_or(OpenError::BadName { path: shown })?;
        Ok(Package { name: entry.clone(), root, entry, entry_file: file, std: false, is_package: false })
    }

    /// The program whose entry is a file (relative) in a folder, whether it has been saved or not; nothing where the file's path is no
    /// module's name.
    pub fn within(root: &Path, file: &Path) -> Option<Package> {
        let entry = module_path(file)?;
        Some(Package {
            name: entry.clone(),
            root: root.to_owned(),
            entry,
            entry_file: file.to_owned(),
            std: false,
            is_package: false,
        })
    }

    fn open_folder(folder: &Path) -> Result<Package, OpenError> {
        let manifest = described(folder)?.map(|(_, manifest)| manifest);
        let file = manifest.as_ref().and_then(|m| m.entry.clone()).unwrap_or_else(|| PathBuf::from("main.lwas"));
        if !folder.join(&file).is_file() {
            return Err(OpenError::NoEntry { path: folder.display().to_string() });
        }
        let entry = module_path(&file).ok_or_else(|| OpenError::BadName { path: file.display().to_string() })?;
        let is_package = manifest.is_some();
        let name = manifest.map_or_else(|| entry.clone(), |m| m.name);
        Ok(Package { name, root: folder.to_owned(), entry, entry_file: file, std: false, is_package })
    }

    /// The secret key that signs it, if its `lwas.toml` names one.
    ///
    /// # Errors
    /// As [`Package::described`].
    pub fn signing_key(&self) -> Result<Option<PathBuf>, OpenError> {
        let manifest = self.described()?.map(|(_, manifest)| manifest);
        Ok(manifest.and_then(|manifest| manifest.sign).map(|key| self.root.join(key)))
    }

    /// What the `lwas.toml` of its folder says of it; nothing where there is none, or a file was named.
    ///
    /// # Errors
    /// It can't be read, or says something wrong.
    pub fn described(&self) -> Result<Option<(Configuration, Manifest)>, OpenError> {
        if self.is_package { described(&self.root) } else { Ok(None) }
    }
}

/// The `lwas.toml` of a folder, if there is one, and what it says of the package.
fn described(folder: &Path) -> Result<Option<(Configuration, Manifest)>, OpenError> {
    let path = folder.join("lwas.toml");
    if !path.exists() {
        return Ok(None);
    }
    let configuration = Configuration::open(&path)?;
    let manifest = Manifest::read(&configuration)?;
    Ok(Some((configuration, manifest)))
}

/// The text of a `lwas.toml`, which is no longer than a person writes one.
pub(crate) fn configuration(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let length = std::fs::File::open(path)?.take(MAX_CONFIGURATION_BYTES + 1).read_to_string(&mut text)?;
    if length as u64 > MAX_CONFIGURATION_BYTES {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "it has more than 1 MiB"));
    }
    Ok(text)
}

/// `fees/tiers.lwas` as `fees.tiers`; nothing when a part is no name, or the path leaves its folder.
pub(crate) fn module_path(file: &Path) -> Option<String> {
    let without = file.with_extension("");
    let parts = without.components().map(|part| match part {
        std::path::Component::Normal(name) => name.to_str().filter(|name| is_name(name)),
        _ => None,
    });
    let parts: Option<Vec<_>> = parts.collect();
    parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join("."))
}
