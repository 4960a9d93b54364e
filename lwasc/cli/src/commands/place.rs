//! Where what belongs to a program lies when nobody says: beside it, and for a module of the standard library, which lies nowhere, in the
//! current folder.

use std::path::{Path, PathBuf};

/// The artifact: `wallet.lwas` gives `wallet.lwx` beside it, a folder `wallet` gives `wallet/wallet.lwx`, `std.economy` gives
/// `economy.lwx`.
pub fn artifact(program: &Path) -> PathBuf {
    if let Some(name) = library(program) {
        return PathBuf::from(format!("{name}.lwx"));
    }
    if !program.is_dir() {
        return program.with_extension("lwx");
    }
    let full = program.canonicalize().unwrap_or_else(|_| program.to_owned());
    let name = full.file_name().map_or_else(|| "main".into(), std::ffi::OsStr::to_os_string);
    program.join(name).with_extension("lwx")
}

/// The ledger: `wallet.lwas` and `wallet.lwx` have `wallet.ledger`, a folder has `main.ledger` in it, `std.economy` has `economy.ledger`.
pub fn ledger(program: &Path) -> PathBuf {
    match library(program) {
        Some(name) => PathBuf::from(format!("{name}.ledger")),
        None if program.is_dir() => program.join("main.ledger"),
        None => program.with_extension("ledger"),
    }
}

/// The last part of the path of a module of the standard library.
fn library(program: &Path) -> Option<&'static str> {
    lwas_driver::library_module(program, lwas_std::MODULES)?.rsplit('.').next()
}
