//! The modules of a package in a folder: all of its `.lwas` files, those that nobody uses too, so that its hash does not depend on who asks.
//! Hidden folders, and folders with a `lwas.toml`, which are packages of their own, are left out.

use super::Text;
use crate::load;
use crate::manifest::is_name;
use std::collections::BTreeMap;
use std::path::Path;

/// The most modules of a package.
const MAX_MODULES: usize = 10_000;

/// The most bytes of all of them.
const MAX_BYTES: usize = 256 << 20;

/// The deepest folder.
const MAX_DEPTH: usize = 32;

/// The texts of a package's modules, by their paths below its folder.
pub(super) fn read(folder: &Path) -> Result<BTreeMap<String, Text>, String> {
    let root = folder.canonicalize().map_err(|error| format!("can't read {}: {error}", folder.display()))?;
    let mut reader = Reader { root: &root, texts: BTreeMap::new(), bytes: 0 };
    reader.folder(folder, "", 0)?;
    Ok(reader.texts)
}

/// The file or folder of a program's own module that is called so.
pub(super) fn module_called(root: &Path, name: &str) -> Option<String> {
    let file = format!("{name}.lwas");
    if root.join(&file).is_file() {
        return Some(file);
    }
    let folder = root.join(name);
    let is_package = folder.join("lwas.toml").is_file();
    let holds_modules = || {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).any(|path| path.extension().is_some_and(|ending| ending == "lwas"))
    };
    (!is_package && holds_modules()).then(|| format!("{name}/"))
}

struct Reader<'a> {
    root: &'a Path,
    texts: BTreeMap<String, Text>,
    bytes: usize,
}

impl Reader<'_> {
    fn folder(&mut self, folder: &Path, below: &str, depth: usize) -> Result<(), String> {
        let cant = |error: std::io::Error| format!("can't read {}: {error}", folder.display());
        if depth > MAX_DEPTH {
            return Err(format!("{} is more than {MAX_DEPTH} folders deep", folder.display()));
        }
        for entry in std::fs::read_dir(folder).map_err(cant)? {
            let entry = entry.map_err(cant)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = folder.join(&name);
            let Ok(known) = std::fs::metadata(&path) else { continue };
            if let Some(name) = name.strip_suffix(".lwas").filter(|name| is_name(name) && known.is_file()) {
                self.file(&path, format!("{below}{name}"))?;
            } else if is_name(&name) && known.is_dir() && !path.join("lwas.toml").exists() {
                self.folder(&path, &format!("{below}{name}."), depth + 1)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, module: String) -> Result<(), String> {
        let shown = path.display().to_string();
        let cant = |error: std::io::Error| format!("can't read {shown}: {error}");
        if !path.canonicalize().map_err(cant)?.starts_with(self.root) {
            return Err(format!("{shown} leads out of the package's folder: move the file into it"));
        }
        let bytes = load::read(path).map_err(cant)?;
        self.bytes += bytes.len();
        if self.texts.len() >= MAX_MODULES || self.bytes > MAX_BYTES {
            return Err(format!("it has more than {MAX_MODULES} modules, or {} MiB", MAX_BYTES >> 20));
        }
        self.texts.insert(module, Text { shown, bytes });
        Ok(())
    }
}
