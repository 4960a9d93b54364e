//! Changes that mend a program: those that diagnostics carry and that are certain, made in memory until none is left. A change that leads to more
//! errors than there were is not made. Only the program's own files are changed.

use crate::{Buffers, Front, OpenError, Std, check_over};
use lwas_base::{Diagnostic, Edit, Fix, PRIMARY_TEXT, SourceMap};
use std::path::{Path, PathBuf};

/// How often a program that was mended is read again.
const MOST_ROUNDS: usize = 20;

/// A file that was mended.
#[derive(Clone, Debug)]
pub struct Mended {
    /// Its path in the package's folder.
    pub file: PathBuf,
    /// Its text on the disk.
    pub before: String,
    /// Its text now.
    pub after: String,
    /// How many changes were made.
    pub fixes: usize,
}

/// Makes all changes that are certain. Back come the files that changed, and the program as it is with them.
///
/// # Errors
/// The program can't be opened.
pub fn mend(program: &Path, std: Std) -> Result<(Vec<Mended>, Front), OpenError> {
    let mut files: Vec<Mended> = vec![];
    let mut front = check_over(program, &Buffers::new(), std)?;
    for _ in 0..MOST_ROUNDS {
        let fixes = certain(&front);
        if fixes.is_empty() {
            break;
        }
        // All at once; where that is worse, one at a time.
        let better = match attempt(program, std, &front, &files, &fixes)? {
            Some(better) => Some(better),
            None => first_that_helps(program, std, &front, &files, &fixes)?,
        };
        let Some((with, next)) = better else { break };
        (files, front) = (with, next);
    }
    Ok((files, front))
}

/// The texts with one change of a program.
pub fn with(front: &Front, told: &Diagnostic, fix: &Fix) -> Buffers {
    let mut files = vec![];
    apply(&mut files, &[written(told, fix, &front.sources)], &front.sources);
    buffers(front, &files)
}

/// The files as texts that count in place of what lies on the disk.
fn buffers(front: &Front, files: &[Mended]) -> Buffers {
    files.iter().map(|file| (front.package.root.join(&file.file), file.after.as_str().into())).collect()
}

/// The files and the program after some changes; none where they would lead to more errors, or leave everything as it is.
fn attempt(
    program: &Path,
    std: Std,
    front: &Front,
    files: &[Mended],
    fixes: &[Fix],
) -> Result<Option<(Vec<Mended>, Front)>, OpenError> {
    let mut files = files.to_vec();
    if !apply(&mut files, fixes, &front.sources) {
        return Ok(None);
    }
    let next = check_over(program, &buffers(front, &files), std)?;
    let errors = |front: &Front| front.diagnostics.iter().filter(|told| told.is_error()).count();
    Ok((errors(&next) <= errors(front)).then_some((files, next)))
}

fn first_that_helps(
    program: &Path,
    std: Std,
    front: &Front,
    files: &[Mended],
    fixes: &[Fix],
) -> Result<Option<(Vec<Mended>, Front)>, OpenError> {
    // The last is what they were tried as together, where there is one alone.
    for fix in fixes.iter().take(if fixes.len() == 1 { 0 } else { MOST_ROUNDS }) {
        if let Some(better) = attempt(program, std, front, files, std::slice::from_ref(fix))? {
            return Ok(Some(better));
        }
    }
    Ok(None)
}

/// The changes that are certain, of files of the program's own.
fn certain(front: &Front) -> Vec<Fix> {
    let own = |edit: &Edit| {
        let file = front.sources.file(edit.span.file);
        !file.path.starts_with("std/") && file.shown.is_none() && !front.package.std
    };
    let of = |told: &&Diagnostic| told.fixes.iter().find(|fix| fix.certain && fix.edits.iter().all(own)).cloned();
    front.diagnostics.sorted().iter().filter_map(|told| Some(written(told, &of(told)?, &front.sources))).collect()
}

/// A change as it is to be made: with the source text that its edits and title quote.
pub fn written(told: &Diagnostic, fix: &Fix, sources: &SourceMap) -> Fix {
    let primary = sources.text(told.primary.span);
    let text = |text: &str| text.replace(PRIMARY_TEXT, primary);
    let edits = fix.edits.iter().map(|edit| Edit { text: text(&edit.text), ..edit.clone() }).collect();
    Fix { title: text(&fix.title), edits, certain: fix.certain }
}

/// Makes changes in files; one that lies over another is left for the next time. Whether anything was changed.
fn apply(files: &mut Vec<Mended>, fixes: &[Fix], sources: &SourceMap) -> bool {
    let mut edits: Vec<&Edit> = vec![];
    let mut made: Vec<usize> = vec![];
    for fix in fixes {
        let is_free = |edit: &Edit| edits.iter().all(|other| !overlap(edit, other));
        if fix.edits.iter().all(is_free) && !fix.edits.is_empty() {
            edits.extend(&fix.edits);
            made.push(fix.edits[0].span.file.0 as usize);
        }
    }
    // From the end of a file to its beginning, so that the places before stay right.
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.file, edit.span.start, edit.span.end)));
    for edit in &edits {
        let source = sources.file(edit.span.file);
        let path = Path::new(&source.path);
        let at = files.iter().position(|known| known.file == path).unwrap_or_else(|| {
            let (before, after) = (source.text.to_string(), source.text.to_string());
            files.push(Mended { file: path.to_owned(), before, after, fixes: 0 });
            files.len() - 1
        });
        let range = edit.span.range();
        if files[at].after.get(range.clone()).is_some() {
            files[at].after.replace_range(range, &edit.text);
        }
    }
    for id in made {
        let path = sources.files().nth(id).map(|(_, file)| Path::new(&file.path));
        files.iter_mut().filter(|file| Some(file.file.as_path()) == path).for_each(|file| file.fixes += 1);
    }
    !edits.is_empty()
}

fn overlap(a: &Edit, b: &Edit) -> bool {
    let (one, other) = (a.span, b.span);
    one.file == other.file && one.start <= other.end && other.start <= one.end
}
