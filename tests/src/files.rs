//! The few ways in which the tests look at folders: always in order of name, so that a failure reads the same everywhere.

use std::fs;
use std::path::{Path, PathBuf};

/// What stands directly in a folder, hidden entries apart.
pub fn entries_of(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let told = |why: std::io::Error| format!("{}: {why}", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(told)? {
        let entry = entry.map_err(told)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            entries.push(entry.path());
        }
    }
    entries.sort();
    Ok(entries)
}

/// The files with an extension anywhere below a folder.
pub fn files_under(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in entries_of(folder)? {
        if path.is_dir() {
            files.extend(files_under(&path, extension)?);
        } else if path.extension().is_some_and(|e| e == extension) {
            files.push(path);
        }
    }
    Ok(files)
}

/// Copies all that a folder holds into another that exists.
pub fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    for path in entries_of(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            fs::create_dir(&target).map_err(|why| format!("{}: {why}", target.display()))?;
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(|why| format!("{}: {why}", path.display()))?;
        }
    }
    Ok(())
}
