//! Characters that no source may hold, in code, texts and comments alike: they make source look different from what it
//! is (CVE-2021-42574, "Trojan Source"), or reach a terminal. The text comes in, one message for each goes out.

use crate::errors;
use lwas_base::{Diagnostics, FileId, Span};

pub(super) fn control_characters(file: FileId, text: &str, diagnostics: &mut Diagnostics) {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if !may_begin_forbidden(*byte) {
            continue;
        }
        let Some(found) = text.get(at..).and_then(|rest| rest.chars().next()) else { continue };
        let line_break = found == '\r' && bytes.get(at + 1) == Some(&b'\n');
        if is_forbidden(found) && !line_break {
            let span = Span::new(file, at, at + found.len_utf8());
            diagnostics.push(errors::control_character(span, found));
        }
    }
}

/// Whether a character may not stand in a source. A carriage return may, before a line feed.
pub(super) fn is_forbidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        // All characters with the property Bidi_Control, and the two line breaks that editors show and compilers don't.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => c.is_control(),
    }
}

/// The first bytes of the characters above in UTF-8; all others are passed over quickly.
fn may_begin_forbidden(byte: u8) -> bool {
    matches!(byte, 0..=8 | 11..=31 | 127 | 0xC2 | 0xD8 | 0xE2)
}
