//! Text to tree: tokens, grammar, tree, formatter. Text and a file's number come in, a `Parsed` goes out; parsing never fails,
//! it reports. logos and chumsky stop here.
//!
//! The steps, each a module: `lexer` makes tokens, marks which begin a line and cuts texts into parts; `limits` refuses
//! what is nested too deeply before anything recurses; `grammar` builds the tree and goes on after a mistake; `errors`
//! holds every message. `format` writes a text in the one style, `lexemes` are the tokens for who sees a
//! text that is being written.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

pub mod ast;
mod errors;
mod format;
mod grammar;
mod lexemes;
mod lexer;
mod limits;
mod tokens;
mod unfinished;

pub use format::{Unformatted, format, format_bytes};
pub use lexemes::{Lexeme, LexemeKind, is_name, item_words, lexemes, statement_words};
pub use unfinished::is_unfinished;

use lwas_base::{Diagnostic, Diagnostics, FileId, Span};

/// The longest source that is read, in bytes.
pub const MAX_SOURCE_BYTES: usize = 16 * 1024 * 1024;

/// What became of a file.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The tree; where the source was wrong it holds `Error` nodes.
    pub file: ast::File,
    /// What was wrong, in the order of the text.
    pub diagnostics: Diagnostics,
}

/// Reads a source text. It answers for every text, in time linear in its length.
pub fn parse(file: FileId, text: &str) -> Parsed {
    let mut diagnostics = Diagnostics::new();
    if let Some(diagnostic) = source_too_large(file, text.len()) {
        diagnostics.push(diagnostic);
        return Parsed { file: ast::File::default(), diagnostics };
    }
    let lexed = lexer::lex(file, text, &mut diagnostics);
    let tree = match limits::height(&lexed.tokens) {
        Ok(height) => grammar::file(&lexed, text, height, &mut diagnostics),
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            ast::File::default()
        }
    };
    Parsed { file: tree, diagnostics: in_order(diagnostics) }
}

/// Reads a source as it lies on the disk: bytes that are not UTF-8 are an error that names the first wrong one.
pub fn parse_bytes(file: FileId, bytes: &[u8]) -> Parsed {
    let wrong = |diagnostic| {
        let mut diagnostics = Diagnostics::new();
        diagnostics.push(diagnostic);
        Parsed { file: ast::File::default(), diagnostics }
    };
    if let Some(diagnostic) = source_too_large(file, bytes.len()) {
        return wrong(diagnostic);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(file, text),
        Err(error) => {
            let at = error.valid_up_to();
            wrong(errors::not_utf8(Span::new(file, at, at), at, bytes.get(at).copied().unwrap_or_default()))
        }
    }
}

fn source_too_large(file: FileId, bytes: usize) -> Option<Diagnostic> {
    (bytes > MAX_SOURCE_BYTES).then(|| errors::source_too_large(Span::new(file, 0, 0)))
}

/// Lexer, limits and grammar report one after the other; people read from the top.
fn in_order(diagnostics: Diagnostics) -> Diagnostics {
    if diagnostics.is_empty() || diagnostics.dropped() > 0 {
        return diagnostics;
    }
    let mut sorted = Diagnostics::new();
    for diagnostic in diagnostics.sorted() {
        sorted.push(diagnostic.clone());
    }
    sorted
}
