//! The modules of the standard library keep their own tests beside what they test. When a program imports such a module
//! its tests are not run, so they are run here, each module as a program of its own, by its name. A module without tests is checked where
//! a program imports it: the runtime calls what looks unused in it.

use crate::files;
use crate::process::{self, Sandbox};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files of the standard library, in order of path.
pub fn modules_in(library: &Path) -> Result<Vec<PathBuf>, String> {
    files::files_under(library, "lwas")
}

/// Checks a module without any report, and runs its tests.
pub fn check(module: &Path) -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let text = std::fs::read_to_string(module).map_err(|error| format!("{}: {error}", module.display()))?;
    let importing = sandbox.work().join("imports.lwas");
    let name = module.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let program = if text.contains("\ntest \"") {
        PathBuf::from(format!("std.{name}"))
    } else {
        std::fs::write(&importing, format!("use std.{name} as standard\n")).map_err(|error| error.to_string())?;
        importing
    };
    for arguments in [["check", "--format=short"].as_slice(), &["test"]] {
        let mut command = Command::new(process::lwasc()?);
        let finished = sandbox.run(command.args(arguments).arg(&program), &sandbox.work())?;
        let silent = arguments[0] != "check" || finished.output.trim().is_empty();
        if finished.code != Some(0) || !silent {
            return Err(format!("`lwasc {}` of {}:\n{}", arguments.join(" "), module.display(), finished.output));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_has_modules() {
        let found = modules_in(&process::repository().join("lwas-std/std")).unwrap();
        assert!(found.iter().any(|file| file.ends_with("ledger.lwas")), "{found:?}");
    }
}
