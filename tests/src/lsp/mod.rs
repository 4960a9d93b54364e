//! `lwasc lsp` as an editor talks with it: the real process and the real protocol, a folder with a program, one question after the
//! other. `editor` is the editor; `begin` is about how a conversation begins and ends, `texts` about what is typed and what is told
//! of it, `names`, `writing` and `shown` about what can be asked, `tests` about running tests, `rough` about input that nobody should send.

mod begin;
mod editor;
mod names;
mod rough;
mod shown;
mod tests;
mod texts;
mod writing;

/// A check, by name.
pub type Check = (&'static str, fn() -> Result<(), String>);

/// All checks.
pub fn checks() -> impl Iterator<Item = Check> {
    let all =
        [begin::CHECKS, texts::CHECKS, names::CHECKS, writing::CHECKS, shown::CHECKS, tests::CHECKS, rough::CHECKS];
    all.into_iter().flatten().copied()
}

/// Says so where something is not as it should be.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: found\n{found:#?}\nand not\n{wanted:#?}")) }
}
