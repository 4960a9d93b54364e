//! Programs that sessions find under their usual names: this very test, started under another name, is each of them. So pages show what
//! readers type, and run where none of them is installed.

use crate::{curl, jwt, openssl, reseal, sqlite3};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::ExitCode;

/// A name, and what stands in for the program of that name.
type Tool = (&'static str, fn() -> ExitCode);

const TOOLS: [Tool; 5] = [
    ("curl", curl::main),
    ("openssl", openssl::main),
    ("jwt", jwt::main),
    ("sqlite3", sqlite3::main),
    ("reseal", reseal::main),
];

/// Does what a tool would, where this process was started as one.
pub fn run() -> Option<ExitCode> {
    let name = std::env::args().next().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    TOOLS.iter().find(|(tool, _)| *tool == name).map(|(_, main)| main())
}

/// Puts all of them into the folder that sessions find programs in.
pub fn put(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    let own = std::env::current_exe().map_err(|why| format!("this test does not know its own path: {why}"))?;
    for (name, _) in TOOLS {
        symlink(&own, folder.join(name)).map_err(|why| format!("no `{name}` for the session: {why}"))?;
    }
    Ok(())
}
