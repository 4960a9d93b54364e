//! Source files and places in them. A `Span` is 12 bytes and holds no text; the `SourceMap` owns the
//! texts and turns offsets into lines and columns for people.

use std::fmt;
use std::sync::Arc;

/// Which file of the `SourceMap`; files are numbered in the order they were added.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A half-open range of bytes `start..end` in one file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file that the offsets count in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; never before `start`.
    pub end: u32,
}

impl Span {
    /// The span `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        let narrow = |n: usize| u32::try_from(n).expect("a source file is refused above 4 GiB when it is read");
        Span { file, start: narrow(start), end: narrow(end) }
    }

    /// The smallest span that covers both; the files must be the same.
    pub fn to(self, other: Span) -> Span {
        debug_assert_eq!(self.file.0, other.file.0);
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span just after this one, for "expected … here".
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }

    /// The offsets as a range that indexes the file's text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

impl fmt::Debug for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "file{}", self.0)
    }
}

/// A place for people: both numbers count from 1, the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCol {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One source text with its name for people.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Package-relative path with forward slashes, such as `fees.lwas` or `std/ledger.lwas`.
    pub path: String,
    /// The path that messages show, where it does not follow from `path`: the file lies elsewhere.
    pub shown: Option<String>,
    /// The whole text.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

impl SourceFile {
    fn new(path: String, text: Arc<str>) -> SourceFile {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let starts =
            ends.map(|(at, _)| u32::try_from(at + 1).expect("a source file is refused above 4 GiB when it is read"));
        SourceFile { line_starts: std::iter::once(0).chain(starts).collect(), path, shown: None, text }
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    pub fn line_col(&self, offset: u32) -> LineCol {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1] as usize;
        let end = (offset as usize).min(self.text.len());
        let before = self.text.get(start..end).unwrap_or_default();
        let count = |n: usize| u32::try_from(n).expect("a source file is refused above 4 GiB when it is read");
        LineCol { line: count(line), column: count(before.chars().count() + 1) }
    }

    /// The byte offset of a line and column, both from 1; past the end of the line it is the line's end.
    pub fn offset(&self, line: u32, column: u32) -> usize {
        let Some(start) = (line as usize).checked_sub(1).and_then(|i| self.line_starts.get(i)) else {
            return self.text.len();
        };
        let text = self.line(line);
        let skipped = text.char_indices().nth(column.saturating_sub(1) as usize).map_or(text.len(), |(at, _)| at);
        *start as usize + skipped
    }

    /// The text of a line (from 1) without its line break; empty when there is no such line.
    pub fn line(&self, line: u32) -> &str {
        let index = line as usize;
        let Some(start) = index.checked_sub(1).and_then(|i| self.line_starts.get(i)) else { return "" };
        let end = self.line_starts.get(index).map_or(self.text.len(), |next| *next as usize);
        self.text[*start as usize..end].trim_end_matches(['\n', '\r'])
    }
}

/// All source files of one compilation.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// Adds a file under the path that messages show.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("a package has fewer than 2^32 files"));
        self.files.push(SourceFile::new(path.into(), text.into()));
        id
    }

    /// Gives a file another text.
    pub fn replace(&mut self, id: FileId, text: impl Into<Arc<str>>) {
        let file = &mut self.files[id.0 as usize];
        *file = SourceFile::new(std::mem::take(&mut file.path), text.into());
    }

    /// Has messages show another path for a file.
    pub fn show(&mut self, id: FileId, path: &str) {
        self.files[id.0 as usize].shown = Some(path.to_owned());
    }

    /// The file with this id, which this map gave out.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All files with their ids, in the order they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.range()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let mut map = SourceMap::new();
        let id = map.add("a.lwas", "äb\nc");
        let file = map.file(id);
        assert_eq!(file.line_col(0), LineCol { line: 1, column: 1 });
        assert_eq!(file.line_col(2), LineCol { line: 1, column: 2 });
        assert_eq!(file.line_col(4), LineCol { line: 2, column: 1 });
        assert_eq!(file.line_col(99), LineCol { line: 2, column: 2 });
        assert_eq!((file.offset(1, 2), file.offset(2, 1), file.offset(2, 9), file.offset(7, 1)), (2, 4, 5, 5));
        assert_eq!((file.line(1), file.line(2), file.line(3)), ("äb", "c", ""));
    }
}
