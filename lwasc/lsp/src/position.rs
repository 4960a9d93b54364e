//! Places in a text as editors count them: lines from 0, and columns in bytes, in halves of UTF-16 pairs or in characters, as was agreed.
//! Counting takes a time that does not grow with the length of a line, whatever is in it.

use lsp_types::{Position, PositionEncodingKind, Range};
use std::ops;

/// In what columns count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every editor knows.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best that an editor offers.
    pub fn agree(offered: &[PositionEncodingKind]) -> Encoding {
        let known = [
            (PositionEncodingKind::UTF8, Encoding::Utf8),
            (PositionEncodingKind::UTF16, Encoding::Utf16),
            (PositionEncodingKind::UTF32, Encoding::Utf32),
        ];
        // What an editor likes best comes first.
        let mut found = offered.iter().filter_map(|kind| known.iter().find(|(known, _)| known == kind));
        found.next().map_or(Encoding::Utf16, |(_, encoding)| *encoding)
    }

    /// Its name in the protocol.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn units(self, c: char) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
}

/// A text with its lines.
pub struct Lines<'t> {
    text: &'t str,
    /// Where each line begins.
    starts: Vec<usize>,
    /// Characters that have more bytes than columns: where each ends, and how many bytes too many there are up to there.
    wide: Vec<(usize, usize)>,
}

impl<'t> Lines<'t> {
    /// Looks through a text once.
    pub fn new(text: &'t str, encoding: Encoding) -> Lines<'t> {
        let bytes = text.as_bytes();
        let ends = |(at, byte): (usize, &u8)| match byte {
            b'\n' => Some(at + 1),
            b'\r' if bytes.get(at + 1) != Some(&b'\n') => Some(at + 1),
            _ => None,
        };
        let starts = std::iter::once(0).chain(bytes.iter().enumerate().filter_map(ends)).collect();
        let mut wide = vec![];
        if encoding != Encoding::Utf8 && !text.is_ascii() {
            let mut extra = 0;
            for (at, c) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
                extra += c.len_utf8() - encoding.units(c);
                wide.push((at + c.len_utf8(), extra));
            }
        }
        Lines { text, starts, wide }
    }

    /// How many bytes up to an offset are no columns.
    fn extra(&self, offset: usize) -> usize {
        let before = self.wide.partition_point(|(end, _)| *end <= offset);
        before.checked_sub(1).and_then(|at| self.wide.get(at)).map_or(0, |(_, extra)| *extra)
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let column = (offset - start).saturating_sub(self.extra(offset) - self.extra(start));
        Position { line: narrow(line), character: narrow(column) }
    }

    /// The same of both ends.
    pub fn range(&self, range: ops::Range<usize>) -> Range {
        Range { start: self.position(range.start), end: self.position(range.end) }
    }

    /// The byte offset of a place; past the end of a line it is the line's end, inside a character its beginning.
    pub fn offset(&self, place: Position) -> usize {
        let Some(start) = self.starts.get(place.line as usize).copied() else { return self.text.len() };
        let end = self.line_end(place.line as usize);
        let wanted = place.character as usize;
        // Inside a character it is the column of its beginning.
        let column = |offset: usize| {
            let offset = self.text.floor_char_boundary(offset);
            (offset - start) - (self.extra(offset) - self.extra(start))
        };
        // The column never falls, so the last offset with it is found by halves.
        let (mut low, mut high) = (start, end);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if column(middle) <= wanted { low = middle } else { high = middle - 1 }
        }
        while !self.text.is_char_boundary(low) {
            low -= 1;
        }
        low
    }

    /// Where a line ends, without its break.
    pub fn line_end(&self, line: usize) -> usize {
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let start = self.starts.get(line).copied().unwrap_or(end);
        let text = self.text.get(start..end).unwrap_or_default();
        start + text.trim_end_matches(['\n', '\r']).len()
    }
}

/// No text that is read has so many lines or columns.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_as_was_agreed() {
        let text = "a😀é\r\nb\rc";
        let columns = |encoding| {
            let lines = Lines::new(text, encoding);
            [1, 5, 7].map(|offset| lines.position(offset).character)
        };
        assert_eq!(columns(Encoding::Utf8), [1, 5, 7]);
        assert_eq!(columns(Encoding::Utf16), [1, 3, 4]);
        assert_eq!(columns(Encoding::Utf32), [1, 2, 3]);
    }

    #[test]
    fn each_offset_comes_back() {
        let text = "a😀é\r\nb\rc\n\n日本";
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let lines = Lines::new(text, encoding);
            // No place stands between the two halves of a line break.
            for (at, _) in text.char_indices().filter(|(at, c)| *c != '\n' || !text[..*at].ends_with('\r')) {
                assert_eq!(lines.offset(lines.position(at)), at, "{encoding:?} {at}");
            }
        }
    }

    #[test]
    fn places_that_are_not_there_are_brought_back() {
        let lines = Lines::new("a😀\nb", Encoding::Utf16);
        let at = |line, character| lines.offset(Position { line, character });
        assert_eq!([at(0, 2), at(0, 99), at(1, 99), at(9, 0)], [1, 5, 7, 7]);
    }
}
