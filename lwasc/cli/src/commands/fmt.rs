//! `lwasc fmt`: sources in the one style. A file is replaced as a whole or not at all; one with mistakes stays as it is.

use super::check::tell;
use super::replace;
use crate::args::Fmt;
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_base::{FileId, SourceMap};
use lwas_syntax::{MAX_SOURCE_BYTES, Unformatted};
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What standard input is called in messages.
const STDIN: &str = "<stdin>";

/// What became of the files.
#[derive(Default, Serialize)]
struct Told {
    /// How many were looked at.
    files: usize,
    /// Those that changed, or would.
    changed: Vec<Changed>,
    /// Those with mistakes.
    refused: Vec<String>,
}

#[derive(Serialize)]
struct Changed {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
}

pub fn run(args: &Fmt) -> Done {
    let dash = args.paths.iter().any(|path| path == Path::new("-"));
    let is_stdin = args.stdin || dash;
    if is_stdin && args.paths.len() > usize::from(dash) {
        let message = "standard input is formatted by itself: leave out the paths, or `-` and `--stdin`";
        return Err(Stop::new(exit::USAGE, message));
    }
    if is_stdin && args.json && !args.check && !args.diff {
        let message = "standard output takes the formatted text: `--json` needs `--check` or `--diff` here";
        return Err(Stop::new(exit::USAGE, message));
    }
    let mut told = Told::default();
    if is_stdin {
        let bytes = read(std::io::stdin().lock()).map_err(|error| Stop::io("read", "standard input", &error))?;
        let formatted = one(args, &mut told, STDIN, &bytes)?;
        if let (Some(text), false, false) = (&formatted, args.check, args.diff) {
            return output::answer_all(text);
        }
    } else {
        let here = [PathBuf::from(".")];
        let paths = if args.paths.is_empty() { &here[..] } else { &args.paths };
        for path in paths {
            for file in files(path)? {
                in_place(args, &mut told, &file)?;
            }
        }
    }
    conclude(args, &told, is_stdin)
}

/// Formats a file where it lies.
fn in_place(args: &Fmt, told: &mut Told, path: &Path) -> Done {
    let file = std::fs::File::open(path).map_err(|error| Stop::io("read", path, &error))?;
    let bytes = read(file).map_err(|error| Stop::io("read", path, &error))?;
    let Some(text) = one(args, told, &path.display().to_string(), &bytes)? else { return Ok(()) };
    if text.as_bytes() != bytes && !args.check && !args.diff {
        replace::replace(path, &text).map_err(|error| Stop::io("write", path, &error))?;
        output::say(&format!("formatted {}", shown(path)));
    }
    Ok(())
}

/// Formats a text and keeps in mind what is to be told; nothing where it has mistakes, which are shown.
fn one(args: &Fmt, told: &mut Told, name: &str, bytes: &[u8]) -> Result<Option<String>, Stop> {
    told.files += 1;
    let text = String::from_utf8_lossy(bytes);
    match lwas_syntax::format_bytes(FileId(0), bytes) {
        Ok(formatted) => {
            if formatted.as_bytes() != bytes {
                let diff = args.diff.then(|| replace::diff(name, &text, &formatted, "formatted"));
                told.changed.push(Changed { path: name.to_owned(), diff });
            }
            Ok(Some(formatted))
        }
        Err(Unformatted::Wrong(diagnostics)) => {
            let mut sources = SourceMap::new();
            // A source that is refused for its length is not kept: messages show its first line at most.
            sources.add(name, if bytes.len() > MAX_SOURCE_BYTES { "" } else { &text });
            tell(&diagnostics, &sources, Path::new(""));
            told.refused.push(name.to_owned());
            Ok(None)
        }
        Err(Unformatted::Changed) => {
            let name = lwas_driver::render::visible(name);
            let message = format!(
                "{name}: formatting would have changed the program, so the file is as it was: please report it"
            );
            Err(Stop::new(exit::OUR_FAULT, message))
        }
    }
}

/// What is said at the end, and the exit code.
fn conclude(args: &Fmt, told: &Told, is_stdin: bool) -> Done {
    if args.json {
        output::answer(&serde_json::to_string(told).expect("texts and numbers always have a JSON form"))?;
    } else {
        for changed in &told.changed {
            match &changed.diff {
                Some(diff) => output::answer_all(diff)?,
                None if args.check && !is_stdin => output::answer(&lwas_driver::render::visible(&changed.path))?,
                None => {}
            }
        }
        if !is_stdin && told.files == 0 {
            output::say("there are no `.lwas` files here");
        }
    }
    if !told.refused.is_empty() || args.check && !told.changed.is_empty() {
        return Err(Stop::told(exit::REFUSED));
    }
    Ok(())
}

fn shown(path: &Path) -> String {
    lwas_driver::render::visible(&path.display().to_string())
}

/// The file at a path, or the `.lwas` files of a folder and of those in it, but for hidden ones. Links to folders are not
/// followed.
fn files(path: &Path) -> Result<Vec<PathBuf>, Stop> {
    let unreadable = |path: &Path, error: &std::io::Error| Stop::io("read", path, error);
    if !std::fs::metadata(path).map_err(|error| unreadable(path, &error))?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let (mut folders, mut found) = (vec![path.to_owned()], vec![]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), &error))?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let path = folder.join(entry.file_name());
            if kind.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "lwas") && path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found.into_iter().map(|path| path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)).collect())
}

/// All bytes; of what is too long for a source just enough to see that.
fn read(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![];
    from.take(MAX_SOURCE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
