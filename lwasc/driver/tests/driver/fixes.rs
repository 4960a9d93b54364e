//! The changes that diagnostics carry, made in every golden program: what is certain mends the mistake and brings no other, and what is offered
//! leaves text that can be read.

use crate::corpus;
use lwas_base::{Diagnostic, Diagnostics};
use lwas_driver::{Buffers, Front, check_over, fix};
use std::path::Path;

#[test]
fn changes_mend() {
    let (mut certain, mut offered, mut wrong) = (0, 0, vec![]);
    for path in corpus::golden() {
        let front = check_over(&path, &Buffers::new(), lwas_std::MODULES).expect("the program is there");
        for told in front.diagnostics.sorted() {
            for fix in &told.fixes {
                let buffers = fix::with(&front, told, fix);
                if buffers.keys().any(|file| !file.exists()) {
                    continue;
                }
                let next = check_over(&path, &buffers, lwas_std::MODULES).expect("the program is there");
                let is_right = match fix.certain {
                    true => is_mended(&front, &next, told),
                    false => is_gone(&next, told),
                };
                *if fix.certain { &mut certain } else { &mut offered } += 1;
                if !is_right {
                    let place = front.sources.file(told.primary.span.file).line_col(told.primary.span.start);
                    wrong.push(format!("{}:{}: {}: {fix:?}", path.display(), place.line, told.message));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(certain >= 30 && offered >= 30, "only {certain} certain changes and {offered} others were made");
}

/// What was told is told no more at its place, and no more of the text can't be read.
fn is_mended(before: &Front, after: &Front, told: &Diagnostic) -> bool {
    is_gone(after, told) && count(&after.diagnostics, "E01") <= count(&before.diagnostics, "E01")
}

fn is_gone(after: &Front, told: &Diagnostic) -> bool {
    let is_it = |other: &Diagnostic| {
        let same_place = other.primary.span.start == told.primary.span.start;
        other.code == told.code && other.message == told.message && same_place
    };
    !after.diagnostics.iter().any(is_it)
}

fn count(diagnostics: &Diagnostics, code: &str) -> usize {
    diagnostics.iter().filter(|told| told.code.0.starts_with(code)).count()
}

#[test]
fn a_mended_program_is_left_alone() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path().join("w.lwas");
    let text = "use std.currency.USD;\nfn fee(x: USD) : USD { round(x * 2.9%) };\nfn f(x: Int[]) -> Bool { !(length(x) === 0) }\n";
    std::fs::write(&path, text).expect("it can be written");
    let (files, front) = fix::mend(Path::new(&path), lwas_std::MODULES).expect("the program is there");
    assert!(!front.diagnostics.has_errors(), "{:?}", front.diagnostics);
    let [file] = files.as_slice() else { panic!("one file was mended, not {files:?}") };
    assert_eq!(
        file.after,
        "use std.currency.USD\nfn fee(x: USD) -> USD { round(x * 2.9%) }\nfn f(x: List<Int>) -> Bool { not (length(x) == 0) }\n"
    );
    std::fs::write(&path, &file.after).expect("it can be written");
    assert!(fix::mend(Path::new(&path), lwas_std::MODULES).expect("the program is there").0.is_empty());
}
