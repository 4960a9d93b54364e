//! Tells the crate which build it is, for `lwasc --version`: the commit, where one is known, and the target. `LWAS_COMMIT` names the commit
//! where sources are built outside their repository.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=LWAS_COMMIT");
    let commit = std::env::var("LWAS_COMMIT").ok().filter(|commit| !commit.is_empty()).or_else(of_checkout);
    let target = std::env::var("TARGET").expect("cargo sets this for build scripts");
    let build = match commit {
        Some(commit) => format!("{commit}, {target}"),
        None => target,
    };
    println!("cargo::rustc-env=LWAS_BUILD={build}");
}

/// The commit of the checkout that is built, such as `77f6e40b1 2026-11-27`; none outside a repository of our own.
fn of_checkout() -> Option<String> {
    let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets this for build scripts");
    let root = Path::new(&here).join("../..");
    let git = |args: &[&str]| {
        let told = Command::new("git").arg("-C").arg(&root).args(args).output().ok()?;
        let text = String::from_utf8(told.stdout).ok()?;
        told.status.success().then(|| text.trim().to_owned())
    };
    // Sources that were unpacked in somebody else's repository have no commit.
    if !Path::new(&git(&["rev-parse", "--show-toplevel"])?).join("lwasc/cli/build.rs").exists() {
        return None;
    }
    for part in ["HEAD", "refs/heads"] {
        println!("cargo::rerun-if-changed={}", root.join(git(&["rev-parse", "--git-path", part])?).display());
    }
    git(&["log", "-1", "--abbrev=9", "--format=%h %cs"])
}
