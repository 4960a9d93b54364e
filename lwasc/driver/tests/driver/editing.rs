//! Programs that are edited: what is typed counts above what lies on the disk, what stayed keeps its place, and names are known in
//! programs with errors too.

use lwas_base::Span;
use lwas_driver::{Buffers, Editing, Package, Studied};
use std::sync::Arc;

const MAIN: &str = "use fees\n\nfn twice(amount: Int) -> Int {\n  fees.plus(amount: amount) * 2\n}\n";
const FEES: &str = "fn plus(amount: Int) -> Int {\n  amount + 1\n}\n";

/// What is typed, as a program whose files lie in a folder.
fn study(editing: &mut Editing, folder: &std::path::Path, typed: &[(&str, &str)]) -> Studied {
    let buffers: Buffers = typed.iter().map(|(name, text)| (folder.join(name), Arc::from(*text))).collect();
    let package = Package::within(folder, "main.lwas".as_ref()).expect("`main` is a name");
    editing.study(&package, lwas_std::MODULES, &buffers).expect("the entry file can be read")
}

/// The source text of what a name at its n-th place in a file stands for, with the file that declares it.
fn meant(studied: &Studied, file: &str, name: &str, nth: usize) -> Vec<(String, String)> {
    let of = |span: Span| (studied.sources.file(span.file).path.clone(), studied.sources.text(span).to_owned());
    let (id, source) = studied.sources.files().find(|(_, source)| source.path == file).expect("the file was read");
    let (at, _) = source.text.match_indices(name).nth(nth).expect("the name is there");
    let uses = studied.notes.uses.iter().filter(|used| used.name.file == id && used.name.start as usize == at);
    uses.map(|used| of(used.of)).collect()
}

#[test]
fn what_is_typed_counts_above_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("main.lwas"), MAIN).expect("a file");
    std::fs::write(folder.path().join("fees.lwas"), "fn other() -> Int { 1 }\n").expect("a file");
    let mut editing = Editing::new();
    assert!(study(&mut editing, folder.path(), &[]).diagnostics.has_errors(), "`plus` is not on the disk");
    assert!(study(&mut editing, folder.path(), &[("fees.lwas", FEES)]).diagnostics.is_empty());
    assert!(study(&mut editing, folder.path(), &[]).diagnostics.has_errors(), "what was typed is forgotten again");
}

#[test]
fn a_program_that_was_never_saved_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let studied = study(&mut Editing::new(), folder.path(), &[("main.lwas", MAIN), ("fees.lwas", FEES)]);
    assert!(studied.diagnostics.is_empty(), "{:?}", studied.diagnostics.sorted());
}

#[test]
fn a_tree_whose_text_stayed_is_not_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut editing = Editing::new();
    let before = study(&mut editing, folder.path(), &[("main.lwas", MAIN), ("fees.lwas", FEES)]);
    let longer = format!("{MAIN}fn more() -> Int {{ twice(1) }}\n");
    let after = study(&mut editing, folder.path(), &[("main.lwas", &longer), ("fees.lwas", FEES)]);
    let tree = |studied: &Studied, path: &str| {
        let module = studied.modules.iter().find(|module| module.path == path).expect("the module was read");
        (module.file, Arc::clone(&module.tree))
    };
    let ((file, tree_before), (same_file, tree_after)) = (tree(&before, "fees"), tree(&after, "fees"));
    assert_eq!(file, same_file);
    assert!(Arc::ptr_eq(&tree_before, &tree_after));
    assert!(!Arc::ptr_eq(&tree(&before, "main").1, &tree(&after, "main").1));
}

#[test]
fn names_are_known_where_the_program_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = format!("{MAIN}fn wrong() -> Int {{\n  let sum = fees.plus(1) + nothing\n  sum +\n}}\n");
    let studied = study(&mut Editing::new(), folder.path(), &[("main.lwas", &wrong), ("fees.lwas", FEES)]);
    assert!(studied.diagnostics.has_errors());
    let pair = |file: &str, name: &str| (file.to_owned(), name.to_owned());
    assert_eq!(meant(&studied, "main.lwas", "fees", 0), [pair("fees.lwas", "")]);
    assert_eq!(meant(&studied, "main.lwas", "plus", 0), [pair("fees.lwas", "plus")]);
    assert_eq!(meant(&studied, "main.lwas", "plus", 1), [pair("fees.lwas", "plus")]);
    // The argument's name is the parameter of the other module, its value the own one.
    assert_eq!(meant(&studied, "main.lwas", "amount", 1), [pair("fees.lwas", "amount")]);
    assert_eq!(meant(&studied, "main.lwas", "amount", 2), [pair("main.lwas", "amount")]);
}
