//! The texts that are open in the editor. What was opened and changed comes in; each text as it stands goes out.

use crate::position::{Encoding, Lines};
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use std::sync::Arc;

/// An open text.
pub struct Document {
    /// Its address as the editor writes it.
    pub uri: Uri,
    /// The editor's number of this text.
    pub version: i32,
    /// The text.
    pub text: Arc<str>,
}

impl Document {
    /// Makes the changes, one after the other.
    pub fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        self.version = version;
        let mut text = String::from(&*self.text);
        for change in changes {
            let Some(range) = change.range else {
                text = change.text;
                continue;
            };
            let lines = Lines::new(&text, encoding);
            let (start, end) = (lines.offset(range.start), lines.offset(range.end));
            text.replace_range(start..end.max(start), &change.text);
        }
        self.text = text.into();
    }
}
