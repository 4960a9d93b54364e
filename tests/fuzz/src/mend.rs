//! Sources that are changed by us: put in the one style, and mended. What comes out must be the same program, or one with fewer mistakes.

use crate::source::in_folder;
use lwas_base::FileId;
use lwas_driver::fix;
use lwas_syntax::Unformatted;

/// A source in the one style, which formatting again leaves as it is.
pub fn format(source: &[u8]) -> String {
    match lwas_syntax::format_bytes(FileId(0), source) {
        Ok(text) => {
            let again = lwas_syntax::format(FileId(0), &text).expect("what is formatted has no mistakes");
            assert!(again == text, "formatting again gives another text");
            if text.as_bytes() == source { "as it was" } else { "formatted" }.to_owned()
        }
        Err(Unformatted::Wrong(told)) => {
            let mut codes: Vec<&str> = told.iter().map(|told| told.code.0).collect();
            codes.sort_unstable();
            codes.dedup();
            codes.join(" ")
        }
        Err(Unformatted::Changed) => panic!("formatting would have changed the program"),
    }
}

/// A source with the changes that are certain: it has no more errors than before, and the file that it was read from is as it was.
pub fn mend(source: &[u8]) -> String {
    in_folder(|folder| {
        let path = folder.join("mended.lwas");
        std::fs::write(&path, source).expect("the folder takes a file");
        let errors = |front: &lwas_driver::Front| front.diagnostics.iter().filter(|told| told.is_error()).count();
        let before = errors(&lwas_driver::check(&path, lwas_std::MODULES).expect("the file is there"));
        let (files, front) = fix::mend(&path, lwas_std::MODULES).expect("the file is there");
        assert!(errors(&front) <= before, "{} errors after mending, {before} before", errors(&front));
        assert!(std::fs::read(&path).expect("the file is there") == source, "mending in memory has written a file");
        let fixes: usize = files.iter().map(|file| file.fixes).sum();
        format!("{} mended, {} left", fixes.min(5), errors(&front).min(5))
    })
}
