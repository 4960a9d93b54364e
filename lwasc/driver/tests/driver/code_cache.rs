//! Machine code kept between builds: the same object with and without, and nothing damaged or foreign is taken.

use lwas_driver::{CodeCache, Std};
use lwas_ir::Module;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const STD: Std = lwas_std::MODULES;

const PROGRAM: &str = "query double(n: Int) -> Int { n * 2 }\nquery next(n: Int) -> Int { n + 1 }\n";

/// A program in a folder of its own, and where its code is kept.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new(text: &str) -> Place {
        let place = Place { folder: tempfile::tempdir().expect("a folder is made") };
        place.write(text);
        place
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("main.lwas")
    }

    fn write(&self, text: &str) {
        std::fs::write(self.program(), text).expect("the program is written");
    }

    fn cache_folder(&self) -> PathBuf {
        self.folder.path().join("cache").join("code")
    }

    fn open(&self) -> Option<CodeCache> {
        CodeCache::open(&self.cache_folder(), &self.program(), &lwas_codegen::host_target())
    }

    fn module(&self) -> Module {
        let compiled = lwas_driver::compile(&self.program(), STD, false).expect("the program is read");
        compiled.module.expect("the program is right")
    }

    /// The object with what is kept; it must be that without.
    fn build(&self) -> Vec<u8> {
        let (module, target) = (self.module(), lwas_codegen::host_target());
        let cache = self.open().expect("the folder can be used");
        let object = lwas_driver::object_with(&module, &target, Some(&cache)).expect("it is compiled");
        cache.save();
        assert!(object == lwas_driver::object(&module, &target).expect("it is compiled"), "the objects differ");
        object.bytes
    }

    /// The one file in the cache.
    fn file(&self) -> PathBuf {
        let files: Vec<PathBuf> =
            std::fs::read_dir(self.cache_folder()).expect("it is there").map(|f| f.expect("a file").path()).collect();
        let [file] = files.as_slice() else { panic!("one file, not {files:?}") };
        file.clone()
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[test]
fn the_object_is_the_same_and_the_file_private() {
    let place = Place::new(PROGRAM);
    let first = place.build();
    assert_eq!((mode(&place.cache_folder()), mode(&place.file())), (0o700, 0o600));
    let kept = std::fs::read(place.file()).expect("it is there");
    assert!(place.build() == first, "from the cache");
    assert!(std::fs::read(place.file()).expect("it is there") == kept, "nothing was new, nothing was written");
    place.write(&PROGRAM.replace("n * 2", "n * 3"));
    assert!(place.build() != first, "an edit is seen");
    assert!(std::fs::read(place.file()).expect("it is there").len() > kept.len(), "the old code stays for a while");
}

#[test]
fn a_damaged_file_is_ignored_and_replaced() {
    let place = Place::new(PROGRAM);
    let object = place.build();
    let whole = std::fs::read(place.file()).expect("it is there");
    for at in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(place.file(), damaged).expect("it is written");
        let cache = place.open().expect("the folder can be used");
        let module = place.module();
        let made = lwas_driver::object_with(&module, &lwas_codegen::host_target(), Some(&cache)).expect("compiled");
        assert!(made.bytes == object, "byte {at}");
    }
    std::fs::write(place.file(), &whole[..whole.len() - 1]).expect("it is written");
    assert!(place.build() == object, "a file that was cut");
    assert!(std::fs::read(place.file()).expect("it is there") == whole, "the file is whole again");
}

#[test]
fn code_of_another_program_is_not_taken() {
    let (one, other) = (Place::new(PROGRAM), Place::new(&PROGRAM.replace("n * 2", "n * 7")));
    let object = other.build();
    one.build();
    std::fs::copy(one.file(), other.file()).expect("it is copied");
    assert!(other.build() == object);
}

#[test]
fn a_folder_that_others_can_reach_is_not_used() {
    let place = Place::new(PROGRAM);
    place.build();
    std::fs::set_permissions(place.cache_folder(), std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    assert!(place.open().is_none());
}
