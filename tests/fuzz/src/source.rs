//! Sources: any bytes as a program of one file. `check` goes from lexer to checker, `run` through the whole upper half.

use crate::driver::chance::Chance;
use crate::driver::corpus::{Program, programs};
use crate::driver::mutate::changed;
use crate::driver::pieces::cut;
use crate::driver::pipeline;
use crate::havoc;
use std::path::Path;
use tempfile::TempDir;

thread_local! {
    /// Where sources are written, since programs are read from a disk.
    static FOLDER: TempDir = tempfile::tempdir().expect("there is a folder for what passes");
}

/// Does something with a folder for sources, which is the thread's own.
pub fn in_folder<T>(work: impl FnOnce(&Path) -> T) -> T {
    FOLDER.with(|folder| work(folder.path()))
}

/// The codes that are told of a source.
pub fn check(source: &[u8]) -> String {
    let told = in_folder(|folder| pipeline::checked(source, folder));
    let mut codes = told.unwrap_or_else(|complaint| panic!("{complaint}"));
    codes.sort_unstable();
    codes.dedup();
    codes.join(" ")
}

/// How far a source gets.
pub fn run(source: &[u8]) -> String {
    let entry = "source.lwas".to_owned();
    let text = String::from_utf8_lossy(source).into_owned();
    let program = Program { name: entry.clone(), entry: entry.clone(), files: vec![(entry, text)] };
    let reached = in_folder(|folder| pipeline::run(&program, folder));
    format!("{:?}", reached.unwrap_or_else(|complaint| panic!("{complaint}")))
}

/// The repository's programs of one file.
pub fn seeds() -> Vec<Vec<u8>> {
    let alone = programs().into_iter().filter(|program| program.files.len() == 1);
    alone.flat_map(|program| program.files).map(|(_, text)| text.into_bytes()).collect()
}

/// Mostly as an absent-minded author changes a text, sometimes as a broken disk does.
pub fn change(source: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    if chance.below(5) == 0 {
        return havoc::bytes(source, other, chance);
    }
    let (text, other) = (String::from_utf8_lossy(source), String::from_utf8_lossy(other));
    *source = changed(&text, &cut(&other), chance).into_bytes();
}
