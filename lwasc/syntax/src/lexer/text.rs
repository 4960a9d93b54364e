//! Texts. `"…"` comes in; out goes one `Text` token, or, where expressions stand in it, a row of tokens from `TextOpen`
//! to `TextClose` with the expressions' own tokens between `PartOpen` and `PartClose`. A text ends on its line, and an
//! expression in it holds no quote and no brace: so the end is found without knowing the grammar.

use super::{Lexer, row};
use crate::errors;
use crate::tokens::{Kind, Payload};
use std::ops::Range;

impl Lexer<'_> {
    /// Takes the text whose opening quote is at `quote`; the answer is the offset after it.
    pub(super) fn quoted(&mut self, quote: Range<usize>) -> usize {
        let text = self.text;
        let first = self.lexed.tokens.len();
        self.push(Kind::TextOpen, quote.clone(), Payload::Nothing);
        let mut part = String::new();
        let mut part_start = quote.end;
        let mut bad = false;
        let mut at = quote.end;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let next = at + c.len_utf8();
            match c {
                '\n' => break,
                '"' => {
                    self.close(first, quote.start, part_start..at, part, bad);
                    return next;
                }
                '\\' => at = self.escape(at, &mut part, &mut bad),
                '{' => {
                    self.part(part_start..at, std::mem::take(&mut part));
                    at = self.expression(at..next, &mut bad);
                    part_start = at;
                }
                _ => {
                    part.push(c);
                    at = next;
                }
            }
        }
        let end = at - usize::from(text.get(..at).unwrap_or_default().ends_with('\r'));
        self.diagnostics.push(errors::unclosed_text(self.span(&quote)));
        self.lexed.tokens.truncate(first + 1);
        // A text of several lines, as other languages have it, is one mistake.
        let end = end + end_below(text.get(end..).unwrap_or_default()).unwrap_or(0);
        self.replace_first(first, Kind::Bad, quote.start..end, Payload::Nothing);
        at.max(end)
    }

    /// The closing quote is met: a text without expressions becomes a single token.
    fn close(&mut self, first: usize, start: usize, place: Range<usize>, part: String, bad: bool) {
        let end = place.end + 1;
        if bad {
            self.lexed.tokens.truncate(first + 1);
            self.replace_first(first, Kind::Bad, start..end, Payload::Nothing);
        } else if self.lexed.tokens.len() == first + 1 {
            self.lexed.texts.push(part);
            let payload = Payload::Row(row(self.lexed.texts.len() - 1));
            self.replace_first(first, Kind::Text, start..end, payload);
        } else {
            self.part(place.clone(), part);
            self.push(Kind::TextClose, place.end..end, Payload::Nothing);
        }
    }

    fn replace_first(&mut self, first: usize, kind: Kind, place: Range<usize>, payload: Payload) {
        let span = self.span(&place);
        if let Some(token) = self.lexed.tokens.get_mut(first) {
            token.kind = kind;
            token.span = span;
            token.payload = payload;
        }
    }

    fn part(&mut self, place: Range<usize>, part: String) {
        if !part.is_empty() {
            self.lexed.texts.push(part);
            let payload = Payload::Row(row(self.lexed.texts.len() - 1));
            self.push(Kind::TextPart, place, payload);
        }
    }

    /// `{expr}` in a text; `open` is the brace. The answer is the offset after the closing one.
    fn expression(&mut self, open: Range<usize>, bad: &mut bool) -> usize {
        let rest = self.text.get(open.end..).unwrap_or_default();
        let length = rest.find(['}', '{', '"', '\n']).unwrap_or(rest.len());
        let end = open.end + length;
        let inner = rest.get(..length).unwrap_or_default();
        if !rest.get(length..).is_some_and(|rest| rest.starts_with('}')) {
            self.diagnostics.push(errors::unclosed_part(self.span(&open)));
            *bad = true;
            // A quote here may belong to a text in the expression: the last one of the line ends them all.
            let line = rest.get(length..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            return end + if line.starts_with('{') { 1 } else { line.rfind('"').unwrap_or(0) };
        }
        if inner.trim().is_empty() {
            self.diagnostics.push(errors::empty_part(self.span(&(open.start..end + 1))));
            *bad = true;
            return end + 1;
        }
        self.push(Kind::PartOpen, open.clone(), Payload::Nothing);
        self.range(open.end..end);
        self.push(Kind::PartClose, end..end + 1, Payload::Nothing);
        end + 1
    }

    /// The escape whose backslash is at `at`; the answer is the offset after it.
    fn escape(&mut self, at: usize, part: &mut String, bad: &mut bool) -> usize {
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { return at + 1 };
        let simple = match c {
            '"' | '\\' | '{' => Some(c),
            'n' => Some('\n'),
            't' => Some('\t'),
            _ => None,
        };
        if let Some(simple) = simple {
            part.push(simple);
            return at + 2;
        }
        let length = if rest.starts_with("u{") { unicode_length(rest) } else { c.len_utf8() };
        let written = rest.get(..length).unwrap_or_default();
        let number = written.strip_prefix("u{").and_then(|rest| rest.strip_suffix('}'));
        let meant = number.filter(|digits| digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match meant.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32) {
            Some(c) => part.push(c),
            // A line break after a backslash leaves the text unclosed, which is said elsewhere.
            None if c == '\n' => return at + 1,
            None => {
                let end = at + 1 + length;
                self.diagnostics.push(errors::unknown_escape(self.span(&(at..end)), written));
                *bad = true;
            }
        }
        at + 1 + length
    }
}

/// How far a text that did not end on its line goes on: to the first quote on one of the lines below, if that looks like a
/// closing one.
fn end_below(rest: &str) -> Option<usize> {
    const MOST_LINES: usize = 20;
    let quote = rest.find('"')?;
    let before = rest.get(..quote)?;
    let after = rest.get(quote + 1..)?.lines().next().unwrap_or_default();
    let opens = before.ends_with(|c: char| c.is_whitespace() || "([{=,:".contains(c));
    let closes = !after.contains('"') && after.trim_start().starts_with(['}', ')', ']', ',', ';']);
    let near = before.matches('\n').count() <= MOST_LINES;
    (near && closes && !opens).then_some(quote + 1)
}

/// The length of `u{…}`, or of as much of it as is there.
fn unicode_length(rest: &str) -> usize {
    let digits = rest.get(2..).unwrap_or_default();
    let end = digits.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(digits.len());
    2 + end + usize::from(digits.get(end..).is_some_and(|rest| rest.starts_with('}')))
}
