//! The lock file of a program's packages: written when it is missing or does not say what is there, held to with `--locked`. An artifact or a
//! signer that is not the one that was accepted is refused, until `lwasc update` accepts it.

use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_driver::Package;
use lwas_driver::packages::{LOCK_FILE, Lock, Packages};
use std::path::{Path, PathBuf};

/// How strictly a lock file is held to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Held<'a> {
    /// Nothing may be another than it says.
    Locked,
    /// It follows what is there, but for artifacts and signers.
    Follows,
    /// It follows what is there, for artifacts and signers of packages that are named; of all where none is.
    Accepts(&'a [String]),
}

/// Holds each program that is a folder with a `lwas.toml` to its lock file, or has that file follow.
pub fn settle(programs: &[PathBuf], locked: bool) -> Done {
    let how = if locked { Held::Locked } else { Held::Follows };
    programs.iter().try_for_each(|program| settle_one(program, how).map(drop))
}

/// The same for one program; gives the packages.
pub fn settle_one(program: &Path, how: Held<'_>) -> Result<Packages, Stop> {
    if program.extension().is_some_and(|ending| ending == "lwx") {
        return Ok(Packages::default());
    }
    let package = Package::open(program, lwas_std::MODULES)?;
    if !package.is_package {
        return Ok(Packages::default());
    }
    let packages = Packages::of(&package, lwas_std::MODULES)?;
    hold(&package.root, &Lock::of(&packages), how)?;
    Ok(packages)
}

/// Holds a package to its lock file, or has that file say what is there now.
pub fn hold(folder: &Path, now: &Lock, how: Held<'_>) -> Done {
    let path = folder.join(LOCK_FILE);
    let shown = path.display();
    let was = Lock::read(folder)?;
    let Some(was) = was else {
        return match how {
            _ if now.is_empty() => Ok(()),
            Held::Locked => {
                let message =
                    format!("there is no {shown}, which `--locked` holds to; it is written without `--locked`");
                Err(Stop::new(exit::REFUSED, message))
            }
            Held::Follows | Held::Accepts(_) => {
                output::write_whole(&path, now.text().as_bytes())?;
                output::say(&format!("note: {shown} was written, for {}", count(now.len())));
                Ok(())
            }
        };
    };
    let differences = was.differences(now);
    if differences.is_empty() {
        return Ok(());
    }
    let told = differences.iter().map(|one| one.told.as_str()).collect::<Vec<_>>().join("; ");
    if how == Held::Locked {
        return Err(Stop::new(exit::REFUSED, format!("{shown} says otherwise: {told}; without `--locked` it follows")));
    }
    let accepts = |name: &str| match how {
        Held::Accepts(names) => names.is_empty() || names.iter().any(|known| known == name),
        Held::Locked | Held::Follows => false,
    };
    if differences.iter().any(|one| one.is_pinned && !accepts(&one.name)) {
        let message = format!(
            "{shown} says otherwise: {told}; if that is right, accept it with `lwasc update {}`",
            folder.display()
        );
        return Err(Stop::new(exit::ARTIFACT, message));
    }
    if now.is_empty() {
        std::fs::remove_file(&path).map_err(|error| Stop::io("remove", &path, &error))?;
    } else {
        output::write_whole(&path, now.text().as_bytes())?;
    }
    output::say(&format!("note: {shown} follows: {told}"));
    Ok(())
}

fn count(packages: usize) -> String {
    if packages == 1 { "1 package".to_owned() } else { format!("{packages} packages") }
}
